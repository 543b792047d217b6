//! One participant's side of the engine: its transport, what it publishes and where it receives.

use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

use crate::call::{CallId, ParticipantId, Permit, SlotState};
use crate::downlink::Downlink;
use crate::format::{Format, PayloadTypes};
use crate::gate::PeerKey;
use crate::quality::QualityWatch;
use crate::route::PublisherExtensions;
use crate::slots::Slot;
use crate::track::{LayerRef, TrackKey};
use crate::transport::Transport;
use crate::twcc::TwccRecorder;

/// One participant's device.
pub(crate) struct Peer {
    pub(crate) key: PeerKey,
    pub(crate) participant: ParticipantId,
    /// Whose second connection it is; what it sends goes on to nobody then.
    pub(crate) beside: Option<ParticipantId>,
    pub(crate) call: CallId,
    pub(crate) transport: Transport,
    /// The client's ICE user name; another one in a re-offer restarts ICE (RFC 8445 §2.4).
    pub(crate) remote_ufrag: String,
    pub(crate) remote_fingerprint: [u8; 32],
    /// Rises with each answer (RFC 8866 §5.2).
    pub(crate) session_version: u64,
    pub(crate) published: Vec<Published>,
    /// What of it goes on to others, and when that was said.
    pub(crate) permit: Permit,
    pub(crate) permit_revision: u64,
    pub(crate) extensions: PublisherExtensions,
    /// What each SSRC of this participant carries; filled by authentic packets only, and bounded
    /// by [`MAX_STREAMS`].
    pub(crate) streams: FxHashMap<u32, Stream>,
    pub(crate) slots: Vec<Slot>,
    /// What leaves, and when.
    pub(crate) downlink: Downlink,
    pub(crate) arrivals: TwccRecorder,
    pub(crate) quality: QualityWatch,
    /// A media SSRC of the participant: browsers take transport feedback only when it names one.
    pub(crate) media_ssrc: Option<u32>,
    /// SSRC that our RTCP speaks from (RFC 3550 §6.4.2).
    pub(crate) feedback_ssrc: u32,
    pub(crate) round_trip: Duration,
    pub(crate) reported_at: Instant,
    pub(crate) liveness: Liveness,
    /// The slots as the participant was last told.
    pub(crate) told: Vec<SlotState>,
}

/// A sending section of the participant's offer.
#[derive(Clone, Debug)]
pub(crate) struct Published {
    pub(crate) track: TrackKey,
    pub(crate) mid: String,
    pub(crate) payload_types: PayloadTypes,
}

/// What packets of one SSRC are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Stream {
    pub(crate) layer: LayerRef,
    pub(crate) kind: StreamKind,
    /// Of the latest packet; another one is looked up again.
    pub(crate) payload_type: u8,
}

/// Whether a stream carries media or repeats it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum StreamKind {
    Media(Format),
    /// RFC 4588: repeats packets of this payload type.
    Repair {
        media: u8,
    },
}

/// Tells a device that fell silent from one that has nothing to send.
#[derive(Debug)]
pub(crate) struct Liveness {
    heard_at: Instant,
    checked_at: Option<Instant>,
    /// Longest recent pause between ICE checks: browsers differ (Chromium 2.5 s, Firefox 5 s).
    check_interval: Duration,
    silent: bool,
}

/// A change of [`Liveness`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum LivenessChange {
    FellSilent,
    Resumed,
}

impl Stream {
    pub(crate) fn is_media(&self) -> bool {
        matches!(self.kind, StreamKind::Media(_))
    }
}

impl Liveness {
    pub(crate) fn new(now: Instant) -> Self {
        Self { heard_at: now, checked_at: None, check_interval: Duration::ZERO, silent: false }
    }

    /// Notes an authentic packet.
    pub(crate) fn on_packet(&mut self, now: Instant) -> Option<LivenessChange> {
        self.heard_at = now;
        std::mem::take(&mut self.silent).then_some(LivenessChange::Resumed)
    }

    /// Notes an authentic ICE check.
    pub(crate) fn on_check(&mut self, now: Instant) -> Option<LivenessChange> {
        if let Some(before) = self.checked_at.replace(now) {
            let pause = now.saturating_duration_since(before).min(MAX_CHECK_INTERVAL);
            // Falls slowly, so that one quick repetition does not shorten the patience.
            self.check_interval = pause.max(self.check_interval.mul_f32(0.9));
        }
        self.on_packet(now)
    }

    /// Looks whether the device has been silent for too long.
    pub(crate) fn poll(&mut self, now: Instant) -> Option<LivenessChange> {
        let patience = SILENCE.max(self.check_interval.mul_f32(1.5));
        let silent = patience <= now.saturating_duration_since(self.heard_at);
        (silent && !std::mem::replace(&mut self.silent, silent))
            .then_some(LivenessChange::FellSilent)
    }
}

impl Peer {
    pub(crate) fn slot_states(&self) -> Vec<SlotState> {
        self.slots.iter().map(Slot::state).collect()
    }

    /// Takes a measured round trip into the average (RFC 6298 §2 weights).
    pub(crate) fn on_round_trip(&mut self, sample: Duration) {
        self.round_trip = (self.round_trip * 7 + sample.min(MAX_ROUND_TRIP)) / 8;
    }
}

/// Most SSRCs that one participant may send on: four sources of four layers, each with repair.
pub(crate) const MAX_STREAMS: usize = 64;

/// Assumed before anything was measured.
pub(crate) const INITIAL_ROUND_TRIP: Duration = Duration::from_millis(100);

const MAX_ROUND_TRIP: Duration = Duration::from_secs(2);

/// A tile says "reconnecting" after this long without a packet (QUALITY § Call edges).
const SILENCE: Duration = Duration::from_secs(3);

const MAX_CHECK_INTERVAL: Duration = Duration::from_secs(8);
