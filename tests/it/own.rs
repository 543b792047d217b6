//! One's own account: another password, and where one is signed in.

use headless::wire::{Failure, FailureCode, SignIns};
use headless::{Account, Member};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::json;

use crate::support::Server;

#[tokio::test]
async fn another_password_ends_every_other_sign_in_and_the_old_one_is_good_no_longer() {
    let server = Server::start().await;
    let [here, there] = [server.member("admin").await, server.member("admin").await];
    let change = |old: &str, new: &str| {
        let request = ask(&server, &here, Method::PUT, "/api/password");
        request.json(&json!({ "old": old, "new": new })).send()
    };

    let wrong = change("manager", NEW).await.unwrap();
    let weak = change("admin", "12345678").await.unwrap();
    let good = change("admin", NEW).await.unwrap();

    assert_eq!(wrong.json::<Failure>().await.unwrap().code, FailureCode::WrongCredentials);
    assert_eq!(weak.json::<Failure>().await.unwrap().code, FailureCode::CommonPassword);
    assert_eq!(good.status(), StatusCode::NO_CONTENT);
    let there = ask(&server, &there, Method::GET, "/api/session").send().await.unwrap();
    assert_eq!(there.status(), StatusCode::UNAUTHORIZED);
    let here = ask(&server, &here, Method::GET, "/api/session").send().await.unwrap();
    assert_eq!(here.status(), StatusCode::OK);
    assert!(Account::sign_in(&server.base(), "admin", "admin").await.is_err());
    Account::sign_in(&server.base(), "admin", NEW).await.unwrap();
}

#[tokio::test]
async fn a_person_sees_where_they_are_signed_in_and_signs_out_from_elsewhere() {
    let server = Server::start().await;
    let [here, lost] = [server.member("admin").await, server.member("admin").await];
    let stranger = server.member("manager").await;
    let sessions = |member: &Member| ask(&server, member, Method::GET, "/api/sessions").send();

    let listed: SignIns = sessions(&here).await.unwrap().json().await.unwrap();
    let other = listed.sessions.iter().find(|session| !session.current).unwrap();
    let path = format!("/api/sessions/{}", other.id);
    ask(&server, &stranger, Method::DELETE, &path).send().await.unwrap();
    let untouched: SignIns = sessions(&here).await.unwrap().json().await.unwrap();
    ask(&server, &here, Method::DELETE, &path).send().await.unwrap();
    let after: SignIns = sessions(&here).await.unwrap().json().await.unwrap();

    assert_eq!(listed.sessions.len(), 2);
    assert!(listed.sessions.iter().all(|session| session.online));
    assert_eq!(untouched, listed);
    assert_eq!(after.sessions.len(), 1);
    assert!(after.sessions[0].current);
    assert_eq!(lost.closed().await.unwrap(), Some(4004));
}

#[tokio::test]
async fn an_account_goes_by_its_password_and_takes_every_sign_in_along() {
    let server = Server::start().await;
    let [here, there] = [server.member("manager").await, server.member("manager").await];
    let owner = server.member("admin").await;
    let delete = |member: &Member, password: &str| {
        let request = ask(&server, member, Method::POST, "/api/account/deletion");
        request.json(&json!({ "password": password })).send()
    };

    let wrong = delete(&here, "admin").await.unwrap();
    let last = delete(&owner, "admin").await.unwrap();
    let good = delete(&here, "manager").await.unwrap();

    assert_eq!(wrong.json::<Failure>().await.unwrap().code, FailureCode::WrongCredentials);
    assert_eq!(last.json::<Failure>().await.unwrap().code, FailureCode::LastOwner);
    assert_eq!(good.status(), StatusCode::NO_CONTENT);
    for member in [&here, &there] {
        let session = ask(&server, member, Method::GET, "/api/session").send().await.unwrap();
        assert_eq!(session.status(), StatusCode::UNAUTHORIZED);
    }
    assert_eq!(there.closed().await.unwrap(), Some(4004));
    assert!(Account::sign_in(&server.base(), "manager", "manager").await.is_err());
}

fn ask(server: &Server, member: &Member, method: Method, path: &str) -> RequestBuilder {
    let request = Client::new().request(method, format!("{}{path}", server.base()));
    request.bearer_auth(member.account().token())
}

const NEW: &str = "un tabouret sous le baobab";
