//! Identifiers as they travel: UUIDs, each kind its own type.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, TS)]
        #[ts(type = "string")]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }
    )+};
}

ids! {
    /// An account or a guest.
    PersonId,
    /// An invitation to make an account; no secret, unlike its code.
    InvitationId,
    /// A link for guests; no secret, unlike its code.
    GuestLinkId,
    /// One signed-in browser tab or program; chosen by the device and kept across reloads.
    DeviceId,
    /// A place where members write to one another.
    ConversationId,
    /// A stored message.
    MessageId,
    /// Chosen by the sender (UUIDv7), so that a repeated send is recognised.
    ClientId,
    /// A file that was uploaded; chosen by the server, so that nobody guesses one.
    FileId,
    /// One call of a conversation.
    CallId,
    /// One device's presence in one call; a device that joins again gets a new one.
    ParticipantId,
}
