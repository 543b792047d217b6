//! Publishers are told what somebody looks at, and what nobody does.

use std::time::Duration;

use palabre_media::Event;
use palabre_media::call::{Source, Wanted};

use crate::media::{self, Camera, is_continuous};
use crate::network::{CALL, Network};
use crate::{SIMULCAST, WATCHER, camera_of, want};

/// What the device at `at` was last told to send of its camera.
fn told(network: &Network, at: usize) -> Wanted {
    let participant = network.devices[at].participant;
    let of = |event: &Event| {
        let Event::Wanted { call: CALL, participant: whose, wanted } = event else { return None };
        let mut wanted = wanted.iter().filter(|_| *whose == participant);
        wanted.find(|wanted| wanted.source == Source::Camera).cloned()
    };
    network.events.iter().rev().find_map(of).expect("something was told")
}

fn rids(network: &Network, at: usize) -> Vec<String> {
    told(network, at).rids
}

/// A camera in three layers and somebody who looks at it in a tile of this height.
fn watched(height: u16) -> (Network, Camera) {
    let mut network = Network::connected(&[SIMULCAST, WATCHER]);
    let mut camera = Camera::simulcast(0);
    look(&mut network, height);
    shoot(&mut network, &mut camera, 5_000);
    (network, camera)
}

fn look(network: &mut Network, height: u16) {
    let show = Some(camera_of(network, 0)).filter(|_| height != 0);
    let wants = [want("v0", show, height), want("v1", None, 0)];
    let watcher = network.devices[1].participant;
    network.engine.want(network.now, watcher, &wants).expect("its slots");
    network.exchange();
}

/// Sends pictures for a while, of the layers that the publisher was told to send.
fn shoot(network: &mut Network, camera: &mut Camera, milliseconds: u64) {
    for _ in 0..milliseconds / 30 {
        camera.only = Some(rids(network, 0));
        camera.frame(network);
        network.run(Duration::from_millis(30));
    }
}

#[test]
fn layers_that_nobody_looks_at_are_let_go_of() {
    let (network, _) = watched(120);

    assert_eq!(rids(&network, 0), ["q"]);
    assert!(is_continuous(network.devices[1].received("v0")));
}

#[test]
fn a_layer_that_is_wanted_is_back_within_300_ms() {
    let (mut network, mut camera) = watched(120);
    for (height, layer) in [(540, 2), (270, 1)] {
        let began = network.now;

        look(&mut network, height);
        while network.devices[1].received("v0").last().map(|p| media::layer_of(p)) != Some(layer) {
            shoot(&mut network, &mut camera, 30);
        }

        let took = network.now - began;
        assert!(took <= Duration::from_millis(300), "{took:?}");
        shoot(&mut network, &mut camera, 5_000);
        assert_eq!(rids(&network, 0).len(), 1);
    }
    assert!(is_continuous(network.devices[1].received("v0")));
}

#[test]
fn a_camera_that_nobody_sees_is_paused_and_comes_back() {
    let (mut network, mut camera) = watched(0);
    assert!(told(&network, 0).paused);
    let before = network.devices[1].received("v0").len();
    let began = network.now;

    look(&mut network, 120);
    assert_eq!(
        told(&network, 0),
        Wanted { source: Source::Camera, rids: vec![String::from("q")], paused: false }
    );
    while network.devices[1].received("v0").len() == before {
        shoot(&mut network, &mut camera, 30);
    }

    assert!(network.now - began <= Duration::from_millis(300));
    assert!(media::is_keyframe(&network.devices[1].received("v0")[before]));
}

#[test]
fn somebody_alone_in_a_call_sends_no_picture_until_another_comes() {
    let mut network = Network::connected(&[SIMULCAST]);
    let mut camera = Camera::simulcast(0);
    shoot(&mut network, &mut camera, 5_000);
    assert!(told(&network, 0).paused);

    let at = network.join(WATCHER);
    network.until("the newcomer sees a picture", |network| {
        shoot(network, &mut camera, 30);
        !network.devices[at].received("v0").is_empty()
    });

    assert!(!told(&network, 0).paused);
}

#[test]
fn what_is_wanted_is_said_again_with_every_offer_and_want() {
    let (mut network, _) = watched(120);
    let before = network.events.len();

    network.offer(0);
    network.exchange();
    let participant = network.devices[0].participant;
    network.engine.want(network.now, participant, &[]).unwrap();
    network.exchange();

    let said = network.events[before..].iter().filter(
        |event| matches!(event, Event::Wanted { participant: whose, .. } if *whose == participant),
    );
    assert_eq!(said.count(), 2);
    assert_eq!(rids(&network, 0), ["q"]);
}

#[test]
fn a_publisher_that_goes_on_sending_everything_is_seen_as_before() {
    let (mut network, mut camera) = watched(120);
    camera.only = None;
    look(&mut network, 540);
    network.until("the large layer is seen", |network| {
        camera.frame(network);
        network.devices[1].received("v0").last().is_some_and(|p| media::layer_of(p) == 2)
    });

    assert!(is_continuous(network.devices[1].received("v0")));
}
