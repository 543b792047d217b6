//! Members without a browser against the whole server, through its public doors.
#![expect(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod accounts;
mod call;
mod chat;
mod crash;
mod disk;
mod export;
mod files;
mod flood;
mod guests;
mod leak;
mod metrics;
mod moderation;
mod offers;
mod operations;
mod own;
mod push;
mod races;
mod reconnect;
mod security;
mod storm;
mod support;
