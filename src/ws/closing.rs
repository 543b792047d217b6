//! Why a socket is closed, as the device learns it.

use axum::extract::ws::{CloseFrame, Utf8Bytes, close_code};
use palabre_signaling::wire::{Failure, FailureCode, ServerFrame};

use crate::outbox::{CloseReason, Frame};

/// How the server closes a socket.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Closing {
    code: u16,
    reason: &'static str,
    /// Sent just before, to say more than a code can.
    farewell: Option<Failure>,
}

impl Closing {
    /// There is no session, so there is nobody to talk to.
    pub(super) fn not_signed_in() -> Self {
        let failure = Failure {
            code: FailureCode::NotSignedIn,
            message: String::from("sign in first: there is no session here, or it ended"),
        };
        Self { farewell: Some(failure), ..Self::new(NOT_SIGNED_IN, "not signed in") }
    }

    /// No `hello` came in time.
    pub(super) fn no_hello() -> Self {
        Self::new(close_code::POLICY, "no hello within 5 s")
    }

    /// A frame was too large; what follows it is not read.
    pub(super) fn too_large() -> Self {
        let failure = Failure {
            code: FailureCode::TooLarge,
            message: String::from("the frame is larger than 64 KiB"),
        };
        Self { farewell: Some(failure), ..Self::new(close_code::SIZE, "frame too large") }
    }

    /// The peer goes on sending what it was told not to.
    pub(super) fn abuse(failure: Failure) -> Self {
        Self { farewell: Some(failure), ..Self::new(close_code::POLICY, "too many bad frames") }
    }

    /// What came is no WebSocket.
    pub(super) fn broken() -> Self {
        Self::new(close_code::PROTOCOL, "protocol error")
    }

    /// Nothing has come for 60 s, not even an answer to a ping.
    pub(super) fn silent() -> Self {
        Self::new(close_code::AWAY, "silent for 60 s")
    }

    /// The device closed it.
    pub(super) fn by_device() -> Self {
        Self::new(close_code::NORMAL, "")
    }

    /// The store did not answer.
    pub(super) fn unavailable() -> Self {
        Self::new(close_code::AGAIN, "try again later")
    }

    /// The server stops.
    pub(super) fn restart() -> Self {
        Self::from(CloseReason::ShuttingDown)
    }

    /// The session was signed out.
    pub(super) fn revoked() -> Self {
        Self::from(CloseReason::Revoked)
    }

    /// The last text frame, if there is something to say.
    pub(super) fn farewell(&self) -> Option<Utf8Bytes> {
        let failure = self.farewell.clone()?;
        Some(Frame::of(&ServerFrame::Failure { id: None, failure }).into_text())
    }

    /// The close frame (RFC 6455 §5.5.1).
    pub(super) fn frame(&self) -> CloseFrame {
        CloseFrame { code: self.code, reason: Utf8Bytes::from_static(self.reason) }
    }

    fn new(code: u16, reason: &'static str) -> Self {
        Self { code, reason, farewell: None }
    }
}

impl From<CloseReason> for Closing {
    fn from(reason: CloseReason) -> Self {
        match reason {
            CloseReason::FellBehind => Self::new(FELL_BEHIND, "fell behind, resume at once"),
            CloseReason::Replaced => Self::new(REPLACED, "another socket of this device"),
            CloseReason::Expired => Self::not_signed_in(),
            CloseReason::Revoked => Self::new(REVOKED, "signed out"),
            CloseReason::ShuttingDown => Self::new(close_code::RESTART, "the server restarts"),
        }
    }
}

/// There is no session. Codes from 4000 are free for applications (RFC 6455 §7.4.2).
const NOT_SIGNED_IN: u16 = 4001;
/// The same device opened another socket.
const REPLACED: u16 = 4002;
/// The device reads too slowly; it may come back at once and resume.
const FELL_BEHIND: u16 = 4003;
/// The session was signed out while the socket was open.
const REVOKED: u16 = 4004;
