//! Conversations, their members and how far each has got.

use std::collections::HashMap;

use palabre_signaling::conversation::{Blueprint, MAX_GROUPS_A_DAY};
use palabre_signaling::error::Refusal;
use palabre_signaling::message::MAX_CHANGES_BYTES;
use palabre_signaling::wire::{
    Changes, ClientId, Content, Conversation, ConversationId, ConversationKind, Known, Marker,
    Newcomer, PersonId, PersonalChanges,
};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, Sqlite, SqliteConnection, Transaction};
use uuid::Uuid;

use super::messages::{NewMessage, Reading, changes_since, insert_message, message};
use super::people::has_account;
use super::personal::personal_since;
use super::receipts::{Progress, Step, keep_step, progress};
use super::row::{count, id, json, key, number, text, value};
use super::writer::Write;
use super::{Store, StoreError};

/// A conversation with its latest message.
macro_rules! select_conversation {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, c.kind, c.title, c.lifetime_s, c.last_seq, c.message_count, c.created_at_ms,
                    x.id AS message_id, x.conversation, x.seq, x.changed_seq, x.number, x.sender,
                    x.client_id, x.sent_at_ms, x.content, x.details,
                    (SELECT json_group_array(number) FROM (SELECT p.number FROM messages p
                      WHERE p.conversation = c.id AND p.pinned ORDER BY p.number)) AS pinned,
                    (SELECT json_group_array(json_object('from_number', from_number,
                                                         'to_number', to_number))
                     FROM (SELECT s.from_number, s.to_number FROM expired_spans s
                      WHERE s.conversation = c.id AND s.to_number >
                            (SELECT MIN(r.read_number) FROM members r WHERE r.conversation = c.id)
                      ORDER BY s.to_number)) AS expired,
                    EXISTS (SELECT 1 FROM calls k WHERE k.conversation = c.id AND k.live) AS has_call
             FROM conversations c
             JOIN messages x ON x.conversation = c.id AND x.number = c.message_count ",
            $rest
        )
    };
}

/// Members in the order they were added.
macro_rules! select_members {
    ($filter:literal) => {
        concat!(
            "SELECT conversation, person, delivered_number, read_number, admin, since_number
             FROM members ",
            $filter,
            " ORDER BY conversation, position"
        )
    };
}

/// What a device gets when it says hello, of one moment.
#[derive(Debug)]
pub(crate) struct Resumption {
    /// The person's conversations, without their calls.
    pub(crate) conversations: Vec<Conversation>,
    /// Those of them in which a call is under way.
    pub(crate) with_call: Vec<ConversationId>,
    /// What changed in those that the device knows.
    pub(crate) changes: Vec<Changes>,
    /// What changed of the person's own things.
    pub(crate) personal: PersonalChanges,
}

/// A conversation to be made.
#[derive(Clone, Debug)]
pub(crate) struct NewConversation {
    /// Who makes it.
    pub(crate) creator: PersonId,
    /// The creator's name for it, so that a repeat is recognised.
    pub(crate) client_id: ClientId,
    /// What it is made of.
    pub(crate) blueprint: Blueprint,
    /// When, in ms since 1970.
    pub(crate) now_ms: i64,
}

/// A conversation that was made or found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Made {
    /// Which.
    pub(crate) id: ConversationId,
    /// It was not there before.
    pub(crate) is_new: bool,
}

impl Store {
    /// Makes a conversation, or finds the one that an earlier request or the other person made.
    pub(crate) async fn create_conversation(
        &self,
        new: NewConversation,
    ) -> Result<Result<Made, Refusal>, StoreError> {
        let id = ConversationId(Uuid::now_v7());
        self.writer.write(CreateConversation { id, new }).await
    }

    /// The conversation with this id, without its call.
    pub(crate) async fn conversation(
        &self,
        conversation: ConversationId,
    ) -> Result<Option<Conversation>, StoreError> {
        let mut reader = self.readers.begin().await?;
        let id = key(conversation.0);
        let rows = select_conversation!("WHERE c.id = $1");
        let rows = sqlx::query(rows).bind(&id).fetch_all(&mut *reader).await?;
        let members = select_members!("WHERE conversation = $1");
        let members = sqlx::query(members).bind(&id).fetch_all(&mut *reader).await?;
        let assembled = assemble(&rows, &members)?;
        Ok(assembled.into_iter().next())
    }

    /// A person's conversations and what a device has missed of those it knows, as of one moment.
    pub(crate) async fn resume(
        &self,
        person: PersonId,
        known: &[Known],
        personal_seq: Option<u64>,
    ) -> Result<Resumption, StoreError> {
        let mut reader = self.readers.begin().await?;
        let id = key(person.0);
        let rows = select_conversation!(
            "JOIN members m ON m.conversation = c.id WHERE m.person = $1 ORDER BY c.id"
        );
        let rows = sqlx::query(rows).bind(&id).fetch_all(&mut *reader).await?;
        let members = select_members!(
            "WHERE conversation IN (SELECT conversation FROM members WHERE person = $1)"
        );
        let members = sqlx::query(members).bind(&id).fetch_all(&mut *reader).await?;
        let conversations = assemble(&rows, &members)?;
        let seen = |it: Conversation| it.seen_by(person);
        let conversations: Vec<Conversation> = conversations.into_iter().map(seen).collect();
        let with_call = conversations_with_call(&rows)?;
        let changes = changes(&mut reader, person, &conversations, known).await?;
        let personal = personal_since(&mut reader, person, personal_seq).await?;
        Ok(Resumption { conversations, with_call, changes, personal })
    }

    /// Keeps how far a person got; what is kept only rises.
    pub(crate) async fn mark(
        &self,
        conversation: ConversationId,
        marker: Marker,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        self.writer.write(Mark { conversation, marker, now_ms }).await
    }
}

/// Returns what has changed in each conversation that the device knows, as far as one answer holds.
async fn changes(
    reader: &mut Transaction<'_, Sqlite>,
    person: PersonId,
    conversations: &[Conversation],
    known: &[Known],
) -> sqlx::Result<Vec<Changes>> {
    let known: HashMap<_, _> = known.iter().map(|it| (it.conversation, it.seq)).collect();
    let mut budget = MAX_CHANGES_BYTES;
    let mut all = Vec::new();
    for conversation in conversations {
        let Some(&since_seq) = known.get(&conversation.id) else { continue };
        let reading = Reading {
            last_seq: conversation.last_seq,
            since_number: conversation.since_number(person),
        };
        let changes = changes_since(reader, conversation.id, since_seq, reading, &mut budget);
        all.extend(changes.await?);
        if budget == 0 {
            // The device sees by `last_seq` that it has to ask for the rest.
            break;
        }
    }
    Ok(all)
}

fn assemble(rows: &[SqliteRow], members: &[SqliteRow]) -> sqlx::Result<Vec<Conversation>> {
    let mut markers: HashMap<Uuid, Vec<Marker>> = HashMap::with_capacity(rows.len());
    let mut admins: HashMap<Uuid, Vec<PersonId>> = HashMap::new();
    let mut newcomers: HashMap<Uuid, Vec<Newcomer>> = HashMap::new();
    for row in members {
        let (conversation, marker) = (id(row, "conversation")?, marker(row)?);
        markers.entry(conversation).or_default().push(marker);
        if value(row, "admin")? {
            admins.entry(conversation).or_default().push(marker.person);
        }
        let since_number = count(row, "since_number")?;
        if 0 < since_number {
            let newcomer = Newcomer { person: marker.person, since_number };
            newcomers.entry(conversation).or_default().push(newcomer);
        }
    }
    let take = |row| {
        let which = id(row, "id")?;
        let found = markers.remove(&which).unwrap_or_default();
        let newcomers = newcomers.remove(&which).unwrap_or_default();
        let admins = admins.remove(&which).unwrap_or_default();
        Ok(Conversation { newcomers, ..conversation(row, found, admins)? })
    };
    rows.iter().map(take).collect()
}

fn conversation(
    row: &SqliteRow,
    markers: Vec<Marker>,
    admins: Vec<PersonId>,
) -> sqlx::Result<Conversation> {
    // A conversation is made together with its first message.
    let last_message = message(row, "message_id")?;
    Ok(Conversation {
        id: ConversationId(id(row, "id")?),
        kind: json(row, "kind")?,
        title: value(row, "title")?,
        members: markers.iter().map(|marker| marker.person).collect(),
        admins,
        newcomers: Vec::new(),
        lifetime_s: value(row, "lifetime_s")?,
        pinned: json(row, "pinned")?,
        expired: json(row, "expired")?,
        last_seq: count(row, "last_seq")?,
        message_count: count(row, "message_count")?,
        markers,
        last_message: Some(last_message),
        call: None,
        created_at_ms: value(row, "created_at_ms")?,
    })
}

fn conversations_with_call(rows: &[SqliteRow]) -> sqlx::Result<Vec<ConversationId>> {
    let mut found = Vec::new();
    for row in rows {
        if row.try_get("has_call")? {
            found.push(ConversationId(id(row, "id")?));
        }
    }
    Ok(found)
}

fn marker(row: &SqliteRow) -> sqlx::Result<Marker> {
    Ok(Marker {
        person: PersonId(id(row, "person")?),
        delivered_number: count(row, "delivered_number")?,
        read_number: count(row, "read_number")?,
        read_hidden: false,
    })
}

struct CreateConversation {
    id: ConversationId,
    new: NewConversation,
}

impl Write for CreateConversation {
    type Output = Result<Made, Refusal>;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<Self::Output> {
        if let Some(id) = self.find(connection).await? {
            return Ok(Ok(Made { id, is_new: false }));
        }
        if self.names_a_message(connection).await? {
            return Ok(Err(Refusal::Malformed("this client_id names a message already")));
        }
        if self.is_one_group_too_many(connection).await? {
            return Ok(Err(Refusal::TooManyGroups { limit: MAX_GROUPS_A_DAY }));
        }
        for person in &self.new.blueprint.members {
            if !has_account(connection, *person).await? {
                return Ok(Err(Refusal::NoSuchPerson));
            }
        }
        self.insert(connection).await?;
        self.insert_members(connection).await?;
        let NewConversation { creator, client_id, now_ms, .. } = self.new;
        let created = NewMessage::new(self.id, creator, client_id, Content::Created, now_ms);
        insert_message(connection, &created).await?;
        self.mark_created_read(connection).await?;
        Ok(Ok(Made { id: self.id, is_new: true }))
    }
}

impl CreateConversation {
    async fn find(
        &self,
        connection: &mut SqliteConnection,
    ) -> sqlx::Result<Option<ConversationId>> {
        let found = sqlx::query(
            "SELECT id FROM conversations
             WHERE (creator = $1 AND client_id = $2) OR pair = $3 LIMIT 1",
        )
        .bind(key(self.new.creator.0))
        .bind(key(self.new.client_id.0))
        .bind(self.pair())
        .fetch_optional(connection)
        .await?;
        found.map(|row| Ok(ConversationId(id(&row, "id")?))).transpose()
    }

    /// Whether the creator has a message of that name, where the first one of the conversation
    /// would go.
    async fn names_a_message(&self, connection: &mut SqliteConnection) -> sqlx::Result<bool> {
        let found = sqlx::query("SELECT 1 FROM messages WHERE sender = $1 AND client_id = $2")
            .bind(key(self.new.creator.0))
            .bind(key(self.new.client_id.0))
            .fetch_optional(connection)
            .await?;
        Ok(found.is_some())
    }

    /// Whether it is a group and its creator has made many in the last 24 hours.
    async fn is_one_group_too_many(&self, connection: &mut SqliteConnection) -> sqlx::Result<bool> {
        if self.new.blueprint.kind == ConversationKind::Direct {
            return Ok(false);
        }
        let made = sqlx::query(
            "SELECT COUNT(*) AS made FROM conversations
             WHERE creator = $1 AND pair IS NULL AND created_at_ms > $2",
        )
        .bind(key(self.new.creator.0))
        .bind(self.new.now_ms - DAY_MS)
        .fetch_one(connection)
        .await?;
        Ok(u64::from(MAX_GROUPS_A_DAY) <= count(&made, "made")?)
    }

    async fn insert(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        sqlx::query(
            "INSERT INTO conversations
             (id, kind, title, pair, creator, client_id, last_seq, message_count, created_at_ms)
             VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7)",
        )
        .bind(key(self.id.0))
        .bind(text(&self.new.blueprint.kind)?)
        .bind(&self.new.blueprint.title)
        .bind(self.pair())
        .bind(key(self.new.creator.0))
        .bind(key(self.new.client_id.0))
        .bind(self.new.now_ms)
        .execute(connection)
        .await?;
        Ok(())
    }

    async fn insert_members(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        for (position, person) in self.new.blueprint.members.iter().enumerate() {
            sqlx::query(
                "INSERT INTO members
                 (conversation, person, position, delivered_number, read_number, admin)
                 VALUES ($1, $2, $3, 0, 0, $4)",
            )
            .bind(key(self.id.0))
            .bind(key(person.0))
            .bind(number(position as u64))
            .bind(position == 0 && self.new.blueprint.kind == ConversationKind::Group)
            .execute(&mut *connection)
            .await?;
        }
        Ok(())
    }

    /// That a conversation was made is there to be seen, and nothing that anybody has yet to read.
    async fn mark_created_read(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        sqlx::query(
            "UPDATE members SET delivered_number = 1, read_number = 1 WHERE conversation = $1",
        )
        .bind(key(self.id.0))
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Both ids of a direct conversation, the lower first; nothing for a group.
    fn pair(&self) -> Option<Vec<u8>> {
        let Blueprint { kind, members, .. } = &self.new.blueprint;
        let mut pair = members.clone();
        pair.sort();
        let bytes = || pair.iter().flat_map(|person| key(person.0)).collect();
        (*kind == ConversationKind::Direct).then(bytes)
    }
}

struct Mark {
    conversation: ConversationId,
    marker: Marker,
    now_ms: i64,
}

impl Write for Mark {
    type Output = ();

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        let Marker { person, delivered_number, read_number, .. } = self.marker;
        let (conversation, at_ms) = (self.conversation, self.now_ms);
        // Whoever has left meanwhile has nothing to be kept.
        let Some(from) = progress(connection, conversation, person).await? else { return Ok(()) };
        let to = from.max(Progress { delivered_number, read_number });
        keep_step(connection, &Step { conversation, person, from, to, now_at: to, at_ms }).await
    }
}

/// 24 hours, in ms.
const DAY_MS: i64 = 86_400_000;
