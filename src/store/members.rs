//! Who comes into conversations and goes.

use palabre_signaling::error::Refusal;
use palabre_signaling::membership::{MemberChange, Membership};
use palabre_signaling::wire::{
    ClientId, Content, ConversationId, ConversationKind, GuestState, Message, PersonId,
};
use sqlx::{Row as _, SqliteConnection};
use uuid::Uuid;

use super::guests::set_state;
use super::messages::{NewMessage, insert_message};
use super::people::has_account;
use super::receipts::forget_steps;
use super::row::{id, json, key, number, text, value};
use super::writer::Write;
use super::{Store, StoreError};

/// A change of who is in a conversation.
#[derive(Clone, Debug)]
pub(crate) struct NewMembership {
    /// Which.
    pub(crate) conversation: ConversationId,
    /// Who wants it.
    pub(crate) actor: PersonId,
    /// What is wanted.
    pub(crate) change: MemberChange,
    /// When, in ms since 1970.
    pub(crate) now_ms: i64,
}

impl Store {
    /// Changes who is in a conversation; returns the notice that tells of it, or `None` when it
    /// stands so already.
    pub(crate) async fn change_members(
        &self,
        change: NewMembership,
    ) -> Result<Result<Option<Message>, Refusal>, StoreError> {
        self.writer.write(change).await
    }

    /// Whether somebody is in a conversation.
    pub(crate) async fn is_member(
        &self,
        person: PersonId,
        conversation: ConversationId,
    ) -> Result<bool, StoreError> {
        let row = sqlx::query("SELECT 1 FROM members WHERE conversation = $1 AND person = $2")
            .bind(key(conversation.0))
            .bind(key(person.0))
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.is_some())
    }

    /// The conversation of one person alone, made when there is none.
    pub(crate) async fn saved_conversation(
        &self,
        person: PersonId,
        now_ms: i64,
    ) -> Result<(ConversationId, bool), StoreError> {
        let id = ConversationId(Uuid::now_v7());
        self.writer.write(OpenSaved { id, person, now_ms }).await
    }
}

impl Write for NewMembership {
    type Output = Result<Option<Message>, Refusal>;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Self::Output> {
        let Some(before) = membership(connection, self.conversation).await? else {
            return Ok(Err(Refusal::NotAMember));
        };
        let (after, content) = match before.after(self.actor, &self.change) {
            Ok(Some(changed)) => changed,
            Ok(None) => return Ok(Ok(None)),
            Err(refusal) => return Ok(Err(refusal)),
        };
        let new = after.members.iter().filter(|person| !before.members.contains(person));
        let new: Vec<PersonId> = new.copied().collect();
        // All of them before the first is put in: a refusal leaves nothing behind.
        for person in &new {
            let known = if let MemberChange::Admit(guest) = &self.change {
                set_state(connection, self.conversation, *guest, GuestState::Admitted).await?
            } else {
                has_account(connection, *person).await?
            };
            if !known {
                return Ok(Err(Refusal::NoSuchPerson));
            }
        }
        for person in new {
            self.insert(connection, person).await?;
        }
        for person in before.members.iter().filter(|person| !after.members.contains(person)) {
            self.delete(connection, *person).await?;
        }
        for person in &after.members {
            let admin = after.admins.contains(person);
            if admin != before.admins.contains(person) {
                self.set_admin(connection, *person, admin).await?;
            }
        }
        if after.title != before.title {
            self.set_title(connection, &after.title).await?;
        }
        if after.lifetime_s != before.lifetime_s {
            self.set_lifetime(connection, after.lifetime_s).await?;
        }
        // Nobody sends it again: what stands so already is no change.
        let client_id = ClientId(Uuid::now_v7());
        let notice =
            NewMessage::new(self.conversation, self.actor, client_id, content, self.now_ms);
        insert_message(connection, &notice).await.map(|notice| Ok(Some(notice)))
    }
}

impl NewMembership {
    /// Whoever comes in has read what was said before: it is there to be read, and not unread.
    async fn insert(
        &self,
        connection: &mut SqliteConnection,
        person: PersonId,
    ) -> sqlx::Result<()> {
        sqlx::query(
            "INSERT INTO members
             (conversation, person, position, delivered_number, read_number, admin, since_number)
             SELECT $1, $2,
                    (SELECT COALESCE(MAX(position), 0) + 1 FROM members WHERE conversation = $1),
                    message_count, message_count, FALSE,
                    CASE WHEN $3 THEN message_count ELSE 0 END
             FROM conversations WHERE id = $1",
        )
        .bind(key(self.conversation.0))
        .bind(key(person.0))
        .bind(matches!(self.change, MemberChange::Admit(_)))
        .execute(connection)
        .await?;
        Ok(())
    }

    async fn delete(
        &self,
        connection: &mut SqliteConnection,
        person: PersonId,
    ) -> sqlx::Result<()> {
        sqlx::query("DELETE FROM members WHERE conversation = $1 AND person = $2")
            .bind(key(self.conversation.0))
            .bind(key(person.0))
            .execute(&mut *connection)
            .await?;
        forget_steps(connection, self.conversation, person).await?;
        // A guest who is out stays out: whoever comes again comes as somebody new.
        set_state(connection, self.conversation, person, GuestState::Refused).await?;
        Ok(())
    }

    async fn set_admin(
        &self,
        connection: &mut SqliteConnection,
        person: PersonId,
        admin: bool,
    ) -> sqlx::Result<()> {
        sqlx::query("UPDATE members SET admin = $1 WHERE conversation = $2 AND person = $3")
            .bind(admin)
            .bind(key(self.conversation.0))
            .bind(key(person.0))
            .execute(connection)
            .await?;
        Ok(())
    }

    async fn set_lifetime(
        &self,
        connection: &mut SqliteConnection,
        lifetime_s: Option<u32>,
    ) -> sqlx::Result<()> {
        sqlx::query("UPDATE conversations SET lifetime_s = $1 WHERE id = $2")
            .bind(lifetime_s)
            .bind(key(self.conversation.0))
            .execute(connection)
            .await?;
        Ok(())
    }

    async fn set_title(&self, connection: &mut SqliteConnection, title: &str) -> sqlx::Result<()> {
        sqlx::query("UPDATE conversations SET title = $1 WHERE id = $2")
            .bind(title)
            .bind(key(self.conversation.0))
            .execute(connection)
            .await?;
        Ok(())
    }
}

async fn membership(
    connection: &mut SqliteConnection,
    conversation: ConversationId,
) -> sqlx::Result<Option<Membership>> {
    let row = sqlx::query("SELECT kind, title, lifetime_s FROM conversations WHERE id = $1")
        .bind(key(conversation.0))
        .fetch_optional(&mut *connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let rows =
        sqlx::query("SELECT person, admin FROM members WHERE conversation = $1 ORDER BY position")
            .bind(key(conversation.0))
            .fetch_all(connection)
            .await?;
    let (mut members, mut admins) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in &rows {
        let person = PersonId(id(row, "person")?);
        members.push(person);
        if row.try_get("admin")? {
            admins.push(person);
        }
    }
    let (kind, title) = (json(&row, "kind")?, value(&row, "title")?);
    let lifetime_s = value(&row, "lifetime_s")?;
    Ok(Some(Membership { kind, title, members, admins, lifetime_s }))
}

struct OpenSaved {
    id: ConversationId,
    person: PersonId,
    now_ms: i64,
}

impl Write for OpenSaved {
    type Output = (ConversationId, bool);

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Self::Output> {
        // One person is a pair with itself, of which there is at most one too.
        let pair = [key(self.person.0), key(self.person.0)].concat();
        let found = sqlx::query("SELECT id FROM conversations WHERE pair = $1")
            .bind(&pair)
            .fetch_optional(&mut *connection)
            .await?;
        if let Some(row) = found {
            return Ok((ConversationId(id(&row, "id")?), false));
        }
        let client_id = ClientId(Uuid::now_v7());
        sqlx::query(
            "INSERT INTO conversations
             (id, kind, title, pair, creator, client_id, last_seq, message_count, created_at_ms)
             VALUES ($1, $2, '', $3, $4, $5, 0, 0, $6)",
        )
        .bind(key(self.id.0))
        .bind(text(&ConversationKind::Saved)?)
        .bind(&pair)
        .bind(key(self.person.0))
        .bind(key(client_id.0))
        .bind(self.now_ms)
        .execute(&mut *connection)
        .await?;
        sqlx::query(
            "INSERT INTO members
             (conversation, person, position, delivered_number, read_number, admin)
             VALUES ($1, $2, $3, 0, 0, FALSE)",
        )
        .bind(key(self.id.0))
        .bind(key(self.person.0))
        .bind(number(0))
        .execute(&mut *connection)
        .await?;
        let created =
            NewMessage::new(self.id, self.person, client_id, Content::Created, self.now_ms);
        insert_message(connection, &created).await?;
        Ok((self.id, true))
    }
}
