//! Who may come to the place, and who runs it.

use palabre_signaling::error::Refusal;
use palabre_signaling::permission;
use palabre_signaling::wire::{
    Event, Invitation, InvitationId, Person, PersonId, Reply, Request, Role,
};
use tracing::info;
use uuid::Uuid;

use super::{App, Inner, Link};
use crate::error::RequestError;
use crate::sessions::Token;

impl App {
    /// Tells everybody of an account that is new.
    pub fn introduce(&self, person: &Person) {
        self.0.people.introduce(std::iter::once(person));
    }

    /// Does what a device asks about invitations and roles.
    #[expect(clippy::wildcard_enum_match_arm, reason = "`App::answer` sorts the requests")]
    pub(super) async fn answer_about_place(
        &self,
        link: &Link,
        request: Request,
    ) -> Result<Reply, RequestError> {
        let person = link.key.person;
        match request {
            Request::CreateInvitation { role, uses, lifetime_s } => {
                self.create_invitation(person, role, uses, lifetime_s).await
            }
            Request::Invitations => {
                permission::check_administration(self.role_of(person).await?)?;
                let invitations = self.0.store.invitations(self.0.clock.now_ms()).await?;
                Ok(Reply::Invitations { invitations })
            }
            Request::RevokeInvitation { invitation } => {
                permission::check_administration(self.role_of(person).await?)?;
                self.0.store.revoke_invitation(invitation).await?;
                info!(%invitation, by = %person, "invitation revoked");
                Ok(Reply::Done)
            }
            Request::SetRole { person: whose, role } => {
                let changed = self.0.store.set_role(person, whose, role).await??;
                info!(person = %whose, ?role, by = %person, "role changed");
                self.0.people.tell_of(whose, Event::PersonChanged { person: changed });
                Ok(Reply::Done)
            }
            _ => Err(Refusal::Malformed("not about the place").into()),
        }
    }

    async fn create_invitation(
        &self,
        by: PersonId,
        role: Role,
        uses: u32,
        lifetime_s: u32,
    ) -> Result<Reply, RequestError> {
        let Inner { store, clock, .. } = &*self.0;
        permission::check_invitation(self.role_of(by).await?, role, uses, lifetime_s)?;
        let code = Token::generate().map_err(|error| RequestError::Internal(error.to_string()))?;
        let now_ms = clock.now_ms();
        let invitation = Invitation {
            id: InvitationId(Uuid::now_v7()),
            role,
            made_by: by,
            made_at_ms: now_ms,
            expires_at_ms: now_ms + i64::from(lifetime_s) * 1_000,
            uses_left: uses,
            uses,
        };
        store.create_invitation(invitation, code.hash()).await??;
        info!(invitation = %invitation.id, %by, "invitation made");
        Ok(Reply::Invitation { invitation, code: code.encode() })
    }

    async fn role_of(&self, person: PersonId) -> Result<Role, RequestError> {
        let person = self.0.store.person(person).await?.ok_or(Refusal::NotSignedIn)?;
        Ok(person.role)
    }
}
