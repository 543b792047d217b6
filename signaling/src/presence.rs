//! What others may see of a person's liveness.

use crate::error::Refusal;
use crate::text;
use crate::wire::{Availability, ChosenStatus, PersonId, Presence, Status};

/// Whether a person is there, and what they chose to show of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Attendance<'a> {
    /// What the person chose.
    pub chosen: &'a ChosenStatus,
    /// What the person does at the moment.
    pub activity: Activity,
    /// When the last device left, or the person hid, in ms since 1970.
    pub last_seen_ms: Option<i64>,
}

/// What a person does at the moment.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Activity {
    /// No device is connected.
    #[default]
    Gone,
    /// A device is connected, and none was used for a while.
    Idle,
    /// Uses a device.
    Active,
    /// Is in a call.
    InCall,
}

impl Attendance<'_> {
    /// What others may see; an invisible person looks like one who left when they hid.
    pub fn seen_by_others(&self, person: PersonId) -> Presence {
        let hidden = self.is_hidden();
        let availability = match (self.activity, self.chosen.status) {
            (Activity::Gone, _) | (_, Status::Invisible) => Availability::Offline,
            (_, Status::Busy) | (Activity::InCall, Status::Available | Status::Away) => {
                Availability::Busy
            }
            (_, Status::Away) | (Activity::Idle, Status::Available) => Availability::Away,
            (Activity::Active, Status::Available) => Availability::Available,
        };
        let away = availability == Availability::Offline;
        let last_seen_ms = self.last_seen_ms.filter(|_| away);
        // A text is written to be read while its author is gone, but not while they hide.
        let text = self.chosen.text.clone().filter(|_| !hidden);
        Presence { person, availability, last_seen_ms, text }
    }

    /// Whether what the person does must stay hidden from others, such as typing.
    pub fn is_hidden(&self) -> bool {
        self.chosen.status == Status::Invisible
    }
}

/// Returns a status as it is kept.
pub fn check_status(
    status: Status,
    text: Option<&str>,
    until_ms: Option<i64>,
    now_ms: i64,
) -> Result<ChosenStatus, Refusal> {
    let text = text.map(text::one_line).filter(|text| !text.is_empty());
    if let Some(text) = &text {
        if MAX_STATUS_CHARS < text.chars().count() {
            return Err(Refusal::TooLong { len: text.len(), limit: MAX_STATUS_CHARS });
        }
        text::check_shown(text)?;
    }
    if until_ms.is_some_and(|until_ms| until_ms <= now_ms || now_ms + MAX_STATUS_MS < until_ms) {
        return Err(Refusal::Malformed("a status ends within a year, and not in the past"));
    }
    Ok(ChosenStatus { status, text, until_ms })
}

/// How long a person whose last device is gone still counts as present, in ms: others need not
/// hear of a reload, nor of a cut that the device gets over by itself.
pub const GRACE_MS: i64 = 5_000;

/// Longest line beside a status, in characters.
pub const MAX_STATUS_CHARS: usize = 80;

/// How long a status lasts at most when it ends by itself, in ms.
const MAX_STATUS_MS: i64 = 366 * 24 * 60 * 60 * 1_000;

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_invisible_person_cannot_be_told_from_one_who_left() {
        let hidden = chosen(Status::Invisible);
        let left = chosen(Status::Available);
        let here =
            Attendance { chosen: &hidden, activity: Activity::InCall, last_seen_ms: Some(5) };
        let gone = Attendance { chosen: &hidden, activity: Activity::Gone, last_seen_ms: Some(5) };
        let never = Attendance { chosen: &left, activity: Activity::Gone, last_seen_ms: Some(5) };

        assert_eq!(here.seen_by_others(ANA), never.seen_by_others(ANA));
        assert_eq!(gone.seen_by_others(ANA), never.seen_by_others(ANA));
    }

    #[test]
    fn last_seen_is_told_once_the_last_device_has_left() {
        let busy = chosen(Status::Busy);
        let here = Attendance { chosen: &busy, activity: Activity::Active, last_seen_ms: Some(5) };
        let gone = Attendance { activity: Activity::Gone, ..here.clone() };

        assert_eq!(here.seen_by_others(ANA).last_seen_ms, None);
        assert_eq!(here.seen_by_others(ANA).availability, Availability::Busy);
        assert_eq!(gone.seen_by_others(ANA).last_seen_ms, Some(5));
    }

    #[test]
    fn whoever_is_available_is_shown_as_they_are_and_a_choice_stands_above_that() {
        let seen = |status, activity| {
            let chosen = chosen(status);
            Attendance { chosen: &chosen, activity, last_seen_ms: None }
                .seen_by_others(ANA)
                .availability
        };

        assert_eq!(seen(Status::Available, Activity::Idle), Availability::Away);
        assert_eq!(seen(Status::Available, Activity::InCall), Availability::Busy);
        assert_eq!(seen(Status::Available, Activity::Active), Availability::Available);
        assert_eq!(seen(Status::Away, Activity::Active), Availability::Away);
        assert_eq!(seen(Status::Away, Activity::InCall), Availability::Busy);
        assert_eq!(seen(Status::Busy, Activity::Idle), Availability::Busy);
    }

    #[test]
    fn what_was_written_beside_a_status_is_read_while_its_author_is_gone_but_not_hidden() {
        let text = Some(String::from("back on Monday"));
        let seen = |status| {
            let chosen = ChosenStatus { text: text.clone(), ..chosen(status) };
            let activity = Activity::Gone;
            Attendance { chosen: &chosen, activity, last_seen_ms: None }.seen_by_others(ANA).text
        };

        assert_eq!(seen(Status::Away), text);
        assert_eq!(seen(Status::Invisible), None);
    }

    #[test]
    fn a_status_has_one_short_line_and_ends_in_time_to_come() {
        let check = |text: &str, until_ms| check_status(Status::Away, Some(text), until_ms, 1_000);

        assert_eq!(check(" at\nlunch ", None).unwrap().text.as_deref(), Some("at lunch"));
        assert_eq!(check("  ", Some(1_001)).unwrap().text, None);
        assert!(check(&"é".repeat(81), None).is_err());
        assert!(check("", Some(1_000)).is_err());
        assert!(check("", Some(i64::MAX)).is_err());
    }

    fn chosen(status: Status) -> ChosenStatus {
        ChosenStatus { status, ..ChosenStatus::default() }
    }

    const ANA: PersonId = PersonId(Uuid::from_u128(1));
}
