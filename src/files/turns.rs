//! Lets one at a time work on an upload, and the latest who asks go first.
//!
//! A device whose network was cut comes back while the server still waits on the old connection. The
//! old one is stopped then; it has nothing to lose, because what came over it is kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use palabre_signaling::wire::FileId;
use tokio::sync::{OwnedMutexGuard, watch};

/// The turns of all uploads on which somebody works.
#[derive(Debug, Default)]
pub(super) struct Turns(Mutex<HashMap<FileId, Arc<Queue>>>);

/// Leave to work on an upload, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    number: u64,
    queue: Arc<Queue>,
    _guard: OwnedMutexGuard<()>,
}

#[derive(Debug, Default)]
struct Queue {
    working: Arc<tokio::sync::Mutex<()>>,
    /// The number of whoever asked last.
    latest: watch::Sender<u64>,
}

impl Turns {
    /// Stops whoever works on an upload and waits until they have.
    pub(super) async fn take(&self, file: FileId) -> Turn {
        let queue = self.queue(file);
        let mut number = 0;
        queue.latest.send_modify(|latest| {
            *latest += 1;
            number = *latest;
        });
        let _guard = Arc::clone(&queue.working).lock_owned().await;
        Turn { number, queue, _guard }
    }

    fn queue(&self, file: FileId) -> Arc<Queue> {
        // Nothing in here panics half-way through a change.
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that nobody holds or waits for.
        queues.retain(|_, queue| Arc::strong_count(queue) > 1);
        Arc::clone(queues.entry(file).or_default())
    }
}

impl Turn {
    /// Waits until somebody else wants to work on the upload.
    pub(super) async fn is_wanted_elsewhere(&self) {
        let mut latest = self.queue.latest.subscribe();
        // The sender is in `self`, so the wait cannot fail.
        let _ = latest.wait_for(|latest| *latest != self.number).await;
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn whoever_asks_last_goes_on() {
        let (turns, file) = (Arc::new(Turns::default()), FileId(Uuid::nil()));
        let first = turns.take(file).await;
        let other = tokio::spawn({
            let turns = Arc::clone(&turns);
            async move { turns.take(file).await }
        });

        first.is_wanted_elsewhere().await;
        drop(first);

        let second = other.await.unwrap();
        assert_eq!(second.number, 2);
    }

    #[tokio::test]
    async fn uploads_on_which_nobody_works_are_forgotten() {
        let turns = Turns::default();
        for n in 0..100 {
            drop(turns.take(FileId(Uuid::from_u128(n))).await);
        }

        assert_eq!(turns.0.lock().unwrap().len(), 1);
    }
}
