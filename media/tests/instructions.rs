//! What the path of a packet costs, in instructions: a count that a busy machine cannot disturb.
//!
//! The test runs itself under callgrind and adds up what is executed in functions of this crate.
//! Sealing, which depends on the processor, and copying are left out; `cargo bench` measures those.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

#[path = "call/device.rs"]
#[expect(dead_code, reason = "shared with the call tests")]
mod device;
#[path = "call/network.rs"]
#[expect(dead_code, reason = "shared with the call tests")]
mod network;
#[path = "call/steady.rs"]
mod steady;

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use device::Shape;
use network::Network;
use steady::picture;

#[test]
fn a_forwarded_packet_costs_no_more_instructions_than_it_did() {
    let profile = Path::new(env!("CARGO_TARGET_TMPDIR")).join("packets.callgrind");

    let run = Command::new("valgrind")
        .args(["--tool=callgrind", "--collect-atstart=no", "--toggle-collect=*forward_all*"])
        .args(["--compress-strings=no", "--compress-pos=no"])
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(env::current_exe().unwrap())
        .args(["--ignored", "--exact", "packets_are_forwarded", "--test-threads=1"])
        .output()
        .expect("valgrind is installed by scripts/setup build, or: apt-get install valgrind");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let total = own_instructions(&fs::read_to_string(&profile).unwrap());
    let each = total / u64::from(PACKETS * WATCHERS as u16);

    // Fewer by much, and the bound has to follow, or it guards nothing.
    let range = EXPECTED * 85 / 100..=EXPECTED * 106 / 100;
    assert!(
        range.contains(&each),
        "a forwarded packet takes {each} instructions of this crate and is expected to take about \
         {EXPECTED}: find out why (callgrind_annotate), or change EXPECTED and say why in the commit"
    );
}

#[test]
#[ignore = "run under callgrind by the test above"]
fn packets_are_forwarded() {
    let shape = Shape {
        microphone: false,
        camera: true,
        simulcast: false,
        red: false,
        codec: "VP8",
        reports: true,
        slots: 0,
    };
    let watcher = Shape { camera: false, slots: 1, ..shape };
    let mut shapes = vec![shape];
    shapes.extend([watcher; WATCHERS]);
    let mut network = Network::connected(&shapes);
    for frame in 0..WARM_UP {
        network.devices[0].send(&picture(frame.into(), frame == 0, PAYLOAD));
        network.run(SPACING);
    }
    let packets = (WARM_UP..WARM_UP + PACKETS)
        .map(|frame| network.devices[0].send(&picture(frame.into(), false, PAYLOAD)))
        .collect();

    assert_eq!(forward_all(&mut network, packets), usize::from(PACKETS) * WATCHERS);
}

/// What is counted.
#[inline(never)]
fn forward_all(network: &mut Network, mut packets: Vec<Vec<u8>>) -> usize {
    let (from, mut now) = (network.devices[0].address, network.now);
    let mut sent = 0;
    for packet in &mut packets {
        now += SPACING;
        network.engine.handle_datagram(now, from, packet);
        while let Some(transmit) = network.engine.poll_transmit() {
            sent += usize::from(!transmit.contents.is_empty());
        }
    }
    sent
}

/// Adds up what a profile says of the functions of this crate, without what they call
/// (<https://valgrind.org/docs/manual/cl-format.html>).
fn own_instructions(profile: &str) -> u64 {
    let (mut is_own, mut is_call) = (false, false);
    let mut total = 0;
    for line in profile.lines() {
        if let Some(function) = line.strip_prefix("fn=") {
            is_own = function.contains("palabre_media");
        } else if line.starts_with("calls=") {
            is_call = true;
        } else if line.starts_with(|it: char| it.is_ascii_digit()) {
            let cost = line.split_whitespace().nth(1).and_then(|cost| cost.parse::<u64>().ok());
            if is_own && !is_call {
                total += cost.unwrap_or_default();
            }
            is_call = false;
        }
    }
    total
}

/// Instructions of this crate for each packet that reaches a subscriber, in the profile of the tests.
const EXPECTED: u64 = 2_136;

const WATCHERS: usize = 8;

const PACKETS: u16 = 200;

/// 1,000 bytes in this time are 800 kbit/s.
const SPACING: Duration = Duration::from_millis(10);

/// Until the estimates have passed what is sent.
const WARM_UP: u16 = 150;

/// Bytes of each packet's payload.
const PAYLOAD: usize = 1_000;
