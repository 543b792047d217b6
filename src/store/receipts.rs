//! When members have received and read what.

use palabre_signaling::error::Refusal;
use palabre_signaling::receipt::check_asker;
use palabre_signaling::wire::{ConversationId, MessageId, PersonId, Receipt};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};

use super::messages::reading;
use super::row::{count, id, key, number, value};
use super::{Store, StoreError};

/// How far a member has got in a conversation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Progress {
    pub(super) delivered_number: u64,
    pub(super) read_number: u64,
}

/// What a member received and read at a moment.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) conversation: ConversationId,
    pub(super) person: PersonId,
    /// Where they stood.
    pub(super) from: Progress,
    /// How far they got; no less than before.
    pub(super) to: Progress,
    /// Where they stand now: above `to` for whoever wrote the next message themselves.
    pub(super) now_at: Progress,
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
            .bind(key(message.0))
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
               AND r.to_number >= $3 ORDER BY r.to_number LIMIT 1) AS read_at_ms,
            l.at_ms AS listened_at_ms
     FROM members m
     LEFT JOIN listenings l ON l.message = $4 AND l.person = m.person AND l.told
     WHERE m.conversation = $1 AND m.person <> $2 AND m.since_number < $3 ORDER BY m.position";

fn receipt(row: &SqliteRow) -> sqlx::Result<Receipt> {
    let listened_at_ms: Option<i64> = row.try_get("listened_at_ms")?;
    Ok(Receipt {
        person: PersonId(id(row, "person")?),
        delivered: value(row, "delivered")?,
        delivered_at_ms: row.try_get("delivered_at_ms")?,
        read: value(row, "has_read")?,
        read_at_ms: row.try_get("read_at_ms")?,
        listened: listened_at_ms.is_some(),
        listened_at_ms,
        read_hidden: false,
    })
}

impl Progress {
    /// As far as the whole conversation up to a message, which is also read.
    pub(super) fn up_to(number: u64) -> Self {
        Self { delivered_number: number, read_number: number }
    }

    /// The further of two, in each respect.
    pub(super) fn max(self, other: Self) -> Self {
        Self {
            delivered_number: self.delivered_number.max(other.delivered_number),
            read_number: self.read_number.max(other.read_number),
        }
    }
}

/// How far a member has got; `None` when there is no such member.
pub(super) async fn progress(
    connection: &mut SqliteConnection,
    conversation: ConversationId,
    person: PersonId,
) -> sqlx::Result<Option<Progress>> {
    let row = sqlx::query(
        "SELECT delivered_number, read_number FROM members WHERE conversation = $1 AND person = $2",
    )
    .bind(key(conversation.0))
    .bind(key(person.0))
    .fetch_optional(connection)
    .await?;
    let progress = |row: SqliteRow| {
        let read_number = count(&row, "read_number")?;
        Ok(Progress { delivered_number: count(&row, "delivered_number")?, read_number })
    };
    row.map(progress).transpose()
}

/// Moves a member on, and notes when that was.
pub(super) async fn keep_step(connection: &mut SqliteConnection, step: &Step) -> sqlx::Result<()> {
    let Step { from, to, now_at, .. } = step;
    let got_more = from.delivered_number < to.delivered_number;
    let read_more = from.read_number < to.read_number;
    let statements = match (got_more, read_more) {
        (true, true) => concat!(keep_delivered!(), keep_read!(), move_on!()),
        (true, false) => concat!(keep_delivered!(), move_on!()),
        (false, true) => concat!(keep_read!(), move_on!()),
        (false, false) => move_on!(),
    };
    sqlx::query(statements)
        .bind(key(step.conversation.0))
        .bind(key(step.person.0))
        .bind(step.at_ms)
        .bind(number(from.delivered_number))
        .bind(number(to.delivered_number))
        .bind(number(from.read_number))
        .bind(number(to.read_number))
        .bind(number(KEPT_NUMBERS))
        .bind(number(now_at.delivered_number))
        .bind(number(now_at.read_number))
        .execute(connection)
        .await?;
    Ok(())
}

// The statements of one step go together in one query, which is one trip to the thread that owns the
// connection. Each changes rows by their key alone: a statement that may change several makes SQLite
// keep what it would take back, and for that FTS5 writes out what it gathers for the commit
// (`sqlite3Fts5StorageSync` in its `xSavepoint`), once for each message.

/// Keeps the step to $5 and forgets the oldest.
macro_rules! keep_delivered {
    () => {
        "INSERT INTO receipts (conversation, person, read, to_number, from_number, at_ms)
         VALUES ($1, $2, FALSE, $5, $4, $3);
         DELETE FROM receipts WHERE conversation = $1 AND person = $2 AND read = FALSE
         AND to_number < $5 - $8;"
    };
}

/// The same for what was read, to $7.
macro_rules! keep_read {
    () => {
        "INSERT INTO receipts (conversation, person, read, to_number, from_number, at_ms)
         VALUES ($1, $2, TRUE, $7, $6, $3);
         DELETE FROM receipts WHERE conversation = $1 AND person = $2 AND read = TRUE
         AND to_number < $7 - $8;"
    };
}

macro_rules! move_on {
    () => {
        "UPDATE members SET delivered_number = $9, read_number = $10
         WHERE conversation = $1 AND person = $2"
    };
}

use {keep_delivered, keep_read, move_on};

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
