//! Palabre's estimator as the flows of the simulation drive it.

use std::time::Instant;

use palabre_media::bwe::{Estimator, TransportFeedback};

use crate::flow::Control;

pub(crate) struct Ours(pub(crate) Estimator);

impl Control for Ours {
    fn on_sent(&mut self, now: Instant, bytes: usize) -> u16 {
        self.0.on_sent(now, bytes)
    }

    fn on_feedback(&mut self, now: Instant, packet: &[u8]) {
        let feedback = TransportFeedback::parse(packet).expect("the receiver wrote it");
        self.0.on_feedback(now, &feedback);
    }

    fn on_time(&mut self, now: Instant, wanted_bps: f64) {
        self.0.set_wanted(wanted_bps);
        if self.0.poll_timeout(now).is_some_and(|at| at <= now) {
            self.0.handle_timeout(now);
        }
    }

    fn padding_due(&self, now: Instant) -> usize {
        self.0.padding_due(now)
    }

    fn estimate_bps(&self) -> f64 {
        self.0.estimate_bps()
    }

    fn pacing_bps(&self, now: Instant, waiting_bytes: usize) -> f64 {
        self.0.pacing_bps(now, waiting_bytes)
    }

    fn probe_bps(&self) -> Option<f64> {
        self.0.probe_bps()
    }
}
