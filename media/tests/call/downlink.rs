//! What a subscriber gets when it cannot have everything.

use std::time::Duration;

use palabre_media::Event;
use palabre_media::call::{ParticipantId, PauseReason, SlotState, Source};

use crate::media::{Camera, Voice};
use crate::network::{Network, Way};
use crate::{BOTH, WATCHER, camera_of, told};

/// Two who send and one who watches, all of it flowing.
struct Trio {
    network: Network,
    cameras: Vec<Camera>,
    voices: Vec<Voice>,
}

impl Trio {
    fn new() -> Self {
        let network = Network::connected(&[BOTH, BOTH, WATCHER]);
        let cameras = (0..2).map(Camera::single).collect();
        let voices = (0..2).map(Voice::new).collect();
        let mut trio = Self { network, cameras, voices };
        trio.run(Duration::from_millis(400));
        trio
    }

    fn run(&mut self, time: Duration) {
        let end = self.network.now + time;
        while self.network.now < end {
            self.cameras.iter_mut().for_each(|camera| camera.frame(&mut self.network));
            self.voices.iter_mut().for_each(|voice| voice.frame(&mut self.network));
            self.network.run(Duration::from_millis(20));
        }
    }

    fn pictures(&self) -> Vec<SlotState> {
        let of = |slot: &SlotState| slot.shown.is_some_and(|shown| shown.source == Source::Camera);
        told(&self.network, 2).into_iter().filter(of).collect()
    }

    fn received(&self) -> usize {
        self.network.devices[2].rtp.values().map(Vec::len).sum()
    }
}

#[test]
fn who_saves_data_hears_one_voice_and_is_told_why_it_sees_nobody() {
    let mut trio = Trio::new();
    let watcher = trio.network.devices[2].participant;
    assert!(trio.pictures().iter().all(|slot| slot.live && slot.paused.is_none()));

    trio.network.engine.save_data(trio.network.now, watcher, true);
    trio.run(Duration::from_millis(200));
    let before = trio.received();
    trio.run(Duration::from_secs(1));

    let pictures = trio.pictures();
    assert_eq!(pictures.len(), 2);
    assert!(pictures.iter().all(|slot| slot.paused == Some(PauseReason::DataSaver)));
    let heard = told(&trio.network, 2)
        .into_iter()
        .filter(|slot| slot.shown.is_some_and(|shown| shown.source == Source::Microphone));
    assert_eq!(heard.count(), 1);
    assert_eq!(trio.received() - before, 50, "one voice for a second");
}

#[test]
fn who_saves_no_data_any_more_sees_everybody_again() {
    let mut trio = Trio::new();
    let watcher = trio.network.devices[2].participant;
    trio.network.engine.save_data(trio.network.now, watcher, true);
    trio.run(Duration::from_secs(1));

    trio.network.engine.save_data(trio.network.now, watcher, false);
    trio.run(Duration::from_secs(2));

    let pictures = trio.pictures();
    assert_eq!(pictures.len(), 2);
    assert!(pictures.iter().all(|slot| slot.live && slot.paused.is_none()), "{pictures:?}");
    assert!(pictures.iter().any(|slot| slot.shown == Some(camera_of(&trio.network, 0))));
}

#[test]
fn everybody_is_told_once_whose_connection_is_weak_and_its_owner_in_numbers() {
    let mut trio = Trio::new();
    let sender = trio.network.devices[0].participant;
    let mut count = 0;
    trio.network.lose = Box::new(move |way, datagram| {
        let is_media = way == Way::Up(0) && (128..192).contains(&datagram[0]);
        count += usize::from(is_media);
        is_media && count % 8 == 0
    });

    trio.run(Duration::from_secs(10));

    let weak: Vec<_> = trio.network.events.iter().filter_map(weak).collect();
    assert_eq!(weak, [&[sender]]);
    let figures = trio.network.events.iter().rev().find_map(|event| {
        let Event::Quality { participant, quality, .. } = event else { return None };
        (*participant == sender).then_some(*quality)
    });
    let figures = figures.expect("told how well it is connected");
    assert!(figures.is_weak);
    assert!((8..=18).contains(&figures.loss_up), "{figures:?}");
}

fn weak(event: &Event) -> Option<&[ParticipantId]> {
    if let Event::Weak { participants, .. } = event { Some(participants) } else { None }
}
