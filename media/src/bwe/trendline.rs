//! Whether a queue grows on the way, from the slope of the one-way delay (libwebrtc's trendline
//! filter), against a threshold that adapts (draft-ietf-rmcat-gcc-02 §5.4).

use super::arrival::GroupDelta;

/// What the delay says about the path.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Usage {
    /// A queue drains.
    Under,
    /// Nothing changes.
    #[default]
    Normal,
    /// A queue grows.
    Over,
}

/// Follows the slope of the delay.
#[derive(Debug)]
pub(super) struct Trendline {
    /// Accumulated delay against time of arrival, in ms: the last [`WINDOW`] groups.
    points: [(f64, f64); WINDOW],
    /// Groups seen, of which the window holds the last.
    groups: usize,
    first_arrival_ms: Option<f64>,
    accumulated_ms: f64,
    smoothed_ms: f64,
    previous_trend: f64,
    threshold_ms: f64,
    threshold_at_ms: Option<f64>,
    /// How long and how often the slope has been over the threshold without a break.
    over_ms: Option<f64>,
    over_count: u32,
    usage: Usage,
}

impl Trendline {
    pub(super) fn new() -> Self {
        Self {
            points: [(0.0, 0.0); WINDOW],
            groups: 0,
            first_arrival_ms: None,
            accumulated_ms: 0.0,
            smoothed_ms: 0.0,
            previous_trend: 0.0,
            threshold_ms: INITIAL_THRESHOLD_MS,
            threshold_at_ms: None,
            over_ms: None,
            over_count: 0,
            usage: Usage::Normal,
        }
    }

    /// Takes in what one group adds.
    pub(super) fn on_group(&mut self, delta: &GroupDelta) {
        let first = *self.first_arrival_ms.get_or_insert(delta.arrived_at_ms);
        self.accumulated_ms += delta.arrived_ms - delta.sent_ms;
        self.smoothed_ms = SMOOTHING * self.smoothed_ms + (1.0 - SMOOTHING) * self.accumulated_ms;
        self.points[self.groups % WINDOW] = (delta.arrived_at_ms - first, self.smoothed_ms);
        self.groups += 1;
        let trend = if self.groups < WINDOW { self.previous_trend } else { self.slope() };
        self.detect(trend, delta);
    }

    pub(super) fn usage(&self) -> Usage {
        self.usage
    }

    /// Least squares over the window.
    fn slope(&self) -> f64 {
        let count = WINDOW as f64;
        let (sum_x, sum_y) =
            self.points.iter().fold((0.0, 0.0), |(x, y), point| (x + point.0, y + point.1));
        let (mean_x, mean_y) = (sum_x / count, sum_y / count);
        let (mut numerator, mut denominator) = (0.0, 0.0);
        for (x, y) in self.points {
            numerator += (x - mean_x) * (y - mean_y);
            denominator += (x - mean_x) * (x - mean_x);
        }
        if denominator == 0.0 { self.previous_trend } else { numerator / denominator }
    }

    fn detect(&mut self, trend: f64, delta: &GroupDelta) {
        if self.groups < 2 {
            return;
        }
        let weighted = self.groups.min(MAX_WEIGHT) as f64 * trend * GAIN;
        if self.threshold_ms < weighted {
            // Half of the first interval counts: the queue began to grow somewhere in it.
            let over = self.over_ms.map_or(delta.sent_ms / 2.0, |over| over + delta.sent_ms);
            self.over_ms = Some(over);
            self.over_count += 1;
            if MIN_OVER_MS < over && 1 < self.over_count && self.previous_trend <= trend {
                self.over_ms = Some(0.0);
                self.over_count = 0;
                self.usage = Usage::Over;
            }
        } else {
            self.over_ms = None;
            self.over_count = 0;
            self.usage = if weighted < -self.threshold_ms { Usage::Under } else { Usage::Normal };
        }
        self.previous_trend = trend;
        self.adapt(weighted, delta.arrived_at_ms);
    }

    /// Follows the slope slowly, so that a flow which fills the queue by itself does not starve this
    /// one, and a quiet path is watched closely.
    fn adapt(&mut self, weighted: f64, at_ms: f64) {
        let last = self.threshold_at_ms.replace(at_ms).unwrap_or(at_ms);
        let distance = weighted.abs() - self.threshold_ms;
        // A jump, of the route say, is not what the path is like.
        if MAX_ADAPT_OFFSET_MS < distance {
            return;
        }
        let rate = if distance < 0.0 { ADAPT_DOWN } else { ADAPT_UP };
        let passed = (at_ms - last).clamp(0.0, MAX_ADAPT_MS);
        self.threshold_ms = (self.threshold_ms + rate * distance * passed)
            .clamp(MIN_THRESHOLD_MS, MAX_THRESHOLD_MS);
    }
}

/// Groups of the regression.
const WINDOW: usize = 20;

/// Weight of the delay so far.
const SMOOTHING: f64 = 0.9;

/// The slope counts more the more groups there have been, up to this many.
const MAX_WEIGHT: usize = 60;

const GAIN: f64 = 4.0;

const INITIAL_THRESHOLD_MS: f64 = 12.5;
const MIN_THRESHOLD_MS: f64 = 6.0;
const MAX_THRESHOLD_MS: f64 = 600.0;

/// The slope has to stay over the threshold for longer than this.
const MIN_OVER_MS: f64 = 10.0;

/// How fast the threshold follows upwards and downwards, per ms.
const ADAPT_UP: f64 = 0.008_7;
const ADAPT_DOWN: f64 = 0.039;

const MAX_ADAPT_OFFSET_MS: f64 = 15.0;
const MAX_ADAPT_MS: f64 = 100.0;

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds groups 20 ms apart, each delayed by `growth_ms` more than the one before.
    fn run(trendline: &mut Trendline, at_ms: &mut f64, groups: usize, growth_ms: f64) -> Usage {
        let mut usage = Usage::Normal;
        for _ in 0..groups {
            let arrived_ms = 20.0 + growth_ms;
            *at_ms += arrived_ms;
            trendline.on_group(&GroupDelta { sent_ms: 20.0, arrived_ms, arrived_at_ms: *at_ms });
            if trendline.usage() != Usage::Normal {
                usage = trendline.usage();
            }
        }
        usage
    }

    #[test]
    fn growing_queue_is_overuse_and_draining_one_underuse() {
        let mut trendline = Trendline::new();
        let mut at_ms = 0.0;

        assert_eq!(run(&mut trendline, &mut at_ms, 60, 0.0), Usage::Normal);
        assert_eq!(run(&mut trendline, &mut at_ms, 25, 3.0), Usage::Over);
        assert_eq!(run(&mut trendline, &mut at_ms, 40, -3.0), Usage::Under);
        assert_eq!(run(&mut trendline, &mut at_ms, 60, 0.0), Usage::Under);
        assert_eq!(run(&mut trendline, &mut at_ms, 60, 0.0), Usage::Normal);
    }

    #[test]
    fn jitter_that_adds_up_to_nothing_is_no_overuse() {
        let mut trendline = Trendline::new();
        let mut at_ms = 0.0;
        for _ in 0..100 {
            for growth in [6.0, -6.0, 4.0, -4.0] {
                assert_ne!(run(&mut trendline, &mut at_ms, 1, growth), Usage::Over);
            }
        }
    }
}
