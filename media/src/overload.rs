//! Decides how many pictures a core can forward when more are wanted than it can.
//!
//! What tells is the time in which the shard has nothing to do. While there is next to none, packets
//! wait in the socket, voices among them, and in the end the system drops some of any kind. So
//! pictures pause, a quarter of them at a time, until there is time to spare again; voices never do.
//! Pictures come back a few at a time, and the later the more often that was too early.

use std::time::{Duration, Instant};

/// Follows how busy one shard is.
#[derive(Debug)]
pub(crate) struct Overload {
    began_at: Option<Instant>,
    /// What was told since; nothing where nobody tells, and then nothing is known.
    idle: Option<Duration>,
    /// Looks in a row without time to spare.
    full: u8,
    /// How many pictures may be forwarded; `None` for all.
    most: Option<usize>,
    lowered_at: Option<Instant>,
    /// When more pictures may come, if there is time to spare until then.
    rise_at: Option<Instant>,
    /// How long there must be before more pictures come.
    pause: Duration,
}

/// What a look has led to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    /// All is as it was.
    Same,
    /// More is wanted than the core can do: the first of it, and the log should say so.
    Begins,
    /// Other pictures may be forwarded than before, or new ones have to be ranked.
    Ranks,
    /// All pictures may be forwarded again.
    Ends,
}

impl Overload {
    pub(crate) fn new() -> Self {
        Self {
            began_at: None,
            idle: None,
            full: 0,
            most: None,
            lowered_at: None,
            rise_at: None,
            pause: PAUSE,
        }
    }

    /// Notes that the shard had nothing to do for so long.
    pub(crate) fn rested(&mut self, idle: Duration) {
        *self.idle.get_or_insert_default() += idle;
    }

    /// How many pictures may be forwarded; `None` for all.
    pub(crate) fn most(&self) -> Option<usize> {
        self.most
    }

    /// Whether it is time for a look.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        self.began_at.is_none_or(|at| at + LOOK_INTERVAL <= now)
    }

    /// Looks at the time since the last look, in which `forwarded` of `wanted` pictures went on.
    pub(crate) fn look(&mut self, now: Instant, forwarded: usize, wanted: usize) -> Verdict {
        let told = self.began_at.replace(now).zip(self.idle.take());
        let Some((began_at, idle)) = told else { return Verdict::Same };
        let passed = now.saturating_duration_since(began_at);
        let busy = 1.0 - idle.as_secs_f64() / passed.as_secs_f64();
        self.full = if FULL <= busy { self.full + 1 } else { 0 };
        if EASY < busy {
            self.rise_at = None;
        }
        if LOOKS <= self.full && 0 < forwarded {
            self.full = 0;
            return self.lower(now, forwarded);
        }
        let Some(most) = self.most else { return Verdict::Same };
        if EASY < busy {
            return Verdict::Ranks;
        }
        if now < *self.rise_at.get_or_insert(now + self.pause) {
            return Verdict::Ranks;
        }
        self.rise_at = Some(now + BETWEEN_RISES);
        let most = most + (most / RISE_SHARE).max(1);
        self.most = (most < wanted).then_some(most);
        if self.most.is_none() { Verdict::Ends } else { Verdict::Ranks }
    }

    fn lower(&mut self, now: Instant, forwarded: usize) -> Verdict {
        // Who rises and falls again and again is asked to wait the longer.
        let again = self.lowered_at.is_some_and(|at| now < at + self.pause + UNSTEADY);
        let is_first = self.most.is_none();
        self.pause = match (again, is_first) {
            (false, _) => PAUSE,
            (true, true) => (self.pause * 2).min(MAX_PAUSE),
            (true, false) => self.pause,
        };
        self.lowered_at = Some(now);
        self.rise_at = None;
        self.most = Some(forwarded - (forwarded / LOWER_SHARE).max(1));
        if is_first { Verdict::Begins } else { Verdict::Ranks }
    }
}

/// How often a shard is looked at.
const LOOK_INTERVAL: Duration = Duration::from_millis(500);

/// Looks in a row without time to spare before pictures pause: a start of many calls at once is over
/// sooner.
const LOOKS: u8 = 2;

/// The share of its time from which a shard is behind, and below which it can do more.
const FULL: f64 = 0.95;
const EASY: f64 = 0.7;

/// One in so many pictures pauses at a time, and of so many one more comes back.
const LOWER_SHARE: usize = 4;
const RISE_SHARE: usize = 8;

/// How long there must be time to spare before the first pictures come back, twice as long each time
/// that all were back and it was too early; and between those that come then.
const PAUSE: Duration = Duration::from_secs(3);
const BETWEEN_RISES: Duration = Duration::from_secs(1);
const MAX_PAUSE: Duration = Duration::from_secs(48);

/// So long after the pause a second time counts as the same trouble.
const UNSTEADY: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    /// A core that can forward `can` pictures, and people who want `wanted`.
    struct Core {
        now: Instant,
        overload: Overload,
        can: usize,
        wanted: usize,
    }

    impl Core {
        #[expect(clippy::disallowed_methods, reason = "tests need some starting instant")]
        fn new(can: usize, wanted: usize) -> Self {
            let now = Instant::now();
            let mut overload = Overload::new();
            overload.look(now, 0, 0);
            Self { now, overload, can, wanted }
        }

        fn forwarded(&self) -> usize {
            self.overload.most().unwrap_or(usize::MAX).min(self.wanted)
        }

        fn run(&mut self, time: Duration) -> Vec<Verdict> {
            let end = self.now + time;
            let mut verdicts = Vec::new();
            while self.now < end {
                self.now += LOOK_INTERVAL;
                let busy = (self.forwarded() as f64 / self.can as f64).min(1.0);
                self.overload.rested(LOOK_INTERVAL.mul_f64(1.0 - busy));
                assert!(self.overload.is_due(self.now));
                verdicts.push(self.overload.look(self.now, self.forwarded(), self.wanted));
            }
            verdicts
        }

        fn count(verdicts: &[Verdict], wanted: Verdict) -> usize {
            verdicts.iter().filter(|it| **it == wanted).count()
        }
    }

    #[test]
    fn a_core_with_time_to_spare_forwards_everything() {
        let mut core = Core::new(100, 90);

        let verdicts = core.run(Duration::from_secs(60));

        assert_eq!(Core::count(&verdicts, Verdict::Same), verdicts.len());
        assert_eq!(core.overload.most(), None);
    }

    #[test]
    fn pictures_pause_until_the_core_can_do_the_rest_and_that_is_said_once() {
        let mut core = Core::new(100, 400);

        let verdicts = core.run(Duration::from_secs(8));

        assert!(core.forwarded() <= 95, "{}", core.forwarded());
        assert!(50 <= core.forwarded(), "{}", core.forwarded());
        assert_eq!(Core::count(&verdicts, Verdict::Begins), 1);
        assert_eq!(Core::count(&verdicts, Verdict::Ends), 0);
    }

    #[test]
    fn what_the_core_can_do_stays_near_what_it_does() {
        let mut core = Core::new(100, 400);
        core.run(Duration::from_secs(10));

        let mut most = 0;
        for _ in 0..60 {
            core.run(Duration::from_secs(1));
            most = most.max(core.forwarded());
            assert!(50 <= core.forwarded());
        }

        assert!(most <= 100, "{most}");
    }

    #[test]
    fn pictures_come_back_when_others_have_gone() {
        let mut core = Core::new(100, 200);
        core.run(Duration::from_secs(5));

        core.wanted = 60;
        let verdicts = core.run(Duration::from_secs(30));

        assert_eq!(Core::count(&verdicts, Verdict::Ends), 1);
        assert_eq!(core.overload.most(), None);
    }

    #[test]
    fn a_lone_picture_pauses_too_when_even_that_is_too_much() {
        let mut core = Core::new(1, 1);
        core.run(Duration::from_secs(1));

        assert_eq!(core.overload.most(), Some(0));
    }

    #[test]
    fn too_early_again_and_again_takes_longer_each_time() {
        // One alone is more than the core can do, so it comes and goes.
        let mut core = Core::new(1, 1);

        let early = core.run(Duration::from_secs(60));
        let late = core.run(Duration::from_secs(60));

        let begins = |verdicts: &[Verdict]| Core::count(verdicts, Verdict::Begins);
        assert!(begins(&late) < begins(&early), "{} {}", begins(&early), begins(&late));
        assert!(begins(&late) <= 2);
    }
}
