//! Reads the settings: the file that ships with the program, then the admin's file, then the
//! environment.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use figment::Figment;
use figment::providers::{Env, Format as _, Toml};
use palabre_signaling::attachment::MAX_FILES;
use palabre_signaling::change::Windows;
use palabre_signaling::wire::Limits;
use serde::Deserialize;

/// Every setting; `config.toml` says what each one is for.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The web server.
    pub http: HttpConfig,
    /// Where things are kept.
    pub data: DataConfig,
    /// Signing in.
    pub sessions: SessionsConfig,
    /// Messages.
    pub chat: ChatConfig,
    /// How long they stay.
    pub retention: RetentionConfig,
    /// Files of messages.
    pub files: FilesConfig,
    /// The media of calls.
    pub media: MediaConfig,
    /// Notices for those who look at no page.
    pub push: PushConfig,
    /// Figures for Prometheus.
    pub metrics: MetricsConfig,
    /// What is logged.
    pub log: LogConfig,
    /// Whether the accounts of the demo are there; the command line alone says so.
    #[serde(skip)]
    pub demo: bool,
}

/// Settings of the web server.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct HttpConfig {
    /// Address to listen on.
    pub bind: IpAddr,
    /// TCP port; 0 takes a free one.
    pub port: u16,
    /// Where browsers find the server; empty stands for this machine.
    pub public_url: String,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// TCP connections at the same time.
    pub max_connections: usize,
}

/// Settings of the store.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct DataConfig {
    /// Folder of the database.
    pub directory: PathBuf,
}

/// Settings of signing in.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct SessionsConfig {
    /// Days a sign-in lasts.
    pub lifetime_days: u32,
    /// Sign-ins per minute that one account may try.
    pub attempts_per_account: u32,
    /// Sign-ins per minute that one address may try.
    pub attempts_per_address: u32,
}

/// Settings of messages.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct ChatConfig {
    /// Minutes in which a message may be edited; 0 for ever.
    pub edit_window_minutes: u32,
    /// Minutes in which a message may be deleted for everybody; 0 for ever.
    pub delete_window_minutes: u32,
}

/// Settings of how long messages stay.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct RetentionConfig {
    /// Days after which every text disappears; 0 for never.
    pub text_days: u32,
}

/// Settings of files.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct FilesConfig {
    /// Largest file, in MiB.
    pub max_file_mib: u32,
    /// All files of one person together, in MiB.
    pub max_person_mib: u32,
    /// Unfinished uploads of one person.
    pub max_uploads: usize,
    /// Hours that a file is kept which is not complete or in no message.
    pub unsent_hours: u32,
}

/// Settings of the media of calls.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct MediaConfig {
    /// Address the media sockets listen on.
    pub bind: IpAddr,
    /// Port of the first shard, for UDP and TCP; 0 takes free ones.
    pub port: u16,
    /// Addresses browsers send to, when they differ from `bind`.
    pub addresses: Vec<IpAddr>,
    /// Threads that forward media.
    pub shards: usize,
}

/// Settings of notices for those who look at no page.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct PushConfig {
    /// Whether there are any.
    pub enabled: bool,
    /// Where push services reach whoever runs the server; empty stands for `http.public_url`.
    pub contact: String,
    /// Origins of push services that are not on the internet.
    pub services: Vec<String>,
}

/// Settings of the figures for Prometheus.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct MetricsConfig {
    /// Whether there are any.
    pub enabled: bool,
    /// Address to listen on.
    pub bind: IpAddr,
    /// TCP port; 0 takes a free one.
    pub port: u16,
    /// What whoever asks has to send as a bearer token; empty: nothing.
    pub token: String,
}

/// Settings of the log.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// Which lines, as `EnvFilter` reads it.
    pub filter: String,
    /// For people or for programs.
    pub format: LogFormat,
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Config {
    /// Reads the settings of the admin.
    ///
    /// `path` must exist when it is given; without it, [`DEFAULT_PATH`] is read if it is there.
    pub fn load(path: Option<&Path>) -> anyhow::Result<Self> {
        let file = match path {
            Some(path) => {
                ensure!(path.is_file(), "there is no settings file {}", path.display());
                Toml::file_exact(path)
            }
            None => Toml::file(DEFAULT_PATH),
        };
        let environment = Env::prefixed("PALABRE_").ignore(&["CONFIG"]).split("__");
        let port = Env::raw().only(&["PORT"]).map(|_| "http.port".into());
        let figment = defaults().merge(file).merge(environment).merge(port);
        let config: Self = figment.extract().context("reading the settings")?;
        config.check()?;
        Ok(config)
    }

    /// Makes it the demo: its data in `./data`, its accounts known to everybody.
    ///
    /// Refused for a web server that other machines can reach, because the passwords are no secret.
    pub fn into_demo(mut self) -> anyhow::Result<Self> {
        ensure!(
            self.http.bind.is_loopback(),
            "the demo has accounts whose passwords everybody knows, so it listens on loopback \
             alone: take http.bind = \"{}\" out of the settings, or run `palabre serve`",
            self.http.bind
        );
        self.demo = true;
        Ok(self)
    }

    fn check(&self) -> anyhow::Result<()> {
        ensure!(
            (1..=MAX_CONNECTIONS).contains(&self.http.max_connections),
            "http.max_connections must be from 1 to {MAX_CONNECTIONS}"
        );
        ensure!(self.sessions.lifetime_days > 0, "sessions.lifetime_days must be at least 1");
        ensure!(
            self.sessions.attempts_per_account > 0 && self.sessions.attempts_per_address > 0,
            "sessions.attempts_per_account and attempts_per_address must be at least 1"
        );
        self.files.check()?;
        self.push.check()?;
        self.metrics.check()?;
        self.media.check()
    }
}

impl Default for Config {
    /// What `config.toml` says, the file that ships with the program.
    fn default() -> Self {
        defaults().extract().expect("config.toml is tested to have every setting")
    }
}

impl SessionsConfig {
    /// How long a sign-in lasts.
    pub fn lifetime(&self) -> Duration {
        Duration::from_secs(u64::from(self.lifetime_days) * SECONDS_PER_DAY)
    }
}

impl ChatConfig {
    /// How long people may change what they have sent.
    pub fn windows(&self) -> Windows {
        let ms = |minutes: u32| (0 < minutes).then_some(i64::from(minutes) * MS_PER_MINUTE);
        Windows { edit_ms: ms(self.edit_window_minutes), delete_ms: ms(self.delete_window_minutes) }
    }

    /// What devices are told of it.
    pub fn limits(&self, max_file_bytes: u64, retention_ms: Option<i64>) -> Limits {
        let Windows { edit_ms, delete_ms } = self.windows();
        Limits {
            edit_window_ms: edit_ms,
            delete_window_ms: delete_ms,
            retention_ms,
            max_file_bytes,
            max_files: MAX_FILES as u32,
        }
    }
}

impl RetentionConfig {
    /// How long texts stay, in ms; `None` for ever.
    pub fn text_ms(&self) -> Option<i64> {
        (0 < self.text_days).then_some(i64::from(self.text_days) * MS_PER_DAY)
    }
}

impl FilesConfig {
    /// Largest file, in bytes.
    pub fn max_file_bytes(&self) -> u64 {
        u64::from(self.max_file_mib) * BYTES_PER_MIB
    }

    /// All files of one person together, in bytes.
    pub fn max_person_bytes(&self) -> u64 {
        u64::from(self.max_person_mib) * BYTES_PER_MIB
    }

    /// How long a file is kept which is not complete or in no message, in ms.
    pub fn unsent_ms(&self) -> i64 {
        i64::from(self.unsent_hours) * MS_PER_HOUR
    }

    fn check(&self) -> anyhow::Result<()> {
        ensure!(
            0 < self.max_file_mib && self.max_file_mib <= self.max_person_mib,
            "files.max_file_mib must be at least 1 and at most files.max_person_mib"
        );
        ensure!(
            0 < self.max_uploads && 0 < self.unsent_hours,
            "files.max_uploads and files.unsent_hours must be at least 1"
        );
        Ok(())
    }
}

impl PushConfig {
    /// What push services are told of whoever runs the server (RFC 8292 §2.1).
    pub fn contact(&self, public_url: &str) -> String {
        if !self.contact.is_empty() {
            return self.contact.clone();
        }
        let is_reachable = public_url.starts_with("https://");
        if is_reachable { public_url.to_owned() } else { String::from(NO_CONTACT) }
    }

    fn check(&self) -> anyhow::Result<()> {
        let contact = &self.contact;
        ensure!(
            contact.is_empty() || contact.starts_with("mailto:") || contact.starts_with("https://"),
            "push.contact is \"mailto:\" with an address, or one that begins with \"https://\""
        );
        let origin =
            |it: &&String| url::Url::parse(it).map(|url| url.origin().ascii_serialization());
        let wrong = self.services.iter().find(|it| origin(it).ok().as_ref() != Some(*it));
        ensure!(
            wrong.is_none(),
            "push.services are origins such as \"https://push.example.org\", without a path"
        );
        Ok(())
    }
}

impl MetricsConfig {
    fn check(&self) -> anyhow::Result<()> {
        let token = &self.token;
        ensure!(
            token.is_empty() || MIN_TOKEN_LEN <= token.len(),
            "metrics.token must have at least {MIN_TOKEN_LEN} characters"
        );
        ensure!(
            !self.enabled || self.bind.is_loopback() || !token.is_empty(),
            "metrics.bind is {}, where others than this machine may ask: set metrics.token",
            self.bind
        );
        Ok(())
    }
}

impl MediaConfig {
    /// Where the shard numbered `index` listens; port 0 when any free one will do.
    pub fn listen_address(&self, index: usize) -> SocketAddr {
        // `check` made sure that the last shard's port fits.
        let offset = u16::try_from(index).unwrap_or(u16::MAX);
        let port = if self.port == 0 { 0 } else { self.port.saturating_add(offset) };
        SocketAddr::new(self.bind, port)
    }

    fn check(&self) -> anyhow::Result<()> {
        ensure!(
            (1..=MAX_SHARDS).contains(&self.shards),
            "media.shards is {} and must be from 1 to {MAX_SHARDS}",
            self.shards
        );
        ensure!(
            usize::from(self.port) + self.shards <= usize::from(u16::MAX) + 1,
            "media.port {} leaves no room for {} shards, each of which takes the next port",
            self.port,
            self.shards
        );
        ensure!(
            !self.addresses.iter().any(IpAddr::is_unspecified),
            "media.addresses are where browsers send to: name real ones, \"0.0.0.0\" is none"
        );
        Ok(())
    }
}

fn defaults() -> Figment {
    Figment::from(Toml::string(DEFAULTS))
}

/// The file that is read when the command line names none.
pub const DEFAULT_PATH: &str = "config.toml";

/// Loopback, where the demo and the tests listen.
pub const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// The settings as they ship: the one place where a default is written down.
const DEFAULTS: &str = include_str!("../config.toml");

/// The contact of a server that nobody has told its name: valid, and nobody's.
const NO_CONTACT: &str = "https://palabre.invalid";

/// A token that nobody guesses: 24 letters of Base64 are 18 random bytes.
const MIN_TOKEN_LEN: usize = 24;

/// More threads than this do not fit a call server's machine; guards against a typing error.
const MAX_SHARDS: usize = 64;

/// More connections than one address can have to one port; guards against a typing error.
const MAX_CONNECTIONS: usize = 1_000_000;

const BYTES_PER_MIB: u64 = 1 << 20;

const MS_PER_MINUTE: i64 = 60_000;

const MS_PER_DAY: i64 = 86_400_000;

const MS_PER_HOUR: i64 = 60 * MS_PER_MINUTE;

const SECONDS_PER_DAY: u64 = 24 * 60 * 60;

#[cfg(test)]
#[expect(clippy::result_large_err, reason = "figment's jail wants figment's error")]
mod tests {
    use figment::Jail;

    use super::*;

    #[test]
    fn file_that_ships_has_every_setting_and_no_other() {
        let shipped: Config = defaults().extract().unwrap();

        assert_eq!(shipped, Config::default());
        assert_eq!(shipped.http.port, 3000);
        assert!(shipped.check().is_ok());
    }

    #[test]
    fn environment_goes_before_the_file_and_port_before_both() {
        Jail::expect_with(|jail| {
            jail.create_file(
                DEFAULT_PATH,
                "[http]\nport = 1\npublic_url = \"https://a.example\"\n[sessions]\nlifetime_days = 1",
            )?;
            jail.set_env("PALABRE_HTTP__PORT", 2);
            jail.set_env("PALABRE_HTTP__PUBLIC_URL", "https://b.example");
            jail.set_env("PORT", 3);

            let config = Config::load(None).unwrap();

            assert_eq!(config.http.port, 3);
            assert_eq!(config.http.public_url, "https://b.example");
            assert_eq!(config.sessions.lifetime_days, 1);
            Ok(())
        });
    }

    #[test]
    fn misspelt_setting_is_refused_by_its_name() {
        Jail::expect_with(|jail| {
            jail.create_file(DEFAULT_PATH, "[http]\nprot = 1")?;

            let error = format!("{:#}", Config::load(None).unwrap_err());

            assert!(error.contains("prot"), "{error}");
            Ok(())
        });
    }

    #[test]
    fn settings_file_that_was_named_must_exist() {
        assert!(Config::load(Some(Path::new("no/such/file.toml"))).is_err());
    }

    #[test]
    fn demo_is_refused_where_other_machines_could_reach_it() {
        let mut config = Config::default();
        assert!(config.clone().into_demo().unwrap().demo);

        config.http.bind = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

        assert!(config.into_demo().is_err());
    }

    #[test]
    fn figures_are_for_this_machine_or_for_who_has_the_token() {
        let mut metrics = Config::default().metrics;
        assert!(!metrics.enabled && metrics.bind.is_loopback());
        metrics.enabled = true;
        assert!(metrics.check().is_ok());

        metrics.bind = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        assert!(metrics.check().is_err());
        metrics.token = String::from("too short");
        assert!(metrics.check().is_err());
        metrics.token = "t".repeat(MIN_TOKEN_LEN);
        assert!(metrics.check().is_ok());
    }

    #[test]
    fn every_shard_has_a_port_of_its_own() {
        let mut media = Config::default().media;
        media.shards = 2;

        assert_eq!(media.listen_address(1).port(), media.listen_address(0).port() + 1);
        media.port = u16::MAX;
        assert!(media.check().is_err());
        media.port = 0;
        assert_eq!(media.listen_address(1).port(), 0);
    }
}
