//! Reads one m-line and its attributes.

use super::offer::{OfferError, Transport, invalid, set_once};
use super::words::{self, MAX_NAME_BYTES, number, payload_type};
use super::{Codec, CodecName, Direction, Extension, Feedback, MediaKind, Section};

/// A section while its lines are read.
pub(super) struct Draft {
    pub(super) section: Section,
    pub(super) transport: Transport,
    pub(super) extensions: Vec<OfferedExtension>,
    send_rids: Vec<String>,
    simulcast: Option<(usize, Vec<String>)>,
    port: u16,
    pub(super) has_mid: bool,
    bundle_only: bool,
    pub(super) rtcp_mux: bool,
}

/// A header extension before the section's direction is known.
pub(super) struct OfferedExtension {
    pub(super) id: u8,
    pub(super) extension: Option<Extension>,
    direction: Option<Direction>,
}

impl Draft {
    pub(super) fn from_media_line(line: usize, value: &str) -> Result<Self, OfferError> {
        let mut words = value.split(' ');
        let kind = match words.next() {
            Some("audio") => MediaKind::Audio,
            Some("video") => MediaKind::Video,
            Some("application") => MediaKind::Application,
            _ => return Err(invalid(line, "the kind of media")),
        };
        let port = words.next().and_then(number).ok_or_else(|| invalid(line, "the port"))?;
        let protocol = words.next().unwrap_or_default();
        let is_spoken = match kind {
            MediaKind::Application => protocol == "UDP/DTLS/SCTP",
            MediaKind::Audio | MediaKind::Video => protocol == "UDP/TLS/RTP/SAVPF",
        };
        if !is_spoken {
            return Err(OfferError::Protocol { line });
        }
        let mut codecs: Vec<Codec> = Vec::new();
        if kind != MediaKind::Application {
            for word in words {
                let pt = payload_type(word).ok_or_else(|| invalid(line, "a payload type"))?;
                if codecs.iter().any(|codec| codec.pt == pt) {
                    return Err(OfferError::Duplicate { line, what: "a payload type" });
                }
                codecs.push(Codec::unnamed(pt));
            }
            if codecs.is_empty() {
                return Err(invalid(line, "the list of payload types"));
            }
        }
        Ok(Self::new(kind, port, codecs))
    }

    fn new(kind: MediaKind, port: u16, codecs: Vec<Codec>) -> Self {
        Self {
            section: Section {
                mid: String::new(),
                kind,
                direction: Direction::SendRecv,
                rejected: false,
                codecs,
                extensions: Vec::new(),
                rids: Vec::new(),
                ssrcs: Vec::new(),
                ssrc_groups: Vec::new(),
                msid: None,
            },
            transport: Transport::default(),
            extensions: Vec::new(),
            send_rids: Vec::new(),
            simulcast: None,
            port,
            has_mid: false,
            bundle_only: false,
            rtcp_mux: false,
        }
    }

    pub(super) fn attribute(
        &mut self,
        line: usize,
        name: &str,
        value: &str,
    ) -> Result<(), OfferError> {
        match name {
            "mid" => self.mid(line, value),
            "bundle-only" => {
                self.bundle_only = true;
                Ok(())
            }
            "rtcp-mux" => {
                self.rtcp_mux = true;
                Ok(())
            }
            "rtpmap" => self.rtpmap(line, value),
            "fmtp" => self.fmtp(line, value),
            "rtcp-fb" => self.rtcp_feedback(line, value),
            "extmap" => self.extmap(line, value),
            "rid" => self.rid(line, value),
            "simulcast" => self.simulcast(line, value),
            "ssrc" => self.ssrc(line, value),
            "ssrc-group" => self.ssrc_group(line, value),
            "msid" => {
                // The ids of further streams say nothing that is used here.
                self.section.msid.get_or_insert_with(|| value.to_owned());
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn mid(&mut self, line: usize, value: &str) -> Result<(), OfferError> {
        if self.has_mid {
            return Err(OfferError::Duplicate { line, what: "a=mid" });
        }
        self.section.mid =
            words::token(value, MAX_NAME_BYTES).ok_or_else(|| invalid(line, "a=mid"))?.to_owned();
        self.has_mid = true;
        Ok(())
    }

    fn rtpmap(&mut self, line: usize, value: &str) -> Result<(), OfferError> {
        let error = || invalid(line, "a=rtpmap");
        let (pt, encoding) = value.split_once(' ').ok_or_else(error)?;
        let mut parts = encoding.split('/');
        let name = parts.next().unwrap_or_default();
        let clock_rate = parts.next().and_then(number).ok_or_else(error)?;
        let channels = parts.next().map_or(Some(1), number).ok_or_else(error)?;
        if name.is_empty() || clock_rate == 0 || channels == 0 || parts.next().is_some() {
            return Err(error());
        }
        // Attributes of payload types that the m-line does not list are ignored (RFC 8866 §6.6).
        let Some(codec) = self.codec_mut(payload_type(pt).ok_or_else(error)?) else {
            return Ok(());
        };
        if codec.clock_rate != 0 {
            return Err(OfferError::Duplicate { line, what: "a=rtpmap of this payload type" });
        }
        codec.name = CodecName::from_sdp(name, channels);
        codec.clock_rate = clock_rate;
        codec.channels = channels;
        Ok(())
    }

    fn fmtp(&mut self, line: usize, value: &str) -> Result<(), OfferError> {
        let (pt, parameters) = value.split_once(' ').ok_or_else(|| invalid(line, "a=fmtp"))?;
        let pt = payload_type(pt).ok_or_else(|| invalid(line, "a=fmtp"))?;
        let Some(codec) = self.codec_mut(pt) else { return Ok(()) };
        if !codec.fmtp.is_empty() {
            return Err(OfferError::Duplicate { line, what: "a=fmtp of this payload type" });
        }
        parameters.clone_into(&mut codec.fmtp);
        if let Some(apt) = codec.parameter("apt") {
            codec.apt = Some(payload_type(apt).ok_or_else(|| invalid(line, "apt"))?);
        }
        Ok(())
    }

    fn rtcp_feedback(&mut self, line: usize, value: &str) -> Result<(), OfferError> {
        let (pt, words) = value.split_once(' ').ok_or_else(|| invalid(line, "a=rtcp-fb"))?;
        let pt = match pt {
            "*" => None,
            pt => Some(payload_type(pt).ok_or_else(|| invalid(line, "a=rtcp-fb"))?),
        };
        let Some(feedback) = Feedback::from_sdp(words) else { return Ok(()) };
        for codec in &mut self.section.codecs {
            let is_meant = pt.is_none_or(|pt| codec.pt == pt);
            if is_meant && !codec.feedback.contains(&feedback) {
                codec.feedback.push(feedback);
            }
        }
        Ok(())
    }

    fn extmap(&mut self, line: usize, value: &str) -> Result<(), OfferError> {
        let error = || invalid(line, "a=extmap");
        let mut words = value.split(' ');
        let (id, way) = match words.next().unwrap_or_default().split_once('/') {
            Some((id, way)) => (id, Some(words::direction(way).ok_or_else(error)?)),
            None => (value.split(' ').next().unwrap_or_default(), None),
        };
        let id = number(id).filter(|id| *id != 0).ok_or_else(error)?;
        let uri = words.next().filter(|uri| !uri.is_empty()).ok_or_else(error)?;
        let extension = Extension::from_uri(uri);
        let repeats = |other: &OfferedExtension| {
            other.id == id || (extension.is_some() && other.extension == extension)
        };
        if self.extensions.iter().any(repeats) {
            return Err(OfferError::Duplicate { line, what: "this extension or its id" });
        }
        self.extensions.push(OfferedExtension { id, extension, direction: way });
        Ok(())
    }

    fn rid(&mut self, line: usize, value: &str) -> Result<(), OfferError> {
        let mut words = value.split(' ');
        let rid = words.next().and_then(words::rid).ok_or_else(|| invalid(line, "a=rid"))?;
        match words.next() {
            Some("send") if self.send_rids.contains(&rid) => {
                Err(OfferError::Duplicate { line, what: "this a=rid" })
            }
            Some("send") if self.send_rids.len() == MAX_RIDS => {
                Err(OfferError::TooMany { line, what: "a=rid", limit: MAX_RIDS })
            }
            Some("send") => {
                self.send_rids.push(rid);
                Ok(())
            }
            // Layers towards the device: this server sends one stream for each section.
            Some("recv") => Ok(()),
            _ => Err(invalid(line, "a=rid")),
        }
    }

    /// Reads `send q;~h;f,g`: layers by `;`, alternatives by `,` of which the first is taken,
    /// `~` before those that start paused (RFC 8853 §5.1).
    fn simulcast(&mut self, line: usize, value: &str) -> Result<(), OfferError> {
        let mut words = value.split(' ');
        while let Some(way) = words.next() {
            let list = words.next().ok_or_else(|| invalid(line, "a=simulcast"))?;
            match way {
                "recv" => continue,
                "send" => {}
                _ => return Err(invalid(line, "a=simulcast")),
            }
            let mut rids = Vec::new();
            for alternatives in list.split(';') {
                let first = alternatives.split(',').next().unwrap_or_default();
                let name = first.strip_prefix('~').unwrap_or(first);
                let rid = words::rid(name).ok_or_else(|| invalid(line, "a=simulcast"))?;
                if rids.contains(&rid) {
                    return Err(OfferError::Duplicate { line, what: "a layer of a=simulcast" });
                }
                rids.push(rid);
            }
            set_once(&mut self.simulcast, (line, rids), line, "a=simulcast")?;
        }
        Ok(())
    }

    fn ssrc(&mut self, line: usize, value: &str) -> Result<(), OfferError> {
        let ssrc =
            value.split(' ').next().and_then(number).ok_or_else(|| invalid(line, "a=ssrc"))?;
        if self.section.ssrcs.contains(&ssrc) {
            return Ok(());
        }
        if self.section.ssrcs.len() == MAX_SSRCS {
            return Err(OfferError::TooMany { line, what: "sources", limit: MAX_SSRCS });
        }
        self.section.ssrcs.push(ssrc);
        Ok(())
    }

    fn ssrc_group(&mut self, line: usize, value: &str) -> Result<(), OfferError> {
        let Some(pair) = value.strip_prefix("FID ") else { return Ok(()) };
        let (primary, rtx) = pair.split_once(' ').ok_or_else(|| invalid(line, "a=ssrc-group"))?;
        let primary = number(primary).ok_or_else(|| invalid(line, "a=ssrc-group"))?;
        let rtx = number(rtx).ok_or_else(|| invalid(line, "a=ssrc-group"))?;
        let is_used = |ssrc| self.section.ssrc_groups.iter().any(|(a, b)| *a == ssrc || *b == ssrc);
        if primary == rtx || is_used(primary) || is_used(rtx) {
            return Err(OfferError::Duplicate { line, what: "a source of a=ssrc-group" });
        }
        if self.section.ssrc_groups.len() == MAX_SSRCS {
            return Err(OfferError::TooMany { line, what: "groups of sources", limit: MAX_SSRCS });
        }
        self.section.ssrc_groups.push((primary, rtx));
        Ok(())
    }

    fn codec_mut(&mut self, pt: u8) -> Option<&mut Codec> {
        self.section.codecs.iter_mut().find(|codec| codec.pt == pt)
    }

    /// Decides what depends on lines in no fixed order.
    pub(super) fn settle(
        &mut self,
        session_direction: Option<Direction>,
    ) -> Result<(), OfferError> {
        let section = &mut self.section;
        section.rejected = self.port == 0 && !self.bundle_only;
        if let Some(direction) = self.transport.direction.or(session_direction) {
            section.direction = direction;
        }
        let (sends, way) = (section.direction.sends(), section.direction);
        for offered in &self.extensions {
            let is_used = match offered.direction {
                Some(Direction::SendOnly) => way != Direction::RecvOnly,
                Some(Direction::RecvOnly) => !sends,
                Some(Direction::Inactive) => false,
                Some(Direction::SendRecv) | None => true,
            };
            section.extensions.extend(
                offered.extension.filter(|_| is_used).map(|extension| (offered.id, extension)),
            );
        }
        if let Some((line, rids)) = self.simulcast.take() {
            if !rids.iter().all(|rid| self.send_rids.contains(rid)) {
                return Err(invalid(line, "a layer of a=simulcast without its a=rid"));
            }
            section.rids = rids;
        }
        Ok(())
    }
}

impl Codec {
    /// A payload type whose `a=rtpmap` has not come yet, or never does: the static ones of
    /// RFC 3551 §6 may go without.
    fn unnamed(pt: u8) -> Self {
        Self {
            pt,
            name: CodecName::Other,
            clock_rate: 0,
            channels: 1,
            fmtp: String::new(),
            apt: None,
            feedback: Vec::new(),
        }
    }

    /// Returns the value of a `name=value` in `a=fmtp`.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let mut pairs = self.fmtp.split(';').filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    }
}

impl CodecName {
    /// Names are compared without case (RFC 4855 §3).
    fn from_sdp(name: &str, channels: u8) -> Self {
        match name.to_ascii_lowercase().as_str() {
            // Opus always says two channels, whatever it carries (RFC 7587 §7).
            "opus" if channels == 2 => Self::Opus,
            "vp8" => Self::Vp8,
            "vp9" => Self::Vp9,
            "h264" => Self::H264,
            "av1" => Self::Av1,
            "rtx" => Self::Rtx,
            "red" => Self::Red,
            _ => Self::Other,
        }
    }
}

/// Most simulcast layers of a section; browsers send three.
const MAX_RIDS: usize = 8;

/// Most sources of a section; three layers with retransmissions make six.
const MAX_SSRCS: usize = 32;
