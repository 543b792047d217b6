//! Decides which peer a datagram belongs to, before any cryptography runs.
//!
//! An address belongs to a peer only after that peer's STUN check from it was authenticated.
//! STUN is routed by the user name inside it, everything else by its source address; what fits
//! neither is dropped without an answer and without leaving anything behind.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr, SocketAddrV6};

use rustc_hash::FxHashMap;

use crate::path::Path;
use crate::stun;

/// Index of a peer, given by the engine.
pub type PeerKey = u32;

/// Admission tables of one port.
#[derive(Debug)]
pub struct Gate {
    limits: GateLimits,
    peers: FxHashMap<PeerKey, Claims>,
    by_ufrag: FxHashMap<Box<str>, PeerKey>,
    by_address: FxHashMap<Path, PeerKey>,
}

/// Bounds of the tables; what is over a bound pushes out what was used least recently.
#[derive(Clone, Copy, Debug)]
pub struct GateLimits {
    /// Addresses one peer may hold at a time.
    pub addresses_per_peer: usize,
    /// User name fragments one peer may hold at a time: the current one and those that an ICE
    /// restart is replacing.
    pub ufrags_per_peer: usize,
}

/// Where a datagram goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Route {
    /// The peer it claims to come from; only its transport can tell whether that is true.
    pub peer: PeerKey,
    /// What it looks like.
    pub kind: Kind,
}

/// The protocols that share the port (RFC 7983 §7, RFC 5761 §4).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// A STUN Binding request.
    Stun,
    /// A DTLS record.
    Dtls,
    /// An SRTP packet.
    Rtp,
    /// An SRTCP packet.
    Rtcp,
}

/// Why a datagram was dropped; counted, never logged above `trace`, never answered.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
pub enum Rejected {
    /// Shorter than the smallest packet of its kind, or longer than the largest.
    #[error("no packet of its kind has this length")]
    Length,
    /// The first byte belongs to no protocol spoken here.
    #[error("of no protocol spoken here")]
    Protocol,
    /// The bytes do not follow the format of their protocol.
    #[error("malformed")]
    Malformed,
    /// No peer has this user name.
    #[error("no peer has this user name")]
    UnknownUser,
    /// No peer owns this address.
    #[error("no peer owns this address")]
    UnknownAddress,
    /// The address belongs to another peer.
    #[error("the address belongs to another peer")]
    ForeignAddress,
    /// A message-integrity, fingerprint, tag or cookie that does not verify.
    #[error("not authentic")]
    Forged,
    /// Seen before, or too old to tell.
    #[error("seen before, or too old to tell")]
    Replayed,
    /// The answer would be longer than the request.
    #[error("the answer would be longer than the request")]
    Amplifying,
    /// DTLS from an address that is not the selected one.
    #[error("not from the selected address")]
    NotSelected,
    /// A DTLS record that has no place in the current state.
    #[error("a record that has no place in this state")]
    UnexpectedRecord,
    /// The bytes one handshake may cost are spent.
    #[error("the bytes of this handshake are spent")]
    HandshakeBudget,
    /// Media before its keys.
    #[error("media before its keys")]
    NotConnected,
    /// Media of a source that the participant may not send.
    #[error("media that its sender may not send")]
    NotPermitted,
    /// More packets than a stream of its kind may send.
    #[error("more packets than a stream of its kind may send")]
    TooFast,
    /// SRTCP that says it is not encrypted.
    #[error("SRTCP that is not encrypted")]
    Unencrypted,
    /// The peer has failed or closed; its engine is about to remove it.
    #[error("the peer is gone")]
    Gone,
    /// RTP of an SSRC, section or payload type that was not negotiated.
    #[error("of a stream that was not negotiated")]
    UnknownStream,
    /// More streams than one participant may send.
    #[error("more streams than one participant may send")]
    TooManyStreams,
    /// The key has sealed as many packets as it may (RFC 3711 §9.2).
    #[error("the key is used up")]
    KeyUsedUp,
}

impl Gate {
    /// Starts with empty tables.
    pub fn new(limits: GateLimits) -> Self {
        Self {
            limits,
            peers: FxHashMap::default(),
            by_ufrag: FxHashMap::default(),
            by_address: FxHashMap::default(),
        }
    }

    /// Admits a peer whose local user name fragment is `ufrag`.
    pub fn add(&mut self, peer: PeerKey, ufrag: &str) {
        self.peers.entry(peer).or_default();
        self.add_ufrag(peer, ufrag);
    }

    /// Routes a further user name fragment to a peer that is there, as an ICE restart needs.
    pub fn add_ufrag(&mut self, peer: PeerKey, ufrag: &str) {
        let Some(claims) = self.peers.get_mut(&peer) else { return };
        if self.by_ufrag.contains_key(ufrag) {
            return;
        }
        while self.limits.ufrags_per_peer.max(1) <= claims.ufrags.len() {
            let Some(oldest) = claims.ufrags.pop_front() else { break };
            self.by_ufrag.remove(&oldest);
        }
        claims.ufrags.push_back(ufrag.into());
        self.by_ufrag.insert(ufrag.into(), peer);
    }

    /// Forgets a peer, its user names and its addresses.
    pub fn remove(&mut self, peer: PeerKey) {
        let Some(claims) = self.peers.remove(&peer) else { return };
        for ufrag in claims.ufrags {
            self.by_ufrag.remove(&ufrag);
        }
        for address in claims.addresses {
            self.by_address.remove(&address);
        }
    }

    /// Says which peer a datagram is for; one hash lookup, and nothing is remembered of it.
    ///
    /// # Errors
    ///
    /// Says why the datagram must be dropped.
    pub fn classify(&mut self, from: impl Into<Path>, datagram: &[u8]) -> Result<Route, Rejected> {
        let owner = self.owner(from);
        let kind = kind(datagram)?;
        if kind != Kind::Stun {
            return owner.map(|peer| Route { peer, kind }).ok_or(Rejected::UnknownAddress);
        }

        let ufrag = stun::local_ufrag(datagram)?;
        let peer = *self.by_ufrag.get(ufrag).ok_or(Rejected::UnknownUser)?;
        // A member may know its own password and still forge another member's address; the
        // first to prove an address keeps it until it leaves.
        if owner.is_some_and(|owner| owner != peer) {
            return Err(Rejected::ForeignAddress);
        }
        Ok(Route { peer, kind })
    }

    /// Gives `from` to `peer`; call it for every STUN check that the peer's transport accepted.
    pub fn authenticated(&mut self, peer: PeerKey, from: impl Into<Path>) {
        let address = from.into().canonical();
        let Some(claims) = self.peers.get_mut(&peer) else { return };
        match self.by_address.get(&address) {
            Some(owner) if *owner != peer => return,
            Some(_) => claims.addresses.retain(|held| *held != address),
            None => {
                self.by_address.insert(address, peer);
            }
        }
        claims.addresses.push_back(address);
        while self.limits.addresses_per_peer.max(1) < claims.addresses.len() {
            let Some(oldest) = claims.addresses.pop_front() else { break };
            self.by_address.remove(&oldest);
        }
    }

    /// The peer that has proved this address, if any.
    pub fn owner(&self, from: impl Into<Path>) -> Option<PeerKey> {
        self.by_address.get(&from.into().canonical()).copied()
    }

    /// Peers, user names and addresses held, to be watched for leaks.
    pub fn sizes(&self) -> (usize, usize, usize) {
        (self.peers.len(), self.by_ufrag.len(), self.by_address.len())
    }
}

impl Default for GateLimits {
    fn default() -> Self {
        Self { addresses_per_peer: ADDRESSES_PER_PEER, ufrags_per_peer: UFRAGS_PER_PEER }
    }
}

/// Writes one address in one way, so that tables and comparisons see it once.
///
/// A dual-stack socket shows an IPv4 peer as `::ffff:a.b.c.d` (RFC 4291 §2.5.5.2), and IPv6 flow
/// labels may differ from packet to packet.
pub fn canonical(address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V4(_) => address,
        SocketAddr::V6(v6) => match v6.ip().to_ipv4_mapped() {
            Some(v4) => SocketAddr::new(IpAddr::V4(v4), v6.port()),
            None => SocketAddr::V6(SocketAddrV6::new(*v6.ip(), v6.port(), 0, v6.scope_id())),
        },
    }
}

/// What one peer holds, least recently used first.
#[derive(Debug, Default)]
struct Claims {
    ufrags: VecDeque<Box<str>>,
    addresses: VecDeque<Path>,
}

/// What a datagram looks like, before anything is known of its sender.
pub(crate) fn kind(datagram: &[u8]) -> Result<Kind, Rejected> {
    let [first, second, ..] = *datagram else { return Err(Rejected::Length) };
    let (kind, min_len) = match first {
        0..=3 => (Kind::Stun, stun::HEADER_LEN),
        20..=63 => (Kind::Dtls, MIN_DTLS_LEN),
        // RFC 5761 §4: RTCP packet types take the place of marker bit and payload type.
        128..=191 if (192..=223).contains(&second) => (Kind::Rtcp, MIN_RTCP_LEN),
        128..=191 => (Kind::Rtp, MIN_RTP_LEN),
        _ => return Err(Rejected::Protocol),
    };
    if datagram.len() < min_len { Err(Rejected::Length) } else { Ok(kind) }
}

/// Enough for IPv4 and IPv6, Wi-Fi, mobile and a relay at once, twice over.
const ADDRESSES_PER_PEER: usize = 16;

/// The pair in use and two restarts on their way (RFC 8445 §9).
const UFRAGS_PER_PEER: usize = 3;

/// Record header and one byte (RFC 6347 §4.1).
const MIN_DTLS_LEN: usize = 14;

/// The fixed header (RFC 3550 §5.1).
const MIN_RTP_LEN: usize = 12;

/// Header and sender SSRC (RFC 3550 §6.4).
const MIN_RTCP_LEN: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    const RTP: [u8; 12] = [0x80, 111, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1];

    fn address(port: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 1], port))
    }

    fn gate(addresses_per_peer: usize, ufrags_per_peer: usize) -> Gate {
        let mut gate = Gate::new(GateLimits { addresses_per_peer, ufrags_per_peer });
        gate.add(1, "one");
        gate
    }

    fn owner(gate: &mut Gate, from: SocketAddr) -> Option<PeerKey> {
        gate.classify(from, &RTP).ok().map(|route| route.peer)
    }

    #[test]
    fn first_bytes_tell_the_protocols_apart() {
        let mut gate = gate(1, 1);
        gate.authenticated(1, address(1));
        let mut datagram = [0; 20];

        let kinds: Vec<_> = (0..=255u8)
            .map(|first| {
                (datagram[0], datagram[1]) = (first, 111);
                gate.classify(address(1), &datagram).map(|route| route.kind)
            })
            .collect();

        assert!(kinds[..4].iter().all(|kind| *kind == Err(Rejected::Malformed)));
        assert!(kinds[4..20].iter().all(|kind| *kind == Err(Rejected::Protocol)));
        assert!(kinds[20..64].iter().all(|kind| *kind == Ok(Kind::Dtls)));
        assert!(kinds[64..128].iter().all(|kind| *kind == Err(Rejected::Protocol)));
        assert!(kinds[128..192].iter().all(|kind| *kind == Ok(Kind::Rtp)));
        assert!(kinds[192..].iter().all(|kind| *kind == Err(Rejected::Protocol)));
    }

    #[test]
    fn second_byte_tells_rtcp_from_rtp() {
        let mut gate = gate(1, 1);
        gate.authenticated(1, address(1));
        let mut datagram = RTP;

        for second in 0..=255u8 {
            datagram[1] = second;
            let kind = if (192..=223).contains(&second) { Kind::Rtcp } else { Kind::Rtp };
            assert_eq!(gate.classify(address(1), &datagram), Ok(Route { peer: 1, kind }));
        }
    }

    #[test]
    fn the_address_used_least_recently_makes_room() {
        let mut gate = gate(2, 1);

        gate.authenticated(1, address(1));
        gate.authenticated(1, address(2));
        gate.authenticated(1, address(1));
        gate.authenticated(1, address(3));

        assert_eq!(owner(&mut gate, address(1)), Some(1));
        assert_eq!(owner(&mut gate, address(2)), None);
        assert_eq!(owner(&mut gate, address(3)), Some(1));
        assert_eq!(gate.sizes(), (1, 1, 2));
    }

    #[test]
    fn many_addresses_and_user_names_stay_within_their_bounds() {
        let mut gate = gate(4, 3);

        for port in 1..10_000 {
            gate.authenticated(1, address(port));
            gate.add_ufrag(1, &format!("restart{port}"));
        }

        assert_eq!(gate.sizes(), (1, 3, 4));
        gate.remove(1);
        assert_eq!(gate.sizes(), (0, 0, 0));
    }

    #[test]
    fn a_user_name_stays_with_the_peer_that_had_it_first() {
        let mut gate = gate(1, 2);
        gate.add(2, "one");
        gate.remove(2);

        assert_eq!(gate.sizes(), (1, 1, 0));
    }

    #[test]
    fn a_peer_that_is_gone_gets_no_address() {
        let mut gate = gate(1, 1);
        gate.remove(1);

        gate.authenticated(1, address(1));
        gate.add_ufrag(1, "late");

        assert_eq!(gate.sizes(), (0, 0, 0));
    }

    #[test]
    fn an_address_is_the_same_however_the_socket_writes_it() {
        let mut gate = gate(4, 1);
        let mapped: SocketAddr = "[::ffff:192.0.2.1]:1".parse().unwrap();
        let v6 = |flow| {
            SocketAddr::V6(SocketAddrV6::new([0xfd, 0, 0, 0, 0, 0, 0, 1].into(), 9, flow, 0))
        };

        gate.authenticated(1, mapped);
        gate.authenticated(1, v6(3));

        assert_eq!(owner(&mut gate, address(1)), Some(1));
        assert_eq!(owner(&mut gate, v6(4)), Some(1));
        assert_eq!(gate.sizes(), (1, 1, 2));
    }
}
