//! The first account, and the invitations by which others are made.

use palabre_signaling::error::Refusal;
use palabre_signaling::permission::{self, MAX_INVITATIONS};
use palabre_signaling::wire::{Invitation, InvitationId, Invited, Person, PersonId, Role};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use super::guests::upgrade_guest;
use super::people::{NewPerson, insert_person, person};
use super::row::{count, id, json, key, text, value};
use super::writer::Write;
use super::{Store, StoreError};
use crate::sessions::TokenHash;

impl Store {
    /// Whether anybody has an account.
    pub async fn has_people(&self) -> Result<bool, StoreError> {
        let row = sqlx::query("SELECT 1 FROM people LIMIT 1").fetch_optional(&self.readers).await?;
        Ok(row.is_some())
    }

    /// What the place is called.
    pub async fn place(&self) -> Result<Option<String>, StoreError> {
        let row = sqlx::query("SELECT name FROM place").fetch_optional(&self.readers).await?;
        Ok(row.as_ref().map(|row| value(row, "name")).transpose()?)
    }

    /// Makes the first account, an owner's, and names the place; `None` when somebody has one.
    pub async fn create_owner(
        &self,
        place: String,
        new: NewPerson,
    ) -> Result<Option<Person>, StoreError> {
        self.writer.write(CreateOwner { place, new: NewPerson { role: Role::Owner, ..new } }).await
    }

    /// Names the place, as the demo does.
    pub(crate) async fn name_place(&self, name: String) -> Result<(), StoreError> {
        self.writer.write(NamePlace(name)).await
    }

    /// Keeps an invitation; those that are good no longer are forgotten.
    pub(crate) async fn create_invitation(
        &self,
        invitation: Invitation,
        code_hash: TokenHash,
    ) -> Result<Result<(), Refusal>, StoreError> {
        self.writer.write(CreateInvitation { invitation, code_hash }).await
    }

    /// The invitations that are good, the latest first.
    pub(crate) async fn invitations(&self, now_ms: i64) -> Result<Vec<Invitation>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, role, made_by, made_at_ms, expires_at_ms, uses, uses_left FROM invitations
             WHERE expires_at_ms > $1 AND uses_left > 0 ORDER BY made_at_ms DESC, id DESC",
        )
        .bind(now_ms)
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.iter().map(invitation).collect::<sqlx::Result<_>>()?)
    }

    /// What the holder of a code is invited to; `None` when it is good no longer.
    pub(crate) async fn invited(
        &self,
        code_hash: TokenHash,
        now_ms: i64,
    ) -> Result<Option<Invited>, StoreError> {
        let row = sqlx::query(
            "SELECT i.role, i.expires_at_ms, p.full_name, (SELECT name FROM place) AS place
             FROM invitations i JOIN people p ON p.id = i.made_by
             WHERE i.code_hash = $1 AND i.expires_at_ms > $2 AND i.uses_left > 0",
        )
        .bind(code_hash.to_vec())
        .bind(now_ms)
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Invited {
            place: value(&row, "place")?,
            by: value(&row, "full_name")?,
            role: json(&row, "role")?,
            expires_at_ms: value(&row, "expires_at_ms")?,
        }))
    }

    /// Makes an account by an invitation, which has one use less then; of a guest, if one asks, who
    /// keeps what they have.
    pub(crate) async fn accept_invitation(
        &self,
        code_hash: TokenHash,
        new: NewPerson,
        guest: Option<PersonId>,
    ) -> Result<Result<Person, Refusal>, StoreError> {
        self.writer.write(AcceptInvitation { code_hash, new, guest }).await
    }

    /// Makes an invitation worthless.
    pub(crate) async fn revoke_invitation(
        &self,
        invitation: InvitationId,
    ) -> Result<(), StoreError> {
        self.writer.write(RevokeInvitation(invitation)).await
    }

    /// Says what somebody may do, if `by` may say so; returns the person as they are then.
    pub(crate) async fn set_role(
        &self,
        by: PersonId,
        person: PersonId,
        role: Role,
    ) -> Result<Result<Person, Refusal>, StoreError> {
        self.writer.write(SetRole { by: Some(by), person, role }).await
    }

    /// Says what somebody may do, as whoever runs the machine wants it.
    pub async fn force_role(
        &self,
        person: PersonId,
        role: Role,
    ) -> Result<Result<Person, Refusal>, StoreError> {
        self.writer.write(SetRole { by: None, person, role }).await
    }
}

fn invitation(row: &SqliteRow) -> sqlx::Result<Invitation> {
    let uses = |column| count(row, column).map(|uses| u32::try_from(uses).unwrap_or(u32::MAX));
    Ok(Invitation {
        id: InvitationId(id(row, "id")?),
        role: json(row, "role")?,
        made_by: PersonId(id(row, "made_by")?),
        made_at_ms: value(row, "made_at_ms")?,
        expires_at_ms: value(row, "expires_at_ms")?,
        uses_left: uses("uses_left")?,
        uses: uses("uses")?,
    })
}

async fn name_place(connection: &mut SqliteConnection, name: &str) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO place (id, name) VALUES (1, $1)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name",
    )
    .bind(name)
    .execute(connection)
    .await?;
    Ok(())
}

struct CreateOwner {
    place: String,
    new: NewPerson,
}

impl Write for CreateOwner {
    type Output = Option<Person>;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Option<Person>> {
        // Writes are made one after the other, so that of two who race one finds the other here.
        let taken = sqlx::query("SELECT 1 FROM people LIMIT 1").fetch_optional(&mut *connection);
        if taken.await?.is_some() {
            return Ok(None);
        }
        name_place(connection, &self.place).await?;
        insert_person(connection, &self.new).await
    }
}

struct NamePlace(String);

impl Write for NamePlace {
    type Output = ();

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        name_place(connection, &self.0).await
    }
}

struct CreateInvitation {
    invitation: Invitation,
    code_hash: TokenHash,
}

impl Write for CreateInvitation {
    type Output = Result<(), Refusal>;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Self::Output> {
        let new = &self.invitation;
        sqlx::query("DELETE FROM invitations WHERE expires_at_ms <= $1 OR uses_left <= 0")
            .bind(new.made_at_ms)
            .execute(&mut *connection)
            .await?;
        let kept = sqlx::query("SELECT COUNT(*) AS kept FROM invitations")
            .fetch_one(&mut *connection)
            .await?;
        if MAX_INVITATIONS <= count(&kept, "kept")? {
            return Ok(Err(Refusal::TooManyLinks { limit: MAX_INVITATIONS }));
        }
        sqlx::query(
            "INSERT INTO invitations
             (id, code_hash, role, made_by, made_at_ms, expires_at_ms, uses, uses_left)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
        )
        .bind(key(new.id.0))
        .bind(self.code_hash.to_vec())
        .bind(text(&new.role)?)
        .bind(key(new.made_by.0))
        .bind(new.made_at_ms)
        .bind(new.expires_at_ms)
        .bind(i64::from(new.uses))
        .execute(connection)
        .await?;
        Ok(Ok(()))
    }
}

struct AcceptInvitation {
    code_hash: TokenHash,
    new: NewPerson,
    guest: Option<PersonId>,
}

impl Write for AcceptInvitation {
    type Output = Result<Person, Refusal>;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Self::Output> {
        let row = sqlx::query(
            "SELECT id, role FROM invitations
             WHERE code_hash = $1 AND expires_at_ms > $2 AND uses_left > 0",
        )
        .bind(self.code_hash.to_vec())
        .bind(self.new.now_ms)
        .fetch_optional(&mut *connection)
        .await?;
        let Some(row) = row else { return Ok(Err(Refusal::LinkGone)) };
        let new = NewPerson { role: json(&row, "role")?, ..self.new.clone() };
        let made = match self.guest {
            Some(guest) => upgrade_guest(connection, guest, &new).await?,
            None => insert_person(connection, &new).await?,
        };
        let Some(person) = made else {
            return Ok(Err(Refusal::UsernameTaken));
        };
        sqlx::query("UPDATE invitations SET uses_left = uses_left - 1 WHERE id = $1")
            .bind(key(id(&row, "id")?))
            .execute(connection)
            .await?;
        Ok(Ok(person))
    }
}

struct RevokeInvitation(InvitationId);

impl Write for RevokeInvitation {
    type Output = ();

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        sqlx::query("DELETE FROM invitations WHERE id = $1")
            .bind(key(self.0.0))
            .execute(connection)
            .await?;
        Ok(())
    }
}

struct SetRole {
    /// Who says so; absent for whoever runs the machine.
    by: Option<PersonId>,
    person: PersonId,
    role: Role,
}

impl Write for SetRole {
    type Output = Result<Person, Refusal>;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Self::Output> {
        let Some(now) = find(connection, self.person).await? else {
            return Ok(Err(Refusal::NoSuchPerson));
        };
        let by = match self.by {
            Some(by) => find(connection, by).await?.map_or(Role::Guest, |person| person.role),
            None => Role::Owner,
        };
        let owners = owners(connection).await?;
        if let Err(refusal) = permission::check_role(by, &now, self.role, &owners) {
            return Ok(Err(refusal));
        }
        sqlx::query("UPDATE people SET role = $1 WHERE id = $2")
            .bind(text(&self.role)?)
            .bind(key(self.person.0))
            .execute(connection)
            .await?;
        Ok(Ok(Person { role: self.role, ..now }))
    }
}

/// Everybody who runs the place.
pub(super) async fn owners(connection: &mut SqliteConnection) -> sqlx::Result<Vec<PersonId>> {
    let rows = sqlx::query("SELECT id FROM people WHERE role = $1")
        .bind(text(&Role::Owner)?)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| Ok(PersonId(id(row, "id")?))).collect()
}

pub(super) async fn find(
    connection: &mut SqliteConnection,
    wanted: PersonId,
) -> sqlx::Result<Option<Person>> {
    let row =
        sqlx::query("SELECT id, username, full_name, role, picture FROM people WHERE id = $1")
            .bind(key(wanted.0))
            .fetch_optional(connection)
            .await?;
    row.as_ref().map(person).transpose()
}
