//! Beeps: how somebody is called to their device, with their leave and not too often.

use std::collections::VecDeque;

use crate::error::Refusal;
use crate::text;
use crate::wire::ClientId;

/// What one person has beeped at another lately.
#[derive(Clone, Debug, Default)]
pub struct RecentBeeps(VecDeque<(i64, ClientId)>);

impl RecentBeeps {
    /// Takes a beep in, or refuses it because there were too many; a repeat counts once.
    pub fn take(&mut self, now_ms: i64, client_id: ClientId) -> Result<(), Refusal> {
        self.forget(now_ms);
        if self.0.iter().any(|(_, known)| *known == client_id) {
            return Ok(());
        }
        let soon = self.0.back().is_some_and(|(at_ms, _)| now_ms < at_ms + MIN_GAP_MS);
        if soon || MAX_BEEPS_AN_HOUR <= self.0.len() {
            return Err(Refusal::TooManyBeeps);
        }
        self.0.push_back((now_ms, client_id));
        Ok(())
    }

    /// Whether there is nothing left to remember.
    pub fn is_over(&mut self, now_ms: i64) -> bool {
        self.forget(now_ms);
        self.0.is_empty()
    }

    fn forget(&mut self, now_ms: i64) {
        while self.0.front().is_some_and(|(at_ms, _)| at_ms + HOUR_MS <= now_ms) {
            self.0.pop_front();
        }
    }
}

/// Returns the reason of a beep as it is kept: one line, or nothing.
pub fn check_why(why: Option<&str>) -> Result<Option<String>, Refusal> {
    let Some(why) = why else { return Ok(None) };
    let why = text::one_line(why);
    if MAX_WHY_CHARS < why.chars().count() {
        return Err(Refusal::TooLong { len: why.len(), limit: MAX_WHY_CHARS });
    }
    text::check_shown(&why)?;
    Ok((!why.is_empty()).then_some(why))
}

/// Refuses to ask for leave again so soon after `asked_at_ms`.
pub fn check_ask(now_ms: i64, asked_at_ms: Option<i64>) -> Result<(), Refusal> {
    match asked_at_ms {
        Some(asked_at_ms) if now_ms < asked_at_ms + ASK_AGAIN_MS => Err(Refusal::AskedAlready),
        _ => Ok(()),
    }
}

/// Longest reason, in characters: it is read at a glance.
pub const MAX_WHY_CHARS: usize = 120;

/// Time between two beeps at the same person, in ms.
const MIN_GAP_MS: i64 = 30_000;

/// Beeps at the same person within an hour.
const MAX_BEEPS_AN_HOUR: usize = 6;

const HOUR_MS: i64 = 60 * 60 * 1_000;

/// Time before the same person may be asked for leave again, in ms: a day.
const ASK_AGAIN_MS: i64 = 24 * HOUR_MS;

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn beeps_at_one_person_are_half_a_minute_apart_and_six_an_hour() {
        let mut recent = RecentBeeps::default();
        let beep = |n: u32| ClientId(Uuid::from_u128(u128::from(n)));

        assert_eq!(recent.take(0, beep(0)), Ok(()));
        assert_eq!(recent.take(29_999, beep(1)), Err(Refusal::TooManyBeeps));
        for n in 1..6 {
            assert_eq!(recent.take(i64::from(n) * 30_000, beep(n)), Ok(()));
        }
        assert_eq!(recent.take(3_599_999, beep(7)), Err(Refusal::TooManyBeeps));
        assert_eq!(recent.take(3_600_000, beep(7)), Ok(()));
        assert!(!recent.is_over(3_600_000));
        assert!(recent.is_over(7_200_000));
    }

    #[test]
    fn a_repeat_of_a_beep_is_no_other_beep() {
        let mut recent = RecentBeeps::default();
        let beep = ClientId(Uuid::from_u128(1));

        assert_eq!(recent.take(0, beep), Ok(()));
        assert_eq!(recent.take(1_000, beep), Ok(()));
    }

    #[test]
    fn the_reason_is_one_short_line_or_none() {
        assert_eq!(
            check_why(Some(" come to\nthe door ")),
            Ok(Some(String::from("come to the door")))
        );
        assert_eq!(check_why(Some(" \n")), Ok(None));
        assert!(check_why(Some(&"é".repeat(120))).is_ok());
        assert!(check_why(Some(&"é".repeat(121))).is_err());
    }

    #[test]
    fn leave_is_asked_for_once_a_day() {
        assert_eq!(check_ask(5, None), Ok(()));
        assert_eq!(check_ask(86_399_999, Some(0)), Err(Refusal::AskedAlready));
        assert_eq!(check_ask(86_400_000, Some(0)), Ok(()));
    }
}
