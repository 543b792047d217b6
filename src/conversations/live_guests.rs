//! The guests of a live conversation: who waits, who is let in, and whom they know.

use palabre_signaling::error::Refusal;
use palabre_signaling::guest::{check_host, hosts};
use palabre_signaling::membership::MemberChange;
use palabre_signaling::wire::{Event, Lobby, PersonId};
use tracing::info;

use super::task::Live;
use crate::error::RequestError;
use crate::outbox::{CloseReason, Frame};

impl Live {
    /// Tells those who may let guests in who waits.
    pub(super) fn tell_lobby(&self) {
        let waiting = self.world.lobbies.waiting(self.id);
        let lobby = Lobby { conversation: self.id, waiting };
        let frame = Frame::new(Event::LobbyChanged { lobby });
        self.world.people.send(hosts(&self.snapshot()), &frame);
    }

    /// The same when others than before may let them in, or may not any more.
    pub(super) fn retell_lobby(&self) {
        if !self.world.lobbies.waiting(self.id).is_empty() {
            self.tell_lobby();
        }
    }

    /// Lets a guest in who waits, or turns them away.
    pub(super) async fn decide_on_guest(
        &mut self,
        host: PersonId,
        guest: PersonId,
        admit: bool,
    ) -> Result<(), RequestError> {
        check_host(&self.snapshot(), host)?;
        if !self.world.lobbies.leave(self.id, guest) {
            return Err(Refusal::NoSuchPerson.into());
        }
        self.tell_lobby();
        if admit {
            self.change_members(host, MemberChange::Admit(guest)).await?;
            let now_ms = self.world.clock.now_ms();
            self.with_call(now_ms, |call| call.let_in(now_ms, guest, true)).await;
        } else {
            self.world.store.refuse_guest(self.id, guest).await?;
        }
        info!(conversation = %self.id, person = %guest, by = %host, admit, "guest decided on");
        self.look_again(guest);
        Ok(())
    }

    /// Has a guest's devices start over: whom they know and what they may read is another than it
    /// was.
    pub(super) fn look_again(&self, guest: PersonId) {
        self.world.people.close_person(guest, CloseReason::FellBehind);
    }

    /// Keeps up whom the guests here know and who knows them, after `came` came and `gone` went.
    pub(super) async fn introduce_guests(
        &self,
        came: &[PersonId],
        gone: &[PersonId],
    ) -> Result<(), RequestError> {
        let people = &self.world.people;
        let members = self.conversation.members();
        let guests: Vec<PersonId> =
            members.iter().copied().filter(|person| people.is_guest(*person)).collect();
        for guest in &guests {
            people.set_circle(*guest, members);
        }
        for guest in gone.iter().filter(|person| people.is_guest(**person)) {
            people.set_circle(*guest, &[]);
            self.look_again(*guest);
        }
        if guests.is_empty() {
            return Ok(());
        }
        for new in came.iter().chain(&guests) {
            let Some(person) = self.world.store.person(*new).await? else { continue };
            people.send(members.iter().copied(), &Frame::new(Event::PersonChanged { person }));
            people.tell_presence_to(members, *new);
        }
        Ok(())
    }
}
