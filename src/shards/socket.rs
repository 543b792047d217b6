//! The UDP socket of a shard: many datagrams a call, in both directions.

use std::io::{self, IoSliceMut};
use std::net::{IpAddr, SocketAddr};

use anyhow::Context as _;
use quinn_udp::{BATCH_SIZE, RecvMeta, Transmit, UdpSocketState};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::io::Interest;
use tokio::net::UdpSocket;

/// A UDP socket with offloads: the kernel splits what is sent (GSO) and joins what came (GRO).
pub(super) struct MediaSocket {
    socket: UdpSocket,
    state: UdpSocketState,
    is_ipv6: bool,
    space: Box<[u8]>,
}

/// Opens the socket of a shard; it becomes a [`MediaSocket`] on the shard's thread.
pub(super) fn open(address: SocketAddr) -> anyhow::Result<std::net::UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    if address.is_ipv6() {
        // "::" serves IPv4 too, whatever the machine's default is.
        socket.set_only_v6(false)?;
    }
    for (name, outcome) in [
        ("receive", socket.set_recv_buffer_size(BUFFER_BYTES)),
        ("send", socket.set_send_buffer_size(BUFFER_BYTES)),
    ] {
        // The system may grant less (net.core.rmem_max); bursts are lost sooner then.
        if let Err(error) = outcome {
            tracing::warn!(%error, "no larger {name} buffer");
        }
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into()).with_context(|| {
        format!(
            "cannot take UDP {address} for the media of calls: another program has it, or the \
             machine has no such address; see media.bind and media.port"
        )
    })?;
    Ok(socket.into())
}

impl MediaSocket {
    /// Takes over `socket`; call it on the runtime that will wait for it.
    pub(super) fn new(socket: std::net::UdpSocket) -> io::Result<Self> {
        let state = UdpSocketState::new((&socket).into())?;
        let is_ipv6 = socket.local_addr()?.is_ipv6();
        let space = vec![0; BATCH_SIZE * RECEIVE_BYTES].into_boxed_slice();
        Ok(Self { socket: UdpSocket::from_std(socket)?, state, is_ipv6, space })
    }

    /// Waits until something may have come.
    pub(super) async fn readable(&self) -> io::Result<()> {
        self.socket.readable().await
    }

    /// Hands over one batch of datagrams; false when there was none.
    pub(super) fn receive(
        &mut self,
        mut handle: impl FnMut(SocketAddr, &mut [u8]),
    ) -> io::Result<bool> {
        let Self { socket, state, space, .. } = self;
        let mut metas = [RecvMeta::default(); BATCH_SIZE];
        let mut chunks = space.chunks_exact_mut(RECEIVE_BYTES);
        let mut slices: [IoSliceMut<'_>; BATCH_SIZE] =
            std::array::from_fn(|_| IoSliceMut::new(chunks.next().expect("one for each slice")));
        let received = socket
            .try_io(Interest::READABLE, || state.recv((&*socket).into(), &mut slices, &mut metas));
        let count = match received {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
            Err(error) => return Err(error),
        };
        for (slice, meta) in slices.iter_mut().zip(&metas).take(count) {
            let from = canonical(meta.addr);
            let len = meta.len.min(slice.len());
            // A datagram may be empty, and then so is the stride.
            for datagram in slice[..len].chunks_mut(meta.stride.max(1)) {
                handle(from, datagram);
            }
        }
        Ok(true)
    }

    /// Sends a run of datagrams to one destination.
    ///
    /// # Errors
    /// `WouldBlock` when the kernel's buffer is full: what is left of the run is lost, as on a
    /// network that is full.
    pub(super) fn send(
        &self,
        destination: SocketAddr,
        contents: &[u8],
        segment_size: Option<usize>,
    ) -> io::Result<()> {
        let destination = if self.is_ipv6 { mapped(destination) } else { destination };
        let segment = segment_size.unwrap_or(contents.len()).max(1);
        let segments = self.state.max_gso_segments().min(MAX_GSO_BYTES / segment).max(1);
        for contents in contents.chunks(segments * segment) {
            let segment_size = (segment < contents.len()).then_some(segment);
            let transmit =
                Transmit { destination, ecn: None, contents, segment_size, src_ip: None };
            self.state.try_send((&self.socket).into(), &transmit)?;
        }
        Ok(())
    }
}

/// An IPv4 address as itself, also when it came to an IPv6 socket (RFC 4291 §2.5.5.2).
fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

/// An IPv4 address as an IPv6 socket wants it.
fn mapped(address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) => SocketAddr::new(IpAddr::V6(ip.to_ipv6_mapped()), address.port()),
        IpAddr::V6(_) => address,
    }
}

/// What is asked of the system for each direction: 4 MiB hold 30 ms of a gigabit, longer than a
/// thread is kept waiting on a busy machine.
const BUFFER_BYTES: usize = 4 * 1024 * 1024;

/// Space for one entry of a batch: the kernel joins datagrams of one sender up to 64 KiB.
const RECEIVE_BYTES: usize = 64 * 1024;

/// Most bytes the kernel splits in one call: 65,535 less the headers of IPv6 and UDP.
const MAX_GSO_BYTES: usize = 65_535 - 40 - 8;

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use super::*;

    #[tokio::test]
    async fn run_of_datagrams_arrives_one_by_one() {
        let (sender, _) = socket("127.0.0.1:0");
        let (mut receiver, address) = socket("127.0.0.1:0");
        let contents: Vec<u8> = (0..130_u8).flat_map(|number| [number; 1000]).collect();

        // Longer than the kernel takes at once, with a shorter last one.
        sender.send(address, &contents[..129_500], Some(1000)).unwrap();

        let received = receive(&mut receiver, 130).await;
        assert!(
            received[..129].iter().zip(0..).all(|(datagram, number)| *datagram == [number; 1000])
        );
        assert_eq!(received[129], [129; 500]);
    }

    #[tokio::test]
    async fn ipv4_peer_of_an_ipv6_socket_is_called_by_its_ipv4_address() {
        let Ok(both) = open(SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0))) else {
            return; // A machine without IPv6.
        };
        let port = both.local_addr().unwrap().port();
        let mut both = MediaSocket::new(both).unwrap();
        let (mut peer, peer_address) = socket("127.0.0.1:0");

        peer.send(SocketAddr::from(([127, 0, 0, 1], port)), b"ping", None).unwrap();
        let mut from = None;
        while from.is_none() {
            both.readable().await.unwrap();
            both.receive(|address, _| from = Some(address)).unwrap();
        }
        both.send(from.unwrap(), b"pong", None).unwrap();

        assert_eq!(from, Some(peer_address));
        assert_eq!(receive(&mut peer, 1).await, [b"pong"]);
    }

    #[test]
    fn taken_port_is_refused_with_advice() {
        let taken = open("127.0.0.1:0".parse().unwrap()).unwrap();

        let error = open(taken.local_addr().unwrap()).unwrap_err();

        assert!(format!("{error:#}").contains("media.port"));
    }

    fn socket(address: &str) -> (MediaSocket, SocketAddr) {
        let socket = open(address.parse().unwrap()).unwrap();
        let address = socket.local_addr().unwrap();
        (MediaSocket::new(socket).unwrap(), address)
    }

    async fn receive(socket: &mut MediaSocket, count: usize) -> Vec<Vec<u8>> {
        let mut received = Vec::new();
        while received.len() < count {
            socket.readable().await.unwrap();
            socket.receive(|_, datagram| received.push(datagram.to_vec())).unwrap();
        }
        received
    }
}
