//! How much a subscriber's path takes: an estimate of the downlink from transport-wide feedback.
//!
//! The delay says when a queue grows (`trendline`), and the rate follows it up and down
//! (`rate`). Loss counts when it grows with the rate (`loss`). While more is wanted than is
//! estimated, short bursts ask the path for it (`probe`), since an application that sends little
//! learns nothing. All times inside are µs since the estimator was made.

mod acknowledged;
mod arrival;
mod feedback;
mod history;
mod loss;
mod probe;
mod queue;
mod rate;
mod trendline;

use std::time::{Duration, Instant};

use self::acknowledged::{AcknowledgedRate, BusyRate};
use self::arrival::ArrivalGroups;
use self::history::{Fate, SentHistory};
use self::loss::LossControl;
use self::probe::{Demand, Prober};
use self::queue::QueueDelay;
use self::rate::{MIN_BPS, PathState, RateControl};
use self::trendline::Trendline;

pub use self::feedback::{Status, Statuses, TransportFeedback};
pub use self::trendline::Usage;

/// The estimate of one subscriber's downlink.
#[derive(Debug)]
pub struct Estimator {
    epoch: Instant,
    history: SentHistory,
    groups: ArrivalGroups,
    trendline: Trendline,
    acknowledged: AcknowledgedRate,
    busy: BusyRate,
    queue: QueueDelay,
    rate: RateControl,
    loss: LossControl,
    prober: Prober,
    sending: SendingRate,
    wanted_bps: f64,
    fixed_bps: f64,
    round_trip_us: u64,
    /// When feedback last came.
    heard_us: Option<u64>,
    /// The estimate before feedback stayed away, and when it was last halved for that.
    stalled: Option<Stalled>,
    standing: Option<Standing>,
}

/// A queue that stays.
#[derive(Clone, Copy, Debug)]
struct Standing {
    /// What came when it began.
    acknowledged_bps: f64,
    /// Since when so little is sent that it should have drained.
    starved_us: Option<u64>,
}

#[derive(Clone, Copy, Debug)]
struct Stalled {
    before_bps: f64,
    halved_us: u64,
}

/// What leaves, over the last half second.
#[derive(Debug, Default)]
struct SendingRate {
    began_us: u64,
    bytes: u64,
    bps: Option<f64>,
}

/// What is known of a path.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PathReport {
    /// What it takes, in bit/s.
    pub estimate_bps: f64,
    /// What comes of what is sent, in bit/s.
    pub acknowledged_bps: f64,
    /// What is sent, in bit/s.
    pub sent_bps: f64,
    /// What would be sent if the path took it, in bit/s.
    pub wanted_bps: f64,
    /// Share of the packets that got lost lately.
    pub loss: f64,
    /// How long packets wait on the way.
    pub queue: Duration,
    /// There and back, with the receiver's pause before it answers.
    pub round_trip: Duration,
}

impl Estimator {
    /// Knows nothing yet. `seed` spreads numbers and probes.
    pub fn new(now: Instant, seed: u64) -> Self {
        Self {
            epoch: now,
            // Below half of the range, so that the first wrap comes late (RFC 3711 §3.3.1).
            history: SentHistory::new((seed >> 17) as u16 & 0x7FFF),
            groups: ArrivalGroups::default(),
            trendline: Trendline::new(),
            acknowledged: AcknowledgedRate::default(),
            busy: BusyRate::default(),
            queue: QueueDelay::default(),
            rate: RateControl::new(INITIAL_BPS),
            loss: LossControl::new(),
            prober: Prober::new(seed),
            sending: SendingRate::default(),
            wanted_bps: 0.0,
            fixed_bps: 0.0,
            round_trip_us: INITIAL_ROUND_TRIP_US,
            heard_us: None,
            stalled: None,
            standing: None,
        }
    }

    /// What the path takes, in bit/s, IP and UDP headers included.
    pub fn estimate_bps(&self) -> f64 {
        let rate = self.rate.bps() * self.drain_share();
        self.loss.limit_bps().map_or(rate, |limit| limit.min(rate)).max(MIN_BPS)
    }

    /// The same, without what is left free for a moment to drain a queue.
    pub fn sustained_bps(&self) -> f64 {
        let rate = self.rate.bps();
        self.loss.limit_bps().map_or(rate, |limit| limit.min(rate)).max(MIN_BPS)
    }

    /// The rate at which packets may leave, in bit/s, when so many bytes wait: faster than the estimate,
    /// so that frames do not become late here, but not while a queue grows on the way or lately grew, nor
    /// for a page of text, which would fill that queue.
    pub fn pacing_bps(&self, now: Instant, waiting_bytes: usize) -> f64 {
        let is_queued = DRAIN_FROM_US * 2 < self.queue.wait_us();
        let is_narrow = self.rate.is_contested(self.micros(now));
        let is_much = self.estimate_bps() * MAX_HURRY_SECONDS < waiting_bytes as f64 * 8.0;
        let hurried = self.usage() != Usage::Over && !is_queued && !is_narrow && !is_much;
        let paced = self.estimate_bps() * if hurried { HURRY } else { CALM };
        self.probe_bps().map_or(paced, |probe| probe.max(paced))
    }

    /// Whether the receiver has ever said what came; until it does, nothing is known and nothing
    /// should be held back for the estimate.
    pub fn is_informed(&self) -> bool {
        self.heard_us.is_some()
    }

    /// Whether feedback stays away while packets are under way.
    pub fn is_stalled(&self) -> bool {
        self.stalled.is_some()
    }

    /// Share of the packets that the path loses at any rate.
    pub fn own_loss(&self) -> f64 {
        self.loss.own_loss()
    }

    /// Whether a queue grows on the way.
    pub fn usage(&self) -> Usage {
        self.trendline.usage()
    }

    /// What is known of the path.
    pub fn report(&self) -> PathReport {
        PathReport {
            estimate_bps: self.estimate_bps(),
            acknowledged_bps: self.acknowledged.bps().unwrap_or(0.0),
            sent_bps: self.sending.bps.unwrap_or(0.0),
            wanted_bps: self.wanted_bps,
            loss: self.loss.loss(),
            queue: Duration::from_micros(self.queue.wait_us()),
            round_trip: Duration::from_micros(self.round_trip_us),
        }
    }

    /// Says how much would be sent if the path took it, in bit/s.
    pub fn set_wanted(&mut self, wanted_bps: f64) {
        self.wanted_bps = wanted_bps;
    }

    /// Says how much is sent whatever is estimated, in bit/s: voices.
    pub fn set_fixed(&mut self, fixed_bps: f64) {
        self.fixed_bps = fixed_bps;
    }

    /// Notes a packet that leaves now, `bytes` long without IP and UDP headers; returns the
    /// transport-wide number it must carry.
    pub fn on_sent(&mut self, now: Instant, bytes: usize) -> u16 {
        let now_us = self.micros(now);
        let bytes = u16::try_from(bytes + PATH_OVERHEAD_BYTES).unwrap_or(u16::MAX);
        let cluster = self.prober.active().map_or(0, |burst| burst.id);
        self.sending.on_sent(now_us, bytes);
        self.prober.on_sent(now_us, bytes);
        self.history.push(now_us, bytes, cluster)
    }

    /// Takes in what the receiver says of our packets; returns whether the estimate changed.
    pub fn on_feedback(&mut self, now: Instant, feedback: &TransportFeedback<'_>) -> bool {
        let now_us = self.micros(now);
        let before = self.estimate_bps();
        let limited = self.is_application_limited();
        let Self { history, groups, trendline, acknowledged, busy, queue, loss, prober, .. } = self;
        let likely = 1.0 - loss.loss();
        let (mut newest_us, mut latest_us, mut over) = (None, i64::MIN, false);
        history.report(feedback, |result| {
            prober.on_result(&result);
            let arrived_us = match result.fate {
                Fate::Unheard => return acknowledged.on_unheard(f64::from(result.bytes) * likely),
                Fate::Lost => return loss.on_packet(result.sent_us, result.bytes, true),
                Fate::Arrived(at) => {
                    loss.on_packet(result.sent_us, result.bytes, false);
                    at
                }
                Fate::ArrivedAfterAll(at) => {
                    loss.on_arrived_after_all();
                    at
                }
            };
            newest_us = newest_us.max(Some(result.sent_us));
            latest_us = latest_us.max(arrived_us);
            acknowledged.on_packet(arrived_us, result.bytes, limited);
            let has_waited = queue.has_waited(result.sent_us, arrived_us);
            busy.on_packet(arrived_us, result.bytes, has_waited);
            queue.on_packet(result.sent_us, arrived_us);
            if let Some(delta) = groups.on_packet(result.sent_us, arrived_us) {
                trendline.on_group(&delta);
                over |= trendline.usage() == Usage::Over;
            }
        });
        let Some(newest_us) = newest_us else { return false };
        self.heard_us = Some(now_us);
        self.on_heard(now_us);
        self.follow_round_trip(now_us.saturating_sub(newest_us));
        self.queue.on_feedback(now_us);
        self.adjust(now_us, latest_us, over);
        self.estimate_bps() != before
    }

    /// When to call [`handle_timeout`](Self::handle_timeout).
    pub fn poll_timeout(&self, now: Instant) -> Option<Instant> {
        let now_us = self.micros(now);
        let probe = self.prober.poll_timeout(now_us, &self.demand(now_us));
        let silence = self.heard_us.filter(|_| self.history.is_waiting()).map(|heard| {
            let first = heard + self.patience_us();
            self.stalled.map_or(first, |stalled| stalled.halved_us + HALVE_EVERY_US)
        });
        let due_us = probe.into_iter().chain(silence).min()?;
        Some(self.epoch + Duration::from_micros(due_us))
    }

    /// Does what time alone brings: probes, and less when the receiver has fallen silent.
    pub fn handle_timeout(&mut self, now: Instant) {
        let now_us = self.micros(now);
        self.look_for_silence(now_us);
        // Before the first feedback there is nobody who could tell what a burst showed.
        if self.stalled.is_none() {
            let demand = self.demand(now_us);
            self.prober.poll(now_us, &demand);
        }
    }

    /// How many bytes of padding a burst needs now; they count as sent when
    /// [`on_sent`](Self::on_sent) says so.
    pub fn padding_due(&self, now: Instant) -> usize {
        self.prober.due_bytes(self.micros(now)) as usize
    }

    /// The rate of the burst that is being sent, in bit/s.
    pub fn probe_bps(&self) -> Option<f64> {
        self.prober.active().map(|burst| burst.rate_bps)
    }

    /// Follows what one feedback has shown.
    fn adjust(&mut self, now_us: u64, latest_us: i64, over: bool) {
        let path = PathState {
            acknowledged_bps: self.acknowledged.bps(),
            slow_acknowledged_bps: self.acknowledged.slow_bps(),
            busy_bps: self.busy.bps(latest_us),
            is_application_limited: self.is_application_limited(),
            own_loss: self.loss.own_loss(),
            round_trip_us: self.round_trip_us,
        };
        let standing = self.is_queue_standing() && self.trendline.usage() != Usage::Under;
        let usage = if over || standing { Usage::Over } else { self.trendline.usage() };
        let before = self.rate.bps();
        if self.rate.on_usage(now_us, usage, &path) {
            if self.rate.bps() < before * LARGE_DROP {
                self.prober.on_drop(now_us);
            } else {
                self.prober.abort(now_us);
            }
        }
        self.judge_standing(now_us);
        self.loss.on_feedback(now_us, self.rate.bps(), self.fixed_bps);
        let demand = self.demand(now_us);
        while let Some(outcome) = self.prober.take_outcome(now_us, &demand) {
            if usage == Usage::Over || outcome.bps <= self.rate.bps() {
                continue;
            }
            let mut bps = outcome.bps;
            if demand.is_contested {
                // Others may fill the link with us. A burst takes from them what it shows, the faster
                // flow's more, and one between two of their frames shows what they do not leave.
                let most = if outcome.is_saturated {
                    self.rate.bps() + self.rate.contested_step_bps()
                } else {
                    self.rate.bps() * CONTESTED_GAIN
                };
                bps = bps.min(most);
            }
            self.rate.on_probe(now_us, bps);
            if outcome.is_whole {
                self.loss.on_probe(now_us, outcome.bps);
            }
        }
    }

    fn is_queue_standing(&self) -> bool {
        MAX_QUEUE_US < self.queue.wait_us()
    }

    /// A queue that stays although little is sent is none: the path has become longer.
    fn judge_standing(&mut self, now_us: u64) {
        if !self.is_queue_standing() {
            self.standing = None;
            return;
        }
        let acknowledged_bps = self.acknowledged.bps().unwrap_or(f64::INFINITY);
        let sent_bps = self.sending.bps.unwrap_or(f64::INFINITY);
        let standing = self.standing.get_or_insert(Standing { acknowledged_bps, starved_us: None });
        if standing.acknowledged_bps * DRAINING_SHARE < sent_bps {
            standing.starved_us = None;
        } else if *standing.starved_us.get_or_insert(now_us) + DRAINED_AFTER_US <= now_us {
            self.queue.forget();
            self.standing = None;
        }
    }

    /// Share of the estimate that is used for as long as a queue has to drain.
    fn drain_share(&self) -> f64 {
        let over_us = self.queue.wait_us().saturating_sub(DRAIN_FROM_US) as f64;
        (1.0 - over_us / DRAIN_WITHIN_US).max(MIN_DRAIN_SHARE)
    }

    fn demand(&self, now_us: u64) -> Demand {
        Demand {
            estimate_bps: self.estimate_bps(),
            wanted_bps: self.wanted_bps,
            is_contested: self.rate.is_contested(now_us),
            is_overused: self.trendline.usage() == Usage::Over || self.is_queue_standing(),
            own_loss: self.loss.own_loss(),
        }
    }

    fn is_application_limited(&self) -> bool {
        self.sending.bps.is_some_and(|bps| bps < self.estimate_bps() * LIMITED_SHARE)
    }

    fn on_heard(&mut self, now_us: u64) {
        let Some(stalled) = self.stalled.take() else { return };
        // The path is back; what it took before is a better guess than what was left of it.
        self.rate.on_probe(now_us, stalled.before_bps * SHARE_AFTER_STALL);
        self.prober.hurry(now_us);
    }

    fn look_for_silence(&mut self, now_us: u64) {
        let Some(heard) = self.heard_us.filter(|_| self.history.is_waiting()) else { return };
        let patience_us = self.patience_us();
        match &mut self.stalled {
            None if heard + patience_us <= now_us => {
                self.stalled = Some(Stalled { before_bps: self.rate.bps(), halved_us: now_us });
                self.rate.halve(now_us);
                self.prober.abort(now_us);
            }
            Some(stalled) if stalled.halved_us + HALVE_EVERY_US <= now_us => {
                stalled.halved_us = now_us;
                self.rate.halve(now_us);
            }
            None | Some(_) => {}
        }
    }

    fn patience_us(&self) -> u64 {
        PATIENCE_US + self.round_trip_us * 2
    }

    fn follow_round_trip(&mut self, sample_us: u64) {
        self.round_trip_us = (self.round_trip_us * 7 + sample_us.min(MAX_ROUND_TRIP_US)) / 8;
    }

    fn micros(&self, at: Instant) -> u64 {
        let passed = at.saturating_duration_since(self.epoch);
        passed.as_secs() * 1_000_000 + u64::from(passed.subsec_micros())
    }
}

impl SendingRate {
    fn on_sent(&mut self, now_us: u64, bytes: u16) {
        let passed = now_us.saturating_sub(self.began_us);
        if SENDING_WINDOW_US <= passed {
            self.bps = Some(self.bytes as f64 * 8e6 / passed as f64);
            self.began_us = now_us;
            self.bytes = 0;
        }
        self.bytes += u64::from(bytes);
    }
}

/// Assumed of a path of which nothing is known; libwebrtc assumes the same.
pub const INITIAL_BPS: f64 = 300_000.0;

/// Headers of IPv4 and UDP, which a path carries too.
pub const PATH_OVERHEAD_BYTES: usize = 28;

const INITIAL_ROUND_TRIP_US: u64 = 100_000;
const MAX_ROUND_TRIP_US: u64 = 2_000_000;

/// Who sends less than this share of the estimate does not test it.
const LIMITED_SHARE: f64 = 0.7;

const SENDING_WINDOW_US: u64 = 500_000;

/// A longer wait than this is a queue, whatever its slope: a threshold that has adapted to a slope
/// does not see a queue that only stays.
const MAX_QUEUE_US: u64 = 80_000;

/// While this share of what came is sent, a queue drains.
const DRAINING_SHARE: f64 = 0.75;

/// By then it should be gone.
const DRAINED_AFTER_US: u64 = 1_500_000;

/// A queue longer than this is to be drained, within about as long as that; but the estimate goes
/// down no farther for it than to this share.
const DRAIN_FROM_US: u64 = 20_000;
const DRAIN_WITHIN_US: f64 = 600_000.0;
const MIN_DRAIN_SHARE: f64 = 0.5;

/// How much faster than the estimate packets leave, and while a queue grows.
const HURRY: f64 = 2.5;
const CALM: f64 = 1.1;

/// What takes longer than this at the estimate is not hurried.
const MAX_HURRY_SECONDS: f64 = 0.25;

/// How much one good burst adds at most, soon after a decrease; more bursts follow at once.
const CONTESTED_GAIN: f64 = 1.25;

/// A decrease to less than this share is the path's doing.
const LARGE_DROP: f64 = 0.8;

/// How long feedback may stay away while packets are under way: browsers send it every 50 to 250 ms.
const PATIENCE_US: u64 = 700_000;
const HALVE_EVERY_US: u64 = 500_000;

/// Share of the old estimate that is tried when feedback comes again.
const SHARE_AFTER_STALL: f64 = 0.7;
