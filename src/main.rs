//! The `palabre` command.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail, ensure};
use clap::{Args, Parser, Subcommand, ValueEnum};
use palabre::clock::Clock;
use palabre::config::Config;
use palabre::sessions::Passwords;
use palabre::store::{COMMAND_PATIENCE, NewPerson};
use palabre::{demo, memory, telemetry};
use palabre_signaling::account;
use palabre_signaling::wire::Role;
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
        /// What they may do; the first account is an owner's, others are members'.
        #[arg(long)]
        role: Option<AccountRole>,
        #[command(flatten)]
        settings: Settings,
    },
    /// Say what somebody may do.
    Role {
        /// The name they sign in with.
        username: String,
        /// What they may do from now on.
        role: AccountRole,
        #[command(flatten)]
        settings: Settings,
    },
    /// List the accounts.
    List {
        #[command(flatten)]
        settings: Settings,
    },
}

/// What an account may do.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum AccountRole {
    /// Chats and calls.
    Member,
    /// Also invites people.
    Admin,
    /// Also says who is an admin.
    Owner,
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
    memory::give_back_large();
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
        Command::User(User::Add { username, full_name, role, settings }) => {
            add_user(&settings.load()?, &username, &full_name, role).await
        }
        Command::User(User::Role { username, role, settings }) => {
            set_role(&settings.load()?, &username, role.into()).await
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
    if let Some(code) = &running.setup_code {
        // Behind the '#', where browsers keep it to themselves: it reaches no log of a server in
        // front. It goes to the terminal alone, and is worthless after the first account or a day.
        writeln!(out, "\nNobody has an account here yet. To make the owner's, open within a day")?;
        writeln!(out, "  {}/setup#{}", running.url, code.as_str())?;
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

async fn add_user(
    config: &Config,
    username: &str,
    full_name: &str,
    role: Option<AccountRole>,
) -> anyhow::Result<()> {
    let username = account::check_username(username)?;
    let full_name = account::check_full_name(full_name)?;
    let password = read_password()?;
    account::check_password(&password, &[&username, &full_name])?;
    let store = palabre::open_store(&config.data.directory, COMMAND_PATIENCE).await?;
    let first = if store.has_people().await? { Role::Member } else { Role::Owner };
    let person = NewPerson {
        username: username.clone(),
        full_name,
        role: role.map_or(first, Role::from),
        password_hash: Passwords::new().hash(password).await?,
        now_ms: Clock::system().now_ms(),
    };
    let made = store.create_person(person).await?;
    store.close().await;
    ensure!(made.is_some(), "there is an account {username:?} already");
    Ok(())
}

async fn set_role(config: &Config, username: &str, role: Role) -> anyhow::Result<()> {
    let store = palabre::open_store(&config.data.directory, COMMAND_PATIENCE).await?;
    let found = store.person_by_username(username).await?;
    let outcome = match found {
        Some((person, _)) => store.force_role(person.id, role).await?.map(drop),
        None => bail!("there is no account {username:?}"),
    };
    store.close().await;
    Ok(outcome?)
}

async fn list_users(config: &Config) -> anyhow::Result<()> {
    let store = palabre::open_store(&config.data.directory, COMMAND_PATIENCE).await?;
    let people = store.people().await?;
    store.close().await;
    let mut out = io::stdout().lock();
    for person in people {
        writeln!(out, "{}\t{}\t{}", person.username, person.full_name, role_name(person.role))?;
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
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

impl From<AccountRole> for Role {
    fn from(role: AccountRole) -> Self {
        match role {
            AccountRole::Member => Self::Member,
            AccountRole::Admin => Self::Admin,
            AccountRole::Owner => Self::Owner,
        }
    }
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Deleted => "deleted",
        Role::Guest => "guest",
        Role::Member => "member",
        Role::Admin => "admin",
        Role::Owner => "owner",
    }
}
