//! Cut sockets, restarts and crashes lose nothing and repeat nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use headless::wire::{ClientId, ConversationId, Message};
use headless::{Account, Mirror, RequestError, new_client_id};
use tokio::sync::Notify;

use crate::support::{PEOPLE, Program, Server, join};

#[tokio::test]
async fn a_device_that_comes_back_gets_what_it_missed_and_nothing_twice() {
    let server = Server::start().await;
    let (kitchen, [ana, mut ben]) = server.join("kitchen", ["admin", "manager"]).await;
    ana.post(kitchen, "before").await.unwrap();
    ben.wait_until("the first is there", |it| (it.texts(kitchen).len() == 1).then_some(()))
        .await
        .unwrap();

    let account = ben.account().clone();
    let cut = ben.cut();
    for index in 0..30 {
        ana.post(kitchen, &format!("while away {index}")).await.unwrap();
    }
    let mut ben = cut.resume_at(&account).await.unwrap();
    ana.post(kitchen, "after").await.unwrap();

    let all = |mirror: &Mirror| (mirror.texts(kitchen).len() == 32).then_some(());
    ben.wait_until("all are there", all).await.unwrap();
    ben.settle().await.unwrap();
    let texts = ben.mirror().texts(kitchen);
    assert_eq!((texts[0], texts[1], texts[31]), ("before", "while away 0", "after"));
    assert_eq!((ben.mirror().holes, ben.mirror().repeats), (0, 0));
}

#[tokio::test]
async fn a_device_that_comes_back_while_others_write_has_no_hole() {
    let server = Server::start().await;
    let (kitchen, [ana, mut ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let asker = ana.asker();
    let writing = tokio::spawn(async move {
        for index in 0..150 {
            asker.post(kitchen, new_client_id(), &format!("message {index}")).await.unwrap();
        }
    });

    while !writing.is_finished() {
        let seen = ben.mirror().texts(kitchen).len();
        ben = ben.cut_and_resume().await.unwrap();
        ben.settle().await.unwrap();
        assert!(seen <= ben.mirror().texts(kitchen).len());
    }
    writing.await.unwrap();

    let all = |mirror: &Mirror| (mirror.texts(kitchen).len() == 150).then_some(());
    ben.wait_until("all are there", all).await.unwrap();
    assert_eq!((ben.mirror().holes, ben.mirror().repeats), (0, 0));
}

#[tokio::test]
async fn a_second_socket_of_a_device_replaces_the_first() {
    let server = Server::start().await;
    let account = server.account("admin").await;
    let first = account.connect().await.unwrap();

    let _second = account.resume(first.device(), Vec::new()).await.unwrap();

    assert_eq!(first.closed().await.unwrap(), Some(CLOSED_REPLACED));
}

#[tokio::test]
async fn a_restarted_server_takes_sessions_and_devices_back() {
    let mut server = Server::start().await;
    let (kitchen, [ana, ben]) = server.join("kitchen", ["admin", "manager"]).await;
    ana.post(kitchen, "before").await.unwrap();
    let (ana_cut, account) = (ana.account().clone(), ben.account().clone());

    let restarted = tokio::join!(server.restart(), ana.closed());
    let ana = ana_cut.connect().await.unwrap();
    let mut ben = ben.cut().resume_at(&account).await.unwrap();
    ana.post(kitchen, "after").await.unwrap();

    assert_eq!(restarted.1.unwrap(), Some(CLOSED_RESTART));
    let all = |mirror: &Mirror| (mirror.texts(kitchen) == ["before", "after"]).then_some(());
    ben.wait_until("both are there", all).await.unwrap();
}

/// QUALITY R5 in its short form.
#[tokio::test]
async fn two_thousand_messages_survive_a_crash_half_way() {
    let mut program = Program::start().await;
    let (kitchen, members) = join(program.base(), "kitchen", PEOPLE).await;
    let [reader, ..] = &members;
    let reader_account = reader.account().clone();
    let acknowledged = Arc::new(AtomicUsize::new(0));
    let half_way = Arc::new(Notify::new());
    let writers: Vec<_> = (0..WRITERS)
        .map(|index| {
            let account = members[index % members.len()].account().clone();
            let (acknowledged, half_way) = (Arc::clone(&acknowledged), Arc::clone(&half_way));
            tokio::spawn(async move {
                let on_ack = || {
                    if acknowledged.fetch_add(1, Ordering::Relaxed) + 1 == MESSAGES / 2 {
                        half_way.notify_one();
                    }
                };
                write_all(account, kitchen, index, on_ack).await
            })
        })
        .collect();
    let cuts = members.map(|member| (member.account().clone(), member.cut()));

    half_way.notified().await;
    program.kill_and_restart().await;
    let mut acknowledged = Vec::new();
    for writer in writers {
        acknowledged.extend(writer.await.unwrap());
    }

    assert_eq!(acknowledged.len(), MESSAGES);
    let reader = reader_account.connect().await.unwrap();
    let stored = reader.whole_history(kitchen).await.unwrap();
    let texts = stored.iter().filter(|message| headless::text(message).is_some());
    assert_eq!(texts.count(), MESSAGES, "none is stored twice");
    for message in &acknowledged {
        let kept = &stored[message.number as usize - 1];
        assert_eq!(kept, message, "what was acknowledged is stored as it was acknowledged");
    }
    let numbers: Vec<u64> = stored.iter().map(|message| message.number).collect();
    let seqs: Vec<u64> = stored.iter().map(|message| message.seq).collect();
    assert_eq!(numbers, (1..=stored.len() as u64).collect::<Vec<_>>());
    assert_eq!(seqs, (1..=stored.len() as u64).collect::<Vec<_>>());
    for (account, cut) in cuts {
        let mut member = cut.resume_at(&account).await.unwrap();
        member.settle().await.unwrap();
        let history = member.whole_history(kitchen).await.unwrap();
        assert_eq!(history, stored, "every reader has the same");
    }
}

/// Sends one writer's share, each message again and again until it is acknowledged.
async fn write_all(
    account: Account,
    kitchen: ConversationId,
    writer: usize,
    on_ack: impl Fn(),
) -> Vec<Message> {
    let mut acknowledged = Vec::new();
    let mut member = account.connect().await.ok();
    for index in 0..MESSAGES / WRITERS {
        let client_id = new_client_id();
        let text = format!("{writer}: {index}");
        loop {
            let sent = match &member {
                Some(member) => post(member, kitchen, client_id, &text).await,
                None => Err(RequestError::Gone),
            };
            match sent {
                Ok(message) => {
                    on_ack();
                    acknowledged.push(message);
                    break;
                }
                Err(RequestError::Refused(failure)) => {
                    // More than 50 frames a second; nothing else may be refused.
                    assert_eq!(failure.code, headless::wire::FailureCode::RateLimited);
                    tokio::time::sleep(RETRY_PAUSE).await;
                }
                Err(_) => {
                    tokio::time::sleep(RETRY_PAUSE).await;
                    member = account.connect().await.ok();
                }
            }
        }
    }
    acknowledged
}

async fn post(
    member: &headless::Member,
    kitchen: ConversationId,
    client_id: ClientId,
    text: &str,
) -> Result<Message, RequestError> {
    member.asker().post(kitchen, client_id, text).await
}

/// Messages of the crash test.
const MESSAGES: usize = 2_000;

/// Devices that write them.
const WRITERS: usize = 8;

/// Between two attempts of a writer.
const RETRY_PAUSE: Duration = Duration::from_millis(50);

/// Close code of a socket whose device opened another.
const CLOSED_REPLACED: u16 = 4002;

/// Close code of a server that restarts (RFC 6455 registry).
const CLOSED_RESTART: u16 = 1012;
