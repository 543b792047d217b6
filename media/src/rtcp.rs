//! RTCP: compounds read without allocating, packets appended to a buffer (RFC 3550 §6, RFC 4585 §6).

use crate::bwe::TransportFeedback;

/// One packet of a compound.
#[derive(Clone, Copy, Debug)]
pub enum Packet<'a> {
    /// RFC 3550 §6.4.1.
    SenderReport {
        /// Whose media it is about.
        ssrc: u32,
        /// The sender's wall clock, NTP format.
        ntp: u64,
        /// The same instant in RTP ticks.
        rtp: u32,
        /// About what it receives.
        reports: Reports<'a>,
    },
    /// RFC 3550 §6.4.2.
    ReceiverReport {
        /// About what it receives.
        reports: Reports<'a>,
    },
    /// RFC 4585 §6.2.1.
    Nack {
        /// Whose packets are missing.
        media_ssrc: u32,
        /// Which.
        lost: Lost<'a>,
    },
    /// RFC 4585 §6.3.1.
    Pli {
        /// Whose picture is lost.
        media_ssrc: u32,
    },
    /// RFC 5104 §4.3.1.
    Fir {
        /// Whose pictures are wanted anew.
        media_ssrc: Targets<'a>,
    },
    /// What came of what was sent under transport-wide numbers
    /// (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1).
    TransportFeedback(TransportFeedback<'a>),
    /// Anything else, which is skipped.
    Other,
}

/// The report blocks of a packet.
#[derive(Clone, Copy, Debug)]
pub struct Reports<'a>(&'a [u8]);

/// The sequence numbers of a NACK.
#[derive(Clone, Copy, Debug)]
pub struct Lost<'a> {
    items: &'a [u8],
    base: u16,
    mask: u16,
}

/// The SSRCs of a FIR.
#[derive(Clone, Copy, Debug)]
pub struct Targets<'a>(&'a [u8]);

/// What a receiver says about one SSRC (RFC 3550 §6.4.1).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct ReportBlock {
    /// About whom.
    pub ssrc: u32,
    /// Of 256, since the last report.
    pub fraction_lost: u8,
    /// Packets, 24 bits signed.
    pub cumulative_lost: i32,
    /// Extended.
    pub highest_sequence: u32,
    /// In RTP ticks.
    pub jitter: u32,
    /// Middle 32 bits of the last sender report's NTP time.
    pub last_sr: u32,
    /// In 1/65,536 s.
    pub delay_since_last_sr: u32,
}

/// Walks through a plaintext compound; stops at the first packet that does not fit.
pub fn packets(compound: &[u8]) -> impl Iterator<Item = Packet<'_>> {
    let mut rest = compound;
    std::iter::from_fn(move || {
        let (packet, after) = split(rest)?;
        rest = after;
        Some(without_padding(packet).map_or(Packet::Other, read))
    })
}

fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let header = bytes.first_chunk::<4>()?;
    if header[0] >> 6 != 2 {
        return None;
    }
    bytes.split_at_checked(4 + usize::from(u16::from_be_bytes([header[2], header[3]])) * 4)
}

/// Padding counts itself in its last byte (RFC 3550 §6.4.1).
fn without_padding(packet: &[u8]) -> Option<&[u8]> {
    if packet[0] & 0x20 == 0 {
        return Some(packet);
    }
    let len = packet.len().checked_sub(usize::from(*packet.last()?))?;
    packet.get(..len.max(4))
}

fn read(packet: &[u8]) -> Packet<'_> {
    let count = usize::from(packet[0] & 0x1F);
    let known = match (packet[1], count) {
        (SENDER_REPORT, _) => sender_report(packet, count),
        (RECEIVER_REPORT, _) => {
            reports(packet, 8, count).map(|reports| Packet::ReceiverReport { reports })
        }
        (TRANSPORT_FEEDBACK, GENERIC_NACK) => word(packet, 8).map(|media_ssrc| Packet::Nack {
            media_ssrc,
            lost: Lost { items: packet.get(12..).unwrap_or_default(), base: 0, mask: 0 },
        }),
        (TRANSPORT_FEEDBACK, TRANSPORT_WIDE) => {
            TransportFeedback::parse(packet).map(Packet::TransportFeedback)
        }
        (PAYLOAD_FEEDBACK, PICTURE_LOSS) => {
            word(packet, 8).map(|media_ssrc| Packet::Pli { media_ssrc })
        }
        (PAYLOAD_FEEDBACK, FULL_INTRA) => {
            packet.get(12..).map(|targets| Packet::Fir { media_ssrc: Targets(targets) })
        }
        _ => None,
    };
    known.unwrap_or(Packet::Other)
}

fn sender_report(packet: &[u8], count: usize) -> Option<Packet<'_>> {
    let ntp = u64::from(word(packet, 8)?) << 32 | u64::from(word(packet, 12)?);
    Some(Packet::SenderReport {
        ssrc: word(packet, 4)?,
        ntp,
        rtp: word(packet, 16)?,
        reports: reports(packet, 28, count)?,
    })
}

fn reports(packet: &[u8], at: usize, count: usize) -> Option<Reports<'_>> {
    packet.get(at..at + count * BLOCK_BYTES).map(Reports)
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

impl Iterator for Reports<'_> {
    type Item = ReportBlock;

    fn next(&mut self) -> Option<ReportBlock> {
        let (block, rest) = self.0.split_at_checked(BLOCK_BYTES)?;
        self.0 = rest;
        let lost = word(block, 4)?;
        Some(ReportBlock {
            ssrc: word(block, 0)?,
            fraction_lost: block[4],
            // Sign-extends 24 bits.
            cumulative_lost: (lost << 8).cast_signed() >> 8,
            highest_sequence: word(block, 8)?,
            jitter: word(block, 12)?,
            last_sr: word(block, 16)?,
            delay_since_last_sr: word(block, 20)?,
        })
    }
}

impl Iterator for Lost<'_> {
    type Item = u16;

    fn next(&mut self) -> Option<u16> {
        if self.mask == 0 {
            let (item, rest) = self.items.split_first_chunk::<4>()?;
            self.items = rest;
            self.base = u16::from_be_bytes([item[0], item[1]]);
            self.mask = u16::from_be_bytes([item[2], item[3]]);
            return Some(self.base);
        }
        let bit = self.mask.trailing_zeros();
        self.mask &= self.mask - 1;
        Some(self.base.wrapping_add(bit as u16 + 1))
    }
}

impl Iterator for Targets<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let (item, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        word(item, 0)
    }
}

/// Appends a sender report without blocks.
pub fn write_sender_report(
    out: &mut Vec<u8>,
    ssrc: u32,
    ntp: u64,
    rtp: u32,
    packets: u32,
    octets: u32,
) {
    write_header(out, 0, SENDER_REPORT, 6);
    out.extend_from_slice(&ssrc.to_be_bytes());
    out.extend_from_slice(&ntp.to_be_bytes());
    for value in [rtp, packets, octets] {
        out.extend_from_slice(&value.to_be_bytes());
    }
}

/// Appends a receiver report of at most 31 blocks.
pub fn write_receiver_report(out: &mut Vec<u8>, ssrc: u32, blocks: &[ReportBlock]) {
    let blocks = &blocks[..blocks.len().min(MAX_BLOCKS)];
    write_header(out, blocks.len() as u8, RECEIVER_REPORT, 1 + blocks.len() * BLOCK_BYTES / 4);
    out.extend_from_slice(&ssrc.to_be_bytes());
    for block in blocks {
        let lost = u32::from(block.fraction_lost) << 24
            | block.cumulative_lost.clamp(-0x80_0000, 0x7F_FFFF).cast_unsigned() & 0xFF_FFFF;
        let words = [
            block.ssrc,
            lost,
            block.highest_sequence,
            block.jitter,
            block.last_sr,
            block.delay_since_last_sr,
        ];
        for value in words {
            out.extend_from_slice(&value.to_be_bytes());
        }
    }
}

/// Appends a source description with a canonical name of at most 255 bytes.
pub fn write_sdes_cname(out: &mut Vec<u8>, ssrc: u32, cname: &str) {
    let name = &cname.as_bytes()[..cname.len().min(255)];
    // The item, then one to four zero bytes up to a whole word (RFC 3550 §6.5).
    let chunk = (4 + 2 + name.len() + 1).next_multiple_of(4);
    write_header(out, 1, SOURCE_DESCRIPTION, chunk / 4);
    out.extend_from_slice(&ssrc.to_be_bytes());
    out.extend_from_slice(&[CNAME_ITEM, name.len() as u8]);
    out.extend_from_slice(name);
    out.resize(out.len() + chunk - 6 - name.len(), 0);
}

/// Appends a request for missing packets; `lost` ascends.
pub fn write_nack(out: &mut Vec<u8>, sender: u32, media: u32, lost: &[u16]) {
    let start = out.len();
    write_header(out, GENERIC_NACK as u8, TRANSPORT_FEEDBACK, 2);
    out.extend_from_slice(&sender.to_be_bytes());
    out.extend_from_slice(&media.to_be_bytes());
    let mut lost = lost.iter().copied().peekable();
    let mut items = 0_u16;
    while let Some(base) = lost.next() {
        let mut mask = 0_u16;
        while let Some(next) = lost.next_if(|next| (1..=16).contains(&next.wrapping_sub(base))) {
            mask |= 1 << (next.wrapping_sub(base) - 1);
        }
        out.extend_from_slice(&base.to_be_bytes());
        out.extend_from_slice(&mask.to_be_bytes());
        items += 1;
    }
    out[start + 2..start + 4].copy_from_slice(&(2 + items).to_be_bytes());
}

/// Appends a keyframe request.
pub fn write_pli(out: &mut Vec<u8>, sender: u32, media: u32) {
    write_header(out, PICTURE_LOSS as u8, PAYLOAD_FEEDBACK, 2);
    out.extend_from_slice(&sender.to_be_bytes());
    out.extend_from_slice(&media.to_be_bytes());
}

pub(crate) fn write_header(out: &mut Vec<u8>, count: u8, kind: u8, words: usize) {
    out.extend_from_slice(&[0x80 | count, kind]);
    out.extend_from_slice(&(words as u16).to_be_bytes());
}

const SENDER_REPORT: u8 = 200;
const RECEIVER_REPORT: u8 = 201;
const SOURCE_DESCRIPTION: u8 = 202;
pub(crate) const TRANSPORT_FEEDBACK: u8 = 205;
const PAYLOAD_FEEDBACK: u8 = 206;
const GENERIC_NACK: usize = 1;
const TRANSPORT_WIDE: usize = 15;
const PICTURE_LOSS: usize = 1;
const FULL_INTRA: usize = 4;
const CNAME_ITEM: u8 = 1;
const BLOCK_BYTES: usize = 24;
const MAX_BLOCKS: usize = 31;
