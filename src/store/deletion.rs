//! Deletes accounts: what others read stays, under no name; all the rest goes.

use palabre_signaling::error::Refusal;
use palabre_signaling::permission;
use palabre_signaling::wire::{ConversationId, ConversationKind, Person, PersonId, Role, Status};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use super::invitations::{find, owners};
use super::row::{id, key, text};
use super::writer::Write;
use super::{SessionId, Store, StoreError};

/// What is left to be done about an account that is deleted.
#[derive(Clone, Debug)]
pub(crate) struct Deletion {
    /// How the person is known from now on.
    pub(crate) person: Person,
    /// Sign-ins that ended: the person's, and those of guests who came by their links.
    pub(crate) sessions: Vec<SessionId>,
    /// Groups that the person is still in.
    pub(crate) groups: Vec<ConversationId>,
}

impl Store {
    /// Deletes an account and everything that is the person's alone.
    pub(crate) async fn delete_account(
        &self,
        person: PersonId,
    ) -> Result<Result<Deletion, Refusal>, StoreError> {
        self.writer.write(DeleteAccount(person)).await
    }

    /// Everybody whose account was deleted.
    pub(crate) async fn deleted_people(&self) -> Result<Vec<PersonId>, StoreError> {
        let rows = sqlx::query("SELECT id FROM people WHERE role = $1")
            .bind(text(&Role::Deleted)?)
            .fetch_all(&self.readers)
            .await?;
        Ok(rows.iter().map(|row| Ok(PersonId(id(row, "id")?))).collect::<sqlx::Result<_>>()?)
    }

    /// The groups that people are still in whose accounts were deleted.
    pub(crate) async fn groups_of_deleted(
        &self,
    ) -> Result<Vec<(ConversationId, PersonId)>, StoreError> {
        let rows = sqlx::query(
            "SELECT m.conversation, m.person FROM people p JOIN members m ON m.person = p.id
             JOIN conversations c ON c.id = m.conversation WHERE p.role = $1 AND c.kind = $2",
        )
        .bind(text(&Role::Deleted)?)
        .bind(text(&ConversationKind::Group)?)
        .fetch_all(&self.readers)
        .await?;
        let both = |row: &SqliteRow| {
            Ok((ConversationId(id(row, "conversation")?), PersonId(id(row, "person")?)))
        };
        Ok(rows.iter().map(both).collect::<sqlx::Result<_>>()?)
    }
}

struct DeleteAccount(PersonId);

impl Write for DeleteAccount {
    type Output = Result<Deletion, Refusal>;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Self::Output> {
        let Some(now) = find(connection, self.0).await? else {
            return Ok(Err(Refusal::NoSuchPerson));
        };
        if let Err(refusal) = permission::check_deletion(&now, &owners(connection).await?) {
            return Ok(Err(refusal));
        }
        let sessions = self.end_sessions(connection).await?;
        for sql in OWN_ROWS {
            sqlx::query(sql).bind(key(self.0.0)).execute(&mut *connection).await?;
        }
        if let Some(saved) = self.saved(connection).await? {
            for sql in CONVERSATION_ROWS {
                sqlx::query(sql).bind(key(saved.0)).execute(&mut *connection).await?;
            }
        }
        self.forget_person(connection).await?;
        for sql in UNSENT_FILES {
            sqlx::query(sql).bind(key(self.0.0)).execute(&mut *connection).await?;
        }
        let groups = self.groups(connection).await?;
        let (username, full_name) = (String::new(), String::new());
        let person = Person { id: self.0, username, full_name, role: Role::Deleted, picture: None };
        Ok(Ok(Deletion { person, sessions, groups }))
    }
}

impl DeleteAccount {
    /// Ends the person's sign-ins, with what is pushed to them, and those of the guests they invited.
    async fn end_sessions(
        &self,
        connection: &mut SqliteConnection,
    ) -> sqlx::Result<Vec<SessionId>> {
        let rows = sqlx::query(
            "DELETE FROM sessions WHERE person = $1 OR person IN
             (SELECT g.person FROM guests g JOIN guest_links l ON l.id = g.link
              WHERE l.made_by = $1) RETURNING id",
        )
        .bind(key(self.0.0))
        .fetch_all(connection)
        .await?;
        rows.iter().map(|row| Ok(SessionId(id(row, "id")?))).collect()
    }

    /// The conversation of the person alone.
    async fn saved(
        &self,
        connection: &mut SqliteConnection,
    ) -> sqlx::Result<Option<ConversationId>> {
        let row = sqlx::query("SELECT id FROM conversations WHERE pair = $1")
            .bind([key(self.0.0), key(self.0.0)].concat())
            .fetch_optional(connection)
            .await?;
        row.map(|row| Ok(ConversationId(id(&row, "id")?))).transpose()
    }

    /// The row stays, because what was said says by whom; nobody can sign in by it.
    async fn forget_person(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        sqlx::query(
            "UPDATE people SET username = $1, full_name = '', password_hash = '', role = $2,
             status = $3, status_text = NULL, status_until_ms = NULL, last_seen_ms = NULL,
             preferences = '{}', picture = NULL WHERE id = $4",
        )
        // No name that people choose has a colon.
        .bind(format!("deleted:{}", self.0.0.simple()))
        .bind(text(&Role::Deleted)?)
        .bind(text(&Status::default())?)
        .bind(key(self.0.0))
        .execute(connection)
        .await?;
        Ok(())
    }

    async fn groups(&self, connection: &mut SqliteConnection) -> sqlx::Result<Vec<ConversationId>> {
        let rows = sqlx::query(
            "SELECT m.conversation FROM members m JOIN conversations c ON c.id = m.conversation
             WHERE m.person = $1 AND c.kind = $2",
        )
        .bind(key(self.0.0))
        .bind(text(&ConversationKind::Group)?)
        .fetch_all(connection)
        .await?;
        rows.iter().map(|row| Ok(ConversationId(id(row, "conversation")?))).collect()
    }
}

/// What is one person's alone.
const OWN_ROWS: [&str; 7] = [
    "UPDATE guest_links SET revoked = TRUE WHERE made_by = $1",
    "DELETE FROM invitations WHERE made_by = $1",
    "DELETE FROM beep_leaves WHERE owner = $1 OR other = $1",
    "DELETE FROM personal_conversations WHERE person = $1",
    "DELETE FROM personal_marks WHERE person = $1",
    "DELETE FROM listenings WHERE person = $1",
    // Whoever tidies up finds what has arrived of them on the disk by these rows.
    "UPDATE uploads SET expires_at_ms = 0 WHERE owner = $1",
];

/// A conversation with everything in it; what refers to something goes before it.
const CONVERSATION_ROWS: [&str; 14] = [
    "INSERT INTO orphans (hash)
     SELECT hash FROM files WHERE conversation = $1 UNION
     SELECT thumbnail FROM files WHERE conversation = $1 AND thumbnail IS NOT NULL
     ON CONFLICT (hash) DO NOTHING",
    "DELETE FROM files WHERE conversation = $1",
    "DELETE FROM found_texts WHERE rowid IN
     (SELECT s.row FROM searchable s JOIN messages m ON m.id = s.message
      WHERE m.conversation = $1)",
    "DELETE FROM searchable WHERE message IN (SELECT id FROM messages WHERE conversation = $1)",
    "DELETE FROM versions WHERE message IN (SELECT id FROM messages WHERE conversation = $1)",
    "DELETE FROM listenings WHERE message IN (SELECT id FROM messages WHERE conversation = $1)",
    "DELETE FROM personal_marks WHERE conversation = $1",
    "DELETE FROM personal_conversations WHERE conversation = $1",
    "DELETE FROM receipts WHERE conversation = $1",
    "DELETE FROM calls WHERE conversation = $1",
    "DELETE FROM members WHERE conversation = $1",
    "DELETE FROM messages WHERE conversation = $1",
    "DELETE FROM guest_links WHERE conversation = $1",
    "DELETE FROM conversations WHERE id = $1",
];

/// Files of a person that no message carries, the picture among them.
const UNSENT_FILES: [&str; 2] = [
    "INSERT INTO orphans (hash)
     SELECT hash FROM files WHERE owner = $1 AND message IS NULL UNION
     SELECT thumbnail FROM files WHERE owner = $1 AND message IS NULL AND thumbnail IS NOT NULL
     ON CONFLICT (hash) DO NOTHING",
    "DELETE FROM files WHERE owner = $1 AND message IS NULL",
];
