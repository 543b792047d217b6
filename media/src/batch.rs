//! Makes the datagrams of one turn: each packet is copied once, from the track's cache into the
//! subscriber's run, and sealed there. What came together leaves together, in one GSO run.

use crate::format::{Format, Pair};
use crate::peer::Peer;
use crate::red;
use crate::rewrite::Outgoing;
use crate::route::{Carried, Route};
use crate::rtp;
use crate::slots::Slot;
use crate::track::{LayerRef, SlotRef, Track};
use crate::transport::Transport;
use crate::{vp8, vp9};

/// A packet that a subscriber gets at the end of the turn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Queued {
    pub(crate) slot: u8,
    pub(crate) layer: LayerRef,
    /// Extended sequence number on the layer, the key of its cache.
    pub(crate) index: u64,
    /// As it came; it may leave in another.
    pub(crate) format: Format,
    pub(crate) outgoing: Outgoing,
    pub(crate) carried: Carried,
    pub(crate) kind: QueuedKind,
}

/// What is known of a packet as it came, beside its numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Received {
    /// Extended sequence number on its layer.
    pub(crate) index: u64,
    pub(crate) format: Format,
    pub(crate) carried: Carried,
}

/// Whether a packet is sent for the first time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum QueuedKind {
    Media,
    /// Sent again on the slot's repair stream under this extended number (RFC 4588).
    Repair {
        index: u64,
    },
}

impl Queued {
    /// A packet of `layer` that a slot gets for the first time.
    pub(crate) fn media(
        to: SlotRef,
        layer: LayerRef,
        packet: Received,
        outgoing: Outgoing,
    ) -> Self {
        let Received { index, format, carried } = packet;
        let kind = QueuedKind::Media;
        Self { slot: to.slot, layer, index, format, outgoing, carried, kind }
    }
}

/// One buffer in which the runs of all subscribers are made, one after the other.
pub(crate) struct Batch {
    buffer: Box<[u8]>,
    len: usize,
    /// Length of every datagram of the run but the last, which may be shorter.
    segment: usize,
}

impl Batch {
    pub(crate) fn new() -> Self {
        Self { buffer: vec![0; MAX_RUN_BYTES].into_boxed_slice(), len: 0, segment: 0 }
    }

    /// The finished run and its segment size.
    pub(crate) fn run(&self) -> (&[u8], Option<usize>) {
        (&self.buffer[..self.len], (self.segment < self.len).then_some(self.segment))
    }

    /// Seals packets from `peer`'s queue, beginning at `from`, into one run; returns where the next
    /// run begins. The run is empty when nothing of it could be made.
    pub(crate) fn fill(&mut self, peer: &mut Peer, from: usize, tracks: &TrackTable) -> usize {
        self.len = 0;
        self.segment = 0;
        let Peer { queue, slots, transport, .. } = peer;
        let mut at = from;
        let mut segments = 0;
        while let Some(queued) = queue.get(at) {
            let Some(slot) = slots.get_mut(usize::from(queued.slot)) else {
                at += 1;
                continue;
            };
            // The cache may have turned over when a turn brings more than it holds.
            let Some(packet) = cached(tracks, queued, &slot.route) else {
                at += 1;
                continue;
            };
            let extensions = Extensions::new(&slot.route, &queued.carried);
            let sealed = sealed_len(transport, queued, &packet, &extensions);
            let fits = self.len + sealed <= self.buffer.len();
            let same_run = segments == 0 || sealed <= self.segment;
            if !fits || !same_run || segments == MAX_SEGMENTS {
                break;
            }
            let room = &mut self.buffer[self.len..self.len + sealed];
            write(slot, transport, queued, &packet, &extensions, room);
            at += 1;
            segments += 1;
            self.len += sealed;
            if segments == 1 {
                self.segment = sealed;
            } else if sealed < self.segment {
                // A shorter datagram ends a run (UDP_SEGMENT).
                break;
            }
        }
        at
    }
}

/// The engine's tracks, by [`crate::track::TrackKey`].
pub(crate) type TrackTable = [Option<Track>];

/// The plaintext packet that `queued` names.
fn cached<'a>(tracks: &'a TrackTable, queued: &Queued, route: &Route) -> Option<Cached<'a>> {
    let track = tracks.get(queued.layer.track as usize)?.as_ref()?;
    let layer = track.layers.get(usize::from(queued.layer.layer))?;
    let bytes = layer.cache.as_ref()?.get(queued.index)?;
    let header = rtp::Header::parse(bytes)?;
    let payload = bytes.get(header.len..bytes.len().checked_sub(header.padding)?)?;
    let (format, payload_types) = route.leaving(queued.format)?;
    let payload = match (queued.format, format) {
        (Format::Red, Format::Opus) => payload.get(red::primary(payload)?)?,
        _ => payload,
    };
    Some(Cached { format, payload_types, marker: header.marker, payload })
}

/// A packet in the form in which it leaves.
struct Cached<'a> {
    format: Format,
    payload_types: Pair,
    marker: bool,
    payload: &'a [u8],
}

fn sealed_len(
    transport: &Transport,
    queued: &Queued,
    packet: &Cached<'_>,
    extensions: &Extensions<'_>,
) -> usize {
    let osn = match queued.kind {
        QueuedKind::Media => 0,
        QueuedKind::Repair { .. } => OSN_BYTES,
    };
    let header = rtp::header_len(extensions.as_slice());
    header + osn + packet.payload.len() + transport.srtp_overhead()
}

fn write(
    slot: &mut Slot,
    transport: &mut Transport,
    queued: &Queued,
    packet: &Cached<'_>,
    extensions: &Extensions<'_>,
    room: &mut [u8],
) {
    let Outgoing { index, timestamp, picture_id, tl0 } = queued.outgoing;
    let (ssrc, payload_type, wire_index) = match queued.kind {
        QueuedKind::Media => (slot.ssrc, packet.payload_types.media, index),
        QueuedKind::Repair { index } => (
            slot.rtx_ssrc.unwrap_or(slot.ssrc),
            packet.payload_types.repair.unwrap_or(packet.payload_types.media),
            index,
        ),
    };
    let fields = rtp::Fields {
        payload_type,
        marker: packet.marker,
        sequence: (wire_index & 0xFFFF) as u16,
        timestamp,
        ssrc,
    };
    let header_len = rtp::write_header(room, &fields, extensions.as_slice());
    let mut at = header_len;
    if matches!(queued.kind, QueuedKind::Repair { .. }) {
        room[at..at + OSN_BYTES].copy_from_slice(&((index & 0xFFFF) as u16).to_be_bytes());
        at += OSN_BYTES;
    }
    let end = at + packet.payload.len();
    room[at..end].copy_from_slice(packet.payload);
    match packet.format {
        Format::Opus | Format::H264 | Format::Av1 => {}
        Format::Red => {
            if let Some(opus) = slot.route.opus_payload_type() {
                red::rewrite(&mut room[at..end], opus);
            }
        }
        Format::Vp8 => vp8::rewrite(&mut room[at..end], picture_id, tl0),
        Format::Vp9 => vp9::rewrite(&mut room[at..end], picture_id, tl0),
    }
    transport.seal_rtp(room, header_len, end, ssrc, wire_index);
    if queued.kind == QueuedKind::Media {
        slot.rewriter.on_sent(packet.payload.len());
        slot.budget.on_sent(packet.payload.len());
    }
}

/// The header extensions of the outgoing packet, at most one for each kind of carried value.
#[derive(Default)]
struct Extensions<'a> {
    list: [(u8, &'a [u8]); 2],
    count: usize,
}

impl<'a> Extensions<'a> {
    fn new(route: &Route, carried: &'a Carried) -> Self {
        let mut extensions = Self::default();
        extensions.add(route.audio_level, carried.audio_level.as_ref());
        extensions.add(route.orientation, carried.orientation.as_ref());
        extensions
    }

    fn as_slice(&self) -> &[(u8, &'a [u8])] {
        &self.list[..self.count]
    }

    fn add(&mut self, id: Option<u8>, value: Option<&'a u8>) {
        if let (Some(id), Some(value)) = (id, value) {
            self.list[self.count] = (id, std::slice::from_ref(value));
            self.count += 1;
        }
    }
}

/// The original sequence number before a repaired payload (RFC 4588 §4).
const OSN_BYTES: usize = 2;

/// Most datagrams of one run (Linux `UDP_MAX_SEGMENTS` is 64 before 6.x).
const MAX_SEGMENTS: usize = 60;

/// Largest run, in bytes: one UDP datagram's worth (65,507) with room to spare.
const MAX_RUN_BYTES: usize = 60_000;
