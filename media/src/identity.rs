//! The server's certificate, and the secrets each peer gets.

use std::fmt;
use std::fmt::Write as _;
use std::sync::Arc;

use rtc_crypto::providers::AwsLcRsProvider;
use rtc_crypto::{HashAlgorithm, RTCCryptoProvider};
use rtc_dtls::crypto::Certificate;

/// The DTLS certificate and the source of cryptography; all peers of a process share one.
pub struct Identity {
    /// Named explicitly: with `ring` compiled in as well it would be the default, and its GCM is
    /// about a quarter slower.
    provider: Arc<dyn RTCCryptoProvider>,
    certificate: Certificate,
    fingerprint: String,
}

/// Why there is no identity.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The key or its certificate could not be made.
    #[error("generating the certificate: {0}")]
    Certificate(String),
}

/// One side's ICE user name fragment and password (RFC 8445 §5.3).
#[derive(Clone, Eq, PartialEq)]
pub struct Credentials {
    /// The user name fragment; public.
    pub ufrag: String,
    /// The password; a secret.
    pub pwd: String,
}

impl Identity {
    /// Makes a fresh ECDSA P-256 certificate.
    ///
    /// # Errors
    ///
    /// Fails when the operating system has no randomness to give.
    pub fn generate() -> Result<Self, IdentityError> {
        let provider: Arc<dyn RTCCryptoProvider> = Arc::new(AwsLcRsProvider::new());
        let certificate =
            Certificate::generate_self_signed(vec![String::from(SUBJECT)], provider.crypto())
                .map_err(|error| IdentityError::Certificate(error.to_string()))?;
        let digest = provider
            .crypto()
            .hash(HashAlgorithm::Sha256, certificate.certificate[0].as_ref())
            .map_err(|error| IdentityError::Certificate(error.to_string()))?;
        Ok(Self { provider, certificate, fingerprint: colon_hex(&digest) })
    }

    /// The certificate's SHA-256 as SDP writes it, "AA:BB:…" (RFC 8122 §5).
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Fills `out` with cryptographically secure random bytes.
    pub fn fill_random(&self, out: &mut [u8]) {
        self.provider.random().fill(out).expect("the operating system gives randomness");
    }

    pub(crate) fn provider(&self) -> &Arc<dyn RTCCryptoProvider> {
        &self.provider
    }

    pub(crate) fn certificate(&self) -> &Certificate {
        &self.certificate
    }
}

impl Credentials {
    /// Draws a new pair: 48 bits of user name, 144 bits of password.
    ///
    /// RFC 8445 §5.3 asks for at least 24 and 128; the user name is longer because it routes
    /// the first packet of every peer on the port.
    pub fn generate(identity: &Identity) -> Self {
        Self {
            ufrag: random_ice_chars::<UFRAG_LEN>(identity),
            pwd: random_ice_chars::<PWD_LEN>(identity),
        }
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("fingerprint", &self.fingerprint).finish_non_exhaustive()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("ufrag", &self.ufrag).finish_non_exhaustive()
    }
}

fn random_ice_chars<const N: usize>(identity: &Identity) -> String {
    let mut bytes = [0; N];
    identity.fill_random(&mut bytes);
    // 64 characters divide 256 evenly, so every one is equally likely.
    bytes.iter().map(|byte| char::from(ICE_CHARS[usize::from(byte % 64)])).collect()
}

fn colon_hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3);
    for (at, byte) in bytes.iter().enumerate() {
        if at != 0 {
            text.push(':');
        }
        write!(text, "{byte:02X}").expect("a String takes every write");
    }
    text
}

/// The characters of a user name fragment and a password (RFC 8839 §5.4, `ice-char`).
const ICE_CHARS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Six bits a character.
const UFRAG_LEN: usize = 8;

/// Six bits a character; RFC 8445 §5.3 asks for 22 characters or more.
const PWD_LEN: usize = 24;

/// Nobody reads the certificate's subject: WebRTC compares fingerprints.
const SUBJECT: &str = "palabre";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprint_is_thirty_two_pairs_of_upper_case_hex() {
        let identity = Identity::generate().unwrap();

        let pairs: Vec<_> = identity.fingerprint().split(':').collect();

        assert_eq!(pairs.len(), 32);
        assert!(pairs.iter().all(|pair| pair.len() == 2 && u8::from_str_radix(pair, 16).is_ok()));
        assert_eq!(identity.fingerprint(), identity.fingerprint().to_uppercase());
    }

    #[test]
    fn credentials_are_long_enough_and_never_the_same() {
        let identity = Identity::generate().unwrap();

        let (one, other) = (Credentials::generate(&identity), Credentials::generate(&identity));

        assert!(4 <= one.ufrag.len() && 22 <= one.pwd.len());
        assert_ne!(one, other);
    }

    #[test]
    fn a_password_stays_out_of_debug_output() {
        let identity = Identity::generate().unwrap();
        let credentials = Credentials::generate(&identity);

        assert!(!format!("{credentials:?}").contains(&credentials.pwd));
    }
}
