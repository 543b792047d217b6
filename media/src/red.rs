//! Redundant audio: each packet repeats the one before it (RFC 2198), so that a lost packet costs
//! nothing. For a receiver that does not know the format the newest part alone is sent on; for one
//! whose path loses much, packets are made here that repeat more.

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

/// Returns the latest repeated block of a RED payload: how many ticks before the packet it was, and
/// where it lies.
pub fn latest_repeat(payload: &[u8]) -> Option<(u32, Range<usize>)> {
    let end = primary(payload)?.start;
    let (mut at, mut latest) = (0, None);
    while *payload.get(at)? & FOLLOWS != 0 {
        let header = payload.get(at..at + BLOCK_HEADER_BYTES)?;
        let ticks = u16::from_be_bytes([header[1], header[2]]) >> TICKS_SHIFT;
        let len = usize::from(u16::from_be_bytes([header[2], header[3]]) & LENGTH_MASK);
        latest = Some((u32::from(ticks), end.checked_sub(len)?..end));
        at += BLOCK_HEADER_BYTES;
    }
    latest.filter(|(_, block)| !block.is_empty())
}

/// A packet that is to be made: its newest block, and what it repeats.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Blocks<'a> {
    newest: &'a [u8],
    /// Ticks before the newest, the latest first.
    repeats: [(u16, &'a [u8]); MAX_REPEATS],
    count: usize,
}

impl<'a> Blocks<'a> {
    /// A packet that repeats nothing yet.
    pub(crate) fn new(newest: &'a [u8]) -> Self {
        Self { newest, repeats: [(0, &[]); MAX_REPEATS], count: 0 }
    }

    /// Repeats a block too that was `ticks` before the newest, and before all that are repeated
    /// already. One that the format cannot name, that is one too many, or with which the payload
    /// would not fit a datagram any more, is left out.
    pub(crate) fn repeat(&mut self, ticks: u32, block: &'a [u8]) {
        let is_earlier = self.count == 0 || u32::from(self.repeats[self.count - 1].0) < ticks;
        let is_named = (1..=MAX_TICKS).contains(&ticks) && block.len() <= usize::from(LENGTH_MASK);
        let fits = self.len() + BLOCK_HEADER_BYTES + block.len() <= MAX_MADE_BYTES;
        if is_earlier && is_named && fits && self.count < MAX_REPEATS && !block.is_empty() {
            self.repeats[self.count] = (ticks as u16, block);
            self.count += 1;
        }
    }

    /// Length of the payload, in bytes.
    pub(crate) fn len(&self) -> usize {
        let blocks = self.repeats().map(|(_, block)| BLOCK_HEADER_BYTES + block.len());
        blocks.sum::<usize>() + LAST_HEADER_BYTES + self.newest.len()
    }

    /// Writes the payload, [`len`](Self::len) bytes; the blocks are of `payload_type`.
    ///
    /// # Panics
    /// When `out` is shorter than that.
    pub(crate) fn write(&self, out: &mut [u8], payload_type: u8) {
        let mut at = 0;
        for (ticks, block) in self.repeats() {
            let word =
                u32::from(ticks) << LENGTH_BITS | block.len() as u32 & u32::from(LENGTH_MASK);
            out[at] = FOLLOWS | payload_type;
            out[at + 1..at + BLOCK_HEADER_BYTES].copy_from_slice(&word.to_be_bytes()[1..]);
            at += BLOCK_HEADER_BYTES;
        }
        out[at] = payload_type & !FOLLOWS;
        at += LAST_HEADER_BYTES;
        for block in self.repeats().map(|(_, block)| block).chain([self.newest]) {
            out[at..at + block.len()].copy_from_slice(block);
            at += block.len();
        }
    }

    /// The oldest first, as they are written.
    fn repeats(&self) -> impl Iterator<Item = (u16, &'a [u8])> {
        self.repeats[..self.count].iter().rev().copied()
    }
}

/// Most blocks that one packet made here repeats.
const MAX_REPEATS: usize = 3;

/// Longest payload that is made longer here, in bytes: with its headers it stays below the 1,200 that
/// every path takes.
const MAX_MADE_BYTES: usize = 1_100;

/// F: another header follows this one.
const FOLLOWS: u8 = 0x80;

/// F, payload type, 14 bits of timestamp offset, 10 of length.
const BLOCK_HEADER_BYTES: usize = 4;

/// F and payload type: the newest block reaches to the end.
const LAST_HEADER_BYTES: usize = 1;

/// The timestamp offset has 14 bits, the upper ones of two bytes.
const MAX_TICKS: u32 = (1 << 14) - 1;
const TICKS_SHIFT: u32 = 2;

/// The length of a block is the lower 10 bits of its header.
const LENGTH_BITS: u32 = 10;
const LENGTH_MASK: u16 = (1 << LENGTH_BITS) - 1;

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

    #[test]
    fn latest_repeat_is_found_before_the_newest_block() {
        assert_eq!(latest_repeat(&TWO_BLOCKS), Some((960, 5..8)));
        assert_eq!(latest_repeat(&[0x6F, 7]), None);
    }

    #[test]
    fn packet_made_here_reads_as_one_that_came() {
        let mut blocks = Blocks::new(&[8, 9]);
        blocks.repeat(960, &[1, 2, 3]);
        let mut payload = vec![0; blocks.len()];

        blocks.write(&mut payload, 0x6F);

        assert_eq!(payload, TWO_BLOCKS);
    }

    #[test]
    fn what_the_format_cannot_name_is_not_repeated() {
        let long = [7; 1_024];
        let mut blocks = Blocks::new(&[1]);
        blocks.repeat(0, &[2]);
        blocks.repeat(MAX_TICKS + 1, &[2]);
        blocks.repeat(960, &long);

        assert_eq!(blocks.len(), 2);
    }

    #[test]
    fn packet_is_not_made_longer_than_every_path_takes() {
        let long = [7; 600];
        let mut blocks = Blocks::new(&long);
        blocks.repeat(960, &long);
        blocks.repeat(1_920, &[1; 100]);

        assert_eq!(blocks.len(), 1 + 600 + 4 + 100);
    }

    proptest! {
        #[test]
        fn any_blocks_made_are_found_again(
            newest in prop::collection::vec(any::<u8>(), 1..50),
            repeat in prop::collection::vec(any::<u8>(), 1..50),
            ticks in 1_u32..MAX_TICKS / 2,
        ) {
            let mut blocks = Blocks::new(&newest);
            blocks.repeat(ticks, &repeat);
            blocks.repeat(ticks * 2, &repeat);
            let mut payload = vec![0; blocks.len()];
            blocks.write(&mut payload, 111);

            prop_assert_eq!(&payload[primary(&payload).unwrap()], &newest);
            let (found, block) = latest_repeat(&payload).unwrap();
            prop_assert_eq!((found, &payload[block]), (ticks, &repeat[..]));
        }

        #[test]
        fn any_bytes_are_read_within_their_bounds(mut payload: Vec<u8>, payload_type in 0..128_u8) {
            let before = primary(&payload);
            if let Some(block) = &before {
                prop_assert!(!payload[block.clone()].is_empty());
            }
            if let Some((_, block)) = latest_repeat(&payload) {
                prop_assert!(!payload[block].is_empty());
            }
            rewrite(&mut payload, payload_type);
            prop_assert_eq!(primary(&payload), before);
        }
    }
}
