//! Messages: what they say and what has become of them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::call::{EndReason, Media};
use super::file::Attachment;
use super::id::{CallId, ClientId, ConversationId, MessageId, PersonId};

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
    /// What has become of it.
    #[serde(flatten)]
    pub details: Details,
}

/// What most messages do not have; each part is left out while there is nothing to tell.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Details {
    /// The latest edit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub edited: Option<Edited>,
    /// What it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub quote: Option<Quote>,
    /// It was written elsewhere and passed on.
    #[serde(default, skip_serializing_if = "is_false")]
    #[ts(as = "Option<bool>", optional)]
    pub forwarded: bool,
    /// One of each person at most, grouped by emoji in the order they were first used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<Reaction>>", optional)]
    pub reactions: Vec<Reaction>,
    /// Somebody wants it to be found easily by all members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub pin: Option<Pin>,
    /// When it disappears, in ms since 1970, whatever becomes of it until then: devices forget it by
    /// themselves, the server within 60 s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number", optional)]
    pub expires_at_ms: Option<i64>,
}

/// That a message was edited.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Edited {
    /// When last, in ms since 1970.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// The change that did.
    #[ts(type = "number")]
    pub seq: u64,
}

/// The message that another one answers; in the same conversation, and perhaps deleted since.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Quote {
    /// Which.
    pub message: MessageId,
    /// Its number, by which it is found in history.
    #[ts(type = "number")]
    pub number: u64,
}

/// An emoji and who reacted with it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Reaction {
    /// Exactly one.
    pub emoji: String,
    /// In the order they reacted; some may have left the conversation since.
    pub people: Vec<PersonId>,
}

/// That a message is pinned.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Pin {
    /// Who pinned it.
    pub by: PersonId,
    /// When, in ms since 1970.
    #[ts(type = "number")]
    pub at_ms: i64,
}

/// What a message says.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Content {
    /// Written by a person; shown as text, never as HTML.
    Text {
        /// UTF-8, trimmed, 1 to 16,384 bytes; empty only beside files.
        text: String,
        /// How parts of it are to be drawn.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(as = "Option<Vec<Entity>>", optional)]
        entities: Vec<Entity>,
        /// The files that it carries, in their order; at most 10.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(as = "Option<Vec<Attachment>>", optional)]
        attachments: Vec<Attachment>,
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
    /// It was deleted for everybody; nobody can read it any more.
    Deleted {
        /// The sender or an admin.
        by: PersonId,
    },
    /// Its time was up. Nothing is left of it but its number; it is not shown.
    Expired,
    /// The sender decided how long texts stay that are sent from now on.
    LifetimeChanged {
        /// In seconds; absent when they stay.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        lifetime_s: Option<u32>,
    },
    /// People were added by the sender.
    MembersAdded {
        /// Whom.
        people: Vec<PersonId>,
    },
    /// Somebody was removed by the sender.
    MemberRemoved {
        /// Whom.
        person: PersonId,
    },
    /// The sender left.
    MemberLeft,
    /// The sender made somebody an admin, or no longer.
    AdminChanged {
        /// Whom.
        person: PersonId,
        /// What they are now.
        admin: bool,
    },
    /// The sender wants the other member's attention at once: a device that is told of it while it is
    /// fresh rings.
    Beep {
        /// What for; one line of 1 to 120 characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        why: Option<String>,
    },
    /// The sender gave the group another title.
    Renamed {
        /// The new one.
        title: String,
    },
}

/// A part of a text that is drawn in its own way. Parts lie side by side or one within another;
/// they never overlap half-way.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Entity {
    /// Where it starts, in UTF-16 code units, as the strings of browsers count.
    pub offset: u32,
    /// How long it is, in UTF-16 code units; at least 1.
    pub length: u32,
    /// How it is drawn.
    pub style: Style,
}

/// How a part of a text is drawn.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Style {
    /// Strong.
    Bold,
    /// Emphasised.
    Italic,
    /// Struck out.
    Strike,
    /// A few words of code; nothing within it is drawn in another way.
    Code,
    /// Lines of code; nothing within them is drawn in another way.
    Pre {
        /// Of what language: letters, digits, `+`, `-`, `#` and `.`; empty when unknown.
        language: String,
    },
    /// Whole lines that are cited.
    Quote,
    /// One line of a list.
    Item {
        /// Its number in a numbered list.
        number: Option<u32>,
    },
    /// Leads to another page.
    Link {
        /// `http:`, `https:` or `mailto:`.
        url: String,
    },
    /// Names a member, whom it alerts.
    Mention {
        /// Whom.
        person: PersonId,
    },
}

/// An earlier text of a message.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Version {
    /// What it said.
    pub content: Content,
    /// When it came to say so, in ms since 1970.
    #[ts(type = "number")]
    pub written_at_ms: i64,
}

impl Message {
    /// About how many bytes it takes on the wire.
    pub fn approximate_bytes(&self) -> usize {
        let reactions = self.details.reactions.iter();
        let reactions = reactions
            .map(|it| APPROXIMATE_REACTION_BYTES + it.people.len() * APPROXIMATE_ID_BYTES)
            .sum::<usize>();
        APPROXIMATE_MESSAGE_BYTES + self.content.approximate_bytes() + reactions
    }
}

impl Content {
    /// A plain text.
    pub fn text(text: &str) -> Self {
        Self::Text { text: text.to_owned(), entities: Vec::new(), attachments: Vec::new() }
    }

    /// The files that it carries.
    pub fn attachments(&self) -> &[Attachment] {
        if let Self::Text { attachments, .. } = self { attachments } else { &[] }
    }

    fn approximate_bytes(&self) -> usize {
        match self {
            Self::Text { text, entities, attachments } => {
                text.len()
                    + entities.len() * APPROXIMATE_ENTITY_BYTES
                    + attachments.len() * APPROXIMATE_ATTACHMENT_BYTES
            }
            Self::Call { people, .. } | Self::MembersAdded { people } => {
                people.len() * APPROXIMATE_ID_BYTES
            }
            Self::Renamed { title } => title.len(),
            Self::Beep { why } => why.as_ref().map_or(0, String::len),
            Self::Created
            | Self::Expired
            | Self::LifetimeChanged { .. }
            | Self::Deleted { .. }
            | Self::MemberRemoved { .. }
            | Self::MemberLeft
            | Self::AdminChanged { .. } => 0,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
pub(super) fn is_false(flag: &bool) -> bool {
    !flag
}

/// Bytes that a message takes besides its text: ids, numbers, what it quotes, and the names of its
/// fields.
const APPROXIMATE_MESSAGE_BYTES: usize = 600;

/// Bytes that an emoji takes with the names of its fields.
const APPROXIMATE_REACTION_BYTES: usize = 60;

/// Bytes that an entity takes, a short link included.
const APPROXIMATE_ENTITY_BYTES: usize = 120;

/// Bytes that a file takes, its name and a waveform included.
const APPROXIMATE_ATTACHMENT_BYTES: usize = 500;

/// Bytes that an id takes with its quotes and comma.
const APPROXIMATE_ID_BYTES: usize = 39;
