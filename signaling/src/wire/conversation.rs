//! Conversations and the messages in them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::call::{Call, EndReason, Media};
use super::id::{CallId, ClientId, ConversationId, MessageId, PersonId};

/// Whether a conversation is between two people or has a name and members that change.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ConversationKind {
    /// Between two people; there is at most one for each pair.
    Direct,
    /// Any number of people under a title.
    Group,
}

/// A conversation as one of its members sees it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct Conversation {
    /// Which.
    pub id: ConversationId,
    /// Direct or group.
    pub kind: ConversationKind,
    /// The group's title; empty for a direct conversation, which is named after the other person.
    pub title: String,
    /// Everybody in it, oneself included, in the order they were added.
    pub members: Vec<PersonId>,
    /// Number of the latest change; gapless from 1.
    #[ts(type = "number")]
    pub last_seq: u64,
    /// How many messages there are; equals the `number` of the latest one.
    #[ts(type = "number")]
    pub message_count: u64,
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
}

/// A stored message in its latest state.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Message {
    /// Which.
    pub id: MessageId,
    /// Where.
    pub conversation: ConversationId,
    /// The change that created it.
    #[ts(type = "number")]
    pub seq: u64,
    /// The latest change of it; equals `seq` until it changes.
    #[ts(type = "number")]
    pub changed_seq: u64,
    /// 1, 2, 3 … counting messages only.
    #[ts(type = "number")]
    pub number: u64,
    /// Who wrote it, or who caused a notice.
    pub sender: PersonId,
    /// The sender's own name for it, so that its device recognises its pending entry.
    pub client_id: ClientId,
    /// When the server stored it, in ms since 1970.
    #[ts(type = "number")]
    pub sent_at_ms: i64,
    /// What it says.
    pub content: Content,
}

/// What a message says.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Content {
    /// Written by a person; shown as text, never as HTML.
    Text {
        /// UTF-8, trimmed, 1 to 16,384 bytes.
        text: String,
    },
    /// The conversation was made.
    Created,
    /// A call; the message changes once, when the call ends.
    Call {
        /// Which.
        call: CallId,
        /// Audio or video.
        media: Media,
        /// How it ended; absent while it rings or lasts.
        ended: Option<EndReason>,
        /// From the first answer to the end, in ms; 0 while it lasts and when nobody answered.
        #[ts(type = "number")]
        duration_ms: u64,
        /// Everybody who was in it, told when it ended; empty while it rings or lasts.
        people: Vec<PersonId>,
    },
}

impl Content {
    /// About how many bytes it takes on the wire.
    pub fn approximate_bytes(&self) -> usize {
        match self {
            Self::Text { text } => APPROXIMATE_MESSAGE_BYTES + text.len(),
            Self::Created => APPROXIMATE_MESSAGE_BYTES,
            Self::Call { people, .. } => {
                APPROXIMATE_MESSAGE_BYTES + people.len() * APPROXIMATE_ID_BYTES
            }
        }
    }
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

/// Bytes that a message takes besides its text: four ids, its numbers and the names of its fields.
const APPROXIMATE_MESSAGE_BYTES: usize = 400;

/// Bytes that an id takes with its quotes and comma.
const APPROXIMATE_ID_BYTES: usize = 39;
