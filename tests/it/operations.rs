//! Every operation of the HTTP twin, as everybody who might ask it.

use headless::wire::{ClientId, ConversationId, Message, PersonId, Request};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::Server;

/// What is asked: method, path, body.
type Ask = (Method, String, Value);

/// Who asks.
struct Asker {
    name: &'static str,
    token: Option<String>,
}

#[tokio::test]
async fn every_operation_serves_members_and_nobody_else() {
    let server = Server::start().await;
    let (kitchen, [ana, ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let sent = ana.post(kitchen, "hello").await.unwrap();
    let removed = server.member("sena").await;
    ana.ask(Request::AddMembers { conversation: kitchen, people: vec![removed.id()] })
        .await
        .unwrap();
    let call =
        ana.ask(Request::StartCall { conversation: kitchen, media: headless::wire::Media::Audio });
    let headless::wire::Reply::Call { call } = call.await.unwrap() else { panic!("no call") };
    ana.ask(Request::RemoveMember { conversation: kitchen, person: removed.id() }).await.unwrap();
    let stranger = server.account("yao").await;
    let revoked = server.account("manager").await;
    let token = revoked.token().to_owned();
    revoked.sign_out().await.unwrap();
    let askers = [
        Asker { name: "removed", token: Some(removed.account().token().to_owned()) },
        Asker { name: "stranger", token: Some(stranger.token().to_owned()) },
        Asker { name: "signed out", token: None },
        Asker { name: "revoked", token: Some(token) },
    ];

    let mut wrong = Vec::new();
    let asked = about_a_conversation(kitchen, &sent, ben.id(), &call.id.to_string());
    // Nobody waits, and whoever is taken out may end the call: members are asked these elsewhere.
    let guest = format!("/api/conversations/{kitchen}/guests/{}", Uuid::now_v7());
    let more = [
        // This message carries no voice.
        (
            Method::POST,
            format!("/api/conversations/{kitchen}/messages/{}/listened", sent.id),
            json!({}),
        ),
        (Method::POST, format!("{guest}/admit"), json!({})),
        (Method::POST, format!("{guest}/refuse"), json!({})),
        (Method::DELETE, format!("/api/calls/{}/people/{}", call.id, ben.id()), Value::Null),
        // Nobody beeps at a group.
        (
            Method::POST,
            format!("/api/conversations/{kitchen}/beeps"),
            json!({ "client_id": Uuid::now_v7() }),
        ),
    ];
    for ask in asked.into_iter().chain(more) {
        for asker in &askers {
            let (status, body) = send(&server, asker.token.as_deref(), &ask).await;
            let (method, path, _) = &ask;
            let wanted = match asker.name {
                "removed" | "stranger" => outsiders_read(path),
                _ => "not_signed_in",
            };
            if body["code"] != wanted {
                wrong.push(format!("{method} {path} as {}: {status} {body}", asker.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The last of them hides, deletes and leaves, so the members come after everybody else.
    for ask in about_a_conversation(kitchen, &sent, ben.id(), &call.id.to_string()) {
        let (status, body) = send(&server, Some(ana.account().token()), &ask).await;
        assert_eq!(status, StatusCode::OK, "{} {}: {body}", ask.0, ask.1);
    }
}

#[tokio::test]
async fn what_is_posted_over_http_is_stored_once_and_told_on_sockets() {
    let server = Server::start().await;
    let (kitchen, [ana, mut ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let path = format!("/api/conversations/{kitchen}/messages");
    let body = json!({ "client_id": Uuid::now_v7(), "text": "by post" });
    let ask = (Method::POST, path, body);

    let (_, first) = send(&server, Some(ana.account().token()), &ask).await;
    let (_, again) = send(&server, Some(ana.account().token()), &ask).await;

    assert_eq!(first, again);
    assert_eq!(first["type"], "message");
    let arrived = |mirror: &headless::Mirror| (mirror.texts(kitchen) == ["by post"]).then_some(());
    ben.wait_until("it arrived", arrived).await.unwrap();
}

#[tokio::test]
async fn a_request_that_cannot_be_read_says_what_is_wrong_with_it() {
    let server = Server::start().await;
    let (kitchen, [ana, _ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let path = format!("/api/conversations/{kitchen}/messages");
    let token = Some(ana.account().token());
    let wrong = [
        (Method::POST, path.clone(), json!({ "text": "no id" })),
        (Method::POST, path.clone(), json!({ "type": "ping" })),
        (Method::POST, path.clone(), json!({ "conversation": kitchen, "text": "twice" })),
        (Method::POST, path.clone(), json!([])),
        (Method::GET, format!("{path}?limit=ten"), Value::Null),
        (Method::GET, path.replace(&kitchen.to_string(), "none") + "?limit=1", Value::Null),
    ];

    for ask in wrong {
        let (status, body) = send(&server, token, &ask).await;
        assert_eq!((status, &body["code"]), (StatusCode::BAD_REQUEST, &json!("malformed")));
    }
}

#[tokio::test]
async fn a_program_that_asks_without_end_is_told_to_wait() {
    let server = Server::start().await;
    let (kitchen, [ana, _ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let ask = (Method::GET, format!("/api/conversations/{kitchen}/pinned"), Value::Null);

    let mut refused = false;
    for _ in 0..400 {
        let (status, _) = send(&server, Some(ana.account().token()), &ask).await;
        refused |= status == StatusCode::TOO_MANY_REQUESTS;
        if refused {
            break;
        }
    }

    assert!(refused);
}

/// Everything that can be asked about one conversation, in an order in which a member can ask it.
fn about_a_conversation(
    conversation: ConversationId,
    message: &Message,
    other: PersonId,
    call: &str,
) -> Vec<Ask> {
    let base = format!("/api/conversations/{conversation}");
    let one = format!("{base}/messages/{}", message.id);
    let client_id = || ClientId(Uuid::now_v7());
    vec![
        (Method::GET, format!("{base}/messages?limit=10"), Value::Null),
        (Method::GET, format!("{base}/changes?since_seq=0"), Value::Null),
        (Method::GET, format!("{base}/pinned"), Value::Null),
        (Method::GET, format!("{base}/files?group=media&limit=10"), Value::Null),
        (Method::GET, format!("{one}/versions"), Value::Null),
        (Method::GET, format!("{one}/receipts"), Value::Null),
        (
            Method::POST,
            format!("{base}/messages"),
            json!({ "client_id": client_id(), "text": "a" }),
        ),
        (
            Method::POST,
            format!("{base}/forwards"),
            json!({ "client_id": client_id(), "message": message.id }),
        ),
        (Method::PATCH, one.clone(), json!({ "seen_seq": message.changed_seq, "text": "b" })),
        (Method::PUT, format!("{one}/reaction"), json!({ "emoji": "👍" })),
        (Method::PUT, format!("{one}/pin"), json!({ "pinned": true })),
        (Method::PUT, format!("{one}/star"), json!({ "starred": true })),
        (Method::POST, format!("{one}/hide"), json!({})),
        (Method::DELETE, one, Value::Null),
        (Method::POST, format!("{base}/marks"), json!({ "delivered_number": 1, "read_number": 1 })),
        (Method::POST, format!("{base}/typing"), json!({ "active": true })),
        (
            Method::PUT,
            format!("{base}/keep"),
            json!({ "change": { "kind": "archive", "on": true } }),
        ),
        (Method::PATCH, base.clone(), json!({ "title": "Kitchen" })),
        (Method::POST, format!("{base}/members"), json!({ "people": [other] })),
        (Method::PUT, format!("{base}/members/{other}/admin"), json!({ "admin": true })),
        (Method::POST, format!("/api/calls/{call}/decline"), json!({})),
        (
            Method::POST,
            format!("/api/calls/{call}/stop"),
            json!({ "participant": null, "source": "microphone" }),
        ),
        (
            Method::PUT,
            format!("/api/calls/{call}/rules"),
            json!({ "rules": { "locked": true, "microphone": true, "camera": true, "screen": true } }),
        ),
        (Method::POST, format!("/api/calls/{call}/end"), json!({})),
        (Method::GET, format!("{base}/guest-links"), Value::Null),
        (Method::POST, format!("{base}/guest-links"), json!({ "uses": 1, "lifetime_s": 60 })),
        (Method::DELETE, format!("{base}/guest-links/{}", Uuid::now_v7()), Value::Null),
        (Method::POST, format!("{base}/calls"), json!({ "media": "audio" })),
        (Method::DELETE, format!("{base}/members/{other}"), Value::Null),
    ]
}

/// The code by which somebody outside a conversation is refused.
fn outsiders_read(path: &str) -> &'static str {
    if path.starts_with("/api/calls/") {
        // Whoever is not in a conversation does not learn whether there is a call in it.
        "call_over"
    } else if path.ends_with("/forwards") {
        // Nor whether there is such a message: it may be of any conversation.
        "no_such_message"
    } else {
        "not_a_member"
    }
}

async fn send(server: &Server, token: Option<&str>, ask: &Ask) -> (StatusCode, Value) {
    let (method, path, body) = ask;
    let mut request = Client::new().request(method.clone(), format!("{}{path}", server.base()));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if !body.is_null() {
        request = request.json(body);
    }
    let response = request.send().await.unwrap();
    let status = response.status();
    (status, response.json().await.unwrap_or_default())
}
