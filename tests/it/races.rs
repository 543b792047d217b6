//! Everybody decides about a call at the same moment: one outcome, and every device knows it.
//!
//! Three people on five devices, over real sockets, by a clock of the test's.
#![expect(clippy::print_stdout, reason = "a race that went wrong is told with its dice")]

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use headless::wire::{
    Call, CallId, CallState, Content, ConversationId, EndReason, FailureCode, Media, ParticipantId,
    PersonId, Reply, Request, RingState, Sending, SourceSection,
};
use headless::{Colour, Member, Mirror, Peer, Publishing, Tone};
use palabre::clock::Clock;
use tokio::task::yield_now;

use crate::support::{Dice, Server, group, size};

/// What races in a round.
#[derive(Clone, Copy, Debug)]
enum Race {
    BothCall,
    AllCall,
    AnsweredTwice,
    AnsweredAndDeclined,
    AnsweredAndCancelled,
    DeclinedAndCancelled,
    AnsweredInTheLastMoment,
    AllDecide,
    AllDecideInTheLastMoment,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_races_of_five_devices_have_one_outcome_each_and_every_device_knows_it() {
    let mut table = Table::set().await;
    println!("{:?}", table.dice);
    let (mut slowest, mut outcomes) = (Duration::ZERO, BTreeMap::<String, usize>::new());
    for round in 0..size(200, 5_000) {
        let race = RACES[round % RACES.len()];
        let (state, took) = table.play(round, race).await;
        slowest = slowest.max(took);
        *outcomes.entry(format!("{race:?}: {state:?}")).or_default() += 1;
        if round % ROUNDS_OF_A_SOCKET == 0 {
            // A socket may send so many frames and no more.
            table.come_back().await;
        }
    }
    println!("every device knew within {slowest:?}; {outcomes:#?}");
}

/// Who plays.
struct Table {
    _server: Server,
    clock: Clock,
    dice: Dice,
    devices: Vec<Member>,
    direct: ConversationId,
    kitchen: ConversationId,
    offer: (String, Vec<SourceSection>),
    /// The offer is its; nobody connects.
    _peer: Peer,
}

/// What one device asks for in a race.
type Act = (usize, Request);

impl Table {
    async fn set() -> Self {
        let clock = Clock::manual(Clock::system().now_ms());
        let server = Server::start_by(&clock).await;
        let mut devices = Vec::new();
        for username in ["admin", "manager", "sena"] {
            let account = server.account(username).await;
            devices.push(account.connect().await.unwrap());
        }
        let direct = {
            let ben = devices[1].id();
            devices[0].direct(ben).await.unwrap()
        };
        let kitchen = group("kitchen", &mut devices).await;
        for (place, person) in [(BEN_PHONE, 1), (CLO_PHONE, 3)] {
            let phone = devices[person].account().connect().await.unwrap();
            devices.insert(place, phone);
        }
        let publishing = Publishing {
            camera: None,
            ..Publishing::new(Tone::new(0), Colour { red: 0, green: 0, blue: 0 })
        };
        let mut peer = Peer::new(Ipv4Addr::LOCALHOST.into(), &publishing).await.unwrap();
        let offer = peer.offer().await.unwrap();
        let dice = Dice::thrown();
        Self { _server: server, clock, dice, devices, direct, kitchen, offer, _peer: peer }
    }

    /// Plays one round; returns what came of it, and how long it took until every device knew.
    async fn play(&mut self, round: usize, race: Race) -> (CallState, Duration) {
        let told = format!("round {round}, {race:?}");
        let is_for_all =
            matches!(race, Race::AllCall | Race::AllDecide | Race::AllDecideInTheLastMoment);
        let conversation = if is_for_all { self.kitchen } else { self.direct };
        let starters: &[usize] = match race {
            Race::BothCall => &[ANA, BEN],
            Race::AllCall => &EVERYBODY,
            Race::AnsweredTwice
            | Race::AnsweredAndDeclined
            | Race::AnsweredAndCancelled
            | Race::DeclinedAndCancelled
            | Race::AnsweredInTheLastMoment
            | Race::AllDecide
            | Race::AllDecideInTheLastMoment => &[ANA],
        };
        let call = self.start_at_once(conversation, starters).await;
        let acts = self.acts(race, call).await;
        let in_time =
            matches!(race, Race::AnsweredInTheLastMoment | Race::AllDecideInTheLastMoment);
        let outcomes = self.at_once(acts.clone(), in_time).await;

        let began = Instant::now();
        let outcome = self.outcome(conversation, in_time, &told).await;
        let took = began.elapsed();
        expect_right(&self.devices, &acts, &outcomes, &outcome, in_time, &told);
        // Whoever started it may end it, where it is not over.
        let starter = self.devices.iter().find(|device| device.id() == outcome.started_by);
        let _ = starter.expect("one of them").end_call(call).await;
        self.end(conversation, call, &told).await;
        // Budgets fill up again, and no timer of this round is left.
        self.clock.advance(Duration::from_secs(60));
        (outcome.state, took)
    }

    /// What the devices ask for at the same time, once Ana sits in the call if it is hers.
    async fn acts(&self, race: Race, call: CallId) -> Vec<Act> {
        let join = |device| (device, self.join(call));
        let decline = |device| (device, Request::DeclineCall { call });
        let all = || vec![join(BEN), decline(BEN_PHONE), decline(CLO), join(CLO_PHONE)];
        let mut acts = match race {
            Race::BothCall => return vec![join(ANA), join(BEN)],
            Race::AllCall => return EVERYBODY.map(join).to_vec(),
            Race::AnsweredTwice => vec![join(BEN), join(BEN_PHONE)],
            Race::AnsweredAndDeclined => vec![join(BEN), decline(BEN_PHONE)],
            Race::AnsweredAndCancelled => vec![join(BEN)],
            Race::DeclinedAndCancelled => vec![decline(BEN_PHONE)],
            Race::AnsweredInTheLastMoment => vec![join(BEN)],
            Race::AllDecide | Race::AllDecideInTheLastMoment => all(),
        };
        let reply = self.devices[ANA].ask(self.join(call)).await.unwrap();
        let cancels = matches!(
            race,
            Race::AnsweredAndCancelled | Race::DeclinedAndCancelled | Race::AllDecide
        );
        if cancels {
            acts.push((ANA, Request::LeaveCall { participant: seat(&reply).unwrap() }));
        }
        acts
    }

    fn join(&self, call: CallId) -> Request {
        let (offer, sources) = self.offer.clone();
        Request::JoinCall { call, offer, sources, sending: Sending::default() }
    }

    /// Has devices start a call at the same time; all of them get the same one.
    async fn start_at_once(&mut self, conversation: ConversationId, by: &[usize]) -> CallId {
        let start = Request::StartCall { conversation, media: Media::Audio };
        let acts = by.iter().map(|device| (*device, start.clone())).collect();
        let calls = self.at_once(acts, false).await;
        let ids = calls.into_iter().map(|reply| {
            let Ok(Reply::Call { call }) = reply else { panic!("not a call: {reply:?}") };
            call.id
        });
        let ids: Vec<CallId> = ids.collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "who calls at the same time is in one call");
        ids[0]
    }

    /// Lets all of it happen at the same time, in any order; among it the ringing ends by itself if
    /// so asked.
    async fn at_once(
        &mut self,
        acts: Vec<Act>,
        time_passes: bool,
    ) -> Vec<Result<Reply, FailureCode>> {
        if time_passes {
            self.clock.advance(RINGING - LAST_MOMENT);
        }
        let mut waits = |()| self.dice.roll(LONGEST_WAIT);
        let asking: Vec<_> = acts
            .into_iter()
            .map(|(device, request)| {
                let (asker, wait) = (self.devices[device].asker(), waits(()));
                tokio::spawn(async move {
                    for _ in 0..wait {
                        yield_now().await;
                    }
                    asker.ask(request).await.map_err(|error| error.code().expect("a refusal"))
                })
            })
            .collect();
        if time_passes {
            for _ in 0..waits(()) {
                yield_now().await;
            }
            self.clock.advance(LAST_MOMENT);
        }
        join_all(asking).await.into_iter().map(Result::unwrap).collect()
    }

    /// The call as every device of the conversation sees it, which is the same for all of them.
    async fn outcome(
        &mut self,
        conversation: ConversationId,
        time_passed: bool,
        told: &str,
    ) -> Call {
        let is_kitchen = conversation == self.kitchen;
        let mut seen = Vec::new();
        for device in self.devices.iter_mut().take(if is_kitchen { 5 } else { 3 }) {
            if time_passed {
                // Nobody has asked for this, so no answer follows it.
                let settled = |mirror: &Mirror| {
                    let rings = &mirror.calls.get(&conversation)?.rings;
                    let rings = rings.iter().any(|ring| ring.state == RingState::Ringing);
                    (!rings).then_some(())
                };
                device.wait_until("nothing rings", settled).await.unwrap();
            }
            // What was told before the answers comes before the answer to this.
            device.settle().await.unwrap();
            seen.push(device.mirror().calls[&conversation].clone());
        }
        assert!(seen.iter().all(|call| *call == seen[0]), "{told}: {seen:#?}");
        seen.swap_remove(0)
    }

    /// Checks that the call has ended alike for all, in the conversation too.
    async fn end(&mut self, conversation: ConversationId, call: CallId, told: &str) {
        let over = self.outcome(conversation, false, told).await;
        let CallState::Ended { reason } = over.state else { panic!("{told}: goes on: {over:#?}") };
        assert_eq!((over.id, over.participants.len()), (call, 0), "{told}");
        let is_kitchen = conversation == self.kitchen;
        for device in self.devices.iter_mut().take(if is_kitchen { 5 } else { 3 }) {
            let lines = |mirror: &Mirror| -> Vec<Option<EndReason>> {
                let messages = mirror.messages[&conversation].values();
                let ended = messages.filter_map(|message| {
                    let Content::Call { call: id, ended, .. } = message.content else {
                        return None;
                    };
                    (id == call).then_some(ended)
                });
                ended.collect()
            };
            let told_so = |mirror: &Mirror| (lines(mirror) == [Some(reason)]).then_some(());
            device.wait_until(&format!("{told}: one line says so"), told_so).await.unwrap();
            assert_eq!((device.mirror().holes, device.mirror().repeats), (0, 0), "{told}");
        }
    }

    async fn come_back(&mut self) {
        for device in std::mem::take(&mut self.devices) {
            self.devices.push(device.cut_and_resume().await.unwrap());
        }
    }
}

/// Checks that what each device was answered and what all were told tell the same story, and one
/// that the rules allow.
fn expect_right(
    devices: &[Member],
    acts: &[Act],
    outcomes: &[Result<Reply, FailureCode>],
    outcome: &Call,
    time_passed: bool,
    told: &str,
) {
    let told = format!("{told}: {outcomes:#?} {outcome:#?}");
    let all = || acts.iter().zip(outcomes);
    let by = |person: PersonId| all().filter(move |((it, _), _)| devices[*it].id() == person);
    let joined = |((_, request), reply): (&Act, &Result<Reply, FailureCode>)| {
        matches!(request, Request::JoinCall { .. }) && reply.is_ok()
    };
    let declined = |((_, request), reply): (&Act, &Result<Reply, FailureCode>)| {
        matches!(request, Request::DeclineCall { .. }) && reply.is_ok()
    };
    let left = |((_, request), reply): (&Act, &Result<Reply, FailureCode>)| {
        matches!(request, Request::LeaveCall { .. }) && reply.is_ok()
    };
    let over = match outcome.state {
        CallState::Ended { reason } => Some(reason),
        CallState::Ringing | CallState::Active => None,
    };
    for (_, reply) in all() {
        if let Err(code) = reply {
            assert!(matches!(code, FailureCode::CallOver | FailureCode::NotInCall), "{told}");
            assert!(over.is_some(), "what goes on is not over: {told}");
        }
    }
    let starter = outcome.started_by;
    let answered = all().any(|it| joined(it) && devices[it.0.0].id() != starter);
    assert_eq!(outcome.answered_at_ms.is_some(), answered, "{told}");
    for ring in outcome.rings.iter().filter(|ring| ring.person != starter) {
        let right = if by(ring.person).any(joined) {
            RingState::Accepted
        } else if by(ring.person).any(declined) {
            RingState::Declined
        } else {
            RingState::Missed
        };
        assert_eq!(ring.state, right, "{told}");
    }
    match over {
        None => {
            assert!(answered && outcome.state == CallState::Active, "{told}");
            let seats = all()
                .filter(|it| joined(*it))
                .filter_map(|(_, reply)| reply.as_ref().ok().and_then(seat));
            for participant in seats {
                assert!(outcome.participants.iter().any(|it| it.id == participant), "{told}");
            }
        }
        Some(EndReason::Completed) => assert!(answered && all().any(left), "{told}"),
        Some(EndReason::Cancelled) => assert!(!answered && all().any(left), "{told}"),
        Some(EndReason::Declined) => assert!(!answered && !all().any(left), "{told}"),
        Some(EndReason::Missed) => assert!(!answered && time_passed, "{told}"),
        Some(EndReason::Failed) => panic!("{told}"),
    }
}

/// The seat that a device was given.
fn seat(reply: &Reply) -> Option<ParticipantId> {
    let Reply::Answer { answer, .. } = reply else { return None };
    Some(answer.participant)
}

const RACES: [Race; 9] = [
    Race::BothCall,
    Race::AllCall,
    Race::AnsweredTwice,
    Race::AnsweredAndDeclined,
    Race::AnsweredAndCancelled,
    Race::DeclinedAndCancelled,
    Race::AnsweredInTheLastMoment,
    Race::AllDecide,
    Race::AllDecideInTheLastMoment,
];

/// Where the devices sit: those of a direct conversation come first.
const ANA: usize = 0;
const BEN: usize = 1;
const BEN_PHONE: usize = 2;
const CLO: usize = 3;
const CLO_PHONE: usize = 4;
const EVERYBODY: [usize; 5] = [ANA, BEN, BEN_PHONE, CLO, CLO_PHONE];

/// After how many rounds the devices come back on new sockets.
const ROUNDS_OF_A_SOCKET: usize = 10;

/// For how many turns of the executor a device may hesitate.
const LONGEST_WAIT: usize = 6_000;

/// How long a call rings.
const RINGING: Duration = Duration::from_secs(45);

/// The last of it. A place that is kept for whoever answers outlasts it.
const LAST_MOMENT: Duration = Duration::from_millis(1);
