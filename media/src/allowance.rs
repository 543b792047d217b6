//! How many packets one stream of a publisher may send.
//!
//! Whoever is in a call could send a hundred times what a microphone does, and the server would do
//! the work for everybody in it: one packet up is a packet down for each who listens. What is above
//! the allowance goes no further than its sender.

use std::time::{Duration, Instant};

/// What a stream has left, in packets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowance {
    per_second: f64,
    left: f64,
    at: Option<Instant>,
}

impl Allowance {
    /// Of a picture or of a voice.
    pub(crate) fn new(is_video: bool) -> Self {
        let per_second = if is_video { VIDEO_PER_SECOND } else { AUDIO_PER_SECOND };
        Self { per_second, left: per_second * BURST.as_secs_f64(), at: None }
    }

    /// Whether one more packet may go on now; takes it off if so. Only for packets that are
    /// authentic: a stranger must not be able to use it up.
    pub(crate) fn take(&mut self, now: Instant) -> bool {
        let passed = self.at.map_or(Duration::ZERO, |at| now.saturating_duration_since(at));
        self.at = Some(now);
        let most = self.per_second * BURST.as_secs_f64();
        self.left = (self.left + passed.as_secs_f64() * self.per_second).min(most);
        if self.left < 1.0 {
            return false;
        }
        self.left -= 1.0;
        true
    }
}

/// Browsers send 50 a second; the shortest frames of Opus that are in use, 5 ms, are 200.
const AUDIO_PER_SECOND: f64 = 200.0;

/// 14 Mbit/s of full packets on one layer: more than six times what our page sends of a screen.
const VIDEO_PER_SECOND: f64 = 1_500.0;

/// What may come at once: all that a network has held back for so long.
const BURST: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests need some starting instant")]
    fn ten_times_the_rate_of_a_voice_is_cut_to_the_allowance() {
        let start = Instant::now();
        let mut allowance = Allowance::new(false);

        // 500 a second for ten seconds.
        let gone_on = (0..5_000)
            .filter(|packet| allowance.take(start + Duration::from_millis(2) * *packet))
            .count();

        let most = AUDIO_PER_SECOND * (10 + BURST.as_secs()) as f64;
        assert!((gone_on as f64 - most).abs() <= 1.0, "{gone_on} of at most {most}");
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests need some starting instant")]
    fn what_a_network_held_back_for_two_seconds_goes_on_at_once() {
        let start = Instant::now();
        let mut voice = Allowance::new(false);
        assert!(voice.take(start));

        let late = start + BURST;
        assert!((0..2 * 50).all(|_| voice.take(late)));
    }
}
