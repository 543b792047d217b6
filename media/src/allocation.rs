//! Divides what a subscriber's path takes among the pictures it wants.
//!
//! First every picture gets its smallest layer, the most important first; who finds nothing left is
//! paused. Then, in the same order, each gets better layers. What somebody has already it keeps as
//! long as it fits; more it gets only with room to spare, so that a rate that wavers does not make
//! pictures go up and down, which costs a keyframe each time.

use std::cmp::Reverse;

use crate::track::MAX_LAYERS;

/// A picture and what it would cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Picture {
    /// The slot it is for.
    pub(crate) slot: u8,
    /// The less, the more important.
    pub(crate) rank: (u8, Reverse<u16>, u8),
    /// Rates of its layers in bit/s, the smallest first, up to the one that suits its tile; `None`
    /// where a layer is not sent.
    pub(crate) rates: [Option<f64>; MAX_LAYERS],
    /// What it has.
    pub(crate) before: Option<u8>,
    /// Whether nobody has seen it yet, so that it may rise whatever happened to others.
    pub(crate) is_new: bool,
    /// What it gets: a layer, or nothing.
    pub(crate) given: Option<u8>,
}

/// What there is to divide.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    /// In bit/s.
    pub(crate) left_bps: f64,
    /// How many pictures may get more than they have.
    pub(crate) rises: usize,
    /// Whether the most important picture may come back.
    pub(crate) first_may_return: bool,
}

/// Gives each of `pictures` what it is to have; they are put in their order.
pub(crate) fn divide(mut budget: Budget, pictures: &mut [Picture]) {
    pictures.sort_unstable_by_key(|picture| picture.rank);
    for (at, picture) in pictures.iter_mut().enumerate() {
        picture.given = None;
        let Some((layer, rate)) = picture.layers().next() else { continue };
        if at == 0 && picture.before.is_none() && budget.first_may_return {
            budget.rises = budget.rises.max(1);
        }
        let fits = picture.take(layer, rate, 0.0, &mut budget);
        let is_last = at == 0 && picture.before.is_some();
        if !fits && is_last && rate <= budget.left_bps * TOLERABLE {
            // One picture that is a little late now and then is better than none.
            picture.given = Some(layer);
            budget.left_bps = 0.0;
        }
    }
    for picture in pictures {
        let Some(given) = picture.given else { continue };
        let mut has_bps = picture.rates[usize::from(given)].unwrap_or(0.0);
        let better = picture.rates;
        for (layer, rate) in (0..).zip(better).skip(usize::from(given) + 1) {
            let Some(rate) = rate else { continue };
            if !picture.take(layer, rate, has_bps, &mut budget) {
                break;
            }
            has_bps = rate;
        }
    }
}

/// What the smallest layers of all pictures take together, in bit/s, and room for them to rise.
pub(crate) fn least_bps(pictures: &[Picture]) -> f64 {
    let least = pictures.iter().filter_map(|picture| picture.layers().next());
    least.map(|(_, rate)| rate * ROOM_TO_RISE).sum()
}

/// What all pictures would take together at their best, in bit/s.
pub(crate) fn wanted_bps(pictures: &[Picture]) -> f64 {
    pictures.iter().filter_map(|picture| picture.layers().last()).map(|(_, rate)| rate).sum()
}

/// What all pictures take with what they have, in bit/s.
pub(crate) fn held_bps(pictures: &[Picture]) -> f64 {
    pictures.iter().filter_map(|picture| picture.rates[usize::from(picture.before?)]).sum()
}

/// What the smallest layers of those take that have any, in bit/s.
pub(crate) fn least_held_bps(pictures: &[Picture]) -> f64 {
    let held = pictures.iter().filter(|picture| picture.before.is_some());
    held.filter_map(|picture| picture.layers().next()).map(|(_, rate)| rate).sum()
}

impl Picture {
    /// The layer that suits its tile, of those that are sent.
    pub(crate) fn best(&self) -> Option<u8> {
        self.layers().last().map(|(layer, _)| layer)
    }

    fn layers(&self) -> impl Iterator<Item = (u8, f64)> + use<> {
        (0..).zip(self.rates).filter_map(|(layer, rate)| Some((layer, rate?)))
    }

    /// Takes a layer in place of one that costs `has_bps`, if that fits.
    fn take(&mut self, layer: u8, rate: f64, has_bps: f64, budget: &mut Budget) -> bool {
        let more_bps = (rate - has_bps).max(0.0);
        let rises = self.before.is_none_or(|before| before < layer);
        let needed_bps = if rises { more_bps * ROOM_TO_RISE } else { more_bps };
        let may = !rises || self.is_new || 0 < budget.rises;
        if !may || budget.left_bps + ROUNDING_BPS < needed_bps {
            return false;
        }
        if rises && !self.is_new {
            budget.rises -= 1;
        }
        budget.left_bps -= more_bps;
        self.given = Some(layer);
        true
    }
}

/// What one takes all of in parts is not exactly used up.
const ROUNDING_BPS: f64 = 1.0;

/// How many times what is left the most important picture may cost before it is paused.
const TOLERABLE: f64 = 2.0;

/// How much more than a better layer costs must be left for it.
const ROOM_TO_RISE: f64 = 1.15;

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(slot: u8, before: Option<u8>) -> Picture {
        Picture {
            slot,
            rank: (0, Reverse(0), slot),
            rates: [Some(100e3), Some(400e3), Some(1_500e3), None],
            before,
            is_new: false,
            given: None,
        }
    }

    fn given(left_bps: f64, pictures: Vec<Picture>) -> Vec<Option<u8>> {
        given_of(Budget { left_bps, rises: usize::MAX, first_may_return: true }, pictures)
    }

    fn given_of(budget: Budget, mut pictures: Vec<Picture>) -> Vec<Option<u8>> {
        divide(budget, &mut pictures);
        pictures.sort_by_key(|picture| picture.slot);
        pictures.iter().map(|picture| picture.given).collect()
    }

    #[test]
    fn everybody_is_seen_before_anybody_is_seen_better() {
        let pictures = vec![picture(0, None), picture(1, None), picture(2, None)];

        assert_eq!(given(350e3, pictures.clone()), [Some(0), Some(0), Some(0)]);
        assert_eq!(given(800e3, pictures.clone()), [Some(1), Some(0), Some(0)]);
        assert_eq!(given(9e6, pictures), [Some(2), Some(2), Some(2)]);
    }

    #[test]
    fn the_least_important_is_paused_first() {
        let mut pictures = vec![picture(0, Some(0)), picture(1, Some(0)), picture(2, Some(0))];
        pictures[0].rank = (3, Reverse(0), 0);

        assert_eq!(given(250e3, pictures), [None, Some(0), Some(0)]);
    }

    #[test]
    fn what_one_has_one_keeps_and_more_needs_room() {
        assert_eq!(given(1_500e3, vec![picture(0, Some(2))]), [Some(2)]);
        assert_eq!(given(1_500e3, vec![picture(0, Some(1))]), [Some(1)]);
        assert_eq!(given(1_800e3, vec![picture(0, Some(1))]), [Some(2)]);
        assert_eq!(given(1_400e3, vec![picture(0, Some(2))]), [Some(1)]);
    }

    #[test]
    fn all_keep_what_they_have_when_just_that_is_left() {
        let mut pictures = vec![picture(0, Some(0)), picture(1, Some(0)), picture(2, Some(0))];
        for (picture, rate) in pictures.iter_mut().zip([88_061.789_329, 90_342.844_214, 0.1]) {
            picture.rates[0] = Some(rate);
        }
        pictures[2].rank.0 = 1;
        let held_bps = held_bps(&pictures);

        let budget = Budget { left_bps: held_bps - 1e-9, rises: 0, first_may_return: false };

        assert_eq!(given_of(budget, pictures), [Some(0); 3]);
    }

    #[test]
    fn the_most_important_stays_as_long_as_it_nearly_fits() {
        let pictures =
            |budget_bps| given(budget_bps, vec![picture(0, Some(0)), picture(1, Some(0))]);

        assert_eq!(pictures(55e3), [Some(0), None]);
        assert_eq!(pictures(45e3), [None, None]);
    }

    #[test]
    fn rises_are_counted_but_for_what_nobody_has_seen() {
        let pictures = vec![
            picture(0, Some(0)),
            picture(1, None),
            Picture { is_new: true, ..picture(2, None) },
            picture(3, None),
        ];

        let budget = Budget { left_bps: 9e6, rises: 0, first_may_return: false };
        let none = given_of(budget, pictures.clone());
        let one = given_of(Budget { rises: 1, ..budget }, pictures);

        assert_eq!(none, [Some(0), None, Some(2), None]);
        assert_eq!(one, [Some(0), Some(0), Some(2), None]);
    }

    #[test]
    fn layers_that_are_not_sent_are_passed_over() {
        let mut lone = picture(0, None);
        lone.rates = [None, Some(400e3), None, Some(900e3)];

        assert_eq!(given(500e3, vec![lone]), [Some(1)]);
        assert_eq!(given(1_200e3, vec![lone]), [Some(3)]);
        assert_eq!(given(300e3, vec![lone]), [None]);
    }
}
