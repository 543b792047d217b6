//! How long packets wait on the way: the one-way delay over its minimum of the last while.

/// Follows the shortest one-way delay, by two clocks that need not agree.
#[derive(Debug, Default)]
pub(super) struct QueueDelay {
    /// The minimum of this period and of the one before.
    now_us: Option<i64>,
    before_us: Option<i64>,
    period_began_us: u64,
    /// The shortest wait in the latest feedback.
    wait_us: i64,
    lowest_us: Option<i64>,
}

impl QueueDelay {
    /// Notes a packet that came.
    pub(super) fn on_packet(&mut self, sent_us: u64, arrived_us: i64) {
        let delay_us = arrived_us - sent_us.cast_signed();
        self.lowest_us = Some(self.lowest_us.map_or(delay_us, |lowest| lowest.min(delay_us)));
    }

    /// Whether a packet with these times waited behind others, as far as is known.
    pub(super) fn has_waited(&self, sent_us: u64, arrived_us: i64) -> bool {
        let base = self.now_us.into_iter().chain(self.before_us).min();
        base.is_some_and(|base| base + BUSY_WAIT_US < arrived_us - sent_us.cast_signed())
    }

    /// Ends a feedback.
    pub(super) fn on_feedback(&mut self, now_us: u64) {
        let Some(lowest) = self.lowest_us.take() else { return };
        if PERIOD_US <= now_us.saturating_sub(self.period_began_us) {
            self.period_began_us = now_us;
            self.before_us = self.now_us.take();
        }
        self.now_us = Some(self.now_us.map_or(lowest, |now| now.min(lowest)));
        let base = self.before_us.map_or(lowest, |before| before.min(lowest));
        let base = self.now_us.map_or(base, |now| now.min(base));
        self.wait_us = lowest - base;
    }

    /// How long even the quickest packet of the latest feedback waited.
    pub(super) fn wait_us(&self) -> u64 {
        self.wait_us.max(0).cast_unsigned()
    }

    /// The path has become another one.
    pub(super) fn forget(&mut self) {
        *self = Self { period_began_us: self.period_began_us, ..Self::default() };
    }
}

/// A shorter wait may be jitter.
const BUSY_WAIT_US: i64 = 8_000;

/// How long a minimum is remembered: once to twice this.
const PERIOD_US: u64 = 10_000_000;
