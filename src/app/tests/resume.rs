//! Coming back: what a device that was away is told, and what it is not told twice.

use palabre_signaling::message::{MAX_CHANGES, MAX_TEXT_BYTES};
use palabre_signaling::wire::Changes;

use super::*;

#[tokio::test]
async fn a_device_that_comes_back_gets_exactly_what_it_missed() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let quiet = ana.direct(ben.person).await.id;
    let person = ben.person;
    ben.disconnect().await;
    let missed = vec![ana.send(kitchen, "one").await, ana.send(kitchen, "two").await];

    let known = [Known { conversation: kitchen, seq: 1 }, Known { conversation: quiet, seq: 1 }];
    let ben = server.resume(person, 1, &known).await;

    let changes = Changes { conversation: kitchen, messages: missed, up_to_seq: 3, gap: false };
    assert_eq!(ben.welcome.changes, [changes]);
    assert_eq!(ben.welcome.conversations.len(), 2);
}

#[tokio::test]
async fn a_device_too_far_behind_or_ahead_is_told_to_start_over() {
    let server = Server::start().await;
    let ([ana, ben, clo], kitchen) = server.kitchen().await;
    for _ in 0..MAX_CHANGES {
        ana.send(kitchen, "hello").await;
    }
    let last_seq = MAX_CHANGES + 1;

    let just_near_enough = server.resume(ben.person, 2, &[known(kitchen, 1)]).await;
    let too_far = server.resume(ben.person, 3, &[known(kitchen, 0)]).await;
    let ahead = server.resume(clo.person, 4, &[known(kitchen, last_seq + 1)]).await;

    let changes = &just_near_enough.welcome.changes[0];
    assert_eq!((changes.gap, changes.up_to_seq), (false, last_seq));
    assert_eq!(changes.messages.len() as u64, MAX_CHANGES);
    for member in [too_far, ahead] {
        let gap =
            Changes { conversation: kitchen, messages: Vec::new(), up_to_seq: last_seq, gap: true };
        assert_eq!(member.welcome.changes, [gap]);
    }
}

#[tokio::test]
async fn changes_too_long_for_one_answer_come_in_steps() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let long = "x".repeat(MAX_TEXT_BYTES);
    for _ in 0..40 {
        ana.send(kitchen, &long).await;
    }

    let back = server.resume(ben.person, 2, &[known(kitchen, 1)]).await;
    let mut seqs: Vec<u64> =
        back.welcome.changes[0].messages.iter().map(|message| message.changed_seq).collect();
    let mut since_seq = back.welcome.changes[0].up_to_seq;
    assert!(since_seq < 41);
    while since_seq < 41 {
        let request = Request::Changes { conversation: kitchen, since_seq };
        let Reply::Changes { changes } = back.ask(request).await.unwrap() else {
            panic!("not changes");
        };
        seqs.extend(changes.messages.iter().map(|message| message.changed_seq));
        assert!(since_seq < changes.up_to_seq);
        since_seq = changes.up_to_seq;
    }

    assert_eq!(seqs, Vec::from_iter(2..=41));
}

#[tokio::test]
async fn nothing_is_lost_between_hello_and_the_first_event() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let writer = tokio::spawn(async move {
        for n in 0..MESSAGES {
            ana.send(kitchen, &format!("{n}")).await;
        }
        ana
    });

    let mut seq = 1;
    let mut reconnects = 0;
    while seq < MESSAGES + 1 {
        let mut back = server.resume(ben.person, 2, &[known(kitchen, seq)]).await;
        reconnects += 1;
        for message in back.welcome.changes.iter().flat_map(|changes| &changes.messages) {
            assert_eq!(message.seq, seq + 1);
            seq = message.seq;
        }
        // A few events, then the socket drops again.
        for _ in 0..5 {
            if MESSAGES < seq {
                break;
            }
            let message = back.next_message().await;
            assert!(message.seq <= seq + 1, "a hole before {}", message.seq);
            seq = seq.max(message.seq);
        }
        back.disconnect().await;
    }

    writer.await.unwrap();
    assert!(1 < reconnects);
}

#[tokio::test]
async fn a_reader_that_falls_behind_is_cut_and_resumes_without_a_hole() {
    let server = Server::start().await;
    let ([mut ana, mut ben, mut clo], kitchen) = server.kitchen().await;
    let long = "x".repeat(MAX_TEXT_BYTES);
    let count = outbox::MAX_QUEUED_BYTES / MAX_TEXT_BYTES + 1;

    for _ in 0..count {
        let sent = ana.send(kitchen, &long).await;
        assert_eq!(ana.next_message().await, sent);
        assert_eq!(clo.next_message().await, sent);
    }

    assert_eq!(ben.closed().await, CloseReason::FellBehind);
    let back = server.resume(ben.person, 1, &[known(kitchen, 1)]).await;
    assert_eq!(back.welcome.changes[0].messages[0].seq, 2);
    assert!(!back.welcome.changes[0].gap);
}

#[tokio::test]
async fn what_was_stored_is_there_after_a_restart() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let sent = ana.send(kitchen, "hello").await;
    ben.done(Request::Mark { conversation: kitchen, delivered_number: 2, read_number: 2 }).await;
    let before = server.device(ben.person, 3).await.welcome;

    let server = server.restart(Duration::from_secs(60)).await;
    let after = server.device(ben.person, 1).await.welcome;
    let next = server.device(ana.person, 1).await.send(kitchen, "back").await;

    assert_eq!(after.conversations, before.conversations);
    assert_eq!(after.conversations[0].last_message, Some(sent));
    assert_eq!((next.seq, next.number), (3, 3));
}

fn known(conversation: ConversationId, seq: u64) -> Known {
    Known { conversation, seq }
}

/// Messages that are sent while a device comes and goes.
const MESSAGES: u64 = 120;
