//! What the server says: replies, refusals and events.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::account::Invitation;
use super::call::{Answer, Call, Quality, Slot, Source, WantedSource};
use super::conversation::{Changes, Conversation, Marker, Receipt};
use super::failure::Failure;
use super::guest::{GuestLink, GuestPass, Lobby};
use super::id::{CallId, ConversationId, ParticipantId, PersonId};
use super::limits::Limits;
use super::message::{Message, Version};
use super::person::{ChosenStatus, Person, Presence};
use super::personal::{PersonalChanges, PersonalMark};
use super::preferences::{BeepLeave, Preferences};
use super::search::Found;

/// One frame from the server.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(tag = "frame", rename_all = "snake_case")]
pub enum ServerFrame {
    /// Answers the request with this id.
    Reply {
        /// As the device chose it.
        id: u32,
        /// The outcome.
        reply: Reply,
    },
    /// Turns the request with this id down; absent when the frame could not be read.
    Failure {
        /// As the device chose it.
        id: Option<u32>,
        /// Why.
        failure: Failure,
    },
    /// Something happened.
    Event {
        /// What.
        event: Event,
    },
}

/// The outcome of a request.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Reply {
    /// Answers `hello`.
    Welcome(Box<Welcome>),
    /// Nothing to tell but that it was done.
    Done,
    /// The conversation that was made or found.
    Conversation {
        /// In its present state.
        conversation: Box<Conversation>,
    },
    /// The message as it is stored.
    Message {
        /// In its present state.
        message: Message,
    },
    /// A page of history.
    History {
        /// Oldest first.
        messages: Vec<Message>,
        /// Whether there are older ones.
        more: bool,
        /// What one keeps about them; those of which one keeps nothing are left out.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(as = "Option<Vec<PersonalMark>>", optional)]
        marks: Vec<PersonalMark>,
    },
    /// Messages that were asked for, from one conversation or several.
    Messages {
        /// In the order that was asked for.
        messages: Vec<Message>,
        /// What one keeps about them; those of which one keeps nothing are left out.
        marks: Vec<PersonalMark>,
        /// Whether there are further ones.
        more: bool,
    },
    /// Messages that were looked for.
    Found {
        /// In the order that was asked for.
        found: Vec<Found>,
        /// Whether there are further ones.
        more: bool,
    },
    /// How far a message has got.
    Receipts {
        /// One for each member who may read it, but its sender.
        receipts: Vec<Receipt>,
    },
    /// What a message said before.
    Versions {
        /// Oldest first, without the present one.
        versions: Vec<Version>,
    },
    /// What changed.
    Changes {
        /// Since the `seq` that was asked.
        changes: Changes,
    },
    /// The call that was started or found.
    Call {
        /// In its present state.
        call: Call,
    },
    /// The answer to an offer.
    Answer {
        /// The server's side of the session.
        answer: Answer,
        /// The call, with oneself in it.
        call: Call,
        /// What the slots carry.
        slots: Vec<Slot>,
    },
    /// An invitation that was made.
    Invitation {
        /// As the list has it.
        invitation: Invitation,
        /// What makes the link; told this once and kept nowhere.
        code: String,
    },
    /// The invitations that are good.
    Invitations {
        /// The latest first.
        invitations: Vec<Invitation>,
    },
    /// A link for guests that was made.
    GuestLink {
        /// As the list has it.
        link: GuestLink,
        /// What makes the link; told this once and kept nowhere.
        code: String,
    },
    /// The links into a group that are good.
    GuestLinks {
        /// The latest first.
        links: Vec<GuestLink>,
    },
}

/// Everything a device needs to draw its first screen, and what it missed.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct Welcome {
    /// Oneself.
    pub me: Person,
    /// One's own choice, which others may not see.
    pub status: ChosenStatus,
    /// What one decided about oneself.
    #[serde(default)]
    pub preferences: Preferences,
    /// The key by which this server proves itself to push services (RFC 8292), in Base64 for URLs;
    /// absent where push is switched off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub push_key: Option<String>,
    /// Those with whom leave to beep was asked for or given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<BeepLeave>>", optional)]
    pub beep_leaves: Vec<BeepLeave>,
    /// Everybody with an account, and those whose account was deleted.
    pub people: Vec<Person>,
    /// Everybody who is not offline, and last seen of the others.
    pub presences: Vec<Presence>,
    /// What the place is called; absent until its owner has said so.
    pub place: Option<String>,
    /// One's conversations.
    pub conversations: Vec<Conversation>,
    /// What changed in the conversations the device said it knows. One that is left out has not
    /// changed, or `last_seq` is above what the device knows: then it asks with `changes`.
    pub changes: Vec<Changes>,
    /// What one keeps for oneself, as far as it has changed.
    pub personal: PersonalChanges,
    /// How one stands as a guest; absent for everybody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub guest: Option<GuestPass>,
    /// Who waits to be let in where one may let them in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<Lobby>>", optional)]
    pub lobbies: Vec<Lobby>,
    /// What may be done here, and how much of it.
    pub limits: Limits,
    /// The server's clock, in ms since 1970.
    #[ts(type = "number")]
    pub now_ms: i64,
    /// The server's version; a change of it means that the web app is to be loaded again.
    pub version: String,
}

/// Something that happened.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// A message was stored or changed. `seq` numbers have no holes: a device that sees one asks
    /// for `changes`.
    MessageChanged {
        /// In its present state.
        message: Message,
    },
    /// One was added to a conversation, or its title or members changed.
    ConversationChanged {
        /// In its present state.
        conversation: Box<Conversation>,
    },
    /// One is no longer in a conversation: what is kept of it is to be forgotten.
    ConversationRemoved {
        /// Which.
        conversation: ConversationId,
    },
    /// What one keeps for oneself changed, on this device or another.
    PersonalChanged {
        /// What changed.
        changes: PersonalChanges,
    },
    /// A member got further.
    MarkerChanged {
        /// Where.
        conversation: ConversationId,
        /// How far.
        marker: Marker,
    },
    /// A member types or stopped.
    Typing {
        /// Where.
        conversation: ConversationId,
        /// Who.
        person: PersonId,
        /// False when they stopped.
        active: bool,
    },
    /// Somebody's liveness changed.
    PresenceChanged {
        /// As it may be seen.
        presence: Presence,
    },
    /// Somebody got an account or another name, or their account was deleted.
    PersonChanged {
        /// As they are now.
        person: Person,
    },
    /// Guests came to or went from a lobby whose guests one may let in.
    LobbyChanged {
        /// As it is now.
        lobby: Lobby,
    },
    /// One's own choice changed on another device.
    StatusChanged {
        /// What it is now.
        status: ChosenStatus,
    },
    /// One's preferences changed, on this device or another.
    PreferencesChanged {
        /// All of them.
        preferences: Preferences,
    },
    /// Leave to beep was asked for, given or taken back.
    BeepLeaveChanged {
        /// How it is now.
        leave: BeepLeave,
    },
    /// A call started, changed or ended.
    CallChanged {
        /// In its present state.
        call: Call,
    },
    /// What one's slots carry changed.
    SlotsChanged {
        /// Oneself.
        participant: ParticipantId,
        /// All of them.
        slots: Vec<Slot>,
    },
    /// What of one's pictures somebody looks at changed: sending anything else is for nothing.
    SendingWanted {
        /// Oneself.
        participant: ParticipantId,
        /// All of one's pictures.
        sources: Vec<WantedSource>,
    },
    /// Who speaks in a call changed.
    SpeakingChanged {
        /// In which call.
        call: CallId,
        /// The most prominent voice first; empty when nobody speaks.
        speakers: Vec<ParticipantId>,
    },
    /// How well one is connected to a call changed; at most every 2 s.
    QualityChanged {
        /// Oneself.
        participant: ParticipantId,
        /// How it is now.
        quality: Quality,
    },
    /// Whose connections to a call are weak changed.
    WeakChanged {
        /// Which call.
        call: CallId,
        /// All of them.
        participants: Vec<ParticipantId>,
    },
    /// Somebody in one's call shows everybody an emoji for a moment.
    CallReaction {
        /// In which call.
        call: CallId,
        /// Who.
        participant: ParticipantId,
        /// Exactly one.
        emoji: String,
    },
    /// A moderator had something dropped that this device sends: it turns it off.
    SendingStopped {
        /// Oneself.
        participant: ParticipantId,
        /// What.
        source: Source,
        /// Who did it.
        by: PersonId,
    },
    /// A second connection has taken over: it bears the id of the seat from now on. The earlier one is
    /// given up soon.
    SeatMoved {
        /// The seat.
        participant: ParticipantId,
        /// The id that the second connection had.
        second: ParticipantId,
    },
    /// One's seat in a call is gone: the device left elsewhere, was silent too long, or the server
    /// restarted. `join_call` takes it again while the call lasts.
    SeatLost {
        /// The seat.
        participant: ParticipantId,
    },
}
