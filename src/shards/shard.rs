//! One shard: a thread with a socket and an engine.

use tokio::sync::mpsc;

use super::ShardEvent;
use super::command::Command;
use crate::config::MediaConfig;

/// Starts the shard numbered `index`.
pub(super) fn start(
    _config: &MediaConfig,
    index: usize,
    mut commands: mpsc::Receiver<Command>,
    _events: mpsc::Sender<ShardEvent>,
) -> anyhow::Result<()> {
    let run = move || {
        while !matches!(commands.blocking_recv(), None | Some(Command::Stop)) {}
    };
    std::thread::Builder::new().name(format!("shard-{index}")).spawn(run)?;
    Ok(())
}
