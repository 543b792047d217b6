//! Guests, and the links by which they come.

use palabre_signaling::error::Refusal;
use palabre_signaling::guest::MAX_GUEST_LINKS;
use palabre_signaling::wire::{
    ConversationId, GuestDoor, GuestLink, GuestLinkId, GuestPass, GuestState, Person, PersonId,
    Role,
};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::people::{NewPerson, insert_person};
use super::row::{count, id, json, key, text, value};
use super::writer::Write;
use super::{SessionId, Store, StoreError};
use crate::sessions::TokenHash;

/// A guest who has no session any more and is still in a conversation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct DepartedGuest {
    /// Who.
    pub(crate) person: PersonId,
    /// Where.
    pub(crate) conversation: ConversationId,
}

impl Store {
    /// Keeps a link; those whose time was up long ago are forgotten.
    pub(crate) async fn create_guest_link(
        &self,
        link: GuestLink,
        code_hash: TokenHash,
    ) -> Result<Result<(), Refusal>, StoreError> {
        self.writer.write(CreateGuestLink { link, code_hash }).await
    }

    /// The links into a conversation that are good, the latest first.
    pub(crate) async fn guest_links(
        &self,
        conversation: ConversationId,
        now_ms: i64,
    ) -> Result<Vec<GuestLink>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, conversation, made_by, made_at_ms, expires_at_ms, uses, uses_left
             FROM guest_links
             WHERE conversation = $1 AND NOT revoked AND expires_at_ms > $2 AND uses_left > 0
             ORDER BY made_at_ms DESC, id DESC",
        )
        .bind(key(conversation.0))
        .bind(now_ms)
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.iter().map(guest_link).collect::<sqlx::Result<_>>()?)
    }

    /// Where a link leads, or why it leads nowhere.
    pub(crate) async fn guest_door(
        &self,
        code_hash: TokenHash,
        now_ms: i64,
    ) -> Result<Result<GuestDoor, Refusal>, StoreError> {
        let row = sqlx::query(
            "SELECT l.expires_at_ms, l.uses_left, l.revoked, c.title, p.full_name,
                    (SELECT name FROM place) AS place
             FROM guest_links l JOIN conversations c ON c.id = l.conversation
             JOIN people p ON p.id = l.made_by WHERE l.code_hash = $1",
        )
        .bind(code_hash.to_vec())
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else { return Ok(Err(Refusal::LinkGone)) };
        if let Err(refusal) = check(&row, now_ms)? {
            return Ok(Err(refusal));
        }
        Ok(Ok(GuestDoor {
            place: value(&row, "place")?,
            title: value(&row, "title")?,
            by: value(&row, "full_name")?,
            expires_at_ms: value(&row, "expires_at_ms")?,
        }))
    }

    /// Makes a guest who waits, by a link, which has one use less then.
    pub(crate) async fn create_guest(
        &self,
        code_hash: TokenHash,
        name: String,
        now_ms: i64,
    ) -> Result<Result<Person, Refusal>, StoreError> {
        self.writer.write(CreateGuest { code_hash, name, now_ms }).await
    }

    /// How a guest stands; `None` for everybody else.
    pub(crate) async fn guest_pass(
        &self,
        person: PersonId,
    ) -> Result<Option<GuestPass>, StoreError> {
        let row = sqlx::query(
            "SELECT g.conversation, g.state, c.title FROM guests g
             JOIN conversations c ON c.id = g.conversation WHERE g.person = $1",
        )
        .bind(key(person.0))
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(GuestPass {
            conversation: ConversationId(id(&row, "conversation")?),
            title: value(&row, "title")?,
            state: json(&row, "state")?,
        }))
    }

    /// Keeps that a guest is not let in.
    pub(crate) async fn refuse_guest(
        &self,
        conversation: ConversationId,
        person: PersonId,
    ) -> Result<(), StoreError> {
        self.writer.write(RefuseGuest { conversation, person }).await
    }

    /// Makes a link worthless, and returns the sessions of those who came by it; it forgets them.
    pub(crate) async fn revoke_guest_link(
        &self,
        conversation: ConversationId,
        link: GuestLinkId,
    ) -> Result<Vec<SessionId>, StoreError> {
        self.writer.write(RevokeGuestLink { conversation, link }).await
    }

    /// Everybody who is a guest, with those whom they share a conversation with.
    pub(crate) async fn guest_circles(
        &self,
    ) -> Result<Vec<(PersonId, Option<PersonId>)>, StoreError> {
        let rows = sqlx::query(
            "SELECT g.person, o.person AS other FROM guests g
             LEFT JOIN members m ON m.person = g.person
             LEFT JOIN members o ON o.conversation = m.conversation",
        )
        .fetch_all(&self.readers)
        .await?;
        let pair = |row: &SqliteRow| {
            let other: Option<Vec<u8>> = value(row, "other")?;
            let other = other.and_then(|bytes| Uuid::from_slice(&bytes).ok()).map(PersonId);
            Ok((PersonId(id(row, "person")?), other))
        };
        Ok(rows.iter().map(pair).collect::<sqlx::Result<_>>()?)
    }

    /// Guests who are in a conversation and have no session any more.
    pub(crate) async fn departed_guests(
        &self,
        now_ms: i64,
    ) -> Result<Vec<DepartedGuest>, StoreError> {
        let rows = sqlx::query(
            "SELECT g.person, m.conversation FROM guests g
             JOIN members m ON m.person = g.person
             WHERE NOT EXISTS (SELECT 1 FROM sessions s
                               WHERE s.person = g.person AND s.expires_at_ms > $1)",
        )
        .bind(now_ms)
        .fetch_all(&self.readers)
        .await?;
        let departed = |row| {
            let person = PersonId(id(row, "person")?);
            Ok(DepartedGuest { person, conversation: ConversationId(id(row, "conversation")?) })
        };
        Ok(rows.iter().map(departed).collect::<sqlx::Result<_>>()?)
    }
}

fn guest_link(row: &SqliteRow) -> sqlx::Result<GuestLink> {
    let uses = |column| count(row, column).map(|uses| u32::try_from(uses).unwrap_or(u32::MAX));
    Ok(GuestLink {
        id: GuestLinkId(id(row, "id")?),
        conversation: ConversationId(id(row, "conversation")?),
        made_by: PersonId(id(row, "made_by")?),
        made_at_ms: value(row, "made_at_ms")?,
        expires_at_ms: value(row, "expires_at_ms")?,
        uses_left: uses("uses_left")?,
        uses: uses("uses")?,
    })
}

/// Why a link leads nowhere, if it does not. Whoever holds it holds 256 random bits, so the reason
/// tells nothing to guessers.
fn check(row: &SqliteRow, now_ms: i64) -> sqlx::Result<Result<(), Refusal>> {
    let (revoked, expires_at_ms): (bool, i64) =
        (value(row, "revoked")?, value(row, "expires_at_ms")?);
    let refusal = if revoked {
        Refusal::LinkRevoked
    } else if expires_at_ms <= now_ms {
        Refusal::LinkExpired
    } else if count(row, "uses_left")? == 0 {
        Refusal::LinkUsedUp
    } else {
        return Ok(Ok(()));
    };
    Ok(Err(refusal))
}

struct CreateGuestLink {
    link: GuestLink,
    code_hash: TokenHash,
}

impl Write for CreateGuestLink {
    type Output = Result<(), Refusal>;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Self::Output> {
        let new = &self.link;
        sqlx::query(
            "DELETE FROM guest_links WHERE expires_at_ms <= $1
             AND NOT EXISTS (SELECT 1 FROM guests g WHERE g.link = guest_links.id)",
        )
        .bind(new.made_at_ms - KEPT_MS)
        .execute(&mut *connection)
        .await?;
        let good = sqlx::query(
            "SELECT COUNT(*) AS good FROM guest_links
             WHERE conversation = $1 AND NOT revoked AND expires_at_ms > $2 AND uses_left > 0",
        )
        .bind(key(new.conversation.0))
        .bind(new.made_at_ms)
        .fetch_one(&mut *connection)
        .await?;
        if MAX_GUEST_LINKS <= count(&good, "good")? {
            return Ok(Err(Refusal::TooManyLinks { limit: MAX_GUEST_LINKS }));
        }
        sqlx::query(
            "INSERT INTO guest_links
             (id, code_hash, conversation, made_by, made_at_ms, expires_at_ms, uses, uses_left)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
        )
        .bind(key(new.id.0))
        .bind(self.code_hash.to_vec())
        .bind(key(new.conversation.0))
        .bind(key(new.made_by.0))
        .bind(new.made_at_ms)
        .bind(new.expires_at_ms)
        .bind(i64::from(new.uses))
        .execute(connection)
        .await?;
        Ok(Ok(()))
    }
}

struct CreateGuest {
    code_hash: TokenHash,
    name: String,
    now_ms: i64,
}

impl Write for CreateGuest {
    type Output = Result<Person, Refusal>;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Self::Output> {
        let row = sqlx::query(
            "SELECT id, conversation, expires_at_ms, uses_left, revoked FROM guest_links
             WHERE code_hash = $1",
        )
        .bind(self.code_hash.to_vec())
        .fetch_optional(&mut *connection)
        .await?;
        let Some(row) = row else { return Ok(Err(Refusal::LinkGone)) };
        if let Err(refusal) = check(&row, self.now_ms)? {
            return Ok(Err(refusal));
        }
        let new = NewPerson {
            // Nobody signs in by it, and no name that people choose has a colon.
            username: format!("guest:{}", Uuid::new_v4().simple()),
            full_name: self.name.clone(),
            role: Role::Guest,
            password_hash: String::new(),
            now_ms: self.now_ms,
        };
        let guest = insert_person(connection, &new).await?;
        let guest = guest.ok_or(sqlx::Error::RowNotFound)?;
        sqlx::query("UPDATE guest_links SET uses_left = uses_left - 1 WHERE id = $1")
            .bind(key(id(&row, "id")?))
            .execute(&mut *connection)
            .await?;
        sqlx::query(
            "INSERT INTO guests (person, link, conversation, state) VALUES ($1, $2, $3, $4)",
        )
        .bind(key(guest.id.0))
        .bind(key(id(&row, "id")?))
        .bind(key(id(&row, "conversation")?))
        .bind(text(&GuestState::Waiting)?)
        .execute(connection)
        .await?;
        Ok(Ok(guest))
    }
}

struct RefuseGuest {
    conversation: ConversationId,
    person: PersonId,
}

impl Write for RefuseGuest {
    type Output = ();

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        set_state(connection, self.conversation, self.person, GuestState::Refused).await.map(drop)
    }
}

/// Says how a guest of a conversation stands now; false when there is no such guest.
pub(super) async fn set_state(
    connection: &mut SqliteConnection,
    conversation: ConversationId,
    person: PersonId,
    state: GuestState,
) -> sqlx::Result<bool> {
    let done = sqlx::query("UPDATE guests SET state = $1 WHERE person = $2 AND conversation = $3")
        .bind(text(&state)?)
        .bind(key(person.0))
        .bind(key(conversation.0))
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

struct RevokeGuestLink {
    conversation: ConversationId,
    link: GuestLinkId,
}

impl Write for RevokeGuestLink {
    type Output = Vec<SessionId>;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Self::Output> {
        sqlx::query("UPDATE guest_links SET revoked = TRUE WHERE id = $1 AND conversation = $2")
            .bind(key(self.link.0))
            .bind(key(self.conversation.0))
            .execute(&mut *connection)
            .await?;
        let rows = sqlx::query(
            "DELETE FROM sessions WHERE person IN
             (SELECT person FROM guests WHERE link = $1 AND conversation = $2) RETURNING id",
        )
        .bind(key(self.link.0))
        .bind(key(self.conversation.0))
        .fetch_all(connection)
        .await?;
        rows.iter().map(|row| Ok(SessionId(id(row, "id")?))).collect()
    }
}

/// Makes an account of a guest, who keeps what they have; `None` when the username is taken or there
/// is no such guest.
pub(super) async fn upgrade_guest(
    connection: &mut SqliteConnection,
    guest: PersonId,
    new: &NewPerson,
) -> sqlx::Result<Option<Person>> {
    let done = sqlx::query(
        "UPDATE OR IGNORE people SET username = $1, full_name = $2, role = $3, password_hash = $4
         WHERE id = $5 AND role = $6",
    )
    .bind(new.username.to_lowercase())
    .bind(&new.full_name)
    .bind(text(&new.role)?)
    .bind(&new.password_hash)
    .bind(key(guest.0))
    .bind(text(&Role::Guest)?)
    .execute(&mut *connection)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(None);
    }
    sqlx::query("DELETE FROM guests WHERE person = $1")
        .bind(key(guest.0))
        .execute(connection)
        .await?;
    Ok(Some(Person {
        id: guest,
        username: new.username.to_lowercase(),
        full_name: new.full_name.clone(),
        role: new.role,
        picture: None,
    }))
}

/// How long a link is kept after its time was up, in ms: a month, in which whoever opens it is told
/// so.
const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1_000;
