//! A call of one client in memory: the gate and the transport under test on one side, rtc-dtls as
//! a client and rtc-srtp, which shares no packet code with them, on the other.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "a harness for tests, of which each file uses its part"
)]

pub mod crafted;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use palabre_media::gate::{Gate, GateLimits, Kind, PeerKey, Rejected};
use palabre_media::identity::Identity;
use palabre_media::transport::{
    Credentials, RemoteParameters, SRTP_OVERHEAD, Transport, TransportEvent,
};
use rtc_crypto::providers::AwsLcRsProvider;
use rtc_crypto::{HashAlgorithm, HmacAlgorithm, RTCCryptoProvider};
use rtc_dtls::config::{ConfigBuilder, ExtendedMasterSecretType, HandshakeConfig};
use rtc_dtls::crypto::Certificate;
use rtc_dtls::endpoint::{Endpoint, EndpointEvent};
use rtc_dtls::extension::extension_use_srtp::SrtpProtectionProfile;
use rtc_shared::TransportProtocol;
use rtc_srtp::config::{Config as SrtpConfig, LABEL_EXTRACTOR_DTLS_SRTP};
use rtc_srtp::context::Context;
use rtc_srtp::protection_profile::ProtectionProfile;

/// One server and one client, and the time between them.
pub struct Call {
    pub now: Instant,
    pub identity: Arc<Identity>,
    pub gate: Gate,
    pub server: Transport,
    pub client: Client,
    /// What the server's transport has reported.
    pub events: Vec<TransportEvent>,
    /// Datagrams on their way to the client.
    pub to_client: Vec<(SocketAddr, Vec<u8>)>,
    /// Everything the client has sent, as an eavesdropper would keep it.
    pub recorded: Vec<Vec<u8>>,
}

pub struct Client {
    pub address: SocketAddr,
    pub ice: Credentials,
    /// The server's user name fragment and password.
    pub remote: Credentials,
    pub dtls: Endpoint,
    pub connected: bool,
    pub closed: bool,
    pub media: Option<Media>,
    config: Arc<HandshakeConfig>,
    next_transaction: u8,
    next_sequence: u16,
}

pub struct Media {
    pub profile: ProtectionProfile,
    pub tx: Context,
    pub rx: Context,
}

/// How a client differs from a browser of today.
pub struct Setup {
    pub profiles: Vec<SrtpProtectionProfile>,
    pub shows_offered_certificate: bool,
    pub mtu: usize,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            // In the order of Chromium.
            profiles: vec![
                SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80,
                SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm,
            ],
            shows_offered_certificate: true,
            mtu: 1_200,
        }
    }
}

impl Setup {
    pub fn only(profile: SrtpProtectionProfile) -> Self {
        Self { profiles: vec![profile], ..Self::default() }
    }
}

#[expect(clippy::disallowed_methods, reason = "tests need some starting instant")]
pub fn start() -> Instant {
    Instant::now()
}

impl Call {
    /// A client that has offered and been answered, and has sent nothing yet.
    pub fn new(setup: &Setup) -> Self {
        let now = start();
        let identity = Arc::new(Identity::generate().unwrap());
        let local = Credentials::generate(&identity);
        let provider: Arc<dyn RTCCryptoProvider> = Arc::new(AwsLcRsProvider::new());
        let generate = || {
            Certificate::generate_self_signed(vec![String::from("client")], provider.crypto())
                .unwrap()
        };
        let certificate = generate();
        let digest = provider
            .crypto()
            .hash(HashAlgorithm::Sha256, certificate.certificate[0].as_ref())
            .unwrap();
        let shown = if setup.shows_offered_certificate { certificate } else { generate() };
        let config = ConfigBuilder::default()
            .with_crypto_provider(provider)
            .with_certificates(vec![shown])
            .with_srtp_protection_profiles(setup.profiles.clone())
            .with_extended_master_secret(ExtendedMasterSecretType::Require)
            .with_insecure_skip_verify(true)
            .with_mtu(setup.mtu)
            .build(true, None)
            .unwrap();

        let ice = Credentials::generate(&identity);
        let remote = RemoteParameters { ice: ice.clone(), fingerprint: digest.try_into().unwrap() };
        let server = Transport::new(now, &identity, local.clone(), remote).unwrap();
        let mut gate = Gate::new(GateLimits::default());
        gate.add(PEER, &local.ufrag);
        Self {
            now,
            identity,
            gate,
            server,
            client: Client {
                address: CLIENT.parse().unwrap(),
                ice,
                remote: local,
                dtls: Endpoint::new(CLIENT.parse().unwrap(), TransportProtocol::UDP, None),
                connected: false,
                closed: false,
                media: None,
                config: Arc::new(config),
                next_transaction: 0,
                next_sequence: 1_000,
            },
            events: Vec::new(),
            to_client: Vec::new(),
            recorded: Vec::new(),
        }
    }

    /// A call whose media flows.
    pub fn connected(setup: &Setup) -> Self {
        let mut call = Self::new(setup);
        call.finish();
        call.assert_media_flows();
        call
    }

    /// What the engine does with a datagram.
    pub fn deliver(&mut self, from: SocketAddr, datagram: &[u8]) -> Result<(), Rejected> {
        let route = self.gate.classify(from, datagram)?;
        assert_eq!(route.peer, PEER);
        let mut datagram = datagram.to_vec();
        let result = match route.kind {
            Kind::Stun => self
                .server
                .handle_stun(self.now, from, &datagram)
                .map(|_| self.gate.authenticated(PEER, from)),
            Kind::Dtls => self.server.handle_dtls(self.now, from, &datagram),
            Kind::Rtp => self.server.open_rtp(&mut datagram).map(drop),
            Kind::Rtcp => self.server.open_rtcp(&mut datagram).map(drop),
        };
        self.collect();
        result
    }

    /// The same, from where the client is.
    pub fn deliver_from_client(&mut self, datagram: &[u8]) -> Result<(), Rejected> {
        self.deliver(self.client.address, datagram)
    }

    /// Takes what the server has to send and to tell.
    pub fn collect(&mut self) {
        while let Some((to, datagram)) = self.server.poll_transmit() {
            self.to_client.push((to.address, datagram.to_vec()));
        }
        while let Some(event) = self.server.poll_event() {
            self.events.push(event);
        }
    }

    /// Sends a check from where the client is.
    pub fn check(&mut self, nominate: bool) -> Result<(), Rejected> {
        let check = self.client.check(nominate);
        self.deliver(self.client.address, &check)
    }

    /// Lets time pass for both sides.
    pub fn wait(&mut self, time: Duration) {
        self.now += time;
        if self.server.poll_timeout().is_some_and(|at| at <= self.now) {
            self.server.handle_timeout(self.now);
        }
        let _ = self.client.dtls.handle_timeout(SERVER.parse().unwrap(), self.now);
        self.collect();
    }

    /// What the client has to send now.
    pub fn take_sent(&mut self) -> Vec<Vec<u8>> {
        let sent: Vec<_> = std::iter::from_fn(|| self.client.dtls.poll_transmit())
            .map(|transmit| transmit.message.to_vec())
            .collect();
        self.recorded.extend(sent.iter().cloned());
        sent
    }

    /// Hands the client what the server has sent to it.
    pub fn deliver_to_client(&mut self) {
        for (to, datagram) in std::mem::take(&mut self.to_client) {
            if to == self.client.address && datagram[0] >= 20 {
                self.client.read(self.now, &datagram);
            }
        }
    }

    /// Exchanges datagrams until both fall silent.
    pub fn exchange(&mut self) {
        loop {
            self.deliver_to_client();
            let sent = self.take_sent();
            if sent.is_empty() && self.to_client.is_empty() {
                return;
            }
            for datagram in sent {
                let _ = self.deliver(self.client.address, &datagram);
            }
        }
    }

    /// Runs ICE and DTLS to their end, whatever has happened so far.
    pub fn finish(&mut self) {
        self.check(true).unwrap();
        self.client.connect(self.now);
        for _ in 0..20 {
            self.exchange();
            if self.client.connected && self.server.is_connected() {
                return;
            }
            self.wait(Duration::from_millis(700));
            let _ = self.check(true);
        }
    }

    /// One packet of each kind each way.
    #[track_caller]
    pub fn assert_media_flows(&mut self) {
        assert!(self.server.is_connected(), "the server is not connected: {:?}", self.events);
        assert!(self.client.connected, "the client is not connected");
        let rtp = self.client.seal_rtp(SSRC, b"from the client");
        let mut datagram = rtp.clone();
        assert_eq!(self.gate.classify(self.client.address, &rtp).unwrap().kind, Kind::Rtp);
        let opened = self.server.open_rtp(&mut datagram).unwrap();
        assert_eq!(opened.ssrc, SSRC);
        assert_eq!(&datagram[12..opened.len], b"from the client");

        let mut rtcp = self.client.seal_rtcp();
        assert_eq!(self.gate.classify(self.client.address, &rtcp).unwrap().kind, Kind::Rtcp);
        let len = self.server.open_rtcp(&mut rtcp).unwrap();
        assert_eq!(rtcp[..len], RECEIVER_REPORT);

        let index = (1 << 16) + u64::from(self.client.next_sequence);
        let sealed = seal_rtp(&mut self.server, SSRC + 1, index, b"from the server");
        let media = self.client.media.as_mut().unwrap();
        assert_eq!(&media.rx.decrypt_rtp(&sealed).unwrap()[12..], b"from the server");
        let mut rtcp = RECEIVER_REPORT.to_vec();
        self.server.seal_rtcp(&mut rtcp).unwrap();
        assert_eq!(media.rx.decrypt_rtcp(&rtcp).unwrap()[..], RECEIVER_REPORT);
    }
}

impl Client {
    pub fn connect(&mut self, now: Instant) {
        let config = Arc::clone(&self.config);
        self.dtls.connect(now, SERVER.parse().unwrap(), config, None).unwrap();
    }

    pub fn read(&mut self, now: Instant, datagram: &[u8]) {
        let server = SERVER.parse().unwrap();
        let Ok(events) = self.dtls.read(now, server, None, BytesMut::from(datagram)) else {
            return;
        };
        for event in events {
            if matches!(event, EndpointEvent::HandshakeComplete) {
                self.take_keys();
            }
            self.closed |= matches!(event, EndpointEvent::PeerClosed);
        }
    }

    fn take_keys(&mut self) {
        let state = self.dtls.get_connection_state(SERVER.parse().unwrap()).unwrap();
        let chosen = state.srtp_protection_profile();
        let profile = if chosen == SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm {
            ProtectionProfile::AeadAes128Gcm
        } else {
            assert_eq!(chosen, SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80);
            ProtectionProfile::Aes128CmHmacSha1_80
        };
        let mut config = SrtpConfig { profile, ..SrtpConfig::default() };
        let keying = state
            .export_keying_material(LABEL_EXTRACTOR_DTLS_SRTP, &[], config.keying_material_len())
            .unwrap();
        config.set_session_keys_from_keying_material(keying.as_ref(), true).unwrap();
        let provider = AwsLcRsProvider::new();
        let context = |key: &[u8], salt: &[u8]| {
            Context::new(key, salt, profile, None, None, provider.crypto()).unwrap()
        };
        let keys = &config.keys;
        self.media = Some(Media {
            profile,
            tx: context(&keys.local_master_key, &keys.local_master_salt),
            rx: context(&keys.remote_master_key, &keys.remote_master_salt),
        });
        self.connected = true;
    }

    pub fn seal_rtp(&mut self, ssrc: u32, payload: &[u8]) -> Vec<u8> {
        self.next_sequence += 1;
        let packet = rtp(ssrc, self.next_sequence, payload);
        self.media.as_mut().unwrap().tx.encrypt_rtp(&packet).unwrap().to_vec()
    }

    pub fn seal_rtcp(&mut self) -> Vec<u8> {
        self.media.as_mut().unwrap().tx.encrypt_rtcp(&RECEIVER_REPORT).unwrap().to_vec()
    }

    /// A check as a browser sends it.
    pub fn check(&mut self, nominate: bool) -> Vec<u8> {
        self.next_transaction += 1;
        let username = format!("{}:{}", self.remote.ufrag, self.ice.ufrag);
        let mut stun = Stun::request([self.next_transaction; 12]).username(&username).controlling();
        if nominate {
            stun = stun.attribute(0x25, &[]);
        }
        stun.integrity(&self.remote.pwd).fingerprint().0
    }
}

/// Writes STUN messages, correct ones and others.
pub struct Stun(pub Vec<u8>);

impl Stun {
    pub fn request(id: [u8; 12]) -> Self {
        let mut out = vec![0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42];
        out.extend_from_slice(&id);
        Self(out)
    }

    pub fn username(self, username: &str) -> Self {
        self.attribute(0x06, username.as_bytes())
    }

    /// PRIORITY and ICE-CONTROLLING.
    pub fn controlling(self) -> Self {
        self.attribute(0x24, &[0x6e, 0, 1, 0xff]).attribute(0x802a, &[7; 8])
    }

    pub fn attribute(mut self, kind: u16, value: &[u8]) -> Self {
        self.0.extend_from_slice(&kind.to_be_bytes());
        self.0.extend_from_slice(&(value.len() as u16).to_be_bytes());
        self.0.extend_from_slice(value);
        self.0.resize(self.0.len().next_multiple_of(4), 0);
        self.set_length(0)
    }

    pub fn integrity(self, password: &str) -> Self {
        let stun = self.set_length(24);
        let mut tag = [0; 20];
        AwsLcRsProvider::new()
            .crypto()
            .new_hmac(HmacAlgorithm::Sha1, password.as_bytes())
            .unwrap()
            .sign(&[&stun.0], &mut tag)
            .unwrap();
        stun.attribute(0x08, &tag)
    }

    pub fn fingerprint(self) -> Self {
        let stun = self.set_length(8);
        let mut crc = !0u32;
        for byte in &stun.0 {
            crc ^= u32::from(*byte);
            for _ in 0..8 {
                crc = if crc & 1 == 0 { crc >> 1 } else { (crc >> 1) ^ 0xedb8_8320 };
            }
        }
        stun.attribute(0x8028, &(!crc ^ 0x5354_554e).to_be_bytes())
    }

    fn set_length(mut self, more: usize) -> Self {
        let length = (self.0.len() - 20 + more) as u16;
        self.0[2..4].copy_from_slice(&length.to_be_bytes());
        self
    }
}

/// A plaintext DTLS record.
pub fn record(content: u8, epoch: u16, sequence: u64, body: &[u8]) -> Vec<u8> {
    let mut out = vec![content, 0xfe, 0xfd];
    out.extend_from_slice(&(u64::from(epoch) << 48 | sequence).to_be_bytes());
    out.extend_from_slice(&(body.len() as u16).to_be_bytes());
    out.extend_from_slice(body);
    out
}

/// A whole handshake message.
pub fn handshake(kind: u8, sequence: u16, body: &[u8]) -> Vec<u8> {
    let length = &(body.len() as u32).to_be_bytes()[1..];
    let mut out = vec![kind];
    out.extend_from_slice(length);
    out.extend_from_slice(&sequence.to_be_bytes());
    out.extend_from_slice(&[0; 3]);
    out.extend_from_slice(length);
    out.extend_from_slice(body);
    out
}

/// The ClientHello of somebody who saw nothing of the call.
pub fn rival_hello(sequence: u16, cookie: &[u8]) -> Vec<u8> {
    let mut body = vec![0xfe, 0xfd];
    body.extend_from_slice(&[0x66; 32]);
    body.push(0);
    body.push(cookie.len() as u8);
    body.extend_from_slice(cookie);
    // One cipher suite, no compression, extended master secret, use_srtp with GCM.
    body.extend_from_slice(&[0, 2, 0xc0, 0x2b, 1, 0, 0, 13]);
    body.extend_from_slice(&[0, 0x17, 0, 0, 0, 0x0e, 0, 5, 0, 2, 0, 7, 0]);
    record(22, 0, u64::from(sequence), &handshake(1, sequence, &body))
}

pub fn rtp(ssrc: u32, sequence: u16, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x80, 111];
    packet.extend_from_slice(&sequence.to_be_bytes());
    packet.extend_from_slice(&[0, 0, 1, 2]);
    packet.extend_from_slice(&ssrc.to_be_bytes());
    packet.extend_from_slice(payload);
    packet
}

pub fn seal_rtp(server: &mut Transport, ssrc: u32, index: u64, payload: &[u8]) -> Vec<u8> {
    let mut packet = rtp(ssrc, (index & 0xffff) as u16, payload);
    let len = packet.len();
    packet.resize(len + SRTP_OVERHEAD, 0);
    let sealed = server.seal_rtp(&mut packet, 12, len, ssrc, index);
    packet.truncate(sealed);
    packet
}

pub const PEER: PeerKey = 7;
pub const CLIENT: &str = "192.0.2.1:40000";
pub const SERVER: &str = "198.51.100.1:3478";
pub const STRANGER: &str = "203.0.113.9:9";
pub const SSRC: u32 = 0x1234_5678;
/// An empty receiver report.
pub const RECEIVER_REPORT: [u8; 8] = [0x80, 201, 0, 1, 0x12, 0x34, 0x56, 0x78];
