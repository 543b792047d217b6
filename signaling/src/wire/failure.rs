//! The one shape in which a client learns that something went wrong.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The error as the client reads it: a code for programs and a sentence for people.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Failure {
    /// Stable across releases.
    pub code: FailureCode,
    /// English, says what to do; shown when the client knows no translation of `code`.
    pub message: String,
}

/// Why a request failed; the client translates it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// The frame is not of this protocol.
    Malformed,
    /// There is nothing at this address of the HTTP interface, or it takes another method.
    NotFound,
    /// The frame is larger than 64 KiB.
    TooLarge,
    /// The protocol version is not spoken here.
    WrongProtocol,
    /// There is no session, or it was revoked: sign in.
    NotSignedIn,
    /// The name or the password is wrong.
    WrongCredentials,
    /// Too much in too short a time: try again later.
    RateLimited,
    /// The page that asked belongs to another site.
    WrongOrigin,
    /// There is no such conversation, or one is not in it (the two are not told apart).
    NotAMember,
    /// A name to sign in with has other letters, or is too long.
    BadUsername,
    /// Somebody else signs in with this name.
    UsernameTaken,
    /// A name to be shown by is missing or too long.
    BadName,
    /// The password has fewer than 8 characters.
    ShortPassword,
    /// The password has more than 1,024 bytes.
    LongPassword,
    /// The password is one of those that guessers try first.
    CommonPassword,
    /// The password is the name of the account, the person or the place.
    PasswordIsName,
    /// The code of the setup is not the one that the server printed, or its time is up.
    WrongCode,
    /// The place has an owner already.
    AlreadySetUp,
    /// The link has expired, was used up or revoked, or never was one.
    LinkGone,
    /// The time of the link is up.
    LinkExpired,
    /// As many have come by the link as could.
    LinkUsedUp,
    /// Whoever made the link has taken it back.
    LinkRevoked,
    /// No such person.
    NoSuchPerson,
    /// The text is empty.
    Empty,
    /// The text is too long.
    TooLong,
    /// The text has letters that would hurt what stands around it.
    BadText,
    /// The parts of a text that have a style do not fit it.
    BadEntities,
    /// A reaction is exactly one emoji.
    BadEmoji,
    /// There is no such message in this conversation, or it was deleted.
    NoSuchMessage,
    /// There is no such file, or a message carries it already.
    NoSuchFile,
    /// The file is larger than files may be here.
    FileTooLarge,
    /// One's files together are larger than they may be here.
    NoSpaceLeft,
    /// The picture has too many pixels.
    PictureTooLarge,
    /// The picture is damaged.
    BadPicture,
    /// It is no recording.
    BadVoice,
    /// What the message says has changed meanwhile.
    Stale,
    /// The time in which this could be done is over.
    TooLate,
    /// There is no room for one more.
    TooMany,
    /// The title is missing or too long.
    BadTitle,
    /// Too few or too many members.
    BadMembers,
    /// There is no such call, or it is over.
    CallOver,
    /// The call is full.
    CallFull,
    /// A moderator has locked the call.
    CallLocked,
    /// A moderator has taken one out of the call.
    RemovedFromCall,
    /// One has no seat in this call.
    NotInCall,
    /// One may not do this.
    NotAllowed,
    /// One is the only owner: there has to be another first.
    LastOwner,
    /// The other one has deleted their account.
    AccountDeleted,
    /// They have not given one leave to beep at them.
    NoBeepLeave,
    /// They were asked for leave today already.
    AskedAlready,
    /// It is their quiet time.
    QuietHours,
    /// There is no such time zone.
    UnknownTimeZone,
    /// This server sends no notices to pages that are closed.
    PushIsOff,
    /// This sign-in gets no notices.
    NotSubscribed,
    /// The subscription is not one of a browser.
    BadSubscription,
    /// The SDP offer cannot be used.
    BadOffer,
    /// A slot or source was named that the offer does not have.
    UnknownSection,
    /// A value is out of its range.
    OutOfRange,
    /// The disk is full or the store is away: nothing was stored, try again.
    Unavailable,
    /// A fault of the server; the log knows more.
    Internal,
}
