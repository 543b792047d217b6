//! How rtc-dtls is set up for one handshake, and the random numbers it is given.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rtc_crypto::{
    CryptoError, HashAlgorithm, RTCCrypto, RTCCryptoProvider, RTCRandom, constant_time_eq,
};
use rtc_dtls::cipher_suite::CipherSuiteId;
use rtc_dtls::config::{ClientAuthType, ConfigBuilder, ExtendedMasterSecretType, HandshakeConfig};
use rtc_dtls::extension::extension_use_srtp::SrtpProtectionProfile;
use rtc_shared::error::Error;

use super::record::Message;
use crate::identity::Identity;
use crate::srtp::Profile;

/// Sets rtc-dtls up for one client and one profile.
pub(super) fn config(
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

/// The profile as rtc-dtls names it.
pub(super) fn wire_profile(profile: Profile) -> SrtpProtectionProfile {
    match profile {
        Profile::Gcm => SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm,
        Profile::CmSha1 => SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80,
    }
}

/// Whether a Certificate message starts with the certificate of the offer (RFC 5246 §7.4.2).
pub(super) fn is_certificate(
    identity: &Identity,
    message: &Message,
    fingerprint: &[u8; 32],
) -> bool {
    let Some((lengths, rest)) = message.body().split_at_checked(6) else { return false };
    let len =
        usize::from(lengths[3]) << 16 | usize::from(lengths[4]) << 8 | usize::from(lengths[5]);
    rest.get(..len).is_some_and(|shown| has_fingerprint(identity, shown, fingerprint))
}

fn has_fingerprint(identity: &Identity, certificate: &[u8], fingerprint: &[u8; 32]) -> bool {
    let digest = identity.provider().crypto().hash(HashAlgorithm::Sha256, certificate);
    digest.is_ok_and(|digest| constant_time_eq(&digest, fingerprint))
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

/// Every browser has both; the server's certificate is ECDSA.
const CIPHER_SUITES: [CipherSuiteId; 2] = [
    CipherSuiteId::Tls_Ecdhe_Ecdsa_With_Aes_128_Gcm_Sha256,
    CipherSuiteId::Tls_Ecdhe_Ecdsa_With_ChaCha20_Poly1305_Sha256,
];

/// What rtc-dtls draws for its cookie.
pub(super) const COOKIE_LEN: usize = 20;

/// Message bytes per fragment, so that a datagram with record and fragment header stays below
/// 1,100 bytes, which every tunnel lets pass.
const MTU: usize = 1_060;
