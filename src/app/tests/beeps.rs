//! Beeps: with leave, not too often, and not at night.

use palabre_signaling::wire::{BeepLeave, Preferences, QuietHours};

use super::*;

#[tokio::test]
async fn nobody_is_beeped_at_without_having_given_leave() {
    let server = Server::start().await;
    let mut ana = server.member("ana").await;
    let mut ben = server.member("ben").await;
    let direct = ana.direct(ben.person).await.id;

    assert_eq!(ana.refused(beep(direct, 1, None)).await, FailureCode::NoBeepLeave);
    ana.done(Request::AskBeepLeave { person: ben.person }).await;
    assert_eq!(leave(&mut ben).await, standing(ana.person, false, true, false));
    leave(&mut ana).await;
    ben.done(Request::SetBeepLeave { person: ana.person, given: true }).await;
    assert_eq!(leave(&mut ben).await, standing(ana.person, true, false, false));
    assert_eq!(leave(&mut ana).await, standing(ben.person, false, false, true));

    let sent = ana.message(beep(direct, 1, Some(" come to\nthe door "))).await;
    let told = ben.until(|event| matches!(event, Event::MessageChanged { .. })).await;
    assert_eq!(told, Event::MessageChanged { message: sent.clone() });
    assert_eq!(sent.content, Content::Beep { why: Some(String::from("come to the door")) });
    ben.done(Request::SetBeepLeave { person: ana.person, given: false }).await;
    server.clock.advance(Duration::from_secs(60));
    assert_eq!(ana.refused(beep(direct, 2, None)).await, FailureCode::NoBeepLeave);
    let back = Request::Beep { conversation: direct, client_id: client_id_of(3), why: None };
    assert_eq!(ben.refused(back).await, FailureCode::NoBeepLeave);
}

#[tokio::test]
async fn leave_is_known_after_a_restart_and_is_asked_for_once_a_day() {
    let server = Server::start().await;
    let ana = server.member("ana").await;
    let ben = server.member("ben").await;

    ana.done(Request::AskBeepLeave { person: ben.person }).await;
    let again = Request::AskBeepLeave { person: ben.person };
    assert_eq!(ana.refused(again.clone()).await, FailureCode::AskedAlready);
    let asked = server.device(ben.person, 2).await.welcome.beep_leaves;
    ben.done(Request::SetBeepLeave { person: ana.person, given: false }).await;
    assert_eq!(ana.refused(again.clone()).await, FailureCode::AskedAlready);
    server.clock.advance(Duration::from_secs(24 * 3_600));
    ana.done(again).await;
    ben.done(Request::SetBeepLeave { person: ana.person, given: true }).await;

    let server = server.restart(Duration::ZERO).await;
    let of_ana = server.device(ana.person, 1).await.welcome.beep_leaves;
    assert_eq!(asked, [standing(ana.person, false, true, false)]);
    assert_eq!(of_ana, [standing(ben.person, false, false, true)]);
}

#[tokio::test]
async fn beeps_are_half_a_minute_apart_and_a_repeat_is_the_same_one() {
    let server = Server::start().await;
    let ana = server.member("ana").await;
    let ben = server.member("ben").await;
    let direct = ana.direct(ben.person).await.id;
    ben.done(Request::SetBeepLeave { person: ana.person, given: true }).await;

    let first = ana.message(beep(direct, 1, None)).await;
    let repeat = ana.message(beep(direct, 1, None)).await;
    assert_eq!(first, repeat);
    assert_eq!(ana.refused(beep(direct, 2, None)).await, FailureCode::RateLimited);
    server.clock.advance(Duration::from_secs(30));
    ana.message(beep(direct, 2, None)).await;
}

#[tokio::test]
async fn nobody_is_beeped_at_in_their_quiet_hours() {
    let server = Server::start().await;
    let ana = server.member("ana").await;
    let ben = server.member("ben").await;
    let direct = ana.direct(ben.person).await.id;
    ben.done(Request::SetBeepLeave { person: ana.person, given: true }).await;
    // `NOON_MS` is at 8:00 in UTC.
    let time_zone = String::from("UTC");
    let quiet = QuietHours { from_minute: 475, to_minute: 481, time_zone, calls_ring: true };
    let preferences = Preferences { quiet_hours: Some(quiet), ..Preferences::default() };
    ben.done(Request::SetPreferences { preferences }).await;

    assert_eq!(ana.refused(beep(direct, 1, None)).await, FailureCode::QuietHours);
    server.clock.advance(Duration::from_secs(60));
    ana.message(beep(direct, 1, None)).await;
}

#[tokio::test]
async fn groups_strangers_and_oneself_are_not_beeped_at() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let dan = server.member("dan").await;
    let nobody = PersonId(Uuid::from_u128(9));

    assert_eq!(ana.refused(beep(kitchen, 1, None)).await, FailureCode::NotAllowed);
    assert_eq!(dan.refused(beep(kitchen, 1, None)).await, FailureCode::NotAMember);
    let me = Request::AskBeepLeave { person: ana.person };
    assert_eq!(ana.refused(me).await, FailureCode::NoSuchPerson);
    let unknown = Request::SetBeepLeave { person: nobody, given: true };
    assert_eq!(ana.refused(unknown).await, FailureCode::NoSuchPerson);
    let direct = ana.direct(ben.person).await.id;
    let long = "é".repeat(121);
    assert_eq!(ana.refused(beep(direct, 1, Some(&long))).await, FailureCode::TooLong);
}

fn beep(conversation: ConversationId, client_id: u128, why: Option<&str>) -> Request {
    let why = why.map(String::from);
    Request::Beep { conversation, client_id: client_id_of(client_id), why }
}

fn standing(person: PersonId, given: bool, asked: bool, received: bool) -> BeepLeave {
    BeepLeave { person, given, asked, received }
}

/// How one stands with the other after the next change of that.
async fn leave(member: &mut Member) -> BeepLeave {
    loop {
        if let Event::BeepLeaveChanged { leave } = member.next().await {
            return leave;
        }
    }
}
