//! Prints what forwarding one packet costs, in ns per subscriber, beside the floor: open once, then copy,
//! rewrite and seal for each subscriber, without an engine.
//!
//! Both are measured in turns in one run, so that their ratio holds on a machine that does other
//! things too. `cargo bench -p palabre-media`.
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
#![expect(clippy::print_stdout, reason = "the figures are the point")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up should say so loudly")]
#![expect(dead_code, reason = "shares the devices of the tests")]

#[path = "../tests/call/device.rs"]
mod device;
#[path = "../tests/call/media.rs"]
mod media;
#[path = "../tests/call/network.rs"]
mod network;
#[path = "../tests/call/steady.rs"]
mod steady;

use std::time::{Duration, Instant};

use palabre_media::seq::CYCLE;
use palabre_media::srtp::{Profile, Srtp};
use rtc_crypto::RTCCryptoProvider as _;

use device::{Shape, VP8};
use network::Network;
use steady::picture;

fn main() {
    println!(
        "subscribers  floor ns  engine ns  ratio   (1,200-byte packets, median of {ROUNDS} rounds)"
    );
    for subscribers in [10, 50, 100] {
        let (floor, engine) = measure(subscribers);
        let ratio = engine / floor;
        println!("{subscribers:>11}  {floor:>8.0}  {engine:>9.0}  {ratio:>5.2}");
    }
}

fn measure(subscribers: usize) -> (f64, f64) {
    let mut call = Call::new(subscribers);
    let mut floor = Floor::new(subscribers);
    let mut times: Vec<(f64, f64)> = (0..ROUNDS).map(|_| (floor.round(), call.round())).collect();
    let mut median = |of: fn(&(f64, f64)) -> f64| {
        times.sort_by(|a, b| of(a).total_cmp(&of(b)));
        of(&times[ROUNDS / 2]) / (PACKETS * subscribers) as f64
    };
    (median(|times| times.0), median(|times| times.1))
}

/// A publisher and its watchers through the engine.
struct Call {
    network: Network,
    frame: u32,
}

impl Call {
    fn new(subscribers: usize) -> Self {
        let publisher = Shape {
            microphone: false,
            camera: true,
            simulcast: false,
            red: false,
            codec: "VP8",
            reports: true,
            slots: 0,
        };
        let watcher = Shape {
            microphone: false,
            camera: false,
            simulcast: false,
            red: false,
            codec: "VP8",
            reports: true,
            slots: 1,
        };
        let mut shapes = vec![publisher];
        shapes.resize(subscribers + 1, watcher);
        let mut network = Network::connected(&shapes);
        // Packets carry transport-wide numbers; with reports they would be spread over a time that does
        // not pass here.
        network.devices.iter_mut().for_each(|device| device.arrivals = None);
        network.devices[0].send(&picture(0, true, PAYLOAD));
        network.exchange();
        network.run(Duration::from_millis(50));
        Self { network, frame: 0 }
    }

    /// Forwards [`PACKETS`] packets; returns the time in ns.
    fn round(&mut self) -> f64 {
        // What a layer may send comes back with time.
        self.network.run(Duration::from_millis(100));
        let Network { engine, devices, now, .. } = &mut self.network;
        let from = devices[0].address;
        let mut packets: Vec<Vec<u8>> = (0..PACKETS)
            .map(|_| {
                self.frame += 1;
                devices[0].send(&picture(self.frame, false, PAYLOAD))
            })
            .collect();
        devices[0].outbox.clear();
        let mut bytes = 0;

        let began = Instant::now();
        for packet in &mut packets {
            engine.handle_datagram(*now, from, packet);
            while let Some(transmit) = engine.poll_transmit() {
                bytes += transmit.contents.len();
            }
        }
        let time = began.elapsed();

        assert!(PACKETS * (devices.len() - 1) * PAYLOAD <= bytes, "every packet reached everybody");
        time.as_nanos() as f64
    }
}

/// The same work without an engine.
struct Floor {
    publisher: Srtp,
    server: Srtp,
    subscribers: Vec<Srtp>,
    index: u64,
    out: Vec<u8>,
}

impl Floor {
    fn new(subscribers: usize) -> Self {
        let provider = rtc_crypto::providers::AwsLcRsProvider::new();
        let crypto = provider.crypto();
        let keying: Vec<u8> = (0..56).collect();
        // The publisher's side: the halves of client and server change places.
        let mirrored: Vec<u8> =
            [&keying[16..32], &keying[..16], &keying[44..], &keying[32..44]].concat();
        let server = |keying: &[u8]| Srtp::server(crypto, Profile::Gcm, keying).unwrap();
        Self {
            publisher: server(&mirrored),
            server: server(&keying),
            subscribers: (0..subscribers).map(|_| server(&keying)).collect(),
            index: CYCLE,
            out: vec![0; 2_048],
        }
    }

    fn round(&mut self) -> f64 {
        let mut packets: Vec<Vec<u8>> = (0..PACKETS)
            .map(|_| {
                let mut packet = vec![0x80, VP8];
                packet.extend_from_slice(&(self.index as u16).to_be_bytes());
                packet.extend_from_slice(&[0, 0, 0, 1, 0, 0, 0, 9]);
                packet.resize(12 + PAYLOAD + 16, 7);
                self.publisher.seal_rtp(&mut packet, 12, 12 + PAYLOAD, 9, self.index);
                self.index += 1;
                packet
            })
            .collect();

        let began = Instant::now();
        for packet in &mut packets {
            let opened = self.server.open_rtp(packet).unwrap();
            for (at, subscriber) in self.subscribers.iter_mut().enumerate() {
                self.out[..opened.len].copy_from_slice(&packet[..opened.len]);
                let ssrc = u32::try_from(at).unwrap();
                self.out[8..12].copy_from_slice(&ssrc.to_be_bytes());
                subscriber.seal_rtp(&mut self.out, 12, opened.len, ssrc, opened.index);
            }
        }
        began.elapsed().as_nanos() as f64
    }
}

/// Packets of one round: so few that most rounds are over before the system gives the core to
/// somebody else.
const PACKETS: usize = 100;

/// Rounds; their median is printed.
const ROUNDS: usize = 101;

/// Bytes of RTP payload, so that the whole packet is about 1,200 bytes.
const PAYLOAD: usize = 1_170;
