//! Snapshot and events make the next snapshot, whatever happens and wherever a device starts.

use palabre_signaling::conversation::Conversation;
use palabre_signaling::span;
use palabre_signaling::wire::{
    self, ClientId, Content, ConversationId, ConversationKind, Details, Event, Marker, Message,
    MessageId, PersonId, Pin,
};
use proptest::prelude::*;
use uuid::Uuid;

/// What may happen in a conversation; numbers are cut to what there is.
#[derive(Clone, Copy, Debug)]
enum Step {
    Post { sender: usize },
    Change { number: usize, pinned: bool },
    Expire { number: usize },
    Mark { person: usize, delivered: u64, read: u64 },
}

proptest! {
    #[test]
    fn a_device_that_applies_the_events_after_its_snapshot_has_the_next_snapshot(
        steps in prop::collection::vec(step(), 1..60),
        joins_at in 0usize..60,
        repeated in 0usize..10,
    ) {
        let mut server = Conversation::new(created());
        let mut device = None;
        let mut events: Vec<Event> = Vec::new();
        let mut messages = vec![created().last_message.unwrap()];
        for (index, step) in steps.iter().enumerate() {
            if index == joins_at {
                device = Some(server.snapshot(None));
                // Events from before the snapshot may still be under way to the device.
                let recent = events.len().saturating_sub(repeated);
                events.drain(..recent);
            }
            events.extend(act(&mut server, &mut messages, *step));
            check(&server, &messages)?;
        }
        let mut device = device.unwrap_or_else(created);

        events.iter().for_each(|event| apply(&mut device, event));

        prop_assert_eq!(device, server.snapshot(None));
    }
}

/// Does on the server what the store and the conversation's task do; returns what is sent.
fn act(server: &mut Conversation, messages: &mut Vec<Message>, step: Step) -> Option<Event> {
    let before = server.snapshot(None);
    match step {
        Step::Post { sender } => {
            let seq = before.last_seq + 1;
            let number = before.message_count + 1;
            let message = message(PEOPLE[sender], seq, number);
            assert!(server.on_message(&message));
            assert!(!server.on_message(&message), "a repeat is no news");
            messages.push(message.clone());
            Some(Event::MessageChanged { message })
        }
        Step::Change { number, pinned } => {
            let index = number % messages.len();
            let pin = Pin { by: PEOPLE[0], at_ms: 0 };
            messages[index].details.pin = pinned.then_some(pin);
            messages[index].changed_seq = before.last_seq + 1;
            let message = messages[index].clone();
            assert!(server.on_message(&message));
            Some(Event::MessageChanged { message })
        }
        Step::Expire { number } => {
            let index = number % messages.len();
            messages[index].content = Content::Expired;
            messages[index].details = Details::default();
            messages[index].changed_seq = before.last_seq + 1;
            let message = messages[index].clone();
            assert!(server.on_message(&message));
            Some(Event::MessageChanged { message })
        }
        Step::Mark { person, delivered, read } => {
            let top = before.message_count + 1;
            let advanced = server.advance(PEOPLE[person], delivered % top, read % top);
            let marker = advanced.expect("the numbers are in range")?;
            server.on_marker(marker);
            Some(Event::MarkerChanged { conversation: before.id, marker })
        }
    }
}

/// What a device does with an event: the reference for every client.
fn apply(device: &mut wire::Conversation, event: &Event) {
    if let Event::MessageChanged { message } = event
        && device.last_seq < message.changed_seq
    {
        device.last_seq = message.changed_seq;
        device.message_count = device.message_count.max(message.number);
        if message.number == device.message_count {
            device.last_message = Some(message.clone());
        }
        if message.content == Content::Expired {
            span::add(&mut device.expired, message.number);
        }
        device.pinned.retain(|number| *number != message.number);
        if message.details.pin.is_some() {
            device.pinned.push(message.number);
            device.pinned.sort_unstable();
        }
        if message.seq == message.changed_seq {
            let (person, number) = (message.sender, message.number);
            let marker = Marker {
                person,
                delivered_number: number,
                read_number: number,
                read_hidden: false,
            };
            raise(device, marker);
        }
    }
    if let Event::MarkerChanged { marker, .. } = event {
        raise(device, *marker);
    }
}

fn raise(device: &mut wire::Conversation, to: Marker) {
    for marker in device.markers.iter_mut().filter(|marker| marker.person == to.person) {
        marker.delivered_number = marker.delivered_number.max(to.delivered_number);
        marker.read_number = marker.read_number.max(to.read_number);
    }
}

fn check(server: &Conversation, messages: &[Message]) -> Result<(), TestCaseError> {
    let shown = server.snapshot(None);
    prop_assert_eq!(shown.message_count, messages.len() as u64);
    prop_assert_eq!(Some(shown.last_seq), messages.iter().map(|it| it.changed_seq).max());
    prop_assert_eq!(shown.last_message.as_ref(), messages.last());
    let pinned = messages.iter().filter(|message| message.details.pin.is_some());
    prop_assert_eq!(&shown.pinned, &pinned.map(|message| message.number).collect::<Vec<_>>());
    for person in PEOPLE {
        let marker = shown.markers.iter().find(|marker| marker.person == person);
        let read = marker.map_or(0, |marker| marker.read_number);
        let readable =
            messages.iter().filter(|it| read < it.number && it.content != Content::Expired);
        prop_assert_eq!(server.unread(person), readable.count() as u64);
    }
    for marker in &shown.markers {
        prop_assert!(marker.read_number <= marker.delivered_number);
        prop_assert!(marker.delivered_number <= shown.message_count);
    }
    Ok(())
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..PEOPLE.len()).prop_map(|sender| Step::Post { sender }),
        1 => (any::<usize>(), any::<bool>())
            .prop_map(|(number, pinned)| Step::Change { number, pinned }),
        1 => any::<usize>().prop_map(|number| Step::Expire { number }),
        4 => (0..PEOPLE.len(), any::<u64>(), any::<u64>())
            .prop_map(|(person, delivered, read)| Step::Mark { person, delivered, read }),
    ]
}

fn created() -> wire::Conversation {
    let marker = |person: &PersonId| {
        let number = u64::from(*person == PEOPLE[0]);
        Marker {
            person: *person,
            delivered_number: number,
            read_number: number,
            read_hidden: false,
        }
    };
    wire::Conversation {
        id: KITCHEN,
        kind: ConversationKind::Group,
        title: String::from("Kitchen"),
        members: PEOPLE.to_vec(),
        lifetime_s: None,
        newcomers: vec![],
        admins: Vec::new(),
        pinned: Vec::new(),
        expired: Vec::new(),
        last_seq: 1,
        message_count: 1,
        markers: PEOPLE.iter().map(marker).collect(),
        last_message: Some(message(PEOPLE[0], 1, 1)),
        call: None,
        created_at_ms: 0,
    }
}

fn message(sender: PersonId, seq: u64, number: u64) -> Message {
    Message {
        id: MessageId(Uuid::from_u128(number.into())),
        conversation: KITCHEN,
        seq,
        changed_seq: seq,
        number,
        sender,
        client_id: ClientId(Uuid::from_u128(number.into())),
        sent_at_ms: 0,
        content: Content::text("hello"),
        details: Details::default(),
    }
}

const PEOPLE: [PersonId; 3] =
    [PersonId(Uuid::from_u128(1)), PersonId(Uuid::from_u128(2)), PersonId(Uuid::from_u128(3))];
const KITCHEN: ConversationId = ConversationId(Uuid::from_u128(10));
