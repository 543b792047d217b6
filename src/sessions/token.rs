//! The secret that stands for a sign-in.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// A secret that stands for a sign-in; only its holder and the answer to a sign-in know it.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Token([u8; TOKEN_BYTES]);

/// What the store keeps of a token: whoever reads the store cannot sign in with it.
pub type TokenHash = [u8; 32];

impl Token {
    /// Draws a new one from the system's random numbers.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; TOKEN_BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// Reads what [`encode`](Self::encode) wrote; nothing else is a token.
    pub fn parse(text: &str) -> Option<Self> {
        // The length first, so that a long header is not decoded.
        if text.len() != TOKEN_LETTERS {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// Writes it as letters that a cookie and a header may carry.
    pub fn encode(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What the store keeps.
    ///
    /// One round of SHA-256 without salt is enough here: nobody can guess 256 random bits.
    pub fn hash(self) -> TokenHash {
        Sha256::digest(self.0).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A token in a log would be a sign-in for whoever reads the log.
        formatter.write_str("Token(secret)")
    }
}

/// Twice the 128 bits that OWASP's session guide asks for.
const TOKEN_BYTES: usize = 32;

/// `TOKEN_BYTES` in Base64 without padding (RFC 4648 §5).
const TOKEN_LETTERS: usize = 43;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_survives_the_way_to_the_browser_and_back() {
        let token = Token::generate().unwrap();

        assert!(Token::parse(&token.encode()) == Some(token));
    }

    #[test]
    fn two_tokens_differ() {
        assert!(Token::generate().unwrap() != Token::generate().unwrap());
    }

    #[test]
    fn nothing_but_a_whole_token_is_read() {
        let text = Token::generate().unwrap().encode();

        assert!(Token::parse("").is_none());
        assert!(Token::parse(&text[1..]).is_none());
        assert!(Token::parse(&format!("{text}A")).is_none());
        assert!(Token::parse(&"*".repeat(TOKEN_LETTERS)).is_none());
    }

    #[test]
    fn log_line_keeps_the_secret() {
        let token = Token::generate().unwrap();

        assert!(!format!("{token:?}").contains(&token.encode()));
    }
}
