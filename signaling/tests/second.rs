//! A device with two connections for a moment: who is in the call at every step.

use palabre_signaling::call::{
    Call, LEAVING_MS, MediaState, Moderation, Output, Permit, SEAT_KEPT_MS, SECOND_KEPT_MS,
};
use palabre_signaling::error::Refusal;
use palabre_signaling::wire::{
    CallId, Connection, ConversationId, DeviceId, Media, ParticipantId, PersonId, Sending, Source,
};
use uuid::Uuid;

#[test]
fn a_second_connection_that_flows_takes_over_and_nobody_is_told() {
    let mut call = talking();
    let before = call.snapshot();

    call.reserve_second(0, SECOND, SEAT).unwrap();
    call.on_second(SECOND).unwrap();
    outputs(&mut call);
    call.on_media(100, SECOND, MediaState::Flowing);
    assert_eq!(outputs(&mut call), [Output::Promote { second: SECOND }]);
    call.on_promoted(150, SEAT, SECOND);

    assert!(!outputs(&mut call).iter().any(|it| matches!(it, Output::Changed(_))));
    assert_eq!(call.snapshot(), before);
    assert_eq!(call.poll_timeout(), Some(150 + LEAVING_MS));
    call.handle_timeout(150 + LEAVING_MS);
    assert_eq!(outputs(&mut call), [Output::Release(SECOND)]);
    assert_eq!(call.snapshot(), before);
}

#[test]
fn a_second_connection_that_does_not_flow_in_time_is_given_up_and_the_first_goes_on() {
    let mut call = talking();
    let before = call.snapshot();
    call.reserve_second(0, SECOND, SEAT).unwrap();

    call.handle_timeout(SECOND_KEPT_MS);

    assert_eq!(outputs(&mut call), [Output::Release(SECOND), lost(SECOND)]);
    assert_eq!(call.snapshot(), before);
    assert_eq!(call.on_second(SECOND), Err(Refusal::NotInCall));
}

#[test]
fn a_second_connection_that_closes_is_given_up_and_the_first_goes_on() {
    let mut call = talking();
    call.reserve_second(0, SECOND, SEAT).unwrap();
    outputs(&mut call);

    call.on_media(100, SECOND, MediaState::Gone);

    assert_eq!(outputs(&mut call), [Output::Release(SECOND), lost(SECOND)]);
    assert_eq!(connection(&call), Some(Connection::Connected));
}

#[test]
fn a_first_connection_that_is_gone_is_no_loss_while_the_second_comes() {
    let mut call = talking();
    call.reserve_second(0, SECOND, SEAT).unwrap();

    call.on_media(100, SEAT, MediaState::Gone);
    assert!(!outputs(&mut call).contains(&lost(SEAT)));
    assert_eq!(connection(&call), Some(Connection::Reconnecting));
    call.on_media(200, SECOND, MediaState::Flowing);
    call.on_promoted(250, SEAT, SECOND);

    assert_eq!(connection(&call), Some(Connection::Connected));
    call.handle_timeout(100 + SEAT_KEPT_MS);
    assert_eq!(connection(&call), Some(Connection::Connected), "the seat is kept");
}

#[test]
fn a_device_with_neither_connection_is_told_to_join_again() {
    let mut call = talking();
    call.reserve_second(0, SECOND, SEAT).unwrap();
    call.on_media(100, SEAT, MediaState::Gone);
    outputs(&mut call);

    call.on_media(200, SECOND, MediaState::Gone);

    assert_eq!(outputs(&mut call), [Output::Release(SECOND), lost(SECOND), lost(SEAT)]);
    call.handle_timeout(100 + SEAT_KEPT_MS);
    assert_eq!(connection(&call), None);
}

#[test]
fn a_socket_that_is_cut_in_the_middle_does_not_stop_the_move() {
    let mut call = talking();
    call.reserve_second(0, SECOND, SEAT).unwrap();

    call.on_socket(50, ANA, DEVICE, false);
    call.on_media(100, SECOND, MediaState::Flowing);
    call.on_promoted(150, SEAT, SECOND);
    call.on_socket(200, ANA, DEVICE, true);

    assert_eq!(connection(&call), Some(Connection::Connected));
    assert!(!outputs(&mut call).contains(&lost(SEAT)));
}

#[test]
fn whoever_leaves_or_is_taken_out_leaves_with_both_connections() {
    let leave = |call: &mut Call| call.leave(100, SEAT).unwrap();
    let evict = |call: &mut Call| call.evict(100, ANA, DEVICE);
    let remove = |call: &mut Call| call.moderate(100, CLO, &Moderation::Remove(ANA)).unwrap();
    let end = |call: &mut Call| call.end_for_all(100, CLO).unwrap();
    let ways: [fn(&mut Call); 4] = [leave, evict, remove, end];
    for way in ways {
        let mut call = talking();
        call.reserve_second(0, SECOND, SEAT).unwrap();
        outputs(&mut call);

        way(&mut call);

        let told = outputs(&mut call);
        assert!(told.contains(&Output::Release(SEAT)), "{told:?}");
        assert!(told.contains(&Output::Release(SECOND)), "{told:?}");
        assert_eq!(connection(&call), None);
    }
}

#[test]
fn whoever_left_while_the_media_server_was_at_it_is_let_go_of_under_both_ids() {
    let mut call = talking();
    call.reserve_second(0, SECOND, SEAT).unwrap();
    call.on_media(100, SECOND, MediaState::Flowing);
    call.leave(110, SEAT).unwrap();
    outputs(&mut call);

    call.on_promoted(120, SEAT, SECOND);

    assert_eq!(outputs(&mut call), [Output::Release(SEAT), Output::Release(SECOND)]);
}

#[test]
fn a_device_may_give_its_second_connection_up() {
    let mut call = talking();
    call.reserve_second(0, SECOND, SEAT).unwrap();
    outputs(&mut call);

    call.leave(100, SECOND).unwrap();

    assert!(outputs(&mut call).contains(&Output::Release(SECOND)));
    assert_eq!(connection(&call), Some(Connection::Connected));
}

#[test]
fn a_third_connection_takes_the_place_of_the_second() {
    let mut call = talking();
    call.reserve_second(0, SECOND, SEAT).unwrap();

    call.reserve_second(100, THIRD, SEAT).unwrap();

    assert_eq!(outputs(&mut call), [Output::Release(SECOND)]);
    assert_eq!(call.on_second(SECOND), Err(Refusal::NotInCall));
    call.on_media(200, THIRD, MediaState::Flowing);
    assert_eq!(outputs(&mut call), [Output::Promote { second: THIRD }]);
}

#[test]
fn a_device_that_joins_anew_gives_both_connections_up() {
    let mut call = talking();
    call.reserve_second(0, SECOND, SEAT).unwrap();
    outputs(&mut call);

    call.reserve(100, THIRD, ANA, DEVICE).unwrap();
    call.join(100, THIRD, Sending::default(), true).unwrap();

    let told = outputs(&mut call);
    assert!(told.contains(&Output::Release(SEAT)) && told.contains(&Output::Release(SECOND)));
}

#[test]
fn what_is_stopped_is_stopped_on_both_connections() {
    let mut call = talking();
    call.reserve_second(0, SECOND, SEAT).unwrap();
    outputs(&mut call);

    call.moderate(100, CLO, &Moderation::StopSending(Some(SEAT), Source::Microphone)).unwrap();
    assert_eq!(permits(&mut call), [(SEAT, false), (SECOND, false)]);
    call.on_media(200, SECOND, MediaState::Flowing);
    call.on_promoted(250, SEAT, SECOND);

    assert_eq!(permits(&mut call), [(SEAT, false)], "said again of what carries it now");
}

#[test]
fn a_second_connection_that_comes_later_is_held_to_what_was_stopped_before() {
    let mut call = talking();
    call.moderate(0, CLO, &Moderation::StopSending(Some(SEAT), Source::Microphone)).unwrap();
    call.reserve_second(0, SECOND, SEAT).unwrap();
    outputs(&mut call);

    call.on_second(SECOND).unwrap();

    assert_eq!(permits(&mut call), [(SECOND, false)]);
}

#[test]
fn nobody_opens_a_second_connection_beside_a_seat_that_is_not_there() {
    let mut call = talking();

    assert_eq!(call.reserve_second(0, SECOND, THIRD), Err(Refusal::NotInCall));
}

/// A call of two, in which Ana speaks and Clo, who started it, listens.
fn talking() -> Call {
    let id = CallId(Uuid::nil());
    let mut call = Call::start(0, id, KITCHEN, Media::Audio, CLO, &[ANA, CLO], false);
    let sending = Sending { microphone: true, ..Sending::default() };
    for (participant, person, device) in
        [(participant(9), CLO, DeviceId(Uuid::from_u128(2))), (SEAT, ANA, DEVICE)]
    {
        call.reserve(0, participant, person, device).expect("a place is free");
        call.join(0, participant, sending, true).expect("the place was kept");
        call.on_media(0, participant, MediaState::Flowing);
    }
    outputs(&mut call);
    call
}

fn outputs(call: &mut Call) -> Vec<Output> {
    std::iter::from_fn(|| call.poll_output()).collect()
}

/// Whose microphone may be heard, as the media server was told.
fn permits(call: &mut Call) -> Vec<(ParticipantId, bool)> {
    let told = outputs(call).into_iter().filter_map(|output| {
        let Output::Permit { participant, permit: Permit { sends, .. }, .. } = output else {
            return None;
        };
        Some((participant, sends.microphone))
    });
    told.collect()
}

fn lost(participant: ParticipantId) -> Output {
    Output::SeatLost { person: ANA, device: DEVICE, participant }
}

fn connection(call: &Call) -> Option<Connection> {
    let participants = call.snapshot().participants;
    participants.iter().find(|it| it.person == ANA).map(|it| it.connection)
}

const fn participant(n: u128) -> ParticipantId {
    ParticipantId(Uuid::from_u128(n))
}

const ANA: PersonId = PersonId(Uuid::from_u128(1));
const CLO: PersonId = PersonId(Uuid::from_u128(3));
const DEVICE: DeviceId = DeviceId(Uuid::from_u128(1));
const SEAT: ParticipantId = participant(1);
const SECOND: ParticipantId = participant(2);
const THIRD: ParticipantId = participant(3);
const KITCHEN: ConversationId = ConversationId(Uuid::from_u128(10));
