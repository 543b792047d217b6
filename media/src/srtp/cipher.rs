//! The transforms of SRTP: keys from keys, and one direction of one kind of packet.

use rtc_crypto::{
    AeadAlgorithm, AeadCipher, BlockCipherAlgorithm, CryptoError, HmacAlgorithm, Mac, RTCCrypto,
    StreamCipher, StreamCipherAlgorithm, constant_time_eq,
};

use super::Profile;
use crate::gate::Rejected;
use crate::seq::{rollover, to_wire};

/// The key-derivation labels of one kind of packet (RFC 3711 §4.3.2).
pub(super) struct Labels {
    encryption: u8,
    authentication: u8,
    salt: u8,
}

/// One direction of one kind of packet.
pub(super) enum Cipher {
    Gcm { aead: Box<dyn AeadCipher>, salt: [u8; GCM_SALT_LEN] },
    CmSha1 { stream: Box<dyn StreamCipher>, mac: Box<dyn Mac>, salt: [u8; BLOCK_LEN] },
}

impl Cipher {
    pub(super) fn derive(
        crypto: &dyn RTCCrypto,
        profile: Profile,
        master: &[u8],
        master_salt: &[u8],
        labels: &Labels,
    ) -> Result<Self, CryptoError> {
        let derive =
            |label: u8, out: &mut [u8]| derive_key(crypto, master, master_salt, label, out);
        let mut key = [0; KEY_LEN];
        derive(labels.encryption, &mut key)?;
        Ok(match profile {
            Profile::Gcm => {
                let mut salt = [0; GCM_SALT_LEN];
                derive(labels.salt, &mut salt)?;
                Self::Gcm { aead: crypto.new_aead(AeadAlgorithm::Aes128Gcm, &key)?, salt }
            }
            Profile::CmSha1 => {
                let mut salt = [0; BLOCK_LEN];
                derive(labels.salt, &mut salt[..CM_SALT_LEN])?;
                let mut mac_key = [0; SHA1_LEN];
                derive(labels.authentication, &mut mac_key)?;
                let stream = crypto.new_stream_cipher(StreamCipherAlgorithm::Aes128Ctr, &key)?;
                let mac = crypto.new_hmac(HmacAlgorithm::Sha1, &mac_key)?;
                Self::CmSha1 { stream, mac, salt }
            }
        })
    }

    pub(super) fn profile(&self) -> Profile {
        match self {
            Self::Gcm { .. } => Profile::Gcm,
            Self::CmSha1 { .. } => Profile::CmSha1,
        }
    }

    pub(super) fn seal_rtp(
        &mut self,
        packet: &mut [u8],
        header_len: usize,
        len: usize,
        ssrc: u32,
        index: u64,
    ) -> usize {
        let sealed_len = len + self.profile().tag_len();
        let (body, tag) = packet[..sealed_len].split_at_mut(len);
        let (header, payload) = body.split_at_mut(header_len);
        match self {
            Self::Gcm { aead, salt } => aead
                .seal_in_place(&gcm_rtp_iv(salt, ssrc, index), header, payload, tag)
                .expect("nonce and tag have the lengths of the algorithm"),
            Self::CmSha1 { stream, mac, salt } => {
                stream
                    .apply_keystream(&cm_iv(salt, ssrc, srtp_index(index)), payload)
                    .expect("the nonce has the length of the algorithm");
                tag.copy_from_slice(&cm_tag(mac.as_mut(), &[body, &rollover(index).to_be_bytes()]));
            }
        }
        sealed_len
    }

    pub(super) fn open_rtp(
        &mut self,
        datagram: &mut [u8],
        header_len: usize,
        ssrc: u32,
        index: u64,
    ) -> Result<usize, Rejected> {
        let len = datagram.len().checked_sub(self.profile().tag_len());
        let len = len.filter(|len| header_len <= *len).ok_or(Rejected::Length)?;
        let (body, tag) = datagram.split_at_mut(len);
        match self {
            Self::Gcm { aead, salt } => {
                let (header, payload) = body.split_at_mut(header_len);
                aead.open_in_place(&gcm_rtp_iv(salt, ssrc, index), header, payload, tag)
                    .map_err(|_| Rejected::Forged)?;
            }
            Self::CmSha1 { stream, mac, salt } => {
                let expected = cm_tag(mac.as_mut(), &[body, &rollover(index).to_be_bytes()]);
                if !constant_time_eq(&expected, tag) {
                    return Err(Rejected::Forged);
                }
                let iv = cm_iv(salt, ssrc, srtp_index(index));
                stream
                    .apply_keystream(&iv, &mut body[header_len..])
                    .map_err(|_| Rejected::Forged)?;
            }
        }
        Ok(len)
    }

    pub(super) fn seal_rtcp(&mut self, packet: &mut Vec<u8>, ssrc: u32, word: u32) {
        let index = word & !ENCRYPTED_FLAG;
        match self {
            Self::Gcm { aead, salt } => {
                let aad = rtcp_aad(packet, word);
                let mut tag = [0; GCM_TAG_LEN];
                let iv = gcm_rtcp_iv(salt, ssrc, index);
                aead.seal_in_place(&iv, &aad, &mut packet[RTCP_HEADER_LEN..], &mut tag)
                    .expect("nonce and tag have the lengths of the algorithm");
                packet.extend_from_slice(&tag);
                packet.extend_from_slice(&word.to_be_bytes());
            }
            Self::CmSha1 { stream, mac, salt } => {
                let iv = cm_iv(salt, ssrc, u64::from(index));
                stream
                    .apply_keystream(&iv, &mut packet[RTCP_HEADER_LEN..])
                    .expect("the nonce has the length of the algorithm");
                packet.extend_from_slice(&word.to_be_bytes());
                let tag = cm_tag(mac.as_mut(), &[packet]);
                packet.extend_from_slice(&tag);
            }
        }
    }

    pub(super) fn open_rtcp(
        &mut self,
        datagram: &mut [u8],
        word_at: usize,
        ssrc: u32,
        word: u32,
    ) -> Result<usize, Rejected> {
        let index = word & !ENCRYPTED_FLAG;
        match self {
            Self::Gcm { aead, salt } => {
                let aad = rtcp_aad(datagram, word);
                let len = word_at - GCM_TAG_LEN;
                let (body, tag) = datagram[..word_at].split_at_mut(len);
                let iv = gcm_rtcp_iv(salt, ssrc, index);
                aead.open_in_place(&iv, &aad, &mut body[RTCP_HEADER_LEN..], tag)
                    .map_err(|_| Rejected::Forged)?;
                Ok(len)
            }
            Self::CmSha1 { stream, mac, salt } => {
                let (covered, tag) = datagram.split_at_mut(word_at + INDEX_LEN);
                if !constant_time_eq(&cm_tag(mac.as_mut(), &[covered]), tag) {
                    return Err(Rejected::Forged);
                }
                let iv = cm_iv(salt, ssrc, u64::from(index));
                stream
                    .apply_keystream(&iv, &mut covered[RTCP_HEADER_LEN..word_at])
                    .map_err(|_| Rejected::Forged)?;
                Ok(word_at)
            }
        }
    }
}

/// The key derivation function with a rate of zero (RFC 3711 §4.3.1; RFC 7714 §11 for GCM).
fn derive_key(
    crypto: &dyn RTCCrypto,
    master: &[u8],
    salt: &[u8],
    label: u8,
    out: &mut [u8],
) -> Result<(), CryptoError> {
    for (counter, chunk) in (0u16..).zip(out.chunks_mut(BLOCK_LEN)) {
        let mut block = [0; BLOCK_LEN];
        block[..salt.len()].copy_from_slice(salt);
        block[LABEL_AT] ^= label;
        block[CM_SALT_LEN..].copy_from_slice(&counter.to_be_bytes());
        crypto.block_encrypt(BlockCipherAlgorithm::Aes128, master, &mut block)?;
        chunk.copy_from_slice(&block[..chunk.len()]);
    }
    Ok(())
}

/// The 48-bit packet index (RFC 3711 §3.3.1).
fn srtp_index(index: u64) -> u64 {
    u64::from(rollover(index)) << 16 | u64::from(to_wire(index))
}

/// RFC 7714 §8.1.
fn gcm_rtp_iv(salt: &[u8; GCM_SALT_LEN], ssrc: u32, index: u64) -> [u8; GCM_SALT_LEN] {
    let mut iv = [0; GCM_SALT_LEN];
    iv[2..6].copy_from_slice(&ssrc.to_be_bytes());
    iv[6..].copy_from_slice(&srtp_index(index).to_be_bytes()[2..]);
    xor(iv, salt)
}

/// RFC 7714 §9.1.
fn gcm_rtcp_iv(salt: &[u8; GCM_SALT_LEN], ssrc: u32, index: u32) -> [u8; GCM_SALT_LEN] {
    let mut iv = [0; GCM_SALT_LEN];
    iv[2..6].copy_from_slice(&ssrc.to_be_bytes());
    iv[8..].copy_from_slice(&index.to_be_bytes());
    xor(iv, salt)
}

/// RFC 3711 §4.1.1.
fn cm_iv(salt: &[u8; BLOCK_LEN], ssrc: u32, index: u64) -> [u8; BLOCK_LEN] {
    let mut iv = [0; BLOCK_LEN];
    iv[4..8].copy_from_slice(&ssrc.to_be_bytes());
    iv[8..CM_SALT_LEN].copy_from_slice(&index.to_be_bytes()[2..]);
    xor(iv, salt)
}

fn xor<const N: usize>(mut bytes: [u8; N], mask: &[u8; N]) -> [u8; N] {
    for (byte, mask) in bytes.iter_mut().zip(mask) {
        *byte ^= mask;
    }
    bytes
}

fn cm_tag(mac: &mut dyn Mac, parts: &[&[u8]]) -> [u8; CM_TAG_LEN] {
    let mut whole = [0; SHA1_LEN];
    mac.sign(parts, &mut whole).expect("the output has the length of the algorithm");
    let mut tag = [0; CM_TAG_LEN];
    tag.copy_from_slice(&whole[..CM_TAG_LEN]);
    tag
}

/// Header and index word (RFC 7714 §9.2).
fn rtcp_aad(packet: &[u8], word: u32) -> [u8; RTCP_HEADER_LEN + INDEX_LEN] {
    let mut aad = [0; RTCP_HEADER_LEN + INDEX_LEN];
    aad[..RTCP_HEADER_LEN].copy_from_slice(&packet[..RTCP_HEADER_LEN]);
    aad[RTCP_HEADER_LEN..].copy_from_slice(&word.to_be_bytes());
    aad
}

/// AES-128.
pub(super) const KEY_LEN: usize = 16;
/// RFC 7714 §12.
pub(super) const GCM_SALT_LEN: usize = 12;
/// RFC 7714 §12.
pub(super) const GCM_TAG_LEN: usize = 16;
/// RFC 3711 §8.2.
pub(super) const CM_SALT_LEN: usize = 14;
/// RFC 5764 §4.1.2: 80 bits.
pub(super) const CM_TAG_LEN: usize = 10;
/// An untruncated HMAC-SHA1.
const SHA1_LEN: usize = 20;
/// One AES block.
const BLOCK_LEN: usize = 16;
/// Where the label meets the salt (RFC 3711 §4.3.1: `label << 48` in a 112-bit number).
const LABEL_AT: usize = 7;
pub(super) const RTP_LABELS: Labels = Labels { encryption: 0, authentication: 1, salt: 2 };
pub(super) const RTCP_LABELS: Labels = Labels { encryption: 3, authentication: 4, salt: 5 };
/// Header and sender SSRC stay in the clear (RFC 3711 §3.4).
pub(super) const RTCP_HEADER_LEN: usize = 8;
/// E flag and index (RFC 3711 §3.4).
pub(super) const INDEX_LEN: usize = 4;
/// RFC 3711 §3.4.
pub(super) const ENCRYPTED_FLAG: u32 = 1 << 31;

#[cfg(test)]
mod tests {
    use rtc_crypto::RTCCryptoProvider;
    use rtc_crypto::providers::AwsLcRsProvider;

    use super::*;

    /// RFC 3711 §B.3.
    #[test]
    fn keys_are_derived_as_the_rfc_derives_them() {
        let master = 0xE1F9_7A0D_3E01_8BE0_D64F_A32C_06DE_4139_u128.to_be_bytes();
        let salt = &0x0EC6_75AD_498A_FEEB_B696_0B3A_ABE6_u128.to_be_bytes()[2..];
        let provider = AwsLcRsProvider::new();
        let derive = |label: u8, out: &mut [u8]| {
            derive_key(provider.crypto(), &master, salt, label, out).unwrap();
        };

        let (mut key, mut session_salt, mut mac_key) = ([0; 16], [0; 14], [0; 20]);
        derive(RTP_LABELS.encryption, &mut key);
        derive(RTP_LABELS.salt, &mut session_salt);
        derive(RTP_LABELS.authentication, &mut mac_key);

        assert_eq!(u128::from_be_bytes(key), 0xC61E_7A93_744F_39EE_1073_4AFE_3FF7_A087);
        let expected_salt = 0x30CB_BC08_863D_8C85_D49D_B34A_9AE1_u128.to_be_bytes();
        assert_eq!(session_salt, expected_salt[2..]);
        assert_eq!(mac_key[..4], [0xCE, 0xBE, 0x32, 0x1F]);
    }
}
