//! A call through the engine on a virtual clock: publishers close to the server, and subscribers
//! behind one link that is narrow or loses packets.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up should stop")]

use std::collections::{BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use palabre_media::call::{CallId, Shown, Source, Want};
use palabre_media::identity::Identity;
use palabre_media::{Engine, EngineConfig, Event};

use crate::device::{Device, Shape};
use crate::link::{Link, Random};
use crate::picture::Picture;
use crate::publisher::Publisher;
use crate::subscriber::{SAMPLE, Sample, Subscriber};

/// Everything of one call.
pub(crate) struct World {
    pub(crate) start: Instant,
    pub(crate) now: Instant,
    pub(crate) engine: Engine,
    pub(crate) publishers: Vec<(Device, Publisher)>,
    pub(crate) subscribers: Vec<Subscriber>,
    /// The way from the server to the subscribers.
    pub(crate) link: Link<(usize, Vec<u8>)>,
    /// Share of what subscribers send that gets lost.
    pub(crate) loss_up: f64,
    random: Random,
    /// When everybody next shows that it is there (RFC 7675).
    check_at: Instant,
    /// Datagrams on the other ways: to whom (or to the server), and from where.
    under_way: VecDeque<(Instant, Way, Vec<u8>)>,
    up: VecDeque<(Instant, Way, Vec<u8>)>,
}

#[derive(Clone, Copy, Debug)]
enum Way {
    FromPublisher(usize),
    ToPublisher(usize),
    FromSubscriber(usize),
}

impl World {
    /// A call of publishers whose pictures are wanted at `height` lines by each of the subscribers;
    /// these join at [`start`](Self::start).
    #[expect(clippy::disallowed_methods, reason = "a simulation needs some starting instant")]
    pub(crate) fn new(plan: &Plan, seed: u64) -> Self {
        let now = Instant::now();
        let config = EngineConfig {
            candidates: vec![SocketAddr::from(([10, 0, 0, 254], 3_001))],
            tcp_candidates: Vec::new(),
            max_participants: 200,
        };
        let mut world = Self {
            start: now,
            now,
            engine: Engine::new(now, config, Arc::new(Identity::generate().unwrap())),
            publishers: Vec::new(),
            subscribers: Vec::new(),
            link: Link::new(now, plan.rate_bps, seed * 31 + 7),
            loss_up: 0.0,
            random: Random(seed * 77 + 5),
            check_at: now + CHECK_INTERVAL,
            under_way: VecDeque::new(),
            up: VecDeque::new(),
        };
        for at in 0..plan.publishers {
            let mut device = Device::new(at as u128 + 1, PUBLISHER);
            let mut publisher = Publisher::new(now, at, plan.rates, seed);
            if let Some(bytes) = plan.page_bytes.filter(|_| at == 0) {
                device.picture = Source::Screen;
                publisher.keyframe_bytes = Some(bytes);
            }
            world.join(&mut device);
            world.publishers.push((device, publisher));
        }
        world.run(Duration::from_secs(1));
        assert!(world.publishers.iter().all(|(device, _)| device.is_connected()));
        for at in 0..plan.subscribers {
            let shape = Shape { slots: plan.publishers, ..SUBSCRIBER };
            // The first transport-wide numbers, and with them the seed, come from the name.
            let id = 1_000 + at as u128 + u128::from(seed) * 100;
            world.subscribers.push(Subscriber::new(Device::new(id, shape)));
        }
        for at in 0..plan.subscribers {
            let mut subscriber = world.subscribers.remove(at);
            world.join(&mut subscriber.device);
            world.subscribers.insert(at, subscriber);
            world.want(at, plan.height);
        }
        world.start = world.now;
        world.link.waits.clear();
        world
    }

    fn join(&mut self, device: &mut Device) {
        let answer = self
            .engine
            .join(self.now, CALL, device.participant, &device.offer(), &device.sources())
            .expect("the offer is good");
        device.on_answer(self.now, &answer.sdp);
    }

    /// Says at what size a subscriber shows everybody.
    pub(crate) fn want(&mut self, at: usize, height: u16) {
        let wants: Vec<Want> = (0..self.publishers.len())
            .map(|of| Want {
                mid: format!("v{of}"),
                show: Some(Shown {
                    participant: self.publishers[of].0.participant,
                    source: self.publishers[of].0.picture,
                })
                .filter(|_| 0 < height),
                width: height / 9 * 16,
                height,
            })
            .collect();
        let participant = self.subscribers[at].device.participant;
        self.engine.want(self.now, participant, &wants).expect("its slots");
    }

    pub(crate) fn run_until(&mut self, seconds: f64) {
        self.run(self.at(seconds).saturating_duration_since(self.now));
    }

    fn run(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.now += STEP;
            self.step();
        }
    }

    fn step(&mut self) {
        let now = self.now;
        let devices = self.publishers.iter_mut().map(|(device, _)| device);
        for device in devices.chain(self.subscribers.iter_mut().map(|one| &mut one.device)) {
            if self.check_at <= now {
                device.check();
            }
        }
        if self.check_at <= now {
            self.check_at = now + CHECK_INTERVAL;
        }
        for (device, publisher) in &mut self.publishers {
            if device.is_connected() {
                publisher.send(now, device);
            }
            device.on_time(now);
        }
        for subscriber in &mut self.subscribers {
            subscriber.ask(now);
            subscriber.device.on_time(now);
        }
        self.collect();
        self.deliver();
        if self.engine.poll_timeout().is_some_and(|at| at <= now) {
            self.engine.handle_timeout(now);
        }
        self.transmit();
        self.sample();
    }

    fn collect(&mut self) {
        for (at, (device, _)) in self.publishers.iter_mut().enumerate() {
            let sent =
                device.outbox.drain(..).map(|d| (self.now + NEAR, Way::FromPublisher(at), d));
            self.under_way.extend(sent);
        }
        for (at, subscriber) in self.subscribers.iter_mut().enumerate() {
            for datagram in subscriber.device.outbox.drain(..) {
                if self.loss_up <= self.random.share() {
                    self.up.push_back((self.now + FAR, Way::FromSubscriber(at), datagram));
                }
            }
        }
    }

    fn deliver(&mut self) {
        let now = self.now;
        for queue in [&mut self.under_way, &mut self.up] {
            while let Some((_, way, mut datagram)) = queue.pop_front_if(|(at, ..)| *at <= now) {
                match way {
                    Way::FromPublisher(at) => {
                        let path = self.publishers[at].0.path();
                        self.engine.handle_datagram(now, path, &mut datagram);
                    }
                    Way::FromSubscriber(at) => {
                        let path = self.subscribers[at].device.path();
                        self.engine.handle_datagram(now, path, &mut datagram);
                    }
                    Way::ToPublisher(at) => self.publishers[at].0.on_datagram(now, &datagram),
                }
            }
        }
        while let Some((arrived, (at, datagram))) = self.link.receive(now) {
            self.subscribers[at].receive(arrived, &datagram);
        }
    }

    fn transmit(&mut self) {
        while let Some(transmit) = self.engine.poll_transmit() {
            let near = self.publishers.iter().position(|(d, _)| d.path() == transmit.destination);
            let far = self.subscribers.iter().position(|s| s.device.path() == transmit.destination);
            let segment = transmit.segment_size.unwrap_or(transmit.contents.len());
            for datagram in transmit.contents.chunks(segment) {
                if let Some(at) = near {
                    let due = self.now + NEAR;
                    self.under_way.push_back((due, Way::ToPublisher(at), datagram.to_vec()));
                }
                if let Some(at) = far {
                    self.subscribers[at].count(datagram);
                    self.link.send(self.now, wire_bytes(datagram), (at, datagram.to_vec()));
                }
            }
        }
        while let Some(event) = self.engine.poll_event() {
            match event {
                Event::Slots { participant, slots, .. } => {
                    let mut all = self.subscribers.iter_mut();
                    if let Some(to) = all.find(|s| s.device.participant == participant) {
                        to.slots = slots;
                    }
                }
                Event::Wanted { participant, wanted, .. } => {
                    let mut all = self.publishers.iter_mut();
                    let of = all.find(|(device, _)| device.participant == participant);
                    let Some((device, publisher)) = of else { continue };
                    if let Some(wanted) = wanted.into_iter().find(|w| w.source == device.picture) {
                        publisher.rids = wanted.rids;
                    }
                }
                Event::Connected { .. }
                | Event::Silent { .. }
                | Event::Resumed { .. }
                | Event::Gone { .. }
                | Event::Promoted { .. }
                | Event::Speaking { .. }
                | Event::Quality { .. }
                | Event::Weak { .. } => {}
            }
        }
    }

    fn sample(&mut self) {
        let now = self.now;
        for subscriber in &mut self.subscribers {
            if subscriber.log.last().is_some_and(|last| now < last.at + SAMPLE) {
                continue;
            }
            let report = self.engine.path_report(subscriber.device.participant).unwrap_or_default();
            subscriber.sample(now, report);
        }
    }

    pub(crate) fn at(&self, seconds: f64) -> Instant {
        self.start + Duration::from_secs_f64(seconds)
    }

    pub(crate) fn samples(&self, of: usize, from: f64, to: f64) -> impl Iterator<Item = &Sample> {
        let span = self.at(from)..self.at(to);
        self.subscribers[of].log.iter().filter(move |sample| span.contains(&sample.at))
    }

    /// Mean of something over the samples of a span.
    pub(crate) fn mean(&self, of: usize, from: f64, to: f64, value: fn(&Sample) -> f64) -> f64 {
        let (sum, count) = self
            .samples(of, from, to)
            .fold((0.0, 0), |(sum, count), sample| (sum + value(sample), count + 1));
        sum / f64::from(count)
    }

    /// Loses a share of what is sent between the server and the subscribers, both ways.
    pub(crate) fn lose(&mut self, share: f64) {
        self.link.loss = share;
        self.loss_up = share;
    }

    /// The lowest estimate of a span, in bit/s.
    pub(crate) fn lowest(&self, of: usize, from: f64, to: f64) -> f64 {
        let estimates = self.samples(of, from, to).map(|sample| sample.report.estimate_bps);
        estimates.fold(f64::INFINITY, f64::min)
    }

    /// Share of what was sent until a time that was sent again.
    pub(crate) fn repaired(&self, of: usize, to: f64) -> f64 {
        let sent = self.samples(of, 0.0, to).last().expect("a sample").sent;
        sent.repairs as f64 / sent.all as f64
    }

    /// How long pictures were paused in a span, all of them together.
    pub(crate) fn paused(&self, of: usize, from: f64, to: f64) -> Duration {
        SAMPLE * self.samples(of, from, to).map(|sample| sample.paused).sum()
    }

    /// Share of the frames of voices that came, of the worst voice.
    pub(crate) fn heard(&self, of: usize) -> f64 {
        let share = |frames: &BTreeSet<u32>| {
            let (first, last) = (frames.first().unwrap(), frames.last().unwrap());
            frames.len() as f64 / f64::from((last - first) / 960 + 1)
        };
        self.subscribers[of].voices.values().map(share).fold(f64::INFINITY, f64::min)
    }

    /// Longest time without a new frame in a span, of the picture of a slot.
    pub(crate) fn gap(&self, of: usize, mid: &str, from: f64, to: f64) -> Duration {
        self.subscribers[of].pictures[mid].longest_gap(self.at(from), self.at(to))
    }

    /// Longest time without a new frame in a span, of each picture.
    pub(crate) fn gaps(&self, of: usize, from: f64, to: f64) -> Vec<Duration> {
        let gap = |picture: &Picture| picture.longest_gap(self.at(from), self.at(to));
        self.subscribers[of].pictures.values().map(gap).collect()
    }
}

/// What a datagram takes of the link. Keys are random, and with them the bytes of a handshake: counted
/// as they are, they would make each run of a world another one.
fn wire_bytes(datagram: &[u8]) -> usize {
    let is_dtls = datagram.first().is_some_and(|first| (20..64).contains(first));
    28 + if is_dtls { HANDSHAKE_BYTES } else { datagram.len() }
}

/// What a world is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) rate_bps: f64,
    pub(crate) publishers: usize,
    pub(crate) subscribers: usize,
    /// What the layers of each camera take, in bit/s.
    pub(crate) rates: [f64; 3],
    /// Lines of each tile; 0 looks at nobody.
    pub(crate) height: u16,
    /// What a keyframe of the first one takes, who then shares a screen with text.
    pub(crate) page_bytes: Option<usize>,
}

const PUBLISHER: Shape = Shape {
    microphone: true,
    camera: true,
    simulcast: true,
    red: true,
    codec: "VP8",
    reports: false,
    slots: 0,
};
const SUBSCRIBER: Shape = Shape {
    microphone: false,
    camera: false,
    simulcast: false,
    red: true,
    codec: "VP8",
    reports: true,
    slots: 0,
};

const CALL: CallId = CallId(1);

const HANDSHAKE_BYTES: usize = 800;

const CHECK_INTERVAL: Duration = Duration::from_secs(2);

const STEP: Duration = Duration::from_millis(1);

/// Between publishers and the server.
const NEAR: Duration = Duration::from_millis(5);

/// From subscribers to the server.
const FAR: Duration = Duration::from_millis(20);
