//! Which layers of a picture are worth sending: what nobody looks at costs a publisher's uplink and
//! battery for nothing.

use std::time::{Duration, Instant};

/// A set of layers, a bit each, the smallest first.
pub type Layers = u8;

/// Decides what a publisher is told to send of one track.
#[derive(Clone, Copy, Debug)]
pub struct Demand {
    /// What the publisher was told, or does by itself to begin with.
    told: Layers,
    /// When each layer that is sent was last wanted.
    wanted_at: [Instant; Layers::BITS as usize],
}

impl Demand {
    /// A track that sends `all` its layers, as every track does to begin with.
    pub fn new(now: Instant, all: Layers) -> Self {
        Self { told: all, wanted_at: [now; Layers::BITS as usize] }
    }

    /// Takes what is wanted now; returns whether the publisher should send something else.
    ///
    /// What is wanted is asked for at once. What is not is let go of after [`LINGER`], since people
    /// look away and back, and an encoder that starts anew costs a keyframe.
    pub fn update(&mut self, now: Instant, wanted: Layers) -> bool {
        let mut sent = self.told | wanted;
        for (layer, wanted_at) in self.wanted_at.iter_mut().enumerate() {
            let bit = 1 << layer;
            if wanted & bit != 0 {
                *wanted_at = now;
            } else if *wanted_at + LINGER <= now {
                sent &= !bit;
            }
        }
        std::mem::replace(&mut self.told, sent) != sent
    }

    /// What the publisher should send.
    pub fn sent(&self) -> Layers {
        self.told
    }
}

/// How long a layer goes on after nobody wants it any more.
pub const LINGER: Duration = Duration::from_secs(3);

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "tests need some starting instant")]
    fn started() -> (Instant, Demand) {
        let now = Instant::now();
        (now, Demand::new(now, 0b111))
    }

    #[test]
    fn layers_that_nobody_wants_end_after_a_while() {
        let (start, mut demand) = started();

        assert!(!demand.update(start + LINGER - Duration::from_millis(1), 0b001));
        assert!(demand.update(start + LINGER, 0b001));

        assert_eq!(demand.sent(), 0b001);
        assert!(!demand.update(start + LINGER, 0b001), "told once");
    }

    #[test]
    fn what_is_wanted_again_is_asked_for_at_once() {
        let (start, mut demand) = started();
        demand.update(start + LINGER, 0);
        assert_eq!(demand.sent(), 0);

        assert!(demand.update(start + LINGER, 0b100));

        assert_eq!(demand.sent(), 0b100);
    }

    #[test]
    fn looking_away_and_back_changes_nothing() {
        let (start, mut demand) = started();
        for second in 1..100 {
            let wanted = if second % 2 == 0 { 0b111 } else { 0b001 };

            assert!(!demand.update(start + Duration::from_secs(second), wanted));
        }
    }
}
