//! Who sends: a voice with redundancy, and a camera in three layers, each in three temporal ones.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up should stop")]

use std::time::{Duration, Instant};

use crate::device::{Device, Media, OPUS, RED, VP8};
use crate::link::Random;

/// Somebody with a microphone and a camera.
pub(crate) struct Publisher {
    pub(crate) at: usize,
    /// What each layer takes, in bit/s, the smallest first.
    pub(crate) rates: [f64; 3],
    /// Names of the layers that are to be sent.
    pub(crate) rids: Vec<String>,
    pub(crate) films: bool,
    /// From when on a layer that was not sent is: encoders take a while.
    begins_at: [Option<Instant>; 3],
    pub(crate) encoder_delay: Duration,
    keyframe_due: [bool; 3],
    /// What one takes, if not a few times what a frame takes.
    pub(crate) keyframe_bytes: Option<usize>,
    random: Random,
    next_voice: Instant,
    next_frame: Instant,
    voice: u32,
    frame: u32,
    sequences: [u16; 3],
    pictures: [u16; 3],
    bases: [u8; 3],
}

impl Publisher {
    pub(crate) fn new(now: Instant, at: usize, rates: [f64; 3], seed: u64) -> Self {
        let mut random = Random(seed.wrapping_add(at as u64 * 1_013) | 1);
        let next_frame = now + Duration::from_micros(random.next() % 33_000);
        let next_voice = now + Duration::from_micros(random.next() % 20_000);
        Self {
            at,
            rates,
            rids: RIDS.map(str::to_owned).to_vec(),
            films: true,
            begins_at: [None; 3],
            encoder_delay: Duration::ZERO,
            keyframe_due: [true; 3],
            keyframe_bytes: None,
            random,
            next_voice,
            next_frame,
            voice: 0,
            frame: 0,
            sequences: [100, 20_000, 65_000],
            pictures: [0; 3],
            bases: [0; 3],
        }
    }

    /// Sends what is due.
    pub(crate) fn send(&mut self, now: Instant, device: &mut Device) {
        self.read(now, device);
        while self.next_voice <= now {
            self.next_voice += Duration::from_millis(20);
            self.speak(device);
        }
        while self.next_frame <= now {
            // Cameras are not in step with each other, and not quite regular.
            self.next_frame += Duration::from_micros(31_333 + self.random.next() % 4_000);
            self.frame += 1;
            for layer in 0..RIDS.len() {
                if self.films && self.begins_at[layer].is_some_and(|at| at <= now) {
                    self.film(layer, device);
                }
            }
        }
    }

    fn read(&mut self, now: Instant, device: &mut Device) {
        for compound in device.rtcp.drain(..) {
            let mut rest = compound.as_slice();
            while rest.len() >= 12 {
                let len = 4 + usize::from(u16::from_be_bytes([rest[2], rest[3]])) * 4;
                if rest[1] == 206 && rest[0] & 31 == 1 {
                    let ssrc = u32::from_be_bytes(rest[8..12].try_into().unwrap());
                    let layer = (0..RIDS.len()).find(|layer| self.ssrc(*layer) == ssrc);
                    layer.into_iter().for_each(|layer| self.keyframe_due[layer] = true);
                }
                rest = rest.get(len..).unwrap_or_default();
            }
        }
        for (layer, rid) in RIDS.into_iter().enumerate() {
            if !self.rids.iter().any(|wanted| wanted == rid) {
                self.begins_at[layer] = None;
            } else if self.begins_at[layer].is_none() {
                self.begins_at[layer] = Some(now + self.encoder_delay);
                self.keyframe_due[layer] = true;
            }
        }
    }

    fn speak(&mut self, device: &mut Device) {
        self.voice += 1;
        let opus =
            |frame: u32| [frame.to_be_bytes().to_vec(), vec![0xAA; VOICE_BYTES - 4]].concat();
        let before = opus(self.voice - 1);
        let header = [0x80 | OPUS, 0x0F, 0x00, u8::try_from(before.len()).unwrap(), OPUS];
        device.send(&Media {
            ssrc: u32::try_from(90_000 + self.at).unwrap(),
            payload_type: RED,
            sequence: self.voice as u16,
            timestamp: self.voice * 960,
            mid: "0",
            level: Some(if self.at == 0 { 20 } else { 40 }),
            payload: [header.as_slice(), &before, &opus(self.voice)].concat(),
            ..Media::default()
        });
    }

    fn film(&mut self, layer: usize, device: &mut Device) {
        let keyframe = std::mem::take(&mut self.keyframe_due[layer]);
        let temporal = if keyframe { 0 } else { [0, 2, 1, 2][self.frame as usize % 4] };
        if temporal == 0 {
            self.bases[layer] = self.bases[layer].wrapping_add(1);
        }
        self.pictures[layer] = self.pictures[layer].wrapping_add(1);
        let [high, low] = (self.pictures[layer] & 0x7FFF | 0x8000).to_be_bytes();
        // Base layers have two fifths of the bits in a quarter of the frames.
        let share = [1.6, 0.8, 0.8][usize::from(temporal)] * (0.7 + 0.6 * self.random.share());
        let share = if keyframe { KEYFRAME } else { share };
        let bytes = ((self.rates[layer] / 30.0 / 8.0 * share) as usize).max(40);
        let mut left = self.keyframe_bytes.filter(|_| keyframe).unwrap_or(bytes);
        let mut begins = true;
        while 0 < left {
            let take = left.min(1_100);
            left -= take;
            let first = if begins { 0x90 } else { 0x80 };
            let picture = u8::from(!keyframe);
            let tid = temporal << 6;
            let mut payload = vec![first, 0xE0, high, low, self.bases[layer], tid, picture];
            payload.resize(payload.len() + take, 0x55);
            device.send(&Media {
                ssrc: self.ssrc(layer),
                payload_type: VP8,
                sequence: self.sequences[layer],
                timestamp: self.frame.wrapping_mul(3_000),
                marker: left == 0,
                mid: "1",
                rid: Some(RIDS[layer]),
                payload,
                ..Media::default()
            });
            self.sequences[layer] = self.sequences[layer].wrapping_add(1);
            begins = false;
        }
    }

    fn ssrc(&self, layer: usize) -> u32 {
        u32::try_from(10_000 * (self.at + 1) + layer).unwrap()
    }
}

pub(crate) const RIDS: [&str; 3] = ["q", "h", "f"];

/// Of a frame of 20 ms.
const VOICE_BYTES: usize = 80;

/// How many times a mean frame a keyframe takes.
const KEYFRAME: f64 = 6.0;
