//! What people write: names that others read in lists, one line and not to be mistaken, and texts
//! that stay within the place where they are shown.

use unicode_segmentation::UnicodeSegmentation as _;

use crate::error::Refusal;

/// Returns a name as it is kept: without what breaks the line or turns the reading direction of
/// what stands after it, and trimmed. Empty when nothing of it can be seen.
pub fn one_line(name: &str) -> String {
    let spaced = name.chars().map(|letter| if breaks_line(letter) { ' ' } else { letter });
    let kept: String = spaced.filter(|letter| !turns_direction(*letter)).collect();
    if kept.chars().all(is_invisible) { String::new() } else { kept.trim().to_owned() }
}

/// Refuses a text that would reach beyond its own lines: by turning the reading direction and not
/// turning it back, or by stacking marks on a letter until they cover its neighbours.
pub fn check_shown(text: &str) -> Result<(), Refusal> {
    for line in text.split(['\n', '\r', '\u{2028}', '\u{2029}']) {
        check_direction(line)?;
    }
    if text.graphemes(true).any(|letter| MAX_LETTER_BYTES < letter.len()) {
        return Err(Refusal::BadText("take the marks off that are stacked on one letter"));
    }
    if text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')) {
        return Err(Refusal::BadText("take the control characters out"));
    }
    Ok(())
}

/// Embeddings and isolates are closed where the line ends (Unicode UAX #9 §2); overrides, which
/// only serve to show letters in an order that is not theirs, are refused at once.
fn check_direction(line: &str) -> Result<(), Refusal> {
    let (mut embeddings, mut isolates) = (0_i32, 0_i32);
    for letter in line.chars() {
        match letter {
            '\u{202d}' | '\u{202e}' => return Err(Refusal::BadText(TURNED)),
            '\u{202a}' | '\u{202b}' => embeddings += 1,
            '\u{202c}' => embeddings -= 1,
            '\u{2066}'..='\u{2068}' => isolates += 1,
            '\u{2069}' => isolates -= 1,
            _ => {}
        }
    }
    if embeddings > 0 || isolates > 0 {
        return Err(Refusal::BadText(TURNED));
    }
    Ok(())
}

fn breaks_line(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}')
}

/// Embeddings, overrides and isolates (Unicode UAX #9 §2): they reach beyond the name, into the
/// sentence around it. The marks of one letter's direction stay; languages need them.
fn turns_direction(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Blanks, and what only changes how its neighbours are drawn.
fn is_invisible(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(
            letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180e}'
                | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}'
        )
}

const TURNED: &str = "take the characters out that turn its reading direction";

/// Longest letter with all its marks, in bytes of UTF-8. The longest emoji have 41, the longest
/// syllables of Indian scripts about 60.
const MAX_LETTER_BYTES: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_turns_its_reading_direction_for_good_is_refused() {
        for turned in ["\u{202e}gpj.exe", "a\u{202d}b", "\u{2067}open", "\u{202b}open\nnext"] {
            assert_eq!(check_shown(turned), Err(Refusal::BadText(TURNED)), "{turned:?}");
        }
        for closed in [
            "\u{202a}+228 90 00 00 00\u{202c}",
            "by \u{2068}\u{645}\u{6cc}\u{2069} today",
            "\u{645}\u{200f}!",
        ] {
            assert_eq!(check_shown(closed), Ok(()), "{closed:?}");
        }
    }

    #[test]
    fn a_letter_under_a_tower_of_marks_is_refused() {
        let tower = format!("h{}i", "\u{30d}".repeat(80));
        assert!(check_shown(&tower).is_err());
        assert!(check_shown("a\u{0}b").is_err());
        for good in ["é e\u{301}", "👨🏿‍👩🏽‍👧🏼‍👦🏻", "क्ष्म्य", "กิ่้", "a\tb\r\nc", "Việt"]
        {
            assert_eq!(check_shown(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn a_name_is_one_line_that_reads_in_its_own_direction() {
        assert_eq!(one_line(" Kitchen\n\u{0}team\u{2028} "), "Kitchen  team");
        assert_eq!(one_line("\u{202e}nimda\u{202c} \u{2066}x\u{2069}"), "nimda x");
    }

    #[test]
    fn a_name_of_which_nothing_can_be_seen_is_none() {
        for blank in ["", " \t", "\u{200b}\u{feff}", "\u{202e}\u{3164}", "\u{2800} \u{ad}"] {
            assert_eq!(one_line(blank), "", "{blank:?}");
        }
    }

    #[test]
    fn names_of_all_languages_stay_as_they_are() {
        for name in [
            "Équipe n° 1",
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
            "👩\u{200d}💻 dev",
            "会议",
            "ꯀꯣꯝ",
        ] {
            assert_eq!(one_line(name), name);
        }
    }
}
