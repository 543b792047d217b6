//! Under which addresses browsers reach the media of this machine.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use anyhow::ensure;

use crate::config::MediaConfig;

/// The candidates (RFC 8445 §5.1.1) of a shard that listens on `port`.
pub(super) fn candidates(config: &MediaConfig, port: u16) -> anyhow::Result<Vec<SocketAddr>> {
    let addresses = if !config.addresses.is_empty() {
        config.addresses.clone()
    } else if config.bind.is_unspecified() {
        routed_addresses(config.bind)?
    } else {
        vec![config.bind]
    };
    Ok(addresses.into_iter().map(|address| SocketAddr::new(address, port)).collect())
}

/// The addresses from which this machine would reach the internet.
fn routed_addresses(bind: IpAddr) -> anyhow::Result<Vec<IpAddr>> {
    let destinations: &[IpAddr] = match bind {
        IpAddr::V4(_) => &[FAR_IPV4],
        IpAddr::V6(_) => &[FAR_IPV4, FAR_IPV6],
    };
    let routed = destinations.iter().filter_map(|destination| source_towards(*destination).ok());
    let addresses: Vec<IpAddr> = routed.collect();
    ensure!(
        !addresses.is_empty(),
        "media.bind is {bind}, but this machine has no route to the internet that would tell which \
         of its addresses counts: name the ones that browsers send media to in media.addresses"
    );
    Ok(addresses)
}

/// The address that the system would send from; connecting a UDP socket sends nothing.
fn source_towards(destination: IpAddr) -> io::Result<IpAddr> {
    let any = match destination {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    let socket = UdpSocket::bind((any, 0))?;
    socket.connect((destination, DISCARD_PORT))?;
    Ok(socket.local_addr()?.ip())
}

/// An address that is nobody's (TEST-NET-1, RFC 5737), and so is routed like any far one.
const FAR_IPV4: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

/// The same for IPv6 (RFC 3849).
const FAR_IPV6: IpAddr = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1));

/// Any port will do (RFC 863).
const DISCARD_PORT: u16 = 9;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, LOOPBACK};

    #[test]
    fn bound_address_is_the_candidate_when_none_is_named() {
        let config = media(LOOPBACK, &[]);

        assert_eq!(candidates(&config, 3001).unwrap(), [SocketAddr::new(LOOPBACK, 3001)]);
    }

    #[test]
    fn named_addresses_go_before_the_bound_one() {
        let public = IpAddr::from([203, 0, 113, 5]);
        let config = media(IpAddr::V4(Ipv4Addr::UNSPECIFIED), &[public]);

        assert_eq!(candidates(&config, 3001).unwrap(), [SocketAddr::new(public, 3001)]);
    }

    #[test]
    fn candidate_is_never_the_address_that_stands_for_all() {
        let config = media(IpAddr::V4(Ipv4Addr::UNSPECIFIED), &[]);

        // A machine without a route to the internet says so instead.
        let candidates = candidates(&config, 3001).unwrap_or_default();

        assert!(candidates.iter().all(|candidate| !candidate.ip().is_unspecified()));
    }

    fn media(bind: IpAddr, addresses: &[IpAddr]) -> MediaConfig {
        MediaConfig { bind, addresses: addresses.to_vec(), ..Config::default().media }
    }
}
