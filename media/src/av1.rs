//! AV1 in RTP (AV1 RTP specification §4.4), as far as a forwarder must know: the aggregation header, one
//! byte in front of the picture.

/// Whether a payload begins a coded video sequence, which depends on nothing before it. `None` when
/// it is no AV1 payload.
pub fn is_keyframe_start(payload: &[u8]) -> Option<bool> {
    let (&header, rest) = payload.split_first()?;
    let continues = header & CONTINUES != 0;
    let starts = header & NEW_SEQUENCE != 0;
    // A packet cannot both go on with a unit and begin a sequence.
    if rest.is_empty() || (continues && starts) {
        return None;
    }
    Some(starts)
}

/// Z: the first unit goes on from the packet before.
const CONTINUES: u8 = 0x80;

/// N: the first packet of a coded video sequence.
const NEW_SEQUENCE: u8 = 0x08;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bit_tells_the_first_packet_of_a_sequence() {
        assert_eq!(is_keyframe_start(&[0x18, 0x0A]), Some(true));
        assert_eq!(is_keyframe_start(&[0x10, 0x32]), Some(false));
        assert_eq!(is_keyframe_start(&[0x90, 0x32]), Some(false));
    }

    #[test]
    fn contradiction_and_emptiness_are_none() {
        assert_eq!(is_keyframe_start(&[0x88, 0x0A]), None);
        assert_eq!(is_keyframe_start(&[0x18]), None);
        assert_eq!(is_keyframe_start(&[]), None);
    }
}
