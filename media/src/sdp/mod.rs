//! What a device's SDP offer says, what of it the server agrees to, and the answer as text.
//!
//! The device always offers (JSEP, RFC 8829) and the server always answers: there is no glare and
//! no offer of ours. Only what this server uses is kept; everything else in an offer is skipped.

mod answer;
mod offer;
mod section;
mod words;

pub use self::answer::{AnswerParameters, AnswerRole, AnswerSection, Sound, write_answer};
pub use self::offer::OfferError;

/// An offer that passed every check of [`Offer::parse`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Offer {
    /// Name of the device's ICE credentials (RFC 8839 §5.4).
    pub ice_ufrag: String,
    /// Key of the device's STUN checks and of our answers to them.
    pub ice_pwd: String,
    /// SHA-256 of the certificate that the device will show in the DTLS handshake (RFC 8122).
    pub fingerprint: [u8; 32],
    /// The m-lines, in their order; answers keep it (RFC 3264 §6).
    pub sections: Vec<Section>,
}

/// One m-line with its attributes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Section {
    /// Its name, at most 16 bytes; empty only in a rejected section that brings none.
    pub mid: String,
    /// What it carries.
    pub kind: MediaKind,
    /// Direction as the device sees it.
    pub direction: Direction,
    /// Whether the device has closed it: port 0 without `a=bundle-only` (RFC 9143 §7.2.1).
    pub rejected: bool,
    /// In the device's order of preference; empty for [`MediaKind::Application`].
    pub codecs: Vec<Codec>,
    /// Known header extensions that the device uses in this direction, by their wire id.
    pub extensions: Vec<(u8, Extension)>,
    /// Names of the simulcast layers that the device sends, in its order, paused ones included.
    pub rids: Vec<String>,
    /// Sources named by `a=ssrc`, each once, in their order.
    pub ssrcs: Vec<u32>,
    /// Pairs of a source and the source of its retransmissions (FID, RFC 5576 §4.2).
    pub ssrc_groups: Vec<(u32, u32)>,
    /// Stream and track id as one string (RFC 8830).
    pub msid: Option<String>,
}

/// What an m-line carries.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MediaKind {
    /// Sound.
    Audio,
    /// Pictures.
    Video,
    /// A data channel, which this server always turns down.
    Application,
}

/// Which way media flows, from the device's point of view.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Direction {
    /// Device to server.
    SendOnly,
    /// Server to device.
    RecvOnly,
    /// Both ways.
    SendRecv,
    /// Neither, for now.
    Inactive,
}

/// One payload type of an m-line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Codec {
    /// Payload type, 0–63 or 96–127.
    pub pt: u8,
    /// Which codec.
    pub name: CodecName,
    /// RTP timestamp ticks per second.
    pub clock_rate: u32,
    /// Channels of sound; 1 for video.
    pub channels: u8,
    /// Parameters of `a=fmtp`, as offered.
    pub fmtp: String,
    /// For [`CodecName::Rtx`], the payload type whose packets it repeats (RFC 4588 §8.6).
    pub apt: Option<u8>,
    /// RTCP feedback that the device understands for it (RFC 4585 §4.2).
    pub feedback: Vec<Feedback>,
}

/// Codecs this server tells apart.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CodecName {
    /// Opus (RFC 7587).
    Opus,
    /// VP8 (RFC 7741).
    Vp8,
    /// VP9 (RFC 9628).
    Vp9,
    /// H.264 (RFC 6184).
    H264,
    /// AV1 (AOM's RTP payload format).
    Av1,
    /// Retransmissions (RFC 4588).
    Rtx,
    /// Redundant encoding (RFC 2198).
    Red,
    /// Anything else.
    Other,
}

/// A kind of RTCP feedback.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Feedback {
    /// Generic NACK (RFC 4585 §6.2.1).
    Nack,
    /// Picture loss indication (RFC 4585 §6.3.1).
    NackPli,
    /// Full intra request (RFC 5104 §4.3.1).
    Fir,
    /// Arrival times of every packet (draft-holmer-rmcat-transport-wide-cc-extensions-01).
    TransportCc,
    /// Receiver's estimate of the bandwidth (draft-alvestrand-rmcat-remb-03).
    Remb,
}

/// Header extensions this server knows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Extension {
    /// Which m-line a packet belongs to (RFC 9143 §15).
    Mid,
    /// Which simulcast layer a packet belongs to (RFC 8852).
    Rid,
    /// Which simulcast layer a retransmission belongs to (RFC 8852).
    RepairedRid,
    /// How loud the packet is (RFC 6464).
    AudioLevel,
    /// Transport-wide sequence number.
    TransportCc,
    /// When the packet left its sender.
    AbsSendTime,
    /// How the picture has to be turned (3GPP TS 26.114).
    VideoOrientation,
    /// Which frames a frame depends on (AV1 RTP specification, appendix A).
    DependencyDescriptor,
}

/// What both ends agree on in a section; every packet's payload type says which codec it is in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Negotiated {
    /// At least one, in the order in which they are to be used.
    pub codecs: Vec<Agreed>,
}

/// One codec that both ends know, its feedback cut down to what both understand.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Agreed {
    /// As offered, but for its feedback.
    pub codec: Codec,
    /// Its retransmissions, when offered.
    pub rtx: Option<Codec>,
}

/// Returns the codecs to use in `section`, or `None` when the device offers none that we take.
///
/// `None` means that the section is to be answered [`AnswerRole::Rejected`].
pub fn negotiate(section: &Section) -> Option<Negotiated> {
    let codecs = match section.kind {
        MediaKind::Audio => audio_codecs(section),
        MediaKind::Video => video_codecs(section),
        MediaKind::Application => return None,
    };
    (!codecs.is_empty()).then_some(Negotiated { codecs })
}

/// Opus, and before it the redundant form of it: a sender takes the first.
fn audio_codecs(section: &Section) -> Vec<Agreed> {
    let Some(opus) = find(section, CodecName::Opus, OPUS_CLOCK_RATE) else { return Vec::new() };
    let red = section.codecs.iter().find(|codec| {
        // `111/111`: the payload type of each generation (RFC 2198 §5).
        codec.name == CodecName::Red
            && codec.clock_rate == OPUS_CLOCK_RATE
            && !codec.fmtp.is_empty()
            && codec.fmtp.split('/').all(|pt| words::payload_type(pt) == Some(opus.pt))
    });
    red.into_iter().chain([opus]).map(|codec| agree(section, codec)).collect()
}

/// The first of each codec that can be forwarded, as the device prefers them.
fn video_codecs(section: &Section) -> Vec<Agreed> {
    let mut agreed: Vec<Agreed> = Vec::new();
    for codec in section.codecs.iter().filter(|codec| codec.is_forwarded_video()) {
        if !agreed.iter().any(|other| other.codec.name == codec.name) {
            agreed.push(agree(section, codec));
        }
    }
    agreed
}

fn find(section: &Section, name: CodecName, clock_rate: u32) -> Option<&Codec> {
    section.codecs.iter().find(|codec| codec.name == name && codec.clock_rate == clock_rate)
}

fn agree(section: &Section, codec: &Codec) -> Agreed {
    let mut codec = codec.clone();
    codec.feedback.retain(|feedback| understands(section, *feedback));
    // Without NACK nothing would ever be sent on the retransmission payload type.
    let rtx = codec.feedback.contains(&Feedback::Nack).then(|| {
        section.codecs.iter().find(|rtx| rtx.name == CodecName::Rtx && rtx.apt == Some(codec.pt))
    });
    let rtx = rtx.flatten().map(|rtx| Codec { feedback: Vec::new(), ..rtx.clone() });
    Agreed { codec, rtx }
}

/// Returns the header extensions to agree to in `section`, by the device's ids.
///
/// Ids over 14 need two-byte headers (RFC 8285 §4.3), which this server reads and never writes,
/// so they are left out, as is what the section's direction or kind has no use for.
pub fn negotiate_extensions(section: &Section) -> Vec<(u8, Extension)> {
    let mut agreed = section.extensions.clone();
    agreed.retain(|(id, extension)| *id <= MAX_ONE_BYTE_ID && is_wanted(section, *extension));
    agreed
}

impl Codec {
    /// Whether it is a form of a video codec that every device which knows the codec can decode.
    fn is_forwarded_video(&self) -> bool {
        let is_profile = |name, profile| self.parameter(name).is_none_or(|it| it == profile);
        let known = match self.name {
            CodecName::Vp8 => true,
            CodecName::Vp9 => is_profile("profile-id", "0"),
            CodecName::Av1 => is_profile("profile", "0"),
            CodecName::H264 => self.is_constrained_baseline(),
            CodecName::Opus | CodecName::Rtx | CodecName::Red | CodecName::Other => false,
        };
        known && self.clock_rate == VIDEO_CLOCK_RATE
    }

    /// H.264 in its simplest profile, its pictures cut into packets of any size (RFC 6184 §8.1).
    fn is_constrained_baseline(&self) -> bool {
        let profile = self.parameter("profile-level-id").and_then(|id| id.get(..4));
        let profile = profile.and_then(|profile| u16::from_str_radix(profile, 16).ok());
        let is_baseline =
            profile.is_some_and(|it| it >> 8 == BASELINE_PROFILE && it & CONSTRAINT_SET_1 != 0);
        is_baseline && self.parameter("packetization-mode") == Some("1")
    }
}

impl Direction {
    /// Whether the device sends.
    pub fn sends(self) -> bool {
        matches!(self, Self::SendOnly | Self::SendRecv)
    }

    /// Whether the device receives.
    pub fn receives(self) -> bool {
        matches!(self, Self::RecvOnly | Self::SendRecv)
    }
}

impl Negotiated {
    /// Whether packets that carry transport-wide numbers are reported.
    pub(crate) fn reports_transport(&self) -> bool {
        self.codecs.iter().any(|agreed| agreed.codec.feedback.contains(&Feedback::TransportCc))
    }
}

impl Extension {
    /// Returns the name that stands for it in SDP.
    pub fn uri(self) -> &'static str {
        match self {
            Self::Mid => "urn:ietf:params:rtp-hdrext:sdes:mid",
            Self::Rid => "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
            Self::RepairedRid => "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
            Self::AudioLevel => "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
            Self::TransportCc => {
                "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
            }
            Self::AbsSendTime => "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
            Self::VideoOrientation => "urn:3gpp:video-orientation",
            Self::DependencyDescriptor => {
                "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension"
            }
        }
    }

    fn from_uri(uri: &str) -> Option<Self> {
        EXTENSIONS.into_iter().find(|extension| extension.uri() == uri)
    }
}

impl Feedback {
    /// Returns its words after the payload type in `a=rtcp-fb`.
    fn as_sdp(self) -> &'static str {
        match self {
            Self::Nack => "nack",
            Self::NackPli => "nack pli",
            Self::Fir => "ccm fir",
            Self::TransportCc => "transport-cc",
            Self::Remb => "goog-remb",
        }
    }

    fn from_sdp(words: &str) -> Option<Self> {
        FEEDBACK.into_iter().find(|feedback| feedback.as_sdp() == words)
    }
}

fn understands(section: &Section, feedback: Feedback) -> bool {
    match feedback {
        Feedback::Nack | Feedback::NackPli | Feedback::Fir => section.kind == MediaKind::Video,
        Feedback::TransportCc => true,
        Feedback::Remb => false,
    }
}

fn is_wanted(section: &Section, extension: Extension) -> bool {
    let is_slot = section.direction == Direction::RecvOnly;
    match extension {
        Extension::Mid | Extension::TransportCc => true,
        Extension::AudioLevel => section.kind == MediaKind::Audio,
        Extension::VideoOrientation => section.kind == MediaKind::Video,
        Extension::Rid | Extension::RepairedRid => section.kind == MediaKind::Video && !is_slot,
        Extension::AbsSendTime | Extension::DependencyDescriptor => false,
    }
}

/// Longest offer, in bytes; Chromium needs 4.5 KB for each video section.
pub const MAX_OFFER_BYTES: usize = 64 * 1024;

/// Most m-lines of an offer, closed ones included.
pub const MAX_SECTIONS: usize = 64;

/// Highest id of a one-byte header extension (RFC 8285 §4.2).
const MAX_ONE_BYTE_ID: u8 = 14;

/// Ticks per second of Opus (RFC 7587 §4.1).
const OPUS_CLOCK_RATE: u32 = 48_000;

/// Ticks per second of every video codec here (RFC 3551 §5).
const VIDEO_CLOCK_RATE: u32 = 90_000;

/// `profile_idc` of Baseline (H.264 §A.2.1).
const BASELINE_PROFILE: u16 = 0x42;

/// `constraint_set1_flag`, which makes it Constrained Baseline (H.264 §A.2.1.1).
const CONSTRAINT_SET_1: u16 = 0x40;

const EXTENSIONS: [Extension; 8] = [
    Extension::Mid,
    Extension::Rid,
    Extension::RepairedRid,
    Extension::AudioLevel,
    Extension::TransportCc,
    Extension::AbsSendTime,
    Extension::VideoOrientation,
    Extension::DependencyDescriptor,
];

const FEEDBACK: [Feedback; 5] =
    [Feedback::Nack, Feedback::NackPli, Feedback::Fir, Feedback::TransportCc, Feedback::Remb];

#[cfg(test)]
mod tests;
