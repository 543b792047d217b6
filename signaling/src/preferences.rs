//! What people decide about themselves.

use crate::error::Refusal;
use crate::permission::check_range;
use crate::wire::{Preferences, QuietHours};

/// Refuses preferences that mean nothing. Whether the time zone is known is for whoever has the
/// database of time zones.
pub fn check(preferences: &Preferences) -> Result<(), Refusal> {
    let Some(quiet) = &preferences.quiet_hours else { return Ok(()) };
    check_range("from_minute", u32::from(quiet.from_minute), 0..=LAST_MINUTE)?;
    check_range("to_minute", u32::from(quiet.to_minute), 0..=LAST_MINUTE)?;
    if quiet.from_minute == quiet.to_minute {
        return Err(Refusal::Malformed("quiet hours end at another minute than they begin"));
    }
    if MAX_TIME_ZONE_BYTES < quiet.time_zone.len() {
        return Err(Refusal::UnknownTimeZone);
    }
    Ok(())
}

impl QuietHours {
    /// Whether they cover a minute of the day in their time zone.
    pub fn cover(&self, minute: u16) -> bool {
        let (from, to) = (self.from_minute, self.to_minute);
        if from < to { (from..to).contains(&minute) } else { minute < to || from <= minute }
    }
}

/// The last minute of a day.
const LAST_MINUTE: u32 = 24 * 60 - 1;

/// Longest name of a time zone, in bytes; the longest there is has 32.
const MAX_TIME_ZONE_BYTES: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_may_last_over_midnight() {
        let night = quiet(22 * 60, 7 * 60);
        let noon = quiet(12 * 60, 13 * 60);

        assert!(
            [22 * 60, 23 * 60 + 59, 0, 7 * 60 - 1].map(|it| night.cover(it)).iter().all(|it| *it)
        );
        assert!([7 * 60, 12 * 60, 22 * 60 - 1].map(|it| night.cover(it)).iter().all(|it| !it));
        assert!(noon.cover(12 * 60) && !noon.cover(13 * 60) && !noon.cover(0));
    }

    #[test]
    fn quiet_hours_that_mean_nothing_are_refused() {
        let check =
            |quiet| check(&Preferences { quiet_hours: Some(quiet), ..Preferences::default() });

        assert_eq!(check(quiet(0, 1_439)), Ok(()));
        assert!(check(quiet(0, 1_440)).is_err());
        assert!(check(quiet(60, 60)).is_err());
        let long = QuietHours { time_zone: "x".repeat(65), ..quiet(1, 2) };
        assert_eq!(check(long), Err(Refusal::UnknownTimeZone));
    }

    fn quiet(from_minute: u16, to_minute: u16) -> QuietHours {
        let time_zone = String::from("Africa/Lome");
        QuietHours { from_minute, to_minute, time_zone, calls_ring: true }
    }
}
