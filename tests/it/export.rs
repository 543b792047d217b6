//! What people take along.

use headless::wire::Request;
use reqwest::{Client, Response, StatusCode};
use serde_json::Value;

use crate::support::{Server, group};

#[tokio::test]
async fn an_export_has_what_its_owner_may_read_in_order_and_nothing_else() {
    let server = Server::start().await;
    let (kitchen, [ana, mut ben]) = server.join("kitchen", ["admin", "manager"]).await;
    let mut sena = server.member("sena").await;
    let mut gardeners = [ben, sena];
    let garden = group("garden", &mut gardeners).await;
    [ben, sena] = gardeners;
    // More than one page of them.
    for number in 0..35 {
        ana.post(kitchen, &format!("line {number}")).await.unwrap();
    }
    let hidden = ben.post(kitchen, "not for ana").await.unwrap();
    let starred = ben.post(kitchen, "for ana").await.unwrap();
    sena.post(garden, "in the garden").await.unwrap();
    let hide = Request::HideMessage { conversation: kitchen, message: hidden.id };
    ana.done(hide).await.unwrap();
    let star = Request::StarMessage { conversation: kitchen, message: starred.id, starred: true };
    ana.done(star).await.unwrap();

    let answer = export(&server, ana.account().token()).await;

    let disposition = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
    let lines = lines(answer).await;
    assert!(disposition.starts_with("attachment"), "{disposition}");
    assert_eq!(lines[0]["type"], "export");
    assert_eq!(lines[0]["person"]["username"], "admin");
    let of = |kind: &str| lines.iter().filter(|it| it["type"] == kind).collect::<Vec<_>>();
    assert!(of("person").len() >= 2);
    assert!(of("conversation").iter().any(|it| it["conversation"]["title"] == "kitchen"));
    let kitchen = Value::from(kitchen.to_string());
    let texts: Vec<&str> = of("message")
        .into_iter()
        .filter(|it| it["message"]["conversation"] == kitchen)
        .filter_map(|it| it["message"]["content"]["text"].as_str())
        .collect();
    let wanted: Vec<String> = (0..35).map(|number| format!("line {number}")).collect();
    assert_eq!(texts[..35], wanted);
    assert_eq!(texts[35..], ["for ana"]);
    let starred = of("message").into_iter().filter(|it| it["starred"] == true).count();
    assert_eq!(starred, 1);
    assert!(!lines.iter().any(|it| it.to_string().contains("in the garden")));
}

#[tokio::test]
async fn an_export_is_for_those_who_are_signed_in() {
    let server = Server::start().await;
    let account = server.account("yao").await;
    let token = account.token().to_owned();
    account.sign_out().await.unwrap();

    assert_eq!(export(&server, &token).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_export_that_is_read_makes_room_for_the_next() {
    let server = Server::start().await;
    let account = server.account("yao").await;

    let first = export(&server, account.token()).await;
    assert_eq!(first.status(), StatusCode::OK);
    lines(first).await;

    assert_eq!(export(&server, account.token()).await.status(), StatusCode::OK);
}

async fn export(server: &Server, token: &str) -> Response {
    let request = Client::new().get(format!("{}/api/export", server.base()));
    request.bearer_auth(token).send().await.unwrap()
}

async fn lines(answer: Response) -> Vec<Value> {
    let text = answer.text().await.unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
