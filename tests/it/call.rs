//! Calls: ringing, seats, and media through slots.

use headless::wire::{
    Call, CallState, Content, EndReason, FailureCode, Media, ParticipantId, Request, RingState,
    Source, Want,
};
use headless::{Camera, Colour, Member, Mirror, Publishing, Received, Seat, Tone};

use crate::support::{Server, call_state, participants, watch};

#[tokio::test]
async fn three_people_see_and_hear_each_other() {
    let server = Server::start().await;
    let (kitchen, mut members) = server.join("kitchen", ["admin", "manager", "sena"]).await;
    let call = members[0].start_call(kitchen, Media::Video).await.unwrap();

    let mut seats = take_seats(&mut members, &call).await;
    for (member, seat) in members.iter_mut().zip(&mut seats) {
        watch(member, seat, kitchen, 2).await;
    }

    expect_all_to_see_and_hear(&mut members, &seats).await;
}

#[tokio::test]
async fn a_fourth_joins_and_the_first_three_make_no_new_offer() {
    let server = Server::start().await;
    let (kitchen, mut members) = server.join("kitchen", ["admin", "manager", "sena", "yao"]).await;
    let call = members[0].start_call(kitchen, Media::Video).await.unwrap();
    let mut seats = take_seats(&mut members[..3], &call).await;

    seats.push(members[3].join_call(call.id, &publishing(3)).await.unwrap());
    for (member, seat) in members.iter_mut().zip(&mut seats) {
        watch(member, seat, kitchen, 3).await;
    }

    expect_all_to_see_and_hear(&mut members, &seats).await;
    assert!(seats.iter().all(|seat| seat.peer.offers() == 1));
}

#[tokio::test]
async fn slots_are_added_by_a_new_offer_without_a_break() {
    let server = Server::start().await;
    let (kitchen, mut members) = server.join("kitchen", ["admin", "manager", "sena"]).await;
    let call = members[0].start_call(kitchen, Media::Video).await.unwrap();
    let narrow = Publishing { audio_slots: 1, video_slots: 1, ..publishing(0) };
    let mut seats = vec![members[0].join_call(call.id, &narrow).await.unwrap()];
    seats.extend(take_seats_from(&mut members[1..], &call, 1).await);
    for (member, seat) in members.iter_mut().zip(&mut seats) {
        watch(member, seat, kitchen, 2).await;
    }

    seats[0].peer.add_slots(1, 1).await.unwrap();
    members[0].offer_again(&mut seats[0]).await.unwrap();
    members[0].watch_everybody(&mut seats[0]).await.unwrap();

    expect_all_to_see_and_hear(&mut members, &seats).await;
}

#[tokio::test]
async fn answering_on_one_device_stops_the_ringing_on_the_other() {
    let server = Server::start().await;
    let (kitchen, [mut ana, mut laptop]) = server.join("kitchen", ["admin", "manager"]).await;
    let mut phone = laptop.account().connect().await.unwrap();
    let call = ana.start_call(kitchen, Media::Audio).await.unwrap();
    let _caller = ana.join_call(call.id, &publishing(0)).await.unwrap();
    let ben = laptop.id();
    for device in [&mut laptop, &mut phone] {
        ring(device, kitchen, ben, RingState::Ringing).await;
    }

    let _seat = laptop.join_call(call.id, &publishing(1)).await.unwrap();

    ring(&mut phone, kitchen, ben, RingState::Accepted).await;
    let active = call_state(&mut ana, kitchen, |state| state == CallState::Active).await;
    assert_eq!(active, CallState::Active);
}

#[tokio::test]
async fn a_call_that_everybody_declines_ends() {
    let server = Server::start().await;
    let (kitchen, [mut ana, mut ben, sena]) =
        server.join("kitchen", ["admin", "manager", "sena"]).await;
    let call = ana.start_call(kitchen, Media::Audio).await.unwrap();
    let _seat = ana.join_call(call.id, &publishing(0)).await.unwrap();

    ben.decline_call(call.id).await.unwrap();
    sena.decline_call(call.id).await.unwrap();

    let declined = CallState::Ended { reason: EndReason::Declined };
    call_state(&mut ben, kitchen, |state| state == declined).await;
    let told = |mirror: &Mirror| (ended(mirror, kitchen)? == EndReason::Declined).then_some(());
    ana.wait_until("the conversation says that it was declined", told).await.unwrap();
}

#[tokio::test]
async fn a_caller_who_gives_up_cancels_the_call() {
    let server = Server::start().await;
    let (kitchen, [mut ana, mut ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let call = ana.start_call(kitchen, Media::Audio).await.unwrap();
    let seat = ana.join_call(call.id, &publishing(0)).await.unwrap();

    ana.leave_call(seat).await.unwrap();

    let cancelled = CallState::Ended { reason: EndReason::Cancelled };
    call_state(&mut ben, kitchen, |state| state == cancelled).await;
    let late = ben.join_call(call.id, &publishing(1)).await.err().unwrap();
    assert_eq!(refusal(&late), Some(FailureCode::CallOver));
}

#[tokio::test]
async fn the_last_one_to_leave_ends_the_call_and_the_conversation_tells_of_it() {
    let server = Server::start().await;
    let (kitchen, mut members) = server.join("kitchen", ["admin", "manager"]).await;
    let call = members[0].start_call(kitchen, Media::Video).await.unwrap();
    let seats = take_seats(&mut members, &call).await;
    let [mut ana, mut ben] = members;

    let mut seats = seats.into_iter();
    ana.leave_call(seats.next().unwrap()).await.unwrap();
    participants(&mut ben, kitchen, 1).await;
    ben.leave_call(seats.next().unwrap()).await.unwrap();

    let completed = CallState::Ended { reason: EndReason::Completed };
    call_state(&mut ana, kitchen, |state| state == completed).await;
    let history = server.history("manager", kitchen).await;
    let people = history.iter().find_map(|message| {
        let Content::Call { call: id, ended, people, .. } = &message.content else { return None };
        let completed = *ended == Some(EndReason::Completed);
        (completed && *id == call.id).then_some(people.len())
    });
    assert_eq!(people, Some(2));
}

#[tokio::test]
async fn the_starter_alone_may_end_the_call_for_everybody() {
    let server = Server::start().await;
    let (kitchen, mut members) = server.join("kitchen", ["admin", "manager", "sena"]).await;
    let call = members[0].start_call(kitchen, Media::Video).await.unwrap();
    let _seats = take_seats(&mut members, &call).await;
    let [ana, ben, mut sena] = members;

    let refused = ben.end_call(call.id).await.unwrap_err();
    ana.end_call(call.id).await.unwrap();

    assert_eq!(refused.code(), Some(FailureCode::NotAllowed));
    let completed = CallState::Ended { reason: EndReason::Completed };
    call_state(&mut sena, kitchen, |state| state == completed).await;
}

#[tokio::test]
async fn two_people_who_call_each_other_are_in_one_call() {
    let server = Server::start().await;
    let (mut ana, mut ben) = (server.member("admin").await, server.member("manager").await);
    let direct = ana.direct(ben.id()).await.unwrap();
    ben.direct(ana.id()).await.unwrap();

    let (first, second) =
        tokio::join!(ana.start_call(direct, Media::Video), ben.start_call(direct, Media::Video));

    assert_eq!(first.unwrap().id, second.unwrap().id);
}

#[tokio::test]
async fn key_frame_requests_of_viewers_reach_the_camera_as_a_few() {
    let server = Server::start().await;
    let (kitchen, mut members) = server.join("kitchen", ["admin", "manager"]).await;
    let call = members[0].start_call(kitchen, Media::Video).await.unwrap();
    let mut seats = take_seats(&mut members, &call).await;
    watch(&mut members[1], &mut seats[1], kitchen, 1).await;
    let slot = slot(&mut members[1], &seats[1], seats[0].participant, Source::Camera).await;
    let frames = |count: u64| move |received: &Received| received.frames >= count;
    let before = seats[1].peer.wait_received(&slot, frames(5)).await.unwrap();
    let asked_before = seats[0].peer.key_requests();

    for _ in 0..20 {
        seats[1].peer.request_key(&slot).await.unwrap();
    }
    let answered = |received: &Received| received.key_frames > before.key_frames;
    let after = seats[1].peer.wait_received(&slot, answered).await.unwrap();
    seats[1].peer.wait_received(&slot, frames(after.frames + 15)).await.unwrap();

    // A second has passed at 15 frames a second, in which at most one request each 500 ms goes up.
    let asked = seats[0].peer.key_requests() - asked_before;
    assert!((1..=4).contains(&asked), "{asked} requests");
}

#[tokio::test]
async fn lost_packets_come_again_on_the_retransmission_stream() {
    let server = Server::start().await;
    let (kitchen, mut members) = server.join("kitchen", ["admin", "manager"]).await;
    let call = members[0].start_call(kitchen, Media::Video).await.unwrap();
    let mut heavy = publishing(0);
    heavy.camera.as_mut().unwrap().min_frame_bytes = 4_000;
    let [ana, ben] = &mut members;
    let sender = ana.join_call(call.id, &heavy).await.unwrap();
    let mut viewer = ben.join_call(call.id, &publishing(1)).await.unwrap();
    watch(ben, &mut viewer, kitchen, 1).await;
    let slot = slot(ben, &viewer, sender.participant, Source::Camera).await;
    viewer.peer.wait_received(&slot, |received| received.frames > 0).await.unwrap();

    viewer.peer.lose_one_in(10);
    viewer.peer.wait_received(&slot, |received| received.dropped >= 20).await.unwrap();
    viewer.peer.lose_one_in(0);

    let mended = |received: &Received| received.missing() == 0 && received.retransmitted >= 10;
    viewer.peer.wait_received(&slot, mended).await.unwrap();
}

#[tokio::test]
async fn the_layer_follows_the_size_of_the_tile() {
    let server = Server::start().await;
    let (kitchen, mut members) = server.join("kitchen", ["admin", "manager"]).await;
    let call = members[0].start_call(kitchen, Media::Video).await.unwrap();
    let [ana, ben] = &mut members;
    let layered = Publishing { camera: Some(Camera::simulcast(COLOURS[0])), ..publishing(0) };
    let sender = ana.join_call(call.id, &layered).await.unwrap();
    let mut viewer = ben.join_call(call.id, &publishing(1)).await.unwrap();
    participants(ben, kitchen, 2).await;
    let show =
        Some(headless::wire::Shown { participant: sender.participant, source: Source::Camera });
    let mid = viewer.peer.slots("video")[0].clone();

    for (width, height) in [(240, 135), (960, 540), (480, 270)] {
        let want = Want { mid: mid.clone(), show, width, height };
        ben.want(&mut viewer, vec![want]).await.unwrap();
        let fits = |received: &Received| received.size == Some((width, height));
        viewer.peer.wait_received(&mid, fits).await.unwrap();
    }
    let received = viewer.peer.received(&mid);
    assert_eq!((received.missing(), received.colour), (0, Some(COLOURS[0])));
}

#[tokio::test]
async fn a_seat_moves_to_another_connection_and_who_watches_gets_the_same_picture() {
    let server = Server::start().await;
    let (kitchen, mut members) = server.join("kitchen", ["admin", "manager"]).await;
    let call = members[0].start_call(kitchen, Media::Video).await.unwrap();
    let mut seats = take_seats(&mut members, &call).await;
    for (member, seat) in members.iter_mut().zip(&mut seats) {
        watch(member, seat, kitchen, 1).await;
    }
    let [ana, ben] = &mut members[..] else { panic!("two of them") };
    let shown = slot(ben, &seats[1], seats[0].participant, Source::Camera).await;
    seats[1].peer.wait_received(&shown, |received| received.frames >= 10).await.unwrap();
    let before = ben.mirror().call(kitchen).unwrap().participants.clone();

    let earlier = ana.move_seat(&mut seats[0], &publishing(0)).await.unwrap();
    earlier.close().await.unwrap();
    let frames = seats[1].peer.received(&shown).frames;
    let goes_on = |received: &Received| received.frames >= frames + 15;
    let received = seats[1].peer.wait_received(&shown, goes_on).await.unwrap();

    assert_eq!((received.missing(), received.colour), (0, Some(COLOURS[0])));
    let back = slot(ana, &seats[0], seats[1].participant, Source::Camera).await;
    let sees = |it: &Received| it.frames >= 10 && it.colour == Some(COLOURS[1]);
    seats[0].peer.wait_received(&back, sees).await.unwrap();
    assert_eq!(ben.mirror().call(kitchen).unwrap().participants, before, "nobody came or went");
    assert_eq!(seats[1].peer.offers(), 1, "and nobody else made an offer");
}

#[tokio::test]
async fn a_cut_socket_keeps_the_seat_and_disturbs_no_media() {
    let server = Server::start().await;
    let (kitchen, mut members) = server.join("kitchen", ["admin", "manager"]).await;
    let call = members[0].start_call(kitchen, Media::Video).await.unwrap();
    let mut seats = take_seats(&mut members, &call).await;
    for (member, seat) in members.iter_mut().zip(&mut seats) {
        watch(member, seat, kitchen, 1).await;
    }
    expect_all_to_see_and_hear(&mut members, &seats).await;
    let [ana, mut ben] = members;
    seats.iter().for_each(|seat| seat.peer.reset_received());

    let mut ana = ana.cut_and_resume().await.unwrap();

    let slot = slot(&mut ben, &seats[1], seats[0].participant, Source::Camera).await;
    let received = seats[1].peer.wait_received(&slot, |it| it.frames >= 30).await.unwrap();
    assert_eq!(received.missing(), 0);
    participants(&mut ana, kitchen, 2).await;
    assert!(ana.mirror().lost_seats.is_empty());
    let seat = Request::SetSending {
        participant: seats[0].participant,
        sending: headless::wire::Sending::default(),
    };
    ana.done(seat).await.unwrap();
}

#[tokio::test]
async fn a_device_that_vanishes_loses_its_seat_and_the_call_goes_on() {
    let server = Server::start().await;
    let (kitchen, mut members) = server.join("kitchen", ["admin", "manager", "sena"]).await;
    let call = members[0].start_call(kitchen, Media::Video).await.unwrap();
    let mut seats = take_seats(&mut members, &call).await;
    let [ana, mut ben, mut sena] = members;
    let gone = seats.remove(0);
    let participant = gone.participant;

    participants(&mut ben, kitchen, 3).await;
    participants(&mut sena, kitchen, 3).await;
    drop(ana.cut());
    drop(gone);

    participants(&mut ben, kitchen, 2).await;
    participants(&mut sena, kitchen, 2).await;
    let call = ben.mirror().call(kitchen).unwrap();
    assert!(call.participants.iter().all(|other| other.id != participant));
    assert_eq!(call.state, CallState::Active);
}

#[tokio::test]
async fn everybody_is_back_in_the_call_after_a_restart() {
    let mut server = Server::start().await;
    let (kitchen, mut members) = server.join("kitchen", ["admin", "manager"]).await;
    let call = members[0].start_call(kitchen, Media::Video).await.unwrap();
    let seats = take_seats(&mut members, &call).await;

    server.restart().await;
    drop(seats);
    let mut back = Vec::new();
    for member in members {
        back.push(member.cut_and_resume().await.unwrap());
    }
    let mut seats = take_seats(&mut back, &call).await;
    for (member, seat) in back.iter_mut().zip(&mut seats) {
        watch(member, seat, kitchen, 1).await;
    }

    expect_all_to_see_and_hear(&mut back, &seats).await;
}

/// What the person numbered `index` sends.
fn publishing(index: usize) -> Publishing {
    Publishing::new(Tone::new(index), COLOURS[index])
}

async fn take_seats(members: &mut [Member], call: &Call) -> Vec<Seat> {
    take_seats_from(members, call, 0).await
}

/// Lets members join, of whom the first sends what the person numbered `first` does.
async fn take_seats_from(members: &mut [Member], call: &Call, first: usize) -> Vec<Seat> {
    let mut seats = Vec::new();
    for (index, member) in members.iter_mut().enumerate() {
        seats.push(member.join_call(call.id, &publishing(first + index)).await.unwrap());
    }
    seats
}

/// Waits until each one gets the picture and the tone of every other, and the right ones.
async fn expect_all_to_see_and_hear(members: &mut [Member], seats: &[Seat]) {
    for (viewer, member) in members.iter_mut().enumerate() {
        for (other, seat) in seats.iter().enumerate().filter(|(other, _)| *other != viewer) {
            let picture = slot(member, &seats[viewer], seat.participant, Source::Camera).await;
            let peer = &seats[viewer].peer;
            let seen = |it: &Received| it.frames >= 10 && it.colour == Some(COLOURS[other]);
            peer.wait_received(&picture, seen).await.unwrap();
            let sound = slot(member, &seats[viewer], seat.participant, Source::Microphone).await;
            let heard = |it: &Received| it.packets >= 10 && it.tone == Some(Tone::new(other));
            seats[viewer].peer.wait_received(&sound, heard).await.unwrap();
        }
    }
}

/// Waits until a slot carries a source of a participant, and returns it.
async fn slot(
    member: &mut Member,
    seat: &Seat,
    participant: ParticipantId,
    source: Source,
) -> String {
    let find = |mirror: &Mirror| seat.slot_of(mirror, participant, source);
    member.wait_until("a slot carries it", find).await.unwrap()
}

async fn ring(
    member: &mut Member,
    conversation: headless::wire::ConversationId,
    person: headless::wire::PersonId,
    state: RingState,
) {
    let rings = |mirror: &Mirror| {
        let call = mirror.calls.get(&conversation)?;
        call.rings.iter().find(|ring| ring.person == person && ring.state == state).map(|_| ())
    };
    member.wait_until("the ring is in that state", rings).await.unwrap();
}

/// How the last call of a conversation ended, by the message about it.
fn ended(mirror: &Mirror, conversation: headless::wire::ConversationId) -> Option<EndReason> {
    let messages = mirror.messages.get(&conversation)?;
    messages.values().rev().find_map(|message| {
        let Content::Call { ended, .. } = message.content else { return None };
        ended
    })
}

fn refusal(error: &anyhow::Error) -> Option<FailureCode> {
    error.downcast_ref::<headless::RequestError>()?.code()
}

/// One for each person.
const COLOURS: [Colour; 4] = [
    Colour { red: 200, green: 30, blue: 30 },
    Colour { red: 30, green: 180, blue: 40 },
    Colour { red: 30, green: 60, blue: 210 },
    Colour { red: 220, green: 200, blue: 20 },
];
