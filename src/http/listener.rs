//! Accepts connections and speaks HTTP on them, within bounds.

use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::HeaderMap;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tower_service::Service as _;

use crate::metrics::{Metrics, OpenConnection};

/// Where a request comes from, seen through the servers in front.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClientAddress(pub(super) IpAddr);

/// The connection's share of the connections that may be open; a WebSocket holds it while it lives.
#[derive(Clone, Debug)]
pub(crate) struct ConnectionSlot(#[expect(dead_code, reason = "held, not read")] Arc<Held>);

/// What is given back when a connection is over.
type Held = (OwnedSemaphorePermit, OpenConnection);

/// What the accept loop is made with.
#[derive(Debug)]
pub(crate) struct Acceptor {
    /// Where connections come from.
    pub(crate) listener: TcpListener,
    /// What answers requests.
    pub(crate) router: Router,
    /// Whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: Vec<IpAddr>,
    /// Connections at the same time; further ones wait in the kernel's queue.
    pub(crate) max_connections: usize,
    /// Counts the connections.
    pub(crate) metrics: Metrics,
}

impl Acceptor {
    /// Accepts until `stopping` turns true, then lets the requests under way end.
    ///
    /// Takes at most [`GRACE`]; whatever still runs then is cut.
    pub(crate) async fn run(self, mut stopping: watch::Receiver<bool>) {
        let slots = Arc::new(Semaphore::new(self.max_connections));
        let proxies: Arc<[IpAddr]> = self.trusted_proxies.into();
        let mut connections = JoinSet::new();
        loop {
            while connections.try_join_next().is_some() {}
            let slot = tokio::select! {
                () = is_stopping(&mut stopping) => break,
                slot = Arc::clone(&slots).acquire_owned() => slot,
            };
            let accepted = tokio::select! {
                () = is_stopping(&mut stopping) => break,
                accepted = self.listener.accept() => accepted,
            };
            match (accepted, slot) {
                (Ok((stream, address)), Ok(slot)) => {
                    let connection = Connection {
                        router: self.router.clone(),
                        address,
                        proxies: Arc::clone(&proxies),
                        stopping: stopping.clone(),
                    };
                    let slot = ConnectionSlot(Arc::new((slot, self.metrics.connection())));
                    connections.spawn(connection.run(stream, slot));
                }
                (Err(error), _) => {
                    // Out of descriptors, mostly: without a pause this would spin until one is free.
                    tracing::warn!(%error, "connection not accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
                (_, Err(_closed)) => break,
            }
        }
        drop(self.listener);
        // WebSockets outlive the task of their connection, so the slots tell when all is over.
        let all = u32::try_from(self.max_connections).unwrap_or(u32::MAX);
        let ended = slots.acquire_many(all);
        if tokio::time::timeout(GRACE, ended).await.is_err() {
            tracing::warn!("connections cut that did not end by themselves");
        }
    }
}

/// One TCP connection.
struct Connection {
    router: Router,
    address: SocketAddr,
    proxies: Arc<[IpAddr]>,
    stopping: watch::Receiver<bool>,
}

impl Connection {
    async fn run(self, stream: TcpStream, slot: ConnectionSlot) {
        // Frames are small and somebody waits for each.
        let _ = stream.set_nodelay(true);
        let Self { router, address, proxies, mut stopping } = self;
        let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
            let client = client_address(address.ip(), &proxies, request.headers());
            request.extensions_mut().insert(ClientAddress(client));
            request.extensions_mut().insert(slot.clone());
            router.clone().call(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(MAX_HEADER_TIME)
            .max_buf_size(MAX_HEADER_BYTES)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            outcome = connection.as_mut() => Some(outcome),
            () = is_stopping(&mut stopping) => None,
        };
        let outcome = match ended {
            Some(outcome) => outcome,
            None => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = outcome {
            tracing::debug!(%error, "connection ended badly");
        }
    }
}

/// Completes when the server stops.
pub(crate) async fn is_stopping(stopping: &mut watch::Receiver<bool>) {
    // The sender is gone only when the server is.
    let _ = stopping.wait_for(|stop| *stop).await;
}

/// Where a request comes from: the nearest address that no trusted server in front has.
///
/// Each of those appends the address it was asked from, so the list is read from its end: what
/// stands before the first untrusted address is whatever the client wrote there.
fn client_address(peer: IpAddr, proxies: &[IpAddr], headers: &HeaderMap) -> IpAddr {
    let mut client = peer.to_canonical();
    let hops =
        headers.get_all("x-forwarded-for").iter().rev().filter_map(|value| value.to_str().ok());
    for hop in hops.flat_map(|value| value.rsplit(',')) {
        if !proxies.contains(&client) {
            break;
        }
        let Ok(hop) = hop.trim().parse::<IpAddr>() else { break };
        client = hop.to_canonical();
    }
    client
}

/// How long requests under way may take once the server stops.
pub(crate) const GRACE: Duration = Duration::from_secs(3);

/// How long a client may take for the head of a request.
const MAX_HEADER_TIME: Duration = Duration::from_secs(10);

/// Bytes the head of a request may have; ours are below 4 KiB with eight cookies.
const MAX_HEADER_BYTES: usize = 32 * 1024;

/// How long to wait when the system has no descriptor left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn client_without_a_server_in_front_cannot_choose_its_address() {
        let headers = forwarded(&["192.0.2.1"]);

        assert_eq!(
            client_address(ip("198.51.100.7"), &[ip("127.0.0.1")], &headers),
            ip("198.51.100.7")
        );
    }

    #[test]
    fn server_in_front_is_looked_through_to_the_last_address_it_wrote() {
        let headers = forwarded(&["10.9.9.9", "192.0.2.1, 198.51.100.7"]);

        assert_eq!(
            client_address(ip("127.0.0.1"), &[ip("127.0.0.1")], &headers),
            ip("198.51.100.7")
        );
    }

    #[test]
    fn nonsense_from_a_server_in_front_counts_as_that_server() {
        let headers = forwarded(&["unknown"]);

        assert_eq!(client_address(ip("127.0.0.1"), &[ip("127.0.0.1")], &headers), ip("127.0.0.1"));
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn forwarded(values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("x-forwarded-for", HeaderValue::from_static(value));
        }
        headers
    }
}
