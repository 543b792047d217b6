//! What is measured now and then, for whoever looks after the server.

use std::time::{Duration, Instant};

/// One thing that was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measure {
    /// A slot got what it waited for.
    Switched {
        /// How long it waited: for the keyframe, mostly.
        took: Duration,
    },
    /// What the path to a participant takes, as it is known now.
    Estimated {
        /// In bit/s.
        bps: f64,
    },
}

/// What was measured and not yet fetched.
#[derive(Debug, Default)]
pub(crate) struct Measures(Vec<Measure>);

impl Measures {
    /// Adds one; with nobody who fetches them, the latest are lost.
    pub(crate) fn push(&mut self, measure: Measure) {
        if self.0.len() < MAX_MEASURES {
            self.0.push(measure);
        }
    }

    pub(crate) fn pop(&mut self) -> Option<Measure> {
        self.0.pop()
    }
}

/// Follows one packet at a time, so that knowing how long packets take costs none of them anything.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    state: State,
    /// Goes round the subscribers: who is served last waits the longest.
    turn: usize,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Idle,
    Armed,
    /// The packet came then, and has not left.
    Followed(Instant),
}

impl Sample {
    /// Waits for the next packet; one that is on its way already is followed to its end, unless it
    /// must have got lost among those that were dropped.
    pub(crate) fn arm(&mut self, now: Instant) {
        let is_followed =
            matches!(self.state, State::Followed(since) if now.duration_since(since) < LOST);
        if !is_followed {
            self.state = State::Armed;
        }
    }

    /// Which of the subscribers of a packet that came now gets the one to be followed.
    pub(crate) fn pick(&mut self, now: Instant, subscribers: usize) -> Option<usize> {
        if !matches!(self.state, State::Armed) || subscribers == 0 {
            return None;
        }
        self.state = State::Followed(now);
        self.turn = self.turn.wrapping_add(1);
        Some(self.turn % subscribers)
    }

    /// The packet has left; returns when it came.
    pub(crate) fn finish(&mut self) -> Option<Instant> {
        match std::mem::take(&mut self.state) {
            State::Followed(since) => Some(since),
            State::Idle | State::Armed => None,
        }
    }
}

/// Measures that wait to be fetched; more than that come only where nobody fetches any.
const MAX_MEASURES: usize = 4_096;

/// What waits longer than this in a queue was dropped from it.
const LOST: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests need some starting instant")]
    fn one_packet_at_a_time_is_followed_and_a_lost_one_is_given_up() {
        let now = Instant::now();
        let mut sample = Sample::default();

        assert_eq!(sample.pick(now, 3), None);
        sample.arm(now);
        assert_eq!(sample.pick(now, 0), None);
        assert!(sample.pick(now, 3).is_some());
        sample.arm(now + LOST / 2);
        assert_eq!(sample.pick(now + LOST / 2, 3), None);
        assert_eq!(sample.finish(), Some(now));
        assert_eq!(sample.finish(), None);

        sample.arm(now);
        assert!(sample.pick(now, 3).is_some());
        sample.arm(now + LOST);
        assert!(sample.pick(now + LOST, 3).is_some());
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests need some starting instant")]
    fn every_subscriber_has_its_turn() {
        let now = Instant::now();
        let mut sample = Sample::default();

        let mut picked: Vec<_> = (0..3)
            .map(|_| {
                sample.arm(now);
                let picked = sample.pick(now, 3);
                sample.finish();
                picked
            })
            .collect();
        picked.sort_unstable();

        assert_eq!(picked, [Some(0), Some(1), Some(2)]);
    }
}
