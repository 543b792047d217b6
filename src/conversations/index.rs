//! Finds the conversation of a call and the device of a seat, for requests and media events that
//! name nothing else.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use palabre_signaling::wire::{CallId, ConversationId, ParticipantId, PersonId};

use crate::people::DeviceKey;
use crate::store::SessionId;

/// The calls under way and the seats in them. Each conversation's task writes its own part.
#[derive(Debug, Default)]
pub(crate) struct Index {
    entries: Mutex<Entries>,
}

/// A seat in a call, or a place that is kept for one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct SeatEntry {
    /// Where.
    pub(crate) conversation: ConversationId,
    /// In which call.
    pub(crate) call: CallId,
    /// Whose.
    pub(crate) key: DeviceKey,
    /// The sign-in by which it was taken; unknown after a restart, until the device joins again.
    pub(crate) session: Option<SessionId>,
}

#[derive(Debug, Default)]
struct Entries {
    calls: HashMap<CallId, ConversationId>,
    seats: HashMap<ParticipantId, SeatEntry>,
}

impl Index {
    /// Where a call is under way.
    pub(crate) fn conversation_of(&self, call: CallId) -> Option<ConversationId> {
        self.lock().calls.get(&call).copied()
    }

    /// Whose seat it is.
    pub(crate) fn seat(&self, participant: ParticipantId) -> Option<SeatEntry> {
        self.lock().seats.get(&participant).copied()
    }

    /// The conversations in whose calls a device has a seat.
    pub(crate) fn seats_of(&self, key: DeviceKey) -> Vec<ConversationId> {
        let entries = self.lock();
        let seats = entries.seats.values().filter(|entry| entry.key == key);
        seats.map(|entry| entry.conversation).collect()
    }

    /// Whether a person has a seat in another call than this.
    pub(crate) fn is_elsewhere(&self, person: PersonId, call: CallId) -> bool {
        let entries = self.lock();
        entries.seats.values().any(|entry| entry.key.person == person && entry.call != call)
    }

    /// The devices that have a seat in a call.
    pub(crate) fn devices_in(&self, call: CallId) -> Vec<DeviceKey> {
        let entries = self.lock();
        let seats = entries.seats.values().filter(|entry| entry.call == call);
        // One that changes its connection has two for a moment, and is told once.
        let devices: HashSet<DeviceKey> = seats.map(|entry| entry.key).collect();
        devices.into_iter().collect()
    }

    /// The seats that were taken by a sign-in.
    pub(crate) fn seats_by(&self, session: SessionId) -> Vec<SeatEntry> {
        let entries = self.lock();
        entries.seats.values().filter(|entry| entry.session == Some(session)).copied().collect()
    }

    /// How many calls are under way, and how many seats are taken in them.
    pub(crate) fn count(&self) -> (usize, usize) {
        let entries = self.lock();
        (entries.calls.len(), entries.seats.len())
    }

    /// Notes a call under way.
    pub(super) fn add_call(&self, call: CallId, conversation: ConversationId) {
        self.lock().calls.insert(call, conversation);
    }

    /// Forgets a call and all its seats.
    pub(super) fn remove_call(&self, call: CallId) {
        let mut entries = self.lock();
        entries.calls.remove(&call);
        entries.seats.retain(|_, entry| entry.call != call);
    }

    /// Notes a seat.
    pub(super) fn add_seat(&self, participant: ParticipantId, entry: SeatEntry) {
        self.lock().seats.insert(participant, entry);
    }

    /// Forgets a seat.
    pub(super) fn remove_seat(&self, participant: ParticipantId) {
        self.lock().seats.remove(&participant);
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        // Nothing in here panics half-way through a change.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
