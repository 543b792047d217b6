//! How a request can end badly, and the one place where that becomes a failure on the wire.

use palabre_signaling::error::Refusal;
use palabre_signaling::wire::{Failure, FailureCode};
use tracing::{error, warn};

use crate::files::FileError;
use crate::shards::MediaFailure;
use crate::store::StoreError;

/// How a request can end badly.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RequestError {
    /// The person who asked can mend this.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store did not answer; the cause goes to the log and not to the device.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something about a file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The media threads turned it down.
    #[error(transparent)]
    Media(#[from] MediaFailure),
    /// The socket that asks is being closed.
    #[error("the socket is being closed")]
    Closing,
    /// A fault of the server.
    #[error("{0}")]
    Internal(String),
    /// The task of the conversation cannot take more at present.
    #[error("the conversation is overloaded")]
    Overloaded,
}

impl From<RequestError> for Failure {
    fn from(error: RequestError) -> Self {
        let unavailable = || Self {
            code: FailureCode::Unavailable,
            message: String::from("the server cannot do this at present: try again later"),
        };
        let internal = || Self {
            code: FailureCode::Internal,
            message: String::from("the server made a mistake, which is in its log"),
        };
        match error {
            RequestError::Refused(refusal) => Self::from(&refusal),
            RequestError::Store(StoreError::Unavailable(cause)) => {
                warn!(%cause, "store not available");
                unavailable()
            }
            RequestError::Store(StoreError::Failed(cause)) => {
                error!(%cause, "store failed");
                internal()
            }
            RequestError::Internal(cause) => {
                error!(cause, "request failed");
                internal()
            }
            RequestError::File(error) => error.into(),
            RequestError::Media(failure) => from_media(failure).unwrap_or_else(unavailable),
            RequestError::Closing | RequestError::Overloaded => unavailable(),
        }
    }
}

fn from_media(failure: MediaFailure) -> Option<Failure> {
    let refusal = match failure {
        MediaFailure::BadOffer(why) => Refusal::BadOffer(why),
        MediaFailure::UnknownSection(mid) => Refusal::UnknownSection(mid),
        MediaFailure::Full => {
            Refusal::CallFull { limit: palabre_signaling::call::MAX_PARTICIPANTS }
        }
        MediaFailure::Unavailable => return None,
    };
    Some(Failure::from(&refusal))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn causes_inside_the_server_stay_inside() {
        let cause = sqlx::Error::Protocol(String::from("disk 3 is on fire"));
        let error = RequestError::Store(StoreError::Failed(Arc::new(cause)));

        let failure = Failure::from(error);

        assert_eq!(failure.code, FailureCode::Internal);
        assert!(!failure.message.contains("fire"));
    }
}
