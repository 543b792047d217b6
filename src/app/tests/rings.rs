//! Who rings and for how long, and what is left of it.

use palabre_signaling::wire::{CallState, RingState};

use super::*;

#[tokio::test]
async fn somebody_in_another_call_is_called_busy() {
    let server = Server::start().await;
    let ([ana, mut ben, clo], kitchen) = server.kitchen().await;
    let direct = clo.direct(ben.person).await.id;
    let first = ana.start_call(kitchen).await;
    ben.join(first.id).await;

    let second = clo.start_call(direct).await;

    assert_eq!(ring_of(&second, ben.person), (RingState::Ringing, true));
    let told = ben.next_call(|call| call.id == second.id).await;
    assert!(ring_of(&told, ben.person).1);
    let third = ana.start_call(kitchen).await;
    assert!(!ring_of(&third, clo.person).1, "nobody is busy by what rings at them");
}

#[tokio::test]
async fn who_is_rung_at_again_has_45_s_of_their_own() {
    let server = Server::start().await;
    let ([ana, ben, mut clo], kitchen) = server.kitchen().await;
    let call = ana.start_call(kitchen).await.id;
    ana.join(call).await;
    ben.join(call).await;
    let early = Request::RingPeople { call, people: vec![ben.person] };
    assert_eq!(clo.refused(early).await, FailureCode::NotInCall);
    server.clock.advance(Duration::from_secs(45));
    clo.next_call(|call| ring_of(call, clo_of(call)).0 == RingState::Missed).await;

    ana.done(Request::RingPeople { call, people: vec![clo.person, ben.person] }).await;

    let ringing = clo.next_call(|call| ring_of(call, clo_of(call)).0 == RingState::Ringing).await;
    assert_eq!(ring_of(&ringing, ben.person).0, RingState::Accepted, "who is in is left alone");
    server.clock.advance(Duration::from_secs(44));
    ana.done(Request::Ping).await;
    assert_eq!(ring_of(&ana.start_call(kitchen).await, clo.person).0, RingState::Ringing);
    server.clock.advance(Duration::from_secs(1));
    clo.next_call(|call| ring_of(call, clo_of(call)).0 == RingState::Missed).await;
}

#[tokio::test]
async fn who_was_taken_out_comes_back_when_a_moderator_rings() {
    let server = Server::start().await;
    let ([ana, ben, clo], kitchen) = server.kitchen().await;
    let call = ana.start_call(kitchen).await.id;
    for member in [&ana, &ben, &clo] {
        member.join(call).await;
    }
    ana.done(Request::RemoveFromCall { call, person: clo.person }).await;
    let again = Request::RingPeople { call, people: vec![clo.person] };

    assert_eq!(ben.refused(again.clone()).await, FailureCode::NotAllowed);
    assert_eq!(clo.refused(join(call, "offer")).await, FailureCode::RemovedFromCall);
    ana.done(again).await;
    clo.join(call).await;
}

#[tokio::test]
async fn people_who_come_into_the_group_may_join_its_call() {
    let server = Server::start().await;
    let ([ana, _ben, _clo], kitchen) = server.kitchen().await;
    let call = ana.start_call(kitchen).await.id;
    ana.join(call).await;
    let dan = server.member("dan").await;
    assert_eq!(dan.refused(join(call, "offer")).await, FailureCode::CallOver);

    ana.ask(Request::AddMembers { conversation: kitchen, people: vec![dan.person] }).await.unwrap();

    dan.join(call).await;
}

#[tokio::test]
async fn the_list_of_calls_tells_which_one_has_missed() {
    let server = Server::start().await;
    let ([ana, ben, clo], kitchen) = server.kitchen().await;
    for seconds in [0, 60] {
        server.clock.advance(Duration::from_secs(seconds));
        let call = ana.start_call(kitchen).await.id;
        let (seat, _) = ana.join(call).await;
        let bens = if seconds == 60 { Some(ben.join(call).await.0) } else { None };
        for (member, participant) in bens.map(|seat| (&ben, seat)).into_iter().chain([(&ana, seat)])
        {
            // Whoever leaves last ends it.
            let _ = member.ask(Request::LeaveCall { participant }).await;
        }
        ana.done(Request::Ping).await;
    }
    let stranger = server.member("dan").await;

    let calls = |missed| Request::CallHistory { until_ms: None, missed, limit: 10 };
    assert_eq!(count(&ana, calls(false)).await, 2);
    assert_eq!(count(&ana, calls(true)).await, 0, "who started it has not missed it");
    assert_eq!(count(&ben, calls(true)).await, 1);
    assert_eq!(count(&clo, calls(true)).await, 2);
    assert_eq!(count(&stranger, calls(false)).await, 0);
    let older = Request::CallHistory { until_ms: Some(NOON_MS + 1), missed: false, limit: 10 };
    assert_eq!(count(&clo, older).await, 1);
}

/// What races in a round.
#[derive(Clone, Copy, Debug)]
enum Race {
    BothCall,
    AnsweredTwice,
    AnsweredAndDeclined,
    AnsweredAndCancelled,
    DeclinedAndCancelled,
    AnsweredInTheLastMoment,
}

const RACES: [Race; 6] = [
    Race::BothCall,
    Race::AnsweredTwice,
    Race::AnsweredAndDeclined,
    Race::AnsweredAndCancelled,
    Race::DeclinedAndCancelled,
    Race::AnsweredInTheLastMoment,
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_races_have_one_outcome_each_and_everybody_is_told_the_same() {
    let server = Server::start().await;
    let ana = server.member("ana").await;
    let ben = server.member("ben").await;
    let phone = server.device(ben.person, 2).await;
    let direct = ana.direct(ben.person).await.id;
    let mut devices = [ana, ben, phone];

    for round in 0..ROUNDS {
        let race = RACES[round % RACES.len()];
        let call = run(&server, &devices, direct, race).await;
        end(&devices, call).await;

        let mut endings = Vec::new();
        for device in &mut devices {
            let over = |it: &Call| it.id == call && matches!(it.state, CallState::Ended { .. });
            endings.push(device.next_call(over).await);
        }
        assert!(endings.windows(2).all(|pair| pair[0] == pair[1]), "round {round}: {race:?}");
        // Budgets fill up again, and late timers of this round are no later than here.
        server.clock.advance(Duration::from_secs(60));
    }
}

/// Lets things happen at the same time, checks what came of it, and returns the one call.
async fn run(
    server: &Server,
    [ana, ben, phone]: &[Member; 3],
    direct: ConversationId,
    race: Race,
) -> CallId {
    if matches!(race, Race::BothCall) {
        let (one, other) = tokio::join!(ana.start_call(direct), ben.start_call(direct));
        assert_eq!(one.id, other.id, "two people who call each other are in one call");
        let (first, second) = tokio::join!(ana.join(one.id), ben.join(one.id));
        assert_ne!(first.0, second.0);
        assert_eq!(ana.start_call(direct).await.state, CallState::Active);
        return one.id;
    }
    let call = ana.start_call(direct).await.id;
    let (seat, _) = ana.join(call).await;
    let decline = Request::DeclineCall { call };
    let cancel = Request::LeaveCall { participant: seat };
    match race {
        Race::BothCall => {}
        Race::AnsweredTwice => {
            let (one, other) = tokio::join!(ben.join(call), phone.join(call));
            // Both devices of one person may be in; each has a seat of its own.
            assert_ne!(one.0, other.0);
            let now = ana.start_call(direct).await;
            assert_eq!((now.state, now.participants.len()), (CallState::Active, 3));
        }
        Race::AnsweredAndDeclined => {
            let (answered, declined) =
                tokio::join!(ben.ask(join(call, "offer")), phone.ask(decline));
            let now = ana.snapshot_call(direct).await;
            // Whoever was first has decided; what is told is what is.
            match answered {
                Ok(_) => {
                    let now = now.expect("who is in is in a call");
                    assert_eq!(ring_of(&now, ben.person).0, RingState::Accepted);
                    assert_eq!(now.state, CallState::Active);
                }
                Err(failure) => {
                    assert_eq!(failure.code, FailureCode::CallOver);
                    assert!(declined.is_ok() && now.is_none_or(|it| it.id != call));
                }
            }
        }
        Race::AnsweredAndCancelled => {
            let (answered, cancelled) = tokio::join!(ben.ask(join(call, "offer")), ana.ask(cancel));
            assert!(cancelled.is_ok());
            if let Err(failure) = answered {
                assert_eq!(failure.code, FailureCode::CallOver);
            }
        }
        Race::DeclinedAndCancelled => {
            let (declined, cancelled) = tokio::join!(phone.ask(decline), ana.ask(cancel));
            assert!(declined.is_ok() || cancelled.is_ok(), "one of them was first");
            assert_eq!(ana.snapshot_call(direct).await, None);
        }
        Race::AnsweredInTheLastMoment => {
            let answer = ben.ask(join(call, "offer"));
            let late = async { server.clock.advance(Duration::from_secs(45)) };
            let (answered, ()) = tokio::join!(answer, late);
            let now = ana.snapshot_call(direct).await;
            match answered {
                Ok(_) => assert_eq!(now.expect("goes on").state, CallState::Active),
                Err(failure) => assert_eq!(failure.code, FailureCode::CallOver),
            }
        }
    }
    call
}

/// Ends the call for whoever is still in it.
async fn end([ana, ben, _]: &[Member; 3], call: CallId) {
    for member in [ana, ben] {
        let _ = member.ask(Request::EndCall { call }).await;
    }
}

impl Member {
    /// The call under way, without starting one.
    async fn snapshot_call(&self, conversation: ConversationId) -> Option<Call> {
        self.app.0.conversations.snapshot(conversation).await.unwrap().call
    }
}

async fn count(member: &Member, request: Request) -> usize {
    let Reply::Messages { messages, .. } = member.ask(request).await.unwrap() else {
        panic!("not messages");
    };
    messages.len()
}

/// How a person's invitation stands, and whether they were in another call.
fn ring_of(call: &Call, person: PersonId) -> (RingState, bool) {
    let ring = call.rings.iter().find(|ring| ring.person == person).unwrap();
    (ring.state, ring.busy)
}

/// The third of the kitchen.
fn clo_of(call: &Call) -> PersonId {
    call.rings[2].person
}

/// Rounds of the race; enough to meet every order of two requests.
const ROUNDS: usize = 200;
