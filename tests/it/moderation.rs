//! Moderators against real media: what is stopped arrives at nobody any more.

use std::time::{Duration, Instant};

use headless::wire::{
    CallRules, FailureCode, Media, ParticipantId, Request, RingState, Sending, Source,
};
use headless::{Colour, Member, Mirror, Publishing, Received, Seat, Tone};

use crate::support::{Server, watch};

#[tokio::test]
async fn what_a_moderator_stops_arrives_at_nobody_within_a_second() {
    let server = Server::start().await;
    let (kitchen, mut members) = server.join("kitchen", ["admin", "manager"]).await;
    let call = members[0].start_call(kitchen, Media::Video).await.unwrap();
    let mut seats = Vec::new();
    for (index, member) in members.iter_mut().enumerate() {
        seats.push(member.join_call(call.id, &publishing(index)).await.unwrap());
    }
    watch(&mut members[0], &mut seats[0], kitchen, 1).await;
    let talker = seats[1].participant;
    let voice = slot(&mut members[0], &seats[0], talker, Source::Microphone).await;
    let picture = slot(&mut members[0], &seats[0], talker, Source::Camera).await;
    for mid in [&voice, &picture] {
        seats[0].peer.wait_received(mid, |it| it.packets >= 10).await.unwrap();
    }

    // The device is told, and does not care.
    let asked_at = Instant::now();
    for source in [Source::Microphone, Source::Camera] {
        let stop = Request::StopSending { call: call.id, participant: Some(talker), source };
        members[0].done(stop).await.unwrap();
    }
    let told = |mirror: &Mirror| (mirror.stopped.len() == 2).then_some(());
    members[1].wait_until("its device is told", told).await.unwrap();
    members[1].settle().await.unwrap();
    gone(&mut members[0], &seats[0], talker).await;
    assert!(asked_at.elapsed() < Duration::from_secs(1));
    seats.iter().for_each(|seat| seat.peer.reset_received());
    assert!(members[0].mirror().stopped.is_empty(), "nobody else is told");
    // While the other way half a second of sound arrives, this way nothing does.
    let back = slot(&mut members[1], &seats[1], seats[0].participant, Source::Microphone).await;
    seats[1].peer.wait_received(&back, |it| it.packets >= 25).await.unwrap();
    assert_eq!(seats[0].peer.received(&voice).packets, 0);
    assert_eq!(seats[0].peer.received(&picture).packets, 0);

    for on in [false, true] {
        let sending = Sending { microphone: on, camera: on, screen: false };
        members[1].done(Request::SetSending { participant: talker, sending }).await.unwrap();
    }
    let heard = |it: &Received| it.packets >= 10 && it.tone == Some(Tone::new(1));
    let voice = slot(&mut members[0], &seats[0], talker, Source::Microphone).await;
    seats[0].peer.wait_received(&voice, heard).await.unwrap();
}

#[tokio::test]
async fn who_is_taken_out_is_out_and_stays_out() {
    let server = Server::start().await;
    let (kitchen, mut members) = server.join("kitchen", ["admin", "manager", "sena"]).await;
    let call = members[0].start_call(kitchen, Media::Audio).await.unwrap();
    let mut seats = Vec::new();
    for (index, member) in members.iter_mut().enumerate() {
        seats.push(member.join_call(call.id, &publishing(index)).await.unwrap());
    }
    let [ana, mut ben, mut sena] = members;

    let refused = ben.ask(Request::RemoveFromCall { call: call.id, person: sena.id() }).await;
    assert_eq!(refused.unwrap_err().code(), Some(FailureCode::NotAllowed));
    ana.done(Request::RemoveFromCall { call: call.id, person: sena.id() }).await.unwrap();

    let gone = |mirror: &Mirror| {
        let call = mirror.call(kitchen)?;
        let ring = call.rings.iter().find(|ring| ring.person == sena.id())?;
        (ring.state == RingState::Removed && call.participants.len() == 2).then_some(())
    };
    ben.wait_until("everybody sees it", gone).await.unwrap();
    let again = sena.join_call(call.id, &publishing(2)).await.err().unwrap();
    assert_eq!(code(&again), Some(FailureCode::RemovedFromCall));
}

#[tokio::test]
async fn hands_emoji_and_rules_are_told_to_everybody_in_the_call() {
    let server = Server::start().await;
    let (kitchen, mut members) = server.join("kitchen", ["admin", "manager", "sena"]).await;
    let call = members[0].start_call(kitchen, Media::Audio).await.unwrap();
    let mut seats = Vec::new();
    for (index, member) in members[..2].iter_mut().enumerate() {
        seats.push(member.join_call(call.id, &publishing(index)).await.unwrap());
    }
    let [mut ana, ben, mut sena] = members;
    let hand = seats[1].participant;

    ben.done(Request::SetHand { participant: hand, raised: true }).await.unwrap();
    ben.done(Request::ReactInCall { participant: hand, emoji: String::from("👏") }).await.unwrap();
    let bad = Request::ReactInCall { participant: hand, emoji: String::from("<b>") };
    assert_eq!(ben.ask(bad).await.unwrap_err().code(), Some(FailureCode::BadEmoji));
    let rules = CallRules { locked: true, screen: false, ..CallRules::default() };
    ana.done(Request::SetCallRules { call: call.id, rules }).await.unwrap();

    let seen = |mirror: &Mirror| {
        let call = mirror.call(kitchen)?;
        let raised = call.participants.iter().any(|it| it.hand_raised_at_ms.is_some());
        (raised && call.rules == rules).then_some(())
    };
    ana.wait_until("the hand and the rules are seen", seen).await.unwrap();
    sena.wait_until("also by those who are not in", seen).await.unwrap();
    assert_eq!(ana.mirror().reactions, [(hand, String::from("👏"))]);
    assert!(sena.mirror().reactions.is_empty(), "what is shown is for those who are in");
}

#[tokio::test]
async fn a_call_on_hold_sends_nothing_and_brings_nothing_and_is_taken_up_at_once() {
    let server = Server::start().await;
    let (kitchen, mut members) = server.join("kitchen", ["admin", "manager", "sena"]).await;
    let call = members[0].start_call(kitchen, Media::Video).await.unwrap();
    let mut seats = Vec::new();
    for (index, member) in members.iter_mut().enumerate() {
        seats.push(member.join_call(call.id, &publishing(index)).await.unwrap());
    }
    watch(&mut members[0], &mut seats[0], kitchen, 2).await;
    let (host, holder) = (seats[0].participant, seats[1].participant);
    let voice = slot(&mut members[0], &seats[0], holder, Source::Microphone).await;
    let back = slot(&mut members[1], &seats[1], host, Source::Microphone).await;
    for (seat, mid) in [(&seats[0], &voice), (&seats[1], &back)] {
        seat.peer.wait_received(mid, |it| it.packets >= 10).await.unwrap();
    }
    let foreign = members[0].ask(Request::SetHold { participant: holder, on_hold: true }).await;
    assert_eq!(foreign.unwrap_err().code(), Some(FailureCode::NotInCall));

    members[1].done(Request::SetHold { participant: holder, on_hold: true }).await.unwrap();
    gone(&mut members[0], &seats[0], holder).await;
    gone(&mut members[1], &seats[1], host).await;
    seats.iter().for_each(|seat| seat.peer.reset_received());
    let held = |mirror: &Mirror| {
        let seats = &mirror.call(kitchen)?.participants;
        let seat = seats.iter().find(|it| it.id == holder)?;
        (seat.on_hold && seat.sending == Sending::default()).then_some(())
    };
    members[0].wait_until("the other one is on hold", held).await.unwrap();
    // While half a second of sound arrives at the third, nothing does at the one who holds.
    let third = slot(&mut members[2], &seats[2], host, Source::Microphone).await;
    seats[2].peer.reset_received();
    seats[2].peer.wait_received(&third, |it| it.packets >= 25).await.unwrap();
    assert_eq!(seats[1].peer.received(&back).packets, 0);

    members[1].done(Request::SetHold { participant: holder, on_hold: false }).await.unwrap();
    let voice = slot(&mut members[0], &seats[0], holder, Source::Microphone).await;
    let back = slot(&mut members[1], &seats[1], host, Source::Microphone).await;
    for (seat, mid) in [(&seats[0], &voice), (&seats[1], &back)] {
        seat.peer.wait_received(mid, |it| it.packets >= 10).await.unwrap();
    }
}

/// Waits until no slot carries anything of a participant.
async fn gone(member: &mut Member, seat: &Seat, participant: ParticipantId) {
    let find = |mirror: &Mirror| {
        let shown = [Source::Microphone, Source::Camera]
            .iter()
            .any(|source| seat.slot_of(mirror, participant, *source).is_some());
        (!shown).then_some(())
    };
    member.wait_until("nothing carries it", find).await.unwrap();
}

async fn slot(
    member: &mut Member,
    seat: &Seat,
    participant: ParticipantId,
    source: Source,
) -> String {
    let find = |mirror: &Mirror| seat.slot_of(mirror, participant, source);
    member.wait_until("a slot carries it", find).await.unwrap()
}

fn publishing(index: usize) -> Publishing {
    Publishing::new(Tone::new(index), Colour { red: 200, green: 30, blue: 30 })
}

fn code(error: &anyhow::Error) -> Option<FailureCode> {
    error.downcast_ref::<headless::RequestError>()?.code()
}
