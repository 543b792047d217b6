//! What the admin of a server allows, told to devices so that they offer nothing else.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What may be done here, and how much of it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Limits {
    /// How long after sending one may edit one's message, in ms; absent for ever.
    #[ts(type = "number | null")]
    pub edit_window_ms: Option<i64>,
    /// How long after sending one may delete one's message for everybody, in ms; absent for ever.
    #[ts(type = "number | null")]
    pub delete_window_ms: Option<i64>,
    /// How long after sending every text disappears here, in ms; absent while they stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "number", optional)]
    pub retention_ms: Option<i64>,
    /// Largest file, in bytes.
    #[ts(type = "number")]
    pub max_file_bytes: u64,
    /// Files of one message.
    pub max_files: u32,
}
