//! Who is typing in one conversation; forgotten by itself.

use crate::wire::PersonId;

/// The people who type.
#[derive(Debug, Default)]
pub struct Typing {
    /// Each with the time, in ms since 1970, at which it is forgotten.
    people: Vec<(PersonId, i64)>,
}

impl Typing {
    /// Notes that a person types, or stopped; returns whether that is news.
    ///
    /// Somebody who goes on typing is news again each time: whoever opens the conversation
    /// meanwhile learns of it too.
    pub fn set(&mut self, now_ms: i64, person: PersonId, active: bool) -> bool {
        let before = self.people.len();
        self.people.retain(|(other, _)| *other != person);
        if active {
            self.people.push((person, now_ms + LIFETIME_MS));
        }
        active || self.people.len() < before
    }

    /// Forgets those who have not said for a while that they type; returns them.
    pub fn expire(&mut self, now_ms: i64) -> Vec<PersonId> {
        let expired = self.people.extract_if(.., |(_, until_ms)| *until_ms <= now_ms);
        expired.map(|(person, _)| person).collect()
    }

    /// When to call [`expire`](Self::expire), in ms since 1970.
    pub fn poll_timeout(&self) -> Option<i64> {
        self.people.iter().map(|(_, until_ms)| *until_ms).min()
    }
}

/// How long a person counts as typing, in ms: one repetition every 4 s, and room for a slow link.
const LIFETIME_MS: i64 = 6_000;

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn typing_is_forgotten_six_seconds_after_it_was_last_said() {
        let mut typing = Typing::default();

        assert!(typing.set(0, ANA, true));
        assert!(typing.set(4_000, ANA, true));

        assert_eq!(typing.poll_timeout(), Some(10_000));
        assert_eq!(typing.expire(9_999), []);
        assert_eq!(typing.expire(10_000), [ANA]);
        assert_eq!(typing.poll_timeout(), None);
    }

    #[test]
    fn stopping_is_news_only_for_somebody_who_was_typing() {
        let mut typing = Typing::default();
        typing.set(0, ANA, true);

        assert!(typing.set(1, ANA, false));
        assert!(!typing.set(2, ANA, false));
    }

    const ANA: PersonId = PersonId(Uuid::from_u128(1));
}
