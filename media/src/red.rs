//! Redundant audio: each packet repeats the one before it (RFC 2198), so that a lost packet costs
//! nothing. For a receiver that does not know the format the newest part alone is sent on.

use std::ops::Range;

/// Returns where the newest block lies in a RED payload; `None` when the payload is no such thing.
pub fn primary(payload: &[u8]) -> Option<Range<usize>> {
    let mut at = 0;
    let mut redundant = 0;
    while *payload.get(at)? & FOLLOWS != 0 {
        let header = payload.get(at..at + BLOCK_HEADER_BYTES)?;
        redundant += usize::from(u16::from_be_bytes([header[2], header[3]]) & LENGTH_MASK);
        at += BLOCK_HEADER_BYTES;
    }
    let start = at + LAST_HEADER_BYTES + redundant;
    (start < payload.len()).then_some(start..payload.len())
}

/// Names another payload type in every block header, as the receiver knows the codec inside.
///
/// Does nothing beyond what [`primary`] accepts.
pub fn rewrite(payload: &mut [u8], payload_type: u8) {
    let mut at = 0;
    while let Some(byte) = payload.get_mut(at) {
        let follows = *byte & FOLLOWS;
        *byte = follows | payload_type & !FOLLOWS;
        if follows == 0 {
            return;
        }
        at += BLOCK_HEADER_BYTES;
    }
}

/// F: another header follows this one.
const FOLLOWS: u8 = 0x80;

/// F, payload type, 14 bits of timestamp offset, 10 of length.
const BLOCK_HEADER_BYTES: usize = 4;

/// F and payload type: the newest block reaches to the end.
const LAST_HEADER_BYTES: usize = 1;

/// The length of a block is the lower 10 bits of its header.
const LENGTH_MASK: u16 = 0x3FF;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// One block of three bytes 960 ticks ago, then one of two.
    const TWO_BLOCKS: [u8; 10] = [0xEF, 0x0F, 0x00, 0x03, 0x6F, 1, 2, 3, 8, 9];

    #[test]
    fn newest_block_is_found_behind_the_older_ones() {
        assert_eq!(primary(&TWO_BLOCKS), Some(8..10));
        assert_eq!(primary(&[0x6F, 7]), Some(1..2));
    }

    #[test]
    fn what_is_cut_short_has_no_block() {
        for len in 0..=8 {
            assert_eq!(primary(&TWO_BLOCKS[..len]), None, "{len} bytes");
        }
        assert_eq!(primary(&[0x6F]), None);
    }

    #[test]
    fn payload_types_of_all_blocks_are_replaced_and_nothing_else() {
        let mut payload = TWO_BLOCKS;

        rewrite(&mut payload, 109);

        assert_eq!(payload, [0xED, 0x0F, 0x00, 0x03, 0x6D, 1, 2, 3, 8, 9]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_within_their_bounds(mut payload: Vec<u8>, payload_type in 0..128_u8) {
            let before = primary(&payload);
            if let Some(block) = &before {
                prop_assert!(!payload[block.clone()].is_empty());
            }
            rewrite(&mut payload, payload_type);
            prop_assert_eq!(primary(&payload), before);
        }
    }
}
