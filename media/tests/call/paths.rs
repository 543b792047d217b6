//! The ways that datagrams take: over TCP, and from an address that changed under way.

use std::net::SocketAddr;
use std::time::Duration;

use palabre_media::path::Path;

use crate::media::{Camera, Voice, is_continuous};
use crate::network::{Network, Way};
use crate::{BOTH, WATCHER};

/// A stranger's address.
fn elsewhere() -> SocketAddr {
    SocketAddr::from(([10, 9, 9, 9], 4_000))
}

#[test]
fn a_device_without_udp_sends_and_receives_over_tcp() {
    let mut network = Network::new();
    for _ in 0..2 {
        let at = network.join(BOTH);
        network.devices[at].tcp = at == 0;
    }
    network.until("both are connected", |network| {
        network.devices.iter().all(|device| device.is_connected())
    });
    let mut cameras = [Camera::single(0), Camera::single(1)];

    network.until("both see each other", |network| {
        cameras.iter_mut().for_each(|camera| camera.frame(network));
        (0..2).all(|at| 5 < network.devices[at].received("v0").len())
    });

    let address = network.devices[0].address;
    assert!(network.engine.knows(Path::tcp(address)));
    assert!(!network.engine.knows(Path::from(address)), "the same numbers are another path");
}

#[test]
fn a_device_whose_port_changed_under_way_is_known_by_its_next_packet() {
    let mut network = Network::connected(&[BOTH, BOTH]);
    let mut cameras = [Camera::single(0), Camera::single(1)];
    network.until("both see each other", |network| {
        cameras.iter_mut().for_each(|camera| camera.frame(network));
        (0..2).all(|at| 5 < network.devices[at].received("v0").len())
    });
    network.run(Duration::from_millis(30));
    let before = [0, 1].map(|at: usize| network.devices[at].received("v0").len());

    network.rebind(0, 61_000);
    for _ in 0..10 {
        cameras.iter_mut().for_each(|camera| camera.frame(&mut network));
        network.run(Duration::from_millis(30));
    }

    assert_eq!(network.devices[1].received("v0").len(), before[1] + 10, "nothing of it was lost");
    let lost = before[0] + 10 - network.devices[0].received("v0").len();
    assert!(lost <= 1, "{lost} packets went to the old port");
    assert!(is_continuous(network.devices[1].received("v0")));
}

#[test]
fn a_recorded_packet_moves_nobody() {
    let mut network = Network::connected(&[BOTH, WATCHER]);
    let mut camera = Camera::single(0);
    for _ in 0..5 {
        camera.frame(&mut network);
        network.run(Duration::from_millis(30));
    }
    let mut recorded = camera.make(&mut network, false);
    network.run(Duration::from_millis(30));

    network.engine.handle_datagram(network.now, elsewhere(), &mut recorded);

    assert!(!network.engine.knows(Path::from(elsewhere())));
}

#[test]
fn a_packet_that_was_held_back_moves_nobody() {
    let mut network = Network::connected(&[BOTH, WATCHER]);
    let mut camera = Camera::single(0);
    camera.frame(&mut network);
    network.run(Duration::from_millis(30));
    let mut held_back = camera.make(&mut network, false);
    network.devices[0].outbox.clear();
    camera.frame(&mut network);
    network.run(Duration::from_millis(30));
    let before = network.devices[1].received("v0").len();

    network.engine.handle_datagram(network.now, elsewhere(), &mut held_back);
    network.run(Duration::from_millis(30));

    assert!(!network.engine.knows(Path::from(elsewhere())));
    assert_eq!(network.devices[1].received("v0").len(), before + 1, "but it is genuine");
}

#[test]
fn a_flood_from_strangers_leaves_the_tables_and_everybody_as_they_are() {
    let mut network = Network::connected(&[BOTH, WATCHER]);
    let mut voice = Voice::new(0);
    voice.frame(&mut network);
    network.run(Duration::from_millis(30));
    network.lose = Box::new(|way, _| matches!(way, Way::Up(9)));

    for count in 0..20_000_u32 {
        let mut packet = vec![0x80, 111, 0, 1, 0, 0, 0, 0];
        // Every other one guesses an SSRC that is in use.
        packet.extend_from_slice(&(if count % 2 == 0 { 90_000 } else { count }).to_be_bytes());
        packet.resize(200, count as u8);
        let from = SocketAddr::from(([10, 9, (count >> 8) as u8, count as u8], 4_000));
        network.engine.handle_datagram(network.now, from, &mut packet);
        assert!(!network.engine.knows(Path::from(from)));
    }
    assert!(network.engine.poll_transmit().is_none(), "nothing is answered to strangers");

    let before = network.devices[1].received("a0").len();
    voice.frame(&mut network);
    network.run(Duration::from_millis(30));
    assert_eq!(network.devices[1].received("a0").len(), before + 1);
}
