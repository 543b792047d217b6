//! Where push messages may be sent: whoever subscribes names the address, and the server must not
//! become their way into the network that it stands in.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use palabre_signaling::error::Refusal;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Host;

/// Decides which addresses are push services.
#[derive(Clone, Debug)]
pub(super) struct PushServices {
    /// Origins that the admin allows, whatever they are.
    allowed: Vec<String>,
}

impl PushServices {
    /// `allowed` are origins such as `http://127.0.0.1:9000`.
    pub(super) fn new(allowed: Vec<String>) -> Self {
        Self { allowed }
    }

    /// Reads the address that a browser names.
    pub(super) fn check(&self, endpoint: &str) -> Result<Url, Refusal> {
        if MAX_ENDPOINT_BYTES < endpoint.len() {
            return Err(NO_SERVICE);
        }
        let url = Url::parse(endpoint).map_err(|_| NO_SERVICE)?;
        if self.is_allowed(&url) {
            return Ok(url);
        }
        let is_plain = url.username().is_empty() && url.password().is_none();
        let is_public = match url.host() {
            Some(Host::Domain(name)) => name.contains('.'),
            Some(Host::Ipv4(address)) => is_public(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => is_public(IpAddr::V6(address)),
            None => false,
        };
        // Browsers' services are at the usual port; others would be a way to look for open ones.
        if url.scheme() == "https" && url.port().is_none() && is_plain && is_public {
            return Ok(url);
        }
        Err(NO_SERVICE)
    }

    /// Whether the admin allows it by name.
    pub(super) fn is_allowed(&self, url: &Url) -> bool {
        self.allowed.contains(&url.origin().ascii_serialization())
    }
}

/// Finds the addresses of a name, those alone that everybody can reach. The name may stand for
/// others by the time it is asked for than when it was checked, so each connection goes through it.
#[derive(Debug)]
pub(super) struct PublicResolver;

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|it| is_public(it.ip())).collect();
            if public.is_empty() {
                let error = "the name of a push service has no public address";
                return Err(io::Error::new(io::ErrorKind::PermissionDenied, error).into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Whether an address belongs to a machine on the internet (RFC 6890 lists the others).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || a == 0
        // Shared by the customers of a provider (RFC 6598).
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        // 6to4 relays (RFC 7526) and benchmarks (RFC 2544).
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b))
        // Multicast, reserved, and everybody.
        || 224 <= a)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    if let Some(inner) = inner_v4(address) {
        return is_public_v4(inner);
    }
    // What the internet uses (RFC 4291 §2.4), less Teredo, benchmarks, ORCHID and documentation.
    let is_global = segments[0] & 0xe000 == 0x2000;
    let is_special = match segments[0] {
        0x2001 => segments[1] < 0x0200 || segments[1] == 0x0db8,
        0x3fff => segments[1] < 0x1000,
        _ => false,
    };
    is_global && !is_special
}

/// The IPv4 address that an IPv6 one stands for: mapped, by NAT64 (RFC 6052) or by 6to4 (RFC 3056).
fn inner_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, high, low] = address.segments();
    let v4 = |high: u16, low: u16| {
        let ([one, two], [three, four]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(one, two, three, four)
    };
    if [a, b, c, d, e, f] == [0x64, 0xff9b, 0, 0, 0, 0] {
        return Some(v4(high, low));
    }
    if a == 0x2002 {
        return Some(v4(b, c));
    }
    address.to_ipv4_mapped()
}

const NO_SERVICE: Refusal = Refusal::BadSubscription("its address is none of a push service");

/// Longest address of a subscription, in bytes; those of browsers have some 200.
const MAX_ENDPOINT_BYTES: usize = 1_024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_special_address_is_taken_for_one_on_the_internet() {
        let special = [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.1.2.3",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:2::1",
            "2001:10::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a9fe:a9fe::",
            "3fff::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ];

        for address in special {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in ["9.9.9.9", "172.32.0.1", "100.128.0.1", "2606:4700::1", "64:ff9b::909:909"]
        {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn push_services_are_on_the_internet_and_behind_tls() {
        let services = PushServices::new(Vec::new());

        assert!(services.check("https://fcm.googleapis.com/fcm/send/abc:def").is_ok());
        for address in [
            "http://fcm.googleapis.com/a",
            "https://127.0.0.1/a",
            "https://[::1]/a",
            "https://2130706433/a",
            "https://localhost/a",
            "https://push.example.org:8443/a",
            "https://me@push.example.org/a",
            "ftp://push.example.org/a",
            "file:///etc/passwd",
            "not an address",
            "",
        ] {
            assert!(services.check(address).is_err(), "{address}");
        }
        assert!(services.check(&format!("https://a.example/{}", "x".repeat(1_024))).is_err());
    }

    #[test]
    fn what_the_admin_names_is_a_push_service() {
        let services = PushServices::new(vec![String::from("http://127.0.0.1:9000")]);

        assert!(services.check("http://127.0.0.1:9000/a").is_ok());
        assert!(services.check("http://127.0.0.1:9001/a").is_err());
    }

    #[tokio::test]
    async fn a_name_for_this_machine_leads_nowhere() {
        let found = PublicResolver.resolve("localhost".parse().unwrap()).await;

        assert!(found.is_err());
    }
}
