//! The HTTP twin of the socket: one address for each request that needs no device.
//!
//! A request over HTTP is put together from its path, its query and its body, and then read by the
//! same type and answered by the same code as a frame. What a socket may not do, this may not.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, RawQuery, Request as HttpRequest, State};
use axum::http::Method;
use axum::routing::{MethodFilter, on};
use axum::{Json, RequestExt as _, Router};
use palabre_signaling::wire::{FailureCode, Reply, Request};
use serde_json::{Map, Value};

use super::edge::Edge;
use super::failure::HttpFailure;
use super::json::JsonBody;
use super::principal::Principal;

/// One address and the request that it stands for.
struct Operation {
    method: Method,
    path: &'static str,
    /// The `type` of the request.
    kind: &'static str,
}

/// The routes of all operations.
pub(super) fn routes() -> Router<Arc<Edge>> {
    OPERATIONS.iter().fold(Router::new(), |router, operation| {
        let filter = MethodFilter::try_from(operation.method.clone())
            .expect("the table has methods that axum knows");
        let handler = move |edge: State<Arc<Edge>>,
                            principal: Principal,
                            path: Path<HashMap<String, String>>,
                            query: RawQuery,
                            request: HttpRequest| {
            answer(operation, edge, principal, path, query, request)
        };
        router.route(operation.path, on(filter, handler))
    })
}

async fn answer(
    operation: &'static Operation,
    State(edge): State<Arc<Edge>>,
    principal: Principal,
    Path(path): Path<HashMap<String, String>>,
    RawQuery(query): RawQuery,
    request: HttpRequest,
) -> Result<Json<Reply>, HttpFailure> {
    let mut fields = match operation.method {
        Method::GET | Method::DELETE => from_query(query.as_deref().unwrap_or_default())?,
        _ => {
            let JsonBody(body) = request.extract_with_state(&edge).await?;
            body
        }
    };
    for (name, value) in path {
        // What the path says is not said again.
        if fields.insert(name.clone(), Value::String(value)).is_some() {
            return Err(malformed(&format!("`{name}` stands in the path")));
        }
    }
    let kind = Value::String(operation.kind.to_owned());
    if fields.insert(String::from("type"), kind).is_some() {
        return Err(malformed("the address says the type"));
    }
    let request: Request = serde_json::from_value(Value::Object(fields))
        .map_err(|error| malformed(&error.to_string()))?;
    let session = &principal.session;
    let reply = edge.app.ask(session.person.id, session.id, request).await;
    reply.map(Json).map_err(HttpFailure::from)
}

/// Reads the fields of a request from a query: those that are numbers by their names, those of a
/// filter into it, the rest as they are.
fn from_query(query: &str) -> Result<Map<String, Value>, HttpFailure> {
    let (mut fields, mut filter) = (Map::new(), Map::new());
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_str(query).map_err(|error| malformed(&error.to_string()))?;
    for (name, value) in pairs {
        if name == "slot" {
            continue;
        }
        let value = if FLAGS.contains(&name.as_str()) {
            Value::Bool(value == "true")
        } else if NUMBERS.contains(&name.as_str()) {
            let number: i64 =
                value.parse().map_err(|_| malformed(&format!("`{name}` is a number")))?;
            Value::from(number)
        } else {
            Value::String(value)
        };
        let into = if FILTERS.contains(&name.as_str()) { &mut filter } else { &mut fields };
        if into.insert(name.clone(), value).is_some() {
            return Err(malformed(&format!("`{name}` is said twice")));
        }
    }
    if !filter.is_empty() {
        fields.insert(String::from("filter"), Value::Object(filter));
    }
    Ok(fields)
}

fn malformed(what: &str) -> HttpFailure {
    HttpFailure::new(FailureCode::Malformed, format!("this request cannot be read: {what}"))
}

macro_rules! operations {
    ($($method:ident $path:literal $kind:literal;)+) => {
        [$(Operation { method: Method::$method, path: $path, kind: $kind }),+]
    };
}

/// Every request but those of a device that holds a seat in a call.
static OPERATIONS: [Operation; 52] = operations![
    POST "/conversations" "create_conversation";
    POST "/saved" "open_saved";
    PATCH "/conversations/{conversation}" "rename_conversation";
    POST "/conversations/{conversation}/members" "add_members";
    DELETE "/conversations/{conversation}/members/{person}" "remove_member";
    PUT "/conversations/{conversation}/members/{person}/admin" "set_admin";
    GET "/conversations/{conversation}/messages" "history";
    POST "/conversations/{conversation}/messages" "send_message";
    POST "/conversations/{conversation}/forwards" "forward_message";
    GET "/conversations/{conversation}/changes" "changes";
    GET "/conversations/{conversation}/pinned" "pinned";
    GET "/conversations/{conversation}/files" "files";
    PATCH "/conversations/{conversation}/messages/{message}" "edit_message";
    DELETE "/conversations/{conversation}/messages/{message}" "delete_message";
    GET "/conversations/{conversation}/messages/{message}/versions" "versions";
    GET "/conversations/{conversation}/messages/{message}/receipts" "receipts";
    PUT "/conversations/{conversation}/messages/{message}/reaction" "react";
    PUT "/conversations/{conversation}/messages/{message}/pin" "pin_message";
    PUT "/conversations/{conversation}/messages/{message}/star" "star_message";
    POST "/conversations/{conversation}/messages/{message}/hide" "hide_message";
    POST "/conversations/{conversation}/messages/{message}/listened" "mark_listened";
    POST "/conversations/{conversation}/marks" "mark";
    POST "/conversations/{conversation}/typing" "typing";
    PUT "/conversations/{conversation}/keep" "keep";
    PUT "/conversations/{conversation}/lifetime" "set_lifetime";
    POST "/conversations/{conversation}/calls" "start_call";
    POST "/calls/{call}/decline" "decline_call";
    POST "/calls/{call}/end" "end_call";
    GET "/calls" "call_history";
    POST "/calls/{call}/rings" "ring_people";
    POST "/calls/{call}/stop" "stop_sending";
    DELETE "/calls/{call}/people/{person}" "remove_from_call";
    PUT "/calls/{call}/rules" "set_call_rules";
    GET "/conversations/{conversation}/guest-links" "guest_links";
    POST "/conversations/{conversation}/guest-links" "create_guest_link";
    DELETE "/conversations/{conversation}/guest-links/{link}" "revoke_guest_link";
    POST "/conversations/{conversation}/guests/{person}/admit" "admit_guest";
    POST "/conversations/{conversation}/guests/{person}/refuse" "refuse_guest";
    GET "/starred" "starred";
    GET "/search" "search";
    PUT "/status" "set_status";
    PUT "/profile" "set_profile";
    PUT "/preferences" "set_preferences";
    PUT "/push" "subscribe_push";
    DELETE "/push" "unsubscribe_push";
    POST "/push/test" "test_push";
    POST "/conversations/{conversation}/beeps" "beep";
    POST "/people/{person}/beep-leave" "ask_beep_leave";
    PUT "/people/{person}/beep-leave" "set_beep_leave";
    GET "/invitations" "invitations";
    POST "/invitations" "create_invitation";
    DELETE "/invitations/{invitation}" "revoke_invitation";
];

/// Fields that are numbers.
const NUMBERS: [&str; 8] = [
    "before_number",
    "before_seq",
    "since_seq",
    "limit",
    "skip",
    "after_ms",
    "before_ms",
    "until_ms",
];

/// Fields of the filter of a search.
const FILTERS: [&str; 6] =
    ["from", "conversation", "after_ms", "before_ms", "has_file", "has_link"];

/// Fields that are `true` or `false`.
const FLAGS: [&str; 3] = ["has_file", "has_link", "missed"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_stands_for_a_request_and_for_one_alone() {
        let mut addresses: Vec<_> =
            OPERATIONS.iter().map(|it| (it.path, it.method.as_str())).collect();
        addresses.sort_unstable();
        addresses.dedup();
        assert_eq!(addresses.len(), OPERATIONS.len());
        for operation in &OPERATIONS {
            let only_type = serde_json::json!({ "type": operation.kind });
            let outcome = serde_json::from_value::<Request>(only_type);
            // Without its fields it is incomplete, and not unknown.
            let unknown = outcome.err().is_some_and(|it| it.to_string().contains("variant"));
            assert!(!unknown, "{}", operation.kind);
        }
    }

    #[test]
    fn the_page_tells_of_every_address() {
        let page = include_str!("../../docs/protocol.md");
        for operation in &OPERATIONS {
            let address = format!("`{} /api{}`", operation.method, operation.path);
            assert!(page.contains(&address), "docs/protocol.md does not tell of {address}");
        }
    }

    #[test]
    fn a_query_is_read_field_by_field() {
        let fields = from_query("query=15&limit=20&from=x&after_ms=3&slot=1").unwrap();

        let wanted = serde_json::json!({
            "query": "15", "limit": 20, "filter": { "from": "x", "after_ms": 3 },
        });
        assert_eq!(Value::Object(fields), wanted);
        assert!(from_query("limit=ten").is_err());
        assert!(from_query("limit=1&limit=2").is_err());
    }
}
