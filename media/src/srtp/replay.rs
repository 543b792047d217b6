//! What is remembered of packets that were authentic, so that no one plays them again.

use rustc_hash::FxHashMap;

/// Which of the last packets have been seen (RFC 3711 §3.3.2).
#[derive(Debug, Default)]
pub(super) struct ReplayWindow {
    /// One above the highest accepted index; zero before the first.
    next: u64,
    /// Bit `i % REPLAY_WINDOW` tells of index `i`, for the last [`REPLAY_WINDOW`] indexes.
    seen: [u64; REPLAY_WORDS],
}

impl ReplayWindow {
    pub(super) fn is_new(&self, index: u64) -> bool {
        let (word, bit) = Self::place(index);
        self.next <= index || (self.next - index <= REPLAY_WINDOW && self.seen[word] & bit == 0)
    }

    /// Records an index that [`is_new`](Self::is_new).
    pub(super) fn accept(&mut self, index: u64) {
        if self.next <= index {
            let skipped = index - self.next;
            if REPLAY_WINDOW <= skipped {
                self.seen = [0; REPLAY_WORDS];
            } else {
                for between in self.next..index {
                    let (word, bit) = Self::place(between);
                    self.seen[word] &= !bit;
                }
            }
            self.next = index + 1;
        }
        let (word, bit) = Self::place(index);
        self.seen[word] |= bit;
    }

    fn place(index: u64) -> (usize, u64) {
        let at = index % REPLAY_WINDOW;
        ((at / 64) as usize, 1 << (at % 64))
    }
}

/// State by SSRC; when it is full, what was used least recently goes.
#[derive(Debug)]
pub(super) struct Streams<T> {
    by_ssrc: FxHashMap<u32, (u64, T)>,
    /// Counts uses, so that the least recent one can be found.
    uses: u64,
}

impl<T> Default for Streams<T> {
    fn default() -> Self {
        Self { by_ssrc: FxHashMap::default(), uses: 0 }
    }
}

impl<T: Default> Streams<T> {
    pub(super) fn get_mut(&mut self, ssrc: u32) -> Option<&mut T> {
        self.by_ssrc.get_mut(&ssrc).map(|(_, stream)| stream)
    }

    pub(super) fn len(&self) -> usize {
        self.by_ssrc.len()
    }

    /// Returns the state of an SSRC that has just proved itself.
    pub(super) fn get_or_insert(&mut self, ssrc: u32) -> &mut T {
        self.uses += 1;
        if MAX_STREAMS <= self.by_ssrc.len() && !self.by_ssrc.contains_key(&ssrc) {
            let oldest = self.by_ssrc.iter().min_by_key(|(_, (used, _))| *used);
            if let Some(oldest) = oldest.map(|(ssrc, _)| *ssrc) {
                self.by_ssrc.remove(&oldest);
            }
        }
        let entry = self.by_ssrc.entry(ssrc).or_default();
        entry.0 = self.uses;
        &mut entry.1
    }
}

/// Packets; half a second of a strong video stream, so that no reordering looks like a replay.
/// RFC 3711 §3.3.2 asks for 64 or more.
const REPLAY_WINDOW: u64 = 64 * REPLAY_WORDS as u64;

const REPLAY_WORDS: usize = 16;

/// SSRCs remembered per peer, RTP and RTCP each: several times what the largest offer carries.
pub(super) const MAX_STREAMS: usize = 256;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_number_is_new_once_and_only_while_the_window_remembers(
            steps in prop::collection::vec((-1_100i64..1_100, 1u64..3), 1..400),
        ) {
            let mut window = ReplayWindow::default();
            let (mut seen, mut highest) = (HashSet::new(), 70_000u64);
            for (step, times) in steps {
                let index = highest.saturating_add_signed(step);
                for _ in 0..times {
                    let remembered = seen.is_empty() || highest < index + REPLAY_WINDOW;
                    let expected = remembered && !seen.contains(&index);
                    prop_assert_eq!(window.is_new(index), expected);
                    if expected {
                        window.accept(index);
                        highest = if seen.is_empty() { index } else { highest.max(index) };
                        seen.insert(index);
                    }
                }
            }
        }
    }
}
