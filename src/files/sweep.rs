//! Removes what nobody needs: uploads of which nothing more came, files that no message carries, and
//! the bytes of messages that were deleted.

use tracing::{debug, warn};

use super::{FileError, Files, Inner};
use crate::store::Hash;

impl Files {
    /// Removes what nobody needs, whenever there may be something, until it is stopped.
    pub(crate) async fn keep_tidy(self) {
        let Inner { clock, unneeded, .. } = &*self.0;
        loop {
            if let Err(error) = self.sweep().await {
                warn!(%error, "files that nobody needs not removed");
            }
            tokio::select! {
                () = unneeded.notified() => {}
                () = clock.sleep_until(clock.now_ms() + PAUSE_MS) => {}
            }
        }
    }

    pub(super) async fn sweep(&self) -> Result<(), FileError> {
        let Inner { store, folder, clock, config, turns, .. } = &*self.0;
        let now_ms = clock.now_ms();
        for file in store.expired_uploads(now_ms).await? {
            let _turn = turns.take(file).await;
            store.delete_upload(file).await?;
            folder.remove_upload(file).await?;
        }
        store.delete_unsent_files(now_ms - config.unsent_ms()).await?;
        for hash in store.orphans().await? {
            self.remove_unless_needed(hash).await?;
        }
        Ok(())
    }

    async fn remove_unless_needed(&self, hash: Hash) -> Result<(), FileError> {
        let Inner { store, folder, placing, .. } = &*self.0;
        let _placing = placing.lock().await;
        if !store.is_blob_needed(hash).await? {
            folder.remove_blob(hash).await?;
            debug!(hash = super::hex(&hash), "file removed");
        }
        store.settle_orphan(hash).await?;
        Ok(())
    }
}

/// Between two looks when nobody says that there is something, in ms.
const PAUSE_MS: i64 = 3_600_000;
