//! How a browser receives one slot: it puts frames together, asks for what is missing, and shows
//! what can be decoded.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up should stop")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// A picture as it is received.
#[derive(Default)]
pub(crate) struct Picture {
    highest: Option<u64>,
    pieces: BTreeMap<u64, Piece>,
    frames: BTreeMap<u64, Frame>,
    /// Missing packets, when each was last asked for, and how often.
    missing: BTreeMap<u64, (Instant, u8)>,
    /// Last packet of the latest frame that was decoded.
    decoded: Option<u64>,
    /// Number of the base-layer frame that later ones build on.
    base: Option<u8>,
    refreshed_at: Option<Instant>,
    /// When each frame could be shown.
    pub(crate) shown: Vec<Instant>,
    /// When each packet came, and how long it was.
    pub(crate) came: Vec<(Instant, usize)>,
}

/// What one packet says of its frame.
#[derive(Clone, Copy, Debug)]
struct Piece {
    timestamp: u32,
    begins: bool,
    ends: bool,
    keyframe: bool,
    temporal: u8,
    base: u8,
}

#[derive(Clone, Copy, Debug)]
struct Frame {
    last: u64,
    piece: Piece,
}

/// What a browser sends for a picture.
pub(crate) enum Request {
    Packet(u16),
    Keyframe,
}

impl Picture {
    /// Takes a packet in: its number, timestamp, marker and VP8 payload.
    pub(crate) fn receive(
        &mut self,
        now: Instant,
        sequence: u16,
        timestamp: u32,
        ends: bool,
        payload: &[u8],
        is_repair: bool,
    ) {
        if payload.len() < HEADER_BYTES {
            return;
        }
        let index = self.extend(sequence);
        if !is_repair {
            let next = self.highest.map_or(index, |highest| highest + 1);
            for missing in next..index {
                self.missing.insert(missing, (now, 0));
            }
            self.highest = self.highest.max(Some(index));
        }
        self.missing.remove(&index);
        let piece = Piece {
            timestamp,
            begins: payload[0] & 0x10 != 0,
            ends,
            keyframe: payload[HEADER_BYTES - 1] & 1 == 0,
            base: payload[4],
            temporal: payload[5] >> 6,
        };
        if self.pieces.insert(index, piece).is_none() {
            self.came.push((now, payload.len()));
        }
        self.assemble(index, timestamp);
        self.decode(now);
        while MAX_PIECES < self.pieces.len() {
            self.pieces.pop_first();
        }
    }

    /// What to ask the server for now.
    pub(crate) fn requests(&mut self, now: Instant) -> Vec<Request> {
        let done = self.decoded.unwrap_or(0);
        self.missing.retain(|index, (_, tries)| done < *index && *tries < MAX_TRIES);
        let mut requests = Vec::new();
        for (index, (asked, tries)) in &mut self.missing {
            let pause = if *tries == 0 { REORDER_TOLERANCE } else { RETRY };
            if *asked + pause <= now {
                *asked = now;
                *tries += 1;
                requests.push(Request::Packet(*index as u16));
            }
        }
        let came = self.came.last().is_some_and(|(at, _)| now < *at + PATIENCE);
        let last = self.shown.last().copied().max(self.refreshed_at);
        if came && last.is_some_and(|last| last + PATIENCE <= now) {
            self.refreshed_at = Some(now);
            requests.push(Request::Keyframe);
        }
        requests
    }

    /// The longest time without a new frame in a span, of a picture that should move in all of it.
    pub(crate) fn longest_gap(&self, from: Instant, to: Instant) -> Duration {
        let shown = self.shown.iter().copied().filter(|at| (from..to).contains(at));
        let mut points: Vec<Instant> = std::iter::once(from).chain(shown).collect();
        points.push(to);
        points.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap()
    }

    fn extend(&self, sequence: u16) -> u64 {
        let highest = self.highest.unwrap_or_else(|| 1 << 16 | u64::from(sequence));
        let ahead = sequence.wrapping_sub(highest as u16).cast_signed();
        highest.saturating_add_signed(i64::from(ahead))
    }

    fn assemble(&mut self, index: u64, timestamp: u32) {
        let of_frame = |at: u64| self.pieces.get(&at).filter(|piece| piece.timestamp == timestamp);
        let mut first = index;
        while of_frame(first).is_some_and(|piece| !piece.begins) {
            first -= 1;
        }
        let mut last = index;
        while of_frame(last).is_some_and(|piece| !piece.ends) {
            last += 1;
        }
        if let (Some(piece), Some(_)) = (of_frame(first).copied(), of_frame(last)) {
            self.frames.insert(first, Frame { last, piece });
        }
    }

    fn decode(&mut self, now: Instant) {
        while let Some((first, frame)) = self.next_frame() {
            self.frames = self.frames.split_off(&(first + 1));
            self.decoded = Some(frame.last);
            if frame.piece.temporal == 0 {
                self.base = Some(frame.piece.base);
            }
            self.shown.push(now);
        }
    }

    /// The next frame for which all is there that it builds on.
    fn next_frame(&self) -> Option<(u64, Frame)> {
        let mut frames = self.frames.iter().map(|(first, frame)| (*first, *frame));
        frames.find(|(first, Frame { piece, .. })| {
            // What is repeated may have been shown before.
            let follows = self.decoded.is_none_or(|decoded| decoded < *first);
            let builds_on =
                if piece.temporal == 0 { piece.base.wrapping_sub(1) } else { piece.base };
            follows && (piece.keyframe || self.base == Some(builds_on))
        })
    }
}

/// A VP8 descriptor with picture id, TL0PICIDX and TID, and the first byte of the picture.
pub(crate) const HEADER_BYTES: usize = 7;

const MAX_PIECES: usize = 4_000;

/// As libwebrtc has them.
const MAX_TRIES: u8 = 10;
const REORDER_TOLERANCE: Duration = Duration::from_millis(10);
/// A round trip, looked at every 20 ms.
const RETRY: Duration = Duration::from_millis(60);

/// Without a frame for so long a keyframe is asked for.
const PATIENCE: Duration = Duration::from_secs(3);
