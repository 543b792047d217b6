//! From an offer to an answer: what a participant will send, and its slots.
//!
//! An offer is first read and planned as a whole; only a plan without fault changes anything.

use std::time::Instant;

use rustc_hash::FxHashMap;

use super::Engine;
use super::feedback::CNAME;
use crate::call::{CallId, ParticipantId, Permit, SlotState, Source, SourceSection};
use crate::downlink::Downlink;
use crate::format::PayloadTypes;
use crate::gate::PeerKey;
use crate::identity::Credentials;
use crate::pacer::Class;
use crate::peer::{INITIAL_ROUND_TRIP, Liveness, Peer, Published, Stream, StreamKind};
use crate::quality::QualityWatch;
use crate::retransmission::RetransmissionBudget;
use crate::rewrite::Rewriter;
use crate::route::{PublisherExtensions, Route};
use crate::sdp::{
    AnswerParameters, AnswerRole, AnswerSection, Direction, Extension, MediaKind, Negotiated,
    Offer, OfferError, Section, Sound, negotiate, negotiate_extensions, write_answer,
};
use crate::seq;
use crate::slots::{Allotment, Choice, Slot};
use crate::track::{LayerRef, MAX_LAYERS, Track, TrackKey, clock_rate};
use crate::transport::{RemoteParameters, Transport, TransportError};
use crate::twcc::TwccRecorder;

/// What a participant gets for its offer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// SDP (RFC 8829).
    pub sdp: String,
    /// What the slots carry to begin with.
    pub slots: Vec<SlotState>,
}

/// Why an offer cannot be used; nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum OfferRefusal {
    /// The text is not an offer that this server takes.
    #[error(transparent)]
    Sdp(#[from] OfferError),
    /// A section that sends is not explained.
    #[error("section {0:?} sends, but `sources` does not say what: add an entry with this mid")]
    UnexplainedSection(String),
    /// A source names a section that is not there or does not fit.
    #[error("`sources` names section {0:?}, which the offer does not send, or not as this kind")]
    UnknownSection(String),
    /// Two sections claim the same source.
    #[error("{0:?} is sent in two sections: send it in one")]
    DuplicateSource(Source),
    /// More simulcast layers than are taken.
    #[error("section {0:?} has more than {MAX_LAYERS} simulcast layers: send fewer")]
    TooManyLayers(String),
    /// The certificate may not change within a call.
    #[error("the DTLS fingerprint changed: leave and join again")]
    FingerprintChanged,
    /// The engine is full.
    #[error("the media server is full: try again later")]
    Full,
    /// The participant is not here.
    #[error("there is no such participant: join the call first")]
    NoSuchParticipant,
    /// The transport could not be made.
    #[error("the transport could not be made: {0}")]
    Transport(#[from] TransportError),
}

/// What becomes of one section.
enum Plan<'a> {
    Refuse,
    Receive(Receive<'a>),
    Slot(Negotiated, Vec<(u8, Extension)>),
    /// Offered inactive: it keeps its place for a later offer.
    Idle(Negotiated, Vec<(u8, Extension)>),
}

struct Receive<'a> {
    source: &'a SourceSection,
    negotiated: Negotiated,
    extensions: Vec<(u8, Extension)>,
}

impl Engine {
    /// Takes a participant in; one of the same id that is here already is replaced.
    ///
    /// # Errors
    /// When the offer cannot be used or there is no room.
    pub fn join(
        &mut self,
        now: Instant,
        call: CallId,
        participant: ParticipantId,
        offer: &str,
        sources: &[SourceSection],
    ) -> Result<Answer, OfferRefusal> {
        self.take_in(now, call, participant, None, offer, sources)
    }

    pub(super) fn take_in(
        &mut self,
        now: Instant,
        call: CallId,
        participant: ParticipantId,
        beside: Option<ParticipantId>,
        offer: &str,
        sources: &[SourceSection],
    ) -> Result<Answer, OfferRefusal> {
        let offer = Offer::parse(offer)?;
        let plans = plan(&offer, sources)?;
        self.leave(now, participant);
        if self.config.max_participants <= self.by_participant.len() {
            return Err(OfferRefusal::Full);
        }
        let local = Credentials::generate(&self.identity);
        let remote = RemoteParameters {
            ice: Credentials { ufrag: offer.ice_ufrag.clone(), pwd: offer.ice_pwd.clone() },
            fingerprint: offer.fingerprint,
        };
        let transport = Transport::new(now, &self.identity, local, remote)?;
        let key = free_key(&mut self.peers);
        self.gate.add(key, &transport.local().ufrag);
        // Spreads numbers and probes over participants; nothing secret depends on it.
        let seed = (participant.0 ^ participant.0 >> 64) as u64;
        self.peers[key as usize] = Some(Peer {
            key,
            participant,
            beside,
            call,
            transport,
            remote_ufrag: offer.ice_ufrag.clone(),
            remote_fingerprint: offer.fingerprint,
            session_version: 0,
            published: Vec::new(),
            permit: Permit::default(),
            permit_revision: 0,
            extensions: PublisherExtensions::default(),
            streams: FxHashMap::default(),
            slots: Vec::new(),
            downlink: Downlink::new(now, seed),
            arrivals: TwccRecorder::new(),
            quality: QualityWatch::default(),
            media_ssrc: None,
            feedback_ssrc: self.random_u32(),
            round_trip: INITIAL_ROUND_TRIP,
            reported_at: now,
            liveness: Liveness::new(now),
            told: Vec::new(),
        });
        self.by_participant.insert(participant, key);
        self.calls.entry(call).or_default().members.push(key);
        self.ticked_at.get_or_insert(now);
        Ok(self.apply(now, key, &offer, &plans))
    }

    /// Takes another offer of a participant: more slots, other sources, or an ICE restart.
    ///
    /// # Errors
    /// When the offer cannot be used; what was agreed before stands.
    pub fn offer(
        &mut self,
        now: Instant,
        participant: ParticipantId,
        offer: &str,
        sources: &[SourceSection],
    ) -> Result<Answer, OfferRefusal> {
        let key = *self.by_participant.get(&participant).ok_or(OfferRefusal::NoSuchParticipant)?;
        let offer = Offer::parse(offer)?;
        let plans = plan(&offer, sources)?;
        let peer = self.peers[key as usize].as_mut().ok_or(OfferRefusal::NoSuchParticipant)?;
        if peer.remote_fingerprint != offer.fingerprint {
            return Err(OfferRefusal::FingerprintChanged);
        }
        if peer.remote_ufrag != offer.ice_ufrag {
            let local = Credentials::generate(&self.identity);
            let remote = Credentials { ufrag: offer.ice_ufrag.clone(), pwd: offer.ice_pwd.clone() };
            let ufrag = local.ufrag.clone();
            peer.transport.restart_ice(local, remote)?;
            self.gate.add_ufrag(key, &ufrag);
            peer.remote_ufrag.clone_from(&offer.ice_ufrag);
        }
        Ok(self.apply(now, key, &offer, &plans))
    }

    /// Puts a plan into effect and writes the answer.
    fn apply(&mut self, now: Instant, key: PeerKey, offer: &Offer, plans: &[Plan<'_>]) -> Answer {
        self.apply_sources(now, key, offer, plans);
        self.apply_slots(key, offer, plans);
        let call = self.peers[key as usize].as_ref().map(|peer| peer.call);
        if let Some(call) = call {
            self.resolve_call(now, call);
        }
        // A source that is new here may be one of which the device knows what was wanted before.
        self.tell_demand(key);
        let sdp = self.answer(key, offer, plans);
        let slots = self.peers[key as usize].as_ref().map(Peer::slot_states).unwrap_or_default();
        Answer { sdp, slots }
    }

    fn apply_sources(&mut self, now: Instant, key: PeerKey, offer: &Offer, plans: &[Plan<'_>]) {
        let Some(peer) = self.peers[key as usize].as_mut() else { return };
        let (participant, call) = (peer.seat(), peer.call);
        let old = std::mem::take(&mut peer.published);
        let mut published = Vec::new();
        for (section, receive) in receives(offer, plans) {
            let held = old
                .iter()
                .find(|p| p.mid == section.mid)
                .and_then(|p| Some((p.track, self.tracks[p.track as usize].as_mut()?)))
                .filter(|(_, track)| is_same(track, section, receive.source.source));
            let payload_types = PayloadTypes::new(&receive.negotiated);
            let track = if let Some((held, track)) = held {
                track.resize(&receive.source.layers);
                track.payload_types = payload_types;
                held
            } else {
                let track = Track::new(
                    now,
                    key,
                    participant,
                    receive.source.source,
                    payload_types,
                    &section.rids,
                    &receive.source.layers,
                );
                self.publish(track)
            };
            published.push(Published { track, mid: section.mid.clone(), payload_types });
        }
        for gone in old.iter().filter(|old| published.iter().all(|p| p.track != old.track)) {
            self.unpublish(call, gone.track);
        }
        if self.peers[key as usize].as_ref().is_some_and(|peer| peer.beside.is_none()) {
            self.rank_voices(key, &published);
        }
        let Some(peer) = self.peers[key as usize].as_mut() else { return };
        peer.streams.retain(|_, stream| published.iter().any(|p| p.track == stream.layer.track));
        for ((section, receive), published) in receives(offer, plans).zip(&published) {
            peer.extensions.learn(&receive.extensions);
            announce(peer, section, published, &mut self.tracks);
        }
        peer.published = published;
    }

    fn apply_slots(&mut self, key: PeerKey, offer: &Offer, plans: &[Plan<'_>]) {
        for (section, plan) in offer.sections.iter().zip(plans) {
            let Plan::Slot(negotiated, extensions) = plan else { continue };
            let route = Route::new(negotiated, extensions);
            let Some(peer) = self.peers[key as usize].as_mut() else { return };
            if let Some(slot) = peer.slots.iter_mut().find(|slot| slot.mid == section.mid) {
                slot.route = route;
                continue;
            }
            let slot = self.new_slot(section, route);
            if let Some(peer) = self.peers[key as usize].as_mut() {
                peer.slots.push(slot);
            }
        }
        if let Some(peer) = self.peers[key as usize].as_mut() {
            let reports = peer.slots.iter().any(|slot| slot.route.transport_sequence.is_some());
            peer.downlink.set_reports(reports);
        }
    }

    fn new_slot(&self, section: &Section, route: Route) -> Slot {
        let is_video = section.kind == MediaKind::Video;
        let source = if is_video { Source::Camera } else { Source::Microphone };
        let ssrc = self.random_u32();
        Slot {
            mid: section.mid.clone(),
            is_video,
            ssrc,
            rtx_ssrc: route.has_repair().then(|| self.random_u32()),
            rtx_index: u64::from(self.random_u32() & FIRST_INDEX_MASK) + seq::CYCLE,
            route,
            waiting_bytes: 0,
            rewriter: Rewriter::new(
                u64::from(self.random_u32() & FIRST_INDEX_MASK) + seq::CYCLE,
                clock_rate(source),
            ),
            budget: RetransmissionBudget::new(),
            choice: Choice::Auto,
            shown: None,
            current: None,
            target: None,
            targeted_at: None,
            ideal: None,
            track: None,
            allotment: Allotment::Whatever,
            is_shed: false,
            is_new: true,
            class: if is_video { Class::Grid } else { Class::Audio },
            live: false,
            paused: None,
            reported: None,
        }
    }

    fn answer(&mut self, key: PeerKey, offer: &Offer, plans: &[Plan<'_>]) -> String {
        let Some(peer) = self.peers[key as usize].as_mut() else { return String::new() };
        peer.session_version += 1;
        let mut pairs = [0_usize; 2];
        let sections: Vec<AnswerSection<'_>> = offer
            .sections
            .iter()
            .zip(plans)
            .map(|(section, plan)| AnswerSection {
                section,
                role: role(peer, section, plan, &mut pairs),
            })
            .collect();
        let parameters = AnswerParameters {
            ice: peer.transport.local(),
            fingerprint: self.identity.fingerprint(),
            candidates: &self.config.candidates,
            tcp_candidates: &self.config.tcp_candidates,
            session_version: peer.session_version,
            cname: CNAME,
        };
        write_answer(&parameters, &sections)
    }

    /// Gives a track a key. Keys go round, so that one is long forgotten when it is used again.
    fn publish(&mut self, track: Track) -> TrackKey {
        let len = self.tracks.len();
        let from = self.next_track;
        let free = (0..len).map(|at| (from + at) % len).find(|&at| self.tracks[at].is_none());
        let at = match free.filter(|_| MIN_TRACK_TABLE <= len) {
            Some(at) => at,
            None => {
                self.tracks.push(None);
                len
            }
        };
        self.tracks[at] = Some(track);
        self.next_track = at + 1;
        TrackKey::try_from(at).expect("bounded by max_participants")
    }

    fn random_u32(&self) -> u32 {
        let mut bytes = [0; 4];
        self.identity.fill_random(&mut bytes);
        // Zero is used as "nobody" in transport feedback.
        u32::from_be_bytes(bytes).max(1)
    }
}

/// Decides what becomes of each section.
fn plan<'a>(offer: &Offer, sources: &'a [SourceSection]) -> Result<Vec<Plan<'a>>, OfferRefusal> {
    for (at, source) in sources.iter().enumerate() {
        if sources[..at].iter().any(|other| other.source == source.source) {
            return Err(OfferRefusal::DuplicateSource(source.source));
        }
        let fits = |section: &&Section| {
            section.mid == source.mid
                && (section.kind == MediaKind::Video) == source.source.is_video()
                && section.kind != MediaKind::Application
                && section.direction != Direction::RecvOnly
        };
        if !offer.sections.iter().any(|section| fits(&section)) {
            return Err(OfferRefusal::UnknownSection(source.mid.clone()));
        }
    }
    offer.sections.iter().map(|section| plan_section(section, sources)).collect()
}

fn plan_section<'a>(
    section: &Section,
    sources: &'a [SourceSection],
) -> Result<Plan<'a>, OfferRefusal> {
    let Some(negotiated) = (!section.rejected).then(|| negotiate(section)).flatten() else {
        return Ok(Plan::Refuse);
    };
    if section.direction == Direction::RecvOnly {
        return Ok(Plan::Slot(negotiated, negotiate_extensions(section)));
    }
    if MAX_LAYERS < section.rids.len() {
        return Err(OfferRefusal::TooManyLayers(section.mid.clone()));
    }
    let source = sources.iter().find(|source| source.mid == section.mid);
    match (source, section.direction) {
        (Some(source), _) => {
            let extensions = negotiate_extensions(section);
            Ok(Plan::Receive(Receive { source, negotiated, extensions }))
        }
        (None, Direction::Inactive) => Ok(Plan::Idle(negotiated, negotiate_extensions(section))),
        (None, _) => Err(OfferRefusal::UnexplainedSection(section.mid.clone())),
    }
}

fn receives<'p, 'a>(
    offer: &'p Offer,
    plans: &'p [Plan<'a>],
) -> impl Iterator<Item = (&'p Section, &'p Receive<'a>)> {
    offer.sections.iter().zip(plans).filter_map(|(section, plan)| match plan {
        Plan::Receive(receive) => Some((section, receive)),
        Plan::Refuse | Plan::Slot(..) | Plan::Idle(..) => None,
    })
}

/// Whether a section still sends what `track` stands for.
fn is_same(track: &Track, section: &Section, source: Source) -> bool {
    let rids = track.layers.iter().filter(|layer| !layer.rid.is_empty()).count();
    track.shown.source == source
        && rids == section.rids.len()
        && track.layers.iter().all(|l| l.rid.is_empty() || section.rids.contains(&l.rid))
}

/// Files the SSRCs that an offer announces. With simulcast they are learnt from RIDs instead:
/// Firefox announces them without saying which layer is which.
fn announce(
    peer: &mut Peer,
    section: &Section,
    published: &Published,
    tracks: &mut [Option<Track>],
) {
    let Some(&ssrc) = section.ssrcs.first().filter(|_| section.rids.is_empty()) else { return };
    let Some(track) = tracks[published.track as usize].as_mut() else { return };
    if track.layers[0].ssrc == Some(ssrc) {
        return;
    }
    if let Some(before) = track.layers[0].ssrc {
        peer.streams.remove(&before);
    }
    track.layers[0].restart(ssrc);
    // Which of its formats a section uses, its first packet says.
    let Some((format, pair)) = published.payload_types.first() else { return };
    let layer = LayerRef { track: published.track, layer: 0 };
    let kind = StreamKind::Media(format);
    peer.streams.insert(ssrc, Stream { layer, kind, payload_type: pair.media });
    let repair = section.ssrc_groups.iter().find(|(primary, _)| *primary == ssrc);
    if let (Some(&(_, repair)), Some(payload_type)) = (repair, pair.repair) {
        let kind = StreamKind::Repair { media: pair.media };
        peer.streams.insert(repair, Stream { layer, kind, payload_type });
    }
}

/// Writes down one section's role; slots of the same position share a stream, so that the browser
/// plays their sound and picture in step.
fn role(peer: &Peer, section: &Section, plan: &Plan<'_>, pairs: &mut [usize; 2]) -> AnswerRole {
    let (codec, extensions) = match plan {
        Plan::Refuse => return AnswerRole::Rejected,
        Plan::Receive(receive) => (&receive.negotiated, &receive.extensions),
        Plan::Slot(codec, extensions) | Plan::Idle(codec, extensions) => (codec, extensions),
    };
    let (codec, extensions) = (codec.clone(), extensions.clone());
    let Some(slot) = peer.slots.iter().find(|slot| slot.mid == section.mid) else {
        let sound = match plan {
            Plan::Receive(receive) if receive.source.source == Source::ScreenAudio => Sound::Music,
            Plan::Receive(_) | Plan::Slot(..) | Plan::Idle(..) | Plan::Refuse => Sound::Speech,
        };
        return AnswerRole::Receive { codec, extensions, rids: section.rids.clone(), sound };
    };
    let pair = &mut pairs[usize::from(slot.is_video)];
    let stream = format!("pair-{pair}");
    *pair += 1;
    AnswerRole::Slot {
        codec,
        extensions,
        ssrc: slot.ssrc,
        rtx_ssrc: slot.rtx_ssrc,
        stream,
        track: format!("slot-{}", section.mid),
    }
}

fn free_key(peers: &mut Vec<Option<Peer>>) -> PeerKey {
    let at = peers.iter().position(Option::is_none).unwrap_or_else(|| {
        peers.push(None);
        peers.len() - 1
    });
    PeerKey::try_from(at).expect("bounded by max_participants")
}

/// Sequence numbers begin in the lower half of their range (RFC 3711 §3.3.1: so that the first wrap
/// cannot be lost before the receiver has synchronised).
const FIRST_INDEX_MASK: u32 = 0x7FFF;

/// Track keys are not used again before the table has at least this many places.
const MIN_TRACK_TABLE: usize = 1_024;
