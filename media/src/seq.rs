//! Extends the 16-bit RTP sequence number so that later code never meets a wrap.
//!
//! The wire carries 16 bits (RFC 3550 §5.1), which 50 audio packets a second use up in
//! 22 minutes. Past the parser everything speaks of an *index*: a `u64` whose low 16 bits are the
//! wire's and whose rest counts the wraps, starting at [`CYCLE`].

/// Maps the wire numbers of one SSRC to indexes that never wrap.
#[derive(Clone, Copy, Debug, Default)]
pub struct SeqExtender {
    /// Highest index whose packet passed SRTP authentication.
    highest: Option<u64>,
}

impl SeqExtender {
    /// Records that the packet at `index` was authentic.
    ///
    /// Call this after decryption: a forged packet must not move the window
    /// (RFC 3711 §3.3.1).
    pub fn accept(&mut self, index: u64) {
        self.highest = self.highest.max(Some(index));
    }

    /// Returns the index nearest to the highest accepted one that ends in `wire`.
    pub fn guess(&self, wire: u16) -> u64 {
        let Some(highest) = self.highest else {
            // One cycle up, so that packets reordered before the first stay positive.
            return CYCLE + u64::from(wire);
        };
        let ahead = wire.wrapping_sub(to_wire(highest)).cast_signed();
        highest.saturating_add_signed(i64::from(ahead))
    }

    /// The highest accepted index, if any packet came yet.
    pub fn highest(&self) -> Option<u64> {
        self.highest
    }
}

/// The 16 bits of `index` that travel in the RTP header.
pub fn to_wire(index: u64) -> u16 {
    (index % CYCLE) as u16
}

/// The SRTP rollover counter of `index` (RFC 3711 §3.3.1): 0 in the first cycle, which is the one
/// that starts at [`CYCLE`]; a packet reordered to before it has 2³² − 1, as the RFC counts.
pub fn rollover(index: u64) -> u32 {
    ((index / CYCLE) as u32).wrapping_sub(1)
}

/// Numbers before the 16-bit field wraps, in packets; also where every stream's indexes start.
pub const CYCLE: u64 = 1 << 16;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn number_after_the_wrap_follows_the_one_before_it() {
        let mut extender = SeqExtender::default();
        let before = extender.guess(u16::MAX);
        extender.accept(before);

        assert_eq!(extender.guess(0), before + 1);
    }

    #[test]
    fn forged_number_leaves_the_window_where_it_was() {
        let mut extender = SeqExtender::default();
        extender.accept(extender.guess(100));

        let _forged = extender.guess(30_000);

        assert_eq!(extender.guess(101), CYCLE + 101);
    }

    #[test]
    fn rollover_counter_starts_at_zero_and_grows_with_each_wrap() {
        let mut extender = SeqExtender::default();
        let first = extender.guess(2);
        extender.accept(first);

        assert_eq!(rollover(first), 0);
        assert_eq!(rollover(extender.guess(u16::MAX)), u32::MAX);
        assert_eq!(rollover(first + CYCLE), 1);
    }

    proptest! {
        #[test]
        fn any_stream_with_gaps_below_half_a_cycle_stays_in_order(
            start: u16,
            gaps in prop::collection::vec(1u64..32_768, 1..200),
        ) {
            let mut extender = SeqExtender::default();
            let mut sent = CYCLE + u64::from(start);
            extender.accept(extender.guess(start));
            for gap in gaps {
                sent += gap;
                let index = extender.guess(to_wire(sent));
                extender.accept(index);
                prop_assert_eq!(index, sent);
            }
        }

        #[test]
        fn a_packet_late_by_less_than_half_a_cycle_gets_its_own_index(
            start: u16,
            ahead in 0u64..200_000,
            late in 1u64..32_768,
        ) {
            let mut extender = SeqExtender::default();
            let highest = CYCLE + u64::from(start) + ahead;
            extender.accept(highest);

            prop_assert_eq!(extender.guess(to_wire(highest - late)), highest - late);
        }
    }
}
