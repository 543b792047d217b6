//! What comes up from a publisher: which layer a packet belongs to, and what its arrival tells.

use std::time::Instant;

use super::Engine;
use crate::gate::PeerKey;
use crate::gate::Rejected;
use crate::nack::Arrival;
use crate::peer::{MAX_STREAMS, Peer, Stream, StreamKind};
use crate::retransmission::{self, PacketCache};
use crate::rtp;
use crate::track::{LayerRef, Track};

impl Engine {
    /// Opens an SRTP packet, files it under its layer and forwards it.
    pub(super) fn on_rtp(
        &mut self,
        now: Instant,
        key: PeerKey,
        datagram: &mut [u8],
    ) -> Result<(), Rejected> {
        let Some(peer) = self.peers[key as usize].as_mut() else { return Ok(()) };
        let opened = peer.transport.open_rtp(datagram)?;
        let packet = &mut datagram[..opened.len];
        let header = rtp::Header::parse(packet).ok_or(Rejected::Malformed)?;
        let change = peer.liveness.on_packet(now);
        if let Some(sequence) = transport_sequence(peer, packet) {
            peer.arrivals.record(now, sequence);
        }
        self.media_at = Some(now);
        self.counters.received += 1;
        let stream = identify(peer, &mut self.tracks, &header, packet);
        if stream.as_ref().is_ok_and(|stream| stream.kind == StreamKind::Media) {
            peer.media_ssrc = Some(header.ssrc);
        }
        // Whatever the packet is, its sender is there again.
        self.tell_liveness(key, change);
        let stream = stream?;
        match stream.kind {
            StreamKind::Media => {
                self.on_media(now, key, stream.layer, opened.index, header, packet);
            }
            StreamKind::Repair => self.on_repair(now, key, stream, header, packet),
        }
        Ok(())
    }

    fn on_media(
        &mut self,
        now: Instant,
        key: PeerKey,
        at: LayerRef,
        index: u64,
        header: rtp::Header,
        packet: &[u8],
    ) {
        let Some(layer) = layer_mut(&mut self.tracks, at) else { return };
        layer.reception.on_packet(now, index, header.timestamp);
        let was_alive = layer.is_alive(now);
        layer.last_packet_at = Some(now);
        layer.highest = layer.highest.max(Some(index));
        if layer.nack.received(now, index) == Arrival::Jump {
            // Too much is missing to ask for it packet by packet.
            self.want_keyframe(at);
        }
        if !was_alive {
            self.on_layer_revived(now, at);
        }
        self.store_and_forward(now, key, at, index, header, packet);
    }

    /// A repeated packet (RFC 4588 §4) becomes the one it repeats.
    fn on_repair(
        &mut self,
        now: Instant,
        key: PeerKey,
        stream: Stream,
        header: rtp::Header,
        packet: &mut [u8],
    ) {
        let payload = header.len..packet.len().saturating_sub(header.padding);
        // Probing packets are padding alone; they are counted by the transport feedback only.
        let Some((original, _)) = packet.get(payload).and_then(retransmission::decapsulate) else {
            return;
        };
        let Some(layer) = layer_mut(&mut self.tracks, stream.layer) else { return };
        let (Some(ssrc), Some(index)) = (layer.ssrc, layer.extend(original)) else { return };
        // A packet that came by itself meanwhile, or that nobody waits for any more.
        if !layer.nack.recovered(index) {
            return;
        }
        // The header moves over the two bytes of the original sequence number.
        packet.copy_within(..header.len, retransmission::OSN_BYTES);
        let packet = &mut packet[retransmission::OSN_BYTES..];
        packet[1] = packet[1] & 0x80 | stream.media_payload_type;
        packet[2..4].copy_from_slice(&original.to_be_bytes());
        packet[8..12].copy_from_slice(&ssrc.to_be_bytes());
        let Some(header) = rtp::Header::parse(packet) else { return };
        self.counters.repaired += 1;
        self.store_and_forward(now, key, stream.layer, index, header, packet);
    }

    fn store_and_forward(
        &mut self,
        now: Instant,
        key: PeerKey,
        at: LayerRef,
        index: u64,
        header: rtp::Header,
        packet: &[u8],
    ) {
        let Some(track) = track_mut(&mut self.tracks, at) else { return };
        let is_video = track.is_video();
        let payload_len = packet.len().saturating_sub(header.len + header.padding);
        if payload_len == 0 {
            return self.swallow(at, index);
        }
        let layer_count = track.layers.len();
        let layer = &mut track.layers[usize::from(at.layer)];
        let cache = layer
            .cache
            .get_or_insert_with(|| PacketCache::new(cache_bytes(is_video, at.layer, layer_count)));
        cache.push(index, packet);
        let carried = match self.peers[key as usize].as_ref() {
            Some(peer) => peer.extensions.carried(packet),
            None => return,
        };
        let payload = &packet[header.len..header.len + payload_len];
        self.forward(now, at, index, header.timestamp, payload, carried);
    }
}

/// Finds what a packet's SSRC stands for, learning it from the MID and RID extensions the first
/// time (RFC 8843 §9.2, RFC 8852). The packet is authentic: a stranger cannot fill the table.
fn identify(
    peer: &mut Peer,
    tracks: &mut [Option<Track>],
    header: &rtp::Header,
    packet: &[u8],
) -> Result<Stream, Rejected> {
    if let Some(stream) = peer.streams.get(&header.ssrc) {
        return if stream.payload_type == header.payload_type {
            Ok(*stream)
        } else {
            Err(Rejected::UnknownStream)
        };
    }
    let text = |id: Option<u8>| {
        rtp::extension(packet, id?).and_then(|value| std::str::from_utf8(value).ok())
    };
    let mid = text(peer.extensions.mid).ok_or(Rejected::UnknownStream)?;
    let published =
        peer.published.iter().find(|p| p.mid == mid).ok_or(Rejected::UnknownStream)?.clone();
    let track = tracks
        .get_mut(published.track as usize)
        .and_then(Option::as_mut)
        .ok_or(Rejected::UnknownStream)?;
    let repaired = text(peer.extensions.repaired_rid);
    let kind = match published.rtx_payload_type {
        Some(rtx) if rtx == header.payload_type => StreamKind::Repair,
        _ if published.payload_type == header.payload_type => StreamKind::Media,
        _ => return Err(Rejected::UnknownStream),
    };
    let rid = match kind {
        StreamKind::Media => text(peer.extensions.rid),
        StreamKind::Repair => repaired,
    };
    let rid = rid.unwrap_or_default();
    let layer = track.layers.iter().position(|l| l.rid == rid).ok_or(Rejected::UnknownStream)?;
    if MAX_STREAMS <= peer.streams.len() {
        return Err(Rejected::TooManyStreams);
    }
    let at = LayerRef {
        track: published.track,
        layer: u8::try_from(layer).map_err(|_| Rejected::UnknownStream)?,
    };
    if kind == StreamKind::Media {
        let before = track.layers[layer].ssrc;
        if let Some(before) = before {
            peer.streams.remove(&before);
        }
        track.layers[layer].restart(header.ssrc);
    }
    let stream = Stream {
        layer: at,
        kind,
        payload_type: header.payload_type,
        media_payload_type: published.payload_type,
    };
    peer.streams.insert(header.ssrc, stream);
    Ok(stream)
}

fn transport_sequence(peer: &Peer, packet: &[u8]) -> Option<u16> {
    let value = rtp::extension(packet, peer.extensions.transport_sequence?)?;
    Some(u16::from_be_bytes(value.try_into().ok()?))
}

pub(super) fn track_mut(tracks: &mut [Option<Track>], at: LayerRef) -> Option<&mut Track> {
    tracks.get_mut(at.track as usize)?.as_mut()
}

pub(super) fn layer_mut(
    tracks: &mut [Option<Track>],
    at: LayerRef,
) -> Option<&mut crate::track::Layer> {
    track_mut(tracks, at)?.layers.get_mut(usize::from(at.layer))
}

/// How much of a layer is kept for retransmission: about a second of what browsers send on it.
fn cache_bytes(is_video: bool, layer: u8, layers: usize) -> usize {
    if !is_video {
        return AUDIO_CACHE_BYTES;
    }
    let from_top = layers.saturating_sub(1 + usize::from(layer)).min(2);
    TOP_LAYER_CACHE_BYTES >> from_top
}

/// Audio is not retransmitted; this is what one turn may bring.
const AUDIO_CACHE_BYTES: usize = 16 * 1024;

/// A second of 2 Mbit/s.
const TOP_LAYER_CACHE_BYTES: usize = 256 * 1024;
