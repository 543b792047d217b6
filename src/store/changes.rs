//! What becomes of stored messages, what they said before, and those that are pinned.

use palabre_signaling::change::{Actor, Change, MAX_PINNED, Windows};
use palabre_signaling::error::Refusal;
use palabre_signaling::wire::{ConversationId, Message, MessageId, PersonId, Version};
use sqlx::SqliteConnection;

use super::files::forget_files;
use super::listening::forget_listenings;
use super::messages::{Page, message, reading, select_messages};
use super::personal::marks_of;
use super::row::{count, json, key, number, text, value};
use super::search::index;
use super::writer::Write;
use super::{Store, StoreError};

/// A change of a message that is to be decided and stored.
#[derive(Clone, Debug)]
pub(crate) struct MessageChange {
    /// Where.
    pub(crate) conversation: ConversationId,
    /// Of which message.
    pub(crate) message: MessageId,
    /// Who wants it; a member.
    pub(crate) actor: Actor,
    /// What is wanted.
    pub(crate) change: Change,
    /// How long people may change what they have sent.
    pub(crate) windows: Windows,
    /// When, in ms since 1970.
    pub(crate) now_ms: i64,
}

impl Store {
    /// Changes a message and returns it as it is then; one that stays as it is keeps its
    /// `changed_seq`.
    pub(crate) async fn change_message(
        &self,
        change: MessageChange,
    ) -> Result<Result<Message, Refusal>, StoreError> {
        self.writer.write(change).await
    }

    /// A message in a conversation of which `reader` is a member.
    pub(crate) async fn message(
        &self,
        reader: PersonId,
        wanted: MessageId,
    ) -> Result<Option<Message>, StoreError> {
        let row = sqlx::query(select_messages!(
            "WHERE id = $1 AND EXISTS (SELECT 1 FROM members a WHERE a.person = $2
             AND a.conversation = messages.conversation AND a.since_number < messages.number)"
        ))
        .bind(key(wanted.0))
        .bind(key(reader.0))
        .fetch_optional(&self.readers)
        .await?;
        Ok(row.map(|row| message(&row, "id")).transpose()?)
    }

    /// What a message said before, oldest first; `None` when `reader` is not a member or there is
    /// no such message.
    pub(crate) async fn versions(
        &self,
        reader: PersonId,
        conversation: ConversationId,
        message: MessageId,
    ) -> Result<Result<Vec<Version>, Refusal>, StoreError> {
        let mut connection = self.readers.begin().await?;
        let Some(reading) = reading(&mut connection, reader, conversation).await? else {
            return Ok(Err(Refusal::NotAMember));
        };
        let rows = sqlx::query(
            "SELECT v.content, v.written_at_ms FROM versions v
             JOIN messages m ON m.id = v.message
             WHERE v.message = $1 AND m.conversation = $2 AND m.number > $3 ORDER BY v.seq",
        )
        .bind(key(message.0))
        .bind(key(conversation.0))
        .bind(number(reading.since_number))
        .fetch_all(&mut *connection)
        .await?;
        let version = |row| {
            let written_at_ms = value(row, "written_at_ms")?;
            Ok(Version { content: json(row, "content")?, written_at_ms })
        };
        Ok(Ok(rows.iter().map(version).collect::<sqlx::Result<_>>()?))
    }

    /// The messages that are pinned in a conversation, oldest first; `None` when `reader` is not a
    /// member.
    pub(crate) async fn pinned(
        &self,
        reader: PersonId,
        conversation: ConversationId,
    ) -> Result<Option<Page>, StoreError> {
        let mut connection = self.readers.begin().await?;
        let Some(reading) = reading(&mut connection, reader, conversation).await? else {
            return Ok(None);
        };
        let rows = sqlx::query(select_messages!(
            "WHERE conversation = $1 AND pinned AND number > $2 ORDER BY number"
        ))
        .bind(key(conversation.0))
        .bind(number(reading.since_number))
        .fetch_all(&mut *connection)
        .await?;
        let messages = rows.iter().map(|row| message(row, "id")).collect::<sqlx::Result<_>>();
        let messages: Vec<Message> = messages?;
        let marks = marks_of(&mut connection, reader, conversation, &messages).await?;
        Ok(Some(Page { messages, more: false, marks }))
    }
}

impl Write for MessageChange {
    type Output = Result<Message, Refusal>;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Self::Output> {
        let Some((before, next_seq)) = self.find(connection).await? else {
            return Ok(Err(Refusal::NoSuchMessage));
        };
        let Self { change, actor, now_ms, windows, .. } = self;
        let after = match change.apply(&before, *actor, *now_ms, next_seq, *windows) {
            Ok(Some(after)) => after,
            Ok(None) => return Ok(Ok(before)),
            Err(refusal) => return Ok(Err(refusal)),
        };
        if matches!(change, Change::Pin(true)) && self.is_one_pin_too_many(connection).await? {
            return Ok(Err(Refusal::TooMany { what: "pinned messages", limit: MAX_PINNED }));
        }
        match change {
            Change::Edit { .. } => keep_version(connection, &before).await?,
            Change::Delete => {
                forget_versions(connection, before.id).await?;
                forget_files(connection, before.id).await?;
                forget_listenings(connection, before.id).await?;
            }
            Change::React(_) | Change::Pin(_) => {}
        }
        store(connection, &after).await?;
        if after.content != before.content {
            index(connection, &after).await?;
        }
        Ok(Ok(after))
    }
}

impl MessageChange {
    /// The message as it is, and the `seq` that comes next in its conversation.
    async fn find(
        &self,
        connection: &mut SqliteConnection,
    ) -> sqlx::Result<Option<(Message, u64)>> {
        let row = sqlx::query(select_messages!(
            "WHERE id = $1 AND conversation = $2 AND number >
             (SELECT since_number FROM members WHERE conversation = $2 AND person = $3)"
        ))
        .bind(key(self.message.0))
        .bind(key(self.conversation.0))
        .bind(key(self.actor.person.0))
        .fetch_optional(&mut *connection)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let last = sqlx::query("SELECT last_seq FROM conversations WHERE id = $1")
            .bind(key(self.conversation.0))
            .fetch_one(connection)
            .await?;
        Ok(Some((message(&row, "id")?, count(&last, "last_seq")? + 1)))
    }

    async fn is_one_pin_too_many(&self, connection: &mut SqliteConnection) -> sqlx::Result<bool> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS pinned FROM messages WHERE conversation = $1 AND pinned",
        )
        .bind(key(self.conversation.0))
        .fetch_one(connection)
        .await?;
        Ok(MAX_PINNED as u64 <= count(&row, "pinned")?)
    }
}

/// Stores a message whose `changed_seq` is the next one of its conversation.
pub(super) async fn store(connection: &mut SqliteConnection, after: &Message) -> sqlx::Result<()> {
    sqlx::query("UPDATE conversations SET last_seq = $1 WHERE id = $2")
        .bind(number(after.changed_seq))
        .bind(key(after.conversation.0))
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "UPDATE messages SET changed_seq = $1, content = $2, details = $3, pinned = $4,
         expires_at_ms = $5 WHERE id = $6",
    )
    .bind(number(after.changed_seq))
    .bind(text(&after.content)?)
    .bind(text(&after.details)?)
    .bind(after.details.pin.is_some())
    .bind(after.details.expires_at_ms)
    .bind(key(after.id.0))
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps what a message says before it is edited. The oldest versions make room for new ones.
async fn keep_version(connection: &mut SqliteConnection, before: &Message) -> sqlx::Result<()> {
    let edited = before.details.edited;
    sqlx::query(
        "INSERT INTO versions (message, seq, written_at_ms, content) VALUES ($1, $2, $3, $4)",
    )
    .bind(key(before.id.0))
    .bind(number(edited.map_or(before.seq, |edited| edited.seq)))
    .bind(edited.map_or(before.sent_at_ms, |edited| edited.at_ms))
    .bind(text(&before.content)?)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "DELETE FROM versions WHERE message = $1 AND seq NOT IN
         (SELECT seq FROM versions WHERE message = $1 ORDER BY seq DESC LIMIT $2)",
    )
    .bind(key(before.id.0))
    .bind(MAX_VERSIONS)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn forget_versions(
    connection: &mut SqliteConnection,
    message: MessageId,
) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM versions WHERE message = $1")
        .bind(key(message.0))
        .execute(connection)
        .await?;
    Ok(())
}

/// Earlier texts that are kept of one message.
const MAX_VERSIONS: i64 = 50;
