//! Looks for messages by their words.
//!
//! The words of a query and the scopes that it may read are looked up in one index, so the cost
//! follows what the asker may read and not what the server holds.

use std::iter;

use palabre_signaling::search::{FOUND_END, FOUND_START, highlights};
use palabre_signaling::wire::{
    Content, ConversationId, Entity, Filter, Found, Message, PersonId, SearchOrder, Style,
};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::messages::message;
use super::row::{count, id, key, value};
use super::{Store, StoreError};

/// What is looked for, and by whom.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    /// Who looks.
    pub(crate) reader: PersonId,
    /// Every one of them is in what is found; the last may be the beginning of a word.
    pub(crate) words: Vec<String>,
    /// What else must hold.
    pub(crate) filter: Filter,
    /// What comes first.
    pub(crate) order: SearchOrder,
    /// How many to skip: where the last page ended.
    pub(crate) skip: u32,
    /// How many to tell.
    pub(crate) limit: u32,
}

impl Store {
    /// Finds messages that the reader may read, and says whether there are more.
    pub(crate) async fn search(&self, search: &Search) -> Result<(Vec<Found>, bool), StoreError> {
        let mut connection = self.readers.begin().await?;
        let scopes = scopes(&mut connection, search).await?;
        if scopes.is_empty() {
            return Ok((Vec::new(), false));
        }
        let sql = match search.order {
            SearchOrder::Latest => LATEST,
            SearchOrder::Best => BEST,
        };
        let rows = sqlx::query(sql)
            .bind(expression(search, &scopes))
            .bind(key(search.reader.0))
            .bind(search.filter.after_ms.unwrap_or(i64::MIN))
            .bind(search.filter.before_ms.unwrap_or(i64::MAX))
            .bind(i64::from(search.limit) + 1)
            .bind(i64::from(search.skip))
            .fetch_all(&mut *connection)
            .await?;
        let limit = search.limit as usize;
        let more = limit < rows.len();
        let rows = rows.iter().take(limit);
        Ok((rows.map(found).collect::<sqlx::Result<_>>()?, more))
    }
}

/// The latest first. The index is read from its end, and reading stops at a full page.
const LATEST: &str =
    "SELECT m.id, m.conversation, m.seq, m.changed_seq, m.number, m.sender, m.client_id,
            m.sent_at_ms, m.content, m.details,
            snippet(found_texts, 0, char(2), char(3), '…', 24) AS excerpt
     FROM found_texts f
     JOIN searchable s ON s.row = f.rowid JOIN messages m ON m.id = s.message
     WHERE found_texts MATCH $1 AND s.sent_at_ms >= $3 AND s.sent_at_ms < $4
       AND NOT EXISTS (SELECT 1 FROM personal_marks p
                       WHERE p.person = $2 AND p.message = m.id AND p.hidden)
     ORDER BY f.rowid DESC LIMIT $5 OFFSET $6";

/// What fits best first, among the latest that fit: a common word is in too many to weigh all.
const BEST: &str =
    "SELECT m.id, m.conversation, m.seq, m.changed_seq, m.number, m.sender, m.client_id,
            m.sent_at_ms, m.content, m.details,
            snippet(found_texts, 0, char(2), char(3), '…', 24) AS excerpt
     FROM found_texts f
     JOIN searchable s ON s.row = f.rowid JOIN messages m ON m.id = s.message
     WHERE found_texts MATCH $1
       AND f.rowid IN (SELECT l.rowid FROM found_texts l JOIN searchable t ON t.row = l.rowid
                       WHERE l.found_texts MATCH $1 AND t.sent_at_ms >= $3 AND t.sent_at_ms < $4
                       ORDER BY l.rowid DESC LIMIT 1000)
       AND NOT EXISTS (SELECT 1 FROM personal_marks p
                       WHERE p.person = $2 AND p.message = m.id AND p.hidden)
     ORDER BY bm25(found_texts), f.rowid DESC LIMIT $5 OFFSET $6";

fn found(row: &SqliteRow) -> sqlx::Result<Found> {
    let (excerpt, highlights) = highlights(value(row, "excerpt")?);
    Ok(Found { message: message(row, "id")?, excerpt, highlights })
}

/// The conversations in which is looked, as words of the index.
async fn scopes(connection: &mut SqliteConnection, search: &Search) -> sqlx::Result<Vec<String>> {
    let rows = sqlx::query("SELECT conversation FROM members WHERE person = $1")
        .bind(key(search.reader.0))
        .fetch_all(connection)
        .await?;
    let mut scopes = Vec::with_capacity(rows.len());
    for row in rows {
        let conversation = ConversationId(id(&row, "conversation")?);
        if search.filter.conversation.is_none_or(|wanted| wanted == conversation) {
            scopes.push(word('c', conversation.0));
        }
    }
    Ok(scopes)
}

/// What the index is asked. Words stand in quotes, so nothing in them is read as a command
/// (sqlite.org/fts5.html §3.1), and the index folds their accents as it has folded the texts'.
fn expression(search: &Search, scopes: &[String]) -> String {
    let quoted: Vec<String> = search.words.iter().map(|word| format!("\"{word}\"")).collect();
    let sender = search.filter.from.map(|person| format!(" AND scope:{}", word('p', person.0)));
    let has_file = search.filter.has_file.then(|| format!(" AND scope:{HAS_FILE}"));
    let has_link = search.filter.has_link.then(|| format!(" AND scope:{HAS_LINK}"));
    format!(
        "text:({}*) AND scope:({}){}{}{}",
        quoted.join(" AND "),
        scopes.join(" OR "),
        sender.unwrap_or_default(),
        has_file.unwrap_or_default(),
        has_link.unwrap_or_default()
    )
}

/// A conversation or a person as one word of the index.
fn word(kind: char, id: Uuid) -> String {
    format!("{kind}{}", id.simple())
}

/// Keeps what a message says so that it is found, or forgets it when it says nothing any more.
pub(super) async fn index(
    connection: &mut SqliteConnection,
    message: &Message,
) -> sqlx::Result<()> {
    let row = sqlx::query("SELECT row FROM searchable WHERE message = $1")
        .bind(key(message.id.0))
        .fetch_optional(&mut *connection)
        .await?;
    let row = row.map(|row| count(&row, "row")).transpose()?;
    let text = searched(&message.content);
    if let Some(row) = row {
        sqlx::query("DELETE FROM found_texts WHERE rowid = $1")
            .bind(super::row::number(row))
            .execute(&mut *connection)
            .await?;
    }
    match (row, text) {
        (Some(row), Some(text)) => insert(connection, row, message, &text).await,
        (None, Some(text)) => insert_new(connection, message, &text).await,
        (Some(_), None) => {
            sqlx::query("DELETE FROM searchable WHERE message = $1")
                .bind(key(message.id.0))
                .execute(connection)
                .await?;
            Ok(())
        }
        (None, None) => Ok(()),
    }
}

/// Keeps what a new message says.
pub(super) async fn index_new(
    connection: &mut SqliteConnection,
    message: &Message,
) -> sqlx::Result<()> {
    match searched(&message.content) {
        Some(text) => insert_new(connection, message, &text).await,
        None => Ok(()),
    }
}

/// The text of a message and the names of its files.
fn searched(content: &Content) -> Option<String> {
    let Content::Text { text, attachments, .. } = content else { return None };
    let names = attachments.iter().map(|attachment| attachment.name.as_str());
    let lines: Vec<&str> = iter::once(text.as_str()).chain(names).collect();
    Some(lines.join("\n").trim_start().to_owned())
}

async fn insert_new(
    connection: &mut SqliteConnection,
    message: &Message,
    text: &str,
) -> sqlx::Result<()> {
    // Both in one query, and none that returns something: see `receipts`.
    sqlx::query(
        "INSERT INTO searchable (message, sent_at_ms) VALUES ($1, $2);
         INSERT INTO found_texts (rowid, text, scope) VALUES (last_insert_rowid(), $3, $4)",
    )
    .bind(key(message.id.0))
    .bind(message.sent_at_ms)
    .bind(without_marks(text))
    .bind(scope(message))
    .execute(connection)
    .await?;
    Ok(())
}

async fn insert(
    connection: &mut SqliteConnection,
    row: u64,
    message: &Message,
    text: &str,
) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO found_texts (rowid, text, scope) VALUES ($1, $2, $3)")
        .bind(super::row::number(row))
        .bind(without_marks(text))
        .bind(scope(message))
        .execute(connection)
        .await?;
    Ok(())
}

/// A text without the letters that mark what was found.
fn without_marks(text: &str) -> String {
    text.chars().filter(|letter| ![FOUND_START, FOUND_END].contains(letter)).collect()
}

/// The words that say where a message is, whose it is and what it carries.
fn scope(message: &Message) -> String {
    let mut scope =
        format!("{} {}", word('c', message.conversation.0), word('p', message.sender.0));
    if !message.content.attachments().is_empty() {
        scope.push(' ');
        scope.push_str(HAS_FILE);
    }
    if has_link(&message.content) {
        scope.push(' ');
        scope.push_str(HAS_LINK);
    }
    scope
}

/// Whether a text leads to another page: by a part of it that says so, or by an address in it, which
/// devices draw as a link.
fn has_link(content: &Content) -> bool {
    let Content::Text { text, entities, .. } = content else { return false };
    let is_link = |entity: &Entity| matches!(entity.style, Style::Link { .. });
    entities.iter().any(is_link) || text.contains("http://") || text.contains("https://")
}

/// Stands in the scope of a message that carries files.
const HAS_FILE: &str = "file";

/// Stands in the scope of a message with a link.
const HAS_LINK: &str = "link";
