//! One slot's continuous stream, made of packets of whatever source it carries.
//!
//! A receiver must not notice that its slot changed from one source or layer to another: sequence
//! numbers go on by one, timestamps by the time that passed, picture ids by one.

use std::time::{Duration, Instant};

/// A packet of the source that the slot carries.
#[derive(Clone, Copy, Debug)]
pub struct Incoming {
    /// Extended sequence number on its layer.
    pub index: u64,
    /// As the publisher wrote it.
    pub timestamp: u32,
    /// For video: the numbers inside the payload.
    pub picture: Option<Picture>,
}

/// Numbers that VP8 and VP9 carry in their payloads; other codecs have none.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Picture {
    /// 7 or 15 bits.
    pub id: Option<u16>,
    /// Number of the picture of the lowest temporal layer.
    pub tl0: Option<u8>,
}

/// The numbers under which a packet leaves.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Outgoing {
    /// Extended sequence number on the slot.
    pub index: u64,
    /// Timestamp on the slot.
    pub timestamp: u32,
    /// For packets that have one.
    pub picture_id: Option<u16>,
    /// For packets that have one.
    pub tl0: Option<u8>,
}

/// What left under a number, so that it can be sent again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Sent {
    /// As given to [`Rewriter::switch`].
    pub source_tag: u32,
    /// Extended sequence number on the source.
    pub index: u64,
    /// Extended sequence number on the slot.
    index_out: u64,
    offsets: Offsets,
}

/// Maps the packets of changing sources into one stream.
#[derive(Debug)]
pub struct Rewriter {
    clock_rate: u32,
    source: Option<Mapping>,
    /// The latest sources, by their number modulo [`SOURCES`]: what left may have to be sent again
    /// after its slot has changed to another.
    sources: [Option<Past>; SOURCES],
    /// Counts the sources.
    switches: u8,
    /// Highest number given out, or the one before the first.
    highest_out: u64,
    last: Option<Last>,
    /// Made with the first video packet; audio is not sent again. Of every subscriber another piece
    /// of it is written with each packet, so its entries are small: what a packet's numbers were is
    /// worked out when it is sent again.
    sent: Box<[Record]>,
    packets_sent: u32,
    octets_sent: u32,
}

/// How the present source's numbers become the slot's.
#[derive(Debug)]
struct Mapping {
    tag: u32,
    first: u64,
    highest: u64,
    /// Offsets by the incoming number from which they hold, oldest first: each packet that is not
    /// forwarded lowers the offset of those after it.
    offsets: [(u64, i64); OFFSETS],
    offset_count: usize,
    /// Which of the last [`HISTORY`] packets were forwarded or left out, a bit each, by their number
    /// modulo [`HISTORY`]. A number given out twice would repeat a nonce of AES-GCM.
    handled: [u64; HISTORY / 64],
    own: Offsets,
}

/// How the numbers inside a source's packets become the slot's.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Offsets {
    timestamp: u32,
    picture: u16,
    tl0: u8,
}

/// What has to be known of a source for as long as its packets may be sent again.
#[derive(Clone, Copy, Debug)]
struct Past {
    tag: u32,
    first: u64,
    highest: u64,
    offsets: Offsets,
}

/// A packet that left. The low bits of its two numbers are enough: it is one of the last
/// [`HISTORY`] of the slot, and its source has not sent 2³² since it began.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Record {
    source_index: u32,
    index_out: u16,
    /// Number of its source.
    switch: u8,
    is_sent: bool,
}

/// The newest packet that left.
#[derive(Clone, Copy, Debug)]
struct Last {
    at: Instant,
    timestamp: u32,
    picture_id: u16,
    tl0: u8,
}

impl Rewriter {
    /// A stream whose first packet gets the number `first_index`.
    pub fn new(first_index: u64, clock_rate: u32) -> Self {
        Self {
            clock_rate,
            source: None,
            sources: [None; SOURCES],
            switches: 0,
            highest_out: first_index - 1,
            last: None,
            sent: Box::default(),
            packets_sent: 0,
            octets_sent: 0,
        }
    }

    /// Begins another source with this packet, a keyframe for video.
    pub fn switch(&mut self, now: Instant, source_tag: u32, first: &Incoming) {
        let next = self.highest_out + 1;
        let own = match self.last {
            None => Offsets { timestamp: 0, picture: 0, tl0: 0 },
            Some(last) => {
                let passed = self.ticks(now.saturating_duration_since(last.at)).max(1);
                let picture = first.picture.and_then(|picture| picture.id).unwrap_or(0);
                let tl0 = first.picture.and_then(|picture| picture.tl0).unwrap_or(0);
                Offsets {
                    timestamp: last.timestamp.wrapping_add(passed).wrapping_sub(first.timestamp),
                    picture: last.picture_id.wrapping_add(1).wrapping_sub(picture),
                    tl0: last.tl0.wrapping_add(1).wrapping_sub(tl0),
                }
            }
        };
        if let Some(source) = &self.source {
            self.sources[usize::from(self.switches) % SOURCES] = Some(source.past());
        }
        self.switches = self.switches.wrapping_add(1);
        let mut offsets = [(0, 0); OFFSETS];
        offsets[0] = (first.index, next.cast_signed() - first.index.cast_signed());
        self.source = Some(Mapping {
            tag: source_tag,
            first: first.index,
            highest: first.index,
            offsets,
            offset_count: 1,
            handled: [0; HISTORY / 64],
            own,
        });
    }

    /// Maps a packet of the present source; `None` for one from before the switch, too old, or
    /// forwarded already.
    pub fn forward(&mut self, now: Instant, packet: &Incoming) -> Option<Outgoing> {
        let source = self.source.as_mut()?;
        if packet.index < source.first || packet.index + HISTORY as u64 <= source.highest {
            return None;
        }
        let index = packet.index.checked_add_signed(source.offset_at(packet.index)?)?;
        if !source.handle(packet.index) {
            return None;
        }
        let outgoing = source.own.apply(index, packet);
        if packet.picture.is_some() {
            self.remember(packet.index, index);
        }
        if self.highest_out < index {
            self.highest_out = index;
            let (picture_id, tl0) = self.last.map_or((0, 0), |last| (last.picture_id, last.tl0));
            self.last = Some(Last {
                at: now,
                timestamp: outgoing.timestamp,
                picture_id: outgoing.picture_id.unwrap_or(picture_id),
                tl0: outgoing.tl0.unwrap_or(tl0),
            });
        }
        Some(outgoing)
    }

    /// The number with which a source began in this slot, if it is the present one.
    pub fn first_of(&self, source_tag: u32) -> Option<u64> {
        self.source.as_ref().filter(|source| source.tag == source_tag).map(|source| source.first)
    }

    /// The highest number that was forwarded of a source, if it is the present one or the one before.
    pub fn last_of(&self, source_tag: u32) -> Option<u64> {
        let before = self.sources[usize::from(self.switches.wrapping_sub(1)) % SOURCES];
        [self.source.as_ref().map(Mapping::past), before]
            .into_iter()
            .flatten()
            .find(|source| source.tag == source_tag)
            .map(|source| source.highest)
    }

    /// The packet `index` of the present source is not forwarded: the numbering closes over it.
    pub fn swallow(&mut self, index: u64) {
        let Some(source) = &mut self.source else { return };
        // One that comes late left a hole already, which the receiver gives up by itself.
        if index <= source.highest {
            return;
        }
        source.handle(index);
        let Some(offset) = source.offset_at(index) else { return };
        source.push_offset(index + 1, offset - 1);
    }

    /// What left under a number on the wire.
    pub fn sent(&self, sequence: u16) -> Option<Sent> {
        let behind = (self.highest_out as u16).wrapping_sub(sequence);
        let index_out = self.highest_out.checked_sub(u64::from(behind))?;
        let record = *self.sent.get(index_out as usize % HISTORY)?;
        if !record.is_sent || record.index_out != sequence {
            return None;
        }
        let source = self.source_of(record)?;
        let passed = record.source_index.wrapping_sub(source.first as u32);
        let index = source.first + u64::from(passed);
        Some(Sent { source_tag: source.tag, index, index_out, offsets: source.offsets })
    }

    /// A packet that was to leave under this number does not after all, and is not sent again.
    pub fn forget(&mut self, index: u64) {
        if let Some(record) = self.sent.get_mut(index as usize % HISTORY)
            && record.index_out == index as u16
        {
            *record = Record::default();
        }
    }

    /// Turns an RTP timestamp of the source into the slot's, for sender reports.
    pub fn translate_rtp_timestamp(&self, source_rtp: u32) -> u32 {
        let offset = self.source.as_ref().map_or(0, |source| source.own.timestamp);
        source_rtp.wrapping_add(offset)
    }

    /// The slot's timestamp of the newest packet.
    pub fn latest_timestamp(&self) -> u32 {
        self.last.map_or(0, |last| last.timestamp)
    }

    /// Notes that a packet left, for sender reports.
    pub fn on_sent(&mut self, payload_bytes: usize) {
        self.packets_sent = self.packets_sent.wrapping_add(1);
        self.octets_sent = self.octets_sent.wrapping_add(payload_bytes as u32);
    }

    /// Packets that left (RFC 3550 §6.4.1).
    pub fn packets_sent(&self) -> u32 {
        self.packets_sent
    }

    /// Bytes of payload that left (RFC 3550 §6.4.1).
    pub fn octets_sent(&self) -> u32 {
        self.octets_sent
    }

    fn ticks(&self, passed: Duration) -> u32 {
        (passed.as_micros() * u128::from(self.clock_rate) / 1_000_000) as u32
    }

    fn remember(&mut self, source_index: u64, index_out: u64) {
        if self.sent.is_empty() {
            self.sent = vec![Record::default(); HISTORY].into_boxed_slice();
        }
        self.sent[index_out as usize % HISTORY] = Record {
            source_index: source_index as u32,
            index_out: index_out as u16,
            switch: self.switches,
            is_sent: true,
        };
    }

    /// The source of a packet, if it is one of the latest.
    fn source_of(&self, record: Record) -> Option<Past> {
        let behind = self.switches.wrapping_sub(record.switch);
        match usize::from(behind) {
            0 => self.source.as_ref().map(Mapping::past),
            1..=SOURCES => self.sources[usize::from(record.switch) % SOURCES],
            _ => None,
        }
    }
}

impl Sent {
    /// The numbers that the packet, read from its source's cache, left under.
    pub fn outgoing(&self, packet: &Incoming) -> Outgoing {
        self.offsets.apply(self.index_out, packet)
    }
}

impl Offsets {
    fn apply(self, index: u64, packet: &Incoming) -> Outgoing {
        let Picture { id, tl0 } = packet.picture.unwrap_or_default();
        Outgoing {
            index,
            timestamp: packet.timestamp.wrapping_add(self.timestamp),
            picture_id: id.map(|id| id.wrapping_add(self.picture) & 0x7FFF),
            tl0: tl0.map(|tl0| tl0.wrapping_add(self.tl0)),
        }
    }
}

impl Mapping {
    fn past(&self) -> Past {
        let Self { tag, first, highest, own, .. } = *self;
        Past { tag, first, highest, offsets: own }
    }

    fn offset_at(&self, index: u64) -> Option<i64> {
        let held = &self.offsets[..self.offset_count];
        held.iter().rev().find(|(from, _)| *from <= index).map(|(_, offset)| *offset)
    }

    /// Notes that a packet was seen; false when it was before. `index` is at most [`HISTORY`] behind
    /// the highest.
    fn handle(&mut self, index: u64) -> bool {
        if self.highest < index {
            // The bits between stand for older packets until now.
            let fresh = (self.highest + 1).max(index.saturating_sub(HISTORY as u64 - 1));
            (fresh..=index).for_each(|index| self.clear(index));
            self.highest = index;
        }
        let (word, bit) = place(index);
        let seen = self.handled[word] & bit != 0;
        self.handled[word] |= bit;
        !seen
    }

    fn clear(&mut self, index: u64) {
        let (word, bit) = place(index);
        self.handled[word] &= !bit;
    }

    fn push_offset(&mut self, from: u64, offset: i64) {
        // Two in a row need no segment between them.
        if self.offsets[self.offset_count - 1].0 == from - 1 {
            self.offsets[self.offset_count - 1] = (from, offset);
            return;
        }
        if self.offset_count == OFFSETS {
            self.offsets.copy_within(1.., 0);
            self.offset_count -= 1;
        }
        self.offsets[self.offset_count] = (from, offset);
        self.offset_count += 1;
    }
}

fn place(index: u64) -> (usize, u64) {
    let at = index as usize % HISTORY;
    (at / 64, 1 << (at % 64))
}

/// Packets that can be sent again: half a second of a large layer.
const HISTORY: usize = 512;

/// Sources before the present one whose packets can be sent again.
const SOURCES: usize = 4;

/// Gaps that reordered packets may straddle.
const OFFSETS: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seq::CYCLE;

    fn video(index: u64, picture: u16) -> Incoming {
        let numbers = Picture { id: Some(picture), tl0: Some(picture as u8) };
        Incoming { index, timestamp: picture as u32 * 3_000, picture: Some(numbers) }
    }

    #[expect(clippy::disallowed_methods, reason = "tests need some starting instant")]
    fn begun() -> (Instant, Rewriter) {
        let now = Instant::now();
        let mut rewriter = Rewriter::new(CYCLE + 50, 90_000);
        rewriter.switch(now, 1, &video(CYCLE + 1_000, 7));
        rewriter.forward(now, &video(CYCLE + 1_000, 7));
        (now, rewriter)
    }

    #[test]
    fn another_source_goes_on_where_the_first_stopped() {
        let (now, mut rewriter) = begun();
        let later = now + Duration::from_millis(100);

        rewriter.switch(later, 2, &video(CYCLE + 9, 500));
        let outgoing = rewriter.forward(later, &video(CYCLE + 9, 500)).unwrap();

        assert_eq!(outgoing.index, CYCLE + 51);
        assert_eq!(outgoing.picture_id, Some(8));
        assert_eq!(outgoing.tl0, Some(8));
        assert_eq!(outgoing.timestamp, 7 * 3_000 + 9_000);
    }

    #[test]
    fn a_packet_is_forwarded_once() {
        let (now, mut rewriter) = begun();

        assert!(rewriter.forward(now, &video(CYCLE + 1_000, 7)).is_none());
        assert!(rewriter.forward(now, &video(CYCLE + 1_001, 8)).is_some());
        assert!(rewriter.forward(now, &video(CYCLE + 1_001, 8)).is_none());
    }

    #[test]
    fn a_packet_that_was_left_out_is_not_forwarded_after_all() {
        let (now, mut rewriter) = begun();
        rewriter.swallow(CYCLE + 1_001);

        assert!(rewriter.forward(now, &video(CYCLE + 1_001, 8)).is_none());
        let next = rewriter.forward(now, &video(CYCLE + 1_002, 8)).unwrap();
        assert_eq!(next.index, CYCLE + 51, "the numbering closed over it");
    }

    #[test]
    fn a_late_packet_keeps_the_place_it_had_before_a_gap_was_closed() {
        let (now, mut rewriter) = begun();
        rewriter.swallow(CYCLE + 1_002);

        let late = rewriter.forward(now, &video(CYCLE + 1_001, 8)).unwrap();
        let next = rewriter.forward(now, &video(CYCLE + 1_003, 9)).unwrap();

        assert_eq!((late.index, next.index), (CYCLE + 51, CYCLE + 52));
    }

    #[test]
    fn packets_from_before_the_switch_are_dropped() {
        let (now, mut rewriter) = begun();

        assert!(rewriter.forward(now, &video(CYCLE + 999, 6)).is_none());
    }

    #[test]
    fn what_left_before_a_switch_is_sent_again_under_its_old_numbers() {
        let (now, mut rewriter) = begun();
        let outgoing = rewriter.forward(now, &video(CYCLE + 1_001, 8)).unwrap();
        rewriter.switch(now, 2, &video(CYCLE + 9, 500));
        rewriter.forward(now, &video(CYCLE + 9, 500));

        let sent = rewriter.sent(51).unwrap();

        assert_eq!((sent.source_tag, sent.index), (1, CYCLE + 1_001));
        assert_eq!(sent.outgoing(&video(CYCLE + 1_001, 8)), outgoing);
    }

    #[test]
    fn what_left_many_switches_ago_is_gone() {
        let (now, mut rewriter) = begun();
        for tag in 2..=SOURCES as u32 + 2 {
            rewriter.switch(now, tag, &video(CYCLE + 9, 500));
        }

        assert!(rewriter.sent(50).is_none());
    }

    #[test]
    fn what_was_sent_is_found_by_its_number_on_the_wire() {
        let (now, mut rewriter) = begun();
        let outgoing = rewriter.forward(now, &video(CYCLE + 1_001, 8)).unwrap();

        let sent = rewriter.sent(51).unwrap();

        assert_eq!((sent.source_tag, sent.index), (1, CYCLE + 1_001));
        assert_eq!(sent.outgoing(&video(CYCLE + 1_001, 8)), outgoing);
        assert!(rewriter.sent(52).is_none() && rewriter.sent(49).is_none());
    }
}
