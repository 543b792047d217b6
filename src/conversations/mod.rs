//! The live conversations: one task owns the state of each and of its call.
//!
//! A task starts when somebody first does something in a conversation, and ends when nothing has
//! happened in it for a while. Reading needs none: the store answers.

mod command;
mod index;
mod live_call;
mod live_guests;
mod live_members;
mod lobby;
mod task;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use palabre_signaling::call::{MediaState, Moderation};
use palabre_signaling::change::{Change, Windows};
use palabre_signaling::error::Refusal;
use palabre_signaling::membership::MemberChange;
use palabre_signaling::wire::{
    Call, CallId, Conversation, ConversationId, Media, Message, MessageId, ParticipantId, PersonId,
    Sending, WaitingGuest,
};
use tokio::sync::{mpsc, oneshot};
use tracing::error;

use crate::clock::Clock;
use crate::error::RequestError;
use crate::metrics::Metrics;
use crate::people::{DeviceKey, People};
use crate::push::Push;
use crate::shards::Shards;
use crate::store::{NewMessage, SessionId, Store};

use command::{CallCommand, Command, Receipt, Write};
use lobby::Lobbies;

pub(crate) use index::{Index, SeatEntry};

/// Reaches the tasks of the live conversations; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Conversations {
    inboxes: Arc<Inboxes>,
    world: World,
}

/// What the tasks work with.
#[derive(Clone, Debug)]
struct World {
    store: Store,
    shards: Shards,
    clock: Clock,
    people: Arc<People>,
    index: Arc<Index>,
    lobbies: Arc<Lobbies>,
    push: Push,
    windows: Windows,
    metrics: Metrics,
}

/// The inbox of each task. Commands are put in under the lock, so that a task that finds its inbox
/// empty under the same lock can end without losing one.
#[derive(Debug, Default)]
struct Inboxes {
    by_conversation: Mutex<HashMap<ConversationId, mpsc::Sender<Command>>>,
    stopped: AtomicBool,
}

impl Conversations {
    /// Makes the handle; no task runs yet.
    pub(crate) fn new(
        store: Store,
        shards: Shards,
        clock: Clock,
        people: Arc<People>,
        push: Push,
        windows: Windows,
        metrics: Metrics,
    ) -> Self {
        let world = World {
            store,
            shards,
            clock,
            people,
            index: Arc::default(),
            lobbies: Arc::default(),
            push,
            windows,
            metrics,
        };
        Self { inboxes: Arc::default(), world }
    }

    /// Takes up the calls that were under way when the server stopped, and their timers.
    pub(crate) async fn resume_calls(&self) -> Result<(), RequestError> {
        for conversation in self.world.store.conversations_with_call().await? {
            self.snapshot(conversation).await?;
        }
        Ok(())
    }

    /// Ends every task after what is in its inbox, and lets no new one begin: whoever serves the
    /// same store next must be the only one to time its calls.
    pub(crate) fn stop(&self) {
        let mut inboxes = self.inboxes.lock();
        self.inboxes.stopped.store(true, Ordering::Relaxed);
        inboxes.clear();
    }

    /// Finds calls and seats.
    pub(crate) fn index(&self) -> &Index {
        &self.world.index
    }

    /// Stores a message, which was checked, and tells all members; a repeat finds the first.
    pub(crate) async fn post(&self, draft: NewMessage) -> Result<Message, RequestError> {
        let conversation = draft.conversation;
        self.ask(conversation, |receipt| Command::Write(Write::Post { draft, receipt })).await
    }

    /// Changes a message, which was checked, and tells all members.
    pub(crate) async fn change(
        &self,
        conversation: ConversationId,
        person: PersonId,
        message: MessageId,
        change: Change,
    ) -> Result<Message, RequestError> {
        let write = |receipt| Command::Write(Write::Change { person, message, change, receipt });
        self.ask(conversation, write).await
    }

    /// Keeps how far somebody got and tells all members.
    pub(crate) async fn mark(
        &self,
        conversation: ConversationId,
        person: PersonId,
        delivered_number: u64,
        read_number: u64,
    ) -> Result<(), RequestError> {
        let write = |receipt| {
            Command::Write(Write::Mark { person, delivered_number, read_number, receipt })
        };
        self.ask(conversation, write).await
    }

    /// Tells the other members that somebody types or stopped.
    pub(crate) async fn typing(
        &self,
        conversation: ConversationId,
        person: PersonId,
        active: bool,
    ) -> Result<(), RequestError> {
        self.ask(conversation, |receipt| Command::Typing { person, active, receipt }).await
    }

    /// Changes who is in the conversation, and tells all whom it concerns.
    pub(crate) async fn change_members(
        &self,
        conversation: ConversationId,
        person: PersonId,
        change: MemberChange,
    ) -> Result<(), RequestError> {
        self.ask(conversation, |receipt| Command::Members { person, change, receipt }).await
    }

    /// Takes away messages whose time is up, and tells all members.
    pub(crate) async fn expire(
        &self,
        conversation: ConversationId,
        messages: Vec<MessageId>,
    ) -> Result<(), RequestError> {
        self.ask(conversation, |receipt| Command::Expire { messages, receipt }).await
    }

    /// Takes a guest into the lobby, and tells those who may let them in.
    pub(crate) fn enter_lobby(&self, conversation: ConversationId, guest: WaitingGuest) {
        if self.world.lobbies.enter(conversation, guest) {
            self.tell(conversation, Command::TellLobby);
        }
    }

    /// Lets a guest go from the lobby, and tells those who might have let them in.
    pub(crate) fn leave_lobby(&self, conversation: ConversationId, person: PersonId) {
        if self.world.lobbies.leave(conversation, person) {
            self.tell(conversation, Command::TellLobby);
        }
    }

    /// Who waits in a lobby.
    pub(crate) fn waiting(&self, conversation: ConversationId) -> Vec<WaitingGuest> {
        self.world.lobbies.waiting(conversation)
    }

    /// Lets a guest in who waits, or turns them away.
    pub(crate) async fn decide_on_guest(
        &self,
        conversation: ConversationId,
        host: PersonId,
        guest: PersonId,
        admit: bool,
    ) -> Result<(), RequestError> {
        let decide = |receipt| Command::Guest { host, guest, admit, receipt };
        self.ask(conversation, decide).await
    }

    /// Tells all members of a conversation that is new.
    pub(crate) fn announce(&self, conversation: ConversationId) {
        self.tell(conversation, Command::Announce);
    }

    /// How the conversation stands, its call included.
    pub(crate) async fn snapshot(
        &self,
        conversation: ConversationId,
    ) -> Result<Conversation, RequestError> {
        self.ask(conversation, |receipt| Command::Snapshot { receipt }).await
    }

    /// Starts a call, or finds the one under way.
    pub(crate) async fn start_call(
        &self,
        conversation: ConversationId,
        person: PersonId,
        media: Media,
    ) -> Result<Call, RequestError> {
        let start = |receipt| CallCommand::Start { person, media, receipt };
        self.ask(conversation, |receipt| Command::Call(start(receipt))).await
    }

    /// Keeps a place in a call while the media server looks at the offer.
    pub(crate) async fn reserve(
        &self,
        call: CallId,
        key: DeviceKey,
        session: SessionId,
    ) -> Result<ParticipantId, RequestError> {
        let reserve = |receipt| CallCommand::Reserve { call, key, session, receipt };
        self.ask_call(call, reserve).await
    }

    /// Takes the place that was kept.
    pub(crate) async fn join(
        &self,
        call: CallId,
        participant: ParticipantId,
        sending: Sending,
    ) -> Result<Call, RequestError> {
        let join = |receipt| CallCommand::Join { call, participant, sending, receipt };
        self.ask_call(call, join).await
    }

    /// Keeps a place for a second connection of a seat.
    pub(crate) async fn reserve_second(
        &self,
        conversation: ConversationId,
        first: ParticipantId,
        key: DeviceKey,
        session: SessionId,
    ) -> Result<ParticipantId, RequestError> {
        let reserve = |receipt| CallCommand::ReserveSecond { first, key, session, receipt };
        self.ask(conversation, |receipt| Command::Call(reserve(receipt))).await
    }

    /// Notes that the media server took a second connection in.
    pub(crate) async fn on_second(
        &self,
        conversation: ConversationId,
        second: ParticipantId,
    ) -> Result<Call, RequestError> {
        let note = |receipt| CallCommand::Second { second, receipt };
        self.ask(conversation, |receipt| Command::Call(note(receipt))).await
    }

    /// Notes that a second connection has taken over.
    pub(crate) fn on_promoted(
        &self,
        conversation: ConversationId,
        first: ParticipantId,
        second: ParticipantId,
    ) {
        self.tell(conversation, Command::Call(CallCommand::Promoted { first, second }));
    }

    /// Gives up the place that was kept, because the device cannot take it.
    pub(crate) fn cancel_reservation(&self, call: CallId, participant: ParticipantId) {
        self.tell_call(call, CallCommand::CancelReservation { participant });
    }

    /// Gives up the place that was kept, because the media server could take nobody in.
    pub(crate) fn fail_reservation(&self, call: CallId, participant: ParticipantId) {
        self.tell_call(call, CallCommand::FailReservation { participant });
    }

    /// Stops the ringing on all devices of somebody.
    pub(crate) async fn decline(&self, call: CallId, person: PersonId) -> Result<(), RequestError> {
        self.ask_call(call, |receipt| CallCommand::Decline { call, person, receipt }).await
    }

    /// Ends a call for everybody.
    pub(crate) async fn end(&self, call: CallId, person: PersonId) -> Result<(), RequestError> {
        self.ask_call(call, |receipt| CallCommand::End { call, person, receipt }).await
    }

    /// Takes a participant out that hung up.
    pub(crate) async fn leave(
        &self,
        conversation: ConversationId,
        participant: ParticipantId,
    ) -> Result<(), RequestError> {
        let leave = |receipt| Command::Call(CallCommand::Leave { participant, receipt });
        self.ask(conversation, leave).await
    }

    /// Changes the marks on a participant's tile.
    pub(crate) async fn set_sending(
        &self,
        conversation: ConversationId,
        participant: ParticipantId,
        sending: Sending,
    ) -> Result<(), RequestError> {
        let set = |receipt| CallCommand::SetSending { participant, sending, receipt };
        self.ask(conversation, |receipt| Command::Call(set(receipt))).await
    }

    /// Rings at members who are not in a call.
    pub(crate) async fn ring_people(
        &self,
        call: CallId,
        person: PersonId,
        people: Vec<PersonId>,
    ) -> Result<(), RequestError> {
        let ring = |receipt| CallCommand::RingPeople { call, person, people, receipt };
        self.ask_call(call, ring).await
    }

    /// Raises a participant's hand or takes it down.
    pub(crate) async fn set_hand(
        &self,
        conversation: ConversationId,
        person: PersonId,
        participant: ParticipantId,
        raised: bool,
    ) -> Result<(), RequestError> {
        let set = |receipt| CallCommand::SetHand { person, participant, raised, receipt };
        self.ask(conversation, |receipt| Command::Call(set(receipt))).await
    }

    /// Puts a call on hold for a participant, or takes it up again.
    pub(crate) async fn set_hold(
        &self,
        conversation: ConversationId,
        participant: ParticipantId,
        on_hold: bool,
    ) -> Result<(), RequestError> {
        let set = |receipt| CallCommand::SetHold { participant, on_hold, receipt };
        self.ask(conversation, |receipt| Command::Call(set(receipt))).await
    }

    /// Does what a moderator of a call asks.
    pub(crate) async fn moderate(
        &self,
        call: CallId,
        person: PersonId,
        moderation: Moderation,
    ) -> Result<(), RequestError> {
        let moderate = |receipt| CallCommand::Moderate { call, person, moderation, receipt };
        self.ask_call(call, moderate).await
    }

    /// Has the calls in which the device sits look whether it has a socket now.
    pub(crate) fn check_socket(&self, key: DeviceKey) {
        for conversation in self.world.index.seats_of(key) {
            self.tell(conversation, Command::Call(CallCommand::CheckSocket { key }));
        }
    }

    /// Takes the devices of a session that was revoked out of their calls.
    pub(crate) async fn evict(&self, session: SessionId) {
        for SeatEntry { conversation, key, .. } in self.world.index.seats_by(session) {
            let evict = |receipt| Command::Call(CallCommand::Evict { key, receipt });
            if let Err(error) = self.ask(conversation, evict).await {
                error!(%conversation, %error, "device of a revoked session not taken out");
            }
        }
    }

    /// Passes on what the media server sees of a participant.
    pub(crate) fn on_media(&self, participant: ParticipantId, state: MediaState) {
        if let Some(SeatEntry { conversation, .. }) = self.world.index.seat(participant) {
            self.tell(conversation, Command::Call(CallCommand::Media { participant, state }));
        }
    }

    fn tell_call(&self, call: CallId, command: CallCommand) {
        if let Some(conversation) = self.world.index.conversation_of(call) {
            self.tell(conversation, Command::Call(command));
        }
    }

    async fn ask_call<T>(
        &self,
        call: CallId,
        command: impl FnOnce(Receipt<T>) -> CallCommand,
    ) -> Result<T, RequestError> {
        let conversation = self.world.index.conversation_of(call).ok_or(Refusal::CallOver)?;
        self.ask(conversation, |receipt| Command::Call(command(receipt))).await
    }

    async fn ask<T>(
        &self,
        conversation: ConversationId,
        command: impl FnOnce(Receipt<T>) -> Command,
    ) -> Result<T, RequestError> {
        let (receipt, outcome) = oneshot::channel();
        self.tell(conversation, command(receipt));
        // Dropped unanswered when the inbox is full or the conversation could not be read.
        outcome.await.unwrap_or(Err(RequestError::Overloaded))
    }

    /// Puts a command into the inbox of a conversation's task, which is started if need be. A
    /// command for which there is no room is dropped.
    fn tell(&self, conversation: ConversationId, command: Command) {
        let mut inboxes = self.inboxes.lock();
        if self.inboxes.stopped.load(Ordering::Relaxed) {
            return;
        }
        let inbox = inboxes.entry(conversation).or_insert_with(|| self.spawn(conversation));
        match inbox.try_send(command) {
            Ok(()) | Err(mpsc::error::TrySendError::Full(_)) => {}
            Err(mpsc::error::TrySendError::Closed(command)) => {
                // The task has failed; the next one starts from what is stored.
                let inbox = self.spawn(conversation);
                inbox.try_send(command).expect("a new inbox has room");
                inboxes.insert(conversation, inbox);
            }
        }
    }

    fn spawn(&self, conversation: ConversationId) -> mpsc::Sender<Command> {
        let (inbox, commands) = mpsc::channel(MAX_WAITING);
        let inboxes = Arc::clone(&self.inboxes);
        tokio::spawn(task::run(self.world.clone(), conversation, inboxes, commands));
        inbox
    }
}

impl Inboxes {
    /// Takes the inbox away if nothing is in it; returns whether it did.
    fn remove_if_empty(
        &self,
        conversation: ConversationId,
        inbox: &mpsc::Receiver<Command>,
    ) -> bool {
        let mut inboxes = self.lock();
        if inbox.is_empty() {
            inboxes.remove(&conversation);
        }
        inbox.is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ConversationId, mpsc::Sender<Command>>> {
        // Nothing in here panics half-way through a change.
        self.by_conversation.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Commands that wait for one conversation; further ones are refused as `unavailable`.
const MAX_WAITING: usize = 1024;
