//! The web server: the API, the door of the WebSockets and the web app.

mod accounts;
mod assets;
mod edge;
mod export;
mod failure;
mod files;
mod guests;
mod headers;
mod json;
mod listener;
mod operations;
mod origin;
mod own;
mod principal;
mod session;
mod uploads;

use std::any::Any;
use std::future::ready;
use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Request};
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, post, put};
use axum::{Json, Router, middleware};
use serde_json::{Value, json};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;
use tracing::{Span, debug_span};

use crate::metrics::Metrics;
use crate::ws;

pub(crate) use edge::Edge;
pub(crate) use failure::HttpFailure;
pub(crate) use listener::{Acceptor, ConnectionSlot, is_stopping};
pub(crate) use origin::Origins;
pub(crate) use principal::Principal;

/// Everything that can be asked over HTTP.
pub(crate) fn router(edge: Edge, metrics: Metrics) -> Router {
    let security = headers::security_headers(&edge.origins);
    // Answers of the API name people: no cache keeps them, but files, which say so themselves. They are not compressed, because what a
    // stranger makes us repeat could then be told from its length (BREACH).
    let api = api(edge).layer(SetResponseHeaderLayer::if_not_present(
        CACHE_CONTROL,
        HeaderValue::from_static("no-store"),
    ));
    let app = Router::new().fallback(assets::serve).layer(CompressionLayer::new());
    Router::new()
        .nest("/api", api)
        .fallback_service(app)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::map_response(move |mut response: Response| {
            metrics.response(response.status());
            for (name, value) in &security {
                // Files say more strictly what a browser may do with them.
                response.headers_mut().entry(name).or_insert_with(|| value.clone());
            }
            ready(response)
        }))
        .layer(TraceLayer::new_for_http().make_span_with(span))
}

fn api(edge: Edge) -> Router {
    Router::new()
        .route("/session", get(session::show).post(session::sign_in).delete(session::sign_out))
        .route("/sessions", get(own::sessions))
        .route("/sessions/{session}", delete(own::end_session))
        .route("/password", put(own::change_password))
        .route("/account/deletion", post(own::delete_account))
        .route("/accounts", get(session::accounts))
        .route("/export", get(export::export))
        .route("/setup", get(accounts::setup).post(accounts::set_up))
        .route("/invites/{code}", get(accounts::invited).post(accounts::accept))
        .route("/guests/{code}", get(guests::door).post(guests::enter))
        .route("/health", get(health))
        .route("/ws", get(ws::upgrade))
        .merge(operations::routes())
        .merge(uploads::routes())
        .merge(files::routes())
        .fallback(async || HttpFailure::no_such_endpoint())
        .method_not_allowed_fallback(async || HttpFailure::no_such_method())
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(Arc::new(edge))
}

/// What a request is logged under. Codes of links stand in paths, and a code in a log would be worth
/// as much as the link.
fn span(request: &Request) -> Span {
    let path = request.uri().path();
    let path = CODES.into_iter().find(|codes| path.starts_with(codes)).unwrap_or(path);
    debug_span!("request", method = %request.method(), path)
}

/// `GET /api/health`
async fn health() -> Json<Value> {
    Json(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
}

fn panicked(_payload: Box<dyn Any + Send + 'static>) -> Response {
    // The panic hook has logged what and where.
    HttpFailure::internal(&"a handler panicked").into_response()
}

/// Below here paths have the codes of links in them.
const CODES: [&str; 2] = ["/api/invites/", "/api/guests/"];

/// Largest body of a request, in bytes; the same as of a frame.
const MAX_BODY_BYTES: usize = palabre_signaling::wire::MAX_FRAME_BYTES;
