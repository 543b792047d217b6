//! Guests: who may let them in, and what they may do.

use crate::error::Refusal;
use crate::permission::{MAX_LINK_LIFETIME_S, MIN_LINK_LIFETIME_S, check_range};
use crate::wire::{Conversation, ConversationKind, PersonId, Request};

/// Refuses whoever may not make links to a group and let guests in: its admins may, and whoever
/// started the call that is under way in it.
pub fn check_host(conversation: &Conversation, person: PersonId) -> Result<(), Refusal> {
    if !conversation.members.contains(&person) {
        return Err(Refusal::NotAMember);
    }
    if conversation.kind != ConversationKind::Group {
        return Err(Refusal::NotAllowed("make a group first: guests come into groups"));
    }
    if hosts(conversation).contains(&person) {
        return Ok(());
    }
    Err(Refusal::NotAllowed("only an admin of the group or who started the call may do this"))
}

/// Those who may let guests in.
pub fn hosts(conversation: &Conversation) -> Vec<PersonId> {
    let mut hosts = conversation.admins.clone();
    let starter = conversation.call.as_ref().map(|call| call.started_by);
    hosts.extend(starter.filter(|person| {
        conversation.members.contains(person) && !conversation.admins.contains(person)
    }));
    hosts
}

/// Refuses a link that is out of bounds.
pub fn check_link(uses: u32, lifetime_s: u32) -> Result<(), Refusal> {
    check_range("uses", uses, 1..=MAX_GUEST_LINK_USES)?;
    check_range("lifetime_s", lifetime_s, MIN_LINK_LIFETIME_S..=MAX_LINK_LIFETIME_S)
}

/// Refuses what a guest may not ask: a guest takes part where they were let in, and nowhere else.
pub fn check_request(request: &Request) -> Result<(), Refusal> {
    match request {
        Request::Hello { .. }
        | Request::Ping
        | Request::SetStatus { .. }
        | Request::SetAttention { .. }
        | Request::SubscribePush { .. }
        | Request::UnsubscribePush
        | Request::TestPush
        | Request::SendMessage { .. }
        | Request::EditMessage { .. }
        | Request::DeleteMessage { .. }
        | Request::React { .. }
        | Request::StarMessage { .. }
        | Request::HideMessage { .. }
        | Request::MarkListened { .. }
        | Request::Versions { .. }
        | Request::Receipts { .. }
        | Request::Pinned { .. }
        | Request::Starred { .. }
        | Request::Files { .. }
        | Request::Keep { .. }
        | Request::RemoveMember { .. }
        | Request::History { .. }
        | Request::Changes { .. }
        | Request::Mark { .. }
        | Request::Typing { .. }
        | Request::CallHistory { .. }
        | Request::JoinCall { .. }
        | Request::MoveSeat { .. }
        | Request::Offer { .. }
        | Request::Want { .. }
        | Request::SetSending { .. }
        | Request::DeclineCall { .. }
        | Request::LeaveCall { .. }
        | Request::SetHand { .. }
        | Request::SetHold { .. }
        | Request::ReactInCall { .. } => Ok(()),
        Request::CreateConversation { .. }
        | Request::SetProfile { .. }
        | Request::SetPreferences { .. }
        | Request::Beep { .. }
        | Request::AskBeepLeave { .. }
        | Request::SetBeepLeave { .. }
        | Request::ForwardMessage { .. }
        | Request::PinMessage { .. }
        | Request::AddMembers { .. }
        | Request::SetAdmin { .. }
        | Request::RenameConversation { .. }
        | Request::SetLifetime { .. }
        | Request::OpenSaved
        | Request::Search { .. }
        | Request::StartCall { .. }
        | Request::RingPeople { .. }
        | Request::EndCall { .. }
        | Request::StopSending { .. }
        | Request::RemoveFromCall { .. }
        | Request::SetCallRules { .. }
        | Request::CreateInvitation { .. }
        | Request::Invitations
        | Request::RevokeInvitation { .. }
        | Request::SetRole { .. }
        | Request::CreateGuestLink { .. }
        | Request::GuestLinks { .. }
        | Request::RevokeGuestLink { .. }
        | Request::AdmitGuest { .. }
        | Request::RefuseGuest { .. } => {
            Err(Refusal::NotAllowed("guests may not do this: ask for an account"))
        }
    }
}

/// Guests who can come by one link: one that got out does no more harm than that.
pub const MAX_GUEST_LINK_USES: u32 = 100;

/// Links that are good at the same time, to one group.
pub const MAX_GUEST_LINKS: u64 = 20;

/// Guests who wait in one lobby; further ones are told to try again.
pub const MAX_WAITING: usize = 50;

/// How long a guest stays one, in ms: a day, and then they come by a link again.
pub const GUEST_PASS_MS: i64 = 24 * 60 * 60 * 1_000;
