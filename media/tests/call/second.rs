//! A device that changes its way to the server holds two connections for a moment, and nobody else
//! sees anything of it.

use std::time::{Duration, Instant};

use palabre_media::Event;
use palabre_media::call::{Permit, Shown, Source};

use crate::media::{Camera, Voice, is_continuous, is_keyframe};
use crate::network::Network;
use crate::{BOTH, SIMULCAST, camera_of, slot_with, told};

/// Somebody with a picture and a voice on one connection or on two.
struct Sender {
    cameras: Vec<Camera>,
    voices: Vec<Voice>,
}

/// How long the one who watches has waited for the next packet of a slot, at the most.
struct Pauses {
    slot: &'static str,
    seen: usize,
    at: Instant,
    longest: Duration,
}

impl Sender {
    fn on(places: &[usize]) -> Self {
        Self {
            cameras: places.iter().map(|at| Camera::single(*at)).collect(),
            voices: places.iter().map(|at| Voice::new(*at)).collect(),
        }
    }

    /// 20 ms of it.
    fn frame(&mut self, network: &mut Network) {
        self.cameras.iter_mut().for_each(|camera| camera.frame(network));
        self.voices.iter_mut().for_each(|voice| voice.frame(network));
        network.run(FRAME);
    }

    fn also_on(&mut self, at: usize) {
        self.cameras.push(Camera::single(at));
        self.voices.push(Voice::new(at));
    }
}

impl Pauses {
    fn new(network: &Network, slot: &'static str) -> Self {
        let seen = network.devices[WATCHER].received(slot).len();
        Self { slot, seen, at: network.now, longest: Duration::ZERO }
    }

    fn look(&mut self, network: &Network) {
        let seen = network.devices[WATCHER].received(self.slot).len();
        self.longest = self.longest.max(network.now - self.at);
        if self.seen < seen {
            (self.seen, self.at) = (seen, network.now);
        }
    }
}

#[test]
fn what_a_second_connection_sends_goes_to_nobody() {
    let (mut network, mut sender) = flowing();
    let before = slots_told(&network);

    let second = network.join_beside(MOVER, BOTH);
    let seen = network.devices[WATCHER].received("v1").len();
    sender.also_on(second);
    (0..20).for_each(|_| sender.frame(&mut network));

    assert_eq!(slots_told(&network), before, "the others are told nothing");
    assert_eq!(network.devices[WATCHER].received("v1").len(), seen);
    assert!(network.devices[MOVER].received("v1").is_empty(), "nor does it see itself");
}

#[test]
fn a_second_connection_receives_the_others_and_not_its_own() {
    let (mut network, mut sender) = flowing();
    let second = network.join_beside(MOVER, BOTH);
    let mut watcher = Sender::on(&[WATCHER]);

    network.until("it sees and hears the other", |network| {
        sender.frame(network);
        watcher.frame(network);
        let device = &network.devices[second];
        !device.received("v0").is_empty() && !device.received("a0").is_empty()
    });

    let device = &network.devices[second];
    assert!(device.received("v1").is_empty() && device.received("a1").is_empty());
}

#[test]
fn whoever_watches_has_no_pause_while_the_second_connection_becomes_the_first() {
    let (mut network, mut sender) = flowing();
    let second = network.join_beside(MOVER, BOTH);
    sender.also_on(second);
    (0..20).for_each(|_| sender.frame(&mut network));
    let told_before = slots_told(&network);
    let switched_at = network.devices[WATCHER].received("v0").len();
    let mut pauses = ["v0", "a0"].map(|slot| Pauses::new(&network, slot));

    network.promote(second);
    for at in 0..60 {
        if at == 30 {
            let earlier = network.devices[MOVER].participant;
            network.engine.leave(network.now, earlier);
            sender.cameras.remove(0);
            sender.voices.remove(0);
        }
        sender.frame(&mut network);
        pauses.iter_mut().for_each(|pause| pause.look(&network));
    }

    for pause in pauses {
        assert!(pause.longest <= 3 * FRAME, "{} paused {:?}", pause.slot, pause.longest);
        assert!(is_continuous(network.devices[WATCHER].received(pause.slot)));
    }
    let shown = network.devices[WATCHER].received("v0");
    let keyframes = shown[switched_at..].iter().filter(|packet| is_keyframe(packet)).count();
    assert_eq!(keyframes, 1, "it begins where a picture can be decoded");
    assert_eq!(slots_told(&network), told_before, "nothing is news to who watches");
}

#[test]
fn a_voice_is_not_heard_twice_when_it_changes_its_connection() {
    let (mut network, mut sender) = flowing();
    let second = network.join_beside(MOVER, BOTH);
    sender.also_on(second);
    (0..20).for_each(|_| sender.frame(&mut network));
    let before = network.devices[WATCHER].received("a0").len();

    network.promote(second);
    (0..20).for_each(|_| sender.frame(&mut network));

    let after = network.devices[WATCHER].received("a0").len();
    assert!((19..=22).contains(&(after - before)), "{} packets in 20 frames", after - before);
    assert!(network.devices[WATCHER].received("a1").is_empty());
}

#[test]
fn layers_of_the_second_connection_are_chosen_as_those_of_the_first_were() {
    let mut network = Network::connected(&[SIMULCAST, BOTH]);
    let mut cameras = vec![Camera::simulcast(MOVER)];
    let frames = |network: &mut Network, cameras: &mut Vec<Camera>, count: usize| {
        for _ in 0..count {
            cameras.iter_mut().for_each(|camera| camera.frame(network));
            network.run(FRAME);
        }
    };
    let shown = camera_of(&network, MOVER);
    let watcher = network.devices[WATCHER].participant;
    network.engine.want(network.now, watcher, &[crate::want("v0", Some(shown), 540)]).unwrap();
    frames(&mut network, &mut cameras, 20);

    let second = network.join_beside(MOVER, SIMULCAST);
    cameras.push(Camera::simulcast(second));
    network.promote(second);
    frames(&mut network, &mut cameras, 20);
    let earlier = network.devices[MOVER].participant;
    network.engine.leave(network.now, earlier);
    cameras.remove(0);
    let before = network.devices[WATCHER].received("v0").len();
    frames(&mut network, &mut cameras, 20);

    assert!(before + 15 < network.devices[WATCHER].received("v0").len());
    assert!(is_continuous(network.devices[WATCHER].received("v0")));
    assert_eq!(slot_with(&network, WATCHER, shown).as_deref(), Some("v0"));
}

#[test]
fn the_second_connection_takes_over_from_a_first_that_is_gone() {
    let (mut network, _) = flowing();
    let second = network.join_beside(MOVER, BOTH);
    let first = network.devices[MOVER].participant;
    network.engine.leave(network.now, first);
    let mut sender = Sender::on(&[second]);
    let before = ["v0", "a0"].map(|slot| network.devices[WATCHER].received(slot).len());

    network.promote(second);
    network.until("both flow again", |network| {
        sender.frame(network);
        let device = &network.devices[WATCHER];
        before[0] < device.received("v0").len() && before[1] < device.received("a0").len()
    });

    assert_eq!(network.devices[second].participant, first);
}

#[test]
fn what_a_participant_may_not_send_holds_for_its_second_connection() {
    let (mut network, mut sender) = flowing();
    let second = network.join_beside(MOVER, BOTH);
    sender.also_on(second);
    let mover = network.devices[MOVER].participant;
    let dark = Permit { camera: false, ..Permit::default() };
    network.engine.permit(network.now, mover, dark, 7);

    network.promote(second);
    network.run(FRAME);
    let before = network.devices[WATCHER].received("v0").len();
    (0..20).for_each(|_| sender.frame(&mut network));

    assert_eq!(network.devices[WATCHER].received("v0").len(), before);
}

#[test]
fn a_connection_that_is_no_second_one_is_not_promoted() {
    let (mut network, _) = flowing();
    let mover = network.devices[MOVER].participant;

    network.engine.promote(network.now, mover);
    network.run(FRAME);

    let is_promotion = |event: &Event| matches!(event, Event::Promoted { .. });
    assert!(!network.events.iter().any(is_promotion));
}

#[test]
fn who_speaks_goes_on_to_speak_on_the_second_connection() {
    let (mut network, mut sender) = flowing();
    sender.voices.iter_mut().for_each(|voice| voice.level = LOUD);
    (0..30).for_each(|_| sender.frame(&mut network));
    let mover = network.devices[MOVER].participant;
    let second = network.join_beside(MOVER, BOTH);
    sender.also_on(second);
    sender.voices.iter_mut().for_each(|voice| voice.level = LOUD);
    (0..30).for_each(|_| sender.frame(&mut network));
    let told_before = network.events.len();

    network.promote(second);
    (0..30).for_each(|_| sender.frame(&mut network));

    let silences = network.events[told_before..].iter().filter(
        |event| matches!(event, Event::Speaking { speakers, .. } if !speakers.contains(&mover)),
    );
    assert_eq!(silences.count(), 0);
    let voice = Shown { participant: mover, source: Source::Microphone };
    assert_eq!(slot_with(&network, WATCHER, voice).as_deref(), Some("a0"));
}

/// Somebody who is seen and heard by another.
fn flowing() -> (Network, Sender) {
    let mut network = Network::connected(&[BOTH, BOTH]);
    let mut sender = Sender::on(&[MOVER]);
    network.until("both flow", |network| {
        sender.frame(network);
        let device = &network.devices[WATCHER];
        !device.received("a0").is_empty() && !device.received("v0").is_empty()
    });
    (network, sender)
}

/// The slots that the one who watches was last told of.
fn slots_told(network: &Network) -> Vec<palabre_media::call::SlotState> {
    told(network, WATCHER)
}

const MOVER: usize = 0;
const WATCHER: usize = 1;
const FRAME: Duration = Duration::from_millis(20);
const LOUD: u8 = 20;
