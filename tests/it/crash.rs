//! The server killed at random while people write: QUALITY R5.
//!
//! `FULL=1 cargo test --release --test it crash` is the size of the bar.
#![expect(clippy::print_stdout, reason = "a crash that went wrong is told with its dice")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use headless::wire::{ClientId, ConversationId, FailureCode, Message};
use headless::{Account, Member, new_client_id};
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::support::{Dice, PEOPLE, Program, join, size};

#[tokio::test]
async fn what_was_acknowledged_survives_crash_after_crash_once_and_in_order() {
    let (kills, share) = (size(3, 10), size(10, 50) * AT_A_TIME);
    let mut program = Program::start().await;
    let (kitchen, members) = join(program.base(), "kitchen", PEOPLE).await;
    let accounts: Vec<Account> = members.iter().map(|it| it.account().clone()).collect();
    let progress = Arc::<Progress>::default();
    let total = share * WRITERS;
    let writers: Vec<_> = (0..WRITERS)
        .map(|index| {
            let account = accounts[index % accounts.len()].clone();
            let progress = Arc::clone(&progress);
            tokio::spawn(async move { write_all(account, kitchen, index, share, &progress).await })
        })
        .collect();
    let readers: Vec<_> =
        members.into_iter().map(|it| tokio::spawn(read_all(it, kitchen, total))).collect();

    kill_at_random(&mut program, &progress, kills, total).await;
    let written = timeout(LONGEST, join_all(writers)).await.expect("everything is written");
    let acknowledged: Vec<Message> = written.into_iter().flat_map(Result::unwrap).collect();

    let stored = accounts[0].connect().await.unwrap().whole_history(kitchen).await.unwrap();
    expect_whole(&stored, &acknowledged, total);
    let texts: Vec<Message> =
        stored.into_iter().filter(|message| headless::text(message).is_some()).collect();
    for reader in timeout(LONGEST, join_all(readers)).await.expect("everything is read") {
        assert!(reader.unwrap() == texts, "every reader has seen the same");
    }
    assert_eq!(program.end_and_check().await, "ok");
}

/// What the writers have come to.
#[derive(Default)]
struct Progress {
    acknowledged: AtomicUsize,
    /// The next acknowledgement.
    news: Notify,
}

/// Kills the program once in each part of the way, at a moment that nothing else decides.
async fn kill_at_random(program: &mut Program, progress: &Progress, kills: usize, total: usize) {
    let (mut dice, began) = (Dice::thrown(), Instant::now());
    println!("{dice:?}");
    for kill in 0..kills {
        let part = total / (kills + 1);
        let at = part * kill + dice.roll(part);
        while progress.acknowledged.load(Ordering::Relaxed) < at {
            progress.news.notified().await;
        }
        // An acknowledgement follows a commit; the kill is to fall anywhere between two.
        tokio::time::sleep(Duration::from_micros(dice.roll(LATEST_US) as u64)).await;
        program.kill_and_restart().await;
        println!("killed after {at} acknowledgements, at {:?}", began.elapsed());
    }
}

/// Nothing acknowledged is lost or otherwise than it was acknowledged, nothing is there twice, and
/// the numbers have no gap.
fn expect_whole(stored: &[Message], acknowledged: &[Message], total: usize) {
    assert_eq!(acknowledged.len(), total);
    let texts = stored.iter().filter(|message| headless::text(message).is_some());
    assert_eq!(texts.count(), total, "none is stored twice");
    for message in acknowledged {
        let kept = &stored[message.number as usize - 1];
        assert_eq!(kept, message, "what was acknowledged is stored as it was acknowledged");
    }
    let numbers = stored.iter().map(|message| (message.number, message.seq));
    assert!(numbers.eq((1..=stored.len() as u64).map(|number| (number, number))));
}

/// Sends one writer's share, some at a time, each again and again until it is acknowledged.
async fn write_all(
    account: Account,
    kitchen: ConversationId,
    writer: usize,
    share: usize,
    progress: &Progress,
) -> Vec<Message> {
    let mut acknowledged = Vec::new();
    let mut member = reconnect(&account).await;
    for round in 0..share / AT_A_TIME {
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
                    progress.acknowledged.fetch_add(1, Ordering::Relaxed);
                    progress.news.notify_one();
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

/// Follows the conversation over all crashes, as an open page does, until `total` texts are there.
async fn read_all(mut member: Member, kitchen: ConversationId, total: usize) -> Vec<Message> {
    while member.mirror().texts(kitchen).len() < total {
        if member.next_event().await.is_none() {
            let account = member.account().clone();
            member = resume(&account, member).await;
        }
    }
    assert_eq!((member.mirror().holes, member.mirror().repeats), (0, 0));
    let messages = member.mirror().messages[&kitchen].values();
    messages.filter(|message| headless::text(message).is_some()).cloned().collect()
}

async fn resume(account: &Account, member: Member) -> Member {
    let mut cut = member.cut();
    loop {
        match cut.try_resume_at(account).await {
            Ok(member) => return member,
            Err(away) => cut = away,
        }
        tokio::time::sleep(RETRY_PAUSE).await;
    }
}

async fn reconnect(account: &Account) -> Member {
    loop {
        if let Ok(member) = account.connect().await {
            return member;
        }
        tokio::time::sleep(RETRY_PAUSE).await;
    }
}

/// Messages that a writer sends before it waits for their acknowledgements.
const AT_A_TIME: usize = 25;

/// Devices that write them.
const WRITERS: usize = 8;

/// How long after an acknowledgement a kill may fall, in µs; a few commits.
const LATEST_US: usize = 20_000;

/// How long writing and reading may take; long, because it costs time only where something is wrong.
const LONGEST: Duration = Duration::from_secs(180);

/// Between two attempts of a writer.
const RETRY_PAUSE: Duration = Duration::from_millis(50);
