//! Guests: people without an account, who come into a group and its calls by a link.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::id::{ConversationId, GuestLinkId, PersonId};

/// Answer of `GET /api/guests/{code}`: where the link leads.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct GuestDoor {
    /// What the place is called.
    pub place: Option<String>,
    /// The title of the group.
    pub title: String,
    /// The name of who made the link.
    pub by: String,
    /// Until when it is good, in ms since 1970.
    #[ts(type = "number")]
    pub expires_at_ms: i64,
}

/// Body of `POST /api/guests/{code}`; answered by `SignedIn` and a cookie.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NewGuest {
    /// The name to be shown by, 1 to 60 characters.
    pub name: String,
    /// `true` answers with a bearer token instead of a cookie, for programs.
    #[serde(default)]
    pub token: bool,
}

/// A link for guests, as those see it who may make them. Its code is told once, when it is made.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct GuestLink {
    /// Which.
    pub id: GuestLinkId,
    /// Where it leads.
    pub conversation: ConversationId,
    /// Who made it.
    pub made_by: PersonId,
    /// When, in ms since 1970.
    #[ts(type = "number")]
    pub made_at_ms: i64,
    /// Until when it is good, in ms since 1970.
    #[ts(type = "number")]
    pub expires_at_ms: i64,
    /// Guests who can still come by it.
    pub uses_left: u32,
    /// Guests who could come by it at first.
    pub uses: u32,
}

/// How a guest stands; in the guest's own welcome.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct GuestPass {
    /// Where.
    pub conversation: ConversationId,
    /// The title of the group.
    pub title: String,
    /// Whether the guest is in.
    pub state: GuestState,
}

/// Whether a guest is in.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum GuestState {
    /// In the lobby, until somebody lets them in.
    Waiting,
    /// In the group, and may join its calls.
    Admitted,
    /// Somebody has turned them away, or taken them out again.
    Refused,
}

/// Who waits to be let into a group; told to those who may let them in.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Lobby {
    /// Which group.
    pub conversation: ConversationId,
    /// Those who are there, in the order they came.
    pub waiting: Vec<WaitingGuest>,
}

/// A guest in the lobby.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct WaitingGuest {
    /// Who.
    pub person: PersonId,
    /// As they call themselves; nobody has checked that.
    pub name: String,
    /// Since when, in ms since 1970.
    #[ts(type = "number")]
    pub since_ms: i64,
}
