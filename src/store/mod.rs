//! What lasts: people, sessions, conversations, messages and calls, in one SQLite file.
//!
//! Reads come from a small pool; every write goes through one task that commits many at once
//! (`writer`). The SQL keeps to what PostgreSQL understands too.

mod beeps;
mod calls;
mod changes;
mod conversations;
mod deletion;
mod export;
mod files;
mod guests;
mod invitations;
mod lifetimes;
mod listening;
mod members;
mod messages;
mod people;
mod personal;
mod push;
mod receipts;
mod row;
mod search;
#[cfg(test)]
mod search_scale;
mod sessions;
mod writer;

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, SqliteConnection, SqlitePool};

use writer::Writer;

pub(crate) use calls::StoredCall;
pub(crate) use changes::MessageChange;
pub(crate) use conversations::{Made, NewConversation};
pub(crate) use deletion::Deletion;
pub(crate) use files::{FileList, Hash, NewFile, NewUpload, Upload};
pub(crate) use lifetimes::{Due, MAX_DUE};
pub(crate) use listening::Listening;
pub(crate) use members::NewMembership;
pub(crate) use messages::{NewMessage, Page};
pub(crate) use people::Acquaintance;
pub use people::NewPerson;
pub(crate) use personal::MarkChange;
pub(crate) use push::Subscription;
pub(crate) use search::Search;
pub(crate) use sessions::SignIn;
pub use sessions::{NewSession, Session, SessionId};
pub use writer::StoreError;

/// The store of the server; cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    readers: SqlitePool,
    writer: Writer,
}

impl Store {
    /// Opens the store in the file `path`, which is made when it is not there, and brings its
    /// tables up to date.
    ///
    /// Writes fail when another program writes for longer than `patience`.
    pub async fn open(path: &Path, patience: Duration) -> anyhow::Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // An acknowledged message survives a power cut.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .disable_statement_logging();
        let mut connection = options.connect().await.context("opening the database")?;
        migrate(&mut connection).await.context("bringing the database up to date")?;
        let readers = SqlitePoolOptions::new()
            .max_connections(MAX_READERS)
            .acquire_timeout(BUSY_TIMEOUT)
            .connect_lazy_with(options.clone().read_only(true).create_if_missing(false));
        Ok(Self { readers, writer: Writer::start(options, connection, patience) })
    }

    /// How many times changes were made durable, each time as many as had come by then.
    pub(crate) fn commits(&self) -> u64 {
        self.writer.commits()
    }

    /// Writes what waits to be written and closes the file; whoever asks later is refused.
    ///
    /// The last connection to close takes the write-ahead log into the database and removes it
    /// (sqlite.org/wal.html), so that the one file is all there is to copy.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Brings the tables up to date without waiting for the disk after each step, of which a new database
/// takes two dozen.
///
/// In a journal written ahead, a power cut then takes back the last steps as a whole, and they are
/// made again (sqlite.org/pragma.html#pragma_synchronous). The first commit after it waits for all of
/// them, so nothing acknowledged can be kept without them.
async fn migrate(connection: &mut SqliteConnection) -> anyhow::Result<()> {
    sqlx::query("PRAGMA synchronous = NORMAL").execute(&mut *connection).await?;
    sqlx::migrate!().run(&mut *connection).await?;
    sqlx::query("PRAGMA synchronous = FULL").execute(connection).await?;
    Ok(())
}

/// How long the server waits for another program, such as `palabre user`, to finish its write: many times
/// what one commit takes, and short enough for a person who sends to be told at once. The web app sends
/// what was refused again by itself.
pub const SERVER_PATIENCE: Duration = Duration::from_millis(250);

/// How long a command waits for a server that writes all the time.
pub const COMMAND_PATIENCE: Duration = Duration::from_secs(10);

/// How long to wait for another process that has the file when it is opened, and for a connection that
/// reads.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Connections that read at the same time; further readers wait for one. SQLite reads from the page
/// cache, so more than a core's worth of them gains nothing.
const MAX_READERS: u32 = 4;

#[cfg(test)]
mod tests;
