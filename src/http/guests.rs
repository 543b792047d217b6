//! The door for guests: where a link leads, and coming in by it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::ORIGIN;
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use palabre_signaling::wire::{GuestDoor, NewGuest, SignedIn};

use super::accounts::{Code, code_in};
use super::edge::Edge;
use super::failure::HttpFailure;
use super::json::JsonBody;
use super::listener::ClientAddress;
use super::session::{agent, open_in_browser};

/// `GET /api/guests/{code}`
pub(super) async fn door(
    State(edge): State<Arc<Edge>>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    code: Code,
) -> Result<Json<GuestDoor>, HttpFailure> {
    Ok(Json(edge.accounts.guest_door(address, code_in(&code)).await?))
}

/// `POST /api/guests/{code}`
pub(super) async fn enter(
    State(edge): State<Arc<Edge>>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    code: Code,
    headers: HeaderMap,
    JsonBody(body): JsonBody<NewGuest>,
) -> Result<Response, HttpFailure> {
    // Programs have no origin; a page that has one must be ours, and a cookie is for pages alone.
    if (!body.token || headers.contains_key(ORIGIN)) && !edge.origins.allow(&headers) {
        return Err(HttpFailure::wrong_origin());
    }
    let guest = edge.accounts.enter(address, code_in(&code), &body.name).await?;
    edge.app.expect_guest(guest.id);
    if body.token {
        let token = edge.sessions.open(&guest, agent(&headers)).await?;
        let signed_in = SignedIn { person: guest, slot: 0, token: Some(token.encode()) };
        return Ok(Json(signed_in).into_response());
    }
    open_in_browser(&edge, &headers, guest).await
}
