//! What goes on when more is wanted than the core can forward.

use std::time::Duration;

use palabre_media::call::{PauseReason, SlotState, Source};

use crate::media::{Camera, Voice};
use crate::network::Network;
use crate::{BOTH, WATCHER, told};

/// Two who send, of whom the first speaks, and two who watch: six pictures.
struct Room {
    network: Network,
    cameras: Vec<Camera>,
    voices: Vec<Voice>,
}

impl Room {
    fn new() -> Self {
        let network = Network::connected(&[BOTH, BOTH, WATCHER, WATCHER]);
        let cameras = (0..2).map(Camera::single).collect();
        let voices = (0..2).map(Voice::new).collect();
        let mut room = Self { network, cameras, voices };
        room.run(Duration::from_millis(400), STEP);
        room
    }

    /// Goes on for `time`, `idle` of each 20 ms without anything to do.
    fn run(&mut self, time: Duration, idle: Duration) {
        let end = self.network.now + time;
        while self.network.now < end {
            self.network.engine.rested(idle);
            self.cameras.iter_mut().for_each(|camera| camera.frame(&mut self.network));
            self.voices.iter_mut().for_each(|voice| voice.frame(&mut self.network));
            self.network.run(STEP);
        }
    }

    /// The pictures of everybody.
    fn pictures(&self) -> Vec<SlotState> {
        let slots = (0..4).flat_map(|at| told(&self.network, at));
        slots.filter(|it| it.shown.is_some_and(|it| it.source == Source::Camera)).collect()
    }

    fn paused(&self) -> Vec<SlotState> {
        let is_busy = |slot: &SlotState| slot.paused == Some(PauseReason::Busy);
        self.pictures().into_iter().filter(is_busy).collect()
    }

    /// Packets that a watcher has got.
    fn received(&self) -> usize {
        self.network.devices[2].rtp.values().map(Vec::len).sum()
    }
}

#[test]
fn the_least_important_picture_pauses_first_and_its_tile_says_why() {
    let mut room = Room::new();
    assert_eq!((room.pictures().len(), room.paused()), (6, Vec::new()));

    room.run(Duration::from_millis(1_600), Duration::ZERO);

    let paused = room.paused();
    let speaker = room.network.devices[0].participant;
    assert!((1..=2).contains(&paused.len()), "{paused:?}");
    assert_eq!(room.network.engine.busy_pauses(), paused.len());
    assert!(paused.iter().all(|slot| slot.shown.unwrap().participant != speaker), "{paused:?}");
}

#[test]
fn voices_stay_whole_when_every_picture_has_to_pause() {
    let mut room = Room::new();

    room.run(Duration::from_secs(8), Duration::ZERO);
    let before = room.received();
    room.run(Duration::from_secs(1), Duration::ZERO);

    assert_eq!((room.pictures().len(), room.paused().len()), (6, 6));
    assert_eq!(room.received() - before, 100, "two voices for a second");
}

#[test]
fn pictures_come_back_when_there_is_time_to_spare() {
    let mut room = Room::new();
    room.run(Duration::from_secs(8), Duration::ZERO);

    room.run(Duration::from_secs(11), STEP / 2);

    assert_eq!(room.paused(), Vec::new());
    assert_eq!(room.pictures().len(), 6);
    assert!(room.pictures().iter().all(|slot| slot.live && slot.paused.is_none()));
    assert_eq!(room.network.engine.busy_pauses(), 0);
}

#[test]
fn a_picture_that_nobody_wants_any_more_pauses_for_nobody_later() {
    let mut room = Room::new();
    room.run(Duration::from_secs(8), Duration::ZERO);
    let watcher = room.network.devices[2].participant;
    let slots = told(&room.network, 2);
    let slots = slots.iter().filter(|it| it.shown.is_some_and(|it| it.source == Source::Camera));
    let wants = |show: bool| -> Vec<_> {
        let want = |slot: &SlotState| crate::want(&slot.mid, slot.shown.filter(|_| show), 360);
        slots.clone().map(want).collect()
    };

    room.network.engine.want(room.network.now, watcher, &wants(false)).unwrap();
    room.run(Duration::from_secs(11), STEP / 2);
    room.network.engine.want(room.network.now, watcher, &wants(true)).unwrap();
    room.run(Duration::from_secs(1), STEP / 2);

    assert_eq!(room.paused(), Vec::new());
    assert_eq!(room.pictures().len(), 6);
}

const STEP: Duration = Duration::from_millis(20);
