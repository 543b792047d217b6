//! A call on a virtual clock: an engine, its devices, and a network between them that can lose,
//! delay and hold back.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up should stop")]

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use palabre_media::call::CallId;
use palabre_media::identity::Identity;
use palabre_media::path::Path;
use palabre_media::{Engine, EngineConfig, Event};

use crate::device::{Device, Shape};

/// Everything of one call.
pub(crate) struct Network {
    pub(crate) now: Instant,
    pub(crate) engine: Engine,
    pub(crate) devices: Vec<Device>,
    pub(crate) events: Vec<Event>,
    /// One-way delay.
    pub(crate) delay: Duration,
    /// Says which datagrams get lost.
    pub(crate) lose: Lossy,
    /// Where devices once were; what is sent there is lost.
    pub(crate) left: Vec<Path>,
    /// Datagrams under way, with the time of their arrival.
    under_way: VecDeque<(Instant, Way, Vec<u8>)>,
}

/// Says of each datagram whether it gets lost.
pub(crate) type Lossy = Box<dyn FnMut(Way, &[u8]) -> bool>;

/// Which way a datagram goes, and which device it is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Way {
    Up(usize),
    Down(usize),
}

pub(crate) const CALL: CallId = CallId(1);

impl Network {
    #[expect(clippy::disallowed_methods, reason = "tests need some starting instant")]
    pub(crate) fn new() -> Self {
        let config = EngineConfig {
            candidates: vec![SocketAddr::from(([10, 0, 0, 254], 3_001))],
            tcp_candidates: Vec::new(),
            max_participants: 200,
        };
        let now = Instant::now();
        Self {
            now,
            engine: Engine::new(now, config, Arc::new(Identity::generate().unwrap())),
            devices: Vec::new(),
            events: Vec::new(),
            delay: Duration::from_millis(5),
            lose: Box::new(|_, _| false),
            left: Vec::new(),
            under_way: VecDeque::new(),
        }
    }

    /// A network with devices of these shapes, all of them connected.
    pub(crate) fn connected(shapes: &[Shape]) -> Self {
        let mut network = Self::new();
        for shape in shapes {
            network.join(*shape);
        }
        network.until("everybody is connected", |network| {
            network.devices.iter().all(Device::is_connected)
        });
        network
    }

    /// Brings in one more device; returns its place in `devices`.
    pub(crate) fn join(&mut self, shape: Shape) -> usize {
        let at = self.devices.len();
        let mut device = Device::new(u128::try_from(at).unwrap() + 1, shape);
        let answer = self
            .engine
            .join(self.now, CALL, device.participant, &device.offer(), &device.sources())
            .expect("the offer is good");
        device.on_answer(self.now, &answer.sdp);
        self.devices.push(device);
        at
    }

    /// Opens a second connection of the device at `first`; returns its place in `devices`.
    pub(crate) fn join_beside(&mut self, first: usize, shape: Shape) -> usize {
        let at = self.devices.len();
        let mut device = Device::new(u128::try_from(at).unwrap() + 1, shape);
        let first = self.devices[first].participant;
        let (offer, sources) = (device.offer(), device.sources());
        let answer = self
            .engine
            .join_beside(self.now, CALL, device.participant, first, &offer, &sources)
            .expect("the offer is good");
        device.on_answer(self.now, &answer.sdp);
        self.devices.push(device);
        self.until("it is connected", |network| network.devices[at].is_connected());
        at
    }

    /// Has a second connection change places with the first.
    pub(crate) fn promote(&mut self, second: usize) {
        let id = self.devices[second].participant;
        self.engine.promote(self.now, id);
        self.run(STEP);
        let promoted = self.events.iter().rev().find_map(|event| {
            let Event::Promoted { participant, second, .. } = event else { return None };
            (*second == id).then_some(*participant)
        });
        let first = promoted.expect("it was promoted");
        if let Some(earlier) = self.devices.iter_mut().find(|it| it.participant == first) {
            earlier.participant = id;
        }
        self.devices[second].participant = first;
    }

    /// Gives a device another port, as a router does that forgot it; the device does not notice.
    pub(crate) fn rebind(&mut self, at: usize, port: u16) {
        self.left.push(self.devices[at].path());
        self.devices[at].address.set_port(port);
    }

    /// Offers again, after a test changed the device's shape.
    pub(crate) fn offer(&mut self, at: usize) {
        let device = &self.devices[at];
        let (offer, sources) = (device.offer(), device.sources());
        let answer = self
            .engine
            .offer(self.now, device.participant, &offer, &sources)
            .expect("the offer is good");
        self.devices[at].on_answer(self.now, &answer.sdp);
    }

    /// Lets time pass.
    pub(crate) fn run(&mut self, duration: Duration) {
        let end = self.now + duration;
        self.exchange();
        while self.now < end {
            self.now += STEP;
            self.exchange();
        }
    }

    /// Lets time pass until something holds; fails after 10 s.
    pub(crate) fn until(&mut self, what: &str, mut holds: impl FnMut(&mut Self) -> bool) {
        let end = self.now + Duration::from_secs(10);
        while !holds(self) {
            assert!(self.now < end, "in vain waited until {what}");
            self.run(STEP);
        }
    }

    /// Moves everything that is due at this instant.
    pub(crate) fn exchange(&mut self) {
        loop {
            let moved = self.collect() | self.deliver();
            if !moved {
                break;
            }
        }
        if self.engine.poll_timeout().is_some_and(|at| at <= self.now) {
            self.engine.handle_timeout(self.now);
            self.collect();
        }
        for device in &mut self.devices {
            device.on_time(self.now);
        }
    }

    fn collect(&mut self) -> bool {
        let arrival = self.now + self.delay;
        let before = self.under_way.len();
        for (at, device) in self.devices.iter_mut().enumerate() {
            for datagram in device.outbox.drain(..) {
                if !(self.lose)(Way::Up(at), &datagram) {
                    self.under_way.push_back((arrival, Way::Up(at), datagram));
                }
            }
        }
        while let Some(transmit) = self.engine.poll_transmit() {
            let at = self.devices.iter().position(|d| d.path() == transmit.destination);
            let Some(at) = at else {
                assert!(self.left.contains(&transmit.destination), "nothing is sent to strangers");
                continue;
            };
            let segment = transmit.segment_size.unwrap_or(transmit.contents.len());
            for datagram in transmit.contents.chunks(segment) {
                if !(self.lose)(Way::Down(at), datagram) {
                    self.under_way.push_back((arrival, Way::Down(at), datagram.to_vec()));
                }
            }
        }
        while let Some(event) = self.engine.poll_event() {
            self.events.push(event);
        }
        before < self.under_way.len()
    }

    fn deliver(&mut self) -> bool {
        let mut moved = false;
        while self.under_way.front().is_some_and(|(at, ..)| *at <= self.now) {
            let (_, way, mut datagram) = self.under_way.pop_front().expect("seen above");
            moved = true;
            match way {
                Way::Up(at) => {
                    let from = self.devices[at].path();
                    self.engine.handle_datagram(self.now, from, &mut datagram);
                }
                Way::Down(at) => self.devices[at].on_datagram(self.now, &datagram),
            }
        }
        moved
    }
}

/// Granularity of the virtual clock.
pub(crate) const STEP: Duration = Duration::from_millis(5);
