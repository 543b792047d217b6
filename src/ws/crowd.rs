//! Counts the sockets of each person, those that have not said hello included.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use palabre_signaling::wire::PersonId;

/// How many sockets each person has; cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Crowd {
    sockets: Arc<Mutex<HashMap<PersonId, usize>>>,
}

/// One socket of a person, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    crowd: Crowd,
    person: PersonId,
}

impl Crowd {
    /// Counts one more socket of a person; `None` when that is one too many.
    ///
    /// Before hello nothing else bounds them, and each may have a long frame half-way in.
    pub(super) fn admit(&self, person: PersonId) -> Option<Place> {
        let mut sockets = self.lock();
        let count = sockets.entry(person).or_default();
        if *count == MAX_SOCKETS {
            return None;
        }
        *count += 1;
        Some(Place { crowd: self.clone(), person })
    }

    /// How many sockets there are.
    pub(crate) fn len(&self) -> usize {
        self.lock().values().sum()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<PersonId, usize>> {
        // Nothing in here panics half-way through a change.
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut sockets = self.crowd.lock();
        if let Some(count) = sockets.get_mut(&self.person) {
            *count -= 1;
            if *count == 0 {
                sockets.remove(&self.person);
            }
        }
    }
}

/// Sockets of one person at the same time: three for each device, because those that a dead
/// network has cut are there until they are missed or replaced.
const MAX_SOCKETS: usize = 3 * crate::people::MAX_DEVICES;

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_person_has_so_many_sockets_and_others_have_theirs() {
        let crowd = Crowd::default();
        let mut places: Vec<_> = (0..MAX_SOCKETS).map(|_| crowd.admit(ANA).unwrap()).collect();

        assert!(crowd.admit(ANA).is_none());
        assert!(crowd.admit(BEN).is_some());
        places.pop();
        assert!(crowd.admit(ANA).is_some());
        drop(places);
        assert!(crowd.lock().is_empty());
    }

    const ANA: PersonId = PersonId(Uuid::from_u128(1));
    const BEN: PersonId = PersonId(Uuid::from_u128(2));
}
