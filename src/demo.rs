//! The accounts of the demo, whose passwords everybody knows.

use anyhow::Context as _;

use palabre_signaling::wire::Role;

use crate::clock::Clock;
use crate::sessions::Passwords;
use crate::store::{NewPerson, Store};

/// An account of the demo; its password is its username.
#[derive(Clone, Copy, Debug)]
pub struct Account {
    /// Name and password.
    pub username: &'static str,
    /// The name to be shown by.
    pub full_name: &'static str,
    /// What they may do.
    pub role: Role,
}

/// Makes the accounts that are not there yet.
pub(crate) async fn seed(store: &Store, clock: &Clock) -> anyhow::Result<()> {
    let passwords = Passwords::new();
    for account in ACCOUNTS {
        if store.person_by_username(account.username).await?.is_some() {
            continue;
        }
        let person = NewPerson {
            username: account.username.to_owned(),
            full_name: account.full_name.to_owned(),
            role: account.role,
            password_hash: passwords.hash(account.username.to_owned()).await?,
            now_ms: clock.now_ms(),
        };
        store
            .create_person(person)
            .await
            .with_context(|| format!("making the demo account {}", account.username))?;
    }
    if store.place().await?.is_none() {
        store.name_place(String::from(PLACE)).await?;
    }
    Ok(())
}

/// Everybody in the demo.
pub const ACCOUNTS: &[Account] = &[
    Account { username: "admin", full_name: "Ama Lawson", role: Role::Owner },
    Account { username: "manager", full_name: "Kofi Mensah", role: Role::Admin },
    Account { username: "sena", full_name: "Sena Adjovi", role: Role::Member },
    Account { username: "yao", full_name: "Yao Koffi", role: Role::Member },
];

/// What the demo calls itself.
const PLACE: &str = "Palabre";
