//! Palabre: a self-hosted server for chat and group calls.

pub mod app;
pub mod clock;
pub mod config;
mod error;
pub mod outbox;
mod people;
pub mod shards;
pub mod store;

use std::net::SocketAddr;

use tokio::task::JoinHandle;

use config::Config;

/// A server that runs; dropping it leaves it running.
#[derive(Debug)]
pub struct Running {
    /// Where the web server listens.
    pub address: SocketAddr,
    task: JoinHandle<anyhow::Result<()>>,
}

impl Running {
    /// Waits until the server has stopped: its sockets closed, its store flushed.
    pub async fn stopped(self) -> anyhow::Result<()> {
        self.task.await?
    }
}

/// Starts a server that runs until `shutdown` completes.
pub async fn serve(
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<Running> {
    let listener = tokio::net::TcpListener::bind((config.http.bind, config.http.port)).await?;
    let address = listener.local_addr()?;
    let task = tokio::spawn(async move {
        shutdown.await;
        drop(listener);
        Ok(())
    });
    Ok(Running { address, task })
}
