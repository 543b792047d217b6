//! Runs of messages that have disappeared, so that what is unread counts without them.

use crate::wire::Span;

/// Adds the message `number` to `spans`, which rise and do not touch one another.
///
/// Beyond [`MAX_SPANS`] the lowest one makes room: whoever has not read for that long is shown more
/// as unread than there is to read.
pub fn add(spans: &mut Vec<Span>, number: u64) {
    let at = spans.partition_point(|span| span.to_number < number);
    if spans.get(at).is_some_and(|span| span.from_number <= number) {
        return;
    }
    let mut joined = Span { from_number: number, to_number: number };
    let mut replaced = at..at;
    if at.checked_sub(1).is_some_and(|before| spans[before].to_number + 1 == number) {
        replaced.start = at - 1;
        joined.from_number = spans[at - 1].from_number;
    }
    if spans.get(at).is_some_and(|after| number + 1 == after.from_number) {
        replaced.end = at + 1;
        joined.to_number = spans[at].to_number;
    }
    spans.splice(replaced, [joined]);
    if MAX_SPANS < spans.len() {
        spans.remove(0);
    }
}

/// How many of the messages after `read_number` and up to `top` are in none of `spans`.
pub fn count_outside(spans: &[Span], read_number: u64, top: u64) -> u64 {
    let inside = |span: &Span| {
        let first = span.from_number.max(read_number + 1);
        (span.to_number.min(top) + 1).saturating_sub(first)
    };
    let gone: u64 = spans.iter().map(inside).sum();
    top.saturating_sub(read_number).saturating_sub(gone)
}

/// Runs that are known of one conversation; one begins wherever something that stays, such as a
/// call, stands between what disappears.
pub const MAX_SPANS: usize = 200;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_stays_between_two_runs_is_all_that_is_unread() {
        let mut spans = Vec::new();
        for number in [4, 2, 3, 7, 6] {
            add(&mut spans, number);
        }

        assert_eq!(spans, [span(2, 4), span(6, 7)]);
        assert_eq!(count_outside(&spans, 1, 7), 1);
        assert_eq!(count_outside(&spans, 3, 7), 1);
        assert_eq!(count_outside(&spans, 5, 7), 0);
        assert_eq!(count_outside(&spans, 0, 9), 4);
        assert_eq!(count_outside(&spans, 9, 9), 0);
    }

    #[test]
    fn the_lowest_run_makes_room_for_the_latest() {
        let mut spans = Vec::new();
        for at in 1..=MAX_SPANS as u64 + 1 {
            add(&mut spans, 2 * at);
        }

        assert_eq!(spans.len(), MAX_SPANS);
        assert_eq!(spans[0], span(4, 4));
    }

    proptest! {
        #[test]
        fn runs_count_like_the_set_of_their_numbers(
            numbers in prop::collection::vec(1u64..40, 0..40),
            read in 0u64..40,
            top in 0u64..40,
        ) {
            let mut spans = Vec::new();
            for number in &numbers {
                add(&mut spans, *number);
            }
            let set: BTreeSet<u64> = numbers.into_iter().collect();
            let outside = (read + 1..=top).filter(|number| !set.contains(number)).count();
            prop_assert_eq!(count_outside(&spans, read, top), outside as u64);
            let apart = spans.windows(2).all(|two| two[0].to_number + 1 < two[1].from_number);
            prop_assert!(apart);
        }
    }

    fn span(from_number: u64, to_number: u64) -> Span {
        Span { from_number, to_number }
    }
}
