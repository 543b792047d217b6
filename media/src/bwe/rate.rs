//! The rate that the delay allows: additive or multiplicative increase, multiplicative decrease
//! (draft-ietf-rmcat-gcc-02 §5.5, with libwebrtc's estimate of the link's capacity).

use super::trendline::Usage;

/// The delay-based estimate.
#[derive(Debug)]
pub(super) struct RateControl {
    estimate_bps: f64,
    state: State,
    capacity: LinkCapacity,
    changed_us: u64,
    decreased_us: Option<u64>,
    /// The most that the path is known to take, and since when nothing has confirmed it.
    proof_bps: f64,
    proved_us: u64,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    Hold,
    Increase,
}

/// What is known of the path besides its usage.
#[derive(Clone, Copy, Debug)]
pub(super) struct PathState {
    pub(super) acknowledged_bps: Option<f64>,
    /// The same over a longer time.
    pub(super) slow_acknowledged_bps: Option<f64>,
    /// What came while the link was full, if that was just now.
    pub(super) busy_bps: Option<f64>,
    pub(super) is_application_limited: bool,
    /// Share of the packets that get lost at any rate: they count as taken.
    pub(super) own_loss: f64,
    pub(super) round_trip_us: u64,
}

impl RateControl {
    pub(super) fn new(initial_bps: f64) -> Self {
        Self {
            estimate_bps: initial_bps,
            state: State::Hold,
            capacity: LinkCapacity::default(),
            changed_us: 0,
            decreased_us: None,
            proof_bps: initial_bps,
            proved_us: 0,
        }
    }

    pub(super) fn bps(&self) -> f64 {
        self.estimate_bps
    }

    /// Whether a queue grew lately.
    pub(super) fn is_contested(&self, now_us: u64) -> bool {
        self.decreased_us.is_some_and(|at| now_us < at + CONTESTED_US)
    }

    /// Takes in what one feedback says of the path; returns whether the rate went down.
    pub(super) fn on_usage(&mut self, now_us: u64, usage: Usage, path: &PathState) -> bool {
        self.fade(now_us, path);
        match usage {
            Usage::Over => return self.on_overuse(now_us, path),
            Usage::Under => self.state = State::Hold,
            Usage::Normal if self.state == State::Hold => {
                self.state = State::Increase;
                self.changed_us = now_us;
            }
            Usage::Normal => self.increase(now_us, path),
        }
        false
    }

    /// A probe has shown what the path takes.
    pub(super) fn on_probe(&mut self, now_us: u64, bps: f64) {
        if self.capacity.upper_bps().is_some_and(|upper| upper < bps) {
            self.capacity = LinkCapacity::default();
        }
        self.estimate_bps = clamp(bps);
        self.changed_us = now_us;
        self.proof_bps = self.estimate_bps;
        self.proved_us = now_us;
    }

    /// Nothing has been heard from the receiver for a while.
    pub(super) fn halve(&mut self, now_us: u64) {
        self.estimate_bps = clamp(self.estimate_bps / 2.0);
        self.changed_us = now_us;
        self.state = State::Hold;
    }

    fn increase(&mut self, now_us: u64, path: &PathState) {
        let passed = (now_us.saturating_sub(self.changed_us)).min(MAX_STEP_US) as f64 / 1e6;
        self.changed_us = now_us;
        // While the application sends little, nothing is learnt that would speak for more.
        let Some(acknowledged) = path.acknowledged_bps.filter(|_| !path.is_application_limited)
        else {
            return;
        };
        if self.capacity.upper_bps().is_some_and(|upper| upper < acknowledged) {
            self.capacity = LinkCapacity::default();
        }
        let slow = path.slow_acknowledged_bps.unwrap_or(acknowledged);
        let limit = slow / (1.0 - path.own_loss) * MAX_OVER_ACKNOWLEDGED;
        if limit <= self.estimate_bps {
            return;
        }
        let step = if self.capacity.bps.is_some() || self.is_contested(now_us) {
            self.additive_bps_per_second(path.round_trip_us) * passed
        } else {
            (self.estimate_bps * (GROWTH_PER_SECOND.powf(passed) - 1.0)).max(MIN_STEP_BPS * passed)
        };
        self.estimate_bps = clamp((self.estimate_bps + step).min(limit));
    }

    /// What the path took a while ago, it may not take any more: an estimate that nothing confirms
    /// comes down to what the packets of late confirm.
    fn fade(&mut self, now_us: u64, path: &PathState) {
        let Some(slow) = path.slow_acknowledged_bps else { return };
        let allowed = slow / (1.0 - path.own_loss) * MAX_OVER_ACKNOWLEDGED;
        if self.proof_bps <= allowed || self.estimate_bps <= allowed {
            (self.proof_bps, self.proved_us) = (allowed.min(self.estimate_bps), now_us);
        } else if self.proved_us + PROOF_LASTS_US <= now_us {
            let passed = now_us.saturating_sub(self.proved_us + PROOF_LASTS_US) as f64 / 1e6;
            self.proved_us += (passed * 1e6) as u64;
            self.proof_bps = (self.proof_bps * FADING_PER_SECOND.powf(passed)).max(allowed);
            self.estimate_bps = clamp(self.estimate_bps.min(self.proof_bps));
        }
    }

    fn on_overuse(&mut self, now_us: u64, path: &PathState) -> bool {
        if !self.may_reduce_further(now_us, path) {
            return false;
        }
        let mut next = match path.acknowledged_bps {
            Some(acknowledged) => {
                // Who sends little cannot have filled the link for long. Where that did not show what
                // the link takes, it takes about as much as was thought.
                let little = if path.is_application_limited { self.estimate_bps } else { 0.0 };
                let acknowledged = acknowledged.max(path.busy_bps.unwrap_or(little));
                let acknowledged = acknowledged / (1.0 - path.own_loss);
                // What comes of a slow flow scatters. Where it differs little from the estimate, the
                // estimate counts, so that all who share a link come down by the same share.
                let is_near = self.estimate_bps * NEAR <= acknowledged;
                let base = if is_near { acknowledged.max(self.estimate_bps) } else { acknowledged };
                let back_off = self.back_off();
                let mut next = base * back_off;
                if self.estimate_bps < next
                    && let Some(capacity) = self.capacity.bps
                {
                    next = capacity * back_off;
                }
                if self.capacity.lower_bps().is_some_and(|lower| acknowledged < lower) {
                    self.capacity = LinkCapacity::default();
                }
                self.capacity.on_sample(acknowledged);
                next
            }
            None => self.estimate_bps * self.back_off(),
        };
        next = next.min(self.estimate_bps);
        self.estimate_bps = clamp(next);
        self.state = State::Hold;
        self.changed_us = now_us;
        self.decreased_us = Some(now_us);
        true
    }

    /// Share of what came that is sent while a queue drains. The faster of those who share a link
    /// gives way by more, and [takes back](Self::additive_bps_per_second) by less, so that they
    /// come to share it evenly although small flows see queues in a coarser way.
    fn back_off(&self) -> f64 {
        let drop = LEAST_DROP + DROP_PER_MBPS * self.estimate_bps / 1e6;
        1.0 - drop.clamp(MIN_DROP, MAX_DROP)
    }

    /// How much more a burst that found the link full may add, soon after a decrease.
    pub(super) fn contested_step_bps(&self) -> f64 {
        CONTESTED_STEP_BPS * self.eagerness()
    }

    /// About a packet for each time that a change takes to show.
    fn additive_bps_per_second(&self, round_trip_us: u64) -> f64 {
        let response_seconds = round_trip_us as f64 / 1e6 + DETECTION_SECONDS;
        MAX_PACKET_BITS / response_seconds * self.eagerness()
    }

    fn eagerness(&self) -> f64 {
        (MEDIAN_BPS / self.estimate_bps).powi(2).clamp(MIN_EAGERNESS, MAX_EAGERNESS)
    }

    /// What was decided a round trip ago has to show first, unless far too much is sent.
    fn may_reduce_further(&self, now_us: u64, path: &PathState) -> bool {
        let pause = (REDUCE_PAUSE_US + path.round_trip_us).min(MAX_REDUCE_PAUSE_US);
        let rested = self.decreased_us.is_none_or(|at| at + pause <= now_us);
        rested || path.acknowledged_bps.is_some_and(|bps| bps < self.estimate_bps / 2.0)
    }
}

/// What the link took when a queue grew: an average with a deviation.
#[derive(Clone, Copy, Debug, Default)]
struct LinkCapacity {
    bps: Option<f64>,
    /// Normalised by the estimate, in kbit/s.
    deviation: f64,
}

impl LinkCapacity {
    fn on_sample(&mut self, sample_bps: f64) {
        let sample = sample_bps / 1_000.0;
        let Some(kbps) = self.bps.map(|bps| bps / 1_000.0) else {
            self.bps = Some(sample_bps);
            self.deviation = MIN_DEVIATION;
            return;
        };
        let next = (1.0 - CAPACITY_WEIGHT) * kbps + CAPACITY_WEIGHT * sample;
        let error = next - sample;
        self.deviation = ((1.0 - CAPACITY_WEIGHT) * self.deviation
            + CAPACITY_WEIGHT * error * error / next.max(1.0))
        .clamp(MIN_DEVIATION, MAX_DEVIATION);
        self.bps = Some(next * 1_000.0);
    }

    fn upper_bps(&self) -> Option<f64> {
        Some((self.bps? / 1_000.0 + 3.0 * self.spread()?) * 1_000.0)
    }

    fn lower_bps(&self) -> Option<f64> {
        Some((self.bps? / 1_000.0 - 3.0 * self.spread()?).max(0.0) * 1_000.0)
    }

    fn spread(&self) -> Option<f64> {
        Some((self.deviation * self.bps? / 1_000.0).sqrt())
    }
}

fn clamp(bps: f64) -> f64 {
    bps.clamp(MIN_BPS, MAX_BPS)
}

/// An estimate never falls below this: audio needs it, and asks nobody.
pub(super) const MIN_BPS: f64 = 30_000.0;

/// More than any subscriber shows.
pub(super) const MAX_BPS: f64 = 50_000_000.0;

/// Without a probe, an estimate stays below this many times what came: 1.5 with room for the
/// difference between what comes in one second and in the next.
pub(super) const MAX_OVER_ACKNOWLEDGED: f64 = 1.3;

/// How long after a decrease a full link may be full with others.
const CONTESTED_US: u64 = 3_500_000;

/// How long what a probe showed, or what came earlier, is believed.
const PROOF_LASTS_US: u64 = 10_000_000;

/// Share of it that is left a second later.
const FADING_PER_SECOND: f64 = 0.9;

/// What flows give up when a queue grows: a share, more of it for each Mbit/s.
const LEAST_DROP: f64 = 0.05;
const DROP_PER_MBPS: f64 = 0.04;
const MIN_DROP: f64 = 0.11;
const MAX_DROP: f64 = 0.12;

/// A flow of this rate grows by one packet for each response.
const MEDIAN_BPS: f64 = 1_000_000.0;

/// How much faster than a flow of the median rate others grow.
const MIN_EAGERNESS: f64 = 0.5;
const MAX_EAGERNESS: f64 = 2.0;

/// What a burst adds that found the link full.
const CONTESTED_STEP_BPS: f64 = 150_000.0;

/// What comes is about what is estimated when it is at least this share of it.
const NEAR: f64 = 0.8;

/// Growth while the capacity is unknown.
const GROWTH_PER_SECOND: f64 = 1.08;

const MIN_STEP_BPS: f64 = 4_000.0;

/// An increase counts no longer pause than this.
const MAX_STEP_US: u64 = 1_000_000;

/// Between two decreases, besides a round trip: feedback comes in steps of about this.
const REDUCE_PAUSE_US: u64 = 120_000;
const MAX_REDUCE_PAUSE_US: u64 = 400_000;

const MAX_PACKET_BITS: f64 = 1_200.0 * 8.0;

/// Until a growing queue is noticed.
const DETECTION_SECONDS: f64 = 0.1;

const CAPACITY_WEIGHT: f64 = 0.05;
const MIN_DEVIATION: f64 = 0.4;
const MAX_DEVIATION: f64 = 2.5;
