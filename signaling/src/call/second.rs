//! A device that changes its way to the media server: for a moment it has two connections, and one
//! seat all the while.
//!
//! The second connection has an id of its own. When its media flows the media server has it change
//! places with the first, so the participant keeps its id, and nobody else is told anything. If it
//! does not flow in time, it is given up and the first goes on.

use super::seat::Seat;
use super::{Call, MediaState, Output};
use crate::error::Refusal;
use crate::wire::ParticipantId;

/// A second connection of a seat.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Second {
    pub(super) id: ParticipantId,
    stage: Stage,
    /// When it is given up, in ms since 1970.
    pub(super) until_ms: i64,
}

/// How far a second connection is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Stage {
    /// Its media does not flow yet.
    Coming,
    /// The media server was asked to have it change places with the first.
    Promoted,
    /// It is the one that was the first.
    Leaving,
}

impl Call {
    /// Keeps a place for a second connection of a seat while the media server looks at its offer. An
    /// earlier one is given up for it.
    pub fn reserve_second(
        &mut self,
        now_ms: i64,
        second: ParticipantId,
        first: ParticipantId,
    ) -> Result<(), Refusal> {
        let seat = self.seat_mut(first).ok_or(Refusal::NotInCall)?;
        let until_ms = now_ms + SECOND_KEPT_MS;
        let earlier = seat.second.replace(Second { id: second, stage: Stage::Coming, until_ms });
        self.outputs.extend(earlier.map(|it| Output::Release(it.id)));
        Ok(())
    }

    /// Is told that the media server took a second connection in.
    pub fn on_second(&mut self, second: ParticipantId) -> Result<(), Refusal> {
        let seat = self.seat_with_second(second).ok_or(Refusal::NotInCall)?;
        let permit = seat.permit;
        self.revision += 1;
        let revision = self.revision;
        self.outputs.push_back(Output::Permit { participant: second, permit, revision });
        Ok(())
    }

    /// Is told that a second connection has changed places with the first, whose id it has now.
    pub fn on_promoted(&mut self, now_ms: i64, first: ParticipantId, second: ParticipantId) {
        let Some(seat) = self.seat_mut(first) else {
            // The device left in between, and what was released then had the other id.
            self.outputs.extend([first, second].map(Output::Release));
            return;
        };
        match seat.second.as_mut().filter(|it| it.id == second) {
            Some(it) => (it.stage, it.until_ms) = (Stage::Leaving, now_ms + LEAVING_MS),
            None => self.outputs.push_back(Output::Release(second)),
        }
        let Some(seat) = self.seat_mut(first) else { return };
        seat.media = MediaState::Flowing;
        let changed = seat.settle(now_ms);
        let permit = seat.permit;
        self.media_failed = false;
        self.revision += 1;
        let revision = self.revision;
        self.outputs.push_back(Output::Permit { participant: first, permit, revision });
        if changed {
            self.touch(now_ms);
        }
    }

    /// Is told what the media server sees of a second connection.
    pub(super) fn on_second_media(
        &mut self,
        now_ms: i64,
        second: ParticipantId,
        media: MediaState,
    ) {
        let Some(seat) = self.seat_with_second(second) else { return };
        let Some(it) = seat.second.as_mut() else { return };
        match (media, it.stage) {
            (MediaState::Flowing, Stage::Coming) => {
                // From here on the media server decides; its word must not come after ours.
                (it.stage, it.until_ms) = (Stage::Promoted, now_ms + SECOND_KEPT_MS);
                self.outputs.push_back(Output::Promote { second });
            }
            (MediaState::Gone, _) => {
                let told = seat.give_up_second();
                self.outputs.extend(told);
            }
            (MediaState::Starting | MediaState::Silent | MediaState::Flowing, _) => {}
        }
    }

    /// Gives up the second connections whose time is over.
    pub(super) fn give_up_seconds(&mut self, now_ms: i64) {
        for seat in &mut self.seats {
            if seat.second.is_some_and(|it| it.until_ms <= now_ms) {
                self.outputs.extend(seat.give_up_second());
            }
        }
    }

    /// Gives up the second connection of this id; returns whether there was one.
    pub(super) fn leave_second(&mut self, second: ParticipantId) -> bool {
        let told = self.seat_with_second(second).map(Seat::give_up_second);
        let found = told.is_some();
        self.outputs.extend(told.into_iter().flatten());
        found
    }

    fn seat_with_second(&mut self, second: ParticipantId) -> Option<&mut Seat> {
        self.seats.iter_mut().find(|seat| seat.second.is_some_and(|it| it.id == second))
    }
}

impl Seat {
    /// Whether a second connection may still take over.
    pub(super) fn is_moving(&self) -> bool {
        self.second.is_some_and(|it| it.stage != Stage::Leaving)
    }

    /// What the media server keeps for the seat.
    pub(super) fn connections(&self) -> impl Iterator<Item = ParticipantId> + use<> {
        [Some(self.participant.id), self.second.map(|it| it.id)].into_iter().flatten()
    }

    /// Gives the second connection up, and says so to a device that still counts on it.
    fn give_up_second(&mut self) -> Vec<Output> {
        let is_moving = self.is_moving();
        let Some(Second { id, .. }) = self.second.take() else { return Vec::new() };
        let mut told = vec![Output::Release(id)];
        if is_moving {
            let (person, device) = (self.participant.person, self.participant.device);
            told.push(Output::SeatLost { person, device, participant: id });
        }
        if is_moving && self.media == MediaState::Gone && self.has_socket {
            told.push(self.lost());
        }
        told
    }
}

/// How long a second connection may take to flow, in ms: browsers give up ICE after 15 s, and a
/// device whose first one is gone should try something else before its seat is given up.
pub const SECOND_KEPT_MS: i64 = 10_000;

/// How long the earlier connection stays when another took over, in ms: a new connection begins with
/// what is small, so a layer to which the others can change over may take seconds to come.
pub const LEAVING_MS: i64 = 6_000;
