//! Which packets of a publisher are missing, and when to ask for them (RFC 4585 §6.2.1).

use std::time::{Duration, Instant};

/// What the arrival of a packet means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Arrival {
    /// It goes on from what came, with or without a few missing.
    Next,
    /// It fills a hole, or came twice.
    Late,
    /// So much is missing that only a keyframe helps.
    Jump,
}

/// The missing packets of one layer.
#[derive(Debug)]
pub struct NackGenerator {
    highest: Option<u64>,
    missing: Vec<Missing>,
    needs_keyframe: bool,
}

#[derive(Clone, Copy, Debug)]
struct Missing {
    index: u64,
    since: Instant,
    asked_at: Option<Instant>,
    tries: u8,
}

impl NackGenerator {
    /// Nothing is missing yet.
    pub fn new() -> Self {
        Self { highest: None, missing: Vec::with_capacity(MAX_MISSING), needs_keyframe: false }
    }

    /// Notes a packet that came by itself.
    pub fn received(&mut self, now: Instant, index: u64) -> Arrival {
        let Some(highest) = self.highest else {
            self.highest = Some(index);
            return Arrival::Next;
        };
        if index <= highest {
            self.missing.retain(|missing| missing.index != index);
            return Arrival::Late;
        }
        self.highest = Some(index);
        let gap = (index - highest - 1) as usize;
        if MAX_MISSING < self.missing.len() + gap {
            self.missing.clear();
            self.needs_keyframe = true;
            return Arrival::Jump;
        }
        self.missing.extend((highest + 1..index).map(|index| Missing {
            index,
            since: now,
            asked_at: None,
            tries: 0,
        }));
        Arrival::Next
    }

    /// Notes a repeated packet; false when it was not missing.
    pub fn recovered(&mut self, index: u64) -> bool {
        let before = self.missing.len();
        self.missing.retain(|missing| missing.index != index);
        self.missing.len() < before
    }

    /// Adds what to ask for now to `lost`.
    pub fn poll(&mut self, now: Instant, round_trip: Duration, lost: &mut Vec<u16>) {
        let interval = nack_interval(round_trip);
        let mut given_up = false;
        self.missing.retain_mut(|missing| {
            let alive = now < missing.since + GIVE_UP && missing.tries < MAX_TRIES;
            given_up |= !alive;
            let due = match missing.asked_at {
                None => missing.since + REORDER_TOLERANCE <= now,
                Some(at) => at + interval <= now,
            };
            if alive && due {
                missing.tries += 1;
                missing.asked_at = Some(now);
                lost.push(missing.index as u16);
            }
            alive
        });
        self.needs_keyframe |= given_up;
    }

    /// Whether something was given up since this was last asked.
    pub fn take_needs_keyframe(&mut self) -> bool {
        std::mem::take(&mut self.needs_keyframe)
    }
}

impl Default for NackGenerator {
    fn default() -> Self {
        Self::new()
    }
}

/// Returns how long to wait before asking for the same packet again.
///
/// One round trip, kept between 20 and 250 ms: sooner repeats a NACK that is still on its way,
/// later misses the jitter buffer.
fn nack_interval(round_trip: Duration) -> Duration {
    round_trip.clamp(MIN_INTERVAL, MAX_INTERVAL)
}

const MIN_INTERVAL: Duration = Duration::from_millis(20);
const MAX_INTERVAL: Duration = Duration::from_millis(250);

/// A packet this late is lost rather than reordered.
const REORDER_TOLERANCE: Duration = Duration::from_millis(10);

/// No jitter buffer waits longer.
const GIVE_UP: Duration = Duration::from_secs(1);

const MAX_TRIES: u8 = 10;

/// More than this is mended by a keyframe.
const MAX_MISSING: usize = 256;
