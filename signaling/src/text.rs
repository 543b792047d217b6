//! Names that people choose and that others read in lists: one line, and not to be mistaken.

/// Returns a name as it is kept: without what breaks the line or turns the reading direction of
/// what stands after it, and trimmed. Empty when nothing of it can be seen.
pub fn one_line(name: &str) -> String {
    let spaced = name.chars().map(|letter| if breaks_line(letter) { ' ' } else { letter });
    let kept: String = spaced.filter(|letter| !turns_direction(*letter)).collect();
    if kept.chars().all(is_invisible) { String::new() } else { kept.trim().to_owned() }
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

#[cfg(test)]
mod tests {
    use super::*;

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
