//! Spreads what one subscriber gets over time, the most important first.
//!
//! A keyframe that leaves at once fills the queue of a slow link, and the voice behind it waits or
//! is lost. So packets leave at a rate a little above what the path takes; what may not leave yet
//! waits here, where audio overtakes it. While nothing waits and the rate allows it, a packet leaves
//! in the turn in which it came.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::retransmission::SCREEN_CACHE_BYTES;

/// What a packet is to its receiver, the most important first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Class {
    /// Voices and the sound of screens: never held back.
    Audio,
    /// Packets sent again, within their budget.
    Repair,
    /// Shared screens.
    Screen,
    /// The picture of who speaks, or of who was asked for first.
    Speaker,
    /// Other pictures.
    Grid,
}

/// Packets of one subscriber that wait to leave.
#[derive(Debug)]
pub struct Pacer<T> {
    queues: [VecDeque<Entry<T>>; CLASSES],
    queued: usize,
    queued_bytes: usize,
    /// Those of them that are of shared screens.
    screen_bytes: usize,
    /// In bit/s; `None` while nothing is known of the path.
    rate_bps: Option<f64>,
    /// Bytes that left ahead of the rate.
    debt_bytes: f64,
    paid_at: Option<Instant>,
    /// Counts what leaves, to tell a subscriber for whom waiting pays.
    window_began: Option<Instant>,
    window_packets: u32,
    gathers: bool,
    /// When packets last left; those that come within [`GATHER`] after it gather for one run.
    left_at: Option<Instant>,
}

#[derive(Debug)]
struct Entry<T> {
    bytes: u16,
    item: T,
}

impl<T> Pacer<T> {
    /// Nothing waits, and nothing is held back.
    pub fn new() -> Self {
        Self {
            queues: std::array::from_fn(|_| VecDeque::new()),
            queued: 0,
            queued_bytes: 0,
            screen_bytes: 0,
            rate_bps: None,
            debt_bytes: 0.0,
            paid_at: None,
            window_began: None,
            window_packets: 0,
            gathers: false,
            left_at: None,
        }
    }

    /// Sets the rate at which packets leave, in bit/s; `None` holds nothing back.
    pub fn set_rate(&mut self, now: Instant, rate_bps: Option<f64>) {
        self.pay(now);
        self.rate_bps = rate_bps;
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.queued == 0
    }

    /// How many packets wait.
    pub fn len(&self) -> usize {
        self.queued
    }

    /// How many bytes wait.
    pub fn queued_bytes(&self) -> usize {
        self.queued_bytes
    }

    /// How long what waits takes to leave.
    pub fn queue_time(&self) -> Duration {
        self.time_of(self.queued_bytes)
    }

    /// How long so many bytes take to leave, as if nothing else waited.
    pub fn time_of(&self, bytes: usize) -> Duration {
        let bits = bytes as f64 * 8.0;
        self.rate_bps.map_or(Duration::ZERO, |rate| Duration::from_secs_f64(bits / rate))
    }

    /// Whether so much waits that something has to go before anything else is taken in: see
    /// [`drop_least`](Self::drop_least).
    pub fn is_full(&self) -> bool {
        let moving_bytes = self.queued_bytes - self.screen_bytes;
        MAX_PACKETS <= self.queued
            || (MIN_FULL_BYTES < moving_bytes && MAX_QUEUE_TIME < self.time_of(moving_bytes))
            || (MIN_FULL_BYTES < self.screen_bytes && MAX_SCREEN_TIME < self.queue_time())
            || MAX_SCREEN_BYTES < self.screen_bytes
    }

    /// Takes in a packet of about `bytes`.
    pub fn push(&mut self, class: Class, bytes: usize, item: T) {
        let bytes = u16::try_from(bytes).unwrap_or(u16::MAX);
        self.queues[class as usize].push_back(Entry { bytes, item });
        self.queued += 1;
        self.queued_bytes += usize::from(bytes);
        if class == Class::Screen {
            self.screen_bytes += usize::from(bytes);
        }
    }

    /// The class whose first packet may leave now.
    pub fn next(&self, now: Instant) -> Option<Class> {
        if self.queued == 0 || self.gathering_until(now).is_some() {
            return None;
        }
        if !self.queues[Class::Audio as usize].is_empty() {
            return Some(Class::Audio);
        }
        if self.rate_bps.is_some() && self.burst_bytes() < self.owed_bytes(now) {
            return None;
        }
        VIDEO_CLASSES.into_iter().find(|&class| !self.queues[class as usize].is_empty())
    }

    /// The first packet of a class.
    pub fn front(&self, class: Class) -> Option<&T> {
        self.queues[class as usize].front().map(|entry| &entry.item)
    }

    /// Takes the first packet of a class; it leaves now.
    pub fn take(&mut self, now: Instant, class: Class) -> Option<T> {
        let entry = self.queues[class as usize].pop_front()?;
        self.queued -= 1;
        self.queued_bytes -= usize::from(entry.bytes);
        if class == Class::Screen {
            self.screen_bytes -= usize::from(entry.bytes);
        }
        self.on_sent(now, usize::from(entry.bytes));
        Some(entry.item)
    }

    /// Notes what leaves without having waited here, such as padding.
    pub fn on_sent(&mut self, now: Instant, bytes: usize) {
        // What leaves with others of the same turn has been paid for up to now, and counts with them.
        if self.paid_at != Some(now) {
            self.pay(now);
        }
        self.debt_bytes += bytes as f64;
        self.count(now);
    }

    /// Takes out what waits of the least important class that has any, of one source: `same` says
    /// whether a packet belongs to the same source as the last of that class. Audio and packets sent
    /// again stay; the latter have a budget of their own. Returns what was taken out.
    pub fn drop_least(&mut self, same: impl Fn(&T, &T) -> bool) -> Vec<T> {
        let video = Class::Screen as usize..CLASSES;
        let Some(class) = video.rev().find(|&class| !self.queues[class].is_empty()) else {
            return Vec::new();
        };
        let Some(last) = self.queues[class].pop_back() else { return Vec::new() };
        let mut dropped = Vec::new();
        let mut kept = VecDeque::with_capacity(self.queues[class].len());
        for entry in self.queues[class].drain(..) {
            if same(&entry.item, &last.item) { dropped.push(entry) } else { kept.push_back(entry) }
        }
        self.queues[class] = kept;
        dropped.push(last);
        self.queued -= dropped.len();
        let bytes = dropped.iter().map(|entry| usize::from(entry.bytes)).sum::<usize>();
        self.queued_bytes -= bytes;
        if class == Class::Screen as usize {
            self.screen_bytes -= bytes;
        }
        dropped.into_iter().map(|entry| entry.item).collect()
    }

    /// When something may leave that may not leave now; `None` while nothing waits.
    pub fn poll_timeout(&self, now: Instant) -> Option<Instant> {
        if self.queued == 0 {
            return None;
        }
        let gathered = self.gathering_until(now);
        let owed = self.owed_bytes(now) - self.burst_bytes();
        let paid = self
            .rate_bps
            .filter(|_| 0.0 < owed)
            .map(|rate| now + Duration::from_secs_f64(owed * 8.0 / rate).max(TICK));
        gathered.max(paid).or(Some(now))
    }

    fn pay(&mut self, now: Instant) {
        self.debt_bytes = self.owed_bytes(now);
        self.paid_at = Some(now);
    }

    fn owed_bytes(&self, now: Instant) -> f64 {
        let Some((rate, paid_at)) = self.rate_bps.zip(self.paid_at) else { return 0.0 };
        let passed = now.saturating_duration_since(paid_at).as_secs_f64();
        (self.debt_bytes - rate * passed / 8.0).max(0.0)
    }

    fn burst_bytes(&self) -> f64 {
        let burst = self.rate_bps.map_or(0.0, |rate| rate * BURST.as_secs_f64() / 8.0);
        burst.max(MIN_BURST_BYTES)
    }

    /// Lets packets of a subscriber that gets very many gather for a moment after each that left,
    /// so that they leave in runs: half the cost on the way out, for a millisecond.
    fn count(&mut self, now: Instant) {
        self.window_packets += 1;
        if self.left_at == Some(now) {
            return;
        }
        let began = *self.window_began.get_or_insert(now);
        let passed = now.saturating_duration_since(began);
        if GATHER_WINDOW <= passed {
            self.gathers = GATHER_FROM <= f64::from(self.window_packets) / passed.as_secs_f64();
            self.window_began = Some(now);
            self.window_packets = 0;
        }
        self.left_at = Some(now);
    }

    /// What leaves in one turn leaves together; what comes after it waits a little.
    fn gathering_until(&self, now: Instant) -> Option<Instant> {
        let left_at = self.left_at.filter(|left_at| self.gathers && *left_at != now)?;
        Some(left_at + GATHER).filter(|until| now < *until)
    }
}

impl<T> Default for Pacer<T> {
    fn default() -> Self {
        Self::new()
    }
}

const CLASSES: usize = Class::Grid as usize + 1;

/// What is held back when the rate does not allow it, the most important first.
const VIDEO_CLASSES: [Class; CLASSES - 1] =
    [Class::Repair, Class::Screen, Class::Speaker, Class::Grid];

/// What may leave at once after a pause: the path's queue takes it.
const BURST: Duration = Duration::from_millis(10);

/// Three full packets.
const MIN_BURST_BYTES: f64 = 3_600.0;

/// Timers are not finer.
const TICK: Duration = Duration::from_millis(1);

/// What waits longer than this is no use to anybody. When more waits, the owner drops all that
/// waits of the least important picture, lowers it, and asks for a keyframe; never audio.
const MAX_QUEUE_TIME: Duration = Duration::from_millis(400);

/// The same for a shared screen: a page of text takes its time on a narrow path, and late is better
/// than begun again and again.
const MAX_SCREEN_TIME: Duration = Duration::from_secs(8);

/// As much of a screen may wait as is kept for it, some of which is for what gets lost.
const MAX_SCREEN_BYTES: usize = SCREEN_CACHE_BYTES * 3 / 4;

/// A keyframe of a camera may always wait whole.
const MIN_FULL_BYTES: usize = 60_000;

/// Most packets that wait, whatever their size.
const MAX_PACKETS: usize = 2_048;

/// Packets per second from which gathering pays: more than one per millisecond.
const GATHER_FROM: f64 = 1_000.0;

/// How long packets gather.
const GATHER: Duration = Duration::from_millis(2);

/// How long packets are counted before that is decided.
const GATHER_WINDOW: Duration = Duration::from_millis(200);

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "tests need some starting instant")]
    fn start() -> Instant {
        Instant::now()
    }

    fn all(pacer: &mut Pacer<u32>, now: Instant) -> Vec<u32> {
        std::iter::from_fn(|| pacer.next(now).and_then(|class| pacer.take(now, class))).collect()
    }

    #[test]
    fn nothing_is_held_back_while_nothing_is_known() {
        let now = start();
        let mut pacer = Pacer::new();
        for packet in 0..500 {
            pacer.push(Class::Grid, 1_200, packet);
        }

        assert_eq!(all(&mut pacer, now).len(), 500);
    }

    #[test]
    fn frame_is_spread_at_the_rate() {
        let mut now = start();
        let mut pacer = Pacer::new();
        pacer.set_rate(now, Some(2_400_000.0));
        for packet in 0..30 {
            pacer.push(Class::Grid, 1_200, packet);
        }
        let mut left = all(&mut pacer, now).len();
        assert!(left <= 5, "{left} left at once");
        for _ in 0..200 {
            let due = pacer.poll_timeout(now).expect("packets wait");
            assert!(now < due, "waking up for nothing");
            now = due;
            left += all(&mut pacer, now).len();
            if pacer.is_empty() {
                break;
            }
        }

        assert_eq!(left, 30);
    }

    #[test]
    fn audio_overtakes_and_is_never_held_back() {
        let now = start();
        let mut pacer = Pacer::new();
        pacer.set_rate(now, Some(100_000.0));
        for packet in 0..20 {
            pacer.push(Class::Screen, 1_200, packet);
        }
        all(&mut pacer, now);

        pacer.push(Class::Audio, 100, 99);

        assert_eq!(all(&mut pacer, now), [99]);
    }

    #[test]
    fn the_most_important_leaves_first() {
        let now = start();
        let mut pacer = Pacer::new();
        for (at, class) in
            [Class::Grid, Class::Speaker, Class::Screen, Class::Repair].into_iter().enumerate()
        {
            pacer.push(class, 100, at as u32);
        }

        assert_eq!(all(&mut pacer, now), [3, 2, 1, 0]);
    }

    #[test]
    fn what_overflows_is_one_source_of_the_least_important() {
        let now = start();
        let mut pacer = Pacer::new();
        pacer.set_rate(now, Some(1_000_000.0));
        for packet in 0..100 {
            pacer.push(Class::Grid, 1_200, packet % 2);
            pacer.push(Class::Speaker, 1_200, 7);
        }
        assert!(pacer.is_full());

        let dropped = pacer.drop_least(|a, b| a == b);

        assert_eq!(dropped, [1; 50]);
        assert_eq!(pacer.len(), 150);
    }

    #[test]
    fn very_many_packets_gather_into_runs() {
        let mut now = start();
        let mut pacer = Pacer::new();
        let (mut runs, mut packets) = (0, 0);
        for packet in 0..2_000 {
            now += Duration::from_micros(500);
            pacer.push(Class::Grid, 1_200, packet);
            let run = all(&mut pacer, now).len();
            if 1_000 <= packet && 0 < run {
                runs += 1;
                packets += run;
            }
        }

        assert!(runs * 3 <= packets, "{packets} packets in {runs} runs");
    }
}
