//! A device's place in a call: what is known of its socket and media, and how long it is kept.

use std::mem;

use super::{Output, SEAT_KEPT_MS};
use crate::wire::{Connection, DeviceId, Participant, ParticipantId, PersonId};

/// What the media server says about a participant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MediaState {
    /// Not there yet.
    Starting,
    /// Flows.
    Flowing,
    /// Nothing has come for a while.
    Silent,
    /// Over for good; the device has to join again.
    Gone,
}

/// One device's place in the call.
#[derive(Clone, Debug)]
pub(super) struct Seat {
    pub(super) participant: Participant,
    pub(super) has_socket: bool,
    pub(super) media: MediaState,
    /// When the seat is given up, in ms since 1970.
    pub(super) kept_until_ms: Option<i64>,
}

/// A place for a device whose offer the media server is looking at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reservation {
    pub(super) participant: ParticipantId,
    pub(super) person: PersonId,
    pub(super) device: DeviceId,
    pub(super) until_ms: i64,
}

impl Seat {
    /// Whether it is the seat of this device.
    pub(super) fn is_of(&self, person: PersonId, device: DeviceId) -> bool {
        self.participant.person == person && self.participant.device == device
    }

    /// What the device is told when the seat is gone.
    pub(super) fn lost(&self) -> Output {
        let Participant { id: participant, person, device, .. } = self.participant;
        Output::SeatLost { person, device, participant }
    }

    /// Brings the mark and the deadline in line with socket and media; returns whether the mark
    /// changed.
    pub(super) fn settle(&mut self, now_ms: i64) -> bool {
        let (connection, is_kept) = match (self.has_socket, self.media) {
            (true, MediaState::Starting) => (Connection::Connecting, true),
            (true, MediaState::Flowing) => (Connection::Connected, true),
            (false, MediaState::Flowing) | (true, MediaState::Silent) => {
                (Connection::Reconnecting, true)
            }
            (false, MediaState::Starting | MediaState::Silent) | (_, MediaState::Gone) => {
                (Connection::Reconnecting, false)
            }
        };
        let until_ms = self.kept_until_ms.unwrap_or(now_ms + SEAT_KEPT_MS);
        self.kept_until_ms = (!is_kept).then_some(until_ms);
        mem::replace(&mut self.participant.connection, connection) != connection
    }
}

impl Reservation {
    /// Whether it is kept for this device.
    pub(super) fn is_for(&self, person: PersonId, device: DeviceId) -> bool {
        self.person == person && self.device == device
    }
}
