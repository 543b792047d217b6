//! Which pages may use the cookies of a sign-in.

use std::net::{IpAddr, SocketAddr};

use anyhow::{Context as _, ensure};
use axum::http::header::ORIGIN;
use axum::http::uri::Scheme;
use axum::http::{HeaderMap, Uri};

/// The origins (RFC 6454) of this server's own pages.
///
/// A foreign page can make a browser send requests with our cookies, but it cannot make it lie
/// about where they come from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Origins {
    allowed: Vec<String>,
    secure: bool,
}

impl Origins {
    /// Reads `public_url`; when it is empty, the pages come from this machine, at `address`.
    pub(crate) fn new(public_url: &str, address: SocketAddr) -> anyhow::Result<Self> {
        if public_url.is_empty() {
            return Ok(Self { allowed: local_origins(address), secure: false });
        }
        let (origin, secure) = parse(public_url).with_context(|| {
            format!(
                "http.public_url is {public_url:?} and must be like \"https://chat.example.org\""
            )
        })?;
        Ok(Self { allowed: vec![origin], secure })
    }

    /// Whether the request comes from one of our own pages; without an `Origin` it does not.
    pub(crate) fn allow(&self, headers: &HeaderMap) -> bool {
        let mut origins = headers.get_all(ORIGIN).iter();
        let (Some(origin), None) = (origins.next(), origins.next()) else {
            return false;
        };
        self.allowed.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes())
    }

    /// Whether browsers come by https.
    pub(crate) fn is_secure(&self) -> bool {
        self.secure
    }

    /// The same places as WebSockets name them, for the content security policy.
    pub(crate) fn websockets(&self) -> impl Iterator<Item = String> {
        // "http" becomes "ws" and "https" becomes "wss".
        self.allowed.iter().map(|origin| origin.replacen("http", "ws", 1))
    }

    /// The address to open in a browser.
    pub(crate) fn first(&self) -> &str {
        self.allowed.first().map_or("", String::as_str)
    }
}

/// The origin that a browser makes of `url`, and whether it is https.
fn parse(url: &str) -> anyhow::Result<(String, bool)> {
    let uri: Uri = url.parse().context("not a URL")?;
    let secure = match uri.scheme() {
        Some(scheme) if *scheme == Scheme::HTTPS => true,
        Some(scheme) if *scheme == Scheme::HTTP => false,
        _ => anyhow::bail!("it starts with neither http:// nor https://"),
    };
    let authority = uri.authority().context("it names no host")?;
    ensure!(!authority.as_str().contains('@'), "it has a user name");
    ensure!(
        matches!(uri.path(), "" | "/") && uri.query().is_none(),
        "Palabre takes the whole host: leave the path out"
    );
    let (scheme, usual_port) = if secure { ("https", 443) } else { ("http", 80) };
    let host = authority.host().to_ascii_lowercase();
    // Browsers leave the usual port out.
    let port = match authority.port_u16() {
        Some(port) if port != usual_port => format!(":{port}"),
        _ => String::new(),
    };
    Ok((format!("{scheme}://{host}{port}"), secure))
}

/// What a browser on this machine, or one that was given the bound address, calls us.
fn local_origins(address: SocketAddr) -> Vec<String> {
    let mut hosts = vec![String::from("127.0.0.1"), String::from("localhost")];
    let host = match address.ip() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    };
    if !address.ip().is_unspecified() && !hosts.contains(&host) {
        hosts.insert(0, host);
    }
    let port = match address.port() {
        80 => String::new(),
        port => format!(":{port}"),
    };
    hosts.into_iter().map(|host| format!("http://{host}{port}")).collect()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_the_very_same_origin_is_allowed() {
        let origins = Origins::new("https://chat.example.org", address()).unwrap();

        assert!(origins.allow(&from("https://chat.example.org")));
        for foreign in [
            "http://chat.example.org",
            "https://chat.example.org:8443",
            "https://chat.example.org.evil.example",
            "https://evil.example/https://chat.example.org",
            "https://xchat.example.org",
            "https://example.org",
            "null",
            "",
        ] {
            assert!(!origins.allow(&from(foreign)), "{foreign}");
        }
    }

    #[test]
    fn request_without_an_origin_comes_from_no_page_of_ours() {
        let origins = Origins::new("https://chat.example.org", address()).unwrap();

        assert!(!origins.allow(&HeaderMap::new()));
    }

    #[test]
    fn two_origins_are_none() {
        let origins = Origins::new("https://chat.example.org", address()).unwrap();
        let mut headers = from("https://chat.example.org");
        headers.append(ORIGIN, HeaderValue::from_static("https://evil.example"));

        assert!(!origins.allow(&headers));
    }

    #[test]
    fn without_a_public_url_this_machine_is_allowed_by_both_its_names() {
        let origins = Origins::new("", address()).unwrap();

        assert!(origins.allow(&from("http://127.0.0.1:3000")));
        assert!(origins.allow(&from("http://localhost:3000")));
        assert!(!origins.allow(&from("http://localhost:3001")));
        assert!(!origins.is_secure());
    }

    #[test]
    fn public_url_is_read_as_a_browser_reads_it() {
        let origin = |url| Origins::new(url, address()).map(|origins| origins.first().to_owned());

        assert_eq!(origin("https://Chat.Example.org:443/").unwrap(), "https://chat.example.org");
        assert_eq!(origin("http://10.0.0.1:80").unwrap(), "http://10.0.0.1");
        assert_eq!(origin("https://[::1]:8443").unwrap(), "https://[::1]:8443");
        for wrong in ["chat.example.org", "ftp://a.example", "https://a.example/chat", "https://"] {
            assert!(origin(wrong).is_err(), "{wrong}");
        }
    }

    fn address() -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], 3000))
    }

    fn from(origin: &str) -> HeaderMap {
        HeaderMap::from_iter([(ORIGIN, HeaderValue::from_str(origin).unwrap())])
    }
}
