//! rtc's own congestion control in the same flows, with no probes, since it has none.

use std::time::{Duration, Instant};

use palabre_media::bwe::TransportFeedback;
use rtc_interceptor::{Acknowledgement, BandwidthEstimator as _, Gcc, History};

use crate::flow::Control;

pub(crate) struct RtcGcc {
    gcc: Gcc,
    history: History,
    next: u16,
}

impl RtcGcc {
    pub(crate) fn new() -> Self {
        Self { gcc: Gcc::new(300_000.0, 30_000.0, 50_000_000.0), history: History::new(), next: 0 }
    }
}

impl Control for RtcGcc {
    fn on_sent(&mut self, now: Instant, bytes: usize) -> u16 {
        let sequence = self.next;
        self.next = self.next.wrapping_add(1);
        self.history.add_outgoing(1, sequence, true, sequence, bytes + 28, now);
        sequence
    }

    fn on_feedback(&mut self, now: Instant, packet: &[u8]) {
        let feedback = TransportFeedback::parse(packet).expect("the receiver wrote it");
        for status in feedback.statuses() {
            let mut acknowledgement = Acknowledgement::lost(status.sequence);
            if let Some(arrived_us) = status.arrived_us {
                acknowledgement.arrived = true;
                acknowledgement.arrival = Some(Duration::from_micros(arrived_us as u64));
            }
            self.history.on_twcc_feedback(now, acknowledgement);
        }
        let reports = self.history.take_reports();
        self.gcc.on_reports(now, &reports);
    }

    fn on_time(&mut self, now: Instant, _: f64) {
        self.gcc.handle_timeout(now);
    }

    fn padding_due(&self, _: Instant) -> usize {
        0
    }

    fn estimate_bps(&self) -> f64 {
        self.gcc.target_bitrate()
    }

    fn pacing_bps(&self, _: Instant, _: usize) -> f64 {
        self.gcc.target_bitrate() * 2.5
    }

    fn probe_bps(&self) -> Option<f64> {
        None
    }
}
