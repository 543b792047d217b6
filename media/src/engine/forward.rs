//! From a layer to the slots that carry it: who gets the packet, under which numbers.

use std::mem;
use std::time::{Duration, Instant};

use super::Engine;
use super::receive::layer_mut;
use crate::batch::{Queued, QueuedKind, Received};
use crate::format::Format;
use crate::gate::PeerKey;
use crate::measure::Measure;
use crate::pacer::Class;
use crate::path::Path;
use crate::peer::Peer;
use crate::rewrite::{Incoming, Outgoing, Picture};
use crate::rtp;
use crate::slots::Slot;
use crate::stats::Counters;
use crate::track::{LayerRef, SlotRef};
use crate::vp8::PictureId;
use crate::{av1, h264, red, vp8, vp9};

impl Engine {
    /// Queues a packet for every slot that carries its layer, and moves slots that waited for it.
    pub(super) fn forward(
        &mut self,
        now: Instant,
        at: LayerRef,
        packet: Received,
        timestamp: u32,
        payload: &[u8],
    ) {
        let Some((incoming, starts)) = read(packet.index, timestamp, packet.format, payload) else {
            self.counters.unreadable += 1;
            return self.swallow(at, packet.index);
        };
        let is_voice = !packet.format.is_video();
        if is_voice {
            // Before the packet goes to the others, so that who changes places is not heard twice.
            self.take_over_voice(now, at, &incoming);
        }
        let Self { peers, tracks, dirty, counters, sample, .. } = self;
        let Some(layer) = layer_mut(tracks, at) else { return };
        if starts && !is_voice {
            layer.on_keyframe(now, incoming.index, timestamp);
        }
        let followed = sample.pick(now, layer.subscribers.len());
        for (which, &to) in layer.subscribers.iter().enumerate() {
            let Some(peer) = peers[to.peer as usize].as_mut() else { continue };
            let Some(slot) = peer.slots.get_mut(usize::from(to.slot)) else { continue };
            if slot.route.leaving(packet.format, false).is_none() {
                continue;
            }
            let Some(outgoing) = slot.rewriter.forward(now, &incoming) else { continue };
            let is_sampled = followed == Some(which);
            let queued = Queued { is_sampled, ..Queued::media(to, at, packet, outgoing) };
            enqueue(peer, queued, dirty, counters);
        }
        if !is_voice && starts && !layer.waiting.is_empty() {
            self.take_over(now, at, &incoming, packet);
        }
    }

    /// Switches every slot that waits for this layer: the packet is a keyframe.
    fn take_over(&mut self, now: Instant, at: LayerRef, incoming: &Incoming, packet: Received) {
        let Some(layer) = layer_mut(&mut self.tracks, at) else { return };
        let waiting = mem::take(&mut layer.waiting);
        for reference in waiting {
            let Some(slot) = slot_mut(&mut self.peers, reference) else { continue };
            let before = slot.current.replace(at);
            slot.target = None;
            let took = slot.targeted_at.take().map(|since| now.duration_since(since));
            let newly_live = !mem::replace(&mut slot.live, true);
            slot.rewriter.switch(now, at.tag(), incoming);
            let outgoing = slot.rewriter.forward(now, incoming);
            if let Some(old) = before.and_then(|before| layer_mut(&mut self.tracks, before)) {
                old.subscribers.retain(|subscriber| *subscriber != reference);
            }
            if let Some(layer) = layer_mut(&mut self.tracks, at) {
                layer.subscribers.push(reference);
            }
            self.queue(reference, at, packet, outgoing);
            self.catch_up(now, at, reference, packet);
            self.count_switch(before, at, took);
            self.report_to(now, reference);
            if newly_live {
                self.tell_slots(reference.peer);
            }
        }
    }

    fn count_switch(&mut self, before: Option<LayerRef>, at: LayerRef, took: Option<Duration>) {
        let counters = &mut self.counters;
        counters.switches += 1;
        match before.filter(|before| before.track == at.track) {
            Some(before) if before.layer < at.layer => counters.layers_raised += 1,
            Some(_) => counters.layers_lowered += 1,
            None => {}
        }
        if let Some(took) = took {
            self.measures.push(Measure::Switched { took });
        }
    }

    /// Forwards what overtook the keyframe's first packet on the way: it was not forwarded when it
    /// came, since the slot was not switched yet.
    fn catch_up(&mut self, now: Instant, at: LayerRef, to: SlotRef, packet: Received) {
        let after = packet.index;
        let highest = layer_mut(&mut self.tracks, at).and_then(|layer| layer.highest);
        let last = highest.unwrap_or(after).min(after + MAX_OVERTAKING);
        for index in after + 1..=last {
            let cache = layer_mut(&mut self.tracks, at).and_then(|layer| layer.cache.as_ref());
            let incoming = cache.and_then(|cache| cached(index, packet.format, cache.get(index)?));
            let Some((incoming, slot)) = incoming.zip(slot_mut(&mut self.peers, to)) else {
                continue;
            };
            let outgoing = slot.rewriter.forward(now, &incoming);
            self.queue(to, at, Received { index, ..packet }, outgoing);
        }
    }

    /// A packet that carries no media is not forwarded; the numbering closes over it.
    pub(super) fn swallow(&mut self, at: LayerRef, index: u64) {
        let Some(layer) = layer_mut(&mut self.tracks, at) else { return };
        for &subscriber in &layer.subscribers {
            if let Some(slot) = slot_mut(&mut self.peers, subscriber) {
                slot.rewriter.swallow(index);
            }
        }
    }

    pub(super) fn queue(
        &mut self,
        to: SlotRef,
        layer: LayerRef,
        packet: Received,
        outgoing: Option<Outgoing>,
    ) {
        let Some(outgoing) = outgoing else { return };
        self.push(to.peer, Queued::media(to, layer, packet, outgoing));
    }

    /// Queues one packet for the end of the turn.
    pub(super) fn push(&mut self, key: PeerKey, queued: Queued) {
        let Self { peers, dirty, counters, .. } = self;
        let Some(peer) = peers[key as usize].as_mut() else { return };
        enqueue(peer, queued, dirty, counters);
    }

    /// Makes the next run of the first dirty subscriber; returns where it goes, or `None` when
    /// there was nothing to make.
    pub(super) fn fill_run(&mut self, key: PeerKey) -> Option<Path> {
        let now = self.turn_at;
        let peer = self.peers.get_mut(key as usize).and_then(Option::as_mut);
        let sendable = peer.and_then(|peer| Some((peer.transport.selected()?, peer)));
        let Some((destination, peer)) = sendable else {
            self.dirty.swap_remove(0);
            return None;
        };
        peer.downlink.begin_run(now);
        let sent = self.batch.fill(now, peer, &self.tracks);
        self.counters.forwarded += sent as u64;
        if 0 < sent {
            if peer.downlink.is_at_rest() {
                // Once looked at is enough where nothing is left.
                peer.downlink.is_dirty = false;
                self.dirty.swap_remove(0);
            }
            return Some(destination);
        }
        let padded = self.batch.pad(now, peer);
        self.counters.padding += padded as u64;
        if 0 < padded {
            return Some(destination);
        }
        self.dirty.swap_remove(0);
        peer.downlink.is_dirty = false;
        self.hold(key);
        None
    }

    /// Notes when to come back to a subscriber for what may not leave yet.
    fn hold(&mut self, key: PeerKey) {
        let now = self.turn_at;
        let Some(peer) = self.peers[key as usize].as_mut() else { return };
        let release_at = peer.downlink.next_release(now);
        peer.downlink.release_at = release_at;
        let Some(at) = release_at else { return };
        self.release_at = Some(self.release_at.map_or(at, |soonest| soonest.min(at)));
        if !mem::replace(&mut peer.downlink.is_held, true) {
            self.held.push(key);
        }
    }

    /// Goes on with the subscribers for whom something may leave now.
    pub(super) fn release(&mut self, now: Instant) {
        if self.release_at.is_none_or(|at| now < at) {
            return;
        }
        self.release_at = None;
        let Self { peers, held, dirty, release_at, .. } = self;
        held.retain(|&key| {
            let Some(peer) = peers.get_mut(key as usize).and_then(Option::as_mut) else {
                return false;
            };
            let downlink = &mut peer.downlink;
            if let Some(at) = downlink.release_at.filter(|at| now < *at) {
                *release_at = Some(release_at.map_or(at, |soonest| soonest.min(at)));
                return true;
            }
            downlink.is_held = false;
            if downlink.release_at.take().is_some() && !mem::replace(&mut downlink.is_dirty, true) {
                dirty.push(key);
            }
            false
        });
    }
}

fn enqueue(peer: &mut Peer, queued: Queued, dirty: &mut Vec<PeerKey>, counters: &mut Counters) {
    if !peer.transport.is_connected() {
        return;
    }
    let Peer { key, downlink, slots, .. } = peer;
    let Some(slot) = slots.get_mut(usize::from(queued.slot)) else { return };
    // What follows a picture that had to go is of no use until the next keyframe.
    let is_useless = downlink.overflowed == Some(queued.slot);
    if is_useless || downlink.is_stuffed() {
        counters.overflowed += 1;
        return;
    }
    let class = if queued.kind == QueuedKind::Repair { Class::Repair } else { slot.class };
    slot.waiting_bytes += u32::from(queued.bytes);
    let dropped = downlink.push(class, queued);
    counters.dropped += dropped.len() as u64;
    for queued in &dropped {
        if let Some(slot) = slots.get_mut(usize::from(queued.slot)) {
            slot.waiting_bytes = slot.waiting_bytes.saturating_sub(u32::from(queued.bytes));
            slot.rewriter.forget(queued.outgoing.index);
        }
    }
    if !mem::replace(&mut downlink.is_dirty, true) {
        dirty.push(*key);
    }
}

/// Reads what has to be rewritten, and whether a receiver can begin here; `None` for a payload that is
/// not of its format.
fn read(index: u64, timestamp: u32, format: Format, payload: &[u8]) -> Option<(Incoming, bool)> {
    let numbers = |id: Option<PictureId>, tl0| Picture { id: id.map(|id| id.value), tl0 };
    let (picture, starts) = match format {
        Format::Opus => (None, true),
        Format::Red => red::primary(payload).map(|_| (None, true))?,
        Format::Vp8 => {
            let read = vp8::Descriptor::parse(payload)?;
            (Some(numbers(read.picture_id, read.tl0)), read.is_keyframe_start)
        }
        Format::Vp9 => {
            let read = vp9::Descriptor::parse(payload)?;
            (Some(numbers(read.picture_id, read.tl0)), read.is_keyframe_start)
        }
        Format::H264 => (Some(Picture::default()), h264::is_keyframe_start(payload)?),
        Format::Av1 => (Some(Picture::default()), av1::is_keyframe_start(payload)?),
    };
    Some((Incoming { index, timestamp, picture }, starts))
}

/// Reads a cached packet as it was read when it came.
pub(super) fn cached(index: u64, format: Format, packet: &[u8]) -> Option<Incoming> {
    let header = rtp::Header::parse(packet)?;
    let payload = packet.get(header.len..packet.len().checked_sub(header.padding)?)?;
    read(index, header.timestamp, format, payload).map(|(incoming, _)| incoming)
}

pub(super) fn slot_mut(peers: &mut [Option<Peer>], at: SlotRef) -> Option<&mut Slot> {
    peers.get_mut(at.peer as usize)?.as_mut()?.slots.get_mut(usize::from(at.slot))
}

/// Packets that may overtake the first of a keyframe.
const MAX_OVERTAKING: u64 = 64;
