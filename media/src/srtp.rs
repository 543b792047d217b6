//! Seals and opens SRTP and SRTCP in place, without allocating (RFC 3711, RFC 7714).

use rtc_crypto::{
    AeadAlgorithm, AeadCipher, BlockCipherAlgorithm, CryptoError, HmacAlgorithm, Mac, RTCCrypto,
    StreamCipher, StreamCipherAlgorithm, constant_time_eq,
};
use rustc_hash::FxHashMap;

use crate::gate::Rejected;
use crate::seq::{SeqExtender, rollover, to_wire};

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
        (self.received.by_ssrc.len(), self.received_rtcp.by_ssrc.len())
    }
}

/// The key-derivation labels of one kind of packet (RFC 3711 §4.3.2).
struct Labels {
    encryption: u8,
    authentication: u8,
    salt: u8,
}

/// One direction of one kind of packet.
enum Cipher {
    Gcm { aead: Box<dyn AeadCipher>, salt: [u8; GCM_SALT_LEN] },
    CmSha1 { stream: Box<dyn StreamCipher>, mac: Box<dyn Mac>, salt: [u8; BLOCK_LEN] },
}

impl Cipher {
    fn derive(
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

    fn profile(&self) -> Profile {
        match self {
            Self::Gcm { .. } => Profile::Gcm,
            Self::CmSha1 { .. } => Profile::CmSha1,
        }
    }

    fn seal_rtp(
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

    fn open_rtp(
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

    fn seal_rtcp(&mut self, packet: &mut Vec<u8>, ssrc: u32, word: u32) {
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

    fn open_rtcp(
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

/// What is remembered of one SSRC that sends to us.
#[derive(Debug, Default)]
struct RtpStream {
    extender: SeqExtender,
    window: ReplayWindow,
}

/// Which of the last packets have been seen (RFC 3711 §3.3.2).
#[derive(Debug, Default)]
struct ReplayWindow {
    /// One above the highest accepted index; zero before the first.
    next: u64,
    /// Bit `i % REPLAY_WINDOW` tells of index `i`, for the last [`REPLAY_WINDOW`] indexes.
    seen: [u64; REPLAY_WORDS],
}

impl ReplayWindow {
    fn is_new(&self, index: u64) -> bool {
        let (word, bit) = Self::place(index);
        self.next <= index || (self.next - index <= REPLAY_WINDOW && self.seen[word] & bit == 0)
    }

    /// Records an index that [`is_new`](Self::is_new).
    fn accept(&mut self, index: u64) {
        if self.next <= index {
            let skipped = index - self.next;
            if REPLAY_WINDOW <= skipped {
                self.seen = [0; REPLAY_WORDS];
            } else {
                for between in self.next..index {
                    let (word, bit) = Self::place(between);
                    self.seen[word] &= !bit;
                }
            }
            self.next = index + 1;
        }
        let (word, bit) = Self::place(index);
        self.seen[word] |= bit;
    }

    fn place(index: u64) -> (usize, u64) {
        let at = index % REPLAY_WINDOW;
        ((at / 64) as usize, 1 << (at % 64))
    }
}

/// State by SSRC; when it is full, what was used least recently goes.
#[derive(Debug)]
struct Streams<T> {
    by_ssrc: FxHashMap<u32, (u64, T)>,
    /// Counts uses, so that the least recent one can be found.
    uses: u64,
}

impl<T> Default for Streams<T> {
    fn default() -> Self {
        Self { by_ssrc: FxHashMap::default(), uses: 0 }
    }
}

impl<T: Default> Streams<T> {
    fn get_mut(&mut self, ssrc: u32) -> Option<&mut T> {
        self.by_ssrc.get_mut(&ssrc).map(|(_, stream)| stream)
    }

    /// Returns the state of an SSRC that has just proved itself.
    fn get_or_insert(&mut self, ssrc: u32) -> &mut T {
        self.uses += 1;
        if MAX_STREAMS <= self.by_ssrc.len() && !self.by_ssrc.contains_key(&ssrc) {
            let oldest = self.by_ssrc.iter().min_by_key(|(_, (used, _))| *used);
            if let Some(oldest) = oldest.map(|(ssrc, _)| *ssrc) {
                self.by_ssrc.remove(&oldest);
            }
        }
        let entry = self.by_ssrc.entry(ssrc).or_default();
        entry.0 = self.uses;
        &mut entry.1
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

/// AES-128.
const KEY_LEN: usize = 16;
/// RFC 7714 §12.
const GCM_SALT_LEN: usize = 12;
/// RFC 7714 §12.
const GCM_TAG_LEN: usize = 16;
/// RFC 3711 §8.2.
const CM_SALT_LEN: usize = 14;
/// RFC 5764 §4.1.2: 80 bits.
const CM_TAG_LEN: usize = 10;
/// An untruncated HMAC-SHA1.
const SHA1_LEN: usize = 20;
/// One AES block.
const BLOCK_LEN: usize = 16;
/// Where the label meets the salt (RFC 3711 §4.3.1: `label << 48` in a 112-bit number).
const LABEL_AT: usize = 7;

const RTP_LABELS: Labels = Labels { encryption: 0, authentication: 1, salt: 2 };
const RTCP_LABELS: Labels = Labels { encryption: 3, authentication: 4, salt: 5 };

/// RFC 3550 §5.1.
const RTP_HEADER_LEN: usize = 12;
/// Header and sender SSRC stay in the clear (RFC 3711 §3.4).
const RTCP_HEADER_LEN: usize = 8;
/// E flag and index (RFC 3711 §3.4).
const INDEX_LEN: usize = 4;
/// RFC 3711 §3.4.
const ENCRYPTED_FLAG: u32 = 1 << 31;

/// Packets; half a second of a strong video stream, so that no reordering looks like a replay.
/// RFC 3711 §3.3.2 asks for 64 or more.
const REPLAY_WINDOW: u64 = 64 * REPLAY_WORDS as u64;
const REPLAY_WORDS: usize = 16;

/// SSRCs remembered per peer, RTP and RTCP each: several times what the largest offer carries.
const MAX_STREAMS: usize = 256;
