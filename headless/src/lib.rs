//! A member without a browser: signs in, chats and calls through the server's public doors.
//!
//! [`Account`] signs in, [`Member`] is one device of it on a WebSocket, and [`Seat`] is that
//! device's place in a call, with a [`Peer`] that publishes a generated picture and tone and counts
//! what it receives. The integration tests and the examples are written with it. It speaks the
//! wire of `signaling/` and the async `webrtc` crate, and shares no code with the server's media.

mod account;
mod asker;
mod member;
mod mirror;
mod peer;
mod probe;
mod publisher;
mod received;
mod sdp;
mod seat;
mod tone;
mod vp8;

pub use account::Account;
pub use asker::{Asker, PATIENCE, RequestError, new_client_id};
pub use member::{Cut, Member};
pub use mirror::{Mirror, text};
pub use palabre_signaling::wire;
pub use peer::{Camera, Peer, Publishing};
pub use received::Received;
pub use sdp::{Section, sections};
pub use seat::Seat;
pub use tone::{TONE_PACKET, Tone};
pub use vp8::{Colour, Frame, Picture};
