//! The sending tracks: a tone every 20 ms, and generated pictures at their frame rate.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::Context;
use bytes::{BufMut, Bytes, BytesMut};
use palabre_signaling::wire::Layer;
use rtc::{
    media_stream::MediaStreamTrack,
    rtp,
    rtp_transceiver::rtp_sender::{
        RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters,
        RTCRtpRtxParameters, RtpCodecKind,
    },
};
use tokio::{sync::watch, task::AbortHandle, time};
use uuid::Uuid;
use webrtc::{
    media_stream::track_local::{TrackLocal, static_rtp::TrackLocalStaticRTP},
    peer_connection::{PeerConnection, RTCPeerConnectionState},
    rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverInit, RtpTransceiver},
};

use crate::{
    peer::{AUDIO_LEVEL_URI, Camera, opus, vp8},
    probe::Probe,
    tone::{TONE_PACKET, TONE_SAMPLES, Tone},
    vp8::Picture,
};

/// A tone on its way out.
pub(crate) struct MicrophoneTrack {
    sender: Sender,
    tone: Tone,
    ssrc: u32,
    task: Option<AbortHandle>,
}

impl MicrophoneTrack {
    pub(crate) async fn add(
        connection: &Arc<dyn PeerConnection>,
        tone: Tone,
    ) -> anyhow::Result<Self> {
        let ssrc = random_u32();
        let encodings = vec![encoding(opus(), ssrc, "", None)];
        let sender = Sender::add(connection, RtpCodecKind::Audio, encodings).await?;
        Ok(Self { sender, tone, ssrc, task: None })
    }

    /// Sends from the moment the connection is up; a repeated start changes nothing.
    pub(crate) async fn start(&mut self, state: State) -> anyhow::Result<()> {
        if self.task.is_some() {
            return Ok(());
        }
        let level = self.sender.extension_id(AUDIO_LEVEL_URI).await?;
        let track = Arc::clone(&self.sender.track);
        let mut stream = Stream::new(self.ssrc, opus().payload_type);
        let tone = self.tone;
        let send = async move {
            let mut ticks = time::interval(TONE_PACKET);
            loop {
                ticks.tick().await;
                let mut packet = stream.packet(Bytes::from_static(tone.packet()), true);
                if let Some(id) = level {
                    packet.header.set_extension(id, Bytes::from_static(&[SPEECH_LEVEL]))?;
                }
                track.write_rtp(packet).await?;
                stream.advance(TONE_SAMPLES);
            }
        };
        self.task = Some(spawn(state, send));
        Ok(())
    }
}

impl Drop for MicrophoneTrack {
    fn drop(&mut self) {
        self.task.iter().for_each(AbortHandle::abort);
    }
}

/// Pictures on their way out, one encoder for each simulcast layer.
pub(crate) struct CameraTrack {
    sender: Sender,
    camera: Camera,
    ssrcs: Vec<u32>,
    on: Arc<AtomicBool>,
    tasks: Vec<AbortHandle>,
}

impl CameraTrack {
    pub(crate) async fn add(
        connection: &Arc<dyn PeerConnection>,
        camera: &Camera,
    ) -> anyhow::Result<Self> {
        let simulcast = camera.layers.len() > 1;
        let ssrcs: Vec<u32> = camera.layers.iter().map(|_| random_u32()).collect();
        let encodings = camera.layers.iter().zip(&ssrcs).map(|(layer, ssrc)| {
            let rid = if simulcast { layer.rid.as_str() } else { "" };
            // Retransmissions of layers named by rid would need the repaired-rid extension,
            // which rtc does not write; they go out as plain repeats instead.
            encoding(vp8(), *ssrc, rid, (!simulcast).then(random_u32))
        });
        let sender = Sender::add(connection, RtpCodecKind::Video, encodings.collect()).await?;
        let on = Arc::new(AtomicBool::new(true));
        Ok(Self { sender, camera: camera.clone(), ssrcs, on, tasks: Vec::new() })
    }

    /// The layers as they are announced; none for a single encoding.
    pub(crate) fn layers(&self) -> &[Layer] {
        match self.camera.layers.as_slice() {
            [_] => &[],
            layers => layers,
        }
    }

    pub(crate) fn ssrcs(&self) -> impl Iterator<Item = u32> + '_ {
        self.ssrcs.iter().copied()
    }

    pub(crate) fn set_on(&self, on: bool) {
        self.on.store(on, Ordering::Relaxed);
    }

    /// Sends from the moment the connection is up; a repeated start changes nothing.
    pub(crate) async fn start(&mut self, state: State, probe: &Arc<Probe>) -> anyhow::Result<()> {
        if !self.tasks.is_empty() {
            return Ok(());
        }
        let mid = self.sender.transceiver.mid().await?.context("the camera has no section")?;
        let mid_id = self.sender.extension_id(MID_URI).await?;
        let rid_id = self.sender.extension_id(RID_URI).await?;
        for (layer, ssrc) in self.camera.layers.iter().zip(self.ssrcs.clone()) {
            let mut extensions = Vec::new();
            if self.camera.layers.len() > 1 {
                extensions.extend(mid_id.map(|id| (id, Bytes::from(mid.clone()))));
                extensions.extend(rid_id.map(|id| (id, Bytes::from(layer.rid.clone()))));
            }
            let encoder = Encoder {
                picture: Picture::new(layer.width, layer.height, self.camera.colour),
                stream: Stream::new(ssrc, vp8().payload_type),
                picture_id: random_u32() as u16,
                min_frame_bytes: self.camera.min_frame_bytes,
                extensions,
            };
            let send = encoder.run(
                Arc::clone(&self.sender.track),
                Arc::clone(probe),
                Arc::clone(&self.on),
                self.camera.rate,
            );
            self.tasks.push(spawn(state.clone(), send));
        }
        Ok(())
    }
}

impl Drop for CameraTrack {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

/// The state of the connection that a track waits for.
type State = watch::Receiver<RTCPeerConnectionState>;

/// A track and where it is negotiated.
struct Sender {
    track: Arc<TrackLocalStaticRTP>,
    transceiver: Arc<dyn RtpTransceiver>,
}

impl Sender {
    async fn add(
        connection: &Arc<dyn PeerConnection>,
        kind: RtpCodecKind,
        encodings: Vec<RTCRtpEncodingParameters>,
    ) -> anyhow::Result<Self> {
        let [stream, id] = [Uuid::new_v4(), Uuid::new_v4()].map(|it| it.to_string());
        let track = MediaStreamTrack::new(stream, id, kind.to_string(), kind, encodings.clone());
        let track = Arc::new(TrackLocalStaticRTP::new(track));
        let init = RTCRtpTransceiverInit {
            direction: RTCRtpTransceiverDirection::Sendonly,
            send_encodings: encodings,
            ..RTCRtpTransceiverInit::default()
        };
        let sent: Arc<dyn TrackLocal> = Arc::clone(&track) as Arc<dyn TrackLocal>;
        let transceiver = connection.add_transceiver_from_track(sent, Some(init)).await?;
        Ok(Self { track, transceiver })
    }

    /// The id under which a header extension was negotiated.
    async fn extension_id(&self, uri: &str) -> anyhow::Result<Option<u8>> {
        let sender = self.transceiver.sender().await?.context("a sending section")?;
        let parameters = sender.get_parameters().await?.rtp_parameters;
        let extension = parameters.header_extensions.iter().find(|it| it.uri == uri);
        Ok(extension.and_then(|it| it.id.try_into().ok()))
    }
}

/// Numbers the packets of one SSRC.
struct Stream {
    ssrc: u32,
    payload_type: u8,
    sequence: u16,
    timestamp: u32,
}

impl Stream {
    fn new(ssrc: u32, payload_type: u8) -> Self {
        let start = random_u32();
        Self { ssrc, payload_type, sequence: start as u16, timestamp: start }
    }

    fn packet(&mut self, payload: Bytes, marker: bool) -> rtp::Packet {
        let header = rtp::Header {
            version: 2,
            marker,
            payload_type: self.payload_type,
            sequence_number: self.sequence,
            timestamp: self.timestamp,
            ssrc: self.ssrc,
            ..rtp::Header::default()
        };
        self.sequence = self.sequence.wrapping_add(1);
        rtp::Packet { header, payload }
    }

    fn advance(&mut self, ticks: u32) {
        self.timestamp = self.timestamp.wrapping_add(ticks);
    }
}

/// Draws and packetizes one layer.
struct Encoder {
    picture: Picture,
    stream: Stream,
    picture_id: u16,
    min_frame_bytes: usize,
    extensions: Vec<(u8, Bytes)>,
}

impl Encoder {
    async fn run(
        mut self,
        track: Arc<TrackLocalStaticRTP>,
        probe: Arc<Probe>,
        on: Arc<AtomicBool>,
        rate: u32,
    ) -> anyhow::Result<()> {
        let mut ticks = time::interval(Duration::from_secs(1) / rate);
        let mut answered = probe.key_requests(self.stream.ssrc);
        loop {
            ticks.tick().await;
            self.stream.advance(VIDEO_CLOCK / rate);
            if !on.load(Ordering::Relaxed) {
                self.picture.want_key();
                continue;
            }
            let asked = probe.key_requests(self.stream.ssrc);
            if answered < asked {
                answered = asked;
                self.picture.want_key();
            }
            for packet in self.next_frame()? {
                track.write_rtp(packet).await?;
            }
        }
    }

    fn next_frame(&mut self) -> anyhow::Result<Vec<rtp::Packet>> {
        let mut frame = self.picture.next_frame().data;
        if let Some(padding) = self.min_frame_bytes.checked_sub(frame.len()) {
            // Decoders stop before the colour at the end, so the filling goes before it.
            let colour = frame.len() - 3;
            frame.splice(colour..colour, std::iter::repeat_n(0, padding));
        }
        self.picture_id = self.picture_id.wrapping_add(1) & MAX_PICTURE_ID;

        let count = frame.len().div_ceil(MAX_PAYLOAD);
        let mut packets = Vec::with_capacity(count);
        for (index, part) in frame.chunks(frame.len().div_ceil(count)).enumerate() {
            let mut payload = BytesMut::with_capacity(DESCRIPTOR_LEN + part.len());
            // Extended; the first packet begins the first partition (RFC 7741 §4.2).
            payload.put_u8(if index == 0 { 0x90 } else { 0x80 });
            payload.put_u8(0x80); // a picture id follows
            payload.put_u16(0x8000 | self.picture_id); // of 15 bits
            payload.put_slice(part);
            let mut packet = self.stream.packet(payload.freeze(), index + 1 == count);
            for (id, value) in &self.extensions {
                packet.header.set_extension(*id, value.clone())?;
            }
            packets.push(packet);
        }
        Ok(packets)
    }
}

fn encoding(
    codec: RTCRtpCodecParameters,
    ssrc: u32,
    rid: &str,
    retransmission: Option<u32>,
) -> RTCRtpEncodingParameters {
    RTCRtpEncodingParameters {
        rtp_coding_parameters: RTCRtpCodingParameters {
            rid: rid.to_owned(),
            ssrc: Some(ssrc),
            rtx: retransmission.map(|ssrc| RTCRtpRtxParameters { ssrc }),
            fec: None,
        },
        active: true,
        codec: codec.rtp_codec,
        ..RTCRtpEncodingParameters::default()
    }
}

/// Runs `send` once the connection is up.
fn spawn(
    mut state: State,
    send: impl Future<Output = anyhow::Result<()>> + Send + 'static,
) -> AbortHandle {
    let task = tokio::spawn(async move {
        let is_up = |state: &RTCPeerConnectionState| *state == RTCPeerConnectionState::Connected;
        if state.wait_for(is_up).await.is_err() {
            return;
        }
        if let Err(error) = send.await {
            tracing::debug!(%error, "a track stopped");
        }
    });
    task.abort_handle()
}

/// Random enough for an SSRC (RFC 3550 §8.1) and the starts of numbering.
fn random_u32() -> u32 {
    Uuid::new_v4().as_u128() as u32
}

/// RTP clock of video (RFC 7741 §4.1), in Hz.
const VIDEO_CLOCK: u32 = 90_000;

/// Largest share of a frame in one packet, in bytes; with the headers below 1,200.
const MAX_PAYLOAD: usize = 1_100;

/// VP8 payload descriptor with a 15-bit picture id, in bytes (RFC 7741 §4.2).
const DESCRIPTOR_LEN: usize = 4;

/// Largest picture id before it wraps.
const MAX_PICTURE_ID: u16 = 0x7fff;

/// Voice at 20 dB below the loudest (RFC 6464 §3).
const SPEECH_LEVEL: u8 = 0x80 | 20;

/// Name of the extension that carries the section (RFC 8843 §15).
const MID_URI: &str = "urn:ietf:params:rtp-hdrext:sdes:mid";

/// Name of the extension that carries the layer (RFC 8852).
const RID_URI: &str = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
