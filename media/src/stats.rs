//! What an engine counts.

use rustc_hash::FxHashMap;

use crate::gate::Rejected;

/// Counts since the engine was made, in packets where nothing else is said.
#[derive(Clone, Debug, Default)]
pub struct Counters {
    /// Authentic RTP packets from publishers.
    pub received: u64,
    /// Packets sealed for subscribers.
    pub forwarded: u64,
    /// Packets that publishers sent again and that were missing.
    pub repaired: u64,
    /// Packets asked of publishers again.
    pub requested: u64,
    /// Packets sent to subscribers again.
    pub repeated: u64,
    /// Requests of subscribers that the budget refused.
    pub repeats_refused: u64,
    /// Keyframe requests to publishers.
    pub keyframe_requests: u64,
    /// Packets of padding sent to learn what a path takes.
    pub padding: u64,
    /// Packets that had to go because too much waited for a subscriber.
    pub dropped: u64,
    /// Times a slot changed its source or layer.
    pub switches: u64,
    /// Packets whose payload descriptor could not be read.
    pub unreadable: u64,
    /// Packets that found a subscriber's queue full.
    pub overflowed: u64,
    /// Datagrams dropped, by reason.
    pub rejected: FxHashMap<Rejected, u64>,
}

impl Counters {
    pub(crate) fn reject(&mut self, reason: Rejected) {
        *self.rejected.entry(reason).or_default() += 1;
    }
}
