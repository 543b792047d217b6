//! Who is heard: levels come in with the packets, the order of voices is looked at every tick, and
//! whoever enters a slot is heard from the first syllable.

use std::time::{Duration, Instant};

use super::forward::{cached, slot_mut};
use super::receive::{layer_mut, track_mut};
use super::{Engine, Event};
use crate::batch::{Received, TrackTable};
use crate::call::{CallId, ParticipantId, Shown, Source};
use crate::format::Meaning;
use crate::gate::PeerKey;
use crate::peer::{Peer, Published};
use crate::rewrite::Incoming;
use crate::route::Carried;
use crate::rtp;
use crate::speakers::{MAX_VOICES, Ranking};
use crate::track::{LayerRef, SlotRef, Track, TrackKey};

/// One call: who is in it and who speaks.
#[derive(Default)]
pub(super) struct Room {
    /// In the order they came.
    pub(super) members: Vec<PeerKey>,
    pub(super) voices: Voices,
    /// Whose connection is weak, as everybody was told.
    pub(super) weak: Vec<ParticipantId>,
}

/// The microphones of a call.
#[derive(Default)]
pub(super) struct Voices {
    ranking: Ranking<TrackKey>,
    /// Who speaks, as everybody was told.
    told: Vec<ParticipantId>,
    told_at: Option<Instant>,
    /// Somebody has not been told yet.
    newcomer: bool,
}

impl Engine {
    /// Notes the level of an audio packet.
    pub(super) fn on_voice(&mut self, now: Instant, at: LayerRef, index: u64, carried: Carried) {
        if let Some(track) = track_mut(&mut self.tracks, at) {
            track.activity.on_packet(now, index, carried.audio_level);
        }
    }

    /// Takes the microphones of a participant into the order of its call.
    pub(super) fn rank_voices(&mut self, key: PeerKey, published: &[Published]) {
        let Some(call) = self.peers[key as usize].as_ref().map(|peer| peer.call) else { return };
        let Some(room) = self.calls.get_mut(&call) else { return };
        for published in published {
            let track = self.tracks.get(published.track as usize).and_then(Option::as_ref);
            if track.is_some_and(|track| track.shown.source == Source::Microphone) {
                room.voices.ranking.add(published.track);
            }
        }
    }

    /// Forgets a track that is no more.
    pub(super) fn unrank_voice(&mut self, call: CallId, key: TrackKey) {
        if let Some(room) = self.calls.get_mut(&call) {
            room.voices.ranking.remove(key);
        }
    }

    /// Sees to it that somebody who has just come hears who speaks.
    pub(super) fn retell_speakers(&mut self, call: CallId) {
        if let Some(room) = self.calls.get_mut(&call) {
            room.voices.newcomer = true;
        }
    }

    /// Puts the voices of every call in order, and tells what is new.
    pub(super) fn tick_voices(&mut self, now: Instant) {
        let mut moved = std::mem::take(&mut self.moved_calls);
        for (call, room) in &mut self.calls {
            if room.voices.update(now, &mut self.tracks) {
                moved.push(*call);
            }
            if let Some(speakers) = room.voices.news(now, &self.tracks) {
                self.events.push_back(Event::Speaking { call: *call, speakers });
            }
        }
        for call in moved.drain(..) {
            self.resolve_call_voices(now, call);
        }
        self.moved_calls = moved;
    }

    /// Everything that `peer` is to hear: the sound of screens, then the most prominent voices, no
    /// more than it has slots for.
    pub(super) fn voices_for(&self, peer: &Peer) -> Vec<(Shown, TrackKey)> {
        let slots = peer.slots.iter().filter(|slot| !slot.is_video && peer.permit.receives).count();
        let Some(room) = self.calls.get(&peer.call) else { return Vec::new() };
        let track = |key: TrackKey| {
            let track = self.tracks.get(key as usize)?.as_ref()?;
            let owner = self.peers.get(track.owner as usize)?.as_ref()?;
            (owner.is_for(peer) && owner.may_send(track)).then_some((track, key))
        };
        let others = room.members.iter().filter_map(|&key| self.peers[key as usize].as_ref());
        let screens = others
            .filter(|other| other.is_for(peer))
            .flat_map(|other| &other.published)
            .filter_map(|published| track(published.track))
            .filter(|(track, _)| track.shown.source == Source::ScreenAudio)
            .filter(|_| !peer.downlink.saves_data);
        let voices = room
            .voices
            .ranking
            .iter()
            .filter_map(track)
            .take(if peer.downlink.saves_data { SAVER_VOICES } else { MAX_VOICES });
        screens.chain(voices).take(slots).map(|(track, key)| (track.shown, key)).collect()
    }

    /// Switches every slot that waits for this voice, and sends what was said just before.
    pub(super) fn take_over_voice(&mut self, now: Instant, at: LayerRef, incoming: &Incoming) {
        let Some(layer) = layer_mut(&mut self.tracks, at) else { return };
        if layer.waiting.is_empty() {
            return;
        }
        let waiting = std::mem::take(&mut layer.waiting);
        let earliest = self.earliest(at, incoming);
        for to in waiting {
            let heard = self.stop_elsewhere(at, to);
            let Some(slot) = slot_mut(&mut self.peers, to) else { continue };
            let before = slot.current.replace(at);
            slot.target = None;
            let newly_live = !std::mem::replace(&mut slot.live, true);
            if let Some(old) = before.and_then(|before| layer_mut(&mut self.tracks, before)) {
                old.subscribers.retain(|subscriber| *subscriber != to);
            }
            if let Some(layer) = layer_mut(&mut self.tracks, at) {
                layer.subscribers.push(to);
            }
            // What this listener has heard in another slot is not said twice.
            let from = heard.map_or(earliest, |heard| earliest.max(heard + 1));
            self.pre_roll(now, at, to, from, incoming);
            self.counters.switches += 1;
            self.report_to(now, to);
            if newly_live {
                self.tell_slots(to.peer);
            }
        }
    }

    /// The packet with which a voice that is speaking is to begin in a slot.
    fn earliest(&self, at: LayerRef, incoming: &Incoming) -> u64 {
        let track = self.tracks.get(at.track as usize).and_then(Option::as_ref);
        let Some((track, onset)) = track.and_then(|track| Some((track, track.activity.onset()?)))
        else {
            return incoming.index;
        };
        let cache = track.layers.get(usize::from(at.layer)).and_then(|layer| layer.cache.as_ref());
        let oldest = (onset.saturating_sub(LEAD_IN_PACKETS))
            .max(incoming.index.saturating_sub(MAX_PRE_ROLL_PACKETS));
        (oldest..incoming.index)
            .find(|&index| {
                let header = cache.and_then(|cache| rtp::Header::parse(cache.get(index)?));
                header.is_some_and(|header| {
                    incoming.timestamp.wrapping_sub(header.timestamp) <= MAX_PRE_ROLL_TICKS
                })
            })
            .unwrap_or(incoming.index)
    }

    /// Ends this voice in every other slot of the same listener; returns the latest packet that it
    /// got of it.
    fn stop_elsewhere(&mut self, at: LayerRef, to: SlotRef) -> Option<u64> {
        let peer = self.peers.get_mut(to.peer as usize)?.as_mut()?;
        let mut heard = None;
        for (index, slot) in peer.slots.iter_mut().enumerate().filter(|(_, slot)| !slot.is_video) {
            heard = heard.max(slot.rewriter.last_of(at.tag()));
            if index != usize::from(to.slot) && slot.current == Some(at) {
                slot.current = None;
                let other = SlotRef { peer: to.peer, slot: u8::try_from(index).ok()? };
                if let Some(layer) = layer_mut(&mut self.tracks, at) {
                    layer.subscribers.retain(|subscriber| *subscriber != other);
                }
            }
        }
        heard
    }

    /// Begins the voice in a slot with the packets from `from` up to the one that has just come,
    /// which follows by itself.
    fn pre_roll(&mut self, now: Instant, at: LayerRef, to: SlotRef, from: u64, last: &Incoming) {
        let mut begun = false;
        for index in from..last.index {
            let Some((early, packet)) = self.cached_voice(at, index) else { continue };
            let Some(slot) = slot_mut(&mut self.peers, to) else { return };
            if !std::mem::replace(&mut begun, true) {
                slot.rewriter.switch(now, at.tag(), &early);
            }
            let outgoing = slot.rewriter.forward(now, &early);
            self.queue(to, at, packet, outgoing);
        }
        if let Some(slot) = slot_mut(&mut self.peers, to)
            && !begun
        {
            slot.rewriter.switch(now, at.tag(), last);
        }
    }

    /// Reads a packet of the recent past as it was read when it came.
    fn cached_voice(&self, at: LayerRef, index: u64) -> Option<(Incoming, Received)> {
        let track = self.tracks.get(at.track as usize)?.as_ref()?;
        let packet = track.layers.get(usize::from(at.layer))?.cache.as_ref()?.get(index)?;
        let payload_type = rtp::Header::parse(packet)?.payload_type;
        let Meaning::Media(format) = track.payload_types.meaning(payload_type)? else {
            return None;
        };
        let carried = self.peers[track.owner as usize].as_ref()?.extensions.carried(packet);
        let bytes = u16::try_from(packet.len()).unwrap_or(u16::MAX);
        Some((cached(index, format, packet)?, Received { index, format, carried, bytes }))
    }
}

impl Voices {
    /// The microphones, the most prominent first.
    pub(super) fn order(&self) -> impl Iterator<Item = TrackKey> {
        self.ranking.iter()
    }

    /// Puts a microphone in the place of another.
    pub(super) fn replace(&mut self, voice: TrackKey, by: TrackKey) {
        self.ranking.replace(voice, by);
    }

    /// Puts the voices in order; returns whether somebody else may be among those who are heard.
    fn update(&mut self, now: Instant, tracks: &mut TrackTable) -> bool {
        for key in self.ranking.iter() {
            if let Some(track) = tracks.get_mut(key as usize).and_then(Option::as_mut) {
                track.activity.poll(now);
            }
        }
        let prominence = |key| voice(tracks, key).map_or(0.0, |track| track.activity.prominence());
        // A listener is left out of its own order, so one place more counts.
        self.ranking.update(prominence).is_some_and(|place| place <= MAX_VOICES)
    }

    /// Who speaks, the most prominent first, if that is news and some time since the last.
    fn news(&mut self, now: Instant, tracks: &TrackTable) -> Option<Vec<ParticipantId>> {
        let due = self.told_at.is_none_or(|at| at + TELL_INTERVAL <= now);
        let speakers = || {
            let speaking = |track: &&Track| track.activity.is_speaking();
            let voices = self.ranking.iter().filter_map(|key| voice(tracks, key));
            voices.filter(speaking).map(|track| track.shown.participant).take(MAX_TOLD)
        };
        if !due || (!self.newcomer && speakers().eq(self.told.iter().copied())) {
            return None;
        }
        let speakers: Vec<ParticipantId> = speakers().collect();
        self.newcomer = false;
        self.told.clone_from(&speakers);
        self.told_at = Some(now);
        Some(speakers)
    }
}

fn voice(tracks: &TrackTable, key: TrackKey) -> Option<&Track> {
    tracks.get(key as usize)?.as_ref()
}

/// Of those who save data: one voice without repetitions takes about 60 kbit/s with its headers.
const SAVER_VOICES: usize = 1;

/// A word may begin before the sound is loud: an "f" is 20 dB below the vowel after it.
const LEAD_IN_PACKETS: u64 = 3;

/// What is sent again of the past, at most: 200 ms of the 48 kHz clock, longer than it takes to
/// notice that somebody speaks.
const MAX_PRE_ROLL_TICKS: u32 = 9_600;

/// The same in the shortest packets that browsers send, 10 ms.
const MAX_PRE_ROLL_PACKETS: u64 = 20;

/// Between two events about who speaks in a call.
const TELL_INTERVAL: Duration = Duration::from_millis(100);

/// Most speakers that are told of at a time.
const MAX_TOLD: usize = 8;
