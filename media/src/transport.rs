//! One peer's transport: an ICE-lite responder, a DTLS server and SRTP on one pair of addresses.
//!
//! Feed it what [`Gate`](crate::gate::Gate) routes to its peer and the time; take datagrams and
//! events from it. What cannot be authenticated changes nothing in it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use rtc_crypto::{CryptoError, HmacAlgorithm, Mac};

use crate::dtls::{self, DtlsServer};
use crate::gate::Rejected;
use crate::identity::Identity;
use crate::path::Path;
use crate::srtp::Srtp;
use crate::stun::{Request, TransactionId};

pub use crate::identity::Credentials;
pub use crate::srtp::{OpenedRtp, SRTP_OVERHEAD};

/// What the other side's offer says about its transport.
#[derive(Clone, Debug)]
pub struct RemoteParameters {
    /// Its ICE credentials.
    pub ice: Credentials,
    /// SHA-256 of its certificate.
    pub fingerprint: [u8; 32],
}

/// One peer's connection.
pub struct Transport {
    local: Credentials,
    /// Credentials that authenticate checks: those in use, then those of a restart under way.
    ice: Vec<IceGeneration>,
    identity: Arc<Identity>,
    recent_checks: VecDeque<(TransactionId, Path)>,
    /// As the socket showed it, so that answers leave through the same family.
    selected: Option<Path>,
    dtls: DtlsServer,
    srtp: Option<Srtp>,
    /// When the peer fails for want of keys.
    handshake_deadline: Instant,
    /// When it fails for want of consent, once it has given any.
    consent_until: Option<Instant>,
    gone: bool,
    transmits: VecDeque<(Path, Bytes)>,
    events: VecDeque<TransportEvent>,
}

/// Why no transport could be made.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// The provider refused the key of an ICE password.
    #[error("keying the message integrity: {0}")]
    Integrity(#[from] CryptoError),
}

/// What an authenticated check did.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct StunOutcome {
    /// The pair has changed to the address that the check came from.
    pub selected: bool,
}

/// What happened to the connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TransportEvent {
    /// The SRTP keys are there.
    Connected,
    /// The connection is over; drop the transport.
    Failed(Failure),
    /// The other side closed the connection, as it proved.
    PeerClosed,
}

/// Why a connection is over.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
pub enum Failure {
    /// No keys within 30 seconds of the offer.
    #[error("no connection within 30 seconds")]
    HandshakeTimeout,
    /// No authenticated check for 30 seconds (RFC 7675 §5.1).
    #[error("no sign of life for 30 seconds")]
    ConsentExpired,
    /// The certificate is not the one in the offer.
    #[error("the certificate is not the one in the offer")]
    WrongCertificate,
    /// The client knows neither AEAD_AES_128_GCM nor AES128_CM_HMAC_SHA1_80.
    #[error("no SRTP protection profile in common")]
    NoCommonProfile,
    /// The client offers no version, cipher suite or extension that this server can use.
    #[error("no DTLS parameters in common")]
    NoCommonParameters,
    /// The client's part of the handshake does not verify.
    #[error("the handshake does not verify")]
    BadHandshake,
    /// The client ended the connection with a fatal alert.
    #[error("the client sent a fatal alert")]
    Alert,
}

impl Transport {
    /// Starts waiting for the peer's first check.
    ///
    /// # Errors
    ///
    /// Fails when the provider has no HMAC-SHA1.
    pub fn new(
        now: Instant,
        identity: &Arc<Identity>,
        local: Credentials,
        remote: RemoteParameters,
    ) -> Result<Self, TransportError> {
        let generation = IceGeneration::new(identity, &local, &remote.ice)?;
        Ok(Self {
            local,
            ice: vec![generation],
            identity: Arc::clone(identity),
            recent_checks: VecDeque::with_capacity(RECENT_CHECKS),
            selected: None,
            dtls: DtlsServer::new(identity, remote.fingerprint),
            srtp: None,
            handshake_deadline: now + HANDSHAKE_DEADLINE,
            consent_until: None,
            gone: false,
            transmits: VecDeque::new(),
            events: VecDeque::new(),
        })
    }

    /// Our current credentials, for the answer.
    pub fn local(&self) -> &Credentials {
        &self.local
    }

    /// Takes new credentials after a re-offer with another user name fragment.
    ///
    /// The pair selected so far keeps working, and the previous credentials too, until a check
    /// under the new ones selects a pair (RFC 8445 §9).
    ///
    /// # Errors
    ///
    /// Fails as [`new`](Self::new) does; the old credentials then stay.
    pub fn restart_ice(
        &mut self,
        local: Credentials,
        remote: Credentials,
    ) -> Result<(), TransportError> {
        let generation = IceGeneration::new(&self.identity, &local, &remote)?;
        // A restart that was itself overtaken will not be heard of again.
        self.ice.truncate(1);
        self.ice.push(generation);
        self.local = local;
        Ok(())
    }

    /// Takes a STUN check whose user name is this transport's and answers it if it is authentic.
    ///
    /// The latest authentic check with USE-CANDIDATE selects the pair (RFC 8445 §8.1.1).
    ///
    /// # Errors
    ///
    /// Says why the check was dropped; only authentic ones return `Ok`.
    pub fn handle_stun(
        &mut self,
        now: Instant,
        from: impl Into<Path>,
        datagram: &[u8],
    ) -> Result<StunOutcome, Rejected> {
        if self.gone {
            return Err(Rejected::Gone);
        }
        let from = from.into();
        let request = Request::parse(datagram)?;
        let at = self.ice.iter().position(|generation| generation.is_named_by(&request));
        let at = at.ok_or(Rejected::UnknownUser)?;
        let mac = self.ice[at].mac.as_mut();
        if !request.is_authentic(mac) {
            return Err(Rejected::Forged);
        }
        self.remember_check(request.transaction_id(), from)?;
        let answer = request.respond(from.address, self.ice[at].mac.as_mut())?;

        push_bounded(&mut self.transmits, (from, Bytes::from(answer)));
        self.consent_until = Some(now + CONSENT_LIFETIME);
        if !request.nominates {
            return Ok(StunOutcome { selected: false });
        }
        // Checks still on their way under the old credentials must not undo a restart.
        self.ice.drain(..at);
        let moved = self.selected.map(Path::canonical) != Some(from.canonical());
        self.selected = Some(from);
        Ok(StunOutcome { selected: moved })
    }

    /// Takes DTLS records from `from`.
    ///
    /// # Errors
    ///
    /// Says why they were dropped.
    pub fn handle_dtls(
        &mut self,
        now: Instant,
        from: impl Into<Path>,
        datagram: &[u8],
    ) -> Result<(), Rejected> {
        if self.gone {
            return Err(Rejected::Gone);
        }
        let from = from.into();
        // Until there are keys nothing in a record can be believed, so the address must be right.
        if !self.is_connected() && self.selected.map(Path::canonical) != Some(from.canonical()) {
            return Err(Rejected::NotSelected);
        }

        let result = self.dtls.handle_datagram(now, datagram);
        self.drain_dtls();
        result
    }

    /// Where to send media: the address of the latest nominated pair.
    pub fn selected(&self) -> Option<Path> {
        self.selected
    }

    /// Sends media to another address from now on, until a check selects one.
    ///
    /// Call it only for an address from which came what only the peer can have sealed.
    pub fn move_to(&mut self, to: Path) {
        if self.is_connected() && self.selected.is_some() {
            self.selected = Some(to);
        }
    }

    /// Whether the SRTP keys are there and the peer is not gone.
    pub fn is_connected(&self) -> bool {
        self.srtp.is_some()
    }

    /// Authenticates and decrypts an RTP packet in place.
    ///
    /// # Errors
    ///
    /// Says why it must be dropped; its payload may then be garbled.
    pub fn open_rtp(&mut self, datagram: &mut [u8]) -> Result<OpenedRtp, Rejected> {
        self.srtp.as_mut().ok_or(Rejected::NotConnected)?.open_rtp(datagram)
    }

    /// Authenticates and decrypts a compound RTCP packet in place and returns its length.
    ///
    /// # Errors
    ///
    /// Says why it must be dropped; its payload may then be garbled.
    pub fn open_rtcp(&mut self, datagram: &mut [u8]) -> Result<usize, Rejected> {
        self.srtp.as_mut().ok_or(Rejected::NotConnected)?.open_rtcp(datagram)
    }

    /// Seals an RTP packet in place and returns its length on the wire, 0 before there are keys.
    ///
    /// `packet[..len]` is header and payload, and [`SRTP_OVERHEAD`] bytes of room follow. `index`
    /// is the sender's extended sequence number, which starts one cycle up like those of
    /// [`SeqExtender`](crate::seq::SeqExtender) and must never repeat for an SSRC. Allocates
    /// nothing.
    pub fn seal_rtp(
        &mut self,
        packet: &mut [u8],
        header_len: usize,
        len: usize,
        ssrc: u32,
        index: u64,
    ) -> usize {
        let Some(srtp) = &mut self.srtp else { return 0 };
        srtp.seal_rtp(packet, header_len, len, ssrc, index)
    }

    /// Bytes that [`seal_rtp`](Self::seal_rtp) adds; 0 before there are keys.
    pub fn srtp_overhead(&self) -> usize {
        self.srtp.as_ref().map_or(0, Srtp::overhead)
    }

    /// Seals a compound RTCP packet in place.
    ///
    /// # Errors
    ///
    /// Fails before there are keys, for what has no RTCP header, and once the key is used up.
    pub fn seal_rtcp(&mut self, packet: &mut Vec<u8>) -> Result<(), Rejected> {
        self.srtp.as_mut().ok_or(Rejected::NotConnected)?.seal_rtcp(packet)
    }

    /// Says goodbye to the peer (`close_notify`); what is left to do is to take the datagram from
    /// [`poll_transmit`](Self::poll_transmit) and drop the transport.
    pub fn close(&mut self, now: Instant) {
        if !self.gone {
            self.dtls.close(now);
            self.drain_dtls();
            self.end();
        }
    }

    /// The next datagram to send, and where to.
    pub fn poll_transmit(&mut self) -> Option<(Path, Bytes)> {
        self.transmits.pop_front()
    }

    /// What happened next.
    pub fn poll_event(&mut self) -> Option<TransportEvent> {
        self.events.pop_front()
    }

    /// When [`handle_timeout`](Self::handle_timeout) has something to do.
    pub fn poll_timeout(&self) -> Option<Instant> {
        if self.gone {
            return None;
        }
        let deadline = (!self.is_connected()).then_some(self.handshake_deadline);
        [deadline, self.consent_until, self.dtls.poll_timeout()].into_iter().flatten().min()
    }

    /// Repeats lost DTLS flights, and gives up on a peer that is too late or has gone silent.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.gone {
            return;
        }
        if !self.is_connected() && self.handshake_deadline <= now {
            let failure = self.dtls.suspicion().unwrap_or(Failure::HandshakeTimeout);
            return self.fail(failure);
        }
        if self.consent_until.is_some_and(|until| until <= now) {
            return self.fail(Failure::ConsentExpired);
        }
        self.dtls.handle_timeout(now);
        self.drain_dtls();
    }

    /// A check may be repeated from where it came, but the same one from elsewhere was recorded
    /// by somebody who wants the pair moved.
    fn remember_check(&mut self, id: TransactionId, from: Path) -> Result<(), Rejected> {
        let from = from.canonical();
        match self.recent_checks.iter().find(|(seen, _)| *seen == id) {
            Some((_, first)) if *first != from => return Err(Rejected::Replayed),
            Some(_) => return Ok(()),
            None => {}
        }
        if RECENT_CHECKS <= self.recent_checks.len() {
            self.recent_checks.pop_front();
        }
        self.recent_checks.push_back((id, from));
        Ok(())
    }

    fn drain_dtls(&mut self) {
        while let Some(datagram) = self.dtls.poll_transmit() {
            if let Some(selected) = self.selected {
                push_bounded(&mut self.transmits, (selected, datagram));
            }
        }
        while let Some(event) = self.dtls.poll_event() {
            match event {
                dtls::Event::Keys(srtp) => {
                    self.srtp = Some(*srtp);
                    self.events.push_back(TransportEvent::Connected);
                }
                dtls::Event::Closed => {
                    self.end();
                    self.events.push_back(TransportEvent::PeerClosed);
                }
                dtls::Event::Failed(failure) => self.fail(failure),
            }
        }
    }

    fn fail(&mut self, failure: Failure) {
        if !self.gone {
            self.end();
            self.events.push_back(TransportEvent::Failed(failure));
        }
    }

    /// Nothing is sent any more without consent (RFC 7675 §5.1), and nothing is believed.
    fn end(&mut self) {
        self.gone = true;
        self.srtp = None;
    }
}

/// One pair of credentials (RFC 8445 §9 calls what it belongs to a generation).
struct IceGeneration {
    local_ufrag: String,
    remote_ufrag: String,
    /// Keyed with our password, as checks towards us are (RFC 8445 §7.2.2).
    mac: Box<dyn Mac>,
}

impl IceGeneration {
    fn new(
        identity: &Identity,
        local: &Credentials,
        remote: &Credentials,
    ) -> Result<Self, TransportError> {
        let crypto = identity.provider().crypto();
        Ok(Self {
            local_ufrag: local.ufrag.clone(),
            remote_ufrag: remote.ufrag.clone(),
            mac: crypto.new_hmac(HmacAlgorithm::Sha1, local.pwd.as_bytes())?,
        })
    }

    fn is_named_by(&self, request: &Request<'_>) -> bool {
        self.local_ufrag == request.local_ufrag && self.remote_ufrag == request.remote_ufrag
    }
}

/// What does not fit is dropped, as the network might have done: its sender asks again.
fn push_bounded(queue: &mut VecDeque<(Path, Bytes)>, datagram: (Path, Bytes)) {
    if queue.len() < MAX_TRANSMITS {
        queue.push_back(datagram);
    }
}

/// From the offer to the keys; a browser needs less than one second on a good network.
const HANDSHAKE_DEADLINE: Duration = Duration::from_secs(30);

/// How long one check lasts (RFC 7675 §5.1).
const CONSENT_LIFETIME: Duration = Duration::from_secs(30);

/// Checks remembered against replay: a browser sends one every 2.5 seconds on each pair, so this
/// is longer than consent lasts.
const RECENT_CHECKS: usize = 64;

/// Datagrams that wait to be taken; a DTLS flight has five.
const MAX_TRANSMITS: usize = 64;
