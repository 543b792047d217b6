//! What left towards a subscriber lately, by transport-wide number, so that feedback can be read.

use super::feedback::TransportFeedback;

/// The latest packets sent, in a ring. Allocates with the first packet, and never again.
#[derive(Debug)]
pub(super) struct SentHistory {
    ring: Box<[Sent]>,
    /// Extended number of the next packet.
    next: u64,
    /// Below this every packet has been reported as come or lost.
    reported: u64,
    /// Turns the receiver's wrapping clock into one that goes on.
    clock: ReceiverClock,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sent {
    at_us: u64,
    bytes: u16,
    /// Number of the probe it belongs to; 0 for none.
    cluster: u16,
    state: State,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum State {
    #[default]
    Unused,
    UnderWay,
    Lost,
    Arrived,
}

/// A packet of ours and what became of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct PacketResult {
    pub(super) sent_us: u64,
    pub(super) bytes: u16,
    pub(super) cluster: u16,
    pub(super) fate: Fate,
}

/// What became of a packet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Fate {
    /// It came, in µs of the receiver's clock.
    Arrived(i64),
    Lost,
    /// The feedback about it got lost.
    Unheard,
    /// It had been called lost, and came after all.
    ArrivedAfterAll(i64),
}

impl SentHistory {
    pub(super) fn new(first: u16) -> Self {
        let next = (1 << 16) + u64::from(first);
        Self { ring: Box::default(), next, reported: next, clock: ReceiverClock::default() }
    }

    /// Notes a packet that leaves now; returns its transport-wide number.
    pub(super) fn push(&mut self, now_us: u64, bytes: u16, cluster: u16) -> u16 {
        if self.ring.is_empty() {
            self.ring = vec![Sent::default(); LEN].into_boxed_slice();
        }
        self.ring[self.next as usize % LEN] =
            Sent { at_us: now_us, bytes, cluster, state: State::UnderWay };
        let sequence = self.next as u16;
        self.next += 1;
        sequence
    }

    /// Hands over each packet of which the feedback brings news, in the order they were sent; those
    /// before them of which nothing was heard come first. Packets that this server has not sent, or
    /// not lately, are passed over.
    pub(super) fn report(
        &mut self,
        feedback: &TransportFeedback<'_>,
        mut tell: impl FnMut(PacketResult),
    ) {
        for status in feedback.statuses() {
            // The number nearest before the next: nothing ahead of it has left.
            let behind = (self.next as u16).wrapping_sub(status.sequence);
            let Some(index) = self.next.checked_sub(u64::from(behind)) else { continue };
            let known = behind != 0 && u64::from(behind) <= LEN as u64;
            if !known || self.ring.is_empty() {
                continue;
            }
            for unheard in self.reported.max(self.next.saturating_sub(LEN as u64))..index {
                tell(self.ring[unheard as usize % LEN].result(Fate::Unheard));
            }
            self.reported = self.reported.max(index + 1);
            let entry = &mut self.ring[index as usize % LEN];
            let arrived = status.arrived_us.map(|at| self.clock.unwrap(at));
            let fate = match (entry.state, arrived) {
                (State::UnderWay, Some(at)) => Fate::Arrived(at),
                (State::UnderWay, None) => Fate::Lost,
                (State::Lost, Some(at)) => Fate::ArrivedAfterAll(at),
                (State::Unused | State::Arrived, _) | (State::Lost, None) => continue,
            };
            entry.state = if fate == Fate::Lost { State::Lost } else { State::Arrived };
            tell(entry.result(fate));
        }
    }

    /// Whether something left of which nothing has been heard yet.
    pub(super) fn is_waiting(&self) -> bool {
        self.reported < self.next && !self.ring.is_empty()
    }
}

impl Sent {
    fn result(&self, fate: Fate) -> PacketResult {
        PacketResult { sent_us: self.at_us, bytes: self.bytes, cluster: self.cluster, fate }
    }
}

/// The receiver's clock counts 64 ms in 24 bits and wraps every 12 days.
#[derive(Debug, Default)]
struct ReceiverClock {
    last: Option<i64>,
}

impl ReceiverClock {
    fn unwrap(&mut self, at_us: i64) -> i64 {
        let at = match self.last {
            None => at_us,
            Some(last) => {
                let ahead = (at_us - last).rem_euclid(WRAP_US);
                last + if WRAP_US / 2 < ahead { ahead - WRAP_US } else { ahead }
            }
        };
        self.last = Some(at);
        at
    }
}

/// 2²⁴ times 64 ms.
const WRAP_US: i64 = (1 << 24) * 64_000;

/// Packets remembered: two seconds of 10 Mbit/s.
const LEN: usize = 2_048;

#[cfg(test)]
mod tests {
    use super::*;

    /// Feedback about `count` packets from `base` on, which all came at `reference` × 64 ms.
    fn all_came(base: u16, count: u16, reference: i32) -> Vec<u8> {
        let mut packet = vec![0x8F, 205, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2];
        packet.extend_from_slice(&base.to_be_bytes());
        packet.extend_from_slice(&count.to_be_bytes());
        packet.extend_from_slice(&(reference << 8).to_be_bytes());
        packet.extend_from_slice(&(0x2000 | count).to_be_bytes());
        packet.resize(packet.len() + usize::from(count), 0);
        packet
    }

    fn report(history: &mut SentHistory, packet: &[u8]) -> Vec<PacketResult> {
        let mut results = Vec::new();
        history.report(&TransportFeedback::parse(packet).unwrap(), |result| results.push(result));
        results
    }

    #[test]
    fn each_packet_is_reported_once_across_the_wrap() {
        let mut history = SentHistory::new(65_533);
        for at in 0..6 {
            history.push(at, 100, 0);
        }

        let first = report(&mut history, &all_came(65_533, 4, 1));
        let second = report(&mut history, &all_came(65_535, 4, 2));

        assert_eq!(first.len(), 4);
        assert_eq!(second.iter().map(|result| result.sent_us).collect::<Vec<_>>(), [4, 5]);
        assert!(!history.is_waiting());
    }

    #[test]
    fn packets_that_were_never_sent_are_passed_over() {
        let mut history = SentHistory::new(10);
        history.push(0, 100, 0);

        let results = report(&mut history, &all_came(5, 30, 1));

        assert_eq!(results.len(), 1);
        assert!(!history.is_waiting());
    }

    #[test]
    fn lost_packet_that_comes_later_is_told_again() {
        let mut history = SentHistory::new(0);
        history.push(0, 100, 0);
        history.push(1, 100, 0);
        let mut lost = all_came(0, 2, 1);
        lost.truncate(20);
        // Two-bit symbols: not received, then a small delta.
        lost.extend_from_slice(&[0b1100_0100, 0, 0]);

        let first = report(&mut history, &lost);
        let second = report(&mut history, &all_came(0, 1, 2));

        assert_eq!(first[0].fate, Fate::Lost);
        assert_eq!(second[0].fate, Fate::ArrivedAfterAll(128_000));
    }

    #[test]
    fn what_the_feedback_that_got_lost_was_about_is_unheard() {
        let mut history = SentHistory::new(0);
        for at in 0..6 {
            history.push(at, 100, 0);
        }

        report(&mut history, &all_came(0, 2, 1));
        let results = report(&mut history, &all_came(4, 2, 2));

        let unheard = results.iter().filter(|result| result.fate == Fate::Unheard);
        assert_eq!(unheard.map(|result| result.sent_us).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(results.len(), 4);
    }

    #[test]
    fn receivers_clock_goes_on_after_its_wrap() {
        let mut clock = ReceiverClock::default();
        let last = ((1 << 23) - 1) * 64_000;

        assert_eq!(clock.unwrap(last), last);
        assert_eq!(clock.unwrap(-(1 << 23) * 64_000), last + 64_000);
        assert_eq!(clock.unwrap(last), last);
    }
}
