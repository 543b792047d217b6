//! Palabre: a self-hosted server for chat and group calls.

pub mod accounts;
pub mod app;
pub mod clock;
pub mod config;
mod conversations;
pub mod demo;
mod error;
pub mod files;
mod http;
pub mod memory;
pub mod metrics;
pub mod outbox;
mod people;
mod push;
mod quiet;
pub mod sessions;
pub mod shards;
pub mod store;
pub mod telemetry;
mod ws;

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tracing::info;

use accounts::{Accounts, PrintedCode};
use app::App;
use clock::Clock;
use config::Config;
use files::Files;
use http::{Acceptor, Edge, Origins};
use metrics::{Metrics, MetricsServer};
use sessions::{Passwords, Sessions, SlotCookies};
use shards::Shards;
use store::{SERVER_PATIENCE, Store};
use ws::Crowd;

/// A server that runs; dropping this leaves it running.
#[derive(Debug)]
pub struct Running {
    /// Where the web server listens.
    pub address: SocketAddr,
    /// Where browsers open it.
    pub url: String,
    /// Where Prometheus asks, if the settings let it.
    pub metrics: Option<SocketAddr>,
    /// Proves who runs the machine, where nobody has an account yet: print it for them.
    pub setup_code: Option<PrintedCode>,
    task: JoinHandle<anyhow::Result<()>>,
}

impl Running {
    /// Waits until the server has stopped: its sockets closed, its store flushed.
    pub async fn stopped(self) -> anyhow::Result<()> {
        self.task.await?
    }
}

/// Starts a server that runs until `shutdown` completes, and then for 5 s at most.
///
/// It takes connections when this returns.
pub async fn serve(
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<Running> {
    serve_by(Clock::system(), config, shutdown).await
}

/// Does what [`serve`] does, by a clock of the caller's.
pub async fn serve_by(
    clock: Clock,
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<Running> {
    let listener = listen(&config).await?;
    let address = listener.local_addr().context("reading the address of the web server")?;
    let origins = Origins::new(&config.http.public_url, address)?;
    let url = origins.first().to_owned();
    let store = open_store(&config.data.directory, SERVER_PATIENCE).await?;
    if config.demo {
        demo::seed(&store, &clock).await?;
    }
    let passwords = Arc::new(Passwords::new());
    let (accounts, setup_code) =
        Accounts::open(store.clone(), clock.clone(), Arc::clone(&passwords), &config.sessions)
            .await?;
    let metrics = Metrics::default();
    let figures = MetricsServer::open(&config.metrics, metrics.clone()).await?;
    let metrics_address = figures.as_ref().map(MetricsServer::address).transpose()?;
    let (shards, events) = Shards::start(&config.media, &metrics)?;
    let files =
        Files::open(&config.data.directory, store.clone(), clock.clone(), config.files.clone())
            .context("making the folder of files")?;
    let app =
        App::start(store.clone(), shards.clone(), events, clock.clone(), files, &metrics, &config)
            .await?;
    let (stop, stopping) = watch::channel(false);
    let crowd = Crowd::default();
    let edge = Edge {
        app: app.clone(),
        sessions: Sessions::new(store.clone(), clock, passwords, &config.sessions),
        accounts,
        cookies: SlotCookies::new(origins.is_secure(), config.sessions.lifetime()),
        crowd: crowd.clone(),
        origins,
        demo: config.demo,
        stopping: stopping.clone(),
    };
    let acceptor = Acceptor {
        listener,
        router: http::router(edge, metrics.clone()),
        trusted_proxies: config.http.trusted_proxies,
        max_connections: config.http.max_connections,
        metrics,
    };
    let telling = figures.map(|figures| {
        let app = app.clone();
        let acceptor = figures.into_acceptor(move || app.present(crowd.len()));
        tokio::spawn(acceptor.run(stopping.clone()))
    });
    let serving = tokio::spawn(acceptor.run(stopping));
    let task = tokio::spawn(async move {
        shutdown.await;
        info!("stopping");
        let _ = stop.send(true);
        serving.await?;
        if let Some(telling) = telling {
            telling.await?;
        }
        app.stop();
        shards.stop().await;
        store.close().await;
        info!("stopped");
        Ok(())
    });
    info!(%address, url, "serving");
    Ok(Running { address, url, metrics: metrics_address, setup_code, task })
}

/// Opens the database in `directory`, making both when they are not there.
///
/// Writes fail when another program writes for longer than `patience`.
pub async fn open_store(directory: &Path, patience: Duration) -> anyhow::Result<Store> {
    let file = directory.join(DATABASE);
    make_private(directory, &file)
        .with_context(|| format!("making the folder {}", directory.display()))?;
    Store::open(&file, patience).await
}

async fn listen(config: &Config) -> anyhow::Result<TcpListener> {
    let address = SocketAddr::new(config.http.bind, config.http.port);
    let error = match TcpListener::bind(address).await {
        Ok(listener) => return Ok(listener),
        Err(error) => error,
    };
    let advice = if error.kind() == io::ErrorKind::AddrInUse {
        "another program listens there: stop it, or take another port with --port"
    } else if error.kind() == io::ErrorKind::PermissionDenied {
        "ports below 1024 need leave: take a higher one with --port"
    } else {
        "see http.bind and http.port in config.toml"
    };
    Err(error).with_context(|| format!("cannot listen on {address}: {advice}"))
}

/// Makes the folder and the file so that their owner alone can read them: messages are nobody
/// else's business. SQLite gives the files beside the database the same mode.
fn make_private(directory: &Path, file: &Path) -> io::Result<()> {
    let mut folder = DirBuilder::new();
    let mut database = OpenOptions::new();
    #[cfg(unix)]
    {
        std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
        std::os::unix::fs::OpenOptionsExt::mode(&mut database, 0o600);
    }
    folder.recursive(true).create(directory)?;
    database.append(true).create(true).open(file).map(drop)
}

/// The database's file, in the folder of the data.
const DATABASE: &str = "palabre.db";
