//! Files: what a message carries besides its text.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::id::FileId;

/// A file of a message. Its bytes are at `/api/files/{file}`, for members alone.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Attachment {
    /// Which.
    pub file: FileId,
    /// What it is called, on one line and without a path.
    pub name: String,
    /// How large it is, in bytes.
    #[ts(type = "number")]
    pub bytes: u64,
    /// What its first bytes say that it is, such as `image/jpeg`; nobody has looked further.
    pub media_type: String,
    /// How it is shown.
    #[serde(flatten)]
    pub kind: AttachmentKind,
}

/// How a file is shown.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AttachmentKind {
    /// A picture; a small one of it is at `/api/files/{file}/thumbnail`.
    Image {
        /// In pixels, as it is to be seen.
        width: u32,
        /// In pixels, as it is to be seen.
        height: u32,
        /// What to show until it is there: a ThumbHash in Base64.
        placeholder: String,
        /// It moves.
        #[serde(default, skip_serializing_if = "super::message::is_false")]
        #[ts(as = "Option<bool>", optional)]
        animated: bool,
    },
    /// A film.
    Video,
    /// Music or speech.
    Audio,
    /// Speech that was recorded to be sent.
    Voice(Voice),
    /// Anything else.
    File,
}

/// What a recording looks like, as the device that made it has measured it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Voice {
    /// How long it is, in ms; at most an hour.
    pub duration_ms: u32,
    /// How loud its parts of the same length are, each 0 to 100; 1 to 64 of them.
    pub waveform: Vec<u8>,
}

/// A file that a message is to carry.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SentFile {
    /// Which: uploaded by oneself, all of it, and in no message yet.
    pub file: FileId,
    /// That it is a voice message; refused for what is no sound.
    #[serde(default)]
    #[ts(optional)]
    pub voice: Option<Voice>,
}

/// Which files of a conversation are listed.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FileGroup {
    /// Pictures and films.
    Media,
    /// Voice messages and other sound.
    Audio,
    /// Everything else.
    Documents,
}
