//! What a device may ask.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::account::Role;
use super::call::{CallRules, Media, Sending, Source, SourceSection, Want};
use super::file::{FileGroup, SentFile};
use super::id::{
    CallId, ClientId, ConversationId, DeviceId, FileId, GuestLinkId, InvitationId, MessageId,
    ParticipantId, PersonId,
};
use super::message::Entity;
use super::person::Status;
use super::personal::KeepChange;
use super::preferences::Preferences;
use super::push::PushSubscription;
use super::search::{Filter, SearchOrder};

/// One frame from a device.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ClientFrame {
    /// Chosen by the device, echoed by the reply.
    pub id: u32,
    /// What is asked.
    pub request: Request,
}

/// What a device may ask. The first request on a socket is `hello`, within 5 s.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// Opens or resumes; answered by `welcome`.
    Hello {
        /// Version of this protocol; 1.
        protocol: u32,
        /// Chosen by the device (UUIDv4) and kept across reloads; a second socket with the same
        /// one replaces the first.
        device: DeviceId,
        /// The highest `seq` the device has applied, for each conversation it keeps.
        known: Vec<Known>,
        /// How far the device is with the person's own things; absent when it keeps none.
        #[serde(default)]
        #[ts(type = "number", optional)]
        personal_seq: Option<u64>,
    },
    /// Keeps the socket alive; answered by `done`.
    Ping,
    /// Chooses what others see.
    SetStatus {
        /// The choice.
        status: Status,
        /// A line beside it, of 1 to 80 characters.
        #[serde(default)]
        #[ts(optional)]
        text: Option<String>,
        /// When it is over, in ms since 1970: within a year. Absent lasts until the next choice.
        #[serde(default)]
        #[ts(type = "number", optional)]
        until_ms: Option<i64>,
    },
    /// Says whether the person looks at this device and uses it; answered by `done`. Until it says so a
    /// device counts as used, and not as looked at.
    SetAttention {
        /// A page of it can be seen: what happens needs no notice then.
        visible: bool,
        /// It was not used for 10 minutes. Somebody who uses none of their devices is shown as away.
        idle: bool,
    },
    /// Changes how one is shown to others; answered by `done`, and everybody gets `person_changed`.
    SetProfile {
        /// The name to be shown by, 1 to 60 characters.
        full_name: String,
        /// A picture that one has uploaded; absent for none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        picture: Option<FileId>,
    },
    /// Has notices sent to this sign-in while no page of it is open, in place of where it got them
    /// before; answered by `done`.
    SubscribePush {
        /// As the browser's push service made it.
        subscription: PushSubscription,
    },
    /// Has no more notices sent to this sign-in; answered by `done`.
    UnsubscribePush,
    /// Has a notice sent to this sign-in that says nothing but that notices arrive; answered by
    /// `done`.
    TestPush,
    /// Decides what others see and when not to be disturbed; answered by `done`.
    SetPreferences {
        /// All of them.
        preferences: Preferences,
    },
    /// Wants the other member of a direct conversation to look at their device at once; answered by
    /// `message`. They must have given leave, and it must not be their quiet time.
    Beep {
        /// Which conversation.
        conversation: ConversationId,
        /// A repeat with the same one gets the identical reply.
        client_id: ClientId,
        /// What for: one line of at most 120 characters.
        #[serde(default)]
        #[ts(optional)]
        why: Option<String>,
    },
    /// Asks somebody for leave to beep at them, once a day at most; answered by `done`.
    AskBeepLeave {
        /// Whom.
        person: PersonId,
    },
    /// Gives somebody leave to beep at oneself, or takes it back, or says no; answered by `done`.
    SetBeepLeave {
        /// Whom.
        person: PersonId,
        /// Which of the two.
        given: bool,
    },
    /// Makes a conversation, or finds the direct one that exists; answered by `conversation`.
    CreateConversation {
        /// A repeat with the same one finds what the first made.
        client_id: ClientId,
        /// Absent makes a direct conversation with the one member given.
        title: Option<String>,
        /// Everybody else; oneself is added. A group may begin with oneself alone.
        members: Vec<PersonId>,
    },
    /// Stores a message; answered by `message` after it is durable.
    SendMessage {
        /// Where.
        conversation: ConversationId,
        /// A repeat with the same one gets the identical reply.
        client_id: ClientId,
        /// UTF-8; 1 to 16,384 bytes after trimming, and empty only beside files.
        text: String,
        /// How parts of the text are drawn; at most 200.
        #[serde(default)]
        #[ts(as = "Option<Vec<Entity>>", optional)]
        entities: Vec<Entity>,
        /// A message of the same conversation that it answers.
        #[serde(default)]
        #[ts(optional)]
        quote: Option<MessageId>,
        /// What it carries; at most 10 files, and none but one's own.
        #[serde(default)]
        #[ts(as = "Option<Vec<SentFile>>", optional)]
        files: Vec<SentFile>,
    },
    /// Says in a conversation what a message elsewhere says, marked as forwarded; answered by
    /// `message`.
    ForwardMessage {
        /// Where to.
        conversation: ConversationId,
        /// A repeat with the same one gets the identical reply.
        client_id: ClientId,
        /// What; oneself must be a member where it is.
        message: MessageId,
    },
    /// Changes what one's own message says, for a while after it was sent; answered by `message`.
    EditMessage {
        /// Where.
        conversation: ConversationId,
        /// Which.
        message: MessageId,
        /// `changed_seq` of the message as one saw it. Refused as `stale` when what it says has
        /// changed since.
        #[ts(type = "number")]
        seen_seq: u64,
        /// UTF-8; 1 to 16,384 bytes after trimming.
        text: String,
        /// How parts of the text are drawn; at most 200.
        #[serde(default)]
        #[ts(as = "Option<Vec<Entity>>", optional)]
        entities: Vec<Entity>,
    },
    /// Deletes a message for everybody: one's own for a while after it was sent, in a group
    /// anybody's at any time when one is an admin; answered by `message`.
    DeleteMessage {
        /// Where.
        conversation: ConversationId,
        /// Which.
        message: MessageId,
    },
    /// Reacts to a message, in place of one's earlier reaction; answered by `message`.
    React {
        /// Where.
        conversation: ConversationId,
        /// To which.
        message: MessageId,
        /// Exactly one; absent takes one's reaction back.
        emoji: Option<String>,
    },
    /// Pins a message for all members, or no longer; answered by `message`.
    PinMessage {
        /// Where.
        conversation: ConversationId,
        /// Which.
        message: MessageId,
        /// Which of the two.
        pinned: bool,
    },
    /// Keeps a message among one's starred ones, or no longer; answered by `done`.
    StarMessage {
        /// Where.
        conversation: ConversationId,
        /// Which.
        message: MessageId,
        /// Which of the two.
        starred: bool,
    },
    /// Deletes a message for oneself alone; answered by `done`.
    HideMessage {
        /// Where.
        conversation: ConversationId,
        /// Which.
        message: MessageId,
    },
    /// Says that one has listened to the voice message that a message carries; its sender learns of it
    /// unless one of the two reads privately. Answered by `done`.
    MarkListened {
        /// Where.
        conversation: ConversationId,
        /// Which.
        message: MessageId,
    },
    /// Reads how far one of one's own messages has got with everybody else, and when; answered by
    /// `receipts`.
    Receipts {
        /// Where.
        conversation: ConversationId,
        /// Which.
        message: MessageId,
    },
    /// Asks what a message said before it was edited; answered by `versions`.
    Versions {
        /// Where.
        conversation: ConversationId,
        /// Which.
        message: MessageId,
    },
    /// Reads the messages that are pinned in a conversation; answered by `messages`.
    Pinned {
        /// Where.
        conversation: ConversationId,
    },
    /// Reads the messages of a conversation that carry files, newest first; answered by `messages`.
    Files {
        /// Where.
        conversation: ConversationId,
        /// Files of which kind.
        group: FileGroup,
        /// Only messages with a lower number; absent starts from the latest.
        #[serde(default)]
        #[ts(type = "number | null")]
        before_number: Option<u64>,
        /// 1 to 100.
        limit: u32,
    },
    /// Reads one's starred messages, the one starred last first; answered by `messages`.
    Starred {
        /// Only those whose mark has a lower `seq`; absent starts from the latest.
        #[ts(type = "number | null")]
        before_seq: Option<u64>,
        /// 1 to 100.
        limit: u32,
    },
    /// Adds people to a group; any member may; answered by `conversation`.
    AddMembers {
        /// Which.
        conversation: ConversationId,
        /// Whom; those who are in it already are left alone.
        people: Vec<PersonId>,
    },
    /// Removes somebody from a group, as an admin, or leaves it oneself; answered by `done`.
    RemoveMember {
        /// Which.
        conversation: ConversationId,
        /// Whom.
        person: PersonId,
    },
    /// Makes somebody an admin of a group, or no longer; admins may; answered by `conversation`.
    SetAdmin {
        /// Which.
        conversation: ConversationId,
        /// Whom.
        person: PersonId,
        /// Which of the two.
        admin: bool,
    },
    /// Gives a group another title; any member may; answered by `conversation`.
    RenameConversation {
        /// Which.
        conversation: ConversationId,
        /// 1 to 100 characters.
        title: String,
    },
    /// Decides how long texts stay that are sent from now on: in a group its admins may; answered by
    /// `conversation`.
    SetLifetime {
        /// Where.
        conversation: ConversationId,
        /// In seconds, from an hour to a year; absent for ever.
        #[serde(default)]
        #[ts(optional)]
        lifetime_s: Option<u32>,
    },
    /// Opens the conversation of oneself alone, made when there is none; answered by
    /// `conversation`.
    OpenSaved,
    /// Looks for messages by their words, accents and case ignored; answered by `found`.
    Search {
        /// Words, all of which are to be in a message; the last may be the beginning of one.
        query: String,
        /// What else must hold.
        #[serde(default)]
        filter: Filter,
        /// What comes first.
        #[serde(default)]
        order: SearchOrder,
        /// How many to skip: those of the pages before; at most 1,000.
        #[serde(default)]
        skip: u32,
        /// 1 to 50.
        limit: u32,
    },
    /// Changes how one keeps a conversation; answered by `done`.
    Keep {
        /// Which.
        conversation: ConversationId,
        /// What changes.
        change: KeepChange,
    },
    /// Reads a page of messages, newest first in number, returned oldest first; answered by `history`.
    History {
        /// Where.
        conversation: ConversationId,
        /// Only messages with a lower number; absent starts from the latest.
        #[ts(type = "number | null")]
        before_number: Option<u64>,
        /// 1 to 100.
        limit: u32,
    },
    /// Asks for what changed since a `seq`; answered by `changes`.
    Changes {
        /// Where.
        conversation: ConversationId,
        /// The highest `seq` applied.
        #[ts(type = "number")]
        since_seq: u64,
    },
    /// Says how far messages reached this device and were read; answered by `done`.
    Mark {
        /// Where.
        conversation: ConversationId,
        /// Highest number received.
        #[ts(type = "number")]
        delivered_number: u64,
        /// Highest number read.
        #[ts(type = "number")]
        read_number: u64,
    },
    /// Says that the person is typing; repeat every 4 s, it expires after 6 s; answered by `done`.
    Typing {
        /// Where.
        conversation: ConversationId,
        /// False takes it back.
        active: bool,
    },
    /// Starts a call, or finds the one under way; answered by `call`. Does not join it.
    StartCall {
        /// Where.
        conversation: ConversationId,
        /// Audio or video.
        media: Media,
    },
    /// Joins with an SDP offer, or takes the device's own seat again; answered by `answer`.
    JoinCall {
        /// Which.
        call: CallId,
        /// SDP offer, at most 64 KiB.
        offer: String,
        /// What each sending section of the offer carries.
        sources: Vec<SourceSection>,
        /// The marks on one's tile.
        sending: Sending,
    },
    /// Opens a second connection beside the one that the device has in a call; answered by `answer`, with
    /// an id of its own. `seat_moved` tells when it has taken over, `seat_lost` when it will not.
    MoveSeat {
        /// Oneself.
        participant: ParticipantId,
        /// SDP offer, at most 64 KiB.
        offer: String,
        /// What each sending section of the offer carries.
        sources: Vec<SourceSection>,
    },
    /// Changes what is sent or adds slots, or restarts ICE; answered by `answer`.
    Offer {
        /// Oneself.
        participant: ParticipantId,
        /// SDP offer, at most 64 KiB.
        offer: String,
        /// What each sending section of the offer carries.
        sources: Vec<SourceSection>,
    },
    /// Says what each video slot should show; answered by `done`.
    Want {
        /// Oneself.
        participant: ParticipantId,
        /// Slots left out keep what they have.
        wants: Vec<Want>,
        /// Whether to get as little as possible, one voice and no picture: at most 64 kbit/s. Left out, it
        /// stays as it was said last.
        #[serde(default)]
        #[ts(optional)]
        data_saver: Option<bool>,
    },
    /// Changes the marks on one's tile; answered by `done`.
    SetSending {
        /// Oneself.
        participant: ParticipantId,
        /// What is sent now.
        sending: Sending,
    },
    /// Stops the ringing on all devices of the person; answered by `done`.
    DeclineCall {
        /// Which.
        call: CallId,
    },
    /// Leaves; the last one to leave ends it, and in a direct conversation whoever leaves after it
    /// was answered; answered by `done`.
    LeaveCall {
        /// Oneself.
        participant: ParticipantId,
    },
    /// Ends the call for everybody; the starter and the moderators may; answered by `done`.
    EndCall {
        /// Which.
        call: CallId,
    },
    /// Rings at members who are not in the call, for 45 s; whoever is in it may, and only moderators
    /// at those who were taken out; answered by `done`.
    RingPeople {
        /// Which.
        call: CallId,
        /// At whom.
        people: Vec<PersonId>,
    },
    /// Reads the messages about one's calls, the latest first; answered by `messages`.
    CallHistory {
        /// Only calls before that, in ms since 1970; absent starts from the latest.
        #[serde(default)]
        #[ts(type = "number | null")]
        until_ms: Option<i64>,
        /// Only those that one has missed.
        #[serde(default)]
        missed: bool,
        /// 1 to 100.
        limit: u32,
    },
    /// Raises one's hand or takes it down; moderators take down those of others too; answered by
    /// `done`.
    SetHand {
        /// Whose.
        participant: ParticipantId,
        /// Which of the two.
        raised: bool,
    },
    /// Puts a call on hold or takes it up again; answered by `done`.
    SetHold {
        /// Oneself.
        participant: ParticipantId,
        /// Which of the two.
        on_hold: bool,
    },
    /// Shows everybody in the call an emoji for a moment; answered by `done`.
    ReactInCall {
        /// Oneself.
        participant: ParticipantId,
        /// Exactly one.
        emoji: String,
    },
    /// Has what somebody sends dropped until they turn it on again themselves; the starter and the
    /// moderators may; answered by `done`.
    StopSending {
        /// Which.
        call: CallId,
        /// Whose; absent means everybody who does not moderate.
        participant: Option<ParticipantId>,
        /// What of it; the sound of a screen goes with its picture.
        source: Source,
    },
    /// Takes somebody out of the call, who cannot come back unless it rings at them again; the
    /// starter and the moderators may; answered by `done`.
    RemoveFromCall {
        /// Which.
        call: CallId,
        /// Whom.
        person: PersonId,
    },
    /// Says what those may do who do not moderate; the starter and the moderators may; answered by
    /// `done`.
    SetCallRules {
        /// Which.
        call: CallId,
        /// From now on.
        rules: CallRules,
    },
    /// Makes a link by which people make accounts for themselves; answered by `invitation`. Owners
    /// and admins may.
    CreateInvitation {
        /// What those who come by it will be: `member`, or `admin` when an owner invites.
        role: Role,
        /// Accounts that can be made by it, 1 to 100.
        uses: u32,
        /// How long it is good, in seconds: a minute to 30 days.
        lifetime_s: u32,
    },
    /// Lists the invitations that are good; answered by `invitations`. Owners and admins may.
    Invitations,
    /// Makes an invitation worthless; answered by `done`, also when it was so already. Owners and
    /// admins may.
    RevokeInvitation {
        /// Which.
        invitation: InvitationId,
    },
    /// Makes a link by which guests come into a group; answered by `guest_link`. The admins of the
    /// group may, and whoever started the call in it.
    CreateGuestLink {
        /// Into which.
        conversation: ConversationId,
        /// Guests who can come by it, 1 to 100.
        uses: u32,
        /// How long it is good, in seconds: a minute to 30 days.
        lifetime_s: u32,
    },
    /// Lists the links into a group that are good; answered by `guest_links`. Those who may make
    /// them may.
    GuestLinks {
        /// Of which.
        conversation: ConversationId,
    },
    /// Makes a link worthless and takes out those who came by it; answered by `done`. Those who may
    /// make links may.
    RevokeGuestLink {
        /// Into which.
        conversation: ConversationId,
        /// Which link.
        link: GuestLinkId,
    },
    /// Lets a guest in who waits; answered by `done`. Those who may make links may.
    AdmitGuest {
        /// Into which.
        conversation: ConversationId,
        /// Whom.
        person: PersonId,
    },
    /// Turns a guest away who waits; answered by `done`. Those who may make links may.
    RefuseGuest {
        /// From which.
        conversation: ConversationId,
        /// Whom.
        person: PersonId,
    },
    /// Says what somebody may do; answered by `done`. Owners may, and one of them stays.
    SetRole {
        /// Who.
        person: PersonId,
        /// `member`, `admin` or `owner`.
        role: Role,
    },
}

impl Request {
    /// Chooses what others see, until the next choice.
    pub fn status(status: Status) -> Self {
        Self::SetStatus { status, text: None, until_ms: None }
    }

    /// Sends a plain text.
    pub fn text(conversation: ConversationId, client_id: ClientId, text: &str) -> Self {
        let (text, entities) = (text.to_owned(), Vec::new());
        let files = Vec::new();
        Self::SendMessage { conversation, client_id, text, entities, quote: None, files }
    }
}

/// The highest `seq` a device has applied in one conversation.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// Where.
    pub conversation: ConversationId,
    /// How far.
    #[ts(type = "number")]
    pub seq: u64,
}
