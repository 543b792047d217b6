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

/// Returns the user name fragment of ours that a check is addressed to; authentic or not.
///
/// # Errors
///
/// Fails as [`Request::parse`] does.
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rtc_crypto::providers::AwsLcRsProvider;
    use rtc_crypto::{HmacAlgorithm, RTCCryptoProvider};

    use super::*;

    /// The sample request (RFC 5769 §2.1).
    const SAMPLE: &[u8] = b"\x00\x01\x00\x58\x21\x12\xa4\x42\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae\
        \x80\x22\x00\x10STUN test client\x00\x24\x00\x04\x6e\x00\x01\xff\
        \x80\x29\x00\x08\x93\x2f\xf9\xb1\x51\x26\x3b\x36\
        \x00\x06\x00\x09\x65\x76\x74\x6a\x3a\x68\x36\x76\x59\x20\x20\x20\
        \x00\x08\x00\x14\x9a\xea\xa7\x0c\xbf\xd8\xcb\x56\x78\x1e\xf2\xb5\xb2\xd3\xf2\x49\xc1\xb5\x71\xa2\
        \x80\x28\x00\x04\xe5\x7a\x3b\xcf";
    const SAMPLE_PASSWORD: &[u8] = b"VOkJxbRl1RmTxUk/WvJxBt";

    fn mac(password: &[u8]) -> Box<dyn Mac> {
        AwsLcRsProvider::new().crypto().new_hmac(HmacAlgorithm::Sha1, password).unwrap()
    }

    #[test]
    fn the_sample_request_of_rfc_5769_is_authentic() {
        let request = Request::parse(SAMPLE).unwrap();

        assert_eq!((request.local_ufrag, request.remote_ufrag), ("evtj", "h6vY"));
        assert!(!request.nominates);
        assert!(request.is_authentic(mac(SAMPLE_PASSWORD).as_mut()));
        assert!(!request.is_authentic(mac(b"another").as_mut()));
    }

    #[test]
    fn the_sample_address_of_rfc_5769_is_written_as_there() {
        let mut out = Vec::new();
        let id = Request::parse(SAMPLE).unwrap().transaction_id();

        push_mapped_address(&mut out, "192.0.2.1:32853".parse().unwrap(), &id);
        assert_eq!(out, b"\x00\x20\x00\x08\x00\x01\xa1\x47\xe1\x12\xa6\x43");
        out.clear();
        let v6 = "[2001:db8:1234:5678:11:2233:4455:6677]:32853".parse().unwrap();
        push_mapped_address(&mut out, v6, &id);

        assert_eq!(
            out,
            b"\x00\x20\x00\x14\x00\x02\xa1\x47\x01\x13\xa9\xfa\xa5\xd3\xf1\x79\xbc\x25\xf4\xb5\xbe\xd2\xb9\xd9"
        );
    }

    #[test]
    fn no_changed_bit_of_the_sample_request_is_authentic() {
        let mut mac = mac(SAMPLE_PASSWORD);
        for bit in 0..8 * SAMPLE.len() {
            let mut changed = SAMPLE.to_vec();
            changed[bit / 8] ^= 1 << (bit % 8);

            let accepted =
                Request::parse(&changed).is_ok_and(|request| request.is_authentic(mac.as_mut()));

            // The type of a FINGERPRINT nobody checks is all that is outside of both.
            assert!(!accepted || (8 * (SAMPLE.len() - 8)..).contains(&bit), "bit {bit}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Request::parse(&bytes);
        }

        #[test]
        fn no_attributes_make_the_reader_panic(
            body in prop::collection::vec(any::<u8>(), 0..200),
            id: [u8; 12],
        ) {
            let mut message = vec![0, 1, 0, body.len() as u8, 0x21, 0x12, 0xa4, 0x42];
            message.extend_from_slice(&id);
            message.extend_from_slice(&body);
            let mut mac = mac(b"password");
            if let Ok(request) = Request::parse(&message) {
                let _ = request.is_authentic(mac.as_mut());
            }
        }
    }
}
