//! Calls under way, as they are needed after a restart.

use palabre_signaling::wire::{
    Call, CallState, Content, ConversationId, Message, MessageId, PersonId,
};
use sqlx::SqliteConnection;

use super::messages::{NewMessage, Page, insert_message, message, update_message};
use super::row::{id, json, key, text};
use super::writer::Write;
use super::{Store, StoreError};

/// A call under way and the message that stands for it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StoredCall {
    /// As it was when it was last saved.
    pub(crate) call: Call,
    /// What tells of it in the conversation.
    pub(crate) message: MessageId,
}

impl Store {
    /// The conversations in which a call is under way.
    pub(crate) async fn conversations_with_call(&self) -> Result<Vec<ConversationId>, StoreError> {
        let rows = sqlx::query("SELECT conversation FROM calls WHERE live")
            .fetch_all(&self.readers)
            .await?;
        let ids = rows.iter().map(|row| Ok(ConversationId(id(row, "conversation")?)));
        Ok(ids.collect::<sqlx::Result<_>>()?)
    }

    /// The call under way in a conversation.
    pub(crate) async fn live_call(
        &self,
        conversation: ConversationId,
    ) -> Result<Option<StoredCall>, StoreError> {
        let row = sqlx::query("SELECT state, message FROM calls WHERE conversation = $1 AND live")
            .bind(key(conversation.0))
            .fetch_optional(&self.readers)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let message = MessageId(id(&row, "message")?);
        Ok(Some(StoredCall { call: json(&row, "state")?, message }))
    }

    /// The messages about the calls of a person, the latest first.
    pub(crate) async fn call_history(
        &self,
        reader: PersonId,
        before_ms: Option<i64>,
        missed: bool,
        limit: u32,
    ) -> Result<Page, StoreError> {
        let rows = sqlx::query(
            "SELECT m.id, m.conversation, m.seq, m.changed_seq, m.number, m.sender, m.client_id,
                    m.sent_at_ms, m.content, m.details
             FROM calls k JOIN messages m ON m.id = k.message
             JOIN members a ON a.conversation = m.conversation AND a.person = $1
             WHERE a.since_number < m.number AND m.sent_at_ms < $2
               AND (NOT $3 OR (m.sender <> $1 AND NOT k.live AND NOT EXISTS (
                    SELECT 1 FROM json_each(m.content, '$.people') p WHERE p.value = $4)))
               AND NOT EXISTS (SELECT 1 FROM personal_marks h
                               WHERE h.person = $1 AND h.message = m.id AND h.hidden)
             ORDER BY m.sent_at_ms DESC, m.id DESC LIMIT $5",
        )
        .bind(key(reader.0))
        .bind(before_ms.unwrap_or(i64::MAX))
        .bind(missed)
        .bind(reader.to_string())
        .bind(i64::from(limit) + 1)
        .fetch_all(&self.readers)
        .await?;
        let more = (limit as usize) < rows.len();
        let rows = rows.iter().take(limit as usize);
        let messages = rows.map(|row| message(row, "id")).collect::<sqlx::Result<_>>()?;
        Ok(Page { messages, more, marks: Vec::new() })
    }

    /// Keeps a call that starts, and its message.
    pub(crate) async fn start_call(
        &self,
        call: Call,
        message: NewMessage,
    ) -> Result<Message, StoreError> {
        self.writer.write(StartCall { call, message }).await
    }

    /// Keeps how a call stands.
    pub(crate) async fn save_call(&self, call: Call) -> Result<(), StoreError> {
        self.writer.write(SaveCall { call }).await
    }

    /// Keeps that a call is over and what its message says now; returns the message.
    pub(crate) async fn end_call(
        &self,
        call: StoredCall,
        content: Content,
    ) -> Result<Message, StoreError> {
        self.writer.write(EndCall { call, content }).await
    }
}

struct StartCall {
    call: Call,
    message: NewMessage,
}

impl Write for StartCall {
    type Output = Message;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Message> {
        let message = insert_message(connection, &self.message).await?;
        sqlx::query(
            "INSERT INTO calls (id, conversation, message, live, state)
             VALUES ($1, $2, $3, TRUE, $4)",
        )
        .bind(key(self.call.id.0))
        .bind(key(self.call.conversation.0))
        .bind(key(message.id.0))
        .bind(text(&self.call)?)
        .execute(connection)
        .await?;
        Ok(message)
    }
}

struct SaveCall {
    call: Call,
}

impl Write for SaveCall {
    type Output = ();

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        save(connection, &self.call).await
    }
}

struct EndCall {
    call: StoredCall,
    content: Content,
}

impl Write for EndCall {
    type Output = Message;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Message> {
        save(connection, &self.call.call).await?;
        update_message(connection, self.call.message, &self.content).await
    }
}

async fn save(connection: &mut SqliteConnection, call: &Call) -> sqlx::Result<()> {
    let is_live = !matches!(call.state, CallState::Ended { .. });
    sqlx::query("UPDATE calls SET state = $1, live = $2 WHERE id = $3")
        .bind(text(call)?)
        .bind(is_live)
        .bind(key(call.id.0))
        .execute(connection)
        .await?;
    Ok(())
}
