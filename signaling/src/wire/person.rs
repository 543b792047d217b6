//! People and whether they are there.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::account::Role;
use super::id::{FileId, PersonId};

/// An account or a guest as others see it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// The name they sign in with; lower case, unique, and empty once the account is deleted.
    pub username: String,
    /// The name they are shown by; empty once the account is deleted.
    pub full_name: String,
    /// What they may do; guests are shown as such wherever their name stands, and so are those whose
    /// account is deleted.
    pub role: Role,
    /// Their picture; `GET /api/files/{file}/thumbnail` reads it for whoever knows them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub picture: Option<FileId>,
}

/// What a person chose to show.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// May be written to and called.
    #[default]
    Available,
    /// Asks not to be disturbed.
    Busy,
    /// Not at the device.
    Away,
    /// Appears offline to everybody else; enforced by the server.
    Invisible,
}

/// What a person chose to show, as their own devices know it.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct ChosenStatus {
    /// The choice.
    pub status: Status,
    /// A line beside it; 1 to 80 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub text: Option<String>,
    /// When it is over and the person is shown as available again, in ms since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number", optional)]
    pub until_ms: Option<i64>,
}

/// What others learn about a person's liveness; never `invisible`.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// No device is connected, or the person is invisible.
    #[default]
    Offline,
    /// Connected.
    Available,
    /// Connected and asks not to be disturbed.
    Busy,
    /// Connected and not at the device.
    Away,
}

/// A person's liveness as others may see it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Presence {
    /// Whose.
    pub person: PersonId,
    /// What is shown.
    pub availability: Availability,
    /// When the last device left, in ms since 1970; absent while online or unknown.
    #[ts(type = "number | null")]
    pub last_seen_ms: Option<i64>,
    /// What the person wrote beside their status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub text: Option<String>,
}
