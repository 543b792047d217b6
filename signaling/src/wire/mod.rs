//! The wire: the only types with `Serialize`, told in prose in `docs/protocol.md`.

mod account;
mod call;
mod conversation;
mod failure;
mod file;
mod guest;
mod id;
mod limits;
mod message;
mod person;
mod personal;
mod preferences;
mod push;
mod request;
mod search;
mod server;
mod session;

pub use account::*;
pub use call::*;
pub use conversation::*;
pub use failure::*;
pub use file::*;
pub use guest::*;
pub use id::*;
pub use limits::*;
pub use message::*;
pub use person::*;
pub use personal::*;
pub use preferences::*;
pub use push::*;
pub use request::*;
pub use search::*;
pub use server::*;
pub use session::*;

/// Version of the protocol that `hello` names.
pub const PROTOCOL_VERSION: u32 = 1;

/// Largest frame a device may send, in bytes.
pub const MAX_FRAME_BYTES: usize = 64 * 1024;
