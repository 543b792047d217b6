//! Chance that can be repeated.

/// Where a test leaves something to chance; printed, so that what it found can be looked at again.
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice that fall otherwise in every run.
    pub(crate) fn thrown() -> Self {
        Self::from_seed(uuid::Uuid::new_v4().as_u64_pair().0)
    }

    /// Dice that fall as they did before.
    pub(crate) fn from_seed(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// One of `0..sides` (xorshift64).
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }
}
