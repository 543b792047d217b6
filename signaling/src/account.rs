//! What an account may be made of: names that cannot be mistaken, and a password that is none of
//! those that everybody tries first.

use crate::error::{Refusal, Weakness};
use crate::text;

/// Returns the name to sign in with as it is kept, in lower case.
pub fn check_username(username: &str) -> Result<String, Refusal> {
    let username = username.trim().to_lowercase();
    let fits = (1..=MAX_USERNAME_BYTES).contains(&username.len());
    let is_letter = |letter: char| letter.is_alphanumeric() || ".-_".contains(letter);
    if fits && username.chars().all(is_letter) {
        Ok(username)
    } else {
        Err(Refusal::BadUsername { limit: MAX_USERNAME_BYTES })
    }
}

/// Returns the name to be shown by as it is kept, on one line.
pub fn check_full_name(name: &str) -> Result<String, Refusal> {
    check_name(name)
}

/// Returns what a place is called as it is kept, on one line.
pub fn check_place(name: &str) -> Result<String, Refusal> {
    check_name(name)
}

/// Refuses a password that is easily guessed. `names` are those that stand beside it: the account's,
/// the person's and the place's.
///
/// As NIST SP 800-63B §3.1.1.2 has it: a length, no wishes about kinds of letters, and none of those
/// that guessers try first.
pub fn check_password(password: &str, names: &[&str]) -> Result<(), Refusal> {
    let letters = password.chars().count();
    if letters < MIN_PASSWORD_CHARS {
        return Err(Refusal::WeakPassword(Weakness::Short { least: MIN_PASSWORD_CHARS }));
    }
    if MAX_PASSWORD_BYTES < password.len() {
        return Err(Refusal::WeakPassword(Weakness::Long { most: MAX_PASSWORD_BYTES }));
    }
    let folded = password.to_lowercase();
    if COMMON.contains(&folded.as_str()) || is_a_run(&folded) {
        return Err(Refusal::WeakPassword(Weakness::Common));
    }
    let squeezed = squeeze(&folded);
    if names.iter().any(|name| !name.is_empty() && squeeze(&name.to_lowercase()) == squeezed) {
        return Err(Refusal::WeakPassword(Weakness::Name));
    }
    Ok(())
}

fn check_name(name: &str) -> Result<String, Refusal> {
    let name = text::one_line(name);
    if (1..=MAX_NAME_CHARS).contains(&name.chars().count()) {
        Ok(name)
    } else {
        Err(Refusal::BadName { limit: MAX_NAME_CHARS })
    }
}

/// One letter again and again, or each the next of the one before, as in "abcdefgh".
fn is_a_run(password: &str) -> bool {
    let codes: Vec<i64> = password.chars().map(|letter| i64::from(u32::from(letter))).collect();
    let mut steps = codes.windows(2).map(|pair| pair[1] - pair[0]);
    let Some(first) = steps.next() else { return true };
    (-1..=1).contains(&first) && steps.all(|step| step == first)
}

fn squeeze(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// Longest name to sign in with, in bytes of UTF-8.
pub const MAX_USERNAME_BYTES: usize = 64;

/// Longest name to be shown by, in characters.
pub const MAX_NAME_CHARS: usize = 60;

/// Shortest password, in characters (NIST SP 800-63B §3.1.1.2).
pub const MIN_PASSWORD_CHARS: usize = 8;

/// Longest password, in bytes of UTF-8: nobody types more, and each byte is hashed.
pub const MAX_PASSWORD_BYTES: usize = 1024;

/// The passwords of eight letters and more that are tried first, by the lists of leaked ones, in
/// English and French.
const COMMON: &[&str] = &[
    "1234567890",
    "0987654321",
    "123123123",
    "12341234",
    "11223344",
    "00112233",
    "147258369",
    "789456123",
    "159753456",
    "01012011",
    "12345678a",
    "123456789a",
    "a123456789",
    "1q2w3e4r",
    "1q2w3e4r5t",
    "q1w2e3r4",
    "1qaz2wsx",
    "zaq12wsx",
    "qazwsxedc",
    "qwerty123",
    "qwerty12",
    "qwertyuiop",
    "qwertyui",
    "qwer1234",
    "asdfghjkl",
    "asdfasdf",
    "asdf1234",
    "zxcvbnm1",
    "azertyuiop",
    "azerty123",
    "azertyui",
    "qsdfghjklm",
    "wxcvbn123",
    "password",
    "password1",
    "password12",
    "password123",
    "passw0rd",
    "p@ssw0rd",
    "p@ssword",
    "passpass",
    "motdepasse",
    "motdepasse1",
    "motdepasse123",
    "bonjour1",
    "bonjour123",
    "coucou123",
    "jetaime1",
    "jetaime123",
    "iloveyou",
    "iloveyou1",
    "iloveyou2",
    "sunshine",
    "princess",
    "princesse",
    "football",
    "baseball",
    "basketball",
    "superman",
    "spiderman",
    "batman123",
    "starwars",
    "trustno1",
    "whatever",
    "computer",
    "internet",
    "michelle",
    "jennifer",
    "corvette",
    "mercedes",
    "victoria",
    "chocolate",
    "chocolat",
    "butterfly",
    "liverpool",
    "marseille",
    "doudou123",
    "loulou123",
    "soleil123",
    "nicolas1",
    "dragon123",
    "monkey123",
    "master123",
    "shadow123",
    "letmein1",
    "letmein123",
    "welcome1",
    "welcome123",
    "changeme",
    "changeme1",
    "changeme123",
    "adminadmin",
    "admin123",
    "admin1234",
    "admin12345",
    "administrator",
    "administrateur",
    "root1234",
    "test1234",
    "testtest",
    "user1234",
    "guest123",
    "secret123",
    "abcd1234",
    "abc12345",
    "abc123456",
    "abcabcabc",
    "a1b2c3d4",
    "aa123456",
    "aaaa1111",
    "pass1234",
    "hello123",
    "palabre1",
    "palabre123",
    "baobab123",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_username_is_letters_digits_and_three_signs_in_lower_case() {
        assert_eq!(check_username("  Séna.A-1_b ").unwrap(), "séna.a-1_b");
        for wrong in ["", " ", "a b", "a@b", "a/b", "a\u{202e}b", &"a".repeat(65)] {
            let refused = check_username(wrong);
            assert_eq!(refused, Err(Refusal::BadUsername { limit: 64 }), "{wrong:?}");
        }
    }

    #[test]
    fn a_full_name_is_one_visible_line() {
        assert_eq!(check_full_name(" Ama\nLawson ").unwrap(), "Ama Lawson");
        assert!(check_full_name("\u{200b}").is_err());
        assert!(check_full_name(&"é".repeat(60)).is_ok());
        assert!(check_full_name(&"é".repeat(61)).is_err());
    }

    #[test]
    fn a_password_that_is_tried_first_is_refused_with_the_reason() {
        let names = ["ama.lawson", "Ama Lawson", "Kitchen"];
        let weakness = |password: &str| match check_password(password, &names) {
            Err(Refusal::WeakPassword(weakness)) => Some(weakness),
            Ok(()) => None,
            Err(other) => panic!("{other}"),
        };

        assert_eq!(weakness("baobab7"), Some(Weakness::Short { least: 8 }));
        assert_eq!(weakness(&"b".repeat(1025)), Some(Weakness::Long { most: 1024 }));
        for common in ["Password123", "AZERTYUIOP", "aaaaaaaa", "12345678", "hgfedcba"] {
            assert_eq!(weakness(common), Some(Weakness::Common), "{common}");
        }
        for name in ["AmaLawson", "ama lawson", "ama-lawson"] {
            assert_eq!(weakness(name), Some(Weakness::Name), "{name}");
        }
        for good in ["correct horse", "éléphant", "sous le baobab", "日本語日本語日本"] {
            assert_eq!(weakness(good), None, "{good}");
        }
    }
}
