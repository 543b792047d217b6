//! Decrypted RTCP is walked to its end, and feedback about any arrivals stays well formed.
//!
//! The same bytes serve twice: as a compound, and as arrivals of 4 bytes each (sequence number,
//! then the pause since the one before, in units of 64 µs).

#![no_main]

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use libfuzzer_sys::fuzz_target;
use palabre_media::rtcp::{Packet, packets};
use palabre_media::twcc::TwccRecorder;

fuzz_target!(|bytes: &[u8]| {
    for packet in packets(bytes) {
        match packet {
            Packet::SenderReport { reports, .. } | Packet::ReceiverReport { reports } => {
                assert!(reports.count() <= 31);
            }
            // Each item of 4 bytes names at most 17 packets (RFC 4585 §6.2.1).
            Packet::Nack { lost, .. } => assert!(lost.count() <= bytes.len() / 4 * 17),
            Packet::Fir { media_ssrc } => assert!(media_ssrc.count() <= bytes.len() / 8),
            Packet::TransportFeedback(feedback) => {
                let _ = feedback.statuses().count();
            }
            Packet::Pli { .. } | Packet::Other => {}
        }
    }
    record(bytes);
});

fn record(arrivals: &[u8]) {
    static START: OnceLock<Instant> = OnceLock::new();
    let mut now = *START.get_or_init(Instant::now);
    let mut recorder = TwccRecorder::new();
    for arrival in arrivals.chunks_exact(4) {
        let [sequence, pause] = [0, 2].map(|at| u16::from_be_bytes([arrival[at], arrival[at + 1]]));
        now += Duration::from_micros(u64::from(pause) * 64);
        recorder.record(now, sequence);
        if recorder.poll_timeout().is_some_and(|due| due <= now) {
            let mut feedback = Vec::new();
            recorder.build_feedback(now, 1, 2, &mut feedback);
            assert_well_formed(&feedback);
        }
    }
}

fn assert_well_formed(feedback: &[u8]) {
    if feedback.is_empty() {
        return;
    }
    assert!(feedback.len() <= MAX_FEEDBACK_BYTES, "{} bytes", feedback.len());
    assert_eq!(packets(feedback).count(), 1);
    let words = usize::from(u16::from_be_bytes([feedback[2], feedback[3]]));
    assert_eq!(feedback.len(), (words + 1) * 4);
    // Status chunks of two-bit symbols, then as many deltas as they announce.
    let count = usize::from(u16::from_be_bytes([feedback[14], feedback[15]]));
    let chunks = feedback[20..].chunks_exact(2).take(count.div_ceil(7));
    let symbols = chunks.flat_map(|chunk| {
        let chunk = u16::from_be_bytes([chunk[0], chunk[1]]);
        (0..7).map(move |at| usize::from(chunk >> (12 - 2 * at) & 3))
    });
    let deltas: usize = symbols.take(count).sum();
    let len: usize = 20 + count.div_ceil(7) * 2 + deltas;
    assert_eq!(feedback.len(), len.next_multiple_of(4));
}

/// One datagram with room for the rest of a compound.
const MAX_FEEDBACK_BYTES: usize = 1_100;
