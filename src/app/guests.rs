//! Guests: the links by which they come, the lobby in which they wait, and their leave.

use palabre_signaling::error::Refusal;
use palabre_signaling::guest;
use palabre_signaling::membership::MemberChange;
use palabre_signaling::wire::{
    ConversationId, GuestLink, GuestLinkId, GuestPass, GuestState, Lobby, Person, PersonId, Reply,
    Request, WaitingGuest,
};
use tracing::{info, warn};
use uuid::Uuid;

use super::{App, Inner, Link};
use crate::error::RequestError;
use crate::outbox::CloseReason;
use crate::sessions::Token;

impl App {
    /// Does what a device asks about guests.
    #[expect(clippy::wildcard_enum_match_arm, reason = "`App::answer` sorts the requests")]
    pub(super) async fn answer_about_guests(
        &self,
        link: &Link,
        request: Request,
    ) -> Result<Reply, RequestError> {
        let Inner { store, clock, conversations, .. } = &*self.0;
        let person = link.key.person;
        match request {
            Request::CreateGuestLink { conversation, uses, lifetime_s } => {
                return self.create_guest_link(person, conversation, uses, lifetime_s).await;
            }
            Request::GuestLinks { conversation } => {
                self.check_host(conversation, person).await?;
                let links = store.guest_links(conversation, clock.now_ms()).await?;
                return Ok(Reply::GuestLinks { links });
            }
            Request::RevokeGuestLink { conversation, link } => {
                self.check_host(conversation, person).await?;
                self.revoke_guest_link(person, conversation, link).await?;
            }
            Request::AdmitGuest { conversation, person: guest } => {
                conversations.decide_on_guest(conversation, person, guest, true).await?;
            }
            Request::RefuseGuest { conversation, person: guest } => {
                conversations.decide_on_guest(conversation, person, guest, false).await?;
            }
            _ => return Err(Refusal::Malformed("not about guests").into()),
        }
        Ok(Reply::Done)
    }

    /// Is told of somebody who has just come by a link.
    pub(crate) fn expect_guest(&self, guest: PersonId) {
        self.0.people.set_circle(guest, &[]);
    }

    /// Is told that a guest has an account now.
    pub(crate) fn promote_guest(&self, person: &Person) {
        self.0.people.forget_guest(person.id);
        self.introduce(person);
    }

    /// Takes a guest who may not be in yet into the lobby.
    pub(super) async fn welcome_guest(
        &self,
        person: &Person,
    ) -> Result<Option<GuestPass>, RequestError> {
        let Inner { store, clock, conversations, people, .. } = &*self.0;
        if !people.is_guest(person.id) {
            return Ok(None);
        }
        let pass = store.guest_pass(person.id).await?.ok_or(Refusal::NotSignedIn)?;
        if pass.state == GuestState::Waiting {
            let (name, since_ms) = (person.full_name.clone(), clock.now_ms());
            let waiting = WaitingGuest { person: person.id, name, since_ms };
            conversations.enter_lobby(pass.conversation, waiting);
        }
        Ok(Some(pass))
    }

    /// Lets a guest go from the lobby whose last device has left.
    pub(super) async fn leave_lobby(&self, person: PersonId) {
        let Inner { store, conversations, people, .. } = &*self.0;
        if !people.is_guest(person) || people.has_devices(person) {
            return;
        }
        match store.guest_pass(person).await {
            Ok(Some(pass)) => conversations.leave_lobby(pass.conversation, person),
            Ok(None) => {}
            Err(error) => warn!(%error, "guest stays in the lobby"),
        }
    }

    /// Who waits where the person may let them in.
    pub(super) fn lobbies_of(
        &self,
        person: PersonId,
        conversations: &[palabre_signaling::wire::Conversation],
    ) -> Vec<Lobby> {
        let mine = conversations.iter().filter(|it| guest::hosts(it).contains(&person));
        let lobby = |it: &palabre_signaling::wire::Conversation| Lobby {
            conversation: it.id,
            waiting: self.0.conversations.waiting(it.id),
        };
        mine.map(lobby).filter(|lobby| !lobby.waiting.is_empty()).collect()
    }

    /// Takes guests out of their groups whose sessions have ended.
    pub(super) async fn let_guests_go(&self) {
        let Inner { store, clock, conversations, .. } = &*self.0;
        let departed = match store.departed_guests(clock.now_ms()).await {
            Ok(departed) => departed,
            Err(error) => return warn!(%error, "guests not let go"),
        };
        for guest in departed {
            let change = MemberChange::Remove(guest.person);
            let left = conversations.change_members(guest.conversation, guest.person, change).await;
            if let Err(error) = left {
                warn!(person = %guest.person, %error, "guest not let go");
            }
        }
    }

    async fn create_guest_link(
        &self,
        by: PersonId,
        conversation: ConversationId,
        uses: u32,
        lifetime_s: u32,
    ) -> Result<Reply, RequestError> {
        self.check_host(conversation, by).await?;
        guest::check_link(uses, lifetime_s)?;
        let code = Token::generate().map_err(|error| RequestError::Internal(error.to_string()))?;
        let now_ms = self.0.clock.now_ms();
        let link = GuestLink {
            id: GuestLinkId(Uuid::now_v7()),
            conversation,
            made_by: by,
            made_at_ms: now_ms,
            expires_at_ms: now_ms + i64::from(lifetime_s) * 1_000,
            uses_left: uses,
            uses,
        };
        self.0.store.create_guest_link(link, code.hash()).await??;
        info!(link = %link.id, %conversation, %by, "link for guests made");
        Ok(Reply::GuestLink { link, code: code.encode() })
    }

    async fn revoke_guest_link(
        &self,
        by: PersonId,
        conversation: ConversationId,
        link: GuestLinkId,
    ) -> Result<(), RequestError> {
        let sessions = self.0.store.revoke_guest_link(conversation, link).await?;
        for session in sessions {
            self.cut_off(session, CloseReason::Revoked).await;
        }
        self.let_guests_go().await;
        info!(%link, %by, "link for guests revoked");
        Ok(())
    }

    async fn check_host(
        &self,
        conversation: ConversationId,
        person: PersonId,
    ) -> Result<(), RequestError> {
        if !self.0.store.is_member(person, conversation).await? {
            return Err(Refusal::NotAMember.into());
        }
        Ok(guest::check_host(&self.0.conversations.snapshot(conversation).await?, person)?)
    }
}
