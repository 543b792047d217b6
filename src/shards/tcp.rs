//! Media over TCP, for devices whose network lets no UDP through: datagrams in frames (RFC 4571) over
//! connections that the devices open (RFC 6544).
//!
//! A connection is nothing but another path to the same engine, under the same rules. One that
//! proves nothing is closed soon, and one that takes nothing does not hold up the others.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use bytes::{BufMut as _, Bytes, BytesMut};
use rustc_hash::FxHashMap;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::timeout;

/// The TCP side of a shard.
pub(super) struct TcpDoor {
    listener: TcpListener,
    connections: FxHashMap<SocketAddr, Connection>,
    arrivals: mpsc::Receiver<Arrival>,
    /// Handed to every connection.
    inbox: mpsc::Sender<Arrival>,
    last_serial: u64,
}

/// What came through the door.
pub(super) enum Knock {
    /// A datagram.
    Frame(SocketAddr, Vec<u8>),
    /// Somebody connected or went away; nothing to do.
    Nothing,
}

/// One connection.
struct Connection {
    /// Tells it from an earlier one of the same address.
    serial: u64,
    opened_at: Instant,
    outbox: mpsc::Sender<Bytes>,
    tasks: [AbortHandle; 2],
}

/// What a connection's task tells.
enum Arrival {
    Frame { from: SocketAddr, serial: u64, frame: Vec<u8> },
    Closed { from: SocketAddr, serial: u64 },
}

/// Opens the listener of a shard; it becomes a [`TcpDoor`] on the shard's thread.
pub(super) fn open(address: SocketAddr) -> anyhow::Result<std::net::TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        socket.set_only_v6(false)?;
    }
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into()).and_then(|()| socket.listen(BACKLOG)).with_context(|| {
        format!(
            "cannot take TCP {address} for the media of calls: another program has it, or the \
             machine has no such address; see media.bind and media.port"
        )
    })?;
    Ok(socket.into())
}

impl TcpDoor {
    /// Takes over `listener`; call it on the runtime that will wait for it.
    pub(super) fn new(listener: std::net::TcpListener) -> io::Result<Self> {
        let (inbox, arrivals) = mpsc::channel(MAX_ARRIVALS);
        Ok(Self {
            listener: TcpListener::from_std(listener)?,
            connections: FxHashMap::default(),
            arrivals,
            inbox,
            last_serial: 0,
        })
    }

    /// Waits until somebody connects or something came. `is_known` says whether somebody has proved
    /// to be at an address. May be dropped while it waits.
    pub(super) async fn knock(&mut self, is_known: impl Fn(SocketAddr) -> bool) -> Knock {
        tokio::select! {
            accepted = self.listener.accept() => {
                match accepted {
                    Ok((stream, from)) => self.admit(stream, canonical(from), is_known),
                    // Out of descriptors, most likely; those who are in go on.
                    Err(error) => {
                        tracing::debug!(%error, "media connection not taken");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                }
                Knock::Nothing
            }
            Some(arrival) = self.arrivals.recv() => self.take(arrival),
        }
    }

    /// Takes what else has come, if anything has.
    pub(super) fn try_knock(&mut self) -> Option<Knock> {
        let arrival = self.arrivals.try_recv().ok()?;
        Some(self.take(arrival))
    }

    /// Closes a connection whose far end has proved nothing for too long.
    pub(super) fn doubt(&mut self, now: Instant, from: SocketAddr) {
        let is_late = |it: &Connection| it.opened_at + PROOF_DEADLINE <= now;
        if self.connections.get(&from).is_some_and(is_late) {
            self.connections.remove(&from);
        }
    }

    /// Sends a run of datagrams. What the far end does not take in time is lost, as on a network
    /// that is full.
    pub(super) fn send(&self, to: SocketAddr, contents: &[u8], segment_size: Option<usize>) {
        let Some(connection) = self.connections.get(&to) else { return };
        for datagram in contents.chunks(segment_size.unwrap_or(contents.len()).max(1)) {
            let Ok(len) = u16::try_from(datagram.len()) else { continue };
            let mut frame = BytesMut::with_capacity(LENGTH_BYTES + datagram.len());
            frame.put_u16(len);
            frame.put_slice(datagram);
            // Full: its reader is too slow, and more of the past would not help it.
            let _ = connection.outbox.try_send(frame.freeze());
        }
    }

    fn admit(
        &mut self,
        stream: TcpStream,
        from: SocketAddr,
        is_known: impl Fn(SocketAddr) -> bool,
    ) {
        if MAX_CONNECTIONS <= self.connections.len() {
            // Those who have proved nothing make room.
            self.connections.retain(|address, _| is_known(*address));
        }
        let ip = from.ip();
        let of_address = self.connections.keys().filter(|other| other.ip() == ip).count();
        if MAX_CONNECTIONS <= self.connections.len() || MAX_PER_ADDRESS <= of_address {
            return;
        }
        // Without these a frame waits for the next, and seconds of the past wait in the kernel.
        let socket = socket2::SockRef::from(&stream);
        if socket.set_tcp_nodelay(true).is_err()
            || socket.set_send_buffer_size(SEND_BUFFER).is_err()
        {
            return;
        }
        self.last_serial += 1;
        let serial = self.last_serial;
        let (reader, writer) = stream.into_split();
        let (outbox, frames) = mpsc::channel(MAX_WAITING);
        let inbox = self.inbox.clone();
        let closed = self.inbox.clone();
        let reads = tokio::spawn(async move {
            read_frames(reader, &inbox, from, serial).await;
            let _ = inbox.send(Arrival::Closed { from, serial }).await;
        });
        let writes = tokio::spawn(async move {
            write_frames(writer, frames).await;
            let _ = closed.send(Arrival::Closed { from, serial }).await;
        });
        let tasks = [reads.abort_handle(), writes.abort_handle()];
        let opened_at = Instant::now();
        self.connections.insert(from, Connection { serial, opened_at, outbox, tasks });
    }

    fn take(&mut self, arrival: Arrival) -> Knock {
        let is_present = |from: &SocketAddr, serial: u64| {
            self.connections.get(from).is_some_and(|it| it.serial == serial)
        };
        match arrival {
            Arrival::Frame { from, serial, frame } if is_present(&from, serial) => {
                return Knock::Frame(from, frame);
            }
            Arrival::Closed { from, serial } if is_present(&from, serial) => {
                self.connections.remove(&from);
            }
            Arrival::Frame { .. } | Arrival::Closed { .. } => {}
        }
        Knock::Nothing
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

/// Reads until the far end closes, falls silent or sends what is no frame of ours.
async fn read_frames(
    mut reader: OwnedReadHalf,
    inbox: &mpsc::Sender<Arrival>,
    from: SocketAddr,
    serial: u64,
) {
    loop {
        let Ok(Ok(len)) = timeout(SILENCE, reader.read_u16()).await else { return };
        let len = usize::from(len);
        if MAX_FRAME < len {
            return;
        }
        let mut frame = vec![0; len];
        let Ok(Ok(_)) = timeout(SILENCE, reader.read_exact(&mut frame)).await else { return };
        // A full inbox holds this sender up; TCP tells it.
        if inbox.send(Arrival::Frame { from, serial, frame }).await.is_err() {
            return;
        }
    }
}

/// Writes until the far end takes nothing for too long.
async fn write_frames(mut writer: OwnedWriteHalf, mut frames: mpsc::Receiver<Bytes>) {
    while let Some(frame) = frames.recv().await {
        let Ok(Ok(())) = timeout(STALL, writer.write_all(&frame)).await else { return };
    }
}

/// An IPv4 address as itself, also when it came to an IPv6 socket (RFC 4291 §2.5.5.2).
fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

/// Connections of one shard: one for each participant, and as many that come and go.
const MAX_CONNECTIONS: usize = 2_000;

/// Connections of one address: a whole office may stand behind it.
const MAX_PER_ADDRESS: usize = 128;

/// How long one may be there without an authentic ICE check.
const PROOF_DEADLINE: Duration = Duration::from_secs(10);

/// Nobody is silent for longer: ICE checks come every few seconds.
const SILENCE: Duration = Duration::from_secs(30);

/// A write that takes longer belongs to a connection that is gone or useless.
const STALL: Duration = Duration::from_secs(5);

/// Frames that wait for one connection: 100 ms of 10 Mbit/s; more only delays what is new.
const MAX_WAITING: usize = 128;

/// Frames of all connections that wait for the shard.
const MAX_ARRIVALS: usize = 512;

/// Longest frame: no datagram of a browser is longer.
const MAX_FRAME: usize = 1_500;

/// The length in front of a frame (RFC 4571 §2).
const LENGTH_BYTES: usize = 2;

/// What the kernel may hold for a slow connection, in bytes.
const SEND_BUFFER: usize = 64 * 1024;

/// Connections that wait to be taken.
const BACKLOG: i32 = 256;

/// How long to wait when connections cannot be taken.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use super::*;

    #[tokio::test]
    async fn frames_arrive_whole_however_the_stream_was_cut() {
        let (mut door, address) = door();
        let mut client = std::net::TcpStream::connect(address).unwrap();
        let client_address = client.local_addr().unwrap();
        let sent = [&[0, 3, 1, 2, 3], &[0, 1, 9][..]].concat();

        let writing = std::thread::spawn(move || {
            for byte in sent {
                client.write_all(&[byte]).unwrap();
                client.flush().unwrap();
            }
            client
        });

        assert_eq!(frame(&mut door).await, (client_address, vec![1, 2, 3]));
        assert_eq!(frame(&mut door).await, (client_address, vec![9]));
        drop(writing.join());
    }

    #[tokio::test]
    async fn run_of_datagrams_leaves_in_frames() {
        let (mut door, address) = door();
        let mut client = std::net::TcpStream::connect(address).unwrap();
        client.write_all(&[0, 1, 7]).unwrap();
        let (from, _) = frame(&mut door).await;

        door.send(from, &[1, 1, 1, 2, 2], Some(3));

        let read = tokio::task::spawn_blocking(move || {
            let mut read = [0; 9];
            client.read_exact(&mut read).unwrap();
            read
        });
        assert_eq!(read.await.unwrap(), [0, 3, 1, 1, 1, 0, 2, 2, 2]);
    }

    #[tokio::test]
    async fn frame_that_is_too_long_ends_the_connection() {
        let (mut door, address) = door();
        let mut client = std::net::TcpStream::connect(address).unwrap();
        client.write_all(&[0xFF, 0xFF]).unwrap();

        while door.connections.is_empty() {
            door.knock(|_| false).await;
        }
        while !door.connections.is_empty() {
            door.knock(|_| false).await;
        }

        assert_is_closed(client).await;
    }

    #[tokio::test]
    async fn connection_that_proves_nothing_is_closed_and_gets_nothing() {
        let (mut door, address) = door();
        let mut client = std::net::TcpStream::connect(address).unwrap();
        client.write_all(&[0, 1, 7]).unwrap();
        let (from, _) = frame(&mut door).await;

        let opened_at = door.connections[&from].opened_at;
        door.doubt(opened_at + PROOF_DEADLINE - Duration::from_millis(1), from);
        assert_eq!(door.connections.len(), 1);
        door.doubt(opened_at + PROOF_DEADLINE, from);

        assert!(door.connections.is_empty());
        assert_is_closed(client).await;
    }

    #[tokio::test]
    async fn one_address_has_so_many_connections_and_no_more() {
        let (mut door, address) = door();
        let mut clients = Vec::new();
        for _ in 0..MAX_PER_ADDRESS + 8 {
            clients.push(std::net::TcpStream::connect(address).unwrap());
            door.knock(|_| false).await;
        }

        assert_eq!(door.connections.len(), MAX_PER_ADDRESS);
    }

    #[tokio::test]
    async fn one_who_takes_nothing_costs_a_bounded_queue() {
        let (mut door, address) = door();
        let mut client = std::net::TcpStream::connect(address).unwrap();
        client.write_all(&[0, 1, 7]).unwrap();
        let (from, _) = frame(&mut door).await;

        for _ in 0..10_000 {
            door.send(from, &[5; 1_200], None);
        }

        assert!(door.connections[&from].outbox.capacity() <= MAX_WAITING);
        drop(client);
    }

    fn door() -> (TcpDoor, SocketAddr) {
        let listener = open("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_addr().unwrap();
        (TcpDoor::new(listener).unwrap(), address)
    }

    async fn frame(door: &mut TcpDoor) -> (SocketAddr, Vec<u8>) {
        loop {
            if let Knock::Frame(from, frame) = door.knock(|_| false).await {
                return (from, frame);
            }
        }
    }

    async fn assert_is_closed(mut client: std::net::TcpStream) {
        let read = tokio::task::spawn_blocking(move || client.read(&mut [0; 16]));
        // Reset, or nothing more and the end.
        assert!(read.await.unwrap().map_or(true, |len| len == 0));
    }
}
