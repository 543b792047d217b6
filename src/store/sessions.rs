//! Sign-ins. The store knows a token by its SHA-256 alone, so a stolen copy signs nobody in.

use std::fmt;

use palabre_signaling::wire::{Person, PersonId, Role};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::people::person;
use super::row::{id, key, text, value};
use super::writer::Write;
use super::{Store, StoreError};

/// Names a sign-in; no secret, unlike its token.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct SessionId(pub Uuid);

/// A sign-in to be kept.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Whose.
    pub person: PersonId,
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// The program that signed in, as it calls itself.
    pub user_agent: String,
    /// When, in ms since 1970.
    pub now_ms: i64,
    /// Until when it is good, in ms since 1970.
    pub expires_at_ms: i64,
}

/// A sign-in as its person sees it.
#[derive(Clone, Debug)]
pub(crate) struct SignIn {
    /// Which.
    pub(crate) id: SessionId,
    /// The program that signed in, as it calls itself.
    pub(crate) user_agent: String,
    /// When, in ms since 1970.
    pub(crate) created_at_ms: i64,
}

/// A sign-in that is good.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// Which.
    pub id: SessionId,
    /// Whose.
    pub person: Person,
}

impl Store {
    /// Keeps a sign-in. Those of the same person that have expired are forgotten.
    pub async fn create_session(&self, new: NewSession) -> Result<SessionId, StoreError> {
        self.writer.write(CreateSession { id: SessionId(Uuid::new_v4()), new }).await
    }

    /// The sign-in whose token has this SHA-256, unless it has expired.
    pub async fn session_by_token_hash(
        &self,
        token_hash: &[u8; 32],
        now_ms: i64,
    ) -> Result<Option<Session>, StoreError> {
        let row = sqlx::query(
            "SELECT s.id AS session, p.id, p.username, p.full_name, p.role, p.picture
             FROM sessions s JOIN people p ON p.id = s.person
             WHERE s.token_hash = $1 AND s.expires_at_ms > $2",
        )
        .bind(token_hash.to_vec())
        .bind(now_ms)
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Session { id: SessionId(id(&row, "session")?), person: person(&row)? }))
    }

    /// Whether a sign-in is good.
    pub(crate) async fn has_session(
        &self,
        session: SessionId,
        now_ms: i64,
    ) -> Result<bool, StoreError> {
        let row = sqlx::query("SELECT 1 FROM sessions WHERE id = $1 AND expires_at_ms > $2")
            .bind(key(session.0))
            .bind(now_ms)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.is_some())
    }

    /// When the next sign-in expires, in ms since 1970.
    pub(crate) async fn next_expiry(&self) -> Result<Option<i64>, StoreError> {
        let row = sqlx::query("SELECT MIN(expires_at_ms) AS expires_at_ms FROM sessions")
            .fetch_one(&self.readers)
            .await?;
        Ok(value(&row, "expires_at_ms")?)
    }

    /// The sign-ins that have expired and are not forgotten yet.
    pub(crate) async fn expired_sessions(&self, now_ms: i64) -> Result<Vec<SessionId>, StoreError> {
        let rows = sqlx::query("SELECT id FROM sessions WHERE expires_at_ms <= $1")
            .bind(now_ms)
            .fetch_all(&self.readers)
            .await?;
        let ids = rows.iter().map(|row| Ok(SessionId(id(row, "id")?)));
        Ok(ids.collect::<sqlx::Result<_>>()?)
    }

    /// The sign-ins of a person that are good, the latest first.
    pub(crate) async fn sessions_of(
        &self,
        person: PersonId,
        now_ms: i64,
    ) -> Result<Vec<SignIn>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, user_agent, created_at_ms FROM sessions
             WHERE person = $1 AND expires_at_ms > $2 ORDER BY created_at_ms DESC LIMIT $3",
        )
        .bind(key(person.0))
        .bind(now_ms)
        .bind(MAX_LISTED)
        .fetch_all(&self.readers)
        .await?;
        let sign_in = |row: &SqliteRow| {
            Ok(SignIn {
                id: SessionId(id(row, "id")?),
                user_agent: value(row, "user_agent")?,
                created_at_ms: value(row, "created_at_ms")?,
            })
        };
        Ok(rows.iter().map(sign_in).collect::<sqlx::Result<_>>()?)
    }

    /// Replaces the hash of a person's password and forgets their sign-ins but `kept`; returns those
    /// that were forgotten.
    pub(crate) async fn change_password(
        &self,
        person: PersonId,
        password_hash: String,
        kept: SessionId,
    ) -> Result<Vec<SessionId>, StoreError> {
        self.writer.write(ChangePassword { person, password_hash, kept }).await
    }

    /// Forgets a sign-in; false when there was none.
    pub async fn delete_session(&self, session: SessionId) -> Result<bool, StoreError> {
        self.writer.write(DeleteSession(session)).await
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

struct CreateSession {
    id: SessionId,
    new: NewSession,
}

impl Write for CreateSession {
    type Output = SessionId;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<SessionId> {
        sqlx::query("DELETE FROM sessions WHERE person = $1 AND expires_at_ms <= $2")
            .bind(key(self.new.person.0))
            .bind(self.new.now_ms)
            .execute(&mut *connection)
            .await?;
        sqlx::query(
            // Whoever signs in while the account is deleted is signed in to nothing.
            "INSERT INTO sessions (id, person, token_hash, user_agent, created_at_ms, expires_at_ms)
             SELECT $1, $2, $3, $4, $5, $6
             WHERE EXISTS (SELECT 1 FROM people WHERE id = $2 AND role <> $7)",
        )
        .bind(key(self.id.0))
        .bind(key(self.new.person.0))
        .bind(self.new.token_hash.to_vec())
        .bind(&self.new.user_agent)
        .bind(self.new.now_ms)
        .bind(self.new.expires_at_ms)
        .bind(text(&Role::Deleted)?)
        .execute(connection)
        .await?;
        Ok(self.id)
    }
}

struct ChangePassword {
    person: PersonId,
    password_hash: String,
    kept: SessionId,
}

impl Write for ChangePassword {
    type Output = Vec<SessionId>;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Self::Output> {
        sqlx::query("UPDATE people SET password_hash = $1 WHERE id = $2")
            .bind(&self.password_hash)
            .bind(key(self.person.0))
            .execute(&mut *connection)
            .await?;
        let rows = sqlx::query("DELETE FROM sessions WHERE person = $1 AND id <> $2 RETURNING id")
            .bind(key(self.person.0))
            .bind(key(self.kept.0))
            .fetch_all(connection)
            .await?;
        rows.iter().map(|row| Ok(SessionId(id(row, "id")?))).collect()
    }
}

struct DeleteSession(SessionId);

impl Write for DeleteSession {
    type Output = bool;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<bool> {
        let done = sqlx::query("DELETE FROM sessions WHERE id = $1")
            .bind(key(self.0.0))
            .execute(connection)
            .await?;
        Ok(done.rows_affected() == 1)
    }
}

/// Sign-ins that are listed; who has more signs out of some first.
const MAX_LISTED: i64 = 100;
