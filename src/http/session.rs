//! Signing in and out, and who is signed in in this browser.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{ORIGIN, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use palabre_signaling::wire::{Accounts, DemoAccount, FailureCode, Person, SignIn, SignedIn};

use super::edge::Edge;
use super::failure::HttpFailure;
use super::json::JsonBody;
use super::listener::ClientAddress;
use super::principal::Principal;
use crate::demo;
use crate::sessions::{AccountSlot, Attempt};
use crate::store::{Session, SessionId};

/// `POST /api/session`
pub(super) async fn sign_in(
    State(edge): State<Arc<Edge>>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<SignIn>,
) -> Result<Response, HttpFailure> {
    // Programs have no origin; a page that has one must be ours, and a cookie is for pages alone.
    if (!body.token || headers.contains_key(ORIGIN)) && !edge.origins.allow(&headers) {
        return Err(HttpFailure::wrong_origin());
    }
    let attempt = Attempt { username: &body.username, password: body.password, address };
    let person = edge.sessions.check(attempt).await?;
    if body.token {
        let token = edge.sessions.open(&person, agent(&headers)).await?;
        let signed_in = SignedIn { person, slot: 0, token: Some(token.encode()) };
        return Ok(Json(signed_in).into_response());
    }
    open_in_browser(&edge, &headers, person).await
}

/// Signs a browser in as `person`, in the account slot that is theirs or the first free one.
pub(super) async fn open_in_browser(
    edge: &Edge,
    headers: &HeaderMap,
    person: Person,
) -> Result<Response, HttpFailure> {
    let (slot, former) = slot_for(edge, headers, &person).await?;
    let token = edge.sessions.open(&person, agent(headers)).await?;
    if let Some(former) = former {
        end(edge, former.id).await?;
    }
    let cookie = [(SET_COOKIE, edge.cookies.set(slot, token))];
    Ok((cookie, Json(SignedIn { person, slot: slot.number(), token: None })).into_response())
}

/// `GET /api/session`
pub(super) async fn show(principal: Principal) -> Json<SignedIn> {
    let slot = principal.slot.map_or(0, AccountSlot::number);
    Json(SignedIn { person: principal.session.person, slot, token: None })
}

/// `DELETE /api/session`
pub(super) async fn sign_out(
    State(edge): State<Arc<Edge>>,
    principal: Principal,
) -> Result<Response, HttpFailure> {
    end(&edge, principal.session.id).await?;
    let cookie = principal.slot.map(|slot| edge.cookies.clear(slot));
    let headers = HeaderMap::from_iter(cookie.map(|cookie| (SET_COOKIE, cookie)));
    Ok((StatusCode::NO_CONTENT, headers).into_response())
}

/// `GET /api/accounts`
pub(super) async fn accounts(
    State(edge): State<Arc<Edge>>,
    headers: HeaderMap,
) -> Result<Json<Accounts>, HttpFailure> {
    let signed_in = signed_in(&edge, &headers).await?;
    let accounts = signed_in.into_iter().map(|(slot, session)| SignedIn {
        person: session.person,
        slot: slot.number(),
        token: None,
    });
    let demo = if edge.demo { demo::ACCOUNTS.iter().map(demo_account).collect() } else { vec![] };
    Ok(Json(Accounts { accounts: accounts.collect(), demo }))
}

/// Where this browser keeps the sign-in of `person`, and the session it replaces there.
async fn slot_for(
    edge: &Edge,
    headers: &HeaderMap,
    person: &Person,
) -> Result<(AccountSlot, Option<Session>), HttpFailure> {
    let mut signed_in = signed_in(edge, headers).await?;
    if let Some(at) = signed_in.iter().position(|(_, session)| session.person.id == person.id) {
        let (slot, session) = signed_in.swap_remove(at);
        return Ok((slot, Some(session)));
    }
    let free = AccountSlot::all().find(|slot| signed_in.iter().all(|(taken, _)| taken != slot));
    free.map(|slot| (slot, None)).ok_or_else(|| {
        HttpFailure::new(
            FailureCode::NotAllowed,
            "this browser is signed in with eight accounts: sign out of one of them first",
        )
    })
}

/// The sessions of this browser that are good, by slot.
async fn signed_in(
    edge: &Edge,
    headers: &HeaderMap,
) -> Result<Vec<(AccountSlot, Session)>, HttpFailure> {
    let mut signed_in = Vec::new();
    for slot in AccountSlot::all() {
        let Some(token) = edge.cookies.read(headers, slot) else { continue };
        if let Some(session) = edge.sessions.find(token).await? {
            signed_in.push((slot, session));
        }
    }
    Ok(signed_in)
}

/// Ends a session: first where it is kept, so that nothing new comes in by it, then what is open.
pub(super) async fn end(edge: &Edge, session: SessionId) -> Result<(), HttpFailure> {
    edge.sessions.close(session).await?;
    edge.app.revoke(session).await;
    Ok(())
}

/// How the program that asks calls itself.
pub(super) fn agent(headers: &HeaderMap) -> &str {
    headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default()
}

fn demo_account(account: &demo::Account) -> DemoAccount {
    DemoAccount { username: account.username.to_owned(), full_name: account.full_name.to_owned() }
}
