//! The VP8 payload descriptor: the few bytes in front of the picture that a forwarder may read and
//! must rewrite (RFC 7741 §4.2).

/// What a packet's descriptor says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Descriptor {
    /// The packet begins a keyframe.
    pub is_keyframe_start: bool,
    /// The picture's number and whether it has 15 bits.
    pub picture_id: Option<PictureId>,
    /// Number of the base-layer picture.
    pub tl0: Option<u8>,
}

/// A picture's number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PictureId {
    /// 7 or 15 bits.
    pub value: u16,
    /// Whether it is written in two bytes.
    pub long: bool,
}

/// Where the fields are.
struct Layout {
    picture_id: Option<(usize, bool)>,
    tl0: Option<usize>,
    temporal_layer: u8,
    payload: usize,
    starts_frame: bool,
}

impl Descriptor {
    /// Reads the descriptor of a VP8 payload; `None` when it is cut short.
    pub fn parse(payload: &[u8]) -> Option<Self> {
        let layout = layout(payload)?;
        let picture_id = layout.picture_id.map(|(at, long)| {
            let high = payload[at];
            let value = if long {
                u16::from_be_bytes([high & 0x7F, payload[at + 1]])
            } else {
                u16::from(high)
            };
            PictureId { value, long }
        });
        // P, the inverse key frame flag, is the lowest bit of the payload header (RFC 7741 §4.3).
        let is_keyframe_start = layout.starts_frame && payload[layout.payload] & 1 == 0;
        Some(Self { is_keyframe_start, picture_id, tl0: layout.tl0.map(|at| payload[at]) })
    }
}

/// The temporal layer of a packet: 0 is what all later pictures build on. Where nothing is said of it,
/// every picture builds on the one before.
pub fn temporal_layer(payload: &[u8]) -> u8 {
    layout(payload).map_or(0, |layout| layout.temporal_layer)
}

/// Writes other numbers over those that are there; what is absent stays absent.
pub fn rewrite(payload: &mut [u8], picture_id: Option<u16>, tl0: Option<u8>) {
    let Some(layout) = layout(payload) else { return };
    if let (Some((at, long)), Some(value)) = (layout.picture_id, picture_id) {
        if long {
            payload[at..at + 2].copy_from_slice(&(value & 0x7FFF | 0x8000).to_be_bytes());
        } else {
            payload[at] = (value & 0x7F) as u8;
        }
    }
    if let (Some(at), Some(value)) = (layout.tl0, tl0) {
        payload[at] = value;
    }
}

fn layout(payload: &[u8]) -> Option<Layout> {
    let first = *payload.first()?;
    let starts_frame = first & START != 0 && first & PARTITION == 0;
    let mut at = 1;
    let (mut picture_id, mut tl0, mut temporal_layer) = (None, None, 0);
    if first & EXTENDED != 0 {
        let extension = *payload.get(at)?;
        at += 1;
        if extension & HAS_PICTURE_ID != 0 {
            let long = *payload.get(at)? & 0x80 != 0;
            picture_id = Some((at, long));
            at += if long { 2 } else { 1 };
        }
        if extension & HAS_TL0 != 0 {
            tl0 = Some(at);
            at += 1;
        }
        if extension & (HAS_TID | HAS_KEY_INDEX) != 0 {
            if extension & HAS_TID != 0 {
                temporal_layer = *payload.get(at)? >> 6;
            }
            at += 1;
        }
    }
    // At least one byte of picture follows.
    let layout = Layout { picture_id, tl0, temporal_layer, payload: at, starts_frame };
    (at < payload.len()).then_some(layout)
}

/// X: an extension byte follows.
const EXTENDED: u8 = 0x80;
/// S: start of a partition.
const START: u8 = 0x10;
/// PID: index of the partition.
const PARTITION: u8 = 0x07;
/// I.
const HAS_PICTURE_ID: u8 = 0x80;
/// L.
const HAS_TL0: u8 = 0x40;
/// T.
const HAS_TID: u8 = 0x20;
/// K.
const HAS_KEY_INDEX: u8 = 0x10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_build_on_is_told_from_what_none_does() {
        let temporal = |tid: u8| temporal_layer(&[0x90, 0xE0, 0x81, 0x02, 7, tid << 6, 0x55]);

        assert_eq!([0, 1, 2].map(temporal), [0, 1, 2]);
        assert_eq!(temporal_layer(&[0x90, 0xC0, 0x81, 0x02, 7, 0xFF]), 0, "none is named");
    }
}
