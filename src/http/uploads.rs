//! Uploads by tus 1.0 (tus.io/protocols/resumable-upload): a file arrives in pieces, and after a cut
//! goes on where it was. Creation, expiration and termination are spoken besides the core.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{options, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use palabre_signaling::wire::{Failure, FailureCode, FileId};
use uuid::Uuid;

use super::edge::Edge;
use super::failure::HttpFailure;
use super::principal::Principal;
use crate::files::Progress;

/// The routes of uploads.
pub(super) fn routes() -> Router<Arc<Edge>> {
    Router::new()
        .route("/uploads", post(create).options(describe))
        .route("/uploads/{file}", options(describe).head(ask).patch(append).delete(terminate))
}

/// What a client must say, and what every answer says: the version that is spoken.
struct Tus;

/// `OPTIONS /api/uploads`
async fn describe(State(edge): State<Arc<Edge>>) -> Response {
    let headers = [
        (TUS_RESUMABLE, HeaderValue::from_static(VERSION)),
        (TUS_VERSION, HeaderValue::from_static(VERSION)),
        (TUS_EXTENSION, HeaderValue::from_static("creation,expiration,termination")),
        (TUS_MAX_SIZE, edge.app.files().max_file_bytes().into()),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// `POST /api/uploads`
async fn create(
    State(edge): State<Arc<Edge>>,
    principal: Principal,
    headers: HeaderMap,
) -> Result<Response, HttpFailure> {
    Tus::check(&headers)?;
    let person = principal.session.person.id;
    edge.app.check_upload(person)?;
    edge.app.spend(person)?;
    let bytes = number(&headers, &UPLOAD_LENGTH)?;
    let name = name(&headers)?;
    let created = edge.app.files().create(person, &name, bytes).await;
    let (file, progress) = created.map_err(Failure::from)?;
    let location = HeaderValue::from_str(&format!("/api/uploads/{file}"));
    let location = location.expect("an id is made of letters and digits");
    Ok((StatusCode::CREATED, [(LOCATION, location)], Tus::answer(progress)).into_response())
}

/// `HEAD /api/uploads/{file}`
async fn ask(
    State(edge): State<Arc<Edge>>,
    principal: Principal,
    Path(file): Path<Uuid>,
    headers: HeaderMap,
) -> Result<Response, HttpFailure> {
    Tus::check(&headers)?;
    let person = principal.session.person.id;
    let progress = edge.app.files().progress(person, FileId(file)).await;
    let progress = progress.map_err(Failure::from)?;
    let length = [
        (UPLOAD_LENGTH, HeaderValue::from(progress.bytes)),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((StatusCode::OK, length, Tus::answer(progress)).into_response())
}

/// `PATCH /api/uploads/{file}`
async fn append(
    State(edge): State<Arc<Edge>>,
    principal: Principal,
    Path(file): Path<Uuid>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, HttpFailure> {
    Tus::check(&headers)?;
    if headers.get(CONTENT_TYPE).is_none_or(|it| it != PIECE) {
        return Err(HttpFailure::unsupported_piece());
    }
    let offset = number(&headers, &UPLOAD_OFFSET)?;
    let person = principal.session.person.id;
    let pieces = body.into_data_stream();
    let progress = edge.app.files().append(person, FileId(file), offset, pieces).await;
    let progress = progress.map_err(Failure::from)?;
    Ok((StatusCode::NO_CONTENT, Tus::answer(progress)).into_response())
}

/// `DELETE /api/uploads/{file}`
async fn terminate(
    State(edge): State<Arc<Edge>>,
    principal: Principal,
    Path(file): Path<Uuid>,
    headers: HeaderMap,
) -> Result<Response, HttpFailure> {
    Tus::check(&headers)?;
    let discarded = edge.app.files().discard(principal.session.person.id, FileId(file)).await;
    discarded.map_err(Failure::from)?;
    let version = [(TUS_RESUMABLE, HeaderValue::from_static(VERSION))];
    Ok((StatusCode::NO_CONTENT, version).into_response())
}

impl Tus {
    /// Refuses clients that speak another version, or none.
    fn check(headers: &HeaderMap) -> Result<(), HttpFailure> {
        if headers.get(&TUS_RESUMABLE).is_some_and(|version| version == VERSION) {
            return Ok(());
        }
        Err(HttpFailure::wrong_tus_version())
    }

    /// The headers that say how far an upload is.
    fn answer(progress: Progress) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(TUS_RESUMABLE, HeaderValue::from_static(VERSION));
        headers.insert(UPLOAD_OFFSET, progress.offset.into());
        if let Some(expires_at_ms) = progress.expires_at_ms {
            let since_1970 = Duration::from_millis(expires_at_ms.unsigned_abs());
            let date = httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + since_1970);
            let date = HeaderValue::from_str(&date).expect("a date is letters and digits");
            headers.insert(UPLOAD_EXPIRES, date);
        }
        headers
    }
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, HttpFailure> {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.and_then(|value| value.parse().ok()).ok_or_else(|| {
        HttpFailure::new(FailureCode::Malformed, format!("send a number of bytes as `{name}`"))
    })
}

/// The `filename` of the metadata: pairs of a key and a value in Base64, separated by commas.
fn name(headers: &HeaderMap) -> Result<String, HttpFailure> {
    let malformed = || {
        HttpFailure::new(
            FailureCode::Malformed,
            "send the name in `upload-metadata` as `filename` and its UTF-8 in Base64",
        )
    };
    let Some(metadata) = headers.get(&UPLOAD_METADATA) else { return Ok(String::new()) };
    let metadata = metadata.to_str().map_err(|_| malformed())?;
    let mut pairs =
        metadata.split(',').map(|pair| pair.trim().split_once(' ').unwrap_or((pair, "")));
    let Some((_, value)) = pairs.find(|(key, _)| *key == "filename") else {
        return Ok(String::new());
    };
    let bytes = STANDARD.decode(value.trim()).map_err(|_| malformed())?;
    String::from_utf8(bytes).map_err(|_| malformed())
}

const VERSION: &str = "1.0.0";

/// The type of a piece of a file.
const PIECE: &str = "application/offset+octet-stream";

const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const TUS_VERSION: HeaderName = HeaderName::from_static("tus-version");
const TUS_EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
const TUS_MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_from_the_metadata_whatever_else_is_in_it() {
        for (metadata, wanted) in [
            ("filename bWVudS5wZGY=", "menu.pdf"),
            ("is_secret,filename ZWNvw6kucG5n,filetype eA==", "ecoé.png"),
            ("filename", ""),
            ("other eA==", ""),
        ] {
            let headers = HeaderMap::from_iter([(UPLOAD_METADATA, metadata.parse().unwrap())]);
            assert_eq!(name(&headers).unwrap(), wanted, "{metadata}");
        }
        for broken in ["filename ???", "filename /w=="] {
            let headers = HeaderMap::from_iter([(UPLOAD_METADATA, broken.parse().unwrap())]);
            assert!(name(&headers).is_err(), "{broken}");
        }
    }
}
