//! When each packet of a publisher came, told back to it, so that it can estimate its uplink
//! (draft-holmer-rmcat-transport-wide-cc-extensions-01).

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::rtcp::{TRANSPORT_FEEDBACK, write_header};

/// Arrivals since the last feedback.
#[derive(Debug)]
pub struct TwccRecorder {
    epoch: Option<Instant>,
    highest: Option<u64>,
    /// The first number of the next feedback.
    base: u64,
    /// Arrival of `base`, `base + 1`, …
    arrivals: VecDeque<Option<Instant>>,
    due: Option<Instant>,
    count: u8,
}

impl TwccRecorder {
    /// Nothing has come.
    pub fn new() -> Self {
        Self {
            epoch: None,
            highest: None,
            base: 0,
            arrivals: VecDeque::with_capacity(MAX_SPAN),
            due: None,
            count: 0,
        }
    }

    /// Notes that the packet with this transport-wide number came.
    pub fn record(&mut self, now: Instant, sequence: u16) {
        self.epoch.get_or_insert(now);
        let index = self.extend(sequence);
        if self.highest.is_none() {
            self.base = index;
        }
        self.highest = self.highest.max(Some(index));
        // Told as lost already.
        if index < self.base {
            return;
        }
        let mut at = (index - self.base) as usize;
        if MAX_SPAN <= at {
            // So large a jump is another numbering; begin anew from here.
            self.arrivals.clear();
            self.base = index;
            at = 0;
        }
        while self.arrivals.len() <= at {
            self.arrivals.push_back(None);
        }
        self.arrivals[at].get_or_insert(now);
        self.due.get_or_insert(now + INTERVAL);
    }

    /// When feedback is due; `None` while nothing came.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.due
    }

    /// Appends feedback for what came since the last one.
    pub fn build_feedback(&mut self, now: Instant, sender: u32, media: u32, out: &mut Vec<u8>) {
        self.due = None;
        let covered = self.arrivals.len().min(MAX_STATUSES);
        // Packets before the first that came are told as lost by the gap to the last feedback's end.
        let Some(first_at) = self.arrivals.iter().take(covered).flatten().next().copied() else {
            return;
        };
        let Some(epoch) = self.epoch else { return };
        let reference = micros(first_at, epoch) / REFERENCE_US;
        let start = out.len();
        write_header(out, FORMAT, TRANSPORT_FEEDBACK, 0);
        out.extend_from_slice(&sender.to_be_bytes());
        out.extend_from_slice(&media.to_be_bytes());
        out.extend_from_slice(&(self.base as u16).to_be_bytes());
        out.extend_from_slice(&(covered as u16).to_be_bytes());
        out.extend_from_slice(&((reference as u32) << 8 | u32::from(self.count)).to_be_bytes());
        self.count = self.count.wrapping_add(1);
        self.write_statuses(covered, epoch, reference * REFERENCE_US, out);
        out.resize((out.len() - start).next_multiple_of(4) + start, 0);
        let words = ((out.len() - start) / 4 - 1) as u16;
        out[start + 2..start + 4].copy_from_slice(&words.to_be_bytes());
        self.base += covered as u64;
        self.arrivals.drain(..covered);
        // What did not fit follows at the next opportunity.
        self.due = self.arrivals.iter().flatten().next().map(|_| now);
    }

    /// Writes two-bit status vectors of seven packets each (§3.1.4), then the deltas (§3.1.5).
    fn write_statuses(&self, covered: usize, epoch: Instant, mut last_us: i64, out: &mut Vec<u8>) {
        let mut deltas = Vec::with_capacity(covered * 2);
        let mut symbols = Vec::with_capacity(covered);
        for arrival in self.arrivals.iter().take(covered) {
            let Some(arrival) = arrival else {
                symbols.push(0);
                continue;
            };
            let ticks = ((micros(*arrival, epoch) - last_us) / DELTA_US)
                .clamp(i64::from(i16::MIN), i64::from(i16::MAX));
            last_us += ticks * DELTA_US;
            if let Ok(small) = u8::try_from(ticks) {
                symbols.push(1);
                deltas.push(small);
            } else {
                symbols.push(2);
                deltas.extend_from_slice(&(ticks as i16).to_be_bytes());
            }
        }
        for chunk in symbols.chunks(SYMBOLS_PER_CHUNK) {
            let vector = chunk
                .iter()
                .enumerate()
                .fold(0xC000_u16, |word, (at, symbol)| word | symbol << (12 - 2 * at));
            out.extend_from_slice(&vector.to_be_bytes());
        }
        out.extend_from_slice(&deltas);
    }

    fn extend(&self, sequence: u16) -> u64 {
        let Some(highest) = self.highest else { return (1 << 16) + u64::from(sequence) };
        let ahead = sequence.wrapping_sub(highest as u16).cast_signed();
        highest.saturating_add_signed(i64::from(ahead))
    }
}

impl Default for TwccRecorder {
    fn default() -> Self {
        Self::new()
    }
}

fn micros(at: Instant, epoch: Instant) -> i64 {
    at.saturating_duration_since(epoch).as_micros() as i64
}

/// FMT of transport-wide feedback.
const FORMAT: u8 = 15;

/// Between feedbacks; browsers expect 50 to 100 ms.
const INTERVAL: Duration = Duration::from_millis(60);

/// Unit of the reference time.
const REFERENCE_US: i64 = 64_000;

/// Unit of the deltas.
const DELTA_US: i64 = 250;

/// Two-bit symbols in one chunk.
const SYMBOLS_PER_CHUNK: usize = 7;

/// Most numbers that one feedback covers: with large deltas 900 bytes, which fit a datagram.
const MAX_STATUSES: usize = 380;

/// A jump of more than this is another numbering.
const MAX_SPAN: usize = 1_024;
