//! Quiet hours by the clocks of the place that somebody has named; they change with summer and winter.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use palabre_signaling::wire::Preferences;

/// Whether the database of time zones knows a name.
pub(crate) fn is_time_zone(name: &str) -> bool {
    TimeZone::get(name).is_ok()
}

/// Whether it is somebody's quiet time.
pub(crate) fn is_quiet(preferences: &Preferences, now_ms: i64) -> bool {
    preferences.quiet_hours.as_ref().is_some_and(|quiet| {
        // A time zone that was taken out of the database since is read as UTC.
        let zone = TimeZone::get(&quiet.time_zone).unwrap_or(TimeZone::UTC);
        let Ok(now) = Timestamp::from_millisecond(now_ms) else { return false };
        let time = zone.to_datetime(now).time();
        let minute = i32::from(time.hour()) * 60 + i32::from(time.minute());
        u16::try_from(minute).is_ok_and(|minute| quiet.cover(minute))
    })
}

#[cfg(test)]
mod tests {
    use palabre_signaling::wire::QuietHours;

    use super::*;

    #[test]
    fn quiet_hours_follow_the_clocks_of_their_time_zone_in_summer_and_in_winter() {
        let quiet = |time_zone: &str| Preferences {
            quiet_hours: Some(QuietHours {
                from_minute: 22 * 60,
                to_minute: 7 * 60,
                time_zone: time_zone.into(),
                calls_ring: true,
            }),
            ..Preferences::default()
        };
        // 2026-07-01 and 2026-12-01, both at 20:30 UTC.
        let (summer_ms, winter_ms) = (1_782_937_800_000, 1_796_157_000_000);

        assert!(is_quiet(&quiet("Europe/Paris"), summer_ms));
        assert!(!is_quiet(&quiet("Europe/Paris"), winter_ms));
        assert!(!is_quiet(&quiet("Africa/Lome"), summer_ms));
        assert!(is_quiet(&quiet("Asia/Tokyo"), summer_ms));
        assert!(!is_quiet(&Preferences::default(), summer_ms));
    }
}
