//! Deletes accounts. Conversations stay readable for everybody else.

use palabre_signaling::membership::MemberChange;
use palabre_signaling::wire::{ConversationId, PersonId};
use tracing::{info, warn};

use super::{App, Inner};
use crate::error::RequestError;
use crate::outbox::CloseReason;
use crate::store::{Deletion, StoreError};

impl App {
    /// Deletes the account of a person who has just proved to be themselves.
    ///
    /// The store forgets first; whatever is interrupted after that is finished by the next start.
    pub(crate) async fn delete_account(&self, person: PersonId) -> Result<(), RequestError> {
        let Inner { store, people, files, .. } = &*self.0;
        // A status or preferences on their way must not be told after the person is gone.
        let turn = self.0.status_changes.lock().await;
        let deletion = store.delete_account(person).await??;
        let Deletion { person: gone, sessions, groups } = deletion;
        people.delete(gone);
        drop(turn);
        info!(%person, sessions = sessions.len(), groups = groups.len(), "account deleted");
        for session in sessions {
            self.cut_off(session, CloseReason::Revoked).await;
        }
        self.let_guests_go().await;
        for group in groups {
            self.leave_for_good(group, person).await;
        }
        files.tidy();
        Ok(())
    }

    /// Takes those out of their groups who were deleted just before the server stopped.
    pub(super) async fn finish_deletions(self) {
        match self.0.store.groups_of_deleted().await {
            Ok(groups) => {
                for (group, person) in groups {
                    self.leave_for_good(group, person).await;
                }
            }
            Err(error) => warn!(%error, "deletions not finished"),
        }
    }

    /// Takes in whose accounts were deleted before the server started.
    pub(super) async fn recall_deleted(&self) -> Result<(), StoreError> {
        self.0.people.introduce_deleted(self.0.store.deleted_people().await?);
        Ok(())
    }

    async fn leave_for_good(&self, group: ConversationId, person: PersonId) {
        let leave = MemberChange::Remove(person);
        if let Err(error) = self.0.conversations.change_members(group, person, leave).await {
            // The next start tries again.
            warn!(conversation = %group, %person, %error, "deleted person stays in a group");
        }
    }
}
