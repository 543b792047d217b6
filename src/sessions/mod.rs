//! Signing in and out: passwords, tokens and the account slots of a browser.

mod limits;
mod password;
mod slots;
mod token;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use palabre_signaling::account::{MAX_PASSWORD_BYTES, MAX_USERNAME_BYTES};
use palabre_signaling::guest::GUEST_PASS_MS;
use palabre_signaling::wire::{Person, PersonId, Role};
use tracing::info;

use crate::clock::Clock;
use crate::config::SessionsConfig;
use crate::store::{NewSession, Session, SessionId, SignIn, Store, StoreError};

use limits::SignInLimits;

pub(crate) use limits::AddressLimit;

pub use password::{PasswordError, Passwords};
pub use slots::{ACCOUNT_SLOTS, AccountSlot, SlotCookies};
pub use token::{Token, TokenHash};

/// Knows who is signed in.
#[derive(Debug)]
pub struct Sessions {
    store: Store,
    clock: Clock,
    passwords: Arc<Passwords>,
    limits: SignInLimits,
    lifetime: Duration,
}

/// A name and a password, and who tries them.
#[derive(Debug)]
pub struct Attempt<'a> {
    /// Case and space around it are ignored.
    pub username: &'a str,
    /// In the clear.
    pub password: String,
    /// Where the attempt comes from.
    pub address: IpAddr,
}

/// Why a sign-in failed.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The name or the password is wrong; which of the two is not told.
    #[error("the name or the password is wrong")]
    WrongCredentials,
    /// Too many attempts for this account or from this address, or too many at once.
    #[error("too many sign-ins: wait a minute and try again")]
    RateLimited,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A fault of the server.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

impl Sessions {
    /// Signs people of `store` in.
    pub fn new(
        store: Store,
        clock: Clock,
        passwords: Arc<Passwords>,
        config: &SessionsConfig,
    ) -> Self {
        Self {
            store,
            clock,
            passwords,
            limits: SignInLimits::new(config),
            lifetime: config.lifetime(),
        }
    }

    /// Returns whose name and password these are.
    pub async fn check(&self, attempt: Attempt<'_>) -> Result<Person, SignInError> {
        let username = attempt.username.trim().to_lowercase();
        if MAX_USERNAME_BYTES < username.len() || MAX_PASSWORD_BYTES < attempt.password.len() {
            return Err(SignInError::WrongCredentials);
        }
        let address = attempt.address;
        if !self.limits.admit(&username, address) {
            info!(%address, "sign-in turned down, too many");
            return Err(SignInError::RateLimited);
        }
        let (person, hash) = self.store.person_by_username(&username).await?.unzip();
        let right = self.passwords.verify(attempt.password, hash).await;
        match (right, person) {
            (Ok(true), Some(person)) => {
                info!(person = %person.id, %address, "signed in");
                Ok(person)
            }
            (Ok(_), _) => {
                // Without the name: people type their password into the wrong field.
                info!(%address, "sign-in turned down, wrong name or password");
                Err(SignInError::WrongCredentials)
            }
            (Err(PasswordError::Busy), _) => Err(SignInError::RateLimited),
            (Err(error @ PasswordError::Hash(_)), _) => {
                Err(SignInError::Internal(anyhow::Error::new(error)))
            }
        }
    }

    /// Opens a session, a guest's for a day at most; its token is told to nobody else.
    pub async fn open(&self, person: &Person, user_agent: &str) -> Result<Token, SignInError> {
        let token = Token::generate().map_err(anyhow::Error::new)?;
        let now_ms = self.clock.now_ms();
        let lifetime_ms = i64::try_from(self.lifetime.as_millis()).unwrap_or(i64::MAX);
        let is_guest = person.role == Role::Guest;
        let lifetime_ms = if is_guest { lifetime_ms.min(GUEST_PASS_MS) } else { lifetime_ms };
        let session = NewSession {
            person: person.id,
            token_hash: token.hash(),
            user_agent: user_agent.chars().take(MAX_USER_AGENT_CHARS).collect(),
            now_ms,
            expires_at_ms: now_ms.saturating_add(lifetime_ms),
        };
        self.store.create_session(session).await?;
        Ok(token)
    }

    /// The session that `token` stands for, unless it ended.
    pub async fn find(&self, token: Token) -> Result<Option<Session>, StoreError> {
        self.store.session_by_token_hash(&token.hash(), self.clock.now_ms()).await
    }

    /// Where a person is signed in, the latest first.
    pub(crate) async fn of(&self, person: PersonId) -> Result<Vec<SignIn>, StoreError> {
        self.store.sessions_of(person, self.clock.now_ms()).await
    }

    /// Ends a session; its sockets are closed by the application.
    pub async fn close(&self, session: SessionId) -> Result<(), StoreError> {
        self.store.delete_session(session).await.map(drop)
    }
}

/// What is kept of how a browser calls itself, for the list of sessions.
const MAX_USER_AGENT_CHARS: usize = 200;
