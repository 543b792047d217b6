//! What others may see of a person's liveness.

use crate::wire::{Availability, PersonId, Presence, Status};

/// Whether a person is there, and what they chose to show of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Attendance {
    /// What the person chose.
    pub status: Status,
    /// At least one device is connected.
    pub online: bool,
    /// When the last device left, in ms since 1970.
    pub last_seen_ms: Option<i64>,
}

impl Attendance {
    /// What others may see; an invisible person looks like one who was never there.
    pub fn seen_by_others(&self, person: PersonId) -> Presence {
        let availability = match (self.online, self.status) {
            (false, _) | (true, Status::Invisible) => Availability::Offline,
            (true, Status::Available) => Availability::Available,
            (true, Status::Busy) => Availability::Busy,
            (true, Status::Away) => Availability::Away,
        };
        let last_seen_ms =
            self.last_seen_ms.filter(|_| !self.online && self.status != Status::Invisible);
        Presence { person, availability, last_seen_ms }
    }

    /// Whether what the person does must stay hidden from others, such as typing.
    pub fn is_hidden(&self) -> bool {
        self.status == Status::Invisible
    }
}

/// How long a person whose last device is gone still counts as present, in ms: others need not
/// hear of a reload, nor of a cut that the device gets over by itself.
pub const GRACE_MS: i64 = 5_000;

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_invisible_person_cannot_be_told_from_one_who_was_never_there() {
        let hidden = Attendance { status: Status::Invisible, online: true, last_seen_ms: Some(5) };
        let left = Attendance { online: false, ..hidden };
        let never = Attendance { status: Status::Available, online: false, last_seen_ms: None };

        assert_eq!(hidden.seen_by_others(ANA), never.seen_by_others(ANA));
        assert_eq!(left.seen_by_others(ANA), never.seen_by_others(ANA));
    }

    #[test]
    fn last_seen_is_told_once_the_last_device_has_left() {
        let here = Attendance { status: Status::Busy, online: true, last_seen_ms: Some(5) };
        let gone = Attendance { online: false, ..here };

        assert_eq!(here.seen_by_others(ANA).last_seen_ms, None);
        assert_eq!(here.seen_by_others(ANA).availability, Availability::Busy);
        assert_eq!(gone.seen_by_others(ANA).last_seen_ms, Some(5));
    }

    const ANA: PersonId = PersonId(Uuid::from_u128(1));
}
