//! The application without its web server: devices that say hello, ask, and read their outboxes.

mod beeps;
mod calls;
mod chat;
mod deletion;
mod export;
mod lifetimes;
mod members;
mod messages;
mod people;
mod receipts;
mod resume;
mod rings;
mod second;
mod trouble;

use std::time::Duration;

use palabre_signaling::wire::{
    Call, CallId, ClientId, Content, Conversation, ConversationId, DeviceId, Event, Failure,
    FailureCode, Known, Media, Message, PROTOCOL_VERSION, ParticipantId, Person, PersonId, Reply,
    Request, Role, Sending, ServerFrame, Welcome,
};
use tempfile::TempDir;
use tokio::time::timeout;
use uuid::Uuid;

use super::{App, Hello, Link};
use crate::clock::Clock;
use crate::config::Config;
use crate::files::Files;
use crate::metrics::Metrics;
use crate::outbox::{self, CloseReason, Outgoing};
use crate::shards::fake::{self, FakeShard};
use crate::store::{NewPerson, NewSession, SERVER_PATIENCE, SessionId, Store};

/// A server on a store of its own, with a clock that stands still until a test moves it.
struct Server {
    app: App,
    store: Store,
    clock: Clock,
    shard: FakeShard,
    folder: TempDir,
}

/// A device that has said hello.
struct Member {
    app: App,
    person: PersonId,
    session: SessionId,
    link: Link,
    welcome: Welcome,
    outgoing: Outgoing,
}

impl Server {
    async fn start() -> Self {
        Self::open(tempfile::tempdir().unwrap(), NOON_MS).await
    }

    /// Starts one whose settings are other than those that ship.
    async fn start_with(set: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::default();
        set(&mut config);
        Self::open_with(tempfile::tempdir().unwrap(), NOON_MS, config).await
    }

    async fn open(folder: TempDir, now_ms: i64) -> Self {
        Self::open_with(folder, now_ms, Config::default()).await
    }

    async fn open_with(folder: TempDir, now_ms: i64, config: Config) -> Self {
        let store = Store::open(&folder.path().join("palabre.db"), SERVER_PATIENCE).await.unwrap();
        let (shards, events, shard) = fake::start();
        let clock = Clock::manual(now_ms);
        let files = config.files.clone();
        let files = Files::open(folder.path(), store.clone(), clock.clone(), files).unwrap();
        let metrics = Metrics::default();
        let app =
            App::start(store.clone(), shards, events, clock.clone(), files, &metrics, &config);
        let app = app.await.unwrap();
        Self { app, store, clock, shard, folder }
    }

    /// The server that finds the store as this one has left it, `down` later. The clock of this one
    /// stands still for ever, so nothing of it does anything any more.
    async fn restart(self, down: Duration) -> Self {
        let now_ms = self.clock.now_ms() + i64::try_from(down.as_millis()).unwrap();
        Self::open(self.folder, now_ms).await
    }

    async fn account(&self, username: &str) -> Person {
        let new = NewPerson {
            username: username.into(),
            full_name: username.to_uppercase(),
            role: Role::Member,
            password_hash: String::new(),
            now_ms: self.clock.now_ms(),
        };
        self.store.create_person(new).await.unwrap().unwrap()
    }

    async fn session(&self, person: PersonId) -> SessionId {
        self.session_until(person, i64::MAX).await
    }

    async fn session_until(&self, person: PersonId, expires_at_ms: i64) -> SessionId {
        let token_hash = [Uuid::new_v4().into_bytes(), Uuid::new_v4().into_bytes()].concat();
        let new = NewSession {
            person,
            token_hash: token_hash.try_into().unwrap(),
            user_agent: String::from("test"),
            now_ms: self.clock.now_ms(),
            expires_at_ms,
        };
        self.store.create_session(new).await.unwrap()
    }

    /// Makes an account and connects a device of it.
    async fn member(&self, username: &str) -> Member {
        let person = self.account(username).await;
        self.device(person.id, 1).await
    }

    /// Connects a device of a person.
    async fn device(&self, person: PersonId, device: u128) -> Member {
        self.resume(person, device, &[]).await
    }

    async fn resume(&self, person: PersonId, device: u128, known: &[Known]) -> Member {
        let session = self.session(person).await;
        self.hello(person, session, device, known).await.unwrap()
    }

    async fn hello(
        &self,
        person: PersonId,
        session: SessionId,
        device: u128,
        known: &[Known],
    ) -> Result<Member, Failure> {
        let (outbox, outgoing) = outbox::channel();
        let device = DeviceId(Uuid::from_u128(device));
        let (protocol, known) = (PROTOCOL_VERSION, known.to_vec());
        let hello = Hello { protocol, device, known, personal_seq: None };
        let (link, welcome) = self.app.hello(person, session, outbox, hello).await?;
        Ok(Member { app: self.app.clone(), person, session, link, welcome, outgoing })
    }

    /// Three people in a group of Ana's making, each with one device that has read all events.
    async fn kitchen(&self) -> ([Member; 3], ConversationId) {
        let mut ana = self.member("ana").await;
        let mut ben = self.member("ben").await;
        let mut clo = self.member("clo").await;
        let id = ana.create_group("Kitchen", &[ben.person, clo.person]).await.id;
        for member in [&mut ana, &mut ben, &mut clo] {
            member.until(|event| matches!(event, Event::ConversationChanged { .. })).await;
        }
        ([ana, ben, clo], id)
    }
}

impl Member {
    async fn ask(&self, request: Request) -> Result<Reply, Failure> {
        self.app.handle(&self.link, request).await
    }

    async fn refused(&self, request: Request) -> FailureCode {
        self.ask(request).await.unwrap_err().code
    }

    async fn create(
        &self,
        title: Option<&str>,
        client_id: u128,
        members: &[PersonId],
    ) -> Result<Conversation, Failure> {
        let request = Request::CreateConversation {
            client_id: client_id_of(client_id),
            title: title.map(String::from),
            members: members.to_vec(),
        };
        let Reply::Conversation { conversation } = self.ask(request).await? else {
            panic!("not a conversation");
        };
        Ok(*conversation)
    }

    async fn create_group(&self, title: &str, members: &[PersonId]) -> Conversation {
        self.create(Some(title), Uuid::now_v7().as_u128(), members).await.unwrap()
    }

    async fn direct(&self, other: PersonId) -> Conversation {
        self.create(None, Uuid::now_v7().as_u128(), &[other]).await.unwrap()
    }

    async fn send(&self, conversation: ConversationId, text: &str) -> Message {
        self.send_as(conversation, Uuid::now_v7().as_u128(), text).await.unwrap()
    }

    async fn send_as(
        &self,
        conversation: ConversationId,
        client_id: u128,
        text: &str,
    ) -> Result<Message, Failure> {
        let client_id = client_id_of(client_id);
        let request = Request::text(conversation, client_id, text);
        let Reply::Message { message } = self.ask(request).await? else {
            panic!("not a message");
        };
        Ok(message)
    }

    /// Asks for something that is answered by a message.
    async fn message(&self, request: Request) -> Message {
        let Reply::Message { message } = self.ask(request).await.unwrap() else {
            panic!("not a message");
        };
        message
    }

    /// The latest messages, oldest first.
    async fn history(&self, conversation: ConversationId) -> Vec<Message> {
        let request = Request::History { conversation, before_number: None, limit: 100 };
        let Reply::History { messages, .. } = self.ask(request).await.unwrap() else {
            panic!("not a page of history");
        };
        messages
    }

    async fn start_call(&self, conversation: ConversationId) -> Call {
        let request = Request::StartCall { conversation, media: Media::Audio };
        let Reply::Call { call } = self.ask(request).await.unwrap() else { panic!("not a call") };
        call
    }

    /// Joins a call; returns one's seat and the call with oneself in it.
    async fn join(&self, call: CallId) -> (ParticipantId, Call) {
        let reply = self.ask(join(call, "offer")).await.unwrap();
        let Reply::Answer { answer, call, .. } = reply else { panic!("not an answer") };
        assert_eq!(answer.sdp, "answer to offer");
        (answer.participant, call)
    }

    async fn done(&self, request: Request) {
        assert_eq!(self.ask(request).await, Ok(Reply::Done));
    }

    /// The next event; a test that waits for one that never comes fails.
    async fn next(&mut self) -> Event {
        let text = timeout(PATIENCE, self.outgoing.next()).await.expect("an event").unwrap();
        let ServerFrame::Event { event } = serde_json::from_str(&text).unwrap() else {
            panic!("not an event");
        };
        event
    }

    /// Reads events up to the first that is meant.
    async fn until(&mut self, is_meant: impl Fn(&Event) -> bool) -> Event {
        loop {
            let event = self.next().await;
            if is_meant(&event) {
                return event;
            }
        }
    }

    /// Reads events up to the next message.
    async fn next_message(&mut self) -> Message {
        loop {
            if let Event::MessageChanged { message } = self.next().await {
                return message;
            }
        }
    }

    /// Reads events up to a call in the state that is meant.
    async fn next_call(&mut self, is_meant: impl Fn(&Call) -> bool) -> Call {
        loop {
            if let Event::CallChanged { call } = self.next().await
                && is_meant(&call)
            {
                return call;
            }
        }
    }

    async fn closed(&mut self) -> CloseReason {
        loop {
            if let Err(reason) = timeout(PATIENCE, self.outgoing.next()).await.expect("a close") {
                return reason;
            }
        }
    }

    async fn disconnect(self) {
        self.app.disconnect(self.link).await;
    }
}

fn join(call: CallId, offer: &str) -> Request {
    let sending = Sending { microphone: true, ..Sending::default() };
    Request::JoinCall { call, offer: offer.into(), sources: Vec::new(), sending }
}

fn client_id_of(id: u128) -> ClientId {
    ClientId(Uuid::from_u128(id))
}

fn text_of(message: &Message) -> &str {
    let Content::Text { text, .. } = &message.content else { panic!("not a text") };
    text
}

/// When servers start here, in ms since 1970.
const NOON_MS: i64 = 1_800_000_000_000;

/// How long a test waits for what must come, before it fails.
const PATIENCE: Duration = Duration::from_secs(20);
