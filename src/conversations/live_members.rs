//! The members of a live conversation: takes in who comes and goes.

use palabre_signaling::conversation::Conversation;
use palabre_signaling::membership::MemberChange;
use palabre_signaling::wire::{Event, PersonId};
use tracing::info;

use super::live_call::LiveCall;
use super::task::Live;
use crate::error::RequestError;
use crate::outbox::Frame;
use crate::store::NewMembership;

impl Live {
    /// Changes who is in the conversation. Those who stay are told of the notice and of how it
    /// stands then, those who come of how it stands, and those who go that they are out.
    pub(super) async fn change_members(
        &mut self,
        actor: PersonId,
        change: MemberChange,
    ) -> Result<(), RequestError> {
        let store = self.world.store.clone();
        let now_ms = self.world.clock.now_ms();
        let change = NewMembership { conversation: self.id, actor, change, now_ms };
        let Some(notice) = store.change_members(change).await?? else { return Ok(()) };
        let before = self.conversation.members().to_vec();
        // Read again rather than worked out again: the store alone knows what it has stored.
        let stored = store.conversation(self.id).await?;
        let Some(stored) = stored.map(Conversation::new) else { return Ok(()) };
        let gone: Vec<PersonId> =
            before.iter().copied().filter(|person| !stored.members().contains(person)).collect();
        self.conversation = stored;
        let number = notice.number;
        let frame = Frame::new(Event::MessageChanged { message: notice });
        let stay = self.conversation.readers(number).filter(|person| before.contains(person));
        self.world.people.send(stay, &frame);
        let came = self.conversation.members().iter().copied();
        let came: Vec<PersonId> = came.filter(|person| !before.contains(person)).collect();
        self.introduce_guests(&came, &gone).await?;
        self.tell_conversation();
        self.let_go(now_ms, &gone).await;
        for person in came {
            self.with_call(now_ms, |call| call.let_in(now_ms, person, false)).await;
        }
        self.tell_moderators(now_ms).await;
        self.retell_lobby();
        Ok(())
    }

    /// Tells people that they are out, and takes them out of the call.
    async fn let_go(&mut self, now_ms: i64, gone: &[PersonId]) {
        let frame = Frame::new(Event::ConversationRemoved { conversation: self.id });
        self.world.people.send(gone.iter().copied(), &frame);
        let shown = self.call.as_ref().and_then(LiveCall::shown);
        let seats = shown.iter().flat_map(|call| &call.participants);
        let seats: Vec<_> = seats
            .filter(|seat| gone.contains(&seat.person))
            .map(|seat| (seat.person, seat.device))
            .collect();
        for (person, device) in seats {
            self.with_call(now_ms, |call| call.evict(now_ms, person, device)).await;
        }
        for person in gone {
            info!(conversation = %self.id, %person, "member gone");
            self.stop_typing(*person);
            // Whoever is not rung has nothing to decline.
            self.with_call(now_ms, |call| drop(call.decline(now_ms, *person))).await;
        }
    }
}
