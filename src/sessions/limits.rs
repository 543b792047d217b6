//! Slows down whoever guesses passwords.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;

use governor::clock::DefaultClock;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use palabre_signaling::error::Refusal;

use crate::config::SessionsConfig;

/// Counts sign-ins for each account and for each address they come from.
#[derive(Debug)]
pub(super) struct SignInLimits {
    accounts: Keyed<String>,
    addresses: Keyed<IpAddr>,
}

impl SignInLimits {
    /// Starts with nobody counted.
    pub(super) fn new(config: &SessionsConfig) -> Self {
        Self {
            accounts: Keyed::per_minute(config.attempts_per_account),
            addresses: Keyed::per_minute(config.attempts_per_address),
        }
    }

    /// Counts a sign-in as `username` from `address`; false when it is one too many.
    ///
    /// The address is counted first: one guesser cannot lock many accounts.
    pub(super) fn admit(&self, username: &str, address: IpAddr) -> bool {
        self.addresses.admit(&network(address)) && self.accounts.admit(&username.to_owned())
    }
}

/// Counts tries from each address, whatever is tried: those who guess codes of links, and those who
/// make the server hash passwords.
#[derive(Debug)]
pub(crate) struct AddressLimit(Keyed<IpAddr>);

impl AddressLimit {
    /// Starts with nobody counted; as many tries as sign-ins.
    pub(crate) fn new(config: &SessionsConfig) -> Self {
        Self(Keyed::per_minute(config.attempts_per_address))
    }

    /// Counts a try from `address`; refuses one that is too many.
    pub(crate) fn check(&self, address: IpAddr) -> Result<(), Refusal> {
        if self.0.admit(&network(address)) { Ok(()) } else { Err(Refusal::TooFast) }
    }
}

/// One bucket for each key.
#[derive(Debug)]
struct Keyed<K: Clone + Eq + Hash>(RateLimiter<K, HashMapStateStore<K>, DefaultClock>);

impl<K: Clone + Eq + Hash> Keyed<K> {
    fn per_minute(attempts: u32) -> Self {
        let attempts = NonZeroU32::new(attempts).unwrap_or(NonZeroU32::MIN);
        Self(RateLimiter::hashmap(Quota::per_minute(attempts)))
    }

    fn admit(&self, key: &K) -> bool {
        if MAX_KEYS <= self.0.len() {
            // Buckets that are full again say nothing. If all of them still do, an attack with
            // very many addresses is under way, and nobody signs in until it ends.
            self.0.retain_recent();
            if MAX_KEYS <= self.0.len() {
                return false;
            }
        }
        self.0.check_key(key).is_ok()
    }
}

/// What counts as one address: for IPv6 the /64 that one subscriber has to himself.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address @ IpAddr::V4(_) => address,
    }
}

/// Buckets kept at once, about 10 MiB of them.
const MAX_KEYS: usize = 100_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn account_is_protected_from_guesses_from_everywhere() {
        let limits = limits(2, 100);

        assert!(limits.admit("ama", address(1)));
        assert!(limits.admit("ama", address(2)));
        assert!(!limits.admit("ama", address(3)));
        assert!(limits.admit("kofi", address(3)));
    }

    #[test]
    fn address_cannot_try_one_account_after_another() {
        let limits = limits(100, 2);

        assert!(limits.admit("ama", address(1)));
        assert!(limits.admit("kofi", address(1)));
        assert!(!limits.admit("yao", address(1)));
        assert!(limits.admit("yao", address(2)));
    }

    #[test]
    fn addresses_of_one_ipv6_subscriber_count_as_one() {
        let limits = limits(100, 1);

        assert!(limits.admit("ama", "2001:db8::1".parse().unwrap()));
        assert!(!limits.admit("ama", "2001:db8::ffff:2".parse().unwrap()));
        assert!(limits.admit("ama", "2001:db8:0:1::1".parse().unwrap()));
    }

    fn limits(attempts_per_account: u32, attempts_per_address: u32) -> SignInLimits {
        let sessions = Config::default().sessions;
        SignInLimits::new(&SessionsConfig {
            attempts_per_account,
            attempts_per_address,
            ..sessions
        })
    }

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }
}
