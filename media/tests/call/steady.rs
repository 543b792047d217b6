//! A camera whose pictures are one packet each, for what counts and times packets.

use crate::device::{Media, VP8};

/// The picture numbered `frame`, with so many bytes of payload.
pub(crate) fn picture(frame: u32, keyframe: bool, payload_bytes: usize) -> Media {
    let [high, low] = (frame as u16 & 0x7FFF | 0x8000).to_be_bytes();
    let first = if keyframe { 0x10 } else { 0x11 };
    let mut payload = vec![0x90, 0xC0, high, low, frame as u8, first];
    payload.resize(payload_bytes, 0x55);
    Media {
        ssrc: 77,
        payload_type: VP8,
        sequence: frame as u16,
        timestamp: frame * 3_000,
        marker: true,
        mid: "1",
        payload,
        ..Media::default()
    }
}
