//! Accounts.

use palabre_signaling::error::Refusal;
use palabre_signaling::wire::{ChosenStatus, FileId, Person, PersonId, Preferences, Role, Status};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::row::{id, json, key, optional_id, text, value};
use super::writer::Write;
use super::{Store, StoreError};

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// The name to sign in with; kept in lower case.
    pub username: String,
    /// The name to be shown by.
    pub full_name: String,
    /// What they may do.
    pub role: Role,
    /// The password as Argon2 hashed it, a PHC string.
    pub password_hash: String,
    /// When, in ms since 1970.
    pub now_ms: i64,
}

/// A person as the server knows them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Acquaintance {
    /// Who.
    pub(crate) person: Person,
    /// What the person chose to show.
    pub(crate) chosen: ChosenStatus,
    /// When the last device left, in ms since 1970.
    pub(crate) last_seen_ms: Option<i64>,
}

impl Store {
    /// The person who signs in with `username`, case ignored, and the hash of the password.
    pub async fn person_by_username(
        &self,
        username: &str,
    ) -> Result<Option<(Person, String)>, StoreError> {
        let row = sqlx::query(
            "SELECT id, username, full_name, role, picture, password_hash FROM people
             WHERE username = $1",
        )
        .bind(username.to_lowercase())
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some((person(&row)?, value(&row, "password_hash")?)))
    }

    /// Makes an account; `None` when the username is taken.
    pub async fn create_person(&self, new: NewPerson) -> Result<Option<Person>, StoreError> {
        self.writer.write(CreatePerson(new)).await
    }

    /// Replaces the hash of a person's password; false when there is no such person.
    pub async fn set_password_hash(
        &self,
        person: PersonId,
        password_hash: String,
    ) -> Result<bool, StoreError> {
        self.writer.write(SetPasswordHash { person, password_hash }).await
    }

    /// Everybody with an account, in the order of their names.
    pub async fn people(&self) -> Result<Vec<Person>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, username, full_name, role, picture FROM people
             WHERE role NOT IN ($1, $2) ORDER BY username",
        )
        .bind(text(&Role::Guest)?)
        .bind(text(&Role::Deleted)?)
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.iter().map(person).collect::<sqlx::Result<_>>()?)
    }

    /// Whom a person knows, in the order of their names, and what they show: everybody who has or had
    /// an account, and guests where they meet. A guest knows nobody else either.
    pub(crate) async fn acquaintances(
        &self,
        of: PersonId,
    ) -> Result<Vec<Acquaintance>, StoreError> {
        let rows = sqlx::query(
            "WITH near AS (SELECT o.person FROM members m
                           JOIN members o ON o.conversation = m.conversation WHERE m.person = $1)
             SELECT id, username, full_name, role, picture, status, status_text, status_until_ms,
                    last_seen_ms
             FROM people
             WHERE id = $1 OR id IN near OR (role <> $2
                AND EXISTS (SELECT 1 FROM people me WHERE me.id = $1 AND me.role <> $2))
             ORDER BY username",
        )
        .bind(key(of.0))
        .bind(text(&Role::Guest)?)
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.iter().map(acquaintance).collect::<sqlx::Result<_>>()?)
    }

    /// The person with this id.
    pub(crate) async fn person(&self, person: PersonId) -> Result<Option<Person>, StoreError> {
        let row =
            sqlx::query("SELECT id, username, full_name, role, picture FROM people WHERE id = $1")
                .bind(key(person.0))
                .fetch_optional(&self.readers)
                .await?;
        Ok(row.as_ref().map(self::person).transpose()?)
    }

    /// What the person chose to show, and when they were seen last; `None` when there is no such
    /// person.
    pub(crate) async fn status(
        &self,
        person: PersonId,
    ) -> Result<Option<(ChosenStatus, Option<i64>)>, StoreError> {
        let row = sqlx::query(
            "SELECT status, status_text, status_until_ms, last_seen_ms FROM people WHERE id = $1",
        )
        .bind(key(person.0))
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some((status(&row)?, value(&row, "last_seen_ms")?)))
    }

    /// Whose status is over by itself, and when, the first first.
    pub(crate) async fn status_ends(&self) -> Result<Vec<(PersonId, i64)>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, status_until_ms FROM people WHERE status_until_ms IS NOT NULL
             ORDER BY status_until_ms LIMIT $1",
        )
        .bind(MAX_STATUS_ENDS)
        .fetch_all(&self.readers)
        .await?;
        let end = |row: &SqliteRow| Ok((PersonId(id(row, "id")?), value(row, "status_until_ms")?));
        Ok(rows.iter().map(end).collect::<sqlx::Result<_>>()?)
    }

    /// Changes how a person is shown; the picture is one of theirs that no message carries.
    pub(crate) async fn set_profile(
        &self,
        person: PersonId,
        full_name: String,
        picture: Option<FileId>,
    ) -> Result<Result<Person, Refusal>, StoreError> {
        self.writer.write(SetProfile { person, full_name, picture }).await
    }

    /// What people decided about themselves; those who decided nothing are left out.
    pub(crate) async fn preferences(&self) -> Result<Vec<(PersonId, Preferences)>, StoreError> {
        let rows = sqlx::query("SELECT id, preferences FROM people WHERE preferences <> '{}'")
            .fetch_all(&self.readers)
            .await?;
        let known = |row: &SqliteRow| Ok((PersonId(id(row, "id")?), json(row, "preferences")?));
        Ok(rows.iter().map(known).collect::<sqlx::Result<_>>()?)
    }

    /// Keeps what a person decided about themselves.
    pub(crate) async fn set_preferences(
        &self,
        person: PersonId,
        preferences: Preferences,
    ) -> Result<(), StoreError> {
        self.writer.write(SetPreferences { person, preferences }).await
    }

    /// Keeps what the person chose to show.
    pub(crate) async fn set_status(
        &self,
        person: PersonId,
        chosen: ChosenStatus,
    ) -> Result<(), StoreError> {
        self.writer.write(SetStatus { person, chosen }).await
    }

    /// Keeps when the person's last device left.
    pub(crate) async fn set_last_seen(
        &self,
        person: PersonId,
        last_seen_ms: i64,
    ) -> Result<(), StoreError> {
        self.writer.write(SetLastSeen { person, last_seen_ms }).await
    }
}

pub(super) fn person(row: &SqliteRow) -> sqlx::Result<Person> {
    let role = json(row, "role")?;
    // What stands in the place of a name that is free again is nobody's business.
    let username = if role == Role::Deleted { String::new() } else { value(row, "username")? };
    Ok(Person {
        id: PersonId(id(row, "id")?),
        username,
        full_name: value(row, "full_name")?,
        role,
        picture: optional_id(row, "picture")?.map(FileId),
    })
}

fn acquaintance(row: &SqliteRow) -> sqlx::Result<Acquaintance> {
    let last_seen_ms = value(row, "last_seen_ms")?;
    Ok(Acquaintance { person: person(row)?, chosen: status(row)?, last_seen_ms })
}

fn status(row: &SqliteRow) -> sqlx::Result<ChosenStatus> {
    let (text, until_ms) = (value(row, "status_text")?, value(row, "status_until_ms")?);
    Ok(ChosenStatus { status: json(row, "status")?, text, until_ms })
}

/// Whether somebody has an account: neither a guest nor one whose account was deleted.
pub(super) async fn has_account(
    connection: &mut SqliteConnection,
    person: PersonId,
) -> sqlx::Result<bool> {
    let row = sqlx::query("SELECT 1 FROM people WHERE id = $1 AND role NOT IN ($2, $3)")
        .bind(key(person.0))
        .bind(text(&Role::Guest)?)
        .bind(text(&Role::Deleted)?)
        .fetch_optional(connection)
        .await?;
    Ok(row.is_some())
}

/// Makes an account; `None` when the username is taken.
pub(super) async fn insert_person(
    connection: &mut SqliteConnection,
    new: &NewPerson,
) -> sqlx::Result<Option<Person>> {
    let person = Person {
        id: PersonId(Uuid::now_v7()),
        username: new.username.to_lowercase(),
        full_name: new.full_name.clone(),
        role: new.role,
        picture: None,
    };
    let done = sqlx::query(
        "INSERT INTO people (id, username, full_name, role, password_hash, status, created_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (username) DO NOTHING",
    )
    .bind(key(person.id.0))
    .bind(&person.username)
    .bind(&person.full_name)
    .bind(text(&person.role)?)
    .bind(&new.password_hash)
    .bind(text(&Status::default())?)
    .bind(new.now_ms)
    .execute(connection)
    .await?;
    Ok((done.rows_affected() == 1).then_some(person))
}

struct CreatePerson(NewPerson);

impl Write for CreatePerson {
    type Output = Option<Person>;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Option<Person>> {
        insert_person(connection, &self.0).await
    }
}

struct SetPasswordHash {
    person: PersonId,
    password_hash: String,
}

impl Write for SetPasswordHash {
    type Output = bool;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<bool> {
        let done = sqlx::query("UPDATE people SET password_hash = $1 WHERE id = $2")
            .bind(&self.password_hash)
            .bind(key(self.person.0))
            .execute(connection)
            .await?;
        Ok(done.rows_affected() == 1)
    }
}

struct SetProfile {
    person: PersonId,
    full_name: String,
    picture: Option<FileId>,
}

impl Write for SetProfile {
    type Output = Result<Person, Refusal>;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Self::Output> {
        if let Some(picture) = self.picture
            && !is_own_picture(connection, self.person, picture).await?
        {
            return Ok(Err(Refusal::NoSuchFile));
        }
        // Whoever asked just before the account was deleted must not bring its name back.
        sqlx::query("UPDATE people SET full_name = $1, picture = $2 WHERE id = $3 AND role <> $4")
            .bind(&self.full_name)
            .bind(self.picture.map(|file| key(file.0)))
            .bind(key(self.person.0))
            .bind(text(&Role::Deleted)?)
            .execute(&mut *connection)
            .await?;
        let row =
            sqlx::query("SELECT id, username, full_name, role, picture FROM people WHERE id = $1")
                .bind(key(self.person.0))
                .fetch_optional(connection)
                .await?;
        Ok(row.as_ref().map(person).transpose()?.ok_or(Refusal::NoSuchPerson))
    }
}

/// Whether a file is a picture that this person has uploaded and not sent.
async fn is_own_picture(
    connection: &mut SqliteConnection,
    owner: PersonId,
    file: FileId,
) -> sqlx::Result<bool> {
    let row = sqlx::query(
        "SELECT 1 FROM files
         WHERE id = $1 AND owner = $2 AND message IS NULL AND thumbnail IS NOT NULL",
    )
    .bind(key(file.0))
    .bind(key(owner.0))
    .fetch_optional(connection)
    .await?;
    Ok(row.is_some())
}

struct SetStatus {
    person: PersonId,
    chosen: ChosenStatus,
}

impl Write for SetStatus {
    type Output = ();

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        let ChosenStatus { status, text: line, until_ms } = &self.chosen;
        sqlx::query(
            "UPDATE people SET status = $1, status_text = $2, status_until_ms = $3
             WHERE id = $4 AND role <> $5",
        )
        .bind(text(status)?)
        .bind(line)
        .bind(until_ms)
        .bind(key(self.person.0))
        .bind(text(&Role::Deleted)?)
        .execute(connection)
        .await?;
        Ok(())
    }
}

struct SetPreferences {
    person: PersonId,
    preferences: Preferences,
}

impl Write for SetPreferences {
    type Output = ();

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        sqlx::query("UPDATE people SET preferences = $1 WHERE id = $2 AND role <> $3")
            .bind(text(&self.preferences)?)
            .bind(key(self.person.0))
            .bind(text(&Role::Deleted)?)
            .execute(connection)
            .await?;
        Ok(())
    }
}

struct SetLastSeen {
    person: PersonId,
    last_seen_ms: i64,
}

impl Write for SetLastSeen {
    type Output = ();

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        sqlx::query("UPDATE people SET last_seen_ms = $1 WHERE id = $2 AND role <> $3")
            .bind(self.last_seen_ms)
            .bind(key(self.person.0))
            .bind(text(&Role::Deleted)?)
            .execute(connection)
            .await?;
        Ok(())
    }
}

/// Statuses that are looked at when one ends; the others come after them.
const MAX_STATUS_ENDS: i64 = 100;
