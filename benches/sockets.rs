//! Prints what the media thread costs through real sockets: its CPU time per forwarded packet, in
//! µs, with the kernel's send path in it.
//!
//! One publisher and its watchers are UDP sockets in this process; only the time of the thread
//! `shard-0` counts. The watchers' sockets are emptied by a thread that looks at them now and then,
//! so that no send has to wake a receiver. Linux alone tells the time of a thread.
//! `cargo bench --bench sockets`.
#![expect(clippy::print_stdout, reason = "the figures are the point")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up should say so loudly")]
#![expect(dead_code, reason = "shares the devices of the tests")]

#[path = "../media/tests/call/device.rs"]
mod device;

use std::fs;
use std::io::{ErrorKind, IoSliceMut};
use std::net::{SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use palabre::config::{LOOPBACK, MediaConfig};
use palabre::metrics::Metrics;
use palabre::shards::Shards;
use palabre_signaling::wire::{CallId, ParticipantId, Source, SourceSection};
use quinn_udp::{RecvMeta, UdpSocketState};
use tokio::runtime::{Builder, Runtime};
use uuid::Uuid;

use device::{Device, Media, Shape, VP8};

fn main() {
    println!(
        "{:>9}  {:<28}  {:>9}  {:>13}  {:>6}   (1,200-byte packets, median of {ROUNDS} rounds)",
        "receivers", "sent", "µs/packet", "packets/send", "loss %"
    );
    for receivers in [10, 50, 100] {
        let mut room = Room::new(receivers);
        for load in LOADS {
            let rounds: Vec<Round> = (0..ROUNDS).map(|_| room.round(&load)).collect();
            let median = |of: fn(&Round) -> f64| {
                let mut values: Vec<f64> = rounds.iter().map(of).collect();
                values.sort_by(f64::total_cmp);
                values[ROUNDS / 2]
            };
            println!(
                "{receivers:>9}  {:<28}  {:>9.2}  {:>13.1}  {:>6.2}",
                load.name,
                median(|round| round.micros),
                median(|round| round.per_send),
                median(|round| round.loss * 100.0),
            );
        }
        room.close();
    }
}

/// How the publisher sends.
struct Load {
    name: &'static str,
    bursts_per_second: u32,
    packets_per_burst: u32,
}

/// What one round showed.
struct Round {
    /// CPU time of the media thread per packet that arrived.
    micros: f64,
    /// Packets that left with one call.
    per_send: f64,
    /// Share of the packets that did not arrive.
    loss: f64,
}

/// A server and the devices of one call, all of them connected.
struct Room {
    runtime: Runtime,
    shards: Shards,
    /// The publisher, then its watchers.
    seats: Vec<Seat>,
    frame: u32,
}

/// A device, its socket and where the server is.
struct Seat {
    device: Device,
    socket: UdpSocket,
    server: SocketAddr,
}

/// What the watchers' sockets got.
#[derive(Default)]
struct Tally {
    packets: u32,
    /// Packets that one watcher got, and the sends they came from.
    sampled: u32,
    sends: u32,
}

impl Room {
    fn new(receivers: usize) -> Self {
        let runtime = Builder::new_current_thread().build().unwrap();
        let (shards, _events) = Shards::start(
            &MediaConfig { bind: LOOPBACK, port: 0, addresses: Vec::new(), shards: 1 },
            &Metrics::default(),
        )
        .unwrap();
        let publisher = Shape {
            microphone: false,
            camera: true,
            simulcast: false,
            red: false,
            codec: "VP8",
            reports: false,
            slots: 0,
        };
        let watcher = Shape {
            microphone: false,
            camera: false,
            simulcast: false,
            red: false,
            codec: "VP8",
            reports: false,
            slots: 1,
        };
        let mut room = Self { runtime, shards, seats: Vec::new(), frame: 0 };
        for number in 0..=receivers {
            let seat = room.join(number, if number == 0 { publisher } else { watcher });
            room.seats.push(seat);
            room.exchange();
        }
        room.until("everybody is connected", |room| {
            room.seats.iter().all(|seat| seat.device.is_connected())
        });
        room.until("everybody sees the publisher", |room| {
            room.publish(true);
            room.seats[1..].iter().all(|seat| !seat.device.received(SLOT).is_empty())
        });
        room
    }

    fn join(&self, number: usize, shape: Shape) -> Seat {
        let socket = UdpSocket::bind((LOOPBACK, 0)).unwrap();
        socket.set_nonblocking(true).unwrap();
        let id = u128::try_from(number).unwrap() + 1;
        let mut device = Device::new(id, shape);
        let camera = SourceSection { mid: "1".into(), source: Source::Camera, layers: Vec::new() };
        let sources = if shape.camera { vec![camera] } else { Vec::new() };
        let participant = ParticipantId(Uuid::from_u128(id));
        let joined = self.shards.join(CALL, participant, device.offer(), sources);
        let (answer, _) = self.runtime.block_on(joined).unwrap();
        device.on_answer(Instant::now(), &answer);
        Seat { device, socket, server: candidate(&answer) }
    }

    /// Sends for a while; says what that took and brought.
    fn round(&mut self, load: &Load) -> Round {
        for seat in &mut self.seats {
            // Consent would expire otherwise (RFC 7675 §5.1).
            seat.device.check();
            seat.flush();
        }
        let sockets: Vec<UdpSocket> =
            self.seats.iter().map(|seat| seat.socket.try_clone().unwrap()).collect();
        let schedstat = schedstat("shard-0");
        let done = AtomicBool::new(false);
        let (sent, time, tally) = thread::scope(|scope| {
            let drain = scope.spawn(|| drain(&sockets, &done));
            thread::sleep(SETTLE);
            let before = cpu_time(&schedstat);
            let sent = self.publish_paced(load);
            thread::sleep(SETTLE);
            let time = cpu_time(&schedstat) - before;
            done.store(true, Ordering::Relaxed);
            (sent, time, drain.join().unwrap())
        });
        let expected = f64::from(sent) * (self.seats.len() - 1) as f64;
        Round {
            micros: time.as_secs_f64() * 1e6 / f64::from(tally.packets),
            per_send: f64::from(tally.sampled) / f64::from(tally.sends),
            loss: 1.0 - f64::from(tally.packets) / expected,
        }
    }

    fn publish_paced(&mut self, load: &Load) -> u32 {
        let pause = Duration::from_secs(1) / load.bursts_per_second;
        let bursts = load.bursts_per_second * ROUND_SECONDS;
        let mut due_at = Instant::now();
        for _ in 0..bursts {
            thread::sleep(due_at.saturating_duration_since(Instant::now()));
            due_at += pause;
            for _ in 0..load.packets_per_burst {
                self.publish(false);
            }
        }
        bursts * load.packets_per_burst
    }

    /// Sends one packet of the publisher, a frame of its own.
    fn publish(&mut self, keyframe: bool) {
        self.frame += 1;
        let packet = packet(self.frame, keyframe);
        self.seats[0].device.send(&packet);
        self.seats[0].flush();
    }

    fn until(&mut self, what: &str, mut holds: impl FnMut(&mut Self) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !holds(self) {
            assert!(Instant::now() < deadline, "in vain waited until {what}");
            thread::sleep(LOOK_INTERVAL);
            self.exchange();
        }
    }

    /// Hands every device what came for it, and sends what it has to say.
    fn exchange(&mut self) {
        let mut datagram = [0; MAX_DATAGRAM_BYTES];
        for seat in &mut self.seats {
            let now = Instant::now();
            while let Some(len) = receive(&seat.socket, &mut datagram) {
                seat.device.on_datagram(now, &datagram[..len]);
            }
            seat.device.on_time(now);
            seat.flush();
        }
    }

    fn close(self) {
        self.runtime.block_on(self.shards.stop());
    }
}

impl Seat {
    fn flush(&mut self) {
        for datagram in self.device.outbox.drain(..) {
            self.socket.send_to(&datagram, self.server).unwrap();
        }
    }
}

/// Empties the sockets again and again until `done`.
///
/// The last one takes runs as they were sent (GRO), which tells how many packets a send had; the
/// others take datagram by datagram, as sockets of other machines would.
fn drain(sockets: &[UdpSocket], done: &AtomicBool) -> Tally {
    let (sample, others) = sockets.split_last().unwrap();
    let sample_state = UdpSocketState::new(sample.into()).unwrap();
    let mut run = vec![0; MAX_RUN_BYTES];
    let mut datagram = [0; MAX_DATAGRAM_BYTES];
    let mut tally = Tally::default();
    while !done.load(Ordering::Relaxed) {
        thread::sleep(LOOK_INTERVAL);
        for socket in others {
            while let Some(len) = receive(socket, &mut datagram) {
                tally.packets += u32::from(is_media(&datagram[..len]));
            }
        }
        let mut meta = [RecvMeta::default()];
        while sample_state.recv(sample.into(), &mut [IoSliceMut::new(&mut run)], &mut meta).is_ok()
        {
            let datagrams = run[..meta[0].len].chunks(meta[0].stride.max(1));
            let media = datagrams.filter(|datagram| is_media(datagram)).count();
            tally.sampled += u32::try_from(media).unwrap();
            tally.sends += u32::from(0 < media);
        }
    }
    tally.packets += tally.sampled;
    tally
}

fn receive(socket: &UdpSocket, datagram: &mut [u8]) -> Option<usize> {
    match socket.recv(datagram) {
        Ok(len) => Some(len),
        Err(error) if error.kind() == ErrorKind::WouldBlock => None,
        Err(error) => panic!("receiving: {error}"),
    }
}

/// Whether it is RTP of the camera, not RTCP or STUN (RFC 5761 §4, RFC 7983 §7).
fn is_media(datagram: &[u8]) -> bool {
    matches!(datagram, [first, second, ..] if first >> 6 == 2 && second & 0x7F == VP8)
}

/// The server's address, from the first candidate of an answer (RFC 8839 §5.1).
fn candidate(answer: &str) -> SocketAddr {
    let line = answer.lines().find(|line| line.starts_with("a=candidate:")).unwrap();
    let words: Vec<&str> = line.split(' ').collect();
    SocketAddr::new(words[4].parse().unwrap(), words[5].parse().unwrap())
}

/// The file in which Linux tells the CPU time of a thread of this process, the newest of that name.
fn schedstat(name: &str) -> PathBuf {
    let tasks = fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path());
    let named = tasks.filter(|task| {
        fs::read_to_string(task.join("comm")).is_ok_and(|comm| comm.trim_end() == name)
    });
    let number =
        |task: &PathBuf| task.file_name().unwrap().to_str().unwrap().parse::<u32>().unwrap();
    named.max_by_key(number).unwrap().join("schedstat")
}

/// CPU time of a thread that sleeps now: the figure of one that runs is behind.
fn cpu_time(schedstat: &Path) -> Duration {
    let text = fs::read_to_string(schedstat).unwrap();
    Duration::from_nanos(text.split(' ').next().unwrap().parse().unwrap())
}

/// A single-packet VP8 frame.
fn packet(frame: u32, keyframe: bool) -> Media {
    let [high, low] = (frame as u16 & 0x7FFF | 0x8000).to_be_bytes();
    let mut payload = vec![0x90, 0xC0, high, low, frame as u8];
    payload.push(if keyframe { 0x10 } else { 0x11 });
    payload.resize(PAYLOAD_BYTES, 0x55);
    Media {
        ssrc: 77,
        payload_type: VP8,
        sequence: frame as u16,
        timestamp: frame.wrapping_mul(3_000),
        marker: true,
        mid: "1",
        payload,
        ..Media::default()
    }
}

const LOADS: [Load; 3] = [
    Load { name: "150/s, one by one", bursts_per_second: 150, packets_per_burst: 1 },
    Load { name: "600/s, one by one", bursts_per_second: 600, packets_per_burst: 1 },
    Load { name: "600/s, 30 frames of 20", bursts_per_second: 30, packets_per_burst: 20 },
];

const CALL: CallId = CallId(Uuid::from_u128(1));

/// The watchers' only video slot, by its mid.
const SLOT: &str = "v0";

/// Rounds of each load; their median is printed.
const ROUNDS: usize = 3;

const ROUND_SECONDS: u32 = 3;

/// Until the last packets of a round are there and the media thread sleeps again.
const SETTLE: Duration = Duration::from_millis(50);

/// How often sockets are looked at: a fiftieth of what their buffers hold.
const LOOK_INTERVAL: Duration = Duration::from_millis(3);

/// Bytes of RTP payload, so that the whole packet is about 1,200 bytes.
const PAYLOAD_BYTES: usize = 1_170;

const MAX_DATAGRAM_BYTES: usize = 2_048;

/// Most that comes in one piece (IPv4 total length).
const MAX_RUN_BYTES: usize = 65_535;
