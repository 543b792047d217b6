//! A device that changes its way to the media threads, which are only told of it.

use palabre_signaling::wire::{CallState, Connection};

use super::calls::{flow, in_call};
use super::*;
use crate::shards::ShardEvent;
use crate::shards::fake::Told;

#[tokio::test]
async fn a_second_connection_takes_over_and_is_let_go_of_under_its_own_id() {
    let mut server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let (call, mut ana, mut ben, seat) = in_call(ana, ben, kitchen).await;

    let second = move_seat(&ben, seat).await;
    ben.done(Request::Want { participant: second, wants: Vec::new(), data_saver: None }).await;
    flow(&server, call, second).await;
    until_told(&mut server, Told::Promote(second)).await;
    promote(&server, call, seat, second).await;
    ben.until(|event| *event == Event::SeatMoved { participant: seat, second }).await;
    // A change after it shows that the promotion was taken in.
    let shown = ana.next_call(|it| connected(it) == [seat]).await;
    assert_eq!((shown.state, shown.participants.len()), (CallState::Active, 2));
    server.clock.advance(Duration::from_secs(6));
    until_told(&mut server, Told::Leave(second)).await;

    assert_eq!(ben.refused(leave(second)).await, FailureCode::NotInCall);
    ben.done(leave(seat)).await;
}

#[tokio::test]
async fn an_offer_that_cannot_be_used_leaves_the_seat_as_it_was() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let (call, ana, ben, seat) = in_call(ana, ben, kitchen).await;

    assert_eq!(ben.refused(moving(seat, "bad")).await, FailureCode::BadOffer);
    assert_eq!(ben.refused(moving(seat, "fatal")).await, FailureCode::Unavailable);

    let shown = ana.start_call(kitchen).await;
    assert_eq!((shown.id, shown.participants[1].id), (call, seat));
    ben.done(leave(seat)).await;
}

#[tokio::test]
async fn nobody_opens_a_second_connection_for_the_seat_of_another() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let (_, ana, _ben, seat) = in_call(ana, ben, kitchen).await;

    assert_eq!(ana.refused(moving(seat, "offer")).await, FailureCode::NotInCall);
}

#[tokio::test]
async fn a_device_that_left_while_it_was_promoted_leaves_nothing_behind() {
    let mut server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let (call, _ana, ben, seat) = in_call(ana, ben, kitchen).await;
    let second = move_seat(&ben, seat).await;
    ben.done(leave(seat)).await;
    until_told(&mut server, Told::Leave(second)).await;

    promote(&server, call, seat, second).await;

    until_told(&mut server, Told::Leave(seat)).await;
    until_told(&mut server, Told::Leave(second)).await;
}

#[tokio::test]
async fn a_device_that_sits_with_two_connections_hears_of_its_call_once() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let (call, ana, mut ben, seat) = in_call(ana, ben, kitchen).await;
    move_seat(&ben, seat).await;
    let ana_seat = ana.start_call(kitchen).await.participants[0].id;

    for emoji in ["👍", "👏"] {
        let emoji = String::from(emoji);
        ana.done(Request::ReactInCall { participant: ana_seat, emoji }).await;
    }

    let shown = |emoji: &str| {
        let emoji = String::from(emoji);
        Event::CallReaction { call, participant: ana_seat, emoji }
    };
    ben.until(|event| *event == shown("👍")).await;
    assert_eq!(ben.next().await, shown("👏"), "and not the first one again");
}

async fn move_seat(member: &Member, seat: ParticipantId) -> ParticipantId {
    let reply = member.ask(moving(seat, "offer")).await.unwrap();
    let Reply::Answer { answer, .. } = reply else { panic!("not an answer") };
    answer.participant
}

async fn promote(server: &Server, call: CallId, participant: ParticipantId, second: ParticipantId) {
    let promoted = ShardEvent::Promoted { call, participant, second };
    server.shard.events.send(promoted).await.unwrap();
}

async fn until_told(server: &mut Server, what: Told) {
    while server.shard.told.recv().await.unwrap() != what {}
}

fn connected(call: &Call) -> Vec<ParticipantId> {
    let connected = call.participants.iter().filter(|it| it.connection == Connection::Connected);
    connected.map(|it| it.id).collect()
}

fn moving(participant: ParticipantId, offer: &str) -> Request {
    Request::MoveSeat { participant, offer: offer.into(), sources: Vec::new() }
}

fn leave(participant: ParticipantId) -> Request {
    Request::LeaveCall { participant }
}
