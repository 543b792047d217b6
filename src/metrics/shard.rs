//! What is counted of the media of calls, shard by shard.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use palabre_media::gate::Rejected;
use palabre_media::{Counters, Measure};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::{Label, SECONDS};

type Counts = Family<[Label; 1], Counter>;
type Reasons = Family<[Label; 2], Counter>;
type Histograms = Family<[Label; 1], Histogram, fn() -> Histogram>;

/// The figures of all shards.
#[derive(Debug)]
pub(super) struct ShardFamilies {
    received: Counts,
    forwarded: Counts,
    repeated: Counts,
    repaired: Counts,
    keyframe_requests: Counts,
    dropped: Reasons,
    switches: Reasons,
    participants: Family<[Label; 1], Gauge>,
    paused: Family<[Label; 1], Gauge>,
    busy: Family<[Label; 1], Counter<f64, AtomicU64>>,
    forwarding: Histograms,
    joins: Histograms,
    switching: Histogram,
    estimates: Histogram,
}

/// The figures of one shard; its thread alone writes them.
#[derive(Debug)]
pub(crate) struct ShardMetrics {
    shard: Label,
    /// Counts that the engine keeps, and of which these are copies.
    received: Counter,
    forwarded: Counter,
    repeated: Counter,
    repaired: Counter,
    keyframe_requests: Counter,
    raised: Counter,
    lowered: Counter,
    dropped: Reasons,
    participants: Gauge,
    paused: Gauge,
    busy: Counter<f64, AtomicU64>,
    forwarding: Histogram,
    answered: Histogram,
    connected: Histogram,
    saw: Histogram,
    switching: Histogram,
    estimates: Histogram,
    /// What earlier engines of the shard have counted.
    before: Counters,
    /// What the present one has, as it was last seen.
    last: Counters,
}

/// How far a device has come that joins a call.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Stage {
    /// Its offer was answered.
    Answered,
    /// Media can flow.
    Connected,
    /// It was sent the first of somebody's.
    Media,
}

impl ShardFamilies {
    pub(super) fn register(palabre: &mut Registry) -> Self {
        let families = Self {
            received: Family::default(),
            forwarded: Family::default(),
            repeated: Family::default(),
            repaired: Family::default(),
            keyframe_requests: Family::default(),
            dropped: Family::default(),
            switches: Family::default(),
            participants: Family::default(),
            paused: Family::default(),
            busy: Family::default(),
            forwarding: Family::new_with_constructor(|| Histogram::new(FORWARDING_S)),
            joins: Family::new_with_constructor(|| Histogram::new(JOIN_S)),
            switching: Histogram::new(SWITCHING_S),
            estimates: Histogram::new(ESTIMATES_BPS),
        };
        for (name, help, family) in [
            ("media_packets_received", "RTP packets from publishers", &families.received),
            ("media_packets_forwarded", "RTP packets sent to subscribers", &families.forwarded),
            ("media_packets_repeated", "Packets sent to subscribers again", &families.repeated),
            ("media_packets_repaired", "Lost packets that publishers repeated", &families.repaired),
            (
                "media_keyframe_requests",
                "Keyframes asked of publishers",
                &families.keyframe_requests,
            ),
        ] {
            palabre.register(name, help, family.clone());
        }
        let help = "Datagrams and packets that went nowhere, by reason";
        palabre.register("media_dropped", help, families.dropped.clone());
        let help = "Times a picture went on with another of its layers";
        palabre.register("media_layer_switches", help, families.switches.clone());
        let help = "Devices whose media the shard carries";
        palabre.register("media_participants", help, families.participants.clone());
        let help = "Pictures that pause because the shard has more to do than it can";
        palabre.register("media_paused_pictures", help, families.paused.clone());
        let help = "Time that the shard had something to do: its rate is the share of a core";
        palabre.register_with_unit("shard_busy", help, SECONDS, families.busy.clone());
        let help = "From when a packet was read until it was sent, of one in very many";
        palabre.register_with_unit("media_forwarding", help, SECONDS, families.forwarding.clone());
        let help = "From when a device asked to join until it was so far";
        palabre.register_with_unit("call_join", help, SECONDS, families.joins.clone());
        let help = "From when a slot was to show another layer or source until it did";
        palabre.register_with_unit("media_switch", help, SECONDS, families.switching.clone());
        let help = "What paths to subscribers take, in bit/s, each looked at every 2 s";
        palabre.register("media_path_bits_per_second", help, families.estimates.clone());
        families
    }

    pub(super) fn of(&self, index: usize) -> ShardMetrics {
        let shard = ("shard", index.to_string());
        let only = [shard.clone()];
        let switches =
            |to: &str| self.switches.get_or_create_owned(&[shard.clone(), ("to", to.to_owned())]);
        let joined = |stage: &str| self.joins.get_or_create_owned(&[("stage", stage.to_owned())]);
        ShardMetrics {
            received: self.received.get_or_create_owned(&only),
            forwarded: self.forwarded.get_or_create_owned(&only),
            repeated: self.repeated.get_or_create_owned(&only),
            repaired: self.repaired.get_or_create_owned(&only),
            keyframe_requests: self.keyframe_requests.get_or_create_owned(&only),
            raised: switches("better"),
            lowered: switches("lesser"),
            dropped: self.dropped.clone(),
            participants: self.participants.get_or_create_owned(&only),
            paused: self.paused.get_or_create_owned(&only),
            busy: self.busy.get_or_create_owned(&only),
            forwarding: self.forwarding.get_or_create_owned(&only),
            answered: joined("answered"),
            connected: joined("connected"),
            saw: joined("media"),
            switching: self.switching.clone(),
            estimates: self.estimates.clone(),
            before: Counters::default(),
            last: Counters::default(),
            shard,
        }
    }
}

impl ShardMetrics {
    /// Takes over what an engine has counted since it was made.
    pub(crate) fn copy(&mut self, counters: &Counters, participants: usize) {
        self.last.clone_from(counters);
        let mut all = self.before.clone();
        all.add(counters);
        for (counter, value) in [
            (&self.received, all.received),
            (&self.forwarded, all.forwarded),
            (&self.repeated, all.repeated),
            (&self.repaired, all.repaired),
            (&self.keyframe_requests, all.keyframe_requests),
            (&self.raised, all.layers_raised),
            (&self.lowered, all.layers_lowered),
        ] {
            counter.inner().store(value, Ordering::Relaxed);
        }
        let own = [
            ("queue", all.dropped),
            ("queue_full", all.overflowed),
            ("unreadable", all.unreadable),
            ("repeat_budget", all.repeats_refused),
        ];
        let rejected = all.rejected.iter().map(|(&reason, &count)| (reason_name(reason), count));
        for (reason, count) in own.into_iter().chain(rejected).filter(|(_, count)| 0 < *count) {
            let labels = [self.shard.clone(), ("reason", reason.to_owned())];
            self.dropped.get_or_create(&labels).inner().store(count, Ordering::Relaxed);
        }
        self.participants.set(i64::try_from(participants).unwrap_or(i64::MAX));
    }

    /// The engine has failed; what the next one counts is added.
    pub(crate) fn restart(&mut self) {
        self.before.add(&std::mem::take(&mut self.last));
    }

    /// Notes how many pictures pause for want of time.
    pub(crate) fn paused(&self, pictures: usize) {
        self.paused.set(i64::try_from(pictures).unwrap_or(i64::MAX));
    }

    /// Notes so much more time with something to do.
    pub(crate) fn busy(&self, time: Duration) {
        self.busy.inc_by(time.as_secs_f64());
    }

    /// Notes how long one packet took.
    pub(crate) fn forwarded(&self, took: Duration) {
        self.forwarding.observe(took.as_secs_f64());
    }

    /// Notes how long one device took to come so far.
    pub(crate) fn joined(&self, stage: Stage, took: Duration) {
        let histogram = match stage {
            Stage::Answered => &self.answered,
            Stage::Connected => &self.connected,
            Stage::Media => &self.saw,
        };
        histogram.observe(took.as_secs_f64());
    }

    /// Notes what the engine has measured.
    pub(crate) fn measured(&self, measure: Measure) {
        match measure {
            Measure::Switched { took } => self.switching.observe(took.as_secs_f64()),
            Measure::Estimated { bps } => self.estimates.observe(bps),
        }
    }
}

/// The value of the label `reason`: part of the interface to dashboards.
fn reason_name(reason: Rejected) -> &'static str {
    match reason {
        Rejected::Length => "length",
        Rejected::Protocol => "protocol",
        Rejected::Malformed => "malformed",
        Rejected::UnknownUser => "unknown_user",
        Rejected::UnknownAddress => "unknown_address",
        Rejected::ForeignAddress => "foreign_address",
        Rejected::Forged => "forged",
        Rejected::Replayed => "replayed",
        Rejected::Amplifying => "amplifying",
        Rejected::NotSelected => "not_selected",
        Rejected::UnexpectedRecord => "unexpected_record",
        Rejected::HandshakeBudget => "handshake_budget",
        Rejected::NotConnected => "not_connected",
        Rejected::NotPermitted => "not_permitted",
        Rejected::TooFast => "too_fast",
        Rejected::Unencrypted => "unencrypted",
        Rejected::Gone => "gone",
        Rejected::UnknownStream => "unknown_stream",
        Rejected::TooManyStreams => "too_many_streams",
        Rejected::KeyUsedUp => "key_used_up",
    }
}

/// A packet that is passed on at once takes 50 µs; one that is spread takes some ms, one that waits
/// for a narrow path up to 400.
const FORWARDING_S: [f64; 14] = [
    25e-6, 50e-6, 100e-6, 200e-6, 400e-6, 800e-6, 0.0016, 0.003, 0.006, 0.0125, 0.025, 0.05, 0.1,
    0.4,
];

/// QUALITY wants media within 1 s of a click on one network, and within 2 s on a bad one.
const JOIN_S: [f64; 12] = [0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0, 1.5, 2.5, 5.0, 10.0];

/// A keyframe comes after a round trip and one frame.
const SWITCHING_S: [f64; 10] = [0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0];

/// From a voice alone to more than a call takes.
const ESTIMATES_BPS: [f64; 12] =
    [50e3, 100e3, 200e3, 300e3, 500e3, 800e3, 1.2e6, 2e6, 3e6, 5e6, 10e6, 20e6];

#[cfg(test)]
mod tests {
    use super::super::{Metrics, Present};
    use super::*;

    #[test]
    fn counts_go_on_where_an_engine_failed() {
        let metrics = Metrics::default();
        let mut shard = metrics.shard(1);
        let mut counters = Counters { forwarded: 70, dropped: 2, ..Counters::default() };
        counters.rejected.insert(Rejected::Forged, 3);

        shard.copy(&counters, 4);
        shard.restart();
        shard.copy(&counters, 0);

        let text = metrics.encode(Present::default()).unwrap();
        for line in [
            "palabre_media_packets_forwarded_total{shard=\"1\"} 140",
            "palabre_media_dropped_total{shard=\"1\",reason=\"queue\"} 4",
            "palabre_media_dropped_total{shard=\"1\",reason=\"forged\"} 6",
            "palabre_media_participants{shard=\"1\"} 0",
        ] {
            assert!(text.lines().any(|it| it == line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn times_and_rates_fall_into_buckets_in_seconds_and_bits() {
        let metrics = Metrics::default();
        let shard = metrics.shard(0);

        shard.forwarded(Duration::from_micros(150));
        shard.joined(Stage::Connected, Duration::from_millis(300));
        shard.measured(Measure::Switched { took: Duration::from_millis(90) });
        shard.measured(Measure::Estimated { bps: 2.5e6 });
        shard.busy(Duration::from_millis(250));

        let text = metrics.encode(Present::default()).unwrap();
        for line in [
            "palabre_media_forwarding_seconds_bucket{le=\"0.0001\",shard=\"0\"} 0",
            "palabre_media_forwarding_seconds_bucket{le=\"0.0002\",shard=\"0\"} 1",
            "palabre_call_join_seconds_sum{stage=\"connected\"} 0.3",
            "palabre_media_switch_seconds_bucket{le=\"0.1\"} 1",
            "palabre_media_path_bits_per_second_bucket{le=\"3000000.0\"} 1",
            "palabre_shard_busy_seconds_total{shard=\"0\"} 0.25",
        ] {
            assert!(text.lines().any(|it| it == line), "{line} is not in\n{text}");
        }
    }
}
