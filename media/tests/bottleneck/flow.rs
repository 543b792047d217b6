//! A subscriber's stream over a link: audio, and video that fills what the estimate allows; packets
//! that get lost are asked for again.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use palabre_media::pacer::{Class, Pacer};
use palabre_media::retransmission::RetransmissionBudget;
use palabre_media::twcc::TwccRecorder;

use crate::link::{Link, Random};

/// A congestion control, ours or another.
pub(crate) trait Control {
    fn on_sent(&mut self, now: Instant, bytes: usize) -> u16;
    /// Takes an RTCP packet of transport feedback.
    fn on_feedback(&mut self, now: Instant, packet: &[u8]);
    fn on_time(&mut self, now: Instant, wanted_bps: f64);
    fn padding_due(&self, now: Instant) -> usize;
    fn estimate_bps(&self) -> f64;
    /// Rate of packets under the estimate, or of a probe.
    fn pacing_bps(&self, now: Instant, waiting_bytes: usize) -> f64;
    fn probe_bps(&self) -> Option<f64>;
}

/// A packet as it travels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packet {
    transport_sequence: u16,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Audio,
    Video { number: u32, bytes: u16 },
    Repair { number: u32 },
    Padding,
}

/// One subscriber.
pub(crate) struct Flow {
    pub(crate) control: Box<dyn Control>,
    /// The most that video would use, in bit/s.
    pub(crate) wanted_bps: f64,
    /// Video takes what the estimate allows up to `wanted_bps`; without this it always takes all.
    pub(crate) follows: bool,
    pacer: Pacer<Kind>,
    budget: RetransmissionBudget,
    random: Random,
    next_frame: Instant,
    next_audio: Instant,
    next_number: u32,
    frames: u32,
    sent: BTreeMap<u32, u16>,
    // The receiver's side.
    recorder: TwccRecorder,
    highest: Option<u32>,
    /// Missing packets, when each was last asked for, and how often.
    missing: BTreeMap<u32, (Instant, u8)>,
    feedbacks: VecDeque<(Instant, Vec<u8>)>,
    requests: VecDeque<(Instant, u32)>,
    /// Way back of feedback and requests.
    pub(crate) back: Duration,
    // What is measured.
    pub(crate) log: Vec<Sample>,
    pub(crate) received_bytes: u64,
    pub(crate) sent_bytes: u64,
    pub(crate) repaired_bytes: u64,
    pub(crate) padding_bytes: u64,
    pub(crate) audio_sent: u64,
    pub(crate) audio_received: u64,
    repaired_bps: f64,
    repaired_before: u64,
    sampled_bytes: u64,
    last_probe: Option<(Instant, f64)>,
}

/// What a flow was like at some time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) at: Instant,
    pub(crate) estimate_bps: f64,
    /// Without padding, over the last [`SAMPLE`].
    pub(crate) received_bps: f64,
    /// The largest probe so far, and when.
    pub(crate) probe: Option<(Instant, f64)>,
}

impl Flow {
    pub(crate) fn new(now: Instant, control: Box<dyn Control>, wanted_bps: f64, seed: u64) -> Self {
        let mut random = Random(seed | 1);
        let phase = Duration::from_micros(random.next() % 33_000);
        Self {
            control,
            wanted_bps,
            follows: true,
            pacer: Pacer::new(),
            budget: RetransmissionBudget::new(),
            random,
            next_frame: now + phase,
            next_audio: now,
            next_number: 0,
            frames: 0,
            sent: BTreeMap::new(),
            recorder: TwccRecorder::new(),
            highest: None,
            missing: BTreeMap::new(),
            feedbacks: VecDeque::new(),
            requests: VecDeque::new(),
            back: Duration::from_millis(20),
            log: Vec::new(),
            received_bytes: 0,
            sent_bytes: 0,
            repaired_bytes: 0,
            padding_bytes: 0,
            audio_sent: 0,
            audio_received: 0,
            repaired_bps: 0.0,
            repaired_before: 0,
            sampled_bytes: 0,
            last_probe: None,
        }
    }

    /// The sender's turn.
    pub(crate) fn send(&mut self, now: Instant, link: &mut Link<(usize, Packet)>, at: usize) {
        while let Some((_, feedback)) = self.feedbacks.pop_front_if(|(at, _)| *at <= now) {
            self.control.on_feedback(now, &feedback);
        }
        self.control.on_time(now, self.wanted_bps + AUDIO_BPS);
        while let Some((_, number)) = self.requests.pop_front_if(|(at, _)| *at <= now) {
            let Some(&bytes) = self.sent.get(&number) else { continue };
            if self.budget.allow(now, Duration::from_millis(60), number as u16, usize::from(bytes))
            {
                self.pacer.push(Class::Repair, bytes.into(), Kind::Repair { number });
            }
        }
        self.produce(now);
        let waiting_bytes = self.pacer.queued_bytes();
        let pacing_bps = self
            .control
            .probe_bps()
            .unwrap_or(0.0)
            .max(self.control.pacing_bps(now, waiting_bytes));
        self.pacer.set_rate(now, Some(pacing_bps));
        while let Some(kind) = self.pacer.next(now).and_then(|class| self.pacer.take(now, class)) {
            self.transmit(now, kind, link, at);
        }
        for _ in 0..self.control.padding_due(now).div_ceil(PADDING_BYTES) {
            self.pacer.on_sent(now, PADDING_BYTES);
            self.transmit(now, Kind::Padding, link, at);
        }
    }

    /// A packet came to the receiver.
    pub(crate) fn receive(&mut self, arrived: Instant, packet: &Packet) {
        self.recorder.record(arrived, packet.transport_sequence);
        match packet.kind {
            Kind::Audio => {
                self.audio_received += 1;
                self.received_bytes += AUDIO_BYTES as u64 + 28;
            }
            Kind::Video { number, bytes } => {
                self.received_bytes += u64::from(bytes) + 28;
                let next = self.highest.map_or(number, |highest| highest + 1);
                for missing in next..number {
                    self.missing.insert(missing, (arrived, 0));
                }
                self.highest = self.highest.max(Some(number));
                self.missing.remove(&number);
            }
            Kind::Repair { number } => {
                if self.missing.remove(&number).is_some() {
                    self.received_bytes += u64::from(self.sent[&number]) + 28;
                }
            }
            Kind::Padding => {}
        }
    }

    /// The receiver's turn.
    pub(crate) fn answer(&mut self, now: Instant) {
        if self.recorder.poll_timeout().is_some_and(|at| at <= now) {
            let mut feedback = Vec::new();
            self.recorder.build_feedback(now, 1, 2, &mut feedback);
            self.feedbacks.push_back((now + self.back, feedback));
        }
        self.missing.retain(|_, (_, tries)| *tries < 10);
        for (number, (asked, tries)) in &mut self.missing {
            let pause = Duration::from_millis(if *tries == 0 { 10 } else { 100 });
            if *asked + pause <= now {
                *asked = now;
                *tries += 1;
                self.requests.push_back((now + self.back, *number));
            }
        }
        if self.log.last().is_none_or(|last| last.at + SAMPLE <= now) {
            let came = self.received_bytes - self.sampled_bytes;
            self.sampled_bytes = self.received_bytes;
            self.log.push(Sample {
                at: now,
                estimate_bps: self.control.estimate_bps(),
                received_bps: came as f64 * 8.0 / SAMPLE.as_secs_f64(),
                probe: self.last_probe,
            });
        }
        if let Some(bps) = self.control.probe_bps() {
            self.last_probe = Some((now, bps));
        }
    }

    fn produce(&mut self, now: Instant) {
        while self.next_audio <= now {
            self.next_audio += Duration::from_millis(20);
            self.audio_sent += 1;
            self.pacer.push(Class::Audio, AUDIO_BYTES, Kind::Audio);
        }
        while self.next_frame <= now {
            // Cameras are not in step with each other, and not quite regular.
            self.next_frame += Duration::from_micros(31_333 + self.random.next() % 4_000);
            // What is sent again takes its share, too.
            self.repaired_bps = self.repaired_bps * 0.97
                + (self.repaired_bytes - self.repaired_before) as f64 * 8.0 * 30.0 * 0.03;
            self.repaired_before = self.repaired_bytes;
            let left = (self.control.estimate_bps() - AUDIO_BPS - self.repaired_bps).max(20_000.0);
            let rate = if self.follows { self.wanted_bps.min(left) } else { self.wanted_bps };
            let rate = rate * PAYLOAD_SHARE;
            // Frames differ, and every tenth second has one that needs nothing before it.
            let size = 0.7 + 0.6 * self.random.share();
            let keyframe = if self.frames.is_multiple_of(300) { 4.0 } else { 1.0 };
            self.frames += 1;
            let mut bytes = (rate / 30.0 / 8.0 * size * keyframe) as usize;
            while 0 < bytes {
                let take = bytes.min(1_150);
                bytes -= take;
                let bytes = (take + 50) as u16;
                let kind = Kind::Video { number: self.next_number, bytes };
                self.sent.insert(self.next_number, bytes);
                self.next_number += 1;
                self.pacer.push(Class::Grid, bytes.into(), kind);
            }
        }
        while 3_000 < self.sent.len() {
            self.sent.pop_first();
        }
    }

    fn transmit(&mut self, now: Instant, kind: Kind, link: &mut Link<(usize, Packet)>, at: usize) {
        let bytes = match kind {
            Kind::Audio => AUDIO_BYTES,
            Kind::Video { bytes, .. } => usize::from(bytes),
            Kind::Repair { number } => {
                usize::from(self.sent.get(&number).copied().unwrap_or(1_200))
            }
            Kind::Padding => PADDING_BYTES,
        };
        match kind {
            Kind::Repair { .. } => self.repaired_bytes += bytes as u64,
            Kind::Padding => self.padding_bytes += bytes as u64,
            Kind::Audio | Kind::Video { .. } => {}
        }
        if let Kind::Video { .. } | Kind::Audio = kind {
            self.budget.on_sent(bytes);
        }
        self.sent_bytes += bytes as u64;
        let transport_sequence = self.control.on_sent(now, bytes);
        link.send(now, bytes + 28, (at, Packet { transport_sequence, kind }));
    }
}

/// How often a flow is sampled.
pub(crate) const SAMPLE: Duration = Duration::from_millis(100);

const AUDIO_BYTES: usize = 120;
const AUDIO_BPS: f64 = (AUDIO_BYTES + 28) as f64 * 50.0 * 8.0;
/// Of a full packet, the rest being headers.
const PAYLOAD_SHARE: f64 = 1_150.0 / 1_228.0;
const PADDING_BYTES: usize = 291;
