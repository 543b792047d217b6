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
    /// A name to sign in with has other letters, or is too long.
    #[error("a name to sign in with has 1 to {limit} letters, digits, '.', '_' or '-'")]
    BadUsername {
        /// Bytes allowed.
        limit: usize,
    },
    /// Somebody else signs in with this name.
    #[error("somebody has this name already: choose another one")]
    UsernameTaken,
    /// A name to be shown by is missing or too long.
    #[error("a name has 1 to {limit} characters that can be seen")]
    BadName {
        /// Characters allowed.
        limit: usize,
    },
    /// The password is easily guessed, or too long.
    #[error("{0}")]
    WeakPassword(Weakness),
    /// The code of the setup is not the one that the server printed, or its time is up.
    #[error(
        "this is not the code that the server printed when it started, or its time is up: \
         read it again, or restart the server for a new one"
    )]
    WrongCode,
    /// The place has an owner already.
    #[error("this place has an owner already: sign in, or ask them for an invitation")]
    AlreadySetUp,
    /// The link has expired, was used up or revoked, or never was one.
    #[error("this link is good no longer: ask whoever sent it for a new one")]
    LinkGone,
    /// The time of the link is up.
    #[error("the time of this link is up: ask whoever sent it for a new one")]
    LinkExpired,
    /// As many have come by the link as could.
    #[error("as many have come by this link as could: ask whoever sent it for a new one")]
    LinkUsedUp,
    /// Whoever made the link has taken it back.
    #[error("this link was taken back: ask whoever sent it")]
    LinkRevoked,
    /// There are too many links.
    #[error("there are {limit} links that are good: revoke one first")]
    TooManyLinks {
        /// Links that may be good at the same time.
        limit: u64,
    },
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
    /// The text could not be read as it was meant, or would hurt what stands around it.
    #[error("the text cannot be shown: {0}")]
    BadText(&'static str),
    /// The parts of a text that have a style do not fit it.
    #[error("the style of the text cannot be shown: {0}")]
    BadEntities(&'static str),
    /// A reaction is no emoji, or more than one.
    #[error("react with exactly one emoji")]
    BadEmoji,
    /// There is no such message here, or it is nothing that this can be done with.
    #[error("there is no such message: it may have been deleted")]
    NoSuchMessage,
    /// There is no such file for this person, or a message carries it already.
    #[error("there is no such file: upload it again")]
    NoSuchFile,
    /// The file is over the limit, in bytes.
    #[error("the file is {bytes} bytes long and the limit is {limit}: send a smaller one")]
    FileTooLarge {
        /// How long it is.
        bytes: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// All files of the person together would be over the limit, in bytes.
    #[error(
        "your files fill the {limit} bytes that everybody has here: delete messages with large ones"
    )]
    NoSpaceLeft {
        /// Bytes allowed.
        limit: u64,
    },
    /// The picture has more pixels than the server decodes.
    #[error("the picture has more than {limit} million pixels: make it smaller")]
    PictureTooLarge {
        /// Millions of pixels allowed.
        limit: u64,
    },
    /// The picture cannot be decoded.
    #[error("the picture is damaged: open it, save it anew and send that")]
    BadPicture,
    /// A recording cannot be shown, or is none.
    #[error("this is no voice message: {0}")]
    BadVoice(&'static str),
    /// What it says has changed since the person saw it.
    #[error("the message has changed meanwhile: look at it again")]
    Stale,
    /// The time for it is over.
    #[error("it is too late to {what} this message")]
    TooLate {
        /// What was to be done with it.
        what: &'static str,
    },
    /// There is no room for one more.
    #[error("there is room for {limit} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there may be.
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
    /// A moderator has locked the call.
    #[error("the call is locked: ask somebody who is in it to let you in")]
    CallLocked,
    /// A moderator has taken the person out.
    #[error("you were taken out of this call")]
    RemovedFromCall,
    /// The device has no such seat.
    #[error("you are not in this call")]
    NotInCall,
    /// Only somebody else may do this; says who.
    #[error("{0}")]
    NotAllowed(&'static str),
    /// Nobody would be left to run the place.
    #[error("name another owner first: there is always one")]
    LastOwner,
    /// The other member of a direct conversation has deleted their account.
    #[error("this account was deleted: nobody reads here any more")]
    AccountDeleted,
    /// The person has not given leave to be beeped at.
    #[error("they have not allowed you to beep at them yet: ask for it first")]
    NoBeepLeave,
    /// The person was asked for leave a short while ago.
    #[error("you have asked them already: they can answer at any time, or ask again tomorrow")]
    AskedAlready,
    /// The person wants no notices at this time of day.
    #[error("it is their quiet time: write to them, they will read it afterwards")]
    QuietHours,
    /// Too many beeps at one person.
    #[error("that was enough for now: beep again later, or write to them")]
    TooManyBeeps,
    /// The database of time zones does not have it.
    #[error("there is no such time zone: choose one such as Africa/Lome")]
    UnknownTimeZone,
    /// The admin has switched push off.
    #[error("this server sends no notices: ask whoever runs it to switch push on")]
    PushIsOff,
    /// The sign-in has no subscription.
    #[error("this device gets no notices: switch them on first")]
    NotSubscribed,
    /// The subscription cannot be used.
    #[error("this subscription cannot be used: {0}")]
    BadSubscription(&'static str),
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

/// What is wrong with a password.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Weakness {
    /// Too short.
    #[error("a password has at least {least} characters: a few words are easy to remember")]
    Short {
        /// Characters needed.
        least: usize,
    },
    /// Too long.
    #[error("a password has at most {most} bytes")]
    Long {
        /// Bytes allowed.
        most: usize,
    },
    /// One of those that are tried first.
    #[error("this password is one of those that guessers try first: choose another one")]
    Common,
    /// A name that stands beside it.
    #[error("a password that is a name is guessed at once: choose another one")]
    Name,
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
            Self::BadText(_) => FailureCode::BadText,
            Self::BadEntities(_) => FailureCode::BadEntities,
            Self::BadEmoji => FailureCode::BadEmoji,
            Self::NoSuchMessage => FailureCode::NoSuchMessage,
            Self::NoSuchFile => FailureCode::NoSuchFile,
            Self::FileTooLarge { .. } => FailureCode::FileTooLarge,
            Self::NoSpaceLeft { .. } => FailureCode::NoSpaceLeft,
            Self::PictureTooLarge { .. } => FailureCode::PictureTooLarge,
            Self::BadPicture => FailureCode::BadPicture,
            Self::BadVoice(_) => FailureCode::BadVoice,
            Self::Stale => FailureCode::Stale,
            Self::TooLate { .. } => FailureCode::TooLate,
            Self::TooMany { .. } => FailureCode::TooMany,
            Self::BadTitle { .. } => FailureCode::BadTitle,
            Self::BadMembers { .. } => FailureCode::BadMembers,
            Self::CallOver => FailureCode::CallOver,
            Self::CallFull { .. } => FailureCode::CallFull,
            Self::CallLocked => FailureCode::CallLocked,
            Self::RemovedFromCall => FailureCode::RemovedFromCall,
            Self::NotInCall => FailureCode::NotInCall,
            Self::NotAllowed(_) => FailureCode::NotAllowed,
            Self::BadUsername { .. } => FailureCode::BadUsername,
            Self::UsernameTaken => FailureCode::UsernameTaken,
            Self::BadName { .. } => FailureCode::BadName,
            Self::WeakPassword(Weakness::Short { .. }) => FailureCode::ShortPassword,
            Self::WeakPassword(Weakness::Long { .. }) => FailureCode::LongPassword,
            Self::WeakPassword(Weakness::Common) => FailureCode::CommonPassword,
            Self::WeakPassword(Weakness::Name) => FailureCode::PasswordIsName,
            Self::WrongCode => FailureCode::WrongCode,
            Self::AlreadySetUp => FailureCode::AlreadySetUp,
            Self::LinkGone => FailureCode::LinkGone,
            Self::LinkExpired => FailureCode::LinkExpired,
            Self::LinkUsedUp => FailureCode::LinkUsedUp,
            Self::LinkRevoked => FailureCode::LinkRevoked,
            Self::LastOwner => FailureCode::LastOwner,
            Self::AccountDeleted => FailureCode::AccountDeleted,
            Self::NoBeepLeave => FailureCode::NoBeepLeave,
            Self::AskedAlready => FailureCode::AskedAlready,
            Self::QuietHours => FailureCode::QuietHours,
            Self::UnknownTimeZone => FailureCode::UnknownTimeZone,
            Self::PushIsOff => FailureCode::PushIsOff,
            Self::NotSubscribed => FailureCode::NotSubscribed,
            Self::BadSubscription(_) => FailureCode::BadSubscription,
            Self::BadOffer(_) => FailureCode::BadOffer,
            Self::UnknownSection(_) => FailureCode::UnknownSection,
            Self::OutOfRange { .. } => FailureCode::OutOfRange,
            Self::TooManyGroups { .. }
            | Self::TooManyLinks { .. }
            | Self::TooFast
            | Self::TooManyBeeps
            | Self::TooManyDevices { .. } => FailureCode::RateLimited,
        }
    }
}

impl From<&Refusal> for Failure {
    fn from(refusal: &Refusal) -> Self {
        Self { code: refusal.code(), message: refusal.to_string() }
    }
}
