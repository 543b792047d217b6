//! People come and go, and nothing of them stays: QUALITY R12.
#![expect(clippy::print_stdout, reason = "figures are for whoever runs the full size")]

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::Duration;

use futures_util::future::join_all;
use headless::wire::{CallId, Media, ParticipantId, Reply, Request, Sending, SourceSection};
use headless::{Account, Asker, Colour, Member, Peer, Publishing, Tone};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::support::{Dice, PEOPLE, Program, group, size};

#[tokio::test]
async fn whoever_came_and_went_has_left_no_task_descriptor_or_entry_behind() {
    let (program, accounts) = Program::start_with_people(size(8, 100)).await;
    let mut members = Vec::new();
    for account in &accounts {
        members.push(account.connect().await.unwrap());
    }
    let kitchen = group("kitchen", &mut members).await;
    let call = members[0].start_call(kitchen, Media::Audio).await.unwrap().id;
    // Somebody stays, so that the call does.
    let _seat = members[0].join_call(call, &publishing()).await.unwrap();
    let mut peer = Peer::new(Ipv4Addr::LOCALHOST.into(), &publishing()).await.unwrap();
    let offer = peer.offer().await.unwrap();
    let mut stays = members.swap_remove(0);
    drop(members);
    // Whoever stops reading is cut off.
    let stays = tokio::spawn(async move { while stays.next_event().await.is_some() {} });

    let visits = Visits { program: &program, accounts: &accounts[1..], call, offer };
    visits.come_and_go(WARM_UP, WARM_UP).await;
    let before = visits.census_without_visitors().await;
    let memory = program.figure(MEMORY).await;
    visits.come_and_go(size(200, 10_000), size(20, 1_000)).await;

    let same = async {
        while census(&program).await != before {
            sleep(PAUSE).await;
        }
    };
    if timeout(headless::PATIENCE, same).await.is_err() {
        assert_eq!(census(&program).await, before);
    }
    stays.abort();
    println!("{before:?}; memory {memory} → {}", program.figure(MEMORY).await);
}

#[tokio::test]
async fn sign_ins_leave_nothing_of_their_hashes_in_the_memory() {
    let program = Program::start().await;
    let before = program.figure(MEMORY).await;

    for _ in 0..2 {
        let all = PEOPLE.map(|name| Account::sign_in(program.base(), name, name));
        for account in join_all(all).await {
            account.unwrap();
        }
    }

    let grown = program.figure(MEMORY).await - before;
    assert!(grown < HASH_BYTES, "{before} and {grown} more");
}

struct Visits<'a> {
    program: &'a Program,
    accounts: &'a [Account],
    call: CallId,
    offer: (String, Vec<SourceSection>),
}

impl Visits<'_> {
    /// Has devices join and leave, others break off in the middle of a handshake, and strangers
    /// come to both doors with nonsense.
    async fn come_and_go(&self, joins: usize, broken: usize) {
        let mut dice = Dice::thrown();
        let mut accounts = self.accounts.iter().cycle();
        for visit in 0..joins.div_ceil(JOINS_OF_A_SOCKET) {
            let member = accounts.next().unwrap().connect().await.unwrap();
            for _ in 0..JOINS_OF_A_SOCKET.min(joins - visit * JOINS_OF_A_SOCKET) {
                let participant = self.join(&member.asker()).await;
                member.done(Request::LeaveCall { participant }).await.unwrap();
            }
        }
        for _ in 0..broken {
            let member = accounts.next().unwrap().connect().await.unwrap();
            self.break_off(member, &mut dice).await;
            self.knock().await;
        }
    }

    async fn join(&self, asker: &Asker) -> ParticipantId {
        let (call, (offer, sources)) = (self.call, self.offer.clone());
        let join = Request::JoinCall { call, offer, sources, sending: Sending::default() };
        let Reply::Answer { answer, .. } = asker.ask(join).await.unwrap() else {
            panic!("not an answer")
        };
        answer.participant
    }

    /// Leaves at any moment of ICE and DTLS.
    async fn break_off(&self, member: Member, dice: &mut Dice) {
        let mut peer = Peer::new(Ipv4Addr::LOCALHOST.into(), &publishing()).await.unwrap();
        let (offer, sources) = peer.offer().await.unwrap();
        let sending = Sending::default();
        let join = Request::JoinCall { call: self.call, offer, sources, sending };
        let Reply::Answer { answer, .. } = member.ask(join).await.unwrap() else {
            panic!("not an answer")
        };
        peer.answer(answer.sdp).await.unwrap();
        sleep(Duration::from_micros(dice.roll(HANDSHAKE_US) as u64)).await;
        let participant = answer.participant;
        member.done(Request::LeaveCall { participant }).await.unwrap();
        peer.close().await.unwrap();
    }

    /// Upgrades that end half-way.
    async fn knock(&self) {
        let address = self.program.base().strip_prefix("http://").unwrap();
        for said in ["", "GET /api/ws HTTP/1.1\r\nhost: ", "\u{16}\u{3}\u{1}\u{2}"] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(said.as_bytes()).await.unwrap();
        }
    }

    /// What is there once the server has noticed that the visitors are gone.
    async fn census_without_visitors(&self) -> Census {
        let gone = async {
            loop {
                let census = census(self.program).await;
                let figure = |name: &str| census.figures[name];
                let alone = figure("palabre_sockets") == 1
                    && figure("palabre_call_seats") == 1
                    && figure("palabre_media_participants{shard=\"0\"}") == 1;
                // The one that asks is a connection to the other port.
                if alone && figure("palabre_connections") == 1 {
                    return census;
                }
                sleep(PAUSE).await;
            }
        };
        timeout(headless::PATIENCE, gone).await.expect("everybody but one has gone")
    }
}

/// What could be forgotten.
#[derive(Debug, PartialEq)]
struct Census {
    figures: BTreeMap<&'static str, i64>,
    descriptors: BTreeMap<String, usize>,
}

async fn census(program: &Program) -> Census {
    let mut figures = BTreeMap::new();
    for name in FIGURES {
        figures.insert(name, program.figure(name).await as i64);
    }
    Census { figures, descriptors: program.descriptors() }
}

fn publishing() -> Publishing {
    let colour = Colour { red: 0, green: 0, blue: 0 };
    Publishing { camera: None, ..Publishing::new(Tone::new(0), colour) }
}

const FIGURES: [&str; 7] = [
    "palabre_connections",
    "palabre_sockets",
    "palabre_people",
    "palabre_calls",
    "palabre_call_seats",
    "palabre_media_participants{shard=\"0\"}",
    "palabre_tasks",
];

const MEMORY: &str = "process_resident_memory_bytes";

/// What one hash takes.
const HASH_BYTES: f64 = 19_456.0 * 1_024.0;

/// Visits before the first look, so that what is made once is there.
const WARM_UP: usize = 10;

/// Joins over one socket, which may send so many frames and no more.
const JOINS_OF_A_SOCKET: usize = 40;

/// How long ICE and DTLS take at most on this machine, in µs.
const HANDSHAKE_US: usize = 40_000;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(100);
