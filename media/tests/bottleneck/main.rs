//! The estimator, the pacer and the retransmission budget against a bottleneck on a virtual clock:
//! what issue 4 asks for, over several seeds. `cargo run --release -p palabre-media --example
//! bottleneck` prints the figures, and those of rtc's `gcc` beside them.

#![expect(clippy::print_stdout, reason = "the figures are worth reading")]

mod flow;
mod link;
mod ours;
mod scenario;

use std::time::Instant;

use palabre_media::bwe::Estimator;

use flow::Control;
use ours::Ours;
use scenario::{SCENARIOS, summary};

fn ours(now: Instant, seed: u64) -> Box<dyn Control> {
    Box::new(Ours(Estimator::new(now, seed)))
}

#[track_caller]
fn check(scenario: usize) {
    let scenario = &SCENARIOS[scenario];
    for figure in summary(scenario, ours, SEEDS) {
        println!("{}: {} {:.1} {}", scenario.name, figure.what, figure.value, figure.unit);
        assert!(figure.holds(), "{}: {figure:?}", scenario.name);
    }
}

#[test]
fn a_newcomer_uses_its_link_within_five_seconds() {
    check(0);
}

#[test]
fn random_loss_is_no_reason_to_send_less() {
    check(1);
}

#[test]
fn more_wanted_than_fits_settles_without_a_long_queue() {
    check(2);
}

#[test]
fn a_link_that_halves_is_followed_down_and_up() {
    check(3);
}

#[test]
fn little_that_is_sent_proves_little() {
    check(4);
}

#[test]
fn overload_does_not_make_a_storm_of_repetitions() {
    check(5);
}

#[test]
fn two_subscribers_share_a_link() {
    check(6);
}

const SEEDS: u64 = 5;
