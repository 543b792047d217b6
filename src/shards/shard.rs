//! One shard: a thread that owns a socket and an engine, and carries packets between them.

use std::future::pending;
use std::io;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::ops::ControlFlow;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures_util::FutureExt as _;
use palabre_media::identity::Identity;
use palabre_media::path::{Path, Protocol};
use palabre_media::{Engine, EngineConfig};
use tokio::runtime::Builder;
use tokio::sync::mpsc;
use tracing::{error, info, warn};

use super::addresses::candidates;
use super::command::Command;
use super::events::Announcer;
use super::pulse::{Pulse, Seat, Seats};
use super::socket::{self, MediaSocket};
use super::tcp::{self, Knock, TcpDoor};
use super::translate::{
    call_to_media, participant_to_media, permit_to_media, slots_to_wire, sources_to_media,
    wants_to_media,
};
use super::{MediaFailure, ShardEvent};
use crate::config::MediaConfig;
use crate::metrics::{ShardMetrics, Stage};

/// Opens the socket of the shard numbered `index` and starts its thread, which ends when it is
/// told to or every sender of `commands` is gone.
pub(super) fn start(
    config: &MediaConfig,
    index: usize,
    mut commands: mpsc::Receiver<Command>,
    events: mpsc::Sender<ShardEvent>,
    metrics: ShardMetrics,
) -> anyhow::Result<()> {
    let (socket, listener) = open(config.listen_address(index))?;
    let address = socket.local_addr().context("reading the address of the media socket")?;
    let candidates = candidates(config, address.port())?;
    let engine = EngineConfig {
        tcp_candidates: candidates.clone(),
        candidates,
        max_participants: MAX_PARTICIPANTS,
    };
    let identity = Arc::new(Identity::generate().context("making the certificate of the media")?);
    info!(index, %address, candidates = ?engine.candidates, "shard started");
    let runtime = Builder::new_current_thread().enable_io().enable_time().build()?;
    let run = move || {
        let outcome = runtime.block_on(async move {
            let pulse = Pulse::new(Instant::now(), metrics);
            let shard = Shard::new((socket, listener), engine, identity, events, pulse)?;
            shard.run(&mut commands).await;
            io::Result::Ok(())
        });
        if let Err(error) = outcome {
            error!(index, %error, "shard ended");
        }
    };
    thread::Builder::new().name(format!("shard-{index}")).spawn(run).context("starting a shard")?;
    Ok(())
}

/// Opens both sockets of a shard on one port number.
fn open(address: SocketAddr) -> anyhow::Result<(UdpSocket, TcpListener)> {
    let mut tries = if address.port() == 0 { FREE_PORT_TRIES } else { 1 };
    loop {
        let socket = socket::open(address)?;
        tries -= 1;
        match tcp::open(socket.local_addr()?) {
            Ok(listener) => return Ok((socket, listener)),
            Err(error) if tries == 0 => return Err(error),
            // The number was free for UDP alone.
            Err(_) => {}
        }
    }
}

/// What survives when the engine fails.
struct Shard {
    socket: MediaSocket,
    door: TcpDoor,
    config: EngineConfig,
    identity: Arc<Identity>,
    announcer: Announcer,
    pulse: Pulse,
    /// Everybody who is in, to be told when the engine fails.
    seats: Seats,
}

impl Shard {
    fn new(
        (socket, listener): (UdpSocket, TcpListener),
        config: EngineConfig,
        identity: Arc<Identity>,
        events: mpsc::Sender<ShardEvent>,
        pulse: Pulse,
    ) -> io::Result<Self> {
        Ok(Self {
            socket: MediaSocket::new(socket)?,
            door: TcpDoor::new(listener)?,
            config,
            identity,
            announcer: Announcer::new(events),
            pulse,
            seats: Seats::default(),
        })
    }

    /// Runs one engine after the other: when one panics, its participants are gone and may join
    /// again, and the calls of the other shards and the chat have not noticed.
    async fn run(mut self, commands: &mut mpsc::Receiver<Command>) {
        loop {
            let engine =
                Engine::new(Instant::now(), self.config.clone(), Arc::clone(&self.identity));
            let turns = Turns { shard: &mut self, engine, send_failed_at: None };
            match AssertUnwindSafe(turns.run(commands)).catch_unwind().await {
                Ok(()) => return,
                Err(_panic) => self.forget_everybody(),
            }
        }
    }

    fn forget_everybody(&mut self) {
        error!(participants = self.seats.len(), "engine failed, its calls lost their media");
        self.pulse.restart();
        for (participant, Seat { call, .. }) in self.seats.drain() {
            self.announcer.tell(ShardEvent::Gone { call, participant });
        }
    }
}

/// The life of one engine.
struct Turns<'a> {
    shard: &'a mut Shard,
    engine: Engine,
    send_failed_at: Option<Instant>,
}

impl Turns<'_> {
    /// Goes through the same turn again and again: a command, then what came, then what is due, then
    /// what is to be sent, then what is to be told.
    async fn run(mut self, commands: &mut mpsc::Receiver<Command>) {
        loop {
            let due_at = self.engine.poll_timeout();
            let mut framed = None;
            let Self { shard, engine, .. } = &mut self;
            let Shard { socket, door, announcer, .. } = &mut **shard;
            tokio::select! {
                command = commands.recv() => {
                    if self.handle(command.unwrap_or(Command::Stop)).is_break() {
                        return;
                    }
                }
                _ = socket.readable() => {}
                knock = door.knock(|from| engine.knows(Path::tcp(from))) => framed = Some(knock),
                () = sleep_until(due_at) => {}
                () = announcer.room() => self.shard.announcer.flush(),
            }
            let now = Instant::now();
            self.shard.pulse.begin(now, &mut self.engine);
            if let Some(knock) = framed {
                self.receive_framed(now, knock);
            }
            if let Err(error) = self.receive(now) {
                warn!(%error, "media socket not readable");
                tokio::time::sleep(ERROR_PAUSE).await;
            }
            if self.engine.poll_timeout().is_some_and(|due_at| due_at <= now) {
                self.engine.handle_timeout(now);
            }
            self.transmit(now);
            self.announce();
            self.shard.pulse.end(&mut self.engine);
        }
    }

    /// An asker that hung up has no use for its receipt.
    fn handle(&mut self, command: Command) -> ControlFlow<()> {
        let Self { engine, shard, .. } = self;
        let now = Instant::now();
        match command {
            Command::Join { call, participant, offer, sources, asked_at, receipt } => {
                let (at, who) = (call_to_media(call), participant_to_media(participant));
                let answer = engine.join(now, at, who, &offer, &sources_to_media(sources));
                if let Ok(answer) = &answer {
                    let finds_media = answer.slots.iter().any(|slot| slot.shown.is_some());
                    let seat = Seat { call, asked_at, finds_media, stage: Stage::Answered };
                    shard.pulse.answered(&seat);
                    shard.seats.insert(participant, seat);
                }
                let answer = answer.map(|answer| (answer.sdp, slots_to_wire(answer.slots)));
                let _ = receipt.send(answer.map_err(MediaFailure::from));
            }
            Command::JoinBeside { call, second, first, offer, sources, receipt } => {
                let (at, who) = (call_to_media(call), participant_to_media(second));
                let first = participant_to_media(first);
                let sources = sources_to_media(sources);
                let answer = engine.join_beside(now, at, who, first, &offer, &sources);
                if answer.is_ok() {
                    // How long a join takes is told of those who wait for it.
                    let stage = Stage::Media;
                    let seat = Seat { call, asked_at: now, finds_media: false, stage };
                    shard.seats.insert(second, seat);
                }
                let answer = answer.map(|answer| (answer.sdp, slots_to_wire(answer.slots)));
                let _ = receipt.send(answer.map_err(MediaFailure::from));
            }
            Command::Promote { second } => engine.promote(now, participant_to_media(second)),
            Command::Offer { participant, offer, sources, receipt } => {
                let who = participant_to_media(participant);
                let answer = engine.offer(now, who, &offer, &sources_to_media(sources));
                let answer = answer.map(|answer| (answer.sdp, slots_to_wire(answer.slots)));
                let _ = receipt.send(answer.map_err(MediaFailure::from));
            }
            Command::Want { participant, wants, data_saver, receipt } => {
                let who = participant_to_media(participant);
                let outcome = engine.want(now, who, &wants_to_media(wants));
                if let (Ok(()), Some(on)) = (&outcome, data_saver) {
                    engine.save_data(now, who, on);
                }
                let _ = receipt.send(outcome.map_err(MediaFailure::from));
            }
            Command::Permit { participant, permit, revision } => {
                let who = participant_to_media(participant);
                engine.permit(now, who, permit_to_media(permit), revision);
            }
            Command::Leave { participant } => {
                engine.leave(now, participant_to_media(participant));
                shard.seats.remove(&participant);
            }
            Command::End { call } => {
                engine.end(now, call_to_media(call));
                shard.seats.retain(|_, seat| seat.call != call);
            }
            Command::Stop => return ControlFlow::Break(()),
            #[cfg(test)]
            Command::Panic => panic!("asked to"),
        }
        ControlFlow::Continue(())
    }

    fn receive(&mut self, now: Instant) -> io::Result<()> {
        let Self { engine, shard, .. } = self;
        for _ in 0..MAX_BATCHES_PER_TURN {
            let more = shard.socket.receive(|from, datagram| {
                engine.handle_datagram(now, from, datagram);
            })?;
            if !more {
                break;
            }
        }
        Ok(())
    }

    /// Takes in what came over TCP, a turn's worth of it.
    fn receive_framed(&mut self, now: Instant, first: Knock) {
        let Self { engine, shard, .. } = self;
        let more = std::iter::from_fn(|| shard.door.try_knock());
        let knocks: Vec<Knock> =
            std::iter::once(first).chain(more.take(MAX_FRAMES_PER_TURN)).collect();
        for knock in knocks {
            let Knock::Frame(from, mut frame) = knock else { continue };
            let path = Path::tcp(from);
            engine.handle_datagram(now, path, &mut frame);
            if !engine.knows(path) {
                shard.door.doubt(now, from);
            }
        }
    }

    fn transmit(&mut self, now: Instant) {
        let Self { engine, shard, send_failed_at } = self;
        while let Some(run) = engine.poll_transmit() {
            let Path { protocol, address } = run.destination;
            if protocol == Protocol::Tcp {
                shard.door.send(address, run.contents, run.segment_size);
                shard.pulse.sent(engine);
                continue;
            }
            let sent = shard.socket.send(address, run.contents, run.segment_size);
            let destination = run.destination;
            shard.pulse.sent(engine);
            let Err(error) = sent else { continue };
            // Lost on the way, as far as the peer can tell; it asks again for what it misses.
            let quiet = send_failed_at.is_some_and(|at| now.duration_since(at) < LOG_INTERVAL);
            if error.kind() != io::ErrorKind::WouldBlock && !quiet {
                *send_failed_at = Some(now);
                warn!(%error, %destination, "media not sent");
            }
        }
    }

    fn announce(&mut self) {
        while let Some(event) = self.engine.poll_event() {
            let event = ShardEvent::from(event);
            self.shard.pulse.happened(&event, &mut self.shard.seats);
            if let ShardEvent::Gone { participant, .. } = &event {
                self.shard.seats.remove(participant);
            }
            self.shard.announcer.tell(event);
        }
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => pending().await,
    }
}

/// Participants of all calls of one shard; at 1 MiB each (QUALITY S2) they fit a small machine.
const MAX_PARTICIPANTS: usize = 1000;

/// Batches received before what they led to is sent, so that a flood delays nobody's media.
const MAX_BATCHES_PER_TURN: usize = 4;

/// Frames taken from TCP connections before what they led to is sent.
const MAX_FRAMES_PER_TURN: usize = 128;

/// Port numbers tried when any free one will do, until one is free for UDP and TCP.
const FREE_PORT_TRIES: u32 = 8;

/// How long to wait when the socket fails; without it a broken one would take a core.
const ERROR_PAUSE: Duration = Duration::from_millis(10);

/// Between two lines of the log about media that cannot be sent.
const LOG_INTERVAL: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use palabre_signaling::wire::{CallId, ParticipantId, Slot};
    use tokio::sync::oneshot;
    use uuid::Uuid;

    use super::*;
    use crate::metrics::Metrics;
    use crate::shards::command::Receipt;

    #[tokio::test]
    async fn shard_outlives_a_panic_of_its_engine_and_says_who_is_gone() {
        let (mut shard, mut events) = shard();
        let (call, participant) = (CallId(Uuid::from_u128(1)), ParticipantId(Uuid::from_u128(2)));
        let now = Instant::now();
        let stage = Stage::Answered;
        shard.seats.insert(participant, Seat { call, asked_at: now, finds_media: false, stage });
        let (commands, mut inbox) = mpsc::channel(8);
        let (receipt, answer) = oneshot::channel();

        commands.try_send(Command::Panic).unwrap();
        commands.try_send(join(call, participant, receipt)).unwrap();
        drop(commands);
        shard.run(&mut inbox).await;

        assert_eq!(events.recv().await, Some(ShardEvent::Gone { call, participant }));
        assert!(matches!(answer.await.unwrap(), Err(MediaFailure::BadOffer(_))));
    }

    fn shard() -> (Shard, mpsc::Receiver<ShardEvent>) {
        let (socket, listener) = open("127.0.0.1:0".parse().unwrap()).unwrap();
        let candidates = vec![socket.local_addr().unwrap()];
        let config = EngineConfig {
            tcp_candidates: candidates.clone(),
            candidates,
            max_participants: MAX_PARTICIPANTS,
        };
        let identity = Arc::new(Identity::generate().unwrap());
        let (events, receiver) = mpsc::channel(8);
        let pulse = Pulse::new(Instant::now(), Metrics::default().shard(0));
        (Shard::new((socket, listener), config, identity, events, pulse).unwrap(), receiver)
    }

    fn join(
        call: CallId,
        participant: ParticipantId,
        receipt: Receipt<(String, Vec<Slot>)>,
    ) -> Command {
        let offer = String::from("no offer");
        let asked_at = Instant::now();
        Command::Join { call, participant, offer, sources: Vec::new(), asked_at, receipt }
    }
}
