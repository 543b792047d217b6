//! Strangers send rubbish to the media port while people talk: QUALITY R3.

use std::io::ErrorKind;
use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use headless::wire::{CallId, Media, Reply, Request, Sending};
use headless::{Colour, Member, Mirror, Peer, Publishing, Received, Seat, Tone};
use tokio::time::{sleep, timeout};

use crate::support::{Dice, Program, join};

#[tokio::test]
async fn a_flood_of_rubbish_costs_the_call_no_voice_and_gets_no_answer() {
    let program = Program::start().await;
    let (kitchen, mut members) =
        join(program.base(), "kitchen", ["admin", "manager", "sena"]).await;
    let call = members[0].start_call(kitchen, Media::Audio).await.unwrap().id;
    let mut seats = Vec::new();
    for (index, member) in members[..2].iter_mut().enumerate() {
        seats.push(member.join_call(call, &publishing(index)).await.unwrap());
    }
    let door = media_address(&members[2], call).await;
    let slots = [listen(&mut members, &seats, 0).await, listen(&mut members, &seats, 1).await];
    let before = census(&program).await;
    let memory = program.figure(MEMORY).await;
    seats.iter().for_each(|seat| seat.peer.reset_received());

    let strangers: Vec<UdpSocket> = (0..STRANGERS).map(|_| stranger()).collect();
    flood(&program, &strangers, door).await;
    let heard = |it: &Received| 50 <= it.packets;
    for (seat, slot) in seats.iter().zip(&slots) {
        seat.peer.wait_received(slot, heard).await.unwrap();
    }

    for stranger in &strangers {
        let answer = stranger.recv(&mut [0; 1_500]).unwrap_err();
        assert_eq!(answer.kind(), ErrorKind::WouldBlock, "nothing is answered to strangers");
    }
    for (seat, slot) in seats.iter().zip(&slots) {
        let received = seat.peer.received(slot);
        let (missing, packets) = (received.missing(), received.packets);
        assert!(missing * 100 <= packets, "{missing} missing of {packets}");
    }
    assert_eq!(census(&program).await, before);
    let grown = program.figure(MEMORY).await - memory;
    assert!(grown <= 20.0 * 1024.0 * 1024.0, "{grown} bytes more");
}

/// Sends datagrams of no use, at any moment as many as a socket's buffer has room for: of more the kernel
/// drops some, whosever they are. The server tells once a second how many it has dropped.
async fn flood(program: &Program, strangers: &[UdpSocket], door: SocketAddr) {
    let mut dice = Dice::thrown();
    let dropped = program.sum(DROPPED).await;
    for sent in (0..SENT).step_by(AT_A_TIME) {
        for stranger in strangers.iter().cycle().take(AT_A_TIME) {
            stranger.send_to(&rubbish(&mut dice), door).unwrap();
        }
        let taken = async {
            while program.sum(DROPPED).await - dropped < (sent + AT_A_TIME) as f64 {
                sleep(PAUSE).await;
            }
        };
        timeout(headless::PATIENCE, taken).await.expect("all of it is counted");
    }
}

/// Like STUN, DTLS, RTP, RTCP, TURN channels or nothing at all in its first byte (RFC 7983).
fn rubbish(dice: &mut Dice) -> Vec<u8> {
    let length = dice.roll(1_200) + 1;
    let mut datagram: Vec<u8> = (0..length).map(|_| dice.roll(256) as u8).collect();
    let kinds: [&[u8]; 6] = [&[0, 1], &[22, 254, 253], &[128, 96], &[129, 201], &[64], &[255]];
    let kind = kinds[dice.roll(kinds.len())];
    let known = kind.len().min(datagram.len());
    datagram[..known].copy_from_slice(&kind[..known]);
    datagram
}

fn stranger() -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_nonblocking(true).unwrap();
    socket
}

/// Where media goes, as whoever joins is told.
async fn media_address(member: &Member, call: CallId) -> SocketAddr {
    let mut peer = Peer::new("127.0.0.1".parse().unwrap(), &publishing(2)).await.unwrap();
    let (offer, sources) = peer.offer().await.unwrap();
    let join = Request::JoinCall { call, offer, sources, sending: Sending::default() };
    let Reply::Answer { answer, .. } = member.ask(join).await.unwrap() else {
        panic!("not an answer")
    };
    let leave = Request::LeaveCall { participant: answer.participant };
    member.done(leave).await.unwrap();
    peer.close().await.unwrap();
    let candidate = answer.sdp.lines().find(|line| line.contains("candidate:")).unwrap();
    let words: Vec<&str> = candidate.split(' ').collect();
    format!("{}:{}", words[4], words[5]).parse().unwrap()
}

/// Waits until somebody hears the other; returns the slot.
async fn listen(members: &mut [Member], seats: &[Seat], listener: usize) -> String {
    let other = seats[1 - listener].participant;
    let seat = &seats[listener];
    let find = |it: &Mirror| seat.slot_of(it, other, headless::wire::Source::Microphone);
    let slot = members[listener].wait_until("the other is heard", find).await.unwrap();
    seat.peer.wait_received(&slot, |it| 10 <= it.packets).await.unwrap();
    slot
}

async fn census(program: &Program) -> [i64; 4] {
    let mut figures = [0; 4];
    for (figure, name) in figures.iter_mut().zip(FIGURES) {
        *figure = program.figure(name).await as i64;
    }
    figures
}

fn publishing(index: usize) -> Publishing {
    let colour = Colour { red: 0, green: 0, blue: 0 };
    Publishing { camera: None, ..Publishing::new(Tone::new(index), colour) }
}

const FIGURES: [&str; 4] = [
    "palabre_calls",
    "palabre_call_seats",
    "palabre_media_participants{shard=\"0\"}",
    "palabre_tasks",
];

const DROPPED: &str = "palabre_media_dropped_total";

const MEMORY: &str = "process_resident_memory_bytes";

/// Sockets that rubbish comes from.
const STRANGERS: usize = 25;

/// Datagrams in all.
const SENT: usize = 400;

/// Datagrams under way at the same time; the smallest socket buffer of Linux takes as many.
const AT_A_TIME: usize = 100;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(50);
