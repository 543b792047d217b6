//! One peer's DTLS server: a doorman in front of rtc-dtls.
//!
//! rtc-dtls acts on plaintext records, so whoever forges the peer's address could end a handshake
//! with one ClientHello or alert. Here it is handed only what has been looked at:
//!
//! * The cookie exchange (RFC 6347 §4.2.1) runs in front of it and keeps no state. A handshake
//!   begins with the first ClientHello that brings back the cookie, which proves its sender
//!   receives at the selected address.
//! * The client's answer is collected, and handed on when it is complete and its certificate is
//!   the one in the offer. Alerts, application data and ChangeCipherSpec in plaintext are dropped.
//! * After that nothing in plaintext is read at all: a repeated flight is recognised by its
//!   Finished, which is encrypted.

pub mod record;

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use rtc_crypto::{
    CryptoError, HashAlgorithm, RTCCrypto, RTCCryptoProvider, RTCRandom, constant_time_eq,
};
use rtc_dtls::cipher_suite::CipherSuiteId;
use rtc_dtls::config::{ClientAuthType, ConfigBuilder, ExtendedMasterSecretType, HandshakeConfig};
use rtc_dtls::endpoint::{Endpoint, EndpointEvent};
use rtc_dtls::extension::extension_use_srtp::SrtpProtectionProfile;
use rtc_shared::TransportProtocol;
use rtc_shared::error::Error;

use self::record::{Fragment, Message, Record};
use crate::gate::Rejected;
use crate::identity::Identity;
use crate::srtp::{Profile, Srtp};
use crate::transport::Failure;

/// One peer's DTLS association, as the server.
pub struct DtlsServer {
    identity: Arc<Identity>,
    /// SHA-256 of the certificate that the client must show.
    fingerprint: [u8; 32],
    /// The same for every ClientHello of this association: a request that a forged hello
    /// provoked then still serves the client that receives it.
    cookie: [u8; COOKIE_LEN],
    phase: Phase,
    suspicion: Option<Failure>,
    transmits: VecDeque<Bytes>,
    events: VecDeque<Event>,
}

/// What came of a datagram or of time.
pub enum Event {
    /// The handshake is done and these are its SRTP keys.
    Keys(Box<Srtp>),
    /// The client closed the association.
    Closed,
    /// The association is over.
    Failed(Failure),
}

impl DtlsServer {
    /// Waits for the client whose certificate has this SHA-256.
    pub fn new(identity: &Arc<Identity>, fingerprint: [u8; 32]) -> Self {
        let mut cookie = [0; COOKIE_LEN];
        identity.fill_random(&mut cookie);
        Self {
            identity: Arc::clone(identity),
            fingerprint,
            cookie,
            phase: Phase::Listening(None),
            suspicion: None,
            transmits: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    /// Takes the records of one datagram.
    ///
    /// # Errors
    ///
    /// Says why they were dropped, if all of them were.
    pub fn handle_datagram(&mut self, now: Instant, datagram: &[u8]) -> Result<(), Rejected> {
        if MAX_DATAGRAM_LEN < datagram.len() {
            return Err(Rejected::Length);
        }
        let records = record::records(datagram)?;

        if let Phase::Handshaking(handshake) = &mut self.phase {
            handshake.vouched = false;
        }
        let mut outcome = Err(Rejected::UnexpectedRecord);
        for record in &records {
            let taken = self.handle_record(now, record);
            if outcome.is_err() {
                outcome = taken;
            }
        }
        self.advance(now);
        outcome
    }

    /// The next datagram for the client.
    pub fn poll_transmit(&mut self) -> Option<Bytes> {
        self.transmits.pop_front()
    }

    /// What happened next.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// When our flight should be repeated.
    pub fn poll_timeout(&self) -> Option<Instant> {
        match &self.phase {
            Phase::Handshaking(handshake) => handshake.resend_at,
            Phase::Listening(_) | Phase::Established(_) | Phase::Over => None,
        }
    }

    /// Repeats the flight that the client has not answered.
    pub fn handle_timeout(&mut self, now: Instant) {
        if let Phase::Handshaking(handshake) = &mut self.phase
            && handshake.resend_at.is_some_and(|at| at <= now)
        {
            self.transmits.extend(handshake.resend(now).iter().cloned());
        }
    }

    /// Queues a `close_notify` if there is somebody to believe it.
    pub fn close(&mut self, now: Instant) {
        if let Phase::Established(established) = &mut self.phase {
            // Closing only fills the queue that is emptied here.
            let _ = established.endpoint.close(now);
            self.transmits.extend(transmits(&mut established.endpoint));
        }
        self.phase = Phase::Over;
    }

    /// Why the handshake may not be getting on, from records that anybody could have sent.
    pub fn suspicion(&self) -> Option<Failure> {
        self.suspicion
    }

    fn handle_record(&mut self, now: Instant, record: &Record<'_>) -> Result<(), Rejected> {
        match (&mut self.phase, record.epoch, record.content) {
            (Phase::Listening(_), 0, record::HANDSHAKE) => self.listen(now, record),
            (Phase::Handshaking(_), 0, record::HANDSHAKE) => self.collect(now, record),
            // Implied by the Finished behind it.
            (Phase::Handshaking(_), 0, record::CHANGE_CIPHER_SPEC) => Ok(()),
            (Phase::Handshaking(handshake), 1, record::HANDSHAKE) => handshake.hold(record),
            (Phase::Established(_), 1, record::HANDSHAKE | record::ALERT) => {
                self.maintain(now, record)
            }
            (Phase::Over, ..) => Err(Rejected::Gone),
            _ => Err(Rejected::UnexpectedRecord),
        }
    }

    /// Asks for the cookie, or begins the handshake with a hello that has it.
    fn listen(&mut self, now: Instant, record: &Record<'_>) -> Result<(), Rejected> {
        for fragment in record::fragments(record.body)? {
            let Phase::Listening(hello) = &mut self.phase else { break };
            if fragment.kind != record::CLIENT_HELLO {
                return Err(Rejected::UnexpectedRecord);
            }
            if 0 < fragment.offset {
                hello.as_mut().ok_or(Rejected::UnexpectedRecord)?.append(&fragment)?;
            } else if record::hello_cookie(fragment.body)?.is_empty() {
                self.transmits.push_back(hello_verify_request(&self.cookie));
                return Ok(());
            } else {
                check_cookie(&self.cookie, &fragment)?;
                *hello = Some(Message::start(&fragment)?);
            }
            if hello.as_ref().is_some_and(Message::is_complete)
                && let Some(hello) = hello.take()
            {
                self.begin(now, &hello)?;
            }
        }
        Ok(())
    }

    /// Begins with the first profile that the client knows, ours first: rtc-dtls would follow the
    /// client's order, and Chromium puts AES_CM before GCM.
    fn begin(&mut self, now: Instant, hello: &Message) -> Result<(), Rejected> {
        let first_hello = hello.to_first_hello(0)?;
        for profile in [Profile::Gcm, Profile::CmSha1] {
            let mut endpoint = self.endpoint(profile);
            // rtc-dtls insists on an exchange of cookies of its own; it is given ours to ask for,
            // and its request goes nowhere.
            match feed(&mut endpoint, now, &first_hello) {
                Ok(_) => {}
                Err(Error::ErrServerNoMatchingSrtpProfile) => continue,
                Err(_) => {
                    self.fail(Failure::NoCommonParameters);
                    return Ok(());
                }
            }
            let _request = transmits(&mut endpoint);
            if feed(&mut endpoint, now, &hello.to_record(1)).is_err() {
                self.fail(Failure::NoCommonParameters);
                return Ok(());
            }
            let flight = transmits(&mut endpoint);
            self.transmits.extend(flight.iter().cloned());
            self.phase = Phase::Handshaking(Box::new(Handshake {
                endpoint,
                profile,
                flight,
                resend_at: Some(now + FIRST_RESEND),
                resend_interval: FIRST_RESEND,
                resends_left: MAX_RESENDS,
                answered: false,
                messages: [None, None, None],
                vouched: false,
                finished: VecDeque::with_capacity(MAX_HELD_FINISHED),
            }));
            return Ok(());
        }
        self.fail(Failure::NoCommonProfile);
        Ok(())
    }

    /// Collects the client's answer to our flight, or repeats the flight for a repeated hello.
    fn collect(&mut self, now: Instant, record: &Record<'_>) -> Result<(), Rejected> {
        let Phase::Handshaking(handshake) = &mut self.phase else { return Ok(()) };
        for fragment in record::fragments(record.body)? {
            if fragment.kind == record::CLIENT_HELLO {
                if fragment.offset == 0 {
                    check_cookie(&self.cookie, &fragment)?;
                    self.transmits.extend(handshake.resend(now).iter().cloned());
                }
                continue;
            }
            let place = handshake.take(&fragment)?;
            let Some(certificate) = handshake.complete(place).filter(|_| place == 0) else {
                continue;
            };
            if !is_certificate(&self.identity, certificate, &self.fingerprint) {
                handshake.messages[place] = None;
                self.suspicion = Some(Failure::WrongCertificate);
                return Err(Rejected::Forged);
            }
            handshake.vouched = true;
        }
        Ok(())
    }

    /// Hands the client's answer on once it is complete.
    fn advance(&mut self, now: Instant) {
        let Phase::Handshaking(handshake) = &mut self.phase else { return };
        let failure = match handshake.advance(now) {
            Ok(false) => return,
            Ok(true) => match handshake.export_keys(&self.identity) {
                Some(srtp) => {
                    self.transmits.extend(transmits(&mut handshake.endpoint));
                    self.events.push_back(Event::Keys(Box::new(srtp)));
                    return self.establish();
                }
                None => Failure::NoCommonProfile,
            },
            Err(Error::ErrNoMatchingCertificateFingerprint) => Failure::WrongCertificate,
            Err(_) => Failure::BadHandshake,
        };
        self.fail(failure);
    }

    fn establish(&mut self) {
        if let Phase::Handshaking(handshake) = std::mem::replace(&mut self.phase, Phase::Over) {
            let established =
                Established { endpoint: handshake.endpoint, repeats_left: MAX_REPEATS };
            self.phase = Phase::Established(Box::new(established));
        }
    }

    /// Takes an encrypted record after the handshake: an alert, or a repeated Finished, which asks
    /// for our last flight again (RFC 6347 §4.2.4).
    fn maintain(&mut self, now: Instant, record: &Record<'_>) -> Result<(), Rejected> {
        let Phase::Established(established) = &mut self.phase else { return Ok(()) };
        let is_repeat = record.content == record::HANDSHAKE;
        if MAX_ENCRYPTED_LEN < record.body.len() {
            return Err(Rejected::Length);
        }
        if is_repeat && established.repeats_left == 0 {
            return Err(Rejected::HandshakeBudget);
        }
        let events = feed(&mut established.endpoint, now, record.bytes);
        let before = self.transmits.len();
        self.transmits.extend(transmits(&mut established.endpoint));
        // rtc-dtls answers what it could decrypt, so a forgery spends nothing of this.
        if is_repeat && before < self.transmits.len() {
            established.repeats_left -= 1;
        }
        match events {
            Ok(events) if events.iter().any(|event| matches!(event, EndpointEvent::PeerClosed)) => {
                self.phase = Phase::Over;
                self.events.push_back(Event::Closed);
            }
            Err(Error::ErrAlertFatalOrClose) => self.fail(Failure::Alert),
            // Warnings, and what could not be decrypted.
            Ok(_) | Err(_) => {}
        }
        Ok(())
    }

    fn fail(&mut self, failure: Failure) {
        self.phase = Phase::Over;
        self.events.push_back(Event::Failed(failure));
    }

    fn endpoint(&self, profile: Profile) -> Endpoint {
        let config = config(&self.identity, self.fingerprint, self.cookie, profile)
            .expect("constants, and a certificate that fits the cipher suites");
        Endpoint::new(NOWHERE, TransportProtocol::UDP, Some(Arc::new(config)))
    }
}

enum Phase {
    /// Waits for a ClientHello with the cookie; holds the start of one that came in pieces.
    Listening(Option<Message>),
    /// Our flight is out and the client's answer is being collected.
    Handshaking(Box<Handshake>),
    Established(Box<Established>),
    Over,
}

struct Established {
    endpoint: Endpoint,
    /// How often our last flight may still be sent again.
    repeats_left: u32,
}

struct Handshake {
    endpoint: Endpoint,
    profile: Profile,
    /// ServerHello to ServerHelloDone, as sent.
    flight: Vec<Bytes>,
    resend_at: Option<Instant>,
    resend_interval: Duration,
    resends_left: u32,
    /// The client's answer has been handed on.
    answered: bool,
    /// Certificate, ClientKeyExchange and CertificateVerify; handed on together.
    messages: [Option<Held>; 3],
    /// The datagram at hand has shown the right certificate. Who forges addresses has not seen
    /// it, so what stands beside it comes from the client.
    vouched: bool,
    /// Encrypted records that wait for the keys they need.
    finished: VecDeque<BytesMut>,
}

struct Held {
    message: Message,
    vouched: bool,
}

impl Handshake {
    /// Repeats our flight as it was: the client's replay window lets pass what it has missed.
    fn resend(&mut self, now: Instant) -> &[Bytes] {
        if self.answered || self.resends_left == 0 {
            self.resend_at = None;
            return &[];
        }
        self.resends_left -= 1;
        self.resend_interval = (2 * self.resend_interval).min(MAX_RESEND_INTERVAL);
        self.resend_at = Some(now + self.resend_interval);
        &self.flight
    }

    /// Keeps a piece of the client's answer and returns the place of its message.
    fn take(&mut self, fragment: &Fragment<'_>) -> Result<usize, Rejected> {
        let place = usize::from(fragment.sequence).checked_sub(FIRST_ANSWER);
        let place = place.filter(|place| ANSWER.get(*place) == Some(&fragment.kind));
        let place = place.ok_or(Rejected::UnexpectedRecord)?;
        let vouched = self.vouched;
        match &mut self.messages[place] {
            Some(held) if held.message.is_complete() && (held.vouched || !vouched) => {}
            Some(held) if 0 < fragment.offset && !held.message.is_complete() => {
                held.message.append(fragment)?;
            }
            held => *held = Some(Held { message: Message::start(fragment)?, vouched }),
        }
        Ok(place)
    }

    fn complete(&self, place: usize) -> Option<&Message> {
        let held = self.messages[place].as_ref()?;
        held.message.is_complete().then_some(&held.message)
    }

    /// Keeps an encrypted record until the keys are there; the oldest makes room, as its sender
    /// repeats it.
    fn hold(&mut self, record: &Record<'_>) -> Result<(), Rejected> {
        if MAX_ENCRYPTED_LEN < record.body.len() {
            return Err(Rejected::Length);
        }
        if self.finished.len() == MAX_HELD_FINISHED {
            self.finished.pop_front();
        }
        self.finished.push_back(BytesMut::from(record.bytes));
        Ok(())
    }

    /// Hands the answer on if it is complete, and says whether that ended the handshake.
    fn advance(&mut self, now: Instant) -> Result<bool, Error> {
        if !self.answered {
            let Some(messages) =
                (0..ANSWER.len()).map(|place| self.complete(place)).collect::<Option<Vec<_>>>()
            else {
                return Ok(false);
            };
            // The sequence numbers of the wire are left behind: a forged one could have closed
            // the replay window.
            let mut records: Vec<_> = (FIRST_RECORD..)
                .zip(messages)
                .map(|(sequence, message)| message.to_record(sequence))
                .collect();
            records.push(record::change_cipher_spec(FIRST_RECORD + ANSWER.len() as u64));
            self.answered = true;
            self.resend_at = None;
            for record in records {
                feed(&mut self.endpoint, now, &record)?;
            }
        }
        while let Some(record) = self.finished.pop_front() {
            let events = feed(&mut self.endpoint, now, &record)?;
            if events.iter().any(|event| matches!(event, EndpointEvent::HandshakeComplete)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `None` when the client did not ask for SRTP.
    fn export_keys(&self, identity: &Identity) -> Option<Srtp> {
        let state = self.endpoint.get_connection_state(NOWHERE)?;
        if state.srtp_protection_profile() != wire_profile(self.profile) {
            return None;
        }
        let keying =
            state.export_keying_material(EXPORT_LABEL, &[], self.profile.keying_len()).ok()?;
        Srtp::server(identity.provider().crypto(), self.profile, keying.as_ref()).ok()
    }
}

/// The provider as rtc-dtls sees it: the first twenty random bytes it draws, its cookie, are ours.
struct CookieProvider {
    provider: Arc<dyn RTCCryptoProvider>,
    cookie: [u8; COOKIE_LEN],
    drawn: AtomicBool,
}

impl RTCCryptoProvider for CookieProvider {
    fn name(&self) -> &'static str {
        self.provider.name()
    }

    fn crypto(&self) -> &dyn RTCCrypto {
        self.provider.crypto()
    }

    fn random(&self) -> &dyn RTCRandom {
        self
    }
}

impl RTCRandom for CookieProvider {
    fn fill(&self, output: &mut [u8]) -> Result<(), CryptoError> {
        if output.len() == COOKIE_LEN && !self.drawn.swap(true, Ordering::Relaxed) {
            output.copy_from_slice(&self.cookie);
            return Ok(());
        }
        self.provider.random().fill(output)
    }
}

fn config(
    identity: &Arc<Identity>,
    fingerprint: [u8; 32],
    cookie: [u8; COOKIE_LEN],
    profile: Profile,
) -> Result<HandshakeConfig, Error> {
    let provider = Arc::clone(identity.provider());
    let drawn = AtomicBool::new(false);
    let identity = Arc::clone(identity);
    ConfigBuilder::default()
        .with_crypto_provider(Arc::new(CookieProvider { provider, cookie, drawn }))
        .with_certificates(vec![identity.certificate().clone()])
        .with_cipher_suites(CIPHER_SUITES.to_vec())
        .with_srtp_protection_profiles(vec![wire_profile(profile)])
        .with_client_auth(ClientAuthType::RequireAnyClientCert)
        // No authority vouches for a WebRTC certificate; its fingerprint came with the offer.
        .with_insecure_skip_verify(true)
        .with_extended_master_secret(ExtendedMasterSecretType::Require)
        .with_mtu(MTU)
        .with_verify_peer_certificate(Some(Arc::new(move |certificates, _| {
            let shown = certificates.first().map(Vec::as_slice);
            if shown.is_some_and(|shown| has_fingerprint(&identity, shown, &fingerprint)) {
                Ok(())
            } else {
                Err(Error::ErrNoMatchingCertificateFingerprint)
            }
        })))
        .build(false, None)
}

fn feed(endpoint: &mut Endpoint, now: Instant, record: &[u8]) -> Result<Vec<EndpointEvent>, Error> {
    endpoint.read(now, NOWHERE, None, BytesMut::from(record))
}

fn transmits(endpoint: &mut Endpoint) -> Vec<Bytes> {
    std::iter::from_fn(|| endpoint.poll_transmit())
        .map(|transmit| transmit.message.freeze())
        .collect()
}

fn wire_profile(profile: Profile) -> SrtpProtectionProfile {
    match profile {
        Profile::Gcm => SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm,
        Profile::CmSha1 => SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80,
    }
}

/// Always the same bytes with record sequence number 0: a client that has one ignores the next,
/// and our flight goes on from 1.
fn hello_verify_request(cookie: &[u8; COOKIE_LEN]) -> Bytes {
    let parts = [&record::DTLS_1_2[..], &[COOKIE_LEN as u8], cookie];
    Bytes::from(record::handshake_record(0, record::HELLO_VERIFY_REQUEST, 0, &parts))
}

fn check_cookie(cookie: &[u8; COOKIE_LEN], first: &Fragment<'_>) -> Result<(), Rejected> {
    let shown = record::hello_cookie(first.body)?;
    if first.sequence == HELLO_WITH_COOKIE && constant_time_eq(shown, cookie) {
        Ok(())
    } else {
        Err(Rejected::Forged)
    }
}

/// Whether a Certificate message starts with the certificate of the offer (RFC 5246 §7.4.2).
fn is_certificate(identity: &Identity, message: &Message, fingerprint: &[u8; 32]) -> bool {
    let Some((lengths, rest)) = message.body().split_at_checked(6) else { return false };
    let len =
        usize::from(lengths[3]) << 16 | usize::from(lengths[4]) << 8 | usize::from(lengths[5]);
    rest.get(..len).is_some_and(|shown| has_fingerprint(identity, shown, fingerprint))
}

fn has_fingerprint(identity: &Identity, certificate: &[u8], fingerprint: &[u8; 32]) -> bool {
    let digest = identity.provider().crypto().hash(HashAlgorithm::Sha256, certificate);
    digest.is_ok_and(|digest| constant_time_eq(&digest, fingerprint))
}

/// rtc-dtls keys associations by address; ours has one, whichever address the peer moves to.
const NOWHERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 1);

/// Every browser has both.
const CIPHER_SUITES: [CipherSuiteId; 2] = [
    CipherSuiteId::Tls_Ecdhe_Ecdsa_With_Aes_128_Gcm_Sha256,
    CipherSuiteId::Tls_Ecdhe_Ecdsa_With_ChaCha20_Poly1305_Sha256,
];

/// RFC 5764 §4.2.
const EXPORT_LABEL: &str = "EXTRACTOR-dtls_srtp";

/// What rtc-dtls draws for its cookie.
const COOKIE_LEN: usize = 20;

/// Message bytes per fragment, so that a datagram with record and fragment header stays below
/// 1,100 bytes, which every tunnel lets pass.
const MTU: usize = 1_060;

/// Longest datagram that is read: clients fragment to their link, which is rarely a jumbo frame.
const MAX_DATAGRAM_LEN: usize = 2_048;

/// Longest encrypted record that is read: an alert or a Finished has about 50 bytes.
const MAX_ENCRYPTED_LEN: usize = 256;

/// Encrypted records that wait for their keys.
const MAX_HELD_FINISHED: usize = 4;

/// Message sequence number of the ClientHello that answers our request (RFC 6347 §4.2.2).
const HELLO_WITH_COOKIE: u16 = 1;

/// Message sequence number of the first message after it.
const FIRST_ANSWER: usize = 2;

/// The client's answer (RFC 5246 §7.3): a certificate is always asked for, so all three come.
const ANSWER: [u8; 3] =
    [record::CERTIFICATE, record::CLIENT_KEY_EXCHANGE, record::CERTIFICATE_VERIFY];

/// Record sequence number of that answer as rtc-dtls sees it, after the two hellos.
const FIRST_RECORD: u64 = 2;

/// Until our flight is repeated, doubled each time. RFC 6347 §4.2.4.1 recommends one second and
/// allows less where time matters, as it does in a call.
const FIRST_RESEND: Duration = Duration::from_millis(400);

/// The longest pause between repetitions.
const MAX_RESEND_INTERVAL: Duration = Duration::from_secs(6);

/// Repetitions of our flight, whether time or a repeated hello asks for them. Only who has shown
/// the cookie gets here, and the transport gives up after 30 seconds.
const MAX_RESENDS: u32 = 20;

/// As often as rtc-dtls answers a repeated Finished.
const MAX_REPEATS: u32 = 7;
