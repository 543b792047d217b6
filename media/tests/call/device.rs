//! A participant's device without a browser: rtc's DTLS client and SRTP contexts, so that the engine
//! meets another implementation, and a sender and receiver of RTP that keep everything they get.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up should stop")]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use bytes::BytesMut;
use palabre_media::call::{LayerSize, ParticipantId, Source, SourceSection};
use palabre_media::path::Path;
use palabre_media::rtp;
use palabre_media::twcc::TwccRecorder;
use rtc_crypto::{HashAlgorithm, HmacAlgorithm, RTCCryptoProvider};
use rtc_dtls::config::{ClientAuthType, ConfigBuilder, ExtendedMasterSecretType};
use rtc_dtls::crypto::Certificate;
use rtc_dtls::endpoint::{Endpoint, EndpointEvent};
use rtc_dtls::extension::extension_use_srtp::SrtpProtectionProfile;
use rtc_shared::{TransportContext, TransportProtocol};
use rtc_srtp::config::{Config, LABEL_EXTRACTOR_DTLS_SRTP};
use rtc_srtp::context::Context;
use rtc_srtp::protection_profile::ProtectionProfile;

/// What a device's offer holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) microphone: bool,
    pub(crate) camera: bool,
    pub(crate) simulcast: bool,
    /// Knows redundant audio (RFC 2198).
    pub(crate) red: bool,
    /// The one that it knows for pictures.
    pub(crate) codec: &'static str,
    /// Promises to report what comes under transport-wide numbers in its slots.
    pub(crate) reports: bool,
    pub(crate) slots: usize,
}

/// One device.
pub(crate) struct Device {
    pub(crate) participant: ParticipantId,
    /// What its picture is of.
    pub(crate) picture: Source,
    pub(crate) address: SocketAddr,
    /// Sends over TCP.
    pub(crate) tcp: bool,
    pub(crate) shape: Shape,
    /// Datagrams for the server.
    pub(crate) outbox: Vec<Vec<u8>>,
    /// Decrypted RTP by SSRC, in the order it came.
    pub(crate) rtp: BTreeMap<u32, Vec<Vec<u8>>>,
    /// Decrypted RTCP compounds, in the order they came.
    pub(crate) rtcp: Vec<Vec<u8>>,
    /// SSRC and repair SSRC of each slot, by mid, from the answer.
    pub(crate) slots: BTreeMap<String, (u32, Option<u32>)>,
    provider: Arc<dyn RTCCryptoProvider>,
    fingerprint: String,
    ufrag: String,
    pwd: String,
    remote: (String, String),
    dtls: Endpoint,
    client_config: Arc<rtc_dtls::config::HandshakeConfig>,
    keys: Option<(Context, Context)>,
    transaction: u64,
    transport_sequence: u16,
    /// What it reports; `None` keeps silent.
    pub(crate) arrivals: Option<TwccRecorder>,
}

/// An RTP packet to send.
#[derive(Clone, Debug, Default)]
pub(crate) struct Media {
    pub(crate) ssrc: u32,
    pub(crate) payload_type: u8,
    pub(crate) sequence: u16,
    pub(crate) timestamp: u32,
    pub(crate) marker: bool,
    pub(crate) mid: &'static str,
    pub(crate) rid: Option<&'static str>,
    pub(crate) repaired_rid: Option<&'static str>,
    /// In -dBov (RFC 6464).
    pub(crate) level: Option<u8>,
    pub(crate) payload: Vec<u8>,
}

pub(crate) const OPUS: u8 = 111;
pub(crate) const RED: u8 = 63;
pub(crate) const VP8: u8 = 96;
pub(crate) const RTX: u8 = 97;
const MID_ID: u8 = 4;
const RID_ID: u8 = 10;
const REPAIRED_RID_ID: u8 = 11;
const TRANSPORT_CC_ID: u8 = 3;
const AUDIO_LEVEL_ID: u8 = 1;

impl Device {
    pub(crate) fn new(id: u128, shape: Shape) -> Self {
        let provider: Arc<dyn RTCCryptoProvider> =
            Arc::new(rtc_crypto::providers::AwsLcRsProvider::new());
        let certificate =
            Certificate::generate_self_signed(vec!["device".to_owned()], provider.crypto())
                .unwrap();
        let hash =
            provider.crypto().hash(HashAlgorithm::Sha256, &certificate.certificate[0]).unwrap();
        let fingerprint =
            hash.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":");
        let client_config = ConfigBuilder::default()
            .with_crypto_provider(Arc::clone(&provider))
            .with_certificates(vec![certificate])
            .with_srtp_protection_profiles(vec![SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm])
            .with_client_auth(ClientAuthType::RequireAnyClientCert)
            .with_insecure_skip_verify(true)
            .with_extended_master_secret(ExtendedMasterSecretType::Require)
            .build(true, None)
            .unwrap();
        let local = TransportContext::default().local_addr;
        let port = u16::try_from(10_000 + id % 40_000).unwrap();
        Self {
            participant: ParticipantId(id),
            picture: Source::Camera,
            address: SocketAddr::from(([10, 0, 0, 1], port)),
            tcp: false,
            shape,
            outbox: Vec::new(),
            rtp: BTreeMap::new(),
            rtcp: Vec::new(),
            slots: BTreeMap::new(),
            provider,
            fingerprint,
            ufrag: format!("dev{id:05}"),
            pwd: format!("passwordOfDevice{id:06}"),
            remote: (String::new(), String::new()),
            dtls: Endpoint::new(local, TransportProtocol::UDP, None),
            client_config: Arc::new(client_config),
            keys: None,
            transaction: 0,
            transport_sequence: 0,
            arrivals: shape.reports.then(TwccRecorder::new),
        }
    }

    /// Where the server sees it.
    pub(crate) fn path(&self) -> Path {
        if self.tcp { Path::tcp(self.address) } else { Path::from(self.address) }
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.keys.is_some()
    }

    pub(crate) fn sources(&self) -> Vec<SourceSection> {
        let mut sources = Vec::new();
        if self.shape.microphone {
            let source = Source::Microphone;
            sources.push(SourceSection { mid: "0".to_owned(), source, layers: Vec::new() });
        }
        if self.shape.camera {
            let size = |rid: &str, width, height| LayerSize { rid: rid.to_owned(), width, height };
            let layers = if self.shape.simulcast {
                vec![size("q", 240, 135), size("h", 480, 270), size("f", 960, 540)]
            } else {
                Vec::new()
            };
            sources.push(SourceSection { mid: "1".to_owned(), source: self.picture, layers });
        }
        sources
    }

    /// Writes an offer as a browser would, reduced to what matters here.
    pub(crate) fn offer(&self) -> String {
        let mut mids = vec!["0".to_owned(), "1".to_owned()];
        let mut sections = String::new();
        let direction = |sends| if sends { "sendonly" } else { "inactive" };
        sections += &self.section("audio", "0", direction(self.shape.microphone), "");
        let simulcast =
            "a=rid:q send\r\na=rid:h send\r\na=rid:f send\r\na=simulcast:send q;h;f\r\n";
        let simulcast = if self.shape.simulcast { simulcast } else { "" };
        sections += &self.section("video", "1", direction(self.shape.camera), simulcast);
        for pair in 0..self.shape.slots {
            let (audio, video) = (format!("a{pair}"), format!("v{pair}"));
            sections += &self.section("audio", &audio, "recvonly", "");
            sections += &self.section("video", &video, "recvonly", "");
            mids.extend([audio, video]);
        }
        format!(
            "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE {}\r\n\
             a=extmap-allow-mixed\r\na=msid-semantic: WMS\r\n{sections}",
            mids.join(" ")
        )
    }

    fn section(&self, kind: &str, mid: &str, direction: &str, more: &str) -> String {
        let is_audio = kind == "audio";
        let payload_types = match (is_audio, self.shape.red) {
            (true, true) => "63 111",
            (true, false) => "111",
            (false, _) => "96 97",
        };
        let red = "a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n";
        let codec = self.shape.codec;
        let parameters = match codec {
            "H264" => "a=fmtp:96 packetization-mode=1;profile-level-id=42e01f\r\n",
            _ => "",
        };
        let codecs = if is_audio {
            let red = if self.shape.red { red } else { "" };
            format!(
                "{red}a=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 transport-cc\r\n\
                 a=fmtp:111 minptime=10;useinbandfec=1\r\n\
                 a=extmap:{AUDIO_LEVEL_ID} urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n"
            )
        } else {
            format!(
                "a=rtpmap:96 {codec}/90000\r\n{parameters}a=rtcp-fb:96 transport-cc\r\na=rtcp-fb:96 ccm fir\r\n\
                 a=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\na=rtpmap:97 rtx/90000\r\n\
                 a=fmtp:97 apt=96\r\n\
                 a=extmap:{RID_ID} urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n\
                 a=extmap:{REPAIRED_RID_ID} urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id\r\n"
            )
        };
        let numbers = if direction == "recvonly" && !self.shape.reports {
            String::new()
        } else {
            format!(
                "a=extmap:{TRANSPORT_CC_ID} \
                 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n"
            )
        };
        format!(
            "m={kind} 9 UDP/TLS/RTP/SAVPF {payload_types}\r\nc=IN IP4 0.0.0.0\r\n\
             a=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:{}\r\na=ice-pwd:{}\r\n\
             a=fingerprint:sha-256 {}\r\na=setup:actpass\r\na=mid:{mid}\r\n\
             a=extmap:{MID_ID} urn:ietf:params:rtp-hdrext:sdes:mid\r\n\
             {numbers}a={direction}\r\na=rtcp-mux\r\na=rtcp-rsize\r\n{codecs}{more}",
            self.ufrag, self.pwd, self.fingerprint
        )
    }

    /// Takes an answer in, and begins with ICE and DTLS if they have not begun.
    pub(crate) fn on_answer(&mut self, now: Instant, sdp: &str) {
        let attribute = |name: &str| {
            let line = sdp.lines().find_map(|line| line.strip_prefix(name));
            line.expect("the answer has it").trim().to_owned()
        };
        self.remote = (attribute("a=ice-ufrag:"), attribute("a=ice-pwd:"));
        for section in sdp.split("\nm=").skip(1) {
            let value = |prefix: &str| {
                section.lines().find_map(|line| line.strip_prefix(prefix)).map(str::trim)
            };
            let ssrc = |text: &str| text.split(' ').next().unwrap().parse::<u32>().unwrap();
            let (Some(mid), Some(first)) = (value("a=mid:"), value("a=ssrc:")) else { continue };
            let rtx = value("a=ssrc-group:FID ")
                .map(|pair| pair.split(' ').nth(1).unwrap().parse().unwrap());
            self.slots.insert(mid.to_owned(), (ssrc(first), rtx));
        }
        self.check();
        if self.keys.is_none() {
            let remote = TransportContext::default().peer_addr;
            self.dtls.connect(now, remote, Arc::clone(&self.client_config), None).unwrap();
            self.flush();
        }
    }

    /// Takes new credentials; the next offer restarts ICE (RFC 8445 §2.4).
    pub(crate) fn restart_ice(&mut self) {
        self.ufrag.push_str("again");
        self.pwd.push_str("again");
    }

    /// Sends an ICE check that nominates the pair (RFC 8445 §7.2.2).
    pub(crate) fn check(&mut self) {
        self.transaction += 1;
        let mut message = vec![0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 0, 0, 0, 0];
        message.extend_from_slice(&self.transaction.to_be_bytes());
        let username = format!("{}:{}", self.remote.0, self.ufrag);
        attribute(&mut message, 0x0006, username.as_bytes());
        attribute(&mut message, 0x0024, &0x6E7F_1EFF_u32.to_be_bytes());
        attribute(&mut message, 0x802A, &7_u64.to_be_bytes());
        attribute(&mut message, 0x0025, &[]);
        set_len(&mut message, 24);
        let crypto = self.provider.crypto();
        let mut mac = crypto.new_hmac(HmacAlgorithm::Sha1, self.remote.1.as_bytes()).unwrap();
        let mut tag = [0; 20];
        mac.sign(&[&message], &mut tag).unwrap();
        attribute(&mut message, 0x0008, &tag);
        set_len(&mut message, 8);
        let fingerprint = crc32(&message) ^ 0x5354_554E;
        attribute(&mut message, 0x8028, &fingerprint.to_be_bytes());
        set_len(&mut message, 0);
        self.outbox.push(message);
    }

    /// Takes a datagram of the server in.
    pub(crate) fn on_datagram(&mut self, now: Instant, datagram: &[u8]) {
        match (datagram[0], &mut self.keys) {
            (20..=63, _) => self.on_dtls(now, datagram),
            (128..=191, Some((_, receiver))) if (192..=223).contains(&datagram[1]) => {
                self.rtcp.push(receiver.decrypt_rtcp(datagram).unwrap().to_vec());
            }
            (128..=191, Some((_, receiver))) => {
                let packet = receiver.decrypt_rtp(datagram).expect("sealed for this device");
                let ssrc = u32::from_be_bytes(packet[8..12].try_into().unwrap());
                let number = rtp::extension(&packet, TRANSPORT_CC_ID);
                if let Some((arrivals, number)) = self.arrivals.as_mut().zip(number) {
                    arrivals.record(now, u16::from_be_bytes(number.try_into().unwrap()));
                }
                self.rtp.entry(ssrc).or_default().push(packet.to_vec());
            }
            _ => {}
        }
    }

    /// Repeats what the handshake lost, and reports what came.
    pub(crate) fn on_time(&mut self, now: Instant) {
        let due = self.arrivals.as_ref().and_then(TwccRecorder::poll_timeout);
        if let Some(arrivals) = self.arrivals.as_mut().filter(|_| due.is_some_and(|at| at <= now)) {
            let mut feedback = Vec::new();
            arrivals.build_feedback(now, 1, 2, &mut feedback);
            self.send_rtcp(&feedback);
        }
        let remote = TransportContext::default().peer_addr;
        if self.dtls.poll_timeout(&remote).is_some_and(|at| at <= now) {
            self.dtls.handle_timeout(remote, now).unwrap();
            self.flush();
        }
    }

    /// Sends an RTP packet; returns it as it left, so that a test can lose it or send it again.
    pub(crate) fn send(&mut self, media: &Media) -> Vec<u8> {
        let mut extensions: Vec<(u8, Vec<u8>)> = vec![(MID_ID, media.mid.as_bytes().to_vec())];
        extensions.extend(media.rid.map(|rid| (RID_ID, rid.as_bytes().to_vec())));
        extensions.extend(media.repaired_rid.map(|rid| (REPAIRED_RID_ID, rid.as_bytes().to_vec())));
        extensions.extend(media.level.map(|level| (AUDIO_LEVEL_ID, vec![level])));
        extensions.push((TRANSPORT_CC_ID, self.transport_sequence.to_be_bytes().to_vec()));
        self.transport_sequence = self.transport_sequence.wrapping_add(1);
        let packet = write_rtp(media, &extensions);
        let (sender, _) = self.keys.as_mut().expect("connected");
        let sealed = sender.encrypt_rtp(&packet).unwrap().to_vec();
        self.outbox.push(sealed.clone());
        sealed
    }

    /// Sends a compound RTCP packet.
    pub(crate) fn send_rtcp(&mut self, compound: &[u8]) {
        let (sender, _) = self.keys.as_mut().expect("connected");
        self.outbox.push(sender.encrypt_rtcp(compound).unwrap().to_vec());
    }

    /// Packets that came in the slot of this mid.
    pub(crate) fn received(&self, mid: &str) -> &[Vec<u8>] {
        let (ssrc, _) = self.slots[mid];
        self.rtp.get(&ssrc).map_or(&[], Vec::as_slice)
    }

    /// Packets that came in the repair stream of this slot.
    pub(crate) fn repaired(&self, mid: &str) -> &[Vec<u8>] {
        let (_, rtx) = self.slots[mid];
        rtx.and_then(|rtx| self.rtp.get(&rtx)).map_or(&[], Vec::as_slice)
    }

    fn on_dtls(&mut self, now: Instant, datagram: &[u8]) {
        let remote = TransportContext::default().peer_addr;
        let events = self.dtls.read(now, remote, None, BytesMut::from(datagram)).unwrap();
        if events.iter().any(|event| matches!(event, EndpointEvent::HandshakeComplete)) {
            self.keys = Some(self.derive_keys());
        }
        self.flush();
    }

    fn derive_keys(&self) -> (Context, Context) {
        let remote = TransportContext::default().peer_addr;
        let state = self.dtls.get_connection_state(remote).unwrap();
        let mut config = Config { profile: ProtectionProfile::AeadAes128Gcm, ..Default::default() };
        let length = config.keying_material_len();
        let material =
            state.export_keying_material(LABEL_EXTRACTOR_DTLS_SRTP, &[], length).unwrap();
        config.set_session_keys_from_keying_material(material.as_ref(), state.is_client()).unwrap();
        let crypto = self.provider.crypto();
        let context =
            |key, salt| Context::new(key, salt, config.profile, None, None, crypto).unwrap();
        let keys = &config.keys;
        (
            context(&keys.local_master_key, &keys.local_master_salt),
            context(&keys.remote_master_key, &keys.remote_master_salt),
        )
    }

    fn flush(&mut self) {
        while let Some(transmit) = self.dtls.poll_transmit() {
            self.outbox.push(transmit.message.to_vec());
        }
    }
}

fn write_rtp(media: &Media, extensions: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut packet = vec![0x90, u8::from(media.marker) << 7 | media.payload_type];
    packet.extend_from_slice(&media.sequence.to_be_bytes());
    packet.extend_from_slice(&media.timestamp.to_be_bytes());
    packet.extend_from_slice(&media.ssrc.to_be_bytes());
    let mut block = Vec::new();
    for (id, value) in extensions {
        block.push(id << 4 | u8::try_from(value.len() - 1).unwrap());
        block.extend_from_slice(value);
    }
    block.resize(block.len().next_multiple_of(4), 0);
    packet.extend_from_slice(&[0xBE, 0xDE]);
    packet.extend_from_slice(&u16::try_from(block.len() / 4).unwrap().to_be_bytes());
    packet.extend_from_slice(&block);
    packet.extend_from_slice(&media.payload);
    packet
}

/// Appends a STUN attribute (RFC 8489 §14).
fn attribute(message: &mut Vec<u8>, kind: u16, value: &[u8]) {
    message.extend_from_slice(&kind.to_be_bytes());
    message.extend_from_slice(&u16::try_from(value.len()).unwrap().to_be_bytes());
    message.extend_from_slice(value);
    message.resize(message.len().next_multiple_of(4), 0);
}

/// Sets the length of a STUN message to what it has plus what follows.
fn set_len(message: &mut [u8], more: usize) {
    let len = u16::try_from(message.len() - 20 + more).unwrap();
    message[2..4].copy_from_slice(&len.to_be_bytes());
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 }
        })
    })
}
