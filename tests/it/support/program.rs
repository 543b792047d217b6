//! The server as the program that people run, so that it can be killed.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use headless::Account;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, SqliteConnection};
use tempfile::TempDir;
use tokio::task::spawn_blocking;

use super::population::populate;

/// A demo server in a process of its own; killed when dropped.
pub(crate) struct Program {
    // Killed before its folder is removed.
    process: Process,
    data: TempDir,
    metrics_port: u16,
}

impl Program {
    /// Starts the program.
    pub(crate) async fn start() -> Self {
        Self::start_limited(None).await
    }

    /// Starts the program where no file may grow beyond `max_file_bytes`, as on a full disk.
    pub(crate) async fn start_limited(max_file_bytes: Option<u64>) -> Self {
        let data = TempDir::new().unwrap();
        let metrics_port = free_port();
        let process = Process::start(&data, 0, metrics_port, max_file_bytes).await;
        Self { process, data, metrics_port }
    }

    /// Starts the program with so many people in it beside those of the demo, and returns their
    /// sign-ins.
    pub(crate) async fn start_with_people(count: usize) -> (Self, Vec<Account>) {
        let data = TempDir::new().unwrap();
        let people = populate(data.path(), count).await;
        let metrics_port = free_port();
        let process = Process::start(&data, 0, metrics_port, None).await;
        let account = |(person, token)| Account::signed_in(&process.base, person, token);
        let accounts = people.into_iter().map(account).collect();
        (Self { process, data, metrics_port }, accounts)
    }

    /// What it tells Prometheus of a figure, whatever its labels.
    pub(crate) async fn sum(&self, name: &str) -> f64 {
        let text = self.figures().await;
        let labelled = |line: &str| {
            let value = line.strip_prefix(name)?.strip_prefix('{')?.rsplit(' ').next()?;
            Some(value.parse::<f64>().unwrap())
        };
        text.lines().filter_map(labelled).sum()
    }

    async fn figures(&self) -> String {
        let url = format!("http://127.0.0.1:{}/metrics", self.metrics_port);
        reqwest::get(url).await.unwrap().text().await.unwrap()
    }

    /// What it tells Prometheus of one figure.
    pub(crate) async fn figure(&self, series: &str) -> f64 {
        let text = self.figures().await;
        let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {series} in\n{text}")).parse().unwrap()
    }

    /// What its descriptors lead to, without their numbers, and without the files of the database:
    /// connections to it are opened and closed as they are needed.
    pub(crate) fn descriptors(&self) -> BTreeMap<String, usize> {
        let mut kinds = BTreeMap::new();
        let folder = format!("/proc/{}/fd", self.process.child.id());
        for descriptor in std::fs::read_dir(folder).unwrap() {
            let Ok(target) = std::fs::read_link(descriptor.unwrap().path()) else { continue };
            let target = target.to_string_lossy();
            if !target.contains("palabre.db") {
                let kind = target.split(":[").next().unwrap().to_owned();
                *kinds.entry(kind).or_default() += 1;
            }
        }
        kinds
    }

    /// Where it is, as a URL.
    pub(crate) fn base(&self) -> &str {
        &self.process.base
    }

    /// Kills it in the middle of whatever it does (SIGKILL), and starts it again on the same port
    /// and data.
    pub(crate) async fn kill_and_restart(&mut self) {
        self.process.kill();
        let port = self.base().rsplit(':').next().unwrap().parse().unwrap();
        self.process = Process::start(&self.data, port, self.metrics_port, None).await;
    }

    /// Asks it to end (SIGTERM) and waits until it has; returns whether it says that all went well,
    /// and the names of the files that it has left.
    pub(crate) async fn terminate(self) -> (bool, Vec<String>) {
        let (went_well, data) = self.end().await;
        let files = std::fs::read_dir(data.path()).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        (went_well, names.collect())
    }

    /// Its database, as another program opens it.
    pub(crate) async fn database(&self) -> SqliteConnection {
        open_database(&self.data).await
    }

    /// Ends it and has SQLite look whether its file is in order: `ok`, or what is not.
    pub(crate) async fn end_and_check(self) -> String {
        let (_, data) = self.end().await;
        let mut database = open_database(&data).await;
        let check = sqlx::query_scalar("PRAGMA integrity_check");
        let wrong: Vec<String> = check.fetch_all(&mut database).await.unwrap();
        wrong.join("\n")
    }

    async fn end(self) -> (bool, TempDir) {
        let Self { mut process, data, .. } = self;
        let pid = process.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let wait = move || process.child.wait().unwrap().success();
        (spawn_blocking(wait).await.unwrap(), data)
    }

    /// Lets files grow again.
    pub(crate) fn lift_limit(&self) {
        let pid = self.process.child.id().to_string();
        let mut prlimit = Command::new("prlimit");
        let status = prlimit.args(["--pid", &pid, "--fsize=unlimited:unlimited"]).status();
        assert!(status.unwrap().success());
    }
}

struct Process {
    child: Child,
    base: String,
}

impl Process {
    async fn start(
        data: &TempDir,
        port: u16,
        metrics_port: u16,
        max_file_bytes: Option<u64>,
    ) -> Self {
        let mut child = command(max_file_bytes)
            .args(["demo", "--port", &port.to_string()])
            .env("PALABRE_DATA__DIRECTORY", data.path())
            .env("PALABRE_MEDIA__PORT", "0")
            .env("PALABRE_METRICS__ENABLED", "true")
            .env("PALABRE_METRICS__PORT", metrics_port.to_string())
            .env("PALABRE_SESSIONS__ATTEMPTS_PER_ACCOUNT", "1000")
            .env("PALABRE_SESSIONS__ATTEMPTS_PER_ADDRESS", "1000")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let read_first = move || {
            let mut first = String::new();
            output.read_line(&mut first).unwrap();
            // Nobody needs the rest, but a closed pipe would make writing to it fail.
            std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
            first
        };
        let first = spawn_blocking(read_first).await.unwrap();
        let base = first.trim_end().strip_prefix("listening on ");
        let base = base.expect("the first line says where the server is").to_owned();
        Self { child, base }
    }

    fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

async fn open_database(data: &TempDir) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(data.path().join("palabre.db"));
    options.connect().await.unwrap()
}

/// A port that nobody listens on.
fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

fn command(max_file_bytes: Option<u64>) -> Command {
    let program = env!("CARGO_BIN_EXE_palabre");
    let Some(bytes) = max_file_bytes else {
        return Command::new(program);
    };
    // A write beyond the limit raises a signal that ends the process; where the signal is ignored
    // the write fails, as on a full disk. The hard limit stays, so that it can be lifted again.
    let mut shell = Command::new("sh");
    let script = "trap '' XFSZ; exec prlimit --fsize=$0:unlimited \"$@\"";
    shell.args(["-c", script, &bytes.to_string(), program]);
    shell
}
