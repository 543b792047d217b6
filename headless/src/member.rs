//! One device at the server: requests with their replies, and the stream of events.

use anyhow::Context;
use palabre_signaling::wire::{
    Call, CallId, Conversation, ConversationId, DeviceId, Event, Known, Media, Message,
    PROTOCOL_VERSION, PersonId, Reply, Request, Status, Welcome,
};
use tokio::{sync::mpsc, task::JoinHandle, time::timeout};
use tokio_tungstenite::tungstenite::{client::IntoClientRequest, http::header::AUTHORIZATION};

use crate::{
    account::Account,
    asker::{Asker, PATIENCE, RequestError, new_client_id},
    mirror::Mirror,
};

/// One signed-in device. Dropping it cuts its socket without a goodbye.
#[derive(Debug)]
pub struct Member {
    account: Account,
    device: DeviceId,
    welcome: Box<Welcome>,
    mirror: Mirror,
    asker: Asker,
    events: mpsc::Receiver<Event>,
    reader: JoinHandle<Option<u16>>,
}

impl Member {
    pub(crate) async fn open(
        account: Account,
        device: DeviceId,
        known: Vec<Known>,
    ) -> anyhow::Result<Self> {
        let mut request = account.socket_url().into_client_request()?;
        let bearer = format!("Bearer {}", account.token());
        request.headers_mut().insert(AUTHORIZATION, bearer.parse()?);
        let (socket, _) = tokio_tungstenite::connect_async(request).await?;
        let (events_in, events) = mpsc::channel(EVENT_BACKLOG);
        let (asker, reader) = Asker::start(socket, events_in);

        let personal_seq = None;
        let hello = Request::Hello { protocol: PROTOCOL_VERSION, device, known, personal_seq };
        let Reply::Welcome(welcome) = asker.ask(hello).await? else {
            return Err(RequestError::WrongReply.into());
        };
        let mut mirror = Mirror::default();
        mirror.welcome(&welcome);
        Ok(Self { account, device, welcome, mirror, asker, events, reader })
    }

    /// The session behind this device.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Oneself.
    pub fn id(&self) -> PersonId {
        self.welcome.me.id
    }

    /// Which device this is.
    pub fn device(&self) -> DeviceId {
        self.device
    }

    /// What the server said first.
    pub fn welcome(&self) -> &Welcome {
        &self.welcome
    }

    /// What the device knows by now; moves on only while a method that waits runs.
    pub fn mirror(&self) -> &Mirror {
        &self.mirror
    }

    /// Asks anything, for requests that have no method of their own here.
    pub async fn ask(&self, request: Request) -> Result<Reply, RequestError> {
        self.asker.ask(request).await
    }

    /// A handle that asks on the same socket and can be moved into another task.
    pub fn asker(&self) -> Asker {
        self.asker.clone()
    }

    /// Waits, however long, for the next event; absent once the connection is gone.
    pub async fn next_event(&mut self) -> Option<Event> {
        let event = self.events.recv().await?;
        self.mirror.apply(&event);
        Some(event)
    }

    /// Waits for the first event, from here on, of which `pick` makes something. `what` is for
    /// the error.
    pub async fn wait_for<T>(
        &mut self,
        what: &str,
        mut pick: impl FnMut(&Event) -> Option<T>,
    ) -> anyhow::Result<T> {
        let wait = async {
            loop {
                let event = self.events.recv().await.context("the connection is gone")?;
                self.mirror.apply(&event);
                if let Some(found) = pick(&event) {
                    return anyhow::Ok(found);
                }
            }
        };
        timeout(PATIENCE, wait).await.with_context(|| format!("waiting for {what}"))?
    }

    /// Waits until `pick` makes something of what the device knows. `what` is for the error.
    pub async fn wait_until<T>(
        &mut self,
        what: &str,
        mut pick: impl FnMut(&Mirror) -> Option<T>,
    ) -> anyhow::Result<T> {
        let wait = async {
            loop {
                if let Some(found) = pick(&self.mirror) {
                    return anyhow::Ok(found);
                }
                let event = self.events.recv().await.context("the connection is gone")?;
                self.mirror.apply(&event);
            }
        };
        timeout(PATIENCE, wait).await.with_context(|| format!("waiting until {what}"))?
    }

    /// Applies the events that have arrived by the time the server answers a ping, so that what
    /// it had sent before is known.
    pub async fn settle(&mut self) -> anyhow::Result<()> {
        self.ask(Request::Ping).await?;
        while let Ok(event) = self.events.try_recv() {
            self.mirror.apply(&event);
        }
        Ok(())
    }

    /// Finds a conversation by its title, or the direct one with the person of that username.
    pub fn find_conversation(&self, name: &str) -> Option<ConversationId> {
        let mirror = &self.mirror;
        let named = |conversation: &&Conversation| {
            let other = conversation.members.iter().find(|member| **member != self.id());
            let other = other.and_then(|other| mirror.people.get(other));
            conversation.title == name
                || conversation.title.is_empty() && other.is_some_and(|it| it.username == name)
        };
        mirror.conversations.values().find(named).map(|conversation| conversation.id)
    }

    /// Makes a group of oneself and `others`.
    pub async fn create_group(
        &mut self,
        title: &str,
        others: &[PersonId],
    ) -> Result<ConversationId, RequestError> {
        self.create_conversation(Some(title.to_owned()), others).await
    }

    /// Makes, or finds, the direct conversation with `other`.
    pub async fn direct(&mut self, other: PersonId) -> Result<ConversationId, RequestError> {
        self.create_conversation(None, &[other]).await
    }

    /// Sends a text and waits until it is stored.
    pub async fn post(
        &self,
        conversation: ConversationId,
        text: &str,
    ) -> Result<Message, RequestError> {
        self.asker.post(conversation, new_client_id(), text).await
    }

    /// Reads a page of history.
    pub async fn history(
        &self,
        conversation: ConversationId,
        before_number: Option<u64>,
        limit: u32,
    ) -> Result<(Vec<Message>, bool), RequestError> {
        let reply = self.ask(Request::History { conversation, before_number, limit }).await?;
        let Reply::History { messages, more, .. } = reply else {
            return Err(RequestError::WrongReply);
        };
        Ok((messages, more))
    }

    /// Reads all of history, oldest first.
    pub async fn whole_history(
        &self,
        conversation: ConversationId,
    ) -> Result<Vec<Message>, RequestError> {
        let mut pages = Vec::new();
        let mut before = None;
        loop {
            let (page, more) = self.history(conversation, before, HISTORY_PAGE).await?;
            before = page.first().map(|message| message.number);
            pages.push(page);
            if !more {
                return Ok(pages.into_iter().rev().flatten().collect());
            }
        }
    }

    /// Asks for what changed since the device looked last, and applies it.
    pub async fn catch_up(&mut self, conversation: ConversationId) -> Result<(), RequestError> {
        let known = self.mirror.known().into_iter();
        let since_seq =
            known.filter(|known| known.conversation == conversation).map(|known| known.seq).sum();
        let reply = self.ask(Request::Changes { conversation, since_seq }).await?;
        let Reply::Changes { changes } = reply else { return Err(RequestError::WrongReply) };
        self.mirror.apply_changes(&changes);
        Ok(())
    }

    /// Says how far messages reached this device and were read.
    pub async fn mark(
        &self,
        conversation: ConversationId,
        delivered_number: u64,
        read_number: u64,
    ) -> Result<(), RequestError> {
        self.done(Request::Mark { conversation, delivered_number, read_number }).await
    }

    /// Chooses what others see.
    pub async fn set_status(&self, status: Status) -> Result<(), RequestError> {
        self.done(Request::status(status)).await
    }

    /// Says that the person types, or no longer does.
    pub async fn typing(
        &self,
        conversation: ConversationId,
        active: bool,
    ) -> Result<(), RequestError> {
        self.done(Request::Typing { conversation, active }).await
    }

    /// Starts a call, or finds the one under way.
    pub async fn start_call(
        &mut self,
        conversation: ConversationId,
        media: Media,
    ) -> Result<Call, RequestError> {
        let reply = self.ask(Request::StartCall { conversation, media }).await?;
        let Reply::Call { call } = reply else { return Err(RequestError::WrongReply) };
        self.mirror.put_call(call.clone());
        Ok(call)
    }

    /// Stops the ringing on all devices of the person.
    pub async fn decline_call(&self, call: CallId) -> Result<(), RequestError> {
        self.done(Request::DeclineCall { call }).await
    }

    /// Ends a call for everybody.
    pub async fn end_call(&self, call: CallId) -> Result<(), RequestError> {
        self.done(Request::EndCall { call }).await
    }

    /// Asks something whose only answer is that it was done.
    pub async fn done(&self, request: Request) -> Result<(), RequestError> {
        let reply = self.ask(request).await?;
        let Reply::Done = reply else { return Err(RequestError::WrongReply) };
        Ok(())
    }

    /// Waits until the server closes the socket, and returns its close code.
    pub async fn closed(mut self) -> anyhow::Result<Option<u16>> {
        self.events.close();
        while self.events.recv().await.is_some() {}
        Ok(timeout(PATIENCE, &mut self.reader).await.context("waiting for the close")??)
    }

    /// Cuts the socket without a goodbye, as a lost network does, and comes back as the same
    /// device with what it knew.
    pub async fn cut_and_resume(self) -> anyhow::Result<Self> {
        let account = self.account.clone();
        self.cut().resume_at(&account).await
    }

    /// Cuts the socket without a goodbye.
    pub fn cut(mut self) -> Cut {
        Cut { device: self.device, mirror: std::mem::take(&mut self.mirror) }
    }

    pub(crate) fn mirror_mut(&mut self) -> &mut Mirror {
        &mut self.mirror
    }

    async fn create_conversation(
        &mut self,
        title: Option<String>,
        others: &[PersonId],
    ) -> Result<ConversationId, RequestError> {
        let request = Request::CreateConversation {
            client_id: new_client_id(),
            title,
            members: others.to_vec(),
        };
        let reply = self.ask(request).await?;
        let Reply::Conversation { conversation } = reply else {
            return Err(RequestError::WrongReply);
        };
        let id = conversation.id;
        self.mirror.apply(&Event::ConversationChanged { conversation });
        Ok(id)
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        // Aborting both halves drops the socket itself: the server sees the connection end
        // without a close frame.
        self.reader.abort();
        self.asker.stop();
    }
}

/// A device whose socket was cut, with what it knew.
#[derive(Debug)]
pub struct Cut {
    device: DeviceId,
    mirror: Mirror,
}

impl Cut {
    /// Which device it is.
    pub fn device(&self) -> DeviceId {
        self.device
    }

    /// What the device knew.
    pub fn mirror(&self) -> &Mirror {
        &self.mirror
    }

    /// Comes back as the same device.
    pub async fn resume_at(self, account: &Account) -> anyhow::Result<Member> {
        let member = account.resume(self.device, self.mirror.known()).await?;
        Ok(self.catch_up(member))
    }

    /// Comes back as the same device, or stays what it was where the server is not there.
    pub async fn try_resume_at(self, account: &Account) -> Result<Member, Self> {
        match account.resume(self.device, self.mirror.known()).await {
            Ok(member) => Ok(self.catch_up(member)),
            Err(_) => Err(self),
        }
    }

    fn catch_up(self, mut member: Member) -> Member {
        member.mirror = self.mirror;
        member.mirror.welcome(&member.welcome);
        member
    }
}

/// Events kept until somebody waits for them.
const EVENT_BACKLOG: usize = 16 * 1024;

/// Messages per page when reading all of history.
const HISTORY_PAGE: u32 = 100;
