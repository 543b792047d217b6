//! The application: what a signed-in device can do, whatever door it comes through.

mod administration;
mod beeps;
mod calls;
mod deletion;
mod expiry;
mod export;
mod guests;
mod lifetimes;
mod members;
mod messages;
mod preferences;
#[cfg(test)]
mod tests;
mod welcome;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use palabre_signaling::beep::RecentBeeps;
use palabre_signaling::conversation::Blueprint;
use palabre_signaling::error::Refusal;
use palabre_signaling::message;
use palabre_signaling::wire::{
    ChosenStatus, ClientId, Conversation, ConversationId, DeviceId, Failure, Known,
    PROTOCOL_VERSION, PersonId, Reply, Request, Welcome,
};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;
use tracing::warn;
use uuid::Uuid;

use crate::clock::Clock;
use crate::config::{ChatConfig, Config};
use crate::conversations::Conversations;
use crate::error::RequestError;
use crate::files::Files;
use crate::metrics::{Metrics, Present};
use crate::outbox::{self, CloseReason, Outbox};
use crate::people::{DeviceKey, People};
use crate::push::Push;
use crate::shards::{ShardEvent, Shards};
use crate::store::{Made, NewConversation, Page, SessionId, Store};

/// The application; cheap to clone.
#[derive(Clone, Debug)]
pub struct App(Arc<Inner>);

/// A device that said hello; give it back to [`App::disconnect`] when its socket is gone.
#[derive(Debug)]
pub struct Link {
    key: DeviceKey,
    session: SessionId,
    serial: u64,
    outbox: Outbox,
}

/// How a device introduces itself.
#[derive(Clone, Debug)]
pub struct Hello {
    /// The version of the protocol that it speaks.
    pub protocol: u32,
    /// Which of the person's.
    pub device: DeviceId,
    /// How far it is in each conversation that it keeps.
    pub known: Vec<Known>,
    /// How far it is with the person's own things, if it keeps them.
    pub personal_seq: Option<u64>,
}

#[derive(Debug)]
struct Inner {
    store: Store,
    shards: Shards,
    clock: Clock,
    chat: ChatConfig,
    /// How long every text stays, in ms; `None` for ever.
    retention_ms: Option<i64>,
    files: Files,
    metrics: Metrics,
    people: Arc<People>,
    push: Push,
    conversations: Conversations,
    /// Held while a status is stored and told, so that both happen in the same order.
    status_changes: tokio::sync::Mutex<()>,
    /// Wakes whoever ends statuses.
    status_ends: Notify,
    /// What each person has beeped at another lately.
    beeps: Mutex<HashMap<(PersonId, PersonId), RecentBeeps>>,
    /// Who takes their things along now.
    exports: Mutex<HashSet<PersonId>>,
    /// What runs by itself until the application stops.
    tasks: Mutex<JoinSet<()>>,
}

impl App {
    /// Starts what must run without being asked, such as the timers of calls that rang when the
    /// server stopped.
    ///
    /// `shards` and `events` are the two halves of `Shards::start`.
    pub async fn start(
        store: Store,
        shards: Shards,
        events: mpsc::Receiver<ShardEvent>,
        clock: Clock,
        files: Files,
        metrics: &Metrics,
        config: &Config,
    ) -> anyhow::Result<Self> {
        let people = Arc::new(People::default());
        people.introduce(store.people().await?.iter());
        people.introduce_guests(store.guest_circles().await?);
        people.introduce_preferences(store.preferences().await?);
        let Config { chat, push, http, .. } = config;
        let push = Push::start(
            push,
            &http.public_url,
            store.clone(),
            clock.clone(),
            Arc::clone(&people),
            metrics.clone(),
        )
        .await?;
        let conversations = Conversations::new(
            store.clone(),
            shards.clone(),
            clock.clone(),
            Arc::clone(&people),
            push.clone(),
            chat.windows(),
            metrics.clone(),
        );
        conversations.resume_calls().await?;
        let status_changes = tokio::sync::Mutex::default();
        let tasks = Mutex::default();
        let inner = Inner {
            store,
            shards,
            clock,
            chat: chat.clone(),
            retention_ms: config.retention.text_ms(),
            files,
            metrics: metrics.clone(),
            people,
            push,
            conversations,
            status_changes,
            status_ends: Notify::new(),
            beeps: Mutex::default(),
            exports: Mutex::default(),
            tasks,
        };
        let app = Self(Arc::new(inner));
        app.recall_deleted().await?;
        app.run(app.clone().follow_media(events));
        app.run(app.clone().follow_absences());
        app.run(app.clone().end_expired_sessions());
        app.run(app.clone().end_statuses());
        app.run(app.clone().finish_deletions());
        app.run(app.clone().expire_messages());
        app.run(app.0.files.clone().keep_tidy());
        Ok(app)
    }

    /// Takes a device in; a second socket of the same device replaces the first.
    ///
    /// From here on the outbox gets what happens. Send the welcome before anything from the outbox:
    /// some of those events may be in it already, which does no harm, and none is missing.
    pub async fn hello(
        &self,
        person: PersonId,
        session: SessionId,
        outbox: Outbox,
        hello: Hello,
    ) -> Result<(Link, Welcome), Failure> {
        let Hello { protocol, device, .. } = hello;
        if protocol != PROTOCOL_VERSION {
            return Err(Failure::from(&Refusal::WrongProtocol { spoken: PROTOCOL_VERSION }));
        }
        let key = DeviceKey { person, device };
        // Subscribed first, read afterwards: what happens in between is in both, never in neither.
        let link = self.arrive(key, session, outbox).await?;
        match self.welcome(person, session, &hello).await {
            Ok(welcome) => Ok((link, welcome)),
            Err(error) => {
                self.disconnect(link).await;
                Err(error.into())
            }
        }
    }

    /// Does what a device asks; anything but `hello`.
    pub async fn handle(&self, link: &Link, request: Request) -> Result<Reply, Failure> {
        let cost = cost(&request);
        self.answer_for(link, cost, request).await
    }

    /// Does what somebody asks without a socket; whatever needs a seat in a call finds none.
    pub(crate) async fn ask(
        &self,
        person: PersonId,
        session: SessionId,
        request: Request,
    ) -> Result<Reply, Failure> {
        let key = DeviceKey { person, device: DeviceId(Uuid::nil()) };
        let (outbox, _outgoing) = outbox::channel();
        let link = Link { key, session, serial: 0, outbox };
        let cost = cost(&request).max(HTTP_COST);
        self.answer_for(&link, cost, request).await
    }

    /// Takes the cost from the person's budget and does it; counts what became of it.
    async fn answer_for(&self, link: &Link, cost: u32, request: Request) -> Result<Reply, Failure> {
        let Inner { people, clock, metrics, .. } = &*self.0;
        let answer = async {
            link.check_open()?;
            people.spend(link.key.person, clock.now_ms(), cost).map_err(RequestError::from)?;
            self.answer(link, request).await
        };
        let outcome = answer.await.map_err(Failure::from);
        metrics.request(&outcome);
        outcome
    }

    /// What there is now, with so many sockets.
    pub(crate) fn present(&self, sockets: usize) -> Present {
        let (calls, seats) = self.0.conversations.index().count();
        let (people, commits) = (self.0.people.count_connected(), self.0.store.commits());
        Present { sockets, people, calls, seats, commits }
    }

    /// The files of the place.
    pub(crate) fn files(&self) -> &Files {
        &self.0.files
    }

    /// Takes what a request costs off the budget of whoever asks it over HTTP.
    pub(crate) fn spend(&self, person: PersonId) -> Result<(), Failure> {
        let Inner { people, clock, .. } = &*self.0;
        Ok(people.spend(person, clock.now_ms(), HTTP_COST).map_err(RequestError::from)?)
    }

    /// Refuses files of guests who wait to be let in: nobody has said yet that they may be here.
    pub(crate) fn check_upload(&self, person: PersonId) -> Result<(), Failure> {
        if self.0.people.waits(person) {
            return Err(Failure::from(&Refusal::NotAllowed("wait until somebody lets you in")));
        }
        Ok(())
    }

    /// Lets a device go whose socket is gone. Its seat in a call is kept for a while.
    pub async fn disconnect(&self, link: Link) {
        let Inner { store, clock, people, conversations, .. } = &*self.0;
        let departure = people.depart(link.key, link.serial, clock.now_ms());
        if departure.left {
            conversations.check_socket(link.key);
        }
        self.leave_lobby(link.key.person).await;
        if let Some(conversation) = departure.typing_in {
            self.stop_typing(conversation, link.key.person).await;
        }
        if let Some(last_seen_ms) = departure.last_seen_ms
            && let Err(error) = store.set_last_seen(link.key.person, last_seen_ms).await
        {
            warn!(%error, "last seen not kept");
        }
    }

    /// Closes the sockets of a session that was signed out, and takes its devices out of calls.
    ///
    /// Call it after the session is gone from the store, so that no socket slips in behind it.
    pub async fn revoke(&self, session: SessionId) {
        self.cut_off(session, CloseReason::Revoked).await;
        self.let_guests_go().await;
    }

    /// Closes every socket and ends what runs by itself, because the server stops.
    pub fn stop(&self) {
        self.0.people.close_all(CloseReason::ShuttingDown);
        self.0.conversations.stop();
        self.0.push.stop();
        // They hold on to the store, which whoever starts next opens for itself.
        self.tasks().abort_all();
    }

    async fn cut_off(&self, session: SessionId, reason: CloseReason) {
        self.0.people.close(session, reason);
        self.0.push.forget(session);
        self.0.conversations.evict(session).await;
    }

    fn run(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks().spawn(task);
    }

    fn beeps(&self) -> MutexGuard<'_, HashMap<(PersonId, PersonId), RecentBeeps>> {
        // Nothing in here panics half-way through a change.
        self.0.beeps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tasks(&self) -> MutexGuard<'_, JoinSet<()>> {
        // Nothing in here panics half-way through a change.
        self.0.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells others of people who have gone, once it is clear that they do not come back at once.
    async fn follow_absences(self) {
        let Inner { people, clock, .. } = &*self.0;
        loop {
            clock.sleep_until(people.next_absence().await).await;
            people.handle_timeout(clock.now_ms());
        }
    }

    async fn arrive(
        &self,
        key: DeviceKey,
        session: SessionId,
        outbox: Outbox,
    ) -> Result<Link, RequestError> {
        let Inner { store, people, conversations, .. } = &*self.0;
        let (chosen, last_seen_ms) = store.status(key.person).await?.ok_or(Refusal::NotSignedIn)?;
        let serial = people.arrive(key, session, outbox.clone(), chosen, last_seen_ms)?;
        conversations.check_socket(key);
        Ok(Link { key, session, serial, outbox })
    }

    async fn answer(&self, link: &Link, request: Request) -> Result<Reply, RequestError> {
        let person = link.key.person;
        if self.0.people.is_guest(person) {
            palabre_signaling::guest::check_request(&request)?;
        }
        match request {
            Request::Hello { .. } => Err(Refusal::Malformed("this socket has said hello").into()),
            Request::Ping => Ok(Reply::Done),
            Request::SetStatus { status, text, until_ms } => {
                self.set_status(person, ChosenStatus { status, text, until_ms }).await
            }
            Request::SetAttention { visible, idle } => {
                self.0.people.set_attention(link.key, visible, idle);
                Ok(Reply::Done)
            }
            Request::SubscribePush { subscription } => {
                self.0.push.subscribe(person, link.session, &subscription).await?;
                Ok(Reply::Done)
            }
            Request::UnsubscribePush => {
                self.0.push.unsubscribe(link.session).await?;
                Ok(Reply::Done)
            }
            Request::TestPush => {
                self.0.push.test(person, link.session)?;
                Ok(Reply::Done)
            }
            Request::SetProfile { full_name, picture } => {
                self.set_profile(person, &full_name, picture).await
            }
            Request::SetPreferences { preferences } => {
                self.set_preferences(person, preferences).await
            }
            Request::Beep { conversation, client_id, why } => {
                self.beep(person, conversation, client_id, why.as_deref()).await
            }
            Request::AskBeepLeave { person: owner } => self.ask_beep_leave(person, owner).await,
            Request::SetBeepLeave { person: other, given } => {
                self.set_beep_leave(person, other, given).await
            }
            Request::CreateConversation { client_id, title, members } => {
                let blueprint = Blueprint::new(person, title.as_deref(), &members)?;
                self.create_conversation(person, client_id, blueprint).await
            }
            Request::SendMessage { .. }
            | Request::ForwardMessage { .. }
            | Request::EditMessage { .. }
            | Request::DeleteMessage { .. }
            | Request::React { .. }
            | Request::PinMessage { .. }
            | Request::StarMessage { .. }
            | Request::HideMessage { .. }
            | Request::MarkListened { .. }
            | Request::Versions { .. }
            | Request::Receipts { .. }
            | Request::Pinned { .. }
            | Request::Files { .. }
            | Request::Starred { .. }
            | Request::Search { .. }
            | Request::Keep { .. } => self.answer_about_message(person, request).await,
            Request::AddMembers { .. }
            | Request::RemoveMember { .. }
            | Request::SetAdmin { .. }
            | Request::RenameConversation { .. }
            | Request::SetLifetime { .. }
            | Request::OpenSaved => self.answer_about_members(person, request).await,
            Request::History { conversation, before_number, limit } => {
                self.history(person, conversation, before_number, limit).await
            }
            Request::Changes { conversation, since_seq } => {
                let changes = self.0.store.changes(person, conversation, since_seq).await?;
                Ok(Reply::Changes { changes: changes.ok_or(Refusal::NotAMember)? })
            }
            Request::Mark { conversation, delivered_number, read_number } => {
                let conversations = &self.0.conversations;
                conversations.mark(conversation, person, delivered_number, read_number).await?;
                Ok(Reply::Done)
            }
            Request::Typing { conversation, active } => {
                self.typing(conversation, person, active).await
            }
            Request::StartCall { .. }
            | Request::JoinCall { .. }
            | Request::MoveSeat { .. }
            | Request::Offer { .. }
            | Request::Want { .. }
            | Request::SetSending { .. }
            | Request::DeclineCall { .. }
            | Request::LeaveCall { .. }
            | Request::EndCall { .. }
            | Request::RingPeople { .. }
            | Request::CallHistory { .. }
            | Request::SetHand { .. }
            | Request::SetHold { .. }
            | Request::ReactInCall { .. }
            | Request::StopSending { .. }
            | Request::RemoveFromCall { .. }
            | Request::SetCallRules { .. } => self.answer_about_call(link, request).await,
            Request::CreateGuestLink { .. }
            | Request::GuestLinks { .. }
            | Request::RevokeGuestLink { .. }
            | Request::AdmitGuest { .. }
            | Request::RefuseGuest { .. } => self.answer_about_guests(link, request).await,
            Request::CreateInvitation { .. }
            | Request::Invitations
            | Request::RevokeInvitation { .. }
            | Request::SetRole { .. } => self.answer_about_place(link, request).await,
        }
    }

    async fn create_conversation(
        &self,
        creator: PersonId,
        client_id: ClientId,
        blueprint: Blueprint,
    ) -> Result<Reply, RequestError> {
        let Inner { store, clock, conversations, .. } = &*self.0;
        let new = NewConversation { creator, client_id, blueprint, now_ms: clock.now_ms() };
        let Made { id, is_new } = store.create_conversation(new).await??;
        if is_new {
            conversations.announce(id);
        }
        let conversation = conversations.snapshot(id).await?;
        Ok(self.conversation_reply(creator, conversation))
    }

    fn conversation_reply(&self, viewer: PersonId, conversation: Conversation) -> Reply {
        let mut seen = conversation.seen_by(viewer);
        self.hide_reading(viewer, &mut seen);
        Reply::Conversation { conversation: Box::new(seen) }
    }

    /// Leaves out what others have read when they or `viewer` read privately.
    fn hide_reading(&self, viewer: PersonId, conversation: &mut Conversation) {
        let private = self.0.people.private_readers(&conversation.members);
        conversation.hide_reading(viewer, &private);
    }

    async fn history(
        &self,
        person: PersonId,
        conversation: ConversationId,
        before_number: Option<u64>,
        limit: u32,
    ) -> Result<Reply, RequestError> {
        let limit = message::check_page(limit)?;
        let page = self.0.store.history(person, conversation, before_number, limit).await?;
        let page = page.ok_or(Refusal::NotAMember)?;
        let Page { messages, more, marks } = page;
        Ok(Reply::History { messages, more, marks })
    }

    async fn typing(
        &self,
        conversation: ConversationId,
        person: PersonId,
        active: bool,
    ) -> Result<Reply, RequestError> {
        if self.0.people.set_typing(person, active.then_some(conversation)) {
            self.0.conversations.typing(conversation, person, active).await?;
        } else if !self.0.store.is_member(person, conversation).await? {
            // Nobody would hear of it anyway, but who may not ask learns no more than others.
            return Err(Refusal::NotAMember.into());
        }
        Ok(Reply::Done)
    }

    async fn stop_typing(&self, conversation: ConversationId, person: PersonId) {
        // It would be forgotten by itself soon, should this fail.
        let _ = self.0.conversations.typing(conversation, person, false).await;
    }
}

impl Link {
    /// Refuses what still comes on a socket that is being closed. One that its device does not read
    /// from takes its time to close, and a session that was revoked has none left.
    fn check_open(&self) -> Result<(), RequestError> {
        match self.outbox.closed() {
            None => Ok(()),
            Some(CloseReason::Revoked | CloseReason::Expired) => Err(Refusal::NotSignedIn.into()),
            Some(CloseReason::FellBehind | CloseReason::Replaced | CloseReason::ShuttingDown) => {
                Err(RequestError::Closing)
            }
        }
    }
}

/// What a request takes from the budget of whoever asks: those that many people hear of, or that
/// make many rows, without leaving a message that its sender answers for.
fn cost(request: &Request) -> u32 {
    match request {
        Request::CreateConversation { title: Some(_), .. }
        | Request::AddMembers { .. }
        | Request::RingPeople { .. }
        | Request::CreateGuestLink { .. }
        | Request::CreateInvitation { .. } => GROUP_COST,
        Request::CreateConversation { title: None, .. }
        | Request::SetStatus { .. }
        | Request::SetAttention { .. }
        | Request::SetProfile { .. }
        | Request::SubscribePush { .. }
        | Request::TestPush
        | Request::SetPreferences { .. }
        | Request::Beep { .. }
        | Request::AskBeepLeave { .. }
        | Request::SetBeepLeave { .. }
        | Request::SetRole { .. }
        | Request::EditMessage { .. }
        | Request::DeleteMessage { .. }
        | Request::React { .. }
        | Request::PinMessage { .. }
        | Request::RemoveMember { .. }
        | Request::SetAdmin { .. }
        | Request::RenameConversation { .. }
        | Request::SetLifetime { .. }
        | Request::Search { .. }
        | Request::Typing { active: true, .. }
        | Request::StartCall { .. }
        | Request::JoinCall { .. }
        | Request::MoveSeat { .. }
        | Request::SetSending { .. }
        | Request::SetHand { .. }
        | Request::SetHold { .. }
        | Request::ReactInCall { .. }
        | Request::StopSending { .. }
        | Request::RemoveFromCall { .. }
        | Request::SetCallRules { .. }
        | Request::AdmitGuest { .. }
        | Request::RefuseGuest { .. } => 1,
        Request::Hello { .. }
        | Request::Ping
        | Request::UnsubscribePush
        | Request::OpenSaved
        | Request::SendMessage { .. }
        | Request::ForwardMessage { .. }
        | Request::StarMessage { .. }
        | Request::HideMessage { .. }
        | Request::MarkListened { .. }
        | Request::Versions { .. }
        | Request::Receipts { .. }
        | Request::Pinned { .. }
        | Request::Files { .. }
        | Request::Starred { .. }
        | Request::Keep { .. }
        | Request::History { .. }
        | Request::Changes { .. }
        | Request::Mark { .. }
        | Request::Typing { active: false, .. }
        | Request::Offer { .. }
        | Request::Want { .. }
        | Request::DeclineCall { .. }
        | Request::LeaveCall { .. }
        | Request::EndCall { .. }
        | Request::Invitations
        | Request::GuestLinks { .. }
        | Request::CallHistory { .. }
        | Request::RevokeGuestLink { .. }
        | Request::RevokeInvitation { .. } => 0,
    }
}

/// A socket has a bound on its frames; over HTTP every request costs something.
const HTTP_COST: u32 = 1;

/// A group is a row for each of its members, and every one of them gets it.
const GROUP_COST: u32 = 5;
