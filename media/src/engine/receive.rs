//! What comes up from a publisher: which layer a packet belongs to, and what its arrival tells.

use std::mem::discriminant;
use std::time::Instant;

use super::Engine;
use crate::batch::Received;
use crate::call::Source;
use crate::downlink::PATH_BYTES;
use crate::format::{Format, Meaning};
use crate::gate::PeerKey;
use crate::gate::Rejected;
use crate::nack::Arrival;
use crate::peer::{MAX_STREAMS, Peer, Published, Stream, StreamKind};
use crate::retransmission::{self, PacketCache, SCREEN_CACHE_BYTES};
use crate::rtp;
use crate::track::{LayerRef, Track};
use crate::transport::OpenedRtp;

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
        self.on_opened_rtp(now, key, opened, datagram)
    }

    /// Files an authentic packet under its layer and forwards it.
    pub(super) fn on_opened_rtp(
        &mut self,
        now: Instant,
        key: PeerKey,
        opened: OpenedRtp,
        datagram: &mut [u8],
    ) -> Result<(), Rejected> {
        let Some(peer) = self.peers[key as usize].as_mut() else { return Ok(()) };
        let packet = &mut datagram[..opened.len];
        let header = rtp::Header::parse(packet).ok_or(Rejected::Malformed)?;
        let change = peer.liveness.on_packet(now);
        if let Some(sequence) = transport_sequence(peer, packet) {
            peer.arrivals.record(now, sequence);
        }
        self.media_at = Some(now);
        self.counters.received += 1;
        let stream = identify(peer, &mut self.tracks, &header, packet);
        if stream.as_ref().is_ok_and(Stream::is_media) {
            peer.media_ssrc = Some(header.ssrc);
        }
        // Whatever the packet is, its sender is there again.
        self.tell_liveness(key, change);
        let stream = stream?;
        if let Some(peer) = self.peers[key as usize].as_ref() {
            self.check_permit(peer, stream.layer)?;
        }
        match stream.kind {
            StreamKind::Media(format) => {
                let arrived = Arrived { at: stream.layer, format, index: opened.index };
                self.on_media(now, key, arrived, header, packet);
            }
            StreamKind::Repair { media } => {
                self.on_repair(now, key, stream.layer, media, header, packet);
            }
        }
        Ok(())
    }

    fn on_media(
        &mut self,
        now: Instant,
        key: PeerKey,
        arrived: Arrived,
        header: rtp::Header,
        packet: &[u8],
    ) {
        let Arrived { at, index, .. } = arrived;
        let Some(layer) = layer_mut(&mut self.tracks, at) else { return };
        layer.reception.on_packet(now, index, header.timestamp);
        layer.measure(now, header.timestamp, packet.len() + PATH_BYTES);
        let was_alive = layer.is_alive(now);
        layer.last_packet_at = Some(now);
        layer.highest = layer.highest.max(Some(index));
        let is_allowed = layer.allowance.take(now);
        if layer.nack.received(now, index) == Arrival::Jump {
            // Too much is missing to ask for it packet by packet.
            self.want_keyframe(at);
        }
        if !was_alive {
            self.on_layer_revived(now, at);
        }
        if !is_allowed {
            return self.refuse(at, index);
        }
        self.store_and_forward(now, key, arrived, header, packet);
    }

    /// A repeated packet (RFC 4588 §4) becomes the one it repeats.
    fn on_repair(
        &mut self,
        now: Instant,
        key: PeerKey,
        at: LayerRef,
        payload_type: u8,
        header: rtp::Header,
        packet: &mut [u8],
    ) {
        let payload = header.len..packet.len().saturating_sub(header.padding);
        // Probing packets are padding alone; they are counted by the transport feedback only.
        let Some((original, _)) = packet.get(payload).and_then(retransmission::decapsulate) else {
            return;
        };
        let meaning = track_mut(&mut self.tracks, at)
            .and_then(|track| track.payload_types.meaning(payload_type));
        let Some(Meaning::Media(format)) = meaning else { return };
        let Some(layer) = layer_mut(&mut self.tracks, at) else { return };
        let (Some(ssrc), Some(index)) = (layer.ssrc, layer.extend(original)) else { return };
        // A packet that came by itself meanwhile, or that nobody waits for any more.
        if !layer.nack.recovered(index) {
            return;
        }
        if !layer.allowance.take(now) {
            return self.refuse(at, index);
        }
        // The header moves over the two bytes of the original sequence number.
        packet.copy_within(..header.len, retransmission::OSN_BYTES);
        let packet = &mut packet[retransmission::OSN_BYTES..];
        packet[1] = packet[1] & 0x80 | payload_type;
        packet[2..4].copy_from_slice(&original.to_be_bytes());
        packet[8..12].copy_from_slice(&ssrc.to_be_bytes());
        let Some(header) = rtp::Header::parse(packet) else { return };
        self.counters.repaired += 1;
        self.store_and_forward(now, key, Arrived { at, format, index }, header, packet);
    }

    /// Drops a packet above the allowance of its stream. Nobody is to ask for it again, so it counts as
    /// arrived on the way up, and on the way down the numbering closes over it.
    fn refuse(&mut self, at: LayerRef, index: u64) {
        self.counters.reject(Rejected::TooFast);
        self.swallow(at, index);
    }

    fn store_and_forward(
        &mut self,
        now: Instant,
        key: PeerKey,
        arrived: Arrived,
        header: rtp::Header,
        packet: &[u8],
    ) {
        let Arrived { at, format, index } = arrived;
        let Some(track) = track_mut(&mut self.tracks, at) else { return };
        let is_video = track.is_video();
        let payload_len = packet.len().saturating_sub(header.len + header.padding);
        if payload_len == 0 {
            return self.swallow(at, index);
        }
        if is_video && track.on_format(format) {
            return self.on_new_format(now, key, arrived, header, packet);
        }
        let cache_bytes = cache_bytes(track.shown.source, at.layer, track.layers.len());
        let layer = &mut track.layers[usize::from(at.layer)];
        let cache = layer.cache.get_or_insert_with(|| PacketCache::new(cache_bytes));
        cache.push(index, packet);
        let carried = match self.peers[key as usize].as_ref() {
            Some(peer) => peer.extensions.carried(packet),
            None => return,
        };
        if !is_video {
            self.on_voice(now, at, index, carried);
        }
        let payload = &packet[header.len..header.len + payload_len];
        let bytes = u16::try_from(packet.len()).unwrap_or(u16::MAX);
        let received = Received { index, format, carried, bytes };
        self.forward(now, at, received, header.timestamp, payload);
    }
}

impl Engine {
    /// A publisher changed its codec: not everybody who watches may know the new one.
    fn on_new_format(
        &mut self,
        now: Instant,
        key: PeerKey,
        arrived: Arrived,
        header: rtp::Header,
        packet: &[u8],
    ) {
        if let Some(call) = self.peers[key as usize].as_ref().map(|peer| peer.call) {
            self.resolve_call(now, call);
        }
        self.store_and_forward(now, key, arrived, header, packet);
    }
}

/// Where a packet of media belongs.
#[derive(Clone, Copy)]
struct Arrived {
    at: LayerRef,
    format: Format,
    /// Extended sequence number on its layer.
    index: u64,
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
        if stream.payload_type == header.payload_type {
            return Ok(*stream);
        }
        return change_format(peer, header);
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
    let kind = kind_of(&published, header.payload_type)?;
    let rid = match kind {
        StreamKind::Media(_) => text(peer.extensions.rid),
        StreamKind::Repair { .. } => repaired,
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
    if matches!(kind, StreamKind::Media(_)) {
        let before = track.layers[layer].ssrc;
        if let Some(before) = before {
            peer.streams.remove(&before);
        }
        track.layers[layer].restart(header.ssrc);
    }
    let stream = Stream { layer: at, kind, payload_type: header.payload_type };
    peer.streams.insert(header.ssrc, stream);
    Ok(stream)
}

/// A sender may change among the formats of its section from packet to packet.
fn change_format(peer: &mut Peer, header: &rtp::Header) -> Result<Stream, Rejected> {
    let Peer { streams, published, .. } = peer;
    let stream = streams.get_mut(&header.ssrc).ok_or(Rejected::UnknownStream)?;
    let published = published
        .iter()
        .find(|published| published.track == stream.layer.track)
        .ok_or(Rejected::UnknownStream)?;
    let kind = kind_of(published, header.payload_type)?;
    // An SSRC that repeats never begins to send, nor the other way round.
    if discriminant(&kind) != discriminant(&stream.kind) {
        return Err(Rejected::UnknownStream);
    }
    stream.kind = kind;
    stream.payload_type = header.payload_type;
    Ok(*stream)
}

fn kind_of(published: &Published, payload_type: u8) -> Result<StreamKind, Rejected> {
    match published.payload_types.meaning(payload_type) {
        Some(Meaning::Media(format)) => Ok(StreamKind::Media(format)),
        Some(Meaning::Repair { media }) => Ok(StreamKind::Repair { media }),
        None => Err(Rejected::UnknownStream),
    }
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

/// How much of a layer is kept for retransmission, and while it waits for its turn: about a second of
/// what browsers send on it.
fn cache_bytes(source: Source, layer: u8, layers: usize) -> usize {
    match source {
        Source::Microphone | Source::ScreenAudio => AUDIO_CACHE_BYTES,
        Source::Camera => {
            let from_top = layers.saturating_sub(1 + usize::from(layer)).min(2);
            TOP_LAYER_CACHE_BYTES >> from_top
        }
        Source::Screen => SCREEN_CACHE_BYTES,
    }
}

/// Audio is not retransmitted; this is what one turn may bring, and the moment before somebody is
/// found to speak.
const AUDIO_CACHE_BYTES: usize = 16 * 1024;

/// A second of 2 Mbit/s.
const TOP_LAYER_CACHE_BYTES: usize = 256 * 1024;
