//! What the bar asks of an estimator (issue 4, QUALITY R6), each as one run that gives figures.

use std::time::{Duration, Instant};

use palabre_media::bwe::INITIAL_BPS;

use crate::flow::{Control, Flow, Packet, Sample};
use crate::link::Link;

/// Makes a control for a run with a seed.
pub(crate) type Make = fn(Instant, u64) -> Box<dyn Control>;

/// Flows over one link on a virtual clock.
pub(crate) struct World {
    pub(crate) start: Instant,
    pub(crate) now: Instant,
    pub(crate) link: Link<(usize, Packet)>,
    pub(crate) flows: Vec<Flow>,
}

/// A figure that a run gave and what it has to be.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    pub(crate) what: &'static str,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    pub(crate) bound: Bound,
    /// Over several seeds the median counts, not the worst.
    pub(crate) is_typical: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

/// One thing the bar asks for.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) run: fn(Make, u64) -> Vec<Figure>,
}

pub(crate) const SCENARIOS: [Scenario; 7] = [
    Scenario { name: "join on 3 Mbit/s", run: join },
    Scenario { name: "5 % random loss on 2 Mbit/s", run: random_loss },
    Scenario { name: "1.2 Mbit/s wanted on 800 kbit/s", run: overload },
    Scenario { name: "3 Mbit/s halved for 20 s", run: halved },
    Scenario { name: "300 kbit/s used of 5 Mbit/s", run: application_limited },
    Scenario { name: "1.2 Mbit/s sent anyway on 800 kbit/s", run: stubborn },
    Scenario { name: "two subscribers on 3 Mbit/s", run: shared },
];

impl Figure {
    pub(crate) fn holds(&self) -> bool {
        match self.bound {
            Bound::AtMost(most) => self.value <= most,
            Bound::AtLeast(least) => least <= self.value,
        }
    }
}

/// What counts of the runs with several seeds.
pub(crate) fn summary(scenario: &Scenario, make: Make, seeds: u64) -> Vec<Figure> {
    let runs: Vec<Vec<Figure>> = (1..=seeds).map(|seed| (scenario.run)(make, seed)).collect();
    let of = |at: usize| {
        let mut values: Vec<f64> = runs.iter().map(|figures| figures[at].value).collect();
        values.sort_by(f64::total_cmp);
        let figure = runs[0][at].clone();
        let counts = match figure.bound {
            _ if figure.is_typical => values.len() / 2,
            Bound::AtMost(_) => values.len() - 1,
            Bound::AtLeast(_) => 0,
        };
        Figure { value: values[counts], ..figure }
    };
    (0..runs[0].len()).map(of).collect()
}

impl World {
    #[expect(clippy::disallowed_methods, reason = "a simulation needs some starting instant")]
    fn new(make: Make, rate_bps: f64, wanted_bps: &[f64], seed: u64) -> Self {
        let start = Instant::now();
        let flows = wanted_bps.iter().zip(1..).map(|(&wanted_bps, at)| {
            let seed = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(at * 7_919);
            Flow::new(start, make(start, seed), wanted_bps, seed)
        });
        let flows = flows.collect();
        Self { start, now: start, link: Link::new(start, rate_bps, seed * 31 + 7), flows }
    }

    fn run_until(&mut self, seconds: f64) {
        let end = self.start + Duration::from_secs_f64(seconds);
        while self.now < end {
            self.now += STEP;
            for (at, flow) in self.flows.iter_mut().enumerate() {
                flow.send(self.now, &mut self.link, at);
            }
            while let Some((arrived, (at, packet))) = self.link.receive(self.now) {
                self.flows[at].receive(arrived, &packet);
            }
            for flow in &mut self.flows {
                flow.answer(self.now);
            }
        }
    }

    fn at(&self, seconds: f64) -> Instant {
        self.start + Duration::from_secs_f64(seconds)
    }

    fn samples(&self, flow: usize, from: f64, to: f64) -> impl Iterator<Item = &Sample> {
        let span = self.at(from)..self.at(to);
        self.flows[flow].log.iter().filter(move |sample| span.contains(&sample.at))
    }

    /// Mean rate of what came without padding.
    fn received_bps(&self, flow: usize, from: f64, to: f64) -> f64 {
        let (sum, count) =
            self.samples(flow, from, to).fold((0.0, 0), |(s, n), x| (s + x.received_bps, n + 1));
        sum / f64::from(count)
    }

    /// Seconds from `from` until a condition holds for a sample.
    fn until(&self, flow: usize, from: f64, holds: impl Fn(&Sample) -> bool) -> f64 {
        let found = self.samples(flow, from, 1e4).find(|sample| holds(sample));
        found.map_or(f64::INFINITY, |sample| {
            sample.at.duration_since(self.start).as_secs_f64() - from
        })
    }

    /// Seconds from `from` until the half second before a sample came at a rate that suits.
    fn until_received(&self, from: f64, holds: impl Fn(f64) -> bool) -> f64 {
        let samples: Vec<&Sample> = self.samples(0, from, 1e4).collect();
        let found = samples.windows(5).find(|window| {
            holds(window.iter().map(|sample| sample.received_bps).sum::<f64>() / 5.0)
        });
        found.map_or(f64::INFINITY, |window| {
            window[4].at.duration_since(self.start).as_secs_f64() - from
        })
    }

    fn repaired_share(&self, flow: usize) -> f64 {
        let flow = &self.flows[flow];
        flow.repaired_bytes as f64 / flow.sent_bytes as f64 * 100.0
    }

    fn audio_share(&self, flow: usize) -> f64 {
        let flow = &self.flows[flow];
        flow.audio_received as f64 / flow.audio_sent as f64 * 100.0
    }
}

fn figure(what: &'static str, value: f64, unit: &'static str, bound: Bound) -> Figure {
    Figure { what, value, unit, bound, is_typical: false }
}

fn join(make: Make, seed: u64) -> Vec<Figure> {
    let mut world = World::new(make, 3e6, &[5e6], seed);
    world.run_until(30.0);
    vec![
        figure(
            "until 90 % is used",
            world.until_received(0.0, |bps| 2.7e6 <= bps),
            "s",
            Bound::AtMost(5.0),
        ),
        figure(
            "used from 5 s on",
            world.received_bps(0, 5.0, 30.0) / 3e4,
            "%",
            Bound::AtLeast(85.0),
        ),
        figure(
            "queue p95",
            world.link.wait_p95(world.at(5.0), world.now).as_secs_f64() * 1e3,
            "ms",
            Bound::AtMost(100.0),
        ),
    ]
}

fn random_loss(make: Make, seed: u64) -> Vec<Figure> {
    let mut world = World::new(make, 2e6, &[4e6], seed);
    world.link.loss = 0.05;
    world.run_until(40.0);
    vec![
        figure(
            "estimate from 10 s on",
            world.samples(0, 10.0, 40.0).map(|s| s.estimate_bps).sum::<f64>()
                / world.samples(0, 10.0, 40.0).count() as f64
                / 2e4,
            "%",
            Bound::AtLeast(85.0),
        ),
        // What came without padding, of what the path lets through.
        figure(
            "used from 10 s on",
            world.received_bps(0, 10.0, 40.0) / 1.9e4,
            "%",
            Bound::AtLeast(85.0),
        ),
        figure("sent again", world.repaired_share(0), "%", Bound::AtMost(10.0)),
    ]
}

fn overload(make: Make, seed: u64) -> Vec<Figure> {
    let mut world = World::new(make, 800e3, &[1.2e6], seed);
    world.run_until(30.0);
    let p95 = world.link.wait_p95(world.at(3.0), world.now).as_secs_f64() * 1e3;
    vec![
        figure(
            "until the estimate fits",
            world.until(0, 0.5, |s| (560e3..=840e3).contains(&s.estimate_bps)) + 0.5,
            "s",
            Bound::AtMost(3.0),
        ),
        figure("queue p95 from 3 s on", p95, "ms", Bound::AtMost(100.0)),
        figure(
            "used from 3 s on",
            world.received_bps(0, 3.0, 30.0) / 8e3,
            "%",
            Bound::AtLeast(80.0),
        ),
        figure("audio that came", world.audio_share(0), "%", Bound::AtLeast(99.5)),
        figure("sent again", world.repaired_share(0), "%", Bound::AtMost(10.0)),
    ]
}

fn halved(make: Make, seed: u64) -> Vec<Figure> {
    let mut world = World::new(make, 3e6, &[5e6], seed);
    world.run_until(15.0);
    world.link.set_rate(world.now, 1.5e6);
    world.run_until(35.0);
    world.link.set_rate(world.now, 3e6);
    world.run_until(55.0);
    vec![
        figure(
            "until it is down",
            world.until(0, 15.0, |s| s.estimate_bps <= 1.5e6),
            "s",
            Bound::AtMost(1.0),
        ),
        figure(
            "queue p95 while halved",
            world.link.wait_p95(world.at(17.0), world.at(35.0)).as_secs_f64() * 1e3,
            "ms",
            Bound::AtMost(100.0),
        ),
        figure(
            "until 90 % is used again",
            world.until_received(35.0, |bps| 2.7e6 <= bps),
            "s",
            Bound::AtMost(8.0),
        ),
        figure("audio that came", world.audio_share(0), "%", Bound::AtLeast(99.0)),
    ]
}

fn application_limited(make: Make, seed: u64) -> Vec<Figure> {
    let mut world = World::new(make, 5e6, &[240e3], seed);
    world.run_until(60.0);
    let over = |sample: &Sample| {
        let at = sample.at.duration_since(world.start).as_secs_f64();
        let allowed = (1.5 * world.received_bps(0, at - 2.0, at)).max(INITIAL_BPS);
        sample.probe.map_or(sample.estimate_bps / allowed, |_| f64::INFINITY)
    };
    vec![figure(
        "highest, of 1.5 × what came (no probe)",
        world.samples(0, 2.0, 60.0).map(over).fold(0.0, f64::max),
        "×",
        Bound::AtMost(1.05),
    )]
}

fn stubborn(make: Make, seed: u64) -> Vec<Figure> {
    let mut world = World::new(make, 800e3, &[1.2e6], seed);
    world.flows[0].follows = false;
    world.run_until(30.0);
    vec![figure("sent again", world.repaired_share(0), "%", Bound::AtMost(10.0))]
}

fn shared(make: Make, seed: u64) -> Vec<Figure> {
    let mut world = World::new(make, 3e6, &[5e6, 5e6], seed);
    world.run_until(90.0);
    let [a, b] = [0, 1].map(|flow| world.received_bps(flow, 30.0, 90.0));
    let difference = (a - b).abs() / (a + b) * 200.0;
    let shares = figure("difference of their shares", difference, "%", Bound::AtMost(20.0));
    vec![
        Figure { is_typical: true, ..shares.clone() },
        Figure { what: "the worst difference of shares", bound: Bound::AtMost(50.0), ..shares },
        figure("used together", (a + b) / 3e4, "%", Bound::AtLeast(80.0)),
        figure(
            "queue p95",
            world.link.wait_p95(world.at(10.0), world.now).as_secs_f64() * 1e3,
            "ms",
            Bound::AtMost(100.0),
        ),
    ]
}

const STEP: Duration = Duration::from_millis(1);
