//! The rules of packets: a selective forwarding unit as plain structs.
//!
//! Nothing here reads a clock, opens a socket, spawns, sleeps or locks: it is handed datagrams and
//! the time, and hands back what should be sent.

pub mod dtls;
pub mod gate;
pub mod identity;
pub mod sdp;
pub mod seq;
pub mod srtp;
pub mod stun;
pub mod transport;
