//! Who comes into conversations and goes.

use palabre_signaling::error::Refusal;
use palabre_signaling::membership::MemberChange;
use palabre_signaling::wire::{ConversationId, PersonId, Reply, Request};

use super::{App, Inner};
use crate::error::RequestError;

impl App {
    /// Does what somebody asks about who is in a conversation.
    #[expect(clippy::wildcard_enum_match_arm, reason = "`App::answer` sorts the requests")]
    pub(super) async fn answer_about_members(
        &self,
        person: PersonId,
        request: Request,
    ) -> Result<Reply, RequestError> {
        match request {
            Request::AddMembers { conversation, people } => {
                self.change_members(conversation, person, MemberChange::Add(people)).await
            }
            Request::SetAdmin { conversation, person: whom, admin } => {
                let change = MemberChange::SetAdmin(whom, admin);
                self.change_members(conversation, person, change).await
            }
            Request::RenameConversation { conversation, title } => {
                self.change_members(conversation, person, MemberChange::Rename(title)).await
            }
            Request::SetLifetime { conversation, lifetime_s } => {
                let change = MemberChange::SetLifetime(lifetime_s);
                self.change_members(conversation, person, change).await
            }
            Request::RemoveMember { conversation, person: whom } => {
                let change = MemberChange::Remove(whom);
                self.0.conversations.change_members(conversation, person, change).await?;
                Ok(Reply::Done)
            }
            Request::OpenSaved => self.open_saved(person).await,
            _ => Err(Refusal::Malformed("not about members").into()),
        }
    }

    async fn change_members(
        &self,
        conversation: ConversationId,
        person: PersonId,
        change: MemberChange,
    ) -> Result<Reply, RequestError> {
        let conversations = &self.0.conversations;
        conversations.change_members(conversation, person, change).await?;
        let conversation = conversations.snapshot(conversation).await?;
        Ok(self.conversation_reply(person, conversation))
    }

    async fn open_saved(&self, person: PersonId) -> Result<Reply, RequestError> {
        let Inner { store, clock, conversations, .. } = &*self.0;
        let (id, is_new) = store.saved_conversation(person, clock.now_ms()).await?;
        if is_new {
            conversations.announce(id);
        }
        let conversation = conversations.snapshot(id).await?;
        Ok(self.conversation_reply(person, conversation))
    }
}
