//! H.264 in RTP (RFC 6184), as far as a forwarder must know: whether a packet begins a picture that
//! depends on none before it. Only the bytes that name the kinds of units are read.

/// Whether a payload begins a keyframe: it brings the parameters that go before one, or the first
/// slice of one. `None` when it is no H.264 payload.
pub fn is_keyframe_start(payload: &[u8]) -> Option<bool> {
    let (&first, rest) = payload.split_first()?;
    match first & KIND {
        AGGREGATION => aggregates_keyframe(rest),
        FRAGMENT => {
            let (&header, fragment) = rest.split_first()?;
            if fragment.is_empty() {
                return None;
            }
            Some(header & STARTS != 0 && is_keyframe_unit(header & KIND))
        }
        kind @ 1..=23 => (!rest.is_empty()).then(|| is_keyframe_unit(kind)),
        // Interleaved packets need packetization-mode 2, which is never agreed to.
        _ => None,
    }
}

/// Reads a STAP-A (RFC 6184 §5.7.1): units with their lengths in front.
fn aggregates_keyframe(mut units: &[u8]) -> Option<bool> {
    let mut found = false;
    let mut count = 0;
    while !units.is_empty() {
        let (len, rest) = units.split_first_chunk::<2>()?;
        let (unit, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*len)))?;
        found |= is_keyframe_unit(unit.first()? & KIND);
        units = rest;
        count += 1;
    }
    (0 < count).then_some(found)
}

fn is_keyframe_unit(kind: u8) -> bool {
    matches!(kind, IDR_SLICE | SEQUENCE_PARAMETERS)
}

/// nal_unit_type.
const KIND: u8 = 0x1F;
/// Coded slice of an IDR picture.
const IDR_SLICE: u8 = 5;
/// SPS.
const SEQUENCE_PARAMETERS: u8 = 7;
/// STAP-A.
const AGGREGATION: u8 = 24;
/// FU-A.
const FRAGMENT: u8 = 28;
/// S of a fragment.
const STARTS: u8 = 0x80;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parameters_and_idr_slices_begin_a_keyframe_in_every_packet_form() {
        for unit in [0x67, 0x65] {
            assert_eq!(is_keyframe_start(&[unit, 1, 2]), Some(true));
            assert_eq!(is_keyframe_start(&[0x78, 0, 2, 0x61, 1, 0, 2, unit, 1]), Some(true));
            assert_eq!(is_keyframe_start(&[0x7C, 0x80 | unit & 0x1F, 1]), Some(true));
        }
    }

    #[test]
    fn other_units_and_later_fragments_do_not() {
        assert_eq!(is_keyframe_start(&[0x61, 1, 2]), Some(false), "another slice");
        assert_eq!(is_keyframe_start(&[0x68, 1, 2]), Some(false), "picture parameters alone");
        assert_eq!(is_keyframe_start(&[0x78, 0, 2, 0x61, 1]), Some(false));
        assert_eq!(is_keyframe_start(&[0x7C, 0x05, 1]), Some(false), "the middle of an IDR slice");
    }

    #[test]
    fn what_is_cut_short_or_of_another_mode_is_none() {
        for payload in [
            &[][..],
            &[0x65],
            &[0x7C],
            &[0x7C, 0x85],
            &[0x78],
            &[0x78, 0],
            &[0x78, 0, 3, 0x65, 1],
            &[0x78, 0, 0],
            &[0x79, 0, 0],
            &[0x00, 1],
        ] {
            assert_eq!(is_keyframe_start(payload), None, "{payload:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_within_their_bounds(payload: Vec<u8>) {
            let _ = is_keyframe_start(&payload);
        }
    }
}
