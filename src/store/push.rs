//! Where notices go while no page is open, and the secrets of this server.

use std::collections::HashMap;

use palabre_signaling::error::Refusal;
use palabre_signaling::wire::{ConversationId, Keep, Language, MessageId, PersonId};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use super::row::{id, json, key, text, value};
use super::writer::Write;
use super::{SessionId, Store, StoreError};
use crate::push::{AuthSecret, PublicKey};

/// Where a sign-in gets its notices.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Subscription {
    /// Which sign-in.
    pub(crate) session: SessionId,
    /// Whose.
    pub(crate) person: PersonId,
    /// The address at the push service; whoever knows it can send there.
    pub(crate) endpoint: String,
    /// The key to encrypt to.
    pub(crate) public_key: PublicKey,
    /// What the device and this server know.
    pub(crate) auth_secret: AuthSecret,
    /// What the device speaks.
    pub(crate) language: Language,
    /// Whether notices may say what a message says.
    pub(crate) previews: bool,
}

impl Store {
    /// Reads a secret of this server, made by `make` when there is none.
    pub(crate) async fn secret(
        &self,
        name: &'static str,
        make: Vec<u8>,
    ) -> Result<Vec<u8>, StoreError> {
        self.writer.write(KeepSecret { name, made: make }).await
    }

    /// All subscriptions.
    pub(crate) async fn subscriptions(&self) -> Result<Vec<Subscription>, StoreError> {
        let rows = sqlx::query(
            "SELECT s.id AS session, s.person, p.endpoint, p.public_key, p.auth_secret, p.language,
                    p.previews
             FROM push_subscriptions p JOIN sessions s ON s.id = p.session",
        )
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.iter().map(subscription).collect::<sqlx::Result<_>>()?)
    }

    /// Keeps where a sign-in gets its notices, in place of what it said before.
    pub(crate) async fn subscribe(
        &self,
        subscription: Subscription,
        now_ms: i64,
    ) -> Result<Result<(), Refusal>, StoreError> {
        self.writer.write(Subscribe { subscription, now_ms }).await
    }

    /// Forgets where a sign-in gets its notices.
    pub(crate) async fn unsubscribe(&self, session: SessionId) -> Result<(), StoreError> {
        self.writer.write(Unsubscribe(session)).await
    }

    /// How people keep a conversation; those who keep it as it is are left out.
    pub(crate) async fn keeps(
        &self,
        conversation: ConversationId,
    ) -> Result<HashMap<PersonId, Keep>, StoreError> {
        let rows =
            sqlx::query("SELECT person, keep FROM personal_conversations WHERE conversation = $1")
                .bind(key(conversation.0))
                .fetch_all(&self.readers)
                .await?;
        let keep = |row: &SqliteRow| Ok((PersonId(id(row, "person")?), json(row, "keep")?));
        Ok(rows.iter().map(keep).collect::<sqlx::Result<_>>()?)
    }

    /// Who wrote a message.
    pub(crate) async fn sender_of(
        &self,
        message: MessageId,
    ) -> Result<Option<PersonId>, StoreError> {
        let row = sqlx::query("SELECT sender FROM messages WHERE id = $1")
            .bind(key(message.0))
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.map(|row| Ok::<_, sqlx::Error>(PersonId(id(&row, "sender")?))).transpose()?)
    }
}

fn subscription(row: &SqliteRow) -> sqlx::Result<Subscription> {
    Ok(Subscription {
        session: SessionId(id(row, "session")?),
        person: PersonId(id(row, "person")?),
        endpoint: value(row, "endpoint")?,
        public_key: bytes(row, "public_key")?,
        auth_secret: bytes(row, "auth_secret")?,
        language: json(row, "language")?,
        previews: value(row, "previews")?,
    })
}

fn bytes<const N: usize>(row: &SqliteRow, column: &str) -> sqlx::Result<[u8; N]> {
    let bytes: Vec<u8> = value(row, column)?;
    let wrong = |_| sqlx::Error::Decode(format!("{column} is not {N} bytes long").into());
    bytes.try_into().map_err(wrong)
}

struct KeepSecret {
    name: &'static str,
    made: Vec<u8>,
}

impl Write for KeepSecret {
    type Output = Vec<u8>;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Vec<u8>> {
        sqlx::query("INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(self.name)
            .bind(&self.made)
            .execute(&mut *connection)
            .await?;
        let row = sqlx::query("SELECT value FROM secrets WHERE name = $1")
            .bind(self.name)
            .fetch_one(connection)
            .await?;
        value(&row, "value")
    }
}

struct Subscribe {
    subscription: Subscription,
    now_ms: i64,
}

impl Write for Subscribe {
    type Output = Result<(), Refusal>;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Self::Output> {
        let it = &self.subscription;
        // The sign-in may have been revoked meanwhile.
        let session = sqlx::query("SELECT 1 FROM sessions WHERE id = $1")
            .bind(key(it.session.0))
            .fetch_optional(&mut *connection)
            .await?;
        if session.is_none() {
            return Ok(Err(Refusal::NotSignedIn));
        }
        sqlx::query(
            "INSERT INTO push_subscriptions
             (session, endpoint, public_key, auth_secret, language, previews, made_at_ms)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (session) DO UPDATE SET endpoint = $2, public_key = $3, auth_secret = $4,
                 language = $5, previews = $6, made_at_ms = $7",
        )
        .bind(key(it.session.0))
        .bind(&it.endpoint)
        .bind(it.public_key.to_vec())
        .bind(it.auth_secret.to_vec())
        .bind(text(&it.language)?)
        .bind(it.previews)
        .bind(self.now_ms)
        .execute(connection)
        .await?;
        Ok(Ok(()))
    }
}

struct Unsubscribe(SessionId);

impl Write for Unsubscribe {
    type Output = ();

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        sqlx::query("DELETE FROM push_subscriptions WHERE session = $1")
            .bind(key(self.0.0))
            .execute(connection)
            .await?;
        Ok(())
    }
}
