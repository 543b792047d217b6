//! Prints how the estimator does against simulated bottlenecks, and rtc's own `gcc` beside it.
//!
//! `cargo run --release -p palabre-media --example bottleneck [SEEDS]`. Each figure is the worst of
//! the seeds, but for the shares of two subscribers, of which the first is the median; a mark says
//! that it misses its bound.
#![expect(clippy::print_stdout, reason = "the figures are the point")]

#[path = "../tests/bottleneck/flow.rs"]
mod flow;
#[path = "../tests/bottleneck/gcc.rs"]
mod gcc;
#[path = "../tests/bottleneck/link.rs"]
mod link;
#[path = "../tests/bottleneck/ours.rs"]
mod ours;
#[path = "../tests/bottleneck/scenario.rs"]
mod scenario;

use palabre_media::bwe::Estimator;

use gcc::RtcGcc;
use ours::Ours;
use scenario::{Bound, Figure, SCENARIOS, summary};

fn main() {
    let seeds = std::env::args().nth(1).and_then(|seeds| seeds.parse().ok()).unwrap_or(10);
    println!("| simulated path | figure | bound | Palabre | rtc's gcc |");
    println!("| --- | --- | ---: | ---: | ---: |");
    for scenario in &SCENARIOS {
        let ours = summary(scenario, |now, seed| Box::new(Ours(Estimator::new(now, seed))), seeds);
        let theirs = summary(scenario, |_, _| Box::new(RtcGcc::new()), seeds);
        for (ours, theirs) in ours.iter().zip(&theirs) {
            let bound = match ours.bound {
                Bound::AtMost(most) => format!("≤ {most}"),
                Bound::AtLeast(least) => format!("≥ {least}"),
            };
            println!(
                "| {} | {} | {bound} {} | {} | {} |",
                scenario.name,
                ours.what,
                ours.unit,
                show(ours),
                show(theirs)
            );
        }
    }
}

fn show(figure: &Figure) -> String {
    let mark = if figure.holds() { "" } else { " ✗" };
    if figure.value.is_infinite() {
        return format!("never{mark}");
    }
    format!("{:.1}{mark}", figure.value)
}
