//! How fast something flows, from its packets.

use std::time::{Duration, Instant};

/// The mean rate over the last seconds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RateMeter {
    began: Option<Instant>,
    latest: Option<Instant>,
    bytes: usize,
    bps: Option<f64>,
}

impl RateMeter {
    /// Notes a packet of so many bytes on the wire.
    pub(crate) fn on_packet(&mut self, now: Instant, bytes: usize) {
        let began = *self.began.get_or_insert(now);
        let passed = now.saturating_duration_since(began);
        if WINDOW <= passed {
            let sample = self.bytes as f64 * 8.0 / passed.as_secs_f64();
            self.bps = Some(self.bps.map_or(sample, |bps| bps + (sample - bps) * WEIGHT));
            self.began = Some(now);
            self.bytes = 0;
        }
        self.bytes += bytes;
        self.latest = Some(now);
    }

    /// Notes a packet that counts for nothing: something flows.
    pub(crate) fn on_uncounted(&mut self, now: Instant) {
        self.latest = Some(now);
    }

    /// The rate in bit/s; `None` before enough came.
    pub(crate) fn bps(&self, now: Instant) -> Option<f64> {
        let latest = self.latest?;
        let is_over = FORGET <= now.saturating_duration_since(latest);
        if is_over { Some(0.0) } else { self.bps }
    }
}

/// The mean rate of what comes in bursts with long pauses: each burst counts for a few seconds, less
/// and less.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct BurstMeter {
    latest: Option<Instant>,
    bytes: f64,
}

impl BurstMeter {
    /// Notes a packet of so many bytes on the wire.
    pub(crate) fn on_packet(&mut self, now: Instant, bytes: usize) {
        self.bytes = self.left(now) + bytes as f64;
        self.latest = Some(now);
    }

    /// The rate in bit/s.
    pub(crate) fn bps(&self, now: Instant) -> f64 {
        self.left(now) * 8.0 / MEMORY.as_secs_f64()
    }

    fn left(&self, now: Instant) -> f64 {
        let passed = self.latest.map_or(Duration::ZERO, |at| now.saturating_duration_since(at));
        self.bytes * (-passed.as_secs_f64() / MEMORY.as_secs_f64()).exp()
    }
}

/// How long bytes of a burst count on average.
const MEMORY: Duration = Duration::from_secs(2);

const WINDOW: Duration = Duration::from_millis(500);

/// How much of what counts is from the last window: little, since a keyframe is no rate.
const WEIGHT: f64 = 0.25;

/// After a pause this long nothing flows.
const FORGET: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests need some starting instant")]
    fn what_flows_is_measured_and_a_pause_is_nothing() {
        let start = Instant::now();
        let mut meter = RateMeter::default();
        assert_eq!(meter.bps(start), None);
        for packet in 0..200 {
            meter.on_packet(start + Duration::from_millis(10) * packet, 1_250);
        }

        let end = start + Duration::from_secs(2);
        let bps = meter.bps(end).unwrap();
        assert!((bps - 1e6).abs() < 3e4, "{bps}");
        assert_eq!(meter.bps(end + FORGET), Some(0.0));
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests need some starting instant")]
    fn a_burst_counts_as_little_as_it_is_and_is_forgotten() {
        let start = Instant::now();
        let mut meter = BurstMeter::default();
        for packet in 0..30 {
            meter.on_packet(start + Duration::from_millis(packet), 1_000);
        }

        let at_once = meter.bps(start + Duration::from_millis(30));
        let later = meter.bps(start + Duration::from_secs(6));

        assert!((110e3..121e3).contains(&at_once), "{at_once}");
        assert!(later < 7e3, "{later}");
    }
}
