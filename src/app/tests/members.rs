//! Who comes into conversations and goes, and what that does to what they may read.

use palabre_signaling::wire::{ConversationKind, Filter};

use super::*;

#[tokio::test]
async fn whoever_is_added_reads_everything_and_has_nothing_unread() {
    let server = Server::start().await;
    let ([mut ana, ben, _clo], kitchen) = server.kitchen().await;
    let mut dan = server.member("dan").await;
    ana.send(kitchen, "before").await;
    ana.next_message().await;

    let group = ben.conversation(add(kitchen, &[dan.person, ben.person])).await;

    assert_eq!(group.members.last(), Some(&dan.person));
    let notice = ana.next_message().await;
    let people = vec![dan.person];
    assert_eq!((notice.sender, notice.content), (ben.person, Content::MembersAdded { people }));
    let told = dan.until(|event| matches!(event, Event::ConversationChanged { .. })).await;
    assert_eq!(told, Event::ConversationChanged { conversation: Box::new(group.clone()) });
    assert_eq!(dan.history(kitchen).await.len(), 3);
    let marker = group.markers.iter().find(|marker| marker.person == dan.person).unwrap();
    assert_eq!(marker.read_number + 1, group.message_count);
    assert_eq!(ben.conversation(add(kitchen, &[dan.person])).await, group);
    dan.send(kitchen, "hello").await;
}

#[tokio::test]
async fn whoever_is_removed_loses_everything_at_once() {
    let server = Server::start().await;
    let ([ana, mut ben, mut clo], kitchen) = server.kitchen().await;
    let sent = ana.send(kitchen, "secret word").await;
    assert_eq!(ben.refused(remove(kitchen, clo.person)).await, FailureCode::NotAllowed);
    clo.done(Request::StarMessage { conversation: kitchen, message: sent.id, starred: true }).await;

    ana.done(remove(kitchen, clo.person)).await;
    let after = ana.send(kitchen, "after").await;

    let gone = Event::ConversationRemoved { conversation: kitchen };
    clo.until(|event| *event == gone).await;
    ben.until(|event| *event == Event::MessageChanged { message: after.clone() }).await;
    let history = Request::History { conversation: kitchen, before_number: None, limit: 10 };
    let versions = Request::Versions { conversation: kitchen, message: sent.id };
    let changes = Request::Changes { conversation: kitchen, since_seq: 0 };
    let send = Request::text(kitchen, client_id_of(1), "let me in");
    let react = Request::React { conversation: kitchen, message: sent.id, emoji: None };
    for request in [history, versions, changes, send, react, add(kitchen, &[clo.person])] {
        assert_eq!(clo.refused(request).await, FailureCode::NotAMember);
    }
    let elsewhere = clo.direct(ana.person).await.id;
    let forward = Request::ForwardMessage {
        conversation: elsewhere,
        client_id: client_id_of(2),
        message: sent.id,
    };
    assert_eq!(clo.refused(forward).await, FailureCode::NoSuchMessage);
    assert_eq!(clo.found("secret").await, Vec::<String>::new());
    let starred = clo.ask(Request::Starred { before_seq: None, limit: 10 }).await;
    assert!(matches!(starred, Ok(Reply::Messages { messages, .. }) if messages.is_empty()));
    let welcome = server.device(clo.person, 2).await.welcome;
    assert!(welcome.conversations.iter().all(|it| it.id != kitchen));
    // What comes next shows that there was nothing of the group before it.
    ana.send(elsewhere, "sorry").await;
    let next = clo.until(|event| matches!(event, Event::MessageChanged { .. })).await;
    assert!(matches!(next, Event::MessageChanged { message } if message.conversation == elsewhere));
}

#[tokio::test]
async fn whoever_is_removed_is_out_of_the_call_and_cannot_come_back() {
    let server = Server::start().await;
    let ([ana, _ben, clo], kitchen) = server.kitchen().await;
    let call = ana.start_call(kitchen).await;
    ana.join(call.id).await;
    clo.join(call.id).await;

    ana.done(remove(kitchen, clo.person)).await;

    assert_eq!(clo.refused(join(call.id, "offer")).await, FailureCode::CallOver);
    let welcome = server.device(ana.person, 2).await.welcome;
    let shown = welcome.conversations[0].call.clone().unwrap();
    assert!(shown.participants.iter().all(|seat| seat.person == ana.person));
}

#[tokio::test]
async fn a_group_goes_on_when_its_admin_leaves() {
    let server = Server::start().await;
    let ([ana, mut ben, clo], kitchen) = server.kitchen().await;

    ana.done(remove(kitchen, ana.person)).await;

    let told = ben.until(|event| matches!(event, Event::ConversationChanged { .. })).await;
    let Event::ConversationChanged { conversation } = told else { panic!("not that event") };
    assert_eq!(conversation.admins, [ben.person]);
    assert_eq!(conversation.last_message.unwrap().content, Content::MemberLeft);
    let make = Request::SetAdmin { conversation: kitchen, person: clo.person, admin: true };
    assert_eq!(ben.conversation(make).await.admins, [ben.person, clo.person]);
    clo.done(remove(kitchen, ben.person)).await;
}

#[tokio::test]
async fn a_group_gets_another_title_and_two_people_none() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let rename = |conversation, title: &str| Request::RenameConversation {
        conversation,
        title: title.into(),
    };

    let group = ben.conversation(rename(kitchen, " Cuisine ")).await;

    assert_eq!(group.title, "Cuisine");
    assert_eq!(ben.refused(rename(kitchen, "\u{202e}")).await, FailureCode::BadTitle);
    let two = ana.direct(ben.person).await.id;
    assert_eq!(ana.refused(rename(two, "us")).await, FailureCode::NotAllowed);
    assert_eq!(ana.refused(add(two, &[ben.person])).await, FailureCode::NotAllowed);
    let nobody = PersonId(Uuid::from_u128(404));
    let dan = server.account("dan").await.id;
    assert_eq!(ana.refused(add(kitchen, &[dan, nobody])).await, FailureCode::NoSuchPerson);
    assert_eq!(server.device(ana.person, 2).await.welcome.conversations[0].members.len(), 3);
}

#[tokio::test]
async fn everybody_has_one_place_of_their_own() {
    let server = Server::start().await;
    let ana = server.member("ana").await;
    let ben = server.member("ben").await;

    let saved = ana.conversation(Request::OpenSaved).await;
    let again = ana.conversation(Request::OpenSaved).await;

    assert_eq!((saved.id, saved.kind), (again.id, ConversationKind::Saved));
    assert_eq!(saved.members, [ana.person]);
    ana.send(saved.id, "remember").await;
    let send = Request::text(saved.id, client_id_of(1), "hello");
    assert_eq!(ben.refused(send).await, FailureCode::NotAMember);
    assert_ne!(ben.conversation(Request::OpenSaved).await.id, saved.id);
}

#[tokio::test]
async fn words_are_found_whatever_their_accents_in_ones_own_conversations_alone() {
    let server = Server::start().await;
    let ([ana, ben, clo], kitchen) = server.kitchen().await;
    let two = ana.direct(ben.person).await.id;
    ana.send(kitchen, "La Réunion est à 15 h").await;
    ben.send(two, "reunion secrète").await;
    ana.send(kitchen, "rien").await;

    assert_eq!(ana.found("REUNION").await, ["reunion secrète", "La Réunion est à 15 h"]);
    assert_eq!(ana.found("reun").await.len(), 2);
    assert_eq!(clo.found("réunion").await, ["La Réunion est à 15 h"]);
    assert_eq!(ana.found("reunion 15").await, ["La Réunion est à 15 h"]);
    assert_eq!(ana.found("absent").await, Vec::<String>::new());
    for odd in ["\"", "text:a OR *", "a NEAR b", "(", "c\" OR scope:\"", "-", "'; DROP"] {
        let request = search(odd, Filter::default());
        // Whatever it is, it is words or nothing.
        let outcome = ana.ask(request).await;
        assert!(outcome.is_ok() || outcome.unwrap_err().code == FailureCode::Empty, "{odd}");
    }
}

#[tokio::test]
async fn what_is_found_is_narrowed_marked_and_follows_what_becomes_of_messages() {
    let server = Server::start().await;
    let ([ana, ben, _clo], kitchen) = server.kitchen().await;
    let old = ana.send(kitchen, "tea at noon").await;
    server.clock.advance(Duration::from_secs(60));
    let new = ben.send(kitchen, "👋 tea again").await;

    let by = |filter| async {
        let Ok(Reply::Found { found, .. }) = ana.ask(search("tea", filter)).await else {
            panic!("nothing found");
        };
        found.into_iter().map(|it| it.message.id).collect::<Vec<_>>()
    };
    let from = Filter { from: Some(ana.person), ..Filter::default() };
    assert_eq!(by(from).await, [old.id]);
    let since = Filter { after_ms: Some(NOON_MS + 1), ..Filter::default() };
    assert_eq!(by(since).await, [new.id]);
    let until = Filter { before_ms: Some(NOON_MS + 1), ..Filter::default() };
    assert_eq!(by(until).await, [old.id]);
    let elsewhere = ConversationId(Uuid::from_u128(404));
    let links = Filter { has_link: true, ..Filter::default() };
    ana.send(kitchen, "see https://example.org/harvest").await;
    ana.send(kitchen, "see the harvest").await;
    let Reply::Found { found, .. } = ana.ask(search("harvest", links)).await.unwrap() else {
        panic!("nothing found");
    };
    assert_eq!(found.len(), 1);
    let there = Filter { conversation: Some(elsewhere), ..Filter::default() };
    assert_eq!(by(there).await, []);

    let Ok(Reply::Found { found, more }) = ana.ask(search("tea", Filter::default())).await else {
        panic!("nothing found");
    };
    assert!(!more);
    assert_eq!(found[0].excerpt, "👋 tea again");
    assert_eq!((found[0].highlights[0].offset, found[0].highlights[0].length), (3, 3));
    ana.message(Request::DeleteMessage { conversation: kitchen, message: old.id }).await;
    let (text, entities) = (String::from("coffee"), Vec::new());
    let seen_seq = new.changed_seq;
    let edit =
        Request::EditMessage { conversation: kitchen, message: new.id, seen_seq, text, entities };
    ben.message(edit).await;
    assert_eq!(ana.found("tea").await, Vec::<String>::new());
    assert_eq!(ana.found("coffee").await, ["coffee"]);
    ana.done(Request::HideMessage { conversation: kitchen, message: new.id }).await;
    assert_eq!(ana.found("coffee").await, Vec::<String>::new());
    assert_eq!(ben.found("coffee").await, ["coffee"]);
}

impl Member {
    pub(super) async fn conversation(&self, request: Request) -> Conversation {
        let Reply::Conversation { conversation } = self.ask(request).await.unwrap() else {
            panic!("not a conversation");
        };
        *conversation
    }

    pub(super) async fn found(&self, query: &str) -> Vec<String> {
        let Reply::Found { found, .. } = self.ask(search(query, Filter::default())).await.unwrap()
        else {
            panic!("nothing found");
        };
        found.iter().map(|it| text_of(&it.message).to_owned()).collect()
    }
}

fn add(conversation: ConversationId, people: &[PersonId]) -> Request {
    Request::AddMembers { conversation, people: people.to_vec() }
}

fn remove(conversation: ConversationId, person: PersonId) -> Request {
    Request::RemoveMember { conversation, person }
}

fn search(query: &str, filter: Filter) -> Request {
    let order = Default::default();
    Request::Search { query: query.into(), filter, order, skip: 0, limit: 20 }
}
