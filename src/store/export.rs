//! What a person takes along: messages in the order in which they were written.

use palabre_signaling::wire::{ConversationId, Message, PersonId};

use super::messages::{message, message_columns, reading};
use super::row::{key, number, value};
use super::{Store, StoreError};

impl Store {
    /// The messages above a number that `reader` may read and has not deleted for themselves, oldest
    /// first, and whether each is starred; none when `reader` is not a member.
    pub(crate) async fn messages_above(
        &self,
        reader: PersonId,
        conversation: ConversationId,
        above_number: u64,
        limit: u32,
    ) -> Result<Vec<(Message, bool)>, StoreError> {
        let mut connection = self.readers.begin().await?;
        let Some(reading) = reading(&mut connection, reader, conversation).await? else {
            return Ok(Vec::new());
        };
        let rows = sqlx::query(concat!(
            "SELECT ",
            message_columns!(),
            ", EXISTS (SELECT 1 FROM personal_marks p
                WHERE p.person = $3 AND p.message = messages.id AND p.starred) AS starred
             FROM messages WHERE conversation = $1 AND number > $2 AND NOT EXISTS
             (SELECT 1 FROM personal_marks p
              WHERE p.person = $3 AND p.message = messages.id AND p.hidden)
             ORDER BY number LIMIT $4"
        ))
        .bind(key(conversation.0))
        .bind(number(above_number.max(reading.since_number)))
        .bind(key(reader.0))
        .bind(i64::from(limit))
        .fetch_all(&mut *connection)
        .await?;
        let starred = |row| Ok((message(row, "id")?, value(row, "starred")?));
        Ok(rows.iter().map(starred).collect::<sqlx::Result<_>>()?)
    }
}
