//! The rules of packets: a selective forwarding unit as plain structs.
//!
//! Nothing here reads a clock, opens a socket, spawns, sleeps or locks: it is handed datagrams and
//! the time, and hands back what should be sent.

mod allocation;
mod allowance;
pub mod audio_level;
pub mod av1;
mod batch;
pub mod bwe;
pub mod call;
pub mod demand;
mod downlink;
pub mod dtls;
mod engine;
mod format;
pub mod gate;
pub mod h264;
pub mod identity;
mod measure;
pub mod nack;
mod overload;
pub mod pacer;
pub mod path;
mod peer;
pub mod quality;
mod rate;
pub mod reception;
pub mod red;
mod repairs;
pub mod retransmission;
pub mod rewrite;
mod route;
pub mod rtcp;
pub mod rtp;
pub mod sdp;
pub mod seq;
mod slots;
pub mod speakers;
pub mod srtp;
mod stats;
pub mod stun;
mod track;
pub mod transport;
pub mod twcc;
pub mod vp8;
pub mod vp9;

pub use engine::{Answer, Engine, EngineConfig, Event, OfferRefusal, Transmit, WantRefusal};
pub use measure::Measure;
pub use stats::Counters;
