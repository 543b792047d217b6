//! Calls: who rings, who is in, and what each participant sends and receives.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::id::{CallId, ConversationId, DeviceId, ParticipantId, PersonId};

/// What a call was started as; a participant may switch the camera on or off in either.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Media {
    /// Microphones only, to begin with.
    Audio,
    /// Cameras too.
    Video,
}

/// A call in its present state. Every change sends the whole of it: it is small, and a snapshot
/// cannot go out of step.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Call {
    /// Which.
    pub id: CallId,
    /// Where.
    pub conversation: ConversationId,
    /// What it was started as.
    pub media: Media,
    /// Who started it.
    pub started_by: PersonId,
    /// When, in ms since 1970.
    #[ts(type = "number")]
    pub started_at_ms: i64,
    /// When the second person came in, in ms since 1970.
    #[ts(type = "number | null")]
    pub answered_at_ms: Option<i64>,
    /// Rises with every change; a lower one than seen is stale.
    #[ts(type = "number")]
    pub version: u64,
    /// Ringing, active or ended.
    pub state: CallState,
    /// The state of each member's invitation; the starter's is `accepted`.
    pub rings: Vec<Ring>,
    /// Who is in, in the order they came.
    pub participants: Vec<Participant>,
    /// Who may moderate beside whoever started it: the admins of the group.
    #[serde(default)]
    pub moderators: Vec<PersonId>,
    /// What those may do who do not moderate.
    #[serde(default)]
    pub rules: CallRules,
}

/// How well a participant is connected.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Quality {
    /// Whether it is so bad that the others should know.
    pub weak: bool,
    /// Packets lost on the way to the participant, in percent.
    pub loss_down_percent: u8,
    /// Packets lost on the way from it, in percent.
    pub loss_up_percent: u8,
    /// There and back, in ms.
    pub round_trip_ms: u32,
    /// What the way to it takes, in kbit/s; 0 while that is not known.
    pub path_kbps: u32,
    /// What it would be sent if the way took it, in kbit/s.
    pub wanted_kbps: u32,
    /// What it is sent, in kbit/s.
    pub given_kbps: u32,
}

/// What those may do in a call who do not moderate it. The server holds them to it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CallRules {
    /// Nobody else comes in, but for those at whom it rings.
    pub locked: bool,
    /// They may speak.
    pub microphone: bool,
    /// They may show their cameras.
    pub camera: bool,
    /// They may share their screens.
    pub screen: bool,
}

impl Default for CallRules {
    fn default() -> Self {
        Self { locked: false, microphone: true, camera: true, screen: true }
    }
}

/// Where a call stands.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CallState {
    /// Nobody but the starter is in yet.
    Ringing,
    /// Answered.
    Active,
    /// Over.
    Ended {
        /// Why.
        reason: EndReason,
    },
}

/// Why a call ended.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// It was answered and everybody left, or somebody ended it for all.
    Completed,
    /// Everybody who was rung declined.
    Declined,
    /// Nobody answered in time.
    Missed,
    /// The starter left before anybody answered.
    Cancelled,
    /// The media server could take nobody in for 20 s.
    Failed,
}

/// One member's invitation to a call.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Ring {
    /// Whose.
    pub person: PersonId,
    /// What became of it.
    pub state: RingState,
    /// Until when it rings, in ms since 1970.
    #[serde(default)]
    #[ts(type = "number")]
    pub until_ms: i64,
    /// The person was in another call when it began to ring: it waits rather than rings.
    #[serde(default)]
    pub busy: bool,
}

/// What became of an invitation.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RingState {
    /// Rings on every device of the person.
    Ringing,
    /// Came in; other devices stop ringing ("answered elsewhere").
    Accepted,
    /// Declined on some device.
    Declined,
    /// Not answered in time; may still join while the call lasts.
    Missed,
    /// Taken out by a moderator; may not come back by themselves.
    Removed,
}

/// One device in a call.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Participant {
    /// Which.
    pub id: ParticipantId,
    /// Whose.
    pub person: PersonId,
    /// On which device.
    pub device: DeviceId,
    /// When it joined, in ms since 1970.
    #[ts(type = "number")]
    pub joined_at_ms: i64,
    /// What it says it sends, as far as it may.
    pub sending: Sending,
    /// Whether its media and socket are up.
    pub connection: Connection,
    /// Since when its hand is raised, in ms since 1970.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub hand_raised_at_ms: Option<i64>,
    /// The device has put the call on hold: nothing comes from it and nothing goes to it.
    #[serde(default)]
    pub on_hold: bool,
}

/// What a participant says it sends right now; the marks on its tile.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Sending {
    /// The microphone is on.
    pub microphone: bool,
    /// The camera is on.
    pub camera: bool,
    /// A screen is shared.
    pub screen: bool,
}

/// Whether a participant's media and socket are up.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Connection {
    /// Joined; media not up yet.
    Connecting,
    /// Media flows.
    Connected,
    /// The socket or the media fell silent; the seat is kept for 20 s after both did.
    Reconnecting,
}

/// A thing a participant can send.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Speech.
    Microphone,
    /// The person.
    Camera,
    /// A shared screen or window.
    Screen,
    /// The sound of what is shared.
    ScreenAudio,
}

/// Says what one sending section of an offer carries.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SourceSection {
    /// The section's `a=mid` (RFC 8843).
    pub mid: String,
    /// What it carries.
    pub source: Source,
    /// Simulcast layers from small to large; empty for audio and for a single encoding.
    pub layers: Vec<Layer>,
}

/// One simulcast layer as the publisher configured it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// Its `a=rid` (RFC 8851).
    pub rid: String,
    /// In pixels.
    pub width: u16,
    /// In pixels.
    pub height: u16,
}

/// What a device wants in one of its video slots.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Want {
    /// The slot's `a=mid`.
    pub mid: String,
    /// Whose picture; absent leaves the slot empty.
    pub show: Option<Shown>,
    /// Width of the tile in device pixels.
    pub width: u16,
    /// Height of the tile in device pixels.
    pub height: u16,
}

/// A source of a participant.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// Whose.
    pub participant: ParticipantId,
    /// Which of what they send.
    pub source: Source,
}

/// What of one's picture somebody looks at.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct WantedSource {
    /// The camera or the screen.
    pub source: Source,
    /// The simulcast layers to send, by `a=rid`; empty without simulcast, and while paused.
    pub rids: Vec<String>,
    /// Nobody looks at it at all.
    pub paused: bool,
}

/// What a slot carries.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Slot {
    /// The slot's `a=mid`.
    pub mid: String,
    /// What it carries; absent when it is empty.
    pub shown: Option<Shown>,
    /// Packets have been forwarded for `shown`; false while waiting for the first keyframe.
    pub live: bool,
    /// Why nothing is forwarded although something is shown.
    pub paused: Option<PauseReason>,
}

/// Why a slot carries nothing of what it stands for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// The picture comes in a codec that the slot's section did not offer.
    NoCodec,
    /// The path to this device does not take it; it comes back by itself.
    Bandwidth,
    /// This device asked for as little as possible.
    DataSaver,
    /// The server has more to do than it can, and others matter more; it comes back by itself.
    Busy,
}

/// The server's answer to an offer.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Answer {
    /// The participant that the offer belongs to.
    pub participant: ParticipantId,
    /// SDP (RFC 8829).
    pub sdp: String,
}
