//! What each subscriber's path takes, and which layers it gets for that.

use std::cmp::Reverse;
use std::time::{Duration, Instant};

use super::Engine;
use super::overload::BUSY;
use crate::allocation::{Picture, divide, least_bps, wanted_bps};
use crate::bwe::TransportFeedback;
use crate::call::{ParticipantId, PauseReason, Source};
use crate::gate::PeerKey;
use crate::pacer::Class;
use crate::peer::Peer;
use crate::slots::{Allotment, Slot};
use crate::track::{SlotRef, Track};

impl Engine {
    pub(super) fn on_transport_feedback(
        &mut self,
        now: Instant,
        key: PeerKey,
        feedback: &TransportFeedback<'_>,
    ) {
        let Some(peer) = self.peers[key as usize].as_mut() else { return };
        let is_news = peer.downlink.on_feedback(now, feedback);
        self.follow_repairs(now, key, feedback);
        if is_news {
            self.allocate(now, key);
        }
    }

    /// Gives a participant as little as possible from now on, one voice and no picture, or again what
    /// it wants.
    pub fn save_data(&mut self, now: Instant, participant: ParticipantId, on: bool) {
        let Some(key) = self.by_participant.get(&participant).copied() else { return };
        let Some(peer) = self.peers[key as usize].as_mut() else { return };
        if peer.downlink.saves_data != on {
            peer.downlink.save_data(on);
            self.resolve(now, key);
            self.tick_demand(now);
        }
    }

    /// Plans probes, and divides what the path takes anew from time to time.
    pub(super) fn tick_downlink(&mut self, now: Instant, key: PeerKey) {
        let Some(peer) = self.peers[key as usize].as_mut() else { return };
        if !peer.transport.is_connected() {
            return;
        }
        let downlink = &mut peer.downlink;
        if downlink.tick(now) && !std::mem::replace(&mut downlink.is_dirty, true) {
            self.dirty.push(key);
        }
        let is_due = downlink.allocated_at.is_none_or(|at| at + ALLOCATION_INTERVAL <= now);
        if is_due || downlink.overflowed.is_some() {
            self.allocate(now, key);
        }
    }

    /// Divides what the path to a subscriber takes among its pictures.
    pub(super) fn allocate(&mut self, now: Instant, key: PeerKey) {
        let mut changed = std::mem::take(&mut self.changed_slots);
        changed.clear();
        self.allot(now, key, &mut changed);
        let overflowed =
            self.peers[key as usize].as_mut().and_then(|peer| peer.downlink.overflowed.take());
        if let Some(slot) = overflowed {
            self.begin_anew(SlotRef { peer: key, slot });
        }
        for &slot in changed.iter().chain(&overflowed) {
            self.retarget(now, SlotRef { peer: key, slot });
        }
        if !changed.is_empty() {
            self.tell_slots(key);
            self.log_path(key, changed.len());
        }
        self.changed_slots = changed;
    }

    /// Writes down what each video slot may carry; those for which that is news go to `changed`.
    pub(super) fn allot(&mut self, now: Instant, key: PeerKey, changed: &mut Vec<u8>) {
        let speaker = self.speaker_for(key);
        let Self { peers, tracks, pictures, .. } = self;
        let Some(peer) = peers[key as usize].as_mut() else { return };
        peer.downlink.allocated_at = Some(now);
        let limit_bps = peer.downlink.pictures_bps(now);
        pictures.clear();
        for (at, slot) in (0..).zip(&mut peer.slots).filter(|(_, slot)| slot.is_video) {
            let track = slot.track.and_then(|key| tracks.get(key as usize)?.as_ref());
            let Some(track) = track.filter(|_| slot.paused != Some(PauseReason::NoCodec)) else {
                continue;
            };
            slot.class = class(track, speaker);
            if slot.is_shed {
                if std::mem::replace(&mut slot.allotment, BUSY) != BUSY {
                    changed.push(at);
                }
                continue;
            }
            pictures.push(slot.as_picture(now, at, track));
        }
        let wanted_bps = wanted_bps(pictures);
        let Some(limit_bps) = limit_bps else {
            return allow_everything(peer, changed);
        };
        // Who gets nothing has nothing to report, and nothing would ever be known.
        let is_unknown = !peer.downlink.is_sounded(now) && !peer.downlink.saves_data;
        let least_bps = if is_unknown { least_bps(pictures) } else { 0.0 };
        let limit_bps = limit_bps.max(least_bps);
        peer.downlink.set_wanted(now, wanted_bps);
        divide(peer.downlink.budget(now, limit_bps, pictures), pictures);
        peer.downlink.on_divided(now, pictures);
        let saves_data = peer.downlink.saves_data;
        let reason = if saves_data { PauseReason::DataSaver } else { PauseReason::Bandwidth };
        for picture in pictures {
            let slot = &mut peer.slots[usize::from(picture.slot)];
            slot.is_new &= picture.given.is_none();
            let allotment = picture.given.map_or(Allotment::Nothing(reason), Allotment::UpTo);
            if std::mem::replace(&mut slot.allotment, allotment) != allotment {
                changed.push(picture.slot);
            }
        }
    }

    fn log_path(&self, key: PeerKey, changed: usize) {
        let Some(peer) = self.peers[key as usize].as_ref() else { return };
        let participant = peer.participant.0;
        let report = peer.downlink.report();
        tracing::debug!(participant, changed, ?report, "pictures divided anew");
    }

    /// What a slot got is broken off: it goes on with a keyframe.
    fn begin_anew(&mut self, at: SlotRef) {
        let Some(mut peer) = self.peers[at.peer as usize].take() else { return };
        let live = peer.slots.get(usize::from(at.slot)).is_some_and(|slot| slot.live);
        self.unsubscribe(&mut peer, usize::from(at.slot));
        if let Some(slot) = peer.slots.get_mut(usize::from(at.slot)) {
            // Its last picture stays to be seen meanwhile.
            slot.live = live;
        }
        self.peers[at.peer as usize] = Some(peer);
    }

    /// Whose picture matters most to a subscriber: the most prominent voice but its own.
    fn speaker_for(&self, key: PeerKey) -> Option<ParticipantId> {
        let peer = self.peers[key as usize].as_ref()?;
        let room = self.calls.get(&peer.call)?;
        let mut voices = room.voices.order();
        let voice = voices.find_map(|track| {
            let track = self.tracks.get(track as usize)?.as_ref()?;
            (track.shown.participant != peer.seat()).then_some(track)
        });
        voice.map(|track| track.shown.participant)
    }
}

impl Slot {
    fn as_picture(&self, now: Instant, at: u8, track: &Track) -> Picture {
        let ideal = track.ideal_layer(self.tile_height());
        let before = match self.allotment {
            Allotment::Whatever => Some(ideal),
            Allotment::UpTo(layer) => Some(layer.min(ideal)),
            Allotment::Nothing(_) => None,
        };
        let importance = self.class as u8;
        Picture {
            slot: at,
            rank: (importance, Reverse(self.tile_height()), at),
            rates: track.rates(now, ideal),
            before,
            is_new: self.is_new,
            given: None,
        }
    }
}

fn allow_everything(peer: &mut Peer, changed: &mut Vec<u8>) {
    let pictures = (0..).zip(&mut peer.slots).filter(|(_, slot)| slot.is_video && !slot.is_shed);
    for (at, slot) in pictures {
        if std::mem::replace(&mut slot.allotment, Allotment::Whatever) != Allotment::Whatever {
            changed.push(at);
        }
    }
}

fn class(track: &Track, speaker: Option<ParticipantId>) -> Class {
    match track.shown.source {
        Source::Screen => Class::Screen,
        Source::Camera if Some(track.shown.participant) == speaker => Class::Speaker,
        Source::Camera | Source::Microphone | Source::ScreenAudio => Class::Grid,
    }
}

/// How often what a path takes is divided anew, feedback aside.
const ALLOCATION_INTERVAL: Duration = Duration::from_millis(100);
