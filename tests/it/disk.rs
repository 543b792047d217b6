//! The disk is full, or the database is held by another program: QUALITY R13.

use std::time::Duration;

use futures_util::future::join_all;
use headless::wire::{ClientId, ConversationId, FailureCode, Message};
use headless::{Asker, Member, Mirror, RequestError, new_client_id};
use sqlx::{Connection as _, Executor as _};
use tokio::time::{Instant, sleep, timeout};

use crate::support::{Program, join};

#[tokio::test]
async fn a_full_disk_refuses_sends_at_once_and_reading_goes_on_until_there_is_room() {
    let program = Program::start_limited(Some(FULL_AT)).await;
    let (kitchen, [ana, mut ben]) = join(program.base(), "kitchen", ["admin", "manager"]).await;
    let text = "a".repeat(16 * 1024);

    let (mut stored, mut refused) = (Vec::new(), Vec::new());
    while refused.is_empty() {
        let ids = [(); AT_A_TIME].map(|()| new_client_id());
        let asker = ana.asker();
        let sends = ids.map(|id| send(&asker, kitchen, id, &text));
        for (id, outcome) in ids.into_iter().zip(join_all(sends).await) {
            match outcome {
                Ok(message) => stored.push(message),
                Err(error) => refused.push((id, error)),
            }
        }
        assert!(stored.len() < 1_000, "the disk does not get full");
    }
    let began = Instant::now();
    let again = ana.post(kitchen, &text).await.unwrap_err();

    assert!(began.elapsed() < AT_ONCE);
    assert!(refused.iter().all(|(_, error)| is_unavailable(error)), "{refused:?}");
    let RequestError::Refused(failure) = again else { panic!("{again}") };
    assert_eq!(failure.code, FailureCode::Unavailable);
    assert!(failure.message.contains("again"), "it says what to do: {}", failure.message);
    expect_stored(&ben, kitchen, &stored).await;

    program.lift_limit();
    // What was refused is sent again, under the names that it had.
    let asker = ana.asker();
    for (id, _) in refused {
        stored.push(until_taken(&asker, kitchen, id, &text).await);
    }
    expect_stored(&ben, kitchen, &stored).await;
    expect_seen(&mut ben, kitchen, stored.len()).await;
    assert_eq!(program.end_and_check().await, "ok");
}

#[tokio::test]
async fn while_another_program_holds_the_database_sends_are_refused_and_reading_goes_on() {
    let program = Program::start().await;
    let (kitchen, [ana, mut ben]) = join(program.base(), "kitchen", ["admin", "manager"]).await;
    let asker = ana.asker();
    let mut stored = vec![ana.post(kitchen, "before").await.unwrap()];
    let mut other = program.database().await;
    other.execute("BEGIN IMMEDIATE").await.unwrap();

    let id = new_client_id();
    let mut told = Vec::new();
    for _ in 0..2 {
        let began = Instant::now();
        let refused = send(&asker, kitchen, id, "meanwhile").await.unwrap_err();
        assert!(is_unavailable(&refused), "{refused}");
        told.push(began.elapsed());
    }
    let began = Instant::now();
    let ids = [(); AT_A_TIME].map(|()| new_client_id());
    let outcomes = join_all(ids.map(|id| send(&asker, kitchen, id, "also meanwhile"))).await;
    told.push(began.elapsed());

    assert!(outcomes.iter().all(|it| it.as_ref().is_err_and(is_unavailable)), "{outcomes:?}");
    assert!(
        told.iter().all(|it| *it < AT_ONCE),
        "nobody waits for it, not even the first: {told:?}"
    );
    expect_stored(&ben, kitchen, &stored).await;

    other.execute("ROLLBACK").await.unwrap();
    stored.push(until_taken(&asker, kitchen, id, "meanwhile").await);
    expect_stored(&ben, kitchen, &stored).await;
    expect_seen(&mut ben, kitchen, stored.len()).await;
    other.close().await.unwrap();
    assert_eq!(program.end_and_check().await, "ok");
}

async fn send(
    asker: &Asker,
    kitchen: ConversationId,
    id: ClientId,
    text: &str,
) -> Result<Message, RequestError> {
    asker.post(kitchen, id, text).await
}

/// Sends again and again, for as long as the store may take to recover.
async fn until_taken(asker: &Asker, kitchen: ConversationId, id: ClientId, text: &str) -> Message {
    let taken = async {
        loop {
            match send(asker, kitchen, id, text).await {
                Ok(message) => return message,
                Err(error) => assert!(is_unavailable(&error), "{error}"),
            }
            sleep(RETRY_PAUSE).await;
        }
    };
    timeout(RECOVERY, taken).await.expect("the store takes writes again by itself")
}

/// Checks that a reader finds what was acknowledged and nothing besides.
async fn expect_stored(reader: &Member, kitchen: ConversationId, acknowledged: &[Message]) {
    let stored = reader.whole_history(kitchen).await.unwrap();
    let texts = stored.into_iter().filter(|message| headless::text(message).is_some());
    let mut acknowledged = acknowledged.to_vec();
    acknowledged.sort_by_key(|message| message.number);
    assert!(texts.eq(acknowledged), "what is stored is what was acknowledged");
}

async fn expect_seen(reader: &mut Member, kitchen: ConversationId, count: usize) {
    let all = |mirror: &Mirror| (mirror.texts(kitchen).len() == count).then_some(());
    reader.wait_until("all of it has arrived", all).await.unwrap();
    assert_eq!((reader.mirror().holes, reader.mirror().repeats), (0, 0));
}

fn is_unavailable(error: &RequestError) -> bool {
    error.code() == Some(FailureCode::Unavailable)
}

/// Size at which files stop growing, in bytes; a fresh database and its log stay below.
const FULL_AT: u64 = 1024 * 1024;

/// Messages that are under way when the disk gets full.
const AT_A_TIME: usize = 4;

/// As good as at once, on a machine that does other things too.
const AT_ONCE: Duration = Duration::from_secs(2);

/// How long the store may take to recover (QUALITY R13).
const RECOVERY: Duration = Duration::from_secs(5);

/// Between two attempts.
const RETRY_PAUSE: Duration = Duration::from_millis(50);
