//! What the task of a conversation can be asked.

use palabre_signaling::call::{MediaState, Moderation};
use palabre_signaling::change::Change;
use palabre_signaling::error::Refusal;
use palabre_signaling::membership::MemberChange;
use palabre_signaling::wire::{
    Call, CallId, Conversation, Media, Message, MessageId, ParticipantId, PersonId, Sending,
};
use tokio::sync::oneshot;

use crate::error::RequestError;
use crate::people::DeviceKey;
use crate::store::{NewMessage, SessionId};

/// Gets the outcome; dropped unanswered when the conversation is not there or could not be read.
pub(super) type Receipt<T> = oneshot::Sender<Result<T, RequestError>>;

/// What the task of a conversation can be asked.
#[derive(Debug)]
pub(super) enum Command {
    /// Something that waits for the store.
    Write(Write),
    /// Note that somebody types or stopped.
    Typing { person: PersonId, active: bool, receipt: Receipt<()> },
    /// Tell all members of the conversation as it is, because it is new.
    Announce,
    /// Tell who waits in the lobby.
    TellLobby,
    /// Let a guest in, or turn them away.
    Guest { host: PersonId, guest: PersonId, admit: bool, receipt: Receipt<()> },
    /// Change who is in it.
    Members { person: PersonId, change: MemberChange, receipt: Receipt<()> },
    /// Take away messages whose time is up.
    Expire { messages: Vec<MessageId>, receipt: Receipt<()> },
    /// Say how the conversation stands.
    Snapshot { receipt: Receipt<Conversation> },
    /// Something about its call.
    Call(CallCommand),
}

/// What waits for the store. Those that arrive together share a commit.
#[derive(Debug)]
pub(super) enum Write {
    /// Store a message, which was checked.
    Post { draft: NewMessage, receipt: Receipt<Message> },
    /// Change a stored one.
    Change { person: PersonId, message: MessageId, change: Change, receipt: Receipt<Message> },
    /// Keep how far somebody got.
    Mark { person: PersonId, delivered_number: u64, read_number: u64, receipt: Receipt<()> },
}

/// What a call can be asked and told.
#[derive(Debug)]
pub(super) enum CallCommand {
    /// Start one, or find the one under way.
    Start { person: PersonId, media: Media, receipt: Receipt<Call> },
    /// Keep a place while the media server looks at the offer.
    Reserve { call: CallId, key: DeviceKey, session: SessionId, receipt: Receipt<ParticipantId> },
    /// Take the place that was kept.
    Join { call: CallId, participant: ParticipantId, sending: Sending, receipt: Receipt<Call> },
    /// Keep a place for a second connection of a seat.
    ReserveSecond {
        first: ParticipantId,
        key: DeviceKey,
        session: SessionId,
        receipt: Receipt<ParticipantId>,
    },
    /// Note that the media server took a second connection in.
    Second { second: ParticipantId, receipt: Receipt<Call> },
    /// Note that a second connection has taken over.
    Promoted { first: ParticipantId, second: ParticipantId },
    /// Give up the place that was kept.
    CancelReservation { participant: ParticipantId },
    /// Give up the place that was kept, because the media server could take nobody in.
    FailReservation { participant: ParticipantId },
    /// Stop ringing for somebody.
    Decline { call: CallId, person: PersonId, receipt: Receipt<()> },
    /// Hang up.
    Leave { participant: ParticipantId, receipt: Receipt<()> },
    /// End it for all.
    End { call: CallId, person: PersonId, receipt: Receipt<()> },
    /// Change the marks on a tile.
    SetSending { participant: ParticipantId, sending: Sending, receipt: Receipt<()> },
    /// Ring at people who are not in.
    RingPeople { call: CallId, person: PersonId, people: Vec<PersonId>, receipt: Receipt<()> },
    /// Raise a hand or take it down.
    SetHand { person: PersonId, participant: ParticipantId, raised: bool, receipt: Receipt<()> },
    /// Put the call on hold for a participant or take it up again.
    SetHold { participant: ParticipantId, on_hold: bool, receipt: Receipt<()> },
    /// Do what a moderator asks.
    Moderate { call: CallId, person: PersonId, moderation: Moderation, receipt: Receipt<()> },
    /// Look whether a device has a socket now.
    CheckSocket { key: DeviceKey },
    /// Take a device out whose session was revoked.
    Evict { key: DeviceKey, receipt: Receipt<()> },
    /// Note what the media server sees of a participant.
    Media { participant: ParticipantId, state: MediaState },
}

impl Command {
    /// Turns down a command for which there is no conversation.
    pub(super) fn refuse(self, refusal: &Refusal) {
        let error = || RequestError::from(refusal.clone());
        // An asker that went away has no use for its receipt.
        match self {
            Self::Write(Write::Post { receipt, .. } | Write::Change { receipt, .. }) => {
                drop(receipt.send(Err(error())));
            }
            Self::Write(Write::Mark { receipt, .. })
            | Self::Typing { receipt, .. }
            | Self::Expire { receipt, .. }
            | Self::Guest { receipt, .. }
            | Self::Members { receipt, .. } => {
                drop(receipt.send(Err(error())));
            }
            Self::Snapshot { receipt } => drop(receipt.send(Err(error()))),
            Self::Call(CallCommand::Start { receipt, .. }) => drop(receipt.send(Err(error()))),
            // Calls are found by the index, which has none where there is no conversation.
            Self::Announce | Self::TellLobby | Self::Call(_) => {}
        }
    }
}
