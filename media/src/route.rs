//! What was negotiated for one slot, compiled once so that no packet looks it up.

use crate::format::{Format, Pair, PayloadTypes};
use crate::rtp;
use crate::sdp::{Extension, Negotiated};

/// Everything about a subscriber's section that a forwarded packet needs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Route {
    payload_types: PayloadTypes,
    /// Id of the audio level extension on the subscriber's leg (RFC 6464).
    pub(crate) audio_level: Option<u8>,
    /// Id of the video orientation extension on the subscriber's leg (3GPP TS 26.114 §7.4.5).
    pub(crate) orientation: Option<u8>,
    /// Id of the transport-wide number on the subscriber's leg; only where it reports them.
    pub(crate) transport_sequence: Option<u8>,
}

/// Ids of the header extensions that a publisher sends; one mapping for all its sections, since
/// they share a transport (RFC 8843 §9.2).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct PublisherExtensions {
    pub(crate) mid: Option<u8>,
    pub(crate) rid: Option<u8>,
    pub(crate) repaired_rid: Option<u8>,
    pub(crate) transport_sequence: Option<u8>,
    pub(crate) audio_level: Option<u8>,
    pub(crate) orientation: Option<u8>,
}

/// The one-byte values that travel with a packet from leg to leg, whatever ids the legs use.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Carried {
    /// RFC 6464: voice activity and level.
    pub(crate) audio_level: Option<u8>,
    /// 3GPP TS 26.114: camera and rotation.
    pub(crate) orientation: Option<u8>,
}

impl Route {
    pub(crate) fn new(negotiated: &Negotiated, extensions: &[(u8, Extension)]) -> Self {
        Self {
            payload_types: PayloadTypes::new(negotiated),
            audio_level: id_of(extensions, Extension::AudioLevel),
            orientation: id_of(extensions, Extension::VideoOrientation),
            transport_sequence: id_of(extensions, Extension::TransportCc)
                .filter(|_| negotiated.reports_transport()),
        }
    }

    /// In which format a packet leaves, and under which payload types; `None` when the subscriber
    /// does not know its format. `plain_audio` leaves out what voices repeat.
    pub(crate) fn leaving(&self, format: Format, plain_audio: bool) -> Option<(Format, Pair)> {
        match (format, self.payload_types.of(format)) {
            (Format::Red, pair) if plain_audio || pair.is_none() => {
                Some((Format::Opus, self.payload_types.of(Format::Opus)?))
            }
            (_, pair) => Some((format, pair?)),
        }
    }

    /// The payload types of voices that repeat what went before, for a subscriber that knows both
    /// formats.
    pub(crate) fn redundant(&self) -> Option<Pair> {
        self.opus_payload_type().and_then(|_| self.payload_types.of(Format::Red))
    }

    /// Payload type of Opus, which redundant packets name inside.
    pub(crate) fn opus_payload_type(&self) -> Option<u8> {
        self.payload_types.of(Format::Opus).map(|pair| pair.media)
    }

    /// Payload type of what repeats pictures, in which padding travels too.
    pub(crate) fn repair_payload_type(&self) -> Option<u8> {
        self.payload_types.first().and_then(|(_, pair)| pair.repair)
    }

    /// Whether lost packets can be sent again.
    pub(crate) fn has_repair(&self) -> bool {
        self.payload_types.has_repair()
    }
}

impl PublisherExtensions {
    /// Adds what another section of the same transport negotiated.
    pub(crate) fn learn(&mut self, extensions: &[(u8, Extension)]) {
        let set = |field: &mut Option<u8>, extension| {
            *field = id_of(extensions, extension).or(*field);
        };
        set(&mut self.mid, Extension::Mid);
        set(&mut self.rid, Extension::Rid);
        set(&mut self.repaired_rid, Extension::RepairedRid);
        set(&mut self.transport_sequence, Extension::TransportCc);
        set(&mut self.audio_level, Extension::AudioLevel);
        set(&mut self.orientation, Extension::VideoOrientation);
    }

    /// Reads what is carried on from a publisher's packet.
    pub(crate) fn carried(&self, packet: &[u8]) -> Carried {
        let read = |id: Option<u8>| rtp::extension(packet, id?)?.first().copied();
        Carried { audio_level: read(self.audio_level), orientation: read(self.orientation) }
    }
}

fn id_of(extensions: &[(u8, Extension)], wanted: Extension) -> Option<u8> {
    extensions.iter().find(|(_, extension)| *extension == wanted).map(|(id, _)| *id)
}
