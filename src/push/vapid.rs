//! Proves to push services who sends (RFC 8292).

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use serde_json::json;

/// The key of this server, and what it has signed.
pub(super) struct Vapid {
    key: EcdsaKeyPair,
    /// The key as devices want it, in Base64.
    public: String,
    contact: String,
    /// The header for each push service, and until when it is good, in ms since 1970.
    signed: Mutex<HashMap<String, (i64, String)>>,
}

impl Vapid {
    /// Makes a key; returns it as it is kept (PKCS #8).
    pub(super) fn generate() -> anyhow::Result<Vec<u8>> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
            .context("making the key for push services")?;
        let kept = pair.to_pkcs8v1().context("writing the key for push services")?;
        Ok(kept.as_ref().to_vec())
    }

    /// Reads a key. `contact` is where push services reach whoever runs the server: a `mailto:` or
    /// `https:` address.
    pub(super) fn open(pkcs8: &[u8], contact: String) -> anyhow::Result<Self> {
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8)
            .context("reading the key for push services")?;
        let public = BASE64.encode(key.public_key());
        Ok(Self { key, public, contact, signed: Mutex::default() })
    }

    /// The key as browsers want it when they subscribe.
    pub(super) fn public(&self) -> &str {
        &self.public
    }

    /// The value of `authorization` for the push service at `origin`.
    pub(super) fn authorization(&self, origin: &str, now_ms: i64) -> anyhow::Result<String> {
        let mut signed = self.signed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((until_ms, header)) = signed.get(origin)
            && now_ms < *until_ms
        {
            return Ok(header.clone());
        }
        let header = self.sign(origin, now_ms)?;
        if MAX_ORIGINS <= signed.len() {
            signed.clear();
        }
        signed.insert(origin.to_owned(), (now_ms + LIFETIME_MS / 2, header.clone()));
        Ok(header)
    }

    fn sign(&self, origin: &str, now_ms: i64) -> anyhow::Result<String> {
        let head = json!({ "typ": "JWT", "alg": "ES256" });
        let expires_s = (now_ms + LIFETIME_MS) / 1_000;
        let claims = json!({ "aud": origin, "exp": expires_s, "sub": self.contact });
        let [head, claims] = [head, claims].map(|part| BASE64.encode(part.to_string()));
        let said = format!("{head}.{claims}");
        let signature = self
            .key
            .sign(&SystemRandom::new(), said.as_bytes())
            .context("signing for a push service")?;
        let token = format!("{said}.{}", BASE64.encode(signature));
        Ok(format!("vapid t={token}, k={}", self.public))
    }
}

impl fmt::Debug for Vapid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Vapid").field("public", &self.public).finish_non_exhaustive()
    }
}

/// How long a token is good, in ms; RFC 8292 §2 allows a day. Signed anew at half of it.
const LIFETIME_MS: i64 = 12 * 60 * 60 * 1_000;

/// Push services whose tokens are remembered: there are a handful in the world.
const MAX_ORIGINS: usize = 64;

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_token_names_the_service_and_the_contact_and_is_signed_by_the_public_key() {
        let kept = Vapid::generate().unwrap();
        let vapid = Vapid::open(&kept, String::from("mailto:ama@example.org")).unwrap();

        let header = vapid.authorization("https://push.example.org", 1_000_000).unwrap();

        let (token, key) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        assert_eq!(key, vapid.public());
        let (said, signature) = token.rsplit_once('.').unwrap();
        let signature = BASE64.decode(signature).unwrap();
        let key = BASE64.decode(key).unwrap();
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key);
        assert!(key.verify(said.as_bytes(), &signature).is_ok());
        let claims = BASE64.decode(said.split_once('.').unwrap().1).unwrap();
        let claims: Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims["aud"], "https://push.example.org");
        assert_eq!(claims["sub"], "mailto:ama@example.org");
        assert_eq!(claims["exp"], 1_000 + 12 * 3_600);
    }

    #[test]
    fn a_token_is_signed_anew_before_it_is_too_old() {
        let vapid = Vapid::open(&Vapid::generate().unwrap(), String::new()).unwrap();
        let signed = |now_ms| vapid.authorization("https://a.example", now_ms).unwrap();

        let first = signed(0);
        assert_eq!(signed(6 * 3_600_000 - 1), first);
        assert_ne!(signed(6 * 3_600_000), first);
        assert_ne!(vapid.authorization("https://b.example", 0).unwrap(), first);
    }
}
