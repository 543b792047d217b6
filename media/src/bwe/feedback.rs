//! Reads a subscriber's transport feedback: which of our packets came, and when
//! (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1).

/// One feedback packet whose parts have been found to fit.
#[derive(Clone, Copy, Debug)]
pub struct TransportFeedback<'a> {
    base: u16,
    count: u16,
    /// In units of 64 ms; 24 bits signed on the wire.
    reference: i32,
    chunks: &'a [u8],
    deltas: &'a [u8],
}

/// What became of one packet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Status {
    /// Its transport-wide number.
    pub sequence: u16,
    /// When it came by the receiver's clock, in µs; `None` when it has not come.
    pub arrived_us: Option<i64>,
}

/// Walks through the statuses in the order of the numbers.
#[derive(Clone, Debug)]
pub struct Statuses<'a> {
    next: u16,
    left: u16,
    at_us: i64,
    symbols: Symbols<'a>,
    deltas: &'a [u8],
}

/// Walks through the two-bit symbols of the status chunks.
#[derive(Clone, Debug)]
struct Symbols<'a> {
    chunks: &'a [u8],
    chunk: Chunk,
}

#[derive(Clone, Copy, Debug)]
enum Chunk {
    /// The same symbol this many times (§3.1.3).
    Run { symbol: u8, left: u16 },
    /// Symbols of `bits` bits each, the next one on top (§3.1.4).
    Vector { word: u16, bits: u8, left: u8 },
}

impl<'a> TransportFeedback<'a> {
    /// Reads a whole RTCP packet of format 15; `None` when its parts do not fit together.
    pub fn parse(packet: &'a [u8]) -> Option<Self> {
        let fixed = packet.get(..HEADER_BYTES)?;
        let rest = &packet[HEADER_BYTES..];
        let base = u16::from_be_bytes([fixed[12], fixed[13]]);
        let count = u16::from_be_bytes([fixed[14], fixed[15]]);
        let reference = i32::from_be_bytes([fixed[16], fixed[17], fixed[18], 0]) >> 8;
        if MAX_STATUSES < count {
            return None;
        }
        let mut symbols = Symbols::new(rest);
        let mut delta_bytes = 0;
        for _ in 0..count {
            delta_bytes += match symbols.next()? {
                SMALL_DELTA => 1,
                LARGE_DELTA => 2,
                NOT_RECEIVED => 0,
                _ => return None,
            };
        }
        let chunk_bytes = rest.len() - symbols.chunks.len();
        let (chunks, deltas) = rest.split_at(chunk_bytes);
        Some(Self { base, count, reference, chunks, deltas: deltas.get(..delta_bytes)? })
    }

    /// What became of each packet it covers.
    pub fn statuses(&self) -> Statuses<'a> {
        Statuses {
            next: self.base,
            left: self.count,
            at_us: i64::from(self.reference) * REFERENCE_US,
            symbols: Symbols::new(self.chunks),
            deltas: self.deltas,
        }
    }
}

impl Iterator for Statuses<'_> {
    type Item = Status;

    fn next(&mut self) -> Option<Status> {
        self.left = self.left.checked_sub(1)?;
        let sequence = self.next;
        self.next = self.next.wrapping_add(1);
        let ticks = match self.symbols.next()? {
            SMALL_DELTA => {
                let (&delta, rest) = self.deltas.split_first()?;
                self.deltas = rest;
                i64::from(delta)
            }
            LARGE_DELTA => {
                let (&delta, rest) = self.deltas.split_first_chunk()?;
                self.deltas = rest;
                i64::from(i16::from_be_bytes(delta))
            }
            _ => return Some(Status { sequence, arrived_us: None }),
        };
        self.at_us += ticks * DELTA_US;
        Some(Status { sequence, arrived_us: Some(self.at_us) })
    }
}

impl<'a> Symbols<'a> {
    fn new(chunks: &'a [u8]) -> Self {
        Self { chunks, chunk: Chunk::Run { symbol: 0, left: 0 } }
    }
}

impl Iterator for Symbols<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        loop {
            match &mut self.chunk {
                Chunk::Run { symbol, left } if 0 < *left => {
                    *left -= 1;
                    return Some(*symbol);
                }
                Chunk::Vector { word, bits, left } if 0 < *left => {
                    *left -= 1;
                    let symbol = (*word >> (16 - *bits)) as u8;
                    *word <<= *bits;
                    return Some(symbol);
                }
                Chunk::Run { .. } | Chunk::Vector { .. } => {}
            }
            let (&word, rest) = self.chunks.split_first_chunk()?;
            self.chunks = rest;
            self.chunk = Chunk::read(u16::from_be_bytes(word));
        }
    }
}

impl Chunk {
    fn read(word: u16) -> Self {
        if word & 0x8000 == 0 {
            return Self::Run { symbol: (word >> 13) as u8, left: word & 0x1FFF };
        }
        if word & 0x4000 == 0 {
            return Self::Vector { word: word << 2, bits: 1, left: 14 };
        }
        Self::Vector { word: word << 2, bits: 2, left: 7 }
    }
}

const NOT_RECEIVED: u8 = 0;
const SMALL_DELTA: u8 = 1;
const LARGE_DELTA: u8 = 2;

/// RTCP header, two SSRCs, base, count, reference time and the feedback's own count.
const HEADER_BYTES: usize = 20;

/// Unit of the reference time.
const REFERENCE_US: i64 = 64_000;

/// Unit of the deltas.
const DELTA_US: i64 = 250;

/// Most packets one feedback may cover: a run chunk says 8,191 packets in two bytes, and nobody
/// shall make us count to 65,535 with a small packet. Older ones are not in the send history.
const MAX_STATUSES: u16 = 8_192;

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::*;
    use crate::twcc::TwccRecorder;

    fn packet(base: u16, count: u16, reference: i32, rest: &[u8]) -> Vec<u8> {
        let mut packet = vec![0x8F, 205, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2];
        packet.extend_from_slice(&base.to_be_bytes());
        packet.extend_from_slice(&count.to_be_bytes());
        packet.extend_from_slice(&(reference << 8).to_be_bytes());
        packet.extend_from_slice(rest);
        packet
    }

    fn read(packet: &[u8]) -> Vec<(u16, Option<i64>)> {
        let feedback = TransportFeedback::parse(packet).unwrap();
        feedback.statuses().map(|status| (status.sequence, status.arrived_us)).collect()
    }

    #[test]
    fn runs_and_vectors_are_read_in_one_packet() {
        // Three small deltas in a run, one-bit symbols 1 0 1 and eleven 0, two-bit symbols 2 and 0.
        let chunks = [0x20, 0x03, 0b1010_1000, 0, 0b1110_0000, 0];
        let whole = [chunks.as_slice(), &[4, 0, 8, 12, 0xFF, 0xFF, 0xFE]].concat();
        let cut = &whole[..whole.len() - 1];

        assert!(TransportFeedback::parse(&packet(65_534, 18, 2, cut)).is_none());
        let statuses = read(&packet(65_534, 18, 2, &whole));
        let first = [(65_534, Some(129_000)), (65_535, Some(129_000)), (0, Some(131_000))];
        assert_eq!(statuses[..3], first);
        assert_eq!(statuses[3], (1, Some(134_000)));
        assert_eq!(statuses[4], (2, None));
        assert_eq!(statuses[5].1, Some(134_000 + 255 * 250));
        assert_eq!(statuses[17], (15, Some(134_000 + 255 * 250 - 2 * 250)));
    }

    #[test]
    fn reference_time_before_zero_and_steps_back_are_understood() {
        let statuses = read(&packet(7, 1, -1, &[0b1110_0000, 0, 0xFF, 0xFE]));

        assert_eq!(statuses, [(7, Some(-64_000 - 500))]);
    }

    #[test]
    fn more_packets_than_chunks_cover_are_refused() {
        assert!(TransportFeedback::parse(&packet(0, 8, 0, &[0xC0, 0])).is_none());
        assert!(
            TransportFeedback::parse(&packet(0, u16::MAX, 0, &[0x1F, 0xFF, 0x1F, 0xFF])).is_none()
        );
        assert!(TransportFeedback::parse(&[0x8F, 205, 0, 1]).is_none());
    }

    proptest! {
        #[test]
        #[expect(clippy::disallowed_methods, reason = "tests need some starting instant")]
        fn what_our_recorder_writes_is_read_back(
            start: u16,
            arrivals in prop::collection::vec((prop::bool::weighted(0.8), 0_u64..300_000), 1..200),
        ) {
            let epoch = Instant::now();
            let mut now = epoch;
            let mut recorder = TwccRecorder::new();
            let mut came = Vec::new();
            for (at, (arrives, pause)) in arrivals.iter().enumerate() {
                now += Duration::from_micros(*pause);
                if at == 0 || *arrives {
                    let sequence = start.wrapping_add(at as u16);
                    recorder.record(now, sequence);
                    came.push((sequence, (now - epoch).as_micros() as i64));
                }
            }
            let mut out = Vec::new();
            recorder.build_feedback(now, 1, 2, &mut out);

            let read: Vec<_> = read(&out).into_iter().filter_map(|(s, at)| Some((s, at?))).collect();

            prop_assert_eq!(read.len(), came.len());
            let offset = read[0].1 - came[0].1;
            for ((sequence, at), (sent, came)) in read.iter().zip(&came) {
                prop_assert_eq!(sequence, sent);
                prop_assert!((at - came - offset).abs() <= 500, "{} {} {}", at, came, offset);
            }
        }

        #[test]
        fn any_bytes_end(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            if let Some(feedback) = TransportFeedback::parse(&bytes) {
                prop_assert!(feedback.statuses().count() <= usize::from(MAX_STATUSES));
            }
        }
    }
}
