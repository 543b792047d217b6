//! Tells publishers which of their layers somebody looks at.

use std::time::Instant;

use super::{Engine, Event};
use crate::call::Wanted;
use crate::demand::Layers;
use crate::gate::PeerKey;
use crate::track::{LayerRef, Track};

impl Engine {
    /// Compares what is sent with what is looked at, and tells the publishers of a difference.
    pub(super) fn tick_demand(&mut self, now: Instant) {
        let mut wanted = std::mem::take(&mut self.wanted_layers);
        wanted.clear();
        wanted.resize(self.tracks.len(), 0);
        self.collect_demand(&mut wanted);
        let mut changed = std::mem::take(&mut self.changed_owners);
        for (track, wanted) in self.tracks.iter_mut().zip(&wanted) {
            let Some(track) = track.as_mut().filter(|track| track.is_video()) else { continue };
            if track.demand.update(now, *wanted) && changed.last() != Some(&track.owner) {
                changed.push(track.owner);
            }
        }
        for key in changed.drain(..) {
            self.tell_demand(key);
        }
        (self.wanted_layers, self.changed_owners) = (wanted, changed);
    }

    /// Tells a publisher the whole of what is wanted of it.
    pub(super) fn tell_demand(&mut self, key: PeerKey) {
        let Some(peer) = self.peers[key as usize].as_ref() else { return };
        let tracks = peer.published.iter().filter_map(|published| {
            self.tracks.get(published.track as usize)?.as_ref().filter(|track| track.is_video())
        });
        let wanted: Vec<Wanted> = tracks.map(Track::wanted).collect();
        let (call, participant) = (peer.call, peer.participant);
        if !wanted.is_empty() {
            self.events.push_back(Event::Wanted { call, participant, wanted });
        }
    }

    /// Marks every layer that a slot carries, waits for, or would carry if it were sent.
    fn collect_demand(&self, wanted: &mut [Layers]) {
        let slots = self.peers.iter().flatten().flat_map(|peer| &peer.slots);
        for slot in slots.filter(|slot| slot.is_video) {
            for LayerRef { track, layer } in
                [slot.current, slot.target, slot.ideal].into_iter().flatten()
            {
                if let Some(bits) = wanted.get_mut(track as usize) {
                    *bits |= 1 << layer;
                }
            }
        }
    }
}

impl Track {
    fn wanted(&self) -> Wanted {
        let sent = self.demand.sent();
        let rids = self.layers.iter().enumerate().filter(|(at, _)| sent & 1 << at != 0);
        Wanted {
            source: self.shown.source,
            rids: rids.map(|(_, layer)| layer.rid.clone()).filter(|rid| !rid.is_empty()).collect(),
            paused: sent == 0,
        }
    }
}
