//! One who sends more than anybody needs to costs the others nothing: QUALITY R4.

use std::time::Duration;

use palabre_media::gate::Rejected;

use crate::media::{Voice, is_continuous, voice_of};
use crate::network::Network;
use crate::{BOTH, WATCHER, watched};

#[test]
fn a_voice_at_ten_times_its_rate_is_cut_and_the_others_lose_nothing() {
    let mut network = Network::connected(&[BOTH, BOTH, WATCHER]);
    let (mut greedy, mut modest) = (Voice::new(0), Voice::new(1));

    for _ in 0..SECONDS * 50 {
        (0..10).for_each(|_| greedy.frame(&mut network));
        modest.frame(&mut network);
        network.run(Duration::from_millis(20));
    }

    let of = |mid: &str| network.devices[2].received(mid).to_vec();
    let (first, second) = (of("a0"), of("a1"));
    let is_greedy = |packets: &[Vec<u8>]| packets.first().is_some_and(|it| voice_of(it).0 == 0);
    let (loud, other) = if is_greedy(&first) { (first, second) } else { (second, first) };
    assert!(loud.len() <= ALLOWED as usize, "{} went on", loud.len());
    let cut = u64::from(SECONDS) * 500 - loud.len() as u64;
    assert_eq!(network.engine.counters().rejected[&Rejected::TooFast], cut);
    assert!(is_continuous(&loud), "nobody asks for what was cut");
    assert_eq!(other.len(), SECONDS as usize * 50);
    assert!(is_continuous(&other));
}

#[test]
fn a_picture_that_floods_is_cut_and_goes_on_afterwards() {
    let (mut network, mut camera) = watched();
    network.run(Duration::from_secs(1));
    let before = network.devices[1].received("v0").len();

    (0..4_000).for_each(|_| camera.frame(&mut network));
    network.run(Duration::from_secs(1));

    // Some of what the watcher's path could not take at once is given up on the way, too.
    let went_on = network.devices[1].received("v0").len() - before;
    assert!(went_on <= 3_000, "{went_on} went on");
    assert_eq!(network.engine.counters().rejected[&Rejected::TooFast], 1_000);
    let before = network.devices[1].received("v0").len();
    network.until("the picture flows again", |network| {
        camera.frame(network);
        before + 5 < network.devices[1].received("v0").len()
    });
}

const SECONDS: u32 = 5;

/// Packets of a voice in that time: 200 a second, and those of two seconds to begin with.
const ALLOWED: u32 = 200 * (SECONDS + 2);
