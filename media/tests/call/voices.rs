//! Who is heard in a room with more microphones than places, and that nobody's first syllable is lost.

use std::collections::BTreeSet;
use std::time::Duration;

use palabre_media::Event;
use palabre_media::call::{ParticipantId, Shown, Source};

use crate::device::{OPUS, RED, Shape};
use crate::media::{
    SILENCE, Voice, is_continuous, payload_of, payload_type, sequences, timestamp, voice_of,
};
use crate::network::{CALL, Network, Way};

const SPEAKER: Shape = Shape {
    microphone: true,
    camera: false,
    simulcast: false,
    red: false,
    codec: "VP8",
    reports: false,
    slots: 3,
};
const REDUNDANT: Shape = Shape { red: true, ..SPEAKER };

/// A room in which everybody's microphone is on and nobody speaks; the first one listens.
fn room(people: usize) -> (Network, Vec<Voice>) {
    let mut network = Network::connected(&vec![SPEAKER; people]);
    let mut voices: Vec<Voice> = (0..people).map(Voice::new).collect();
    talk(&mut network, &mut voices, 50);
    (network, voices)
}

/// Lets everybody send so many frames of 20 ms.
fn talk(network: &mut Network, voices: &mut [Voice], frames: u32) {
    for _ in 0..frames {
        voices.iter_mut().for_each(|voice| voice.frame(network));
        network.run(Duration::from_millis(20));
    }
}

/// Whose voices the first device got in its latest packets, by slot.
fn heard(network: &Network) -> Vec<usize> {
    ["a0", "a1", "a2"]
        .iter()
        .filter_map(|slot| Some(voice_of(network.devices[0].received(slot).last()?).0))
        .collect()
}

/// The slot in which the first device got the latest packet of a voice.
fn slot_of(network: &Network, voice: usize) -> Option<&'static str> {
    ["a0", "a1", "a2"].into_iter().find(|slot| {
        let last = network.devices[0].received(slot).last();
        last.is_some_and(|packet| voice_of(packet).0 == voice)
    })
}

/// Who speaks, as was told last.
fn told(network: &Network) -> Vec<ParticipantId> {
    let speaking = |event: &Event| {
        let Event::Speaking { call: CALL, speakers } = event else { return None };
        Some(speakers.clone())
    };
    network.events.iter().rev().find_map(speaking).expect("something was told")
}

#[test]
fn no_first_syllable_is_lost_when_a_new_voice_enters_a_full_room() {
    for speaker in [5, 6, 7] {
        let (mut network, mut voices) = room(8);
        assert_eq!(slot_of(&network, speaker), None, "it has no place yet");
        let first = voices[speaker].frame + 1;

        voices[speaker].level = 30;
        talk(&mut network, &mut voices, 25);

        let slot = slot_of(&network, speaker).expect("heard");
        let received = network.devices[0].received(slot);
        let theirs: Vec<_> = received.iter().filter(|p| voice_of(p).0 == speaker).collect();
        let frames: Vec<u32> = theirs.iter().map(|packet| voice_of(packet).1).collect();
        assert!(frames[0] <= first, "from the first loud frame {first} on: {frames:?}");
        assert!(first - frames[0] <= 3, "and no more than a moment before");
        assert!(frames.windows(2).all(|pair| pair[1] == pair[0] + 1), "every frame: {frames:?}");
        assert!(frames.last().unwrap() + 1 >= voices[speaker].frame, "up to now");
        assert!(is_continuous(received), "{:?}", sequences(received));
        let times: Vec<u32> = theirs.iter().map(|packet| timestamp(packet)).collect();
        assert!(times.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == 960), "{times:?}");
        let all: Vec<u32> = received.iter().map(|packet| timestamp(packet)).collect();
        assert!(all.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) < 48_000), "{all:?}");
    }
}

#[test]
fn a_louder_voice_takes_the_place_of_the_quietest_within_a_quarter_of_a_second() {
    let (mut network, mut voices) = room(6);
    for (speaker, level) in [(1, 20), (2, 44), (3, 25)] {
        voices[speaker].level = level;
    }
    talk(&mut network, &mut voices, 100);
    let mut before = heard(&network);
    before.sort_unstable();
    assert_eq!(before, [1, 2, 3]);

    voices[5].level = 15;
    let began = network.now;
    while slot_of(&network, 5).is_none() {
        talk(&mut network, &mut voices, 1);
    }

    let took = network.now - began;
    assert!(took <= Duration::from_millis(250), "{took:?}");
    let mut after = heard(&network);
    after.sort_unstable();
    assert_eq!(after, [1, 3, 5]);
}

#[test]
fn voices_of_one_loudness_do_not_push_each_other_out() {
    let (mut network, mut voices) = room(8);
    for voice in &mut voices[1..] {
        voice.level = 30;
    }
    talk(&mut network, &mut voices, 50);
    let before = heard(&network);
    let switches = network.engine.counters().switches;

    for frame in 0..200_u32 {
        for (at, voice) in (0_u32..).zip(&mut voices) {
            voice.level = u8::try_from(28 + (frame + at) % 4).unwrap();
        }
        talk(&mut network, &mut voices, 1);
    }

    assert_eq!(heard(&network), before);
    assert_eq!(network.engine.counters().switches, switches);
}

#[test]
fn in_a_small_room_everybody_is_heard_whoever_speaks() {
    let (mut network, mut voices) = room(4);
    voices[1].level = 20;
    talk(&mut network, &mut voices, 50);

    let mut heard = heard(&network);
    heard.sort_unstable();

    assert_eq!(heard, [1, 2, 3]);
    for slot in ["a0", "a1", "a2"] {
        let received = network.devices[0].received(slot);
        assert!(95 <= received.len(), "{} packets in {slot}", received.len());
        assert!(is_continuous(received));
    }
}

#[test]
fn one_who_falls_silent_keeps_the_place_until_somebody_needs_it() {
    let (mut network, mut voices) = room(8);
    voices[6].level = 25;
    talk(&mut network, &mut voices, 50);
    voices[6].level = SILENCE;
    talk(&mut network, &mut voices, 200);
    assert!(slot_of(&network, 6).is_some());

    for speaker in [3, 4, 5] {
        voices[speaker].level = 25;
    }
    talk(&mut network, &mut voices, 50);

    assert_eq!(slot_of(&network, 6), None);
    assert!([3, 4, 5].iter().all(|speaker| slot_of(&network, *speaker).is_some()));
}

#[test]
fn one_who_leaves_makes_room_at_once() {
    let (mut network, mut voices) = room(8);
    let listener = network.devices[0].participant;
    let gone = slot_of(&network, 1).expect("among the first three");

    let leaver = network.devices[1].participant;
    network.engine.leave(network.now, leaver);
    voices.remove(1);
    talk(&mut network, &mut voices, 5);

    let last = network.devices[0].received(gone).last().unwrap();
    assert_ne!(voice_of(last).0, 1);
    let shown = network.events.iter().rev().find_map(|event| {
        let Event::Slots { participant, slots, .. } = event else { return None };
        (*participant == listener).then_some(slots)
    });
    let lost = Shown { participant: leaver, source: Source::Microphone };
    assert!(shown.unwrap().iter().all(|slot| slot.shown != Some(lost)));
}

#[test]
fn everybody_is_told_who_speaks_the_loudest_first_and_when_they_stop() {
    let (mut network, mut voices) = room(3);
    assert_eq!(told(&network), []);

    voices[2].level = 40;
    talk(&mut network, &mut voices, 20);
    voices[1].level = 15;
    talk(&mut network, &mut voices, 20);
    let [one, two] = [1, 2].map(|at: usize| network.devices[at].participant);
    assert_eq!(told(&network), [one, two]);
    let events = network.events.len();
    talk(&mut network, &mut voices, 100);
    assert_eq!(network.events.len(), events, "nothing is told twice");

    voices[2].level = SILENCE;
    talk(&mut network, &mut voices, 50);
    assert_eq!(told(&network), [one]);
}

#[test]
fn a_newcomer_is_told_who_speaks_already() {
    let (mut network, mut voices) = room(3);
    voices[2].level = 20;
    talk(&mut network, &mut voices, 50);
    let told_before = network.events.len();

    let at = network.join(SPEAKER);
    network.until("connected", |network| network.devices[at].is_connected());
    talk(&mut network, &mut voices, 10);

    let news = &network.events[told_before..];
    let speakers = vec![network.devices[2].participant];
    assert!(news.contains(&Event::Speaking { call: CALL, speakers }));
}

#[test]
fn a_voice_that_moves_to_another_slot_is_heard_once_and_whole() {
    let both = Shape { camera: true, ..SPEAKER };
    let mut network = Network::connected(&[both; 4]);
    let mut voices: Vec<Voice> = (0..4).map(Voice::new).collect();
    talk(&mut network, &mut voices, 20);
    let slot = slot_of(&network, 1).unwrap();

    // The picture goes elsewhere, and the voice follows it; the other one says nothing meanwhile.
    let other = ["v0", "v1", "v2"].into_iter().find(|mid| mid[1..] != slot[1..]).unwrap();
    let show = Some(Shown { participant: network.devices[1].participant, source: Source::Camera });
    let listener = network.devices[0].participant;
    let wants = ["v0", "v1", "v2"].map(|mid| crate::want(mid, show.filter(|_| mid == other), 180));
    network.engine.want(network.now, listener, &wants).unwrap();
    talk(&mut network, &mut voices[..2], 20);

    let mut frames: Vec<u32> = ["a0", "a1", "a2"]
        .iter()
        .flat_map(|slot| network.devices[0].received(slot))
        .map(|packet| voice_of(packet))
        .filter(|(voice, _)| *voice == 1)
        .map(|(_, frame)| frame)
        .collect();
    frames.sort_unstable();
    let last = network.devices[0].received(&other.replace('v', "a")).last();
    assert_eq!(last.map(|packet| voice_of(packet)), Some((1, voices[1].frame)));
    assert!(frames.windows(2).all(|pair| pair[1] == pair[0] + 1), "{frames:?}");
}

#[test]
fn silence_that_is_left_out_shows_in_the_timestamps_alone() {
    let (mut network, mut voices) = room(3);
    voices[1].level = 20;
    talk(&mut network, &mut voices, 10);
    let slot = slot_of(&network, 1).unwrap();
    let before = network.devices[0].received(slot).len();

    // Packets of silence come every 400 ms (RFC 7587 §3.1.3).
    voices[1].pause(19);
    network.run(Duration::from_millis(380));
    talk(&mut network, &mut voices[1..2], 2);

    let received = &network.devices[0].received(slot)[before - 1..];
    assert!(is_continuous(received));
    let times: Vec<u32> = received.iter().map(|packet| timestamp(packet)).collect();
    assert_eq!(times[1].wrapping_sub(times[0]), 20 * 960);
}

#[test]
fn redundant_audio_goes_on_to_those_who_know_it_and_plain_to_the_others() {
    let mut network = Network::connected(&[REDUNDANT, REDUNDANT, SPEAKER]);
    let mut voice = Voice { red: true, level: 20, ..Voice::new(0) };
    talk(&mut network, std::slice::from_mut(&mut voice), 20);

    let [kept, stripped] = [1, 2].map(|at: usize| network.devices[at].received("a0"));
    assert!(15 < kept.len() && kept.len() == stripped.len());
    for (kept, stripped) in kept.iter().zip(stripped) {
        assert_eq!((payload_type(kept), payload_type(stripped)), (RED, OPUS));
        assert!(payload_of(kept).ends_with(payload_of(stripped)), "the newest part");
        assert!(payload_of(stripped).len() < payload_of(kept).len());
        assert_eq!(timestamp(kept), timestamp(stripped));
    }
    let frames: Vec<u32> = stripped.iter().map(|packet| voice_of(packet).1).collect();
    assert!(frames.windows(2).all(|pair| pair[1] == pair[0] + 1), "{frames:?}");
    assert!(is_continuous(stripped));
}

#[test]
fn a_microphone_may_change_between_plain_and_redundant_packets() {
    let mut network = Network::connected(&[REDUNDANT, SPEAKER]);
    let mut voice = Voice { level: 20, ..Voice::new(0) };
    for frame in 0..20 {
        voice.red = frame % 3 == 0;
        talk(&mut network, std::slice::from_mut(&mut voice), 1);
    }

    let received = network.devices[1].received("a0");
    let frames: Vec<u32> = received.iter().map(|packet| voice_of(packet).1).collect();
    assert!(15 < frames.len());
    assert!(frames.windows(2).all(|pair| pair[1] == pair[0] + 1), "{frames:?}");
}

/// The frames that a listener can play of what came in its first slot, by number: RFC 2198 blocks of
/// a voice have six bytes each.
fn playable(packets: &[Vec<u8>]) -> BTreeSet<u32> {
    let number = |block: &[u8]| u32::from_be_bytes(block[2..6].try_into().expect("four bytes"));
    let of = |packet: &Vec<u8>| -> Vec<u32> {
        let payload = payload_of(packet);
        if payload_type(packet) == OPUS {
            return vec![number(payload)];
        }
        let repeats = payload.iter().step_by(4).take_while(|byte| **byte & 0x80 != 0).count();
        payload[repeats * 4 + 1..].chunks(6).map(number).collect()
    };
    packets.iter().flat_map(of).collect()
}

/// A voice to a listener that gets all but a share of what is sent to it; returns the share of the
/// frames it can play once its losses are known, and how many frames the largest packet had.
fn heard_through(loss: f64, red: bool) -> (f64, usize) {
    heard_by(REDUNDANT, loss, red)
}

fn heard_by(listener: Shape, loss: f64, red: bool) -> (f64, usize) {
    let mut network =
        Network::connected(&[listener, REDUNDANT].map(|shape| Shape { reports: true, ..shape }));
    let mut voices = [Voice { red, ..Voice::new(1) }];
    let mut random = 7_u64;
    network.lose = Box::new(move |way, datagram| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let share = (random >> 33) as f64 / f64::from(1_u32 << 31);
        let is_voice = [OPUS, RED].contains(&(datagram[1] & 0x7F));
        way == Way::Down(0) && is_voice && share < loss
    });
    talk(&mut network, &mut voices, 250);
    let began = network.devices[0].received("a0").len();
    let first = voices[0].frame;
    talk(&mut network, &mut voices, 1_000);
    network.run(Duration::from_millis(50));

    let received = &network.devices[0].received("a0")[began..];
    let played = playable(received).range(first + 5..).count();
    let largest = received.iter().map(|packet| payload_of(packet).len() / 10 + 1).max();
    (played as f64 / 995.0, largest.expect("packets came"))
}

#[test]
fn a_voice_comes_whole_through_a_path_that_loses_a_third() {
    for red in [true, false] {
        let (played, _) = heard_through(0.3, red);

        assert!(0.98 <= played, "{played} with red {red}");
    }
}

#[test]
fn a_path_that_loses_little_carries_no_more_than_came() {
    let (_, largest) = heard_through(0.0, true);

    assert_eq!(largest, 2);
}

#[test]
fn a_voice_comes_whole_to_who_knows_no_redundancy_through_a_path_that_loses_a_tenth() {
    for red in [true, false] {
        let (played, _) = heard_by(SPEAKER, 0.1, red);

        assert!(0.98 <= played, "{played} with red {red}");
    }
}
