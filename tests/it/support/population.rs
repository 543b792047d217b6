//! Many people, without the work of signing each of them in.

use std::path::Path;

use futures_util::future::join_all;
use headless::wire::{Person, Role};
use palabre::sessions::Token;
use palabre::store::{NewPerson, NewSession, SERVER_PATIENCE, Store};

/// Makes accounts in the folder of a server that does not run yet; returns each with the token of a
/// sign-in. Nobody can sign in to them otherwise: they have no password.
pub(crate) async fn populate(directory: &Path, count: usize) -> Vec<(Person, String)> {
    let store = palabre::open_store(directory, SERVER_PATIENCE).await.unwrap();
    let people = join_all((0..count).map(|index| settle(&store, index))).await;
    store.close().await;
    people
}

async fn settle(store: &Store, index: usize) -> (Person, String) {
    let person = NewPerson {
        username: format!("person{index}"),
        full_name: format!("Person {index}"),
        role: Role::Member,
        password_hash: String::new(),
        now_ms: 0,
    };
    let person = store.create_person(person).await.unwrap().unwrap();
    let token = Token::generate().unwrap();
    let session = NewSession {
        person: person.id,
        token_hash: token.hash(),
        user_agent: String::from("test"),
        now_ms: 0,
        expires_at_ms: i64::MAX,
    };
    store.create_session(session).await.unwrap();
    (person, token.encode())
}
