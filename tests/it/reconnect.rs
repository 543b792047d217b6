//! Cut sockets, restarts and crashes lose nothing and repeat nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use headless::wire::{ClientId, ConversationId, FailureCode, Message};
use headless::{Account, Member, Mirror, new_client_id};
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
        for round in 0..15 {
            let texts = (0..10).map(|index| format!("message {}", round * 10 + index));
            let posts = texts.map(|text| {
                let asker = &asker;
                async move { asker.post(kitchen, new_client_id(), &text).await.unwrap() }
            });
            join_all(posts).await;
        }
    });

    for _ in 0..20 {
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

#[tokio::test]
async fn a_server_that_is_told_to_end_says_goodbye_and_leaves_its_database_in_one_file() {
    let program = Program::start().await;
    let (kitchen, [ana, ben]) = join(program.base(), "kitchen", ["admin", "manager"]).await;
    ana.post(kitchen, "before").await.unwrap();

    let (ended, ana_closed, ben_closed) =
        tokio::join!(program.terminate(), ana.closed(), ben.closed());

    let (went_well, mut left) = ended;
    left.sort();
    assert_eq!((went_well, left), (true, vec![String::from("files"), String::from("palabre.db")]));
    assert_eq!(ana_closed.unwrap(), Some(CLOSED_RESTART));
    assert_eq!(ben_closed.unwrap(), Some(CLOSED_RESTART));
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

/// Sends one writer's share, some at a time, each again and again until it is acknowledged.
async fn write_all(
    account: Account,
    kitchen: ConversationId,
    writer: usize,
    on_ack: impl Fn(),
) -> Vec<Message> {
    let mut acknowledged = Vec::new();
    let mut member = account.connect().await.unwrap();
    for round in 0..MESSAGES / WRITERS / AT_A_TIME {
        let mut waiting: Vec<(ClientId, String)> = (0..AT_A_TIME)
            .map(|index| (new_client_id(), format!("{writer}: {}", round * AT_A_TIME + index)))
            .collect();
        while !waiting.is_empty() {
            let asker = member.asker();
            let sends = waiting.iter().map(|(id, text)| asker.post(kitchen, *id, text));
            let outcomes = join_all(sends).await;
            let mut outcomes = outcomes.into_iter();
            let mut gone = false;
            waiting.retain(|_| match outcomes.next().unwrap() {
                Ok(message) => {
                    on_ack();
                    acknowledged.push(message);
                    false
                }
                Err(error) => {
                    // Too many frames a second is the one refusal that may come.
                    let limited = error.code() == Some(FailureCode::RateLimited);
                    assert!(limited || error.code().is_none(), "{error}");
                    gone |= !limited;
                    true
                }
            });
            if gone {
                member = reconnect(&account).await;
            } else if !waiting.is_empty() {
                tokio::time::sleep(RETRY_PAUSE).await;
            }
        }
    }
    acknowledged
}

async fn reconnect(account: &Account) -> Member {
    loop {
        if let Ok(member) = account.connect().await {
            return member;
        }
        tokio::time::sleep(RETRY_PAUSE).await;
    }
}

/// Messages of the crash test.
const MESSAGES: usize = 2_000;

/// Messages that a writer sends before it waits for their acknowledgements.
const AT_A_TIME: usize = 25;

/// Devices that write them.
const WRITERS: usize = 8;

/// Between two attempts of a writer.
const RETRY_PAUSE: Duration = Duration::from_millis(50);

/// Close code of a socket whose device opened another.
const CLOSED_REPLACED: u16 = 4002;

/// Close code of a server that restarts (RFC 6455 registry).
const CLOSED_RESTART: u16 = 1012;
