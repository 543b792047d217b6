//! Messages whose time is up.

use palabre_signaling::change::expire;
use palabre_signaling::span::MAX_SPANS;
use palabre_signaling::wire::{ConversationId, Message, MessageId, Span};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use super::changes::{forget_versions, store};
use super::files::forget_files;
use super::listening::forget_listenings;
use super::messages::{message, select_messages};
use super::row::{count, id, key, number, value};
use super::search::index;
use super::writer::Write;
use super::{Store, StoreError};

/// A message whose time is up, and where it is.
pub(crate) type Due = (ConversationId, MessageId);

impl Store {
    /// Messages whose time is up at `now_ms`, the first first; `MAX_DUE` at most.
    pub(crate) async fn due_messages(&self, now_ms: i64) -> Result<Vec<Due>, StoreError> {
        let rows = sqlx::query(
            "SELECT conversation, id FROM messages WHERE expires_at_ms <= $1
             ORDER BY expires_at_ms LIMIT $2",
        )
        .bind(now_ms)
        .bind(MAX_DUE as i64)
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.iter().map(|row| due(row, "id")).collect::<sqlx::Result<_>>()?)
    }

    /// Texts that were sent before `before_ms`; `MAX_DUE` at most, the first first.
    ///
    /// They are found by the index of texts, whose rows come in the order in which they were sent.
    pub(crate) async fn texts_before(&self, before_ms: i64) -> Result<Vec<Due>, StoreError> {
        let rows = sqlx::query(
            "SELECT m.conversation, o.message, o.sent_at_ms
             FROM (SELECT message, sent_at_ms, row FROM searchable ORDER BY row LIMIT $1) o
             JOIN messages m ON m.id = o.message ORDER BY o.row",
        )
        .bind(MAX_DUE as i64)
        .fetch_all(&self.readers)
        .await?;
        let mut found = Vec::new();
        for row in &rows {
            if value::<i64>(row, "sent_at_ms")? < before_ms {
                found.push(due(row, "message")?);
            }
        }
        Ok(found)
    }

    /// Takes away what messages of one conversation say, and everything that hangs on them; returns
    /// what is left of those that said something.
    pub(crate) async fn expire_messages(
        &self,
        conversation: ConversationId,
        messages: Vec<MessageId>,
    ) -> Result<Vec<Message>, StoreError> {
        self.writer.write(ExpireMessages { conversation, messages }).await
    }
}

fn due(row: &SqliteRow, message: &str) -> sqlx::Result<Due> {
    Ok((ConversationId(id(row, "conversation")?), MessageId(id(row, message)?)))
}

struct ExpireMessages {
    conversation: ConversationId,
    messages: Vec<MessageId>,
}

impl Write for ExpireMessages {
    type Output = Vec<Message>;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Vec<Message>> {
        let last = sqlx::query("SELECT last_seq FROM conversations WHERE id = $1")
            .bind(key(self.conversation.0))
            .fetch_optional(&mut *connection)
            .await?;
        let Some(last) = last else { return Ok(Vec::new()) };
        let mut last_seq = count(&last, "last_seq")?;
        let mut gone = Vec::with_capacity(self.messages.len());
        for wanted in &self.messages {
            let row = sqlx::query(select_messages!("WHERE id = $1 AND conversation = $2"))
                .bind(key(wanted.0))
                .bind(key(self.conversation.0))
                .fetch_optional(&mut *connection)
                .await?;
            let Some(before) = row.map(|row| message(&row, "id")).transpose()? else { continue };
            let Some(after) = expire(&before, last_seq + 1) else { continue };
            last_seq += 1;
            forget_versions(connection, after.id).await?;
            forget_files(connection, after.id).await?;
            forget_listenings(connection, after.id).await?;
            sqlx::query("DELETE FROM personal_marks WHERE message = $1")
                .bind(key(after.id.0))
                .execute(&mut *connection)
                .await?;
            store(connection, &after).await?;
            index(connection, &after).await?;
            keep_span(connection, &after).await?;
            gone.push(after);
        }
        Ok(gone)
    }
}

/// Notes that a message has disappeared, in one row with those beside it that have too.
async fn keep_span(connection: &mut SqliteConnection, gone: &Message) -> sqlx::Result<()> {
    let conversation = key(gone.conversation.0);
    let beside = sqlx::query(
        "DELETE FROM expired_spans WHERE conversation = $1 AND to_number >= $2 - 1
         AND from_number <= $2 + 1 RETURNING from_number, to_number",
    )
    .bind(&conversation)
    .bind(number(gone.number))
    .fetch_all(&mut *connection)
    .await?;
    let mut whole = Span { from_number: gone.number, to_number: gone.number };
    for row in &beside {
        whole.from_number = whole.from_number.min(count(row, "from_number")?);
        whole.to_number = whole.to_number.max(count(row, "to_number")?);
    }
    sqlx::query(
        "INSERT INTO expired_spans (conversation, from_number, to_number) VALUES ($1, $2, $3)",
    )
    .bind(&conversation)
    .bind(number(whole.from_number))
    .bind(number(whole.to_number))
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "DELETE FROM expired_spans WHERE conversation = $1 AND to_number NOT IN
         (SELECT to_number FROM expired_spans WHERE conversation = $1
          ORDER BY to_number DESC LIMIT $2)",
    )
    .bind(&conversation)
    .bind(MAX_SPANS as i64)
    .execute(connection)
    .await?;
    Ok(())
}

/// Messages that are looked up at once: as many as one transaction changes without keeping whoever
/// sends waiting.
pub(crate) const MAX_DUE: usize = 200;
