//! What a message may say, and how much of a conversation one answer carries.

use crate::error::Refusal;
use crate::markup;
use crate::text::check_shown;
use crate::wire::{Content, Entity, Message, PersonId, Style};

/// How a reader that has applied everything up to some `seq` is brought up to date.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CatchUp {
    /// Nothing has changed since.
    Current,
    /// The changes since are few enough to be sent.
    Send,
    /// Too many: the reader forgets what it has and pages back from history.
    Gap,
}

/// Returns the text as it is stored, trimmed, neither empty nor too long nor harmful, and its
/// entities as they fit it.
pub fn check_text(text: &str, entities: Vec<Entity>) -> Result<(String, Vec<Entity>), Refusal> {
    let (text, entities) = check_caption(text, entities)?;
    if text.is_empty() { Err(Refusal::Empty) } else { Ok((text, entities)) }
}

/// Returns what stands beside files as it is stored; unlike a text of its own it may be empty.
pub fn check_caption(text: &str, entities: Vec<Entity>) -> Result<(String, Vec<Entity>), Refusal> {
    let rest = text.trim_start();
    let cut = markup::utf16_len(&text[..text.len() - rest.len()]);
    let text = rest.trim_end();
    if MAX_TEXT_BYTES < text.len() {
        return Err(Refusal::TooLong { len: text.len(), limit: MAX_TEXT_BYTES });
    }
    check_shown(text)?;
    Ok((text.to_owned(), markup::check_entities(text, cut, entities)?))
}

/// Whom a text mentions.
pub fn mentions(content: &Content) -> impl Iterator<Item = PersonId> + '_ {
    let entities = match content {
        Content::Text { entities, .. } => entities.as_slice(),
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
        | Content::Beep { .. } => &[],
    };
    entities.iter().filter_map(|entity| match entity.style {
        Style::Mention { person } => Some(person),
        Style::Bold
        | Style::Italic
        | Style::Strike
        | Style::Code
        | Style::Pre { .. }
        | Style::Quote
        | Style::Item { .. }
        | Style::Link { .. } => None,
    })
}

/// Returns what a message says when it is passed on to others; mentions are of the place where they
/// were made.
pub fn forwarded(content: Content) -> Result<Content, Refusal> {
    let Content::Text { text, mut entities, attachments } = content else {
        return Err(Refusal::NoSuchMessage);
    };
    keep_mentions_of(&[], &mut entities);
    Ok(Content::Text { text, entities, attachments })
}

/// Leaves the mentions of those out who are not members: the text goes to nobody else. Somebody
/// may have left while a message waited for a network.
pub fn keep_mentions_of(members: &[PersonId], entities: &mut Vec<Entity>) {
    entities.retain(|entity| match entity.style {
        Style::Mention { person } => members.contains(&person),
        Style::Bold
        | Style::Italic
        | Style::Strike
        | Style::Code
        | Style::Pre { .. }
        | Style::Quote
        | Style::Item { .. }
        | Style::Link { .. } => true,
    });
}

/// Returns how many messages a page of history may hold, if `limit` is in its range.
pub fn check_page(limit: u32) -> Result<u32, Refusal> {
    if (1..=MAX_PAGE).contains(&limit) {
        return Ok(limit);
    }
    Err(Refusal::OutOfRange { what: "limit", least: 1, most: u64::from(MAX_PAGE) })
}

/// Decides how a reader at `since_seq` catches up with a conversation at `last_seq`.
pub fn catch_up(since_seq: u64, last_seq: u64) -> CatchUp {
    match last_seq.checked_sub(since_seq) {
        Some(0) => CatchUp::Current,
        Some(behind) if behind <= MAX_CHANGES => CatchUp::Send,
        // A reader that is ahead remembers what a restored backup has forgotten.
        Some(_) | None => CatchUp::Gap,
    }
}

/// Cuts `messages`, ordered by `changed_seq`, to what fits `budget` bytes of text; returns the bytes
/// that are left, or `None` when something was cut off.
///
/// The first message stays even when it alone is over the budget, so that a reader who asks again
/// gets on.
pub fn cut(messages: &mut Vec<Message>, budget: usize) -> Option<usize> {
    let mut left = budget;
    for (index, message) in messages.iter().enumerate() {
        match left.checked_sub(message.approximate_bytes()) {
            Some(rest) => left = rest,
            None if index == 0 => left = 0,
            None => {
                messages.truncate(index);
                return None;
            }
        }
    }
    Some(left)
}

/// Longest text of a message, in bytes of UTF-8.
pub const MAX_TEXT_BYTES: usize = 16 * 1024;

/// Most messages in one page of history.
pub const MAX_PAGE: u32 = 100;

/// Changes that a reader may be behind and still be sent; beyond them paging is cheaper.
pub const MAX_CHANGES: u64 = 500;

/// Text in one answer of changes, in bytes: well below what a socket may have waiting.
pub const MAX_CHANGES_BYTES: usize = 512 * 1024;

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::wire::{ClientId, ConversationId, Details, MessageId};

    #[test]
    fn text_is_measured_after_trimming() {
        let longest = "é".repeat(MAX_TEXT_BYTES / 2);

        let check = |text: &str| check_text(text, Vec::new()).map(|(text, _)| text);

        assert_eq!(check(" hello\n"), Ok(String::from("hello")));
        assert_eq!(check(" \t\n"), Err(Refusal::Empty));
        assert_eq!(check(&format!("\n{longest} ")), Ok(longest.clone()));
        assert!(matches!(check(&format!("{longest}!")), Err(Refusal::TooLong { .. })));
    }

    #[test]
    fn parts_of_a_text_stay_where_they_were_when_it_is_trimmed() {
        let bold = Entity { offset: 3, length: 5, style: Style::Bold };

        let (text, entities) = check_text(" 👋hello ", vec![bold.clone()]).unwrap();

        assert_eq!(text, "👋hello");
        assert_eq!(entities, [Entity { offset: 2, ..bold }]);
    }

    #[test]
    fn mentions_reach_members_alone() {
        let [ana, ben] = [1, 2].map(|n| PersonId(Uuid::from_u128(n)));
        let mention = |person| Entity { offset: 0, length: 1, style: Style::Mention { person } };
        let mut entities = vec![mention(ana), mention(ben)];

        keep_mentions_of(&[ben], &mut entities);

        let content = Content::Text { text: String::from("a"), entities, attachments: Vec::new() };
        assert_eq!(mentions(&content).collect::<Vec<_>>(), [ben]);
    }

    #[test]
    fn a_page_holds_one_to_a_hundred_messages() {
        assert!(check_page(0).is_err());
        assert_eq!(check_page(1), Ok(1));
        assert_eq!(check_page(MAX_PAGE), Ok(MAX_PAGE));
        assert!(check_page(MAX_PAGE + 1).is_err());
    }

    #[test]
    fn a_reader_too_far_behind_or_ahead_of_the_server_starts_over() {
        assert_eq!(catch_up(7, 7), CatchUp::Current);
        assert_eq!(catch_up(0, MAX_CHANGES), CatchUp::Send);
        assert_eq!(catch_up(0, MAX_CHANGES + 1), CatchUp::Gap);
        assert_eq!(catch_up(8, 7), CatchUp::Gap);
    }

    #[test]
    fn an_answer_is_cut_between_messages_and_never_to_nothing() {
        let mut messages = vec![message(1), message(2), message(3)];
        let size = messages[0].approximate_bytes();

        assert_eq!(cut(&mut messages.clone(), 3 * size + 1), Some(1));
        assert_eq!(cut(&mut messages, 2 * size), None);
        assert_eq!(messages.len(), 2);
        assert_eq!(cut(&mut messages, 0), None);
        assert_eq!(messages.len(), 1);
    }

    fn message(number: u64) -> Message {
        Message {
            id: MessageId(Uuid::from_u128(number.into())),
            conversation: ConversationId(Uuid::nil()),
            seq: number,
            changed_seq: number,
            number,
            sender: PersonId(Uuid::nil()),
            client_id: ClientId(Uuid::from_u128(number.into())),
            sent_at_ms: 0,
            content: Content::text("hello"),
            details: Details::default(),
        }
    }
}
