//! What a device gets when it says hello.

use palabre_signaling::error::Refusal;
use palabre_signaling::presence::{Activity, Attendance};
use palabre_signaling::wire::{Availability, Conversation, PersonId, Presence, Role, Welcome};

use super::{App, Hello, Inner};
use crate::error::RequestError;
use crate::store::{Acquaintance, SessionId};

impl App {
    /// Reads all that a device needs to draw its first screen, and what it missed.
    pub(super) async fn welcome(
        &self,
        person: PersonId,
        session: SessionId,
        hello: &Hello,
    ) -> Result<Welcome, RequestError> {
        let Inner { store, clock, chat, people, .. } = &*self.0;
        let Hello { known, personal_seq, .. } = hello;
        if MAX_KNOWN < known.len() {
            let most = MAX_KNOWN as u64;
            return Err(Refusal::OutOfRange { what: "known", least: 0, most }.into());
        }
        // The session may have been revoked since the socket was opened; from here on a revocation
        // finds the device among the connected ones.
        if !store.has_session(session, clock.now_ms()).await? {
            return Err(Refusal::NotSignedIn.into());
        }
        let acquaintances = store.acquaintances(person).await?;
        people.introduce(acquaintances.iter().map(|it| &it.person));
        let me = acquaintances.iter().find(|it| it.person.id == person);
        let me = me.ok_or(Refusal::NotSignedIn)?;
        let (me, chosen) = (me.person.clone(), me.chosen.clone());
        let mut resumption = store.resume(person, known, *personal_seq).await?;
        resumption.conversations.iter_mut().for_each(|it| self.hide_reading(person, it));
        self.add_calls(&mut resumption.conversations, &resumption.with_call).await?;
        let guest = self.welcome_guest(&me).await?;
        Ok(Welcome {
            me,
            status: people.status(person).unwrap_or(chosen),
            preferences: people.preferences(person),
            push_key: self.0.push.public_key(),
            beep_leaves: store.beep_leaves(person).await?,
            presences: acquaintances.iter().filter_map(|it| self.presence_of(person, it)).collect(),
            people: acquaintances.into_iter().map(|it| it.person).collect(),
            place: store.place().await?,
            guest,
            lobbies: self.lobbies_of(person, &resumption.conversations),
            conversations: resumption.conversations,
            changes: resumption.changes,
            personal: resumption.personal,
            limits: chat.limits(self.0.files.max_file_bytes(), self.0.retention_ms),
            now_ms: clock.now_ms(),
            version: String::from(env!("CARGO_PKG_VERSION")),
        })
    }

    /// Fills in the calls under way, which only their tasks know in full.
    async fn add_calls(
        &self,
        conversations: &mut [Conversation],
        with_call: &[palabre_signaling::wire::ConversationId],
    ) -> Result<(), RequestError> {
        for conversation in conversations.iter_mut().filter(|it| with_call.contains(&it.id)) {
            conversation.call = self.0.conversations.snapshot(conversation.id).await?.call;
        }
        Ok(())
    }

    /// What others see of a person, unless that is nothing at all.
    fn presence_of(&self, viewer: PersonId, it: &Acquaintance) -> Option<Presence> {
        if it.person.role == Role::Deleted {
            return None;
        }
        let (activity, last_seen_ms) = (Activity::Gone, it.last_seen_ms);
        let stored = Attendance { chosen: &it.chosen, activity, last_seen_ms };
        let presence = self.0.people.presence_for(viewer, it.person.id, stored);
        let is_known = presence.availability != Availability::Offline
            || presence.last_seen_ms.is_some()
            || presence.text.is_some();
        is_known.then_some(presence)
    }
}

/// Conversations that a device may say it knows; as many fit into the largest frame.
const MAX_KNOWN: usize = 1024;
