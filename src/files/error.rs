//! How something with a file can end badly, and the one place where that becomes a failure.

use std::io;

use palabre_signaling::error::Refusal;
use palabre_signaling::wire::{Failure, FailureCode};
use tracing::error;

use crate::error::RequestError;
use crate::store::StoreError;

/// How something with a file can end badly.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    /// The person who asked can mend this.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The upload has come less far, or further.
    #[error("the upload is at another offset: ask for it with HEAD")]
    WrongOffset,
    /// More came than was announced.
    #[error("more bytes came than the upload was said to have")]
    TooMuch,
    /// The store did not answer.
    #[error("the store did not answer: {0}")]
    Store(#[source] StoreError),
    /// The disk is full or failing; the cause goes to the log and not to the asker.
    #[error("the disk failed: {0}")]
    Disk(#[from] io::Error),
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        let told = |code, message: String| Self { code, message };
        match error {
            FileError::Refused(refusal) => Self::from(&refusal),
            FileError::WrongOffset => told(FailureCode::Stale, error.to_string()),
            FileError::TooMuch => told(FailureCode::TooLarge, error.to_string()),
            FileError::Store(error) => RequestError::from(error).into(),
            FileError::Disk(cause) => {
                error!(%cause, "file not read or written");
                told(
                    FailureCode::Unavailable,
                    String::from("the server cannot keep files at present: try again later"),
                )
            }
        }
    }
}
