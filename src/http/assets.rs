//! Serves the web app that is built into the program.

use std::borrow::Cow;

use axum::body::{Body, Bytes};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
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
    /// The same, compressed by the build with Brotli (RFC 7932), where that makes it smaller.
    compressed: Option<Cow<'static, [u8]>>,
    hash: [u8; 32],
    content_type: String,
    immutable: bool,
    /// What a browser may do with it where that differs from what pages may.
    policy: Option<HeaderValue>,
}

/// Answers everything that is not the API's.
pub(super) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    // What other programs share with the installed app is taken by its service worker. When that is
    // gone, the app should open nevertheless.
    if method == Method::POST && uri.path() == SHARE_TARGET {
        return Redirect::to("/").into_response();
    }
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
    if path.ends_with(COMPRESSED) {
        return None;
    }
    if let Some(file) = WebApp::get(path) {
        return Some(
            Asset::new(path, file.data, file.metadata.sha256_hash()).with_compressed(path),
        );
    }
    let is_route = !path.rsplit('/').next().unwrap_or_default().contains('.');
    is_route.then(page)
}

fn page() -> Asset {
    match WebApp::get(PAGE) {
        Some(file) => {
            Asset::new(PAGE, file.data, file.metadata.sha256_hash()).with_compressed(PAGE)
        }
        None => Asset::new(PAGE, Cow::Borrowed(PLACEHOLDER), Sha256::digest(PLACEHOLDER).into()),
    }
}

impl Asset {
    fn new(path: &str, data: Cow<'static, [u8]>, hash: [u8; 32]) -> Self {
        let content_type = mime_guess::from_path(path).first_or_octet_stream();
        let charset = if content_type.type_() == "text" { "; charset=utf-8" } else { "" };
        Self {
            data,
            compressed: None,
            hash,
            content_type: format!("{content_type}{charset}"),
            // The bundler puts a hash into the name of whatever it writes there.
            immutable: path.starts_with("assets/"),
            policy: is_blur_worker(path).then(|| HeaderValue::from_static(BLUR_POLICY)),
        }
    }

    fn with_compressed(self, path: &str) -> Self {
        let file = WebApp::get(&format!("{path}{COMPRESSED}"));
        Self { compressed: file.map(|file| file.data), ..self }
    }

    fn answer(self, request: &HeaderMap) -> Response {
        let tag = self.tag();
        let cache = if self.immutable { IMMUTABLE } else { REVALIDATE };
        let headers = [
            (ETAG, HeaderValue::from_str(&tag).expect("letters of Base64")),
            (CACHE_CONTROL, HeaderValue::from_static(cache)),
            (VARY, HeaderValue::from_static("accept-encoding")),
        ];
        if is_known(request, &tag) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let content_type = [(CONTENT_TYPE, self.content_type)];
        let policy = self.policy.map(|policy| [(CONTENT_SECURITY_POLICY, policy)]);
        // Whatever was not compressed beforehand is compressed on the way out, with gzip.
        match self.compressed.filter(|_| accepts_brotli(request)) {
            Some(data) => {
                let encoding = [(CONTENT_ENCODING, HeaderValue::from_static("br"))];
                (headers, content_type, policy, encoding, body(data)).into_response()
            }
            None => (headers, content_type, policy, body(self.data)).into_response(),
        }
    }

    /// Weak (RFC 9110 §8.8.1), because it stands for the compressed form as well.
    fn tag(&self) -> String {
        format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(&self.hash[..16]))
    }
}

fn body(data: Cow<'static, [u8]>) -> Body {
    Body::from(match data {
        Cow::Borrowed(data) => Bytes::from_static(data),
        Cow::Owned(data) => Bytes::from(data),
    })
}

/// Whether the browser reads Brotli (RFC 9110 §12.5.3); a weight of zero says that it does not.
fn accepts_brotli(request: &HeaderMap) -> bool {
    request.get_all(ACCEPT_ENCODING).iter().any(|value| {
        value.to_str().unwrap_or_default().split(',').any(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            let is_brotli = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("br"));
            let weight = parts.find_map(|part| part.strip_prefix("q="));
            is_brotli && weight.and_then(|weight| weight.parse().ok()) != Some(0.0_f32)
        })
    })
}

/// Whether the browser has this version already (RFC 9110 §13.1.2).
fn is_known(request: &HeaderMap, tag: &str) -> bool {
    request.get_all(IF_NONE_MATCH).iter().any(|value| {
        let value = value.to_str().unwrap_or_default();
        value.split(',').any(|known| known.trim() == tag)
    })
}

const PAGE: &str = "index.html";

/// What the build adds to the name of a compressed file.
const COMPRESSED: &str = ".br";

/// Where the manifest has other programs send what they share.
const SHARE_TARGET: &str = "/share";

/// Says how to build the web app, for a server that was built without it.
const PLACEHOLDER: &[u8] = include_bytes!("placeholder.html");

/// A year, and no question asked even on reload.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// Kept, but asked about each time.
const REVALIDATE: &str = "no-cache";

/// Whether it is the thread that blurs backgrounds, in the folder of whatever version
/// `web/build/blur-model.ts` has put there.
fn is_blur_worker(path: &str) -> bool {
    path.starts_with("assets/blur-") && path.ends_with("/worker.js")
}

/// It compiles WebAssembly, which pages may not, and reads what lies beside it, and nothing else.
const BLUR_POLICY: &str =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

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
        for path in
            ["/assets/gone-1234.js", "/index.html.br", "/favicon.gone", "/../config.toml", "/.env"]
        {
            assert!(find(path).is_none(), "{path}");
        }
    }

    #[test]
    fn hashed_file_is_kept_for_ever_and_the_page_is_asked_about() {
        let page = page();

        assert_eq!(cache_control(script()), IMMUTABLE);
        assert_eq!(cache_control(page), REVALIDATE);
    }

    #[test]
    fn web_assembly_is_compiled_in_the_thread_that_blurs_alone() {
        let worker = Asset::new("assets/blur-1.2-3/worker.js", Cow::Borrowed(b"x"), [0; 32]);
        let beside = Asset::new("assets/blur-1.2-3/other.js", Cow::Borrowed(b"x"), [0; 32]);
        let policy = |asset: Asset| {
            let answer = asset.answer(&HeaderMap::new());
            answer.headers().get(CONTENT_SECURITY_POLICY).cloned()
        };

        assert_eq!(policy(worker).unwrap(), BLUR_POLICY);
        assert_eq!(policy(beside), None);
        assert_eq!(policy(page()), None);
    }

    #[test]
    fn version_that_the_browser_has_is_not_sent_again() {
        let known = HeaderMap::from_iter([(IF_NONE_MATCH, page().tag().parse().unwrap())]);
        let other = HeaderMap::from_iter([(IF_NONE_MATCH, HeaderValue::from_static("W/\"x\""))]);

        assert_eq!(page().answer(&known).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(page().answer(&other).status(), StatusCode::OK);
    }

    #[test]
    fn compressed_form_goes_to_browsers_that_read_it() {
        for (accepted, compressed) in
            [("gzip, deflate, br", true), ("BR;q=0.5", true), ("gzip", false), ("br;q=0", false)]
        {
            let value = HeaderValue::from_static(accepted);
            let request = HeaderMap::from_iter([(ACCEPT_ENCODING, value)]);

            let response = script().answer(&request);

            let encoding = response.headers().get(CONTENT_ENCODING);
            assert_eq!(encoding.is_some_and(|it| it == "br"), compressed, "{accepted}");
            assert_eq!(response.headers()[VARY], "accept-encoding");
        }
    }

    #[tokio::test]
    async fn what_is_shared_opens_the_app_even_without_its_service_worker() {
        let to = Uri::from_static("/share");

        let response = serve(Method::POST, to, HeaderMap::new()).await;

        assert_eq!(response.status(), StatusCode::SEE_OTHER);
    }

    fn script() -> Asset {
        let script = Asset::new("assets/index-1a2b.js", Cow::Borrowed(b"1"), [0; 32]);
        Asset { compressed: Some(Cow::Borrowed(b"\x0b")), ..script }
    }

    fn cache_control(asset: Asset) -> HeaderValue {
        asset.answer(&HeaderMap::new()).headers()[CACHE_CONTROL].clone()
    }
}
