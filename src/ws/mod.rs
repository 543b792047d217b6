//! The door of the WebSockets: one socket for each signed-in device.

mod closing;
mod crowd;
mod intake;
mod socket;

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::response::Response;
use palabre_signaling::wire::{FailureCode, MAX_FRAME_BYTES};

use crate::http::{ConnectionSlot, Edge, HttpFailure, Principal};
use closing::Closing;

pub(crate) use crowd::Crowd;

/// `GET /api/ws`
///
/// A page of ours that is not signed in gets its socket, which then closes with 4001: a browser
/// does not tell a page why an upgrade was turned down.
pub(crate) async fn upgrade(
    State(edge): State<Arc<Edge>>,
    principal: Result<Principal, HttpFailure>,
    Extension(slot): Extension<ConnectionSlot>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, HttpFailure> {
    let upgrade = upgrade.map_err(|_| {
        HttpFailure::new(FailureCode::Malformed, "this address speaks WebSocket (RFC 6455)")
    })?;
    let upgrade = upgrade
        .max_message_size(MAX_READ_BYTES)
        .max_frame_size(MAX_READ_BYTES)
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES);
    match principal {
        Ok(principal) => {
            let place = edge.crowd.admit(principal.session.person.id).ok_or_else(|| {
                HttpFailure::new(FailureCode::RateLimited, "too many sockets: close some first")
            })?;
            Ok(upgrade.on_upgrade(async move |websocket| {
                socket::serve(edge, principal, websocket).await;
                drop((place, slot));
            }))
        }
        Err(failure) if failure.code() == FailureCode::NotSignedIn => {
            Ok(upgrade.on_upgrade(async move |websocket| {
                socket::turn_away(websocket, Closing::not_signed_in()).await;
                drop(slot);
            }))
        }
        Err(failure) => Err(failure),
    }
}

/// Frames above [`MAX_FRAME_BYTES`] are read as far as this to tell their sender in peace; beyond
/// it the connection is cut in the middle of the frame.
const MAX_READ_BYTES: usize = 4 * MAX_FRAME_BYTES;

/// Kept for each socket from its start, so it is small: an idle one should cost little.
const READ_BUFFER_BYTES: usize = 4 * 1024;

/// Frames are gathered up to here before they are handed to the kernel.
const WRITE_BUFFER_BYTES: usize = 16 * 1024;
