//! A published source: its simulcast layers, who watches each, and what is known of its arrival.

use std::time::{Duration, Instant};

use crate::allowance::Allowance;
use crate::audio_level::Activity;
use crate::call::{LayerSize, ParticipantId, Shown, Source};
use crate::demand::{Demand, Layers};
use crate::format::{Format, PayloadTypes};
use crate::gate::PeerKey;
use crate::nack::NackGenerator;
use crate::rate::RateMeter;
use crate::reception::Reception;
use crate::retransmission::PacketCache;

/// Index of a track in the engine's table.
pub(crate) type TrackKey = u32;

/// One layer of one track.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct LayerRef {
    pub(crate) track: TrackKey,
    pub(crate) layer: u8,
}

impl LayerRef {
    /// Names the layer in a rewriter's memory.
    pub(crate) fn tag(self) -> u32 {
        self.track << TAG_LAYER_BITS | u32::from(self.layer)
    }

    /// The layer that [`tag`](Self::tag) named.
    pub(crate) fn of_tag(tag: u32) -> Self {
        Self { track: tag >> TAG_LAYER_BITS, layer: (tag & ((1 << TAG_LAYER_BITS) - 1)) as u8 }
    }
}

/// One slot of one subscriber.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct SlotRef {
    pub(crate) peer: PeerKey,
    pub(crate) slot: u8,
}

/// A source as one participant publishes it.
pub(crate) struct Track {
    pub(crate) owner: PeerKey,
    pub(crate) shown: Shown,
    /// Of its section in the latest offer.
    pub(crate) payload_types: PayloadTypes,
    /// For pictures: as the latest packet was coded.
    format: Option<Format>,
    /// For sound: whether somebody speaks.
    pub(crate) activity: Activity,
    /// For pictures: what the owner was told to send.
    pub(crate) demand: Demand,
    /// From small to large; exactly one without simulcast.
    pub(crate) layers: Vec<Layer>,
    /// When keyframes were last asked for.
    keyframe_asked_at: Option<Instant>,
    /// Which layers were alive when last looked at, a bit each.
    alive: u8,
}

/// One encoding of a track.
pub(crate) struct Layer {
    /// `a=rid`; empty without simulcast.
    pub(crate) rid: String,
    /// In pixels; 0 when unknown.
    pub(crate) height: u16,
    /// Learnt from the first authentic packet, or from `a=ssrc`.
    pub(crate) ssrc: Option<u32>,
    /// Slots that receive this layer now.
    pub(crate) subscribers: Vec<SlotRef>,
    /// Slots that take this layer at its next keyframe.
    pub(crate) waiting: Vec<SlotRef>,
    /// What the publisher may send of it.
    pub(crate) allowance: Allowance,
    pub(crate) nack: NackGenerator,
    pub(crate) reception: Reception,
    /// What it costs on a path.
    pub(crate) rate: RateMeter,
    /// Made when the first packet comes: a layer that is never sent costs nothing.
    pub(crate) cache: Option<PacketCache>,
    /// Highest extended sequence number received.
    pub(crate) highest: Option<u64>,
    pub(crate) last_packet_at: Option<Instant>,
    /// The publisher's latest sender report: NTP time and RTP timestamp (RFC 3550 §6.4.1).
    pub(crate) last_report: Option<(u64, u32)>,
    /// How often the keyframe that somebody waits for was asked for; `None` while nobody waits.
    keyframe_asked: Option<u8>,
    /// Extended sequence number with which the latest keyframe began.
    keyframe: Option<u64>,
    /// RTP timestamp of the latest keyframe.
    keyframe_timestamp: Option<u32>,
    /// When it began to come.
    keyframe_at: Option<Instant>,
    clock_rate: u32,
}

impl Track {
    pub(crate) fn new(
        now: Instant,
        owner: PeerKey,
        participant: ParticipantId,
        source: Source,
        payload_types: PayloadTypes,
        rids: &[String],
        sizes: &[LayerSize],
    ) -> Self {
        let mut layers: Vec<Layer> =
            rids.iter().map(|rid| Layer::new(rid.clone(), source)).collect();
        if layers.is_empty() {
            layers.push(Layer::new(String::new(), source));
        }
        let mut track = Self {
            owner,
            shown: Shown { participant, source },
            payload_types,
            format: None,
            activity: Activity::new(),
            demand: Demand::new(now, ((1 << layers.len()) - 1) as Layers),
            layers,
            keyframe_asked_at: None,
            alive: 0,
        };
        track.resize(sizes);
        track
    }

    /// Takes over the sizes a publisher gave; unknown rids are left out.
    pub(crate) fn resize(&mut self, sizes: &[LayerSize]) {
        for layer in &mut self.layers {
            if let Some(size) = sizes.iter().find(|size| size.rid == layer.rid) {
                layer.height = size.height;
            }
        }
        // Forwarding picks "the next smaller" and "the next larger" by position.
        if self.layers.iter().all(|layer| layer.ssrc.is_none()) {
            self.layers.sort_by_key(|layer| layer.height);
        }
    }

    pub(crate) fn is_video(&self) -> bool {
        self.shown.source.is_video()
    }

    /// How the picture is coded, or will most likely be.
    pub(crate) fn format(&self) -> Option<Format> {
        self.format.or_else(|| self.payload_types.first().map(|(format, _)| format))
    }

    /// Notes how a packet is coded; returns whether that is news.
    pub(crate) fn on_format(&mut self, format: Format) -> bool {
        let before = self.format();
        self.format = Some(format);
        before != Some(format)
    }

    /// Returns the layer that fits a tile `height` device pixels high, whether it is sent or not:
    /// the smallest that is at least [`SHARP_ENOUGH`] as high as the tile, and of layers of one size,
    /// which differ in their pictures a second, the best.
    pub(crate) fn ideal_layer(&self, height: u16) -> u8 {
        let fits = |layer: &Layer| f32::from(height) * SHARP_ENOUGH <= f32::from(layer.height);
        let first = self.layers.iter().position(fits).unwrap_or(self.layers.len() - 1);
        let alike =
            self.layers[first..].iter().take_while(|it| it.height == self.layers[first].height);
        let ideal = if self.layers[first].height == 0 { first } else { first + alike.count() - 1 };
        u8::try_from(ideal).expect("a track has at most MAX_LAYERS layers")
    }

    /// Returns the layer to forward when `ideal` would be best: of the layers that are alive the
    /// nearest smaller one when that one is not sent (Chromium drops layers when its uplink
    /// shrinks), and it itself while nothing is known to be alive or when it only has to be asked for.
    pub(crate) fn nearest_alive(&self, ideal: u8, now: Instant) -> u8 {
        let ideal = usize::from(ideal);
        let alive = |index: &usize| self.layers[*index].is_alive(now);
        let index = (0..=ideal)
            .rev()
            .find(alive)
            .or_else(|| Some(ideal).filter(|ideal| self.is_at_hand(*ideal)))
            .or_else(|| (ideal + 1..self.layers.len()).find(alive))
            .unwrap_or(ideal);
        u8::try_from(index).expect("a track has at most MAX_LAYERS layers")
    }

    /// Whether a layer that is not sent would be if somebody wanted it.
    fn is_at_hand(&self, layer: usize) -> bool {
        self.is_planned(layer) && self.demand.sent() & 1 << layer == 0
    }

    /// Whether the publisher means to send a layer at all: of simulcast layers it gives the sizes of
    /// those that its picture is large enough for.
    fn is_planned(&self, layer: usize) -> bool {
        self.layers.len() == 1 || 0 < self.layers[layer].height
    }

    /// The smallest layer that the publisher means to send.
    pub(crate) fn smallest(&self) -> u8 {
        let planned = (0..self.layers.len()).find(|layer| self.is_planned(*layer));
        u8::try_from(planned.unwrap_or(0)).expect("a track has at most MAX_LAYERS layers")
    }

    /// Rates in bit/s of the layers up to `ideal`, of those that are sent or would be; while nothing
    /// is known to be sent, what its layers most likely cost.
    pub(crate) fn rates(&self, now: Instant, ideal: u8) -> [Option<f64>; MAX_LAYERS] {
        let upto = self.layers.iter().take(usize::from(ideal) + 1);
        let is_sent = upto.clone().any(|layer| layer.is_alive(now));
        let mut rates = [None; MAX_LAYERS];
        for (at, (rate, layer)) in rates.iter_mut().zip(upto).enumerate() {
            let is_likely = if is_sent { self.is_at_hand(at) } else { self.is_planned(at) };
            if is_likely || layer.is_alive(now) {
                let measured = layer.rate.bps(now).filter(|_| layer.is_alive(now));
                *rate = Some(measured.unwrap_or_else(|| self.likely_bps(at)));
            }
        }
        rates
    }

    /// What a layer most likely costs, in bit/s.
    fn likely_bps(&self, at: usize) -> f64 {
        let layer = &self.layers[at];
        let better = self.layers.get(at + 1);
        let has_fewer = better.is_some_and(|it| 0 < layer.height && it.height == layer.height);
        layer.likely_bps() * if has_fewer { FEWER_PICTURES } else { 1.0 }
    }

    /// Whether layers began or ended since this was last asked.
    pub(crate) fn alive_changed(&mut self, now: Instant) -> bool {
        let bits = self.layers.iter().enumerate();
        let alive = bits.fold(0, |all, (at, layer)| all | u8::from(layer.is_alive(now)) << at);
        std::mem::replace(&mut self.alive, alive) != alive
    }

    /// Notes that `layer` should send a keyframe soon.
    pub(crate) fn want_keyframe(&mut self, layer: u8) {
        if self.is_video() {
            self.layers[usize::from(layer)].want_keyframe();
        }
    }

    /// Returns the SSRCs to ask for a keyframe now: at most once every [`KEYFRAME_INTERVAL`] for
    /// all watchers together, since one answer serves them all.
    pub(crate) fn keyframe_requests(&mut self, now: Instant) -> impl Iterator<Item = u32> {
        let due = self.keyframe_asked_at.is_none_or(|at| at + KEYFRAME_INTERVAL <= now)
            && self
                .layers
                .iter()
                .any(|layer| layer.keyframe_asked.is_some() && layer.ssrc.is_some());
        if due {
            self.keyframe_asked_at = Some(now);
        }
        self.layers.iter_mut().filter(move |_| due).filter_map(|layer| {
            // The request may get lost, or the encoder be asleep: it is repeated until a keyframe begins.
            let asked = layer.keyframe_asked? + 1;
            layer.keyframe_asked = Some(asked).filter(|asked| *asked < MAX_KEYFRAME_REQUESTS);
            layer.ssrc
        })
    }
}

impl Layer {
    fn new(rid: String, source: Source) -> Self {
        let clock_rate = clock_rate(source);
        Self {
            rid,
            height: 0,
            ssrc: None,
            subscribers: Vec::new(),
            waiting: Vec::new(),
            allowance: Allowance::new(source.is_video()),
            nack: NackGenerator::new(),
            reception: Reception::new(clock_rate),
            rate: RateMeter::default(),
            cache: None,
            highest: None,
            last_packet_at: None,
            last_report: None,
            keyframe_asked: None,
            keyframe: None,
            keyframe_timestamp: None,
            keyframe_at: None,
            clock_rate,
        }
    }

    /// Notes a packet of so many bytes on the wire for the layer's rate. A keyframe is no rate: a page
    /// of text in one takes what its changes take in a minute, and who pauses for that needs another.
    pub(crate) fn measure(&mut self, now: Instant, timestamp: u32, bytes: usize) {
        if self.keyframe_timestamp == Some(timestamp) {
            self.rate.on_uncounted(now);
        } else {
            self.rate.on_packet(now, bytes);
        }
    }

    /// Notes that a keyframe is needed; one that was asked for already is not asked for more often.
    pub(crate) fn want_keyframe(&mut self) {
        self.keyframe_asked = self.keyframe_asked.or(Some(0));
    }

    /// Notes the packet with which a keyframe begins.
    pub(crate) fn on_keyframe(&mut self, now: Instant, index: u64, timestamp: u32) {
        if self.keyframe.is_none_or(|latest| latest < index) {
            self.keyframe_at = Some(now);
            (self.keyframe, self.keyframe_timestamp) = (Some(index), Some(timestamp));
            // Whoever asked once more while it was under way has it now.
            self.keyframe_asked = None;
        }
    }

    /// Whether a keyframe came so lately that subscribers may still wait for it.
    pub(crate) fn has_new_keyframe(&self, now: Instant) -> bool {
        self.keyframe_at.is_some_and(|at| now < at + KEYFRAME_NEW)
    }

    /// Whether a keyframe began after a packet.
    pub(crate) fn is_past(&self, index: u64) -> bool {
        self.keyframe.is_some_and(|keyframe| index < keyframe)
    }

    /// Whether packets came lately.
    pub(crate) fn is_alive(&self, now: Instant) -> bool {
        self.last_packet_at.is_some_and(|at| now.saturating_duration_since(at) < LAYER_TIMEOUT)
    }

    /// What a camera of this size most likely costs, in bit/s.
    fn likely_bps(&self) -> f64 {
        if self.height == 0 {
            return LIKELY_BPS;
        }
        f64::from(self.height) * f64::from(self.height) * LIKELY_BPS_PER_SQUARED_LINE
    }

    /// Starts over for another SSRC of the same encoding (a browser that restarted its sender).
    pub(crate) fn restart(&mut self, ssrc: u32) {
        self.ssrc = Some(ssrc);
        self.nack = NackGenerator::new();
        self.reception = Reception::new(self.clock_rate);
        // Kept, since one who changes SSRCs all the time must not cost an allocation each.
        if let Some(cache) = &mut self.cache {
            cache.clear();
        }
        self.highest = None;
        self.keyframe_timestamp = None;
        self.keyframe = None;
        self.last_report = None;
    }

    /// Returns the extended number nearest to the highest received that ends in `wire`.
    pub(crate) fn extend(&self, wire: u16) -> Option<u64> {
        let highest = self.highest?;
        let ahead = wire.wrapping_sub((highest & 0xFFFF) as u16).cast_signed();
        highest.checked_add_signed(i64::from(ahead))
    }
}

/// RTP clock of what a source is coded with: Opus (RFC 7587 §4.1), VP8 (RFC 7741 §4.1).
pub(crate) fn clock_rate(source: Source) -> u32 {
    if source.is_video() { 90_000 } else { 48_000 }
}

/// A layer this much of the tile's height looks as sharp as the full one on a moving picture.
const SHARP_ENOUGH: f32 = 0.75;

/// A layer without packets for this long is not sent any more. Longer than the gap that a 1 fps
/// screen share leaves.
const LAYER_TIMEOUT: Duration = Duration::from_millis(1_500);

/// Keyframes are large: asking more often costs more picture than it mends.
const KEYFRAME_INTERVAL: Duration = Duration::from_millis(500);

/// For so long a keyframe may wait for its turn on a narrow path.
const KEYFRAME_NEW: Duration = Duration::from_secs(8);

/// Times one keyframe is asked for by itself; who still waits for it then asks again.
const MAX_KEYFRAME_REQUESTS: u8 = 4;

/// Of a picture of unknown size.
const LIKELY_BPS: f64 = 500_000.0;

/// 1.7 Mbit/s at 720 lines, 400 kbit/s at 360.
const LIKELY_BPS_PER_SQUARED_LINE: f64 = 3.2;

/// The share that a layer costs which has the size of the next one and fewer pictures a second.
const FEWER_PICTURES: f64 = 0.25;

/// Most simulcast layers of a track.
pub(crate) const MAX_LAYERS: usize = 4;

/// Enough for [`MAX_LAYERS`].
const TAG_LAYER_BITS: u32 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "tests need some starting instant")]
    fn screen(heights: [u16; 2]) -> (Instant, Track) {
        let now = Instant::now();
        let rids = ["h", "f"].map(String::from);
        let size =
            |(rid, height): (&String, u16)| LayerSize { rid: rid.clone(), width: 16, height };
        let sizes: Vec<_> = rids.iter().zip(heights).map(size).collect();
        let (who, types) = (ParticipantId(1), PayloadTypes::default());
        (now, Track::new(now, 0, who, Source::Screen, types, &rids, &sizes))
    }

    #[test]
    fn of_two_layers_as_sharp_the_one_with_more_pictures_suits_any_tile() {
        let (_, text) = screen([1080, 1080]);
        let (_, motion) = screen([540, 1080]);

        assert_eq!([200, 1080, 2000].map(|height| text.ideal_layer(height)), [1, 1, 1]);
        assert_eq!([200, 1080, 2000].map(|height| motion.ideal_layer(height)), [0, 1, 1]);
    }

    #[test]
    fn a_layer_as_sharp_with_fewer_pictures_is_thought_to_cost_less() {
        let (now, text) = screen([1080, 1080]);

        let [lesser, full, ..] = text.rates(now, 1).map(Option::unwrap_or_default);

        assert!(lesser < full / 2.0, "{lesser} {full}");
    }
}
