//! Conversations and the messages in them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::call::Call;
use super::id::{ConversationId, PersonId};
use super::message::Message;

/// Whether a conversation is between two people or has a name and members that change.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ConversationKind {
    /// Between two people; there is at most one for each pair.
    Direct,
    /// Any number of people under a title.
    Group,
    /// Of one person alone, who saves things there; there is at most one for each.
    Saved,
}

/// A conversation as one of its members sees it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct Conversation {
    /// Which.
    pub id: ConversationId,
    /// Direct or group.
    pub kind: ConversationKind,
    /// The group's title; empty for the other kinds: a direct conversation is named after the
    /// other person.
    pub title: String,
    /// Everybody in it, oneself included, in the order they were added.
    pub members: Vec<PersonId>,
    /// Those of a group's members who may remove others and appoint admins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<PersonId>>", optional)]
    pub admins: Vec<PersonId>,
    /// Members who read only what came after they did: those who came as guests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<Newcomer>>", optional)]
    pub newcomers: Vec<Newcomer>,
    /// How long after it was sent a text disappears, in seconds, for those sent from now on; absent
    /// while they stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub lifetime_s: Option<u32>,
    /// Numbers of the messages that are pinned, rising.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<u32>>", optional)]
    pub pinned: Vec<u64>,
    /// Number of the latest change; gapless from 1.
    #[ts(type = "number")]
    pub last_seq: u64,
    /// How many messages there are; equals the `number` of the latest one.
    #[ts(type = "number")]
    pub message_count: u64,
    /// Messages above what the reader has read that have disappeared, rising: nobody can read them
    /// any more, so they are not unread.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<Span>>", optional)]
    pub expired: Vec<Span>,
    /// How far each member has got.
    pub markers: Vec<Marker>,
    /// The latest message, for the list's preview.
    pub last_message: Option<Message>,
    /// The call under way.
    pub call: Option<Call>,
    /// When it was made, in ms since 1970.
    #[ts(type = "number")]
    pub created_at_ms: i64,
}

/// A member who reads only what came after a message.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Newcomer {
    /// Who.
    pub person: PersonId,
    /// The number of the last message that they do not read.
    #[ts(type = "number")]
    pub since_number: u64,
}

/// Messages that follow one another, by number; both ends are in it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Span {
    /// The first.
    #[ts(type = "number")]
    pub from_number: u64,
    /// The last.
    #[ts(type = "number")]
    pub to_number: u64,
}

/// How far one member has got in one conversation, in message numbers; only ever rises.
///
/// A message counts as delivered to and read by its own sender: whoever applies a new message raises
/// the sender's marker to its `number`, and no `marker_changed` tells so again.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Marker {
    /// Whose.
    pub person: PersonId,
    /// Highest number that reached one of the person's devices.
    #[ts(type = "number")]
    pub delivered_number: u64,
    /// Highest number the person has read; never above `delivered_number`.
    #[ts(type = "number")]
    pub read_number: u64,
    /// What the person has read is not told, because they or oneself read privately; `read_number`
    /// is 0 then.
    #[serde(default, skip_serializing_if = "super::message::is_false")]
    #[ts(as = "Option<bool>", optional)]
    pub read_hidden: bool,
}

/// How far one message has got with one member.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Receipt {
    /// Who.
    pub person: PersonId,
    /// It reached one of their devices.
    pub delivered: bool,
    /// When it did, in ms since 1970; absent also when that is long ago.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number", optional)]
    pub delivered_at_ms: Option<i64>,
    /// They have read it.
    pub read: bool,
    /// When they did, in ms since 1970; absent also when that is long ago.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number", optional)]
    pub read_at_ms: Option<i64>,
    /// They have listened to the voice message that it carries.
    #[serde(default, skip_serializing_if = "super::message::is_false")]
    #[ts(as = "Option<bool>", optional)]
    pub listened: bool,
    /// When they did first, in ms since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number", optional)]
    pub listened_at_ms: Option<i64>,
    /// Whether they have read it is not told, because they or oneself read privately.
    #[serde(default, skip_serializing_if = "super::message::is_false")]
    #[ts(as = "Option<bool>", optional)]
    pub read_hidden: bool,
}

/// What changed in a conversation since the reader last looked.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Changes {
    /// Where.
    pub conversation: ConversationId,
    /// Latest states, ordered by `changed_seq`.
    pub messages: Vec<Message>,
    /// The reader is complete up to here once it has applied `messages`. Lower than the
    /// conversation's `last_seq` when the answer would be too long for one frame: ask on from here.
    #[ts(type = "number")]
    pub up_to_seq: u64,
    /// The reader was too far behind: forget the cached messages and page back from history.
    pub gap: bool,
}
