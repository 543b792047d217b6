//! Notices that reach a device while no page of it is open (RFC 8030).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::call::Media;
use super::id::{CallId, ConversationId, PersonId};

/// The languages that the app speaks.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
}

/// Where a browser gets its notices (W3C Push API).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PushSubscription {
    /// An `https:` address at its push service.
    pub endpoint: String,
    /// Its public key: an uncompressed point of P-256, in Base64 for URLs.
    pub p256dh: String,
    /// Its authentication secret: 16 bytes, in Base64 for URLs.
    pub auth: String,
    /// What it speaks.
    pub language: Language,
    /// Whether notices may say what messages say.
    pub previews: bool,
}

/// What a service worker finds in a push message, as JSON, once its browser has decrypted it
/// (RFC 8291). Under 3 KiB.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct PushMessage {
    /// For whom of those who are signed in on the device.
    pub person: PersonId,
    /// What the device speaks.
    pub language: Language,
    /// What happened.
    pub notice: PushNotice,
}

/// What happened.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PushNotice {
    /// Somebody wrote.
    Message {
        /// Where.
        conversation: ConversationId,
        /// The number of the message; show none that is lower than one shown before.
        #[ts(type = "number")]
        number: u64,
        /// The name of who wrote.
        sender: String,
        /// The title of the group, when it is one.
        group: Option<String>,
        /// What it begins with; absent when it has no text, or the device wants no previews.
        text: Option<String>,
        /// What its first file is; absent like the text.
        carries: Option<Carried>,
        /// It names the person or answers them.
        mentions: bool,
        /// Messages of the conversation that the person has not read, this one included.
        #[ts(type = "number")]
        unread: u64,
    },
    /// Somebody wants the person's attention.
    Beep {
        /// Where.
        conversation: ConversationId,
        /// The number of its message.
        #[ts(type = "number")]
        number: u64,
        /// The name of who beeps.
        sender: String,
        /// What for; absent when nothing was said, or the device wants no previews.
        why: Option<String>,
    },
    /// Somebody calls.
    Call {
        /// Which call.
        call: CallId,
        /// Where.
        conversation: ConversationId,
        /// The name of who started it.
        sender: String,
        /// The title of the group, when it is one.
        group: Option<String>,
        /// Audio or video.
        media: Media,
        /// Until when it rings, in ms since 1970.
        #[ts(type = "number")]
        until_ms: i64,
    },
    /// The person has missed a call: what rang becomes this.
    Missed {
        /// Which call.
        call: CallId,
        /// Where.
        conversation: ConversationId,
        /// The name of who started it.
        sender: String,
        /// The title of the group, when it is one.
        group: Option<String>,
        /// Audio or video.
        media: Media,
    },
    /// A call rings no longer: it was answered or declined on another device.
    CallOver {
        /// Which call.
        call: CallId,
    },
    /// Messages were read on another device: notices of them are old.
    Read {
        /// Where.
        conversation: ConversationId,
        /// How far.
        #[ts(type = "number")]
        up_to_number: u64,
    },
    /// Somebody wants to see that notices arrive.
    Test,
}

/// What a message carries.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Carried {
    /// A picture.
    Image,
    /// A video.
    Video,
    /// A sound.
    Audio,
    /// A voice message.
    Voice,
    /// Anything else.
    File,
}
