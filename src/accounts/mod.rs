//! Making accounts: the owner's, by the code that the server printed, and others by invitation.

mod setup_code;

use std::net::IpAddr;
use std::sync::Arc;

use palabre_signaling::account;
use palabre_signaling::error::Refusal;
use palabre_signaling::wire::{
    GuestDoor, Invited, NewAccount, Person, PersonId, Role, SetUp, Setup,
};
use tracing::info;

use crate::clock::Clock;
use crate::config::SessionsConfig;
use crate::sessions::{AddressLimit, PasswordError, Passwords, Token};
use crate::store::{NewPerson, SessionId, Store, StoreError};

use setup_code::SetupCode;

pub use setup_code::PrintedCode;

/// Makes accounts.
#[derive(Debug)]
pub(crate) struct Accounts {
    store: Store,
    clock: Clock,
    passwords: Arc<Passwords>,
    attempts: AddressLimit,
    /// Absent where somebody had an account when the server started.
    setup: Option<SetupCode>,
}

/// Why no account was made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AccountError {
    /// Whoever asks can mend this.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A fault of the server.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

impl Accounts {
    /// Makes accounts in `store`; where nobody has one yet, there is a code to be printed.
    pub(crate) async fn open(
        store: Store,
        clock: Clock,
        passwords: Arc<Passwords>,
        config: &SessionsConfig,
    ) -> anyhow::Result<(Self, Option<PrintedCode>)> {
        let is_new = !store.has_people().await?;
        let code = is_new.then(|| SetupCode::generate(clock.now_ms())).transpose()?;
        let (setup, printed) = code.unzip();
        let attempts = AddressLimit::new(config);
        Ok((Self { store, clock, passwords, attempts, setup }, printed))
    }

    /// Whether the place has an owner to be, and what it is called.
    pub(crate) async fn setup(&self) -> Result<Setup, AccountError> {
        let needed = !self.store.has_people().await?;
        Ok(Setup { needed, place: self.store.place().await? })
    }

    /// Makes the owner's account; of several who try at once, one gets it.
    pub(crate) async fn set_up(
        &self,
        address: IpAddr,
        asked: SetUp,
    ) -> Result<Person, AccountError> {
        self.attempts.check(address)?;
        if self.store.has_people().await? {
            return Err(Refusal::AlreadySetUp.into());
        }
        let right = self.setup.is_some_and(|it| it.matches(self.clock.now_ms(), &asked.code));
        if !right {
            info!(%address, "setup turned down, wrong code");
            return Err(Refusal::WrongCode.into());
        }
        let place = account::check_place(&asked.place)?;
        let new = self.prepare(asked.account, &place, Role::Owner).await?;
        let owner = self.store.create_owner(place, new).await?.ok_or(Refusal::AlreadySetUp)?;
        info!(person = %owner.id, %address, "owner made");
        Ok(owner)
    }

    /// What the holder of a code is invited to.
    pub(crate) async fn invited(
        &self,
        address: IpAddr,
        code: &str,
    ) -> Result<Invited, AccountError> {
        self.attempts.check(address)?;
        let code = Token::parse(code).ok_or(Refusal::LinkGone)?;
        let invited = self.store.invited(code.hash(), self.clock.now_ms()).await?;
        Ok(invited.ok_or(Refusal::LinkGone)?)
    }

    /// Makes an account for the holder of a code, of the guest who asks if one does.
    pub(crate) async fn accept(
        &self,
        address: IpAddr,
        code: &str,
        asked: NewAccount,
        guest: Option<PersonId>,
    ) -> Result<Person, AccountError> {
        // Looked up before anything is hashed: nobody without a code costs that much.
        let invited = self.invited(address, code).await?;
        let code = Token::parse(code).ok_or(Refusal::LinkGone)?;
        let place = invited.place.unwrap_or_default();
        let new = self.prepare(asked, &place, invited.role).await?;
        let person = self.store.accept_invitation(code.hash(), new, guest).await??;
        info!(person = %person.id, %address, "account made by invitation");
        Ok(person)
    }

    /// Where a link for guests leads.
    pub(crate) async fn guest_door(
        &self,
        address: IpAddr,
        code: &str,
    ) -> Result<GuestDoor, AccountError> {
        self.attempts.check(address)?;
        let code = Token::parse(code).ok_or(Refusal::LinkGone)?;
        Ok(self.store.guest_door(code.hash(), self.clock.now_ms()).await??)
    }

    /// Makes a guest, who waits, for the holder of a code.
    pub(crate) async fn enter(
        &self,
        address: IpAddr,
        code: &str,
        name: &str,
    ) -> Result<Person, AccountError> {
        self.attempts.check(address)?;
        let code = Token::parse(code).ok_or(Refusal::LinkGone)?;
        let name = account::check_full_name(name)?;
        let guest = self.store.create_guest(code.hash(), name, self.clock.now_ms()).await??;
        info!(person = %guest.id, %address, "guest came");
        Ok(guest)
    }

    /// Gives a person another password and ends their sign-ins but `kept`; returns those that ended.
    pub(crate) async fn change_password(
        &self,
        person: &Person,
        password: String,
        kept: SessionId,
    ) -> Result<Vec<SessionId>, AccountError> {
        let place = self.store.place().await?.unwrap_or_default();
        let hash = self.hash(password, &[&person.username, &person.full_name, &place]).await?;
        let ended = self.store.change_password(person.id, hash, kept).await?;
        info!(person = %person.id, ended = ended.len(), "password changed");
        Ok(ended)
    }

    async fn prepare(
        &self,
        asked: NewAccount,
        place: &str,
        role: Role,
    ) -> Result<NewPerson, AccountError> {
        let username = account::check_username(&asked.username)?;
        let full_name = account::check_full_name(&asked.full_name)?;
        let password_hash = self.hash(asked.password, &[&username, &full_name, place]).await?;
        Ok(NewPerson { username, full_name, role, password_hash, now_ms: self.clock.now_ms() })
    }

    /// What is kept of a password that is not easily guessed by those who know these names.
    async fn hash(&self, password: String, names: &[&str]) -> Result<String, AccountError> {
        account::check_password(&password, names)?;
        match self.passwords.hash(password).await {
            Ok(hash) => Ok(hash),
            Err(PasswordError::Busy) => Err(Refusal::TooFast.into()),
            Err(error @ PasswordError::Hash(_)) => Err(anyhow::Error::new(error).into()),
        }
    }
}
