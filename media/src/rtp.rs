//! RTP headers, read in place and written without allocating (RFC 3550 §5.1, RFC 8285).

/// What the fixed header says, and how long the whole header is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Header {
    /// Payload type, 7 bits.
    pub payload_type: u8,
    /// Ends a video frame, begins a talk spurt.
    pub marker: bool,
    /// Sequence number as on the wire.
    pub sequence: u16,
    /// In ticks of the payload's clock.
    pub timestamp: u32,
    /// Synchronisation source.
    pub ssrc: u32,
    /// Bytes of the header with CSRCs and extensions.
    pub len: usize,
    /// Bytes of padding at the end of the packet, its count included.
    pub padding: usize,
}

/// What a new header says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Fields {
    /// Payload type, 7 bits.
    pub payload_type: u8,
    /// Ends a video frame, begins a talk spurt.
    pub marker: bool,
    /// Sequence number.
    pub sequence: u16,
    /// Timestamp.
    pub timestamp: u32,
    /// Synchronisation source.
    pub ssrc: u32,
}

impl Header {
    /// Reads the header of a plaintext packet; `None` when it is not one.
    pub fn parse(packet: &[u8]) -> Option<Self> {
        let [first, second, s0, s1, t0, t1, t2, t3, c0, c1, c2, c3] =
            *packet.first_chunk::<FIXED_LEN>()?;
        if first >> 6 != 2 {
            return None;
        }
        let mut len = FIXED_LEN + usize::from(first & 0x0F) * 4;
        if first & 0x10 != 0 {
            let words = packet.get(len + 2..len + 4)?;
            len += 4 + usize::from(u16::from_be_bytes([words[0], words[1]])) * 4;
        }
        let padding = if first & 0x20 != 0 { usize::from(*packet.last()?) } else { 0 };
        if packet.len() < len + padding || (first & 0x20 != 0 && padding == 0) {
            return None;
        }
        Some(Self {
            payload_type: second & 0x7F,
            marker: second & 0x80 != 0,
            sequence: u16::from_be_bytes([s0, s1]),
            timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
            ssrc: u32::from_be_bytes([c0, c1, c2, c3]),
            len,
            padding,
        })
    }
}

/// Returns the synchronisation source of a packet that may still be sealed.
pub fn ssrc(packet: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(*packet.get(8..)?.first_chunk()?))
}

/// Returns the value of the header extension `id`, in the one-byte or two-byte form.
pub fn extension(packet: &[u8], id: u8) -> Option<&[u8]> {
    let first = *packet.first()?;
    if first & 0x10 == 0 {
        return None;
    }
    let at = FIXED_LEN + usize::from(first & 0x0F) * 4;
    let profile = u16::from_be_bytes([*packet.get(at)?, *packet.get(at + 1)?]);
    let words = usize::from(u16::from_be_bytes([*packet.get(at + 2)?, *packet.get(at + 3)?]));
    let mut block = packet.get(at + 4..at + 4 + words * 4)?;
    let two_byte = match profile {
        ONE_BYTE_PROFILE => false,
        profile if profile & 0xFFF0 == TWO_BYTE_PROFILE => true,
        _ => return None,
    };
    while let Some((&head, rest)) = block.split_first() {
        if head == 0 {
            block = rest;
            continue;
        }
        let (found, len, rest) = if two_byte {
            let (&len, rest) = rest.split_first()?;
            (head, usize::from(len), rest)
        } else {
            if head >> 4 == 15 {
                return None;
            }
            (head >> 4, usize::from(head & 0x0F) + 1, rest)
        };
        let (value, after) = rest.split_at_checked(len)?;
        if found == id {
            return Some(value);
        }
        block = after;
    }
    None
}

/// Bytes that [`write_header`] needs.
pub fn header_len(extensions: &[(u8, &[u8])]) -> usize {
    if extensions.is_empty() {
        return FIXED_LEN;
    }
    let block: usize = extensions.iter().map(|(_, value)| 1 + value.len()).sum();
    FIXED_LEN + 4 + block.next_multiple_of(4)
}

/// Writes a header with one-byte extensions (ids 1–14, values of 1–16 bytes); returns its length.
///
/// # Panics
/// When `out` is shorter than [`header_len`].
pub fn write_header(out: &mut [u8], fields: &Fields, extensions: &[(u8, &[u8])]) -> usize {
    let len = header_len(extensions);
    out[0] = if extensions.is_empty() { 0x80 } else { 0x90 };
    out[1] = u8::from(fields.marker) << 7 | fields.payload_type;
    out[2..4].copy_from_slice(&fields.sequence.to_be_bytes());
    out[4..8].copy_from_slice(&fields.timestamp.to_be_bytes());
    out[8..12].copy_from_slice(&fields.ssrc.to_be_bytes());
    if extensions.is_empty() {
        return len;
    }
    let words = u16::try_from((len - FIXED_LEN - 4) / 4).expect("at most 14 short values");
    out[12..14].copy_from_slice(&ONE_BYTE_PROFILE.to_be_bytes());
    out[14..16].copy_from_slice(&words.to_be_bytes());
    // The last word may end in padding; every value but the shortest would call for a copy.
    out[len - 4..len].copy_from_slice(&[0; 4]);
    let mut at = 16;
    for (id, value) in extensions {
        out[at] = id << 4 | (value.len() - 1) as u8;
        match **value {
            [byte] => out[at + 1] = byte,
            [high, low] => out[at + 1..at + 3].copy_from_slice(&[high, low]),
            _ => out[at + 1..at + 1 + value.len()].copy_from_slice(value),
        }
        at += 1 + value.len();
    }
    len
}

/// The header without CSRCs and extensions.
const FIXED_LEN: usize = 12;

/// RFC 8285 §4.2.
const ONE_BYTE_PROFILE: u16 = 0xBEDE;

/// RFC 8285 §4.3; the low four bits are the application's.
const TWO_BYTE_PROFILE: u16 = 0x1000;
