//! When members have received and read what.

use palabre_signaling::error::Refusal;
use palabre_signaling::receipt::check_asker;
use palabre_signaling::wire::{ConversationId, MessageId, PersonId, Receipt};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::messages::reading;
use super::row::{count, id, key, number, value};
use super::{Store, StoreError};

/// How far a member got, and when.
pub(super) struct Step {
    pub(super) conversation: ConversationId,
    pub(super) person: PersonId,
    pub(super) delivered_number: u64,
    pub(super) read_number: u64,
    pub(super) at_ms: i64,
}

impl Store {
    /// How far a message has got with everybody who may read it but its sender, who alone may ask.
    pub(crate) async fn receipts(
        &self,
        asker: PersonId,
        conversation: ConversationId,
        message: MessageId,
    ) -> Result<Result<Vec<Receipt>, Refusal>, StoreError> {
        let mut connection = self.readers.begin().await?;
        let Some(reading) = reading(&mut connection, asker, conversation).await? else {
            return Ok(Err(Refusal::NotAMember));
        };
        let found = sqlx::query(
            "SELECT number, sender FROM messages
             WHERE id = $1 AND conversation = $2 AND number > $3",
        )
        .bind(key(message.0))
        .bind(key(conversation.0))
        .bind(number(reading.since_number))
        .fetch_optional(&mut *connection)
        .await?;
        let Some(found) = found else { return Ok(Err(Refusal::NoSuchMessage)) };
        if let Err(refusal) = check_asker(asker, PersonId(id(&found, "sender")?)) {
            return Ok(Err(refusal));
        }
        let rows = sqlx::query(RECEIPTS)
            .bind(key(conversation.0))
            .bind(key(asker.0))
            .bind(number(count(&found, "number")?))
            .fetch_all(&mut *connection)
            .await?;
        Ok(Ok(rows.iter().map(receipt).collect::<sqlx::Result<_>>()?))
    }
}

/// The first step that reaches the message tells when, unless it starts above it: then the step
/// that brought the message is kept no longer.
const RECEIPTS: &str =
    "SELECT m.person, m.delivered_number >= $3 AS delivered, m.read_number >= $3 AS has_read,
            (SELECT CASE WHEN r.from_number < $3 THEN r.at_ms END FROM receipts r
             WHERE r.conversation = m.conversation AND r.person = m.person AND r.read = FALSE
               AND r.to_number >= $3 ORDER BY r.to_number LIMIT 1) AS delivered_at_ms,
            (SELECT CASE WHEN r.from_number < $3 THEN r.at_ms END FROM receipts r
             WHERE r.conversation = m.conversation AND r.person = m.person AND r.read = TRUE
               AND r.to_number >= $3 ORDER BY r.to_number LIMIT 1) AS read_at_ms
     FROM members m
     WHERE m.conversation = $1 AND m.person <> $2 AND m.since_number < $3 ORDER BY m.position";

fn receipt(row: &SqliteRow) -> sqlx::Result<Receipt> {
    Ok(Receipt {
        person: PersonId(id(row, "person")?),
        delivered: value(row, "delivered")?,
        delivered_at_ms: row.try_get("delivered_at_ms")?,
        read: value(row, "has_read")?,
        read_at_ms: row.try_get("read_at_ms")?,
        read_hidden: false,
    })
}

/// Notes when a member got further, before their numbers are raised.
pub(super) async fn keep_step(connection: &mut SqliteConnection, step: &Step) -> sqlx::Result<()> {
    let kept = sqlx::query(
        "INSERT INTO receipts (conversation, person, read, to_number, from_number, at_ms)
         SELECT conversation, person, FALSE, $1, delivered_number, $5 FROM members
         WHERE conversation = $3 AND person = $4 AND delivered_number < $1
         UNION ALL
         SELECT conversation, person, TRUE, $2, read_number, $5 FROM members
         WHERE conversation = $3 AND person = $4 AND read_number < $2",
    )
    .bind(number(step.delivered_number))
    .bind(number(step.read_number))
    .bind(key(step.conversation.0))
    .bind(key(step.person.0))
    .bind(step.at_ms)
    .execute(&mut *connection)
    .await?;
    if kept.rows_affected() == 0 {
        return Ok(());
    }
    sqlx::query(
        "DELETE FROM receipts WHERE conversation = $1 AND person = $2
         AND ((read = FALSE AND to_number < $3) OR (read = TRUE AND to_number < $4))",
    )
    .bind(key(step.conversation.0))
    .bind(key(step.person.0))
    .bind(number(step.delivered_number.saturating_sub(KEPT_NUMBERS)))
    .bind(number(step.read_number.saturating_sub(KEPT_NUMBERS)))
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets when somebody who goes has read what.
pub(super) async fn forget_steps(
    connection: &mut SqliteConnection,
    conversation: ConversationId,
    person: PersonId,
) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM receipts WHERE conversation = $1 AND person = $2")
        .bind(key(conversation.0))
        .bind(key(person.0))
        .execute(connection)
        .await?;
    Ok(())
}

/// For how many messages, counted back from where a member stands, it is known when they got them.
/// It bounds the rows of one member of one conversation to twice as many.
const KEPT_NUMBERS: u64 = 500;
