//! What arrives from the network, in any order and of any content, through the packet modules.
#![expect(clippy::disallowed_methods, reason = "tests need some starting instant")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use palabre_media::nack::NackGenerator;
use palabre_media::reception::Reception;
use palabre_media::rewrite::{Incoming, Picture, Rewriter};
use palabre_media::twcc::TwccRecorder;
use palabre_media::{av1, h264, red, retransmission, rtcp, rtp, vp8, vp9};
use proptest::prelude::*;

fn packet(index: u64, video: bool) -> Incoming {
    let numbers = Picture { id: Some(index as u16 & 0x7fff), tl0: Some(index as u8) };
    Incoming { index, timestamp: index as u32 * 3000, picture: video.then_some(numbers) }
}

proptest! {
    #[test]
    fn no_bytes_make_a_parser_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..200), force: bool, kind in 200u8..208) {
        if force && 4 < bytes.len() {
            bytes[0] = bytes[0] & 0x3f | 0x80;
            bytes[1] = kind;
            bytes[2] = 0;
            bytes[3] = (bytes.len() / 4 - 1) as u8;
        }
        let _ = rtp::Header::parse(&bytes);
        for id in 0..=255 { let _ = rtp::extension(&bytes, id); }
        let _ = retransmission::decapsulate(&bytes);
        for packet in rtcp::packets(&bytes) {
            match packet {
                rtcp::Packet::Nack { lost, .. } => prop_assert!(lost.count() < 1000),
                rtcp::Packet::SenderReport { reports, .. }
                | rtcp::Packet::ReceiverReport { reports } => prop_assert!(reports.count() < 32),
                rtcp::Packet::Fir { media_ssrc } => prop_assert!(media_ssrc.count() < 100),
                rtcp::Packet::TransportFeedback(feedback) => {
                    prop_assert!(feedback.statuses().count() <= 8_192);
                }
                rtcp::Packet::Pli { .. } | rtcp::Packet::Other => (),
            }
        }
        let _ = vp8::Descriptor::parse(&bytes);
        let _ = (vp9::Descriptor::parse(&bytes), h264::is_keyframe_start(&bytes));
        let _ = (av1::is_keyframe_start(&bytes), red::primary(&bytes));
        vp8::rewrite(&mut bytes, Some(0x7fff), Some(255));
        vp9::rewrite(&mut bytes, Some(0x7fff), Some(255));
        red::rewrite(&mut bytes, 109);
    }

    #[test]
    fn nack_reads_back(mut lost in prop::collection::btree_set(0u16..2000, 0..200), at: u16) {
        let given: Vec<u16> = std::mem::take(&mut lost).into_iter().map(|s| s.wrapping_add(at)).collect();
        let mut out = Vec::new();
        rtcp::write_nack(&mut out, 1, 2, &given);
        let read: Vec<u16> = rtcp::packets(&out).flat_map(|p| match p {
            rtcp::Packet::Nack { lost, .. } => lost.collect::<Vec<_>>(),
            rtcp::Packet::SenderReport { .. }
            | rtcp::Packet::ReceiverReport { .. }
            | rtcp::Packet::Pli { .. }
            | rtcp::Packet::Fir { .. }
            | rtcp::Packet::TransportFeedback(_)
            | rtcp::Packet::Other => vec![],
        }).collect();
        prop_assert_eq!(read, given);
    }

    #[test]
    fn outgoing_numbers_keep_order_and_never_repeat(
        video: bool,
        steps in prop::collection::vec((0u64..8, 0u8..12), 1..400),
    ) {
        let start = Instant::now();
        let mut rewriter = Rewriter::new(66_000, 90_000);
        let mut seen = BTreeSet::new();
        let (mut highest, mut base, mut tag) = (70_000u64, 70_000u64, 0);
        let mut done: BTreeSet<u64> = BTreeSet::new();
        let mut padding: BTreeSet<u64> = BTreeSet::new();
        let mut map: BTreeMap<u64, u64> = BTreeMap::new();
        rewriter.switch(start, 0, &packet(highest, video));
        for (n, (back, kind)) in steps.into_iter().enumerate() {
            let now = start + Duration::from_millis(n as u64 * 10);
            if kind == 0 {
                tag += 1; highest += 5000; base = highest; done.clear(); map.clear(); padding.clear();
                rewriter.switch(now, tag, &packet(highest, video));
            } else { highest += u64::from(kind < 8) + u64::from(kind == 7); }
            let index = if 8 <= kind { highest - back.min(highest - base) } else { highest };
            if !video && done.contains(&index) { continue; }
            if kind == 3 || kind == 9 { if done.insert(index) { padding.insert(index); rewriter.swallow(index); } continue; }
            if padding.contains(&index) { continue; }
            let again = done.contains(&index);
            done.insert(index);
            if let Some(out) = rewriter.forward(now, &packet(index, video)) {
                prop_assert!(!again, "forwarded twice or after swallowing: {index}");
                prop_assert!(seen.insert(out.index), "repeats {}", out.index);
                map.insert(index, out.index);
                let outs: Vec<u64> = map.values().copied().collect();
                prop_assert!(outs.is_sorted(), "{map:?}");
            }
        }
    }

    #[test]
    fn statistics_and_feedback_take_any_arrivals(steps in prop::collection::vec((any::<u16>(), 0u64..200_000, any::<u32>()), 1..300)) {
        let mut now = Instant::now();
        let mut twcc = TwccRecorder::new();
        let mut reception = Reception::new(90_000);
        let mut nacks = NackGenerator::new();
        for (seq, pause, timestamp) in steps {
            now += Duration::from_micros(pause);
            twcc.record(now, seq);
            let index = (1 << 16) + u64::from(seq);
            reception.on_packet(now, index, timestamp);
            nacks.received(now, index);
            let mut lost = Vec::new();
            nacks.poll(now, Duration::ZERO, &mut lost);
            prop_assert!(lost.len() <= 256);
            if twcc.poll_timeout().is_some_and(|due| due <= now) {
                let mut out = Vec::new();
                twcc.build_feedback(now, 1, 2, &mut out);
                prop_assert!(out.len() <= 1100, "feedback of {} bytes", out.len());
                reception.report_block(now, 1);
            }
        }
    }
}
