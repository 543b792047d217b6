//! The engine's own way down to subscribers, through simulated bottlenecks: what is estimated, how it
//! is divided, paced and repaired, all together.

#[expect(dead_code, reason = "shared with the tests of whole calls")]
#[path = "../call/device.rs"]
mod device;
#[expect(dead_code, reason = "shared with the simulation of the estimator alone")]
#[path = "../bottleneck/link.rs"]
mod link;
mod picture;
mod publisher;
mod subscriber;
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

/// A call that loses a share of its packets both ways from the third second on.
fn lossy(height: u16, loss: f64, seed: u64) -> World {
    let mut world = World::new(&Plan { height, ..TRIO }, seed);
    world.run_until(3.0);
    world.lose(loss);
    world
}

#[test]
fn loss_that_no_rate_changes_takes_nothing_from_pictures() {
    for (loss, seed) in LOSSES {
        let mut world = lossy(TRIO.height, loss, seed);

        world.run_until(30.0);

        let lowest = world.lowest(0, 3.0, 30.0);
        let last = world.lowest(0, 15.0, 30.0);
        assert!(400e3 <= lowest && 1.4e6 <= last, "{loss} {seed}: {lowest} {last}");
        assert_eq!(world.paused(0, 0.0, 30.0), Duration::ZERO, "{loss} {seed}");
    }
}

#[test]
fn voices_alone_do_not_make_a_lossy_path_seem_narrow() {
    for (loss, seed) in LOSSES {
        let mut world = lossy(0, loss, seed);

        world.run_until(20.0);
        world.want(0, 270);
        world.run_until(30.0);

        let lowest = world.lowest(0, 5.0, 20.0);
        assert!(250e3 <= lowest, "{loss} {seed}: {lowest}");
        assert_eq!(world.paused(0, 28.0, 30.0), Duration::ZERO, "{loss} {seed}");
    }
}

#[test]
fn what_a_short_queue_drops_is_no_longer_sent() {
    let mut losses = Vec::new();
    for seed in 1..=3 {
        let mut world = World::new(&Plan { rate_bps: 1e6, ..TRIO }, seed);
        world.link.queue = Duration::from_millis(20);

        world.run_until(30.0);

        losses.push(world.mean(0, 10.0, 30.0, |sample| sample.report.loss));
        assert!(400e3 <= world.lowest(0, 10.0, 30.0), "{seed}");
        assert_eq!(world.paused(0, 10.0, 30.0), Duration::ZERO, "{seed}");
    }

    // The queue is shorter than a frame, so some of each burst is lost; repairs bring it.
    let lost = losses.iter().sum::<f64>() / losses.len() as f64;
    assert!(lost <= 0.08, "{losses:?}");
}

#[test]
fn a_megabit_is_enough_for_three_pictures_without_a_pause() {
    for seed in 1..=3 {
        let mut world = World::new(&Plan { rate_bps: 1e6, ..TRIO }, seed);

        world.run_until(30.0);

        assert_eq!(world.paused(0, 2.0, 30.0), Duration::ZERO, "{seed}");
        let gaps = world.gaps(0, 5.0, 30.0);
        assert!(gaps.iter().all(|gap| *gap <= Duration::from_millis(300)), "{seed}: {gaps:?}");
        assert!(0.999 <= world.heard(0), "{seed}");
    }
}

#[test]
fn half_a_megabit_shows_who_speaks_without_a_pause() {
    for seed in 1..=5 {
        let mut world = World::new(&Plan { rate_bps: 500e3, ..TRIO }, seed);

        world.run_until(30.0);

        let shortest = world.gaps(0, 5.0, 30.0).into_iter().min();
        assert!(shortest <= Some(Duration::from_millis(500)), "{seed}: {shortest:?}");
        assert!(0.99 <= world.heard(0), "{seed}");
    }
}

#[test]
fn a_page_of_text_comes_whole_over_half_a_megabit_and_goes_on() {
    for seed in 1..=5 {
        let plan = Plan { rate_bps: 500e3, height: 135, page_bytes: Some(130_000), ..TRIO };
        let mut world = World::new(&plan, seed);

        world.run_until(30.0);

        let [first, later] = [0.0, 10.0].map(|from| world.gap(0, "v0", from, 30.0));
        assert!(first <= Duration::from_secs(8), "{seed}: {first:?}");
        assert!(later <= Duration::from_millis(500), "{seed}: {later:?}");
        assert!(0.99 <= world.heard(0), "{seed}");
    }
}

#[test]
fn after_a_minute_of_heavy_loss_the_rate_is_back_within_five_seconds() {
    for seed in 1..=3 {
        let mut world = World::new(&TRIO, seed);
        world.run_until(10.0);

        world.lose(0.3);
        world.run_until(70.0);
        world.lose(0.0);
        world.run_until(85.0);

        let [before, after] = [(5.0, 10.0), (75.0, 85.0)]
            .map(|(from, to)| world.mean(0, from, to, |s| s.received_bps));
        assert!(0.9 * before <= after, "{seed}: {before} {after}");
        assert!(0.9 <= world.heard(0), "{seed}");
    }
}

/// The longest time without a new frame of each picture, over some runs with this loss.
fn standstills(loss: f64) -> Vec<Duration> {
    let run = |seed| {
        let mut world = lossy(TRIO.height, loss, seed);
        world.run_until(30.0);
        world.gaps(0, 5.0, 30.0)
    };
    let mut gaps: Vec<Duration> = (1..=4).flat_map(run).collect();
    gaps.sort_unstable();
    gaps
}

#[test]
fn no_picture_stands_still_for_half_a_second_where_a_tenth_gets_lost() {
    let gaps = standstills(0.1);

    assert!(gaps.last() <= Some(&Duration::from_millis(500)), "{gaps:?}");
}

#[test]
fn hardly_any_picture_stands_still_for_a_second_where_a_fifth_gets_lost() {
    let gaps = standstills(0.2);

    // Where all that a receiver asks gets lost, too, it is late; of some hundreds, one is.
    let usual = &gaps[..gaps.len() - 1];
    assert!(usual.last() <= Some(&Duration::from_secs(1)), "{gaps:?}");
}

#[test]
fn repairs_stay_a_tenth_of_what_is_sent() {
    for (rate_bps, loss, seed) in [(20e6, 0.05, 1), (20e6, 0.1, 2), (700e3, 0.0, 3)] {
        let mut world = World::new(&Plan { rate_bps, ..TRIO }, seed);
        world.run_until(2.0);
        world.lose(loss);

        world.run_until(60.0);

        let share = world.repaired(0, 60.0);
        assert!(share <= 0.1, "{rate_bps} {loss} {seed}: {share}");
    }
}

const LOSSES: [(f64, u64); 6] = [(0.1, 1), (0.1, 2), (0.2, 1), (0.2, 2), (0.3, 1), (0.3, 2)];
