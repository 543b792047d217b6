//! How much one person may have everybody else hear of.

use crate::error::Refusal;

/// What a person may spend: a store of 100 that fills up again by five a second.
#[derive(Clone, Copy, Debug, Default)]
pub struct Budget {
    /// When all that was spent will be earned again, in ms since 1970.
    settled_ms: i64,
}

impl Budget {
    /// Takes `cost` off the store, or refuses when there is not as much in it.
    pub fn spend(&mut self, now_ms: i64, cost: u32) -> Result<(), Refusal> {
        let settled_ms = self.settled_ms.max(now_ms) + i64::from(cost) * EARN_MS;
        if now_ms + BURST * EARN_MS < settled_ms {
            return Err(Refusal::TooFast);
        }
        self.settled_ms = settled_ms;
        Ok(())
    }
}

/// What may be spent at once: more than a person ever does in a row, on all devices together.
const BURST: i64 = 100;

/// How long it takes to earn one again, in ms. Nobody clicks five times a second for long.
const EARN_MS: i64 = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_spent_is_earned_again_and_no_more_than_that() {
        let mut budget = Budget::default();

        assert_eq!(budget.spend(1_000_000, 99), Ok(()));
        assert_eq!(budget.spend(1_000_000, 2), Err(Refusal::TooFast));
        assert_eq!(budget.spend(1_000_000, 1), Ok(()));
        assert_eq!(budget.spend(1_000_199, 1), Err(Refusal::TooFast));
        assert_eq!(budget.spend(1_000_200, 1), Ok(()));
        assert_eq!(budget.spend(9_000_000, 100), Ok(()));
        assert_eq!(budget.spend(9_000_000, 1), Err(Refusal::TooFast));
    }
}
