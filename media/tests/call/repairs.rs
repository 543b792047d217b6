//! What becomes of packets that get lost on the way down, and of requests that do.

use std::time::Duration;

use crate::device::{RTX, Shape};
use crate::media::{self, Camera, osn, sequences};
use crate::network::{Network, Way};
use crate::{BOTH, WATCHER};

/// A camera and somebody to whom its picture flows, who reports what comes.
fn watched() -> (Network, Camera) {
    let mut network = Network::connected(&[BOTH, Shape { reports: true, ..WATCHER }]);
    let mut camera = Camera::single(0);
    network.until("the picture flows", |network| {
        camera.frame(network);
        5 < network.devices[1].received("v0").len()
    });
    (network, camera)
}

fn run(network: &mut Network, camera: &mut Camera, time: Duration) {
    let end = network.now + time;
    while network.now < end {
        camera.frame(network);
        network.run(Duration::from_millis(30));
    }
}

fn is_repair(way: Way, datagram: &[u8]) -> bool {
    way == Way::Down(1) && (128..192).contains(&datagram[0]) && datagram[1] & 0x7F == RTX
}

#[test]
fn a_repetition_that_got_lost_is_sent_again_without_being_asked_for() {
    let (mut network, mut camera) = watched();
    let (ssrc, _) = network.devices[1].slots["v0"];
    let sequence = *sequences(network.devices[1].received("v0")).last().unwrap();
    let mut losses = 3;
    network.lose = Box::new(move |way, datagram| {
        let lost = is_repair(way, datagram) && 0 < losses;
        losses -= i32::from(lost);
        lost
    });

    network.devices[1].send_rtcp(&media::nack(ssrc, sequence));
    run(&mut network, &mut camera, Duration::from_secs(1));

    let repaired = network.devices[1].repaired("v0");
    let repaired = repaired.iter().filter(|packet| packet[0] & 0x20 == 0);
    assert_eq!(repaired.map(|packet| osn(packet)).collect::<Vec<_>>(), [sequence]);
}

#[test]
fn a_packet_that_is_asked_for_too_long_becomes_a_keyframe() {
    let (mut network, mut camera) = watched();
    let (ssrc, _) = network.devices[1].slots["v0"];
    run(&mut network, &mut camera, Duration::from_millis(600));
    let sequence = *sequences(network.devices[1].received("v0")).last().unwrap();
    network.devices[0].rtcp.clear();
    network.lose = Box::new(is_repair);

    for _ in 0..20 {
        network.devices[1].send_rtcp(&media::nack(ssrc, sequence));
        run(&mut network, &mut camera, Duration::from_millis(100));
    }

    assert_eq!(media::plis(&network.devices[0].rtcp), 1, "once: the keyframe is past it");
}

#[test]
fn a_keyframe_that_does_not_come_is_asked_for_a_few_times() {
    let (mut network, mut camera) = watched();
    let (ssrc, _) = network.devices[1].slots["v0"];
    run(&mut network, &mut camera, Duration::from_millis(600));
    network.devices[0].rtcp.clear();
    camera.deaf = true;

    network.devices[1].send_rtcp(&media::pli(ssrc));
    run(&mut network, &mut camera, Duration::from_secs(5));

    assert_eq!(media::plis(&network.devices[0].rtcp), 4);
}

#[test]
fn a_keyframe_that_comes_is_asked_for_once() {
    let (mut network, mut camera) = watched();
    let (ssrc, _) = network.devices[1].slots["v0"];
    run(&mut network, &mut camera, Duration::from_millis(600));
    network.devices[0].rtcp.clear();

    network.devices[1].send_rtcp(&media::pli(ssrc));
    run(&mut network, &mut camera, Duration::from_secs(2));

    assert_eq!(media::plis(&network.devices[0].rtcp), 1);
}
