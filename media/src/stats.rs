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
    /// Times a slot went on with a better layer of the same picture.
    pub layers_raised: u64,
    /// The same with a lesser one.
    pub layers_lowered: u64,
    /// Packets whose payload descriptor could not be read.
    pub unreadable: u64,
    /// Packets that found a subscriber's queue full.
    pub overflowed: u64,
    /// Datagrams dropped, by reason.
    pub rejected: FxHashMap<Rejected, u64>,
}

impl Counters {
    /// Adds what another engine has counted.
    pub fn add(&mut self, other: &Self) {
        for (own, more) in [
            (&mut self.received, other.received),
            (&mut self.forwarded, other.forwarded),
            (&mut self.repaired, other.repaired),
            (&mut self.requested, other.requested),
            (&mut self.repeated, other.repeated),
            (&mut self.repeats_refused, other.repeats_refused),
            (&mut self.keyframe_requests, other.keyframe_requests),
            (&mut self.padding, other.padding),
            (&mut self.dropped, other.dropped),
            (&mut self.switches, other.switches),
            (&mut self.layers_raised, other.layers_raised),
            (&mut self.layers_lowered, other.layers_lowered),
            (&mut self.unreadable, other.unreadable),
            (&mut self.overflowed, other.overflowed),
        ] {
            *own += more;
        }
        for (&reason, more) in &other.rejected {
            *self.rejected.entry(reason).or_default() += more;
        }
    }

    pub(crate) fn reject(&mut self, reason: Rejected) {
        *self.rejected.entry(reason).or_default() += 1;
    }
}
