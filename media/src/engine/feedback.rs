//! RTCP in both directions: reports, keyframe requests, retransmission, transport feedback.

use std::time::{Duration, Instant};

use bytes::Bytes;

use super::Engine;
use super::forward::slot_mut;
use super::receive::{layer_mut, track_mut};
use crate::gate::PeerKey;
use crate::gate::Rejected;
use crate::peer::Peer;
use crate::rtcp::{self, Packet, ReportBlock};
use crate::track::{LayerRef, SlotRef, TrackKey};

impl Engine {
    /// Opens a compound RTCP packet and acts on each part.
    pub(super) fn on_rtcp(
        &mut self,
        now: Instant,
        key: PeerKey,
        datagram: &mut [u8],
    ) -> Result<(), Rejected> {
        let Some(peer) = self.peers[key as usize].as_mut() else { return Ok(()) };
        let len = peer.transport.open_rtcp(datagram)?;
        let change = peer.liveness.on_packet(now);
        self.tell_liveness(key, change);
        for packet in rtcp::packets(&datagram[..len]) {
            match packet {
                Packet::SenderReport { ssrc, ntp, rtp, reports, .. } => {
                    self.on_sender_report(now, key, ssrc, ntp, rtp);
                    self.on_report_blocks(now, key, reports);
                }
                Packet::ReceiverReport { reports, .. } => self.on_report_blocks(now, key, reports),
                Packet::Nack { media_ssrc, lost } => {
                    if let Some(slot) = self.slot_with(key, media_ssrc) {
                        lost.for_each(|sequence| self.repeat(now, slot, sequence));
                    }
                }
                Packet::Pli { media_ssrc } => self.on_keyframe_request(now, key, media_ssrc),
                Packet::Fir { media_ssrc } => {
                    media_ssrc.for_each(|ssrc| self.on_keyframe_request(now, key, ssrc));
                }
                Packet::TransportFeedback(feedback) => {
                    self.on_transport_feedback(now, key, &feedback);
                }
                Packet::Other => {}
            }
        }
        Ok(())
    }

    /// Sends what is due to a publisher: transport feedback, retransmission requests, reports.
    pub(super) fn tick_feedback(&mut self, now: Instant, key: PeerKey) {
        let Some(peer) = self.peers[key as usize].as_mut() else { return };
        if !peer.transport.is_connected() {
            return;
        }
        let mut compound = std::mem::take(&mut self.rtcp);
        compound.clear();
        let sender = peer.feedback_ssrc;
        let round_trip = peer.round_trip;
        if REPORT_INTERVAL <= now.saturating_duration_since(peer.reported_at) {
            peer.reported_at = now;
            self.write_reports(now, key, &mut compound);
        }
        self.write_requests(now, key, sender, round_trip, &mut compound);
        if let Some(peer) = self.peers[key as usize].as_mut()
            && let Some(media) = peer.media_ssrc
            && peer.arrivals.poll_timeout().is_some_and(|at| at <= now)
        {
            peer.arrivals.build_feedback(now, sender, media, &mut compound);
        }
        self.send_rtcp(key, &mut compound);
        self.rtcp = compound;
    }

    /// Asks a publisher for the keyframes that somebody waits for, if one may be asked for now.
    pub(super) fn ask_keyframes(&mut self, now: Instant, key: TrackKey) {
        let Some(track) = track_mut(&mut self.tracks, LayerRef { track: key, layer: 0 }) else {
            return;
        };
        let owner = track.owner;
        let Some(peer) = self.peers[owner as usize].as_ref() else { return };
        if !peer.transport.is_connected() {
            return;
        }
        let mut compound = std::mem::take(&mut self.rtcp);
        compound.clear();
        for ssrc in track.keyframe_requests(now) {
            rtcp::write_pli(&mut compound, peer.feedback_ssrc, ssrc);
            self.counters.keyframe_requests += 1;
        }
        self.send_rtcp(owner, &mut compound);
        self.rtcp = compound;
    }

    pub(super) fn want_keyframe(&mut self, at: LayerRef) {
        if let Some(track) = track_mut(&mut self.tracks, at) {
            track.want_keyframe(at.layer);
        }
    }

    /// Translates the latest report of what a slot carries, so that its receiver can play sound and
    /// picture in step (RFC 3550 §6.4.1).
    pub(super) fn report_to(&mut self, now: Instant, at: SlotRef) {
        let current = slot_mut(&mut self.peers, at).and_then(|slot| slot.current);
        let report = current.and_then(|current| layer_mut(&mut self.tracks, current)?.last_report);
        let Some((ntp, source_rtp)) = report else { return };
        let Some(slot) = slot_mut(&mut self.peers, at) else { return };
        let mut compound = std::mem::take(&mut self.rtcp);
        compound.clear();
        let rewriter = &slot.rewriter;
        rtcp::write_sender_report(
            &mut compound,
            slot.ssrc,
            ntp,
            rewriter.translate_rtp_timestamp(source_rtp),
            rewriter.packets_sent(),
            rewriter.octets_sent(),
        );
        rtcp::write_sdes_cname(&mut compound, slot.ssrc, CNAME);
        slot.reported = Some(((ntp >> 16) as u32, now));
        self.send_rtcp(at.peer, &mut compound);
        self.rtcp = compound;
    }

    fn on_sender_report(&mut self, now: Instant, key: PeerKey, ssrc: u32, ntp: u64, rtp: u32) {
        let Some(peer) = self.peers[key as usize].as_ref() else { return };
        let Some(stream) = peer.streams.get(&ssrc).filter(|s| s.is_media()) else { return };
        let Some(layer) = layer_mut(&mut self.tracks, stream.layer) else { return };
        layer.reception.on_sender_report(now, ntp);
        layer.last_report = Some((ntp, rtp));
        let subscribers = layer.subscribers.clone();
        for at in subscribers {
            self.report_to(now, at);
        }
    }

    /// Measures the round trip to a subscriber (RFC 3550 §6.4.1, A − LSR − DLSR). The report that
    /// is answered carried the publisher's clock, so it is found again by its value.
    fn on_report_blocks(
        &mut self,
        now: Instant,
        key: PeerKey,
        blocks: impl Iterator<Item = ReportBlock>,
    ) {
        let Some(peer) = self.peers[key as usize].as_mut() else { return };
        for block in blocks {
            let slot = peer.slots.iter().find(|slot| slot.ssrc == block.ssrc);
            let Some((stamp, sent_at)) = slot.and_then(|slot| slot.reported) else { continue };
            if block.last_sr == stamp && stamp != 0 {
                let held = Duration::from_secs_f64(f64::from(block.delay_since_last_sr) / 65_536.0);
                peer.on_round_trip(now.saturating_duration_since(sent_at).saturating_sub(held));
            }
        }
    }

    fn on_keyframe_request(&mut self, now: Instant, key: PeerKey, media_ssrc: u32) {
        let Some(slot) = self.slot_with(key, media_ssrc) else { return };
        let current = slot_mut(&mut self.peers, slot).and_then(|slot| slot.current);
        if let Some(current) = current {
            // Who waits for a keyframe that still waits here for its turn would get it only later.
            let waits = |peer: &Peer| {
                let slot = peer.slots.get(usize::from(slot.slot));
                slot.is_some_and(|it| LONG_WAIT < peer.downlink.time_of(it.waiting_bytes))
            };
            let is_long = self.peers[key as usize].as_ref().is_some_and(waits);
            let layer = layer_mut(&mut self.tracks, current);
            if is_long && layer.is_some_and(|layer| layer.has_new_keyframe(now)) {
                return;
            }
            self.want_keyframe(current);
            self.ask_keyframes(now, current.track);
        }
    }

    fn write_reports(&mut self, now: Instant, key: PeerKey, compound: &mut Vec<u8>) {
        let Some(peer) = self.peers[key as usize].as_ref() else { return };
        let mut blocks: Vec<ReportBlock> = Vec::new();
        for published in &peer.published {
            let Some(track) = self.tracks[published.track as usize].as_mut() else { continue };
            for layer in track.layers.iter_mut().filter(|layer| layer.is_alive(now)) {
                let Some(ssrc) = layer.ssrc else { continue };
                blocks.push(layer.reception.report_block(now, ssrc));
            }
        }
        // A receiver report holds 31 blocks (RFC 3550 §6.4.2).
        for blocks in blocks.chunks(31) {
            rtcp::write_receiver_report(compound, peer.feedback_ssrc, blocks);
        }
    }

    fn write_requests(
        &mut self,
        now: Instant,
        key: PeerKey,
        sender: u32,
        round_trip: Duration,
        compound: &mut Vec<u8>,
    ) {
        let Some(peer) = self.peers[key as usize].as_ref() else { return };
        for published in &peer.published {
            if !published.payload_types.has_repair() {
                continue;
            }
            let Some(track) = self.tracks[published.track as usize].as_mut() else { continue };
            for layer in &mut track.layers {
                let Some(ssrc) = layer.ssrc else { continue };
                self.lost.clear();
                layer.nack.poll(now, round_trip, &mut self.lost);
                if !self.lost.is_empty() {
                    self.counters.requested += self.lost.len() as u64;
                    rtcp::write_nack(compound, sender, ssrc, &self.lost);
                }
                // What cannot be mended packet by packet is mended by a keyframe, if anybody looks.
                if layer.nack.take_needs_keyframe() && !layer.subscribers.is_empty() {
                    layer.want_keyframe();
                }
            }
        }
    }

    fn send_rtcp(&mut self, key: PeerKey, compound: &mut Vec<u8>) {
        let Some(peer) = self.peers[key as usize].as_mut() else { return };
        if compound.is_empty() {
            return;
        }
        let (Some(to), Ok(())) = (peer.transport.selected(), peer.transport.seal_rtcp(compound))
        else {
            return;
        };
        self.control.push_back((to, Bytes::copy_from_slice(compound)));
    }

    fn slot_with(&self, key: PeerKey, ssrc: u32) -> Option<SlotRef> {
        let peer = self.peers[key as usize].as_ref()?;
        let slot = peer.slots.iter().position(|slot| slot.ssrc == ssrc)?;
        Some(SlotRef { peer: key, slot: u8::try_from(slot).ok()? })
    }
}

/// What of a picture waits longer than this has a keyframe in it, if one came lately.
const LONG_WAIT: Duration = Duration::from_millis(200);

/// How often a publisher gets receiver reports.
const REPORT_INTERVAL: Duration = Duration::from_secs(1);

/// The canonical name of everything the server sends (RFC 3550 §6.5.1).
pub(super) const CNAME: &str = "palabre";
