//! Which source stands in which slot, and which of its layers.

use std::time::Instant;

use super::forward::slot_mut;
use super::receive::{layer_mut, track_mut};
use super::{Engine, Event};
use crate::call::PauseReason::Bandwidth;
use crate::call::{CallId, PauseReason, Shown, Source};
use crate::gate::PeerKey;
use crate::peer::Peer;
use crate::slots::{Allotment, Choice, Slot, assign_audio, assign_video};
use crate::track::{LayerRef, SlotRef, TrackKey};

impl Engine {
    /// Looks again at the slots of everybody in a call, after somebody came, went or published.
    pub(super) fn resolve_call(&mut self, now: Instant, call: CallId) {
        self.for_members(call, |engine, key| engine.resolve(now, key));
    }

    /// The same for what everybody hears, after the order of voices changed.
    pub(super) fn resolve_call_voices(&mut self, now: Instant, call: CallId) {
        self.for_members(call, |engine, key| engine.resolve_voices(now, key));
    }

    fn for_members(&mut self, call: CallId, mut act: impl FnMut(&mut Self, PeerKey)) {
        let members = self.calls.get(&call).map_or(0, |room| room.members.len());
        for at in 0..members {
            let key = self.calls.get(&call).and_then(|room| room.members.get(at)).copied();
            if let Some(key) = key {
                act(self, key);
            }
        }
    }

    /// Looks again at the slots of one participant.
    pub(super) fn resolve(&mut self, now: Instant, key: PeerKey) {
        let Some(peer) = self.peers[key as usize].as_ref() else { return };
        let sources = self.sources_for(peer);
        let shown = assign_pictures(&peer.slots, &sources);
        self.put(key, true, &shown, &sources);
        // Who is new in a slot is counted before anything is sent of it.
        let mut changed = std::mem::take(&mut self.changed_slots);
        changed.clear();
        self.allot(now, key, &mut changed);
        self.changed_slots = changed;
        self.retarget_all(now, key, true);
        self.resolve_voices(now, key);
    }

    fn resolve_voices(&mut self, now: Instant, key: PeerKey) {
        let Some(peer) = self.peers[key as usize].as_ref() else { return };
        let voices = self.voices_for(peer);
        let heard = assign_voices(&peer.slots, &voices);
        self.put(key, false, &heard, &voices);
        self.retarget_all(now, key, false);
        self.tell_slots(key);
    }

    /// Puts `shown` into the slots of one kind, one after the other.
    fn put(
        &mut self,
        key: PeerKey,
        is_video: bool,
        shown: &[Option<Shown>],
        sources: &[(Shown, TrackKey)],
    ) {
        let Some(peer) = self.peers[key as usize].as_mut() else { return };
        let mut shown = shown.iter().copied();
        for slot in peer.slots.iter_mut().filter(|slot| slot.is_video == is_video) {
            let shown = shown.next().flatten();
            slot.track = shown.and_then(|shown| find(sources, shown));
            if slot.shown != shown {
                slot.shown = shown;
                slot.live = false;
                slot.paused = None;
                slot.is_new = true;
                if slot.allotment != Allotment::Whatever {
                    // Nobody has seen it yet, so it has everything to gain.
                    slot.allotment = Allotment::Nothing(Bandwidth);
                }
            }
        }
    }

    fn retarget_all(&mut self, now: Instant, key: PeerKey, is_video: bool) {
        let Some(peer) = self.peers[key as usize].as_ref() else { return };
        // A keyframe that comes before the subscriber can get it would be wasted, and the next one
        // comes when the browser has lost its patience.
        if !peer.transport.is_connected() {
            return;
        }
        for slot in 0..peer.slots.len() {
            let at = SlotRef { peer: key, slot: u8::try_from(slot).expect("MAX_SECTIONS") };
            if slot_mut(&mut self.peers, at).is_some_and(|slot| slot.is_video == is_video) {
                self.retarget(now, at);
            }
        }
    }

    /// Everything that `peer` could receive, in the order the others came.
    fn sources_for(&self, peer: &Peer) -> Vec<(Shown, TrackKey)> {
        let room = self.calls.get(&peer.call);
        let room = room.filter(|_| peer.permit.receives);
        let others = room.iter().flat_map(|room| &room.members);
        others
            .filter_map(|&key| self.peers[key as usize].as_ref())
            .filter(|other| other.is_for(peer))
            .flat_map(|other| other.published.iter().map(move |published| (other, published)))
            .filter_map(|(other, published)| {
                let track = self.tracks.get(published.track as usize)?.as_ref()?;
                other.may_send(track).then_some((track.shown, published.track))
            })
            .collect()
    }

    /// Ends what a slot carries.
    fn silence(&mut self, at: SlotRef) {
        let Some(mut peer) = self.peers[at.peer as usize].take() else { return };
        self.unsubscribe(&mut peer, usize::from(at.slot));
        self.peers[at.peer as usize] = Some(peer);
    }

    /// Makes a slot carry the right layer of its track, from its next keyframe on.
    pub(super) fn retarget(&mut self, now: Instant, at: SlotRef) {
        let Some(slot) = slot_mut(&mut self.peers, at) else { return };
        let Some(key) = slot.track else {
            slot.paused = None;
            return self.silence(at);
        };
        let (height, allotment) = (slot.tile_height(), slot.allotment);
        let (current, target) = (slot.current, slot.target);
        let reference = LayerRef { track: key, layer: 0 };
        let Some(track) = track_mut(&mut self.tracks, reference) else { return };
        let is_known = |format| slot.route.leaving(format, false).is_some();
        let is_unknown = !track.format().is_none_or(is_known);
        slot.paused = if is_unknown { Some(PauseReason::NoCodec) } else { allotment.reason() };
        let (ideal, smallest) = (track.ideal_layer(height), track.smallest());
        if let Some(reason) = slot.paused {
            self.silence(at);
            // It should be there when the path takes more, so it counts as looked at.
            if let Some(slot) = slot_mut(&mut self.peers, at).filter(|_| reason == Bandwidth) {
                slot.ideal = Some(LayerRef { track: key, layer: smallest });
            }
            return;
        }
        let most = allotment.most().min(ideal);
        let wanted = LayerRef { track: key, layer: track.nearest_alive(most, now) };
        if let Some(slot) = slot_mut(&mut self.peers, at) {
            slot.ideal = Some(LayerRef { track: key, layer: ideal });
        }
        let next = if current == Some(wanted) { None } else { Some(wanted) };
        if target == next {
            return;
        }
        if let Some(layer) = target.and_then(|target| layer_mut(&mut self.tracks, target)) {
            layer.waiting.retain(|waiting| *waiting != at);
        }
        if let Some(slot) = slot_mut(&mut self.peers, at) {
            slot.target = next;
            slot.targeted_at = next.map(|_| now);
            slot.live |= next.is_none();
        }
        if let Some(layer) = next.and_then(|next| layer_mut(&mut self.tracks, next)) {
            layer.waiting.push(at);
            self.want_keyframe(wanted);
            self.ask_keyframes(now, key);
        }
    }

    /// Chooses layers again for everybody who watches a track.
    pub(super) fn tick_track(&mut self, now: Instant, key: TrackKey) {
        let first = LayerRef { track: key, layer: 0 };
        let Some(track) = track_mut(&mut self.tracks, first) else { return };
        if !track.is_video() {
            return;
        }
        let changed = track.alive_changed(now);
        for layer in &mut track.layers {
            if !layer.waiting.is_empty() {
                layer.want_keyframe();
            }
        }
        if changed {
            self.choose_layers(now, key);
        }
        self.ask_keyframes(now, key);
    }

    /// A layer that begins, or begins again, may be the better one for somebody.
    pub(super) fn on_layer_revived(&mut self, now: Instant, at: LayerRef) {
        if track_mut(&mut self.tracks, at).is_some_and(|track| track.is_video()) {
            self.choose_layers(now, at.track);
        }
    }

    fn choose_layers(&mut self, now: Instant, key: TrackKey) {
        let Some(track) = track_mut(&mut self.tracks, LayerRef { track: key, layer: 0 }) else {
            return;
        };
        let shown = track.shown;
        let watchers: Vec<SlotRef> = track
            .layers
            .iter()
            .flat_map(|l| l.subscribers.iter().chain(&l.waiting))
            .copied()
            .collect();
        for at in watchers {
            // A slot that is on its way to somebody else is not this track's to move.
            if slot_mut(&mut self.peers, at).is_some_and(|slot| slot.shown == Some(shown)) {
                self.retarget(now, at);
            }
        }
    }

    /// Ends what a slot carries and waits for.
    pub(super) fn unsubscribe(&mut self, peer: &mut Peer, slot: usize) {
        let at = SlotRef { peer: peer.key, slot: u8::try_from(slot).expect("MAX_SECTIONS") };
        let Some(slot) = peer.slots.get_mut(slot) else { return };
        if let Some(layer) = slot.current.take().and_then(|at| layer_mut(&mut self.tracks, at)) {
            layer.subscribers.retain(|subscriber| *subscriber != at);
        }
        if let Some(layer) = slot.target.take().and_then(|at| layer_mut(&mut self.tracks, at)) {
            layer.waiting.retain(|waiting| *waiting != at);
        }
        slot.ideal = None;
        slot.live = false;
    }

    /// Takes a track away; the slots that carried it are empty until they are resolved.
    pub(super) fn unpublish(&mut self, call: CallId, key: TrackKey) {
        self.unrank_voice(call, key);
        let Some(track) = self.tracks.get_mut(key as usize).and_then(Option::take) else { return };
        for layer in &track.layers {
            for &at in layer.subscribers.iter().chain(&layer.waiting) {
                let Some(slot) = slot_mut(&mut self.peers, at) else { continue };
                slot.current = slot.current.filter(|current| current.track != key);
                slot.target = slot.target.filter(|target| target.track != key);
                slot.ideal = slot.ideal.filter(|ideal| ideal.track != key);
            }
        }
        for slot in self.peers.iter_mut().flatten().flat_map(|peer| &mut peer.slots) {
            slot.track = slot.track.filter(|track| *track != key);
        }
    }

    /// Tells a participant what its slots carry, when that differs from what it knows.
    pub(super) fn tell_slots(&mut self, key: PeerKey) {
        let Some(peer) = self.peers[key as usize].as_mut() else { return };
        let slots = peer.slot_states();
        if slots == peer.told {
            return;
        }
        peer.told.clone_from(&slots);
        let (call, participant) = (peer.call, peer.participant);
        self.events.push_back(Event::Slots { call, participant, slots });
    }
}

/// Chooses what each video slot stands for.
fn assign_pictures(slots: &[Slot], sources: &[(Shown, TrackKey)]) -> Vec<Option<Shown>> {
    let cameras: Vec<Shown> = sources
        .iter()
        .map(|(shown, _)| *shown)
        .filter(|shown| shown.source == Source::Camera)
        .collect();
    let open: Vec<_> = of_kind(slots, true)
        .map(|slot| match slot.choice {
            Choice::Auto => Some(slot.shown),
            Choice::Wanted { .. } => None,
        })
        .collect();
    let mut video = assign_video(&open, &shown_in(slots, false), &cameras);
    for (assigned, slot) in video.iter_mut().zip(of_kind(slots, true)) {
        if let Choice::Wanted { show, .. } = slot.choice {
            *assigned = show.filter(|shown| find(sources, *shown).is_some());
        }
    }
    video
}

/// Chooses what each audio slot stands for.
fn assign_voices(slots: &[Slot], voices: &[(Shown, TrackKey)]) -> Vec<Option<Shown>> {
    let mut faces = shown_in(slots, true);
    for face in &mut faces {
        *face = face.filter(|shown| shown.source == Source::Camera);
    }
    let voices: Vec<Shown> = voices.iter().map(|(shown, _)| *shown).collect();
    assign_audio(&shown_in(slots, false), &faces, &voices)
}

fn of_kind(slots: &[Slot], is_video: bool) -> impl Iterator<Item = &Slot> {
    slots.iter().filter(move |slot| slot.is_video == is_video)
}

fn shown_in(slots: &[Slot], is_video: bool) -> Vec<Option<Shown>> {
    of_kind(slots, is_video).map(|slot| slot.shown).collect()
}

fn find(sources: &[(Shown, TrackKey)], shown: Shown) -> Option<TrackKey> {
    sources.iter().find(|(source, _)| *source == shown).map(|(_, key)| *key)
}
