//! What a person keeps for themselves about conversations and messages; nobody else learns of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::id::{ConversationId, MessageId};

/// What changed of a person's own things, told to that person's devices.
///
/// They have a `seq` of their own, which counts every change of one person's. A record whose `seq`
/// is not above that of the one a device has is old news.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize, TS)]
pub struct PersonalChanges {
    /// The device is complete up to here once it has applied this.
    #[ts(type = "number")]
    pub seq: u64,
    /// Conversations in their present state; all of them in a `welcome`.
    pub conversations: Vec<PersonalConversation>,
    /// Messages in their present state.
    pub marks: Vec<PersonalMark>,
    /// Too many marks have changed to be told: forget those that are kept. They come again with
    /// each page of history.
    pub gap: bool,
}

/// What a person keeps about a conversation; all but the id is at its default when there is none.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct PersonalConversation {
    /// Which.
    pub conversation: ConversationId,
    /// The latest change of it.
    #[ts(type = "number")]
    pub seq: u64,
    /// What is kept.
    #[serde(flatten)]
    pub keep: Keep,
}

/// How a person keeps a conversation.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize, TS)]
#[serde(default)]
pub struct Keep {
    /// When it was put to the top of the list, in ms since 1970; the latest goes first.
    #[ts(type = "number | null")]
    pub pinned_at_ms: Option<i64>,
    /// Put away from the list.
    pub archived: bool,
    /// No notices until then, in ms since 1970; [`FOR_EVER_MS`] for ever.
    #[ts(type = "number | null")]
    pub muted_until_ms: Option<i64>,
    /// What there are notices of while it is not muted.
    pub notify: Notify,
    /// Shown as unread although it may be read.
    pub marked_unread: bool,
    /// What was begun to be written.
    pub draft: Option<KeptDraft>,
}

/// What there are notices of.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Notify {
    /// Every message.
    #[default]
    All,
    /// Messages that mention the person or answer theirs.
    Mentions,
    /// None.
    Nothing,
}

/// A text that was begun on one device and can be finished on another.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct KeptDraft {
    /// As it stands in the text field; at most 16,384 bytes of UTF-8.
    pub text: String,
    /// The message it is to answer.
    #[serde(default)]
    pub quote: Option<MessageId>,
    /// The number of that message, by which devices find it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number", optional)]
    pub quote_number: Option<u64>,
}

/// What a person keeps about a message.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct PersonalMark {
    /// Where.
    pub conversation: ConversationId,
    /// Which.
    pub message: MessageId,
    /// The latest change of it.
    #[ts(type = "number")]
    pub seq: u64,
    /// Kept among the person's starred messages.
    pub starred: bool,
    /// Deleted for this person alone: it is not shown.
    pub hidden: bool,
    /// The person has listened to the voice message that it carries.
    #[serde(default, skip_serializing_if = "super::message::is_false")]
    #[ts(as = "Option<bool>", optional)]
    pub listened: bool,
    /// How many others have listened to the person's own voice message, without those who read
    /// privately; nobody but its sender is told.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[ts(as = "Option<u32>", optional)]
    pub listeners: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// One thing that a person changes about how they keep a conversation.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum KeepChange {
    /// To the top of the list, or back.
    Pin {
        /// Which of the two.
        on: bool,
    },
    /// Away from the list, or back.
    Archive {
        /// Which of the two.
        on: bool,
    },
    /// No notices for a while.
    Mute {
        /// Until then, in ms since 1970; absent ends it.
        #[ts(type = "number | null")]
        until_ms: Option<i64>,
    },
    /// Of what there are notices.
    Notify {
        /// Of what.
        notify: Notify,
    },
    /// Shown as unread, or no longer.
    MarkUnread {
        /// Which of the two.
        on: bool,
    },
    /// What was begun to be written.
    Draft {
        /// Absent when it was sent or deleted.
        draft: Option<KeptDraft>,
    },
}

/// Stands for a time that never comes: the largest whole number that every JSON reader keeps exact.
pub const FOR_EVER_MS: i64 = 9_007_199_254_740_991;
