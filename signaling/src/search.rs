//! What somebody looks for, made into what the index understands.

use crate::error::Refusal;
use crate::permission::check_range;
use crate::wire::Highlight;

/// Returns the words of a query, folded by nobody yet; refuses a query without any, and one with
/// too many.
pub fn check_query(query: &str) -> Result<Vec<String>, Refusal> {
    if MAX_QUERY_BYTES < query.len() {
        return Err(Refusal::TooLong { len: query.len(), limit: MAX_QUERY_BYTES });
    }
    let words = query.split(|letter: char| !letter.is_alphanumeric() && !is_mark(letter));
    let words: Vec<String> = words.filter(|word| !word.is_empty()).map(String::from).collect();
    if words.is_empty() {
        return Err(Refusal::Empty);
    }
    if MAX_WORDS < words.len() {
        return Err(Refusal::TooMany { what: "words in a search", limit: MAX_WORDS });
    }
    Ok(words)
}

/// Returns how many a page of found messages may hold, if `limit` is in its range.
pub fn check_page(limit: u32) -> Result<u32, Refusal> {
    check_range("limit", limit, 1..=MAX_FOUND)?;
    Ok(limit)
}

/// Takes the marks out of a text in which the index has marked what it found, and says where they
/// were, in UTF-16 code units.
pub fn highlights(marked: &str) -> (String, Vec<Highlight>) {
    let mut text = String::with_capacity(marked.len());
    let mut highlights = Vec::new();
    let (mut at, mut start) = (0, None);
    for letter in marked.chars() {
        match letter {
            FOUND_START => start = Some(at),
            FOUND_END => {
                if let Some(offset) = start.take()
                    && offset < at
                {
                    highlights.push(Highlight { offset, length: at - offset });
                }
            }
            letter => {
                text.push(letter);
                // One or two.
                at += letter.len_utf16() as u32;
            }
        }
    }
    (text, highlights)
}

/// Vowel signs and accents belong to the word.
fn is_mark(letter: char) -> bool {
    use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory as _};
    letter.general_category_group() == GeneralCategoryGroup::Mark
}

/// What the index puts around what it found; no message may hold control characters.
pub const FOUND_START: char = '\u{2}';
/// The other end of it.
pub const FOUND_END: char = '\u{3}';

/// Longest query, in bytes.
const MAX_QUERY_BYTES: usize = 512;

/// Words in a query; each one is looked up.
const MAX_WORDS: usize = 16;

/// Found messages in one page.
const MAX_FOUND: u32 = 50;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_its_words_whatever_stands_between_them() {
        let words = check_query("  réunion, \"demain\" OR (15h*) NEAR/2 क्षमा").unwrap();

        assert_eq!(words, ["réunion", "demain", "OR", "15h", "NEAR", "2", "क्षमा"]);
        for none in ["", " *\"'()", "…"] {
            assert_eq!(check_query(none), Err(Refusal::Empty));
        }
        assert!(check_query(&"a ".repeat(17)).is_err());
        assert!(check_query(&"a".repeat(513)).is_err());
    }

    #[test]
    fn marks_become_places_in_the_text() {
        let (text, found) = highlights("👋 \u{2}hé\u{3} \u{2}\u{3}and \u{2}you\u{3}");

        assert_eq!(text, "👋 hé and you");
        let wanted = [(3, 2), (10, 3)].map(|(offset, length)| Highlight { offset, length });
        assert_eq!(found, wanted);
    }
}
