//! Messages that disappear.

use palabre_signaling::span::count_outside;
use palabre_signaling::wire::{FileGroup, Quote, Span};

use super::*;

#[tokio::test]
async fn what_is_said_disappears_with_everything_that_hangs_on_it() {
    let server = Server::start().await;
    let ([ana, ben, mut clo], kitchen) = server.kitchen().await;
    let stays = ana.send(kitchen, "before").await;
    assert_eq!(ben.refused(lifetime(kitchen, Some(DAY_S))).await, FailureCode::NotAllowed);
    let group = ana.conversation(lifetime(kitchen, Some(DAY_S))).await;
    assert_eq!(group.lifetime_s, Some(DAY_S));
    let secret = ben.send(kitchen, "the well is dry").await;
    assert_eq!(secret.details.expires_at_ms, Some(NOON_MS + DAY_MS));
    let (message, seen_seq) = (secret.id, secret.changed_seq);
    server.clock.advance(Duration::from_secs(60));
    let edit = Request::EditMessage {
        conversation: kitchen,
        message,
        seen_seq,
        text: String::from("the well is nearly dry"),
        entities: Vec::new(),
    };
    ben.message(edit).await;
    let react = Some(String::from("👍"));
    ana.message(Request::React { conversation: kitchen, message, emoji: react }).await;
    let pinned =
        ana.message(Request::PinMessage { conversation: kitchen, message, pinned: true }).await;
    assert_eq!(pinned.details.expires_at_ms, secret.details.expires_at_ms);
    ana.done(Request::StarMessage { conversation: kitchen, message, starred: true }).await;
    let answer = ana.ask(Request::SendMessage {
        conversation: kitchen,
        client_id: client_id_of(1),
        text: String::from("then we dig"),
        entities: Vec::new(),
        quote: Some(message),
        files: Vec::new(),
    });
    let Reply::Message { message: answer } = answer.await.unwrap() else { panic!("no message") };

    server.clock.advance(Duration::from_secs(u64::from(DAY_S)));

    let gone = clo.until(
        |it| matches!(it, Event::MessageChanged { message } if message.content == Content::Expired),
    );
    let told = meanwhile(&server, gone).await;
    let Event::MessageChanged { message: told } = told else { unreachable!() };
    assert_eq!((told.id, told.details), (message, Default::default()));
    let gone = clo.until(|it| matches!(it, Event::MessageChanged { message } if message.id == answer.id && message.content == Content::Expired));
    meanwhile(&server, gone).await;
    let history = ana.history(kitchen).await;
    let left: Vec<&Content> = history.iter().map(|it| &it.content).collect();
    assert!(history.iter().any(|it| it.content == stays.content), "{left:?}");
    assert!(!serde_json::to_string(&history).unwrap().contains("dry"));
    let gapless: Vec<u64> = history.iter().map(|it| it.number).collect();
    assert_eq!(gapless, (1..=history.len() as u64).collect::<Vec<_>>());
    assert!(ana.found("dry").await.is_empty() && ana.found("dig").await.is_empty());
    let nothing = |reply| match reply {
        Ok(Reply::Messages { messages, .. }) => messages.is_empty(),
        Ok(Reply::Versions { versions }) => versions.is_empty(),
        _ => false,
    };
    let group = FileGroup::Media;
    let files = Request::Files { conversation: kitchen, group, before_number: None, limit: 9 };
    for request in [
        Request::Versions { conversation: kitchen, message },
        Request::Pinned { conversation: kitchen },
        Request::Starred { before_seq: None, limit: 9 },
        files,
    ] {
        assert!(nothing(ana.ask(request.clone()).await), "{request:?}");
    }
    let quoting = Request::SendMessage {
        conversation: kitchen,
        client_id: client_id_of(2),
        text: String::from("what was it"),
        entities: Vec::new(),
        quote: Some(message),
        files: Vec::new(),
    };
    let quoted = ana.message(quoting).await.details.quote;
    assert_eq!(quoted, Some(Quote { message, number: secret.number }));
}

/// Waits while the clock goes on: a sweep that was under way when it leapt looks again after a while.
async fn meanwhile<T>(server: &Server, wait: impl Future<Output = T>) -> T {
    tokio::pin!(wait);
    loop {
        tokio::select! {
            came = &mut wait => return came,
            () = tokio::time::sleep(Duration::from_millis(10)) => {
                server.clock.advance(Duration::from_secs(1));
            }
        }
    }
}

#[tokio::test]
async fn what_was_due_while_the_server_was_down_is_gone_after_its_start() {
    let server = Server::start().await;
    let ana = server.member("ana").await;
    let ben = server.member("ben").await;
    let direct = ana.direct(ben.person).await.id;
    ben.conversation(lifetime(direct, Some(3_600))).await;
    let sent = ana.send(direct, "for an hour").await;
    let since = ana.history(direct).await.last().unwrap().changed_seq;
    ana.conversation(lifetime(direct, None)).await;
    let stays = ana.send(direct, "for good").await;

    let server = server.restart(Duration::from_secs(3_601)).await;

    let known = [Known { conversation: direct, seq: since }];
    let mut ben = server.resume(ben.person, 1, &known).await;
    let missed = ben.welcome.changes.iter().flat_map(|it| &it.messages);
    let is_gone = |it: &Message| it.id == sent.id && it.content == Content::Expired;
    if !missed.clone().any(is_gone) {
        ben.until(|it| matches!(it, Event::MessageChanged { message } if is_gone(message))).await;
    }
    server.clock.advance(Duration::from_secs(1_000_000));
    assert_eq!(stays.details.expires_at_ms, None);
    assert!(ben.history(direct).await.iter().any(|it| it.content == stays.content));
}

#[tokio::test]
async fn the_server_may_keep_texts_for_so_long_and_no_longer() {
    let server = Server::start_with(|config| config.retention.text_days = 7).await;
    let mut ana = server.member("ana").await;
    assert_eq!(ana.welcome.limits.retention_ms, Some(7 * DAY_MS));
    let saved = ana.conversation(Request::OpenSaved).await.id;
    for at in 0..3 {
        ana.send(saved, &format!("note {at}")).await;
    }
    server.clock.advance(Duration::from_secs(6 * u64::from(DAY_S)));
    ana.send(saved, "later").await;

    server.clock.advance(Duration::from_secs(u64::from(DAY_S) + 60));

    for _ in 0..3 {
        let gone = ana.until(|it| matches!(it, Event::MessageChanged { message } if message.content == Content::Expired));
        meanwhile(&server, gone).await;
    }
    assert_eq!(ana.found("note").await, Vec::<String>::new());
    assert_eq!(ana.found("later").await, ["later"]);
}

#[tokio::test]
async fn what_has_disappeared_is_unread_no_longer_on_any_device() {
    let server = Server::start().await;
    let ([ana, mut ben, clo], kitchen) = server.kitchen().await;
    let read = ana.history(kitchen).await.last().unwrap().number;
    for member in [&ben, &clo] {
        let (delivered_number, read_number) = (read, read);
        member.done(Request::Mark { conversation: kitchen, delivered_number, read_number }).await;
    }
    ana.conversation(lifetime(kitchen, Some(DAY_S))).await;
    ana.send(kitchen, "one").await;
    ana.send(kitchen, "two").await;
    ana.conversation(lifetime(kitchen, None)).await;
    let stays = ana.send(kitchen, "stays").await;
    let spans = |it: &Conversation| it.expired.clone();

    server.clock.advance(Duration::from_secs(u64::from(DAY_S)));
    for _ in 0..2 {
        let gone = ben.until(|it| matches!(it, Event::MessageChanged { message } if message.content == Content::Expired));
        meanwhile(&server, gone).await;
    }

    // The two that disappeared follow one another; what changed the lifetime stands around them.
    let gone = Span { from_number: stays.number - 3, to_number: stays.number - 2 };
    let unread = |it: &Conversation| count_outside(&it.expired, read, it.message_count);
    for person in [ben.person, clo.person] {
        let seen = server.device(person, 2).await.told_of(kitchen);
        assert_eq!((spans(&seen), unread(&seen)), (vec![gone], 3));
    }
    // Who has read further is not told how far the others are.
    let seen = server.device(ana.person, 2).await.told_of(kitchen);
    assert_eq!(spans(&seen), []);
    ben.done(Request::Mark {
        conversation: kitchen,
        delivered_number: stays.number,
        read_number: stays.number,
    })
    .await;
    let server = server.restart(Duration::from_secs(1)).await;
    let seen = server.device(ben.person, 3).await.told_of(kitchen);
    assert_eq!(spans(&seen), []);
    let seen = server.device(clo.person, 3).await.told_of(kitchen);
    assert_eq!((spans(&seen), unread(&seen)), (vec![gone], 3));
    let renamed = Request::RenameConversation { conversation: kitchen, title: "Hearth".into() };
    let mut clo = server.device(clo.person, 4).await;
    server.device(ana.person, 4).await.conversation(renamed).await;
    let told = clo.until(|it| matches!(it, Event::ConversationChanged { .. })).await;
    let Event::ConversationChanged { conversation } = told else { unreachable!() };
    assert_eq!(spans(&conversation), [gone]);
}

impl Member {
    /// A conversation as its welcome has it.
    fn told_of(&self, id: ConversationId) -> Conversation {
        self.welcome.conversations.iter().find(|it| it.id == id).unwrap().clone()
    }
}

fn lifetime(conversation: ConversationId, lifetime_s: Option<u32>) -> Request {
    Request::SetLifetime { conversation, lifetime_s }
}

const DAY_S: u32 = 86_400;

const DAY_MS: i64 = 86_400_000;
