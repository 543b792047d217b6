//! The code by which the owner of a new place proves to be whoever runs the machine.

use std::fmt;
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// What the server knows of the code that it printed: enough to recognise it, for a while.
#[derive(Clone, Copy, Debug)]
pub(super) struct SetupCode {
    hash: [u8; 32],
    expires_at_ms: i64,
}

/// The code itself, on its way to the terminal.
#[derive(Clone, Eq, PartialEq)]
pub struct PrintedCode(String);

impl SetupCode {
    /// Draws a code that is good from `now_ms` on for [`LIFETIME`].
    pub(super) fn generate(now_ms: i64) -> Result<(Self, PrintedCode), getrandom::Error> {
        let mut bytes = [0; LETTERS];
        getrandom::fill(&mut bytes)?;
        // 256 is a multiple of 32, so that every letter is as likely as any other.
        let letters = bytes.map(|byte| ALPHABET[usize::from(byte) % ALPHABET.len()]);
        let lifetime_ms = i64::try_from(LIFETIME.as_millis()).unwrap_or(i64::MAX);
        let code = Self {
            hash: Sha256::digest(letters).into(),
            expires_at_ms: now_ms.saturating_add(lifetime_ms),
        };
        let groups = letters.chunks(GROUP).map(String::from_utf8_lossy);
        Ok((code, PrintedCode(groups.collect::<Vec<_>>().join("-"))))
    }

    /// Whether `typed` is the code; takes as long whatever it is.
    pub(super) fn matches(&self, now_ms: i64, typed: &str) -> bool {
        let typed: String = typed.chars().filter_map(letter).take(MAX_TYPED).collect();
        let hash: [u8; 32] = Sha256::digest(typed).into();
        let right = self.hash.ct_eq(&hash);
        bool::from(right) && now_ms < self.expires_at_ms
    }
}

impl PrintedCode {
    /// Its letters, in groups.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PrintedCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A code in a log would be the place of whoever reads the log.
        formatter.write_str("PrintedCode(secret)")
    }
}

/// The letter that is meant: capitals, and those that Crockford takes for each other.
fn letter(typed: char) -> Option<char> {
    match typed.to_ascii_uppercase() {
        'O' => Some('0'),
        'I' | 'L' => Some('1'),
        letter if letter.is_alphanumeric() => Some(letter),
        _ => None,
    }
}

/// How long a code is good: a day to find the time, and no old log is worth reading.
pub(super) const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// 100 bits, which nobody guesses through a door that takes some tries a minute.
const LETTERS: usize = 20;

/// Letters between two dashes.
const GROUP: usize = 5;

/// Crockford's Base32: nothing in it is taken for something else.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What is looked at of what was typed, in characters.
const MAX_TYPED: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_recognised_however_it_is_typed_until_its_time_is_up() {
        let (code, printed) = SetupCode::generate(0).unwrap();
        let end_ms = i64::try_from(LIFETIME.as_millis()).unwrap();

        assert_eq!(printed.as_str().len(), 23);
        assert!(code.matches(0, printed.as_str()));
        assert!(code.matches(0, &printed.as_str().to_lowercase().replace('-', " ")));
        assert!(code.matches(0, &printed.as_str().replace('0', "o").replace('1', "l")));
        assert!(code.matches(end_ms - 1, printed.as_str()));
        assert!(!code.matches(end_ms, printed.as_str()));
    }

    #[test]
    fn nothing_else_is_taken_for_the_code() {
        let (code, printed) = SetupCode::generate(0).unwrap();
        let (_, other) = SetupCode::generate(0).unwrap();

        for wrong in ["", "-", other.as_str(), &printed.as_str()[1..], &format!("{}A", printed.0)] {
            assert!(!code.matches(0, wrong), "{wrong}");
        }
    }

    #[test]
    fn log_line_keeps_the_secret() {
        let (code, printed) = SetupCode::generate(0).unwrap();

        assert!(!format!("{printed:?} {code:?}").contains(printed.as_str()));
    }
}
