//! The port at which Prometheus asks, apart from the one that people use.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use subtle::ConstantTimeEq as _;
use tokio::net::TcpListener;

use super::{Metrics, Present};
use crate::config::MetricsConfig;
use crate::http::Acceptor;

/// Answers Prometheus, where the settings say so.
#[derive(Debug)]
pub(crate) struct MetricsServer {
    listener: TcpListener,
    token: Option<String>,
    metrics: Metrics,
}

impl MetricsServer {
    /// Takes the port; `None` where the settings want none.
    pub(crate) async fn open(
        config: &MetricsConfig,
        metrics: Metrics,
    ) -> anyhow::Result<Option<Self>> {
        if !config.enabled {
            return Ok(None);
        }
        let address = SocketAddr::new(config.bind, config.port);
        let listener = TcpListener::bind(address).await.with_context(|| {
            format!("cannot listen on {address} for Prometheus: see metrics.bind and metrics.port")
        })?;
        let token = Some(config.token.clone()).filter(|token| !token.is_empty());
        Ok(Some(Self { listener, token, metrics }))
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> anyhow::Result<SocketAddr> {
        self.listener.local_addr().context("reading the address of the metrics")
    }

    /// What accepts its connections; `present` looks up what is there when somebody asks.
    pub(crate) fn into_acceptor(
        self,
        present: impl Fn() -> Present + Send + Sync + 'static,
    ) -> Acceptor {
        let Self { listener, token, metrics } = self;
        let asked = Arc::new(Asked { token, metrics, present });
        let router = Router::new().route("/metrics", get(answer)).with_state(asked);
        // Its own connections are none of those that people have.
        let metrics = Metrics::default();
        let (trusted_proxies, max_connections) = (Vec::new(), MAX_CONNECTIONS);
        Acceptor { listener, router, trusted_proxies, max_connections, metrics }
    }
}

struct Asked<P> {
    token: Option<String>,
    metrics: Metrics,
    present: P,
}

async fn answer<P: Fn() -> Present>(
    State(asked): State<Arc<Asked<P>>>,
    headers: HeaderMap,
) -> Response {
    if !is_allowed(asked.token.as_deref(), &headers) {
        let text = "figures of this server want its metrics.token, as a bearer token\n";
        return (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, "Bearer")], text).into_response();
    }
    match asked.metrics.encode((asked.present)()) {
        Ok(text) => {
            ([(CONTENT_TYPE, OPEN_METRICS), (CACHE_CONTROL, "no-store")], text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "metrics not written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn is_allowed(token: Option<&str>, headers: &HeaderMap) -> bool {
    let Some(token) = token else { return true };
    let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    // In constant time, so that the token cannot be found out letter by letter.
    given.as_bytes().ct_eq(token.as_bytes()).into()
}

/// A Prometheus asks every few seconds over one connection; a few of them, and somebody who looks.
const MAX_CONNECTIONS: usize = 16;

/// What Prometheus understands since 2018 (OpenMetrics 1.0).
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_who_has_the_token_may_ask_where_there_is_one() {
        let with = |value: &'static str| {
            HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_static(value))])
        };

        assert!(is_allowed(None, &HeaderMap::new()));
        assert!(is_allowed(Some("secret"), &with("Bearer secret")));
        for wrong in ["Bearer secre", "Bearer ", "secret", "Basic secret", "Bearer secret2"] {
            assert!(!is_allowed(Some("secret"), &with(wrong)), "{wrong}");
        }
        assert!(!is_allowed(Some("secret"), &HeaderMap::new()));
    }
}
