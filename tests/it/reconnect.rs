//! Cut sockets and restarts lose nothing and repeat nothing.

use futures_util::future::join_all;
use headless::{Mirror, new_client_id};

use crate::support::{Program, Server, join};

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

/// Close code of a socket whose device opened another.
const CLOSED_REPLACED: u16 = 4002;

/// Close code of a server that restarts (RFC 6455 registry).
const CLOSED_RESTART: u16 = 1012;
