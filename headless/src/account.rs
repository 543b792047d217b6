//! Signing in over HTTP, as a program does.

use anyhow::{Context, bail};
use palabre_signaling::wire::{DeviceId, Failure, Known, NewGuest, Person, SignIn, SignedIn};
use uuid::Uuid;

use crate::member::Member;

/// A person signed in at a server with a bearer token; opens any number of devices.
#[derive(Clone, Debug)]
pub struct Account {
    base: String,
    person: Person,
    token: String,
}

impl Account {
    /// Signs in at `base`, such as `http://127.0.0.1:3000`.
    pub async fn sign_in(base: &str, username: &str, password: &str) -> anyhow::Result<Self> {
        let base = base.trim_end_matches('/').to_owned();
        let body =
            SignIn { username: username.to_owned(), password: password.to_owned(), token: true };
        let url = format!("{base}/api/session");
        let response = reqwest::Client::new().post(url).json(&body).send().await?;
        if !response.status().is_success() {
            let status = response.status();
            let failure: Failure = response.json().await.context("reading the refusal")?;
            bail!("{username} may not sign in ({status}): {}", failure.message);
        }
        let signed_in: SignedIn = response.json().await.context("reading the session")?;
        let token = signed_in.token.context("the server sent no token")?;
        Ok(Self { base, person: signed_in.person, token })
    }

    /// A sign-in that somebody else has made.
    pub fn signed_in(base: &str, person: Person, token: String) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), person, token }
    }

    /// Comes to `base` as a guest, by the code of a link.
    pub async fn guest(base: &str, code: &str, name: &str) -> anyhow::Result<Self> {
        let base = base.trim_end_matches('/').to_owned();
        let body = NewGuest { name: name.to_owned(), token: true };
        let url = format!("{base}/api/guests/{code}");
        let response = reqwest::Client::new().post(url).json(&body).send().await?;
        if !response.status().is_success() {
            let failure: Failure = response.json().await.context("reading the refusal")?;
            bail!("{:?}: {}", failure.code, failure.message);
        }
        let signed_in: SignedIn = response.json().await.context("reading the session")?;
        let token = signed_in.token.context("the server sent no token")?;
        Ok(Self { base, person: signed_in.person, token })
    }

    /// Oneself.
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// Where the server is.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// What proves the session, for requests that this crate does not make.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The same session at another address, as after a restart of the server on another port.
    pub fn moved_to(&self, base: &str) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), ..self.clone() }
    }

    /// Opens a new device.
    pub async fn connect(&self) -> anyhow::Result<Member> {
        self.resume(DeviceId(Uuid::new_v4()), Vec::new()).await
    }

    /// Opens a device that was there before and has applied what `known` says.
    pub async fn resume(&self, device: DeviceId, known: Vec<Known>) -> anyhow::Result<Member> {
        Member::open(self.clone(), device, known).await
    }

    /// Revokes the session.
    pub async fn sign_out(&self) -> anyhow::Result<()> {
        let url = format!("{}/api/session", self.base);
        let request = reqwest::Client::new().delete(url).bearer_auth(&self.token);
        request.send().await?.error_for_status()?;
        Ok(())
    }

    /// Where the WebSocket is.
    pub(crate) fn socket_url(&self) -> String {
        format!("{}/api/ws", self.base.replacen("http", "ws", 1))
    }
}
