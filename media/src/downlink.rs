//! One subscriber's way down: what its path takes, and the packets that wait for their turn on it.

use std::time::{Duration, Instant};

use crate::allocation::{Budget, Picture, held_bps, least_held_bps, wanted_bps};
use crate::batch::{Queued, QueuedKind};
use crate::bwe::{Estimator, PathReport, TransportFeedback, Usage};
use crate::pacer::{Class, Pacer};
use crate::rate::{BurstMeter, RateMeter};
use crate::repairs::Repairs;

/// The estimate of a path and the queue before it.
pub(crate) struct Downlink {
    estimator: Estimator,
    pacer: Pacer<Queued>,
    /// Whether the subscriber said that it reports what comes; without that nothing can be known.
    reports: bool,
    first_sent_at: Option<Instant>,
    /// What has left since.
    sent_bytes: u64,
    /// When it first did.
    informed_at: Option<Instant>,
    audio: RateMeter,
    repairs: BurstMeter,
    pub(crate) repeated: Repairs,
    /// Since when less fits than is given.
    short_since: Option<Instant>,
    /// Whether voices go without the repetitions that some carry (RFC 2198): on a narrow path that
    /// loses little they cost more than they mend.
    pub(crate) plain_audio: bool,
    /// How many frames each packet of a voice repeats, where that is more than came with it: on a
    /// path that loses much.
    pub(crate) repeats: usize,
    /// How often the packets of a voice are sent again as they are, to a subscriber that knows no
    /// repetitions.
    pub(crate) copies: usize,
    copies_until: Option<Instant>,
    /// What voices take without any repetition, and without what a path adds to each packet.
    voices: RateMeter,
    /// The device asked for as little as possible.
    pub(crate) saves_data: bool,
    /// When a picture last had to be lowered, and for how long none rises after that.
    lowered_at: Option<Instant>,
    rise_pause: Duration,
    risen_at: Option<Instant>,
    pub(crate) allocated_at: Option<Instant>,
    /// The slot whose packets had to go because too much waited; it begins anew.
    pub(crate) overflowed: Option<u8>,
    /// Whether the subscriber is in the engine's list of those with something to send.
    pub(crate) is_dirty: bool,
    /// Whether it is in the list of those who wait, and for when.
    pub(crate) is_held: bool,
    pub(crate) release_at: Option<Instant>,
}

impl Downlink {
    /// Nothing is known, and nothing waits.
    pub(crate) fn new(now: Instant, seed: u64) -> Self {
        Self {
            estimator: Estimator::new(now, seed),
            pacer: Pacer::new(),
            reports: false,
            first_sent_at: None,
            sent_bytes: 0,
            informed_at: None,
            audio: RateMeter::default(),
            repairs: BurstMeter::default(),
            repeated: Repairs::default(),
            short_since: None,
            plain_audio: false,
            repeats: 0,
            copies: 0,
            copies_until: None,
            voices: RateMeter::default(),
            saves_data: false,
            lowered_at: None,
            rise_pause: RISE_PAUSE,
            risen_at: None,
            allocated_at: None,
            overflowed: None,
            is_dirty: false,
            is_held: false,
            release_at: None,
        }
    }

    /// Says whether the device gets as little as possible.
    pub(crate) fn save_data(&mut self, on: bool) {
        self.saves_data = on;
        self.plain_audio = on;
    }

    /// Says whether the subscriber's sections promise transport feedback.
    pub(crate) fn set_reports(&mut self, reports: bool) {
        self.reports = reports;
    }

    /// Takes a packet in; returns what had to go for it, all of one slot.
    pub(crate) fn push(&mut self, class: Class, queued: Queued) -> Vec<Queued> {
        let mut dropped = Vec::new();
        // The first keyframes of a large call wait until it is known what the path takes.
        let is_unknown = self.reports && !self.estimator.is_informed();
        if self.pacer.is_full() && !is_unknown {
            dropped = self.pacer.drop_least(|a, b| a.slot == b.slot);
            self.overflowed = dropped.first().map(|queued| queued.slot).or(self.overflowed);
        }
        self.pacer.push(class, usize::from(queued.bytes), queued);
        dropped
    }

    /// How long so many bytes take to leave.
    pub(crate) fn time_of(&self, bytes: u32) -> Duration {
        self.pacer.time_of(bytes as usize)
    }

    /// Whether nothing more can be taken in, since what waits may not be dropped.
    pub(crate) fn is_stuffed(&self) -> bool {
        MAX_QUEUE <= self.pacer.len()
    }

    /// Sets the rate of what leaves next.
    pub(crate) fn begin_run(&mut self, now: Instant) {
        // What leaves first tells how much more may; a page of text must not leave before that.
        let is_held = self.reports && (self.estimator.is_informed() || !self.is_deaf(now));
        let is_first = !self.estimator.is_informed() && self.sent_bytes < FIRST_BYTES;
        let rate_bps = (is_held && !is_first)
            .then(|| self.estimator.pacing_bps(now, self.pacer.queued_bytes()));
        self.pacer.set_rate(now, rate_bps);
    }

    /// The class whose first packet may leave now.
    pub(crate) fn next(&self, now: Instant) -> Option<Class> {
        self.pacer.next(now)
    }

    /// The first packet of a class.
    pub(crate) fn front(&self, class: Class) -> Option<&Queued> {
        self.pacer.front(class)
    }

    /// Takes the first packet of a class; it leaves now.
    pub(crate) fn take(&mut self, now: Instant, class: Class) -> Option<Queued> {
        self.pacer.take(now, class)
    }

    /// Whether neither packets nor a probe wait for their time.
    pub(crate) fn is_at_rest(&self) -> bool {
        self.pacer.is_empty() && self.estimator.probe_bps().is_none()
    }

    /// The transport-wide number under which a packet of so many bytes leaves now.
    pub(crate) fn number(&mut self, now: Instant, bytes: usize) -> u16 {
        self.first_sent_at.get_or_insert(now);
        self.sent_bytes += bytes as u64;
        self.estimator.on_sent(now, bytes)
    }

    /// Notes what left, for what is left for pictures.
    pub(crate) fn on_sent(&mut self, now: Instant, kind: QueuedKind, is_video: bool, bytes: usize) {
        match kind {
            QueuedKind::Repair => self.repairs.on_packet(now, bytes + PATH_BYTES),
            QueuedKind::Media if !is_video => self.audio.on_packet(now, bytes + PATH_BYTES),
            QueuedKind::Media => {}
        }
    }

    /// Notes a copy of a packet of a voice that leaves now.
    pub(crate) fn on_copy(&mut self, now: Instant, bytes: usize) {
        self.pacer.on_sent(now, bytes);
        self.audio.on_packet(now, bytes + PATH_BYTES);
    }

    /// Notes a packet of a voice that leaves, by its length when it came and how many frames it had.
    pub(crate) fn on_voice(&mut self, now: Instant, bytes: u16, frames: usize) {
        self.voices.on_packet(now, usize::from(bytes) / frames);
    }

    /// Whether padding is due, which a probe sends beside what there is to send.
    pub(crate) fn needs_padding(&self, now: Instant) -> bool {
        self.reports && 0 < self.estimator.padding_due(now)
    }

    /// Notes padding that leaves now; returns its transport-wide number.
    pub(crate) fn number_padding(&mut self, now: Instant, bytes: usize) -> u16 {
        self.pacer.on_sent(now, bytes);
        self.number(now, bytes)
    }

    /// When something may leave that may not leave now.
    pub(crate) fn next_release(&self, now: Instant) -> Option<Instant> {
        let burst = self.estimator.probe_bps().map(|_| now + BURST_TICK);
        self.pacer.poll_timeout(now).into_iter().chain(burst).min()
    }

    /// Takes in what the subscriber says of our packets; returns whether it should be looked at anew
    /// what it gets.
    pub(crate) fn on_feedback(&mut self, now: Instant, feedback: &TransportFeedback<'_>) -> bool {
        let was_new = self.informed_at.is_none();
        let was_stalled = self.estimator.is_stalled();
        self.estimator.on_feedback(now, feedback);
        if self.estimator.is_informed() {
            self.informed_at.get_or_insert(now);
        }
        if was_stalled {
            // The path is back: what was lowered while nothing came over it may rise at once.
            self.lowered_at = None;
        }
        was_new || was_stalled
    }

    /// Does what time alone brings; returns whether a probe has something to send.
    pub(crate) fn tick(&mut self, now: Instant) -> bool {
        if !self.reports {
            return false;
        }
        if self.estimator.poll_timeout(now).is_some_and(|at| at <= now) {
            self.estimator.handle_timeout(now);
        }
        self.needs_padding(now)
    }

    /// What pictures may take together, in bit/s; `None` while nothing is held back.
    pub(crate) fn pictures_bps(&self, now: Instant) -> Option<f64> {
        if self.saves_data {
            return Some(0.0);
        }
        if !self.reports || (!self.estimator.is_informed() && self.is_deaf(now)) {
            return None;
        }
        let others_bps = self.audio_bps(now) + self.repairs.bps(now);
        Some((self.estimator.sustained_bps() - others_bps).max(0.0))
    }

    /// Whether the subscriber would have reported by now if it did that at all.
    fn is_deaf(&self, now: Instant) -> bool {
        self.first_sent_at.is_some_and(|at| at + PATIENCE <= now)
    }

    /// Whether the subscriber has reported for long enough for the first probes to have shown what
    /// the path takes.
    pub(crate) fn is_sounded(&self, now: Instant) -> bool {
        self.informed_at.is_some_and(|at| at + SOUNDING <= now)
    }

    /// Whether the subscriber has ever reported what came.
    pub(crate) fn is_informed(&self) -> bool {
        self.informed_at.is_some()
    }

    /// Share of the packets that the path loses whatever is sent; none while a queue may be the cause.
    pub(crate) fn own_loss(&self) -> f64 {
        let is_free = self.estimator.report().queue < SHORT_QUEUE;
        if is_free && self.estimator.usage() != Usage::Over {
            self.estimator.own_loss()
        } else {
            0.0
        }
    }

    /// Says what pictures would take together at their best, in bit/s.
    pub(crate) fn set_wanted(&mut self, now: Instant, wanted_bps: f64) {
        let wanted_bps = if self.saves_data { 0.0 } else { wanted_bps * ROOM_ABOVE_WANTED };
        self.estimator.set_wanted(self.audio_bps(now) + wanted_bps);
        self.estimator.set_fixed(self.audio.bps(now).unwrap_or(0.0));
    }

    /// What there is to divide among `pictures`, when `limit_bps` fit.
    ///
    /// An estimate that dips for a moment is no reason for a keyframe: the pacer takes that. So what
    /// is held stays for a while, unless it is far too much; and even then none pauses at once, since
    /// coming back takes longer than a dip.
    pub(crate) fn budget(&mut self, now: Instant, limit_bps: f64, pictures: &[Picture]) -> Budget {
        let held_bps = held_bps(pictures);
        let rises = self.rises(now, wanted_bps(pictures) * ROOMY <= limit_bps);
        // Without any picture the longest pauses would seem to be a fault.
        let first_may_return = self.lowered_at.is_none_or(|at| at + RISE_PAUSE <= now);
        if held_bps <= limit_bps {
            self.short_since = None;
            return Budget { left_bps: limit_bps, rises, first_may_return };
        }
        let since = *self.short_since.get_or_insert(now);
        let is_far = limit_bps * FAR_TOO_MUCH < held_bps;
        // What comes as fast as it is sent fits, whatever a passing queue did to the estimate.
        let path = self.estimator.report();
        let is_carried =
            path.queue < SHORT_QUEUE && path.sent_bps * CARRIED_SHARE < path.acknowledged_bps;
        let patience = if is_carried { CARRIED_DIP } else { DIP };
        let is_now = self.saves_data || self.overflowed.is_some();
        if is_now || since + patience <= now {
            self.short_since = None;
            return Budget { left_bps: limit_bps, rises, first_may_return };
        }
        let left_bps = if is_far { limit_bps.max(least_held_bps(pictures)) } else { held_bps };
        Budget { left_bps, rises: 0, first_may_return: first_may_return && !is_far }
    }

    /// Notes what became of it.
    pub(crate) fn on_divided(&mut self, now: Instant, pictures: &[Picture]) {
        let is_short = pictures.iter().any(|picture| picture.given < picture.best());
        let loss = self.estimator.report().loss;
        let bearable = if self.plain_audio { BEARABLE_LOSS * 2.0 } else { BEARABLE_LOSS };
        let plain_audio = self.saves_data || (is_short && loss < bearable);
        if std::mem::replace(&mut self.plain_audio, plain_audio) != plain_audio {
            // Voices cost something else from now on.
            self.audio = RateMeter::default();
        }
        self.repeats = self.repeats_for(now, loss);
        self.copies = self.copies_for(now);
        if !self.is_sounded(now) || self.saves_data {
            return;
        }
        if pictures.iter().any(|picture| picture.given < picture.before) {
            // Who rises and falls again and again is asked to wait the longer.
            let again = self.lowered_at.is_some_and(|at| now < at + self.rise_pause + UNSTEADY);
            self.rise_pause =
                if again { (self.rise_pause * 2).min(MAX_RISE_PAUSE) } else { RISE_PAUSE };
            self.lowered_at = Some(now);
        } else if pictures.iter().any(|picture| picture.before < picture.given) {
            self.risen_at = Some(now);
        }
    }

    /// How many frames a packet is to repeat: the more the path loses, as long as voices stay a small
    /// share of what it takes. Two lost packets in a row are mended by two repetitions only.
    fn repeats_for(&self, now: Instant, loss: f64) -> usize {
        if self.plain_audio {
            return 0;
        }
        let most = self.most_repeats(now);
        let is_worth = |&(repeats, from): &(usize, f64)| {
            // What was begun goes on until the loss is clearly less.
            let from = if repeats <= self.repeats { from * REPEATS_KEPT } else { from };
            from <= loss && repeats <= most
        };
        REPEATS.iter().find(|level| is_worth(level)).map_or(0, |(repeats, _)| *repeats)
    }

    /// How many repetitions of voices the path has room for.
    fn most_repeats(&self, now: Instant) -> usize {
        let once_bps = self.voices.bps(now).unwrap_or(MIN_AUDIO_BPS);
        let share_bps = self.estimator.sustained_bps() * MOST_FOR_REPEATS;
        // Where voices are all there is, losses tell little of what the path takes; a queue would.
        let is_free = self.estimator.report().queue < SHORT_QUEUE;
        let most_bps = if is_free { share_bps.max(ALWAYS_FOR_REPEATS_BPS) } else { share_bps };
        let fits = |repeats: &usize| once_bps * (repeats + 1) as f64 <= most_bps;
        REPEATS.iter().map(|(repeats, _)| *repeats).find(fits).unwrap_or(0)
    }

    /// How often a voice is sent again, which costs what as many repetitions do. A packet of which one
    /// copy came is reported as come, so the loss that is seen falls at once: what was begun goes on
    /// for a while.
    fn copies_for(&mut self, now: Instant) -> usize {
        if self.plain_audio {
            self.copies_until = None;
            return 0;
        }
        if 0 < self.repeats && self.copies <= self.repeats {
            self.copies_until = Some(now + COPIES_KEPT);
        }
        let kept = if self.copies_until.is_some_and(|until| now < until) { self.copies } else { 0 };
        self.repeats.max(kept.min(self.most_repeats(now)))
    }

    /// How many pictures may rise now: one after the other once something had to be lowered, unless the
    /// path takes far more than everything.
    fn rises(&self, now: Instant, is_roomy: bool) -> usize {
        let Some(lowered_at) = self.lowered_at else { return usize::MAX };
        if is_roomy && lowered_at + RISE_PAUSE <= now {
            return usize::MAX;
        }
        let may_rise = lowered_at + self.rise_pause <= now
            && self.risen_at.is_none_or(|at| at + BETWEEN_RISES <= now);
        let is_long_ago = lowered_at + self.rise_pause + UNSTEADY <= now;
        if is_long_ago { usize::MAX } else { usize::from(may_rise) }
    }

    fn audio_bps(&self, now: Instant) -> f64 {
        self.audio.bps(now).unwrap_or(0.0).max(MIN_AUDIO_BPS)
    }

    /// What is known of the path.
    pub(crate) fn report(&self) -> PathReport {
        self.estimator.report()
    }
}

/// IPv4, UDP and the SRTP tag, which a path carries too.
pub(crate) const PATH_BYTES: usize = 28 + 16;

/// Most packets that wait for one subscriber.
const MAX_QUEUE: usize = 3_000;

/// Granularity of a probe.
const BURST_TICK: Duration = Duration::from_millis(2);

/// A subscriber that has not reported this long after its first packet never will, and then nothing
/// is held back for what it does not say.
const PATIENCE: Duration = Duration::from_secs(1);

/// So much leaves at once before anything is known of the path: what the queue of a slow one takes.
const FIRST_BYTES: u64 = 15_000;

/// How long the first probes take, from the first report on.
const SOUNDING: Duration = Duration::from_millis(1_200);

/// What is kept for voices, whether or not anybody speaks.
const MIN_AUDIO_BPS: f64 = 40_000.0;

/// Pictures rise with room to spare, so a little more than they take is asked of the path.
const ROOM_ABOVE_WANTED: f64 = 1.3;

/// How long less may fit than is given before something is lowered.
const DIP: Duration = Duration::from_millis(1_000);

/// Share of the packets that voices bear to lose without repetitions; Opus mends it by itself.
const BEARABLE_LOSS: f64 = 0.02;

/// How many frames each packet repeats from which share of lost packets on, the most first. With
/// three, four packets in a row have to get lost for a frame to be: 1 % at 30 %.
const REPEATS: [(usize, f64); 2] = [(3, 0.15), (2, 0.06)];

/// The share at which that ends, of the one at which it began.
const REPEATS_KEPT: f64 = 0.6;

/// How long a voice is sent again after the path was last seen to lose so much.
const COPIES_KEPT: Duration = Duration::from_secs(20);

/// Share of what the path takes that voices may take with all they repeat.
const MOST_FOR_REPEATS: f64 = 0.4;

/// What they may take where nothing queues: one voice with three frames from before.
const ALWAYS_FOR_REPEATS_BPS: f64 = 150_000.0;

/// After something was lowered nothing rises for this long; when that happens again, for longer.
const RISE_PAUSE: Duration = Duration::from_secs(2);
const MAX_RISE_PAUSE: Duration = Duration::from_secs(10);

/// A path that takes this many times what all pictures take at their best is not one that wavers about it:
/// what was lowered was lowered by mistake, or the path is another one.
const ROOMY: f64 = 1.2;

/// A path is unsteady for so long after something that was lowered may rise again.
const UNSTEADY: Duration = Duration::from_secs(10);

/// Between two pictures that rise on an unsteady path.
const BETWEEN_RISES: Duration = Duration::from_millis(1_000);

/// The same while what is sent comes: long enough for a probe to show that the path takes it.
const CARRIED_DIP: Duration = Duration::from_secs(4);
const SHORT_QUEUE: Duration = Duration::from_millis(30);
const CARRIED_SHARE: f64 = 0.9;

/// This many times what fits is lowered at once.
const FAR_TOO_MUCH: f64 = 3.0;
