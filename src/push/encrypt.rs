//! Encrypts what a push service carries, so that the device alone can read it (RFC 8291, RFC 8188).

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};

/// The public key of a device, an uncompressed point of P-256.
pub(crate) type PublicKey = [u8; 65];

/// What a device and this server know, and its push service does not.
pub(crate) type AuthSecret = [u8; 16];

/// Encrypts one message; the result is the body of a request with `content-encoding: aes128gcm`.
///
/// Fails when the public key is no point of the curve.
pub(super) fn encrypt(
    plaintext: &[u8],
    device: &PublicKey,
    auth: &AuthSecret,
) -> Result<Vec<u8>, Unspecified> {
    let mut salt = [0; SALT_BYTES];
    aws_lc_rs::rand::fill(&mut salt)?;
    seal(plaintext, device, auth, &PrivateKey::generate(&ECDH_P256)?, &salt)
}

fn seal(
    plaintext: &[u8],
    device: &PublicKey,
    auth: &AuthSecret,
    ours: &PrivateKey,
    salt: &[u8; SALT_BYTES],
) -> Result<Vec<u8>, Unspecified> {
    let public = ours.compute_public_key()?;
    let their = UnparsedPublicKey::new(&ECDH_P256, device);
    let key = agree(ours, their, Unspecified, |secret| {
        let info: [&[u8]; 3] = [b"WebPush: info\0", device, public.as_ref()];
        derive::<32>(auth, secret, &info)
    })?;
    let content_key: [u8; 16] = derive(salt, &key, &[b"Content-Encoding: aes128gcm\0"])?;
    let nonce: [u8; 12] = derive(salt, &key, &[b"Content-Encoding: nonce\0"])?;
    let mut record = [plaintext, &[LAST_RECORD]].concat();
    LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &content_key)?).seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::empty(),
        &mut record,
    )?;
    // The header of RFC 8188 §2.1, whose key id is our public key.
    let key_id_len = [u8::try_from(public.as_ref().len()).map_err(|_| Unspecified)?];
    let header: [&[u8]; 4] = [salt, &RECORD_BYTES.to_be_bytes(), &key_id_len, public.as_ref()];
    Ok([header.concat(), record].concat())
}

/// HKDF with SHA-256: `N` bytes out of what is secret.
fn derive<const N: usize>(
    salt: &[u8],
    secret: &[u8],
    info: &[&[u8]],
) -> Result<[u8; N], Unspecified> {
    struct Length(usize);
    impl KeyType for Length {
        fn len(&self) -> usize {
            self.0
        }
    }
    let mut key = [0; N];
    Salt::new(HKDF_SHA256, salt).extract(secret).expand(info, Length(N))?.fill(&mut key)?;
    Ok(key)
}

const SALT_BYTES: usize = 16;

/// Largest record, in bytes: what every push service must take (RFC 8030 §7.2).
const RECORD_BYTES: u32 = 4_096;

/// Ends the last record, and there is but one (RFC 8188 §2).
const LAST_RECORD: u8 = 2;

/// Largest plaintext that fits, in bytes: header, delimiter and tag taken off.
pub(super) const MAX_PLAINTEXT_BYTES: usize = 4_096 - (SALT_BYTES + 4 + 1 + 65) - 1 - 16;

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;

    use super::*;

    /// RFC 8291 §5, and its keys in appendix A.
    #[test]
    fn the_example_of_the_rfc_comes_out_byte_for_byte() {
        let read = |text: &str| BASE64.decode(text).unwrap();
        let device = read(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcx\
             aOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        );
        let ours = read("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw");
        let ours = PrivateKey::from_private_key(&ECDH_P256, &ours).unwrap();
        let auth = read("BTBZMqHH6r4Tts7J_aSIgg").try_into().unwrap();
        let salt = read("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let plaintext = b"When I grow up, I want to be a watermelon";

        let body = seal(plaintext, &device.try_into().unwrap(), &auth, &ours, &salt).unwrap();

        let wanted = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml\
                      mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT\
                      pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(BASE64.encode(body), wanted);
    }

    #[test]
    fn what_is_no_point_of_the_curve_is_refused() {
        assert!(encrypt(b"hello", &[4; 65], &[0; 16]).is_err());
    }

    #[test]
    fn the_largest_plaintext_fills_what_every_service_takes() {
        let ours = PrivateKey::generate(&ECDH_P256).unwrap();
        let device = ours.compute_public_key().unwrap().as_ref().try_into().unwrap();

        let body = encrypt(&[b'x'; MAX_PLAINTEXT_BYTES], &device, &[0; 16]).unwrap();

        assert_eq!(body.len(), 4_096);
    }
}
