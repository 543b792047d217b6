//! What people decide about themselves: their status, and what others see of them.

use std::collections::HashSet;

use palabre_signaling::error::Refusal;
use palabre_signaling::wire::{ChosenStatus, Event, FileId, PersonId, Preferences, Reply};
use palabre_signaling::{account, preferences, presence};
use tracing::warn;

use super::{App, Inner};
use crate::error::RequestError;
use crate::people::StatusChange;
use crate::quiet::is_time_zone;
use crate::store::{SessionId, StoreError};

impl App {
    /// Changes what a person shows of themselves.
    pub(super) async fn set_status(
        &self,
        person: PersonId,
        chosen: ChosenStatus,
    ) -> Result<Reply, RequestError> {
        let Inner { clock, .. } = &*self.0;
        let ChosenStatus { status, text, until_ms } = chosen;
        let now_ms = clock.now_ms();
        let chosen = presence::check_status(status, text.as_deref(), until_ms, now_ms)?;
        self.keep_status(person, chosen).await?;
        self.0.status_ends.notify_one();
        Ok(Reply::Done)
    }

    /// Changes how a person is shown to others, and tells all who know them.
    pub(super) async fn set_profile(
        &self,
        person: PersonId,
        full_name: &str,
        picture: Option<FileId>,
    ) -> Result<Reply, RequestError> {
        let full_name = account::check_full_name(full_name)?;
        let changed = self.0.store.set_profile(person, full_name, picture).await??;
        self.0.people.tell_of(person, Event::PersonChanged { person: changed });
        Ok(Reply::Done)
    }

    /// The sessions by which devices of a person are connected.
    pub(crate) fn sessions_online(&self, person: PersonId) -> HashSet<SessionId> {
        self.0.people.sessions_of(person)
    }

    async fn keep_status(&self, person: PersonId, chosen: ChosenStatus) -> Result<(), StoreError> {
        let Inner { store, people, clock, .. } = &*self.0;
        let turn = self.0.status_changes.lock().await;
        store.set_status(person, chosen.clone()).await?;
        let stored_ms = store.status(person).await?.and_then(|(_, last_seen_ms)| last_seen_ms);
        let StatusChange { typing_in, last_seen_ms } =
            people.set_status(person, chosen, stored_ms, clock.now_ms());
        drop(turn);
        if let Some(last_seen_ms) = last_seen_ms {
            store.set_last_seen(person, last_seen_ms).await?;
        }
        if let Some(conversation) = typing_in {
            self.stop_typing(conversation, person).await;
        }
        Ok(())
    }

    /// Ends statuses whose time is up, until the application stops.
    pub(super) async fn end_statuses(self) {
        let Inner { store, clock, status_ends, .. } = &*self.0;
        loop {
            let now_ms = clock.now_ms();
            let ends = store.status_ends().await.unwrap_or_else(|error| {
                warn!(%error, "statuses not ended");
                Vec::new()
            });
            let mut next_ms = now_ms + MAX_PAUSE_MS;
            for (person, until_ms) in ends {
                if now_ms < until_ms {
                    next_ms = next_ms.min(until_ms);
                } else if let Err(error) = self.keep_status(person, ChosenStatus::default()).await {
                    warn!(%error, "a status not ended");
                    next_ms = now_ms + RETRY_MS;
                }
            }
            tokio::select! {
                () = clock.sleep_until(next_ms) => {}
                () = status_ends.notified() => {}
            }
        }
    }

    /// Changes what a person decided about themselves.
    pub(super) async fn set_preferences(
        &self,
        person: PersonId,
        preferences: Preferences,
    ) -> Result<Reply, RequestError> {
        let Inner { store, people, .. } = &*self.0;
        preferences::check(&preferences)?;
        if let Some(quiet) = &preferences.quiet_hours
            && !is_time_zone(&quiet.time_zone)
        {
            return Err(Refusal::UnknownTimeZone.into());
        }
        let turn = self.0.status_changes.lock().await;
        store.set_preferences(person, preferences.clone()).await?;
        people.set_preferences(person, preferences);
        drop(turn);
        Ok(Reply::Done)
    }
}

/// How long to sleep at most, in ms.
const MAX_PAUSE_MS: i64 = 3_600_000;

/// Before a store that failed is asked again, in ms.
const RETRY_MS: i64 = 10_000;
