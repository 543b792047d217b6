//! What a shard can be asked.

use std::time::Instant;

use palabre_signaling::call::Permit;
use palabre_signaling::wire::{CallId, ParticipantId, Slot, SourceSection, Want};
use tokio::sync::oneshot;

use super::MediaFailure;

/// Gets the outcome; dropped unanswered when the shard failed.
pub(super) type Receipt<T> = oneshot::Sender<Result<T, MediaFailure>>;

/// What a shard can be asked.
#[derive(Debug)]
pub(super) enum Command {
    /// Take a participant in.
    Join {
        call: CallId,
        participant: ParticipantId,
        offer: String,
        sources: Vec<SourceSection>,
        /// To tell how long joining takes.
        asked_at: Instant,
        receipt: Receipt<(String, Vec<Slot>)>,
    },
    /// Take in a second connection of the participant `first`.
    JoinBeside {
        call: CallId,
        second: ParticipantId,
        first: ParticipantId,
        offer: String,
        sources: Vec<SourceSection>,
        receipt: Receipt<(String, Vec<Slot>)>,
    },
    /// Have a second connection change places with the first.
    Promote { second: ParticipantId },
    /// Take a further offer.
    Offer {
        participant: ParticipantId,
        offer: String,
        sources: Vec<SourceSection>,
        receipt: Receipt<(String, Vec<Slot>)>,
    },
    /// Show this in the slots.
    Want {
        participant: ParticipantId,
        wants: Vec<Want>,
        data_saver: Option<bool>,
        receipt: Receipt<()>,
    },
    /// Let this of a participant's through, and drop the rest.
    Permit { participant: ParticipantId, permit: Permit, revision: u64 },
    /// Take a participant out.
    Leave { participant: ParticipantId },
    /// Take everybody in a call out.
    End { call: CallId },
    /// End the thread.
    Stop,
    /// Panic, as a fault in the engine would.
    #[cfg(test)]
    Panic,
}
