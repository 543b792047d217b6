//! Groups packets that were sent together, and compares how far apart two groups left and came
//! (draft-ietf-rmcat-gcc-02 §5.2; the burst rule is libwebrtc's).

/// Turns packets into differences between groups.
#[derive(Debug, Default)]
pub(super) struct ArrivalGroups {
    current: Option<Group>,
    previous: Option<Group>,
}

/// Packets that left within [`GROUP_US`], and what queued behind them on the way.
#[derive(Clone, Copy, Debug)]
struct Group {
    first_sent_us: i64,
    last_sent_us: i64,
    first_arrived_us: i64,
    last_arrived_us: i64,
}

/// How much farther apart two groups came than they left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct GroupDelta {
    pub(super) sent_ms: f64,
    pub(super) arrived_ms: f64,
    /// When the later group was complete, by the receiver's clock.
    pub(super) arrived_at_ms: f64,
}

impl ArrivalGroups {
    /// Notes a packet that came; returns a difference when it begins another group.
    pub(super) fn on_packet(&mut self, sent_us: u64, arrived_us: i64) -> Option<GroupDelta> {
        let sent_us = sent_us.cast_signed();
        let new = Group {
            first_sent_us: sent_us,
            last_sent_us: sent_us,
            first_arrived_us: arrived_us,
            last_arrived_us: arrived_us,
        };
        let Some(current) = &mut self.current else {
            self.current = Some(new);
            return None;
        };
        // Sent before the group: it was reordered and tells nothing about the queue.
        if sent_us < current.first_sent_us {
            return None;
        }
        if current.takes(sent_us, arrived_us) {
            current.last_sent_us = current.last_sent_us.max(sent_us);
            current.last_arrived_us = current.last_arrived_us.max(arrived_us);
            return None;
        }
        let (ended, before) = (*current, self.previous);
        self.current = Some(new);
        self.previous = Some(ended);
        let before = before?;
        let arrived_us = ended.last_arrived_us - before.last_arrived_us;
        // The receiver's clock was set, or the groups overtook one another.
        if !(0..=MAX_GAP_US).contains(&arrived_us) {
            self.previous = None;
            return None;
        }
        Some(GroupDelta {
            sent_ms: (ended.last_sent_us - before.last_sent_us) as f64 / 1_000.0,
            arrived_ms: arrived_us as f64 / 1_000.0,
            arrived_at_ms: ended.last_arrived_us as f64 / 1_000.0,
        })
    }
}

impl Group {
    fn takes(&self, sent_us: i64, arrived_us: i64) -> bool {
        if sent_us - self.first_sent_us <= GROUP_US {
            return true;
        }
        // A burst: what came on the heels of the group although it was sent later had been waiting
        // for the same thing, such as a radio that wakes up.
        let since = arrived_us - self.last_arrived_us;
        let slower_by = since - (sent_us - self.last_sent_us);
        slower_by < 0 && since <= BURST_GAP_US && arrived_us - self.first_arrived_us < MAX_BURST_US
    }
}

/// What leaves within this time is one group.
const GROUP_US: i64 = 5_000;

/// Packets of a burst come at most this far apart.
const BURST_GAP_US: i64 = 5_000;

/// A burst is no longer than this.
const MAX_BURST_US: i64 = 100_000;

/// Nothing is learnt from groups that came farther apart.
const MAX_GAP_US: i64 = 3_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_sent_together_are_compared_as_one() {
        let mut groups = ArrivalGroups::default();
        for at in 0..3_u64 {
            for packet in 0..4_u64 {
                let sent = at * 20_000 + packet * 1_000;
                // Each group takes 2 ms longer than the one before it.
                let arrived = (at * 22_000 + packet * 5_100).cast_signed();
                let delta = groups.on_packet(sent, arrived);
                assert_eq!(delta.is_some(), at == 2 && packet == 0, "{at} {packet}");
                if let Some(delta) = delta {
                    assert_eq!((delta.sent_ms, delta.arrived_ms), (20.0, 22.0));
                }
            }
        }
    }

    #[test]
    fn packets_that_waited_for_a_radio_are_one_burst() {
        let mut groups = ArrivalGroups::default();
        // Sent every 10 ms, held back, then delivered 1 ms apart.
        let deltas = (0..8_u64)
            .filter_map(|at| groups.on_packet(at * 10_000, (80_000 + at * 1_000).cast_signed()));

        assert_eq!(deltas.count(), 0);
    }

    #[test]
    fn reordered_packet_is_left_out() {
        let mut groups = ArrivalGroups::default();
        groups.on_packet(0, 0);
        groups.on_packet(10_000, 10_000);

        assert_eq!(groups.on_packet(5_000, 30_000), None);
        let delta = groups.on_packet(20_000, 20_000);
        assert_eq!(delta.map(|delta| delta.arrived_ms), Some(10.0));
    }
}
