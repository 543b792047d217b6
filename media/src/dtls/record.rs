//! Reads DTLS 1.2 records, handshake fragments and the start of a ClientHello, and puts whole
//! messages together (RFC 6347 §4.1, §4.2).
//!
//! Nothing here is authenticated: everything a stranger may send passes through.

use crate::gate::Rejected;

/// One record, its body possibly encrypted.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// What the body is (RFC 5246 §6.2.1).
    pub content: u8,
    /// 0 for plaintext, 1 under the keys of the handshake.
    pub epoch: u16,
    /// Header and body.
    pub bytes: &'a [u8],
    /// What follows the header.
    pub body: &'a [u8],
}

/// A piece of a handshake message (RFC 6347 §4.2.2).
#[derive(Clone, Copy, Debug)]
pub struct Fragment<'a> {
    /// The type of the message (RFC 5246 §7.4).
    pub kind: u8,
    /// The place of the message in the handshake.
    pub sequence: u16,
    /// Bytes of the whole message.
    pub length: usize,
    /// Where this piece starts.
    pub offset: usize,
    /// This piece.
    pub body: &'a [u8],
}

/// A handshake message that is being put together.
#[derive(Debug)]
pub struct Message {
    kind: u8,
    sequence: u16,
    length: usize,
    body: Vec<u8>,
}

/// Splits a datagram into its records.
///
/// # Errors
///
/// Fails unless the whole datagram is made of DTLS 1.0 or 1.2 records that are not empty.
pub fn records(datagram: &[u8]) -> Result<Vec<Record<'_>>, Rejected> {
    let mut records = Vec::with_capacity(4);
    let mut rest = datagram;
    while !rest.is_empty() {
        let header = rest.get(..RECORD_HEADER_LEN).ok_or(Rejected::Malformed)?;
        let len = usize::from(u16::from_be_bytes([header[11], header[12]]));
        let bytes = rest.get(..RECORD_HEADER_LEN + len).ok_or(Rejected::Malformed)?;
        let version = [header[1], header[2]];
        if len == 0 || (version != DTLS_1_2 && version != DTLS_1_0) {
            return Err(Rejected::Malformed);
        }
        records.push(Record {
            content: header[0],
            epoch: u16::from_be_bytes([header[3], header[4]]),
            bytes,
            body: &bytes[RECORD_HEADER_LEN..],
        });
        rest = &rest[bytes.len()..];
    }
    Ok(records)
}

/// Splits the body of a plaintext handshake record into its fragments.
///
/// # Errors
///
/// Fails unless the whole body is made of fragments that lie inside their messages.
pub fn fragments(mut body: &[u8]) -> Result<Vec<Fragment<'_>>, Rejected> {
    let mut fragments = Vec::with_capacity(4);
    while !body.is_empty() {
        let header = body.get(..FRAGMENT_HEADER_LEN).ok_or(Rejected::Malformed)?;
        let (length, offset) = (u24_at(header, 1), u24_at(header, 6));
        let end = FRAGMENT_HEADER_LEN + u24_at(header, 9);
        let piece = body.get(FRAGMENT_HEADER_LEN..end).ok_or(Rejected::Malformed)?;
        if length < offset + piece.len() {
            return Err(Rejected::Malformed);
        }
        let sequence = u16::from_be_bytes([header[4], header[5]]);
        fragments.push(Fragment { kind: header[0], sequence, length, offset, body: piece });
        body = &body[end..];
    }
    Ok(fragments)
}

/// Returns the cookie in the first piece of a ClientHello, empty where there is none yet.
///
/// # Errors
///
/// Fails when the piece ends before the cookie does.
pub fn hello_cookie(body: &[u8]) -> Result<&[u8], Rejected> {
    let at = cookie_at(body)?;
    let len = usize::from(body[at]);
    body.get(at + 1..at + 1 + len).ok_or(Rejected::Malformed)
}

impl Message {
    /// Starts with the first piece of a message.
    ///
    /// # Errors
    ///
    /// Fails for another piece, and for a message longer than any that has a place here.
    pub fn start(first: &Fragment<'_>) -> Result<Self, Rejected> {
        if MAX_MESSAGE_LEN < first.length {
            return Err(Rejected::HandshakeBudget);
        }
        if first.offset != 0 {
            return Err(Rejected::UnexpectedRecord);
        }
        // The length is only a claim, so the buffer grows with what really came.
        let body = first.body.to_vec();
        Ok(Self { kind: first.kind, sequence: first.sequence, length: first.length, body })
    }

    /// Adds the next piece; one that was there already changes nothing.
    ///
    /// # Errors
    ///
    /// Fails for a piece of another message and for one after a gap. Its sender repeats the whole
    /// flight when no answer comes, so pieces out of order are not worth keeping.
    pub fn append(&mut self, next: &Fragment<'_>) -> Result<(), Rejected> {
        let same =
            (next.kind, next.sequence, next.length) == (self.kind, self.sequence, self.length);
        let known = self.body.len().checked_sub(next.offset).filter(|_| same);
        let known = known.ok_or(Rejected::UnexpectedRecord)?;
        self.body.extend_from_slice(next.body.get(known..).unwrap_or_default());
        Ok(())
    }

    /// Whether every byte is there.
    pub fn is_complete(&self) -> bool {
        self.body.len() == self.length
    }

    /// The message without its header, as far as it is there.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Writes the whole message as one record of epoch 0.
    pub fn to_record(&self, record_sequence: u64) -> Vec<u8> {
        handshake_record(record_sequence, self.kind, self.sequence, &[&self.body])
    }

    /// Writes this ClientHello as one that has not been asked for its cookie yet.
    ///
    /// # Errors
    ///
    /// Fails when this is no ClientHello.
    pub fn to_first_hello(&self, record_sequence: u64) -> Result<Vec<u8>, Rejected> {
        let at = cookie_at(&self.body)?;
        let after = at + 1 + usize::from(self.body[at]);
        let rest = self.body.get(after..).ok_or(Rejected::Malformed)?;
        Ok(handshake_record(record_sequence, self.kind, 0, &[&self.body[..at], &[0], rest]))
    }
}

/// Writes a whole handshake message, given in parts, as one record of epoch 0.
pub fn handshake_record(
    record_sequence: u64,
    kind: u8,
    message_sequence: u16,
    parts: &[&[u8]],
) -> Vec<u8> {
    let length = parts.iter().map(|part| part.len()).sum::<usize>();
    let length_u24 = u24(length);
    let mut out = record_header(record_sequence, HANDSHAKE, FRAGMENT_HEADER_LEN + length);
    out.push(kind);
    out.extend_from_slice(&length_u24);
    out.extend_from_slice(&message_sequence.to_be_bytes());
    out.extend_from_slice(&u24(0));
    out.extend_from_slice(&length_u24);
    for part in parts {
        out.extend_from_slice(part);
    }
    out
}

/// Writes a ChangeCipherSpec of epoch 0 (RFC 5246 §7.1).
pub fn change_cipher_spec(record_sequence: u64) -> Vec<u8> {
    let mut out = record_header(record_sequence, CHANGE_CIPHER_SPEC, 1);
    out.push(1);
    out
}

fn record_header(record_sequence: u64, content: u8, len: usize) -> Vec<u8> {
    let len = u16::try_from(len).expect("bounded by MAX_MESSAGE_LEN");
    let mut out = Vec::with_capacity(RECORD_HEADER_LEN + usize::from(len));
    out.push(content);
    out.extend_from_slice(&DTLS_1_2);
    // Epoch 0 in the upper sixteen bits.
    out.extend_from_slice(&record_sequence.to_be_bytes());
    out.extend_from_slice(&len.to_be_bytes());
    out
}

/// Where the length of the cookie stands, behind version, random and session id
/// (RFC 6347 §4.2.1).
fn cookie_at(hello: &[u8]) -> Result<usize, Rejected> {
    let session_len = *hello.get(SESSION_ID_AT).ok_or(Rejected::Malformed)?;
    let at = SESSION_ID_AT + 1 + usize::from(session_len);
    if hello.len() <= at { Err(Rejected::Malformed) } else { Ok(at) }
}

fn u24_at(bytes: &[u8], at: usize) -> usize {
    usize::from(bytes[at]) << 16 | usize::from(bytes[at + 1]) << 8 | usize::from(bytes[at + 2])
}

fn u24(value: usize) -> [u8; 3] {
    let bytes = u32::try_from(value).expect("bounded by MAX_MESSAGE_LEN").to_be_bytes();
    [bytes[1], bytes[2], bytes[3]]
}

/// RFC 5246 §6.2.1.
pub const CHANGE_CIPHER_SPEC: u8 = 20;
/// RFC 5246 §6.2.1.
pub const ALERT: u8 = 21;
/// RFC 5246 §6.2.1.
pub const HANDSHAKE: u8 = 22;

/// RFC 5246 §7.4.
pub const CLIENT_HELLO: u8 = 1;
/// RFC 6347 §4.3.2.
pub const HELLO_VERIFY_REQUEST: u8 = 3;
/// RFC 5246 §7.4.
pub const CERTIFICATE: u8 = 11;
/// RFC 5246 §7.4.
pub const CERTIFICATE_VERIFY: u8 = 15;
/// RFC 5246 §7.4.
pub const CLIENT_KEY_EXCHANGE: u8 = 16;

/// RFC 6347 §4.1.
pub const DTLS_1_2: [u8; 2] = [0xfe, 0xfd];
/// What clients write on their first flight (RFC 6347 §4.2.1).
const DTLS_1_0: [u8; 2] = [0xfe, 0xff];

/// RFC 6347 §4.1.
const RECORD_HEADER_LEN: usize = 13;
/// RFC 6347 §4.2.2.
const FRAGMENT_HEADER_LEN: usize = 12;
/// Behind version and random (RFC 6347 §4.2.1).
const SESSION_ID_AT: usize = 34;

/// Longest handshake message that is put together, in bytes: a ClientHello with a post-quantum
/// key share has 1,500, a chain of RSA certificates 4,000.
const MAX_MESSAGE_LEN: usize = 8 * 1024;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fragment(offset: usize, body: &[u8]) -> Fragment<'_> {
        Fragment { kind: CERTIFICATE, sequence: 2, length: 10, offset, body }
    }

    #[test]
    fn pieces_that_overlap_make_the_message_once() {
        let mut message = Message::start(&fragment(0, b"01234")).unwrap();

        message.append(&fragment(3, b"3456")).unwrap();
        message.append(&fragment(0, b"012")).unwrap();
        message.append(&fragment(7, b"789")).unwrap();

        assert!(message.is_complete());
        assert_eq!(message.body(), b"0123456789");
    }

    #[test]
    fn a_piece_after_a_gap_waits_for_the_next_repetition() {
        let mut message = Message::start(&fragment(0, b"01234")).unwrap();

        assert_eq!(message.append(&fragment(6, b"6789")), Err(Rejected::UnexpectedRecord));
        assert_eq!(message.body(), b"01234");
    }

    #[test]
    fn a_claimed_length_reserves_nothing() {
        let claim = Fragment { length: MAX_MESSAGE_LEN + 1, ..fragment(0, b"0") };

        assert_eq!(Message::start(&claim).unwrap_err(), Rejected::HandshakeBudget);
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_readers_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = records(&bytes);
            let _ = fragments(&bytes);
            let _ = hello_cookie(&bytes);
        }

        #[test]
        fn a_written_message_reads_back(body in prop::collection::vec(any::<u8>(), 1..300)) {
            let record = handshake_record(7, CERTIFICATE, 2, &[&body]);

            let records = records(&record).unwrap();
            let fragments = fragments(records[0].body).unwrap();

            prop_assert_eq!(records.len(), 1);
            prop_assert_eq!(fragments[0].body, &body[..]);
            prop_assert!(Message::start(&fragments[0]).unwrap().is_complete());
        }
    }
}
