//! A call from the first ring to its end: who rings, who is in, and whose seat is kept.
//!
//! Holds no clock: every method is handed the time in ms since 1970, which survives a restart of the
//! server. The owner drains [`Call::poll_output`] after each, and comes back at
//! [`Call::poll_timeout`].

mod moderation;
mod outcome;
mod seat;
mod second;

use std::collections::VecDeque;
use std::mem;

use seat::{EVERYTHING, Reservation, Seat};

use crate::error::Refusal;
use crate::wire::{
    self, CallId, CallRules, CallState, Connection, ConversationId, DeviceId, EndReason, Media,
    Participant, ParticipantId, PersonId, Ring, RingState, Sending, Source,
};

pub use moderation::{CallRole, Moderation};
pub use outcome::Outcome;
pub use seat::{MediaState, Permit};
pub use second::{LEAVING_MS, SECOND_KEPT_MS};

/// A call under way, or just over.
#[derive(Clone, Debug)]
pub struct Call {
    /// What everybody sees; its participants are filled in from `seats`.
    shown: wire::Call,
    /// Between two people: whoever hangs up ends it.
    direct: bool,
    seats: Vec<Seat>,
    reservations: Vec<Reservation>,
    /// Since when nobody has been in, in ms since 1970.
    empty_since_ms: Option<i64>,
    /// The media server could not take somebody in, and nobody's media has flowed since.
    media_failed: bool,
    outputs: VecDeque<Output>,
    /// How often it was said what may be sent.
    revision: u64,
    changed: bool,
    unsaved: bool,
}

/// What the owner of a call has to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Free what the media server keeps for the participant.
    Release(ParticipantId),
    /// Have the media server let a second connection change places with the first of its seat.
    Promote {
        /// The id of the second connection.
        second: ParticipantId,
    },
    /// Have the media server let through what of the participant's is allowed, and drop the rest.
    Permit {
        /// Whose.
        participant: ParticipantId,
        /// What goes through.
        permit: Permit,
        /// Rises: a lower one than seen is out of date.
        revision: u64,
    },
    /// Tell the device that something it sends was stopped.
    SendingStopped {
        /// Whose.
        person: PersonId,
        /// On which device.
        device: DeviceId,
        /// The seat.
        participant: ParticipantId,
        /// What.
        source: Source,
        /// Who did it.
        by: PersonId,
    },
    /// Tell the device that this seat of its is gone.
    SeatLost {
        /// Whose.
        person: PersonId,
        /// On which device.
        device: DeviceId,
        /// The seat.
        participant: ParticipantId,
    },
    /// Tell all members what the call looks like now.
    Changed(Box<wire::Call>),
}

impl Call {
    /// Starts a call that rings everybody in `members` but `starter`, who is not in it yet.
    pub fn start(
        now_ms: i64,
        id: CallId,
        conversation: ConversationId,
        media: Media,
        starter: PersonId,
        members: &[PersonId],
        direct: bool,
    ) -> Self {
        let ring = |person: &PersonId| {
            let started = *person == starter;
            let state = if started { RingState::Accepted } else { RingState::Ringing };
            Ring { person: *person, state, until_ms: now_ms + RING_MS, busy: false }
        };
        let shown = wire::Call {
            id,
            conversation,
            media,
            started_by: starter,
            started_at_ms: now_ms,
            answered_at_ms: None,
            version: version(0, now_ms),
            state: CallState::Ringing,
            rings: members.iter().map(ring).collect(),
            participants: Vec::new(),
            moderators: Vec::new(),
            rules: CallRules::default(),
        };
        Self::new(now_ms, shown, direct)
    }

    /// Is told who of those at whom it rings is in another call.
    pub fn set_busy(&mut self, is_busy: impl Fn(PersonId) -> bool) {
        for ring in self.shown.rings.iter_mut().filter(|it| it.state == RingState::Ringing) {
            ring.busy = is_busy(ring.person);
        }
    }

    /// Takes up a call that was under way when the server stopped.
    ///
    /// Its media is gone, so every seat waits for its device to join again.
    pub fn resume(now_ms: i64, mut shown: wire::Call, direct: bool) -> Self {
        for ring in shown.rings.iter_mut().filter(|ring| ring.until_ms == 0) {
            // Saved by a server that knew one time for all of them.
            ring.until_ms = shown.started_at_ms + RING_MS;
        }
        let seats = shown.participants.drain(..).map(|participant| Seat {
            participant: Participant { connection: Connection::Reconnecting, ..participant },
            has_socket: false,
            media: MediaState::Gone,
            kept_until_ms: Some(now_ms + SEAT_KEPT_MS),
            stated: participant.sending,
            stopped: Sending::default(),
            permit: EVERYTHING,
            second: None,
        });
        let seats = seats.collect();
        let mut call = Self::new(now_ms, shown, direct);
        call.seats = seats;
        call.note_emptiness(now_ms);
        // What devices saw last may be newer than what was saved, so they must see a higher version.
        call.touch(now_ms);
        call
    }

    /// Which call it is.
    pub fn id(&self) -> CallId {
        self.shown.id
    }

    /// The call as everybody sees it.
    pub fn snapshot(&self) -> wire::Call {
        let participants = self.seats.iter().map(|seat| seat.participant).collect();
        wire::Call { participants, ..self.shown.clone() }
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        matches!(self.shown.state, CallState::Ended { .. })
    }

    /// Keeps a place for a device while the media server looks at its offer.
    ///
    /// A seat that the device has stays as it is until [`join`](Self::join).
    pub fn reserve(
        &mut self,
        now_ms: i64,
        participant: ParticipantId,
        person: PersonId,
        device: DeviceId,
    ) -> Result<(), Refusal> {
        self.check_entry(person)?;
        let earlier = self.reservations.iter().position(|it| it.is_for(person, device));
        if let Some(earlier) = earlier {
            let earlier = self.reservations.remove(earlier);
            self.outputs.push_back(Output::Release(earlier.participant));
        }
        let others = self.seats.iter().filter(|seat| !seat.is_of(person, device)).count();
        if MAX_PARTICIPANTS <= others + self.reservations.len() {
            return Err(Refusal::CallFull { limit: MAX_PARTICIPANTS });
        }
        let until_ms = now_ms + SEAT_KEPT_MS;
        self.reservations.push(Reservation { participant, person, device, until_ms });
        Ok(())
    }

    /// Gives up a place that was kept, because the media server refused the offer.
    pub fn cancel_reservation(&mut self, now_ms: i64, participant: ParticipantId) {
        self.reservations.retain(|it| it.participant != participant);
        self.end_if_nobody_will_answer(now_ms);
    }

    /// Gives up a place that was kept, because the media server could take nobody in.
    ///
    /// The device may try again. If nobody has come in when seats and places have been kept long
    /// enough, it is not for want of trying, and the call has failed.
    pub fn fail_reservation(&mut self, now_ms: i64, participant: ParticipantId) {
        // While the media of others flows, the trouble is this device's alone.
        self.media_failed = !self.seats.iter().any(|seat| seat.media == MediaState::Flowing);
        self.cancel_reservation(now_ms, participant);
    }

    /// Seats a device for which a place was kept, in place of an earlier seat of the same device.
    ///
    /// The device gets a new participant id each time, so that late packets and events of the old
    /// one cannot be taken for its own; its place in the order stays.
    pub fn join(
        &mut self,
        now_ms: i64,
        participant: ParticipantId,
        sending: Sending,
        has_socket: bool,
    ) -> Result<(), Refusal> {
        let reserved = self.reservations.iter().position(|it| it.participant == participant);
        let Some(reserved) = reserved else {
            // A place that was given up is no reason to give up the call.
            return Err(if self.is_over() { Refusal::CallOver } else { Refusal::NotInCall });
        };
        let Reservation { person, device, .. } = self.reservations.remove(reserved);
        let mut seat = Seat {
            participant: Participant {
                id: participant,
                person,
                device,
                joined_at_ms: now_ms,
                sending,
                connection: Connection::Connecting,
                hand_raised_at_ms: None,
                on_hold: false,
            },
            has_socket,
            media: MediaState::Starting,
            kept_until_ms: None,
            stated: sending,
            stopped: self.forbidden(person),
            permit: EVERYTHING,
            second: None,
        };
        seat.settle(now_ms);
        match self.seats.iter_mut().find(|it| it.is_of(person, device)) {
            Some(earlier) => {
                self.outputs.extend(earlier.connections().map(Output::Release));
                seat.take_over(earlier);
                *earlier = seat;
            }
            None => self.seats.push(seat),
        }
        self.media_failed = false;
        self.set_ring(person, RingState::Accepted);
        self.hold_to_rules();
        if person != self.shown.started_by && self.shown.answered_at_ms.is_none() {
            self.shown.answered_at_ms = Some(now_ms);
            self.shown.state = CallState::Active;
        }
        self.note_emptiness(now_ms);
        self.touch_and_save(now_ms);
        Ok(())
    }

    /// Stops the ringing on all devices of a person. Somebody who came in has nothing to decline.
    pub fn decline(&mut self, now_ms: i64, person: PersonId) -> Result<(), Refusal> {
        let ring = self.ring(person).filter(|_| !self.is_over()).ok_or(Refusal::CallOver)?;
        if matches!(ring.state, RingState::Ringing | RingState::Missed) {
            self.set_ring(person, RingState::Declined);
            self.touch_and_save(now_ms);
            self.end_if_nobody_will_answer(now_ms);
        }
        Ok(())
    }

    /// Takes a device out that hung up.
    pub fn leave(&mut self, now_ms: i64, participant: ParticipantId) -> Result<(), Refusal> {
        if self.leave_second(participant) {
            return Ok(());
        }
        let index = self.seats.iter().position(|seat| seat.participant.id == participant);
        let seat = self.seats.remove(index.ok_or(Refusal::NotInCall)?);
        self.outputs.extend(seat.connections().map(Output::Release));
        self.note_emptiness(now_ms);
        self.touch_and_save(now_ms);
        let person = seat.participant.person;
        let hung_up = !self.seats.iter().any(|seat| seat.participant.person == person);
        // A caller who gives up while the answer is on its way has not been answered.
        let answered = self.shown.answered_at_ms.is_some();
        let left_alone = self.direct && hung_up && (answered || person == self.shown.started_by);
        if left_alone || self.is_empty() {
            self.end(now_ms, self.reason_when_left());
        }
        Ok(())
    }

    /// Takes a device out whose session was revoked.
    pub fn evict(&mut self, now_ms: i64, person: PersonId, device: DeviceId) {
        let reserved = self.reservations.extract_if(.., |it| it.is_for(person, device));
        self.outputs.extend(reserved.map(|it| Output::Release(it.participant)));
        self.end_if_nobody_will_answer(now_ms);
        let seat = self.seats.iter().find(|seat| seat.is_of(person, device));
        if let Some(participant) = seat.map(|seat| seat.participant.id) {
            self.outputs.push_back(Output::SeatLost { person, device, participant });
            self.leave(now_ms, participant).expect("the seat was just found");
        }
    }

    /// Ends the call for everybody; whoever moderates it may.
    pub fn end_for_all(&mut self, now_ms: i64, person: PersonId) -> Result<(), Refusal> {
        self.check_moderator(person)?;
        self.end(now_ms, self.reason_when_left());
        Ok(())
    }

    /// Is told whether a device has a socket now.
    pub fn on_socket(&mut self, now_ms: i64, person: PersonId, device: DeviceId, has_socket: bool) {
        let Some(seat) = self.seats.iter_mut().find(|seat| seat.is_of(person, device)) else {
            return;
        };
        seat.has_socket = has_socket;
        if has_socket && seat.media == MediaState::Gone && !seat.is_moving() {
            // The device may believe that its media goes on, as after a restart of the server.
            self.outputs.push_back(seat.lost());
        }
        if seat.settle(now_ms) {
            self.touch(now_ms);
        }
    }

    /// Is told what the media server sees of a participant.
    pub fn on_media(&mut self, now_ms: i64, participant: ParticipantId, media: MediaState) {
        let Some(seat) = self.seat_mut(participant) else {
            return self.on_second_media(now_ms, participant, media);
        };
        if seat.media == MediaState::Gone || seat.media == media {
            return;
        }
        seat.media = media;
        let changed = seat.settle(now_ms);
        let is_lost = media == MediaState::Gone && seat.has_socket && !seat.is_moving();
        let lost = is_lost.then(|| seat.lost());
        self.outputs.extend(lost);
        self.media_failed &= media != MediaState::Flowing;
        if changed {
            self.touch(now_ms);
        }
    }

    /// When to call [`handle_timeout`](Self::handle_timeout), in ms since 1970.
    pub fn poll_timeout(&self) -> Option<i64> {
        if self.is_over() {
            return None;
        }
        let rings = self.shown.rings.iter().filter(|ring| ring.state == RingState::Ringing);
        let ring = rings.map(|ring| ring.until_ms).min();
        let seats = self.seats.iter().filter_map(|seat| seat.kept_until_ms);
        let seconds = self.seats.iter().filter_map(|seat| Some(seat.second?.until_ms));
        let seats = seats.chain(seconds);
        let reservations = self.reservations.iter().map(|it| it.until_ms);
        let empty = self.empty_since_ms.map(|since_ms| since_ms + SEAT_KEPT_MS);
        let empty = empty.filter(|_| self.reservations.is_empty());
        seats.chain(reservations).chain(ring).chain(empty).min()
    }

    /// Does what is due: rings that nobody answered, seats and places kept long enough, and a call
    /// that nobody came to.
    pub fn handle_timeout(&mut self, now_ms: i64) {
        if self.is_over() {
            return;
        }
        let reservations = self.reservations.extract_if(.., |it| it.until_ms <= now_ms);
        self.outputs.extend(reservations.map(|it| Output::Release(it.participant)));
        self.give_up_seconds(now_ms);
        self.give_up_seats(now_ms);
        self.miss_rings(now_ms, |ring| ring.until_ms <= now_ms);
        self.end_if_nobody_will_answer(now_ms);
        let empty_for_long = self.empty_since_ms.is_some_and(|it| it + SEAT_KEPT_MS <= now_ms);
        if empty_for_long && self.reservations.is_empty() {
            self.end(now_ms, self.reason_when_given_up());
        }
    }

    /// What the owner has to do next, until there is nothing left.
    pub fn poll_output(&mut self) -> Option<Output> {
        if let Some(output) = self.outputs.pop_front() {
            return Some(output);
        }
        mem::take(&mut self.changed).then(|| Output::Changed(Box::new(self.snapshot())))
    }

    /// Whether something changed since the last call of this that must survive a restart.
    pub fn take_unsaved(&mut self) -> bool {
        mem::take(&mut self.unsaved)
    }

    fn new(now_ms: i64, shown: wire::Call, direct: bool) -> Self {
        Self {
            shown,
            direct,
            seats: Vec::new(),
            reservations: Vec::new(),
            empty_since_ms: Some(now_ms),
            media_failed: false,
            outputs: VecDeque::new(),
            revision: 0,
            changed: false,
            unsaved: false,
        }
    }

    fn ring(&self, person: PersonId) -> Option<Ring> {
        self.shown.rings.iter().find(|ring| ring.person == person).copied()
    }

    fn set_ring(&mut self, person: PersonId, state: RingState) {
        if let Some(ring) = self.shown.rings.iter_mut().find(|ring| ring.person == person) {
            ring.state = state;
        }
    }

    fn seat_mut(&mut self, participant: ParticipantId) -> Option<&mut Seat> {
        self.seats.iter_mut().find(|seat| seat.participant.id == participant)
    }

    fn is_empty(&self) -> bool {
        self.seats.is_empty() && self.reservations.is_empty()
    }

    fn note_emptiness(&mut self, now_ms: i64) {
        let since_ms = self.empty_since_ms.unwrap_or(now_ms);
        self.empty_since_ms = self.seats.is_empty().then_some(since_ms);
    }

    fn give_up_seats(&mut self, now_ms: i64) {
        let is_due = |seat: &mut Seat| seat.kept_until_ms.is_some_and(|until| until <= now_ms);
        let given_up: Vec<Seat> = self.seats.extract_if(.., is_due).collect();
        if given_up.is_empty() {
            return;
        }
        for seat in &given_up {
            self.outputs.extend(seat.connections().map(Output::Release));
            self.outputs.push_back(seat.lost());
        }
        self.note_emptiness(now_ms);
        self.touch_and_save(now_ms);
        // They were waited for already, so nobody is waited for again.
        if self.is_empty() {
            self.end(now_ms, self.reason_when_given_up());
        }
    }

    fn miss_rings(&mut self, now_ms: i64, is_meant: impl Fn(&Ring) -> bool) {
        let mut missed = false;
        for ring in &mut self.shown.rings {
            if ring.state == RingState::Ringing && is_meant(ring) {
                ring.state = RingState::Missed;
                missed = true;
            }
        }
        if missed {
            self.touch_and_save(now_ms);
        }
    }

    fn end_if_nobody_will_answer(&mut self, now_ms: i64) {
        let waits = self.shown.rings.iter().any(|ring| ring.state == RingState::Ringing);
        if waits || self.shown.answered_at_ms.is_some() || self.is_over() {
            return;
        }
        // Somebody who answers at the last moment is on the way in.
        if !self.is_answering() {
            self.end(now_ms, self.reason_when_unanswered());
        }
    }

    fn reason_when_left(&self) -> EndReason {
        let rings = &self.shown.rings;
        if self.shown.answered_at_ms.is_some() {
            EndReason::Completed
        } else if rings.iter().any(|ring| ring.state == RingState::Ringing) || self.is_answering() {
            EndReason::Cancelled
        } else {
            self.reason_when_unanswered()
        }
    }

    /// Whether somebody who was rung is on the way in.
    fn is_answering(&self) -> bool {
        let starter = self.shown.started_by;
        self.reservations.iter().any(|it| it.person != starter)
    }

    fn reason_when_unanswered(&self) -> EndReason {
        let missed = self.shown.rings.iter().any(|ring| ring.state == RingState::Missed);
        if missed { EndReason::Missed } else { EndReason::Declined }
    }

    /// Why a call ends that devices were waited for in vain.
    fn reason_when_given_up(&self) -> EndReason {
        if self.media_failed { EndReason::Failed } else { self.reason_when_left() }
    }

    fn end(&mut self, now_ms: i64, reason: EndReason) {
        if self.is_over() {
            return;
        }
        self.shown.state = CallState::Ended { reason };
        self.miss_rings(now_ms, |_| true);
        let seats = self.seats.drain(..).flat_map(|seat| seat.connections());
        let reservations = self.reservations.drain(..).map(|it| it.participant);
        self.outputs.extend(seats.chain(reservations).map(Output::Release));
        self.touch_and_save(now_ms);
    }

    fn touch(&mut self, now_ms: i64) {
        self.shown.version = version(self.shown.version, now_ms);
        self.changed = true;
    }

    fn touch_and_save(&mut self, now_ms: i64) {
        self.touch(now_ms);
        self.unsaved = true;
    }
}

/// The version after `last`. It follows the time, so that it also rises when the server restarts
/// with a state that it saved a few changes ago.
fn version(last: u64, now_ms: i64) -> u64 {
    (last + 1).max(u64::try_from(now_ms).unwrap_or(0))
}

/// Devices in one call; one more is refused.
pub const MAX_PARTICIPANTS: usize = 100;

/// How long a call rings, in ms.
pub const RING_MS: i64 = 45_000;

/// How long a seat is kept for a device that has neither socket nor media, and a call for somebody
/// to come in, in ms.
pub const SEAT_KEPT_MS: i64 = 20_000;
