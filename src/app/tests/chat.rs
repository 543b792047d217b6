//! Conversations, messages, marks and typing.

use palabre_signaling::wire::{ConversationKind, Marker};

use super::*;

#[tokio::test]
async fn a_message_reaches_every_device_of_every_member_as_its_sender_was_told() {
    let server = Server::start().await;
    let ([mut ana, mut ben, mut clo], kitchen) = server.kitchen().await;
    let mut phone = server.device(ana.person, 2).await;

    let message = ana.send(kitchen, " hello ").await;

    assert_eq!(text_of(&message), "hello");
    assert_eq!((message.seq, message.changed_seq, message.number), (2, 2, 2));
    for member in [&mut ana, &mut phone, &mut ben, &mut clo] {
        assert_eq!(member.next_message().await, message);
    }
}

#[tokio::test]
async fn a_message_sent_twice_is_stored_and_told_once() {
    let server = Server::start().await;
    let ([ana, mut ben, _clo], kitchen) = server.kitchen().await;

    let first = ana.send_as(kitchen, 7, "hello").await;
    let again = ana.send_as(kitchen, 7, "hello").await;
    let next = ana.send(kitchen, "next").await;

    assert_eq!(first, again);
    assert_eq!(next.seq, first.clone().unwrap().seq + 1);
    assert_eq!(ben.next_message().await, first.unwrap());
    assert_eq!(ben.next_message().await, next);
}

#[tokio::test]
async fn everybody_gets_the_same_messages_in_the_same_gapless_order() {
    let server = Server::start().await;
    let (members, kitchen) = server.kitchen().await;

    let sent = members.each_ref().map(|member| async move {
        for n in 0..MESSAGES {
            member.send(kitchen, &format!("{n}")).await;
        }
    });
    futures_util::future::join_all(sent).await;

    let mut logs = Vec::new();
    for mut member in members {
        let mut log = Vec::new();
        for _ in 0..3 * MESSAGES {
            log.push(member.next_message().await);
        }
        logs.push(log);
    }
    assert!(logs.iter().all(|log| log == &logs[0]));
    let seqs: Vec<u64> = logs[0].iter().map(|message| message.seq).collect();
    assert_eq!(seqs, Vec::from_iter(2..3 * MESSAGES + 2));
}

#[tokio::test]
async fn two_people_have_one_direct_conversation_however_often_it_is_made() {
    let server = Server::start().await;
    let ana = server.member("ana").await;
    let mut ben = server.member("ben").await;

    let (by_ana, by_ben) = tokio::join!(ana.direct(ben.person), ben.direct(ana.person));
    let again = ana.direct(ben.person).await;

    assert_eq!(by_ana.id, by_ben.id);
    assert_eq!(by_ana.id, again.id);
    assert_eq!(again.kind, ConversationKind::Direct);
    assert_eq!((again.last_seq, again.message_count), (1, 1));
    let told = ben.until(|event| matches!(event, Event::ConversationChanged { .. })).await;
    assert_eq!(told, Event::ConversationChanged { conversation: Box::new(again) });
}

#[tokio::test]
async fn a_group_made_twice_by_the_same_request_is_one() {
    let server = Server::start().await;
    let ana = server.member("ana").await;
    let ben = server.member("ben").await;

    let first = ana.create(Some("Kitchen"), 5, &[ben.person]).await.unwrap();
    let again = ana.create(Some("Kitchen"), 5, &[ben.person]).await.unwrap();
    let other = ana.create(Some("Kitchen"), 6, &[ben.person]).await.unwrap();

    assert_eq!(first, again);
    assert_ne!(first.id, other.id);
    assert_eq!(first.members, [ana.person, ben.person]);
    assert_eq!(first.last_message.unwrap().content, Content::Created);
}

#[tokio::test]
async fn nobody_is_put_together_with_somebody_who_has_no_account() {
    let server = Server::start().await;
    let ana = server.member("ana").await;
    let nobody = PersonId(Uuid::from_u128(9));

    let refused = ana.create(Some("Kitchen"), 5, &[nobody]).await;

    assert_eq!(refused.unwrap_err().code, FailureCode::NoSuchPerson);
}

#[tokio::test]
async fn a_stranger_cannot_tell_a_conversation_from_one_that_is_not_there() {
    let server = Server::start().await;
    let ([ana, _ben, _clo], kitchen) = server.kitchen().await;
    let dan = server.member("dan").await;
    let missing = ConversationId(Uuid::from_u128(404));
    ana.send(kitchen, "secret").await;

    for ask in ABOUT_A_CONVERSATION {
        let about_it = dan.ask(ask(kitchen)).await;
        let about_none = dan.ask(ask(missing)).await;
        assert_eq!(about_it.clone().unwrap_err().code, FailureCode::NotAMember);
        assert_eq!(about_it, about_none);
    }
    assert_eq!(dan.welcome.conversations, []);
}

#[tokio::test]
async fn history_is_read_page_by_page_from_the_latest() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    for n in 2..=6 {
        ana.send(kitchen, &format!("{n}")).await;
    }
    let ben = &ben;
    let page = |before_number, limit| async move {
        let request = Request::History { conversation: kitchen, before_number, limit };
        let Reply::History { messages, more, .. } = ben.ask(request).await.unwrap() else {
            panic!("not a page of history");
        };
        (messages.iter().map(|it| it.number).collect::<Vec<_>>(), more)
    };

    assert_eq!(page(None, 2).await, (vec![5, 6], true));
    assert_eq!(page(Some(5), 3).await, (vec![2, 3, 4], true));
    assert_eq!(page(Some(2), 3).await, (vec![1], false));
    assert_eq!(page(Some(1), 3).await, (vec![], false));
    let request = Request::History { conversation: kitchen, before_number: None, limit: 101 };
    assert_eq!(ben.refused(request).await, FailureCode::OutOfRange);
}

#[tokio::test]
async fn a_name_that_was_given_to_a_message_cannot_be_a_conversations() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    ana.send_as(kitchen, 7, "hello").await.unwrap();

    let refused = ana.create(Some("again"), 7, &[ben.person]).await.unwrap_err();

    assert_eq!(refused.code, FailureCode::Malformed);
    assert!(ben.create(Some("another's name"), 7, &[ana.person]).await.is_ok());
}

#[tokio::test]
async fn a_group_of_thousands_is_not_made_and_one_of_its_maker_alone_is() {
    let server = Server::start().await;
    let ana = server.member("ana").await;
    let crowd: Vec<_> = (0..10_000).map(|n| PersonId(Uuid::from_u128(n))).collect();

    let refused = ana.create(Some("crowd"), 1, &crowd).await.unwrap_err();
    assert_eq!(refused.code, FailureCode::BadMembers);
    for members in [crowd, vec![ana.person; 1_000], vec![]] {
        let refused = ana.create(None, 1, &members).await.unwrap_err();
        assert_eq!(refused.code, FailureCode::BadMembers);
    }
    assert!(ana.create(Some("door"), 2, &[]).await.is_ok());
}

#[tokio::test]
async fn a_hundred_groups_are_enough_for_a_day() {
    let server = Server::start().await;
    let ana = server.member("ana").await;
    let ben = server.member("ben").await;
    for _ in 0..100 {
        server.clock.advance(Duration::from_secs(1));
        ana.create_group("one of many", &[ben.person]).await;
    }

    let refused = ana.create(Some("one more"), 1, &[ben.person]).await.unwrap_err();

    assert_eq!(refused.code, FailureCode::RateLimited);
    ana.direct(ben.person).await;
    ben.create_group("another's", &[ana.person]).await;
    server.clock.advance(Duration::from_secs(86_400));
    ana.create_group("tomorrow", &[ben.person]).await;
}

#[tokio::test]
async fn numbers_beyond_everything_harm_nobody() {
    let server = Server::start().await;
    let ([ana, _ben, _clo], kitchen) = server.kitchen().await;
    ana.send(kitchen, "hello").await;

    for (delivered, read) in [(u64::MAX, 0), (0, u64::MAX), (u64::MAX, u64::MAX), (3, 3)] {
        let refused = ana.refused(mark(kitchen, delivered, read)).await;
        assert_eq!(refused, FailureCode::OutOfRange);
    }
    let request = Request::Changes { conversation: kitchen, since_seq: u64::MAX };
    let Ok(Reply::Changes { changes }) = ana.ask(request).await else { panic!("no changes") };
    assert!(changes.gap && changes.messages.is_empty());
    let request =
        Request::History { conversation: kitchen, before_number: Some(u64::MAX), limit: 100 };
    let Ok(Reply::History { messages, .. }) = ana.ask(request).await else { panic!("no page") };
    assert_eq!(messages.len(), 2);
    let known = [Known { conversation: kitchen, seq: u64::MAX }];
    let welcome = server.resume(ana.person, 2, &known).await.welcome;
    assert!(welcome.changes[0].gap);
}

#[tokio::test]
async fn marks_only_rise_and_everybody_hears_of_it() {
    let server = Server::start().await;
    let ([mut ana, ben, _clo], kitchen) = server.kitchen().await;
    ana.send(kitchen, "two").await;
    ana.send(kitchen, "three").await;

    ben.done(mark(kitchen, 3, 2)).await;
    ben.done(mark(kitchen, 1, 1)).await;
    ben.done(mark(kitchen, 0, 3)).await;

    let expected = [(3, 2), (3, 3)];
    for (delivered_number, read_number) in expected {
        let person = ben.person;
        let marker = Marker { person, delivered_number, read_number, read_hidden: false };
        let told = ana.until(|event| matches!(event, Event::MarkerChanged { .. })).await;
        assert_eq!(told, Event::MarkerChanged { conversation: kitchen, marker });
    }
    assert_eq!(ben.refused(mark(kitchen, 4, 4)).await, FailureCode::OutOfRange);
    let stored = server.store.conversation(kitchen).await.unwrap().unwrap();
    assert_eq!(stored, server.device(ben.person, 1).await.welcome.conversations[0]);
    assert_eq!(
        stored.markers.iter().map(|it| (it.delivered_number, it.read_number)).collect::<Vec<_>>(),
        [(3, 3), (3, 3), (1, 1)]
    );
}

#[tokio::test]
async fn typing_is_told_to_the_others_and_forgotten_after_six_seconds() {
    let server = Server::start().await;
    let ([mut ana, mut ben, _clo], kitchen) = server.kitchen().await;

    ana.done(Request::Typing { conversation: kitchen, active: true }).await;
    assert_eq!(ben.next().await, typing(kitchen, &ana, true));
    server.clock.advance(Duration::from_millis(6_000));

    assert_eq!(ben.next().await, typing(kitchen, &ana, false));
    let message = ana.send(kitchen, "hello").await;
    assert_eq!(ana.next().await, Event::MessageChanged { message });
}

#[tokio::test]
async fn a_message_ends_the_typing_of_its_sender() {
    let server = Server::start().await;
    let ([ana, mut ben, _clo], kitchen) = server.kitchen().await;

    ana.done(Request::Typing { conversation: kitchen, active: true }).await;
    let message = ana.send(kitchen, "hello").await;

    assert_eq!(ben.next().await, typing(kitchen, &ana, true));
    assert_eq!(ben.next().await, typing(kitchen, &ana, false));
    assert_eq!(ben.next().await, Event::MessageChanged { message });
}

#[tokio::test]
async fn whoever_goes_away_types_no_more() {
    let server = Server::start().await;
    let ([ana, mut ben, _clo], kitchen) = server.kitchen().await;
    let gone = typing(kitchen, &ana, false);

    ana.done(Request::Typing { conversation: kitchen, active: true }).await;
    ana.disconnect().await;

    ben.until(|event| *event == gone).await;
}

fn typing(conversation: ConversationId, member: &Member, active: bool) -> Event {
    Event::Typing { conversation, person: member.person, active }
}

fn mark(conversation: ConversationId, delivered_number: u64, read_number: u64) -> Request {
    Request::Mark { conversation, delivered_number, read_number }
}

/// Messages that each of three people sends at the same time as the others.
const MESSAGES: u64 = 40;

/// Everything that can be asked about a conversation.
const ABOUT_A_CONVERSATION: [fn(ConversationId) -> Request; 6] = [
    |conversation| Request::text(conversation, client_id_of(1), "hello"),
    |conversation| Request::History { conversation, before_number: None, limit: 10 },
    |conversation| Request::Changes { conversation, since_seq: 0 },
    |conversation| mark(conversation, 0, 0),
    |conversation| Request::Typing { conversation, active: true },
    |conversation| Request::StartCall { conversation, media: Media::Audio },
];
