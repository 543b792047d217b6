//! Guests: the link, the lobby, what they read, and what they may not do.

use headless::wire::{
    ClientId, Content, ConversationId, FailureCode, GuestState, Media, Message, MessageId,
    PersonId, Reply, Request, Role, SignedIn, WaitingGuest,
};
use headless::{Account, Colour, Member, Mirror, Publishing, Tone};
use serde_json::json;
use uuid::Uuid;

use crate::support::{Server, participants};

#[tokio::test]
async fn a_guest_waits_is_let_in_and_reads_what_is_said_from_then_on() {
    let server = Server::start().await;
    let (kitchen, [mut ana, mut ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let secret = ana.post(kitchen, "secret").await.unwrap();
    let pin = Request::PinMessage { conversation: kitchen, message: secret.id, pinned: true };
    ana.ask(pin).await.unwrap();
    let (_, code) = link(&ana, kitchen, 3).await;
    let call = ana.start_call(kitchen, Media::Audio).await.unwrap();
    let _seat = ana.join_call(call.id, &publishing(0)).await.unwrap();

    let account = Account::guest(&server.base(), &code, "Zoé").await.unwrap();
    let waiting = account.connect().await.unwrap();
    assert_eq!(state_of(&waiting), Some(GuestState::Waiting));
    let welcome = waiting.welcome();
    assert!(welcome.conversations.is_empty());
    assert_eq!(welcome.people.iter().map(|it| it.id).collect::<Vec<_>>(), [account.person().id]);
    let guest = in_lobby(&mut ana, kitchen).await;
    assert_eq!((guest.person, guest.name.as_str()), (account.person().id, "Zoé"));
    admit(&ana, kitchen, guest.person).await;
    assert_eq!(waiting.closed().await.unwrap(), Some(4003), "starts over");

    let mut zoe = account.connect().await.unwrap();
    assert_eq!(state_of(&zoe), Some(GuestState::Admitted));
    let seen = &zoe.welcome().conversations[0];
    assert!(seen.pinned.is_empty());
    assert_ne!(seen.last_message.as_ref().map(|it| it.id), Some(secret.id));
    assert_eq!(zoe.welcome().people.len(), 3, "those of the group and oneself");
    ana.post(kitchen, "welcome").await.unwrap();
    let read = zoe.whole_history(kitchen).await.unwrap();
    assert_eq!(texts(&read), ["welcome"]);
    let edited = Request::EditMessage {
        conversation: kitchen,
        message: secret.id,
        seen_seq: secret.changed_seq + 1,
        text: String::from("still secret"),
        entities: Vec::new(),
    };
    ana.ask(edited).await.unwrap();
    zoe.post(kitchen, "hello").await.unwrap();
    zoe.catch_up(kitchen).await.unwrap();
    zoe.settle().await.unwrap();
    assert_eq!(zoe.mirror().texts(kitchen), ["welcome", "hello"]);
    let arrived = |mirror: &Mirror| mirror.texts(kitchen).contains(&"hello").then_some(());
    ben.wait_until("members read the guest", arrived).await.unwrap();

    let _seat = zoe.join_call(call.id, &publishing(1)).await.unwrap();
    participants(&mut ana, kitchen, 2).await;
}

#[tokio::test]
async fn a_guest_can_do_nothing_but_take_part() {
    let server = Server::start().await;
    let (kitchen, [mut ana, ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let secret = ana.post(kitchen, "secret").await.unwrap();
    let mut zoe = guest(&server, &mut ana, kitchen, "Zoé").await;
    let answer = Request::SendMessage {
        conversation: kitchen,
        client_id: ClientId(Uuid::now_v7()),
        text: String::from("as I said"),
        entities: Vec::new(),
        quote: Some(secret.id),
        files: Vec::new(),
    };
    ana.ask(answer).await.unwrap();
    let quotes = |mirror: &Mirror| mirror.texts(kitchen).contains(&"as I said").then_some(());
    zoe.wait_until("the answer is there", quotes).await.unwrap();

    let direct = Request::CreateConversation {
        client_id: ClientId(Uuid::now_v7()),
        title: None,
        members: vec![ben.id()],
    };
    let forbidden = [
        direct,
        Request::Search {
            query: String::from("secret"),
            filter: headless::wire::Filter::default(),
            order: headless::wire::SearchOrder::Latest,
            skip: 0,
            limit: 10,
        },
        Request::ForwardMessage {
            conversation: kitchen,
            client_id: ClientId(Uuid::now_v7()),
            message: secret.id,
        },
        Request::StartCall { conversation: kitchen, media: Media::Audio },
        Request::GuestLinks { conversation: kitchen },
        Request::OpenSaved,
        Request::Invitations,
        Request::RenameConversation { conversation: kitchen, title: String::from("mine") },
        Request::AddMembers { conversation: kitchen, people: vec![ana.id()] },
    ];
    for request in forbidden {
        let refused = zoe.ask(request.clone()).await.unwrap_err();
        assert_eq!(refused.code(), Some(FailureCode::NotAllowed), "{request:?}");
    }
    // The quote tells which message it is, and that is all.
    for request in about(kitchen, secret.id) {
        let outcome = zoe.ask(request.clone()).await;
        match outcome {
            Err(error) => assert_eq!(error.code(), Some(FailureCode::NoSuchMessage), "{request:?}"),
            Ok(reply) => assert!(!format!("{reply:?}").contains("secret"), "{reply:?}"),
        }
    }
    // Nor does anybody make a member of a guest, or write to them in private.
    let ben_adds = Request::CreateConversation {
        client_id: ClientId(Uuid::now_v7()),
        title: Some(String::from("both")),
        members: vec![zoe.id()],
    };
    let refused = ben.ask(ben_adds).await.unwrap_err();
    assert_eq!(refused.code(), Some(FailureCode::NoSuchPerson));
}

#[tokio::test]
async fn who_is_not_in_the_group_is_nobody_to_a_guest_and_the_other_way_round() {
    let server = Server::start().await;
    let (kitchen, [mut ana, _ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let mut yao = server.member("yao").await;
    let mut zoe = guest(&server, &mut ana, kitchen, "Zoé").await;

    let sena = server.member("sena").await;
    let ana_id = ana.id();
    ana.done(Request::status(headless::wire::Status::Busy)).await.unwrap();
    let busy = |mirror: &Mirror| {
        let presence = mirror.presences.get(&ana_id)?;
        (presence.availability == headless::wire::Availability::Busy).then_some(())
    };
    zoe.wait_until("those of the group are seen", busy).await.unwrap();
    yao.settle().await.unwrap();

    assert!(!zoe.mirror().presences.contains_key(&sena.id()));
    assert!(!zoe.mirror().people.contains_key(&sena.id()));
    assert!(!yao.mirror().people.contains_key(&zoe.id()));
    assert!(!yao.mirror().presences.contains_key(&zoe.id()));
    assert!(!sena.welcome().people.iter().any(|it| it.id == zoe.id()));
}

#[tokio::test]
async fn a_link_says_why_it_is_no_longer_good_and_takes_its_guests_along() {
    let server = Server::start().await;
    let (kitchen, [mut ana, ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let refused = ben.ask(create(kitchen, 1)).await.unwrap_err();
    assert_eq!(refused.code(), Some(FailureCode::NotAllowed), "admins alone make links");
    let (first, code) = link(&ana, kitchen, 1).await;
    let account = Account::guest(&server.base(), &code, "Zoé").await.unwrap();
    let _waiting = account.connect().await.unwrap();
    let person = in_lobby(&mut ana, kitchen).await.person;
    admit(&ana, kitchen, person).await;
    let zoe = account.connect().await.unwrap();

    assert_eq!(why(&server, &code).await, FailureCode::LinkUsedUp);
    ana.done(Request::RevokeGuestLink { conversation: kitchen, link: first }).await.unwrap();
    assert_eq!(why(&server, &code).await, FailureCode::LinkRevoked);
    assert_eq!(why(&server, "nonsense").await, FailureCode::LinkGone);

    assert_eq!(zoe.closed().await.unwrap(), Some(4004));
    assert!(account.connect().await.is_err());
    let out =
        |mirror: &Mirror| (!mirror.conversations[&kitchen].members.contains(&person)).then_some(());
    ana.wait_until("the guest is out of the group", out).await.unwrap();
    let Reply::GuestLinks { links } =
        ana.ask(Request::GuestLinks { conversation: kitchen }).await.unwrap()
    else {
        panic!("no links")
    };
    assert!(links.is_empty());
}

#[tokio::test]
async fn a_guest_who_is_turned_away_is_told_so_and_one_who_goes_waits_no_longer() {
    let server = Server::start().await;
    let (kitchen, [mut ana, ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let (_, code) = link(&ana, kitchen, 5).await;
    let account = Account::guest(&server.base(), &code, "Zoé").await.unwrap();
    let waiting = account.connect().await.unwrap();
    let person = in_lobby(&mut ana, kitchen).await.person;

    let refused = ben.ask(Request::AdmitGuest { conversation: kitchen, person }).await;
    assert_eq!(refused.unwrap_err().code(), Some(FailureCode::NotAllowed));
    ana.done(Request::RefuseGuest { conversation: kitchen, person }).await.unwrap();
    assert_eq!(waiting.closed().await.unwrap(), Some(4003));
    assert_eq!(state_of(&account.connect().await.unwrap()), Some(GuestState::Refused));
    let late = ana.ask(Request::AdmitGuest { conversation: kitchen, person }).await.unwrap_err();
    assert_eq!(late.code(), Some(FailureCode::NoSuchPerson));

    let other = Account::guest(&server.base(), &code, "Max").await.unwrap();
    let gone = other.connect().await.unwrap();
    in_lobby(&mut ana, kitchen).await;
    drop(gone.cut());
    let empty = |mirror: &Mirror| mirror.lobbies.get(&kitchen)?.is_empty().then_some(());
    ana.wait_until("nobody waits", empty).await.unwrap();
}

#[tokio::test]
async fn a_guest_who_gets_an_account_keeps_what_they_have() {
    let server = Server::start().await;
    let (kitchen, [mut ana, _ben]) = server.join("kitchen", ["admin", "manager"]).await;
    ana.post(kitchen, "secret").await.unwrap();
    let zoe = guest(&server, &mut ana, kitchen, "Zoé").await;
    zoe.post(kitchen, "hello").await.unwrap();
    let invite = Request::CreateInvitation { role: Role::Member, uses: 1, lifetime_s: 3_600 };
    let Reply::Invitation { code, .. } = ana.ask(invite).await.unwrap() else { panic!("no code") };

    let body = json!({
        "username": "zoe", "full_name": "Zoé Amah", "password": "palm tree by night",
        "keep_guest": true,
    });
    let url = format!("{}/api/invites/{code}", server.base());
    let request = reqwest::Client::new().post(url).json(&body).header("origin", server.base());
    let made = request.bearer_auth(zoe.account().token()).send().await.unwrap();
    let made: SignedIn = made.json().await.unwrap();

    assert_eq!((made.person.id, made.person.role), (zoe.id(), Role::Member));
    let account = Account::sign_in(&server.base(), "zoe", "palm tree by night").await.unwrap();
    let again = account.connect().await.unwrap();
    assert_eq!(again.welcome().guest, None);
    let read = again.whole_history(kitchen).await.unwrap();
    assert_eq!(texts(&read), ["hello"]);
    let named =
        |mirror: &Mirror| (mirror.people.get(&zoe.id())?.full_name == "Zoé Amah").then_some(());
    ana.wait_until("everybody knows", named).await.unwrap();
}

/// A guest who was let in.
async fn guest(
    server: &Server,
    host: &mut Member,
    conversation: ConversationId,
    name: &str,
) -> Member {
    let (_, code) = link(host, conversation, 1).await;
    let account = Account::guest(&server.base(), &code, name).await.unwrap();
    let waiting = account.connect().await.unwrap();
    let person = in_lobby(host, conversation).await.person;
    admit(host, conversation, person).await;
    waiting.closed().await.unwrap();
    account.connect().await.unwrap()
}

fn create(conversation: ConversationId, uses: u32) -> Request {
    Request::CreateGuestLink { conversation, uses, lifetime_s: 3_600 }
}

async fn link(
    host: &Member,
    conversation: ConversationId,
    uses: u32,
) -> (headless::wire::GuestLinkId, String) {
    let reply = host.ask(create(conversation, uses)).await.unwrap();
    let Reply::GuestLink { link, code } = reply else { panic!("no link") };
    (link.id, code)
}

async fn in_lobby(host: &mut Member, conversation: ConversationId) -> WaitingGuest {
    let first = |mirror: &Mirror| mirror.lobbies.get(&conversation)?.first().cloned();
    host.wait_until("somebody waits", first).await.unwrap()
}

async fn admit(host: &Member, conversation: ConversationId, person: PersonId) {
    host.done(Request::AdmitGuest { conversation, person }).await.unwrap();
}

fn state_of(member: &Member) -> Option<GuestState> {
    member.welcome().guest.as_ref().map(|pass| pass.state)
}

/// Why a link leads nowhere.
async fn why(server: &Server, code: &str) -> FailureCode {
    let url = format!("{}/api/guests/{code}", server.base());
    let response = reqwest::get(url).await.unwrap();
    response.json::<headless::wire::Failure>().await.unwrap().code
}

fn about(conversation: ConversationId, message: MessageId) -> [Request; 5] {
    [
        Request::Versions { conversation, message },
        Request::React { conversation, message, emoji: Some(String::from("👍")) },
        Request::StarMessage { conversation, message, starred: true },
        Request::HideMessage { conversation, message },
        Request::DeleteMessage { conversation, message },
    ]
}

fn texts(messages: &[Message]) -> Vec<&str> {
    let mut texts = Vec::new();
    for message in messages {
        if let Content::Text { text, .. } = &message.content {
            texts.push(text.as_str());
        }
    }
    texts
}

fn publishing(index: usize) -> Publishing {
    Publishing::new(Tone::new(index), Colour { red: 200, green: 30, blue: 30 })
}
