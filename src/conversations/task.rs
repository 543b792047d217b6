//! Runs one live conversation: a task that owns it and takes commands one batch at a time.

use std::sync::Arc;

use futures_util::future::join_all;
use palabre_signaling::change::Change;
use palabre_signaling::conversation::Conversation;
use palabre_signaling::error::Refusal;
use palabre_signaling::message;
use palabre_signaling::typing::Typing;
use palabre_signaling::wire::{
    Content, ConversationId, Event, Marker, Message, MessageId, PersonId,
};
use tokio::sync::mpsc;
use tokio::task::unconstrained;
use tracing::error;

use super::command::{Command, Receipt, Write};
use super::live_call::LiveCall;
use super::{Inboxes, World};
use crate::error::RequestError;
use crate::outbox::Frame;
use crate::push::Happened;
use crate::store::{MessageChange, NewMessage, StoreError};

/// The state of one live conversation; only its task holds one.
pub(super) struct Live {
    pub(super) world: World,
    pub(super) id: ConversationId,
    pub(super) conversation: Conversation,
    pub(super) call: Option<LiveCall>,
    typing: Typing,
    idle_since_ms: i64,
}

/// What came of a write: to be taken in and answered in the order of the commits.
enum Outcome {
    Posted(Result<Message, RequestError>, Receipt<Message>),
    Changed(Result<Message, RequestError>, Receipt<Message>),
    Marked(Result<Option<Marker>, RequestError>, Receipt<()>),
}

/// Serves a conversation until nothing has happened in it for a while.
pub(super) async fn run(
    world: World,
    id: ConversationId,
    inboxes: Arc<Inboxes>,
    mut inbox: mpsc::Receiver<Command>,
) {
    let live = match Live::load(world, id).await {
        Ok(live) => live,
        Err(error) => {
            error!(conversation = %id, %error, "conversation not loaded");
            // The askers whose receipts are dropped here are told that the store is away.
            while !inboxes.remove_if_empty(id, &inbox) {
                while inbox.try_recv().is_ok() {}
            }
            return;
        }
    };
    match live {
        Some(live) => live.serve(&inboxes, inbox).await,
        None => {
            while !inboxes.remove_if_empty(id, &inbox) {
                while let Ok(command) = inbox.try_recv() {
                    command.refuse(&Refusal::NotAMember);
                }
            }
        }
    }
}

impl Outcome {
    /// The change that it brought, if it brought one.
    fn seq(&self) -> Option<u64> {
        match self {
            Self::Posted(outcome, _) | Self::Changed(outcome, _) => {
                outcome.as_ref().ok().map(|message| message.changed_seq)
            }
            Self::Marked(..) => None,
        }
    }
}

impl Live {
    async fn load(world: World, id: ConversationId) -> Result<Option<Self>, StoreError> {
        let Some(conversation) = world.store.conversation(id).await? else { return Ok(None) };
        let stored_call = world.store.live_call(id).await?;
        let idle_since_ms = world.clock.now_ms();
        let conversation = Conversation::new(conversation);
        let typing = Typing::default();
        let mut live = Self { world, id, conversation, call: None, typing, idle_since_ms };
        if let Some(stored) = stored_call {
            live.resume_call(stored).await;
        }
        Ok(Some(live))
    }

    async fn serve(mut self, inboxes: &Inboxes, mut inbox: mpsc::Receiver<Command>) {
        let mut batch = Vec::with_capacity(MAX_BATCH);
        let clock = self.world.clock.clone();
        loop {
            tokio::select! {
                biased;
                count = inbox.recv_many(&mut batch, MAX_BATCH) => {
                    if count == 0 {
                        return;
                    }
                    self.idle_since_ms = clock.now_ms();
                    self.handle_batch(&mut batch).await;
                }
                () = clock.sleep_until(self.poll_timeout()) => {
                    self.handle_timeout().await;
                    if self.is_idle() && inboxes.remove_if_empty(self.id, &inbox) {
                        return;
                    }
                }
            }
        }
    }

    async fn handle_batch(&mut self, batch: &mut Vec<Command>) {
        let mut writes = Vec::new();
        for command in batch.drain(..) {
            // Writes that follow one another wait for the disk together.
            if !matches!(command, Command::Write(_)) {
                self.handle_writes(&mut writes).await;
            }
            match command {
                Command::Write(write) => writes.push(write),
                Command::Typing { person, active, receipt } => {
                    // An asker that went away has no use for its receipt.
                    let _ = receipt.send(self.handle_typing(person, active));
                }
                Command::Members { person, change, receipt } => {
                    let outcome = self.change_members(person, change).await;
                    let _ = receipt.send(outcome);
                }
                Command::Expire { messages, receipt } => {
                    let outcome = self.expire(messages).await;
                    let _ = receipt.send(outcome);
                }
                Command::TellLobby => self.tell_lobby(),
                Command::Guest { host, guest, admit, receipt } => {
                    let outcome = self.decide_on_guest(host, guest, admit).await;
                    let _ = receipt.send(outcome);
                }
                Command::Announce => {
                    self.tell_conversation();
                }
                Command::Snapshot { receipt } => {
                    let _ = receipt.send(Ok(self.snapshot()));
                }
                Command::Call(command) => self.handle_call(command).await,
            }
        }
        self.handle_writes(&mut writes).await;
    }

    /// Makes all writes at once, and takes them in as the store has ordered them.
    async fn handle_writes(&mut self, writes: &mut Vec<Write>) {
        let outcomes = join_all(writes.drain(..).map(|write| self.write(write)));
        // Unconstrained, because a write that is made to yield on its way into the queue would be
        // overtaken by the next one of the same sender.
        let mut outcomes = unconstrained(outcomes).await;
        outcomes.sort_by_key(Outcome::seq);
        for outcome in outcomes {
            match outcome {
                Outcome::Posted(outcome, receipt) => {
                    if let Ok(message) = &outcome {
                        self.stop_typing(message.sender);
                        if self.on_message(message) {
                            self.world.metrics.message();
                            self.tell_absent(message);
                        }
                    }
                    let _ = receipt.send(outcome);
                }
                Outcome::Changed(outcome, receipt) => {
                    if let Ok(message) = &outcome {
                        self.on_message(message);
                    }
                    let _ = receipt.send(outcome);
                }
                Outcome::Marked(outcome, receipt) => {
                    let _ = receipt.send(outcome.map(|marker| self.on_marker(marker)));
                }
            }
        }
    }

    async fn write(&self, write: Write) -> Outcome {
        match write {
            Write::Post { draft, receipt } => Outcome::Posted(self.post(draft).await, receipt),
            Write::Change { person, message, change, receipt } => {
                Outcome::Changed(self.change(person, message, change).await, receipt)
            }
            Write::Mark { person, delivered_number, read_number, receipt } => {
                let outcome = self.mark(person, delivered_number, read_number).await;
                Outcome::Marked(outcome, receipt)
            }
        }
    }

    async fn post(&self, mut new: NewMessage) -> Result<Message, RequestError> {
        self.conversation.check_member(new.sender)?;
        self.check_answerable()?;
        if let Content::Text { entities, .. } = &mut new.content {
            message::keep_mentions_of(self.conversation.members(), entities);
        }
        Ok(self.world.store.post(new).await??)
    }

    /// Refuses what nobody would read or answer.
    pub(super) fn check_answerable(&self) -> Result<(), Refusal> {
        let is_any_gone = self.world.people.is_any_deleted(self.conversation.members());
        self.conversation.check_answerable(is_any_gone)
    }

    async fn change(
        &self,
        person: PersonId,
        message: MessageId,
        mut change: Change,
    ) -> Result<Message, RequestError> {
        let actor = self.conversation.actor(person)?;
        if let Change::Edit { entities, .. } = &mut change {
            message::keep_mentions_of(self.conversation.members(), entities);
        }
        let World { store, clock, windows, .. } = &self.world;
        let (conversation, windows, now_ms) = (self.id, *windows, clock.now_ms());
        let change = MessageChange { conversation, message, actor, change, windows, now_ms };
        Ok(store.change_message(change).await??)
    }

    /// Takes away messages whose time is up. Notices that told of nothing later are taken back.
    async fn expire(&mut self, messages: Vec<MessageId>) -> Result<(), RequestError> {
        let gone = self.world.store.expire_messages(self.id, messages).await?;
        for message in &gone {
            self.on_message(message);
        }
        let highest = gone.iter().map(|message| message.number).max();
        if let Some(number) = highest.filter(|_| self.world.push.is_listened_to()) {
            for person in self.conversation.members().iter().copied() {
                self.world.push.tell(Happened::Read { conversation: self.id, person, number });
            }
        }
        Ok(())
    }

    async fn mark(
        &self,
        person: PersonId,
        delivered_number: u64,
        read_number: u64,
    ) -> Result<Option<Marker>, RequestError> {
        let marker = self.conversation.advance(person, delivered_number, read_number)?;
        if let Some(marker) = marker {
            let now_ms = self.world.clock.now_ms();
            self.world.store.mark(self.id, marker, now_ms).await?;
        }
        Ok(marker)
    }

    fn on_marker(&mut self, stored: Option<Marker>) {
        let Some(stored) = stored else { return };
        if self.world.push.is_listened_to() {
            let (person, number) = (stored.person, stored.read_number);
            self.world.push.tell(Happened::Read { conversation: self.id, person, number });
        }
        let advance = self.conversation.on_marker(stored);
        let members = self.conversation.members();
        let private = self.world.people.private_readers(members);
        // All but a few are told the same: one frame for each thing that is told.
        let mut told: Vec<(Marker, Vec<PersonId>)> = Vec::with_capacity(2);
        for member in members.iter().copied() {
            let Some(marker) = advance.seen_by(member, &private) else { continue };
            match told.iter_mut().find(|(known, _)| *known == marker) {
                Some((_, people)) => people.push(member),
                None => told.push((marker, vec![member])),
            }
        }
        for (marker, people) in told {
            let frame = Frame::new(Event::MarkerChanged { conversation: self.id, marker });
            self.world.people.send(people, &frame);
        }
    }

    /// Takes in a message that the store has committed, and tells all members; says whether it was
    /// news. One that the store found instead of making it is none.
    pub(super) fn on_message(&mut self, message: &Message) -> bool {
        let is_news = self.conversation.on_message(message);
        if is_news {
            let frame = Frame::new(Event::MessageChanged { message: message.clone() });
            self.world.people.send(self.conversation.readers(message.number), &frame);
        }
        is_news
    }

    /// Has those told of a message who look at no page.
    fn tell_absent(&self, message: &Message) {
        let push = &self.world.push;
        if !push.is_listened_to() {
            return;
        }
        let unread = |person| self.conversation.unread(person);
        let readers = self.conversation.readers(message.number);
        let readers = readers.map(|person| (person, unread(person))).collect();
        let (message, group) = (Box::new(message.clone()), self.group_title());
        push.tell(Happened::Posted { message, readers, group });
    }

    /// The title, when it is a group.
    pub(super) fn group_title(&self) -> Option<String> {
        self.conversation.group_title().map(str::to_owned)
    }

    fn handle_typing(&mut self, person: PersonId, active: bool) -> Result<(), RequestError> {
        self.conversation.check_member(person)?;
        if self.typing.set(self.world.clock.now_ms(), person, active) {
            self.tell_typing(person, active);
        }
        Ok(())
    }

    pub(super) fn stop_typing(&mut self, person: PersonId) {
        if self.typing.set(self.world.clock.now_ms(), person, false) {
            self.tell_typing(person, false);
        }
    }

    fn tell_typing(&self, person: PersonId, active: bool) {
        let frame = Frame::new(Event::Typing { conversation: self.id, person, active });
        let others = self.conversation.members().iter().copied().filter(|it| *it != person);
        self.world.people.send(others, &frame);
    }

    /// Tells all members how the conversation stands, each as far as they read it.
    pub(super) fn tell_conversation(&self) {
        let whole = self.snapshot();
        let members = self.conversation.members();
        let private = self.world.people.private_readers(members);
        let tell = |people: &[PersonId]| {
            let Some(viewer) = people.first() else { return };
            let mut seen = whole.clone().seen_by(*viewer);
            seen.hide_reading(*viewer, &private);
            let frame = Frame::new(Event::ConversationChanged { conversation: Box::new(seen) });
            self.world.people.send(people.iter().copied(), &frame);
        };
        let is_alone = |person: &PersonId| {
            whole.since_number(*person) != 0
                || private.contains(person)
                || whole.has_missed(*person)
        };
        let (alone, alike): (Vec<PersonId>, Vec<PersonId>) =
            members.iter().copied().partition(is_alone);
        for person in alone {
            tell(&[person]);
        }
        tell(&alike);
    }

    /// Sends an event to all devices of all members.
    pub(super) fn send_to_all(&self, event: Event) {
        let frame = Frame::new(event);
        self.world.people.send(self.conversation.members().iter().copied(), &frame);
    }

    pub(super) fn snapshot(&self) -> palabre_signaling::wire::Conversation {
        self.conversation.snapshot(self.call.as_ref().and_then(LiveCall::shown))
    }

    fn poll_timeout(&self) -> i64 {
        let call = self.call.as_ref().and_then(LiveCall::poll_timeout);
        let idle = self.idle_since_ms.saturating_add(IDLE_MS);
        // A call that is not saved yet keeps the task, and so does one under way.
        let idle = self.call.is_none().then_some(idle);
        let timeouts = [call, self.typing.poll_timeout(), idle];
        timeouts.into_iter().flatten().min().unwrap_or(i64::MAX)
    }

    async fn handle_timeout(&mut self) {
        let now_ms = self.world.clock.now_ms();
        for person in self.typing.expire(now_ms) {
            self.tell_typing(person, false);
        }
        self.handle_call_timeout(now_ms).await;
    }

    fn is_idle(&self) -> bool {
        let idle_for_long = self.idle_since_ms + IDLE_MS <= self.world.clock.now_ms();
        idle_for_long && self.call.is_none() && self.typing.poll_timeout().is_none()
    }
}

/// Commands taken from the inbox before the store is asked once for all of them.
const MAX_BATCH: usize = 64;

/// How long a task stays after the last command, in ms.
const IDLE_MS: i64 = 300_000;
