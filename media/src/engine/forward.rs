//! From a layer to the slots that carry it: who gets the packet, under which numbers.

use std::net::SocketAddr;
use std::time::Instant;

use super::Engine;
use super::receive::{layer_mut, track_mut};
use crate::batch::Queued;
use crate::gate::PeerKey;
use crate::peer::Peer;
use crate::rewrite::{Incoming, Outgoing};
use crate::route::Carried;
use crate::rtp;
use crate::slots::Slot;
use crate::stats::Counters;
use crate::track::{LayerRef, SlotRef};
use crate::vp8;

impl Engine {
    /// Queues a packet for every slot that carries its layer, and moves slots that waited for it.
    pub(super) fn forward(
        &mut self,
        now: Instant,
        at: LayerRef,
        index: u64,
        timestamp: u32,
        payload: &[u8],
        carried: Carried,
    ) {
        let Self { peers, tracks, dirty, counters, .. } = self;
        let Some(track) = track_mut(tracks, at) else { return };
        let is_video = track.is_video();
        let vp8 = if is_video { vp8::Descriptor::parse(payload) } else { None };
        if is_video && vp8.is_none() {
            counters.unreadable += 1;
            return self.swallow(at, index);
        }
        let starts = vp8.as_ref().is_none_or(|descriptor| descriptor.is_keyframe_start);
        let incoming = Incoming { index, timestamp, vp8 };
        let layer = &track.layers[usize::from(at.layer)];
        for &to in &layer.subscribers {
            let Some(peer) = peers[to.peer as usize].as_mut() else { continue };
            let Some(slot) = peer.slots.get_mut(usize::from(to.slot)) else { continue };
            let Some(outgoing) = slot.rewriter.forward(now, &incoming) else { continue };
            let queued = Queued::media(to, at, index, outgoing, carried);
            enqueue(peer, queued, dirty, counters);
        }
        if starts && !layer.waiting.is_empty() {
            self.take_over(now, at, &incoming, carried);
        }
    }

    /// Switches every slot that waits for this layer: the packet is a keyframe, or audio, which
    /// any packet can begin.
    fn take_over(&mut self, now: Instant, at: LayerRef, incoming: &Incoming, carried: Carried) {
        let Some(layer) = layer_mut(&mut self.tracks, at) else { return };
        let waiting = std::mem::take(&mut layer.waiting);
        for reference in waiting {
            let Some(slot) = slot_mut(&mut self.peers, reference) else { continue };
            let before = slot.current.replace(at);
            slot.target = None;
            let newly_live = !std::mem::replace(&mut slot.live, true);
            slot.rewriter.switch(now, tag(at), incoming);
            let outgoing = slot.rewriter.forward(now, incoming);
            if let Some(old) = before.and_then(|before| layer_mut(&mut self.tracks, before)) {
                old.subscribers.retain(|subscriber| *subscriber != reference);
            }
            if let Some(layer) = layer_mut(&mut self.tracks, at) {
                layer.subscribers.push(reference);
            }
            self.queue(reference, at, incoming.index, outgoing, carried);
            self.catch_up(now, at, reference, incoming.index, carried);
            self.counters.switches += 1;
            self.report_to(now, reference);
            if newly_live {
                self.tell_slots(reference.peer);
            }
        }
    }

    /// Forwards what overtook the keyframe's first packet on the way: it was not forwarded when it
    /// came, since the slot was not switched yet.
    fn catch_up(&mut self, now: Instant, at: LayerRef, to: SlotRef, after: u64, carried: Carried) {
        let highest = layer_mut(&mut self.tracks, at).and_then(|layer| layer.highest);
        let last = highest.unwrap_or(after).min(after + MAX_OVERTAKING);
        for index in after + 1..=last {
            let cache = layer_mut(&mut self.tracks, at).and_then(|layer| layer.cache.as_ref());
            let incoming = cache.and_then(|cache| incoming(index, cache.get(index)?));
            let Some((incoming, slot)) = incoming.zip(slot_mut(&mut self.peers, to)) else {
                continue;
            };
            let outgoing = slot.rewriter.forward(now, &incoming);
            self.queue(to, at, index, outgoing, carried);
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

    fn queue(
        &mut self,
        to: SlotRef,
        layer: LayerRef,
        index: u64,
        outgoing: Option<Outgoing>,
        carried: Carried,
    ) {
        let Some(outgoing) = outgoing else { return };
        self.push(to.peer, Queued::media(to, layer, index, outgoing, carried));
    }

    /// Queues one packet for the end of the turn.
    pub(super) fn push(&mut self, key: PeerKey, queued: Queued) {
        let Self { peers, dirty, counters, .. } = self;
        let Some(peer) = peers[key as usize].as_mut() else { return };
        enqueue(peer, queued, dirty, counters);
    }

    /// Makes the next run of the first dirty subscriber; returns where it goes, or `None` when
    /// there was nothing to make.
    pub(super) fn fill_run(&mut self, key: PeerKey) -> Option<SocketAddr> {
        let from = self.sent_of_first;
        let peer = self.peers.get_mut(key as usize).and_then(Option::as_mut);
        let Some((destination, peer)) =
            peer.and_then(|peer| Some((peer.transport.selected()?, peer)))
        else {
            self.finish_first();
            return None;
        };
        let next = self.batch.fill(peer, from, &self.tracks);
        let queued = peer.queue.len();
        self.counters.forwarded += (next - from) as u64;
        self.sent_of_first = next;
        let made = !self.batch.run().0.is_empty();
        if !made || queued <= next {
            self.finish_first();
        }
        made.then_some(destination)
    }

    fn finish_first(&mut self) {
        let key = self.dirty.swap_remove(0);
        self.sent_of_first = 0;
        if let Some(peer) = self.peers[key as usize].as_mut() {
            peer.queue.clear();
        }
    }
}

fn enqueue(peer: &mut Peer, queued: Queued, dirty: &mut Vec<PeerKey>, counters: &mut Counters) {
    if !peer.transport.is_connected() {
        return;
    }
    if MAX_QUEUE <= peer.queue.len() {
        counters.overflowed += 1;
        return;
    }
    if peer.queue.is_empty() {
        dirty.push(peer.key);
    }
    peer.queue.push(queued);
}

/// Reads a cached VP8 packet as it was read when it came.
fn incoming(index: u64, packet: &[u8]) -> Option<Incoming> {
    let header = rtp::Header::parse(packet)?;
    let payload = packet.get(header.len..packet.len().checked_sub(header.padding)?)?;
    let vp8 = Some(vp8::Descriptor::parse(payload)?);
    Some(Incoming { index, timestamp: header.timestamp, vp8 })
}

pub(super) fn slot_mut(peers: &mut [Option<Peer>], at: SlotRef) -> Option<&mut Slot> {
    peers.get_mut(at.peer as usize)?.as_mut()?.slots.get_mut(usize::from(at.slot))
}

/// Names a layer in a rewriter's memory.
pub(super) fn tag(at: LayerRef) -> u32 {
    at.track << TAG_LAYER_BITS | u32::from(at.layer)
}

/// The layer that [`tag`] named.
pub(super) fn untag(tag: u32) -> LayerRef {
    LayerRef { track: tag >> TAG_LAYER_BITS, layer: (tag & ((1 << TAG_LAYER_BITS) - 1)) as u8 }
}

/// Enough for [`crate::track::MAX_LAYERS`].
const TAG_LAYER_BITS: u32 = 3;

/// Packets that may overtake the first of a keyframe.
const MAX_OVERTAKING: u64 = 64;

/// Most packets that one subscriber gets in one turn; a turn is one drain of the socket.
const MAX_QUEUE: usize = 1_024;
