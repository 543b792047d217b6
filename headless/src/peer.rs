//! The media side of a device in a call: one peer connection that always offers, sends generated
//! sound and pictures, and counts what its slots receive.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use async_trait::async_trait;
use palabre_signaling::wire::{Layer, Source, SourceSection};
use rtc::{
    interceptor::{Registry, Slot},
    peer_connection::configuration::media_engine::{MIME_TYPE_OPUS, MIME_TYPE_VP8},
    rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication,
    rtp_transceiver::rtp_sender::{
        RTCPFeedback, RTCRtpCodec, RTCRtpCodecParameters, RTCRtpHeaderExtensionCapability,
        RtpCodecKind,
    },
};
use tokio::{
    sync::{Mutex, watch},
    time::timeout,
};
use webrtc::{
    media_stream::track_remote::TrackRemote,
    peer_connection::{
        MediaEngine, PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler,
        RTCPeerConnectionState, RTCSessionDescription, SettingEngineBuilder, configure_nack,
        configure_rtcp_reports, configure_simulcast_extension_headers, configure_twcc,
    },
    rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverInit},
};

use crate::{
    asker::PATIENCE,
    probe::{PROBE_SLOT, Probe, ProbeInterceptor},
    publisher::{CameraTrack, MicrophoneTrack},
    received::Received,
    sdp::{Section, sections},
    tone::Tone,
    vp8::Colour,
};

/// What a peer sends and how much it can receive.
#[derive(Clone, Debug)]
pub struct Publishing {
    /// The tone to send; absent sends no sound.
    pub microphone: Option<Tone>,
    /// The picture to send; absent sends none.
    pub camera: Option<Camera>,
    /// How many people can be heard at a time.
    pub audio_slots: usize,
    /// How many pictures can be seen at a time.
    pub video_slots: usize,
}

impl Publishing {
    /// Sound and a plain picture, and as many slots as a browser begins with (DESIGN § 6).
    pub fn new(tone: Tone, colour: Colour) -> Self {
        Self {
            microphone: Some(tone),
            camera: Some(Camera::new(colour)),
            audio_slots: 3,
            video_slots: 4,
        }
    }
}

/// The picture to send.
#[derive(Clone, Debug)]
pub struct Camera {
    /// What colour it is.
    pub colour: Colour,
    /// Simulcast layers from small to large; one alone is sent as a single encoding.
    pub layers: Vec<Layer>,
    /// Frames a second.
    pub rate: u32,
    /// Bytes that each frame has at least, so that frames take several packets.
    pub min_frame_bytes: usize,
}

impl Camera {
    /// A single encoding of 320 × 180 at 15 frames a second.
    pub fn new(colour: Colour) -> Self {
        let layers = vec![Layer { rid: "f".to_owned(), width: 320, height: 180 }];
        Self { colour, layers, rate: 15, min_frame_bytes: 0 }
    }

    /// Three layers of 240 × 135 to 960 × 540, named as browsers of this project name them.
    pub fn simulcast(colour: Colour) -> Self {
        let layer = |rid: &str, width, height| Layer { rid: rid.to_owned(), width, height };
        let layers = vec![layer("q", 240, 135), layer("h", 480, 270), layer("f", 960, 540)];
        Self { layers, ..Self::new(colour) }
    }
}

/// One peer connection.
pub struct Peer {
    connection: Arc<dyn PeerConnection>,
    state: watch::Receiver<RTCPeerConnectionState>,
    probe: Arc<Probe>,
    microphone: Option<MicrophoneTrack>,
    camera: Option<CameraTrack>,
    tracks: Tracks,
    offered: Vec<Section>,
    /// How many offers were made.
    offers: usize,
}

impl Peer {
    /// Makes a peer that will reach the server from the local address `from`.
    pub async fn new(from: IpAddr, publishing: &Publishing) -> anyhow::Result<Self> {
        let probe = Arc::new(Probe::default());
        let tracks = Tracks::default();
        let (state_in, state) = watch::channel(RTCPeerConnectionState::New);
        let (media_engine, registry) = configure(&probe)?;
        // The defaults call a connection lost after 5 s without STUN although media flows.
        let settings = SettingEngineBuilder::new()
            .with_ice_timeouts(Some(ICE_DISCONNECTED), Some(ICE_FAILED), Some(ICE_KEEPALIVE))
            .build();
        let connection = PeerConnectionBuilder::new()
            .with_media_engine(media_engine)
            .with_interceptor_registry(registry)
            .with_setting_engine(settings)
            .with_handler(Arc::new(Handler { state: state_in, tracks: Arc::clone(&tracks) }))
            .with_udp_addrs(vec![SocketAddr::new(from, 0)])
            .build()
            .await?;
        let connection: Arc<dyn PeerConnection> = Arc::new(connection);

        let microphone = match publishing.microphone {
            Some(tone) => Some(MicrophoneTrack::add(&connection, tone).await?),
            None => None,
        };
        let camera = match &publishing.camera {
            Some(camera) => Some(CameraTrack::add(&connection, camera).await?),
            None => None,
        };
        let mut peer = Self {
            connection,
            state,
            probe,
            microphone,
            camera,
            tracks,
            offered: Vec::new(),
            offers: 0,
        };
        peer.add_slots(publishing.audio_slots, publishing.video_slots).await?;
        Ok(peer)
    }

    /// Adds slots to the next offer, in pairs as long as there are both kinds.
    pub async fn add_slots(&mut self, audio: usize, video: usize) -> anyhow::Result<()> {
        for index in 0..audio.max(video) {
            if index < audio {
                self.add_slot(RtpCodecKind::Audio).await?;
            }
            if index < video {
                self.add_slot(RtpCodecKind::Video).await?;
            }
        }
        Ok(())
    }

    /// Makes an offer, and says what each sending section of it carries.
    pub async fn offer(&mut self) -> anyhow::Result<(String, Vec<SourceSection>)> {
        let offer = self.connection.create_offer(None).await?;
        let sdp = offer.sdp.clone();
        self.connection.set_local_description(offer).await?;
        self.offered = sections(&sdp);
        self.offers += 1;

        let sending = self.offered.iter().filter(|section| section.direction == "sendonly");
        let sources = sending.map(|section| match (section.kind.as_str(), &self.camera) {
            ("video", Some(camera)) => SourceSection {
                mid: section.mid.clone(),
                source: Source::Camera,
                layers: camera.layers().to_vec(),
            },
            _ => SourceSection {
                mid: section.mid.clone(),
                source: Source::Microphone,
                layers: Vec::new(),
            },
        });
        Ok((sdp, sources.collect()))
    }

    /// Takes the server's answer; sending begins with the first one.
    pub async fn answer(&mut self, sdp: String) -> anyhow::Result<()> {
        self.probe.learn(&sections(&sdp));
        let answer = RTCSessionDescription::answer(sdp)?;
        self.connection.set_remote_description(answer).await?;
        if let Some(microphone) = &mut self.microphone {
            microphone.start(self.state.clone()).await?;
        }
        if let Some(camera) = &mut self.camera {
            camera.start(self.state.clone(), &self.probe).await?;
        }
        Ok(())
    }

    /// Asks for new ICE credentials in the next offer.
    pub async fn restart_ice(&self) -> anyhow::Result<()> {
        Ok(self.connection.restart_ice().await?)
    }

    /// Waits until media can flow.
    pub async fn connected(&mut self) -> anyhow::Result<()> {
        let is_connected = |state: &RTCPeerConnectionState| {
            matches!(state, RTCPeerConnectionState::Connected | RTCPeerConnectionState::Failed)
        };
        let wait = self.state.wait_for(is_connected);
        let state =
            *timeout(PATIENCE, wait).await.context("waiting for the media to connect")??;
        anyhow::ensure!(state == RTCPeerConnectionState::Connected, "the media did not connect");
        Ok(())
    }

    /// How many offers were made.
    pub fn offers(&self) -> usize {
        self.offers
    }

    /// The sections of the last offer.
    pub fn offered(&self) -> &[Section] {
        &self.offered
    }

    /// The `mid`s of the slots of a kind, `audio` or `video`.
    pub fn slots(&self, kind: &str) -> Vec<String> {
        let slots = self.offered.iter();
        let slots = slots.filter(|it| it.direction == "recvonly" && it.kind == kind);
        slots.map(|section| section.mid.clone()).collect()
    }

    /// What arrived in a slot.
    pub fn received(&self, mid: &str) -> Received {
        self.probe.received(mid)
    }

    /// Forgets what arrived so far.
    pub fn reset_received(&self) {
        self.probe.reset();
    }

    /// Waits until `enough` says so of what arrived in a slot.
    pub async fn wait_received(
        &self,
        mid: &str,
        mut enough: impl FnMut(&Received) -> bool,
    ) -> anyhow::Result<Received> {
        let wait = async {
            loop {
                let changed = self.probe.changed.notified();
                let received = self.received(mid);
                if enough(&received) {
                    return received;
                }
                changed.await;
            }
        };
        let outcome = timeout(PATIENCE, wait).await;
        outcome.with_context(|| format!("in slot {mid} there is {:?}", self.received(mid)))
    }

    /// Throws away one of so many arriving packets; 0 keeps all.
    pub fn lose_one_in(&self, count: u32) {
        self.probe.lose_one_in(count);
    }

    /// Asks for a key frame in a slot (RFC 4585 §6.3.1), as a decoder that lost its way does.
    pub async fn request_key(&self, mid: &str) -> anyhow::Result<()> {
        let media_ssrc = self.probe.media_ssrc(mid).context("the slot has no stream")?;
        let tracks = self.tracks.lock().await;
        for track in tracks.iter() {
            if track.ssrcs().await.contains(&media_ssrc) {
                let request = PictureLossIndication { sender_ssrc: 0, media_ssrc };
                return Ok(track.write_rtcp(vec![Box::new(request)]).await?);
            }
        }
        anyhow::bail!("nothing has arrived in slot {mid}");
    }

    /// How often the server asked for key frames of the camera, over all layers.
    pub fn key_requests(&self) -> u64 {
        let ssrcs = self.camera.iter().flat_map(CameraTrack::ssrcs);
        ssrcs.map(|ssrc| self.probe.key_requests(ssrc)).sum()
    }

    /// Stops or goes on sending pictures, as a camera that is switched off and on.
    pub fn set_camera(&self, on: bool) {
        if let Some(camera) = &self.camera {
            camera.set_on(on);
        }
    }

    /// Closes the connection.
    pub async fn close(&self) -> anyhow::Result<()> {
        Ok(self.connection.close().await?)
    }

    async fn add_slot(&self, kind: RtpCodecKind) -> anyhow::Result<()> {
        let init = RTCRtpTransceiverInit {
            direction: RTCRtpTransceiverDirection::Recvonly,
            ..RTCRtpTransceiverInit::default()
        };
        self.connection.add_transceiver_from_kind(kind, Some(init)).await?;
        Ok(())
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // The driver runs on its own; without this it would go on answering for a peer that
        // nobody holds any more.
        let connection = Arc::clone(&self.connection);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { connection.close().await });
        }
    }
}

/// Codecs, extensions and interceptors as a browser has them, reduced to what Palabre speaks.
fn configure(probe: &Arc<Probe>) -> anyhow::Result<(MediaEngine, Registry)> {
    let mut engine = MediaEngine::default();
    engine.register_codec(opus(), RtpCodecKind::Audio)?;
    for codec in [vp8(), vp8_retransmission()] {
        engine.register_codec(codec, RtpCodecKind::Video)?;
    }
    let level = RTCRtpHeaderExtensionCapability { uri: AUDIO_LEVEL_URI.to_owned() };
    engine.register_header_extension(level, RtpCodecKind::Audio, None)?;
    configure_simulcast_extension_headers(&mut engine)?;
    let registry = configure_nack(Registry::new(), &mut engine);
    let registry = configure_twcc(registry, &mut engine)?;
    let registry = configure_rtcp_reports(registry);
    let probe = ProbeInterceptor::new(Arc::clone(probe));
    Ok((engine, registry.with(Slot::from(PROBE_SLOT), probe)))
}

/// Opus as the tracks of this crate send it (RFC 7587).
pub(crate) fn opus() -> RTCRtpCodecParameters {
    RTCRtpCodecParameters {
        rtp_codec: RTCRtpCodec {
            mime_type: MIME_TYPE_OPUS.to_owned(),
            clock_rate: 48_000,
            channels: 2,
            sdp_fmtp_line: "minptime=10;useinbandfec=1".to_owned(),
            rtcp_feedback: Vec::new(),
        },
        payload_type: 111,
    }
}

/// VP8 as the tracks of this crate send it (RFC 7741).
pub(crate) fn vp8() -> RTCRtpCodecParameters {
    let feedback = |typ: &str, parameter: &str| RTCPFeedback {
        typ: typ.to_owned(),
        parameter: parameter.to_owned(),
    };
    RTCRtpCodecParameters {
        rtp_codec: RTCRtpCodec {
            mime_type: MIME_TYPE_VP8.to_owned(),
            clock_rate: 90_000,
            channels: 0,
            sdp_fmtp_line: String::new(),
            rtcp_feedback: vec![
                feedback("ccm", "fir"),
                feedback("nack", ""),
                feedback("nack", "pli"),
            ],
        },
        payload_type: 96,
    }
}

fn vp8_retransmission() -> RTCRtpCodecParameters {
    RTCRtpCodecParameters {
        rtp_codec: RTCRtpCodec {
            mime_type: "video/rtx".to_owned(),
            clock_rate: 90_000,
            channels: 0,
            sdp_fmtp_line: "apt=96".to_owned(),
            rtcp_feedback: Vec::new(),
        },
        payload_type: 97,
    }
}

/// The tracks on which something has arrived.
type Tracks = Arc<Mutex<Vec<Arc<dyn TrackRemote>>>>;

struct Handler {
    state: watch::Sender<RTCPeerConnectionState>,
    tracks: Tracks,
}

#[async_trait]
impl PeerConnectionEventHandler for Handler {
    async fn on_connection_state_change(&self, state: RTCPeerConnectionState) {
        self.state.send_replace(state);
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        self.tracks.lock().await.push(Arc::clone(&track));
        // The probe has counted the packets already; an unread track would only fill its queue.
        tokio::spawn(async move { while track.poll().await.is_some() {} });
    }
}

/// Loudness of an audio packet in its header (RFC 6464).
pub(crate) const AUDIO_LEVEL_URI: &str = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

/// Silence after which the connection counts as interrupted.
const ICE_DISCONNECTED: Duration = Duration::from_secs(15);

/// Interruption after which it counts as lost.
const ICE_FAILED: Duration = Duration::from_secs(25);

/// How often a connectivity check renews consent (RFC 7675 §5.1 allows 4 to 6 s; browsers ask
/// more often).
const ICE_KEEPALIVE: Duration = Duration::from_secs(2);
