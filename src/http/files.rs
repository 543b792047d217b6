//! Serves files to those who may read them: as what they are or in part, never as a page.

use std::io;
use std::ops::RangeInclusive;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream;
use palabre_signaling::wire::{Failure, FileId};
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use uuid::Uuid;

use super::edge::Edge;
use super::failure::HttpFailure;
use super::principal::Principal;
use crate::files::{Blob, Form, hex, served_as};

/// The routes of files.
pub(super) fn routes() -> Router<Arc<Edge>> {
    Router::new()
        .route("/files/{file}", get(whole))
        .route("/files/{file}/thumbnail", get(thumbnail))
}

/// `GET /api/files/{file}`
async fn whole(
    edge: State<Arc<Edge>>,
    principal: Principal,
    file: Path<Uuid>,
    headers: HeaderMap,
) -> Result<Response, HttpFailure> {
    serve(edge, principal, file, Form::Whole, &headers).await
}

/// `GET /api/files/{file}/thumbnail`
async fn thumbnail(
    edge: State<Arc<Edge>>,
    principal: Principal,
    file: Path<Uuid>,
    headers: HeaderMap,
) -> Result<Response, HttpFailure> {
    serve(edge, principal, file, Form::Thumbnail, &headers).await
}

async fn serve(
    State(edge): State<Arc<Edge>>,
    principal: Principal,
    Path(file): Path<Uuid>,
    form: Form,
    request: &HeaderMap,
) -> Result<Response, HttpFailure> {
    let files = edge.app.files();
    let blob = files.read(principal.session.person.id, FileId(file), form).await;
    let blob = blob.map_err(Failure::from)?;
    let tag = format!("\"{}\"", hex(&blob.hash[..16]));
    let headers = headers(&blob, form, &tag);
    if is_known(request, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    // A part of what has changed meanwhile would fit nothing (RFC 9110 § 13.1.5).
    let is_current = request.get(IF_RANGE).is_none_or(|it| it.as_bytes() == tag.as_bytes());
    let range = request.get(RANGE).filter(|_| is_current);
    let range = range.map_or(Range::Whole, |range| Range::parse(range, blob.bytes));
    let answer = match range {
        Range::Whole => {
            let length = [(CONTENT_LENGTH, HeaderValue::from(blob.bytes))];
            (headers, length, body(blob.reader, blob.bytes)).into_response()
        }
        Range::Part(part) => {
            let length = part.end() - part.start() + 1;
            let told = format!("bytes {}-{}/{}", part.start(), part.end(), blob.bytes);
            let told = HeaderValue::from_str(&told).expect("numbers");
            let part_headers = [(CONTENT_RANGE, told), (CONTENT_LENGTH, HeaderValue::from(length))];
            let mut reader = blob.reader;
            let sought = reader.seek(io::SeekFrom::Start(*part.start())).await;
            sought.map_err(|error| HttpFailure::internal(&error))?;
            (StatusCode::PARTIAL_CONTENT, headers, part_headers, body(reader, length))
                .into_response()
        }
        Range::Unsatisfiable => {
            let told = HeaderValue::from_str(&format!("bytes */{}", blob.bytes)).expect("numbers");
            (StatusCode::RANGE_NOT_SATISFIABLE, [(CONTENT_RANGE, told)]).into_response()
        }
    };
    Ok(answer)
}

fn headers(blob: &Blob, form: Form, tag: &str) -> HeaderMap {
    let content_type = match form {
        Form::Whole => served_as(&blob.attachment.media_type),
        Form::Thumbnail => "image/jpeg",
    };
    let content_type = HeaderValue::from_str(content_type).expect("one of our list");
    HeaderMap::from_iter([
        (CONTENT_TYPE, content_type),
        (CONTENT_DISPOSITION, disposition(&blob.attachment.name)),
        // Whatever it is, it runs nothing and belongs to no origin, should it be opened as a page.
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
        (ETAG, HeaderValue::from_str(tag).expect("digits")),
        (ACCEPT_RANGES, HeaderValue::from_static("bytes")),
        // Asked about each time: who has left, and what was deleted, is gone at once.
        (CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
    ])
}

/// Has a browser save the file under its name (RFC 6266) instead of opening it; what a page draws or
/// plays does not look at this.
fn disposition(name: &str) -> HeaderValue {
    let mut value = String::from("attachment; filename*=UTF-8''");
    for byte in name.bytes() {
        // `attr-char` of RFC 8187 § 3.2.1, the simple ones.
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            value.push(char::from(byte));
        } else {
            value.push_str(&format!("%{byte:02X}"));
        }
    }
    HeaderValue::from_str(&value).expect("letters, digits and percent signs")
}

fn is_known(request: &HeaderMap, tag: &str) -> bool {
    request
        .get_all(IF_NONE_MATCH)
        .iter()
        .any(|value| value.to_str().unwrap_or_default().split(',').any(|known| known.trim() == tag))
}

/// The next `length` bytes, read as the asker takes them.
fn body(file: File, length: u64) -> Body {
    let read = |(mut file, left): (File, u64)| async move {
        if left == 0 {
            return Ok(None);
        }
        let mut piece = vec![0; PIECE_BYTES.min(usize::try_from(left).unwrap_or(PIECE_BYTES))];
        let count = file.read(&mut piece).await?;
        if count == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        }
        piece.truncate(count);
        Ok(Some((Bytes::from(piece), (file, left - count as u64))))
    };
    Body::from_stream(stream::try_unfold((file, length), read))
}

/// What is asked for of something with some length.
#[derive(Debug, PartialEq)]
enum Range {
    Whole,
    Part(RangeInclusive<u64>),
    Unsatisfiable,
}

impl Range {
    /// Reads one range of bytes (RFC 9110 § 14.1.2); several at once, and what cannot be read, get
    /// the whole.
    fn parse(value: &HeaderValue, length: u64) -> Self {
        let range = value.to_str().ok().and_then(|value| value.strip_prefix("bytes="));
        let Some((first, last)) = range.and_then(|range| range.split_once('-')) else {
            return Self::Whole;
        };
        let number = |text: &str| text.parse::<u64>().ok();
        let part = match (first.is_empty(), last.is_empty()) {
            (true, false) => number(last).map(|count| (length.saturating_sub(count), length)),
            (false, true) => number(first).map(|first| (first, length)),
            (false, false) => number(first)
                .zip(number(last))
                .filter(|(first, last)| first <= last)
                .map(|(first, last)| (first, last.saturating_add(1).min(length))),
            (true, true) => None,
        };
        match part {
            None => Self::Whole,
            Some((first, end)) if first < end => Self::Part(first..=end - 1),
            Some(_) => Self::Unsatisfiable,
        }
    }
}

/// Read from the disk at once, in bytes.
const PIECE_BYTES: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_read_and_everything_else_gets_the_whole() {
        let parse = |range: &str| Range::parse(&range.parse().unwrap(), 100);

        assert_eq!(parse("bytes=0-9"), Range::Part(0..=9));
        assert_eq!(parse("bytes=90-"), Range::Part(90..=99));
        assert_eq!(parse("bytes=-10"), Range::Part(90..=99));
        assert_eq!(parse("bytes=-1000"), Range::Part(0..=99));
        assert_eq!(parse("bytes=50-1000"), Range::Part(50..=99));
        for beyond in ["bytes=100-", "bytes=100-200", "bytes=-0"] {
            assert_eq!(parse(beyond), Range::Unsatisfiable, "{beyond}");
        }
        for other in ["bytes=-", "bytes=9-0", "bytes=0-1,5-6", "lines=1-2", "bytes=a-b", ""] {
            assert_eq!(parse(other), Range::Whole, "{other}");
        }
    }

    #[test]
    fn a_name_of_any_letters_is_told_in_ascii() {
        let told = disposition("élève \"1\".png");

        assert_eq!(told, "attachment; filename*=UTF-8''%C3%A9l%C3%A8ve%20%221%22.png");
    }
}
