//! What the payload of a packet is, as far as forwarding has to know.

use crate::sdp::{CodecName, Negotiated};
use crate::{vp8, vp9};

/// How a payload is coded.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Format {
    /// RFC 7587.
    Opus,
    /// Opus with repetitions (RFC 2198).
    Red,
    /// RFC 7741.
    Vp8,
    /// RFC 9628.
    Vp9,
    /// RFC 6184.
    H264,
    /// AOM's RTP payload format.
    Av1,
}

/// Which payload types a section uses, for each format.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct PayloadTypes {
    by_format: [Option<Pair>; FORMATS],
}

/// A payload type and that of its retransmissions.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Pair {
    pub(crate) media: u8,
    pub(crate) repair: Option<u8>,
}

/// What a payload type stands for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Meaning {
    Media(Format),
    /// Repeats media of this payload type (RFC 4588).
    Repair {
        media: u8,
    },
}

impl Format {
    pub(crate) fn is_video(self) -> bool {
        !matches!(self, Self::Opus | Self::Red)
    }

    /// Whether later pictures can do without the one that a packet belongs to, as far as its payload says.
    pub(crate) fn is_discardable(self, payload: &[u8]) -> bool {
        match self {
            Self::Vp8 => 0 < vp8::temporal_layer(payload),
            Self::Vp9 => 0 < vp9::temporal_layer(payload),
            Self::Opus | Self::Red | Self::H264 | Self::Av1 => false,
        }
    }

    fn of(name: CodecName) -> Option<Self> {
        match name {
            CodecName::Opus => Some(Self::Opus),
            CodecName::Red => Some(Self::Red),
            CodecName::Vp8 => Some(Self::Vp8),
            CodecName::Vp9 => Some(Self::Vp9),
            CodecName::H264 => Some(Self::H264),
            CodecName::Av1 => Some(Self::Av1),
            CodecName::Rtx | CodecName::Other => None,
        }
    }
}

impl PayloadTypes {
    pub(crate) fn new(negotiated: &Negotiated) -> Self {
        let mut types = Self::default();
        for agreed in &negotiated.codecs {
            let Some(format) = Format::of(agreed.codec.name) else { continue };
            let repair = agreed.rtx.as_ref().map(|rtx| rtx.pt);
            types.by_format[format as usize] = Some(Pair { media: agreed.codec.pt, repair });
        }
        types
    }

    /// The payload types of a format; `None` when the section does not know it.
    pub(crate) fn of(&self, format: Format) -> Option<Pair> {
        self.by_format[format as usize]
    }

    /// The format that senders take when there are several.
    pub(crate) fn first(&self) -> Option<(Format, Pair)> {
        PREFERRED.into_iter().find_map(|format| Some((format, self.of(format)?)))
    }

    /// What a packet of this payload type is.
    pub(crate) fn meaning(&self, payload_type: u8) -> Option<Meaning> {
        PREFERRED.into_iter().find_map(|format| {
            let pair = self.of(format)?;
            if pair.media == payload_type {
                return Some(Meaning::Media(format));
            }
            (pair.repair == Some(payload_type)).then_some(Meaning::Repair { media: pair.media })
        })
    }

    /// Whether lost packets can be asked for.
    pub(crate) fn has_repair(&self) -> bool {
        self.by_format.iter().flatten().any(|pair| pair.repair.is_some())
    }
}

/// All of them, the better before the plainer.
const PREFERRED: [Format; FORMATS] =
    [Format::Red, Format::Opus, Format::Vp8, Format::H264, Format::Vp9, Format::Av1];

const FORMATS: usize = 6;
