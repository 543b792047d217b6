//! How parts of a text are drawn: what devices may say of it, and how it is kept.
//!
//! Devices turn what a person typed into a text and entities; here they are held against the text,
//! so that whoever draws it later need not wonder.

use crate::error::Refusal;
use crate::wire::{Entity, Style};

/// Returns the entities as they are kept: in the order of the text, the outer one first, within it,
/// properly nested, for a `text` from which `cut` units were trimmed at the start.
pub fn check_entities(text: &str, cut: u32, entities: Vec<Entity>) -> Result<Vec<Entity>, Refusal> {
    if MAX_ENTITIES < entities.len() {
        return Err(Refusal::TooMany {
            what: "parts of the text with a style",
            limit: MAX_ENTITIES,
        });
    }
    if entities.is_empty() {
        return Ok(entities);
    }
    let edges = Edges::of(text);
    let mut kept = Vec::with_capacity(entities.len());
    for entity in entities {
        if let Some(entity) = within(entity, cut, edges.length())? {
            edges.check(&entity)?;
            check_style(&entity.style)?;
            kept.push(entity);
        }
    }
    kept.sort_by_key(|it| (it.offset, std::cmp::Reverse(it.length)));
    check_nesting(&kept)?;
    Ok(kept)
}

/// Returns how long a text is in UTF-16 code units.
pub fn utf16_len(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}

/// Moves an entity as its text was trimmed; nothing of it may be left.
fn within(entity: Entity, cut: u32, length: u32) -> Result<Option<Entity>, Refusal> {
    let end = entity.offset.checked_add(entity.length).ok_or(Refusal::BadEntities(OUTSIDE))?;
    if entity.length == 0 {
        return Err(Refusal::BadEntities("a part of a text has at least one letter"));
    }
    let start = entity.offset.saturating_sub(cut);
    let end = end.saturating_sub(cut).min(length);
    if end <= start {
        return Ok(None);
    }
    Ok(Some(Entity { offset: start, length: end - start, ..entity }))
}

/// Where the letters of a text begin and end, in UTF-16 code units.
struct Edges(Vec<u32>);

impl Edges {
    fn of(text: &str) -> Self {
        let mut at = 0;
        let mut edges = vec![0];
        for letter in text.chars() {
            // One or two units a letter, in a text of a few thousand letters.
            at += letter.len_utf16() as u32;
            edges.push(at);
        }
        Self(edges)
    }

    fn length(&self) -> u32 {
        self.0.last().copied().unwrap_or(0)
    }

    fn check(&self, entity: &Entity) -> Result<(), Refusal> {
        let ends = [entity.offset, entity.offset + entity.length];
        if ends.iter().all(|edge| self.0.binary_search(edge).is_ok()) {
            return Ok(());
        }
        Err(Refusal::BadEntities("a part of a text begins or ends within a letter"))
    }
}

fn check_style(style: &Style) -> Result<(), Refusal> {
    match style {
        Style::Link { url } => check_url(url),
        Style::Pre { language } => {
            let fits = |letter: char| letter.is_ascii_alphanumeric() || "+-#.".contains(letter);
            if MAX_LANGUAGE_CHARS < language.len() || !language.chars().all(fits) {
                return Err(Refusal::BadEntities("that is no name of a programming language"));
            }
            Ok(())
        }
        Style::Bold
        | Style::Italic
        | Style::Strike
        | Style::Code
        | Style::Quote
        | Style::Item { .. }
        | Style::Mention { .. } => Ok(()),
    }
}

/// Only addresses that lead to a page or a letter; `javascript:` and the like lead elsewhere.
fn check_url(url: &str) -> Result<(), Refusal> {
    let lower: String = url.chars().take(MAX_SCHEME_CHARS).collect::<String>().to_lowercase();
    let leads_out =
        SCHEMES.iter().any(|scheme| lower.starts_with(scheme) && scheme.len() < url.len());
    let is_plain = url.chars().all(|letter| !letter.is_control() && !letter.is_whitespace());
    if MAX_URL_BYTES < url.len() || !leads_out || !is_plain {
        return Err(Refusal::BadEntities("a link leads to http://, https:// or mailto:"));
    }
    Ok(())
}

/// Refuses parts that overlap half-way, and parts within code.
fn check_nesting(entities: &[Entity]) -> Result<(), Refusal> {
    let mut open: Vec<(u32, bool)> = Vec::new();
    for entity in entities {
        let end = entity.offset + entity.length;
        while open.last().is_some_and(|(until, _)| *until <= entity.offset) {
            open.pop();
        }
        if let Some((until, is_code)) = open.last() {
            if *until < end {
                return Err(Refusal::BadEntities("two parts of the text overlap half-way"));
            }
            if *is_code {
                return Err(Refusal::BadEntities("nothing within code has a style of its own"));
            }
        }
        if open.len() == MAX_DEPTH {
            return Err(Refusal::BadEntities("too many parts lie one within another"));
        }
        open.push((end, matches!(entity.style, Style::Code | Style::Pre { .. })));
    }
    Ok(())
}

const OUTSIDE: &str = "a part of a text lies outside of it";

/// Parts of one text that have a style.
pub const MAX_ENTITIES: usize = 200;

/// Parts that lie one within another: bold in italic in a link in an item in a quote, and to spare.
const MAX_DEPTH: usize = 8;

/// Longest address, in bytes; browsers show no longer ones.
const MAX_URL_BYTES: usize = 2_048;

/// Longest name of a programming language, in characters.
const MAX_LANGUAGE_CHARS: usize = 30;

/// Where a link may lead.
const SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];

/// Characters of the longest scheme.
const MAX_SCHEME_CHARS: usize = 8;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parts_are_kept_in_the_order_of_the_text_the_outer_one_first() {
        let text = "👋 hello you";
        let kept = check_entities(
            text,
            0,
            vec![
                entity(9, 3, Style::Italic),
                entity(3, 5, Style::Bold),
                entity(3, 9, Style::Quote),
            ],
        );

        let order: Vec<_> = kept.unwrap().iter().map(|it| (it.offset, it.length)).collect();
        assert_eq!(order, [(3, 9), (3, 5), (9, 3)]);
    }

    #[test]
    fn parts_follow_a_text_that_was_trimmed() {
        let kept = check_entities("hello", 2, vec![entity(0, 4, Style::Bold)]).unwrap();
        assert_eq!(kept, [entity(0, 2, Style::Bold)]);
        let kept = check_entities("hello", 0, vec![entity(3, 40, Style::Bold)]).unwrap();
        assert_eq!(kept, [entity(3, 2, Style::Bold)]);
        assert_eq!(check_entities("hello", 2, vec![entity(0, 2, Style::Bold)]).unwrap(), []);
    }

    #[test]
    fn parts_that_cannot_be_drawn_are_refused() {
        let within_letter = vec![entity(1, 2, Style::Bold)];
        let overlap = vec![entity(0, 4, Style::Bold), entity(2, 4, Style::Italic)];
        let in_code = vec![entity(0, 6, Style::Code), entity(2, 2, Style::Bold)];
        let endless = vec![entity(u32::MAX, 2, Style::Bold)];
        let empty = vec![entity(0, 0, Style::Bold)];
        for wrong in [within_letter, overlap, in_code, endless, empty] {
            let refused = check_entities("👋 hello", 0, wrong.clone());
            assert!(matches!(refused, Err(Refusal::BadEntities(_))), "{wrong:?}");
        }
        let many = (0..=200).map(|_| entity(0, 1, Style::Bold)).collect();
        assert!(matches!(check_entities("a", 0, many), Err(Refusal::TooMany { .. })));
        let deep = (0..9).map(|n| entity(0, 20 - n, Style::Bold)).collect();
        assert!(check_entities(&"a".repeat(20), 0, deep).is_err());
    }

    #[test]
    fn links_lead_to_pages_and_letters_alone() {
        for good in ["https://a.example/x?y=1#z", "HTTP://a.example", "mailto:ana@a.example"] {
            assert!(check_entities("a", 0, vec![link(good)]).is_ok(), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            " https://a.example",
            "https://",
            "https://a\nb",
            "data:text/html,x",
            "//a.example",
            "",
            &format!("https://{}", "a".repeat(2_048)),
        ] {
            assert!(check_entities("a", 0, vec![link(bad)]).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_is_kept_lies_within_the_text_and_is_kept_again(
            text in "\\PC{0,20}",
            parts in prop::collection::vec((0u32..30, 0u32..30), 0..6),
            cut in 0u32..4,
        ) {
            let parts = parts.into_iter().map(|(at, len)| entity(at, len, Style::Bold)).collect();
            if let Ok(kept) = check_entities(&text, cut, parts) {
                for part in &kept {
                    prop_assert!(0 < part.length && part.offset + part.length <= utf16_len(&text));
                }
                prop_assert_eq!(check_entities(&text, 0, kept.clone()), Ok(kept));
            }
        }
    }

    fn entity(offset: u32, length: u32, style: Style) -> Entity {
        Entity { offset, length, style }
    }

    fn link(url: &str) -> Entity {
        entity(0, 1, Style::Link { url: String::from(url) })
    }
}
