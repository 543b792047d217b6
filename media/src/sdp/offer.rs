//! Reads an SDP offer, strictly: what is unusual is refused with the line and the reason.
//!
//! The text comes from a stranger. Everything that is kept has a bound, and nothing is repaired.

use super::section::{Draft, OfferedExtension};
use super::words::{direction, ice_chars, sha_256};
use super::{Direction, Extension, MAX_OFFER_BYTES, MAX_SECTIONS, MediaKind, Offer};

/// Why an offer was turned down; lines count from 1.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum OfferError {
    /// Over [`MAX_OFFER_BYTES`].
    #[error("the offer is {len} bytes long and the limit is {MAX_OFFER_BYTES}; offer fewer slots")]
    TooLong {
        /// Bytes received.
        len: usize,
    },
    /// The text is no session description.
    #[error("the offer must begin with v=0")]
    NotSdp,
    /// A line that is not `x=value`, or has control characters in it.
    #[error("line {line} is not of the form x=value, or is longer than {MAX_LINE_BYTES} bytes")]
    BadLine {
        /// Which.
        line: usize,
    },
    /// A value that cannot be read or is out of range.
    #[error("line {line}: {what} is not valid")]
    Invalid {
        /// Which.
        line: usize,
        /// What the line should have said.
        what: &'static str,
    },
    /// Something that may be said once was said again.
    #[error("line {line}: {what} was given before")]
    Duplicate {
        /// Which.
        line: usize,
        /// What was repeated.
        what: &'static str,
    },
    /// More of something than anybody needs.
    #[error("line {line}: more than {limit} {what}")]
    TooMany {
        /// Which.
        line: usize,
        /// What there is too much of.
        what: &'static str,
        /// How many would be taken.
        limit: usize,
    },
    /// A transport that this server does not speak.
    #[error("line {line}: only UDP/TLS/RTP/SAVPF for media and UDP/DTLS/SCTP for data are spoken")]
    Protocol {
        /// Which.
        line: usize,
    },
    /// There is no m-line.
    #[error("the offer has no m-line")]
    NoSections,
    /// A section without a name.
    #[error("section {section} has no a=mid")]
    NoMid {
        /// Counted from 0.
        section: usize,
    },
    /// Two sections of one name.
    #[error("section {section} has the a=mid of an earlier one")]
    RepeatedMid {
        /// Counted from 0.
        section: usize,
    },
    /// A section outside the one transport.
    #[error("section {section} is not in a=group:BUNDLE; use bundlePolicy max-bundle")]
    NotBundled {
        /// Counted from 0.
        section: usize,
    },
    /// RTCP on a port of its own.
    #[error("section {section} has no a=rtcp-mux")]
    NoRtcpMux {
        /// Counted from 0.
        section: usize,
    },
    /// One extension id means two things on the one transport (RFC 9143 §9.1).
    #[error("section {section} gives extension id {id} another meaning than an earlier one")]
    ExtensionConflict {
        /// Counted from 0.
        section: usize,
        /// The header extension id.
        id: u8,
    },
    /// The group names a section that does not exist.
    #[error("a=group:BUNDLE names a section that the offer does not have")]
    UnknownBundled,
    /// No ICE credentials for the transport.
    #[error("a=ice-ufrag or a=ice-pwd is missing")]
    NoIce,
    /// Two ICE-lite ends would wait for each other for ever (RFC 8445 §6.1.1).
    #[error("the offer is ICE-lite, as this server is; one end must be full")]
    IceLite,
    /// No SHA-256 fingerprint for the transport.
    #[error("there is no a=fingerprint with sha-256")]
    NoFingerprint,
    /// The DTLS roles do not fit: this server only waits for a ClientHello.
    #[error("a=setup must be actpass or active")]
    BadSetup,
}

impl Offer {
    /// Reads `sdp`.
    ///
    /// # Errors
    ///
    /// Returns the first thing found that this server does not put up with.
    pub fn parse(sdp: &str) -> Result<Self, OfferError> {
        if sdp.len() > MAX_OFFER_BYTES {
            return Err(OfferError::TooLong { len: sdp.len() });
        }
        let mut reader = Reader::default();
        for (index, line) in sdp.lines().enumerate() {
            if index == 0 && line != "v=0" {
                return Err(OfferError::NotSdp);
            }
            reader.line(index + 1, line)?;
        }
        if sdp.is_empty() { Err(OfferError::NotSdp) } else { reader.finish() }
    }
}

/// Everything read so far.
#[derive(Default)]
struct Reader {
    session: Transport,
    ice_lite: bool,
    bundle: Option<Vec<String>>,
    drafts: Vec<Draft>,
}

/// The attributes that a section may leave to the session.
#[derive(Clone, Default)]
pub(super) struct Transport {
    ufrag: Option<String>,
    pwd: Option<String>,
    fingerprint: Option<[u8; 32]>,
    setup: Option<String>,
    pub(super) direction: Option<Direction>,
}

/// What each extension id stands for, over all open sections; `Some(None)` is an unknown URI.
///
/// The MID extension is read before it is known which section a packet belongs to, so an id may
/// mean one thing only.
struct Meanings([Option<Option<Extension>>; 256]);

impl Reader {
    fn line(&mut self, line: usize, text: &str) -> Result<(), OfferError> {
        let (kind, value) = text.split_once('=').ok_or(OfferError::BadLine { line })?;
        if kind.len() != 1 || MAX_LINE_BYTES < text.len() || text.contains(char::is_control) {
            return Err(OfferError::BadLine { line });
        }
        match kind {
            "m" if self.drafts.len() == MAX_SECTIONS => {
                Err(OfferError::TooMany { line, what: "sections", limit: MAX_SECTIONS })
            }
            "m" => {
                self.drafts.push(Draft::from_media_line(line, value)?);
                Ok(())
            }
            "a" => {
                let (name, value) = value.split_once(':').unwrap_or((value, ""));
                self.attribute(line, name, value)
            }
            _ => Ok(()),
        }
    }

    fn attribute(&mut self, line: usize, name: &str, value: &str) -> Result<(), OfferError> {
        let transport = match self.drafts.last_mut() {
            Some(draft) => &mut draft.transport,
            None => &mut self.session,
        };
        if transport.attribute(line, name, value)? {
            return Ok(());
        }
        match (self.drafts.last_mut(), name) {
            (Some(draft), _) => draft.attribute(line, name, value),
            (None, "ice-lite") => {
                self.ice_lite = true;
                Ok(())
            }
            (None, "group") => match value.strip_prefix("BUNDLE") {
                Some(mids) => {
                    let mids = mids.split_ascii_whitespace().map(str::to_owned).collect();
                    set_once(&mut self.bundle, mids, line, "a=group:BUNDLE")
                }
                // Other semantics, such as LS, ask nothing of this server.
                None => Ok(()),
            },
            (None, _) => Ok(()),
        }
    }

    fn finish(mut self) -> Result<Offer, OfferError> {
        if self.drafts.is_empty() {
            return Err(OfferError::NoSections);
        }
        if self.ice_lite {
            return Err(OfferError::IceLite);
        }
        let bundle = self.bundle.take().unwrap_or_default();
        let mut meanings = Meanings([None; 256]);
        for index in 0..self.drafts.len() {
            self.drafts[index].settle(self.session.direction)?;
            self.check_section(index, &bundle, &mut meanings)?;
        }
        let is_there = |mid: &String| self.drafts.iter().any(|draft| draft.section.mid == *mid);
        if !bundle.iter().all(is_there) {
            return Err(OfferError::UnknownBundled);
        }
        let tagged = self.tagged(&bundle);
        let session = &self.session;
        let setup = tagged.setup.as_ref().or(session.setup.as_ref()).map(String::as_str);
        if !matches!(setup, Some("actpass" | "active")) {
            return Err(OfferError::BadSetup);
        }
        Ok(Offer {
            ice_ufrag: tagged.ufrag.or_else(|| session.ufrag.clone()).ok_or(OfferError::NoIce)?,
            ice_pwd: tagged.pwd.or_else(|| session.pwd.clone()).ok_or(OfferError::NoIce)?,
            fingerprint: tagged
                .fingerprint
                .or(session.fingerprint)
                .ok_or(OfferError::NoFingerprint)?,
            sections: self.drafts.into_iter().map(|draft| draft.section).collect(),
        })
    }

    /// The attributes of the section that speaks for the one transport: the first of the group
    /// that is open (RFC 9143 §7.1).
    fn tagged(&self, bundle: &[String]) -> Transport {
        let open = |mid: &String| {
            self.drafts.iter().find(|draft| draft.section.mid == *mid && !draft.section.rejected)
        };
        bundle.iter().find_map(open).map(|draft| draft.transport.clone()).unwrap_or_default()
    }

    fn check_section(
        &self,
        index: usize,
        bundle: &[String],
        meanings: &mut Meanings,
    ) -> Result<(), OfferError> {
        let (earlier, draft) = (&self.drafts[..index], &self.drafts[index]);
        let (section, mid) = (index, &draft.section.mid);
        if draft.has_mid && earlier.iter().any(|other| other.section.mid == *mid) {
            return Err(OfferError::RepeatedMid { section });
        }
        if draft.section.rejected {
            return Ok(());
        }
        if !draft.has_mid {
            return Err(OfferError::NoMid { section });
        }
        if !bundle.contains(mid) {
            return Err(OfferError::NotBundled { section });
        }
        if draft.section.kind != MediaKind::Application && !draft.rtcp_mux {
            return Err(OfferError::NoRtcpMux { section });
        }
        meanings.agree(section, &draft.extensions)
    }
}

impl Transport {
    /// Takes the attribute if it is one of these and says whether it was.
    fn attribute(&mut self, line: usize, name: &str, value: &str) -> Result<bool, OfferError> {
        match name {
            "ice-ufrag" => {
                let ufrag = ice_chars(value, 4).ok_or_else(|| invalid(line, "a=ice-ufrag"))?;
                set_once(&mut self.ufrag, ufrag, line, "a=ice-ufrag")?;
            }
            "ice-pwd" => {
                let pwd = ice_chars(value, 22).ok_or_else(|| invalid(line, "a=ice-pwd"))?;
                set_once(&mut self.pwd, pwd, line, "a=ice-pwd")?;
            }
            "fingerprint" => {
                let (hash, digest) = value.split_once(' ').unwrap_or((value, ""));
                // Other hashes may stand beside the one that is used (RFC 8122 §5.1).
                if hash.eq_ignore_ascii_case("sha-256") {
                    let digest = sha_256(digest).ok_or_else(|| invalid(line, "a=fingerprint"))?;
                    set_once(&mut self.fingerprint, digest, line, "a=fingerprint with sha-256")?;
                }
            }
            "setup" => set_once(&mut self.setup, value.to_owned(), line, "a=setup")?,
            "sendonly" | "recvonly" | "sendrecv" | "inactive" => {
                let direction = direction(name).ok_or_else(|| invalid(line, "the direction"))?;
                set_once(&mut self.direction, direction, line, "the direction")?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl Meanings {
    fn agree(&mut self, section: usize, offered: &[OfferedExtension]) -> Result<(), OfferError> {
        for &OfferedExtension { id, extension, .. } in offered {
            let meaning = self.0[usize::from(id)].get_or_insert(extension);
            if *meaning != extension {
                return Err(OfferError::ExtensionConflict { section, id });
            }
        }
        Ok(())
    }
}

pub(super) fn set_once<T>(
    slot: &mut Option<T>,
    value: T,
    line: usize,
    what: &'static str,
) -> Result<(), OfferError> {
    if slot.is_some() {
        return Err(OfferError::Duplicate { line, what });
    }
    *slot = Some(value);
    Ok(())
}

pub(super) fn invalid(line: usize, what: &'static str) -> OfferError {
    OfferError::Invalid { line, what }
}

/// Longest line, in bytes; browsers stay under 300.
const MAX_LINE_BYTES: usize = 2_048;
