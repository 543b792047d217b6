//! What people decide about themselves, once for all their devices.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::id::PersonId;

/// What a person decides about what others see and when not to be disturbed.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(default, deny_unknown_fields)]
pub struct Preferences {
    /// Others do not learn when one was there last, nor does one learn it of them.
    pub hides_last_seen: bool,
    /// Others do not learn what one has read, nor does one learn it of them.
    pub reads_privately: bool,
    /// When there are no notices.
    pub quiet_hours: Option<QuietHours>,
}

/// A part of each day in which a person wants no notices and no beeps.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// The first minute, 0 to 1,439 since midnight.
    pub from_minute: u16,
    /// The first minute after it; below `from_minute` when it lasts over midnight.
    pub to_minute: u16,
    /// Where those minutes are counted: a name of the IANA time zone database, as browsers tell it.
    pub time_zone: String,
    /// Whether calls ring all the same.
    pub calls_ring: bool,
}

/// Whether two people may beep one another, as one of them sees it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct BeepLeave {
    /// The other one.
    pub person: PersonId,
    /// They may beep at oneself.
    pub given: bool,
    /// They have asked for that and were not answered yet.
    pub asked: bool,
    /// One may beep at them.
    pub received: bool,
}
