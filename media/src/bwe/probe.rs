//! Short bursts that show whether a path takes more than is sent: when to send one, and what it
//! showed (after libwebrtc's probe controller and probe bitrate estimator).

use super::history::{Fate, PacketResult};

/// Plans probes and reads their outcome.
#[derive(Debug)]
pub(super) struct Prober {
    plan: Plan,
    /// Rates of the probes to send next, in bit/s.
    waiting: [Option<f64>; 2],
    active: Option<Burst>,
    next_id: u16,
    records: [Record; RECORDS],
    next_at_us: u64,
    pause_us: u64,
    sent_us: u64,
    /// Spreads the probes of subscribers that share a link.
    random: u64,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Plan {
    /// Nothing was wanted yet.
    Idle,
    /// A burst is out; a good one is followed by a larger one.
    Waiting,
    /// What is known is enough for now.
    Settled,
}

/// A burst that is being sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Burst {
    pub(super) id: u16,
    pub(super) rate_bps: f64,
    began_us: u64,
    bytes: u64,
    packets: u32,
}

/// What came of a burst.
#[derive(Clone, Copy, Debug, Default)]
struct Record {
    id: u16,
    rate_bps: f64,
    /// Bytes and packets that were sent, known once the burst is over.
    sent_bytes: u64,
    sent_packets: u32,
    bytes: u64,
    packets: u32,
    lost: u32,
    unheard: u32,
    first_sent_us: u64,
    last_sent_us: u64,
    last_sent_bytes: u64,
    first_arrived_us: i64,
    last_arrived_us: i64,
    first_arrived_bytes: u64,
    done: bool,
}

/// What a burst showed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Outcome {
    /// What the path takes.
    pub(super) bps: f64,
    /// It came slower than it was sent: the path takes no more.
    pub(super) is_saturated: bool,
    /// What it was sent at.
    pub(super) rate_bps: f64,
    /// None of it got lost.
    pub(super) is_whole: bool,
}

/// What decides about probing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Demand {
    pub(super) estimate_bps: f64,
    pub(super) wanted_bps: f64,
    /// A queue grew lately, and may again.
    pub(super) is_contested: bool,
    /// A queue grows: no time for experiments.
    pub(super) is_overused: bool,
    /// Share of the packets that get lost at any rate: a burst lacks them, too.
    pub(super) own_loss: f64,
}

impl Prober {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            plan: Plan::Idle,
            waiting: [None; 2],
            active: None,
            next_id: 1,
            records: [Record::default(); RECORDS],
            next_at_us: 0,
            pause_us: MIN_PAUSE_US,
            sent_us: 0,
            random: seed | 1,
        }
    }

    /// The burst that is being sent.
    pub(super) fn active(&self) -> Option<&Burst> {
        self.active.as_ref()
    }

    /// When to look again.
    pub(super) fn poll_timeout(&self, now_us: u64, demand: &Demand) -> Option<u64> {
        if self.active.is_some() {
            return Some(now_us + BURST_TICK_US);
        }
        if self.waiting[0].is_some() {
            return Some(now_us.max(self.sent_us + BETWEEN_BURSTS_US));
        }
        let needs = demand.estimate_bps * NEEDED < demand.wanted_bps;
        match self.plan {
            Plan::Idle => needs.then_some(now_us),
            Plan::Waiting => Some(self.sent_us + RESULT_TIMEOUT_US),
            Plan::Settled => needs.then_some(self.next_at_us),
        }
    }

    /// Plans and begins bursts.
    pub(super) fn poll(&mut self, now_us: u64, demand: &Demand) {
        self.begin(now_us);
        if self.plan == Plan::Waiting
            && self.active.is_none()
            && self.waiting[0].is_none()
            && self.sent_us + RESULT_TIMEOUT_US <= now_us
        {
            self.settle(now_us);
        }
        if demand.wanted_bps <= demand.estimate_bps * NEEDED || demand.is_overused {
            return;
        }
        match self.plan {
            Plan::Idle => {
                let first = self.limited(demand.estimate_bps * FIRST_FACTORS[0], demand);
                let second = self.limited(demand.estimate_bps * FIRST_FACTORS[1], demand);
                self.waiting = [Some(first), (first < second).then_some(second)];
                self.plan = Plan::Waiting;
                self.begin(now_us);
            }
            Plan::Settled if self.next_at_us <= now_us => {
                let rate = self.limited(demand.estimate_bps * AGAIN_FACTOR, demand);
                self.waiting = [Some(rate), None];
                self.plan = Plan::Waiting;
                self.begin(now_us);
            }
            Plan::Waiting | Plan::Settled => {}
        }
    }

    /// Notes a packet that leaves while a burst is sent, whatever it carries.
    pub(super) fn on_sent(&mut self, now_us: u64, bytes: u16) {
        let Some(burst) = &mut self.active else { return };
        burst.bytes += u64::from(bytes);
        burst.packets += 1;
        if burst.is_complete(now_us) {
            let Burst { id, bytes, packets, .. } = *burst;
            if let Some(record) = self.record(id) {
                (record.sent_bytes, record.sent_packets) = (bytes, packets);
            }
            self.active = None;
            self.sent_us = now_us;
        }
    }

    /// How many bytes of the burst are due now and have not been sent.
    pub(super) fn due_bytes(&self, now_us: u64) -> u64 {
        let Some(burst) = &self.active else { return 0 };
        // A tick ahead, so that the first packets leave with the decision to send them.
        let passed_us = now_us.saturating_sub(burst.began_us) + BURST_TICK_US;
        let due = burst.rate_bps * passed_us as f64 / 8e6;
        (due as u64).saturating_sub(burst.bytes)
    }

    /// Reads what became of a packet of some burst.
    pub(super) fn on_result(&mut self, result: &PacketResult) {
        if result.cluster == 0 {
            return;
        }
        let Some(record) = self.record(result.cluster) else { return };
        match result.fate {
            Fate::Arrived(arrived_us) | Fate::ArrivedAfterAll(arrived_us) => {
                record.on_arrival(result.sent_us, arrived_us, u64::from(result.bytes));
            }
            Fate::Lost => record.lost += 1,
            Fate::Unheard => record.unheard += 1,
        }
    }

    /// What has become clear since this was last asked, after each feedback.
    pub(super) fn take_outcome(&mut self, now_us: u64, demand: &Demand) -> Option<Outcome> {
        let record = self.records.iter_mut().find(|record| record.is_ready())?;
        record.done = true;
        let rate_bps = record.rate_bps;
        let outcome = record.outcome(demand.own_loss)?;
        let is_good = !outcome.is_saturated && FURTHER * rate_bps <= outcome.bps;
        let known_bps = outcome.bps.max(demand.estimate_bps);
        if is_good && known_bps * NEEDED < demand.wanted_bps && self.waiting[0].is_none() {
            let next = if demand.is_contested {
                outcome.bps * CONTESTED_FURTHER_FACTOR
            } else {
                outcome.bps * FURTHER_FACTOR
            };
            let next = self.limited(next, demand);
            if outcome.bps * NEEDED < next {
                self.waiting[0] = Some(next);
                self.plan = Plan::Waiting;
                return Some(outcome);
            }
        }
        if self.waiting[0].is_none() && self.active.is_none() {
            let gained = demand.estimate_bps * GAINED < outcome.bps;
            self.pause_us =
                if gained { MIN_PAUSE_US } else { (self.pause_us * 3 / 2).min(MAX_PAUSE_US) };
            self.settle(now_us);
        }
        Some(outcome)
    }

    /// The path takes much less than before, or is back after an outage: what it takes now is soon
    /// asked again.
    pub(super) fn on_drop(&mut self, now_us: u64) {
        self.abort(now_us);
        self.pause_us = MIN_PAUSE_US;
        self.next_at_us = self.next_at_us.min(now_us + MIN_PAUSE_US);
    }

    /// A queue grew: bursts that wait are not sent.
    pub(super) fn abort(&mut self, now_us: u64) {
        self.waiting = [None; 2];
        if self.active.take().is_some() {
            self.sent_us = now_us;
        }
        if self.plan == Plan::Waiting {
            self.plan = Plan::Settled;
        }
        self.next_at_us = self.next_at_us.max(now_us + AFTER_OVERUSE_US);
    }

    /// Asks as soon as possible.
    pub(super) fn hurry(&mut self, now_us: u64) {
        self.pause_us = MIN_PAUSE_US;
        self.next_at_us = now_us;
    }

    fn settle(&mut self, now_us: u64) {
        self.plan = Plan::Settled;
        // Four fifths to six fifths of the pause.
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let spread = self.pause_us * 2 / 5;
        self.next_at_us = now_us + self.pause_us - spread / 2 + self.random % spread.max(1);
    }

    fn begin(&mut self, now_us: u64) {
        let rested = self.sent_us == 0 || self.sent_us + BETWEEN_BURSTS_US <= now_us;
        if self.active.is_some() || !rested {
            return;
        }
        let Some(rate_bps) = self.waiting[0].take() else { return };
        self.waiting[0] = self.waiting[1].take();
        let id = self.next_id;
        self.next_id = self.next_id.checked_add(1).unwrap_or(1);
        self.active = Some(Burst { id, rate_bps, began_us: now_us, bytes: 0, packets: 0 });
        self.records[usize::from(id) % RECORDS] = Record { id, rate_bps, ..Record::default() };
    }

    fn record(&mut self, id: u16) -> Option<&mut Record> {
        Some(&mut self.records[usize::from(id) % RECORDS]).filter(|record| record.id == id)
    }

    /// More than is wanted needs not be known, but for some room above it.
    fn limited(&self, rate_bps: f64, demand: &Demand) -> f64 {
        rate_bps.min(demand.wanted_bps * WANTED_ROOM).max(MIN_RATE_BPS)
    }
}

impl Burst {
    fn is_complete(&self, now_us: u64) -> bool {
        let min_bytes = self.rate_bps * BURST_US as f64 / 8e6;
        let enough = min_bytes.max(MIN_BYTES) <= self.bytes as f64 && MIN_PACKETS <= self.packets;
        enough || self.began_us + MAX_BURST_US <= now_us
    }
}

impl Record {
    fn on_arrival(&mut self, sent_us: u64, arrived_us: i64, bytes: u64) {
        if self.packets == 0 || sent_us < self.first_sent_us {
            self.first_sent_us = sent_us;
        }
        if self.packets == 0 || self.last_sent_us <= sent_us {
            self.last_sent_us = sent_us;
            self.last_sent_bytes = bytes;
        }
        if self.packets == 0 || arrived_us < self.first_arrived_us {
            self.first_arrived_us = arrived_us;
            self.first_arrived_bytes = bytes;
        }
        if self.packets == 0 || self.last_arrived_us < arrived_us {
            self.last_arrived_us = arrived_us;
        }
        self.packets += 1;
        self.bytes += bytes;
    }

    fn is_ready(&self) -> bool {
        // On a path that loses much there may never be more than a part of it.
        let is_all = self.sent_packets <= self.packets + self.lost + self.unheard;
        let share = if is_all { MIN_ARRIVED_OF_ALL } else { MIN_ARRIVED };
        let enough = self.sent_bytes as f64 * share <= self.bytes as f64;
        !self.done && 0 < self.sent_bytes && MIN_PACKETS - 1 <= self.packets && enough
    }

    fn outcome(&self, own_loss: f64) -> Option<Outcome> {
        let sent_us = self.last_sent_us.saturating_sub(self.first_sent_us);
        let arrived_us = (self.last_arrived_us - self.first_arrived_us).cast_unsigned();
        if sent_us == 0 || arrived_us == 0 || MAX_INTERVAL_US < sent_us.max(arrived_us) {
            return None;
        }
        // An interval holds all packets but the one that begins or ends it.
        let sent_bps = (self.bytes - self.last_sent_bytes) as f64 * 8e6 / sent_us as f64;
        let arrived_bps = (self.bytes - self.first_arrived_bytes) as f64 * 8e6 / arrived_us as f64;
        if MAX_RATIO * sent_bps < arrived_bps {
            return None;
        }
        let is_saturated = arrived_bps < SATURATED * sent_bps;
        let bps = if is_saturated { arrived_bps * TARGET_SHARE } else { sent_bps.min(arrived_bps) };
        let bps = if 0 < self.lost + self.unheard { bps / (1.0 - own_loss) } else { bps };
        // What else was sent with the burst may be more than was asked for, and proves no more.
        let bps = bps.min(self.rate_bps * MAX_OVER_RATE);
        Some(Outcome { bps, is_saturated, rate_bps: self.rate_bps, is_whole: self.lost == 0 })
    }
}

/// The first bursts, as multiples of what is assumed to begin with.
const FIRST_FACTORS: [f64; 2] = [3.0, 6.0];

/// A good burst is followed by one this much faster.
const FURTHER_FACTOR: f64 = 2.0;

/// The same while others may use the link too.
const CONTESTED_FURTHER_FACTOR: f64 = 1.25;

/// Good means that this share of the rate was found.
const FURTHER: f64 = 0.7;

/// Later bursts.
const AGAIN_FACTOR: f64 = 1.5;

/// A result this much over the estimate was worth asking for.
const GAINED: f64 = 1.1;

/// More is wanted when it is over this many times the estimate.
const NEEDED: f64 = 1.05;

/// How far over what is wanted a burst may go.
const WANTED_ROOM: f64 = 1.3;

/// Slower ones have too few packets.
const MIN_RATE_BPS: f64 = 100_000.0;

/// How long a burst lasts.
const BURST_US: u64 = 15_000;

/// A burst that found no packets ends after this.
const MAX_BURST_US: u64 = 100_000;

/// Granularity of a burst.
const BURST_TICK_US: u64 = 2_000;

/// The queue that one burst made has to be gone before the next.
const BETWEEN_BURSTS_US: u64 = 60_000;

/// So has the queue that grew by itself.
const AFTER_OVERUSE_US: u64 = 800_000;

/// Packets of a burst.
const MIN_PACKETS: u32 = 5;

/// Bytes of a burst: what is shaped passes a packet or two of a burst at the speed of the line.
const MIN_BYTES: f64 = 4_000.0;

/// Share of the bytes that must have come.
const MIN_ARRIVED: f64 = 0.8;

/// The same once all has been told.
const MIN_ARRIVED_OF_ALL: f64 = 0.3;

/// Longer bursts say nothing.
const MAX_INTERVAL_US: u64 = 1_000_000;

/// What comes faster than this many times the rate it was sent at was held back together.
const MAX_RATIO: f64 = 2.0;

/// A burst shows no more than this many times the rate it was planned for.
const MAX_OVER_RATE: f64 = 1.5;

/// A burst that came slower than this share of its rate found the path's limit.
const SATURATED: f64 = 0.9;

/// Share of the limit that is used.
const TARGET_SHARE: f64 = 0.96;

/// Bursts whose outcome is awaited.
const RECORDS: usize = 4;

/// A burst without an outcome after this long is given up.
const RESULT_TIMEOUT_US: u64 = 1_000_000;

/// Between bursts while more is wanted: at first, and when they find nothing.
const MIN_PAUSE_US: u64 = 1_500_000;
const MAX_PAUSE_US: u64 = 2_500_000;
