//! What people keep for themselves about conversations and messages.

use palabre_signaling::error::Refusal;
use palabre_signaling::keep::{self, MAX_PINNED_CONVERSATIONS};
use palabre_signaling::wire::{
    ConversationId, Keep, KeepChange, Message, MessageId, PersonId, PersonalChanges,
    PersonalConversation, PersonalMark,
};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

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
                    p.seq AS mark_seq, p.starred, p.hidden
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
        "SELECT p.conversation, p.message, p.seq, p.starred, p.hidden FROM personal_marks p
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
        "SELECT conversation, message, seq, starred, hidden FROM personal_marks
         WHERE person = $1 AND conversation = $2 AND number BETWEEN $3 AND $4",
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
    })
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
        let row = sqlx::query(
            "SELECT m.number, p.starred, p.hidden FROM messages m
             LEFT JOIN personal_marks p ON p.message = m.id AND p.person = $1
             WHERE m.id = $2 AND m.conversation = $3 AND m.number >
             (SELECT since_number FROM members WHERE conversation = $3 AND person = $1)",
        )
        .bind(key(self.person.0))
        .bind(key(self.message.0))
        .bind(key(self.conversation.0))
        .fetch_optional(&mut *connection)
        .await?;
        let Some(row) = row else { return Ok(Err(Refusal::NoSuchMessage)) };
        let before = (
            value::<Option<bool>>(&row, "starred")?.unwrap_or(false),
            value::<Option<bool>>(&row, "hidden")?.unwrap_or(false),
        );
        let after = match self.change {
            MarkChange::Star(starred) => (starred, before.1),
            MarkChange::Hide => (false, true),
        };
        if before == after {
            return Ok(Ok(None));
        }
        let (seq, (starred, hidden)) = (next_seq(connection, self.person).await?, after);
        sqlx::query(
            "INSERT INTO personal_marks
             (person, message, conversation, number, seq, starred, hidden)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (person, message) DO UPDATE SET seq = $5, starred = $6, hidden = $7",
        )
        .bind(key(self.person.0))
        .bind(key(self.message.0))
        .bind(key(self.conversation.0))
        .bind(number(count(&row, "number")?))
        .bind(number(seq))
        .bind(starred)
        .bind(hidden)
        .execute(connection)
        .await?;
        let Self { conversation, message, .. } = *self;
        let marks = vec![PersonalMark { conversation, message, seq, starred, hidden }];
        Ok(Ok(Some(PersonalChanges { seq, conversations: Vec::new(), marks, gap: false })))
    }
}

/// Marks that a device is told of when it comes back; beyond them it starts over.
const MAX_MARKS: i64 = 1_000;
