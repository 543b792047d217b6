//! Writes the answer: one transport, ICE-lite, DTLS server, every section in its place.

use std::fmt::{self, Write as _};
use std::net::SocketAddr;

use super::{Agreed, Codec, CodecName, Extension, MediaKind, Negotiated, Section};
use crate::identity::Credentials;

/// What the answer says about the transport.
#[derive(Clone, Copy, Debug)]
pub struct AnswerParameters<'a> {
    /// Our ICE credentials.
    pub ice: &'a Credentials,
    /// SHA-256 of our certificate as `AA:BB:…`.
    pub fingerprint: &'a str,
    /// Where we can be reached over UDP, best first.
    pub candidates: &'a [SocketAddr],
    /// The same over TCP, to which the device connects (RFC 6544 §4.5).
    pub tcp_candidates: &'a [SocketAddr],
    /// Rises with each answer of one session (RFC 8866 §5.2).
    pub session_version: u64,
    /// Canonical name of all our sources.
    pub cname: &'a str,
}

/// A section of the offer and what becomes of it.
#[derive(Clone, Debug)]
pub struct AnswerSection<'a> {
    /// As offered.
    pub section: &'a Section,
    /// As answered.
    pub role: AnswerRole,
}

/// What the server does with a section.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum AnswerRole {
    /// Nothing; the section is closed.
    Rejected,
    /// Receives what the device sends.
    Receive {
        /// What both ends agree on.
        codec: Negotiated,
        /// From [`negotiate_extensions`](super::negotiate_extensions).
        extensions: Vec<(u8, Extension)>,
        /// Layers to receive; empty for a single stream.
        rids: Vec<String>,
        /// How sound is to be coded; of no account for pictures.
        sound: Sound,
    },
    /// Sends one stream of its own, whoever's media fill it.
    Slot {
        /// What both ends agree on.
        codec: Negotiated,
        /// From [`negotiate_extensions`](super::negotiate_extensions).
        extensions: Vec<(u8, Extension)>,
        /// Source of the media.
        ssrc: u32,
        /// Source of its retransmissions.
        rtx_ssrc: Option<u32>,
        /// Stream id; slots of one stream are played in step with each other.
        stream: String,
        /// Track id.
        track: String,
    },
}

/// What the device is asked to send when it sends sound (RFC 7587 §6.1).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Sound {
    /// Leave silence out (`usedtx`); one channel.
    #[default]
    Speech,
    /// As it is, in both channels.
    Music,
}

/// Returns the answer to an offer whose sections are `sections`, all of them in their order.
///
/// A section offered `inactive` is answered `inactive` and keeps its place and its role.
pub fn write_answer(parameters: &AnswerParameters<'_>, sections: &[AnswerSection<'_>]) -> String {
    let mut answer = String::with_capacity(512 + sections.len() * TYPICAL_SECTION_BYTES);
    write_all(&mut answer, parameters, sections).expect("writing to a string cannot fail");
    answer
}

fn write_all(
    out: &mut String,
    parameters: &AnswerParameters<'_>,
    sections: &[AnswerSection<'_>],
) -> fmt::Result {
    let version = parameters.session_version;
    write!(out, "v=0\r\no=- 1 {version} IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n")?;
    let mut bundle = sections.iter().filter(|answer| answer.is_open()).peekable();
    if bundle.peek().is_some() {
        out.write_str("a=group:BUNDLE")?;
        for answer in bundle {
            write!(out, " {}", answer.section.mid)?;
        }
        out.write_str("\r\n")?;
    }
    out.write_str("a=ice-lite\r\na=msid-semantic: WMS *\r\n")?;
    let tagged = sections.iter().position(AnswerSection::is_open);
    for (index, answer) in sections.iter().enumerate() {
        match &answer.role {
            AnswerRole::Rejected => write_rejected(out, answer.section)?,
            AnswerRole::Receive { codec, extensions, .. }
            | AnswerRole::Slot { codec, extensions, .. } => {
                write_media_line(out, answer.section, codec)?;
                write_transport(out, parameters, Some(index) == tagged)?;
                let sound = answer.sound();
                for agreed in &codec.codecs {
                    write_codec(out, answer.section.kind, agreed, sound)?;
                }
                for (id, extension) in extensions {
                    write!(out, "a=extmap:{id} {}\r\n", extension.uri())?;
                }
                write_role(out, parameters.cname, answer)?;
            }
        }
    }
    Ok(())
}

impl AnswerSection<'_> {
    fn is_open(&self) -> bool {
        self.role != AnswerRole::Rejected
    }

    /// What is asked of the device's encoder; `None` where it only receives.
    fn sound(&self) -> Option<Sound> {
        match self.role {
            AnswerRole::Receive { sound, .. } => Some(sound),
            AnswerRole::Slot { .. } | AnswerRole::Rejected => None,
        }
    }
}

fn write_rejected(out: &mut String, section: &Section) -> fmt::Result {
    match section.kind {
        MediaKind::Application => {
            out.write_str("m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n")?;
        }
        MediaKind::Audio | MediaKind::Video => {
            write!(out, "m={} 0 UDP/TLS/RTP/SAVPF", kind(section.kind))?;
            for codec in &section.codecs {
                write!(out, " {}", codec.pt)?;
            }
            out.write_str("\r\n")?;
        }
    }
    out.write_str("c=IN IP4 0.0.0.0\r\na=inactive\r\n")?;
    if section.mid.is_empty() { Ok(()) } else { write!(out, "a=mid:{}\r\n", section.mid) }
}

fn write_media_line(out: &mut String, section: &Section, codec: &Negotiated) -> fmt::Result {
    // Port 9 stands for "see the candidates" (RFC 8840 §4.1.1).
    write!(out, "m={} 9 UDP/TLS/RTP/SAVPF", kind(section.kind))?;
    for Agreed { codec, rtx } in &codec.codecs {
        write!(out, " {}", codec.pt)?;
        if let Some(rtx) = rtx {
            write!(out, " {}", rtx.pt)?;
        }
    }
    write!(out, "\r\nc=IN IP4 0.0.0.0\r\na=mid:{}\r\n", section.mid)
}

fn write_transport(
    out: &mut String,
    parameters: &AnswerParameters<'_>,
    is_tagged: bool,
) -> fmt::Result {
    let AnswerParameters { ice, fingerprint, .. } = parameters;
    write!(out, "a=ice-ufrag:{}\r\na=ice-pwd:{}\r\n", ice.ufrag, ice.pwd)?;
    write!(out, "a=fingerprint:sha-256 {fingerprint}\r\na=setup:passive\r\n")?;
    out.write_str("a=rtcp-mux\r\na=rtcp-rsize\r\n")?;
    if is_tagged {
        write_candidates(out, parameters)?;
        out.write_str("a=end-of-candidates\r\n")?;
    }
    Ok(())
}

fn write_candidates(out: &mut String, parameters: &AnswerParameters<'_>) -> fmt::Result {
    let ways = [
        (UDP_PREFERENCE, "udp", "", parameters.candidates),
        (TCP_PREFERENCE, "tcp", " tcptype passive", parameters.tcp_candidates),
    ];
    let mut foundation = 0;
    for (preference, transport, more, addresses) in ways {
        for (index, address) in (0_u32..).zip(addresses) {
            // Component 1; earlier addresses are preferred (RFC 8445 §5.1.2.1).
            let priority = (preference << 24) | (65_535_u32.saturating_sub(index) << 8) | 255;
            let (ip, port) = (address.ip(), address.port());
            foundation += 1;
            write!(
                out,
                "a=candidate:{foundation} 1 {transport} {priority} {ip} {port} typ host{more}\r\n"
            )?;
        }
    }
    Ok(())
}

fn write_codec(
    out: &mut String,
    media: MediaKind,
    agreed: &Agreed,
    sound: Option<Sound>,
) -> fmt::Result {
    let Codec { pt, name, clock_rate, channels, fmtp, .. } = &agreed.codec;
    write!(out, "a=rtpmap:{pt} {}/{clock_rate}", name.as_sdp())?;
    if media == MediaKind::Audio {
        write!(out, "/{channels}")?;
    }
    out.write_str("\r\n")?;
    for feedback in &agreed.codec.feedback {
        write!(out, "a=rtcp-fb:{pt} {}\r\n", feedback.as_sdp())?;
    }
    match name {
        CodecName::Opus => write_opus_parameters(out, &agreed.codec, sound)?,
        // What the device said of it is what is agreed.
        CodecName::Red | CodecName::Vp9 | CodecName::H264 | CodecName::Av1 if !fmtp.is_empty() => {
            write!(out, "a=fmtp:{pt} {fmtp}\r\n")?;
        }
        CodecName::Red
        | CodecName::Vp8
        | CodecName::Vp9
        | CodecName::H264
        | CodecName::Av1
        | CodecName::Rtx
        | CodecName::Other => {}
    }
    let Some(rtx) = &agreed.rtx else { return Ok(()) };
    write!(out, "a=rtpmap:{} rtx/{}\r\na=fmtp:{} apt={pt}\r\n", rtx.pt, rtx.clock_rate, rtx.pt)
}

/// Packet loss is repaired in band, and silence left out of speech. Stereo doubles the bit rate, so
/// speech has it only on request.
fn write_opus_parameters(out: &mut String, opus: &Codec, sound: Option<Sound>) -> fmt::Result {
    let wants_stereo = opus.parameter("stereo") == Some("1") || sound == Some(Sound::Music);
    let stereo = if wants_stereo { ";stereo=1" } else { "" };
    let dtx = if sound == Some(Sound::Speech) { ";usedtx=1" } else { "" };
    write!(out, "a=fmtp:{} minptime=10;useinbandfec=1{dtx}{stereo}\r\n", opus.pt)
}

fn write_role(out: &mut String, cname: &str, answer: &AnswerSection<'_>) -> fmt::Result {
    let offered = answer.section.direction;
    match &answer.role {
        AnswerRole::Receive { rids, .. } => {
            out.write_str(if offered.sends() { "a=recvonly\r\n" } else { "a=inactive\r\n" })?;
            // Also while inactive: without its layers in the answer Chromium drops all but the
            // first for good.
            for rid in rids {
                write!(out, "a=rid:{rid} recv\r\n")?;
            }
            if rids.is_empty() {
                return Ok(());
            }
            write!(out, "a=simulcast:recv {}\r\n", rids.join(";"))
        }
        AnswerRole::Slot { ssrc, rtx_ssrc, stream, track, .. } if offered.receives() => {
            write!(out, "a=sendonly\r\na=msid:{stream} {track}\r\n")?;
            if let Some(rtx_ssrc) = rtx_ssrc {
                write!(out, "a=ssrc-group:FID {ssrc} {rtx_ssrc}\r\n")?;
            }
            write!(out, "a=ssrc:{ssrc} cname:{cname}\r\n")?;
            match rtx_ssrc {
                Some(rtx_ssrc) => write!(out, "a=ssrc:{rtx_ssrc} cname:{cname}\r\n"),
                None => Ok(()),
            }
        }
        AnswerRole::Slot { .. } | AnswerRole::Rejected => out.write_str("a=inactive\r\n"),
    }
}

fn kind(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Audio => "audio",
        MediaKind::Video => "video",
        MediaKind::Application => "application",
    }
}

impl CodecName {
    fn as_sdp(self) -> &'static str {
        match self {
            Self::Opus => "opus",
            Self::Vp8 => "VP8",
            Self::Vp9 => "VP9",
            Self::H264 => "H264",
            Self::Av1 => "AV1",
            Self::Rtx => "rtx",
            Self::Red => "red",
            Self::Other => "x-unknown",
        }
    }
}

/// Type preference of hosts (RFC 8445 §5.1.2.2).
const UDP_PREFERENCE: u32 = 126;

/// A connection that retransmits delays media, so it is for those who have no other way
/// (RFC 6544 §4.2).
const TCP_PREFERENCE: u32 = 90;

/// Room for one section of an answer, in bytes.
const TYPICAL_SECTION_BYTES: usize = 1_024;
