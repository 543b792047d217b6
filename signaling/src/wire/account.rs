//! Accounts: the first one, and those that follow by invitation.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use super::id::{InvitationId, PersonId};

/// What a person may do in the whole place.
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Had an account that was deleted. What they said stays where it was said; nothing else does, not
    /// even their names, which are empty.
    Deleted,
    /// In one call by a link, without an account: sees the people and the chat of that call alone.
    Guest,
    /// Has an account.
    #[default]
    Member,
    /// Also invites people.
    Admin,
    /// Also says who is an admin. There is always one.
    Owner,
}

/// Answer of `GET /api/setup`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Setup {
    /// Nobody has an account yet: `POST /api/setup` makes the first one, the owner's.
    pub needed: bool,
    /// What the owner called the place; absent until then.
    pub place: Option<String>,
}

/// Body of `POST /api/setup`; answered by `SignedIn` and a cookie.
#[derive(Clone, Deserialize, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SetUp {
    /// As the server printed it when it started; case, spaces and dashes are ignored.
    pub code: String,
    /// What the place is called, 1 to 60 characters.
    pub place: String,
    /// The owner.
    pub account: NewAccount,
}

/// An account that somebody makes for themselves.
#[derive(Clone, Deserialize, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// The name to sign in with: 1 to 64 bytes of letters, digits, `.`, `_` and `-`; kept in lower
    /// case.
    pub username: String,
    /// The name to be shown by, 1 to 60 characters.
    pub full_name: String,
    /// 8 characters at least; in the clear, TLS protects it on the way.
    pub password: String,
    /// Keeps what one has as the guest who asks; for invitations alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub keep_guest: bool,
}

/// Body of `PUT /api/password`; answered by 204. All other sign-ins of the person end.
#[derive(Clone, Deserialize, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// The one that is good now.
    pub old: String,
    /// 8 characters at least; in the clear, TLS protects it on the way.
    pub new: String,
}

/// Body of `POST /api/account/deletion`; answered by 204. All sign-ins of the person end.
#[derive(Clone, Deserialize, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct DeleteAccount {
    /// The one that is good now; in the clear, TLS protects it on the way.
    pub password: String,
}

/// Answer of `GET /api/sessions`: where somebody is signed in, the latest first.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct SignIns {
    /// All that are good.
    pub sessions: Vec<SignInInfo>,
}

/// One sign-in of a person, as they see it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct SignInInfo {
    /// Names it; no secret.
    #[ts(type = "string")]
    pub id: Uuid,
    /// How the browser or the program calls itself.
    pub user_agent: String,
    /// When, in ms since 1970.
    #[ts(type = "number")]
    pub signed_in_at_ms: i64,
    /// It is the one that asks.
    pub current: bool,
    /// A device of it is connected now.
    pub online: bool,
}

/// An invitation to make an account, as owners and admins see it. Its code is told once, when it is
/// made.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Invitation {
    /// Which.
    pub id: InvitationId,
    /// What those who come by it will be.
    pub role: Role,
    /// Who made it.
    pub made_by: PersonId,
    /// When, in ms since 1970.
    #[ts(type = "number")]
    pub made_at_ms: i64,
    /// Until when it is good, in ms since 1970.
    #[ts(type = "number")]
    pub expires_at_ms: i64,
    /// Accounts that can still be made by it.
    pub uses_left: u32,
    /// Accounts that could be made by it at first.
    pub uses: u32,
}

/// Answer of `GET /api/invites/{code}`: what whoever holds the link is invited to.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Invited {
    /// What the place is called.
    pub place: Option<String>,
    /// The name of who invites.
    pub by: String,
    /// What one will be.
    pub role: Role,
    /// Until when it is good, in ms since 1970.
    #[ts(type = "number")]
    pub expires_at_ms: i64,
}
