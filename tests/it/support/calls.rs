//! Waiting for calls to be as a test needs them.

use headless::wire::{CallState, ConversationId};
use headless::{Member, Mirror, Seat};

/// Waits until the call of `conversation` has `count` participants in `member`'s eyes.
pub(crate) async fn participants(member: &mut Member, conversation: ConversationId, count: usize) {
    let there = |mirror: &Mirror| {
        mirror.call(conversation).is_some_and(|call| call.participants.len() == count)
    };
    let what = format!("{count} participants are there");
    member.wait_until(&what, |it| there(it).then_some(())).await.unwrap();
}

/// Waits until the call of `conversation` is in a state that `wanted` accepts.
pub(crate) async fn call_state(
    member: &mut Member,
    conversation: ConversationId,
    wanted: impl Fn(CallState) -> bool,
) -> CallState {
    let state = |mirror: &Mirror| {
        mirror.calls.get(&conversation).map(|call| call.state).filter(|state| wanted(*state))
    };
    member.wait_until("the call is in that state", state).await.unwrap()
}

/// Lets a member ask for the pictures of the `count` others of its call.
pub(crate) async fn watch(
    member: &mut Member,
    seat: &mut Seat,
    conversation: ConversationId,
    count: usize,
) {
    // What is known of the call may be from before a restart.
    member.settle().await.unwrap();
    participants(member, conversation, count + 1).await;
    member.watch_everybody(seat).await.unwrap();
}
