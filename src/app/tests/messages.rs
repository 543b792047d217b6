//! What becomes of messages, and what people keep about them for themselves.

use palabre_signaling::wire::{
    Entity, FOR_EVER_MS, Keep, KeepChange, KeptDraft, MessageId, PersonalChanges, PersonalMark,
    Style,
};

use super::*;

#[tokio::test]
async fn an_edit_reaches_everybody_and_the_earlier_text_can_be_read() {
    let server = Server::start().await;
    let ([ana, mut ben, _clo], kitchen) = server.kitchen().await;
    let sent = ana.send(kitchen, "helo").await;
    ben.next_message().await;

    let edited = ana.message(edit(&sent, "hello")).await;

    assert_eq!(ben.next_message().await, edited);
    assert_eq!(text_of(&edited), "hello");
    assert_eq!((edited.seq, edited.number), (sent.seq, sent.number));
    assert_eq!(edited.changed_seq, sent.changed_seq + 1);
    let versions = Request::Versions { conversation: kitchen, message: sent.id };
    let Ok(Reply::Versions { versions }) = ben.ask(versions).await else { panic!("no versions") };
    assert_eq!(versions.len(), 1);
    assert_eq!((&versions[0].content, versions[0].written_at_ms), (&sent.content, NOON_MS));
}

#[tokio::test]
async fn of_two_edits_at_the_same_time_the_second_is_refused_and_a_repeat_is_not() {
    let server = Server::start().await;
    let ([ana, _ben, _clo], kitchen) = server.kitchen().await;
    let phone = server.device(ana.person, 2).await;
    let sent = ana.send(kitchen, "helo").await;

    let edited = ana.message(edit(&sent, "hello")).await;

    assert_eq!(phone.refused(edit(&sent, "hullo")).await, FailureCode::Stale);
    assert_eq!(ana.message(edit(&sent, "hello")).await, edited);
    assert_eq!(text_of(&phone.message(edit(&edited, "hullo")).await), "hullo");
}

#[tokio::test]
async fn a_message_is_edited_by_its_sender_for_an_hour() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let sent = ana.send(kitchen, "helo").await;

    assert_eq!(ben.refused(edit(&sent, "mine")).await, FailureCode::NotAllowed);
    server.clock.advance(Duration::from_secs(3_600));
    let sent = ana.message(edit(&sent, "hello")).await;
    server.clock.advance(Duration::from_millis(1));

    assert_eq!(ana.refused(edit(&sent, "hullo")).await, FailureCode::TooLate);
}

#[tokio::test]
async fn a_deleted_message_is_nowhere_to_be_read() {
    let server = Server::start().await;
    let ([ana, mut ben, _clo], kitchen) = server.kitchen().await;
    let sent = ana.send(kitchen, "sekret").await;
    let sent = ana.message(edit(&sent, "secret")).await;
    let seen = ben.history(kitchen).await;
    assert!(seen.contains(&sent));

    let deleted = ana.message(delete(&sent)).await;

    assert_eq!(deleted.content, Content::Deleted { by: ana.person });
    ben.until(|event| *event == Event::MessageChanged { message: deleted.clone() }).await;
    assert_eq!(ben.history(kitchen).await.last(), Some(&deleted));
    let versions = Request::Versions { conversation: kitchen, message: sent.id };
    assert_eq!(ben.ask(versions).await, Ok(Reply::Versions { versions: Vec::new() }));
    assert_eq!(ben.refused(react(&sent, "👍")).await, FailureCode::NoSuchMessage);
}

#[tokio::test]
async fn an_admin_of_a_group_deletes_what_others_wrote() {
    let server = Server::start().await;
    let ([ana, ben, clo], kitchen) = server.kitchen().await;
    let sent = ben.send(kitchen, "rude").await;
    server.clock.advance(Duration::from_secs(90 * 86_400));

    assert_eq!(clo.refused(delete(&sent)).await, FailureCode::NotAllowed);
    assert_eq!(ben.refused(delete(&sent)).await, FailureCode::TooLate);

    let deleted = ana.message(delete(&sent)).await;
    assert_eq!(deleted.content, Content::Deleted { by: ana.person });
}

#[tokio::test]
async fn reactions_are_one_for_each_person_and_exactly_one_emoji() {
    let server = Server::start().await;
    let ([ana, ben, mut clo], kitchen) = server.kitchen().await;
    let sent = ana.send(kitchen, "party?").await;

    ana.message(react(&sent, "👍")).await;
    ben.message(react(&sent, "👍")).await;
    let last = ana.message(react(&sent, "🎉")).await;

    let people: Vec<_> =
        last.details.reactions.iter().map(|it| (it.emoji.as_str(), it.people.clone())).collect();
    assert_eq!(people, [("👍", vec![ben.person]), ("🎉", vec![ana.person])]);
    clo.until(|event| *event == Event::MessageChanged { message: last.clone() }).await;
    for wrong in ["ha", "👍👍", "", "\u{202e}"] {
        assert_eq!(ben.refused(react(&sent, wrong)).await, FailureCode::BadEmoji);
    }
    let none = Request::React { conversation: kitchen, message: sent.id, emoji: None };
    assert_eq!(ben.message(none).await.details.reactions.len(), 1);
}

#[tokio::test]
async fn a_quote_names_a_message_of_the_same_conversation() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let elsewhere = ana.direct(ben.person).await;
    let sent = ana.send(kitchen, "tea?").await;
    let secret = ana.send(elsewhere.id, "secret").await;

    let answer = ben.message(answer(kitchen, "yes", sent.id)).await;

    let quote = answer.details.quote.unwrap();
    assert_eq!((quote.message, quote.number), (sent.id, sent.number));
    let refused = ben.refused(self::answer(kitchen, "yes", secret.id)).await;
    assert_eq!(refused, FailureCode::NoSuchMessage);
    ana.message(delete(&sent)).await;
    assert_eq!(ben.history(kitchen).await.last(), Some(&answer));
}

#[tokio::test]
async fn what_is_passed_on_can_be_read_by_whoever_passes_it_on() {
    let server = Server::start().await;
    let ([ana, ben, clo], kitchen) = server.kitchen().await;
    let elsewhere = ana.direct(ben.person).await.id;
    let mention = Entity { offset: 0, length: 4, style: Style::Mention { person: clo.person } };
    let bold = Entity { offset: 5, length: 4, style: Style::Bold };
    let request = Request::SendMessage {
        conversation: kitchen,
        client_id: client_id_of(70),
        text: String::from("@clo look"),
        entities: vec![mention.clone(), bold.clone()],
        quote: None,
        files: Vec::new(),
    };
    let sent = ana.message(request).await;

    let passed = ben.message(forward(elsewhere, 71, sent.id)).await;

    assert!(passed.details.forwarded);
    assert_eq!((passed.sender, text_of(&passed)), (ben.person, "@clo look"));
    let Content::Text { entities, .. } = passed.content else { panic!("not a text") };
    assert_eq!(entities, [bold]);
    let stolen = clo.refused(forward(kitchen, 72, passed.id)).await;
    assert_eq!(stolen, FailureCode::NoSuchMessage);
    let outside = clo.refused(forward(elsewhere, 73, sent.id)).await;
    assert_eq!(outside, FailureCode::NotAMember);
}

#[tokio::test]
async fn pinned_messages_are_found_by_all_and_there_are_fifty_at_most() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let mut sent = Vec::new();
    for n in 0..51 {
        sent.push(ana.send(kitchen, &format!("{n}")).await);
        server.clock.advance(Duration::from_secs(1));
    }
    for message in &sent[..50] {
        ben.message(pin(message, true)).await;
        server.clock.advance(Duration::from_secs(1));
    }

    assert_eq!(ben.refused(pin(&sent[50], true)).await, FailureCode::TooMany);
    ana.message(pin(&sent[0], false)).await;
    ben.message(pin(&sent[50], true)).await;

    let wanted: Vec<u64> = sent[1..].iter().map(|message| message.number).collect();
    let welcome = server.device(ana.person, 3).await.welcome;
    assert_eq!(welcome.conversations[0].pinned, wanted);
    let pinned = ana.ask(Request::Pinned { conversation: kitchen }).await;
    let Ok(Reply::Messages { messages, .. }) = pinned else { panic!("no messages") };
    assert_eq!(messages.iter().map(|it| it.number).collect::<Vec<_>>(), wanted);
}

#[tokio::test]
async fn what_is_starred_or_hidden_is_known_to_ones_own_devices_alone() {
    let server = Server::start().await;
    let ([ana, mut ben, _clo], kitchen) = server.kitchen().await;
    let mut phone = server.device(ana.person, 2).await;
    let sent = ben.send(kitchen, "keep this").await;

    ana.done(star(&sent, true)).await;
    ana.done(star(&sent, true)).await;
    ana.done(Request::HideMessage { conversation: kitchen, message: sent.id }).await;

    let mark = |seq, starred, hidden| PersonalMark {
        conversation: kitchen,
        message: sent.id,
        seq,
        starred,
        hidden,
        listened: false,
        listeners: 0,
    };
    assert_eq!(next_personal(&mut phone).await.marks, [mark(1, true, false)]);
    assert_eq!(next_personal(&mut phone).await.marks, [mark(2, false, true)]);
    let request = Request::History { conversation: kitchen, before_number: None, limit: 10 };
    let Ok(Reply::History { marks, .. }) = ana.ask(request.clone()).await else {
        panic!("no page")
    };
    assert_eq!(marks, [mark(2, false, true)]);
    let Ok(Reply::History { marks, .. }) = ben.ask(request).await else { panic!("no page") };
    assert_eq!(marks, []);
    // What comes next shows that Ben heard of none of it.
    assert_eq!(ben.next_message().await, sent);
    let next = ana.send(kitchen, "next").await;
    assert_eq!(ben.next().await, Event::MessageChanged { message: next });
}

#[tokio::test]
async fn starred_messages_are_read_page_by_page_the_latest_first() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let mut sent = Vec::new();
    for n in 0..3 {
        sent.push(ben.send(kitchen, &format!("{n}")).await);
    }
    for index in [1, 0, 2] {
        ana.done(star(&sent[index], true)).await;
    }
    let ana = &ana;
    let page = |before_seq, limit| async move {
        let request = Request::Starred { before_seq, limit };
        let Ok(Reply::Messages { messages, marks, more }) = ana.ask(request).await else {
            panic!("no messages");
        };
        (messages.iter().map(|it| it.id).collect::<Vec<_>>(), marks.last().map(|it| it.seq), more)
    };

    assert_eq!(page(None, 2).await, (vec![sent[2].id, sent[0].id], Some(2), true));
    assert_eq!(page(Some(2), 2).await, (vec![sent[1].id], Some(1), false));
}

#[tokio::test]
async fn a_conversation_is_kept_as_one_likes_on_all_devices() {
    let server = Server::start().await;
    let ([ana, _ben, _clo], kitchen) = server.kitchen().await;
    let mut phone = server.device(ana.person, 2).await;
    let draft = KeptDraft { text: String::from("so "), quote: None, quote_number: None };

    for change in [
        KeepChange::Pin { on: true },
        KeepChange::Mute { until_ms: Some(FOR_EVER_MS) },
        KeepChange::Draft { draft: Some(draft.clone()) },
    ] {
        ana.done(Request::Keep { conversation: kitchen, change }).await;
    }

    let wanted = Keep {
        pinned_at_ms: Some(NOON_MS),
        muted_until_ms: Some(FOR_EVER_MS),
        draft: Some(draft),
        ..Keep::default()
    };
    let mut last = next_personal(&mut phone).await;
    while last.seq < 3 {
        last = next_personal(&mut phone).await;
    }
    assert_eq!(last.conversations[0].keep, wanted);
    let welcome = server.device(ana.person, 3).await.welcome;
    assert_eq!(welcome.personal.conversations, last.conversations);
    assert_eq!(welcome.personal.seq, 3);
}

#[tokio::test]
async fn a_device_that_comes_back_learns_which_marks_it_has_missed() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let first = ben.send(kitchen, "first").await;
    let second = ben.send(kitchen, "second").await;
    ana.done(star(&first, true)).await;
    ana.done(star(&second, true)).await;

    let server = &server;
    let person = ana.person;
    let since = |personal_seq| async move {
        let (outbox, _outgoing) = outbox::channel();
        let device = DeviceId(Uuid::from_u128(9));
        let hello = Hello { protocol: PROTOCOL_VERSION, device, known: vec![], personal_seq };
        let session = server.session(person).await;
        let (_, welcome) = server.app.hello(person, session, outbox, hello).await.unwrap();
        let marks = welcome.personal.marks.iter().map(|mark| mark.message);
        (marks.collect::<Vec<_>>(), welcome.personal.gap)
    };
    assert_eq!(since(None).await, (vec![first.id, second.id], false));
    assert_eq!(since(Some(1)).await, (vec![second.id], false));
    assert_eq!(since(Some(2)).await, (vec![], false));
    assert_eq!(since(Some(3)).await, (vec![], true));
}

#[tokio::test]
async fn texts_that_would_harm_their_readers_are_refused() {
    let server = Server::start().await;
    let ([ana, _ben, _clo], kitchen) = server.kitchen().await;
    let bomb = format!("a{}", "\u{30d}".repeat(500));

    for text in ["\u{202e}gpj.exe", bomb.as_str(), "\u{2067}open", "nul\u{0}"] {
        let request = Request::text(kitchen, client_id_of(1), text);
        assert_eq!(ana.refused(request).await, FailureCode::BadText, "{text:?}");
    }
    let link = Style::Link { url: String::from("javascript:alert(1)") };
    let request = Request::SendMessage {
        conversation: kitchen,
        client_id: client_id_of(1),
        text: String::from("click"),
        entities: vec![Entity { offset: 0, length: 5, style: link }],
        quote: None,
        files: Vec::new(),
    };
    assert_eq!(ana.refused(request).await, FailureCode::BadEntities);
}

async fn next_personal(member: &mut Member) -> PersonalChanges {
    let told = member.until(|event| matches!(event, Event::PersonalChanged { .. })).await;
    let Event::PersonalChanged { changes } = told else { panic!("not that event") };
    changes
}

fn edit(message: &Message, text: &str) -> Request {
    let &Message { conversation, id, changed_seq, .. } = message;
    let (text, entities) = (String::from(text), Vec::new());
    Request::EditMessage { conversation, message: id, seen_seq: changed_seq, text, entities }
}

fn delete(message: &Message) -> Request {
    Request::DeleteMessage { conversation: message.conversation, message: message.id }
}

fn react(message: &Message, emoji: &str) -> Request {
    let &Message { conversation, id, .. } = message;
    Request::React { conversation, message: id, emoji: Some(String::from(emoji)) }
}

fn pin(message: &Message, pinned: bool) -> Request {
    Request::PinMessage { conversation: message.conversation, message: message.id, pinned }
}

fn star(message: &Message, starred: bool) -> Request {
    Request::StarMessage { conversation: message.conversation, message: message.id, starred }
}

fn answer(conversation: ConversationId, text: &str, quote: MessageId) -> Request {
    Request::SendMessage {
        conversation,
        client_id: ClientId(Uuid::now_v7()),
        text: String::from(text),
        entities: Vec::new(),
        quote: Some(quote),
        files: Vec::new(),
    }
}

fn forward(conversation: ConversationId, client_id: u128, message: MessageId) -> Request {
    Request::ForwardMessage { conversation, client_id: client_id_of(client_id), message }
}
