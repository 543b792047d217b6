//! Signing in and out, over HTTP.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::person::Person;

/// Body of `POST /api/session`.
#[derive(Clone, Deserialize, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// Case is ignored.
    pub username: String,
    /// In the clear; TLS protects it on the way.
    pub password: String,
    /// `true` answers with a bearer token instead of a cookie, for programs.
    #[serde(default)]
    pub token: bool,
}

/// Answer of `POST /api/session` and `GET /api/session`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct SignedIn {
    /// Oneself.
    pub person: Person,
    /// The account slot of this browser; the tab names it in `?slot=` and `x-palabre-slot`.
    pub slot: u8,
    /// Only when `token` was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub token: Option<String>,
}

/// Answer of `GET /api/accounts`: who is signed in in this browser.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct Accounts {
    /// One for each account slot in use.
    pub accounts: Vec<SignedIn>,
    /// Names that may be signed in with by one click; empty outside the demo.
    pub demo: Vec<DemoAccount>,
}

/// An account of the demo, whose password is no secret.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct DemoAccount {
    /// Name to sign in with.
    pub username: String,
    /// The name they are shown by.
    pub full_name: String,
}
