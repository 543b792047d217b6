//! What a participant may not send goes to nobody.

use std::time::Duration;

use palabre_media::call::Permit;

use crate::media::{Camera, Voice, is_continuous};
use crate::network::Network;
use crate::{BOTH, WATCHER, camera_of, slot_with, told};

const SILENT: Permit = Permit { microphone: false, camera: true, screen: true, receives: true };
const DARK: Permit = Permit { microphone: true, camera: false, screen: true, receives: true };

#[test]
fn a_voice_that_may_not_be_sent_is_heard_by_nobody_until_it_may_again() {
    let (mut network, mut voice, _) = speaking();
    let speaker = network.devices[0].participant;

    network.engine.permit(network.now, speaker, SILENT, 2);
    network.run(Duration::from_millis(20));
    let before = network.devices[1].received("a0").len();
    (0..20).for_each(|_| frame(&mut network, &mut voice));

    assert_eq!(network.devices[1].received("a0").len(), before, "nothing goes on");
    network.engine.permit(network.now, speaker, Permit::default(), 3);
    network.until("it is heard again", |network| {
        frame(network, &mut voice);
        before < network.devices[1].received("a0").len()
    });
    assert!(is_continuous(network.devices[1].received("a0")));
}

#[test]
fn a_picture_that_may_not_be_sent_leaves_its_slots_and_comes_back_with_a_keyframe() {
    let (mut network, _, mut camera) = speaking();
    let speaker = network.devices[0].participant;

    network.engine.permit(network.now, speaker, DARK, 2);
    network.run(Duration::from_millis(20));
    let before = network.devices[1].received("v0").len();
    for _ in 0..10 {
        camera.frame(&mut network);
        network.run(Duration::from_millis(30));
    }

    assert_eq!(network.devices[1].received("v0").len(), before);
    assert_eq!(slot_with(&network, 1, camera_of(&network, 0)), None);
    network.engine.permit(network.now, speaker, Permit::default(), 3);
    network.until("it is seen again", |network| {
        camera.frame(network);
        let live = told(network, 1).iter().any(|slot| slot.mid == "v0" && slot.live);
        live && before < network.devices[1].received("v0").len()
    });
    let received = network.devices[1].received("v0");
    assert!(is_continuous(received));
    assert!(crate::media::is_keyframe(&received[before]), "what comes first can be decoded");
}

#[test]
fn what_was_said_before_the_last_word_changes_nothing() {
    let (mut network, mut voice, _) = speaking();
    let speaker = network.devices[0].participant;

    network.engine.permit(network.now, speaker, SILENT, 5);
    network.engine.permit(network.now, speaker, Permit::default(), 4);
    network.run(Duration::from_millis(20));
    let before = network.devices[1].received("a0").len();
    (0..10).for_each(|_| frame(&mut network, &mut voice));

    assert_eq!(network.devices[1].received("a0").len(), before);
}

#[test]
fn nothing_goes_to_who_does_not_receive_until_they_do_again() {
    let (mut network, mut voice, mut camera) = speaking();
    let watcher = network.devices[1].participant;
    let silent = Permit { receives: false, ..Permit::default() };

    network.engine.permit(network.now, watcher, silent, 1);
    network.run(Duration::from_millis(20));
    let before = ["a0", "v0"].map(|mid| network.devices[1].received(mid).len());
    for _ in 0..10 {
        frame(&mut network, &mut voice);
        camera.frame(&mut network);
    }

    assert_eq!(["a0", "v0"].map(|mid| network.devices[1].received(mid).len()), before);
    network.engine.permit(network.now, watcher, Permit::default(), 2);
    network.until("both are back", |network| {
        camera.frame(network);
        frame(network, &mut voice);
        let device = &network.devices[1];
        before[0] < device.received("a0").len() && before[1] < device.received("v0").len()
    });
    let received = network.devices[1].received("v0");
    assert!(is_continuous(received));
    assert!(crate::media::is_keyframe(&received[before[1]]), "what comes first can be decoded");
}

/// Somebody who is seen and heard by one other.
fn speaking() -> (Network, Voice, Camera) {
    let mut network = Network::connected(&[BOTH, WATCHER]);
    let (mut voice, mut camera) = (Voice::new(0), Camera::single(0));
    network.until("both flow", |network| {
        camera.frame(network);
        frame(network, &mut voice);
        let device = &network.devices[1];
        !device.received("a0").is_empty() && !device.received("v0").is_empty()
    });
    (network, voice, camera)
}

fn frame(network: &mut Network, voice: &mut Voice) {
    voice.frame(network);
    network.run(Duration::from_millis(20));
}
