//! Reads single words of SDP; each returns `None` for a word that is out of its grammar.

use std::str::FromStr;

use super::Direction;

pub(super) fn direction(word: &str) -> Option<Direction> {
    match word {
        "sendonly" => Some(Direction::SendOnly),
        "recvonly" => Some(Direction::RecvOnly),
        "sendrecv" => Some(Direction::SendRecv),
        "inactive" => Some(Direction::Inactive),
        _ => None,
    }
}

/// Reads digits only: `parse` alone would take a sign.
pub(super) fn number<T: FromStr>(word: &str) -> Option<T> {
    word.bytes().all(|byte| byte.is_ascii_digit()).then(|| word.parse().ok()).flatten()
}

/// Payload types 64–95 cannot be told from RTCP on one port (RFC 5761 §4).
pub(super) fn payload_type(word: &str) -> Option<u8> {
    number(word).filter(|pt| matches!(pt, 0..=63 | 96..=127))
}

/// The characters of ICE credentials, at most 256 of them (RFC 8839 §5.4).
pub(super) fn ice_chars(value: &str, min: usize) -> Option<String> {
    let is_ice = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    let fits = (min..=256).contains(&value.len()) && value.bytes().all(is_ice);
    fits.then(|| value.to_owned())
}

/// Names of layers: letters, digits, `-` and `_` (RFC 8851 §10), short enough for a one-byte header.
pub(super) fn rid(value: &str) -> Option<String> {
    let is_rid = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let fits = (1..=MAX_NAME_BYTES).contains(&value.len()) && value.bytes().all(is_rid);
    fits.then(|| value.to_owned())
}

/// A token of RFC 8866 §9.
pub(super) fn token(value: &str, max: usize) -> Option<&str> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`{|}~".contains(&byte);
    ((1..=max).contains(&value.len()) && value.bytes().all(is_token)).then_some(value)
}

/// Reads `AB:CD:…`, 32 bytes in hexadecimal.
pub(super) fn sha_256(text: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    let mut parts = text.split(':');
    for byte in &mut digest {
        let part = parts.next().filter(|part| part.len() == 2 && !part.starts_with('+'))?;
        *byte = u8::from_str_radix(part, 16).ok()?;
    }
    parts.next().is_none().then_some(digest)
}

/// Longest name of a section or layer: what a one-byte header extension can carry (RFC 8285 §4.2).
pub(super) const MAX_NAME_BYTES: usize = 16;
