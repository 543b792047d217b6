//! Which packets were sent to one subscriber again, by the numbers under which feedback tells what
//! became of them.
//!
//! A receiver asks for a packet a few times and then gives it up; on a path that loses a third both
//! ways every other of these tries fails. Transport feedback tells sooner, and surer, that a repetition
//! got lost, so it is sent again without having been asked for, and what came is not sent once more.

use std::collections::VecDeque;

use crate::bwe::TransportFeedback;

/// Repetitions that nothing has been heard of, in the order they left.
#[derive(Debug, Default)]
pub(crate) struct Repairs {
    sent: VecDeque<Sent>,
}

#[derive(Clone, Copy, Debug)]
struct Sent {
    /// Transport-wide.
    number: u16,
    repair: Repair,
}

/// A packet that was sent again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Repair {
    pub(crate) slot: u8,
    /// The number under which it left at first.
    pub(crate) sequence: u16,
}

impl Repairs {
    /// Notes a repetition that leaves under a transport-wide number.
    pub(crate) fn on_sent(&mut self, number: u16, repair: Repair) {
        if MAX_SENT <= self.sent.len() {
            self.sent.pop_front();
        }
        self.sent.push_back(Sent { number, repair });
    }

    /// Hands over each repetition that feedback is about, once, and whether it came. Where the feedback
    /// itself got lost nothing is known; most such repetitions have come.
    pub(crate) fn on_feedback(
        &mut self,
        feedback: &TransportFeedback<'_>,
        mut tell: impl FnMut(Repair, bool),
    ) {
        if self.sent.is_empty() {
            return;
        }
        for status in feedback.statuses() {
            let is_passed =
                |sent: &mut Sent| 0 <= status.sequence.wrapping_sub(sent.number).cast_signed();
            while let Some(sent) = self.sent.pop_front_if(is_passed) {
                if sent.number == status.sequence {
                    tell(sent.repair, status.arrived_us.is_some());
                }
            }
        }
    }
}

/// Repetitions that wait for feedback at most: a second of them on a path that loses much.
const MAX_SENT: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;

    /// Feedback about packets from `base` on, each of which came or did not (1-bit vector,
    /// draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1.4).
    fn feedback(base: u16, came: &[bool]) -> Vec<u8> {
        let mut packet = vec![0x8F, 205, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2];
        packet.extend_from_slice(&base.to_be_bytes());
        packet.extend_from_slice(&(came.len() as u16).to_be_bytes());
        packet.extend_from_slice(&[0, 0, 1, 0]);
        let bits =
            (0..).zip(came).fold(0x8000, |bits, (at, came)| bits | u16::from(*came) << (13 - at));
        packet.extend_from_slice(&bits.to_be_bytes());
        packet.extend(came.iter().filter(|came| **came).map(|_| 4));
        packet
    }

    fn told(repairs: &mut Repairs, base: u16, came: &[bool]) -> Vec<(u16, bool)> {
        let packet = feedback(base, came);
        let mut told = Vec::new();
        let feedback = TransportFeedback::parse(&packet).expect("well formed");
        repairs.on_feedback(&feedback, |repair, has_come| told.push((repair.sequence, has_come)));
        told
    }

    #[test]
    fn what_became_of_each_repetition_is_told_once() {
        let mut repairs = Repairs::default();
        for (number, sequence) in [(65_534, 1), (0, 2), (3, 3), (9, 4)] {
            repairs.on_sent(number, Repair { slot: 0, sequence });
        }

        let first = told(&mut repairs, 65_535, &[true, false, true, true, true]);

        assert_eq!(first, [(2, false), (3, true)]);
        assert_eq!(told(&mut repairs, 65_535, &[true, true, true, true, true]), []);
    }

    #[test]
    fn no_more_wait_than_are_sent_in_a_second() {
        let mut repairs = Repairs::default();
        for number in 0..2_000 {
            repairs.on_sent(number, Repair { slot: 0, sequence: number });
        }

        assert_eq!(repairs.sent.len(), MAX_SENT);
    }
}
