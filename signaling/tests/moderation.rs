//! Who may do what in a call, by the clock of the test.

use palabre_signaling::call::{Call, Moderation, Output, Permit, RING_MS};
use palabre_signaling::error::Refusal;
use palabre_signaling::wire::{
    CallId, CallRules, CallState, ConversationId, DeviceId, EndReason, Media, ParticipantId,
    PersonId, RingState, Sending, Source,
};
use uuid::Uuid;

#[test]
fn what_a_moderator_stops_flows_again_once_its_owner_turns_it_off_and_on() {
    let mut call = full_call();

    call.moderate(10, BEN, &stop(3, Source::Microphone)).unwrap();

    let told = outputs(&mut call);
    let stopped = Output::SendingStopped {
        person: CLO,
        device: device(3),
        participant: seat(3),
        source: Source::Microphone,
        by: BEN,
    };
    assert!(told.contains(&stopped));
    assert_eq!(permits(&told), [(seat(3), Sending { microphone: false, ..EVERYTHING })]);
    assert!(!sending(&call, 3).microphone);
    // A change that was under way when it was stopped.
    call.set_sending(11, seat(3), Sending { screen: true, ..TALKING }).unwrap();
    assert!(permits(&outputs(&mut call)).is_empty());
    call.set_sending(12, seat(3), Sending::default()).unwrap();
    call.set_sending(13, seat(3), TALKING).unwrap();
    assert_eq!(permits(&outputs(&mut call)), [(seat(3), EVERYTHING)]);
    assert!(sending(&call, 3).microphone);
}

#[test]
fn stopping_everybody_leaves_those_who_moderate_alone() {
    let mut call = full_call();

    call.moderate(10, ANA, &Moderation::StopSending(None, Source::Camera)).unwrap();

    assert_eq!([1, 2, 3].map(|n| sending(&call, n).camera), [true, true, false]);
}

#[test]
fn what_the_rules_forbid_does_not_flow_by_itself_when_they_allow_it_again() {
    let mut call = full_call();
    let quiet = CallRules { microphone: false, ..CallRules::default() };

    call.moderate(10, BEN, &Moderation::SetRules(quiet)).unwrap();
    assert!(!sending(&call, 3).microphone && sending(&call, 1).microphone);
    call.set_sending(11, seat(3), Sending::default()).unwrap();
    call.set_sending(12, seat(3), TALKING).unwrap();
    assert!(!sending(&call, 3).microphone, "the rules stand");
    call.moderate(13, BEN, &Moderation::SetRules(CallRules::default())).unwrap();
    assert!(!sending(&call, 3).microphone, "nobody's microphone opens by what others do");

    call.set_sending(14, seat(3), Sending::default()).unwrap();
    call.set_sending(15, seat(3), TALKING).unwrap();
    assert!(sending(&call, 3).microphone);
}

#[test]
fn who_comes_in_under_the_rules_is_held_to_them_at_once() {
    let mut call = call();
    sit(&mut call, 1, ANA, 1);
    let dark = CallRules { camera: false, ..CallRules::default() };
    call.moderate(2, ANA, &Moderation::SetRules(dark)).unwrap();
    outputs(&mut call);

    sit(&mut call, 3, CLO, 3);

    let allowed = Sending { camera: false, ..EVERYTHING };
    assert_eq!(permits(&outputs(&mut call)), [(seat(3), allowed)]);
    assert!(!sending(&call, 3).camera);
}

#[test]
fn nobody_but_moderators_moderates_and_nobody_moderates_the_owner() {
    let mut call = full_call();
    let not_allowed = |outcome| assert!(matches!(outcome, Err(Refusal::NotAllowed(_))));

    not_allowed(call.moderate(1, CLO, &stop(2, Source::Microphone)));
    not_allowed(call.moderate(1, CLO, &Moderation::Remove(BEN)));
    not_allowed(call.moderate(1, CLO, &Moderation::SetRules(CallRules::default())));
    not_allowed(call.moderate(1, BEN, &stop(1, Source::Microphone)));
    not_allowed(call.moderate(1, BEN, &Moderation::Remove(ANA)));
    not_allowed(call.end_for_all(1, CLO));
    assert_eq!(call.moderate(1, PersonId(Uuid::nil()), &stop(2, Source::Camera)), OVER);
    assert_eq!(sending(&call, 2), TALKING);

    call.set_moderators(2, &[CLO]);
    not_allowed(call.moderate(2, BEN, &stop(3, Source::Microphone)));
    call.moderate(2, CLO, &stop(2, Source::Microphone)).unwrap();
}

#[test]
fn who_was_taken_out_does_not_come_back_by_themselves() {
    let mut call = full_call();

    call.moderate(10, BEN, &Moderation::Remove(CLO)).unwrap();

    assert!(outputs(&mut call).contains(&Output::Release(seat(3))));
    assert_eq!(call.snapshot().rings[2].state, RingState::Removed);
    let again = call.reserve(11, seat(9), CLO, device(3));
    assert_eq!(again, Err(Refusal::RemovedFromCall));
    call.decline(12, CLO).unwrap();
    assert_eq!(call.snapshot().rings[2].state, RingState::Removed);
}

#[test]
fn a_locked_call_takes_in_those_at_whom_it_rings_and_moderators_and_who_sits_already() {
    let mut call = call();
    sit(&mut call, 1, ANA, 1);
    sit(&mut call, 1, BEN, 2);
    let locked = CallRules { locked: true, ..CallRules::default() };
    call.moderate(2, ANA, &Moderation::SetRules(locked)).unwrap();

    assert_eq!(call.reserve(3, seat(3), CLO, device(3)), Ok(()));
    call.cancel_reservation(3, seat(3));
    call.handle_timeout(RING_MS);
    assert_eq!(call.reserve(RING_MS, seat(3), CLO, device(3)), Err(Refusal::CallLocked));
    assert_eq!(call.reserve(RING_MS, seat(4), BEN, device(2)), Ok(()));
    call.leave(RING_MS, seat(2)).unwrap();
    assert_eq!(call.reserve(RING_MS, seat(5), BEN, device(5)), Ok(()), "a moderator");
}

#[test]
fn a_moderator_ends_the_call_for_everybody() {
    let mut call = full_call();

    call.end_for_all(5_000, BEN).unwrap();

    assert_eq!(call.snapshot().state, CallState::Ended { reason: EndReason::Completed });
}

#[test]
fn hands_are_raised_by_their_owners_and_taken_down_by_moderators_too() {
    let mut call = full_call();

    call.set_hand(20, CLO, seat(3), true).unwrap();
    call.set_hand(21, CLO, seat(3), true).unwrap();
    assert_eq!(hand(&call, 3), Some(20), "its place in the queue stays");
    assert!(call.set_hand(22, CLO, seat(2), true).is_err());
    assert!(call.set_hand(22, BEN, seat(1), true).is_err());
    sit(&mut call, 23, CLO, 3);
    assert_eq!(hand(&call, 3), Some(20), "and when its device comes back");

    call.set_hand(24, BEN, seat(3), false).unwrap();
    assert_eq!(hand(&call, 3), None);
}

/// A group's call that Ana started and Ben moderates.
fn call() -> Call {
    let members = [ANA, BEN, CLO];
    let mut call = Call::start(0, CallId(Uuid::nil()), KITCHEN, Media::Video, ANA, &members, false);
    call.set_moderators(0, &[BEN]);
    call
}

/// The same with everybody in it, seen and heard.
fn full_call() -> Call {
    let mut call = call();
    for (n, person) in [(1, ANA), (2, BEN), (3, CLO)] {
        sit(&mut call, 1, person, n);
    }
    outputs(&mut call);
    call
}

#[test]
fn nothing_comes_from_who_holds_or_goes_to_them_until_they_are_back() {
    let mut call = full_call();
    call.take_unsaved();

    call.set_hold(10, seat(3), true).unwrap();

    let nothing = Permit { sends: Sending::default(), receives: false };
    let revision = 1;
    let told = Output::Permit { participant: seat(3), permit: nothing, revision };
    assert!(outputs(&mut call).contains(&told));
    assert_eq!(sending(&call, 3), Sending::default());
    assert!(call.take_unsaved(), "a restart must not take it off hold");
    // The device comes back by another seat, as when the server lost the first.
    call.reserve(11, seat(4), CLO, device(3)).unwrap();
    call.join(11, seat(4), TALKING, true).unwrap();
    let told = Output::Permit { participant: seat(4), permit: nothing, revision: revision + 1 };
    assert!(outputs(&mut call).contains(&told), "its other call goes on");

    call.set_hold(12, seat(4), false).unwrap();

    assert_eq!(permits(&outputs(&mut call)), [(seat(4), EVERYTHING)]);
    assert_eq!(sending(&call, 4), TALKING);
    assert_eq!(call.set_hold(13, seat(9), true), Err(Refusal::NotInCall));
}

fn sit(call: &mut Call, now_ms: i64, person: PersonId, n: u128) {
    call.reserve(now_ms, seat(n), person, device(n)).expect("a place is free");
    call.join(now_ms, seat(n), TALKING, true).expect("the place was kept");
}

fn stop(n: u128, source: Source) -> Moderation {
    Moderation::StopSending(Some(seat(n)), source)
}

fn outputs(call: &mut Call) -> Vec<Output> {
    std::iter::from_fn(|| call.poll_output()).collect()
}

fn permits(outputs: &[Output]) -> Vec<(ParticipantId, Sending)> {
    let permit = |output: &Output| {
        let Output::Permit { participant, permit, .. } = *output else { return None };
        Some((participant, permit.sends))
    };
    outputs.iter().filter_map(permit).collect()
}

fn sending(call: &Call, n: u128) -> Sending {
    let seats = call.snapshot().participants;
    seats.iter().find(|it| it.id == seat(n)).expect("is in").sending
}

fn hand(call: &Call, n: u128) -> Option<i64> {
    let seats = call.snapshot().participants;
    seats.iter().find(|it| it.id == seat(n))?.hand_raised_at_ms
}

const fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

const fn device(n: u128) -> DeviceId {
    DeviceId(Uuid::from_u128(n))
}

const fn seat(n: u128) -> ParticipantId {
    ParticipantId(Uuid::from_u128(n))
}

const ANA: PersonId = person(1);
const BEN: PersonId = person(2);
const CLO: PersonId = person(3);
const KITCHEN: ConversationId = ConversationId(Uuid::from_u128(10));
const TALKING: Sending = Sending { microphone: true, camera: true, screen: false };
const EVERYTHING: Sending = Sending { microphone: true, camera: true, screen: true };
const OVER: Result<(), Refusal> = Err(Refusal::CallOver);
