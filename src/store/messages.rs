//! Messages: one row each, in its latest state.

use palabre_signaling::error::Refusal;
use palabre_signaling::message::{self, CatchUp, MAX_CHANGES_BYTES};
use palabre_signaling::wire::{
    Changes, ClientId, Content, ConversationId, Details, Message, MessageId, PersonId,
    PersonalMark, Quote, SentFile,
};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::files::{attach, carry};
use super::personal::marks_of;
use super::receipts::{Progress, Step, keep_step};
use super::row::{count, id, json, key, number, text, value};
use super::search::index_new;
use super::writer::Write;
use super::{Store, StoreError};

/// The columns of a message.
macro_rules! message_columns {
    () => {
        "id, conversation, seq, changed_seq, number, sender, client_id, sent_at_ms, content, details"
    };
}

/// Messages, with whatever says which.
macro_rules! select_messages {
    ($rest:literal) => {
        concat!("SELECT ", $crate::store::messages::message_columns!(), " FROM messages ", $rest)
    };
}

pub(super) use {message_columns, select_messages};

/// A message to be stored.
#[derive(Clone, Debug)]
pub(crate) struct NewMessage {
    /// What it will be called.
    pub(crate) id: MessageId,
    /// Where.
    pub(crate) conversation: ConversationId,
    /// Who wrote it.
    pub(crate) sender: PersonId,
    /// The sender's name for it, so that a repeat is recognised.
    pub(crate) client_id: ClientId,
    /// What it says.
    pub(crate) content: Content,
    /// The files of the sender's that it carries, besides those in `content`, which are copied.
    pub(crate) files: Vec<SentFile>,
    /// The message of the same conversation that it answers.
    pub(crate) quote: Option<MessageId>,
    /// It was written elsewhere.
    pub(crate) forwarded: bool,
    /// When, in ms since 1970.
    pub(crate) now_ms: i64,
}

impl NewMessage {
    /// A message that answers nothing.
    pub(crate) fn new(
        conversation: ConversationId,
        sender: PersonId,
        client_id: ClientId,
        content: Content,
        now_ms: i64,
    ) -> Self {
        let id = MessageId(Uuid::now_v7());
        let (files, quote, forwarded) = (Vec::new(), None, false);
        Self { id, conversation, sender, client_id, content, files, quote, forwarded, now_ms }
    }
}

/// A page of messages.
#[derive(Debug, PartialEq)]
pub(crate) struct Page {
    /// Oldest first.
    pub(crate) messages: Vec<Message>,
    /// Whether there are older ones.
    pub(crate) more: bool,
    /// What the reader keeps about them.
    pub(crate) marks: Vec<PersonalMark>,
}

impl Store {
    /// Stores a message and returns it; a repeat returns what the first attempt stored.
    ///
    /// Whether the sender may write there is for the caller to know.
    pub(crate) async fn post(
        &self,
        new: NewMessage,
    ) -> Result<Result<Message, Refusal>, StoreError> {
        self.writer.write(Post(new)).await
    }

    /// The latest messages below a number, or below the end; `None` when `reader` is not a member.
    pub(crate) async fn history(
        &self,
        reader: PersonId,
        conversation: ConversationId,
        before_number: Option<u64>,
        limit: u32,
    ) -> Result<Option<Page>, StoreError> {
        let mut connection = self.readers.begin().await?;
        let Some(reading) = reading(&mut connection, reader, conversation).await? else {
            return Ok(None);
        };
        let rows = sqlx::query(select_messages!(
            "WHERE conversation = $1 AND number < $2 AND number > $4 ORDER BY number DESC LIMIT $3"
        ))
        .bind(key(conversation.0))
        .bind(number(before_number.unwrap_or(u64::MAX)))
        .bind(i64::from(limit))
        .bind(number(reading.since_number))
        .fetch_all(&mut *connection)
        .await?;
        let messages = rows.iter().rev().map(|row| message(row, "id")).collect::<sqlx::Result<_>>();
        let messages: Vec<Message> = messages?;
        // Numbers have no holes.
        let first = reading.since_number + 1;
        let more = messages.first().is_some_and(|oldest| first < oldest.number);
        let marks = marks_of(&mut connection, reader, conversation, &messages).await?;
        Ok(Some(Page { messages, more, marks }))
    }

    /// What changed since `since_seq`; `None` when `reader` is not a member.
    pub(crate) async fn changes(
        &self,
        reader: PersonId,
        conversation: ConversationId,
        since_seq: u64,
    ) -> Result<Option<Changes>, StoreError> {
        let mut connection = self.readers.begin().await?;
        let Some(reading) = reading(&mut connection, reader, conversation).await? else {
            return Ok(None);
        };
        let mut budget = MAX_CHANGES_BYTES;
        let changes =
            changes_since(&mut connection, conversation, since_seq, reading, &mut budget).await?;
        let up_to_seq = reading.last_seq;
        let none = Changes { conversation, messages: Vec::new(), up_to_seq, gap: false };
        Ok(Some(changes.unwrap_or(none)))
    }
}

/// Reads what changed since `since_seq` and takes it off `budget`, in bytes; `None` when nothing did.
pub(super) async fn changes_since(
    connection: &mut SqliteConnection,
    conversation: ConversationId,
    since_seq: u64,
    Reading { last_seq, since_number }: Reading,
    budget: &mut usize,
) -> sqlx::Result<Option<Changes>> {
    match message::catch_up(since_seq, last_seq) {
        CatchUp::Current => return Ok(None),
        CatchUp::Gap => {
            let messages = Vec::new();
            return Ok(Some(Changes { conversation, messages, up_to_seq: last_seq, gap: true }));
        }
        CatchUp::Send => {}
    }
    let rows = sqlx::query(select_messages!(
        "WHERE conversation = $1 AND changed_seq > $2 AND number > $3 ORDER BY changed_seq"
    ))
    .bind(key(conversation.0))
    .bind(number(since_seq))
    .bind(number(since_number))
    .fetch_all(connection)
    .await?;
    let messages = rows.iter().map(|row| message(row, "id")).collect::<sqlx::Result<_>>();
    let mut messages: Vec<Message> = messages?;
    let all = messages.len();
    *budget = message::cut(&mut messages, *budget).unwrap_or(0);
    // What the reader does not read counts as told; without any of it this is the same number.
    let told = messages.last().map_or(since_seq, |latest| latest.changed_seq);
    let up_to_seq = if messages.len() == all { last_seq } else { told };
    Ok(Some(Changes { conversation, messages, up_to_seq, gap: false }))
}

/// Where a conversation and one of its members stand before the next message.
struct Standing {
    last_seq: u64,
    message_count: u64,
    /// How long a text stays that is sent now.
    lifetime_s: Option<i64>,
    /// How far the sender has got, if they are a member.
    progress: Option<Progress>,
    /// The message is there already.
    is_repeat: bool,
}

/// Stores a message under the next numbers of its conversation.
pub(super) async fn insert_message(
    connection: &mut SqliteConnection,
    new: &NewMessage,
) -> sqlx::Result<Message> {
    let standing = standing(connection, new).await?;
    insert_at(connection, &standing, new, Details::default()).await
}

/// Reads all that a new message builds on at once: each query is a trip to the thread that owns the
/// connection and back, which on a busy machine costs more than the query.
async fn standing(connection: &mut SqliteConnection, new: &NewMessage) -> sqlx::Result<Standing> {
    let row = sqlx::query(
        "SELECT c.last_seq, c.message_count, c.lifetime_s, m.delivered_number, m.read_number,
                EXISTS (SELECT 1 FROM messages WHERE sender = $2 AND client_id = $3) AS is_repeat
         FROM conversations c LEFT JOIN members m ON m.conversation = c.id AND m.person = $2
         WHERE c.id = $1",
    )
    .bind(key(new.conversation.0))
    .bind(key(new.sender.0))
    .bind(key(new.client_id.0))
    .fetch_one(connection)
    .await?;
    let progress = match value::<Option<i64>>(&row, "delivered_number")? {
        None => None,
        Some(_) => Some(Progress {
            delivered_number: count(&row, "delivered_number")?,
            read_number: count(&row, "read_number")?,
        }),
    };
    Ok(Standing {
        last_seq: count(&row, "last_seq")?,
        message_count: count(&row, "message_count")?,
        lifetime_s: value(&row, "lifetime_s")?,
        progress,
        is_repeat: value(&row, "is_repeat")?,
    })
}

async fn insert_at(
    connection: &mut SqliteConnection,
    standing: &Standing,
    new: &NewMessage,
    mut details: Details,
) -> sqlx::Result<Message> {
    if let (Content::Text { .. }, Some(lifetime_s)) = (&new.content, standing.lifetime_s) {
        details.expires_at_ms = Some(new.now_ms.saturating_add(lifetime_s * 1_000));
    }
    let (seq, number) = (standing.last_seq + 1, standing.message_count + 1);
    let message = Message {
        id: new.id,
        conversation: new.conversation,
        seq,
        changed_seq: seq,
        number,
        sender: new.sender,
        client_id: new.client_id,
        sent_at_ms: new.now_ms,
        content: new.content.clone(),
        details,
    };
    insert_next(connection, &message).await?;
    index_new(connection, &message).await?;
    if let Some(from) = standing.progress {
        // Whoever wrote it has it, and has read everything above it.
        let step = Step {
            conversation: new.conversation,
            person: new.sender,
            from,
            to: from.max(Progress::up_to(number - 1)),
            now_at: Progress::up_to(number),
            at_ms: new.now_ms,
        };
        keep_step(connection, &step).await?;
    }
    Ok(message)
}

/// Changes what a message says under the next `seq` of its conversation.
pub(super) async fn update_message(
    connection: &mut SqliteConnection,
    changed: MessageId,
    content: &Content,
) -> sqlx::Result<Message> {
    let row = sqlx::query(
        "UPDATE conversations SET last_seq = last_seq + 1
         WHERE id = (SELECT conversation FROM messages WHERE id = $1) RETURNING last_seq",
    )
    .bind(key(changed.0))
    .fetch_one(&mut *connection)
    .await?;
    let row = sqlx::query(concat!(
        "UPDATE messages SET changed_seq = $1, content = $2 WHERE id = $3 RETURNING ",
        message_columns!()
    ))
    .bind(number(count(&row, "last_seq")?))
    .bind(text(content)?)
    .bind(key(changed.0))
    .fetch_one(connection)
    .await?;
    message(&row, "id")
}

/// Reads a message whose id is in the column `id_column`.
pub(super) fn message(row: &SqliteRow, id_column: &str) -> sqlx::Result<Message> {
    Ok(Message {
        id: MessageId(id(row, id_column)?),
        conversation: ConversationId(id(row, "conversation")?),
        seq: count(row, "seq")?,
        changed_seq: count(row, "changed_seq")?,
        number: count(row, "number")?,
        sender: PersonId(id(row, "sender")?),
        client_id: ClientId(id(row, "client_id")?),
        sent_at_ms: value(row, "sent_at_ms")?,
        content: json(row, "content")?,
        details: json(row, "details")?,
    })
}

/// Puts a message into the table and counts it in its conversation.
pub(super) async fn insert_next(
    connection: &mut SqliteConnection,
    message: &Message,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO messages
         (id, conversation, seq, changed_seq, number, sender, client_id, sent_at_ms, content, details,
          expires_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);
         UPDATE conversations SET last_seq = $3, message_count = $5 WHERE id = $2",
    )
        .bind(key(message.id.0))
        .bind(key(message.conversation.0))
        .bind(number(message.seq))
        .bind(number(message.changed_seq))
        .bind(number(message.number))
        .bind(key(message.sender.0))
        .bind(key(message.client_id.0))
        .bind(message.sent_at_ms)
        .bind(text(&message.content)?)
        .bind(text(&message.details)?)
        .bind(message.details.expires_at_ms)
        .execute(connection)
        .await?;
    Ok(())
}

/// Finds the message that another one answers.
async fn quote(
    connection: &mut SqliteConnection,
    conversation: ConversationId,
    quoted: MessageId,
) -> sqlx::Result<Option<Quote>> {
    let row = sqlx::query("SELECT number FROM messages WHERE id = $1 AND conversation = $2")
        .bind(key(quoted.0))
        .bind(key(conversation.0))
        .fetch_optional(connection)
        .await?;
    row.map(|row| Ok(Quote { message: quoted, number: count(&row, "number")? })).transpose()
}

/// What a member may read of a conversation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Reading {
    /// The latest `seq` of the conversation.
    pub(super) last_seq: u64,
    /// The number of the last message that the member does not read.
    pub(super) since_number: u64,
}

/// What `reader` may read of a conversation, if they are a member.
pub(super) async fn reading(
    connection: &mut SqliteConnection,
    reader: PersonId,
    conversation: ConversationId,
) -> sqlx::Result<Option<Reading>> {
    let row = sqlx::query(
        "SELECT c.last_seq, m.since_number FROM conversations c JOIN members m ON m.conversation = c.id
         WHERE c.id = $1 AND m.person = $2",
    )
    .bind(key(conversation.0))
    .bind(key(reader.0))
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        let since_number = count(&row, "since_number")?;
        Ok(Reading { last_seq: count(&row, "last_seq")?, since_number })
    })
    .transpose()
}

struct Post(NewMessage);

impl Write for Post {
    type Output = Result<Message, Refusal>;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Self::Output> {
        let standing = standing(connection, &self.0).await?;
        if standing.is_repeat {
            let row = sqlx::query(select_messages!("WHERE sender = $1 AND client_id = $2"))
                .bind(key(self.0.sender.0))
                .bind(key(self.0.client_id.0))
                .fetch_one(connection)
                .await?;
            return message(&row, "id").map(Ok);
        }
        let quote = match self.0.quote {
            None => None,
            Some(quoted) => match quote(connection, self.0.conversation, quoted).await? {
                Some(quote) => Some(quote),
                None => return Ok(Err(Refusal::NoSuchMessage)),
            },
        };
        let content = match carry(connection, &self.0).await? {
            Ok(content) => content,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let details = Details { quote, forwarded: self.0.forwarded, ..Details::default() };
        let new = NewMessage { content, ..self.0.clone() };
        let message = insert_at(connection, &standing, &new, details).await?;
        attach(connection, &self.0, &message).await?;
        Ok(Ok(message))
    }
}
