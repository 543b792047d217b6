//! A full disk.

use palabre_signaling::message::MAX_TEXT_BYTES;
use palabre_signaling::wire::CallState;

use super::*;

#[tokio::test]
async fn a_full_disk_refuses_sends_at_once_and_everything_works_again_afterwards() {
    let server = Server::start().await;
    let ([ana, mut ben, _clo], kitchen) = server.kitchen().await;
    let stored = ana.send(kitchen, "before").await;

    server.store.limit_pages(1).await;
    let (refused, code) = fill(&ana, kitchen).await;
    assert_eq!(code, FailureCode::Unavailable);
    // What was acknowledged until then is all there is, and it can be read.
    let history = ana.history(kitchen).await;
    assert_eq!(history[1], stored);
    let numbers: Vec<u64> = history.iter().map(|message| message.number).collect();
    assert_eq!(numbers, Vec::from_iter(1..=history.len() as u64));
    assert_eq!(server.device(ben.person, 2).await.welcome.conversations.len(), 1);

    server.store.limit_pages(PLENTY).await;
    let after = ana.send_as(kitchen, refused, "after").await.unwrap();
    assert_eq!(after.number, history.len() as u64 + 1);
    while ben.next_message().await != after {}
    server.store.check_integrity().await;
}

#[tokio::test]
async fn a_call_that_ends_while_the_disk_is_full_is_told_and_stored_later() {
    let server = Server::start().await;
    let ([ana, mut ben, _clo], kitchen) = server.kitchen().await;
    let call = ana.start_call(kitchen).await;

    server.store.limit_pages(1).await;
    fill(&ana, kitchen).await;
    ana.done(Request::EndCall { call: call.id }).await;
    ben.next_call(|it| matches!(it.state, CallState::Ended { .. })).await;
    server.store.limit_pages(PLENTY).await;
    server.clock.advance(Duration::from_secs(2));

    let message = loop {
        let message = ben.next_message().await;
        if message.changed_seq != message.seq {
            break message;
        }
    };
    assert!(matches!(message.content, Content::Call { ended: Some(_), .. }));
}

/// Sends until the disk is full; returns what the sender called the message that was turned away,
/// and why it was.
async fn fill(member: &Member, conversation: ConversationId) -> (u128, FailureCode) {
    let long = "x".repeat(MAX_TEXT_BYTES);
    for client_id in 1..100 {
        if let Err(failure) = member.send_as(conversation, client_id, &long).await {
            return (client_id, failure.code);
        }
    }
    panic!("the disk never filled");
}

/// More pages than any test needs.
const PLENTY: u32 = 1_000_000;
