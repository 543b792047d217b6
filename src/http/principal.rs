//! Who asks: the one check that every door makes, HTTP and WebSocket alike.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, UPGRADE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri};
use palabre_signaling::wire::FailureCode;

use super::edge::Edge;
use super::failure::HttpFailure;
use crate::sessions::{AccountSlot, Token};
use crate::store::Session;

/// Whoever asks, proven by a cookie of a browser or by the token of a program.
#[derive(Clone, Debug)]
pub(crate) struct Principal {
    /// Whose session.
    pub(crate) session: Session,
    /// What proved it.
    pub(crate) token: Token,
    /// The account slot of the browser; absent for programs.
    pub(crate) slot: Option<AccountSlot>,
}

impl FromRequestParts<Arc<Edge>> for Principal {
    type Rejection = HttpFailure;

    async fn from_request_parts(
        parts: &mut Parts,
        edge: &Arc<Edge>,
    ) -> Result<Self, Self::Rejection> {
        // A request with a token is a program's: no page of another site can add that header.
        if let Some(token) = bearer(&parts.headers) {
            let token = token?;
            let session = find(edge, token).await?;
            return Ok(Self { session, token, slot: None });
        }
        let slot = named_slot(&parts.headers, &parts.uri)?;
        let token = edge.cookies.read(&parts.headers, slot);
        let token = token.ok_or_else(HttpFailure::not_signed_in)?;
        if is_open_to_abuse(parts) && !edge.origins.allow(&parts.headers) {
            return Err(HttpFailure::wrong_origin());
        }
        let session = find(edge, token).await?;
        Ok(Self { session, token, slot: Some(slot) })
    }
}

async fn find(edge: &Edge, token: Token) -> Result<Session, HttpFailure> {
    edge.sessions.find(token).await?.ok_or_else(HttpFailure::not_signed_in)
}

/// The token of `Authorization: Bearer` (RFC 6750 §2.1), if there is such a header.
fn bearer(headers: &HeaderMap) -> Option<Result<Token, HttpFailure>> {
    let value = headers.get(AUTHORIZATION)?.to_str().unwrap_or_default();
    let token = value.split_once(' ').and_then(|(scheme, token)| {
        scheme.eq_ignore_ascii_case("bearer").then(|| Token::parse(token.trim())).flatten()
    });
    Some(token.ok_or_else(HttpFailure::not_signed_in))
}

/// Whether a foreign page could do harm by making a browser send this with its cookies: reading is
/// of no use to it, because it does not get to see the answer. It does see what comes out of a
/// WebSocket.
fn is_open_to_abuse(parts: &Parts) -> bool {
    !matches!(parts.method, Method::GET | Method::HEAD) || parts.headers.contains_key(UPGRADE)
}

/// The account slot that the tab names, in a header or, where a browser cannot set one, in the
/// query; the first one when it names none.
fn named_slot(headers: &HeaderMap, uri: &Uri) -> Result<AccountSlot, HttpFailure> {
    let header = headers.get(SLOT_HEADER).map(|value| value.to_str().unwrap_or_default());
    let query = uri
        .query()
        .and_then(|query| query.split('&').find_map(|parameter| parameter.strip_prefix("slot=")));
    let number = header.or(query).unwrap_or("0");
    number.parse().ok().and_then(AccountSlot::new).ok_or_else(|| {
        HttpFailure::new(FailureCode::OutOfRange, "account slots are numbered from 0 to 7")
    })
}

/// Names the account slot of the tab that asks.
const SLOT_HEADER: &str = "x-palabre-slot";

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, Request};

    use super::*;

    #[test]
    fn tab_names_its_slot_in_a_header_or_in_the_query() {
        let none = HeaderMap::new();
        let header =
            HeaderMap::from_iter([(SLOT_HEADER.parse().unwrap(), HeaderValue::from_static("3"))]);

        assert_eq!(number(&none, "/api/ws"), Some(0));
        assert_eq!(number(&none, "/api/ws?slot=5"), Some(5));
        assert_eq!(number(&none, "/api/ws?a=b&slot=5"), Some(5));
        assert_eq!(number(&header, "/api/ws?slot=5"), Some(3));
        for wrong in ["slot=8", "slot=-1", "slot=", "slot=1x", "slot=256"] {
            assert_eq!(number(&none, &format!("/api/ws?{wrong}")), None, "{wrong}");
        }
    }

    #[test]
    fn token_of_a_program_is_read_from_its_header_alone() {
        let token = Token::generate().unwrap();
        let with = |value: &str| {
            let headers = HeaderMap::from_iter([(AUTHORIZATION, value.parse().unwrap())]);
            bearer(&headers).map(Result::ok)
        };

        assert_eq!(with(&format!("Bearer {}", token.encode())), Some(Some(token)));
        assert_eq!(with(&format!("bearer {}", token.encode())), Some(Some(token)));
        assert_eq!(with(&format!("Basic {}", token.encode())), Some(None));
        assert_eq!(with("Bearer nonsense"), Some(None));
        assert!(bearer(&HeaderMap::new()).is_none());
    }

    #[test]
    fn origin_counts_for_whatever_changes_something_and_for_sockets() {
        assert!(open_to_abuse(Method::POST, None));
        assert!(open_to_abuse(Method::DELETE, None));
        assert!(open_to_abuse(Method::GET, Some("websocket")));
        assert!(!open_to_abuse(Method::GET, None));
    }

    fn number(headers: &HeaderMap, uri: &str) -> Option<u8> {
        named_slot(headers, &uri.parse().unwrap()).ok().map(AccountSlot::number)
    }

    fn open_to_abuse(method: Method, upgrade: Option<&str>) -> bool {
        let mut request = Request::builder().method(method);
        if let Some(upgrade) = upgrade {
            request = request.header(UPGRADE, upgrade);
        }
        is_open_to_abuse(&request.body(()).unwrap().into_parts().0)
    }
}
