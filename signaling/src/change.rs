//! What may become of a stored message: edited, deleted, reacted to, pinned.
//!
//! Decided on the message as it is stored at that moment, so that of two people who change the same
//! one at the same time the second decides on what the first has left.

use crate::error::Refusal;
use crate::wire::{Content, Details, Edited, Entity, Message, PersonId, Pin, Reaction};

/// What somebody wants to become of a message; texts and emoji were checked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Change {
    /// It says something else.
    Edit {
        /// What it says.
        text: String,
        /// How parts of it are drawn.
        entities: Vec<Entity>,
        /// `changed_seq` of the message as the person saw it.
        seen_seq: u64,
    },
    /// Nobody can read it any more.
    Delete,
    /// The person reacts with this emoji and no other, or takes the reaction back.
    React(Option<String>),
    /// It is pinned, or no longer.
    Pin(bool),
}

/// Who wants it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Actor {
    /// Who; a member.
    pub person: PersonId,
    /// An admin of the group.
    pub admin: bool,
}

/// How long people may change what they have sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Windows {
    /// Edit it, in ms after it was sent; `None` for ever.
    pub edit_ms: Option<i64>,
    /// Delete it for everybody, in ms after it was sent; `None` for ever.
    pub delete_ms: Option<i64>,
}

impl Change {
    /// Returns what becomes of `message`, under the `seq` that comes next; `None` when it stays as
    /// it is.
    pub fn apply(
        &self,
        message: &Message,
        actor: Actor,
        now_ms: i64,
        next_seq: u64,
        windows: Windows,
    ) -> Result<Option<Message>, Refusal> {
        let mut changed = Message { changed_seq: next_seq, ..message.clone() };
        match self {
            Self::Edit { text, entities, seen_seq } => {
                let Content::Text { attachments, .. } = &message.content else {
                    return Err(Refusal::NoSuchMessage);
                };
                check_own(message, actor)?;
                if text.is_empty() && attachments.is_empty() {
                    return Err(Refusal::Empty);
                }
                // Files are what they are: whoever meant others sends them anew.
                let attachments = attachments.clone();
                let (text, entities) = (text.clone(), entities.clone());
                let content = Content::Text { text, entities, attachments };
                if message.content == content {
                    return Ok(None);
                }
                check_window(message, now_ms, windows.edit_ms, "edit")?;
                if message.details.edited.map_or(message.seq, |edited| edited.seq) > *seen_seq {
                    return Err(Refusal::Stale);
                }
                changed.content = content;
                changed.details.edited = Some(Edited { at_ms: now_ms, seq: next_seq });
            }
            Self::Delete => {
                if let Content::Deleted { .. } = message.content {
                    return Ok(None);
                }
                let Content::Text { .. } = message.content else {
                    return Err(Refusal::NoSuchMessage);
                };
                if !actor.admin {
                    check_own(message, actor)?;
                    check_window(message, now_ms, windows.delete_ms, "delete")?;
                }
                changed.content = Content::Deleted { by: actor.person };
                changed.details = Default::default();
            }
            Self::React(emoji) => {
                check_there(message)?;
                react(&mut changed.details.reactions, actor.person, emoji.as_deref())?;
            }
            Self::Pin(pinned) => {
                check_there(message)?;
                let pin = pinned.then_some(Pin { by: actor.person, at_ms: now_ms });
                if pin.is_some() != message.details.pin.is_some() {
                    changed.details.pin = pin;
                }
            }
        }
        let is_news = changed.content != message.content || changed.details != message.details;
        Ok(is_news.then_some(changed))
    }
}

fn check_own(message: &Message, actor: Actor) -> Result<(), Refusal> {
    if message.sender == actor.person {
        return Ok(());
    }
    Err(Refusal::NotAllowed("this is not your message"))
}

fn check_window(
    message: &Message,
    now_ms: i64,
    window_ms: Option<i64>,
    what: &'static str,
) -> Result<(), Refusal> {
    let is_over = |window_ms| message.sent_at_ms.saturating_add(window_ms) < now_ms;
    if window_ms.is_some_and(is_over) { Err(Refusal::TooLate { what }) } else { Ok(()) }
}

fn check_there(message: &Message) -> Result<(), Refusal> {
    if let Content::Deleted { .. } | Content::Expired = message.content {
        return Err(Refusal::NoSuchMessage);
    }
    Ok(())
}

/// Returns what is left of `message` when its time is up, under the `seq` that comes next; `None`
/// when there is nothing to take away. Reactions, pins and what it answered go with what it said.
pub fn expire(message: &Message, next_seq: u64) -> Option<Message> {
    let Content::Text { .. } = message.content else { return None };
    let (content, details) = (Content::Expired, Details::default());
    Some(Message { changed_seq: next_seq, content, details, ..message.clone() })
}

/// Gives a person this reaction and no other.
fn react(
    reactions: &mut Vec<Reaction>,
    person: PersonId,
    emoji: Option<&str>,
) -> Result<(), Refusal> {
    let has = |it: &Reaction| Some(it.emoji.as_str()) == emoji && it.people.contains(&person);
    if reactions.iter().any(has) {
        return Ok(());
    }
    for reaction in reactions.iter_mut() {
        reaction.people.retain(|other| *other != person);
    }
    reactions.retain(|reaction| !reaction.people.is_empty());
    let Some(emoji) = emoji else { return Ok(()) };
    if MAX_REACTIONS <= reactions.iter().map(|reaction| reaction.people.len()).sum() {
        return Err(Refusal::TooMany { what: "reactions on a message", limit: MAX_REACTIONS });
    }
    match reactions.iter_mut().find(|reaction| reaction.emoji == emoji) {
        Some(reaction) => reaction.people.push(person),
        None => reactions.push(Reaction { emoji: emoji.to_owned(), people: vec![person] }),
    }
    Ok(())
}

/// Reactions on one message: one for each member of the largest group.
const MAX_REACTIONS: usize = crate::conversation::MAX_MEMBERS;

/// Messages that are pinned in one conversation; more than a screen of them helps nobody.
pub const MAX_PINNED: usize = 50;

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::wire::{ClientId, ConversationId, MessageId};

    #[test]
    fn an_edit_changes_what_a_message_says_and_is_told() {
        let edited = apply(&hello(), ANA, &edit("hullo", 2)).unwrap().unwrap();

        assert_eq!(edited.content, said("hullo"));
        assert_eq!(edited.details.edited, Some(Edited { at_ms: NOW_MS, seq: NEXT }));
        assert_eq!((edited.seq, edited.changed_seq, edited.number), (2, NEXT, 1));
    }

    #[test]
    fn an_edit_that_was_made_already_changes_nothing() {
        let mut message = hello();
        message.details.edited = Some(Edited { at_ms: 1, seq: 8 });

        assert_eq!(apply(&message, ANA, &edit("hello", 2)), Ok(None));
    }

    #[test]
    fn an_edit_of_what_has_changed_meanwhile_is_refused() {
        let mut message = hello();
        message.changed_seq = 8;
        assert!(apply(&message, ANA, &edit("after a reaction", 2)).unwrap().is_some());
        message.details.edited = Some(Edited { at_ms: 1, seq: 8 });

        assert_eq!(apply(&message, ANA, &edit("hullo", 7)), Err(Refusal::Stale));
        assert!(apply(&message, ANA, &edit("hullo", 8)).unwrap().is_some());
    }

    #[test]
    fn nobody_edits_what_another_wrote_or_wrote_long_ago() {
        let admin = Actor { admin: true, ..BEN };
        for other in [BEN, admin] {
            let refused = apply(&hello(), other, &edit("mine", 2));
            assert!(matches!(refused, Err(Refusal::NotAllowed(_))));
        }
        let old = Message { sent_at_ms: NOW_MS - 1_001, ..hello() };
        assert_eq!(apply(&old, ANA, &edit("late", 2)), Err(Refusal::TooLate { what: "edit" }));
        let call = Message { content: Content::Created, ..hello() };
        assert_eq!(apply(&call, ANA, &edit("a", 2)), Err(Refusal::NoSuchMessage));
    }

    #[test]
    fn a_deleted_message_says_nothing_and_nothing_can_be_done_with_it() {
        let mut message = hello();
        message.details.pin = Some(Pin { by: BEN.person, at_ms: 1 });
        message.details.reactions =
            vec![Reaction { emoji: "👍".into(), people: vec![BEN.person] }];

        let deleted = apply(&message, ANA, &Change::Delete).unwrap().unwrap();

        assert_eq!(deleted.content, Content::Deleted { by: ANA.person });
        assert_eq!(deleted.details, Details::default());
        assert_eq!(apply(&deleted, ANA, &Change::Delete), Ok(None));
        for change in [edit("a", 99), Change::React(Some("👍".into())), Change::Pin(true)] {
            assert_eq!(apply(&deleted, ANA, &change), Err(Refusal::NoSuchMessage));
        }
    }

    #[test]
    fn an_admin_deletes_what_anybody_wrote_at_any_time() {
        let old = Message { sent_at_ms: NOW_MS - 9_999, ..hello() };
        let admin = Actor { admin: true, ..BEN };

        let late = apply(&old, ANA, &Change::Delete);
        assert_eq!(late, Err(Refusal::TooLate { what: "delete" }));
        assert!(matches!(apply(&old, BEN, &Change::Delete), Err(Refusal::NotAllowed(_))));
        assert!(apply(&old, admin, &Change::Delete).unwrap().is_some());
    }

    #[test]
    fn everybody_has_one_reaction_on_a_message() {
        let mut message = hello();
        for (actor, emoji) in [(ANA, "👍"), (BEN, "👍"), (ANA, "🎉")] {
            let change = Change::React(Some(String::from(emoji)));
            message = apply(&message, actor, &change).unwrap().unwrap();
            assert_eq!(apply(&message, actor, &change), Ok(None));
        }

        let reaction = |emoji: &str, who: Actor| Reaction {
            emoji: String::from(emoji),
            people: vec![who.person],
        };
        assert_eq!(message.details.reactions, [reaction("👍", BEN), reaction("🎉", ANA)]);
        message = apply(&message, BEN, &Change::React(None)).unwrap().unwrap();
        assert_eq!(message.details.reactions, [reaction("🎉", ANA)]);
        assert_eq!(apply(&message, BEN, &Change::React(None)), Ok(None));
    }

    #[test]
    fn reactions_have_an_end() {
        let mut message = hello();
        let people = (0..MAX_REACTIONS as u128).map(|n| PersonId(Uuid::from_u128(100 + n)));
        message.details.reactions =
            vec![Reaction { emoji: "👍".into(), people: people.collect() }];

        let refused = apply(&message, ANA, &Change::React(Some("👍".into())));

        assert!(matches!(refused, Err(Refusal::TooMany { .. })));
    }

    #[test]
    fn nothing_is_left_of_a_message_whose_time_is_up() {
        let mut message = hello();
        message.details.pin = Some(Pin { by: BEN.person, at_ms: 1 });
        message.details.expires_at_ms = Some(NOW_MS);

        let gone = expire(&message, NEXT).unwrap();

        assert_eq!((&gone.content, &gone.details), (&Content::Expired, &Details::default()));
        assert_eq!((gone.number, gone.changed_seq), (1, NEXT));
        assert_eq!(expire(&gone, NEXT), None);
        for change in [edit("a", 99), Change::React(Some("👍".into())), Change::Pin(true)] {
            assert_eq!(apply(&gone, ANA, &change), Err(Refusal::NoSuchMessage));
        }
        assert_eq!(apply(&gone, ANA, &Change::Delete), Err(Refusal::NoSuchMessage));
    }

    #[test]
    fn an_edit_does_not_prolong_the_life_of_a_message() {
        let mut message = hello();
        message.details.expires_at_ms = Some(NOW_MS + 5);

        let edited = apply(&message, ANA, &edit("hullo", 2)).unwrap().unwrap();

        assert_eq!(edited.details.expires_at_ms, Some(NOW_MS + 5));
    }

    #[test]
    fn the_first_who_pins_a_message_is_told() {
        let pinned = apply(&hello(), BEN, &Change::Pin(true)).unwrap().unwrap();

        assert_eq!(pinned.details.pin, Some(Pin { by: BEN.person, at_ms: NOW_MS }));
        assert_eq!(apply(&pinned, ANA, &Change::Pin(true)), Ok(None));
        let unpinned = apply(&pinned, ANA, &Change::Pin(false)).unwrap().unwrap();
        assert_eq!(unpinned.details.pin, None);
    }

    fn apply(message: &Message, actor: Actor, change: &Change) -> Result<Option<Message>, Refusal> {
        let windows = Windows { edit_ms: Some(1_000), delete_ms: Some(1_000) };
        change.apply(message, actor, NOW_MS, NEXT, windows)
    }

    fn edit(text: &str, seen_seq: u64) -> Change {
        Change::Edit { text: text.into(), entities: Vec::new(), seen_seq }
    }

    fn said(text: &str) -> Content {
        Content::text(text)
    }

    fn hello() -> Message {
        Message {
            id: MessageId(Uuid::from_u128(1)),
            conversation: ConversationId(Uuid::nil()),
            seq: 2,
            changed_seq: 2,
            number: 1,
            sender: ANA.person,
            client_id: ClientId(Uuid::from_u128(1)),
            sent_at_ms: NOW_MS - 1_000,
            content: said("hello"),
            details: Details::default(),
        }
    }

    const ANA: Actor = Actor { person: PersonId(Uuid::from_u128(1)), admin: false };
    const BEN: Actor = Actor { person: PersonId(Uuid::from_u128(2)), admin: false };
    const NOW_MS: i64 = 1_800_000_000_000;
    const NEXT: u64 = 9;
}
