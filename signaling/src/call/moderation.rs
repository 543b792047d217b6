//! Who may do what in a call, and what is done about those who may not, and about those who hold.
//!
//! What is stopped is dropped by the media server, whatever the device does. A source that a
//! moderator stopped flows again once its owner has turned it off and on; one that the rules forbid
//! does not flow before they allow it, and then its owner turns it on as well: nobody's microphone
//! opens by what somebody else does.

use super::seat::{EVERYTHING, Permit, SOURCES, Seat, bit, has};
use super::{Call, Output, RING_MS};
use crate::error::Refusal;
use crate::wire::{CallRules, ParticipantId, PersonId, Ring, RingState, Sending, Source};

/// What somebody is in a call; whoever is higher up may do more.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum CallRole {
    /// Takes part as the rules allow.
    Member,
    /// Moderates.
    Moderator,
    /// Started it; nobody else can take them out or stop what they send.
    Owner,
}

/// What a moderator does.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Moderation {
    /// Has a source of one participant dropped, or of everybody who does not moderate.
    StopSending(Option<ParticipantId>, Source),
    /// Takes a person out.
    Remove(PersonId),
    /// Says what those may do who do not moderate.
    SetRules(CallRules),
}

impl Call {
    /// What somebody is in this call.
    pub fn role(&self, person: PersonId) -> CallRole {
        if person == self.shown.started_by {
            CallRole::Owner
        } else if self.shown.moderators.contains(&person) {
            CallRole::Moderator
        } else {
            CallRole::Member
        }
    }

    /// Is told who may moderate beside whoever started the call.
    pub fn set_moderators(&mut self, now_ms: i64, moderators: &[PersonId]) {
        if self.is_over() || self.shown.moderators == moderators {
            return;
        }
        self.shown.moderators = moderators.to_vec();
        self.hold_to_rules();
        self.touch_and_save(now_ms);
    }

    /// Does what a moderator asks.
    pub fn moderate(
        &mut self,
        now_ms: i64,
        actor: PersonId,
        moderation: &Moderation,
    ) -> Result<(), Refusal> {
        self.check_moderator(actor)?;
        match *moderation {
            Moderation::StopSending(Some(participant), source) => {
                let seat = self.seats.iter().find(|seat| seat.participant.id == participant);
                let person = seat.ok_or(Refusal::NotInCall)?.participant.person;
                self.check_below_owner(actor, person)?;
                self.stop(actor, source, |_, seat| seat.participant.id == participant);
            }
            Moderation::StopSending(None, source) => {
                self.stop(actor, source, |roles, seat| {
                    roles(seat.participant.person) < CallRole::Moderator
                });
            }
            Moderation::Remove(person) => return self.remove(now_ms, actor, person),
            Moderation::SetRules(rules) => self.set_rules(actor, rules),
        }
        self.hold_to_rules();
        self.touch_and_save(now_ms);
        Ok(())
    }

    /// Takes somebody who came into the conversation among those who may join; it rings at those
    /// whom a moderator has let in, who may pass a lock by that.
    pub fn let_in(&mut self, now_ms: i64, person: PersonId, rings: bool) {
        if self.is_over() {
            return;
        }
        let state = if rings { RingState::Ringing } else { RingState::Missed };
        let ring = Ring { person, state, until_ms: now_ms + RING_MS, busy: false };
        match self.shown.rings.iter_mut().find(|ring| ring.person == person) {
            Some(known) if rings => *known = ring,
            Some(_) => return,
            None => self.shown.rings.push(ring),
        }
        self.touch_and_save(now_ms);
    }

    /// Rings at people who may join and are not in. Whoever was taken out comes back by that.
    pub fn ring_people(
        &mut self,
        now_ms: i64,
        actor: PersonId,
        people: &[PersonId],
        is_busy: impl Fn(PersonId) -> bool,
    ) -> Result<(), Refusal> {
        if self.is_over() || self.ring(actor).is_none() {
            return Err(Refusal::CallOver);
        }
        let moderates = CallRole::Moderator <= self.role(actor);
        if !moderates && !self.seats.iter().any(|seat| seat.participant.person == actor) {
            return Err(Refusal::NotInCall);
        }
        let mut rings = self.shown.rings.clone();
        for person in people {
            let ring = rings.iter_mut().find(|ring| ring.person == *person);
            let ring = ring.ok_or(Refusal::NoSuchPerson)?;
            if ring.state == RingState::Removed && !moderates {
                return Err(Refusal::NotAllowed("only a moderator may ring at who was taken out"));
            }
            if self.seats.iter().any(|seat| seat.participant.person == *person) {
                continue;
            }
            ring.state = RingState::Ringing;
            ring.until_ms = now_ms + RING_MS;
            ring.busy = is_busy(*person);
        }
        if rings != self.shown.rings {
            self.shown.rings = rings;
            self.touch_and_save(now_ms);
        }
        Ok(())
    }

    /// Raises somebody's hand or takes it down; moderators take down those of others.
    pub fn set_hand(
        &mut self,
        now_ms: i64,
        actor: PersonId,
        participant: ParticipantId,
        raised: bool,
    ) -> Result<(), Refusal> {
        let may_take_down = !raised && CallRole::Moderator <= self.role(actor);
        let seat = self.seat_mut(participant).ok_or(Refusal::NotInCall)?;
        if seat.participant.person != actor && !may_take_down {
            return Err(Refusal::NotAllowed("only a moderator may take down the hand of another"));
        }
        let hand = &mut seat.participant.hand_raised_at_ms;
        if hand.is_some() != raised {
            *hand = raised.then_some(now_ms);
            self.touch(now_ms);
        }
        Ok(())
    }

    /// Puts the call on hold for a device, or takes it up again.
    ///
    /// Nothing goes on from a device that holds or to it, whatever it sends: it is in another call,
    /// and whoever is in this one must not overhear that. It keeps its seat and its connection, so
    /// that it is back at once.
    pub fn set_hold(
        &mut self,
        now_ms: i64,
        participant: ParticipantId,
        on_hold: bool,
    ) -> Result<(), Refusal> {
        let seat = self.seat_mut(participant).ok_or(Refusal::NotInCall)?;
        if std::mem::replace(&mut seat.participant.on_hold, on_hold) != on_hold {
            self.hold_to_rules();
            self.touch_and_save(now_ms);
        }
        Ok(())
    }

    /// Is told what a device says it sends.
    pub fn set_sending(
        &mut self,
        now_ms: i64,
        participant: ParticipantId,
        sending: Sending,
    ) -> Result<(), Refusal> {
        let seat = self.seat_mut(participant).ok_or(Refusal::NotInCall)?;
        let before = seat.participant.sending;
        let said = std::mem::replace(&mut seat.stated, sending);
        let person = seat.participant.person;
        let forbidden = self.forbidden(person);
        let seat = self.seat_mut(participant).ok_or(Refusal::NotInCall)?;
        for source in SOURCES {
            // Turned on by its owner, who knows by then that it was stopped.
            let turned_on = has(sending, source) && !has(said, source);
            *bit(&mut seat.stopped, source) &= !turned_on || has(forbidden, source);
        }
        self.hold_to_rules();
        if self.seat_mut(participant).is_some_and(|seat| seat.participant.sending != before) {
            self.touch(now_ms);
        }
        Ok(())
    }

    /// Refuses whoever may not come in now.
    pub(super) fn check_entry(&self, person: PersonId) -> Result<(), Refusal> {
        let ring = self.ring(person).filter(|_| !self.is_over()).ok_or(Refusal::CallOver)?;
        if ring.state == RingState::Removed {
            return Err(Refusal::RemovedFromCall);
        }
        let invited = ring.state == RingState::Ringing;
        let sits = self.seats.iter().any(|seat| seat.participant.person == person);
        if self.shown.rules.locked && !invited && !sits && self.role(person) < CallRole::Moderator {
            return Err(Refusal::CallLocked);
        }
        Ok(())
    }

    pub(super) fn check_moderator(&self, person: PersonId) -> Result<(), Refusal> {
        if self.is_over() || self.ring(person).is_none() {
            return Err(Refusal::CallOver);
        }
        if self.role(person) < CallRole::Moderator {
            return Err(Refusal::NotAllowed(
                "only who started the call or a moderator may do this",
            ));
        }
        Ok(())
    }

    /// What the rules forbid a person to send.
    pub(super) fn forbidden(&self, person: PersonId) -> Sending {
        if CallRole::Moderator <= self.role(person) {
            return Sending::default();
        }
        let CallRules { microphone, camera, screen, .. } = self.shown.rules;
        Sending { microphone: !microphone, camera: !camera, screen: !screen }
    }

    /// Brings what the media server lets through, and the marks, in line with what may be sent.
    pub(super) fn hold_to_rules(&mut self) {
        for at in 0..self.seats.len() {
            let forbidden = self.forbidden(self.seats[at].participant.person);
            let seat = &mut self.seats[at];
            let held = seat.participant.on_hold;
            let mut permit = Permit { receives: !held, ..EVERYTHING };
            for source in SOURCES {
                *bit(&mut permit.sends, source) =
                    !held && !has(seat.stopped, source) && !has(forbidden, source);
                *bit(&mut seat.participant.sending, source) =
                    has(seat.stated, source) && has(permit.sends, source);
            }
            if std::mem::replace(&mut seat.permit, permit) != permit {
                self.revision += 1;
                let revision = self.revision;
                let told = |participant| Output::Permit { participant, permit, revision };
                self.outputs.extend(seat.connections().map(told));
            }
        }
    }

    fn check_below_owner(&self, actor: PersonId, person: PersonId) -> Result<(), Refusal> {
        if actor != person && self.role(person) == CallRole::Owner {
            return Err(Refusal::NotAllowed("whoever started the call decides for themselves"));
        }
        Ok(())
    }

    /// Stops a source of every seat that is meant.
    fn stop(
        &mut self,
        by: PersonId,
        source: Source,
        is_meant: impl Fn(&dyn Fn(PersonId) -> CallRole, &Seat) -> bool,
    ) {
        let mut seats = std::mem::take(&mut self.seats);
        for seat in &mut seats {
            let sends = has(seat.stated, source) && !has(seat.stopped, source);
            if sends && is_meant(&|person| self.role(person), seat) {
                *bit(&mut seat.stopped, source) = true;
                self.outputs.push_back(seat.stopped_by(by, source));
            }
        }
        self.seats = seats;
    }

    fn remove(&mut self, now_ms: i64, actor: PersonId, person: PersonId) -> Result<(), Refusal> {
        if self.direct {
            return Err(Refusal::NotAllowed("between two people, leave the call or end it"));
        }
        self.check_below_owner(actor, person)?;
        if actor == person || self.ring(person).is_none() {
            return Err(Refusal::NoSuchPerson);
        }
        let seats = self.seats.extract_if(.., |seat| seat.participant.person == person);
        let seats: Vec<Output> =
            seats.flat_map(|seat| seat.connections()).map(Output::Release).collect();
        let sat = !seats.is_empty();
        self.outputs.extend(seats);
        let places = self.reservations.extract_if(.., |it| it.person == person);
        self.outputs.extend(places.map(|it| Output::Release(it.participant)));
        self.set_ring(person, RingState::Removed);
        self.note_emptiness(now_ms);
        self.touch_and_save(now_ms);
        if sat && self.is_empty() {
            self.end(now_ms, self.reason_when_left());
        } else {
            self.end_if_nobody_will_answer(now_ms);
        }
        Ok(())
    }

    fn set_rules(&mut self, by: PersonId, rules: CallRules) {
        let before = std::mem::replace(&mut self.shown.rules, rules);
        let withdrawn = [
            (Source::Microphone, before.microphone && !rules.microphone),
            (Source::Camera, before.camera && !rules.camera),
            (Source::Screen, before.screen && !rules.screen),
        ];
        for (source, _) in withdrawn.into_iter().filter(|(_, is_withdrawn)| *is_withdrawn) {
            self.stop(by, source, |roles, seat| {
                roles(seat.participant.person) < CallRole::Moderator
            });
        }
    }
}

impl Seat {
    fn stopped_by(&self, by: PersonId, source: Source) -> Output {
        let (person, device) = (self.participant.person, self.participant.device);
        let participant = self.participant.id;
        Output::SendingStopped { person, device, participant, source, by }
    }
}
