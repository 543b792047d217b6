//! Messages reach everybody once and in order; people learn of one another what they may.

use futures_util::future::join_all;
use headless::wire::{Availability, Content, FailureCode, Request, Status};
use headless::{Member, Mirror, new_client_id};

use crate::support::Server;

#[tokio::test]
async fn every_members_messages_reach_the_others_once_and_in_order() {
    let server = Server::start().await;
    let (kitchen, mut members) = server.join("kitchen", ["admin", "manager", "sena"]).await;

    let write = |member: &Member, name: &'static str| {
        let asker = member.asker();
        async move {
            for index in 0..20 {
                let text = format!("{name} {index}");
                asker.post(kitchen, new_client_id(), &text).await.unwrap();
            }
        }
    };
    join_all(members.iter().zip(["admin", "manager", "sena"]).map(|(it, name)| write(it, name)))
        .await;

    let mut timelines = Vec::new();
    for member in &mut members {
        let all = |mirror: &Mirror| (mirror.texts(kitchen).len() == 60).then_some(());
        member.wait_until("all 60 messages are there", all).await.unwrap();
        member.settle().await.unwrap();
        assert_eq!((member.mirror().holes, member.mirror().repeats), (0, 0));
        timelines.push(member.mirror().texts(kitchen).join("\n"));
    }
    assert_eq!(timelines[0], timelines[1]);
    assert_eq!(timelines[0], timelines[2]);
    for name in ["admin", "manager", "sena"] {
        let theirs: Vec<&str> =
            timelines[0].lines().filter(|text| text.starts_with(name)).collect();
        let sent: Vec<String> = (0..20).map(|index| format!("{name} {index}")).collect();
        assert_eq!(theirs, sent);
    }
}

#[tokio::test]
async fn a_message_sent_twice_is_stored_once() {
    let server = Server::start().await;
    let (kitchen, [ana, mut ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let client_id = new_client_id();

    let first = ana.asker().post(kitchen, client_id, "hello").await.unwrap();
    let second = ana.asker().post(kitchen, client_id, "hello").await.unwrap();

    assert_eq!(first, second);
    ben.settle().await.unwrap();
    assert_eq!(ben.mirror().texts(kitchen), ["hello"]);
    let texts = server.history("manager", kitchen).await;
    assert_eq!(texts.iter().filter(|message| headless::text(message).is_some()).count(), 1);
}

#[tokio::test]
async fn a_direct_conversation_is_found_again_by_either_side() {
    let server = Server::start().await;
    let (mut ana, mut ben) = (server.member("admin").await, server.member("manager").await);

    let made = ana.direct(ben.id()).await.unwrap();
    let found = ben.direct(ana.id()).await.unwrap();

    assert_eq!(made, found);
}

#[tokio::test]
async fn history_is_paged_without_a_hole_or_a_repeat() {
    let server = Server::start().await;
    let (kitchen, [ana, ben]) = server.join("kitchen", ["admin", "manager"]).await;
    for index in 0..25 {
        ana.post(kitchen, &format!("message {index}")).await.unwrap();
    }

    let (last, more) = ben.history(kitchen, None, 10).await.unwrap();
    let (before, _) = ben.history(kitchen, Some(last[0].number), 10).await.unwrap();
    let all = ben.whole_history(kitchen).await.unwrap();

    assert!(more);
    assert_eq!(last.len(), 10);
    assert_eq!(before.last().unwrap().number + 1, last[0].number);
    let numbers: Vec<u64> = all.iter().map(|message| message.number).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    assert_eq!(all[0].content, Content::Created);
}

#[tokio::test]
async fn markers_rise_for_everybody_and_never_fall() {
    let server = Server::start().await;
    let (kitchen, [mut ana, ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let number = ana.post(kitchen, "read this").await.unwrap().number;

    ben.mark(kitchen, number, number).await.unwrap();
    ben.mark(kitchen, number - 1, number - 1).await.unwrap();

    let read = |mirror: &Mirror| {
        let marker = mirror.marker(kitchen, ben.id())?;
        (marker.read_number == number && marker.delivered_number == number).then_some(())
    };
    ana.wait_until("the message is read", read).await.unwrap();
    ana.settle().await.unwrap();
    assert!(read(ana.mirror()).is_some());
}

#[tokio::test]
async fn typing_is_seen_by_the_others_and_ends_with_the_message() {
    let server = Server::start().await;
    let (kitchen, [ana, mut ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let id = ana.id();
    let typing = |mirror: &Mirror| mirror.typing.contains(&(kitchen, id));

    ana.typing(kitchen, true).await.unwrap();
    ben.wait_until("admin types", |it| typing(it).then_some(())).await.unwrap();
    ana.typing(kitchen, false).await.unwrap();

    ben.wait_until("admin stopped", |it| (!typing(it)).then_some(())).await.unwrap();
}

#[tokio::test]
async fn an_invisible_person_is_offline_for_others_and_types_unseen() {
    let server = Server::start().await;
    let (kitchen, [ana, mut ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let id = ana.id();
    let shown = |mirror: &Mirror| {
        mirror.presences.get(&id).map_or(Availability::Offline, |presence| presence.availability)
    };
    ben.wait_until("admin is there", |it| (shown(it) == Availability::Available).then_some(()))
        .await
        .unwrap();

    ana.set_status(Status::Invisible).await.unwrap();
    ben.wait_until("admin is gone", |it| (shown(it) == Availability::Offline).then_some(()))
        .await
        .unwrap();
    ana.typing(kitchen, true).await.unwrap();
    ana.post(kitchen, "a message is seen even so").await.unwrap();

    let arrived = |mirror: &Mirror| (mirror.texts(kitchen).len() == 1).then_some(());
    ben.wait_until("the message is there", arrived).await.unwrap();
    assert!(ben.mirror().typing.is_empty());
    let newcomer = server.member("sena").await;
    assert_eq!(shown(newcomer.mirror()), Availability::Offline);
    // Everybody sees what they would see had she left: when, and no more.
    let presence = newcomer.mirror().presences.get(&id);
    assert!(presence.is_some_and(|presence| presence.last_seen_ms.is_some()));
    assert_eq!(presence, ben.mirror().presences.get(&id));
}

#[tokio::test]
async fn a_person_is_offline_when_the_last_device_left() {
    let server = Server::start().await;
    let account = server.account("admin").await;
    let [phone, laptop] = [account.connect().await.unwrap(), account.connect().await.unwrap()];
    let mut ben = server.member("manager").await;
    let id = phone.id();
    let online = |mirror: &Mirror| {
        let presence = mirror.presences.get(&id);
        presence.is_some_and(|presence| presence.availability == Availability::Available)
    };
    assert!(online(ben.mirror()));

    drop(phone);
    ben.settle().await.unwrap();
    assert!(online(ben.mirror()));
    drop(laptop);

    ben.wait_until("admin is gone", |it| (!online(it)).then_some(())).await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_by_name() {
    let server = Server::start().await;
    let (kitchen, [mut ana, _ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let me = ana.id();

    let empty = ana.post(kitchen, "  \n ").await.unwrap_err();
    let long = ana.post(kitchen, &"a".repeat(16 * 1024 + 1)).await.unwrap_err();
    let alone = ana.direct(me).await.unwrap_err();
    let untitled = ana.create_group(" ", &[]).await.unwrap_err();
    let nobody = headless::wire::PersonId(uuid::Uuid::new_v4());
    let stranger = ana.direct(nobody).await.unwrap_err();
    let page = Request::History { conversation: kitchen, before_number: None, limit: 0 };
    let page = ana.ask(page).await.unwrap_err();

    assert_eq!(empty.code(), Some(FailureCode::Empty));
    assert_eq!(long.code(), Some(FailureCode::TooLong));
    assert_eq!(alone.code(), Some(FailureCode::BadMembers));
    assert_eq!(untitled.code(), Some(FailureCode::BadTitle));
    assert_eq!(stranger.code(), Some(FailureCode::NoSuchPerson));
    assert_eq!(page.code(), Some(FailureCode::OutOfRange));
}
