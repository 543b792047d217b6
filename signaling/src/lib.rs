//! The rules of people, conversations, messages and calls, as plain structs.
//!
//! Nothing here reads a clock, opens a socket, spawns, sleeps or locks: it is handed requests and
//! the time, and hands back what should happen.

pub mod account;
pub mod attachment;
pub mod beep;
pub mod budget;
pub mod call;
pub mod change;
pub mod conversation;
pub mod emoji;
pub mod error;
pub mod guest;
pub mod keep;
pub mod markup;
pub mod membership;
pub mod message;
pub mod notice;
pub mod permission;
pub mod preferences;
pub mod presence;
pub mod receipt;
pub mod search;
pub mod span;
pub mod text;
pub mod typing;
pub mod wire;
