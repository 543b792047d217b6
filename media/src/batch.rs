//! Makes the datagrams of one turn: each packet is copied once, from the track's cache into the
//! subscriber's run, and sealed there. What came together leaves together, in one GSO run.

use std::time::Instant;

use crate::downlink::Downlink;
use crate::format::{Format, Meaning, Pair, PayloadTypes};
use crate::peer::Peer;
use crate::red;
use crate::repairs::Repair;
use crate::retransmission::PacketCache;
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
    /// Length of the packet as it came.
    pub(crate) bytes: u16,
    /// Whether somebody wants to know when it leaves.
    pub(crate) is_sampled: bool,
}

/// What is known of a packet as it came, beside its numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Received {
    /// Extended sequence number on its layer.
    pub(crate) index: u64,
    pub(crate) format: Format,
    pub(crate) carried: Carried,
    /// Length of the whole packet.
    pub(crate) bytes: u16,
}

/// Whether a packet is sent for the first time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum QueuedKind {
    Media,
    /// Sent again on the slot's repair stream (RFC 4588).
    Repair,
}

impl Queued {
    /// A packet of `layer` that a slot gets for the first time.
    pub(crate) fn media(
        to: SlotRef,
        layer: LayerRef,
        packet: Received,
        outgoing: Outgoing,
    ) -> Self {
        let Received { index, format, carried, bytes } = packet;
        let kind = QueuedKind::Media;
        let is_sampled = false;
        Self { slot: to.slot, layer, index, format, outgoing, carried, kind, bytes, is_sampled }
    }
}

/// One buffer in which the runs of all subscribers are made, one after the other.
pub(crate) struct Batch {
    buffer: Box<[u8]>,
    len: usize,
    /// Length of every datagram of the run but the last, which may be shorter.
    segment: usize,
    /// Whether the run has the packet that is followed.
    has_sample: bool,
}

impl Batch {
    pub(crate) fn new() -> Self {
        let buffer = vec![0; MAX_RUN_BYTES].into_boxed_slice();
        Self { buffer, len: 0, segment: 0, has_sample: false }
    }

    /// The finished run and its segment size.
    pub(crate) fn run(&self) -> (&[u8], Option<usize>) {
        (&self.buffer[..self.len], (self.segment < self.len).then_some(self.segment))
    }

    /// Whether the packet that is followed has just left.
    pub(crate) fn take_sample(&mut self) -> bool {
        std::mem::take(&mut self.has_sample)
    }

    /// Seals packets that `peer` may get now into one run; returns how many. The run is empty when
    /// there is none.
    pub(crate) fn fill(&mut self, now: Instant, peer: &mut Peer, tracks: &TrackTable) -> usize {
        self.len = 0;
        self.segment = 0;
        let Peer { downlink, slots, transport, .. } = peer;
        let mut segments = 0;
        while let Some(class) = downlink.next(now) {
            let Some(queued) = downlink.front(class) else { break };
            let slot = slots.get_mut(usize::from(queued.slot));
            // The cache may have turned over when a packet waited for long.
            let found = slot.and_then(|slot| Some((cached(tracks, queued, slot, downlink)?, slot)));
            let Some((packet, slot)) = found else {
                let gone = downlink.take(now, class);
                if let Some(gone) = gone
                    && let Some(slot) = slots.get_mut(usize::from(gone.slot))
                {
                    slot.waiting_bytes = slot.waiting_bytes.saturating_sub(u32::from(gone.bytes));
                }
                continue;
            };
            let carried = queued.carried;
            let extensions = Extensions::new(&slot.route, &carried);
            let sealed = sealed_len(transport, queued, &packet, &extensions);
            if !self.has_room(segments, sealed) {
                break;
            }
            let copies = if slot.is_video { 0 } else { copies_of(slot, downlink) };
            if 0 < copies && !self.has_room_for_equals(segments, sealed, 1 + copies) {
                break;
            }
            let Some(queued) = downlink.take(now, class) else { break };
            slot.waiting_bytes = slot.waiting_bytes.saturating_sub(u32::from(queued.bytes));
            let is_numbered = slot.route.transport_sequence.is_some();
            let number = is_numbered.then(|| downlink.number(now, sealed));
            downlink.on_sent(now, queued.kind, slot.is_video, sealed);
            if let Some(number) = number.filter(|_| queued.kind == QueuedKind::Repair) {
                let sequence = queued.outgoing.index as u16;
                downlink.repeated.on_sent(number, Repair { slot: queued.slot, sequence });
            }
            if !slot.is_video {
                let frames = if queued.format == Format::Red { FRAMES_OF_RED } else { 1 };
                downlink.on_voice(now, queued.bytes, frames);
            }
            let room = &mut self.buffer[self.len..self.len + sealed];
            write(slot, transport, &queued, &packet, &extensions, number, room);
            self.has_sample |= queued.is_sampled;
            if 0 < copies {
                self.copy(now, downlink, sealed, copies);
            }
            segments += 1 + copies;
            if self.ends_with(sealed) {
                break;
            }
        }
        segments
    }

    /// Seals the padding that a probe needs now beside what there was to send; returns how many
    /// packets.
    pub(crate) fn pad(&mut self, now: Instant, peer: &mut Peer) -> usize {
        self.len = 0;
        self.segment = 0;
        let Peer { downlink, slots, transport, .. } = peer;
        let is_padded =
            |slot: &&mut Slot| slot.rtx_ssrc.is_some() && slot.route.transport_sequence.is_some();
        let Some(slot) = slots.iter_mut().find(is_padded) else { return 0 };
        let Some(payload_type) = slot.route.repair_payload_type() else { return 0 };
        let mut segments = 0;
        while downlink.needs_padding(now) {
            let extensions = Extensions::new(&slot.route, &NOTHING_CARRIED);
            let header_len = rtp::header_len(extensions.as_slice());
            let end = header_len + PADDING_BYTES;
            let sealed = end + transport.srtp_overhead();
            if !self.has_room(segments, sealed) {
                break;
            }
            let number = downlink.number_padding(now, sealed);
            let room = &mut self.buffer[self.len..self.len + sealed];
            let ssrc = slot.rtx_ssrc.unwrap_or(slot.ssrc);
            slot.rtx_index += 1;
            let sequence = (slot.rtx_index & 0xFFFF) as u16;
            let timestamp = slot.rewriter.latest_timestamp();
            let fields = rtp::Fields { payload_type, marker: false, sequence, timestamp, ssrc };
            rtp::write_header(room, &fields, extensions.as_slice());
            write_number(room, number);
            room[0] |= HAS_PADDING;
            room[header_len..end].fill(0);
            room[end - 1] = PADDING_BYTES as u8;
            transport.seal_rtp(room, header_len, end, ssrc, slot.rtx_index);
            segments += 1;
            self.ends_with(sealed);
        }
        segments
    }

    /// Whether a datagram of this length may follow in the run.
    fn has_room(&self, segments: usize, sealed: usize) -> bool {
        let fits = self.len + sealed <= self.buffer.len();
        fits && (segments == 0 || sealed <= self.segment) && segments < MAX_SEGMENTS
    }

    /// Whether so many datagrams of this one length may; none that is shorter than those before it,
    /// since it would end the run.
    #[inline(never)]
    fn has_room_for_equals(&self, segments: usize, sealed: usize, count: usize) -> bool {
        let fits = self.len + count * sealed <= self.buffer.len();
        fits && (segments == 0 || sealed == self.segment) && segments + count <= MAX_SEGMENTS
    }

    /// Puts copies of the datagram that was just written before it. They stay as it was sealed, number
    /// and all: the key stream of its index may be used for nothing else (RFC 3711 §9.1), and who has
    /// one copy drops the others (§3.3.2).
    #[inline(never)]
    fn copy(&mut self, now: Instant, downlink: &mut Downlink, sealed: usize, copies: usize) {
        for _ in 0..copies {
            self.buffer.copy_within(self.len..self.len + sealed, self.len + sealed);
            self.ends_with(sealed);
            downlink.on_copy(now, sealed);
        }
    }

    /// Takes in a datagram that was written; returns whether it ends the run, as one that is shorter
    /// than the others does (UDP_SEGMENT).
    fn ends_with(&mut self, sealed: usize) -> bool {
        if self.len == 0 {
            self.segment = sealed;
        }
        self.len += sealed;
        sealed < self.segment
    }
}

/// How often a packet of this voice is sent again. Kept out of the way of pictures, as what follows
/// from it is: they are most packets.
#[inline(never)]
fn copies_of(slot: &Slot, downlink: &Downlink) -> usize {
    if slot.route.redundant().is_none() { downlink.copies } else { 0 }
}

/// The engine's tracks, by [`crate::track::TrackKey`].
pub(crate) type TrackTable = [Option<Track>];

/// The plaintext packet that `queued` names.
fn cached<'a>(
    tracks: &'a TrackTable,
    queued: &Queued,
    slot: &Slot,
    downlink: &Downlink,
) -> Option<Cached<'a>> {
    let track = tracks.get(queued.layer.track as usize)?.as_ref()?;
    let layer = track.layers.get(usize::from(queued.layer.layer))?;
    let cache = layer.cache.as_ref()?;
    let bytes = cache.get(queued.index)?;
    let header = rtp::Header::parse(bytes)?;
    let payload = bytes.get(header.len..bytes.len().checked_sub(header.padding)?)?;
    if 0 < downlink.repeats
        && !slot.is_video
        && let Some(payload_types) = slot.route.redundant()
        && let Some(from) = slot.rewriter.first_of(queued.layer.tag())
    {
        let most = downlink.repeats;
        let blocks = repeated(cache, &track.payload_types, queued.index, from, most)?;
        let payload = Payload::Repeating(blocks);
        return Some(Cached { format: Format::Red, payload_types, marker: header.marker, payload });
    }
    let (format, payload_types) = slot.route.leaving(queued.format, downlink.plain_audio)?;
    let payload = match (queued.format, format) {
        (Format::Red, Format::Opus) => payload.get(red::primary(payload)?)?,
        _ => payload,
    };
    Some(Cached {
        format,
        payload_types,
        marker: header.marker,
        payload: Payload::AsItCame(payload),
    })
}

/// A packet in the form in which it leaves.
struct Cached<'a> {
    format: Format,
    payload_types: Pair,
    marker: bool,
    payload: Payload<'a>,
}

enum Payload<'a> {
    AsItCame(&'a [u8]),
    /// Of a voice, with frames from before it.
    Repeating(red::Blocks<'a>),
}

impl Payload<'_> {
    fn len(&self) -> usize {
        match self {
            Self::AsItCame(bytes) => bytes.len(),
            Self::Repeating(blocks) => blocks.len(),
        }
    }
}

/// A frame of a voice, and what came in the packet with it.
#[derive(Clone, Copy)]
struct Frame<'a> {
    timestamp: u32,
    newest: &'a [u8],
    /// Ticks before it, and the frame.
    repeat: Option<(u32, &'a [u8])>,
}

/// The packet `index` of a voice with up to `most` frames from before it, but none from before
/// `from`, with which the voice began in its slot.
fn repeated<'a>(
    cache: &'a PacketCache,
    payload_types: &PayloadTypes,
    index: u64,
    from: u64,
    most: usize,
) -> Option<red::Blocks<'a>> {
    let newest = frame(cache, payload_types, index)?;
    let mut blocks = red::Blocks::new(newest.newest);
    let mut later = Some(newest);
    for before in (from..index).rev().take(most) {
        let own = frame(cache, payload_types, before);
        // What got lost on its way here may have come with the packet after it.
        let repeat = later.and_then(|later| {
            later.repeat.map(|(ago, it)| (later.timestamp.wrapping_sub(ago), it))
        });
        let found = own.map(|frame| (frame.timestamp, frame.newest)).or(repeat);
        if let Some((timestamp, bytes)) = found {
            blocks.repeat(newest.timestamp.wrapping_sub(timestamp), bytes);
        }
        later = own;
    }
    Some(blocks)
}

fn frame<'a>(
    cache: &'a PacketCache,
    payload_types: &PayloadTypes,
    index: u64,
) -> Option<Frame<'a>> {
    let bytes = cache.get(index)?;
    let header = rtp::Header::parse(bytes)?;
    let payload = bytes.get(header.len..bytes.len().checked_sub(header.padding)?)?;
    let is_red = matches!(payload_types.meaning(header.payload_type)?, Meaning::Media(Format::Red));
    let newest = if is_red { payload.get(red::primary(payload)?)? } else { payload };
    let repeat = red::latest_repeat(payload).filter(|_| is_red);
    let repeat = repeat.and_then(|(ticks, block)| Some((ticks, payload.get(block)?)));
    Some(Frame { timestamp: header.timestamp, newest, repeat })
}

fn sealed_len(
    transport: &Transport,
    queued: &Queued,
    packet: &Cached<'_>,
    extensions: &Extensions<'_>,
) -> usize {
    let osn = match queued.kind {
        QueuedKind::Media => 0,
        QueuedKind::Repair => OSN_BYTES,
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
    number: Option<u16>,
    room: &mut [u8],
) {
    let Outgoing { index, timestamp, picture_id, tl0 } = queued.outgoing;
    let (ssrc, payload_type, wire_index) = match queued.kind {
        QueuedKind::Media => (slot.ssrc, packet.payload_types.media, index),
        QueuedKind::Repair => {
            slot.rtx_index += 1;
            (
                slot.rtx_ssrc.unwrap_or(slot.ssrc),
                packet.payload_types.repair.unwrap_or(packet.payload_types.media),
                slot.rtx_index,
            )
        }
    };
    let fields = rtp::Fields {
        payload_type,
        marker: packet.marker,
        sequence: (wire_index & 0xFFFF) as u16,
        timestamp,
        ssrc,
    };
    let header_len = rtp::write_header(room, &fields, extensions.as_slice());
    if let Some(number) = number {
        write_number(room, number);
    }
    let mut at = header_len;
    if queued.kind == QueuedKind::Repair {
        room[at..at + OSN_BYTES].copy_from_slice(&((index & 0xFFFF) as u16).to_be_bytes());
        at += OSN_BYTES;
    }
    let end = at + packet.payload.len();
    let opus = slot.route.opus_payload_type();
    match &packet.payload {
        Payload::AsItCame(bytes) => room[at..end].copy_from_slice(bytes),
        Payload::Repeating(blocks) => blocks.write(&mut room[at..end], opus.unwrap_or_default()),
    }
    match packet.format {
        Format::Opus | Format::H264 | Format::Av1 => {}
        Format::Red => {
            if let Some(opus) = opus {
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

fn write_number(packet: &mut [u8], number: u16) {
    packet[NUMBER_AT..NUMBER_AT + 2].copy_from_slice(&number.to_be_bytes());
}

/// The header extensions of the outgoing packet, at most one for each kind of value.
#[derive(Default)]
struct Extensions<'a> {
    list: [(u8, &'a [u8]); 3],
    count: usize,
}

impl<'a> Extensions<'a> {
    fn new(route: &Route, carried: &'a Carried) -> Self {
        let mut extensions = Self::default();
        // First, so that its place is known: the number is given out when the packet leaves.
        if let Some(id) = route.transport_sequence {
            extensions.list[0] = (id, NO_NUMBER);
            extensions.count = 1;
        }
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

/// Frames in a redundant packet as browsers send them.
const FRAMES_OF_RED: usize = 2;

/// What padding carries.
const NOTHING_CARRIED: Carried = Carried { audio_level: None, orientation: None };

const NO_NUMBER: &[u8] = &[0, 0];

/// Where the transport-wide number is in a packet that has one: after the fixed header, the
/// extension's profile and length, and the first element's head (RFC 8285 §4.2).
const NUMBER_AT: usize = 12 + 4 + 1;

/// Bytes of a padding packet behind its header: the last one holds this (RFC 3550 §5.1).
const PADDING_BYTES: usize = 255;

/// The P bit (RFC 3550 §5.1).
const HAS_PADDING: u8 = 0x20;

/// The original sequence number before a repaired payload (RFC 4588 §4).
const OSN_BYTES: usize = 2;

/// Most datagrams of one run (Linux `UDP_MAX_SEGMENTS` is 64 before 6.x).
const MAX_SEGMENTS: usize = 60;

/// Largest run, in bytes: one UDP datagram's worth (65,507) with room to spare.
const MAX_RUN_BYTES: usize = 60_000;
