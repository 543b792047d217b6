//! Ends sessions when their time is up, and what was opened by them.

use tracing::{info, warn};

use super::{App, Inner};
use crate::outbox::CloseReason;
use crate::store::StoreError;

impl App {
    /// Ends each session when its time is up, until the application stops.
    pub(super) async fn end_expired_sessions(self) {
        let Inner { store, clock, .. } = &*self.0;
        loop {
            let now_ms = clock.now_ms();
            if let Err(error) = self.sweep(now_ms).await {
                warn!(%error, "expired sessions not ended");
            }
            // A store that does not answer is asked again after the pause.
            let next_ms = store.next_expiry().await.unwrap_or(Some(now_ms)).unwrap_or(i64::MAX);
            let pause = now_ms + MIN_PAUSE_MS..=now_ms + MAX_PAUSE_MS;
            clock.sleep_until(next_ms.clamp(*pause.start(), *pause.end())).await;
        }
    }

    /// Ends the sessions whose time is up.
    ///
    /// Nothing opens by them any more, so their sockets are closed before they are forgotten: a
    /// store that is full cannot keep them open.
    async fn sweep(&self, now_ms: i64) -> Result<(), StoreError> {
        let Inner { store, .. } = &*self.0;
        let expired = store.expired_sessions(now_ms).await?;
        for session in &expired {
            self.cut_off(*session, CloseReason::Expired).await;
        }
        for session in &expired {
            store.delete_session(*session).await?;
            info!(%session, "session expired");
        }
        if !expired.is_empty() {
            self.let_guests_go().await;
        }
        Ok(())
    }
}

/// Between two looks at the store, in ms, however many sessions expire one after the other.
const MIN_PAUSE_MS: i64 = 1_000;

/// How long to sleep at most, in ms: a session that is opened meanwhile may be the next to expire.
const MAX_PAUSE_MS: i64 = 3_600_000;
