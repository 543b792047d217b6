//! The VP9 payload descriptor (RFC 9628 §4.2): the bytes in front of the picture that a forwarder may
//! read and must rewrite.

use crate::vp8::PictureId;

/// What a packet's descriptor says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Descriptor {
    /// The packet begins a picture that depends on none before it.
    pub is_keyframe_start: bool,
    /// The picture's number and whether it has 15 bits.
    pub picture_id: Option<PictureId>,
    /// Number of the picture of the lowest temporal layer; absent in flexible mode.
    pub tl0: Option<u8>,
}

/// Where the fields are.
struct Layout {
    picture_id: Option<(usize, bool)>,
    tl0: Option<usize>,
    spatial_layer: u8,
    temporal_layer: u8,
}

impl Descriptor {
    /// Reads the descriptor of a VP9 payload; `None` when it is cut short.
    pub fn parse(payload: &[u8]) -> Option<Self> {
        let first = *payload.first()?;
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
        let starts = first & BEGINS_FRAME != 0 && first & PREDICTED == 0;
        Some(Self {
            is_keyframe_start: starts && layout.spatial_layer == 0,
            picture_id,
            tl0: layout.tl0.map(|at| payload[at]),
        })
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
    let mut at = 1;
    let (mut picture_id, mut tl0) = (None, None);
    let (mut spatial_layer, mut temporal_layer) = (0, 0);
    if first & HAS_PICTURE_ID != 0 {
        let long = *payload.get(at)? & 0x80 != 0;
        picture_id = Some((at, long));
        at += if long { 2 } else { 1 };
    }
    if first & HAS_LAYERS != 0 {
        let layers = *payload.get(at)?;
        (temporal_layer, spatial_layer) = (layers >> 5, layers >> 1 & 0x07);
        at += 1;
        if first & FLEXIBLE == 0 {
            tl0 = Some(at);
            at += 1;
        }
    }
    // What follows (references, structure) is not touched; at least one byte of picture comes last.
    (at < payload.len()).then_some(Layout { picture_id, tl0, spatial_layer, temporal_layer })
}

/// I.
const HAS_PICTURE_ID: u8 = 0x80;
/// P: predicted from an earlier picture.
const PREDICTED: u8 = 0x40;
/// L.
const HAS_LAYERS: u8 = 0x20;
/// F.
const FLEXIBLE: u8 = 0x10;
/// B.
const BEGINS_FRAME: u8 = 0x08;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As Chromium sends it: picture id of 15 bits, layers, not flexible.
    const KEYFRAME: [u8; 6] = [0xA8, 0x81, 0x02, 0x00, 7, 0x55];

    #[test]
    fn what_others_build_on_is_told_from_what_none_does() {
        let temporal = |tid: u8| temporal_layer(&[0xA8, 0x81, 0x02, tid << 5, 7, 0x55]);

        assert_eq!([0, 1, 2].map(temporal), [0, 1, 2]);
    }

    #[test]
    fn chromiums_descriptor_is_read() {
        let descriptor = Descriptor::parse(&KEYFRAME).unwrap();

        assert!(descriptor.is_keyframe_start);
        assert_eq!(descriptor.picture_id, Some(PictureId { value: 0x0102, long: true }));
        assert_eq!(descriptor.tl0, Some(7));
    }

    #[test]
    fn predicted_later_and_upper_packets_begin_no_keyframe() {
        let starts = |first: u8, layers: u8| {
            let mut payload = KEYFRAME;
            (payload[0], payload[3]) = (first, layers);
            Descriptor::parse(&payload).unwrap().is_keyframe_start
        };

        assert!(starts(0xA8, 0));
        assert!(!starts(0xA8 | PREDICTED, 0), "predicted");
        assert!(!starts(0xA8 & !BEGINS_FRAME, 0), "a later packet of the frame");
        assert!(!starts(0xA8, 1 << 1), "the second spatial layer of a keyframe");
    }

    #[test]
    fn what_is_cut_short_is_none() {
        for len in 0..5 {
            assert_eq!(Descriptor::parse(&KEYFRAME[..len]), None, "{len} bytes");
        }
    }

    proptest! {
        #[test]
        fn rewriting_changes_the_numbers_and_nothing_else(
            mut payload: Vec<u8>, picture_id: u16, tl0: u8,
        ) {
            let before = Descriptor::parse(&payload);
            rewrite(&mut payload, Some(picture_id), Some(tl0));
            let after = Descriptor::parse(&payload);

            prop_assert_eq!(before.map(|it| it.is_keyframe_start), after.map(|it| it.is_keyframe_start));
            if let Some(after) = after {
                prop_assert!(after.tl0.is_none_or(|written| written == tl0));
                let mask = |long| if long { 0x7FFF } else { 0x7F };
                prop_assert!(after.picture_id.is_none_or(|id| id.value == picture_id & mask(id.long)));
            }
        }
    }
}
