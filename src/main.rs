//! The `palabre` command.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail, ensure};
use clap::{Args, Parser, Subcommand};
use palabre::clock::Clock;
use palabre::config::Config;
use palabre::sessions::{MAX_PASSWORD_BYTES, MAX_USERNAME_BYTES, Passwords};
use palabre::store::NewPerson;
use palabre::{demo, telemetry};
use palabre_signaling::text;
use tokio::signal::unix::{SignalKind, signal};

/// A self-hosted server for chat and group calls.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server.
    Serve(Server),
    /// Run the server on this machine alone, with four accounts to try it.
    Demo(Server),
    /// Manage accounts.
    #[command(subcommand)]
    User(User),
}

#[derive(Args, Debug)]
struct Server {
    #[command(flatten)]
    settings: Settings,
    /// TCP port of the web server; 0 takes a free one.
    #[arg(long)]
    port: Option<u16>,
}

#[derive(Debug, Subcommand)]
enum User {
    /// Make an account; the password is read from the standard input.
    Add {
        /// The name to sign in with.
        username: String,
        /// The name to be shown by.
        #[arg(long)]
        full_name: String,
        #[command(flatten)]
        settings: Settings,
    },
    /// List the accounts.
    List {
        #[command(flatten)]
        settings: Settings,
    },
}

#[derive(Args, Debug)]
struct Settings {
    /// The settings file; without it, ./config.toml when there is one.
    #[arg(long, env = "PALABRE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Settings {
    fn load(&self) -> anyhow::Result<Config> {
        Config::load(self.config.as_deref())
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "palabre: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Serve(server) => serve(server.load()?).await,
        Command::Demo(server) => serve(server.load()?.into_demo()?).await,
        Command::User(User::Add { username, full_name, settings }) => {
            add_user(&settings.load()?, &username, &full_name).await
        }
        Command::User(User::List { settings }) => list_users(&settings.load()?).await,
    }
}

impl Server {
    fn load(self) -> anyhow::Result<Config> {
        let mut config = self.settings.load()?;
        if let Some(port) = self.port {
            config.http.port = port;
        }
        Ok(config)
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    telemetry::start(&config.log)?;
    let is_demo = config.demo;
    let shutdown = shutdown()?;
    let running = palabre::serve(config, shutdown).await?;
    // Scripts and tests wait for the first line and read the address from it.
    let mut out = io::stdout().lock();
    writeln!(out, "listening on http://{}", running.address)?;
    if is_demo {
        writeln!(out, "\nOpen {} and sign in as one of", running.url)?;
        for account in demo::ACCOUNTS {
            writeln!(out, "  {0} / {0}  ({1})", account.username, account.full_name)?;
        }
    }
    out.flush()?;
    drop(out);
    running.stopped().await
}

/// Completes when the process is told to stop.
fn shutdown() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate()).context("listening for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("listening for SIGINT")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

async fn add_user(config: &Config, username: &str, full_name: &str) -> anyhow::Result<()> {
    let (username, full_name) = (username.trim().to_lowercase(), text::one_line(full_name));
    ensure!(
        is_username(&username),
        "a username has 1 to {MAX_USERNAME_BYTES} letters, digits, '.', '_' or '-'"
    );
    ensure!(!full_name.is_empty(), "--full-name is empty");
    let password = read_password()?;
    let store = palabre::open_store(&config.data.directory).await?;
    let person = NewPerson {
        username: username.clone(),
        full_name,
        password_hash: Passwords::new().hash(password).await?,
        now_ms: Clock::system().now_ms(),
    };
    let made = store.create_person(person).await?;
    store.close().await;
    ensure!(made.is_some(), "there is an account {username:?} already");
    Ok(())
}

async fn list_users(config: &Config) -> anyhow::Result<()> {
    let store = palabre::open_store(&config.data.directory).await?;
    let people = store.people().await?;
    store.close().await;
    let mut out = io::stdout().lock();
    for person in people {
        writeln!(out, "{}\t{}", person.username, person.full_name)?;
    }
    Ok(())
}

/// Reads one line from the standard input.
fn read_password() -> anyhow::Result<String> {
    if io::stdin().is_terminal() {
        // The terminal shows what is typed; a script pipes the password in.
        let mut prompt = io::stderr();
        write!(prompt, "password (shown as you type): ")?;
        prompt.flush()?;
    }
    let mut line = String::new();
    io::stdin().read_line(&mut line).context("reading the password")?;
    let password = line.trim_end_matches(['\r', '\n']);
    match password.len() {
        0..MIN_PASSWORD_BYTES => bail!("a password has at least {MIN_PASSWORD_BYTES} characters"),
        MIN_PASSWORD_BYTES..=MAX_PASSWORD_BYTES => Ok(password.to_owned()),
        _ => bail!("a password has at most {MAX_PASSWORD_BYTES} bytes"),
    }
}

fn is_username(username: &str) -> bool {
    (1..=MAX_USERNAME_BYTES).contains(&username.len())
        && username.chars().all(|letter| letter.is_alphanumeric() || ".-_".contains(letter))
}

/// NIST SP 800-63B §5.1.1.2.
const MIN_PASSWORD_BYTES: usize = 8;
