//! What counts as one emoji (Unicode UTS #51), without a list of them that grows old.

use unicode_properties::UnicodeEmoji as _;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::error::Refusal;

/// Returns the emoji as it is kept, or refuses what is none, or more than one.
pub fn check_emoji(emoji: &str) -> Result<String, Refusal> {
    if MAX_EMOJI_BYTES < emoji.len() || emoji.graphemes(true).count() != 1 || !is_emoji(emoji) {
        return Err(Refusal::BadEmoji);
    }
    Ok(emoji.to_owned())
}

/// Whether one grapheme is drawn as an emoji.
fn is_emoji(grapheme: &str) -> bool {
    let mut letters = grapheme.chars();
    let Some(first) = letters.next() else { return false };
    let rest = letters.as_str();
    if is_regional_indicator(first) {
        return rest.chars().count() == 1;
    }
    if matches!(first, '0'..='9' | '#' | '*') {
        return rest.ends_with(KEYCAP);
    }
    first.is_emoji_char() && rest.chars().all(belongs_to_emoji)
}

fn belongs_to_emoji(letter: char) -> bool {
    letter.is_emoji_char() || is_tag(letter) || [JOINER, AS_EMOJI].contains(&letter)
}

/// Two of them make the flag of a country.
fn is_regional_indicator(letter: char) -> bool {
    matches!(letter, '\u{1f1e6}'..='\u{1f1ff}')
}

/// They spell out the flag of a region.
fn is_tag(letter: char) -> bool {
    matches!(letter, '\u{e0020}'..='\u{e007f}')
}

/// Makes one emoji of the two around it.
const JOINER: char = '\u{200d}';

/// Has the letter before it drawn as an emoji.
const AS_EMOJI: char = '\u{fe0f}';

/// Encloses the digit before it.
const KEYCAP: char = '\u{20e3}';

/// The longest ones, families with skin tones, have 41.
const MAX_EMOJI_BYTES: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_emoji_is_one() {
        for emoji in
            ["👍", "👍🏾", "❤️", "❤", "☺️", "1️⃣", "#️⃣", "🇹🇬", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "👩‍💻", "👨🏿‍👩🏽‍👧🏼‍👦🏻", "🏳️‍🌈", "🫱🏻‍🫲🏿", "🕵🏽‍♀️"]
        {
            assert_eq!(check_emoji(emoji), Ok(String::from(emoji)), "{emoji}");
        }
    }

    #[test]
    fn whatever_is_no_emoji_or_more_than_one_is_refused() {
        let bomb = format!("👩{}", "\u{200d}👩".repeat(30));
        let zalgo = format!("👍{}", "\u{301}".repeat(9));
        for wrong in [
            "",
            " ",
            "a",
            "1",
            "#",
            "é",
            "会",
            "👍👍",
            "👍 ",
            "🇹",
            "a\u{20e3}",
            &bomb,
            &zalgo,
            "<b>",
        ] {
            assert_eq!(check_emoji(wrong), Err(Refusal::BadEmoji), "{wrong:?}");
        }
    }
}
