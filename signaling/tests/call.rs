//! The rules of a call, by the clock of the test.

use palabre_signaling::call::{
    Call, MAX_PARTICIPANTS, MediaState, Moderation, Output, RING_MS, SEAT_KEPT_MS,
};
use palabre_signaling::error::Refusal;
use palabre_signaling::wire::{
    self, CallId, CallRules, CallState, Connection, ConversationId, DeviceId, EndReason, Media,
    ParticipantId, PersonId, RingState, Sending, Source,
};
use proptest::prelude::*;
use uuid::Uuid;

#[test]
fn a_call_is_active_once_somebody_else_has_come_in() {
    let mut call = group_call();

    sit(&mut call, 1_000, ANA, 1);
    assert_eq!(call.snapshot().state, CallState::Ringing);
    sit(&mut call, 2_000, BEN, 2);

    let shown = call.snapshot();
    assert_eq!((shown.state, shown.answered_at_ms), (CallState::Active, Some(2_000)));
    assert_eq!(rings(&call), [RingState::Accepted, RingState::Accepted, RingState::Ringing]);
}

#[test]
fn a_call_that_some_declined_and_some_missed_was_missed() {
    let mut call = group_call();
    sit(&mut call, 0, ANA, 1);

    call.decline(1_000, BEN).unwrap();
    assert_eq!(call.snapshot().state, CallState::Ringing);
    call.handle_timeout(RING_MS);

    assert_eq!(call.snapshot().state, CallState::Ended { reason: EndReason::Missed });
    assert_eq!(rings(&call), [RingState::Accepted, RingState::Declined, RingState::Missed]);
}

#[test]
fn a_call_fails_when_its_media_is_gone_and_nobody_can_be_taken_in_again() {
    let mut call = group_call();
    sit(&mut call, 0, ANA, 1);
    sit(&mut call, 0, BEN, 2);
    for (n, person) in [(1, ANA), (2, BEN)] {
        call.on_media(1_000, seat(n), MediaState::Gone);
        call.reserve(2_000, seat(10 + n), person, device(n)).unwrap();
        call.fail_reservation(2_000, seat(10 + n));
    }

    call.handle_timeout(1_000 + SEAT_KEPT_MS - 1);
    assert!(!call.is_over());
    call.handle_timeout(1_000 + SEAT_KEPT_MS);

    assert_eq!(call.snapshot().state, CallState::Ended { reason: EndReason::Failed });
}

#[test]
fn a_call_that_even_its_starter_cannot_join_has_failed() {
    let mut call = group_call();
    call.reserve(1_000, seat(1), ANA, device(1)).unwrap();
    call.fail_reservation(1_000, seat(1));

    call.handle_timeout(SEAT_KEPT_MS);

    assert_eq!(call.snapshot().state, CallState::Ended { reason: EndReason::Failed });
}

#[test]
fn a_call_whose_media_came_back_ends_as_any_other() {
    let mut call = group_call();
    sit(&mut call, 0, ANA, 1);
    sit(&mut call, 0, BEN, 2);
    call.on_media(0, seat(1), MediaState::Flowing);
    // Ana's media flows, so this is not the media server's fault.
    call.reserve(0, seat(3), CLO, device(3)).unwrap();
    call.fail_reservation(0, seat(3));
    let mut left = call.clone();
    left.on_media(1_000, seat(1), MediaState::Gone);
    left.on_media(1_000, seat(2), MediaState::Gone);
    left.handle_timeout(1_000 + SEAT_KEPT_MS);
    assert_eq!(left.snapshot().state, CallState::Ended { reason: EndReason::Completed });

    call.on_media(1_000, seat(1), MediaState::Gone);
    call.reserve(2_000, seat(11), ANA, device(1)).unwrap();
    call.fail_reservation(2_000, seat(11));
    sit(&mut call, 3_000, ANA, 21);
    call.on_media(4_000, seat(21), MediaState::Gone);
    call.on_media(4_000, seat(2), MediaState::Gone);
    call.handle_timeout(4_000 + SEAT_KEPT_MS);

    assert_eq!(call.snapshot().state, CallState::Ended { reason: EndReason::Completed });
}

#[test]
fn a_revoked_device_loses_the_place_that_was_kept_for_it() {
    let mut call = group_call();
    sit(&mut call, 0, ANA, 1);
    call.reserve(0, seat(2), BEN, device(2)).unwrap();

    call.evict(0, BEN, device(2));

    assert!(outputs(&mut call).contains(&Output::Release(seat(2))));
    let late = call.join(1, seat(2), Sending::default(), true);
    assert_eq!(late, Err(Refusal::NotInCall));
}

#[test]
fn a_device_whose_place_was_given_up_may_try_again_while_the_call_lasts() {
    let mut call = group_call();
    sit(&mut call, 0, ANA, 1);
    sit(&mut call, 0, CLO, 3);
    call.reserve(0, seat(2), BEN, device(2)).unwrap();
    call.handle_timeout(SEAT_KEPT_MS);

    let late = call.join(SEAT_KEPT_MS + 1, seat(2), Sending::default(), true);

    assert_eq!(late, Err(Refusal::NotInCall));
    sit(&mut call, SEAT_KEPT_MS + 2, BEN, 12);
    call.end_for_all(SEAT_KEPT_MS + 3, ANA).unwrap();
    let late = call.join(SEAT_KEPT_MS + 4, seat(2), Sending::default(), true);
    assert_eq!(late, Err(Refusal::CallOver));
}

#[test]
fn a_call_given_up_while_one_device_answers_and_another_declines_was_cancelled() {
    let mut call = direct_call();
    sit(&mut call, 0, ANA, 1);
    call.reserve(1_000, seat(2), BEN, device(2)).unwrap();
    call.decline(1_100, BEN).unwrap();
    assert!(!call.is_over(), "the answer is on its way");

    call.leave(1_200, seat(1)).unwrap();

    assert_eq!(call.snapshot().state, CallState::Ended { reason: EndReason::Cancelled });
}

#[test]
fn who_answers_on_one_device_is_in_though_another_declined_meanwhile() {
    let mut call = direct_call();
    sit(&mut call, 0, ANA, 1);
    call.reserve(1_000, seat(2), BEN, device(2)).unwrap();
    call.decline(1_100, BEN).unwrap();

    call.join(1_200, seat(2), Sending::default(), true).unwrap();
    call.leave(9_000, seat(1)).unwrap();

    assert_eq!(rings(&call), [RingState::Accepted, RingState::Accepted]);
    assert_eq!(call.snapshot().state, CallState::Ended { reason: EndReason::Completed });
}

#[test]
fn a_call_that_everybody_declined_while_its_starter_was_on_the_way_was_declined() {
    let mut call = direct_call();
    call.reserve(0, seat(2), BEN, device(2)).unwrap();
    call.decline(100, BEN).unwrap();
    sit(&mut call, 200, ANA, 1);

    call.cancel_reservation(300, seat(2));

    assert_eq!(call.snapshot().state, CallState::Ended { reason: EndReason::Declined });
}

#[test]
fn whoever_missed_the_ringing_may_still_come_in() {
    let mut call = group_call();
    sit(&mut call, 0, ANA, 1);
    sit(&mut call, 0, BEN, 2);
    call.handle_timeout(RING_MS);
    assert_eq!(rings(&call)[2], RingState::Missed);

    sit(&mut call, RING_MS + 1, CLO, 3);

    assert_eq!(rings(&call)[2], RingState::Accepted);
}

#[test]
fn somebody_who_answers_at_the_last_moment_is_waited_for() {
    let mut call = group_call();
    sit(&mut call, 0, ANA, 1);
    call.reserve(RING_MS - 1, seat(2), BEN, device(2)).unwrap();

    call.handle_timeout(RING_MS);
    assert!(!call.is_over());
    let mut refused = call.clone();
    call.join(RING_MS + 1, seat(2), Sending::default(), true).unwrap();
    assert_eq!(call.snapshot().state, CallState::Active);

    refused.cancel_reservation(RING_MS + 1, seat(2));
    assert_eq!(refused.snapshot().state, CallState::Ended { reason: EndReason::Missed });
}

#[test]
fn a_starter_who_hangs_up_before_an_answer_has_cancelled() {
    let mut call = group_call();
    sit(&mut call, 0, ANA, 1);

    call.leave(5_000, seat(1)).unwrap();

    assert_eq!(call.snapshot().state, CallState::Ended { reason: EndReason::Cancelled });
    let outcome = call.outcome(5_000).unwrap();
    assert_eq!((outcome.duration_ms, outcome.people), (0, vec![ANA]));
}

#[test]
fn a_call_that_its_starter_never_joins_ends_after_20_s() {
    let mut call = group_call();
    assert_eq!(call.poll_timeout(), Some(SEAT_KEPT_MS));

    call.handle_timeout(SEAT_KEPT_MS - 1);
    assert!(!call.is_over());
    call.handle_timeout(SEAT_KEPT_MS);

    assert_eq!(call.snapshot().state, CallState::Ended { reason: EndReason::Cancelled });
    assert_eq!(call.poll_timeout(), None);
}

#[test]
fn a_place_that_nobody_takes_is_given_up_with_its_media() {
    let mut call = group_call();
    sit(&mut call, 0, ANA, 1);
    call.reserve(0, seat(2), BEN, device(2)).unwrap();

    call.handle_timeout(SEAT_KEPT_MS);

    assert!(outputs(&mut call).contains(&Output::Release(seat(2))));
    let late = call.join(SEAT_KEPT_MS, seat(2), Sending::default(), true);
    assert_eq!(late, Err(Refusal::NotInCall));
}

#[test]
fn media_that_flows_keeps_a_seat_whose_socket_is_gone() {
    let mut call = group_call();
    sit(&mut call, 0, ANA, 1);
    sit(&mut call, 0, BEN, 2);
    call.on_media(0, seat(2), MediaState::Flowing);

    call.on_socket(1_000, BEN, device(2), false);
    call.handle_timeout(60_000);
    assert_eq!(connection(&call, 2), Some(Connection::Reconnecting));
    call.on_media(61_000, seat(2), MediaState::Silent);
    call.handle_timeout(61_000 + SEAT_KEPT_MS - 1);
    assert_eq!(connection(&call, 2), Some(Connection::Reconnecting));
    call.handle_timeout(61_000 + SEAT_KEPT_MS);

    assert_eq!(connection(&call, 2), None);
    let lost = Output::SeatLost { person: BEN, device: device(2), participant: seat(2) };
    assert!(outputs(&mut call).contains(&lost));
}

#[test]
fn a_second_device_of_a_person_takes_a_seat_of_its_own() {
    let mut call = direct_call();
    sit(&mut call, 0, ANA, 1);
    sit(&mut call, 0, BEN, 2);
    sit(&mut call, 0, BEN, 3);

    call.leave(1_000, seat(2)).unwrap();
    assert!(!call.is_over(), "Ben is still in on another device");
    call.leave(2_000, seat(3)).unwrap();

    assert_eq!(call.snapshot().state, CallState::Ended { reason: EndReason::Completed });
    assert_eq!(call.outcome(2_000).unwrap().duration_ms, 2_000);
}

#[test]
fn the_call_is_full_at_a_hundred_but_not_for_who_sits_already() {
    let people: Vec<PersonId> = (1..=101).map(person).collect();
    let mut call =
        Call::start(0, CallId(Uuid::nil()), KITCHEN, Media::Video, people[0], &people, false);
    for n in 1..=MAX_PARTICIPANTS as u128 {
        sit(&mut call, 0, person(n), n);
    }

    let refused = call.reserve(1, seat(500), person(101), device(500));
    assert_eq!(refused, Err(Refusal::CallFull { limit: MAX_PARTICIPANTS }));
    assert_eq!(call.reserve(1, seat(501), person(7), device(7)), Ok(()));
}

#[test]
fn nobody_but_members_takes_part() {
    let mut call = group_call();
    let stranger = person(9);

    assert_eq!(call.reserve(0, seat(9), stranger, device(9)), Err(Refusal::CallOver));
    assert_eq!(call.decline(0, stranger), Err(Refusal::CallOver));
    assert_eq!(call.end_for_all(0, stranger), Err(Refusal::CallOver));
    assert_eq!(
        call.end_for_all(0, BEN),
        Err(Refusal::NotAllowed("only who started the call or a moderator may do this"))
    );
}

#[test]
fn a_device_that_lost_its_media_is_told_to_join_again() {
    let mut call = group_call();
    sit(&mut call, 0, ANA, 1);
    sit(&mut call, 0, BEN, 2);
    outputs(&mut call);

    call.on_media(1_000, seat(2), MediaState::Gone);
    let lost = Output::SeatLost { person: BEN, device: device(2), participant: seat(2) };
    assert!(outputs(&mut call).contains(&lost));
    call.reserve(2_000, seat(20), BEN, device(2)).unwrap();
    call.join(2_000, seat(20), Sending::default(), true).unwrap();

    assert_eq!(connection(&call, 2), None);
    assert_eq!(connection(&call, 20), Some(Connection::Connecting));
    assert_eq!(call.snapshot().participants[1].joined_at_ms, 0);
}

/// What may happen to a call, as small numbers that name people, devices and seats.
#[derive(Clone, Debug)]
enum Step {
    Wait(i64),
    Reserve(u128, u128),
    Join(usize),
    Cancel(usize),
    Fail(usize),
    Leave(usize),
    Decline(u128),
    Evict(u128, u128),
    EndForAll(u128),
    Socket(u128, u128, bool),
    Media(usize, MediaState),
    Sending(usize, bool),
    Hand(u128, usize, bool),
    Stop(u128, Option<usize>),
    Remove(u128, u128),
    Rules(u128, CallRules),
    Moderators(bool),
    Second(usize),
    TakenIn(usize),
    Promoted(usize, usize),
    Restart,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let media =
        prop_oneof![Just(MediaState::Flowing), Just(MediaState::Silent), Just(MediaState::Gone),];
    let step = prop_oneof![
        4 => (0..15_000i64).prop_map(Step::Wait),
        6 => (1..5u128, 1..3u128).prop_map(|(person, device)| Step::Reserve(person, device)),
        6 => (0..20usize).prop_map(Step::Join),
        1 => (0..20usize).prop_map(Step::Cancel),
        1 => (0..20usize).prop_map(Step::Fail),
        2 => (0..20usize).prop_map(Step::Leave),
        1 => (1..5u128).prop_map(Step::Decline),
        1 => (1..4u128, 1..3u128).prop_map(|(person, device)| Step::Evict(person, device)),
        1 => (1..8u128).prop_map(Step::EndForAll),
        3 => (1..4u128, 1..3u128, any::<bool>()).prop_map(|(p, d, up)| Step::Socket(p, d, up)),
        4 => (0..20usize, media).prop_map(|(seat, state)| Step::Media(seat, state)),
        1 => (0..20usize, any::<bool>()).prop_map(|(seat, on)| Step::Sending(seat, on)),
        1 => (1..5u128, 0..20usize, any::<bool>()).prop_map(|(p, s, up)| Step::Hand(p, s, up)),
        1 => (1..5u128, prop::option::of(0..20usize)).prop_map(|(p, s)| Step::Stop(p, s)),
        1 => (1..5u128, 1..5u128).prop_map(|(by, person)| Step::Remove(by, person)),
        1 => (1..4u128, any::<[bool; 4]>()).prop_map(|(by, on)| Step::Rules(by, rules(on))),
        1 => any::<bool>().prop_map(Step::Moderators),
        2 => (0..20usize).prop_map(Step::Second),
        2 => (0..20usize).prop_map(Step::TakenIn),
        2 => (0..20usize, 0..20usize).prop_map(|(seat, second)| Step::Promoted(seat, second)),
        1 => Just(Step::Restart),
    ];
    prop::collection::vec(step, 1..80)
}

proptest! {
    #[test]
    fn whatever_happens_the_last_event_is_the_state_and_versions_rise(
        steps in steps(),
        direct: bool,
    ) {
        let members = if direct { &[ANA, BEN][..] } else { &[ANA, BEN, CLO][..] };
        let mut call =
            Call::start(0, CallId(Uuid::nil()), KITCHEN, Media::Audio, ANA, members, direct);
        let mut now_ms = 0;
        let mut seats = Vec::new();
        let mut seen = call.snapshot();
        for step in steps {
            // Whoever owns a call wakes in time, so no step comes after a timeout that was due.
            let due_ms = if let Step::Wait(ms) = &step { now_ms + ms } else { now_ms };
            while let Some(at_ms) = call.poll_timeout().filter(|at_ms| *at_ms <= due_ms) {
                now_ms = now_ms.max(at_ms);
                call.handle_timeout(now_ms);
                prop_assert!(call.poll_timeout().is_none_or(|next| at_ms < next));
                check(&mut call, &mut seen)?;
            }
            now_ms = due_ms;
            act(&mut call, now_ms, step, &mut seats, direct);
            check(&mut call, &mut seen)?;
        }
        // Left alone, every call without anybody in it comes to its end.
        for participant in call.snapshot().participants {
            call.leave(now_ms, participant.id).ok();
        }
        while let Some(at_ms) = call.poll_timeout() {
            now_ms = now_ms.max(at_ms);
            call.handle_timeout(now_ms);
        }
        prop_assert!(call.is_over());
        prop_assert!(call.outcome(now_ms).is_some());
    }
}

fn act(call: &mut Call, now_ms: i64, step: Step, seats: &mut Vec<ParticipantId>, direct: bool) {
    let pick = |index: usize| seats.get(index).copied().unwrap_or(seat(999));
    // What is refused changes nothing, which `check` sees.
    match step {
        Step::Wait(_) => {}
        Step::Reserve(who, which) => {
            let new = seat(1_000 + seats.len() as u128);
            if call.reserve(now_ms, new, person(who), device(which)).is_ok() {
                seats.push(new);
            }
        }
        Step::Join(index) => {
            call.join(now_ms, pick(index), Sending::default(), true).ok();
        }
        Step::Cancel(index) => call.cancel_reservation(now_ms, pick(index)),
        Step::Fail(index) => call.fail_reservation(now_ms, pick(index)),
        Step::Leave(index) => {
            call.leave(now_ms, pick(index)).ok();
        }
        Step::Decline(who) => {
            call.decline(now_ms, person(who)).ok();
        }
        Step::Evict(who, which) => call.evict(now_ms, person(who), device(which)),
        Step::EndForAll(who) => {
            call.end_for_all(now_ms, person(who)).ok();
        }
        Step::Socket(who, which, up) => call.on_socket(now_ms, person(who), device(which), up),
        Step::Media(index, state) => call.on_media(now_ms, pick(index), state),
        Step::Sending(index, microphone) => {
            let sending = Sending { microphone, ..Sending::default() };
            call.set_sending(now_ms, pick(index), sending).ok();
        }
        Step::Hand(who, index, raised) => {
            call.set_hand(now_ms, person(who), pick(index), raised).ok();
        }
        Step::Stop(who, index) => {
            let what = Moderation::StopSending(index.map(pick), Source::Microphone);
            call.moderate(now_ms, person(who), &what).ok();
        }
        Step::Remove(who, whom) => {
            call.moderate(now_ms, person(who), &Moderation::Remove(person(whom))).ok();
        }
        Step::Rules(who, rules) => {
            call.moderate(now_ms, person(who), &Moderation::SetRules(rules)).ok();
        }
        Step::Moderators(ben) => call.set_moderators(now_ms, if ben { &[BEN] } else { &[] }),
        Step::Second(index) => {
            let new = seat(1_000 + seats.len() as u128);
            if call.reserve_second(now_ms, new, pick(index)).is_ok() {
                seats.push(new);
            }
        }
        Step::TakenIn(index) => {
            call.on_second(pick(index)).ok();
        }
        Step::Promoted(first, second) => call.on_promoted(now_ms, pick(first), pick(second)),
        Step::Restart => {
            if !call.is_over() {
                *call = Call::resume(now_ms, call.snapshot(), direct);
            }
        }
    }
}

/// Drains the outputs and holds what devices have seen against the call itself.
fn check(call: &mut Call, seen: &mut wire::Call) -> Result<(), TestCaseError> {
    while let Some(output) = call.poll_output() {
        if let Output::Changed(changed) = output {
            prop_assert!(seen.version < changed.version);
            *seen = *changed;
        }
    }
    let shown = call.snapshot();
    prop_assert_eq!(&shown, &*seen);
    prop_assert!(shown.participants.len() <= MAX_PARTICIPANTS);
    for one in &shown.participants {
        let moderates = one.person == shown.started_by || shown.moderators.contains(&one.person);
        prop_assert!(moderates || shown.rules.microphone || !one.sending.microphone);
        let removed = |ring: &wire::Ring| ring.state == RingState::Removed;
        prop_assert!(!shown.rings.iter().any(|ring| ring.person == one.person && removed(ring)));
    }
    let over = matches!(shown.state, CallState::Ended { .. });
    prop_assert!(!over || shown.participants.is_empty());
    prop_assert!(!over || shown.rings.iter().all(|ring| ring.state != RingState::Ringing));
    for (index, one) in shown.participants.iter().enumerate() {
        let ring = shown.rings.iter().find(|ring| ring.person == one.person);
        prop_assert_eq!(ring.map(|ring| ring.state), Some(RingState::Accepted));
        let twice = shown.participants[index + 1..]
            .iter()
            .any(|other| (other.person, other.device) == (one.person, one.device));
        prop_assert!(!twice);
    }
    Ok(())
}

fn group_call() -> Call {
    let members = [ANA, BEN, CLO];
    Call::start(0, CallId(Uuid::nil()), KITCHEN, Media::Audio, ANA, &members, false)
}

fn direct_call() -> Call {
    Call::start(0, CallId(Uuid::nil()), KITCHEN, Media::Audio, ANA, &[ANA, BEN], true)
}

fn rules([locked, microphone, camera, screen]: [bool; 4]) -> CallRules {
    CallRules { locked, microphone, camera, screen }
}

/// Seats the device numbered `n`, whose participant has the same number.
fn sit(call: &mut Call, now_ms: i64, person: PersonId, n: u128) {
    call.reserve(now_ms, seat(n), person, device(n)).expect("a place is free");
    call.join(now_ms, seat(n), Sending::default(), true).expect("the place was kept");
}

fn rings(call: &Call) -> Vec<RingState> {
    call.snapshot().rings.iter().map(|ring| ring.state).collect()
}

fn connection(call: &Call, n: u128) -> Option<Connection> {
    let participants = call.snapshot().participants;
    participants.iter().find(|it| it.id == seat(n)).map(|it| it.connection)
}

fn outputs(call: &mut Call) -> Vec<Output> {
    std::iter::from_fn(|| call.poll_output()).collect()
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
