//! A server of its own for every test, and members in it.

mod calls;
mod dice;
mod population;
mod program;
mod push_service;
mod server;
mod size;

pub(crate) use calls::{call_state, participants, watch};
pub(crate) use dice::Dice;
pub(crate) use program::Program;
pub(crate) use push_service::{Browser, PushService};
pub(crate) use server::Server;
pub(crate) use size::size;

use headless::wire::{ConversationId, PersonId};
use headless::{Account, Member, Mirror};

/// The people of the demo, who are in every test's server.
pub(crate) const PEOPLE: [&str; 4] = ["admin", "manager", "sena", "yao"];

/// Signs everybody of the demo in at `base`, and puts them into a group called `title`.
pub(crate) async fn join<const N: usize>(
    base: &str,
    title: &str,
    usernames: [&str; N],
) -> (ConversationId, [Member; N]) {
    let mut members = Vec::new();
    for username in usernames {
        let account = Account::sign_in(base, username, username).await.unwrap();
        members.push(account.connect().await.unwrap());
    }
    let mut members: [Member; N] = members.try_into().unwrap();
    let group = group(title, &mut members).await;
    (group, members)
}

/// Puts members into a group, and waits until all of them know it.
pub(crate) async fn group(title: &str, members: &mut [Member]) -> ConversationId {
    let (first, others) = members.split_first_mut().unwrap();
    let ids: Vec<PersonId> = others.iter().map(Member::id).collect();
    let group = first.create_group(title, &ids).await.unwrap();
    for member in others {
        let known = |mirror: &Mirror| mirror.conversations.contains_key(&group);
        member.wait_until("the group is known", |it| known(it).then_some(())).await.unwrap();
    }
    group
}
