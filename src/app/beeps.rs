//! Beeps, and who may beep at whom.

use palabre_signaling::beep;
use palabre_signaling::error::Refusal;
use palabre_signaling::wire::{
    BeepLeave, ClientId, Content, ConversationId, ConversationKind, Event, PersonId, Reply,
};

use super::{App, Inner};
use crate::error::RequestError;
use crate::outbox::Frame;
use crate::quiet::is_quiet;
use crate::store::NewMessage;

impl App {
    /// Stores a beep as a message, which the devices of the other one are told of.
    pub(super) async fn beep(
        &self,
        person: PersonId,
        conversation: ConversationId,
        client_id: ClientId,
        why: Option<&str>,
    ) -> Result<Reply, RequestError> {
        let Inner { store, clock, people, conversations, .. } = &*self.0;
        let why = beep::check_why(why)?;
        let other = self.other_in(conversation, person).await?;
        let now_ms = clock.now_ms();
        if !store.may_beep(other, person).await? {
            return Err(Refusal::NoBeepLeave.into());
        }
        if is_quiet(&people.preferences(other), now_ms) {
            return Err(Refusal::QuietHours.into());
        }
        self.take_beep(person, other, client_id, now_ms)?;
        let content = Content::Beep { why };
        let draft = NewMessage::new(conversation, person, client_id, content, now_ms);
        Ok(Reply::Message { message: conversations.post(draft).await? })
    }

    /// Asks somebody for leave.
    pub(super) async fn ask_beep_leave(
        &self,
        person: PersonId,
        owner: PersonId,
    ) -> Result<Reply, RequestError> {
        check_other(person, owner)?;
        let Inner { store, clock, .. } = &*self.0;
        let leaves = store.ask_beep_leave(owner, person, clock.now_ms()).await??;
        self.tell_leaves(leaves);
        Ok(Reply::Done)
    }

    /// Gives somebody leave, or takes it back.
    pub(super) async fn set_beep_leave(
        &self,
        person: PersonId,
        other: PersonId,
        given: bool,
    ) -> Result<Reply, RequestError> {
        check_other(person, other)?;
        let leaves = self.0.store.set_beep_leave(person, other, given).await??;
        self.tell_leaves(leaves);
        Ok(Reply::Done)
    }

    /// The other one of a direct conversation.
    async fn other_in(
        &self,
        conversation: ConversationId,
        person: PersonId,
    ) -> Result<PersonId, RequestError> {
        let Inner { store, conversations, .. } = &*self.0;
        if !store.is_member(person, conversation).await? {
            return Err(Refusal::NotAMember.into());
        }
        let conversation = conversations.snapshot(conversation).await?;
        let other = conversation.members.iter().find(|it| **it != person);
        match (conversation.kind, other) {
            (ConversationKind::Direct, Some(other)) => Ok(*other),
            _ => {
                Err(Refusal::NotAllowed("beep at one person, in your conversation with them")
                    .into())
            }
        }
    }

    fn take_beep(
        &self,
        from: PersonId,
        to: PersonId,
        client_id: ClientId,
        now_ms: i64,
    ) -> Result<(), Refusal> {
        let mut beeps = self.beeps();
        if MAX_PAIRS <= beeps.len() {
            beeps.retain(|_, recent| !recent.is_over(now_ms));
        }
        beeps.entry((from, to)).or_default().take(now_ms, client_id)
    }

    /// Tells both how they stand, the first being the other's `person`.
    fn tell_leaves(&self, leaves: [BeepLeave; 2]) {
        let [owners, others] = leaves;
        for (person, leave) in [(others.person, owners), (owners.person, others)] {
            self.0.people.send([person], &Frame::new(Event::BeepLeaveChanged { leave }));
        }
    }
}

fn check_other(person: PersonId, other: PersonId) -> Result<(), Refusal> {
    if person == other { Err(Refusal::NoSuchPerson) } else { Ok(()) }
}

/// Pairs of people whose beeps are remembered before those are swept that are over. Each of them
/// has given the other leave.
const MAX_PAIRS: usize = 10_000;
