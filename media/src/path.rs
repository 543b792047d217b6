//! The far end of the way that datagrams take between a device and this server.

use std::fmt;
use std::net::SocketAddr;

use crate::gate::canonical;

/// Where a datagram came from, and where an answer to it goes.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Path {
    /// What carries it.
    pub protocol: Protocol,
    /// The device's address, or that of whatever stands in front of it.
    pub address: SocketAddr,
}

/// What carries datagrams.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Protocol {
    /// Each by itself.
    Udp,
    /// Framed in a connection that the device opened (RFC 6544, RFC 4571).
    Tcp,
}

impl Path {
    /// Over a connection that `address` opened.
    pub fn tcp(address: SocketAddr) -> Self {
        Self { protocol: Protocol::Tcp, address }
    }

    /// The same path, its address written in one way.
    pub(crate) fn canonical(self) -> Self {
        Self { address: canonical(self.address), ..self }
    }
}

impl From<SocketAddr> for Path {
    fn from(address: SocketAddr) -> Self {
        Self { protocol: Protocol::Udp, address }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = match self.protocol {
            Protocol::Udp => "udp",
            Protocol::Tcp => "tcp",
        };
        write!(f, "{protocol} {}", self.address)
    }
}
