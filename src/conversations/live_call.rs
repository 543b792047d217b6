//! The call of a live conversation: carries out what the rules decide.

use std::collections::HashSet;
use std::sync::Arc;

use palabre_signaling::call::{Call, Output};
use palabre_signaling::error::Refusal;
use palabre_signaling::wire::{
    self, CallId, ClientId, Content, ConversationKind, Event, MessageId, ParticipantId, PersonId,
};
use tracing::{info, warn};
use uuid::Uuid;

use super::SeatEntry;
use super::command::{CallCommand, Receipt};
use super::task::Live;
use crate::error::RequestError;
use crate::outbox::Frame;
use crate::people::DeviceKey;
use crate::push::Happened;
use crate::store::{NewMessage, SessionId, StoredCall};

/// A call under way, or one that is over and that the store has not taken yet.
#[derive(Debug)]
pub(super) struct LiveCall {
    call: Call,
    message: MessageId,
    ended_at_ms: Option<i64>,
    /// When to try again to store how it stands, in ms since 1970.
    save_at_ms: Option<i64>,
}

impl LiveCall {
    /// The call as everybody sees it, until it is over.
    pub(super) fn shown(&self) -> Option<wire::Call> {
        (!self.call.is_over()).then(|| self.call.snapshot())
    }

    /// When to call [`Live::handle_call_timeout`], in ms since 1970.
    pub(super) fn poll_timeout(&self) -> Option<i64> {
        [self.call.poll_timeout(), self.save_at_ms].into_iter().flatten().min()
    }

    fn content(&self) -> Content {
        let wire::Call { id, media, .. } = self.call.snapshot();
        let outcome = self.ended_at_ms.and_then(|ended_at_ms| self.call.outcome(ended_at_ms));
        Content::Call {
            call: id,
            media,
            ended: outcome.as_ref().map(|outcome| outcome.reason),
            duration_ms: outcome.as_ref().map_or(0, |outcome| outcome.duration_ms),
            people: outcome.map_or_else(Vec::new, |outcome| outcome.people),
        }
    }
}

impl Live {
    /// Takes up a call that was under way when the server stopped.
    pub(super) async fn resume_call(&mut self, stored: StoredCall) {
        let now_ms = self.world.clock.now_ms();
        let seats = stored.call.participants.clone();
        let mut call = Call::resume(now_ms, stored.call, self.is_direct());
        call.set_moderators(now_ms, self.moderators());
        self.world.index.add_call(call.id(), self.id);
        self.world.people.set_seated(call.id(), seats.iter().map(|it| it.person).collect());
        for seat in seats {
            let key = DeviceKey { person: seat.person, device: seat.device };
            self.index_seat(call.id(), seat.id, key, None);
        }
        info!(conversation = %self.id, call = %call.id(), "call resumed");
        let message = stored.message;
        self.call = Some(LiveCall { call, message, ended_at_ms: None, save_at_ms: None });
        self.handle_call_timeout(now_ms).await;
    }

    /// Does what a call is asked, and what follows from it.
    pub(super) async fn handle_call(&mut self, command: CallCommand) {
        let now_ms = self.world.clock.now_ms();
        match command {
            CallCommand::Start { person, media, receipt } => {
                let outcome = self.start_call(now_ms, person, media).await;
                self.settle(now_ms, outcome, receipt).await;
            }
            CallCommand::Reserve { call, key, session, receipt } => {
                let outcome = self.reserve(now_ms, call, key, session);
                self.settle(now_ms, outcome, receipt).await;
            }
            CallCommand::Join { call, participant, sending, receipt } => {
                let outcome = self.join(now_ms, call, participant, sending);
                self.settle(now_ms, outcome, receipt).await;
            }
            CallCommand::ReserveSecond { first, key, session, receipt } => {
                let outcome = self.reserve_second(now_ms, first, key, session);
                self.settle(now_ms, outcome, receipt).await;
            }
            CallCommand::Second { second, receipt } => {
                let call = self.call_of_seat();
                let outcome = call.and_then(|it| it.on_second(second).map(|()| it.snapshot()));
                self.settle(now_ms, outcome, receipt).await;
            }
            CallCommand::Promoted { first, second } => {
                self.with_call(now_ms, |call| call.on_promoted(now_ms, first, second)).await;
            }
            CallCommand::CancelReservation { participant } => {
                self.world.index.remove_seat(participant);
                self.with_call(now_ms, |call| call.cancel_reservation(now_ms, participant)).await;
            }
            CallCommand::FailReservation { participant } => {
                self.world.index.remove_seat(participant);
                self.with_call(now_ms, |call| call.fail_reservation(now_ms, participant)).await;
            }
            CallCommand::Decline { call, person, receipt } => {
                let named = self.call_of_member(call, person);
                let outcome = named.and_then(|it| it.decline(now_ms, person));
                self.settle(now_ms, outcome, receipt).await;
            }
            CallCommand::Leave { participant, receipt } => {
                let outcome = self.call_of_seat().and_then(|it| it.leave(now_ms, participant));
                self.settle(now_ms, outcome, receipt).await;
            }
            CallCommand::End { call, person, receipt } => {
                let named = self.call_of_member(call, person);
                let outcome = named.and_then(|it| it.end_for_all(now_ms, person));
                self.settle(now_ms, outcome, receipt).await;
            }
            CallCommand::SetSending { participant, sending, receipt } => {
                let call = self.call_of_seat();
                let outcome = call.and_then(|it| it.set_sending(now_ms, participant, sending));
                self.settle(now_ms, outcome, receipt).await;
            }
            CallCommand::RingPeople { call, person, people, receipt } => {
                let index = Arc::clone(&self.world.index);
                let outcome = self.call_of_member(call, person).and_then(|it| {
                    it.ring_people(now_ms, person, &people, |who| index.is_elsewhere(who, call))
                });
                self.settle(now_ms, outcome, receipt).await;
            }
            CallCommand::SetHand { person, participant, raised, receipt } => {
                let call = self.call_of_seat();
                let outcome = call.and_then(|it| it.set_hand(now_ms, person, participant, raised));
                self.settle(now_ms, outcome, receipt).await;
            }
            CallCommand::SetHold { participant, on_hold, receipt } => {
                let call = self.call_of_seat();
                let outcome = call.and_then(|it| it.set_hold(now_ms, participant, on_hold));
                self.settle(now_ms, outcome, receipt).await;
            }
            CallCommand::Moderate { call, person, moderation, receipt } => {
                let named = self.call_of_member(call, person);
                let outcome = named.and_then(|it| it.moderate(now_ms, person, &moderation));
                self.settle(now_ms, outcome, receipt).await;
            }
            CallCommand::CheckSocket { key: DeviceKey { person, device } } => {
                let has_socket = self.world.people.is_connected(DeviceKey { person, device });
                let told = |call: &mut Call| call.on_socket(now_ms, person, device, has_socket);
                self.with_call(now_ms, told).await;
            }
            CallCommand::Evict { key: DeviceKey { person, device }, receipt } => {
                self.with_call(now_ms, |call| call.evict(now_ms, person, device)).await;
                self.settle(now_ms, Ok::<_, RequestError>(()), receipt).await;
            }
            CallCommand::Media { participant, state } => {
                self.with_call(now_ms, |call| call.on_media(now_ms, participant, state)).await;
            }
        }
    }

    /// Does what is due about the call.
    pub(super) async fn handle_call_timeout(&mut self, now_ms: i64) {
        self.with_call(now_ms, |call| call.handle_timeout(now_ms)).await;
        let is_due = |live: &LiveCall| live.save_at_ms.is_some_and(|at_ms| at_ms <= now_ms);
        if self.call.as_ref().is_some_and(is_due) {
            self.save_call(now_ms).await;
        }
    }

    async fn start_call(
        &mut self,
        now_ms: i64,
        person: PersonId,
        media: wire::Media,
    ) -> Result<wire::Call, RequestError> {
        self.conversation.check_member(person)?;
        if let Some(shown) = self.call.as_ref().and_then(LiveCall::shown) {
            return Ok(shown);
        }
        self.check_answerable()?;
        if self.call.is_some() {
            // The store has to know that the last one is over before it takes the next.
            self.save_call(now_ms).await;
        }
        if self.call.is_some() {
            return Err(RequestError::Overloaded);
        }
        let id = CallId(Uuid::now_v7());
        let members = self.conversation.members();
        let direct = self.is_direct();
        let mut call = Call::start(now_ms, id, self.id, media, person, members, direct);
        call.set_moderators(now_ms, self.moderators());
        call.set_busy(|who| self.world.index.is_elsewhere(who, id));
        let message = MessageId(Uuid::now_v7());
        let live = LiveCall { call, message, ended_at_ms: None, save_at_ms: None };
        // Nobody sends it again: a second start finds the call.
        let client_id = ClientId(id.0);
        let new = NewMessage::new(self.id, person, client_id, live.content(), now_ms);
        let new = NewMessage { id: message, ..new };
        let shown = live.call.snapshot();
        let stored = self.world.store.start_call(shown.clone(), new).await?;
        self.world.index.add_call(id, self.id);
        self.call = Some(live);
        info!(conversation = %self.id, call = %id, "call started");
        self.world.metrics.call();
        self.on_message(&stored);
        self.tell_absent_of_call(&shown);
        self.send_to_all(Event::CallChanged { call: shown.clone() });
        // Whoever starts a call may let guests into it.
        self.retell_lobby();
        Ok(shown)
    }

    fn reserve(
        &mut self,
        now_ms: i64,
        call: CallId,
        key: DeviceKey,
        session: SessionId,
    ) -> Result<ParticipantId, RequestError> {
        let participant = ParticipantId(Uuid::now_v7());
        let named = self.call_of_member(call, key.person)?;
        named.reserve(now_ms, participant, key.person, key.device)?;
        self.index_seat(call, participant, key, Some(session));
        Ok(participant)
    }

    fn reserve_second(
        &mut self,
        now_ms: i64,
        first: ParticipantId,
        key: DeviceKey,
        session: SessionId,
    ) -> Result<ParticipantId, Refusal> {
        let second = ParticipantId(Uuid::now_v7());
        let call = self.call_of_seat()?;
        call.reserve_second(now_ms, second, first)?;
        let id = call.id();
        self.index_seat(id, second, key, Some(session));
        Ok(second)
    }

    fn join(
        &mut self,
        now_ms: i64,
        call: CallId,
        participant: ParticipantId,
        sending: wire::Sending,
    ) -> Result<wire::Call, RequestError> {
        let seat = self.world.index.seat(participant);
        let has_socket = seat.is_some_and(|seat| self.world.people.is_connected(seat.key));
        let call = self.call_named(call)?;
        call.join(now_ms, participant, sending, has_socket)?;
        Ok(call.snapshot())
    }

    /// Carries out what the rules have decided, and keeps what must survive a restart.
    async fn follow_up(&mut self, now_ms: i64) {
        let Some(live) = &mut self.call else { return };
        let outputs: Vec<_> = std::iter::from_fn(|| live.call.poll_output()).collect();
        let (call, unsaved) = (live.call.id(), live.call.take_unsaved());
        let ended = live.call.is_over() && live.ended_at_ms.is_none();
        if ended {
            live.ended_at_ms = Some(now_ms);
        }
        for output in outputs {
            self.carry_out(call, output);
        }
        if ended {
            info!(conversation = %self.id, %call, "call ended");
            self.world.index.remove_call(call);
            self.world.people.set_seated(call, HashSet::new());
            let shards = self.world.shards.clone();
            tokio::spawn(async move { shards.end(call).await });
        }
        if unsaved {
            self.save_call(now_ms).await;
        }
    }

    fn carry_out(&self, call: CallId, output: Output) {
        match output {
            Output::Release(participant) => {
                self.world.index.remove_seat(participant);
                // The media threads may be busy, and nobody here waits for them.
                let shards = self.world.shards.clone();
                tokio::spawn(async move { shards.leave(call, participant).await });
            }
            Output::Promote { second } => {
                let shards = self.world.shards.clone();
                tokio::spawn(async move { shards.promote(call, second).await });
            }
            Output::Permit { participant, permit, revision } => {
                let shards = self.world.shards.clone();
                tokio::spawn(async move {
                    shards.permit(call, participant, permit, revision).await;
                });
            }
            Output::SendingStopped { person, device, participant, source, by } => {
                let frame = Frame::new(Event::SendingStopped { participant, source, by });
                self.world.people.send_to_device(DeviceKey { person, device }, &frame);
            }
            Output::SeatLost { person, device, participant } => {
                let frame = Frame::new(Event::SeatLost { participant });
                self.world.people.send_to_device(DeviceKey { person, device }, &frame);
            }
            Output::Changed(changed) => {
                let seated = changed.participants.iter().map(|it| it.person).collect();
                self.world.people.set_seated(call, seated);
                self.tell_absent_of_call(&changed);
                self.send_to_all(Event::CallChanged { call: *changed });
            }
        }
    }

    /// Has those told of the call who look at no page.
    fn tell_absent_of_call(&self, call: &wire::Call) {
        if self.world.push.is_listened_to() {
            let (call, group) = (Box::new(call.clone()), self.group_title());
            self.world.push.tell(Happened::Called { call, group });
        }
    }

    /// Stores how the call stands; while the store is away it is tried again and again. A call that
    /// is over is forgotten as soon as it is stored.
    async fn save_call(&mut self, now_ms: i64) {
        let Some(live) = &self.call else { return };
        let call = live.call.snapshot();
        let outcome = if live.ended_at_ms.is_some() {
            let (stored, content) = (StoredCall { call, message: live.message }, live.content());
            self.world.store.end_call(stored, content).await.map(Some)
        } else {
            self.world.store.save_call(call).await.map(|()| None)
        };
        match outcome {
            Ok(None) => self.retry_save_at(None),
            Ok(Some(message)) => {
                self.call = None;
                self.on_message(&message);
            }
            Err(error) => {
                warn!(conversation = %self.id, %error, "call not saved");
                self.retry_save_at(Some(now_ms + SAVE_RETRY_MS));
            }
        }
    }

    fn retry_save_at(&mut self, at_ms: Option<i64>) {
        if let Some(live) = &mut self.call {
            live.save_at_ms = at_ms;
        }
    }

    fn index_seat(
        &self,
        call: CallId,
        participant: ParticipantId,
        key: DeviceKey,
        session: Option<SessionId>,
    ) {
        let entry = SeatEntry { conversation: self.id, call, key, session };
        self.world.index.add_seat(participant, entry);
    }

    pub(super) async fn with_call(&mut self, now_ms: i64, act: impl FnOnce(&mut Call)) {
        if let Some(live) = &mut self.call {
            act(&mut live.call);
            self.follow_up(now_ms).await;
        }
    }

    /// Answers after everything has followed, so that a seat that a device was given is still its
    /// own after a restart.
    async fn settle<T>(
        &mut self,
        now_ms: i64,
        outcome: Result<T, impl Into<RequestError>>,
        receipt: Receipt<T>,
    ) {
        self.follow_up(now_ms).await;
        // An asker that went away has no use for its receipt.
        let _ = receipt.send(outcome.map_err(Into::into));
    }

    fn call_named(&mut self, id: CallId) -> Result<&mut Call, Refusal> {
        let live = self.call.as_mut().filter(|live| live.call.id() == id);
        live.map(|live| &mut live.call).ok_or(Refusal::CallOver)
    }

    /// The call, for somebody who is in the conversation: whoever was removed since the call began
    /// has no part in it any more.
    fn call_of_member(&mut self, id: CallId, person: PersonId) -> Result<&mut Call, Refusal> {
        self.conversation.check_member(person).map_err(|_| Refusal::CallOver)?;
        self.call_named(id)
    }

    fn call_of_seat(&mut self) -> Result<&mut Call, Refusal> {
        self.call.as_mut().map(|live| &mut live.call).ok_or(Refusal::NotInCall)
    }

    /// Has the call know who may moderate it, after the members changed.
    pub(super) async fn tell_moderators(&mut self, now_ms: i64) {
        let moderators = self.moderators().to_vec();
        self.with_call(now_ms, |call| call.set_moderators(now_ms, &moderators)).await;
    }

    /// Who may moderate a call here beside whoever started it.
    fn moderators(&self) -> &[PersonId] {
        self.conversation.admins()
    }

    fn is_direct(&self) -> bool {
        self.conversation.kind() == ConversationKind::Direct
    }
}

/// How long to wait before the store is asked again, in ms.
const SAVE_RETRY_MS: i64 = 2_000;
