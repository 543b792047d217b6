//! How a call went.

use super::Call;
use crate::wire::{CallState, EndReason, PersonId, RingState};

/// How a call went, for the message that stands for it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Outcome {
    /// Why it ended.
    pub reason: EndReason,
    /// From the first answer to the end, in ms.
    pub duration_ms: u64,
    /// Who was in it, whoever started it included.
    pub people: Vec<PersonId>,
}

impl Call {
    /// How it went, once it is over; `ended_at_ms` is when that was noticed.
    pub fn outcome(&self, ended_at_ms: i64) -> Option<Outcome> {
        let CallState::Ended { reason } = self.shown.state else { return None };
        let answered_at_ms = self.shown.answered_at_ms.unwrap_or(ended_at_ms);
        let accepted = self.shown.rings.iter().filter(|ring| ring.state == RingState::Accepted);
        Some(Outcome {
            reason,
            duration_ms: u64::try_from(ended_at_ms - answered_at_ms).unwrap_or(0),
            people: accepted.map(|ring| ring.person).collect(),
        })
    }
}
