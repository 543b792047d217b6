//! Answers STUN Binding requests as an ICE-lite agent does (RFC 8445 §2.5).
//!
//! Only requests with valid MESSAGE-INTEGRITY are answered, and attributes that it does not cover
//! are not read. Role attributes are ignored: a lite agent never takes the controlling role, so
//! there is no conflict to repair (RFC 8445 §7.3.1.1).

use std::net::{IpAddr, SocketAddr};

use rtc_crypto::{Mac, constant_time_eq};

use crate::gate::{Rejected, canonical};

/// A well-formed Binding request whose integrity is yet to be checked.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    datagram: &'a [u8],
    /// Offset of the MESSAGE-INTEGRITY attribute.
    integrity_at: usize,
    /// The user name fragment of the one who is asked.
    pub local_ufrag: &'a str,
    /// The user name fragment of the one who asks.
    pub remote_ufrag: &'a str,
    /// Whether USE-CANDIDATE selects this pair.
    pub nominates: bool,
}

/// Identifies one request (RFC 8489 §5).
pub type TransactionId = [u8; 12];

/// Reads the user name fragment of ours that a request is addressed to, and nothing else.
///
/// # Errors
///
/// Fails for what is not a Binding request with a user name.
pub fn local_ufrag(datagram: &[u8]) -> Result<&str, Rejected> {
    Request::parse(datagram).map(|request| request.local_ufrag)
}

impl<'a> Request<'a> {
    /// Reads a Binding request up to its MESSAGE-INTEGRITY; what comes after it, FINGERPRINT
    /// excepted, could have been added by anyone (RFC 8489 §14.5).
    ///
    /// # Errors
    ///
    /// Fails for everything that an ICE agent would not send as a check, and for a FINGERPRINT
    /// that does not match.
    pub fn parse(datagram: &'a [u8]) -> Result<Self, Rejected> {
        check_header(datagram)?;

        let mut username = None;
        let mut nominates = false;
        let mut integrity_at = None;
        let mut at = HEADER_LEN;
        while at < datagram.len() {
            let (kind, value, next) = attribute(datagram, at)?;
            match (kind, integrity_at) {
                (FINGERPRINT, _) => {
                    check_fingerprint(datagram, at, value)?;
                    if next != datagram.len() {
                        return Err(Rejected::Malformed);
                    }
                }
                (MESSAGE_INTEGRITY, None) if value.len() == INTEGRITY_LEN => {
                    integrity_at = Some(at);
                }
                (USERNAME, None) if username.is_none() => username = Some(value),
                (USE_CANDIDATE, None) => nominates = true,
                _ => {}
            }
            at = next;
        }

        let username = std::str::from_utf8(username.ok_or(Rejected::Malformed)?)
            .map_err(|_| Rejected::Malformed)?;
        let (local_ufrag, remote_ufrag) = username.split_once(':').ok_or(Rejected::Malformed)?;
        let integrity_at = integrity_at.ok_or(Rejected::Forged)?;
        Ok(Self { datagram, integrity_at, local_ufrag, remote_ufrag, nominates })
    }

    /// Whether whoever sent this knows the password that `mac` is keyed with.
    pub fn is_authentic(&self, mac: &mut dyn Mac) -> bool {
        // The length field counts up to and including this attribute (RFC 8489 §14.5).
        let covered = self.integrity_at + ATTRIBUTE_HEADER_LEN + INTEGRITY_LEN - HEADER_LEN;
        let Ok(covered) = u16::try_from(covered) else { return false };
        let message = &self.datagram[..self.integrity_at];
        let mut expected = [0; INTEGRITY_LEN];
        let parts = [&message[..2], &covered.to_be_bytes()[..], &message[4..]];
        if mac.sign(&parts, &mut expected).is_err() {
            return false;
        }
        let value_at = self.integrity_at + ATTRIBUTE_HEADER_LEN;
        constant_time_eq(&expected, &self.datagram[value_at..value_at + INTEGRITY_LEN])
    }

    /// The identifier that the answer repeats.
    pub fn transaction_id(&self) -> TransactionId {
        let mut id = [0; 12];
        id.copy_from_slice(&self.datagram[8..HEADER_LEN]);
        id
    }

    /// Writes the success response for a request that came from `from`.
    ///
    /// # Errors
    ///
    /// Fails when the response would be longer than the request: a forged source address must not
    /// make this server an amplifier. No real check is that short, since each carries a user
    /// name, a priority and a role (RFC 8445 §7.1.1).
    pub fn respond(&self, from: SocketAddr, mac: &mut dyn Mac) -> Result<Vec<u8>, Rejected> {
        let mut out = Vec::with_capacity(MAX_RESPONSE_LEN);
        out.extend_from_slice(&BINDING_SUCCESS.to_be_bytes());
        out.extend_from_slice(&[0; 2]);
        out.extend_from_slice(&self.datagram[4..HEADER_LEN]);
        push_mapped_address(&mut out, canonical(from), &self.transaction_id());

        let mut integrity = [0; INTEGRITY_LEN];
        set_length(&mut out, ATTRIBUTE_HEADER_LEN + INTEGRITY_LEN);
        mac.sign(&[&out], &mut integrity).map_err(|_| Rejected::Gone)?;
        push_attribute(&mut out, MESSAGE_INTEGRITY, &integrity);

        set_length(&mut out, ATTRIBUTE_HEADER_LEN + FINGERPRINT_LEN);
        let crc = crc32(&out) ^ FINGERPRINT_XOR;
        push_attribute(&mut out, FINGERPRINT, &crc.to_be_bytes());

        if self.datagram.len() < out.len() { Err(Rejected::Amplifying) } else { Ok(out) }
    }
}

fn check_header(datagram: &[u8]) -> Result<(), Rejected> {
    if datagram.len() < HEADER_LEN || MAX_LEN < datagram.len() {
        return Err(Rejected::Length);
    }
    let length = usize::from(u16_at(datagram, 2));
    let is_request = u16_at(datagram, 0) == BINDING_REQUEST && datagram[4..8] == MAGIC_COOKIE;
    if is_request && length + HEADER_LEN == datagram.len() && length.is_multiple_of(4) {
        Ok(())
    } else {
        Err(Rejected::Malformed)
    }
}

/// Returns the type and value of the attribute at `at`, and where the next one starts.
fn attribute(datagram: &[u8], at: usize) -> Result<(u16, &[u8], usize), Rejected> {
    let header = datagram.get(at..at + ATTRIBUTE_HEADER_LEN).ok_or(Rejected::Malformed)?;
    let len = usize::from(u16_at(header, 2));
    let value_at = at + ATTRIBUTE_HEADER_LEN;
    let value = datagram.get(value_at..value_at + len).ok_or(Rejected::Malformed)?;
    // Values are padded to four bytes (RFC 8489 §14).
    Ok((u16_at(header, 0), value, value_at + len.next_multiple_of(4)))
}

fn check_fingerprint(datagram: &[u8], at: usize, value: &[u8]) -> Result<(), Rejected> {
    let expected = crc32(&datagram[..at]) ^ FINGERPRINT_XOR;
    if value == expected.to_be_bytes() { Ok(()) } else { Err(Rejected::Malformed) }
}

/// XOR-MAPPED-ADDRESS (RFC 8489 §14.2).
fn push_mapped_address(out: &mut Vec<u8>, from: SocketAddr, id: &TransactionId) {
    let mut value = [0; 20];
    value[2..4].copy_from_slice(&(from.port() ^ u16_at(&MAGIC_COOKIE, 0)).to_be_bytes());
    let len = match from.ip() {
        IpAddr::V4(ip) => {
            value[1] = 1;
            value[4..8].copy_from_slice(&ip.octets());
            8
        }
        IpAddr::V6(ip) => {
            value[1] = 2;
            value[4..20].copy_from_slice(&ip.octets());
            20
        }
    };
    let mask = MAGIC_COOKIE.iter().chain(id);
    for (byte, mask) in value[4..len].iter_mut().zip(mask) {
        *byte ^= mask;
    }
    push_attribute(out, XOR_MAPPED_ADDRESS, &value[..len]);
}

fn push_attribute(out: &mut Vec<u8>, kind: u16, value: &[u8]) {
    let len = u16::try_from(value.len()).expect("no attribute of ours is longer than 20 bytes");
    out.extend_from_slice(&kind.to_be_bytes());
    out.extend_from_slice(&len.to_be_bytes());
    out.extend_from_slice(value);
}

/// Sets the header's length to what is there and `more` bytes.
fn set_length(out: &mut [u8], more: usize) {
    let length = u16::try_from(out.len() - HEADER_LEN + more).expect("below MAX_RESPONSE_LEN");
    out[2..4].copy_from_slice(&length.to_be_bytes());
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_be_bytes([bytes[at], bytes[at + 1]])
}

/// CRC-32 of ITU V.42, as FINGERPRINT wants it (RFC 8489 §14.7).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        let index = (crc ^ u32::from(*byte)) & 0xff;
        (crc >> 8) ^ CRC_TABLE[index as usize]
    })
}

const fn crc_table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let mut crc = index as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 0 { crc >> 1 } else { (crc >> 1) ^ CRC_POLYNOMIAL };
            bit += 1;
        }
        table[index] = crc;
        index += 1;
    }
    table
}

/// Bytes before the first attribute (RFC 8489 §5).
pub const HEADER_LEN: usize = 20;

/// Longest request that is read, in bytes; a check of any browser stays below 200.
const MAX_LEN: usize = 1_280;

/// Header, XOR-MAPPED-ADDRESS of IPv6, MESSAGE-INTEGRITY, FINGERPRINT.
const MAX_RESPONSE_LEN: usize = HEADER_LEN + 24 + 24 + 8;

/// RFC 8489 §5.
const MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xA4, 0x42];

/// RFC 8489 §18.2: method and class in one number.
const BINDING_REQUEST: u16 = 0x0001;
/// RFC 8489 §18.2.
const BINDING_SUCCESS: u16 = 0x0101;

/// RFC 8489 §18.3.
const USERNAME: u16 = 0x0006;
/// RFC 8489 §18.3.
const MESSAGE_INTEGRITY: u16 = 0x0008;
/// RFC 8489 §18.3.
const XOR_MAPPED_ADDRESS: u16 = 0x0020;
/// RFC 8445 §20.1.
const USE_CANDIDATE: u16 = 0x0025;
/// RFC 8489 §18.3.
const FINGERPRINT: u16 = 0x8028;

/// Type and length (RFC 8489 §14).
const ATTRIBUTE_HEADER_LEN: usize = 4;
/// An HMAC-SHA1 (RFC 8489 §14.5).
const INTEGRITY_LEN: usize = 20;
/// A CRC-32 (RFC 8489 §14.7).
const FINGERPRINT_LEN: usize = 4;
/// "STUN" (RFC 8489 §14.7).
const FINGERPRINT_XOR: u32 = 0x5354_554e;

/// Reversed polynomial of CRC-32.
const CRC_POLYNOMIAL: u32 = 0xedb8_8320;
const CRC_TABLE: [u32; 256] = crc_table();
