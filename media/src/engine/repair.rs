//! What subscribers missed: it is sent again, and where that does not help a keyframe is asked for.

use std::time::{Duration, Instant};

use super::Engine;
use super::forward::cached;
use super::receive::track_mut;
use crate::batch::{Queued, QueuedKind};
use crate::bwe::TransportFeedback;
use crate::format::Meaning;
use crate::gate::PeerKey;
use crate::peer::Peer;
use crate::repairs::Repair;
use crate::route::Carried;
use crate::rtp;
use crate::track::{LayerRef, SlotRef};

impl Engine {
    /// Goes on with packets that were sent again and did not come, as far as transport feedback tells.
    pub(super) fn follow_repairs(
        &mut self,
        now: Instant,
        key: PeerKey,
        feedback: &TransportFeedback<'_>,
    ) {
        let Some(peer) = self.peers[key as usize].as_mut() else { return };
        let Peer { downlink, slots, .. } = peer;
        let mut missed = std::mem::take(&mut self.missed_repairs);
        missed.clear();
        downlink.repeated.on_feedback(feedback, |repair, has_come| {
            let Some(slot) = slots.get_mut(usize::from(repair.slot)) else { return };
            if has_come {
                slot.budget.on_came(now, repair.sequence);
            } else if slot.budget.on_lost(repair.sequence) {
                missed.push(repair);
            }
        });
        for &Repair { slot, sequence } in &missed {
            self.repeat(now, SlotRef { peer: key, slot }, sequence);
        }
        self.missed_repairs = missed;
    }

    /// Queues a packet again that a subscriber missed, if it is still there and the budget allows.
    pub(super) fn repeat(&mut self, now: Instant, at: SlotRef, sequence: u16) {
        let Some(peer) = self.peers[at.peer as usize].as_mut() else { return };
        // Whichever was measured: neither is less than the true one.
        let round_trip = peer.round_trip.min(peer.downlink.report().round_trip);
        let own_loss = peer.downlink.own_loss();
        let Some(slot) = peer.slots.get_mut(usize::from(at.slot)) else { return };
        // What waits here for its turn is on its way.
        let waiting = peer.downlink.time_of(slot.waiting_bytes);
        if slot.rtx_ssrc.is_none() {
            return;
        }
        let Some(sent) = slot.rewriter.sent(sequence) else { return };
        let layer = LayerRef::of_tag(sent.source_tag);
        let Some(track) = track_mut(&mut self.tracks, layer) else { return };
        let cache = track.layers.get(usize::from(layer.layer)).and_then(|l| l.cache.as_ref());
        let Some(packet) = cache.and_then(|cache| cache.get(sent.index)) else { return };
        let len = packet.len();
        let Some(header) = rtp::Header::parse(packet) else { return };
        let meaning = track.payload_types.meaning(header.payload_type);
        let Some(Meaning::Media(format)) = meaning else { return };
        let is_discardable = format.is_discardable(packet.get(header.len..).unwrap_or_default());
        let Some(incoming) = cached(sent.index, format, packet) else { return };
        slot.budget.set_own_loss(own_loss);
        let is_allowed = slot.budget.allow(now, round_trip, sequence, len);
        let is_shown = slot.current == Some(layer);
        let outgoing = sent.outgoing(&incoming);
        let missed_for = slot.budget.missed_for(now, sequence).saturating_sub(waiting);
        let is_late = PATIENCE.max(round_trip * PATIENCE_ROUND_TRIPS) <= missed_for;
        if is_shown && is_late && !is_discardable {
            self.mend_by_keyframe(now, layer, sent.index);
        }
        if !is_allowed {
            self.counters.repeats_refused += 1;
            return;
        }
        let bytes = u16::try_from(len).unwrap_or(u16::MAX);
        let queued = Queued {
            slot: at.slot,
            layer,
            index: sent.index,
            format,
            outgoing,
            carried: Carried::default(),
            kind: QueuedKind::Repair,
            is_sampled: false,
            bytes,
        };
        self.counters.repeated += 1;
        self.push(at.peer, queued);
        if TWICE_FROM_LOSS <= own_loss && TWICE_FROM <= missed_for && !is_discardable {
            self.push(at.peer, queued);
        }
    }

    /// Asks for a keyframe in place of a packet that a receiver does not get, unless one has come since.
    ///
    /// Receivers ask for it themselves, but seconds later, and what they ask gets lost as well.
    fn mend_by_keyframe(&mut self, now: Instant, at: LayerRef, missing: u64) {
        let Some(track) = track_mut(&mut self.tracks, at) else { return };
        let Some(layer) = track.layers.get_mut(usize::from(at.layer)) else { return };
        if !layer.is_past(missing) {
            layer.want_keyframe();
            self.ask_keyframes(now, at.track);
        }
    }
}

/// Where a path loses so much by itself, a packet that has been missed for so long leaves twice.
const TWICE_FROM_LOSS: f64 = 0.06;
const TWICE_FROM: Duration = Duration::from_millis(150);

/// A picture that has missed a packet for so long goes on sooner with a keyframe.
const PATIENCE: Duration = Duration::from_millis(300);
const PATIENCE_ROUND_TRIPS: u32 = 4;
