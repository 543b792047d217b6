//! Who sees and hears the others through the link, and what is known of how it went.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use palabre_media::bwe::PathReport;
use palabre_media::call::{PauseReason, SlotState};
use palabre_media::rtp;

use crate::device::{Device, OPUS, RED, RTX, VP8};
use crate::picture::{Picture, Request};

/// Who sees and hears the others through the link.
pub(crate) struct Subscriber {
    pub(crate) device: Device,
    pub(crate) pictures: BTreeMap<String, Picture>,
    /// Frames of each voice that came, by themselves or as a repetition.
    pub(crate) voices: BTreeMap<String, BTreeSet<u32>>,
    /// What the slots were last told to be.
    pub(crate) slots: Vec<SlotState>,
    pub(crate) log: Vec<Sample>,
    pub(crate) sent: Sent,
    joined: bool,
}

/// Bytes that left for a subscriber, by kind.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sent {
    pub(crate) all: u64,
    pub(crate) repairs: u64,
}

/// What a subscriber was like at some time.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    pub(crate) at: Instant,
    pub(crate) report: PathReport,
    /// Without padding, over the last [`SAMPLE`].
    pub(crate) received_bps: f64,
    /// Slots that are paused because the path takes no more.
    pub(crate) paused: u32,
    pub(crate) sent: Sent,
}

impl Subscriber {
    pub(crate) fn new(device: Device) -> Self {
        Self {
            device,
            pictures: BTreeMap::new(),
            voices: BTreeMap::new(),
            slots: Vec::new(),
            log: Vec::new(),
            sent: Sent::default(),
            joined: false,
        }
    }

    pub(crate) fn count(&mut self, datagram: &[u8]) {
        let bytes = datagram.len() as u64 + 28;
        self.sent.all += bytes;
        let is_rtp = (128..192).contains(&datagram[0]) && !(192..224).contains(&datagram[1]);
        // Padding goes under the same payload type, and has nothing but zeros.
        if is_rtp && datagram[1] & 0x7F == RTX && datagram[0] & 0x20 == 0 {
            self.sent.repairs += bytes;
        }
    }

    pub(crate) fn receive(&mut self, arrived: Instant, datagram: &[u8]) {
        self.device.on_datagram(arrived, datagram);
        if !self.joined {
            self.joined = self.device.is_connected();
        }
        for packet in std::mem::take(&mut self.device.rtp).into_values().flatten() {
            self.take(arrived, &packet);
        }
        self.device.rtcp.clear();
    }

    fn take(&mut self, arrived: Instant, packet: &[u8]) {
        let Some(header) = rtp::Header::parse(packet) else { return };
        let payload = &packet[header.len..packet.len() - header.padding];
        let slot = self.device.slots.iter().find_map(|(mid, (ssrc, rtx))| {
            (*ssrc == header.ssrc || *rtx == Some(header.ssrc)).then(|| mid.clone())
        });
        let Some(mid) = slot else { return };
        match header.payload_type {
            VP8 => self.pictures.entry(mid).or_default().receive(
                arrived,
                header.sequence,
                header.timestamp,
                header.marker,
                payload,
                false,
            ),
            RTX if 2 < payload.len() => {
                let original = u16::from_be_bytes([payload[0], payload[1]]);
                self.pictures.entry(mid).or_default().receive(
                    arrived,
                    original,
                    header.timestamp,
                    header.marker,
                    &payload[2..],
                    true,
                );
            }
            OPUS => {
                self.voices.entry(mid).or_default().insert(header.timestamp);
            }
            RED => {
                let frames = self.voices.entry(mid).or_default();
                let mut rest = payload;
                while rest.len() >= 4 && rest[0] & 0x80 != 0 {
                    let ticks = u32::from(u16::from_be_bytes([rest[1], rest[2]]) >> 2);
                    frames.insert(header.timestamp.wrapping_sub(ticks));
                    rest = &rest[4..];
                }
                frames.insert(header.timestamp);
            }
            _ => {}
        }
    }

    pub(crate) fn ask(&mut self, now: Instant) {
        let mut requests = Vec::new();
        for (mid, picture) in &mut self.pictures {
            let ssrc = self.device.slots[mid].0;
            requests.extend(picture.requests(now).into_iter().map(|request| (ssrc, request)));
        }
        for (ssrc, request) in requests {
            let (kind, format, len) = match request {
                Request::Packet(_) => (205, 0x81, 3),
                Request::Keyframe => (206, 0x81, 2),
            };
            let mut packet = vec![format, kind, 0, len, 0, 0, 0, 1];
            packet.extend_from_slice(&ssrc.to_be_bytes());
            if let Request::Packet(sequence) = request {
                packet.extend_from_slice(&sequence.to_be_bytes());
                packet.extend_from_slice(&[0, 0]);
            }
            self.device.send_rtcp(&packet);
        }
    }

    pub(crate) fn sample(&mut self, now: Instant, report: PathReport) {
        let came = self.pictures.values_mut().map(|picture| {
            let since = picture.came.iter().rev().take_while(|(at, _)| now < *at + SAMPLE);
            since.map(|(_, bytes)| bytes + HEADERS).sum::<usize>()
        });
        let bytes: usize = came.sum();
        let is_paused = |slot: &&SlotState| slot.paused == Some(PauseReason::Bandwidth);
        self.log.push(Sample {
            at: now,
            report,
            received_bps: bytes as f64 * 8.0 / SAMPLE.as_secs_f64(),
            paused: self.slots.iter().filter(is_paused).count() as u32,
            sent: self.sent,
        });
    }
}

/// How often a subscriber is sampled.
pub(crate) const SAMPLE: Duration = Duration::from_millis(100);

/// RTP with extensions, SRTP, UDP and IPv4.
const HEADERS: usize = 12 + 20 + 16 + 28;
