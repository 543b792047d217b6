//! The forwarding unit of one shard: every call of the shard, its participants and their packets.
//!
//! A datagram goes `handle_datagram` → [`Gate`] → [`Transport`](crate::transport::Transport) → `receive` (track, layer) →
//! `forward` (slots) → [`Batch`] → [`Engine::poll_transmit`]. Decisions are made when a packet
//! comes; it is copied and sealed at the end of the turn, subscriber by subscriber.

mod demand;
mod downlink;
mod feedback;
mod forward;
mod negotiate;
mod overload;
mod permit;
mod quality;
mod receive;
mod repair;
mod resolve;
mod second;
mod voices;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use rustc_hash::FxHashMap;

use crate::allocation::Picture;
use crate::batch::Batch;
use crate::bwe::PathReport;
use crate::call::{CallId, ParticipantId, SlotState, Want, Wanted};
use crate::demand::Layers;
use crate::gate::{self, Gate, GateLimits, Kind, PeerKey, Rejected};
use crate::identity::Identity;
use crate::measure::{Measure, Measures, Sample};
use crate::overload::Overload;
use crate::path::{Path, Protocol};
use crate::peer::{LivenessChange, Peer, Stream};
use crate::quality::Quality;
use crate::repairs::Repair;
use crate::rtp;
use crate::slots::Choice;
use crate::stats::Counters;
use crate::track::{Track, TrackKey};
use crate::transport::TransportEvent;

use voices::Room;

pub use negotiate::{Answer, OfferRefusal};

/// What an engine is made with.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// Addresses under which the shard's port is reached over UDP, as candidates for the clients.
    pub candidates: Vec<SocketAddr>,
    /// The same over TCP; empty when nobody listens.
    pub tcp_candidates: Vec<SocketAddr>,
    /// Most participants of all calls together.
    pub max_participants: usize,
}

/// Every call of one shard.
///
/// The owner hands in datagrams and the time, then drains [`poll_transmit`](Self::poll_transmit)
/// and [`poll_event`](Self::poll_event), and comes back at [`poll_timeout`](Self::poll_timeout).
pub struct Engine {
    config: EngineConfig,
    identity: Arc<Identity>,
    gate: Gate,
    peers: Vec<Option<Peer>>,
    tracks: Vec<Option<Track>>,
    by_participant: FxHashMap<ParticipantId, PeerKey>,
    calls: FxHashMap<CallId, Room>,
    /// Reused by [`Self::tick_voices`].
    moved_calls: Vec<CallId>,
    /// Reused by [`Self::tick_demand`].
    wanted_layers: Vec<Layers>,
    changed_owners: Vec<PeerKey>,
    /// Reused by [`Self::allocate`].
    pictures: Vec<Picture>,
    changed_slots: Vec<u8>,
    /// Subscribers for whom something may leave now.
    dirty: Vec<PeerKey>,
    /// Subscribers for whom something may leave later, and when the first of it.
    held: Vec<PeerKey>,
    release_at: Option<Instant>,
    /// The time of the present turn.
    turn_at: Instant,
    /// STUN, DTLS and RTCP, which leave before media.
    control: VecDeque<(Path, Bytes)>,
    control_now: Bytes,
    events: VecDeque<Event>,
    batch: Batch,
    next_track: usize,
    /// Reused by whatever writes RTCP.
    rtcp: Vec<u8>,
    lost: Vec<u16>,
    missed_repairs: Vec<Repair>,
    ticked_at: Option<Instant>,
    media_at: Option<Instant>,
    /// When connections were last looked at.
    quality_at: Option<Instant>,
    /// Packets from addresses that nobody has proved that may still be looked at before the next
    /// tick.
    strays_left: u32,
    counters: Counters,
    overload: Overload,
    sample: Sample,
    measures: Measures,
}

/// A run of datagrams for one destination.
#[derive(Debug)]
pub struct Transmit<'a> {
    /// Where to.
    pub destination: Path,
    /// One datagram, or several of `segment_size` bytes of which the last may be shorter.
    pub contents: &'a [u8],
    /// Set when there are several: what to hand to `UDP_SEGMENT`.
    pub segment_size: Option<usize>,
}

/// Something that the owner should know.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Event {
    /// Media can flow.
    Connected {
        /// In which call.
        call: CallId,
        /// Whose.
        participant: ParticipantId,
    },
    /// Nothing has come for 3 s and more; the tile says "reconnecting".
    Silent {
        /// In which call.
        call: CallId,
        /// Whose.
        participant: ParticipantId,
    },
    /// Packets come again after [`Event::Silent`].
    Resumed {
        /// In which call.
        call: CallId,
        /// Whose.
        participant: ParticipantId,
    },
    /// The transport is gone for good; the participant was removed.
    Gone {
        /// In which call.
        call: CallId,
        /// Whose.
        participant: ParticipantId,
    },
    /// A second connection is the first one of its participant now, and bears its id; the earlier one
    /// goes on under the id of the second.
    Promoted {
        /// In which call.
        call: CallId,
        /// Whose.
        participant: ParticipantId,
        /// The id of the second connection.
        second: ParticipantId,
    },
    /// What a participant's slots carry changed.
    Slots {
        /// In which call.
        call: CallId,
        /// Whose slots.
        participant: ParticipantId,
        /// All of them.
        slots: Vec<SlotState>,
    },
    /// What of one's pictures somebody looks at; always all of them.
    Wanted {
        /// In which call.
        call: CallId,
        /// Whose pictures.
        participant: ParticipantId,
        /// Each of them.
        wanted: Vec<Wanted>,
    },
    /// Who speaks changed, or somebody came who has to be told.
    Speaking {
        /// In which call.
        call: CallId,
        /// The most prominent first; a few at most.
        speakers: Vec<ParticipantId>,
    },
    /// How well a participant is connected changed, for itself to know.
    Quality {
        /// In which call.
        call: CallId,
        /// Whose connection.
        participant: ParticipantId,
        /// How it is now.
        quality: Quality,
    },
    /// Whose connections are weak changed, or somebody came who has to be told.
    Weak {
        /// In which call.
        call: CallId,
        /// All of them.
        participants: Vec<ParticipantId>,
    },
}

/// A want that cannot be met.
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
pub enum WantRefusal {
    /// The participant is not here.
    #[error("there is no such participant: join the call first")]
    NoSuchParticipant,
    /// The offer has no such slot.
    #[error("the offer has no video slot with mid {0:?}: name a recvonly video section")]
    UnknownSlot(String),
}

impl Engine {
    /// Makes an engine without calls.
    pub fn new(now: Instant, config: EngineConfig, identity: Arc<Identity>) -> Self {
        Self {
            gate: Gate::new(GateLimits::default()),
            config,
            identity,
            peers: Vec::new(),
            tracks: Vec::new(),
            by_participant: FxHashMap::default(),
            calls: FxHashMap::default(),
            moved_calls: Vec::new(),
            wanted_layers: Vec::new(),
            changed_owners: Vec::new(),
            pictures: Vec::new(),
            changed_slots: Vec::new(),
            dirty: Vec::new(),
            held: Vec::new(),
            release_at: None,
            turn_at: now,
            control: VecDeque::new(),
            control_now: Bytes::new(),
            events: VecDeque::new(),
            batch: Batch::new(),
            next_track: 0,
            rtcp: Vec::new(),
            lost: Vec::new(),
            missed_repairs: Vec::new(),
            ticked_at: None,
            media_at: None,
            quality_at: None,
            strays_left: MAX_STRAYS_PER_TICK,
            counters: Counters::default(),
            overload: Overload::new(),
            sample: Sample::default(),
            measures: Measures::default(),
        }
    }

    /// Takes a participant out of its call; its tiles empty in the same turn.
    pub fn leave(&mut self, now: Instant, participant: ParticipantId) {
        if let Some(key) = self.by_participant.get(&participant).copied() {
            self.remove(now, key);
        }
    }

    /// Takes everybody out of a call.
    pub fn end(&mut self, now: Instant, call: CallId) {
        let members = self.calls.get(&call).map(|room| room.members.clone());
        for key in members.unwrap_or_default() {
            self.remove(now, key);
        }
    }

    /// Changes what a participant's video slots show; slots that are left out keep what they have.
    ///
    /// # Errors
    /// When the participant or a slot does not exist; then nothing has changed.
    pub fn want(
        &mut self,
        now: Instant,
        participant: ParticipantId,
        wants: &[Want],
    ) -> Result<(), WantRefusal> {
        let key = *self.by_participant.get(&participant).ok_or(WantRefusal::NoSuchParticipant)?;
        let peer = self.peers[key as usize].as_mut().ok_or(WantRefusal::NoSuchParticipant)?;
        let is_slot = |want: &Want| peer.slots.iter().any(|s| s.is_video && s.mid == want.mid);
        if let Some(unknown) = wants.iter().find(|want| !is_slot(want)) {
            return Err(WantRefusal::UnknownSlot(unknown.mid.clone()));
        }
        for want in wants {
            if let Some(slot) = peer.slots.iter_mut().find(|slot| slot.mid == want.mid) {
                slot.choice = Choice::Wanted { show: want.show, height: want.height };
            }
        }
        self.resolve(now, key);
        // Whoever is looked at again should know at once.
        self.tick_demand(now);
        // One who comes back after a cut says anew what it wants, and may have missed what is wanted.
        self.tell_demand(key);
        Ok(())
    }

    /// Takes in one datagram; `datagram` is decrypted in place.
    pub fn handle_datagram(&mut self, now: Instant, from: impl Into<Path>, datagram: &mut [u8]) {
        let from = from.into();
        self.turn_at = now;
        let route = match self.gate.classify(from, datagram) {
            Ok(route) => route,
            Err(Rejected::UnknownAddress) => return self.on_stray(now, from, datagram),
            Err(rejected) => return self.counters.reject(rejected),
        };
        let outcome = match route.kind {
            Kind::Stun => self.on_stun(now, route.peer, from, datagram),
            Kind::Dtls => self.on_dtls(now, route.peer, from, datagram),
            Kind::Rtp => self.on_rtp(now, route.peer, datagram),
            Kind::Rtcp => self.on_rtcp(now, route.peer, datagram),
        };
        if let Err(rejected) = outcome {
            self.counters.reject(rejected);
        }
    }

    /// Returns the next run to send, until there is none.
    pub fn poll_transmit(&mut self) -> Option<Transmit<'_>> {
        if let Some((destination, contents)) = self.control.pop_front() {
            self.control_now = contents;
            return Some(Transmit { destination, contents: &self.control_now, segment_size: None });
        }
        while let Some(&key) = self.dirty.first() {
            let destination = self.fill_run(key);
            if let Some(destination) = destination {
                // A reborrow that the loop above cannot see through.
                let (contents, segment_size) = self.batch.run();
                return Some(Transmit { destination, contents, segment_size });
            }
        }
        None
    }

    /// Returns the next event, until there is none.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// When to call [`handle_timeout`](Self::handle_timeout); `None` while there is nobody.
    pub fn poll_timeout(&self) -> Option<Instant> {
        if self.by_participant.is_empty() {
            return None;
        }
        self.release_at.into_iter().chain(self.next_tick()).min()
    }

    fn next_tick(&self) -> Option<Instant> {
        let (ticked_at, media_at) = (self.ticked_at?, self.media_at);
        let busy = media_at.is_some_and(|at| ticked_at.saturating_duration_since(at) < BUSY);
        Some(ticked_at + if busy { BUSY_TICK } else { IDLE_TICK })
    }

    /// Does what time alone brings: reports, retransmission requests, handshake repeats, silence.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.turn_at = now;
        self.release(now);
        if self.next_tick().is_some_and(|at| now < at) {
            return;
        }
        self.ticked_at = Some(now);
        self.strays_left = MAX_STRAYS_PER_TICK;
        for key in 0..self.peers.len() {
            let key = PeerKey::try_from(key).expect("bounded by max_participants");
            self.tick_transport(now, key);
            self.tick_feedback(now, key);
            self.tick_downlink(now, key);
        }
        for key in 0..self.tracks.len() {
            self.tick_track(now, TrackKey::try_from(key).expect("bounded by max_participants"));
        }
        self.tick_voices(now);
        self.tick_quality(now);
        self.tick_overload(now);
        self.tick_demand(now);
    }

    /// Follows the next packet on its way through, until it has left.
    pub fn sample(&mut self) {
        self.sample.arm(self.turn_at);
    }

    /// When the packet that [`sample`](Self::sample) asked for came, once after the run with it was
    /// handed out.
    pub fn take_sampled(&mut self) -> Option<Instant> {
        self.batch.take_sample().then(|| self.sample.finish()).flatten()
    }

    /// Returns the next measure, until there is none.
    pub fn poll_measure(&mut self) -> Option<Measure> {
        self.measures.pop()
    }

    /// What has been counted since the engine was made.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Whether somebody has proved to be at the far end of a path; the owner need not keep a
    /// connection open for anybody else.
    pub fn knows(&self, path: Path) -> bool {
        self.gate.owner(path).is_some()
    }

    /// What is known of the path down to a participant.
    pub fn path_report(&self, participant: ParticipantId) -> Option<PathReport> {
        let key = *self.by_participant.get(&participant)?;
        self.peers[key as usize].as_ref().map(|peer| peer.downlink.report())
    }

    /// How many participants there are.
    pub fn participants(&self) -> usize {
        self.by_participant.len()
    }

    fn on_stun(
        &mut self,
        now: Instant,
        key: PeerKey,
        from: Path,
        datagram: &[u8],
    ) -> Result<(), Rejected> {
        let Some(peer) = self.peers[key as usize].as_mut() else { return Ok(()) };
        peer.transport.handle_stun(now, from, datagram)?;
        self.gate.authenticated(key, from);
        let change = peer.liveness.on_check(now);
        self.tell_liveness(key, change);
        self.drain_transport(now, key);
        Ok(())
    }

    /// Takes a packet from an address that nobody has proved. A router may have given a device
    /// another port in the midst of its call, and the device learns of it from us alone: what only
    /// it can have sealed, and sealed last, says where it is now (as RFC 9146 §6 has it for DTLS).
    fn on_stray(&mut self, now: Instant, from: Path, datagram: &mut [u8]) {
        if let Some(outcome) = self.take_stray(now, from, datagram)
            && let Err(rejected) = outcome
        {
            self.counters.reject(rejected);
        }
    }

    /// `None` when the packet is nobody's; it is counted then.
    fn take_stray(
        &mut self,
        now: Instant,
        from: Path,
        datagram: &mut [u8],
    ) -> Option<Result<(), Rejected>> {
        let unknown = Some(Err(Rejected::UnknownAddress));
        let is_rtp = gate::kind(datagram) == Ok(Kind::Rtp) && from.protocol == Protocol::Udp;
        // Looking for the sender costs more than dropping: a flood gets so much of it and no more.
        let may_look = is_rtp && 0 < self.strays_left;
        let Some(ssrc) = may_look.then(|| rtp::ssrc(datagram)).flatten() else { return unknown };
        self.strays_left -= 1;
        let sender = self.peers.iter_mut().flatten().find(|peer| {
            peer.transport.is_connected() && peer.streams.get(&ssrc).is_some_and(Stream::is_media)
        });
        let Some(peer) = sender else { return unknown };
        let (key, layer) = (peer.key, peer.streams[&ssrc].layer);
        let opened = match peer.transport.open_rtp(datagram) {
            Ok(opened) => opened,
            Err(rejected) => return Some(Err(rejected)),
        };
        let highest = receive::layer_mut(&mut self.tracks, layer).and_then(|layer| layer.highest);
        if highest < Some(opened.index) {
            self.gate.authenticated(key, from);
            self.peers[key as usize].as_mut()?.transport.move_to(from);
        }
        Some(self.on_opened_rtp(now, key, opened, datagram))
    }

    fn on_dtls(
        &mut self,
        now: Instant,
        key: PeerKey,
        from: Path,
        datagram: &[u8],
    ) -> Result<(), Rejected> {
        let Some(peer) = self.peers[key as usize].as_mut() else { return Ok(()) };
        let outcome = peer.transport.handle_dtls(now, from, datagram);
        self.drain_transport(now, key);
        outcome
    }

    fn tick_transport(&mut self, now: Instant, key: PeerKey) {
        let Some(peer) = self.peers[key as usize].as_mut() else { return };
        if peer.transport.poll_timeout().is_some_and(|at| at <= now) {
            peer.transport.handle_timeout(now);
            self.drain_transport(now, key);
        }
        let Some(peer) = self.peers[key as usize].as_mut() else { return };
        let change = if peer.transport.is_connected() { peer.liveness.poll(now) } else { None };
        self.tell_liveness(key, change);
    }

    /// Moves what a transport wants sent and told into the engine's queues.
    fn drain_transport(&mut self, now: Instant, key: PeerKey) {
        let Some(peer) = self.peers[key as usize].as_mut() else { return };
        while let Some(transmit) = peer.transport.poll_transmit() {
            self.control.push_back(transmit);
        }
        let (call, participant) = (peer.call, peer.participant);
        let (mut connected, mut gone) = (false, false);
        while let Some(event) = peer.transport.poll_event() {
            match event {
                TransportEvent::Connected => {
                    connected = true;
                    self.events.push_back(Event::Connected { call, participant });
                }
                TransportEvent::Failed(_) | TransportEvent::PeerClosed => gone = true,
            }
        }
        if connected {
            self.retell_speakers(call);
            self.resolve(now, key);
        }
        if gone {
            self.remove(now, key);
            self.events.push_back(Event::Gone { call, participant });
        }
    }

    fn tell_liveness(&mut self, key: PeerKey, change: Option<LivenessChange>) {
        let Some(peer) = self.peers[key as usize].as_ref() else { return };
        let (call, participant) = (peer.call, peer.participant);
        match change {
            Some(LivenessChange::FellSilent) => {
                self.events.push_back(Event::Silent { call, participant });
            }
            Some(LivenessChange::Resumed) => {
                self.events.push_back(Event::Resumed { call, participant });
            }
            None => {}
        }
    }

    fn remove(&mut self, now: Instant, key: PeerKey) {
        let Some(mut peer) = self.peers[key as usize].take() else { return };
        self.gate.remove(key);
        self.by_participant.remove(&peer.participant);
        self.dirty.retain(|&dirty| dirty != key);
        self.held.retain(|&held| held != key);
        for slot in 0..peer.slots.len() {
            self.unsubscribe(&mut peer, slot);
        }
        for published in &peer.published {
            self.unpublish(peer.call, published.track);
        }
        let Some(room) = self.calls.get_mut(&peer.call) else { return };
        room.members.retain(|&member| member != key);
        if room.members.is_empty() {
            self.calls.remove(&peer.call);
        } else {
            self.resolve_call(now, peer.call);
        }
    }
}

/// How often time-driven work is looked at while media flows: the granularity of retransmission
/// requests and transport feedback.
const BUSY_TICK: Duration = Duration::from_millis(20);

/// The same while nobody sends: handshakes and silence can wait a little.
const IDLE_TICK: Duration = Duration::from_millis(100);

/// Packets from unproved addresses that are looked at in one tick: those of some devices whose
/// router has just changed its mind, and 2,500 a second of a flood.
const MAX_STRAYS_PER_TICK: u32 = 50;

/// Media counts as flowing for this long after a packet.
const BUSY: Duration = Duration::from_secs(1);
