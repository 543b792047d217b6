//! How well a participant is connected: figures for who wants to know, and whether others should.

use std::time::Duration;

/// How well a participant is connected now.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Quality {
    /// Whether it is so bad that the others should know why they hear or see little.
    pub is_weak: bool,
    /// Packets lost on the way to the participant, in percent.
    pub loss_down: u8,
    /// Packets lost on the way from it, in percent.
    pub loss_up: u8,
    /// There and back.
    pub round_trip: Duration,
    /// What the way to it takes, as far as it is known, in kbit/s.
    pub path_kbps: u32,
    /// What the participant would be sent if its way took it, in kbit/s.
    pub wanted_kbps: u32,
    /// What it is sent, in kbit/s.
    pub given_kbps: u32,
}

/// What the packets of a participant came to so far.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Arrived {
    pub(crate) expected: u64,
    pub(crate) received: u64,
}

/// Follows the connection of one participant.
#[derive(Debug, Default)]
pub(crate) struct QualityWatch {
    arrived: Arrived,
    is_weak: bool,
    /// How many looks in a row said otherwise than `is_weak`.
    contrary: u8,
    told: Option<Quality>,
    /// Whether the participant was told whose connection is weak.
    pub(crate) knows_weak: bool,
}

impl QualityWatch {
    /// Whether the connection is weak, as it was last looked at.
    pub(crate) fn is_weak(&self) -> bool {
        self.is_weak
    }

    /// Takes in what was seen since the last look, `quality` without its judgements; returns what is
    /// worth telling the participant.
    pub(crate) fn look(&mut self, arrived: Arrived, mut quality: Quality) -> Option<Quality> {
        quality.loss_up = self.lost_since(arrived);
        self.judge(&quality);
        quality.is_weak = self.is_weak;
        let is_news = self.told.is_none_or(|told| differs(&told, &quality));
        if is_news {
            self.told = Some(quality);
        }
        is_news.then_some(quality)
    }

    fn lost_since(&mut self, arrived: Arrived) -> u8 {
        let before = std::mem::replace(&mut self.arrived, arrived);
        // A source that began anew has counted less than before; then nothing can be said.
        let expected = arrived.expected.saturating_sub(before.expected);
        let received = arrived.received.saturating_sub(before.received);
        let lost = expected.saturating_sub(received) * 100;
        if expected < MIN_PACKETS { 0 } else { u8::try_from(lost / expected).unwrap_or(100) }
    }

    /// One bad moment is none, and neither is one good one: twice in a row counts.
    fn judge(&mut self, quality: &Quality) {
        let (loss, round_trip) =
            if self.is_weak { (GOOD_LOSS, GOOD_ROUND_TRIP) } else { (WEAK_LOSS, WEAK_ROUND_TRIP) };
        let is_lossy = loss <= quality.loss_down.max(quality.loss_up);
        let is_bad = is_lossy || round_trip <= quality.round_trip || is_narrow(quality);
        self.contrary = if is_bad == self.is_weak { 0 } else { self.contrary + 1 };
        if LOOKS <= self.contrary {
            self.is_weak = is_bad;
            self.contrary = 0;
        }
    }
}

fn is_narrow(quality: &Quality) -> bool {
    let Quality { path_kbps, wanted_kbps, .. } = *quality;
    0 < path_kbps && path_kbps < NARROW_KBPS && path_kbps * 2 < wanted_kbps
}

/// Whether somebody who looks at the figures should see others now.
fn differs(told: &Quality, now: &Quality) -> bool {
    let loss = |a: u8, b: u8| LOSS_STEP <= a.abs_diff(b) || (a == 0) != (b == 0);
    let rate = |a: u32, b: u32| a.max(b) < a.abs_diff(b) * RATE_STEPS;
    told.is_weak != now.is_weak
        || loss(told.loss_down, now.loss_down)
        || loss(told.loss_up, now.loss_up)
        || ROUND_TRIP_STEP <= told.round_trip.abs_diff(now.round_trip)
        || rate(told.path_kbps, now.path_kbps)
        || rate(told.wanted_kbps, now.wanted_kbps)
        || rate(told.given_kbps, now.given_kbps)
}

/// How often connections are looked at; so often at most anybody is told.
pub(crate) const LOOK_INTERVAL: Duration = Duration::from_secs(2);

/// Looks that have to agree before a connection is called weak, or good again.
const LOOKS: u8 = 2;

/// Loss in percent from which voices suffer although packets are sent again, and below which a
/// connection is good again.
const WEAK_LOSS: u8 = 5;
const GOOD_LOSS: u8 = 2;

/// A round trip from which people talk into each other (ITU-T G.114: 400 ms one way, playing it out
/// included), and below which that ends.
const WEAK_ROUND_TRIP: Duration = Duration::from_millis(500);
const GOOD_ROUND_TRIP: Duration = Duration::from_millis(400);

/// A way that takes less than this, and less than half of what is wanted, has no room for pictures.
const NARROW_KBPS: u32 = 300;

/// Fewer packets say nothing of the share that gets lost.
const MIN_PACKETS: u64 = 20;

/// What is worth telling: percent, time, and the share of a rate (a quarter).
const LOSS_STEP: u8 = 2;
const ROUND_TRIP_STEP: Duration = Duration::from_millis(20);
const RATE_STEPS: u32 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    fn down(loss: u8) -> Quality {
        Quality { loss_down: loss, path_kbps: 3_000, wanted_kbps: 1_000, ..Quality::default() }
    }

    fn look(watch: &mut QualityWatch, times: usize, quality: Quality) {
        for _ in 0..times {
            watch.look(Arrived::default(), quality);
        }
    }

    #[test]
    fn one_bad_moment_makes_no_weak_connection_and_two_do() {
        let mut watch = QualityWatch::default();

        watch.look(Arrived::default(), down(8));
        let after_one = watch.is_weak();
        watch.look(Arrived::default(), down(8));

        assert!(!after_one);
        assert!(watch.is_weak());
    }

    #[test]
    fn a_weak_connection_is_good_again_well_below_where_it_became_weak() {
        let mut watch = QualityWatch::default();
        look(&mut watch, 2, down(8));

        look(&mut watch, 5, down(4));
        let still = watch.is_weak();
        look(&mut watch, 2, down(1));

        assert!(still);
        assert!(!watch.is_weak());
    }

    #[test]
    fn figures_are_told_when_they_change_and_not_before() {
        let mut watch = QualityWatch::default();

        let first = watch.look(Arrived::default(), down(0));
        let same = watch.look(Arrived::default(), down(0));
        let changed = watch.look(Arrived::default(), down(3));

        assert_eq!((first.is_some(), same, changed.is_some()), (true, None, true));
    }

    #[test]
    fn loss_upwards_is_that_since_the_last_look() {
        let mut watch = QualityWatch::default();
        watch.look(Arrived { expected: 1_000, received: 500 }, down(0));

        let told = watch.look(Arrived { expected: 1_100, received: 590 }, down(0));

        assert_eq!(told.map(|quality| quality.loss_up), Some(10));
    }

    #[test]
    fn a_source_that_began_anew_has_lost_nothing() {
        let mut watch = QualityWatch::default();
        watch.look(Arrived { expected: 1_000, received: 1_000 }, down(0));

        watch.look(Arrived { expected: 50, received: 50 }, down(0));
        let told = watch.told;

        assert_eq!(told.map(|quality| quality.loss_up), Some(0));
    }

    #[test]
    fn a_way_too_narrow_for_pictures_is_weak() {
        let mut watch = QualityWatch::default();
        let narrow = Quality { path_kbps: 150, wanted_kbps: 900, ..Quality::default() };

        look(&mut watch, 2, narrow);

        assert!(watch.is_weak());
    }
}
