//! What a device knows, kept by applying the welcome and then every event.

use std::collections::{BTreeMap, HashMap, HashSet};

use palabre_signaling::span;
use palabre_signaling::wire::{
    BeepLeave, Call, CallId, CallState, Changes, Content, Conversation, ConversationId, Event,
    Known, Marker, Message, MessageId, ParticipantId, Person, PersonId, Preferences, Presence,
    Slot, Source, Status, WaitingGuest, WantedSource, Welcome,
};

/// State as one device sees it, with a record of what must never happen.
#[derive(Debug, Default)]
pub struct Mirror {
    /// Everybody with an account.
    pub people: HashMap<PersonId, Person>,
    /// Who is there.
    pub presences: HashMap<PersonId, Presence>,
    /// One's own choice.
    pub status: Status,
    /// What one decided about oneself.
    pub preferences: Preferences,
    /// Those with whom leave to beep was asked for or given.
    pub beep_leaves: HashMap<PersonId, BeepLeave>,
    /// One's conversations.
    pub conversations: HashMap<ConversationId, Conversation>,
    /// The messages seen, by number.
    pub messages: HashMap<ConversationId, BTreeMap<u64, Message>>,
    /// The latest state of every call seen, ended ones included.
    pub calls: HashMap<ConversationId, Call>,
    /// Who types where.
    pub typing: HashSet<(ConversationId, PersonId)>,
    /// What one's slots carry.
    pub slots: HashMap<ParticipantId, Vec<Slot>>,
    /// What of one's pictures somebody looks at.
    pub wanted: HashMap<ParticipantId, Vec<WantedSource>>,
    /// Who speaks in each call, the most prominent first.
    pub speakers: HashMap<CallId, Vec<ParticipantId>>,
    /// Second connections that have taken over, by the ids that they had.
    pub moved_seats: HashSet<ParticipantId>,
    /// Seats that were lost.
    pub lost_seats: HashSet<ParticipantId>,
    /// What moderators have stopped of what this device sends, and who did.
    pub stopped: Vec<(ParticipantId, Source, PersonId)>,
    /// Who waits where one may let them in.
    pub lobbies: HashMap<ConversationId, Vec<WaitingGuest>>,
    /// What was shown in one's call.
    pub reactions: Vec<(ParticipantId, String)>,
    /// Changes that arrived twice: as two events of one connection, or again after a device had
    /// said that it has them.
    pub repeats: usize,
    /// Times that a change was missing before one that arrived.
    pub holes: usize,
    applied: HashMap<ConversationId, u64>,
    arrived: HashSet<(MessageId, u64)>,
}

impl Mirror {
    /// The highest `seq` applied, for each conversation; what a resuming device says.
    pub fn known(&self) -> Vec<Known> {
        let known = |(&conversation, &seq)| Known { conversation, seq };
        self.applied.iter().map(known).collect()
    }

    /// The texts seen in a conversation, in order.
    pub fn texts(&self, conversation: ConversationId) -> Vec<&str> {
        let messages = self.messages.get(&conversation).into_iter().flatten();
        messages.filter_map(|(_, message)| text(message)).collect()
    }

    /// How far a member has got.
    pub fn marker(&self, conversation: ConversationId, person: PersonId) -> Option<Marker> {
        let markers = &self.conversations.get(&conversation)?.markers;
        markers.iter().find(|marker| marker.person == person).copied()
    }

    /// How many messages a member has not read and still can.
    pub fn unread(&self, conversation: ConversationId, person: PersonId) -> u64 {
        let Some(known) = self.conversations.get(&conversation) else { return 0 };
        let read = self.marker(conversation, person).map_or(0, |marker| marker.read_number);
        let latest = self.messages.get(&conversation).and_then(|it| it.last_key_value());
        let top = latest.map_or(0, |(number, _)| *number).max(known.message_count);
        span::count_outside(&known.expired, read, top)
    }

    /// The call under way in a conversation.
    pub fn call(&self, conversation: ConversationId) -> Option<&Call> {
        let live = |call: &&Call| !matches!(call.state, CallState::Ended { .. });
        self.calls.get(&conversation).filter(live)
    }

    /// Starts from, or catches up with, what the server says at the beginning of a connection.
    pub(crate) fn welcome(&mut self, welcome: &Welcome) {
        self.people = welcome.people.iter().map(|person| (person.id, person.clone())).collect();
        let presences = welcome.presences.iter();
        self.presences = presences.map(|presence| (presence.person, presence.clone())).collect();
        self.status = welcome.status.status;
        self.preferences = welcome.preferences.clone();
        self.beep_leaves = welcome.beep_leaves.iter().map(|it| (it.person, *it)).collect();
        let lobbies = welcome.lobbies.iter();
        self.lobbies = lobbies.map(|it| (it.conversation, it.waiting.clone())).collect();
        self.typing.clear();
        // What was stored while the welcome was being written is in it and comes as an event too.
        self.arrived.clear();
        for changes in &welcome.changes {
            self.apply_changes(changes);
        }
        for conversation in &welcome.conversations {
            self.put_conversation(conversation.clone());
        }
    }

    pub(crate) fn apply(&mut self, event: &Event) {
        match event {
            Event::MessageChanged { message } => self.arrive(message),
            Event::ConversationChanged { conversation } => {
                self.put_conversation(conversation.as_ref().clone());
            }
            Event::MarkerChanged { conversation, marker } => {
                if let Some(conversation) = self.conversations.get_mut(conversation) {
                    conversation.markers.retain(|other| other.person != marker.person);
                    conversation.markers.push(*marker);
                }
            }
            Event::Typing { conversation, person, active } => {
                let place = (*conversation, *person);
                if *active {
                    self.typing.insert(place);
                } else {
                    self.typing.remove(&place);
                }
            }
            Event::PresenceChanged { presence } => {
                self.presences.insert(presence.person, presence.clone());
            }
            Event::PersonChanged { person } => {
                self.people.insert(person.id, person.clone());
            }
            Event::ConversationRemoved { conversation } => {
                self.conversations.remove(conversation);
                self.messages.remove(conversation);
                self.applied.remove(conversation);
            }
            Event::LobbyChanged { lobby } => {
                self.lobbies.insert(lobby.conversation, lobby.waiting.clone());
            }
            Event::PreferencesChanged { preferences } => {
                self.preferences = preferences.clone();
            }
            Event::BeepLeaveChanged { leave } => {
                self.beep_leaves.insert(leave.person, *leave);
            }
            Event::PersonalChanged { .. } => {}
            Event::StatusChanged { status } => self.status = status.status,
            Event::CallChanged { call } => self.put_call(call.clone()),
            Event::SlotsChanged { participant, slots } => {
                self.slots.insert(*participant, slots.clone());
            }
            Event::SpeakingChanged { call, speakers } => {
                self.speakers.insert(*call, speakers.clone());
            }
            // Figures of a moment, and marks that come with them.
            Event::QualityChanged { .. } | Event::WeakChanged { .. } => {}
            Event::SendingWanted { participant, sources } => {
                self.wanted.insert(*participant, sources.clone());
            }
            Event::SendingStopped { participant, source, by } => {
                self.stopped.push((*participant, *source, *by));
            }
            Event::CallReaction { participant, emoji, .. } => {
                self.reactions.push((*participant, emoji.clone()));
            }
            Event::SeatMoved { participant, second } => {
                if let Some(slots) = self.slots.remove(second) {
                    self.slots.insert(*participant, slots);
                }
                self.moved_seats.insert(*second);
            }
            Event::SeatLost { participant } => {
                self.lost_seats.insert(*participant);
            }
        }
    }

    /// Applies the answer to `changes`.
    pub(crate) fn apply_changes(&mut self, changes: &Changes) {
        if changes.gap {
            self.messages.remove(&changes.conversation);
        }
        let applied = self.applied.entry(changes.conversation).or_default();
        let before = std::mem::replace(applied, changes.up_to_seq.max(*applied));
        for message in &changes.messages {
            self.repeats += usize::from(message.changed_seq <= before);
            self.put_message(message.clone());
        }
    }

    pub(crate) fn put_call(&mut self, call: Call) {
        let stale = self
            .calls
            .get(&call.conversation)
            .is_some_and(|known| known.id == call.id && call.version < known.version);
        if !stale {
            self.calls.insert(call.conversation, call);
        }
    }

    fn put_conversation(&mut self, conversation: Conversation) {
        if let Some(call) = conversation.call.clone() {
            self.put_call(call);
        }
        self.applied.entry(conversation.id).or_insert(conversation.last_seq);
        self.conversations.insert(conversation.id, conversation);
    }

    fn arrive(&mut self, message: &Message) {
        if !self.arrived.insert((message.id, message.changed_seq)) {
            self.repeats += 1;
            return;
        }
        let applied = self.applied.entry(message.conversation).or_default();
        if *applied + 1 < message.changed_seq {
            self.holes += 1;
        }
        *applied = message.changed_seq.max(*applied);
        self.put_message(message.clone());
    }

    fn put_message(&mut self, message: Message) {
        if message.content == Content::Expired
            && let Some(conversation) = self.conversations.get_mut(&message.conversation)
        {
            span::add(&mut conversation.expired, message.number);
        }
        let messages = self.messages.entry(message.conversation).or_default();
        let newer = |known: &Message| known.changed_seq <= message.changed_seq;
        if messages.get(&message.number).is_none_or(newer) {
            messages.insert(message.number, message);
        }
    }
}

/// What a person wrote, if the message is written by one.
pub fn text(message: &Message) -> Option<&str> {
    use palabre_signaling::wire::Content;

    match &message.content {
        Content::Text { text, .. } => Some(text),
        Content::Created
        | Content::Call { .. }
        | Content::Deleted { .. }
        | Content::MembersAdded { .. }
        | Content::MemberRemoved { .. }
        | Content::MemberLeft
        | Content::Expired
        | Content::LifetimeChanged { .. }
        | Content::AdminChanged { .. }
        | Content::Renamed { .. }
        | Content::Beep { .. } => None,
    }
}
