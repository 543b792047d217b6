//! Seals and opens SRTP and SRTCP in place, without allocating (RFC 3711, RFC 7714).

mod cipher;
mod replay;

use rtc_crypto::{CryptoError, RTCCrypto};

use self::cipher::{
    CM_SALT_LEN, CM_TAG_LEN, Cipher, ENCRYPTED_FLAG, GCM_SALT_LEN, GCM_TAG_LEN, INDEX_LEN, KEY_LEN,
    Labels, RTCP_HEADER_LEN, RTCP_LABELS, RTP_LABELS,
};
use self::replay::{ReplayWindow, Streams};
use crate::gate::Rejected;
use crate::seq::SeqExtender;

/// Which transforms protect a session (RFC 5764 §4.1.2, RFC 7714 §14.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Profile {
    /// AEAD_AES_128_GCM, preferred: a sixth of the other's cost.
    Gcm,
    /// AES128_CM_HMAC_SHA1_80, for clients that know nothing better.
    CmSha1,
}

/// Both directions of one peer.
pub struct Srtp {
    rtp_in: Cipher,
    rtcp_in: Cipher,
    rtp_out: Cipher,
    rtcp_out: Cipher,
    /// Streams whose packets have passed authentication, by SSRC.
    received: Streams<RtpStream>,
    received_rtcp: Streams<ReplayWindow>,
    /// Index of the next SRTCP packet; one counter serves every sender SSRC.
    next_rtcp_index: u32,
}

/// What an authentic RTP packet turned out to be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct OpenedRtp {
    /// Its synchronisation source.
    pub ssrc: u32,
    /// Its extended sequence number as [`SeqExtender`] counts: one cycle above the rollover
    /// counter of RFC 3711 §3.3.1.
    pub index: u64,
    /// Header and plaintext, in bytes from the start of the datagram.
    pub len: usize,
}

impl Profile {
    /// Bytes that DTLS must export: two keys and two salts (RFC 5764 §4.2).
    pub fn keying_len(self) -> usize {
        2 * (KEY_LEN + self.salt_len())
    }

    fn salt_len(self) -> usize {
        match self {
            Self::Gcm => GCM_SALT_LEN,
            Self::CmSha1 => CM_SALT_LEN,
        }
    }

    fn tag_len(self) -> usize {
        match self {
            Self::Gcm => GCM_TAG_LEN,
            Self::CmSha1 => CM_TAG_LEN,
        }
    }
}

impl Srtp {
    /// Takes the keys of a DTLS server from what DTLS exported (RFC 5764 §4.2).
    ///
    /// # Errors
    ///
    /// Fails when `keying` has not [`Profile::keying_len`] bytes.
    pub fn server(
        crypto: &dyn RTCCrypto,
        profile: Profile,
        keying: &[u8],
    ) -> Result<Self, CryptoError> {
        let expected = profile.keying_len();
        if keying.len() != expected {
            return Err(CryptoError::InvalidKeyLength { expected, actual: keying.len() });
        }
        let (keys, salts) = keying.split_at(2 * KEY_LEN);
        let (client_key, server_key) = keys.split_at(KEY_LEN);
        let (client_salt, server_salt) = salts.split_at(profile.salt_len());
        let cipher = |master: &[u8], salt: &[u8], labels: &Labels| {
            Cipher::derive(crypto, profile, master, salt, labels)
        };
        Ok(Self {
            rtp_in: cipher(client_key, client_salt, &RTP_LABELS)?,
            rtcp_in: cipher(client_key, client_salt, &RTCP_LABELS)?,
            rtp_out: cipher(server_key, server_salt, &RTP_LABELS)?,
            rtcp_out: cipher(server_key, server_salt, &RTCP_LABELS)?,
            received: Streams::default(),
            received_rtcp: Streams::default(),
            next_rtcp_index: 0,
        })
    }

    /// Authenticates and decrypts an RTP packet in place.
    ///
    /// Nothing is remembered of a packet that does not verify (RFC 3711 §3.3).
    ///
    /// # Errors
    ///
    /// Says why the packet must be dropped; its payload may then be garbled.
    pub fn open_rtp(&mut self, datagram: &mut [u8]) -> Result<OpenedRtp, Rejected> {
        let header_len = rtp_header_len(datagram)?;
        let wire = u16::from_be_bytes([datagram[2], datagram[3]]);
        let ssrc = u32_at(datagram, 8);
        let known = self.received.get_mut(ssrc);
        let index = match &known {
            Some(stream) => stream.extender.guess(wire),
            None => SeqExtender::default().guess(wire),
        };
        if known.is_some_and(|stream| !stream.window.is_new(index)) {
            return Err(Rejected::Replayed);
        }

        let len = self.rtp_in.open_rtp(datagram, header_len, ssrc, index)?;
        let stream = self.received.get_or_insert(ssrc);
        stream.extender.accept(index);
        stream.window.accept(index);
        Ok(OpenedRtp { ssrc, index, len })
    }

    /// Authenticates and decrypts a compound RTCP packet in place and returns its length.
    ///
    /// # Errors
    ///
    /// Says why the packet must be dropped; its payload may then be garbled.
    pub fn open_rtcp(&mut self, datagram: &mut [u8]) -> Result<usize, Rejected> {
        let profile = self.rtcp_in.profile();
        let (word_at, min_len) = match profile {
            Profile::Gcm => (datagram.len().checked_sub(INDEX_LEN), GCM_TAG_LEN),
            Profile::CmSha1 => (datagram.len().checked_sub(INDEX_LEN + CM_TAG_LEN), 0),
        };
        let word_at = word_at.filter(|at| RTCP_HEADER_LEN + min_len <= *at);
        let word_at = word_at.ok_or(Rejected::Length)?;
        let word = u32_at(datagram, word_at);
        // Without the E flag the payload is in the clear. Nobody negotiates that, and believing
        // the flag has let such packets past the check of their tag elsewhere.
        if word & ENCRYPTED_FLAG == 0 {
            return Err(Rejected::Unencrypted);
        }
        let ssrc = u32_at(datagram, 4);
        let index = u64::from(word & !ENCRYPTED_FLAG);
        if self.received_rtcp.get_mut(ssrc).is_some_and(|window| !window.is_new(index)) {
            return Err(Rejected::Replayed);
        }

        let len = self.rtcp_in.open_rtcp(datagram, word_at, ssrc, word)?;
        self.received_rtcp.get_or_insert(ssrc).accept(index);
        Ok(len)
    }

    /// Encrypts `packet[..len]`, whose first `header_len` bytes are its header, in place, appends
    /// the tag and returns the whole length. Allocates nothing.
    ///
    /// `index` counts as [`SeqExtender`] does, and must never repeat for an SSRC.
    ///
    /// # Panics
    ///
    /// Panics when `packet` has not [`SRTP_OVERHEAD`] bytes of room behind `len`.
    pub fn seal_rtp(
        &mut self,
        packet: &mut [u8],
        header_len: usize,
        len: usize,
        ssrc: u32,
        index: u64,
    ) -> usize {
        self.rtp_out.seal_rtp(packet, header_len, len, ssrc, index)
    }

    /// Bytes that [`seal_rtp`](Self::seal_rtp) adds.
    pub fn overhead(&self) -> usize {
        self.rtp_out.profile().tag_len()
    }

    /// Encrypts a compound RTCP packet in place and appends what SRTCP adds.
    ///
    /// # Errors
    ///
    /// Fails for what has no RTCP header, and once the key has been used 2³¹ times.
    pub fn seal_rtcp(&mut self, packet: &mut Vec<u8>) -> Result<(), Rejected> {
        if packet.len() < RTCP_HEADER_LEN {
            return Err(Rejected::Length);
        }
        if self.next_rtcp_index & ENCRYPTED_FLAG != 0 {
            return Err(Rejected::KeyUsedUp);
        }
        let ssrc = u32_at(packet, 4);
        let word = self.next_rtcp_index | ENCRYPTED_FLAG;
        self.rtcp_out.seal_rtcp(packet, ssrc, word);
        self.next_rtcp_index += 1;
        Ok(())
    }

    /// Streams and RTCP senders remembered, to be watched for leaks.
    pub fn sizes(&self) -> (usize, usize) {
        (self.received.len(), self.received_rtcp.len())
    }
}

/// What is remembered of one SSRC that sends to us.
#[derive(Debug, Default)]
struct RtpStream {
    extender: SeqExtender,
    window: ReplayWindow,
}

/// Length of the RTP header with contributing sources and extension (RFC 3550 §5.1, §5.3.1).
fn rtp_header_len(datagram: &[u8]) -> Result<usize, Rejected> {
    let first = *datagram.first().ok_or(Rejected::Length)?;
    if first >> 6 != 2 {
        return Err(Rejected::Malformed);
    }
    let mut len = RTP_HEADER_LEN + 4 * usize::from(first & 0x0f);
    if first & 0x10 != 0 {
        let words = datagram.get(len + 2..len + 4).ok_or(Rejected::Malformed)?;
        len += 4 + 4 * usize::from(u16::from_be_bytes([words[0], words[1]]));
    }
    if datagram.len() < len { Err(Rejected::Malformed) } else { Ok(len) }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// Bytes that sealing appends to an RTP packet at most.
pub const SRTP_OVERHEAD: usize = GCM_TAG_LEN;

/// RFC 3550 §5.1.
const RTP_HEADER_LEN: usize = 12;

#[cfg(test)]
mod tests {
    use rtc_crypto::RTCCryptoProvider;
    use rtc_crypto::providers::AwsLcRsProvider;

    use super::*;
    use crate::seq::CYCLE;

    /// The two ends of one session; what one seals the other opens.
    fn pair(profile: Profile) -> (Srtp, Srtp) {
        let keying: Vec<u8> = (0..profile.keying_len() as u8).collect();
        let (keys, salts) = keying.split_at(2 * KEY_LEN);
        let swap = |halves: &[u8]| {
            let (one, other) = halves.split_at(halves.len() / 2);
            [other, one].concat()
        };
        let swapped = [swap(keys), swap(salts)].concat();
        let provider = AwsLcRsProvider::new();
        let end = |keying: &[u8]| Srtp::server(provider.crypto(), profile, keying).unwrap();
        (end(&keying), end(&swapped))
    }

    fn sealed(srtp: &mut Srtp, ssrc: u32, index: u64) -> Vec<u8> {
        let mut packet = vec![0x80, 111];
        packet.extend_from_slice(&crate::seq::to_wire(index).to_be_bytes());
        packet.extend_from_slice(&[0; 4]);
        packet.extend_from_slice(&ssrc.to_be_bytes());
        packet.extend_from_slice(b"payload");
        let len = packet.len();
        packet.resize(len + SRTP_OVERHEAD, 0);
        let sealed_len = srtp.seal_rtp(&mut packet, RTP_HEADER_LEN, len, ssrc, index);
        packet.truncate(sealed_len);
        packet
    }

    fn report(ssrc: u32) -> Vec<u8> {
        [&[0x80, 201, 0, 1][..], &ssrc.to_be_bytes()].concat()
    }

    #[test]
    fn forged_sources_leave_no_state() {
        for profile in [Profile::Gcm, Profile::CmSha1] {
            let (mut server, mut client) = pair(profile);
            let mut rtcp = report(1);
            client.seal_rtcp(&mut rtcp).unwrap();
            for ssrc in 2..5_000u32 {
                let mut forged = sealed(&mut client, 1, CYCLE + 1);
                forged[8..12].copy_from_slice(&ssrc.to_be_bytes());
                assert_eq!(server.open_rtp(&mut forged), Err(Rejected::Forged));
                let mut forged = rtcp.clone();
                forged[4..8].copy_from_slice(&ssrc.to_be_bytes());
                assert_eq!(server.open_rtcp(&mut forged), Err(Rejected::Forged));
            }

            assert_eq!(server.sizes(), (0, 0));
            assert!(server.open_rtp(&mut sealed(&mut client, 1, CYCLE + 1)).is_ok());
            assert!(server.open_rtcp(&mut rtcp).is_ok());
            assert_eq!(server.sizes(), (1, 1));
        }
    }

    #[test]
    fn a_forged_number_far_ahead_moves_no_window() {
        let (mut server, mut client) = pair(Profile::Gcm);
        server.open_rtp(&mut sealed(&mut client, 1, CYCLE + 100)).unwrap();
        let mut forged = sealed(&mut client, 1, CYCLE + 101);
        forged[2..4].copy_from_slice(&30_000u16.to_be_bytes());

        assert_eq!(server.open_rtp(&mut forged), Err(Rejected::Forged));

        assert!(server.open_rtp(&mut sealed(&mut client, 1, CYCLE + 99)).is_ok());
    }

    #[test]
    fn sources_stay_within_their_bound_and_the_busy_one_stays() {
        let (mut server, mut client) = pair(Profile::Gcm);

        for ssrc in 1..2_000 {
            server.open_rtp(&mut sealed(&mut client, ssrc, CYCLE)).unwrap();
            let busy = CYCLE + u64::from(ssrc);
            server.open_rtp(&mut sealed(&mut client, 0, busy)).unwrap();
            let mut rtcp = report(ssrc);
            client.seal_rtcp(&mut rtcp).unwrap();
            server.open_rtcp(&mut rtcp).unwrap();
        }

        assert_eq!(server.sizes(), (replay::MAX_STREAMS, replay::MAX_STREAMS));
        let replayed = server.open_rtp(&mut sealed(&mut client, 0, CYCLE + 5));
        assert_eq!(replayed, Err(Rejected::Replayed));
    }

    #[test]
    fn rtcp_ends_when_its_key_is_used_up() {
        let (mut server, _) = pair(Profile::CmSha1);
        server.next_rtcp_index = ENCRYPTED_FLAG - 1;

        assert_eq!(server.seal_rtcp(&mut report(1)), Ok(()));
        assert_eq!(server.seal_rtcp(&mut report(1)), Err(Rejected::KeyUsedUp));
    }

    #[test]
    fn no_length_makes_opening_panic() {
        for profile in [Profile::Gcm, Profile::CmSha1] {
            let (mut server, _) = pair(profile);
            for len in 0..80 {
                for first in [0x80, 0x8f, 0x90, 0x9f, 0xff] {
                    let mut datagram = vec![0xff; len];
                    if let Some(byte) = datagram.first_mut() {
                        *byte = first;
                    }
                    assert!(server.open_rtp(&mut datagram).is_err());
                    assert!(server.open_rtcp(&mut datagram).is_err());
                }
            }
        }
    }
}
