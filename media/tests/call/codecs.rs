//! Pictures in other codecs than VP8, and watchers that do not know them.

use std::time::Duration;

use palabre_media::call::PauseReason;

use crate::device::{Media, Shape, VP8};
use crate::media::{is_continuous, payload_of, plis};
use crate::network::Network;
use crate::{BOTH, WATCHER, told};

/// A camera that sends one packet a frame, as its codec has it.
struct Camera {
    codec: &'static str,
    frame: u16,
    answered: usize,
}

impl Camera {
    /// Sends a frame: a keyframe when it is the first or was asked for.
    fn frame(&mut self, network: &mut Network) {
        let asked = plis(&network.devices[0].rtcp);
        let keyframe = self.frame == 0 || self.answered < asked;
        self.answered = asked;
        self.frame += 1;
        network.devices[0].send(&Media {
            ssrc: 10_000,
            payload_type: VP8,
            sequence: self.frame,
            timestamp: u32::from(self.frame) * 3_000,
            marker: true,
            mid: "1",
            payload: [&payload(self.codec, self.frame, keyframe)[..], &[0x55; 50]].concat(),
            ..Media::default()
        });
        network.run(Duration::from_millis(30));
    }
}

/// The beginning of a frame's payload.
fn payload(codec: &str, frame: u16, keyframe: bool) -> Vec<u8> {
    let [high, low] = (frame | 0x8000).to_be_bytes();
    match (codec, keyframe) {
        ("VP9", true) => vec![0xA8, high, low, 0, frame as u8],
        ("VP9", false) => vec![0xE8, high, low, 0, frame as u8],
        ("H264", true) => vec![0x78, 0, 2, 0x67, 1, 0, 2, 0x68, 1, 0, 51, 0x65],
        ("H264", false) => vec![0x61],
        ("AV1", true) => vec![0x18],
        ("AV1", false) => vec![0x10],
        _ => unreachable!("not tested here"),
    }
}

fn starts_keyframe(codec: &str, packet: &[u8]) -> bool {
    let expected = payload(codec, 1, true);
    payload_of(packet)[0] == expected[0]
}

#[test]
fn every_codec_is_forwarded_from_a_keyframe_on_to_those_who_know_it() {
    for codec in ["VP9", "H264", "AV1"] {
        let mut network =
            Network::connected(&[Shape { codec, ..BOTH }, Shape { codec, ..WATCHER }]);
        let mut camera = Camera { codec, frame: 0, answered: 0 };
        (0..10).for_each(|_| camera.frame(&mut network));

        let newcomer = network.join(Shape { codec, ..WATCHER });
        network.until("the newcomer sees it", |network| {
            camera.frame(network);
            !network.devices[newcomer].received("v0").is_empty()
        });

        for at in [1, newcomer] {
            let received = network.devices[at].received("v0");
            assert!(starts_keyframe(codec, &received[0]), "{codec}: what comes first is whole");
            assert!(is_continuous(received), "{codec}");
        }
        assert!(10 <= network.devices[1].received("v0").len(), "{codec}");
    }
}

#[test]
fn vp9_pictures_are_numbered_on_when_a_slot_goes_to_somebody_else() {
    let shape = Shape { codec: "VP9", ..BOTH };
    let mut network = Network::connected(&[shape, Shape { codec: "VP9", ..WATCHER }]);
    let mut camera = Camera { codec: "VP9", frame: 0, answered: 0 };
    (0..10).for_each(|_| camera.frame(&mut network));

    // Pictures that are asked for anew are counted on by the camera itself.
    let ids: Vec<u16> = network.devices[1]
        .received("v0")
        .iter()
        .map(|packet| u16::from_be_bytes([payload_of(packet)[1], payload_of(packet)[2]]) & 0x7FFF)
        .collect();

    assert!(ids.windows(2).all(|pair| pair[1] == pair[0] + 1), "{ids:?}");
}

#[test]
fn one_who_does_not_know_the_codec_is_told_so_and_gets_nothing() {
    let mut network = Network::connected(&[Shape { codec: "AV1", ..BOTH }, WATCHER]);
    let mut camera = Camera { codec: "AV1", frame: 0, answered: 0 };
    (0..20).for_each(|_| camera.frame(&mut network));

    let slots = told(&network, 1);
    let slot = slots.iter().find(|slot| slot.mid == "v0").expect("it has this slot");
    assert!(slot.shown.is_some() && !slot.live);
    assert_eq!(slot.paused, Some(PauseReason::NoCodec));
    assert!(network.devices[1].received("v0").is_empty());
    assert_eq!(plis(&network.devices[0].rtcp), 0, "nobody waits for a keyframe");
}
