//! Making accounts: the owner's, and those of people who were invited.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::{Extension, Json};
use palabre_signaling::wire::{Invited, NewAccount, Role, SetUp, Setup};

use super::edge::Edge;
use super::failure::HttpFailure;
use super::json::JsonBody;
use super::listener::ClientAddress;
use super::principal::Principal;
use super::session::open_in_browser;

/// The code in a path; a path that is no text has none.
pub(super) type Code = Result<Path<String>, PathRejection>;

/// `GET /api/setup`
pub(super) async fn setup(State(edge): State<Arc<Edge>>) -> Result<Json<Setup>, HttpFailure> {
    Ok(Json(edge.accounts.setup().await?))
}

/// `POST /api/setup`
pub(super) async fn set_up(
    State(edge): State<Arc<Edge>>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<SetUp>,
) -> Result<Response, HttpFailure> {
    check_origin(&edge, &headers)?;
    let owner = edge.accounts.set_up(address, body).await?;
    open_in_browser(&edge, &headers, owner).await
}

/// `GET /api/invites/{code}`
pub(super) async fn invited(
    State(edge): State<Arc<Edge>>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    code: Code,
) -> Result<Json<Invited>, HttpFailure> {
    Ok(Json(edge.accounts.invited(address, code_in(&code)).await?))
}

/// `POST /api/invites/{code}`
pub(super) async fn accept(
    State(edge): State<Arc<Edge>>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    principal: Result<Principal, HttpFailure>,
    code: Code,
    headers: HeaderMap,
    JsonBody(body): JsonBody<NewAccount>,
) -> Result<Response, HttpFailure> {
    check_origin(&edge, &headers)?;
    let asks = principal.ok().map(|principal| principal.session.person);
    let guest = asks.filter(|person| body.keep_guest && person.role == Role::Guest);
    let guest = guest.map(|person| person.id);
    let person = edge.accounts.accept(address, code_in(&code), body, guest).await?;
    edge.app.promote_guest(&person);
    open_in_browser(&edge, &headers, person).await
}

pub(super) fn code_in(code: &Code) -> &str {
    code.as_ref().map_or("", |Path(code)| code)
}

/// A page of another site must not sign a browser in as somebody else, even with a good code.
fn check_origin(edge: &Edge, headers: &HeaderMap) -> Result<(), HttpFailure> {
    if edge.origins.allow(headers) { Ok(()) } else { Err(HttpFailure::wrong_origin()) }
}
