//! What devices send in tests, and how tests read what came.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up should stop")]

use std::collections::{BTreeMap, BTreeSet};

use crate::device::{Device, Media, OPUS, RED, RTX, VP8};
use crate::network::Network;

/// A VP8 camera of the device at `at`; its payload says which layer and frame it is.
pub(crate) struct Camera {
    at: usize,
    rids: Vec<&'static str>,
    /// How many of the layers are sent, from the smallest.
    pub(crate) layers: usize,
    /// Names of those that are sent, when not all of them are.
    pub(crate) only: Option<Vec<String>>,
    /// Ignores keyframe requests.
    pub(crate) deaf: bool,
    /// The next frame's packets are lost, on every layer.
    pub(crate) lose_next: bool,
    frame: u32,
    sequences: [u16; 3],
    sent: BTreeMap<(u32, u16), Media>,
    read: usize,
    repair_sequence: u16,
}

/// A microphone of the device at `at`; its payload says which frame it is.
pub(crate) struct Voice {
    pub(crate) at: usize,
    /// In -dBov.
    pub(crate) level: u8,
    /// Repeats the frame before (RFC 2198).
    pub(crate) red: bool,
    pub(crate) frame: u32,
    pub(crate) sequence: u16,
}

impl Camera {
    pub(crate) fn single(at: usize) -> Self {
        Self::new(at, Vec::new())
    }

    pub(crate) fn simulcast(at: usize) -> Self {
        Self::new(at, vec!["q", "h", "f"])
    }

    fn new(at: usize, rids: Vec<&'static str>) -> Self {
        Self {
            at,
            layers: rids.len().max(1),
            rids,
            only: None,
            deaf: false,
            lose_next: false,
            frame: 0,
            // The last layer wraps soon after it begins.
            sequences: [100, 20_000, 65_530],
            sent: BTreeMap::new(),
            read: 0,
            repair_sequence: 0,
        }
    }

    pub(crate) fn timestamp(&self) -> u32 {
        self.frame.wrapping_mul(3_000).wrapping_add(0xFFFF_0000)
    }

    /// Sends one frame on each layer: a keyframe when it is the first or was asked for.
    pub(crate) fn frame(&mut self, network: &mut Network) {
        let wanted = plis(&network.devices[self.at].rtcp);
        let keyframe = self.frame == 0 || (self.read < wanted && !self.deaf);
        if !self.deaf {
            self.read = wanted;
        }
        self.frame += 1;
        let lose = std::mem::take(&mut self.lose_next);
        for layer in 0..self.layers {
            let rid = self.rids.get(layer).copied().unwrap_or_default();
            if self.only.as_ref().is_some_and(|only| !only.iter().any(|one| one == rid)) {
                continue;
            }
            let media =
                self.media(layer, self.sequences[layer], payload(layer, self.frame, keyframe));
            self.sequences[layer] = self.sequences[layer].wrapping_add(1);
            self.sent.insert((media.ssrc, media.sequence), media.clone());
            network.devices[self.at].send(&media);
            if lose {
                network.devices[self.at].outbox.pop();
            }
        }
        network.exchange();
    }

    /// Makes the packet of a frame as it would leave, so that a test can choose when it does.
    pub(crate) fn make(&mut self, network: &mut Network, keyframe: bool) -> Vec<u8> {
        self.frame += 1;
        let media = self.media(0, self.sequences[0], payload(0, self.frame, keyframe));
        self.sequences[0] = self.sequences[0].wrapping_add(1);
        network.devices[self.at].send(&media)
    }

    /// Sends a packet without media on the media SSRC, as Chromium does when it probes without RTX.
    pub(crate) fn padding(&mut self, network: &mut Network) {
        let media = self.media(0, self.sequences[0], Vec::new());
        self.sequences[0] = self.sequences[0].wrapping_add(1);
        network.devices[self.at].send(&media);
        network.exchange();
    }

    /// Sends again what the server asked for, on the repair stream (RFC 4588).
    pub(crate) fn answer_requests(&mut self, network: &mut Network) {
        let asked: Vec<(u32, u16)> = nacked(&network.devices[self.at].rtcp);
        for key in asked {
            let Some(media) = self.sent.remove(&key) else { continue };
            let mut payload = media.sequence.to_be_bytes().to_vec();
            payload.extend_from_slice(&media.payload);
            self.repair_sequence = self.repair_sequence.wrapping_add(1);
            network.devices[self.at].send(&Media {
                ssrc: media.ssrc + 1_000,
                payload_type: RTX,
                sequence: self.repair_sequence,
                repaired_rid: media.rid,
                rid: None,
                payload,
                ..media
            });
        }
    }

    /// Sends a sender report for the first layer.
    pub(crate) fn report(&self, network: &mut Network, ntp: u64) {
        let mut report = vec![0x80, 200, 0, 6];
        report.extend_from_slice(&self.ssrc(0).to_be_bytes());
        report.extend_from_slice(&ntp.to_be_bytes());
        report.extend_from_slice(&self.timestamp().to_be_bytes());
        report.extend_from_slice(&[0; 8]);
        network.devices[self.at].send_rtcp(&report);
    }

    pub(crate) fn ssrc(&self, layer: usize) -> u32 {
        u32::try_from(10_000 * (self.at + 1) + layer).unwrap()
    }

    fn media(&self, layer: usize, sequence: u16, payload: Vec<u8>) -> Media {
        Media {
            ssrc: self.ssrc(layer),
            payload_type: VP8,
            sequence,
            timestamp: self.timestamp(),
            marker: true,
            mid: "1",
            rid: self.rids.get(layer).copied(),
            repaired_rid: None,
            level: None,
            payload,
        }
    }
}

impl Voice {
    pub(crate) fn new(at: usize) -> Self {
        Self { at, level: SILENCE, red: false, frame: 0, sequence: 65_000 }
    }

    /// A frame of 20 ms.
    pub(crate) fn frame(&mut self, network: &mut Network) {
        self.frame += 1;
        self.sequence = self.sequence.wrapping_add(1);
        let opus = voice_payload(self.at, self.frame);
        let payload = if self.red {
            let before = voice_payload(self.at, self.frame - 1);
            let header = [0x80 | OPUS, 0x0F, 0x00, u8::try_from(before.len()).unwrap(), OPUS];
            [header.as_slice(), &before, &opus].concat()
        } else {
            opus
        };
        network.devices[self.at].send(&Media {
            ssrc: u32::try_from(90_000 + self.at).unwrap(),
            payload_type: if self.red { RED } else { OPUS },
            sequence: self.sequence,
            timestamp: self.frame * 960,
            mid: "0",
            level: Some(self.level),
            payload,
            ..Media::default()
        });
        network.exchange();
    }

    /// Time passes without a packet (DTX).
    pub(crate) fn pause(&mut self, frames: u32) {
        self.frame += frames;
    }
}

/// What a microphone sends in its quietest room.
pub(crate) const SILENCE: u8 = 127;

/// An Opus packet of ours: who says it, and which frame it is.
fn voice_payload(at: usize, frame: u32) -> Vec<u8> {
    let mut payload = vec![0xFC, u8::try_from(at).unwrap()];
    payload.extend_from_slice(&frame.to_be_bytes());
    payload
}

/// Whose voice a received Opus packet is, and which frame.
pub(crate) fn voice_of(packet: &[u8]) -> (usize, u32) {
    let payload = &packet[header_len(packet)..];
    assert_eq!(payload.len(), 6, "one plain frame");
    (usize::from(payload[1]), u32::from_be_bytes(payload[2..6].try_into().unwrap()))
}

pub(crate) fn payload_type(packet: &[u8]) -> u8 {
    packet[1] & 0x7F
}

pub(crate) fn payload_of(packet: &[u8]) -> &[u8] {
    &packet[header_len(packet)..]
}

/// A VP8 descriptor with a 15-bit picture id and TL0PICIDX (RFC 7741 §4.2), then a mark of ours.
fn payload(layer: usize, frame: u32, keyframe: bool) -> Vec<u8> {
    // Each layer counts its pictures by itself, one by one.
    let picture = (frame as u16).wrapping_add(layer as u16 * 1_000) & 0x7FFF | 0x8000;
    let [high, low] = picture.to_be_bytes();
    let first = if keyframe { 0x10 } else { 0x11 };
    let mut payload = vec![0x90, 0xC0, high, low, frame as u8];
    payload.extend_from_slice(&[first, 0, 0, 0x9D, 0x01, 0x2A, layer as u8]);
    payload.extend_from_slice(&[0x55; 300]);
    payload
}

fn header_len(packet: &[u8]) -> usize {
    let csrcs = usize::from(packet[0] & 0x0F) * 4;
    let fixed = 12 + csrcs;
    if packet[0] & 0x10 == 0 {
        return fixed;
    }
    fixed + 4 + usize::from(u16::from_be_bytes([packet[fixed + 2], packet[fixed + 3]])) * 4
}

/// Which layer a received packet was sent on.
pub(crate) fn layer_of(packet: &[u8]) -> usize {
    usize::from(packet[header_len(packet) + 11])
}

/// Whether a received packet begins a keyframe (RFC 7741 §4.3).
pub(crate) fn is_keyframe(packet: &[u8]) -> bool {
    packet[header_len(packet) + 5] & 1 == 0
}

pub(crate) fn sequences(packets: &[Vec<u8>]) -> Vec<u16> {
    packets.iter().map(|packet| u16::from_be_bytes([packet[2], packet[3]])).collect()
}

pub(crate) fn timestamp(packet: &[u8]) -> u32 {
    u32::from_be_bytes(packet[4..8].try_into().unwrap())
}

/// Whether the packets' sequence numbers, in whatever order they came, have no hole.
pub(crate) fn is_continuous(packets: &[Vec<u8>]) -> bool {
    let Some(&first) = sequences(packets).first() else { return false };
    let mut offsets: Vec<i16> =
        sequences(packets).iter().map(|s| s.wrapping_sub(first).cast_signed()).collect();
    offsets.sort_unstable();
    offsets.windows(2).all(|pair| pair[1] == pair[0] + 1)
}

pub(crate) fn picture_ids(packets: &[Vec<u8>]) -> Vec<u16> {
    let id = |packet: &Vec<u8>| {
        let at = header_len(packet) + 2;
        u16::from_be_bytes([packet[at], packet[at + 1]]) & 0x7FFF
    };
    packets.iter().map(id).collect()
}

/// The original sequence number of a repair packet.
pub(crate) fn osn(packet: &[u8]) -> u16 {
    let at = header_len(packet);
    u16::from_be_bytes([packet[at], packet[at + 1]])
}

/// Sequence numbers between the first and the last received that came neither by themselves nor
/// as a repair.
pub(crate) fn missing(device: &Device, slot: &str) -> Vec<u16> {
    let came = sequences(device.received(slot));
    let (Some(&first), Some(_)) = (came.first(), came.last()) else { return Vec::new() };
    let offset = |sequence: u16| sequence.wrapping_sub(first);
    let mut have: BTreeSet<u16> = came.iter().map(|s| offset(*s)).collect();
    let last = *have.last().unwrap();
    have.extend(device.repaired(slot).iter().map(|packet| offset(osn(packet))));
    (0..last).filter(|at| !have.contains(at)).map(|at| at.wrapping_add(first)).collect()
}

/// Asks for everything that is missing, as a browser does.
pub(crate) fn request_missing(network: &mut Network, at: usize, slot: &str) {
    let (ssrc, _) = network.devices[at].slots[slot];
    for sequence in missing(&network.devices[at], slot) {
        network.devices[at].send_rtcp(&nack(ssrc, sequence));
    }
}

pub(crate) fn nack(ssrc: u32, sequence: u16) -> Vec<u8> {
    let mut packet = vec![0x81, 205, 0, 3, 0, 0, 0, 1];
    packet.extend_from_slice(&ssrc.to_be_bytes());
    packet.extend_from_slice(&sequence.to_be_bytes());
    packet.extend_from_slice(&[0, 0]);
    packet
}

pub(crate) fn pli(ssrc: u32) -> Vec<u8> {
    let mut packet = vec![0x81, 206, 0, 2, 0, 0, 0, 1];
    packet.extend_from_slice(&ssrc.to_be_bytes());
    packet
}

/// How many keyframe requests came.
pub(crate) fn plis(compounds: &[Vec<u8>]) -> usize {
    parts(compounds).filter(|part| part[1] == 206 && part[0] & 31 == 1).count()
}

/// The media SSRCs that transport feedbacks name.
pub(crate) fn transport_feedbacks(compounds: &[Vec<u8>]) -> Vec<u32> {
    parts(compounds)
        .filter(|part| part[1] == 205 && part[0] & 31 == 15)
        .map(|part| u32::from_be_bytes(part[8..12].try_into().unwrap()))
        .collect()
}

/// NTP time and RTP timestamp of the sender reports of one SSRC.
pub(crate) fn sender_reports(compounds: &[Vec<u8>], ssrc: u32) -> Vec<(u64, u32)> {
    parts(compounds)
        .filter(|part| part[1] == 200 && part[4..8] == ssrc.to_be_bytes())
        .map(|part| {
            let ntp = u64::from_be_bytes(part[8..16].try_into().unwrap());
            (ntp, u32::from_be_bytes(part[16..20].try_into().unwrap()))
        })
        .collect()
}

/// SSRC and sequence number of everything the server asked for (RFC 4585 §6.2.1).
fn nacked(compounds: &[Vec<u8>]) -> Vec<(u32, u16)> {
    let mut asked = Vec::new();
    for part in parts(compounds).filter(|part| part[1] == 205 && part[0] & 31 == 1) {
        let ssrc = u32::from_be_bytes(part[8..12].try_into().unwrap());
        for item in part[12..].chunks_exact(4) {
            let first = u16::from_be_bytes([item[0], item[1]]);
            let mask = u16::from_be_bytes([item[2], item[3]]);
            asked.push((ssrc, first));
            let more = (0..16).filter(|bit| mask >> bit & 1 == 1);
            asked.extend(more.map(|bit| (ssrc, first.wrapping_add(bit + 1))));
        }
    }
    asked
}

/// The packets inside compounds (RFC 3550 §6.1).
fn parts(compounds: &[Vec<u8>]) -> impl Iterator<Item = &[u8]> {
    compounds.iter().flat_map(|compound| {
        let mut rest = compound.as_slice();
        std::iter::from_fn(move || {
            let words = usize::from(u16::from_be_bytes([*rest.get(2)?, *rest.get(3)?]));
            let (part, after) = rest.split_at_checked(4 + words * 4)?;
            rest = after;
            Some(part)
        })
    })
}
