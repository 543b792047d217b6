//! The DTLS server of one peer, with a doorman in front of rtc-dtls.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use bytes::{Bytes, BytesMut};
use rtc_crypto::HashAlgorithm;
use rtc_dtls::config::{ClientAuthType, ConfigBuilder, ExtendedMasterSecretType, HandshakeConfig};
use rtc_dtls::endpoint::{Endpoint, EndpointEvent};
use rtc_dtls::extension::extension_use_srtp::SrtpProtectionProfile;
use rtc_shared::TransportProtocol;
use rtc_shared::error::Error;

use crate::gate::Rejected;
use crate::identity::Identity;
use crate::srtp::{Profile, Srtp};
use crate::transport::Failure;

/// One peer's DTLS association, as the server.
pub struct DtlsServer {
    endpoint: Endpoint,
    identity: Arc<Identity>,
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
        let config = config(identity, fingerprint, Profile::Gcm).ok().map(Arc::new);
        Self {
            endpoint: Endpoint::new(NOWHERE, TransportProtocol::UDP, config),
            identity: Arc::clone(identity),
            transmits: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    /// Takes the records of one datagram.
    ///
    /// # Errors
    ///
    /// Says why they were dropped.
    pub fn handle_datagram(&mut self, now: Instant, datagram: &[u8]) -> Result<(), Rejected> {
        let events = self
            .endpoint
            .read(now, NOWHERE, None, BytesMut::from(datagram))
            .map_err(|_| Rejected::Forged)?;
        for event in events {
            if matches!(event, EndpointEvent::HandshakeComplete) {
                self.export_keys();
            }
        }
        while let Some(transmit) = self.endpoint.poll_transmit() {
            self.transmits.push_back(transmit.message.freeze());
        }
        Ok(())
    }

    /// The next datagram for the client.
    pub fn poll_transmit(&mut self) -> Option<Bytes> {
        self.transmits.pop_front()
    }

    /// What happened next.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// When a flight should be repeated.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.endpoint.poll_timeout(&NOWHERE)
    }

    /// Repeats what the client has not answered.
    pub fn handle_timeout(&mut self, now: Instant) {
        let _ = self.endpoint.handle_timeout(NOWHERE, now);
    }

    /// Queues a `close_notify`.
    pub fn close(&mut self, now: Instant) {
        let _ = self.endpoint.close(now);
    }

    /// What an unauthenticated record said about why the handshake does not get on.
    pub fn suspicion(&self) -> Option<Failure> {
        None
    }

    fn export_keys(&mut self) {
        let profile = Profile::Gcm;
        let srtp = self
            .endpoint
            .get_connection_state(NOWHERE)
            .and_then(|state| {
                state.export_keying_material(EXPORT_LABEL, &[], profile.keying_len()).ok()
            })
            .and_then(|keying| {
                Srtp::server(self.identity.provider().crypto(), profile, keying.as_ref()).ok()
            });
        self.events.push_back(match srtp {
            Some(srtp) => Event::Keys(Box::new(srtp)),
            None => Event::Failed(Failure::NoCommonProfile),
        });
    }
}

fn config(
    identity: &Arc<Identity>,
    fingerprint: [u8; 32],
    profile: Profile,
) -> Result<HandshakeConfig, Error> {
    let profile = match profile {
        Profile::Gcm => SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm,
        Profile::CmSha1 => SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80,
    };
    let provider = Arc::clone(identity.provider());
    ConfigBuilder::default()
        .with_crypto_provider(Arc::clone(identity.provider()))
        .with_certificates(vec![identity.certificate().clone()])
        .with_srtp_protection_profiles(vec![profile])
        .with_client_auth(ClientAuthType::RequireAnyClientCert)
        .with_insecure_skip_verify(true)
        .with_extended_master_secret(ExtendedMasterSecretType::Require)
        .with_verify_peer_certificate(Some(Arc::new(move |certificates, _| {
            let digest = certificates
                .first()
                .and_then(|first| provider.crypto().hash(HashAlgorithm::Sha256, first).ok());
            if digest.is_some_and(|digest| digest == fingerprint) {
                Ok(())
            } else {
                Err(Error::ErrNoMatchingCertificateFingerprint)
            }
        })))
        .build(false, None)
}

/// rtc-dtls keys associations by address; ours has one, whichever address the peer moves to.
const NOWHERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::UNSPECIFIED), 1);

/// RFC 5764 §4.2.
const EXPORT_LABEL: &str = "EXTRACTOR-dtls_srtp";
