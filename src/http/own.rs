//! One's own account: its password, and where one is signed in.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use palabre_signaling::wire::{DeleteAccount, Failure, NewPassword, Person, SignInInfo, SignIns};
use tracing::info;
use uuid::Uuid;

use super::edge::Edge;
use super::failure::HttpFailure;
use super::json::JsonBody;
use super::listener::ClientAddress;
use super::principal::Principal;
use super::session::end;
use crate::sessions::Attempt;
use crate::store::SessionId;

/// `GET /api/sessions`
pub(super) async fn sessions(
    State(edge): State<Arc<Edge>>,
    principal: Principal,
) -> Result<Json<SignIns>, HttpFailure> {
    let asking = principal.session;
    let online = edge.app.sessions_online(asking.person.id);
    let sessions = edge.sessions.of(asking.person.id).await?;
    let sessions = sessions.into_iter().map(|it| SignInInfo {
        id: it.id.0,
        user_agent: it.user_agent,
        signed_in_at_ms: it.created_at_ms,
        current: it.id == asking.id,
        online: online.contains(&it.id),
    });
    Ok(Json(SignIns { sessions: sessions.collect() }))
}

/// `DELETE /api/sessions/{session}`
pub(super) async fn end_session(
    State(edge): State<Arc<Edge>>,
    principal: Principal,
    session: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, HttpFailure> {
    let person = principal.session.person.id;
    // One that is over, or another person's, is no session of theirs: nothing more is told of it.
    let wanted = session.ok().map(|Path(session)| SessionId(session));
    let own = edge.sessions.of(person).await?;
    if let Some(session) = own.into_iter().map(|it| it.id).find(|id| Some(*id) == wanted) {
        end(&edge, session).await?;
        info!(%person, "signed out from elsewhere");
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/account/deletion`
pub(super) async fn delete_account(
    State(edge): State<Arc<Edge>>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    principal: Principal,
    JsonBody(body): JsonBody<DeleteAccount>,
) -> Result<Response, HttpFailure> {
    let person = confirm(&edge, &principal, body.password, address).await?;
    edge.app.delete_account(person.id).await.map_err(Failure::from)?;
    let cookie = principal.slot.map(|slot| edge.cookies.clear(slot));
    let headers = HeaderMap::from_iter(cookie.map(|cookie| (SET_COOKIE, cookie)));
    Ok((StatusCode::NO_CONTENT, headers).into_response())
}

/// `PUT /api/password`
pub(super) async fn change_password(
    State(edge): State<Arc<Edge>>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    principal: Principal,
    JsonBody(body): JsonBody<NewPassword>,
) -> Result<StatusCode, HttpFailure> {
    let kept = principal.session.id;
    let person = confirm(&edge, &principal, body.old, address).await?;
    for session in edge.accounts.change_password(&person, body.new, kept).await? {
        edge.app.revoke(session).await;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Has whoever asks prove by their password that they are the one who is signed in.
async fn confirm(
    edge: &Edge,
    principal: &Principal,
    password: String,
    address: IpAddr,
) -> Result<Person, HttpFailure> {
    let Person { id, username, .. } = &principal.session.person;
    // Bounded like a sign-in: whoever finds a browser open must not guess at leisure.
    let person = edge.sessions.check(Attempt { username, password, address }).await?;
    if person.id == *id { Ok(person) } else { Err(HttpFailure::not_signed_in()) }
}
