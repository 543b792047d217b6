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

mod config;
mod handshake;
pub mod record;

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use bytes::{Bytes, BytesMut};
use rtc_crypto::constant_time_eq;
use rtc_dtls::endpoint::{Endpoint, EndpointEvent};
use rtc_shared::TransportProtocol;
use rtc_shared::error::Error;

use self::config::{COOKIE_LEN, config, is_certificate};
use self::handshake::Handshake;
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
            let handshake = Handshake::new(now, endpoint, profile, flight);
            self.phase = Phase::Handshaking(Box::new(handshake));
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
            let (identity, fingerprint) = (&self.identity, &self.fingerprint);
            let taken =
                handshake.take(&fragment, |shown| is_certificate(identity, shown, fingerprint));
            if taken == Err(Rejected::Forged) {
                self.suspicion = Some(Failure::WrongCertificate);
            }
            taken?;
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

fn feed(endpoint: &mut Endpoint, now: Instant, record: &[u8]) -> Result<Vec<EndpointEvent>, Error> {
    endpoint.read(now, NOWHERE, None, BytesMut::from(record))
}

fn transmits(endpoint: &mut Endpoint) -> Vec<Bytes> {
    std::iter::from_fn(|| endpoint.poll_transmit())
        .map(|transmit| transmit.message.freeze())
        .collect()
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

/// rtc-dtls keys associations by address; ours has one, whichever address the peer moves to.
const NOWHERE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 1);

/// Longest datagram that is read: clients fragment to their link, which is rarely a jumbo frame.
const MAX_DATAGRAM_LEN: usize = 2_048;

/// Longest encrypted record that is read: an alert or a Finished has about 50 bytes.
const MAX_ENCRYPTED_LEN: usize = 256;

/// Message sequence number of the ClientHello that answers our request (RFC 6347 §4.2.2).
const HELLO_WITH_COOKIE: u16 = 1;

/// As often as rtc-dtls answers a repeated Finished.
const MAX_REPEATS: u32 = 7;
