//! How much a shard has to do, and what it counts of it.

use std::time::{Duration, Instant};

use palabre_media::Engine;
use palabre_signaling::wire::{CallId, ParticipantId};
use rustc_hash::FxHashMap;

use super::ShardEvent;
use crate::metrics::{ShardMetrics, Stage};

/// Follows the turns of a shard; on its thread, and read by others as figures.
#[derive(Debug)]
pub(super) struct Pulse {
    metrics: ShardMetrics,
    /// When the present turn was over, or the shard started.
    rested_at: Instant,
    /// Since when `waited` counts.
    told_at: Instant,
    waited: Duration,
    sampled_at: Instant,
    participants: usize,
}

/// Everybody who is in, by how far they have come.
pub(super) type Seats = FxHashMap<ParticipantId, Seat>;

/// A participant on the shard.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seat {
    /// In which call.
    pub(super) call: CallId,
    /// When the device asked to join.
    pub(super) asked_at: Instant,
    /// Whether there was anything to receive when it came; else the first of it says nothing of
    /// how long joining takes.
    pub(super) finds_media: bool,
    /// What it has come to.
    pub(super) stage: Stage,
}

impl Pulse {
    pub(super) fn new(now: Instant, metrics: ShardMetrics) -> Self {
        Self {
            metrics,
            rested_at: now,
            told_at: now,
            waited: Duration::ZERO,
            sampled_at: now,
            participants: 0,
        }
    }

    /// A turn begins.
    pub(super) fn begin(&mut self, now: Instant, engine: &mut Engine) {
        let idle = now.saturating_duration_since(self.rested_at);
        self.waited += idle;
        engine.rested(idle);
        if self.sampled_at + SAMPLE_INTERVAL <= now {
            self.sampled_at = now;
            engine.sample();
        }
    }

    /// A run of packets was sent.
    pub(super) fn sent(&self, engine: &mut Engine) {
        if let Some(came_at) = engine.take_sampled() {
            self.metrics.forwarded(came_at.elapsed());
        }
    }

    /// The turn is over.
    pub(super) fn end(&mut self, engine: &mut Engine) {
        let now = Instant::now();
        self.rested_at = now;
        let passed = now.saturating_duration_since(self.told_at);
        // Who goes last leaves a shard without turns, and its figures as they are.
        let is_moved = self.participants != engine.participants();
        if passed < TELL_INTERVAL && !is_moved {
            return;
        }
        self.participants = engine.participants();
        self.metrics.busy(passed.saturating_sub(self.waited));
        self.metrics.copy(engine.counters(), self.participants);
        self.metrics.paused(engine.busy_pauses());
        while let Some(measure) = engine.poll_measure() {
            self.metrics.measured(measure);
        }
        (self.told_at, self.waited) = (now, Duration::ZERO);
    }

    /// A participant's offer was answered.
    pub(super) fn answered(&self, seat: &Seat) {
        self.metrics.joined(seat.stage, seat.asked_at.elapsed());
    }

    /// Something happened that a participant may have waited for.
    pub(super) fn happened(&self, event: &ShardEvent, seats: &mut Seats) {
        let (participant, stage) = match event {
            ShardEvent::Promoted { participant, second, .. } => {
                // The first one may have been gone by then.
                if let Some(seat) = seats.get(second).copied() {
                    seats.entry(*participant).or_insert(seat);
                }
                return;
            }
            ShardEvent::Connected { participant, .. } => (participant, Stage::Connected),
            ShardEvent::Slots { participant, slots, .. } if slots.iter().any(|slot| slot.live) => {
                (participant, Stage::Media)
            }
            ShardEvent::Slots { .. }
            | ShardEvent::Silent { .. }
            | ShardEvent::Resumed { .. }
            | ShardEvent::Gone { .. }
            | ShardEvent::Wanted { .. }
            | ShardEvent::Speaking { .. }
            | ShardEvent::Quality { .. }
            | ShardEvent::Weak { .. } => return,
        };
        let Some(seat) = seats.get_mut(participant) else { return };
        let is_next = match stage {
            Stage::Answered => false,
            Stage::Connected => seat.stage == Stage::Answered,
            Stage::Media => seat.stage == Stage::Connected,
        };
        if is_next {
            seat.stage = stage;
            if stage == Stage::Connected || seat.finds_media {
                self.metrics.joined(stage, seat.asked_at.elapsed());
            }
        }
    }

    /// The engine has failed.
    pub(super) fn restart(&mut self) {
        self.metrics.restart();
    }
}

/// How often a packet is followed on its way through.
const SAMPLE_INTERVAL: Duration = Duration::from_millis(50);

/// How often the figures are renewed; Prometheus asks less often.
const TELL_INTERVAL: Duration = Duration::from_secs(1);
