//! Who is heard in a room with more microphones than places: an order of voices that changes only
//! for a reason.
//!
//! Every listener takes the first few of one order, itself left out. Those who speak come first, the
//! louder before the quieter; those who are silent keep the order in which they spoke last.

/// The voices of a call, the most prominent first.
#[derive(Clone, Debug)]
pub struct Ranking<Voice> {
    order: Vec<Voice>,
}

impl<Voice: Copy + Eq> Ranking<Voice> {
    /// Nobody.
    pub fn new() -> Self {
        Self { order: Vec::new() }
    }

    /// Adds a voice behind all others.
    pub fn add(&mut self, voice: Voice) {
        if !self.order.contains(&voice) {
            self.order.push(voice);
        }
    }

    /// Takes a voice away.
    pub fn remove(&mut self, voice: Voice) {
        self.order.retain(|held| *held != voice);
    }

    /// Puts a voice in the place of another.
    pub fn replace(&mut self, voice: Voice, by: Voice) {
        self.remove(by);
        match self.order.iter_mut().find(|held| **held == voice) {
            Some(place) => *place = by,
            None => self.order.push(by),
        }
    }

    /// Puts voices in order by their prominence in dB; returns the foremost place that somebody else
    /// has now.
    ///
    /// A voice goes before another only when it is `MARGIN_DB` more prominent, so that two voices
    /// of one loudness do not change places all the time.
    pub fn update(&mut self, prominence: impl Fn(Voice) -> f32) -> Option<usize> {
        let mut first_moved = None;
        // Each voice climbs until the one before it is not clearly quieter; few ever move.
        for from in 1..self.order.len() {
            let climber = prominence(self.order[from]);
            let mut to = from;
            while 0 < to && prominence(self.order[to - 1]) + MARGIN_DB < climber {
                self.order.swap(to - 1, to);
                to -= 1;
            }
            if to < from {
                first_moved = first_moved.min(Some(to)).or(Some(to));
            }
        }
        first_moved
    }

    /// The voices in their order.
    pub fn iter(&self) -> impl Iterator<Item = Voice> {
        self.order.iter().copied()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }
}

impl<Voice: Copy + Eq> Default for Ranking<Voice> {
    fn default() -> Self {
        Self::new()
    }
}

/// How much more prominent a voice must be to go before another, in dB. The ear calls 10 dB twice
/// as loud.
const MARGIN_DB: f32 = 6.0;

/// Most voices that one listener gets. More than this at once nobody understands, and each costs
/// its listener up to 80 kbit/s.
pub const MAX_VOICES: usize = 5;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ranking(voices: usize) -> Ranking<usize> {
        let mut ranking = Ranking::new();
        (0..voices).for_each(|voice| ranking.add(voice));
        ranking
    }

    fn order(ranking: &Ranking<usize>) -> Vec<usize> {
        ranking.iter().collect()
    }

    #[test]
    fn one_who_begins_to_speak_goes_before_the_silent() {
        let mut ranking = ranking(4);

        let moved = ranking.update(|voice| if voice == 2 { 200.0 } else { 0.0 });

        assert_eq!(order(&ranking), [2, 0, 1, 3]);
        assert_eq!(moved, Some(0));
    }

    #[test]
    fn one_who_falls_silent_stays_before_those_who_were_silent_longer() {
        let mut ranking = ranking(4);
        ranking.update(|voice| if voice == 2 { 200.0 } else { 0.0 });
        ranking.update(|voice| if voice == 3 { 200.0 } else { 0.0 });

        let moved = ranking.update(|_| 0.0);

        assert_eq!(order(&ranking), [3, 2, 0, 1]);
        assert_eq!(moved, None);
    }

    #[test]
    fn voices_of_about_one_loudness_do_not_change_places() {
        let mut ranking = ranking(3);
        for step in 0..100_u8 {
            let wobble = f32::from(step % 5);
            ranking.update(|voice| if voice == 0 { 200.0 } else { 200.0 + wobble });

            assert_eq!(order(&ranking), [0, 1, 2]);
        }
    }

    #[test]
    fn a_louder_voice_passes_the_quietest_only_as_far_as_it_is_louder() {
        let levels = [220.0, 205.0, 190.0, 213.0];
        let mut ranking = ranking(4);

        ranking.update(|voice| levels[voice]);

        assert_eq!(order(&ranking), [0, 3, 1, 2]);
    }

    #[test]
    fn one_who_left_is_in_no_place() {
        let mut ranking = ranking(3);

        ranking.remove(1);
        ranking.add(0);

        assert_eq!(order(&ranking), [0, 2]);
    }

    proptest! {
        #[test]
        fn order_settles_and_keeps_everybody(levels in prop::collection::vec(0_u8..255, 1..40)) {
            let mut ranking = ranking(levels.len());
            let prominence = |voice: usize| f32::from(levels[voice]);
            while ranking.update(prominence).is_some() {}

            let mut all = order(&ranking);
            for pair in all.windows(2) {
                prop_assert!(prominence(pair[1]) <= prominence(pair[0]) + MARGIN_DB);
            }
            all.sort_unstable();
            prop_assert_eq!(all, (0..levels.len()).collect::<Vec<_>>());
        }
    }
}
