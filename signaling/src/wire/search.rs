//! Looking for messages.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::id::{ConversationId, PersonId};
use super::message::Message;

/// Which messages are looked for; each part that is there narrows it.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(deny_unknown_fields, default)]
pub struct Filter {
    /// Sent by them.
    pub from: Option<PersonId>,
    /// In there; absent looks through all of one's conversations.
    pub conversation: Option<ConversationId>,
    /// Not sent before that, in ms since 1970.
    #[ts(type = "number | null")]
    pub after_ms: Option<i64>,
    /// Sent before that, in ms since 1970.
    #[ts(type = "number | null")]
    pub before_ms: Option<i64>,
    /// Only those that carry files.
    #[ts(as = "Option<bool>", optional)]
    pub has_file: bool,
    /// Only those that lead to other pages.
    #[ts(as = "Option<bool>", optional)]
    pub has_link: bool,
}

/// In what order they are told.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SearchOrder {
    /// The latest first.
    #[default]
    Latest,
    /// What fits best first, among the latest 1,000 that fit.
    Best,
}

/// A message that was found.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Found {
    /// As it is.
    pub message: Message,
    /// A part of its text with what was found.
    pub excerpt: String,
    /// Where in the excerpt it is.
    pub highlights: Vec<Highlight>,
}

/// A part of an excerpt that was looked for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Highlight {
    /// Where it starts, in UTF-16 code units.
    pub offset: u32,
    /// How long it is, in UTF-16 code units.
    pub length: u32,
}
