//! What arrived on one stream, told without decoding it.

use std::time::{Duration, Instant};

use crate::{tone::Tone, vp8::Colour};

/// Counts of one received stream.
#[derive(Clone, Debug, Default)]
pub struct Received {
    /// Packets with media in them, each sequence number once.
    pub packets: u64,
    /// Bytes of media in them.
    pub bytes: u64,
    /// Packets that came as retransmissions (RFC 4588).
    pub retransmitted: u64,
    /// Packets that had arrived before.
    pub repeats: u64,
    /// Packets that were thrown away on purpose.
    pub dropped: u64,
    /// Video frames whose last packet arrived.
    pub frames: u64,
    /// Of those, or begun, the ones that need no other.
    pub key_frames: u64,
    /// Width and height of the last key frame, in pixels.
    pub size: Option<(u16, u16)>,
    /// The picture that arrived last, if it was one of ours.
    pub colour: Option<Colour>,
    /// The tone that arrived last, if it was one of ours.
    pub tone: Option<Tone>,
    /// The longest time between two packets.
    pub longest_gap: Duration,
    first: Option<u64>,
    highest: u64,
    distinct: u64,
    recent: Vec<u64>,
    last_at: Option<Instant>,
}

impl Received {
    /// Sequence numbers between the first and the highest that never came.
    pub fn missing(&self) -> u64 {
        self.first.map_or(0, |first| self.highest + 1 - first - self.distinct)
    }

    /// Notes a packet; `payload` is without padding, and without the original sequence number if
    /// it is a retransmission.
    pub(crate) fn on_packet(&mut self, now: Instant, packet: &Arrived<'_>) {
        if !self.is_new(packet.sequence) {
            self.repeats += 1;
            return;
        }
        self.retransmitted += u64::from(packet.retransmitted);
        if packet.payload.is_empty() {
            return;
        }

        if let Some(last_at) = self.last_at.replace(now) {
            self.longest_gap = self.longest_gap.max(now.saturating_duration_since(last_at));
        }
        self.packets += 1;
        self.bytes += packet.payload.len() as u64;
        if packet.video {
            if let Some(size) = key_frame_size(packet.payload) {
                self.key_frames += 1;
                self.size = Some(size);
            }
            if packet.marker {
                self.frames += 1;
                self.colour = Colour::of_frame(packet.payload);
            }
        } else {
            self.tone = Tone::of_packet(packet.payload);
        }
    }

    /// Extends the number nearest to the highest one, and tells whether it is new.
    fn is_new(&mut self, wire: u16) -> bool {
        if self.recent.is_empty() {
            self.recent = vec![0; WINDOW];
            self.highest = CYCLE + u64::from(wire);
        }
        let ahead = wire.wrapping_sub(self.highest as u16).cast_signed();
        let sequence = self.highest.saturating_add_signed(ahead.into());
        let place = (sequence % WINDOW as u64) as usize;
        if self.recent[place] == sequence {
            return false;
        }
        self.recent[place] = sequence;
        self.first = Some(self.first.map_or(sequence, |first| first.min(sequence)));
        self.highest = self.highest.max(sequence);
        self.distinct += 1;
        true
    }
}

/// One packet as [`Received::on_packet`] takes it.
#[derive(Debug)]
pub(crate) struct Arrived<'a> {
    pub(crate) sequence: u16,
    pub(crate) marker: bool,
    pub(crate) video: bool,
    pub(crate) retransmitted: bool,
    pub(crate) payload: &'a [u8],
}

/// Width and height, if a VP8 packet is the first of a key frame (RFC 7741 §4.3, RFC 6386 §9.1).
fn key_frame_size(payload: &[u8]) -> Option<(u16, u16)> {
    let frame = payload.get(vp8_descriptor_len(payload)?..)?;
    let begins_first_partition = payload[0] & 0x17 == 0x10;
    let &[tag, _, _, _, _, _, w0, w1, h0, h1] = frame.first_chunk()?;
    let is_key = begins_first_partition && tag & 1 == 0;
    // The two highest bits ask for scaling.
    let pixels = |low, high| u16::from_le_bytes([low, high]) & 0x3fff;
    is_key.then(|| (pixels(w0, w1), pixels(h0, h1)))
}

/// Length of the VP8 payload descriptor (RFC 7741 §4.2).
fn vp8_descriptor_len(payload: &[u8]) -> Option<usize> {
    if payload.first()? & 0x80 == 0 {
        return Some(1);
    }
    let extensions = payload.get(1)?;
    let mut len = 2;
    if extensions & 0x80 != 0 {
        len += if payload.get(len)? & 0x80 != 0 { 2 } else { 1 };
    }
    len += usize::from(extensions & 0x40 != 0);
    len += usize::from(extensions & 0x30 != 0);
    Some(len)
}

/// Sequence numbers remembered to recognise repeats; more than 8 s of video.
const WINDOW: usize = 4096;

/// Numbers before the 16-bit field wraps.
const CYCLE: u64 = 1 << 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn arrive(received: &mut Received, sequence: u16) {
        let packet = Arrived {
            sequence,
            marker: true,
            video: true,
            retransmitted: false,
            payload: &[0x10, 0x00, 1, 2, 3],
        };
        received.on_packet(Instant::now(), &packet);
    }

    #[test]
    fn a_hole_is_missing_until_it_is_filled() {
        let mut received = Received::default();
        for sequence in [65_534, 65_535, 1, 2] {
            arrive(&mut received, sequence);
        }
        assert_eq!(received.missing(), 1);

        arrive(&mut received, 0);
        arrive(&mut received, 0);

        assert_eq!(received.missing(), 0);
        assert_eq!(received.repeats, 1);
        assert_eq!(received.frames, 5);
    }

    #[test]
    fn key_frames_are_told_by_their_first_packet() {
        let key = [0x10, 0x01, 0x00, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xb4, 0x00];
        let delta = [0x11, 0x01, 0x00, 0, 0, 0, 0, 0, 0, 0];
        let packet = |first: u8, frame: &[u8]| [&[first, 0x80, 0x80, 0x01], frame].concat();

        assert_eq!(key_frame_size(&packet(0x90, &key)), Some((320, 180)));
        assert_eq!(key_frame_size(&packet(0x90, &delta)), None);
        assert_eq!(key_frame_size(&packet(0x80, &key)), None);
        assert_eq!(key_frame_size(&[0x90, 0x80]), None);
    }
}
