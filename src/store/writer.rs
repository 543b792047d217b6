//! Commits many writes at once.
//!
//! A commit waits for the disk, which takes milliseconds; fifty writes in one commit wait once. One
//! task owns the only connection that writes, so writes happen in the order they were handed in.
//! Nobody hears of a write before its commit has returned.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, SqliteConnection};
use tokio::sync::{Notify, mpsc, oneshot};
use tracing::{error, info, warn};

/// Hands writes to the task that commits them; cheap to clone.
#[derive(Clone)]
pub(super) struct Writer {
    jobs: mpsc::Sender<Box<dyn Job>>,
    close: Arc<Notify>,
    commits: Arc<AtomicU64>,
}

/// Something that changes the store.
pub(super) trait Write: Send + Sync + 'static {
    /// What the asker learns after the commit.
    type Output: Send + Sync + 'static;

    /// Makes the change. An error takes back this write alone; the others of the commit stay, for
    /// which all of them are made a second time.
    fn run(
        &self,
        connection: &mut SqliteConnection,
    ) -> impl Future<Output = sqlx::Result<Self::Output>> + Send;
}

/// Why the store did not do what it was asked. The cause is for the log, not for the asker.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full or failing, or the store has stopped; later it may work again.
    #[error("the store is not available")]
    Unavailable(#[source] Arc<sqlx::Error>),
    /// A statement or a row is wrong.
    #[error("the store failed")]
    Failed(#[source] Arc<sqlx::Error>),
}

/// A write whose type is forgotten, with the receipt of its asker.
trait Job: Send {
    fn run<'a>(&'a mut self, connection: &'a mut SqliteConnection) -> Running<'a>;
    fn settle(self: Box<Self>, outcome: Result<(), StoreError>);
}

type Running<'a> = Pin<Box<dyn Future<Output = sqlx::Result<()>> + Send + 'a>>;

struct Pending<W: Write> {
    write: W,
    output: Option<W::Output>,
    receipt: oneshot::Sender<Result<W::Output, StoreError>>,
}

impl Writer {
    /// Starts the task; it ends when it is closed or the last clone is dropped, and everything is
    /// written.
    ///
    /// `patience` is how long to wait for another program that writes.
    pub(super) fn start(
        options: SqliteConnectOptions,
        connection: SqliteConnection,
        patience: Duration,
    ) -> Self {
        let (jobs, inbox) = mpsc::channel(MAX_WAITING);
        let close = Arc::new(Notify::new());
        let commits = Arc::default();
        let options = options.busy_timeout(patience);
        let run =
            run(options, connection, patience, inbox, Arc::clone(&close), Arc::clone(&commits));
        tokio::spawn(run);
        Self { jobs, close, commits }
    }

    /// How many commits there have been.
    pub(super) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Makes the changes that wait and closes the connection; later ones are refused.
    pub(super) async fn close(&self) {
        self.close.notify_one();
        self.jobs.closed().await;
    }

    /// Makes a change and returns once it is durable.
    ///
    /// Waits for room when [`MAX_WAITING`] writes wait already. A caller that gives up may find
    /// later that the write was made.
    pub(super) async fn write<W: Write>(&self, write: W) -> Result<W::Output, StoreError> {
        let (receipt, outcome) = oneshot::channel();
        let stopped = || StoreError::from(sqlx::Error::WorkerCrashed);
        let job = Box::new(Pending { write, output: None, receipt });
        self.jobs.send(job).await.map_err(|_| stopped())?;
        outcome.await.map_err(|_| stopped())?
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Writer").finish_non_exhaustive()
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let error = Arc::new(error);
        if is_outage(&error) { Self::Unavailable(error) } else { Self::Failed(error) }
    }
}

impl<W: Write> Job for Pending<W> {
    fn run<'a>(&'a mut self, connection: &'a mut SqliteConnection) -> Running<'a> {
        Box::pin(async move {
            self.output = Some(self.write.run(connection).await?);
            Ok(())
        })
    }

    fn settle(self: Box<Self>, outcome: Result<(), StoreError>) {
        let Self { output, receipt, .. } = *self;
        let outcome = outcome.map(|()| output.expect("a write that succeeded left its output"));
        // An asker that went away has no use for its receipt.
        let _ = receipt.send(outcome);
    }
}

/// Serves `inbox` until every writer handle is gone, or it is empty and `close` says so.
async fn run(
    options: SqliteConnectOptions,
    connection: SqliteConnection,
    patience: Duration,
    mut inbox: mpsc::Receiver<Box<dyn Job>>,
    close: Arc<Notify>,
    commits: Arc<AtomicU64>,
) {
    let mut connection = Some(connection);
    if let Some(connection) = &mut connection {
        set_patience(connection, patience).await;
    }
    let mut batch = Vec::with_capacity(MAX_BATCH);
    let mut was_out = false;
    loop {
        let count = tokio::select! {
            biased;
            count = inbox.recv_many(&mut batch, MAX_BATCH) => count,
            () = close.notified() => 0,
        };
        if count == 0 {
            break;
        }
        let outcome = commit(&options, &mut connection, &mut batch).await;
        if outcome.is_ok() {
            commits.fetch_add(1, Ordering::Relaxed);
        }
        if was_out != outcome.is_err() {
            was_out = outcome.is_err();
            match &outcome {
                Ok(_) => info!("store takes writes again"),
                Err(error) => error!(%error, "store takes no writes"),
            }
            if let Some(connection) = &mut connection {
                set_patience(connection, if was_out { HASTY_TIMEOUT } else { patience }).await;
            }
        }
        match outcome.map_err(StoreError::from) {
            Ok(outcomes) => batch.drain(..).zip(outcomes).for_each(|(job, it)| job.settle(it)),
            Err(error) => batch.drain(..).for_each(|job| job.settle(Err(error.clone()))),
        }
    }
    if let Some(connection) = connection
        && let Err(error) = connection.close().await
    {
        warn!(%error, "database not closed properly");
    }
}

/// Makes the changes of `batch` in one transaction; returns the outcome of each after the commit.
async fn commit(
    options: &SqliteConnectOptions,
    slot: &mut Option<SqliteConnection>,
    batch: &mut [Box<dyn Job>],
) -> sqlx::Result<Vec<Result<(), StoreError>>> {
    let connection = match slot {
        Some(connection) => connection,
        None => slot.insert(options.connect().await?),
    };
    let mut outcome = together(connection, batch).await;
    if outcome.as_ref().is_err_and(|error| !is_outage(error)) {
        // Where SQLite has rolled back by itself, this one fails and what follows does not.
        let _ = execute(connection, "ROLLBACK").await;
        outcome = one_by_one(connection, batch).await;
    }
    // After some errors SQLite has rolled back by itself, and this one says so; it is then the
    // connection that cannot be trusted any more.
    if outcome.is_err()
        && execute(connection, "ROLLBACK").await.is_err()
        && execute(connection, "SELECT 1").await.is_err()
    {
        *slot = None;
    }
    outcome
}

/// Makes all changes or none.
async fn together(
    connection: &mut SqliteConnection,
    batch: &mut [Box<dyn Job>],
) -> sqlx::Result<Vec<Result<(), StoreError>>> {
    execute(connection, "BEGIN IMMEDIATE").await?;
    for job in batch.iter_mut() {
        job.run(connection).await?;
    }
    execute(connection, "COMMIT").await?;
    Ok(batch.iter().map(|_| Ok(())).collect())
}

/// Makes the changes that can be made, each with a way back.
///
/// It is not tried first, because the ways back are seldom needed and cost more than most changes:
/// two more trips to the thread of the connection, and what FTS5 gathers for the commit is written
/// out before each (`receipts` says why).
async fn one_by_one(
    connection: &mut SqliteConnection,
    batch: &mut [Box<dyn Job>],
) -> sqlx::Result<Vec<Result<(), StoreError>>> {
    let mut outcomes = Vec::with_capacity(batch.len());
    execute(connection, "BEGIN IMMEDIATE").await?;
    for job in batch {
        execute(connection, "SAVEPOINT write").await?;
        let outcome = job.run(connection).await;
        match outcome {
            Ok(()) => {}
            // The next ones would fail as well, and SQLite may have rolled back all of it.
            Err(error) if is_outage(&error) => return Err(error),
            Err(_) => execute(connection, "ROLLBACK TO SAVEPOINT write").await?,
        }
        execute(connection, "RELEASE SAVEPOINT write").await?;
        outcomes.push(outcome.map_err(StoreError::from));
    }
    execute(connection, "COMMIT").await?;
    Ok(outcomes)
}

/// Says how long to wait for another program to finish its write. Once it was waited for in vain,
/// everybody is told at once, and not each batch after the time of those before it.
async fn set_patience(connection: &mut SqliteConnection, wait: Duration) {
    let pragma = format!("PRAGMA busy_timeout = {}", wait.as_millis());
    if let Err(error) = sqlx::query(AssertSqlSafe(pragma)).execute(connection).await {
        warn!(%error, "time to wait for other programs not set");
    }
}

async fn execute(connection: &mut SqliteConnection, sql: &'static str) -> sqlx::Result<()> {
    sqlx::query(sql).execute(connection).await?;
    Ok(())
}

/// Whether the store as a whole is in trouble, and not one statement.
fn is_outage(error: &sqlx::Error) -> bool {
    if let sqlx::Error::Database(error) = error {
        // The low byte of an extended code is its primary code (sqlite.org/rescode.html).
        let code: Option<i32> = error.code().and_then(|code| code.parse().ok());
        return code.is_some_and(|code| OUTAGES.contains(&(code & 0xff)));
    }
    matches!(
        error,
        sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
    )
}

/// SQLite's codes for BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN and NOTADB.
const OUTAGES: [i32; 9] = [5, 6, 7, 8, 10, 11, 13, 14, 26];

/// How long to wait for another program that was waited for in vain before.
const HASTY_TIMEOUT: Duration = Duration::from_millis(20);

/// Writes in one commit; what comes after waits for the next.
const MAX_BATCH: usize = 256;

/// Writes that wait for a commit; further askers wait for room.
const MAX_WAITING: usize = 1024;
