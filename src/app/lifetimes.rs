//! Takes messages away whose time is up: by their conversation's lifetime, or by the server's.

use std::collections::HashMap;

use palabre_signaling::wire::{ConversationId, MessageId};
use tracing::{info, warn};

use super::{App, Inner};
use crate::error::RequestError;
use crate::store::{Due, MAX_DUE};

impl App {
    /// Takes messages away whenever their time is up, until the application stops.
    pub(super) async fn expire_messages(self) {
        let clock = &self.0.clock;
        loop {
            if let Err(error) = self.sweep_messages().await {
                warn!(%error, "messages whose time is up not taken away");
            }
            clock.sleep_until(clock.now_ms() + PAUSE_MS).await;
        }
    }

    async fn sweep_messages(&self) -> Result<(), RequestError> {
        let Inner { store, clock, .. } = &*self.0;
        loop {
            let due = store.due_messages(clock.now_ms()).await?;
            self.take_away(&due).await?;
            if due.len() < MAX_DUE {
                break;
            }
        }
        let Some(retention_ms) = self.0.retention_ms else { return Ok(()) };
        loop {
            let due = store.texts_before(clock.now_ms() - retention_ms).await?;
            self.take_away(&due).await?;
            if due.len() < MAX_DUE {
                return Ok(());
            }
        }
    }

    async fn take_away(&self, due: &[Due]) -> Result<(), RequestError> {
        let mut by_conversation: HashMap<ConversationId, Vec<MessageId>> = HashMap::new();
        for (conversation, message) in due {
            by_conversation.entry(*conversation).or_default().push(*message);
        }
        for (conversation, messages) in by_conversation {
            let count = messages.len();
            self.0.conversations.expire(conversation, messages).await?;
            info!(%conversation, count, "messages expired");
        }
        if !due.is_empty() {
            self.0.files.tidy();
        }
        Ok(())
    }
}

/// Between two looks, in ms: with the time that taking away takes, a message is gone within 60 s.
const PAUSE_MS: i64 = 30_000;
