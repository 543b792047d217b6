//! What people keep for themselves about conversations and messages.

use palabre_signaling::error::Refusal;
use palabre_signaling::keep::{self, MAX_PINNED_CONVERSATIONS};
use palabre_signaling::wire::{
    ConversationId, Keep, KeepChange, Message, MessageId, PersonId, PersonalChanges,
    PersonalConversation, PersonalMark,
};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::messages::{Page, message, reading};
use super::row::{count, id, json, key, number, text, value};
use super::writer::Write;
use super::{Store, StoreError};

/// What a person does with a message for themselves.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum MarkChange {
    /// Keeps it among the starred ones, or no longer.
    Star(bool),
    /// Deletes it.
    Hide,
}

impl Store {
    /// Changes how a person keeps a conversation; returns what there is to tell that person's
    /// devices, if anything.
    pub(crate) async fn keep(
        &self,
        person: PersonId,
        conversation: ConversationId,
        change: KeepChange,
        now_ms: i64,
    ) -> Result<Result<Option<PersonalChanges>, Refusal>, StoreError> {
        self.writer.write(ChangeKeep { person, conversation, change, now_ms }).await
    }

    /// Stars or hides a message; returns what there is to tell the person's devices, if anything.
    pub(crate) async fn mark_message(
        &self,
        person: PersonId,
        conversation: ConversationId,
        message: MessageId,
        change: MarkChange,
    ) -> Result<Result<Option<PersonalChanges>, Refusal>, StoreError> {
        self.writer.write(ChangeMark { person, conversation, message, change }).await
    }

    /// A page of a person's starred messages, the one starred last first.
    pub(crate) async fn starred(
        &self,
        person: PersonId,
        before_seq: Option<u64>,
        limit: u32,
    ) -> Result<Page, StoreError> {
        let rows = sqlx::query(
            "SELECT m.id, m.conversation, m.seq, m.changed_seq, m.number, m.sender, m.client_id,
                    m.sent_at_ms, m.content, m.details,
                    p.seq AS mark_seq, p.starred, p.hidden, p.listened, p.listeners
             FROM personal_marks p JOIN messages m ON m.id = p.message
             JOIN members a ON a.conversation = m.conversation AND a.person = p.person
             WHERE p.person = $1 AND p.starred AND NOT p.hidden AND p.seq < $2
             ORDER BY p.seq DESC LIMIT $3",
        )
        .bind(key(person.0))
        .bind(number(before_seq.unwrap_or(u64::MAX)))
        .bind(i64::from(limit) + 1)
        .fetch_all(&self.readers)
        .await?;
        let more = limit as usize <= rows.len().saturating_sub(1);
        let rows = &rows[..rows.len().min(limit as usize)];
        let messages = rows.iter().map(|row| message(row, "id")).collect::<sqlx::Result<_>>()?;
        let mark_of = |row| mark(row, "id", "mark_seq");
        let marks = rows.iter().map(mark_of).collect::<sqlx::Result<_>>()?;
        Ok(Page { messages, more, marks })
    }
}

/// Reads what a device of a person has missed of that person's own things.
pub(super) async fn personal_since(
    connection: &mut SqliteConnection,
    person: PersonId,
    known_seq: Option<u64>,
) -> sqlx::Result<PersonalChanges> {
    let row = sqlx::query("SELECT personal_seq FROM people WHERE id = $1")
        .bind(key(person.0))
        .fetch_optional(&mut *connection)
        .await?;
    let seq = row.map(|row| count(&row, "personal_seq")).transpose()?.unwrap_or(0);
    // A device that is ahead remembers what a restored backup has forgotten.
    let since = known_seq.filter(|known| *known <= seq);
    let conversations = sqlx::query(
        "SELECT p.conversation, p.seq, p.keep FROM personal_conversations p
         JOIN members m ON m.conversation = p.conversation AND m.person = p.person
         WHERE p.person = $1",
    )
    .bind(key(person.0))
    .fetch_all(&mut *connection)
    .await?;
    let marks = sqlx::query(
        "SELECT p.conversation, p.message, p.seq, p.starred, p.hidden, p.listened, p.listeners
         FROM personal_marks p
         JOIN members m ON m.conversation = p.conversation AND m.person = p.person
         WHERE p.person = $1 AND p.seq > $2 ORDER BY p.seq LIMIT $3",
    )
    .bind(key(person.0))
    .bind(number(since.unwrap_or(0)))
    .bind(MAX_MARKS + 1)
    .fetch_all(connection)
    .await?;
    let gap = MAX_MARKS < marks.len() as i64 || since != known_seq;
    let marks = if gap { &[] } else { marks.as_slice() };
    Ok(PersonalChanges {
        seq,
        conversations: conversations.iter().map(kept).collect::<sqlx::Result<_>>()?,
        marks: marks.iter().map(|row| mark(row, "message", "seq")).collect::<sqlx::Result<_>>()?,
        gap,
    })
}

/// What `reader` keeps about messages of one conversation, which lie close together.
pub(super) async fn marks_of(
    connection: &mut SqliteConnection,
    reader: PersonId,
    conversation: ConversationId,
    messages: &[Message],
) -> sqlx::Result<Vec<PersonalMark>> {
    let numbers = || messages.iter().map(|message| message.number);
    let (Some(least), Some(most)) = (numbers().min(), numbers().max()) else {
        return Ok(Vec::new());
    };
    let rows = sqlx::query(
        "SELECT conversation, message, seq, starred, hidden, listened, listeners
         FROM personal_marks WHERE person = $1 AND conversation = $2 AND number BETWEEN $3 AND $4",
    )
    .bind(key(reader.0))
    .bind(key(conversation.0))
    .bind(number(least))
    .bind(number(most))
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| mark(row, "message", "seq")).collect()
}

fn kept(row: &SqliteRow) -> sqlx::Result<PersonalConversation> {
    Ok(PersonalConversation {
        conversation: ConversationId(id(row, "conversation")?),
        seq: count(row, "seq")?,
        keep: json(row, "keep")?,
    })
}

fn mark(row: &SqliteRow, message: &str, seq: &str) -> sqlx::Result<PersonalMark> {
    Ok(PersonalMark {
        conversation: ConversationId(id(row, "conversation")?),
        message: MessageId(id(row, message)?),
        seq: count(row, seq)?,
        starred: value(row, "starred")?,
        hidden: value(row, "hidden")?,
        listened: value(row, "listened")?,
        listeners: value(row, "listeners")?,
    })
}

/// A message and what somebody keeps of it.
pub(super) struct Marked {
    pub(super) person: PersonId,
    pub(super) number: u64,
    /// Its `seq` is that of the latest change, 0 while there was none.
    pub(super) mark: PersonalMark,
}

/// What `person` keeps of a message, the reader's bounds left aside; `None` when there is no such
/// message.
pub(super) async fn marked(
    connection: &mut SqliteConnection,
    person: PersonId,
    conversation: ConversationId,
    message: MessageId,
) -> sqlx::Result<Option<Marked>> {
    let row = sqlx::query(
        "SELECT m.number, COALESCE(p.seq, 0) AS seq, COALESCE(p.starred, FALSE) AS starred,
                COALESCE(p.hidden, FALSE) AS hidden, COALESCE(p.listened, FALSE) AS listened,
                COALESCE(p.listeners, 0) AS listeners
         FROM messages m JOIN members a ON a.conversation = m.conversation AND a.person = $1
         LEFT JOIN personal_marks p ON p.message = m.id AND p.person = $1
         WHERE m.id = $2 AND m.conversation = $3 AND m.number > a.since_number",
    )
    .bind(key(person.0))
    .bind(key(message.0))
    .bind(key(conversation.0))
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let mark = PersonalMark {
        conversation,
        message,
        seq: count(&row, "seq")?,
        starred: row.try_get("starred")?,
        hidden: row.try_get("hidden")?,
        listened: row.try_get("listened")?,
        listeners: row.try_get("listeners")?,
    };
    Ok(Some(Marked { person, number: count(&row, "number")?, mark }))
}

/// Keeps what somebody keeps of a message; returns what there is to tell their devices.
pub(super) async fn put_mark(
    connection: &mut SqliteConnection,
    Marked { person, number: message_number, mark }: Marked,
) -> sqlx::Result<PersonalChanges> {
    let seq = next_seq(connection, person).await?;
    let mark = PersonalMark { seq, ..mark };
    sqlx::query(
        "INSERT INTO personal_marks
         (person, message, conversation, number, seq, starred, hidden, listened, listeners)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (person, message) DO UPDATE
         SET seq = $5, starred = $6, hidden = $7, listened = $8, listeners = $9",
    )
    .bind(key(person.0))
    .bind(key(mark.message.0))
    .bind(key(mark.conversation.0))
    .bind(number(message_number))
    .bind(number(seq))
    .bind(mark.starred)
    .bind(mark.hidden)
    .bind(mark.listened)
    .bind(i64::from(mark.listeners))
    .execute(connection)
    .await?;
    Ok(PersonalChanges { seq, conversations: Vec::new(), marks: vec![mark], gap: false })
}

/// The number of the next change of a person's own things.
async fn next_seq(connection: &mut SqliteConnection, person: PersonId) -> sqlx::Result<u64> {
    let row = sqlx::query(
        "UPDATE people SET personal_seq = personal_seq + 1 WHERE id = $1 RETURNING personal_seq",
    )
    .bind(key(person.0))
    .fetch_one(connection)
    .await?;
    count(&row, "personal_seq")
}

struct ChangeKeep {
    person: PersonId,
    conversation: ConversationId,
    change: KeepChange,
    now_ms: i64,
}

impl Write for ChangeKeep {
    type Output = Result<Option<PersonalChanges>, Refusal>;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Self::Output> {
        if reading(connection, self.person, self.conversation).await?.is_none() {
            return Ok(Err(Refusal::NotAMember));
        }
        let row = sqlx::query(
            "SELECT keep FROM personal_conversations WHERE person = $1 AND conversation = $2",
        )
        .bind(key(self.person.0))
        .bind(key(self.conversation.0))
        .fetch_optional(&mut *connection)
        .await?;
        let before: Keep = row.map(|row| json(&row, "keep")).transpose()?.unwrap_or_default();
        let after = match keep::change(&before, &self.change, self.now_ms) {
            Ok(Some(after)) => after,
            Ok(None) => return Ok(Ok(None)),
            Err(refusal) => return Ok(Err(refusal)),
        };
        if matches!(self.change, KeepChange::Pin { on: true })
            && self.is_one_pin_too_many(connection).await?
        {
            let limit = MAX_PINNED_CONVERSATIONS;
            return Ok(Err(Refusal::TooMany { what: "conversations at the top", limit }));
        }
        let seq = next_seq(connection, self.person).await?;
        sqlx::query(
            "INSERT INTO personal_conversations (person, conversation, seq, keep)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (person, conversation) DO UPDATE SET seq = $3, keep = $4",
        )
        .bind(key(self.person.0))
        .bind(key(self.conversation.0))
        .bind(number(seq))
        .bind(text(&after)?)
        .execute(connection)
        .await?;
        let changed = PersonalConversation { conversation: self.conversation, seq, keep: after };
        let conversations = vec![changed];
        Ok(Ok(Some(PersonalChanges { seq, conversations, marks: Vec::new(), gap: false })))
    }
}

impl ChangeKeep {
    async fn is_one_pin_too_many(&self, connection: &mut SqliteConnection) -> sqlx::Result<bool> {
        let rows = sqlx::query("SELECT keep FROM personal_conversations WHERE person = $1")
            .bind(key(self.person.0))
            .fetch_all(connection)
            .await?;
        let keeps = rows.iter().map(|row| json(row, "keep")).collect::<sqlx::Result<Vec<Keep>>>();
        let pinned = keeps?.iter().filter(|keep| keep.pinned_at_ms.is_some()).count();
        Ok(MAX_PINNED_CONVERSATIONS <= pinned)
    }
}

struct ChangeMark {
    person: PersonId,
    conversation: ConversationId,
    message: MessageId,
    change: MarkChange,
}

impl Write for ChangeMark {
    type Output = Result<Option<PersonalChanges>, Refusal>;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Self::Output> {
        if reading(connection, self.person, self.conversation).await?.is_none() {
            return Ok(Err(Refusal::NotAMember));
        }
        let Self { person, conversation, message, change } = *self;
        let Some(marked) = marked(connection, person, conversation, message).await? else {
            return Ok(Err(Refusal::NoSuchMessage));
        };
        let before = marked.mark;
        let after = match change {
            MarkChange::Star(starred) => PersonalMark { starred, ..before },
            MarkChange::Hide => PersonalMark { starred: false, hidden: true, ..before },
        };
        if before == after {
            return Ok(Ok(None));
        }
        Ok(Ok(Some(put_mark(connection, Marked { mark: after, ..marked }).await?)))
    }
}

/// Marks that a device is told of when it comes back; beyond them it starts over.
const MAX_MARKS: i64 = 1_000;
