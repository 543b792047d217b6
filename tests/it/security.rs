//! What is wrong, foreign or too much is refused by name, and costs its sender only.

use futures_util::{SinkExt as _, StreamExt as _};
use headless::wire::{ConversationId, FailureCode, Media, Request, ServerFrame};
use headless::{Colour, Publishing, Tone};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message, http};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::support::{PEOPLE, Server};

#[tokio::test]
async fn a_socket_without_a_session_is_closed_with_4001() {
    let server = Server::start().await;
    let origin = ("origin", server.base());

    for headers in [
        vec![origin.clone()],
        vec![origin.clone(), ("cookie", String::from("palabre-0=nonsense"))],
        vec![origin.clone(), ("cookie", format!("palabre-0={}", "A".repeat(43)))],
        vec![("authorization", format!("Bearer {}", "A".repeat(43)))],
        vec![("authorization", String::from("Basic YTpi"))],
    ] {
        let mut socket = open(&server, &headers).await.unwrap();
        let (failures, code) = read_to_the_end(&mut socket).await;
        assert_eq!((failures.as_slice(), code), (&[FailureCode::NotSignedIn][..], Some(4001)));
    }
}

#[tokio::test]
async fn a_foreign_page_gets_no_socket_and_no_sign_in() {
    let server = Server::start().await;
    let browser = reqwest::Client::builder().cookie_store(true).build().unwrap();
    let url = format!("{}/api/session", server.base());
    let body = serde_json::json!({ "username": "admin", "password": "admin" });
    let sign_in = |origin: &str| browser.post(&url).header("origin", origin).json(&body).send();

    let foreign = sign_in("https://evil.example").await.unwrap();
    let own = sign_in(&server.base()).await.unwrap();
    let cookie = own.headers()["set-cookie"].to_str().unwrap().to_owned();
    let pair = cookie.split(';').next().unwrap().to_owned();
    let cookie_of = |origin: &str| vec![("origin", origin.to_owned()), ("cookie", pair.clone())];
    let stolen = open(&server, &cookie_of("https://evil.example")).await.err().unwrap();

    assert_eq!(foreign.status(), 403);
    assert_eq!(own.status(), 200);
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let Error::Http(response) = stolen else { panic!("{stolen}") };
    assert_eq!(response.status(), 403);
    open(&server, &cookie_of(&server.base())).await.unwrap();
}

#[tokio::test]
async fn an_address_or_method_that_the_api_does_not_have_is_not_found() {
    let server = Server::start().await;
    let http = reqwest::Client::new();
    let url = |path: &str| format!("{}/api/{path}", server.base());

    for (answer, status) in [
        (http.get(url("nothing")).send().await.unwrap(), 404),
        (http.get(url("session/1")).send().await.unwrap(), 404),
        (http.put(url("session")).send().await.unwrap(), 405),
        (http.post(url("health")).send().await.unwrap(), 405),
    ] {
        assert_eq!(answer.status(), status);
        let failure: headless::wire::Failure = answer.json().await.unwrap();
        assert_eq!(failure.code, FailureCode::NotFound);
    }
}

#[tokio::test]
async fn a_person_has_sixty_sockets_at_most_even_before_hello() {
    let server = Server::start().await;
    let token = server.account("admin").await.token().to_owned();
    let headers = [("authorization", format!("Bearer {token}"))];
    let mut sockets = Vec::new();

    let open_all = async {
        loop {
            match open(&server, &headers).await {
                Ok(socket) => sockets.push(socket),
                Err(refused) => return refused,
            }
        }
    };
    let refused = timeout(headless::PATIENCE, open_all).await.unwrap();

    let Error::Http(response) = refused else { panic!("{refused}") };
    assert_eq!(response.status(), 429);
    // On a slow machine the first ones have waited too long for hello when the last one comes.
    assert!(60 <= sockets.len(), "{}", sockets.len());
    server.member("manager").await;
}

#[tokio::test]
async fn a_wrong_frame_is_refused_and_the_socket_goes_on() {
    let server = Server::start().await;
    let mut socket = signed_in(&server, "admin").await;

    for (frame, id) in [
        ("{", None),
        ("[]", None),
        ("\u{0}", None),
        (r#"{"id":-1,"request":{"type":"ping"}}"#, None),
        (r#"{"id":1,"request":{"type":"dance"}}"#, Some(1)),
        (r#"{"id":2,"request":{"type":"send_message"}}"#, Some(2)),
        (r#"{"id":3,"request":{"type":"ping","extra":1},"x":2}"#, Some(3)),
    ] {
        socket.send(Message::text(frame)).await.unwrap();
        let refused = next_failure(&mut socket).await;
        assert_eq!(refused, (id, FailureCode::Malformed), "{frame:?}");
    }

    socket.send(Message::text(r#"{"id":9,"request":{"type":"ping"}}"#)).await.unwrap();
    let ServerFrame::Reply { id, .. } = next_frame(&mut socket).await else { panic!("no reply") };
    assert_eq!(id, 9);
}

#[tokio::test]
async fn a_frame_above_64_kib_closes_the_socket_by_name() {
    let server = Server::start().await;

    for size in [64 * 1024 + 1, 1024 * 1024] {
        let mut socket = signed_in(&server, "admin").await;
        // The server may close before all of it is written.
        let _ = socket.send(Message::text("x".repeat(size))).await;
        let (failures, code) = read_to_the_end(&mut socket).await;
        assert_eq!((failures.as_slice(), code), (&[FailureCode::TooLarge][..], Some(1009)));
    }
}

#[tokio::test]
async fn nothing_is_answered_before_hello_and_other_protocols_are_told() {
    let server = Server::start().await;
    let mut socket = open_as(&server, "admin").await;

    socket.send(Message::text(r#"{"id":1,"request":{"type":"ping"}}"#)).await.unwrap();
    assert_eq!(next_failure(&mut socket).await, (Some(1), FailureCode::Malformed));

    socket.send(Message::text(hello(7))).await.unwrap();
    assert_eq!(next_failure(&mut socket).await, (Some(0), FailureCode::WrongProtocol));
}

#[tokio::test]
async fn a_conversation_one_is_not_in_does_not_exist() {
    let server = Server::start().await;
    let (kitchen, [mut ana, _ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let mut sena = server.member("sena").await;
    let call = ana.start_call(kitchen, Media::Video).await.unwrap();
    let nowhere = ConversationId(uuid::Uuid::new_v4());

    for conversation in [kitchen, nowhere] {
        let refusals = [
            sena.post(conversation, "hello").await.unwrap_err(),
            sena.history(conversation, None, 10).await.unwrap_err(),
            sena.catch_up(conversation).await.unwrap_err(),
            sena.mark(conversation, 1, 1).await.unwrap_err(),
            sena.typing(conversation, true).await.unwrap_err(),
            sena.start_call(conversation, Media::Video).await.unwrap_err(),
        ];
        for refusal in refusals {
            assert_eq!(refusal.code(), Some(FailureCode::NotAMember));
        }
    }
    let codes = [
        sena.decline_call(call.id).await.unwrap_err().code(),
        sena.end_call(call.id).await.unwrap_err().code(),
        sena.join_call(call.id, &publishing())
            .await
            .err()
            .and_then(|error| error.downcast_ref().and_then(headless::RequestError::code)),
    ];
    assert_eq!(codes, [Some(FailureCode::CallOver); 3]);
    sena.settle().await.unwrap();
    assert!(sena.mirror().messages.is_empty());
}

#[tokio::test]
async fn a_flood_of_requests_is_turned_down_and_others_are_served() {
    let server = Server::start().await;
    let (kitchen, [ana, ben]) = server.join("kitchen", ["admin", "manager"]).await;

    let flood = (0..600).map(|_| ana.ask(Request::Ping));
    let (outcomes, post) = tokio::join!(
        futures_util::future::join_all(flood),
        ben.post(kitchen, "in the middle of it")
    );

    post.unwrap();
    let refused = outcomes.iter().filter_map(|outcome| outcome.as_ref().err());
    let codes: Vec<_> = refused.map(|error| error.code()).collect();
    assert!(codes.len() > 100);
    assert!(codes.iter().all(|code| *code == Some(FailureCode::RateLimited)));
}

#[tokio::test]
async fn a_signed_out_session_is_cut_off_everywhere() {
    let server = Server::start().await;
    let account = server.account("admin").await;
    let (phone, laptop) = (account.connect().await.unwrap(), account.connect().await.unwrap());
    let other = server.member("admin").await;

    account.sign_out().await.unwrap();

    assert_eq!(phone.closed().await.unwrap(), Some(4004));
    assert_eq!(laptop.closed().await.unwrap(), Some(4004));
    assert!(account.connect().await.is_err());
    other.ask(Request::Ping).await.unwrap();
}

#[tokio::test]
async fn a_reader_that_stops_reading_is_cut_and_may_resume() {
    let server = Server::start().await;
    let (kitchen, members) = server.join("kitchen", PEOPLE).await;
    let mut stuck = signed_in(&server, "admin").await;
    let text = "a".repeat(16 * 1024);

    // Far more than an outbox of 1 MiB and the kernel's buffers hold.
    let writing = members.iter().flat_map(|member| (0..190).map(|_| member.post(kitchen, &text)));
    for outcome in futures_util::future::join_all(writing).await {
        outcome.unwrap();
    }

    let (_, code) = read_to_the_end(&mut stuck).await;
    assert_eq!(code, Some(4003));
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

fn publishing() -> Publishing {
    Publishing::new(Tone::new(0), Colour { red: 9, green: 99, blue: 200 })
}

/// Opens a socket with headers of the test's choice.
async fn open(server: &Server, headers: &[(&'static str, String)]) -> Result<Socket, Error> {
    let url = format!("{}/api/ws", server.base().replacen("http", "ws", 1));
    let mut request = url.into_client_request()?;
    for (name, value) in headers {
        let value = http::HeaderValue::from_str(value).unwrap();
        request.headers_mut().insert(*name, value);
    }
    Ok(connect_async(request).await?.0)
}

async fn open_as(server: &Server, username: &str) -> Socket {
    let token = server.account(username).await.token().to_owned();
    open(server, &[("authorization", format!("Bearer {token}"))]).await.unwrap()
}

/// A socket on which hello was said and answered.
async fn signed_in(server: &Server, username: &str) -> Socket {
    let mut socket = open_as(server, username).await;
    socket.send(Message::text(hello(1))).await.unwrap();
    let ServerFrame::Reply { id: 0, .. } = next_frame(&mut socket).await else {
        panic!("no welcome")
    };
    socket
}

fn hello(protocol: u32) -> String {
    let device = uuid::Uuid::new_v4();
    let request = serde_json::json!({
        "type": "hello", "protocol": protocol, "device": device, "known": [],
    });
    serde_json::json!({ "id": 0, "request": request }).to_string()
}

/// The next reply or failure.
async fn next_frame(socket: &mut Socket) -> ServerFrame {
    let next = async {
        loop {
            if let Message::Text(text) = socket.next().await.unwrap().unwrap() {
                let frame = serde_json::from_str(&text).unwrap();
                if !matches!(frame, ServerFrame::Event { .. }) {
                    return frame;
                }
            }
        }
    };
    timeout(headless::PATIENCE, next).await.unwrap()
}

async fn next_failure(socket: &mut Socket) -> (Option<u32>, FailureCode) {
    let frame = next_frame(socket).await;
    let ServerFrame::Failure { id, failure } = frame else { panic!("not refused: {frame:?}") };
    (id, failure.code)
}

/// The failures that name no request, and the close code.
async fn read_to_the_end(socket: &mut Socket) -> (Vec<FailureCode>, Option<u16>) {
    let mut failures = Vec::new();
    let read = async {
        while let Some(Ok(message)) = socket.next().await {
            match message {
                Message::Text(text) => {
                    let frame = serde_json::from_str(&text).unwrap();
                    if let ServerFrame::Failure { id: None, failure } = frame {
                        failures.push(failure.code);
                    }
                }
                Message::Close(frame) => return frame.map(|frame| frame.code.into()),
                Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
            }
        }
        None
    };
    let code = timeout(headless::PATIENCE, read).await.unwrap();
    (failures, code)
}
