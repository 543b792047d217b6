//! A link with a rate, a queue that drops what does not fit, a delay, jitter and loss of its own.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// One direction of one path, shared by whoever sends on it.
pub(crate) struct Link<T> {
    /// In bit/s.
    pub(crate) rate_bps: f64,
    /// Share of the packets that the path loses whatever is sent.
    pub(crate) loss: f64,
    /// The queue holds what leaves within this time.
    pub(crate) queue: Duration,
    pub(crate) delay: Duration,
    /// Packets come up to this much later than the delay says, in order.
    pub(crate) jitter: Duration,
    random: Random,
    /// When the last packet that was taken in will have left.
    busy_until: Instant,
    arrived_until: Instant,
    under_way: VecDeque<(Instant, T)>,
    /// How long each packet waited.
    pub(crate) waits: Vec<(Instant, Duration)>,
    pub(crate) dropped: u64,
}

impl<T> Link<T> {
    pub(crate) fn new(now: Instant, rate_bps: f64, seed: u64) -> Self {
        Self {
            rate_bps,
            loss: 0.0,
            queue: Duration::from_millis(300),
            delay: Duration::from_millis(20),
            jitter: Duration::from_millis(3),
            random: Random(seed | 1),
            busy_until: now,
            arrived_until: now,
            under_way: VecDeque::new(),
            waits: Vec::new(),
            dropped: 0,
        }
    }

    /// Changes the rate; what waits leaves at the new one.
    pub(crate) fn set_rate(&mut self, now: Instant, rate_bps: f64) {
        let waiting = self.busy_until.saturating_duration_since(now);
        self.busy_until = now + waiting.mul_f64(self.rate_bps / rate_bps);
        self.rate_bps = rate_bps;
    }

    pub(crate) fn send(&mut self, now: Instant, bytes: usize, packet: T) {
        let wait = self.busy_until.saturating_duration_since(now);
        if self.queue < wait {
            self.dropped += 1;
            return;
        }
        self.waits.push((now, wait));
        let takes = Duration::from_secs_f64(bytes as f64 * 8.0 / self.rate_bps);
        self.busy_until = self.busy_until.max(now) + takes;
        if self.random.share() < self.loss {
            return;
        }
        let late = self.jitter.mul_f64(self.random.share());
        self.arrived_until = self.arrived_until.max(self.busy_until + self.delay + late);
        self.under_way.push_back((self.arrived_until, packet));
    }

    pub(crate) fn receive(&mut self, now: Instant) -> Option<(Instant, T)> {
        self.under_way.pop_front_if(|(at, _)| *at <= now)
    }

    /// The wait that 95 of 100 packets did not exceed, of those sent in a span.
    pub(crate) fn wait_p95(&self, from: Instant, to: Instant) -> Duration {
        let mut waits: Vec<Duration> =
            self.waits.iter().filter(|(at, _)| (from..to).contains(at)).map(|(_, w)| *w).collect();
        waits.sort_unstable();
        waits.get(waits.len() * 95 / 100).copied().unwrap_or_default()
    }
}

/// Xorshift: the same run for the same seed.
#[derive(Clone, Debug)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// From 0 up to 1.
    pub(crate) fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
