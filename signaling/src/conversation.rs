//! The state of a conversation: members, counters and how far each member has got.

use std::collections::HashSet;

use crate::change::Actor;
use crate::error::Refusal;
use crate::span;
use crate::text;
use crate::wire::{self, Content, ConversationKind, Marker, Message, PersonId};

/// A live conversation. Only what the store has committed is told to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Conversation {
    state: wire::Conversation,
}

/// A member who got further.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Advance {
    /// Where they stood.
    pub before: Marker,
    /// Where they stand.
    pub now: Marker,
}

impl Advance {
    /// What a member is told of it; `None` when nothing changes for them. When somebody who reads
    /// privately reads is not told either.
    pub fn seen_by(&self, viewer: PersonId, private: &HashSet<PersonId>) -> Option<Marker> {
        let [before, now] = [self.before, self.now].map(|marker| marker.seen_by(viewer, private));
        (before != now).then_some(now)
    }
}

/// What a conversation is to be made of, after it was checked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Blueprint {
    /// Direct or group.
    pub kind: ConversationKind,
    /// The group's title; empty for a direct conversation.
    pub title: String,
    /// Everybody in it, the creator first, nobody twice.
    pub members: Vec<PersonId>,
}

impl Blueprint {
    /// Checks what `creator` asks for; without a title it is a direct conversation.
    pub fn new(
        creator: PersonId,
        title: Option<&str>,
        others: &[PersonId],
    ) -> Result<Self, Refusal> {
        let mut seen = HashSet::from([creator]);
        let mut members = vec![creator];
        members.extend(others.iter().filter(|person| seen.insert(**person)));
        // A group may begin with its maker alone, who waits for guests or adds people later.
        let (kind, title, sizes) = match title {
            None => (ConversationKind::Direct, String::new(), 2..=2),
            Some(title) => (ConversationKind::Group, check_title(title)?, 1..=MAX_MEMBERS),
        };
        if !sizes.contains(&members.len()) {
            return Err(Refusal::BadMembers { limit: MAX_MEMBERS - 1 });
        }
        Ok(Self { kind, title, members })
    }
}

impl Conversation {
    /// Takes up a conversation as the store has it; its call is kept apart from it.
    pub fn new(state: wire::Conversation) -> Self {
        Self { state: wire::Conversation { call: None, ..state } }
    }

    /// Refuses whoever is not in it.
    pub fn check_member(&self, person: PersonId) -> Result<(), Refusal> {
        if self.state.members.contains(&person) { Ok(()) } else { Err(Refusal::NotAMember) }
    }

    /// Refuses what is meant for the other member where there are but two and that one is gone for
    /// good; `is_any_gone` says whether anybody in it is.
    pub fn check_answerable(&self, is_any_gone: bool) -> Result<(), Refusal> {
        let is_group = self.state.kind == ConversationKind::Group;
        if is_any_gone && !is_group { Err(Refusal::AccountDeleted) } else { Ok(()) }
    }

    /// Somebody who is in it, with what they may do; refuses everybody else.
    pub fn actor(&self, person: PersonId) -> Result<Actor, Refusal> {
        self.check_member(person)?;
        Ok(Actor { person, admin: self.state.admins.contains(&person) })
    }

    /// Everybody in it, in the order they were added.
    pub fn members(&self) -> &[PersonId] {
        &self.state.members
    }

    /// Those of a group who may remove others.
    pub fn admins(&self) -> &[PersonId] {
        &self.state.admins
    }

    /// Direct or group.
    pub fn kind(&self) -> ConversationKind {
        self.state.kind
    }

    /// Takes in a message that was stored or changed; returns false when it is old news.
    pub fn on_message(&mut self, message: &Message) -> bool {
        let state = &mut self.state;
        if message.conversation != state.id || message.changed_seq <= state.last_seq {
            return false;
        }
        state.last_seq = message.changed_seq;
        if state.message_count < message.number {
            state.message_count = message.number;
            // Whoever wrote it has it, and has read everything above it.
            let marker = state.markers.iter_mut().find(|marker| marker.person == message.sender);
            if let Some(marker) = marker {
                marker.delivered_number = message.number;
                marker.read_number = message.number;
            }
        }
        if message.number == state.message_count {
            state.last_message = Some(message.clone());
        }
        if message.content == Content::Expired {
            span::add(&mut state.expired, message.number);
        }
        let is_pinned = message.details.pin.is_some();
        match (state.pinned.binary_search(&message.number), is_pinned) {
            (Err(at), true) => state.pinned.insert(at, message.number),
            (Ok(at), false) => drop(state.pinned.remove(at)),
            (Ok(_), true) | (Err(_), false) => {}
        }
        true
    }

    /// Returns the marker a person has after saying how far they got; `None` when it stays.
    ///
    /// It never goes back, and what was read counts as delivered.
    pub fn advance(
        &self,
        person: PersonId,
        delivered_number: u64,
        read_number: u64,
    ) -> Result<Option<Marker>, Refusal> {
        let marker = self.state.markers.iter().find(|marker| marker.person == person);
        let marker = marker.ok_or(Refusal::NotAMember)?;
        let most = self.state.message_count;
        for (what, number) in [("delivered_number", delivered_number), ("read_number", read_number)]
        {
            if most < number {
                return Err(Refusal::OutOfRange { what, least: 0, most });
            }
        }
        let read_number = marker.read_number.max(read_number);
        let delivered_number = marker.delivered_number.max(delivered_number).max(read_number);
        let advanced = Marker { person, delivered_number, read_number, read_hidden: false };
        Ok((advanced != *marker).then_some(advanced))
    }

    /// Takes in a marker that was stored, and returns where the person stood before and stands now.
    /// It only rises: two devices may have said at the same time how far they got.
    pub fn on_marker(&mut self, stored: Marker) -> Advance {
        let marker = self.state.markers.iter_mut().find(|it| it.person == stored.person);
        let Some(marker) = marker else { return Advance { before: stored, now: stored } };
        let before = *marker;
        marker.delivered_number = marker.delivered_number.max(stored.delivered_number);
        marker.read_number = marker.read_number.max(stored.read_number);
        Advance { before, now: *marker }
    }

    /// The conversation as its members see it, with the call under way.
    pub fn snapshot(&self, call: Option<wire::Call>) -> wire::Conversation {
        wire::Conversation { call, ..self.state.clone() }
    }

    /// Those of the members who may read the message with this number.
    pub fn readers(&self, number: u64) -> impl Iterator<Item = PersonId> {
        let reads = move |person: &PersonId| self.state.since_number(*person) < number;
        self.state.members.iter().copied().filter(reads)
    }

    /// How many messages a member has not read and still can.
    pub fn unread(&self, person: PersonId) -> u64 {
        let read_number = self.state.read_number(person);
        span::count_outside(&self.state.expired, read_number, self.state.message_count)
    }

    /// The title, when it is a group.
    pub fn group_title(&self) -> Option<&str> {
        (self.state.kind == ConversationKind::Group).then_some(self.state.title.as_str())
    }

    /// Members who do not read everything.
    pub fn newcomers(&self) -> impl Iterator<Item = PersonId> {
        self.state.newcomers.iter().map(|newcomer| newcomer.person)
    }
}

impl wire::Conversation {
    /// The number of the last message that a member does not read; 0 for those who read all.
    pub fn since_number(&self, person: PersonId) -> u64 {
        let newcomer = self.newcomers.iter().find(|newcomer| newcomer.person == person);
        newcomer.map_or(0, |newcomer| newcomer.since_number)
    }

    /// How far a member has read.
    fn read_number(&self, person: PersonId) -> u64 {
        let marker = self.markers.iter().find(|marker| marker.person == person);
        marker.map_or(0, |marker| marker.read_number)
    }

    /// Whether messages have disappeared that a member had not read.
    pub fn has_missed(&self, person: PersonId) -> bool {
        let read_number = self.read_number(person);
        self.expired.last().is_some_and(|span| read_number < span.to_number)
    }

    /// Leaves out what a member does not read. Of what has disappeared it tells only what lies above
    /// what they have read themselves: the rest would tell how far others are.
    pub fn seen_by(mut self, person: PersonId) -> Self {
        let since_number = self.since_number(person);
        let read_number = self.read_number(person);
        self.expired.retain(|span| read_number < span.to_number);
        self.pinned.retain(|number| since_number < *number);
        self.last_message = self.last_message.filter(|message| since_number < message.number);
        self
    }
}

impl wire::Conversation {
    /// Leaves out what others have read when they or `viewer` read privately.
    pub fn hide_reading(&mut self, viewer: PersonId, private: &HashSet<PersonId>) {
        if private.is_empty() {
            return;
        }
        for marker in &mut self.markers {
            *marker = marker.seen_by(viewer, private);
        }
    }
}

impl Marker {
    /// The marker as a member sees it: who does not tell what they read is not told either.
    pub fn seen_by(self, viewer: PersonId, private: &HashSet<PersonId>) -> Self {
        let hides = |person: PersonId| private.contains(&person);
        if viewer != self.person && (hides(viewer) || hides(self.person)) {
            return Self { read_number: 0, read_hidden: true, ..self };
        }
        self
    }
}

pub(crate) fn check_title(title: &str) -> Result<String, Refusal> {
    let title = text::one_line(title);
    if !(1..=MAX_TITLE_CHARS).contains(&title.chars().count()) {
        return Err(Refusal::BadTitle { limit: MAX_TITLE_CHARS });
    }
    Ok(title)
}

/// Groups that one person may make in 24 hours: each stays in the list of all its members.
pub const MAX_GROUPS_A_DAY: u32 = 100;

/// Members of one group, the creator included.
pub const MAX_MEMBERS: usize = 500;

/// Longest title of a group, in characters after trimming.
pub const MAX_TITLE_CHARS: usize = 100;

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_direct_conversation_has_exactly_one_other_member() {
        let made = Blueprint::new(ANA, None, &[BEN, BEN, ANA]).unwrap();

        assert_eq!(made.kind, ConversationKind::Direct);
        assert_eq!(made.members, [ANA, BEN]);
        assert!(Blueprint::new(ANA, None, &[ANA]).is_err());
        assert!(Blueprint::new(ANA, None, &[]).is_err());
        assert!(Blueprint::new(ANA, None, &[BEN, CLO]).is_err());
    }

    #[test]
    fn a_group_needs_a_title_and_somebody_else() {
        let made = Blueprint::new(ANA, Some(" Kitchen "), &[BEN, CLO]).unwrap();

        assert_eq!(made.title, "Kitchen");
        assert_eq!(made.members, [ANA, BEN, CLO]);
        assert!(matches!(
            Blueprint::new(ANA, Some("  "), &[BEN]),
            Err(Refusal::BadTitle { limit: MAX_TITLE_CHARS })
        ));
        assert!(Blueprint::new(ANA, Some(&"é".repeat(100)), &[BEN]).is_ok());
        assert!(Blueprint::new(ANA, Some(&"é".repeat(101)), &[BEN]).is_err());
        assert_eq!(Blueprint::new(ANA, Some("alone"), &[]).unwrap().members, [ANA]);
        assert!(Blueprint::new(ANA, Some("\u{202e}\u{200b}"), &[BEN]).is_err());
        let turned = Blueprint::new(ANA, Some("\u{202e}nimda\n"), &[BEN]).unwrap();
        assert_eq!(turned.title, "nimda");
    }

    #[test]
    fn a_group_has_at_most_five_hundred_members() {
        let people: Vec<_> = (2..=500).map(|n| PersonId(Uuid::from_u128(n))).collect();

        assert!(Blueprint::new(ANA, Some("all"), &people).is_ok());
        let more = [people.as_slice(), &[PersonId(Uuid::from_u128(501))]].concat();
        assert!(Blueprint::new(ANA, Some("all"), &more).is_err());
    }

    #[test]
    fn who_reads_privately_tells_nobody_and_is_told_by_nobody() {
        let read =
            |person| Marker { person, delivered_number: 3, read_number: 2, read_hidden: false };
        let private = HashSet::from([BEN]);
        let seen = |of, viewer| read(of).seen_by(viewer, &private).read_number;

        assert_eq!([seen(BEN, ANA), seen(ANA, BEN), seen(BEN, BEN), seen(ANA, CLO)], [0, 0, 2, 2]);
        let further = Advance { before: read(BEN), now: Marker { read_number: 3, ..read(BEN) } };
        assert_eq!(further.seen_by(ANA, &private), None);
        assert_eq!(further.seen_by(BEN, &private), Some(further.now));
        let reached = Advance { now: Marker { delivered_number: 4, ..further.now }, ..further };
        assert!(reached.seen_by(ANA, &private).is_some_and(|it| it.read_hidden));
    }

    const ANA: PersonId = PersonId(Uuid::from_u128(1));
    const BEN: PersonId = PersonId(Uuid::from_u128(2));
    const CLO: PersonId = PersonId(Uuid::from_u128(3));
}
