//! A device's place in a call: what is known of its socket and media, and how long it is kept.

use std::mem;

use super::second::Second;
use super::{Output, SEAT_KEPT_MS};
use crate::wire::{Connection, DeviceId, Participant, ParticipantId, PersonId, Sending, Source};

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
    /// What the device last said it sends.
    pub(super) stated: Sending,
    /// What was stopped, until the device says that it has turned it off and on again.
    pub(super) stopped: Sending,
    /// What the media server lets through.
    pub(super) permit: Permit,
    /// Another connection, while the device changes its way to the media server.
    pub(super) second: Option<Second>,
}

/// What the media server lets through of a participant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Permit {
    /// What may go on to others.
    pub sends: Sending,
    /// Whether anything of the others goes to it.
    pub receives: bool,
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

    /// Takes over what outlives the device's earlier seat.
    pub(super) fn take_over(&mut self, earlier: &Self) {
        self.participant.joined_at_ms = earlier.participant.joined_at_ms;
        self.participant.hand_raised_at_ms = earlier.participant.hand_raised_at_ms;
        self.participant.on_hold = earlier.participant.on_hold;
        for source in SOURCES {
            *bit(&mut self.stopped, source) |= has(earlier.stopped, source);
        }
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

/// Where nothing is forbidden and nothing on hold; what the media server begins with.
pub(super) const EVERYTHING: Permit =
    Permit { sends: Sending { microphone: true, camera: true, screen: true }, receives: true };

/// Whether a source is among those that are sent.
pub(super) fn has(sending: Sending, source: Source) -> bool {
    match source {
        Source::Microphone => sending.microphone,
        Source::Camera => sending.camera,
        Source::Screen | Source::ScreenAudio => sending.screen,
    }
}

/// The place of a source among those that are sent.
pub(super) fn bit(sending: &mut Sending, source: Source) -> &mut bool {
    match source {
        Source::Microphone => &mut sending.microphone,
        Source::Camera => &mut sending.camera,
        Source::Screen | Source::ScreenAudio => &mut sending.screen,
    }
}

/// What can be sent, the sound of a screen being a part of it.
pub(super) const SOURCES: [Source; 3] = [Source::Microphone, Source::Camera, Source::Screen];
