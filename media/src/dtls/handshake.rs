//! A handshake under way: our flight, and the client's answer until it is whole.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use rtc_dtls::endpoint::{Endpoint, EndpointEvent};
use rtc_shared::error::Error;

use super::config::wire_profile;
use super::record::{self, Fragment, Message, Record};
use super::{MAX_ENCRYPTED_LEN, NOWHERE, feed};
use crate::gate::Rejected;
use crate::identity::Identity;
use crate::srtp::{Profile, Srtp};

/// What is kept between our flight and the keys.
pub(super) struct Handshake {
    pub(super) endpoint: Endpoint,
    profile: Profile,
    /// ServerHello to ServerHelloDone, as sent.
    flight: Vec<Bytes>,
    pub(super) resend_at: Option<Instant>,
    resend_interval: Duration,
    resends_left: u32,
    /// The client's answer has been handed on.
    answered: bool,
    /// Certificate, ClientKeyExchange and CertificateVerify; handed on together.
    messages: [Option<Held>; 3],
    /// The datagram at hand has shown the right certificate. Who forges addresses has not seen
    /// it, so what stands beside it comes from the client.
    pub(super) vouched: bool,
    /// Encrypted records that wait for the keys they need.
    finished: VecDeque<BytesMut>,
}

struct Held {
    message: Message,
    vouched: bool,
}

impl Handshake {
    pub(super) fn new(
        now: Instant,
        endpoint: Endpoint,
        profile: Profile,
        flight: Vec<Bytes>,
    ) -> Self {
        Self {
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
        }
    }

    /// Repeats our flight as it was: the client's replay window lets pass what it has missed.
    pub(super) fn resend(&mut self, now: Instant) -> &[Bytes] {
        if self.answered || self.resends_left == 0 {
            self.resend_at = None;
            return &[];
        }
        self.resends_left -= 1;
        self.resend_interval = (2 * self.resend_interval).min(MAX_RESEND_INTERVAL);
        self.resend_at = Some(now + self.resend_interval);
        &self.flight
    }

    /// Keeps a piece of the client's answer; `is_offered` says whether a Certificate message shows
    /// the certificate of the offer.
    ///
    /// Of messages that contradict each other those from vouched datagrams win, then the first.
    pub(super) fn take(
        &mut self,
        fragment: &Fragment<'_>,
        is_offered: impl Fn(&Message) -> bool,
    ) -> Result<(), Rejected> {
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

        if fragment.kind != record::CERTIFICATE {
            return Ok(());
        }
        let Some(certificate) = self.complete(place) else { return Ok(()) };
        if !is_offered(certificate) {
            self.messages[place] = None;
            return Err(Rejected::Forged);
        }
        // The fragment at hand may be a forged repetition of what is held.
        self.vouched |= certificate.body() == fragment.body;
        Ok(())
    }

    fn complete(&self, place: usize) -> Option<&Message> {
        let held = self.messages[place].as_ref()?;
        held.message.is_complete().then_some(&held.message)
    }

    /// Keeps an encrypted record until the keys are there; the oldest makes room, as its sender
    /// repeats it.
    pub(super) fn hold(&mut self, record: &Record<'_>) -> Result<(), Rejected> {
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
    pub(super) fn advance(&mut self, now: Instant) -> Result<bool, Error> {
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
    pub(super) fn export_keys(&self, identity: &Identity) -> Option<Srtp> {
        let state = self.endpoint.get_connection_state(NOWHERE)?;
        if state.srtp_protection_profile() != wire_profile(self.profile) {
            return None;
        }
        let keying =
            state.export_keying_material(EXPORT_LABEL, &[], self.profile.keying_len()).ok()?;
        Srtp::server(identity.provider().crypto(), self.profile, keying.as_ref()).ok()
    }
}

/// RFC 5764 §4.2.
const EXPORT_LABEL: &str = "EXTRACTOR-dtls_srtp";

/// Encrypted records that wait for their keys.
const MAX_HELD_FINISHED: usize = 4;

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
