//! Prints how pictures and voices do on the engine's whole way down to subscribers, simulated.
//!
//! `cargo run -p palabre-media --example downlink [SEEDS]`. What is asserted of it is in
//! `tests/downlink`; this shows how far from its bound each figure stays, over more seeds.
#![expect(clippy::print_stdout, reason = "the figures are the point")]

#[expect(dead_code, reason = "shared with the tests of whole calls")]
#[path = "../tests/call/device.rs"]
mod device;
#[expect(dead_code, reason = "shared with the simulation of the estimator alone")]
#[path = "../tests/bottleneck/link.rs"]
mod link;
#[path = "../tests/downlink/picture.rs"]
mod picture;
#[path = "../tests/downlink/publisher.rs"]
mod publisher;
#[path = "../tests/downlink/subscriber.rs"]
mod subscriber;
#[expect(dead_code, reason = "shared with the tests")]
#[path = "../tests/downlink/world.rs"]
mod world;

use std::time::Duration;

use world::{Plan, World};

/// Three who speak and are seen, at the size of a tile in the grid, with all the room there is.
const TRIO: Plan = Plan {
    rate_bps: 20e6,
    publishers: 3,
    subscribers: 1,
    rates: [90e3, 300e3, 900e3],
    height: 270,
    page_bytes: None,
};

fn main() {
    let seeds = std::env::args().nth(1).and_then(|seeds| seeds.parse().ok()).unwrap_or(16);
    println!("| simulated path | what | median | worst of 20 | worst | |");
    println!("| --- | --- | ---: | ---: | ---: | --- |");
    for loss in [0.1, 0.2, 0.3] {
        standstills(loss, seeds);
    }
    recovery(seeds);
}

/// How long pictures stand still where a share of what is sent gets lost both ways.
fn standstills(loss: f64, seeds: u64) {
    let (mut gaps, mut repaired, mut keyframes) = (Vec::new(), 0.0_f64, 0);
    for seed in 1..=seeds {
        let mut world = World::new(&TRIO, seed);
        world.run_until(3.0);
        world.lose(loss);
        world.run_until(40.0);
        gaps.extend(world.gaps(0, 5.0, 40.0).iter().map(Duration::as_secs_f64));
        repaired = repaired.max(world.repaired(0, 40.0));
        keyframes += world.engine.counters().keyframe_requests;
    }
    let what = format!("longest time without a new frame in 35 s, of {} pictures", gaps.len());
    let minutes = 40.0 * gaps.len() as f64 / 60.0;
    row(
        &format!("{:.0} % lost both ways", loss * 100.0),
        &what,
        gaps,
        "s",
        &format!(
            "repairs at most {:.1} % of what is sent, {:.1} keyframes asked for a minute",
            repaired * 100.0,
            keyframes as f64 / minutes
        ),
    );
}

/// How much of its rate a call has five seconds after a minute of heavy loss.
fn recovery(seeds: u64) {
    let mut lost = Vec::new();
    for seed in 1..=seeds {
        let mut world = World::new(&TRIO, seed);
        world.run_until(10.0);
        world.lose(0.3);
        world.run_until(70.0);
        world.lose(0.0);
        world.run_until(85.0);
        let [before, after] = [(5.0, 10.0), (75.0, 85.0)]
            .map(|(from, to)| world.mean(0, from, to, |s| s.received_bps));
        lost.push((1.0 - after / before) * 100.0);
    }
    row("30 % for a minute", "what is missing of the rate 5 s after it", lost, "%", "");
}

/// Prints a row of values of which the larger are the worse.
fn row(path: &str, what: &str, mut values: Vec<f64>, unit: &str, more: &str) {
    values.sort_unstable_by(f64::total_cmp);
    let [median, most, worst] =
        [50, 95, 100].map(|percent| values[(values.len() - 1) * percent / 100]);
    println!(
        "| {path} | {what} | {median:.2} {unit} | {most:.2} {unit} | {worst:.2} {unit} | {more} |"
    );
}
