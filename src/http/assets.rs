//! Serves the web app that is built into the program.

use std::borrow::Cow;

use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rust_embed::RustEmbed;
use sha2::{Digest as _, Sha256};

/// The web app as `npm run build` left it; a debug build reads it from the disk each time.
#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct WebApp;

/// A file of the web app.
struct Asset {
    data: Cow<'static, [u8]>,
    hash: [u8; 32],
    content_type: String,
    immutable: bool,
}

/// Answers everything that is not the API's.
pub(super) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    match find(uri.path()) {
        Some(asset) => asset.answer(&headers),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The file at `path`, or the page for every route of the app: those have no dot.
fn find(path: &str) -> Option<Asset> {
    let path = path.trim_start_matches('/');
    if let Some(file) = WebApp::get(path) {
        return Some(Asset::new(path, file.data, file.metadata.sha256_hash()));
    }
    let is_route = !path.rsplit('/').next().unwrap_or_default().contains('.');
    is_route.then(page)
}

fn page() -> Asset {
    match WebApp::get(PAGE) {
        Some(file) => Asset::new(PAGE, file.data, file.metadata.sha256_hash()),
        None => Asset::new(PAGE, Cow::Borrowed(PLACEHOLDER), Sha256::digest(PLACEHOLDER).into()),
    }
}

impl Asset {
    fn new(path: &str, data: Cow<'static, [u8]>, hash: [u8; 32]) -> Self {
        let content_type = mime_guess::from_path(path).first_or_octet_stream();
        let charset = if content_type.type_() == "text" { "; charset=utf-8" } else { "" };
        Self {
            data,
            hash,
            content_type: format!("{content_type}{charset}"),
            // The bundler puts a hash into the name of whatever it writes there.
            immutable: path.starts_with("assets/"),
        }
    }

    fn answer(self, request: &HeaderMap) -> Response {
        let tag = self.tag();
        let cache = if self.immutable { IMMUTABLE } else { REVALIDATE };
        let headers = [
            (ETAG, HeaderValue::from_str(&tag).expect("letters of Base64")),
            (CACHE_CONTROL, HeaderValue::from_static(cache)),
        ];
        if is_known(request, &tag) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let body = match self.data {
            Cow::Borrowed(data) => Bytes::from_static(data),
            Cow::Owned(data) => Bytes::from(data),
        };
        let content_type = [(CONTENT_TYPE, self.content_type)];
        (headers, content_type, Body::from(body)).into_response()
    }

    /// Weak (RFC 9110 §8.8.1), because it stands for the compressed form as well.
    fn tag(&self) -> String {
        format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(&self.hash[..16]))
    }
}

/// Whether the browser has this version already (RFC 9110 §13.1.2).
fn is_known(request: &HeaderMap, tag: &str) -> bool {
    request.get_all(IF_NONE_MATCH).iter().any(|value| {
        let value = value.to_str().unwrap_or_default();
        value.split(',').any(|known| known.trim() == tag)
    })
}

const PAGE: &str = "index.html";

/// Says how to build the web app, for a server that was built without it.
const PLACEHOLDER: &[u8] = include_bytes!("placeholder.html");

/// A year, and no question asked even on reload.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// Kept, but asked about each time.
const REVALIDATE: &str = "no-cache";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_of_the_app_is_its_page() {
        for route in ["/", "/conversations/42", "/settings/"] {
            let asset = find(route).unwrap();

            assert_eq!(asset.content_type, "text/html; charset=utf-8", "{route}");
            assert!(!asset.immutable, "{route}");
        }
    }

    #[test]
    fn file_that_is_not_there_is_not_found() {
        for path in ["/assets/gone-1234.js", "/favicon.gone", "/../config.toml", "/.env"] {
            assert!(find(path).is_none(), "{path}");
        }
    }

    #[test]
    fn hashed_file_is_kept_for_ever_and_the_page_is_asked_about() {
        let script = Asset::new("assets/index-1a2b.js", Cow::Borrowed(b"1"), [0; 32]);
        let page = page();

        assert_eq!(cache_control(script), IMMUTABLE);
        assert_eq!(cache_control(page), REVALIDATE);
    }

    #[test]
    fn version_that_the_browser_has_is_not_sent_again() {
        let known = HeaderMap::from_iter([(IF_NONE_MATCH, page().tag().parse().unwrap())]);
        let other = HeaderMap::from_iter([(IF_NONE_MATCH, HeaderValue::from_static("W/\"x\""))]);

        assert_eq!(page().answer(&known).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(page().answer(&other).status(), StatusCode::OK);
    }

    fn cache_control(asset: Asset) -> HeaderValue {
        asset.answer(&HeaderMap::new()).headers()[CACHE_CONTROL].clone()
    }
}
