//! Account slots: several people signed in side by side in one browser, a cookie each.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use axum_extra::extract::cookie::CookieJar;

use super::token::Token;

/// Which account of a browser; a tab names its own.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct AccountSlot(u8);

/// Writes and reads the cookies of the account slots.
#[derive(Clone, Copy, Debug)]
pub struct SlotCookies {
    secure: bool,
    lifetime: Duration,
}

impl AccountSlot {
    /// The slot numbered `number`, if there is one.
    pub fn new(number: u8) -> Option<Self> {
        (number < ACCOUNT_SLOTS).then_some(Self(number))
    }

    /// All of them, lowest first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..ACCOUNT_SLOTS).map(Self)
    }

    /// Its number, as the wire has it.
    pub fn number(self) -> u8 {
        self.0
    }
}

impl SlotCookies {
    /// Cookies that last as long as the sign-in; `secure` when browsers come by https.
    pub fn new(secure: bool, lifetime: Duration) -> Self {
        Self { secure, lifetime }
    }

    /// The token that the browser holds in `slot`.
    pub fn read(&self, headers: &HeaderMap, slot: AccountSlot) -> Option<Token> {
        let jar = CookieJar::from_headers(headers);
        jar.get(&self.name(slot)).and_then(|cookie| Token::parse(cookie.value()))
    }

    /// Hands the browser the token of `slot`.
    pub fn set(&self, slot: AccountSlot, token: Token) -> HeaderValue {
        self.header(slot, &token.encode(), self.lifetime)
    }

    /// Takes the token of `slot` out of the browser.
    pub fn clear(&self, slot: AccountSlot) -> HeaderValue {
        self.header(slot, "", Duration::ZERO)
    }

    fn header(&self, slot: AccountSlot, value: &str, lifetime: Duration) -> HeaderValue {
        let name = self.name(slot);
        let seconds = lifetime.as_secs();
        let secure = if self.secure { "; Secure" } else { "" };
        // Strict: the page comes without cookies when a link elsewhere leads to it, but it needs
        // none, and what it then asks for is asked by itself.
        let cookie =
            format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
        HeaderValue::from_str(&cookie).expect("letters of Base64 and of the name alone")
    }

    /// With `__Host-` the browser itself sees to it that no neighbouring site and no plain http
    /// sets the cookie (RFC 6265bis §4.1.3.2).
    fn name(&self, slot: AccountSlot) -> String {
        let prefix = if self.secure { "__Host-" } else { "" };
        format!("{prefix}palabre-{}", slot.0)
    }
}

/// Accounts that one browser may be signed in with at once.
pub const ACCOUNT_SLOTS: u8 = 8;

#[cfg(test)]
mod tests {
    use axum::http::header::COOKIE;

    use super::*;

    #[test]
    fn cookie_of_an_https_site_is_bound_to_its_host() {
        let cookie = set(true);

        assert!(cookie.starts_with("__Host-palabre-3="), "{cookie}");
        assert!(cookie.contains("; Secure"), "{cookie}");
        assert!(cookie.contains("; Path=/"), "{cookie}");
        assert!(!cookie.contains("Domain"), "{cookie}");
    }

    #[test]
    fn cookie_is_out_of_reach_of_scripts_and_of_other_sites() {
        for cookie in [set(false), set(true)] {
            assert!(cookie.contains("; HttpOnly"), "{cookie}");
            assert!(cookie.contains("; SameSite=Strict"), "{cookie}");
            assert!(cookie.contains("; Max-Age=60"), "{cookie}");
        }
    }

    #[test]
    fn plain_http_does_without_what_browsers_refuse_there() {
        let cookie = set(false);

        assert!(cookie.starts_with("palabre-3="), "{cookie}");
        assert!(!cookie.contains("Secure"), "{cookie}");
    }

    #[test]
    fn each_slot_has_a_token_of_its_own() {
        let cookies = SlotCookies::new(false, LIFETIME);
        let [first, second] = [Token::generate().unwrap(), Token::generate().unwrap()];
        let mut headers = HeaderMap::new();
        let value = format!("palabre-0={}; palabre-7={}", first.encode(), second.encode());
        headers.insert(COOKIE, HeaderValue::from_str(&value).unwrap());

        assert_eq!(cookies.read(&headers, slot(0)), Some(first));
        assert_eq!(cookies.read(&headers, slot(1)), None);
        assert_eq!(cookies.read(&headers, slot(7)), Some(second));
    }

    #[test]
    fn https_site_ignores_a_cookie_that_a_neighbour_could_have_set() {
        let cookies = SlotCookies::new(true, LIFETIME);
        let token = Token::generate().unwrap();
        let mut headers = HeaderMap::new();
        let value = format!("palabre-0={}", token.encode());
        headers.insert(COOKIE, HeaderValue::from_str(&value).unwrap());

        assert_eq!(cookies.read(&headers, slot(0)), None);
    }

    #[test]
    fn there_are_eight_slots() {
        assert_eq!(AccountSlot::all().count(), 8);
        assert!(AccountSlot::new(8).is_none());
    }

    const LIFETIME: Duration = Duration::from_secs(60);

    fn slot(number: u8) -> AccountSlot {
        AccountSlot::new(number).unwrap()
    }

    fn set(secure: bool) -> String {
        let cookies = SlotCookies::new(secure, LIFETIME);
        cookies.set(slot(3), Token::generate().unwrap()).to_str().unwrap().to_owned()
    }
}
