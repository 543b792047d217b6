//! Who may beep at whom.

use palabre_signaling::beep;
use palabre_signaling::error::Refusal;
use palabre_signaling::wire::{BeepLeave, PersonId};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use super::people::has_account;
use super::row::{id, key, value};
use super::writer::Write;
use super::{Store, StoreError};

impl Store {
    /// Those with whom leave was asked for or given, as a person sees it.
    pub(crate) async fn beep_leaves(&self, of: PersonId) -> Result<Vec<BeepLeave>, StoreError> {
        let rows = sqlx::query(
            "SELECT p.id, mine.given AS given, mine.asked AS asked, theirs.given AS received
             FROM people p
             LEFT JOIN beep_leaves mine ON mine.owner = $1 AND mine.other = p.id
             LEFT JOIN beep_leaves theirs ON theirs.owner = p.id AND theirs.other = $1
             WHERE mine.given OR mine.asked OR theirs.given",
        )
        .bind(key(of.0))
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.iter().map(leave).collect::<sqlx::Result<_>>()?)
    }

    /// Whether `owner` lets `other` beep at them.
    pub(crate) async fn may_beep(
        &self,
        owner: PersonId,
        other: PersonId,
    ) -> Result<bool, StoreError> {
        let row = sqlx::query("SELECT given FROM beep_leaves WHERE owner = $1 AND other = $2")
            .bind(key(owner.0))
            .bind(key(other.0))
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.map(|row| value(&row, "given")).transpose()?.unwrap_or(false))
    }

    /// Gives leave or takes it back; returns how both see it then, the owner first.
    pub(crate) async fn set_beep_leave(
        &self,
        owner: PersonId,
        other: PersonId,
        given: bool,
    ) -> Result<Result<[BeepLeave; 2], Refusal>, StoreError> {
        self.writer.write(ChangeLeave { owner, other, change: LeaveChange::Set { given } }).await
    }

    /// Asks `owner` for leave on behalf of `other`; returns how both see it then, the owner first.
    pub(crate) async fn ask_beep_leave(
        &self,
        owner: PersonId,
        other: PersonId,
        now_ms: i64,
    ) -> Result<Result<[BeepLeave; 2], Refusal>, StoreError> {
        self.writer.write(ChangeLeave { owner, other, change: LeaveChange::Ask { now_ms } }).await
    }
}

enum LeaveChange {
    Set { given: bool },
    Ask { now_ms: i64 },
}

struct ChangeLeave {
    owner: PersonId,
    other: PersonId,
    change: LeaveChange,
}

impl Write for ChangeLeave {
    type Output = Result<[BeepLeave; 2], Refusal>;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Self::Output> {
        let Self { owner, other, .. } = *self;
        for person in [owner, other] {
            if !has_account(connection, person).await? {
                return Ok(Err(Refusal::NoSuchPerson));
            }
        }
        let before = sqlx::query(
            "SELECT given, asked_at_ms FROM beep_leaves WHERE owner = $1 AND other = $2",
        )
        .bind(key(owner.0))
        .bind(key(other.0))
        .fetch_optional(&mut *connection)
        .await?;
        let (was_given, asked_at_ms) = match &before {
            Some(row) => (value(row, "given")?, value::<Option<i64>>(row, "asked_at_ms")?),
            None => (false, None),
        };
        let (given, asked, asked_at_ms) = match self.change {
            LeaveChange::Set { given } => (given, false, asked_at_ms),
            // Nothing is to be asked for that is there.
            LeaveChange::Ask { .. } if was_given => (true, false, asked_at_ms),
            LeaveChange::Ask { now_ms } => match beep::check_ask(now_ms, asked_at_ms) {
                Ok(()) => (false, true, Some(now_ms)),
                Err(refusal) => return Ok(Err(refusal)),
            },
        };
        sqlx::query(
            "INSERT INTO beep_leaves (owner, other, given, asked, asked_at_ms)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (owner, other) DO UPDATE SET given = $3, asked = $4, asked_at_ms = $5",
        )
        .bind(key(owner.0))
        .bind(key(other.0))
        .bind(given)
        .bind(asked)
        .bind(asked_at_ms)
        .execute(&mut *connection)
        .await?;
        Ok(Ok([between(connection, owner, other).await?, between(connection, other, owner).await?]))
    }
}

/// How `of` stands with `with`.
async fn between(
    connection: &mut SqliteConnection,
    of: PersonId,
    with: PersonId,
) -> sqlx::Result<BeepLeave> {
    let row = sqlx::query(
        "SELECT p.id, mine.given AS given, mine.asked AS asked, theirs.given AS received
         FROM people p
         LEFT JOIN beep_leaves mine ON mine.owner = $1 AND mine.other = p.id
         LEFT JOIN beep_leaves theirs ON theirs.owner = p.id AND theirs.other = $1
         WHERE p.id = $2",
    )
    .bind(key(of.0))
    .bind(key(with.0))
    .fetch_one(connection)
    .await?;
    leave(&row)
}

fn leave(row: &SqliteRow) -> sqlx::Result<BeepLeave> {
    let flag = |column| Ok::<_, sqlx::Error>(value::<Option<bool>>(row, column)?.unwrap_or(false));
    Ok(BeepLeave {
        person: PersonId(id(row, "id")?),
        given: flag("given")?,
        asked: flag("asked")?,
        received: flag("received")?,
    })
}
