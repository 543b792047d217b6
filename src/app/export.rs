//! What a person takes along: everything of theirs as lines of JSON, read as they are taken.

use std::collections::VecDeque;
use std::sync::PoisonError;

use palabre_signaling::error::Refusal;
use palabre_signaling::wire::{
    Attachment, ChosenStatus, Conversation, Message, Person, PersonId, PersonalConversation,
    Preferences,
};
use serde::Serialize;

use super::App;
use crate::error::RequestError;
use crate::store::SessionId;

/// One export under way; a person has one at a time.
#[derive(Debug)]
pub(crate) struct Export {
    app: App,
    person: PersonId,
    session: SessionId,
    /// Absent once it is told.
    head: Option<Head>,
    /// Which are not begun yet.
    conversations: VecDeque<Conversation>,
    current: Option<Position>,
}

/// One line of an export.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line<'a> {
    /// The first one: whose it is and how to read the rest.
    Export {
        format: u32,
        made_at_ms: i64,
        person: &'a Person,
        status: &'a ChosenStatus,
        preferences: &'a Preferences,
    },
    /// How the person keeps a conversation: pinned, muted, or with a draft.
    Kept { kept: &'a PersonalConversation },
    /// Who is named in what follows.
    Person { person: &'a Person },
    /// The messages after it are this one's.
    Conversation { conversation: &'a Conversation },
    /// In its latest state.
    Message { message: &'a Message, starred: bool },
    /// A file of the message before, and where it is fetched.
    File { address: String, file: &'a Attachment },
}

#[derive(Debug)]
struct Head {
    made_at_ms: i64,
    person: Person,
    status: ChosenStatus,
    preferences: Preferences,
    kept: Vec<PersonalConversation>,
    people: Vec<Person>,
}

/// How far a conversation is told.
#[derive(Debug)]
struct Position {
    conversation: Conversation,
    above_number: u64,
}

impl App {
    /// Begins to export what is a person's, as of now.
    pub(crate) async fn export(
        &self,
        person: PersonId,
        session: SessionId,
    ) -> Result<Export, RequestError> {
        let inner = &*self.0;
        inner.people.spend(person, inner.clock.now_ms(), EXPORT_COST)?;
        let account = inner.store.person(person).await?.ok_or(Refusal::NotSignedIn)?;
        let (status, _) = inner.store.status(person).await?.ok_or(Refusal::NotSignedIn)?;
        let mut resumed = inner.store.resume(person, &[], None).await?;
        resumed.conversations.iter_mut().for_each(|it| self.hide_reading(person, it));
        let acquaintances = inner.store.acquaintances(person).await?;
        let head = Head {
            made_at_ms: inner.clock.now_ms(),
            person: account,
            status,
            preferences: inner.people.preferences(person),
            kept: resumed.personal.conversations,
            people: acquaintances.into_iter().map(|it| it.person).collect(),
        };
        // Last, for it is the drop of the export that takes it back.
        let mut running = inner.exports.lock().unwrap_or_else(PoisonError::into_inner);
        if !running.insert(person) {
            return Err(Refusal::NotAllowed("wait until the export under way is done").into());
        }
        Ok(Export {
            app: self.clone(),
            person,
            session,
            head: Some(head),
            conversations: resumed.conversations.into(),
            current: None,
        })
    }
}

impl Export {
    /// The next lines, each with its end; `None` after the last, and when the session is over.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<u8>>, RequestError> {
        let inner = &*self.app.0;
        if let Some(head) = self.head.take() {
            return Ok(Some(head.lines()));
        }
        if !inner.store.has_session(self.session, inner.clock.now_ms()).await? {
            return Err(Refusal::NotSignedIn.into());
        }
        let Some(mut at) = self.current.take() else {
            let Some(conversation) = self.conversations.pop_front() else { return Ok(None) };
            let line = line(&Line::Conversation { conversation: &conversation });
            self.current = Some(Position { conversation, above_number: 0 });
            return Ok(Some(line));
        };
        let which = at.conversation.id;
        let messages =
            inner.store.messages_above(self.person, which, at.above_number, PAGE).await?;
        let mut lines = Vec::new();
        for (message, starred) in &messages {
            lines.extend(line(&Line::Message { message, starred: *starred }));
            for file in message.content.attachments() {
                let address = format!("/api/files/{}", file.file.0);
                lines.extend(line(&Line::File { address, file }));
            }
        }
        if let Some((last, _)) = messages.last() {
            at.above_number = last.number;
            self.current = Some(at);
        }
        // No bytes are no end: the next conversation comes after.
        Ok(Some(lines))
    }
}

impl Drop for Export {
    fn drop(&mut self) {
        self.app.0.exports.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.person);
    }
}

impl Head {
    fn lines(&self) -> Vec<u8> {
        let Self { made_at_ms, person, status, preferences, kept, people } = self;
        let made_at_ms = *made_at_ms;
        let first = Line::Export { format: FORMAT, made_at_ms, person, status, preferences };
        let mut lines = line(&first);
        lines.extend(kept.iter().flat_map(|kept| line(&Line::Kept { kept })));
        lines.extend(people.iter().flat_map(|person| line(&Line::Person { person })));
        lines
    }
}

fn line(of: &Line<'_>) -> Vec<u8> {
    let mut line = serde_json::to_vec(of).expect("what goes over the wire is JSON");
    line.push(b'\n');
    line
}

/// Told in the first line; it rises when a line changes its meaning.
const FORMAT: u32 = 1;

/// Messages read at once; of the longest they are half a MiB.
const PAGE: u32 = 30;

/// Tokens of a person's budget that an export costs.
const EXPORT_COST: u32 = 20;
