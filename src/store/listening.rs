//! Who has listened to which voice message.

use palabre_signaling::error::Refusal;
use palabre_signaling::receipt::check_listening;
use palabre_signaling::wire::{ConversationId, MessageId, PersonId, PersonalChanges, PersonalMark};
use sqlx::SqliteConnection;

use super::messages::{message, reading, select_messages};
use super::personal::{Marked, marked, put_mark};
use super::row::key;
use super::writer::Write;
use super::{Store, StoreError};

/// That somebody has listened to a voice message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Listening {
    /// Who.
    pub(crate) person: PersonId,
    /// Where.
    pub(crate) conversation: ConversationId,
    /// To which message.
    pub(crate) message: MessageId,
    /// Its sender is told: neither of the two reads privately.
    pub(crate) told: bool,
    /// When, in ms since 1970.
    pub(crate) at_ms: i64,
}

impl Store {
    /// Notes who has listened; returns what there is to tell whose devices. The first time counts.
    pub(crate) async fn listen(
        &self,
        listening: Listening,
    ) -> Result<Result<Vec<(PersonId, PersonalChanges)>, Refusal>, StoreError> {
        self.writer.write(listening).await
    }
}

impl Write for Listening {
    type Output = Result<Vec<(PersonId, PersonalChanges)>, Refusal>;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Self::Output> {
        let Self { person, conversation, message: id, told, at_ms } = *self;
        if reading(connection, person, conversation).await?.is_none() {
            return Ok(Err(Refusal::NotAMember));
        }
        let Some(own) = marked(connection, person, conversation, id).await? else {
            return Ok(Err(Refusal::NoSuchMessage));
        };
        let row = sqlx::query(select_messages!("WHERE id = $1"))
            .bind(key(id.0))
            .fetch_one(&mut *connection)
            .await?;
        let voice = message(&row, "id")?;
        if let Err(refusal) = check_listening(&voice.content) {
            return Ok(Err(refusal));
        }
        if own.mark.listened || voice.sender == person {
            return Ok(Ok(Vec::new()));
        }
        sqlx::query(
            "INSERT INTO listenings (message, person, at_ms, told) VALUES ($1, $2, $3, $4)
             ON CONFLICT (message, person) DO NOTHING",
        )
        .bind(key(id.0))
        .bind(key(person.0))
        .bind(at_ms)
        .bind(told)
        .execute(&mut *connection)
        .await?;
        let mark = PersonalMark { listened: true, ..own.mark };
        let mut changes = vec![(person, put_mark(connection, Marked { mark, ..own }).await?)];
        // A sender who has left the conversation is told nothing of it.
        if told && let Some(sent) = marked(connection, voice.sender, conversation, id).await? {
            let mark = PersonalMark { listeners: sent.mark.listeners + 1, ..sent.mark };
            let change = put_mark(connection, Marked { mark, ..sent }).await?;
            changes.push((voice.sender, change));
        }
        Ok(Ok(changes))
    }
}

/// Forgets who has listened to a message that says nothing any more.
pub(super) async fn forget_listenings(
    connection: &mut SqliteConnection,
    message: MessageId,
) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM listenings WHERE message = $1")
        .bind(key(message.0))
        .execute(connection)
        .await?;
    Ok(())
}
