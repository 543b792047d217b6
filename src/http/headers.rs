//! What every answer tells the browser to refuse.

use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};

use super::origin::Origins;

/// The headers of every answer, made once.
pub(super) fn security_headers(origins: &Origins) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let policy = HeaderValue::from_str(&content_security_policy(origins))
        .expect("origins are letters of a URL");
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(PERMISSIONS_POLICY, HeaderValue::from_static(PERMISSIONS));
    headers.insert(CROSS_ORIGIN_OPENER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    if origins.is_secure() {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
    headers
}

/// Everything comes from this server; nothing inline, nothing evaluated, no frame around us.
fn content_security_policy(origins: &Origins) -> String {
    // 'self' covers WebSockets in CSP level 3, but not in Safari before 15.4.
    let websockets: Vec<String> = origins.websockets().collect();
    let websockets = websockets.join(" ");
    format!(
        "default-src 'self'; connect-src 'self' {websockets}; img-src 'self' data: blob:; \
         media-src 'self' blob: mediastream:; style-src 'self' {REACT_ARIA_STYLES}; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

/// SHA-256 of the two style elements that React Aria puts into the page itself (`usePress`,
/// `usePreventScroll`), so that no other inline style is let through with them. Its style
/// attributes need no leave: scripts set them property by property.
const REACT_ARIA_STYLES: &str = "'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o=' \
    'sha256-gYiS/BvZvRcK27JIXTuwhZ3hs2+VJ1X+2gUlE+farlg='";

/// What pages may ask the device for: calls need these, and nobody else's frame gets them.
const PERMISSIONS: &str = "camera=(self), microphone=(self), display-capture=(self), \
    fullscreen=(self), picture-in-picture=(self), autoplay=(self), geolocation=(), payment=(), usb=()";

/// A year, the least that browsers' preload lists accept.
const HSTS: &str = "max-age=31536000";

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const CROSS_ORIGIN_OPENER_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-opener-policy");
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;

    #[test]
    fn pages_run_only_scripts_that_this_server_sent_them() {
        let policy = policy("https://chat.example.org");

        assert!(policy.starts_with("default-src 'self';"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    }

    #[test]
    fn pages_connect_to_their_own_server_alone() {
        let policy = policy("https://chat.example.org");

        assert!(policy.contains("connect-src 'self' wss://chat.example.org;"), "{policy}");
    }

    #[test]
    fn calls_may_use_camera_and_microphone_and_https_stays_https() {
        let headers = headers("https://chat.example.org");

        let permissions = headers[&PERMISSIONS_POLICY].to_str().unwrap();
        assert!(permissions.contains("camera=(self), microphone=(self)"), "{permissions}");
        assert!(headers.contains_key(STRICT_TRANSPORT_SECURITY));
        assert!(!self::headers("").contains_key(STRICT_TRANSPORT_SECURITY));
    }

    fn headers(public_url: &str) -> HeaderMap {
        let address = SocketAddr::from(([127, 0, 0, 1], 3000));
        security_headers(&Origins::new(public_url, address).unwrap())
    }

    fn policy(public_url: &str) -> String {
        headers(public_url)[CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned()
    }
}
