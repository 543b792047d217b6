//! The server inside the test's own process.

use std::net::SocketAddr;
use std::path::Path;

use headless::wire::{ConversationId, Message};
use headless::{Account, Member};
use palabre::Running;
use palabre::clock::Clock;
use palabre::config::Config;
use serde::de::DeserializeOwned;
use tempfile::TempDir;
use tokio::sync::oneshot;

/// A demo server on free ports with a folder of its own.
pub(crate) struct Server {
    /// Removed when the test is over.
    _data: TempDir,
    config: Config,
    clock: Clock,
    running: Option<(Running, oneshot::Sender<()>)>,
    address: SocketAddr,
}

impl Server {
    /// Starts a server with nothing in it but the people of the demo.
    pub(crate) async fn start() -> Self {
        Self::start_with(Self::config()).await
    }

    /// Starts a server with the people of the demo and other settings.
    pub(crate) async fn start_with(mut config: Config) -> Self {
        let data = TempDir::new().unwrap();
        data.path().clone_into(&mut config.data.directory);
        Self::open(data, config.into_demo().unwrap(), Clock::system()).await
    }

    /// Starts a server whose clock stands still until the test moves it.
    pub(crate) async fn start_by(clock: &Clock) -> Self {
        let data = TempDir::new().unwrap();
        let config = config(data.path(), 0).into_demo().unwrap();
        Self::open(data, config, clock.clone()).await
    }

    async fn open(data: TempDir, config: Config, clock: Clock) -> Self {
        let (running, stop) = serve(config.clone(), clock.clone()).await;
        let address = running.address;
        Self { _data: data, config, clock, running: Some((running, stop)), address }
    }

    /// The settings of [`start`](Self::start), to be changed.
    pub(crate) fn config() -> Config {
        config(Path::new("."), 0)
    }

    /// Starts a server that nobody has an account on; also returns the code that it prints.
    pub(crate) async fn start_new() -> (Self, String) {
        let data = TempDir::new().unwrap();
        let config = config(data.path(), 0);
        let server = Self::open(data, config, Clock::system()).await;
        let (running, _) = server.running.as_ref().unwrap();
        let code = running.setup_code.as_ref().unwrap().as_str().to_owned();
        (server, code)
    }

    /// Where Prometheus asks, if the settings let it.
    pub(crate) fn metrics(&self) -> Option<SocketAddr> {
        self.running.as_ref().and_then(|(running, _)| running.metrics)
    }

    /// Asks over HTTP as a page of the server's own would.
    pub(crate) async fn post(&self, path: &str, body: &serde_json::Value) -> reqwest::Response {
        let request = reqwest::Client::new().post(format!("{}{path}", self.base()));
        request.header("origin", self.base()).json(body).send().await.unwrap()
    }

    /// Reads over HTTP.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> T {
        let response = reqwest::get(format!("{}{path}", self.base())).await.unwrap();
        response.json().await.unwrap()
    }

    /// Where it is, as a URL.
    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops it and starts it again on the same port and data.
    pub(crate) async fn restart(&mut self) {
        let (running, stop) = self.running.take().unwrap();
        // The receiver is in the running server.
        let _ = stop.send(());
        running.stopped().await.unwrap();
        let mut config = self.config.clone();
        config.http.port = self.address.port();
        self.running = Some(serve(config, self.clock.clone()).await);
    }

    /// Signs in.
    pub(crate) async fn account(&self, username: &str) -> Account {
        Account::sign_in(&self.base(), username, username).await.unwrap()
    }

    /// Signs in and opens a device.
    pub(crate) async fn member(&self, username: &str) -> Member {
        self.account(username).await.connect().await.unwrap()
    }

    /// Signs people in and puts them into a new group.
    pub(crate) async fn join<const N: usize>(
        &self,
        title: &str,
        usernames: [&str; N],
    ) -> (ConversationId, [Member; N]) {
        super::join(&self.base(), title, usernames).await
    }

    /// All messages of a conversation, as a new device reads them.
    pub(crate) async fn history(
        &self,
        username: &str,
        conversation: ConversationId,
    ) -> Vec<Message> {
        self.member(username).await.whole_history(conversation).await.unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some((_, stop)) = self.running.take() {
            let _ = stop.send(());
        }
    }
}

fn config(data: &Path, port: u16) -> Config {
    let mut config = Config::default();
    config.http.port = port;
    config.data.directory = data.to_owned();
    config.media.port = 0;
    // Every test signs in more often in a minute than a person does.
    config.sessions.attempts_per_account = 1000;
    config.sessions.attempts_per_address = 1000;
    config
}

async fn serve(config: Config, clock: Clock) -> (Running, oneshot::Sender<()>) {
    let (stop, stopped) = oneshot::channel();
    let shutdown = async move {
        let _ = stopped.await;
    };
    (palabre::serve_by(clock, config, shutdown).await.unwrap(), stop)
}
