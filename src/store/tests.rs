//! The store on its own, and what other tests need to hurt it.

use palabre_signaling::conversation::Blueprint;
use palabre_signaling::wire::{ClientId, Content, ConversationId, Person, PersonId, Role};
use sqlx::SqliteConnection;
use tempfile::TempDir;
use tokio::task::unconstrained;
use uuid::Uuid;

use super::writer::Write;
use super::*;

#[tokio::test]
async fn names_are_unique_whatever_their_case() {
    let (store, _folder) = open().await;
    let ana = store.create_person(new_person("Ana")).await.unwrap().unwrap();

    assert_eq!(ana.username, "ana");
    assert_eq!(store.create_person(new_person("aNA")).await.unwrap(), None);
    let (found, hash) = store.person_by_username("ANA").await.unwrap().unwrap();
    assert_eq!((found, hash.as_str()), (ana.clone(), "hash"));
    assert!(store.set_password_hash(ana.id, String::from("new")).await.unwrap());
    assert_eq!(store.person_by_username("ana").await.unwrap().unwrap().1, "new");
    assert_eq!(store.people().await.unwrap(), [ana]);
}

#[tokio::test]
async fn a_session_is_good_until_it_expires_or_is_deleted() {
    let (store, _folder) = open().await;
    let ana = store.create_person(new_person("ana")).await.unwrap().unwrap();
    let first = store.create_session(new_session(&ana, 1, 1_000)).await.unwrap();
    let second = store.create_session(new_session(&ana, 2, 9_000)).await.unwrap();

    let found = store.session_by_token_hash(&[1; 32], 999).await.unwrap().unwrap();
    assert_eq!((found.id, found.person), (first, ana));
    assert_eq!(store.session_by_token_hash(&[1; 32], 1_000).await.unwrap(), None);
    assert_eq!(store.session_by_token_hash(&[3; 32], 0).await.unwrap(), None);
    assert!(store.delete_session(second).await.unwrap());
    assert!(!store.delete_session(second).await.unwrap());
    assert!(!store.has_session(second, 0).await.unwrap());
}

#[tokio::test]
async fn a_write_that_fails_takes_nothing_else_of_its_commit_with_it() {
    let (store, _folder) = open().await;
    let (ana, conversation) = ana_and_ben(&store).await;
    let nobody = PersonId(Uuid::from_u128(404));

    let (first, broken, second) = tokio::join!(
        store.post(new_message(conversation, ana, 1)),
        store.post(new_message(conversation, nobody, 2)),
        store.post(new_message(conversation, ana, 3)),
    );

    assert!(matches!(broken, Err(StoreError::Failed(_))));
    let seq = |outcome: Result<Result<palabre_signaling::wire::Message, _>, _>| {
        outcome.unwrap().unwrap().seq
    };
    assert_eq!((seq(first), seq(second)), (2, 3));
}

#[tokio::test]
async fn writes_that_come_together_are_numbered_as_they_came() {
    let (store, _folder) = open().await;
    let (ana, conversation) = ana_and_ben(&store).await;

    let posts = (1..=300).map(|n| store.post(new_message(conversation, ana, n)));
    let messages = unconstrained(futures_util::future::join_all(posts)).await;

    for (index, message) in (2..).zip(messages) {
        let message = message.unwrap().unwrap();
        assert_eq!((message.seq, message.number), (index, index));
        assert_eq!(message.client_id.0.as_u128(), u128::from(index) - 1);
    }
}

#[tokio::test]
async fn messages_that_come_together_wait_for_the_disk_together() {
    let (store, _folder) = open().await;
    let (ana, conversation) = ana_and_ben(&store).await;
    let before = store.commits();

    let posts = (1..=300).map(|n| store.post(new_message(conversation, ana, n)));
    unconstrained(futures_util::future::join_all(posts)).await;

    // One for the first that came, and two for those that came until it had returned.
    let commits = store.commits() - before;
    assert!(commits <= 3, "{commits} commits");
}

#[tokio::test]
async fn what_is_acknowledged_was_waited_for_though_new_tables_were_not() {
    let (store, _folder) = open().await;

    let synchronous = store.writer.write(Synchronous).await.unwrap();

    assert_eq!(synchronous, FULL);
}

#[tokio::test]
async fn a_store_that_is_opened_again_has_everything_and_goes_on_counting() {
    let (store, folder) = open().await;
    let (ana, conversation) = ana_and_ben(&store).await;
    let message = store.post(new_message(conversation, ana, 1)).await.unwrap().unwrap();
    drop(store);

    let store = Store::open(&folder.path().join("palabre.db"), SERVER_PATIENCE).await.unwrap();

    let repeated = store.post(new_message(conversation, ana, 1)).await.unwrap();
    assert_eq!(repeated, Ok(message));
    assert_eq!(store.post(new_message(conversation, ana, 2)).await.unwrap().unwrap().seq, 3);
}

#[tokio::test]
async fn a_store_that_was_closed_is_one_file_with_everything_in_it() {
    let (store, folder) = open().await;
    let (ana, conversation) = ana_and_ben(&store).await;
    let posts = (1..=300).map(|n| store.post(new_message(conversation, ana, n)));
    let posting = futures_util::future::join_all(posts);

    let (posted, ()) = tokio::join!(unconstrained(posting), store.close());
    let late = store.post(new_message(conversation, ana, 301)).await;

    let names = std::fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name());
    assert_eq!(Vec::from_iter(names), ["palabre.db"]);
    assert!(matches!(late, Err(StoreError::Unavailable(_))));
    let store = Store::open(&folder.path().join("palabre.db"), SERVER_PATIENCE).await.unwrap();
    let kept = store.conversation(conversation).await.unwrap().unwrap();
    let acknowledged = posted.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(kept.message_count, acknowledged as u64 + 1);
}

impl Store {
    /// Keeps the file from growing beyond `pages`, or beyond what it has if that is more.
    pub(crate) async fn limit_pages(&self, pages: u32) {
        self.writer.write(LimitPages(pages)).await.unwrap();
    }

    /// Fails when SQLite finds a fault in the file.
    pub(crate) async fn check_integrity(&self) {
        let check = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&self.readers);
        let verdict: String = check.await.unwrap();
        assert_eq!(verdict, "ok");
    }
}

struct LimitPages(u32);

impl Write for LimitPages {
    type Output = ();

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<()> {
        let pragma = format!("PRAGMA max_page_count = {}", self.0);
        sqlx::query(sqlx::AssertSqlSafe(pragma)).execute(connection).await?;
        Ok(())
    }
}

struct Synchronous;

impl Write for Synchronous {
    type Output = i64;

    async fn run(&self, connection: &mut SqliteConnection) -> sqlx::Result<i64> {
        sqlx::query_scalar("PRAGMA synchronous").fetch_one(connection).await
    }
}

/// How SQLite numbers it (sqlite.org/pragma.html#pragma_synchronous).
const FULL: i64 = 2;

async fn open() -> (Store, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (Store::open(&folder.path().join("palabre.db"), SERVER_PATIENCE).await.unwrap(), folder)
}

async fn ana_and_ben(store: &Store) -> (PersonId, ConversationId) {
    let ana = store.create_person(new_person("ana")).await.unwrap().unwrap().id;
    let ben = store.create_person(new_person("ben")).await.unwrap().unwrap().id;
    let new = NewConversation {
        creator: ana,
        client_id: ClientId(Uuid::nil()),
        blueprint: Blueprint::new(ana, None, &[ben]).unwrap(),
        now_ms: 0,
    };
    (ana, store.create_conversation(new).await.unwrap().unwrap().id)
}

fn new_person(username: &str) -> NewPerson {
    NewPerson {
        username: username.into(),
        full_name: username.into(),
        role: Role::Member,
        password_hash: String::from("hash"),
        now_ms: 0,
    }
}

fn new_session(person: &Person, token: u8, expires_at_ms: i64) -> NewSession {
    NewSession {
        person: person.id,
        token_hash: [token; 32],
        user_agent: String::from("test"),
        now_ms: 0,
        expires_at_ms,
    }
}

fn new_message(conversation: ConversationId, sender: PersonId, client_id: u128) -> NewMessage {
    let content = Content::text("hello");
    NewMessage::new(conversation, sender, ClientId(Uuid::from_u128(client_id)), content, 0)
}
