//! Hands people what is theirs.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use palabre_signaling::wire::Failure;

use super::edge::Edge;
use super::failure::HttpFailure;
use super::principal::Principal;

/// `GET /api/export`
///
/// Read as the asker takes it, so that a long life does not have to fit into memory. An answer that
/// breaks off was not all of it: a chunked body says where it ends (RFC 9112 § 8).
pub(super) async fn export(
    State(edge): State<Arc<Edge>>,
    principal: Principal,
) -> Result<Response, HttpFailure> {
    let session = &principal.session;
    let begun = edge.app.export(session.person.id, session.id).await;
    let export = begun.map_err(|error| HttpFailure::from(Failure::from(error)))?;
    let lines = stream::try_unfold(export, async |mut export| {
        let lines = export.next().await.inspect_err(|error| {
            tracing::warn!(%error, "export broken off");
        })?;
        Ok::<_, crate::error::RequestError>(lines.map(|lines| (Bytes::from(lines), export)))
    });
    let headers = [
        (CONTENT_TYPE, "application/x-ndjson"),
        (CONTENT_DISPOSITION, "attachment; filename=\"palabre.jsonl\""),
    ];
    Ok((headers, Body::from_stream(lines)).into_response())
}
