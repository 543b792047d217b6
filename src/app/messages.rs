//! Messages: sent, changed, passed on, and kept for oneself.

use palabre_signaling::attachment::check_files;
use palabre_signaling::change::Change;
use palabre_signaling::emoji::check_emoji;
use palabre_signaling::error::Refusal;
use palabre_signaling::message;
use palabre_signaling::permission::check_range;
use palabre_signaling::search::{self, check_query};
use palabre_signaling::wire::{
    ClientId, Content, ConversationId, Entity, Event, MessageId, PersonId, PersonalChanges, Reply,
    Request, SentFile,
};

use super::{App, Inner};
use crate::error::RequestError;
use crate::outbox::Frame;
use crate::store::{FileList, Listening, MarkChange, NewMessage, Page, Search};

impl App {
    /// Does what somebody asks about messages.
    #[expect(clippy::wildcard_enum_match_arm, reason = "`App::answer` sorts the requests")]
    pub(super) async fn answer_about_message(
        &self,
        person: PersonId,
        request: Request,
    ) -> Result<Reply, RequestError> {
        let Inner { store, clock, files, .. } = &*self.0;
        match request {
            Request::SendMessage { conversation, client_id, text, entities, quote, files } => {
                let content = self.content(person, &text, entities, &files).await?;
                let now_ms = clock.now_ms();
                let draft = NewMessage::new(conversation, person, client_id, content, now_ms);
                self.post(NewMessage { quote, files, ..draft }).await
            }
            Request::ForwardMessage { conversation, client_id, message } => {
                self.forward(person, conversation, client_id, message).await
            }
            Request::EditMessage { conversation, message, seen_seq, text, entities } => {
                // Whether there are files beside it is seen when it is stored.
                let (text, entities) = message::check_caption(&text, entities)?;
                let edit = Change::Edit { text, entities, seen_seq };
                self.change(conversation, person, message, edit).await
            }
            Request::DeleteMessage { conversation, message } => {
                let reply = self.change(conversation, person, message, Change::Delete).await;
                files.tidy();
                reply
            }
            Request::React { conversation, message, emoji } => {
                let emoji = emoji.as_deref().map(check_emoji).transpose()?;
                self.change(conversation, person, message, Change::React(emoji)).await
            }
            Request::PinMessage { conversation, message, pinned } => {
                self.change(conversation, person, message, Change::Pin(pinned)).await
            }
            Request::StarMessage { conversation, message, starred } => {
                let star = MarkChange::Star(starred);
                let changes = store.mark_message(person, conversation, message, star).await??;
                Ok(self.tell_own_devices(person, changes))
            }
            Request::HideMessage { conversation, message } => {
                let hide = MarkChange::Hide;
                let changes = store.mark_message(person, conversation, message, hide).await??;
                Ok(self.tell_own_devices(person, changes))
            }
            Request::MarkListened { conversation, message } => {
                self.listen(person, conversation, message).await
            }
            Request::Keep { conversation, change } => {
                let changes = store.keep(person, conversation, change, clock.now_ms()).await??;
                Ok(self.tell_own_devices(person, changes))
            }
            Request::Search { query, filter, order, skip, limit } => {
                let (words, limit) = (check_query(&query)?, search::check_page(limit)?);
                check_range("skip", skip, 0..=MAX_SKIP)?;
                let search = Search { reader: person, words, filter, order, skip, limit };
                let (found, more) = store.search(&search).await?;
                Ok(Reply::Found { found, more })
            }
            Request::Versions { conversation, message } => {
                let versions = store.versions(person, conversation, message).await??;
                Ok(Reply::Versions { versions })
            }
            Request::Receipts { conversation, message } => {
                let receipts = store.receipts(person, conversation, message).await??;
                let mut people: Vec<PersonId> = receipts.iter().map(|it| it.person).collect();
                people.push(person);
                let private = self.0.people.private_readers(&people);
                let seen = receipts.into_iter().map(|it| it.seen_by(person, &private));
                Ok(Reply::Receipts { receipts: seen.collect() })
            }
            Request::Pinned { conversation } => {
                let page = store.pinned(person, conversation).await?.ok_or(Refusal::NotAMember)?;
                Ok(messages(page))
            }
            Request::Files { conversation, group, before_number, limit } => {
                let limit = message::check_page(limit)?;
                let list = FileList { reader: person, conversation, group, before_number, limit };
                Ok(messages(store.files(list).await?.ok_or(Refusal::NotAMember)?))
            }
            Request::Starred { before_seq, limit } => {
                let limit = message::check_page(limit)?;
                Ok(messages(store.starred(person, before_seq, limit).await?))
            }
            _ => Err(Refusal::Malformed("not about a message").into()),
        }
    }

    /// Notes that somebody has listened; those who read privately neither tell nor are told.
    async fn listen(
        &self,
        person: PersonId,
        conversation: ConversationId,
        message: MessageId,
    ) -> Result<Reply, RequestError> {
        let Inner { store, clock, people, .. } = &*self.0;
        let sender = store.message(person, message).await?.map(|message| message.sender);
        let told = sender.is_some_and(|it| people.private_readers(&[person, it]).is_empty());
        let at_ms = clock.now_ms();
        let listening = Listening { person, conversation, message, told, at_ms };
        for (person, changes) in store.listen(listening).await?? {
            self.tell_own_devices(person, Some(changes));
        }
        Ok(Reply::Done)
    }

    /// What a message says; its files are there when this returns, and join it when it is stored.
    async fn content(
        &self,
        person: PersonId,
        text: &str,
        entities: Vec<Entity>,
        files: &[SentFile],
    ) -> Result<Content, RequestError> {
        let (text, entities) = if files.is_empty() {
            message::check_text(text, entities)?
        } else {
            message::check_caption(text, entities)?
        };
        check_files(files)?;
        for sent in files {
            self.0.files.finish(person, sent.file).await?;
        }
        Ok(Content::Text { text, entities, attachments: Vec::new() })
    }

    async fn post(&self, draft: NewMessage) -> Result<Reply, RequestError> {
        Ok(Reply::Message { message: self.0.conversations.post(draft).await? })
    }

    async fn change(
        &self,
        conversation: ConversationId,
        person: PersonId,
        message: MessageId,
        change: Change,
    ) -> Result<Reply, RequestError> {
        let changed = self.0.conversations.change(conversation, person, message, change);
        Ok(Reply::Message { message: changed.await? })
    }

    /// Says elsewhere what a message says that the person can read.
    async fn forward(
        &self,
        person: PersonId,
        conversation: ConversationId,
        client_id: ClientId,
        source: MessageId,
    ) -> Result<Reply, RequestError> {
        let Inner { store, clock, .. } = &*self.0;
        let source = store.message(person, source).await?.ok_or(Refusal::NoSuchMessage)?;
        let content = message::forwarded(source.content)?;
        let draft = NewMessage::new(conversation, person, client_id, content, clock.now_ms());
        self.post(NewMessage { forwarded: true, ..draft }).await
    }

    /// Tells the other devices of a person what it keeps now.
    fn tell_own_devices(&self, person: PersonId, changes: Option<PersonalChanges>) -> Reply {
        if let Some(changes) = changes {
            let frame = Frame::new(Event::PersonalChanged { changes });
            self.0.people.send([person], &frame);
        }
        Reply::Done
    }
}

fn messages(page: Page) -> Reply {
    let Page { messages, marks, more } = page;
    Reply::Messages { messages, marks, more }
}

/// Found messages that may be paged through; whoever wants more says more words.
const MAX_SKIP: u32 = 1_000;
