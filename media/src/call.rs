//! The words of a call as the engine speaks them.

/// Identifies a call; the bits of the UUID that signaling gave it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct CallId(pub u128);

/// Identifies one device's presence in one call; the bits of the UUID that signaling gave it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ParticipantId(pub u128);

/// A thing a participant can send.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
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

/// What a participant may send, and whether it receives.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Permit {
    /// Speech.
    pub microphone: bool,
    /// The camera.
    pub camera: bool,
    /// A shared screen, with its sound.
    pub screen: bool,
    /// Anything at all goes to it; its slots are empty while not.
    pub receives: bool,
}

/// Says what one sending section of an offer carries.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SourceSection {
    /// The section's `a=mid` (RFC 8843).
    pub mid: String,
    /// What it carries.
    pub source: Source,
    /// Simulcast layers from small to large; empty for audio and for a single encoding.
    pub layers: Vec<LayerSize>,
}

/// One simulcast layer as the publisher configured it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LayerSize {
    /// Its `a=rid` (RFC 8851).
    pub rid: String,
    /// In pixels.
    pub width: u16,
    /// In pixels.
    pub height: u16,
}

/// A source of a participant.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Shown {
    /// Whose.
    pub participant: ParticipantId,
    /// Which of what they send.
    pub source: Source,
}

/// What a subscriber wants in one of its video slots.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Want {
    /// The slot's `a=mid`.
    pub mid: String,
    /// Whose picture; `None` leaves the slot empty.
    pub show: Option<Shown>,
    /// Width of the tile in device pixels.
    pub width: u16,
    /// Height of the tile in device pixels.
    pub height: u16,
}

/// What of a picture somebody looks at; the rest is sent for nothing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Wanted {
    /// Which of one's pictures.
    pub source: Source,
    /// The simulcast layers to send; empty without simulcast, and while paused.
    pub rids: Vec<String>,
    /// Nobody looks at it at all.
    pub paused: bool,
}

/// What a slot carries.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SlotState {
    /// The slot's `a=mid`.
    pub mid: String,
    /// What it carries, or waits for.
    pub shown: Option<Shown>,
    /// Packets have been forwarded for `shown`.
    pub live: bool,
    /// Why nothing is forwarded although something is shown.
    pub paused: Option<PauseReason>,
}

/// Why a slot carries nothing of what it stands for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PauseReason {
    /// The picture comes in a codec that the slot's section did not offer.
    NoCodec,
    /// The path to the subscriber does not take it.
    Bandwidth,
    /// The subscriber asked for as little as possible.
    DataSaver,
    /// More is wanted than the core can forward.
    Busy,
}

impl Permit {
    /// Whether this source may be sent.
    pub fn allows(self, source: Source) -> bool {
        match source {
            Source::Microphone => self.microphone,
            Source::Camera => self.camera,
            Source::Screen | Source::ScreenAudio => self.screen,
        }
    }

    /// Whether nothing of what is sent is forbidden.
    pub fn is_everything(self) -> bool {
        self.microphone && self.camera && self.screen
    }
}

impl Default for Permit {
    fn default() -> Self {
        Self { microphone: true, camera: true, screen: true, receives: true }
    }
}

impl Source {
    /// Whether it is sent in a video section.
    pub fn is_video(self) -> bool {
        matches!(self, Self::Camera | Self::Screen)
    }
}
