//! Hashes passwords and checks them, a few at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::available_parallelism;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use tokio::sync::Semaphore;

/// Hashes passwords on threads of their own, never more at once than there are cores.
///
/// One hash takes 19 MiB and some 25 ms; without a bound a burst of sign-ins would take the memory
/// and the time of everybody else.
#[derive(Debug)]
pub struct Passwords {
    cores: Arc<Semaphore>,
    asked: AtomicUsize,
}

/// Why a password was neither accepted nor refused.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too many wait already.
    #[error("too many passwords wait to be checked")]
    Busy,
    /// What the store has is no hash, or the machine is out of memory.
    #[error("hashing a password: {0}")]
    Hash(String),
}

impl Passwords {
    /// Takes as many at once as the machine has cores.
    pub fn new() -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        Self { cores: Arc::new(Semaphore::new(cores)), asked: AtomicUsize::new(0) }
    }

    /// Returns what the store keeps of `password`, with a salt of its own.
    pub async fn hash(&self, password: String) -> Result<String, PasswordError> {
        self.run(move || {
            let hash = argon2().hash_password(password.as_bytes()).map_err(refused)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether `password` is the one that `stored` was made of.
    ///
    /// Without `stored`, for a name that nobody has, it takes as long and is never true: how long
    /// the answer takes does not tell which names exist.
    pub async fn verify(
        &self,
        password: String,
        stored: Option<String>,
    ) -> Result<bool, PasswordError> {
        self.run(move || {
            let hash = PasswordHash::new(stored.as_deref().unwrap_or(NOBODY)).map_err(refused)?;
            let matches = argon2().verify_password(password.as_bytes(), &hash).is_ok();
            Ok(matches && stored.is_some())
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let _place = self.queue()?;
        let core = Arc::clone(&self.cores).acquire_owned().await;
        // The thread holds the core until it is done, also when its asker hung up meanwhile.
        let job = move || {
            let _core = core;
            work()
        };
        match tokio::task::spawn_blocking(job).await {
            Ok(outcome) => outcome,
            Err(error) => Err(PasswordError::Hash(error.to_string())),
        }
    }

    fn queue(&self) -> Result<Place<'_>, PasswordError> {
        let place = Place(&self.asked);
        if MAX_ASKED <= self.asked.fetch_add(1, Ordering::Relaxed) {
            return Err(PasswordError::Busy);
        }
        Ok(place)
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

/// A place among those who wait; given back when dropped.
struct Place<'a>(&'a AtomicUsize);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Argon2id as OWASP's password storage guide has it: 19 MiB, two passes, one lane.
fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("constants in range");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn refused(error: impl ToString) -> PasswordError {
    PasswordError::Hash(error.to_string())
}

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Passwords that may be in hand at once, waiting included: about a second of work for two cores.
/// Further ones are told to come back.
const MAX_ASKED: usize = 64;

/// The hash of a password that nobody knows, with the costs of all others.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$cGFsYWJyZS1ub2JvZHk\
    $8fL5m0Hc0mX3Wn2l0C2Vh8m5oJ0m3m0Qw4sS1yq3p0A";

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn right_password_is_told_from_a_wrong_one() {
        let passwords = Passwords::new();
        let hash = passwords.hash(String::from("baobab")).await.unwrap();

        assert!(passwords.verify(String::from("baobab"), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify(String::from("Baobab"), Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn same_password_has_another_hash_each_time() {
        let passwords = Passwords::new();

        let first = passwords.hash(String::from("baobab")).await.unwrap();
        let second = passwords.hash(String::from("baobab")).await.unwrap();

        assert_ne!(first, second);
        assert!(first.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{first}");
    }

    #[tokio::test]
    async fn name_nobody_has_costs_a_whole_hash_and_is_never_right() {
        let nobody = PasswordHash::new(NOBODY).unwrap();

        assert_eq!(nobody.params.get_decimal("m"), Some(MEMORY_KIB));
        assert_eq!(nobody.params.get_decimal("t"), Some(PASSES));
        assert!(nobody.hash.is_some());
        assert!(!Passwords::new().verify(String::from("baobab"), None).await.unwrap());
    }

    #[tokio::test]
    async fn those_who_wait_are_bounded() {
        let passwords = Passwords::new();
        let places: Vec<_> = (0..MAX_ASKED).map(|_| passwords.queue().unwrap()).collect();

        assert!(matches!(passwords.hash(String::new()).await, Err(PasswordError::Busy)));

        drop(places);
        assert!(passwords.hash(String::new()).await.is_ok());
    }
}
