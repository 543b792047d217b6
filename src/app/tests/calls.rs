//! Calls, with media threads that are only told of.

use palabre_signaling::wire::{
    CallState, Connection, EndReason, Quality, RingState, Slot, SourceSection, Want,
};

use super::*;
use crate::shards::ShardEvent;
use crate::shards::fake::Told;

#[tokio::test]
async fn a_call_rings_every_other_member_and_stands_in_the_conversation() {
    let server = Server::start().await;
    let ([ana, mut ben, clo], kitchen) = server.kitchen().await;

    let call = ana.start_call(kitchen).await;
    let found = clo.start_call(kitchen).await;

    assert_eq!(call.state, CallState::Ringing);
    assert_eq!(found, call);
    let states: Vec<_> = call.rings.iter().map(|ring| ring.state).collect();
    assert_eq!(states, [RingState::Accepted, RingState::Ringing, RingState::Ringing]);
    let content = ben.next_message().await.content;
    assert!(matches!(content, Content::Call { call: id, ended: None, .. } if id == call.id));
    assert_eq!(ben.next().await, Event::CallChanged { call: call.clone() });
    let late = server.device(ben.person, 2).await;
    assert_eq!(late.welcome.conversations[0].call, Some(call));
}

#[tokio::test]
async fn answering_on_one_device_stops_the_ringing_on_the_others() {
    let server = Server::start().await;
    let ([ana, ben, mut clo], kitchen) = server.kitchen().await;
    let mut phone = server.device(ben.person, 2).await;
    let call = ana.start_call(kitchen).await;
    ana.join(call.id).await;

    let (seat, joined) = ben.join(call.id).await;

    assert_eq!(joined.state, CallState::Active);
    assert_eq!(joined.participants[1].id, seat);
    assert_eq!(joined.participants[1].connection, Connection::Connecting);
    for member in [&mut phone, &mut clo] {
        let told = member.next_call(|it| it.state == CallState::Active).await;
        assert_eq!(told, joined);
        assert_eq!(told.rings[1].state, RingState::Accepted);
    }
}

#[tokio::test]
async fn a_call_that_everybody_declines_is_over_and_says_so_in_the_conversation() {
    let server = Server::start().await;
    let ([mut ana, ben, clo], kitchen) = server.kitchen().await;
    let call = ana.start_call(kitchen).await;
    ana.join(call.id).await;

    ben.done(Request::DeclineCall { call: call.id }).await;
    clo.done(Request::DeclineCall { call: call.id }).await;

    let ended = CallState::Ended { reason: EndReason::Declined };
    ana.next_call(|it| it.state == ended).await;
    let message = ana.next_message().await;
    assert_eq!((message.seq, message.changed_seq, message.number), (2, 3, 2));
    assert_eq!(ended_with(&message), Some((EndReason::Declined, 0, vec![ana.person])));
    assert_eq!(ana.refused(join(call.id, "offer")).await, FailureCode::CallOver);
    assert_eq!(server.device(ana.person, 2).await.welcome.conversations[0].call, None);
}

#[tokio::test]
async fn a_call_that_nobody_answers_is_missed_after_45_s() {
    let server = Server::start().await;
    let ([mut ana, _ben, _clo], kitchen) = server.kitchen().await;
    let call = ana.start_call(kitchen).await;
    ana.join(call.id).await;

    server.clock.advance(Duration::from_secs(44));
    ana.done(Request::Ping).await;
    assert_eq!(ana.start_call(kitchen).await.state, CallState::Ringing);
    server.clock.advance(Duration::from_secs(1));

    let ended = ana.next_call(|it| matches!(it.state, CallState::Ended { .. })).await;
    assert_eq!(ended.state, CallState::Ended { reason: EndReason::Missed });
}

#[tokio::test]
async fn a_call_lasts_from_the_first_answer_until_the_last_one_leaves() {
    let mut server = Server::start().await;
    let ([mut ana, ben, _clo], kitchen) = server.kitchen().await;
    let call = ana.start_call(kitchen).await;
    let (ana_seat, _) = ana.join(call.id).await;
    let (ben_seat, _) = ben.join(call.id).await;
    server.clock.advance(Duration::from_secs(30));

    ben.done(Request::LeaveCall { participant: ben_seat }).await;
    ana.done(Request::LeaveCall { participant: ana_seat }).await;

    let message = loop {
        let message = ana.next_message().await;
        if message.changed_seq != message.seq {
            break message;
        }
    };
    let people = vec![ana.person, ben.person];
    assert_eq!(ended_with(&message), Some((EndReason::Completed, 30_000, people)));
    let mut told = Vec::new();
    while told.last() != Some(&Told::End(call.id)) {
        told.push(server.shard.told.recv().await.unwrap());
    }
    assert!(told.contains(&Told::Leave(ana_seat)) && told.contains(&Told::Leave(ben_seat)));
}

#[tokio::test]
async fn whoever_hangs_up_ends_a_call_between_two() {
    let server = Server::start().await;
    let ana = server.member("ana").await;
    let mut ben = server.member("ben").await;
    let direct = ana.direct(ben.person).await.id;
    let call = ana.start_call(direct).await;
    let (seat, _) = ana.join(call.id).await;
    ben.join(call.id).await;

    ana.done(Request::LeaveCall { participant: seat }).await;

    let ended = CallState::Ended { reason: EndReason::Completed };
    ben.next_call(|it| it.state == ended).await;
}

#[tokio::test]
async fn an_offer_that_cannot_be_used_takes_no_seat() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let call = ana.start_call(kitchen).await;

    assert_eq!(ben.refused(join(call.id, "bad")).await, FailureCode::BadOffer);

    let call = ana.start_call(kitchen).await;
    assert_eq!(call.participants, []);
    assert_eq!(call.rings[1].state, RingState::Ringing);
}

#[tokio::test]
async fn a_call_whose_media_is_lost_for_good_fails_after_its_devices_have_tried_again() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let (call, mut ana, mut ben, ben_seat) = in_call(ana, ben, kitchen).await;
    let ana_seat = ana.start_call(kitchen).await.participants[0].id;

    // What a shard tells when its engine fails.
    for participant in [ana_seat, ben_seat] {
        server.shard.events.send(ShardEvent::Gone { call, participant }).await.unwrap();
    }
    for (member, participant) in [(&mut ana, ana_seat), (&mut ben, ben_seat)] {
        member.until(|event| *event == Event::SeatLost { participant }).await;
        assert_eq!(member.refused(join(call, "fatal")).await, FailureCode::Unavailable);
    }
    server.clock.advance(Duration::from_secs(19));
    assert_eq!(ana.start_call(kitchen).await.state, CallState::Active);
    server.clock.advance(Duration::from_secs(1));

    let failed = CallState::Ended { reason: EndReason::Failed };
    ana.next_call(|it| it.state == failed).await;
    let message = ana.next_message().await;
    assert_eq!(ended_with(&message).unwrap().0, EndReason::Failed);
}

#[tokio::test]
async fn a_call_whose_engine_failed_once_goes_on_with_whoever_joins_again() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let (call, ana, mut ben, seat) = in_call(ana, ben, kitchen).await;
    let ana_seat = ana.start_call(kitchen).await.participants[0].id;
    for participant in [ana_seat, seat] {
        server.shard.events.send(ShardEvent::Gone { call, participant }).await.unwrap();
    }
    ben.until(|event| *event == Event::SeatLost { participant: seat }).await;
    assert_eq!(ben.refused(join(call, "fatal")).await, FailureCode::Unavailable);

    let (seat, _) = ben.join(call).await;
    server.clock.advance(Duration::from_secs(20));

    let call = ben.next_call(|it| it.participants.len() == 1).await;
    assert_eq!((call.state, call.participants[0].id), (CallState::Active, seat));
}

#[tokio::test]
async fn a_seat_is_kept_for_20_s_after_socket_and_media_are_gone() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let (call, ana, ben, seat) = in_call(ana, ben, kitchen).await;
    let mut ana = ana;
    let person = ben.person;

    flow(&server, call, seat).await;
    ana.next_call(|it| connection_of(it, seat) == Some(Connection::Connected)).await;
    ben.disconnect().await;
    ana.next_call(|it| connection_of(it, seat) == Some(Connection::Reconnecting)).await;
    server.shard.events.send(ShardEvent::Silent { call, participant: seat }).await.unwrap();
    // One more change after it shows that the silence was taken in.
    let (_, phone) = server.device(person, 2).await.join(call).await;
    assert_eq!(connection_of(&phone, seat), Some(Connection::Reconnecting));
    server.clock.advance(Duration::from_millis(19_999));
    assert_eq!(ana.start_call(kitchen).await.participants[1].id, seat);
    server.clock.advance(Duration::from_millis(1));

    ana.next_call(|it| connection_of(it, seat).is_none()).await;
}

#[tokio::test]
async fn a_device_whose_socket_comes_back_in_time_keeps_its_seat_and_its_media() {
    let mut server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let (call, mut ana, ben, seat) = in_call(ana, ben, kitchen).await;
    let person = ben.person;
    flow(&server, call, seat).await;
    ana.next_call(|it| connection_of(it, seat) == Some(Connection::Connected)).await;

    ben.disconnect().await;
    ana.next_call(|it| connection_of(it, seat) == Some(Connection::Reconnecting)).await;
    server.clock.advance(Duration::from_secs(10));
    let ben = server.device(person, 1).await;

    ana.next_call(|it| connection_of(it, seat) == Some(Connection::Connected)).await;
    let sending = Sending { camera: true, ..Sending::default() };
    ben.done(Request::SetSending { participant: seat, sending }).await;
    assert!(server.shard.told.try_recv().is_err(), "the media threads were told something");
}

#[tokio::test]
async fn a_device_that_joins_again_replaces_itself() {
    let mut server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let (call, ana, ben, old) = in_call(ana, ben, kitchen).await;

    let (new, joined) = ben.join(call).await;

    assert_ne!(new, old);
    assert_eq!(joined.participants.len(), 2);
    assert_eq!(server.shard.told.recv().await, Some(Told::Leave(old)));
    let left = ben.refused(Request::LeaveCall { participant: old }).await;
    assert_eq!(left, FailureCode::NotInCall);
    let stolen = ana.refused(Request::LeaveCall { participant: new }).await;
    assert_eq!(stolen, FailureCode::NotInCall);
}

#[tokio::test]
async fn a_restart_in_mid_call_asks_its_devices_to_join_again() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let (call, ana, ben, seat) = in_call(ana, ben, kitchen).await;

    let server = server.restart(Duration::from_secs(300)).await;
    let mut ben = server.device(ben.person, 1).await;
    let resumed = ben.welcome.conversations[0].call.clone().unwrap();
    assert_eq!(connection_of(&resumed, seat), Some(Connection::Reconnecting));
    ben.until(|event| *event == Event::SeatLost { participant: seat }).await;
    let (new, joined) = ben.join(call).await;
    assert_eq!(joined.state, CallState::Active);
    server.clock.advance(Duration::from_secs(20));

    // Ana has not come back; Ben goes on.
    let call = ben.next_call(|it| it.participants.len() == 1).await;
    assert_eq!(call.participants[0].id, new);
    assert!(call.version > resumed.version);
    let back = server.device(ana.person, 1).await;
    assert_eq!(back.welcome.conversations[0].call, Some(call));
}

#[tokio::test]
async fn a_call_that_rang_when_the_server_stopped_is_missed_when_its_time_is_up() {
    let server = Server::start().await;
    let ([ana, _ben, _clo], kitchen) = server.kitchen().await;
    let call = ana.start_call(kitchen).await;
    ana.join(call.id).await;
    server.clock.advance(Duration::from_secs(30));

    let server = server.restart(Duration::from_secs(5)).await;
    let mut ana = server.device(ana.person, 1).await;
    assert!(ana.welcome.conversations[0].call.is_some());
    ana.join(call.id).await;
    server.clock.advance(Duration::from_secs(10));
    ana.next_call(|it| it.state == CallState::Ended { reason: EndReason::Missed }).await;
    let history = ana.history(kitchen).await;
    let server = server.restart(Duration::from_secs(5)).await;

    let ana = server.device(ana.person, 1).await;
    assert_eq!(ana.welcome.conversations[0].call, None);
    assert_eq!(ana.history(kitchen).await.len(), history.len());
}

#[tokio::test]
async fn a_call_whose_time_was_up_while_the_server_was_down_is_over_when_it_is_back() {
    let server = Server::start().await;
    let ([ana, _ben, _clo], kitchen) = server.kitchen().await;
    let call = ana.start_call(kitchen).await;
    ana.join(call.id).await;

    let server = server.restart(Duration::from_secs(60)).await;
    let ana = server.device(ana.person, 1).await;

    assert_eq!(ana.welcome.conversations[0].call, None);
    let message = ana.history(kitchen).await.pop().unwrap();
    assert_eq!(ended_with(&message).unwrap().0, EndReason::Missed);
}

#[tokio::test]
async fn what_slots_carry_is_told_to_their_device_alone() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let mut phone = server.device(ben.person, 2).await;
    let (call, _ana, mut ben, seat) = in_call(ana, ben, kitchen).await;

    let slots = vec![Slot { mid: String::from("3"), shown: None, live: false, paused: None }];
    let event = ShardEvent::Slots { call, participant: seat, slots: slots.clone() };
    server.shard.events.send(event).await.unwrap();
    server.shard.events.send(ShardEvent::Gone { call, participant: seat }).await.unwrap();

    let changed = Event::SlotsChanged { participant: seat, slots };
    ben.until(|event| *event == changed).await;
    ben.until(|event| *event == Event::SeatLost { participant: seat }).await;
    let reconnecting = |event: &Event| {
        matches!(event, Event::CallChanged { call }
            if connection_of(call, seat) == Some(Connection::Reconnecting))
    };
    loop {
        let event = phone.next().await;
        assert!(!matches!(event, Event::SlotsChanged { .. } | Event::SeatLost { .. }));
        if reconnecting(&event) {
            break;
        }
    }
}

#[tokio::test]
async fn figures_go_to_whose_they_are_and_weak_connections_to_the_whole_call() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let (call, mut ana, mut ben, seat) = in_call(ana, ben, kitchen).await;
    let quality = Quality { weak: true, loss_down_percent: 8, ..Quality::default() };

    let events = &server.shard.events;
    events.send(ShardEvent::Quality { call, participant: seat, quality }).await.unwrap();
    events.send(ShardEvent::Weak { call, participants: vec![seat] }).await.unwrap();

    let own = Event::QualityChanged { participant: seat, quality };
    let weak = Event::WeakChanged { call, participants: vec![seat] };
    ben.until(|event| *event == own).await;
    ben.until(|event| *event == weak).await;
    loop {
        let event = ana.next().await;
        assert!(!matches!(event, Event::QualityChanged { .. }));
        if event == weak {
            break;
        }
    }
}

#[tokio::test]
async fn who_speaks_is_told_to_the_devices_in_the_call_alone() {
    let server = Server::start().await;
    let ([ana, ben, mut clo], kitchen) = server.kitchen().await;
    let (call, mut ana, mut ben, seat) = in_call(ana, ben, kitchen).await;

    let event = ShardEvent::Speaking { call, speakers: vec![seat] };
    server.shard.events.send(event).await.unwrap();
    flow(&server, call, seat).await;

    let changed = Event::SpeakingChanged { call, speakers: vec![seat] };
    ana.until(|event| *event == changed).await;
    ben.until(|event| *event == changed).await;
    let connected = |event: &Event| {
        matches!(event, Event::CallChanged { call }
            if connection_of(call, seat) == Some(Connection::Connected))
    };
    loop {
        let event = clo.next().await;
        assert!(!matches!(event, Event::SpeakingChanged { .. }));
        if connected(&event) {
            break;
        }
    }
}

#[tokio::test]
async fn offers_and_wants_go_to_the_media_of_ones_own_seat_only() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let (_, ana, ben, seat) = in_call(ana, ben, kitchen).await;
    let offer = |offer: &str| Request::Offer {
        participant: seat,
        offer: offer.into(),
        sources: Vec::<SourceSection>::new(),
    };

    let Ok(Reply::Answer { answer, call, .. }) = ben.ask(offer("more")).await else {
        panic!("not an answer");
    };
    assert_eq!((answer.participant, answer.sdp.as_str()), (seat, "answer to more"));
    assert_eq!(call.participants.len(), 2);
    ben.done(Request::Want { participant: seat, wants: Vec::<Want>::new(), data_saver: None })
        .await;

    assert_eq!(ben.refused(offer("bad")).await, FailureCode::BadOffer);
    assert_eq!(ana.refused(offer("more")).await, FailureCode::NotInCall);
    let want = Request::Want { participant: seat, wants: Vec::new(), data_saver: None };
    assert_eq!(ana.refused(want).await, FailureCode::NotInCall);
}

#[tokio::test]
async fn nobody_but_who_started_a_call_ends_it_for_all() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let (call, ana, mut ben, _) = in_call(ana, ben, kitchen).await;

    assert_eq!(ben.refused(Request::EndCall { call }).await, FailureCode::NotAllowed);
    ana.done(Request::EndCall { call }).await;

    let ended = CallState::Ended { reason: EndReason::Completed };
    ben.next_call(|it| it.state == ended).await;
}

#[tokio::test]
async fn a_stranger_cannot_tell_a_call_from_one_that_is_over() {
    let server = Server::start().await;
    let ([ana, _ben, _clo], kitchen) = server.kitchen().await;
    let dan = server.member("dan").await;
    let call = ana.start_call(kitchen).await.id;
    let missing = CallId(Uuid::from_u128(404));

    for ask in [
        |call| join(call, "offer"),
        |call| Request::DeclineCall { call },
        |call| Request::EndCall { call },
    ] {
        let about_it = dan.ask(ask(call)).await;
        assert_eq!(about_it.clone().unwrap_err().code, FailureCode::CallOver);
        assert_eq!(about_it, dan.ask(ask(missing)).await);
    }
}

#[tokio::test]
async fn a_revoked_session_loses_its_seat_at_once() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let (_, mut ana, ben, seat) = in_call(ana, ben, kitchen).await;

    server.store.delete_session(ben.session).await.unwrap();
    server.app.revoke(ben.session).await;

    ana.next_call(|it| it.participants.len() == 1).await;
    let left = ben.refused(Request::LeaveCall { participant: seat }).await;
    assert_eq!(left, FailureCode::NotSignedIn);
}

/// Ana calls and is in, Ben answers; returns his seat.
pub(super) async fn in_call(
    ana: Member,
    ben: Member,
    conversation: ConversationId,
) -> (CallId, Member, Member, ParticipantId) {
    let call = ana.start_call(conversation).await.id;
    ana.join(call).await;
    let (seat, _) = ben.join(call).await;
    (call, ana, ben, seat)
}

pub(super) async fn flow(server: &Server, call: CallId, participant: ParticipantId) {
    server.shard.events.send(ShardEvent::Connected { call, participant }).await.unwrap();
}

fn connection_of(call: &Call, seat: ParticipantId) -> Option<Connection> {
    let participant = call.participants.iter().find(|participant| participant.id == seat);
    participant.map(|participant| participant.connection)
}

fn ended_with(message: &Message) -> Option<(EndReason, u64, Vec<PersonId>)> {
    let Content::Call { ended, duration_ms, people, .. } = &message.content else { return None };
    ended.map(|reason| (reason, *duration_ms, people.clone()))
}
