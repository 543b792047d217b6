//! The words of the wire in those of the engine, and back.

use palabre_media::quality::Quality;
use palabre_media::{Event, OfferRefusal, WantRefusal, call as media};
use palabre_signaling::call::Permit;
use palabre_signaling::wire;
use uuid::Uuid;

use super::{MediaFailure, ShardEvent};

pub(super) fn call_to_media(call: wire::CallId) -> media::CallId {
    media::CallId(call.0.as_u128())
}

pub(super) fn participant_to_media(participant: wire::ParticipantId) -> media::ParticipantId {
    media::ParticipantId(participant.0.as_u128())
}

pub(super) fn permit_to_media(permit: Permit) -> media::Permit {
    let Permit { sends: wire::Sending { microphone, camera, screen }, receives } = permit;
    media::Permit { microphone, camera, screen, receives }
}

pub(super) fn sources_to_media(sources: Vec<wire::SourceSection>) -> Vec<media::SourceSection> {
    let section = |section: wire::SourceSection| media::SourceSection {
        mid: section.mid,
        source: source_to_media(section.source),
        layers: section.layers.into_iter().map(layer_to_media).collect(),
    };
    sources.into_iter().map(section).collect()
}

pub(super) fn wants_to_media(wants: Vec<wire::Want>) -> Vec<media::Want> {
    let want = |want: wire::Want| media::Want {
        mid: want.mid,
        show: want.show.map(|shown| media::Shown {
            participant: participant_to_media(shown.participant),
            source: source_to_media(shown.source),
        }),
        width: want.width,
        height: want.height,
    };
    wants.into_iter().map(want).collect()
}

pub(super) fn slots_to_wire(slots: Vec<media::SlotState>) -> Vec<wire::Slot> {
    let slot = |slot: media::SlotState| wire::Slot {
        mid: slot.mid,
        shown: slot.shown.map(|shown| wire::Shown {
            participant: participant_to_wire(shown.participant),
            source: source_to_wire(shown.source),
        }),
        live: slot.live,
        paused: slot.paused.map(pause_to_wire),
    };
    slots.into_iter().map(slot).collect()
}

impl From<Event> for ShardEvent {
    fn from(event: Event) -> Self {
        match event {
            Event::Connected { call, participant } => Self::Connected {
                call: call_to_wire(call),
                participant: participant_to_wire(participant),
            },
            Event::Silent { call, participant } => Self::Silent {
                call: call_to_wire(call),
                participant: participant_to_wire(participant),
            },
            Event::Resumed { call, participant } => Self::Resumed {
                call: call_to_wire(call),
                participant: participant_to_wire(participant),
            },
            Event::Gone { call, participant } => Self::Gone {
                call: call_to_wire(call),
                participant: participant_to_wire(participant),
            },
            Event::Promoted { call, participant, second } => Self::Promoted {
                call: call_to_wire(call),
                participant: participant_to_wire(participant),
                second: participant_to_wire(second),
            },
            Event::Slots { call, participant, slots } => Self::Slots {
                call: call_to_wire(call),
                participant: participant_to_wire(participant),
                slots: slots_to_wire(slots),
            },
            Event::Wanted { call, participant, wanted } => Self::Wanted {
                call: call_to_wire(call),
                participant: participant_to_wire(participant),
                sources: wanted.into_iter().map(wanted_to_wire).collect(),
            },
            Event::Speaking { call, speakers } => Self::Speaking {
                call: call_to_wire(call),
                speakers: speakers.into_iter().map(participant_to_wire).collect(),
            },
            Event::Quality { call, participant, quality } => Self::Quality {
                call: call_to_wire(call),
                participant: participant_to_wire(participant),
                quality: quality_to_wire(quality),
            },
            Event::Weak { call, participants } => Self::Weak {
                call: call_to_wire(call),
                participants: participants.into_iter().map(participant_to_wire).collect(),
            },
        }
    }
}

impl From<OfferRefusal> for MediaFailure {
    fn from(refusal: OfferRefusal) -> Self {
        match refusal {
            OfferRefusal::UnknownSection(mid) => Self::UnknownSection(mid),
            OfferRefusal::Full => Self::Full,
            OfferRefusal::NoSuchParticipant => Self::Unavailable,
            OfferRefusal::Transport(error) => {
                tracing::error!(%error, "transport not made");
                Self::Unavailable
            }
            refusal @ (OfferRefusal::Sdp(_)
            | OfferRefusal::UnexplainedSection(_)
            | OfferRefusal::DuplicateSource(_)
            | OfferRefusal::TooManyLayers(_)
            | OfferRefusal::FingerprintChanged) => Self::BadOffer(refusal.to_string()),
        }
    }
}

impl From<WantRefusal> for MediaFailure {
    fn from(refusal: WantRefusal) -> Self {
        match refusal {
            WantRefusal::NoSuchParticipant => Self::Unavailable,
            WantRefusal::UnknownSlot(mid) => Self::UnknownSection(mid),
        }
    }
}

fn call_to_wire(call: media::CallId) -> wire::CallId {
    wire::CallId(Uuid::from_u128(call.0))
}

fn participant_to_wire(participant: media::ParticipantId) -> wire::ParticipantId {
    wire::ParticipantId(Uuid::from_u128(participant.0))
}

fn pause_to_wire(reason: media::PauseReason) -> wire::PauseReason {
    match reason {
        media::PauseReason::NoCodec => wire::PauseReason::NoCodec,
        media::PauseReason::Bandwidth => wire::PauseReason::Bandwidth,
        media::PauseReason::DataSaver => wire::PauseReason::DataSaver,
        media::PauseReason::Busy => wire::PauseReason::Busy,
    }
}

fn wanted_to_wire(wanted: media::Wanted) -> wire::WantedSource {
    let media::Wanted { source, rids, paused } = wanted;
    wire::WantedSource { source: source_to_wire(source), rids, paused }
}

fn quality_to_wire(quality: Quality) -> wire::Quality {
    let Quality { is_weak, loss_down, loss_up, round_trip, .. } = quality;
    wire::Quality {
        weak: is_weak,
        loss_down_percent: loss_down,
        loss_up_percent: loss_up,
        round_trip_ms: u32::try_from(round_trip.as_millis()).unwrap_or(u32::MAX),
        path_kbps: quality.path_kbps,
        wanted_kbps: quality.wanted_kbps,
        given_kbps: quality.given_kbps,
    }
}

fn layer_to_media(layer: wire::Layer) -> media::LayerSize {
    media::LayerSize { rid: layer.rid, width: layer.width, height: layer.height }
}

fn source_to_media(source: wire::Source) -> media::Source {
    match source {
        wire::Source::Microphone => media::Source::Microphone,
        wire::Source::Camera => media::Source::Camera,
        wire::Source::Screen => media::Source::Screen,
        wire::Source::ScreenAudio => media::Source::ScreenAudio,
    }
}

fn source_to_wire(source: media::Source) -> wire::Source {
    match source {
        media::Source::Microphone => wire::Source::Microphone,
        media::Source::Camera => wire::Source::Camera,
        media::Source::Screen => wire::Source::Screen,
        media::Source::ScreenAudio => wire::Source::ScreenAudio,
    }
}
