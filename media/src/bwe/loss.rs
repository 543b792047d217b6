//! Tells loss that sending causes from loss that the path has anyway.
//!
//! Loss that grows with the rate is congestion; loss that stays the same at every rate, a radio's
//! say, does not get better by sending less. So the latest observations are explained in two
//! ways, and the likelier one counts: the path loses a share `p` whatever is sent, or it has a
//! limit and loses what is over it, too (the idea is libwebrtc's LossBasedBweV2).

/// What the losses allow.
#[derive(Debug)]
pub(super) struct LossControl {
    observations: [Observation; OBSERVATIONS],
    count: usize,
    current: Observation,
    current_began_us: Option<u64>,
    /// The rate that losses allow; `None` while they say nothing against any.
    limit_bps: Option<f64>,
    limited_us: u64,
    /// Since when there is a limit that nothing was sent under.
    untried_us: Option<u64>,
    /// The path's own loss as last found, as a share.
    own_loss: f64,
    /// The same as it is remembered: that much is no news.
    known_loss: f64,
    judged_us: u64,
}

/// What became of the packets of a while.
#[derive(Clone, Copy, Debug, Default)]
struct Observation {
    rate_bps: f64,
    bytes: f64,
    arrived: f64,
    lost: f64,
    last_us: u64,
}

/// One explanation of all observations.
#[derive(Clone, Copy, Debug)]
struct Explanation {
    score: f64,
    own_loss: f64,
}

impl LossControl {
    pub(super) fn new() -> Self {
        Self {
            observations: [Observation::default(); OBSERVATIONS],
            count: 0,
            current: Observation::default(),
            current_began_us: None,
            limit_bps: None,
            limited_us: 0,
            untried_us: None,
            own_loss: 0.0,
            known_loss: 0.0,
            judged_us: 0,
        }
    }

    /// The rate that losses allow; `None` while they say nothing against any.
    pub(super) fn limit_bps(&self) -> Option<f64> {
        self.limit_bps
    }

    /// Share of the packets that the path loses at any rate.
    pub(super) fn own_loss(&self) -> f64 {
        self.own_loss
    }

    /// Share of the packets that got lost lately.
    pub(super) fn loss(&self) -> f64 {
        self.share(RECENT)
    }

    /// Notes what became of a packet, in the order of sending.
    pub(super) fn on_packet(&mut self, sent_us: u64, bytes: u16, lost: bool) {
        self.current_began_us.get_or_insert(sent_us);
        let current = &mut self.current;
        current.bytes += f64::from(bytes);
        current.last_us = current.last_us.max(sent_us);
        if lost { current.lost += 1.0 } else { current.arrived += 1.0 }
    }

    /// A packet that had been called lost has come.
    pub(super) fn on_arrived_after_all(&mut self) {
        let of = if 0.0 < self.current.lost {
            &mut self.current
        } else {
            &mut self.observations[self.count.saturating_sub(1) % OBSERVATIONS]
        };
        if 0.0 < of.lost {
            of.lost -= 1.0;
            of.arrived += 1.0;
        }
    }

    /// Looks at what has been noted since, after each feedback. `estimate_bps` is what the delay
    /// allows, and `fixed_bps` what is sent whatever is allowed.
    pub(super) fn on_feedback(&mut self, now_us: u64, estimate_bps: f64, fixed_bps: f64) {
        let Some(began_us) = self.current_began_us else { return };
        let span_us = self.current.last_us.saturating_sub(began_us);
        if span_us < MIN_SPAN_US || self.current.packets() < MIN_PACKETS {
            return;
        }
        self.current.rate_bps = self.current.bytes * 8e6 / span_us as f64;
        self.observations[self.count % OBSERVATIONS] = self.current;
        self.count += 1;
        let sent_bps = self.current.rate_bps;
        self.current = Observation::default();
        self.current_began_us = None;
        let is_fixed = sent_bps <= fixed_bps * FIXED_SPREAD;
        self.judge(now_us, estimate_bps, sent_bps, is_fixed);
        self.judged_us = now_us;
    }

    /// A probe came through whole: the path takes at least this much.
    pub(super) fn on_probe(&mut self, now_us: u64, bps: f64) {
        if let Some(limit) = &mut self.limit_bps {
            *limit = limit.max(bps);
            self.limited_us = now_us;
            // What was lost before tells nothing about the path as it is now.
            self.count = 0;
        }
    }

    fn judge(&mut self, now_us: u64, estimate_bps: f64, sent_bps: f64, is_fixed: bool) {
        if self.limit_bps.is_none() && self.share(OBSERVATIONS) < MIN_LOSS {
            return self.acquit(now_us, self.share(OBSERVATIONS), estimate_bps);
        }
        let free = self.explain(None);
        let limit = self
            .recent(OBSERVATIONS)
            .map(|observation| observation.rate_bps * observation.arrived / observation.packets())
            .flat_map(|came_bps| [came_bps, came_bps / (1.0 - free.own_loss)])
            .map(|limit_bps| (limit_bps, self.explain(Some(limit_bps))))
            .max_by(|a, b| a.1.score.total_cmp(&b.1.score));
        let congested = limit
            .filter(|(_, explanation)| free.score + MIN_EVIDENCE < explanation.score)
            .filter(|_| MIN_LOSS < self.loss());
        let Some((limit_bps, explanation)) = congested else {
            return self.acquit(now_us, free.own_loss, estimate_bps);
        };
        // A limit is a trial: with less sent, the same loss is the path's own. Where nothing less is
        // sent, as when voices are all there is, no trial takes place, and the limit helps nobody.
        let is_tried = self.limit_bps.is_some_and(|limit| sent_bps <= limit * FOLLOWED);
        let untried_us = if is_tried { now_us } else { self.untried_us.unwrap_or(now_us) };
        self.untried_us = Some(untried_us);
        if is_fixed || untried_us + TRIAL_US <= now_us {
            self.limit_bps = None;
            return self.acquit(now_us, free.own_loss, estimate_bps);
        }
        self.own_loss = explanation.own_loss;
        let limit_bps = (limit_bps * HEADROOM).min(estimate_bps);
        self.limit_bps = Some(limit_bps.max(MIN_LIMIT_BPS));
        self.limited_us = now_us;
    }

    /// Losses do not depend on the rate, or there are none: a limit goes, a little at a time.
    fn acquit(&mut self, now_us: u64, own_loss: f64, estimate_bps: f64) {
        self.own_loss = own_loss;
        let passed = now_us.saturating_sub(self.judged_us).min(MAX_STEP_US) as f64 / 1e6;
        let forgotten = 1.0 - KEPT_PER_SECOND.powf(passed);
        let fallen = self.known_loss + (own_loss - self.known_loss) * forgotten;
        self.known_loss = fallen.max(own_loss);
        self.untried_us = None;
        let Some(held) = self.limit_bps else { return };
        let passed = now_us.saturating_sub(self.limited_us).min(MAX_STEP_US) as f64 / 1e6;
        self.limited_us = now_us;
        let raised = held * GROWTH_PER_SECOND.powf(passed);
        self.limit_bps = (raised < estimate_bps).then_some(raised);
    }

    /// How well the observations are explained by a limit and the path's own loss that suits it
    /// best.
    fn explain(&self, limit_bps: Option<f64>) -> Explanation {
        let score = |own_loss: f64| {
            let mut weight = 1.0;
            let mut score = -PRIOR * (own_loss - self.known_loss).max(0.0);
            for observation in self.recent(OBSERVATIONS) {
                let over =
                    limit_bps.map_or(0.0, |limit| (1.0 - limit / observation.rate_bps).max(0.0));
                let lost = (own_loss + (1.0 - own_loss) * over).clamp(MIN_SHARE, 1.0 - MIN_SHARE);
                score +=
                    weight * (observation.lost * lost.ln() + observation.arrived * (-lost).ln_1p());
                weight *= FADING;
            }
            score
        };
        OWN_LOSSES
            .into_iter()
            .map(|own_loss| Explanation { score: score(own_loss), own_loss })
            .max_by(|a, b| a.score.total_cmp(&b.score))
            .expect("there are some to choose from")
    }

    /// Share of the packets that got lost in the latest observations.
    fn share(&self, most: usize) -> f64 {
        let (lost, all) = self.recent(most).fold((0.0, 0.0), |(lost, all), observation| {
            (lost + observation.lost, all + observation.packets())
        });
        if all == 0.0 { 0.0 } else { lost / all }
    }

    /// The latest observations, newest first.
    fn recent(&self, most: usize) -> impl Iterator<Item = &Observation> {
        let held = self.count.min(OBSERVATIONS).min(most);
        (0..held).map(|back| &self.observations[(self.count - 1 - back) % OBSERVATIONS])
    }
}

impl Observation {
    fn packets(&self) -> f64 {
        self.arrived + self.lost
    }
}

/// Shares of its own that a path may lose.
const OWN_LOSSES: [f64; 16] =
    [0.0, 0.005, 0.01, 0.02, 0.03, 0.045, 0.06, 0.08, 0.1, 0.13, 0.17, 0.21, 0.25, 0.3, 0.36, 0.45];

/// Observations that are explained together: about four seconds.
const OBSERVATIONS: usize = 16;

/// Observations that "lately" means.
const RECENT: usize = 4;

/// Shortest observation.
const MIN_SPAN_US: u64 = 250_000;

/// Packets of one; fewer say nothing about a share.
const MIN_PACKETS: f64 = 20.0;

/// How much less an observation counts than the one after it.
const FADING: f64 = 0.9;

/// How unlikely it is that a path has more loss of its own than is known: nats per share.
const PRIOR: f64 = 60.0;

/// By how much the limit has to explain better, in nats.
const MIN_EVIDENCE: f64 = 4.0;

/// Less loss than this is no reason to send less.
const MIN_LOSS: f64 = 0.02;

/// Share of what came that is sent afterwards.
const HEADROOM: f64 = 0.95;

/// What is sent is under a limit when it is less than this many times as much.
const FOLLOWED: f64 = 1.1;

/// A limit that nothing is sent under is given up after this long.
const TRIAL_US: u64 = 2_500_000;

/// What is fixed may waver by this much.
const FIXED_SPREAD: f64 = 1.2;

/// How much of a loss that is no longer seen is still remembered a second later.
const KEPT_PER_SECOND: f64 = 0.93;

const MIN_LIMIT_BPS: f64 = 50_000.0;

const GROWTH_PER_SECOND: f64 = 1.5;
const MAX_STEP_US: u64 = 1_000_000;

/// No share is certain.
const MIN_SHARE: f64 = 0.001;

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends for a while at a rate over a path that loses every `1 / own`th packet and what is over
    /// its limit; returns what losses allow in the end.
    struct Path {
        control: LossControl,
        now_us: u64,
        own: f64,
        limit_bps: f64,
        owed: f64,
    }

    impl Path {
        fn new(own: f64, limit_bps: f64) -> Self {
            Self { control: LossControl::new(), now_us: 0, own, limit_bps, owed: 0.0 }
        }

        fn send(&mut self, rate_bps: f64, seconds: f64) -> Option<f64> {
            let packets = (rate_bps * seconds / 9_600.0) as u64;
            let over = (1.0 - self.limit_bps / rate_bps).max(0.0);
            for packet in 0..packets {
                self.now_us += (9_600.0 / rate_bps * 1e6) as u64;
                self.owed += self.own + (1.0 - self.own) * over;
                let lost = 1.0 <= self.owed;
                self.owed -= f64::from(u8::from(lost));
                self.control.on_packet(self.now_us, 1_200, lost);
                if packet % 8 == 0 {
                    self.control.on_feedback(self.now_us, rate_bps, 0.0);
                }
            }
            self.control.limit_bps()
        }
    }

    #[test]
    fn loss_that_no_rate_changes_limits_nothing() {
        let mut path = Path::new(0.05, f64::INFINITY);
        for rate_bps in [300e3, 600e3, 1.2e6, 2.4e6, 3e6] {
            assert_eq!(path.send(rate_bps, 1.0), None, "{rate_bps}");
        }
        assert!((path.control.loss() - 0.05).abs() < 0.02);
    }

    #[test]
    fn what_a_policer_drops_is_no_longer_sent() {
        let mut path = Path::new(0.0, 1e6);
        path.send(500e3, 2.0);

        let limit_bps = path.send(2e6, 1.5).expect("half of it is lost");

        assert!((0.85e6..1.02e6).contains(&limit_bps), "{limit_bps}");
    }

    #[test]
    fn heavy_loss_that_stays_when_less_is_sent_is_the_paths_own() {
        let mut path = Path::new(0.3, f64::INFINITY);
        let mut rate_bps = 1e6;
        for _ in 0..40 {
            rate_bps = path.send(rate_bps, 0.5).unwrap_or(1e6).min(1e6);
        }

        assert!(0.8e6 < rate_bps, "{rate_bps}");
    }

    #[test]
    fn limit_goes_when_the_path_is_better_again() {
        let mut path = Path::new(0.0, 1e6);
        path.send(500e3, 1.0);
        path.send(2e6, 1.5).expect("half of it is lost");

        path.limit_bps = f64::INFINITY;
        path.send(900e3, 3.0);

        assert_eq!(path.control.limit_bps(), None);
    }
}
