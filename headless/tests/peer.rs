//! A peer of ours against a plain peer connection of the same crate, over loopback.
#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use async_trait::async_trait;
use headless::{Camera, Colour, Peer, Publishing, Tone, sections};
use rtc::{
    interceptor::Registry,
    rtp,
    rtp_transceiver::{RTCRtpTransceiverDirection, rtp_sender::RtpCodecKind},
};
use tokio::sync::mpsc;
use webrtc::{
    media_stream::track_remote::{TrackRemote, TrackRemoteEvent},
    peer_connection::{
        MediaEngine, PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler,
        RTCSessionDescription, register_default_interceptors,
    },
    rtp_transceiver::RTCRtpTransceiverInit,
};

const RED: Colour = Colour { red: 200, green: 30, blue: 30 };
const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

struct Listener {
    packets: mpsc::Sender<rtp::Packet>,
}

#[async_trait]
impl PeerConnectionEventHandler for Listener {
    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        let packets = self.packets.clone();
        tokio::spawn(async move {
            while let Some(event) = track.poll().await {
                if let TrackRemoteEvent::OnRtpPacket(packet) = event {
                    packets.send(packet).await.unwrap();
                }
            }
        });
    }
}

/// Answers an offer by receiving everything that it sends.
async fn answerer(
    offer: String,
    tracks: &[RtpCodecKind],
) -> (impl PeerConnection, String, mpsc::Receiver<rtp::Packet>) {
    let (packets, arrived) = mpsc::channel(1024);
    let mut engine = MediaEngine::default();
    engine.register_default_codecs().unwrap();
    let registry = register_default_interceptors(Registry::new(), &mut engine).unwrap();
    let connection = PeerConnectionBuilder::new()
        .with_media_engine(engine)
        .with_interceptor_registry(registry)
        .with_handler(Arc::new(Listener { packets }))
        .with_udp_addrs(vec![SocketAddr::new(LOOPBACK, 0)])
        .build()
        .await
        .unwrap();
    for kind in tracks {
        let init = RTCRtpTransceiverInit {
            direction: RTCRtpTransceiverDirection::Recvonly,
            ..RTCRtpTransceiverInit::default()
        };
        connection.add_transceiver_from_kind(*kind, Some(init)).await.unwrap();
    }
    connection.set_remote_description(RTCSessionDescription::offer(offer).unwrap()).await.unwrap();
    let answer = connection.create_answer(None).await.unwrap();
    connection.set_local_description(answer).await.unwrap();
    // Candidates are gathered by the driver; the description is complete once one is in it.
    let answer = loop {
        let description = connection.local_description().await.unwrap().sdp;
        if description.contains("a=candidate") {
            break description;
        }
        tokio::task::yield_now().await;
    };
    (connection, answer, arrived)
}

#[tokio::test]
async fn offer_has_what_is_sent_first_and_then_slots_in_pairs() {
    let publishing = Publishing::new(Tone::new(0), RED);
    let mut peer = Peer::new(LOOPBACK, &publishing).await.unwrap();

    let (offer, sources) = peer.offer().await.unwrap();

    let sections: Vec<_> =
        sections(&offer).into_iter().map(|it| format!("{} {}", it.kind, it.direction)).collect();
    let mut expected = vec!["audio sendonly", "video sendonly"];
    expected.extend(["audio recvonly", "video recvonly"].repeat(3));
    expected.push("video recvonly");
    assert_eq!(sections, expected);
    assert_eq!(sources.len(), 2);
    assert_eq!(peer.slots("video").len(), 4);
}

#[tokio::test]
async fn simulcast_layers_are_offered_by_rid() {
    let camera = Some(Camera::simulcast(RED));
    let publishing = Publishing { camera, ..Publishing::new(Tone::new(0), RED) };
    let mut peer = Peer::new(LOOPBACK, &publishing).await.unwrap();

    let (offer, sources) = peer.offer().await.unwrap();

    assert!(offer.contains("a=simulcast:send q;h;f"), "{offer}");
    assert_eq!(sources[1].layers.len(), 3);
}

#[tokio::test]
async fn picture_and_tone_reach_the_other_side() {
    let publishing =
        Publishing { audio_slots: 0, video_slots: 0, ..Publishing::new(Tone::new(2), RED) };
    let mut peer = Peer::new(LOOPBACK, &publishing).await.unwrap();
    let (offer, _) = peer.offer().await.unwrap();
    let kinds = [RtpCodecKind::Audio, RtpCodecKind::Video];
    let (_connection, answer, mut arrived) = answerer(offer, &kinds).await;

    peer.answer(answer).await.unwrap();
    peer.connected().await.unwrap();

    let (mut tone, mut colour) = (None, None);
    while tone.is_none() || colour.is_none() {
        let packet = arrived.recv().await.unwrap();
        match packet.header.payload_type {
            111 => tone = Tone::of_packet(&packet.payload),
            96 => colour = Colour::of_frame(&packet.payload),
            other => panic!("payload type {other}"),
        }
    }
    assert_eq!(tone, Some(Tone::new(2)));
    assert_eq!(colour, Some(RED));
}
