//! How much of what was sent comes, in bits per second (libwebrtc's Bayesian bitrate estimator).

/// Follows the rate at which packets come.
#[derive(Debug, Default)]
pub(super) struct AcknowledgedRate {
    window_began_us: Option<i64>,
    latest_us: i64,
    bytes: u64,
    estimate_bps: Option<f64>,
    variance: f64,
    slow: SlowRate,
}

/// The same over longer windows, of which a burst is a small part.
#[derive(Debug, Default)]
struct SlowRate {
    began_us: Option<i64>,
    bytes: u64,
    bps: Option<f64>,
}

/// What comes while packets wait on the way: the link is full then, and takes just that, however
/// little is sent before and after.
#[derive(Debug, Default)]
pub(super) struct BusyRate {
    began_us: Option<i64>,
    latest_us: i64,
    bytes: u64,
    /// The rate as last measured, and when.
    measured: Option<(i64, f64)>,
}

impl BusyRate {
    /// Notes a packet that came, and whether it had to wait.
    pub(super) fn on_packet(&mut self, arrived_us: i64, bytes: u16, has_waited: bool) {
        let Some(began_us) = self.began_us.filter(|_| has_waited) else {
            self.began_us = has_waited.then_some(arrived_us);
            (self.latest_us, self.bytes) = (arrived_us, 0);
            return;
        };
        self.bytes += u64::from(bytes);
        self.latest_us = self.latest_us.max(arrived_us);
        let span_us = self.latest_us - began_us;
        if MIN_BUSY_US <= span_us {
            self.measured = Some((self.latest_us, self.bytes as f64 * 8e6 / span_us as f64));
        }
        if MAX_BUSY_US <= span_us {
            (self.began_us, self.bytes) = (Some(self.latest_us), 0);
        }
    }

    /// What the link took when it was last full, if that was just now by the receiver's clock.
    pub(super) fn bps(&self, now_us: i64) -> Option<f64> {
        self.measured.filter(|(at_us, _)| now_us - at_us < BUSY_LASTS_US).map(|(_, bps)| bps)
    }
}

impl AcknowledgedRate {
    /// Notes a packet that came, by the receiver's clock.
    pub(super) fn on_packet(&mut self, arrived_us: i64, bytes: u16, is_application_limited: bool) {
        self.slow.on_packet(arrived_us, bytes);
        let began = *self.window_began_us.get_or_insert(arrived_us);
        self.latest_us = self.latest_us.max(arrived_us);
        let window = if self.estimate_bps.is_none() { FIRST_WINDOW_US } else { WINDOW_US };
        let passed = self.latest_us - began;
        if window <= passed {
            if passed <= MAX_WINDOW_US {
                // Bits per µs times 10⁶.
                let sample_bps = self.bytes as f64 * 8.0 * 1e6 / passed as f64;
                self.on_sample(sample_bps, is_application_limited);
            }
            self.window_began_us = Some(self.latest_us);
            self.bytes = 0;
        }
        self.bytes += u64::from(bytes);
    }

    /// Notes a packet of which nothing was heard, and that came most likely: it was not the path
    /// that took less.
    pub(super) fn on_unheard(&mut self, bytes: f64) {
        self.bytes += bytes as u64;
        self.slow.bytes += bytes as u64;
    }

    /// The rate, once enough has come.
    pub(super) fn bps(&self) -> Option<f64> {
        self.estimate_bps
    }

    /// The rate over the last second or two; what it allows does not change with every burst.
    pub(super) fn slow_bps(&self) -> Option<f64> {
        self.slow.bps
    }

    fn on_sample(&mut self, sample_bps: f64, is_application_limited: bool) {
        let sample = sample_bps / 1_000.0;
        let Some(estimate) = self.estimate_bps.map(|bps| bps / 1_000.0) else {
            self.estimate_bps = Some(sample_bps);
            self.variance = INITIAL_VARIANCE;
            return;
        };
        // What comes less while little is sent says little about the path.
        let doubt = if is_application_limited && sample < estimate { SMALL_DOUBT } else { DOUBT };
        let uncertainty = doubt * (estimate - sample).abs() / estimate.max(1.0);
        let sample_variance = uncertainty * uncertainty;
        let predicted = self.variance + PROCESS_VARIANCE;
        let sum = sample_variance + predicted;
        let next = (sample_variance * estimate + predicted * sample) / sum;
        self.variance = sample_variance * predicted / sum;
        self.estimate_bps = Some(next.max(0.0) * 1_000.0);
    }
}

impl SlowRate {
    fn on_packet(&mut self, arrived_us: i64, bytes: u16) {
        let began = *self.began_us.get_or_insert(arrived_us);
        let passed = arrived_us - began;
        if SLOW_WINDOW_US <= passed {
            let sample = self.bytes as f64 * 8e6 / passed as f64;
            self.bps = Some(self.bps.map_or(sample, |bps| (bps + sample) / 2.0));
            self.began_us = Some(arrived_us);
            self.bytes = 0;
        }
        self.bytes += u64::from(bytes);
    }
}

const FIRST_WINDOW_US: i64 = 300_000;
const WINDOW_US: i64 = 150_000;

/// Half of what counts of the slow rate is from the last of these.
const SLOW_WINDOW_US: i64 = 500_000;

/// What is shorter is too few packets, what is longer is not the link as it is now.
const MIN_BUSY_US: i64 = 30_000;
const MAX_BUSY_US: i64 = 300_000;
const BUSY_LASTS_US: i64 = 300_000;

/// A longer window is a pause, which says nothing.
const MAX_WINDOW_US: i64 = 1_000_000;

const INITIAL_VARIANCE: f64 = 50.0;
const PROCESS_VARIANCE: f64 = 5.0;

/// How much a sample far from the estimate is doubted.
const DOUBT: f64 = 10.0;
const SMALL_DOUBT: f64 = 20.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_is_that_of_the_packets_and_follows_them_down() {
        let mut rate = AcknowledgedRate::default();
        let mut at = 0;
        for _ in 0..300 {
            at += 10_000;
            rate.on_packet(at, 1_250, false);
        }
        let full = rate.bps().unwrap();
        for _ in 0..50 {
            at += 20_000;
            rate.on_packet(at, 1_250, false);
        }
        let half = rate.bps().unwrap();

        assert!((full - 1e6).abs() < 2e4, "{full}");
        assert!((half - 5e5).abs() < 5e4, "{half}");
    }

    #[test]
    fn nothing_is_said_before_enough_came() {
        let mut rate = AcknowledgedRate::default();
        rate.on_packet(0, 1_250, false);
        rate.on_packet(100_000, 1_250, false);

        assert_eq!(rate.bps(), None);
    }
}
