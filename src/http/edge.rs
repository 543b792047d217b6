//! What every request handler works with.

use tokio::sync::watch;

use super::origin::Origins;
use crate::accounts::Accounts;
use crate::app::App;
use crate::sessions::{Sessions, SlotCookies};
use crate::ws::Crowd;

/// What every request handler works with; one for the whole server.
#[derive(Debug)]
pub(crate) struct Edge {
    /// What signed-in devices can do.
    pub(crate) app: App,
    /// Who is signed in.
    pub(crate) sessions: Sessions,
    /// Who may have an account.
    pub(crate) accounts: Accounts,
    /// How browsers keep that.
    pub(crate) cookies: SlotCookies,
    /// How many sockets everybody has.
    pub(crate) crowd: Crowd,
    /// Which pages may use it.
    pub(crate) origins: Origins,
    /// Whether the accounts of the demo are shown to whoever asks.
    pub(crate) demo: bool,
    /// Turns true when the server stops.
    pub(crate) stopping: watch::Receiver<bool>,
}
