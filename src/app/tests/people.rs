//! Presence, status, and whose socket is open.

use palabre_signaling::wire::{
    Availability, CallState, ChosenStatus, Preferences, Presence, QuietHours, Status,
};

use super::*;

#[tokio::test]
async fn everybody_sees_who_comes_and_goes() {
    let server = Server::start().await;
    let mut ana = server.member("ana").await;

    let ben = server.member("ben").await;
    let person = ben.person;
    let came =
        Presence { person, availability: Availability::Available, last_seen_ms: None, text: None };
    ana.until(|event| *event == Event::PresenceChanged { presence: came.clone() }).await;
    server.clock.advance(Duration::from_millis(1_000));
    ben.disconnect().await;
    server.clock.advance(Duration::from_secs(5));

    let last_seen_ms = Some(NOON_MS + 1_000);
    let left = Presence { person, availability: Availability::Offline, last_seen_ms, text: None };
    ana.until(|event| *event == Event::PresenceChanged { presence: left.clone() }).await;
    let fresh = server.device(ana.person, 2).await;
    assert!(fresh.welcome.presences.contains(&left));
}

#[tokio::test]
async fn nobody_hears_of_a_reload() {
    let server = Server::start().await;
    let mut ana = server.member("ana").await;
    let ben = server.member("ben").await;
    let person = ben.person;
    let came =
        Presence { person, availability: Availability::Available, last_seen_ms: None, text: None };
    ana.until(|event| *event == Event::PresenceChanged { presence: came.clone() }).await;

    ben.disconnect().await;
    server.clock.advance(Duration::from_millis(4_999));
    let between = server.device(ana.person, 2).await.welcome.presences;
    let ben = server.device(person, 1).await;
    server.clock.advance(Duration::from_millis(4_999));
    ben.disconnect().await;
    server.clock.advance(Duration::from_millis(4_999));
    let _ben = server.device(person, 1).await;
    server.clock.advance(Duration::from_secs(60));

    // What comes next shows that there was nothing before it.
    let clo = server.member("clo").await.person;
    assert!(between.contains(&came));
    let next = ana.until(|event| matches!(event, Event::PresenceChanged { .. })).await;
    let came = Presence { person: clo, ..came };
    assert_eq!(next, Event::PresenceChanged { presence: came });
}

#[tokio::test]
async fn an_account_made_by_another_program_is_told_once_somebody_says_hello() {
    let server = Server::start().await;
    let mut ana = server.member("ana").await;

    let ben = server.member("ben").await;
    server.device(ben.person, 2).await;

    let person = server.store.people().await.unwrap().pop().unwrap();
    let told = Event::PersonChanged { person };
    ana.until(|event| *event == told).await;
    server.app.stop();
    while let Ok(text) = ana.outgoing.next().await {
        assert!(!text.contains("person_changed"));
    }
}

#[tokio::test]
async fn an_invisible_person_looks_offline_and_types_unseen() {
    let server = Server::start().await;
    let ([ana, mut ben, clo], kitchen) = server.kitchen().await;
    let person = ana.person;

    ana.done(Request::status(Status::Invisible)).await;
    ana.done(Request::Typing { conversation: kitchen, active: true }).await;
    ana.disconnect().await;
    let ana = server.device(person, 1).await;
    let message = clo.send(kitchen, "hello").await;

    // As if she had left so long ago that it is told now.
    let last_seen_ms = Some(NOON_MS - 5_000);
    let presence =
        Presence { person, availability: Availability::Offline, last_seen_ms, text: None };
    assert_eq!(ben.next().await, Event::PresenceChanged { presence: presence.clone() });
    assert_eq!(ben.next().await, Event::MessageChanged { message });
    assert_eq!(ana.welcome.status.status, Status::Invisible);
    server.clock.advance(Duration::from_secs(3_600));
    ana.disconnect().await;
    server.clock.advance(Duration::from_secs(5));
    let seen = server.device(ben.person, 2).await.welcome.presences;
    assert!(seen.contains(&presence));
}

#[tokio::test]
async fn a_status_is_shown_to_others_told_to_own_devices_and_kept() {
    let server = Server::start().await;
    let ana = server.member("ana").await;
    let mut phone = server.device(ana.person, 2).await;
    let mut ben = server.member("ben").await;
    let person = ana.person;

    ana.done(Request::status(Status::Busy)).await;

    let busy =
        Presence { person, availability: Availability::Busy, last_seen_ms: None, text: None };
    ben.until(|event| *event == Event::PresenceChanged { presence: busy.clone() }).await;
    let chosen = ChosenStatus { status: Status::Busy, ..ChosenStatus::default() };
    let told = Event::StatusChanged { status: chosen };
    phone.until(|event| *event == told).await;
    ana.disconnect().await;
    phone.disconnect().await;
    assert_eq!(server.device(person, 1).await.welcome.status.status, Status::Busy);
}

#[tokio::test]
async fn a_status_ends_by_itself_and_over_a_restart() {
    let server = Server::start().await;
    let mut ana = server.member("ana").await;
    let ben = server.member("ben").await;
    let lunch = |until_ms| Request::SetStatus {
        status: Status::Away,
        text: Some(String::from(" at lunch ")),
        until_ms: Some(until_ms),
    };

    ben.done(lunch(NOON_MS + 60_000)).await;
    let away = ana.until(|event| presence(event, ben.person, Availability::Away)).await;
    server.clock.advance(Duration::from_secs(60));
    let back = ana.until(|event| presence(event, ben.person, Availability::Available)).await;
    ben.done(lunch(NOON_MS + 120_000)).await;
    ben.disconnect().await;
    server.clock.advance(Duration::from_secs(5));
    ana.until(|event| presence(event, ben_of(&away), Availability::Offline)).await;
    let server = server.restart(Duration::from_secs(60)).await;

    let mut ana = server.device(ana.person, 1).await;
    let over = |welcome: &Welcome| {
        let ben = welcome.presences.iter().find(|it| it.person == ben_of(&away)).unwrap();
        ben.text.is_none() && ben.last_seen_ms.is_some()
    };
    if !over(&ana.welcome) {
        ana.until(|event| presence(event, ben_of(&away), Availability::Offline)).await;
    }
    let welcome = server.device(ana.person, 2).await.welcome;
    assert!(over(&welcome));
    assert_eq!(text_beside(&away), Some("at lunch"));
    assert_eq!(text_beside(&back), None);
}

#[tokio::test]
async fn whoever_hides_when_they_were_seen_last_does_not_see_it_of_others() {
    let server = Server::start().await;
    let mut ana = server.member("ana").await;
    let ben = server.member("ben").await;
    let mut clo = server.member("clo").await;
    let (ben_id, hides) = (ben.person, Preferences { hides_last_seen: true, ..Default::default() });
    let seen = |event: &Event| {
        let Event::PresenceChanged { presence } = event else { panic!("not a presence") };
        presence.last_seen_ms
    };

    ana.done(Request::SetPreferences { preferences: hides.clone() }).await;
    ana.until(|event| *event == Event::PreferencesChanged { preferences: hides.clone() }).await;
    ben.disconnect().await;
    server.clock.advance(Duration::from_secs(5));
    let to_ana = ana.until(|event| presence(event, ben_id, Availability::Offline)).await;
    let to_clo = clo.until(|event| presence(event, ben_id, Availability::Offline)).await;
    let welcome = server.device(ana.person, 2).await.welcome;
    let ana_id = ana.person;
    ana.disconnect().await;
    server.app.disconnect(server.device(ana_id, 2).await.link).await;
    server.clock.advance(Duration::from_secs(5));
    let of_ana = clo.until(|event| presence(event, ana_id, Availability::Offline)).await;

    assert_eq!((seen(&to_ana), seen(&to_clo)), (None, Some(NOON_MS)));
    assert!(welcome.presences.iter().all(|it| it.last_seen_ms.is_none()));
    assert_eq!(welcome.preferences, hides);
    assert_eq!(seen(&of_ana), None);
}

#[tokio::test]
async fn whoever_uses_none_of_their_devices_is_shown_as_away() {
    let server = Server::start().await;
    let mut ana = server.member("ana").await;
    let ben = server.member("ben").await;
    let phone = server.device(ben.person, 2).await;

    ben.done(Request::SetAttention { visible: true, idle: true }).await;
    phone.done(Request::SetAttention { visible: true, idle: true }).await;
    ana.until(|event| presence(event, ben.person, Availability::Away)).await;
    phone.done(Request::SetAttention { visible: true, idle: false }).await;
    ana.until(|event| presence(event, ben.person, Availability::Available)).await;
    phone.disconnect().await;
    ana.until(|event| presence(event, ben.person, Availability::Away)).await;
}

#[tokio::test]
async fn whoever_is_in_a_call_is_shown_as_busy_until_they_leave() {
    let server = Server::start().await;
    let ([mut ana, ben, clo], kitchen) = server.kitchen().await;
    let call = ben.start_call(kitchen).await.id;

    let (seat, _) = ben.join(call).await;
    clo.join(call).await;
    ana.until(|event| presence(event, ben.person, Availability::Busy)).await;
    ben.done(Request::LeaveCall { participant: seat }).await;
    ana.until(|event| presence(event, ben.person, Availability::Available)).await;
    ben.done(Request::EndCall { call }).await;
    ana.until(|event| presence(event, clo.person, Availability::Available)).await;
}

#[tokio::test]
async fn preferences_that_mean_nothing_are_refused() {
    let server = Server::start().await;
    let ana = server.member("ana").await;
    let night = |time_zone: &str| {
        let time_zone = time_zone.to_owned();
        let quiet = QuietHours { from_minute: 1_320, to_minute: 420, time_zone, calls_ring: false };
        let preferences = Preferences { quiet_hours: Some(quiet), ..Preferences::default() };
        Request::SetPreferences { preferences }
    };

    assert_eq!(ana.refused(night("Atlantis/Capital")).await, FailureCode::UnknownTimeZone);
    ana.done(night("Africa/Lome")).await;
    let server = server.restart(Duration::ZERO).await;
    let welcome = server.device(ana.person, 1).await.welcome;
    assert_eq!(welcome.preferences.quiet_hours.unwrap().time_zone, "Africa/Lome");
}

#[tokio::test]
async fn a_second_socket_of_a_device_replaces_the_first_without_the_person_going() {
    let server = Server::start().await;
    let mut ana = server.member("ana").await;
    let mut first = server.member("ben").await;
    let ben = first.person;
    ana.until(|event| matches!(event, Event::PersonChanged { person } if person.id == ben)).await;

    let mut second = server.device(ben, 1).await;
    assert_eq!(first.closed().await, CloseReason::Replaced);
    first.disconnect().await;
    let direct = ana.direct(ben).await;

    second.until(|event| matches!(event, Event::ConversationChanged { .. })).await;
    let told = ana.next().await;
    assert_eq!(told, Event::ConversationChanged { conversation: Box::new(direct) });
}

#[tokio::test]
async fn devices_with_the_same_id_of_two_people_are_two() {
    let server = Server::start().await;
    let mut ana = server.member("ana").await;
    let ben = server.member("ben").await;

    ben.disconnect().await;
    server.app.stop();

    assert_eq!(ana.closed().await, CloseReason::ShuttingDown);
}

#[tokio::test]
async fn a_person_is_connected_on_twenty_devices_at_most() {
    let server = Server::start().await;
    let ana = server.account("ana").await;
    let mut devices = Vec::new();
    for device in 0..20 {
        devices.push(server.device(ana.id, device).await);
    }

    let session = server.session(ana.id).await;
    let refused = server.hello(ana.id, session, 20, &[]).await.err().unwrap();
    let replaced = server.hello(ana.id, session, 19, &[]).await;

    assert_eq!(refused.code, FailureCode::RateLimited);
    assert!(replaced.is_ok());
}

#[tokio::test]
async fn a_revoked_session_has_no_socket_and_opens_none() {
    let server = Server::start().await;
    let mut ana = server.member("ana").await;
    let mut phone = server.device(ana.person, 2).await;

    server.store.delete_session(ana.session).await.unwrap();
    server.app.revoke(ana.session).await;

    assert_eq!(ana.closed().await, CloseReason::Revoked);
    let again = server.hello(ana.person, ana.session, 1, &[]).await.err().unwrap();
    assert_eq!(again.code, FailureCode::NotSignedIn);
    phone.done(Request::status(Status::Away)).await;
    phone.until(|event| matches!(event, Event::StatusChanged { .. })).await;
}

#[tokio::test]
async fn nothing_is_done_any_more_for_a_socket_that_is_being_closed() {
    let server = Server::start().await;
    let ana = server.member("ana").await;
    let mut ben = server.member("ben").await;
    let direct = ana.direct(ben.person).await.id;
    let call = ben.start_call(direct).await.id;

    server.store.delete_session(ana.session).await.unwrap();
    server.app.revoke(ana.session).await;
    let replacing = server.device(ben.person, 1).await;

    // A device that does not read keeps its socket half open, and goes on asking.
    assert_eq!(ana.refused(join(call, "offer")).await, FailureCode::NotSignedIn);
    assert_eq!(ana.send_as(direct, 1, "hello").await.unwrap_err().code, FailureCode::NotSignedIn);
    assert_eq!(ben.closed().await, CloseReason::Replaced);
    assert_eq!(ben.refused(join(call, "offer")).await, FailureCode::Unavailable);
    assert_eq!(replacing.start_call(direct).await.participants, []);
}

#[tokio::test]
async fn nobody_keeps_everybody_busy_for_long() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let phone = server.device(ana.person, 2).await;
    let typing = || Request::Typing { conversation: kitchen, active: true };

    let mut done = 0;
    while ana.ask(typing()).await.is_ok() {
        done += 1;
    }

    assert!((50..=100).contains(&done), "{done}");
    let busy = Request::status(Status::Busy);
    assert_eq!(phone.refused(busy.clone()).await, FailureCode::RateLimited);
    let group = phone.create(Some("more"), 7, &[ben.person]).await.unwrap_err();
    assert_eq!(group.code, FailureCode::RateLimited);
    phone.send(kitchen, "messages have a limit of their own").await;
    ben.done(typing()).await;
    server.clock.advance(Duration::from_millis(200));
    phone.done(busy).await;
}

#[tokio::test]
async fn a_session_that_expires_loses_its_sockets_and_its_seat() {
    let server = Server::start().await;
    let mut ana = server.member("ana").await;
    let ben = server.account("ben").await.id;
    let session = server.session_until(ben, NOON_MS + 7_200_000).await;
    let mut laptop = server.hello(ben, session, 1, &[]).await.unwrap();
    let mut phone = server.device(ben, 2).await;
    let direct = ana.direct(ben).await.id;
    let call = ana.start_call(direct).await.id;
    ana.join(call).await;
    laptop.join(call).await;

    server.clock.advance(Duration::from_secs(7_199));
    laptop.done(Request::Ping).await;
    server.clock.advance(Duration::from_secs(1));

    assert_eq!(laptop.closed().await, CloseReason::Expired);
    ana.next_call(|it| matches!(it.state, CallState::Ended { .. })).await;
    let again = server.hello(ben, session, 1, &[]).await.err().unwrap();
    assert_eq!(again.code, FailureCode::NotSignedIn);
    phone.done(Request::status(Status::Away)).await;
    phone.until(|event| matches!(event, Event::StatusChanged { .. })).await;
}

#[tokio::test]
async fn another_version_of_the_protocol_is_refused() {
    let server = Server::start().await;
    let ana = server.account("ana").await;
    let session = server.session(ana.id).await;
    let (outbox, _outgoing) = outbox::channel();

    let device = DeviceId(Uuid::from_u128(1));
    let hello = Hello { protocol: 2, device, known: Vec::new(), personal_seq: None };
    let hello = server.app.hello(ana.id, session, outbox, hello).await;

    assert_eq!(hello.unwrap_err().code, FailureCode::WrongProtocol);
}

/// Whether a person is told to be there like that.
fn presence(event: &Event, person: PersonId, availability: Availability) -> bool {
    matches!(event, Event::PresenceChanged { presence }
        if presence.person == person && presence.availability == availability)
}

fn text_beside(event: &Event) -> Option<&str> {
    let Event::PresenceChanged { presence } = event else { return None };
    presence.text.as_deref()
}

fn ben_of(event: &Event) -> PersonId {
    let Event::PresenceChanged { presence } = event else { panic!("not a presence") };
    presence.person
}
