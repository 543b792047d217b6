//! Whole calls through the engine on a virtual clock, without a socket.

mod codecs;
mod demand;
mod device;
mod downlink;
mod greedy;
mod media;
mod network;
mod overload;
mod paths;
mod permits;
mod repairs;
mod second;
mod voices;

use std::time::Duration;

use palabre_media::Event;
use palabre_media::call::{ParticipantId, Shown, Source, Want};

use device::Shape;
use media::{Camera, Voice, is_continuous, osn, picture_ids, sequences};
use network::{CALL, Network, Way};

const BOTH: Shape = Shape {
    microphone: true,
    camera: true,
    simulcast: false,
    red: false,
    codec: "VP8",
    reports: false,
    slots: 3,
};
const SIMULCAST: Shape = Shape { simulcast: true, ..BOTH };
const WATCHER: Shape = Shape {
    microphone: false,
    camera: false,
    simulcast: false,
    red: false,
    codec: "VP8",
    reports: false,
    slots: 2,
};

fn camera_of(network: &Network, at: usize) -> Shown {
    Shown { participant: network.devices[at].participant, source: Source::Camera }
}

fn want(mid: &str, show: Option<Shown>, height: u16) -> Want {
    Want { mid: mid.to_owned(), show, width: height / 9 * 16, height }
}

/// The slots that a participant was last told of.
fn told(network: &Network, at: usize) -> Vec<palabre_media::call::SlotState> {
    let participant = network.devices[at].participant;
    let of = |event: &Event| {
        let Event::Slots { participant: whose, slots, .. } = event else { return None };
        (*whose == participant).then(|| slots.clone())
    };
    network.events.iter().rev().find_map(of).unwrap_or_default()
}

/// The mid of the slot in which `at` is told to see `shown`.
fn slot_with(network: &Network, at: usize, shown: Shown) -> Option<String> {
    told(network, at).into_iter().find(|slot| slot.shown == Some(shown)).map(|slot| slot.mid)
}

/// A camera and a watcher to whom its picture flows.
fn watched() -> (Network, Camera) {
    let mut network = Network::connected(&[BOTH, WATCHER]);
    let mut camera = Camera::single(0);
    network.until("the picture flows", |network| {
        camera.frame(network);
        5 < network.devices[1].received("v0").len()
    });
    (network, camera)
}

#[test]
fn three_devices_receive_voice_and_picture_of_both_others() {
    let mut network = Network::connected(&[BOTH, BOTH, BOTH]);
    let mut cameras: Vec<Camera> = (0..3).map(Camera::single).collect();
    let mut voices: Vec<Voice> = (0..3).map(Voice::new).collect();

    for _ in 0..30 {
        cameras.iter_mut().for_each(|camera| camera.frame(&mut network));
        voices.iter_mut().for_each(|voice| voice.frame(&mut network));
        network.run(Duration::from_millis(20));
    }

    for at in 0..3 {
        for slot in ["a0", "a1", "v0", "v1"] {
            let received = network.devices[at].received(slot);
            assert!(10 < received.len(), "{slot} of {at} got {}", received.len());
            assert!(is_continuous(received), "{slot} of {at} has holes");
        }
        assert!(network.devices[at].received("v2").is_empty(), "nobody is left for the third slot");
    }
}

#[test]
fn voice_and_picture_of_one_person_share_a_pair() {
    let mut network = Network::connected(&[BOTH, BOTH, BOTH]);
    let mut voice = Voice::new(2);
    let mut camera = Camera::single(2);

    for _ in 0..10 {
        camera.frame(&mut network);
        voice.frame(&mut network);
        network.run(Duration::from_millis(20));
    }

    let picture = slot_with(&network, 0, camera_of(&network, 2)).expect("shown");
    let microphone =
        Shown { participant: network.devices[2].participant, source: Source::Microphone };
    let sound = slot_with(&network, 0, microphone).expect("heard");
    assert_eq!(picture[1..], sound[1..]);
}

#[test]
fn a_newcomer_is_seen_without_any_offer_of_the_others() {
    let mut network = Network::connected(&[BOTH, BOTH, BOTH]);

    let fourth = network.join(BOTH);
    network.until("connected", |network| network.devices[fourth].is_connected());
    let mut camera = Camera::single(fourth);
    network.until("everybody sees the fourth", |network| {
        camera.frame(network);
        (0..3).all(|at| !network.devices[at].received("v2").is_empty())
    });

    assert_eq!(slot_with(&network, 0, camera_of(&network, fourth)).as_deref(), Some("v2"));
}

#[test]
fn a_newcomer_gets_a_keyframe_once_it_can_receive_one() {
    let mut network = Network::connected(&[BOTH, WATCHER]);
    let mut camera = Camera::single(0);
    network.until("the picture flows", |network| {
        camera.frame(network);
        !network.devices[1].received("v0").is_empty()
    });
    network.run(Duration::from_secs(1));

    let newcomer = network.join(WATCHER);
    // The publisher answers at once whenever it is asked, also while the newcomer still connects.
    network.until("the newcomer sees it", |network| {
        camera.frame(network);
        !network.devices[newcomer].received("v0").is_empty()
    });

    let first = &network.devices[newcomer].received("v0")[0];
    assert!(media::is_keyframe(first), "what comes first can be decoded");
}

#[test]
fn a_small_tile_gets_a_small_layer_and_a_large_one_the_large() {
    let mut network = Network::connected(&[SIMULCAST, WATCHER]);
    let mut camera = Camera::simulcast(0);
    let show = Some(camera_of(&network, 0));
    for (height, layer) in [(120, 0), (540, 2), (270, 1)] {
        let participant = network.devices[1].participant;
        network.engine.want(network.now, participant, &[want("v0", show, height)]).unwrap();

        network.until("the layer is switched", |network| {
            camera.frame(network);
            network.devices[1]
                .received("v0")
                .last()
                .is_some_and(|packet| media::layer_of(packet) == layer)
        });
    }

    let received = network.devices[1].received("v0");
    assert!(is_continuous(received), "switching leaves no hole: {:?}", sequences(received));
    let pictures = picture_ids(received);
    assert!(pictures.windows(2).all(|pair| pair[1] == (pair[0] + 1) & 0x7FFF), "{pictures:?}");
}

#[test]
fn switching_to_another_person_keeps_the_old_picture_until_the_new_keyframe() {
    let mut network = Network::connected(&[BOTH, BOTH, WATCHER]);
    let mut cameras: Vec<Camera> = (0..2).map(Camera::single).collect();
    let watcher = network.devices[2].participant;
    let first = Some(camera_of(&network, 0));
    network
        .engine
        .want(network.now, watcher, &[want("v0", first, 360), want("v1", None, 0)])
        .unwrap();
    network.until("the first is seen", |network| {
        cameras.iter_mut().for_each(|camera| camera.frame(network));
        5 < network.devices[2].received("v0").len()
    });
    cameras[1].deaf = true;
    network.run(Duration::from_millis(50));

    let second = Some(camera_of(&network, 1));
    network.engine.want(network.now, watcher, &[want("v0", second, 360)]).unwrap();
    let before = network.devices[2].received("v0").len();
    for _ in 0..10 {
        cameras.iter_mut().for_each(|camera| camera.frame(&mut network));
        network.run(Duration::from_millis(30));
    }
    assert_eq!(network.devices[2].received("v0").len(), before + 10, "the old picture goes on");
    cameras[1].deaf = false;
    network.until("the second is live", |network| {
        cameras.iter_mut().for_each(|camera| camera.frame(network));
        told(network, 2).iter().any(|slot| slot.mid == "v0" && slot.shown == second && slot.live)
    });

    assert!(is_continuous(network.devices[2].received("v0")));
}

#[test]
fn a_keyframe_whose_packets_changed_places_arrives_whole() {
    let mut network = Network::connected(&[BOTH, WATCHER]);
    let mut camera = Camera::single(0);
    let first = camera.make(&mut network, true);
    let second = camera.make(&mut network, false);

    network.devices[0].outbox.clear();
    network.devices[0].outbox.extend([second, first]);
    network.run(Duration::from_millis(20));

    let received = network.devices[1].received("v0");
    assert_eq!(received.len(), 2);
    assert!(is_continuous(received));
}

#[test]
fn a_packet_lost_on_the_way_down_is_sent_again_on_the_repair_stream() {
    let (mut network, _) = watched();
    let (ssrc, _) = network.devices[1].slots["v0"];
    let sequence = *sequences(network.devices[1].received("v0")).last().unwrap();

    network.devices[1].send_rtcp(&media::nack(ssrc, sequence));
    network.run(Duration::from_millis(50));

    let repaired = network.devices[1].repaired("v0");
    assert_eq!(repaired.iter().map(|packet| osn(packet)).collect::<Vec<_>>(), [sequence]);
}

#[test]
fn repeated_requests_for_one_packet_do_not_storm() {
    let (mut network, _) = watched();
    let (ssrc, _) = network.devices[1].slots["v0"];
    let sequence = *sequences(network.devices[1].received("v0")).last().unwrap();

    for _ in 0..200 {
        network.devices[1].send_rtcp(&media::nack(ssrc, sequence));
        network.run(Duration::from_millis(5));
    }

    assert!(network.devices[1].repaired("v0").len() <= 8);
}

#[test]
fn a_packet_lost_on_the_way_up_is_asked_for_and_its_repair_forwarded() {
    let mut network = Network::connected(&[SIMULCAST, WATCHER]);
    let mut camera = Camera::simulcast(0);
    network.until("the picture flows", |network| {
        camera.frame(network);
        5 < network.devices[1].received("v0").len()
    });
    camera.lose_next = true;
    for _ in 0..5 {
        camera.frame(&mut network);
        network.run(Duration::from_millis(30));
    }
    assert!(!is_continuous(network.devices[1].received("v0")), "one is missing");

    network.until("the hole is filled", |network| {
        camera.answer_requests(network);
        is_continuous(network.devices[1].received("v0"))
    });

    assert_eq!(network.engine.counters().repaired, 3, "one on each layer");
}

#[test]
fn keyframe_requests_of_many_watchers_become_one() {
    let mut network = Network::connected(&[BOTH, WATCHER, WATCHER, WATCHER, WATCHER]);
    let mut camera = Camera::single(0);
    network.until("everybody sees it", |network| {
        camera.frame(network);
        (1..5).all(|at| !network.devices[at].received("v0").is_empty())
    });
    network.run(Duration::from_millis(600));
    network.devices[0].rtcp.clear();

    for _ in 0..3 {
        for at in 1..5 {
            let (ssrc, _) = network.devices[at].slots["v0"];
            network.devices[at].send_rtcp(&media::pli(ssrc));
        }
        network.run(Duration::from_millis(100));
    }

    assert_eq!(media::plis(&network.devices[0].rtcp), 1);
    network.run(Duration::from_millis(400));
    assert_eq!(media::plis(&network.devices[0].rtcp), 2, "what came meanwhile is asked once more");
}

#[test]
fn padding_leaves_no_hole_in_what_is_forwarded() {
    let mut network = Network::connected(&[BOTH, WATCHER]);
    let mut camera = Camera::single(0);
    for _ in 0..20 {
        camera.frame(&mut network);
        camera.padding(&mut network);
        network.run(Duration::from_millis(30));
    }

    let received = network.devices[1].received("v0");
    assert!(5 < received.len());
    assert!(is_continuous(received), "{:?}", sequences(received));
}

#[test]
fn a_layer_that_vanishes_is_replaced_by_one_that_is_sent() {
    let mut network = Network::connected(&[SIMULCAST, WATCHER]);
    let mut camera = Camera::simulcast(0);
    let participant = network.devices[1].participant;
    let show = Some(camera_of(&network, 0));
    network.engine.want(network.now, participant, &[want("v0", show, 540)]).unwrap();
    network.until("the large layer is seen", |network| {
        camera.frame(network);
        network.devices[1].received("v0").last().is_some_and(|p| media::layer_of(p) == 2)
    });

    camera.layers = 1;
    network.until("the small one is seen", |network| {
        camera.frame(network);
        network.devices[1].received("v0").last().is_some_and(|p| media::layer_of(p) == 0)
    });

    assert!(is_continuous(network.devices[1].received("v0")));
}

#[test]
fn sender_reports_reach_the_subscriber_in_its_own_timestamps() {
    let (mut network, camera) = watched();
    network.run(Duration::from_millis(50));
    let sent = camera.timestamp();
    let seen = media::timestamp(network.devices[1].received("v0").last().unwrap());

    camera.report(&mut network, 0x1234_5678_9ABC_DEF0);
    network.run(Duration::from_millis(20));

    let (ssrc, _) = network.devices[1].slots["v0"];
    let report = media::sender_reports(&network.devices[1].rtcp, ssrc).pop().expect("a report");
    assert_eq!(report.0, 0x1234_5678_9ABC_DEF0);
    assert_eq!(report.1.wrapping_sub(seen), camera.timestamp().wrapping_sub(sent));
}

#[test]
fn transport_feedback_tells_the_publisher_of_its_packets() {
    let mut network = Network::connected(&[BOTH, WATCHER]);
    let mut camera = Camera::single(0);
    for _ in 0..30 {
        camera.frame(&mut network);
        network.run(Duration::from_millis(20));
    }

    let feedbacks = media::transport_feedbacks(&network.devices[0].rtcp);
    assert!(5 <= feedbacks.len());
    // Browsers pass over feedback that names none of their SSRCs.
    assert!(feedbacks.iter().all(|ssrc| *ssrc == camera.ssrc(0)), "{feedbacks:?}");
}

#[test]
fn one_who_leaves_is_gone_from_everybodys_slots() {
    let mut network = Network::connected(&[BOTH, BOTH]);
    let mut camera = Camera::single(0);
    network.until("the picture flows", |network| {
        camera.frame(network);
        !network.devices[1].received("v0").is_empty()
    });

    let gone = network.devices[0].participant;
    network.engine.leave(network.now, gone);
    network.exchange();

    assert!(told(&network, 1).iter().all(|slot| slot.shown.is_none() && !slot.live));
    assert_eq!(network.engine.participants(), 1);
}

#[test]
fn media_flows_on_while_ice_restarts() {
    let (mut network, mut camera) = watched();

    network.run(Duration::from_millis(50));
    network.devices[1].restart_ice();
    network.offer(1);
    let before = network.devices[1].received("v0").len();
    for _ in 0..10 {
        camera.frame(&mut network);
        network.run(Duration::from_millis(30));
    }

    assert_eq!(network.devices[1].received("v0").len(), before + 10);
}

#[test]
fn a_device_that_moved_gets_its_media_at_the_new_address() {
    let (mut network, mut camera) = watched();

    network.devices[1].address.set_port(61_000);
    network.lose = Box::new(|way, _| way == Way::Down(9));
    network.devices[1].check();
    network.run(Duration::from_millis(20));
    let before = network.devices[1].received("v0").len();
    camera.frame(&mut network);
    network.run(Duration::from_millis(20));

    assert_eq!(network.devices[1].received("v0").len(), before + 1);
}

#[test]
fn a_silent_device_is_told_of_and_so_is_its_return() {
    let mut network = Network::connected(&[BOTH, WATCHER]);
    let (call, participant) = (CALL, network.devices[0].participant);
    let mut camera = Camera::single(0);
    camera.frame(&mut network);

    network.until("it is told", |network| {
        network.events.contains(&Event::Silent { call, participant })
    });
    camera.frame(&mut network);
    network.run(Duration::from_millis(20));

    assert!(network.events.contains(&Event::Resumed { call, participant }));
}

#[test]
fn more_slots_come_with_another_offer_and_the_old_ones_stay() {
    let mut network = Network::connected(&[BOTH, BOTH, BOTH, WATCHER]);
    let before = network.devices[3].slots.clone();
    let mut cameras: Vec<Camera> = (0..3).map(Camera::single).collect();

    network.devices[3].shape.slots = 3;
    network.offer(3);
    network.until("the third is seen", |network| {
        cameras.iter_mut().for_each(|camera| camera.frame(network));
        !network.devices[3].received("v2").is_empty()
    });

    for (mid, ssrcs) in before {
        assert_eq!(network.devices[3].slots[&mid], ssrcs);
    }
}

#[test]
fn a_want_for_a_slot_that_is_not_there_is_refused_and_changes_nothing() {
    let mut network = Network::connected(&[BOTH, WATCHER]);
    let participant = network.devices[1].participant;
    let show = Some(camera_of(&network, 0));

    let refusal = network
        .engine
        .want(network.now, participant, &[want("v1", None, 0), want("nope", show, 180)])
        .unwrap_err();

    assert_eq!(
        refusal.to_string(),
        "the offer has no video slot with mid \"nope\": name a recvonly video section"
    );
    assert!(network.engine.want(network.now, ParticipantId(99), &[]).is_err());
}

#[test]
fn ten_percent_loss_both_ways_leaves_no_frame_missing() {
    let mut network = Network::connected(&[BOTH, WATCHER]);
    network.delay = Duration::from_millis(20);
    let mut camera = Camera::single(0);
    network.until("the picture flows", |network| {
        camera.frame(network);
        5 < network.devices[1].received("v0").len()
    });
    let mut count = 0_u32;
    network.lose = Box::new(move |_, datagram| {
        count += 1;
        128 <= datagram[0] && datagram[1] & 0x7F == device::VP8 && count.is_multiple_of(10)
    });

    for _ in 0..100 {
        camera.frame(&mut network);
        camera.answer_requests(&mut network);
        media::request_missing(&mut network, 1, "v0");
        network.run(Duration::from_millis(30));
    }
    network.lose = Box::new(|_, _| false);
    for _ in 0..20 {
        camera.answer_requests(&mut network);
        media::request_missing(&mut network, 1, "v0");
        network.run(Duration::from_millis(30));
    }

    assert_eq!(media::missing(&network.devices[1], "v0"), Vec::<u16>::new());
}
