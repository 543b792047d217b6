//! Packets kept for a while, and how often they may be sent again.

use std::time::{Duration, Instant};

/// The latest packets of one layer, in a ring of bytes. Allocates when it is made, and never again.
#[derive(Debug)]
pub struct PacketCache {
    bytes: Box<[u8]>,
    /// Bytes ever written, skipped ends of the ring included; modulo its length, where the next go.
    written: u64,
    entries: Box<[Entry]>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    index: u64,
    /// Value of `written` where the packet begins.
    start: u64,
    /// Where that is in the ring.
    at: usize,
    len: usize,
}

/// How often packets of one slot may be repeated: a server that answers every request drowns a full
/// link, whose losses then ask for more.
#[derive(Debug)]
pub struct RetransmissionBudget {
    bytes: f64,
    /// Of the media sent.
    share: f64,
    recent: [Repeat; RECENT],
}

#[derive(Clone, Copy, Debug, Default)]
struct Repeat {
    sequence: u16,
    /// When it was asked for at first, and last.
    asked_first: Option<Instant>,
    asked_last: Option<Instant>,
    tries: u8,
    at: Option<Instant>,
    /// Whether the last repetition is known to have got lost, or one to have come.
    is_lost: bool,
    has_come: bool,
}

impl PacketCache {
    /// Makes room for `capacity` bytes of packets.
    pub fn new(capacity: usize) -> Self {
        let entries = (capacity / TYPICAL_PACKET_BYTES).max(MIN_ENTRIES).next_power_of_two();
        Self {
            bytes: vec![0; capacity.max(MAX_PACKET_BYTES)].into_boxed_slice(),
            written: 0,
            entries: vec![Entry::default(); entries].into_boxed_slice(),
        }
    }

    /// Keeps a packet; the oldest ones go. One longer than any datagram of ours is not kept.
    pub fn push(&mut self, index: u64, packet: &[u8]) {
        if MAX_PACKET_BYTES < packet.len() {
            return;
        }
        let place = index as usize & (self.entries.len() - 1);
        // A repair that comes late must not push out the newer packet that has its place.
        if index < self.entries[place].index {
            return;
        }
        let capacity = self.bytes.len() as u64;
        let left = capacity - self.written % capacity;
        if left < packet.len() as u64 {
            self.written += left;
        }
        let at = (self.written % capacity) as usize;
        self.bytes[at..at + packet.len()].copy_from_slice(packet);
        self.entries[place] = Entry { index, start: self.written, at, len: packet.len() };
        self.written += packet.len() as u64;
    }

    /// Forgets all packets.
    pub fn clear(&mut self) {
        self.entries.fill(Entry::default());
    }

    /// Returns the packet, if it is still there.
    pub fn get(&self, index: u64) -> Option<&[u8]> {
        let entry = self.entries[index as usize & (self.entries.len() - 1)];
        let capacity = self.bytes.len() as u64;
        let overwritten = capacity < self.written - entry.start;
        if entry.len == 0 || entry.index != index || overwritten {
            return None;
        }
        self.bytes.get(entry.at..entry.at + entry.len)
    }
}

impl RetransmissionBudget {
    /// A full budget.
    pub fn new() -> Self {
        Self { bytes: BURST_BYTES, share: SHARE, recent: [Repeat::default(); RECENT] }
    }

    /// Says what share of the packets the path loses at any rate, while nothing queues on it: such loss
    /// does not grow when it is mended, so as much may be repeated as gets lost.
    pub fn set_own_loss(&mut self, own_loss: f64) {
        let own_loss = own_loss.min(MAX_MENDED);
        // Of what is repeated a part gets lost, too, and some is asked for twice.
        let more = 1.0 + SPARE * (own_loss - FREE_OF_SPARE).max(0.0);
        self.share = (own_loss / (1.0 - own_loss) * more).max(SHARE);
    }

    /// Notes media that was sent: what may be repeated is a share of it.
    pub fn on_sent(&mut self, bytes: usize) {
        self.bytes = (self.bytes + bytes as f64 * self.share).min(BURST_BYTES);
    }

    /// Whether the packet may be sent again now; takes its bytes from the budget if so.
    pub fn allow(&mut self, now: Instant, round_trip: Duration, sequence: u16, len: usize) -> bool {
        // A little less than a round trip, since that is what receivers wait, too, and requests come
        // a little early as well as late.
        let pause = round_trip.mul_f64(PAUSE_SHARE).max(MIN_PAUSE);
        let repeat = &mut self.recent[usize::from(sequence) % RECENT];
        let is_old = |at: Option<Instant>| at.is_none_or(|at| at + FORGET < now);
        if repeat.sequence != sequence || is_old(repeat.asked_last) {
            *repeat = Repeat { sequence, asked_first: Some(now), ..Repeat::default() };
        } else if is_old(repeat.at) {
            // Who asks on for so long may have it a few times more.
            *repeat = Repeat { sequence, asked_first: repeat.asked_first, ..Repeat::default() };
        }
        repeat.asked_last = Some(now);
        // A request that was sent before the last repetition can have arrived asks for nothing new.
        let too_soon = !repeat.is_lost && repeat.at.is_some_and(|at| now < at + pause);
        // Some receivers ask on for what has come: what was never sent again goes before that.
        let kept_back = if repeat.tries == 0 { 0.0 } else { KEPT_FOR_FIRST_TRIES };
        if too_soon || MAX_TRIES <= repeat.tries || self.bytes < len as f64 + kept_back {
            return false;
        }
        self.bytes -= len as f64;
        repeat.tries += 1;
        (repeat.at, repeat.is_lost, repeat.has_come) = (Some(now), false, false);
        true
    }

    /// For how long a packet has been asked for that has not come.
    pub fn missed_for(&self, now: Instant, sequence: u16) -> Duration {
        let repeat = &self.recent[usize::from(sequence) % RECENT];
        let asked = repeat.asked_first.filter(|_| repeat.sequence == sequence && !repeat.has_come);
        asked.map_or(Duration::ZERO, |at| now.saturating_duration_since(at))
    }

    /// A repetition got lost; returns whether it is still needed. The next need not wait.
    pub fn on_lost(&mut self, sequence: u16) -> bool {
        let Some(repeat) = self.recent_mut(sequence).filter(|repeat| !repeat.has_come) else {
            return false;
        };
        repeat.is_lost = true;
        true
    }

    /// A repetition came: what was asked before that became known asks for nothing.
    pub fn on_came(&mut self, now: Instant, sequence: u16) {
        if let Some(repeat) = self.recent_mut(sequence) {
            (repeat.at, repeat.has_come) = (Some(now), true);
        }
    }

    fn recent_mut(&mut self, sequence: u16) -> Option<&mut Repeat> {
        let repeat = &mut self.recent[usize::from(sequence) % RECENT];
        Some(repeat).filter(|repeat| repeat.sequence == sequence)
    }
}

impl Default for RetransmissionBudget {
    fn default() -> Self {
        Self::new()
    }
}

/// Splits an RTX payload into the original sequence number and the original payload (RFC 4588 §4).
/// `None` for what carries no payload.
pub fn decapsulate(payload: &[u8]) -> Option<(u16, &[u8])> {
    let (osn, original) = payload.split_first_chunk::<OSN_BYTES>()?;
    (!original.is_empty()).then_some((u16::from_be_bytes(*osn), original))
}

/// The original sequence number in front of a repeated payload (RFC 4588 §4).
pub const OSN_BYTES: usize = 2;

/// What is kept of a layer of a shared screen: a page of text in one keyframe, and what follows while it
/// waits.
pub const SCREEN_CACHE_BYTES: usize = 512 * 1024;

/// Longest packet that is kept; paths carry no more.
const MAX_PACKET_BYTES: usize = 1_500;

/// What entries are counted by; audio packets are smaller, and need less time.
const TYPICAL_PACKET_BYTES: usize = 500;

/// Audio: what one turn may bring.
const MIN_ENTRIES: usize = 128;

/// Packets whose repetitions are remembered.
const RECENT: usize = 256;

/// Times one packet is sent again.
const MAX_TRIES: u8 = 8;

/// A request for the same packet within this time is a repetition of the request.
const MIN_PAUSE: Duration = Duration::from_millis(20);

/// The same as a share of the round trip.
const PAUSE_SHARE: f64 = 0.75;

/// After this long the 16-bit number means another packet.
const FORGET: Duration = Duration::from_secs(2);

/// Repetitions as a share of the media sent: together with it at most a tenth of what leaves. Enough
/// to mend 8 % of loss. What is beyond that is mended by a keyframe or a smaller layer, and an
/// overloaded link recovers; but where the loss is known to be the path's own, see
/// [`RetransmissionBudget::set_own_loss`].
const SHARE: f64 = 0.09;

/// More loss of a path's own is not mended packet by packet.
const MAX_MENDED: f64 = 0.35;

/// Up to this loss a tenth of what leaves is enough; over it, how much more than what gets lost may
/// be repeated, for each share over it.
const FREE_OF_SPARE: f64 = 0.1;
const SPARE: f64 = 4.0;

/// Of the budget, what only packets may use that were not sent again yet.
const KEPT_FOR_FIRST_TRIES: f64 = 15_000.0;

/// What a slot may repeat at once: a lost keyframe.
const BURST_BYTES: f64 = 60_000.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_are_found_until_the_ring_has_gone_round() {
        let mut cache = PacketCache::new(10_000);
        for index in 0..100 {
            cache.push(index, &[index as u8; 300]);
        }

        assert_eq!(cache.get(99), Some([99; 300].as_slice()));
        assert_eq!(cache.get(75), Some([75; 300].as_slice()));
        assert_eq!(cache.get(60), None);
    }

    #[test]
    fn a_late_packet_does_not_push_out_a_newer_one() {
        let mut cache = PacketCache::new(10_000);
        cache.push(1_000 + 128, &[1; 10]);

        cache.push(1_000, &[2; 10]);

        assert_eq!(cache.get(1_000 + 128), Some([1; 10].as_slice()));
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests need some starting instant")]
    fn one_packet_is_repeated_a_few_times_and_not_at_once() {
        let mut now = Instant::now();
        let mut budget = RetransmissionBudget::new();
        let mut allowed = 0;
        for _ in 0..100 {
            allowed += u32::from(budget.allow(now, Duration::from_millis(10), 7, 1_000));
            now += Duration::from_millis(10);
        }

        assert_eq!(allowed, u32::from(MAX_TRIES));
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests need some starting instant")]
    fn a_repetition_that_is_known_to_be_lost_is_not_waited_for() {
        let now = Instant::now();
        let round_trip = Duration::from_millis(100);
        let soon = now + Duration::from_millis(10);
        let mut budget = RetransmissionBudget::new();
        assert!(budget.allow(now, round_trip, 7, 1_000));
        assert!(!budget.allow(soon, round_trip, 7, 1_000));

        assert!(budget.on_lost(7));

        assert!(budget.allow(soon, round_trip, 7, 1_000));
        assert!(!budget.allow(soon, round_trip, 7, 1_000), "once");
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests need some starting instant")]
    fn what_was_asked_before_a_repetition_was_known_to_have_come_is_not_sent_again() {
        let now = Instant::now();
        let round_trip = Duration::from_millis(100);
        let mut budget = RetransmissionBudget::new();
        assert!(budget.allow(now, round_trip, 7, 1_000));

        budget.on_came(now + round_trip, 7);

        assert!(!budget.allow(now + round_trip, round_trip, 7, 1_000));
        assert!(budget.allow(now + round_trip * 2, round_trip, 7, 1_000), "asked anew");
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests need some starting instant")]
    fn repetitions_stay_a_share_of_what_was_sent() {
        let now = Instant::now();
        let mut budget = RetransmissionBudget::new();
        let mut repeated = 0.0;
        for sequence in 0..10_000 {
            budget.on_sent(1_000);
            repeated += f64::from(u8::from(budget.allow(now, Duration::ZERO, sequence, 1_000)));
        }

        assert!(repeated * 1_000.0 <= 10_000_000.0 * SHARE + BURST_BYTES);
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests need some starting instant")]
    fn where_a_path_loses_much_by_itself_as_much_is_repeated() {
        let now = Instant::now();
        let mut budget = RetransmissionBudget::new();
        budget.set_own_loss(0.3);
        let mut repeated = 0.0;
        for sequence in 0..10_000 {
            budget.on_sent(1_000);
            repeated += f64::from(u8::from(budget.allow(now, Duration::ZERO, sequence, 1_000)));
        }

        assert!((4_300.0..9_000.0).contains(&repeated), "{repeated}");
    }

    #[test]
    fn repair_without_payload_is_none() {
        assert_eq!(decapsulate(&[1, 2]), None);
        assert_eq!(decapsulate(&[1]), None);
        assert_eq!(decapsulate(&[1, 2, 3]), Some((0x0102, [3].as_slice())));
    }
}
