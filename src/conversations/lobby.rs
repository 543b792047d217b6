//! The guests who wait to be let in, as long as they are there.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use palabre_signaling::guest::MAX_WAITING;
use palabre_signaling::wire::{ConversationId, PersonId, WaitingGuest};

/// The lobbies of all groups. Each is changed by whoever comes and goes, and read by the task of its
/// conversation.
#[derive(Debug, Default)]
pub(crate) struct Lobbies {
    waiting: Mutex<HashMap<ConversationId, Vec<WaitingGuest>>>,
}

impl Lobbies {
    /// Takes a guest in; returns whether that is news. One for whom there is no room waits unseen,
    /// and comes in when they look again.
    pub(crate) fn enter(&self, conversation: ConversationId, guest: WaitingGuest) -> bool {
        let mut lobbies = self.lock();
        let lobby = lobbies.entry(conversation).or_default();
        let is_new = lobby.iter().all(|other| other.person != guest.person);
        let is_news = is_new && lobby.len() < MAX_WAITING;
        if is_news {
            lobby.push(guest);
        }
        is_news
    }

    /// Lets a guest go; returns whether they were there.
    pub(crate) fn leave(&self, conversation: ConversationId, person: PersonId) -> bool {
        let mut lobbies = self.lock();
        let Some(lobby) = lobbies.get_mut(&conversation) else { return false };
        let before = lobby.len();
        lobby.retain(|guest| guest.person != person);
        let left = lobby.len() < before;
        if lobby.is_empty() {
            lobbies.remove(&conversation);
        }
        left
    }

    /// Who waits.
    pub(crate) fn waiting(&self, conversation: ConversationId) -> Vec<WaitingGuest> {
        self.lock().get(&conversation).cloned().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ConversationId, Vec<WaitingGuest>>> {
        // Nothing in here panics half-way through a change.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
