//! Why a request is turned down, and the one place where that becomes a failure on the wire.

use crate::wire::{Failure, FailureCode};

/// Why a request was turned down; every message is fit to show to the person who asked.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The device speaks another version of the protocol.
    #[error("this server speaks version {spoken} of the protocol")]
    WrongProtocol {
        /// The version that is spoken here.
        spoken: u32,
    },
    /// The request belongs elsewhere, such as a second `hello`.
    #[error("{0}")]
    Malformed(&'static str),
    /// The account is gone.
    #[error("sign in again")]
    NotSignedIn,
    /// There is no such conversation, or the person is not in it: which of the two is not told.
    #[error("you are not a member of this conversation")]
    NotAMember,
    /// Somebody who was named has no account.
    #[error("there is no such person")]
    NoSuchPerson,
    /// The text is empty.
    #[error("write something first")]
    Empty,
    /// The text is over the limit; both lengths in bytes of UTF-8.
    #[error("the text is {len} bytes long and the limit is {limit}")]
    TooLong {
        /// Bytes received.
        len: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// The title is missing, or over the limit in characters.
    #[error("a group needs a title of 1 to {limit} characters")]
    BadTitle {
        /// Characters allowed.
        limit: usize,
    },
    /// A direct conversation has one other member, a group at least one.
    #[error("choose one person for a direct conversation, or 1 to {limit} for a group")]
    BadMembers {
        /// Other members that a group may have.
        limit: usize,
    },
    /// There is no such call, or it is over, or the person may not see it.
    #[error("the call is over")]
    CallOver,
    /// No seat is left.
    #[error("the call is full: it has {limit} seats")]
    CallFull {
        /// Seats that a call has.
        limit: usize,
    },
    /// The device has no such seat.
    #[error("you are not in this call")]
    NotInCall,
    /// Only somebody else may do this.
    #[error("only who started the call may end it for all")]
    NotAllowed,
    /// The offer is over the limit, or cannot be used.
    #[error("the offer cannot be used: {0}")]
    BadOffer(String),
    /// A slot or source was named that the offer does not have.
    #[error("there is no such section: {0}")]
    UnknownSection(String),
    /// A number is out of its range.
    #[error("{what} must be from {least} to {most}")]
    OutOfRange {
        /// The field.
        what: &'static str,
        /// The lowest value allowed.
        least: u64,
        /// The highest value allowed.
        most: u64,
    },
    /// The person has made too many groups in a day.
    #[error("you have made {limit} groups within a day: make the next one tomorrow")]
    TooManyGroups {
        /// Groups that one person may make in 24 hours.
        limit: u32,
    },
    /// The person does too much that others hear of.
    #[error("too much at once: wait a moment and try again")]
    TooFast,
    /// The person has too many devices connected.
    #[error("you are connected on {limit} devices already: close one")]
    TooManyDevices {
        /// Devices that may be connected at the same time.
        limit: usize,
    },
}

impl Refusal {
    /// The code by which programs tell refusals apart.
    pub fn code(&self) -> FailureCode {
        match self {
            Self::WrongProtocol { .. } => FailureCode::WrongProtocol,
            Self::Malformed(_) => FailureCode::Malformed,
            Self::NotSignedIn => FailureCode::NotSignedIn,
            Self::NotAMember => FailureCode::NotAMember,
            Self::NoSuchPerson => FailureCode::NoSuchPerson,
            Self::Empty => FailureCode::Empty,
            Self::TooLong { .. } => FailureCode::TooLong,
            Self::BadTitle { .. } => FailureCode::BadTitle,
            Self::BadMembers { .. } => FailureCode::BadMembers,
            Self::CallOver => FailureCode::CallOver,
            Self::CallFull { .. } => FailureCode::CallFull,
            Self::NotInCall => FailureCode::NotInCall,
            Self::NotAllowed => FailureCode::NotAllowed,
            Self::BadOffer(_) => FailureCode::BadOffer,
            Self::UnknownSection(_) => FailureCode::UnknownSection,
            Self::OutOfRange { .. } => FailureCode::OutOfRange,
            Self::TooManyGroups { .. } | Self::TooFast | Self::TooManyDevices { .. } => {
                FailureCode::RateLimited
            }
        }
    }
}

impl From<&Refusal> for Failure {
    fn from(refusal: &Refusal) -> Self {
        Self { code: refusal.code(), message: refusal.to_string() }
    }
}
