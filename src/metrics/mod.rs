//! What the server counts about itself, for Prometheus.
//!
//! Nothing here names a person, a conversation or an address: figures are of the whole server or of
//! one shard. Their names, units and what to make of them stand in `docs/metrics.md`.

mod process;
mod server;
mod shard;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use axum::http::StatusCode;
use palabre_signaling::wire::{Failure, FailureCode};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use tokio::runtime::Handle;

pub(crate) use server::MetricsServer;
pub(crate) use shard::{ShardMetrics, Stage};

use process::Process;
use shard::ShardFamilies;

/// Everything that is counted; cheap to clone, and each clone counts into the same.
#[derive(Clone, Debug, Default)]
pub struct Metrics(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    registry: Registry,
    shards: ShardFamilies,
    messages: Counter,
    commits: Counter,
    requests: Family<[Label; 1], Counter>,
    responses: Family<[Label; 1], Counter>,
    pushes: Family<[Label; 1], Counter>,
    calls_started: Counter,
    connections: Gauge,
    sockets: Gauge,
    people: Gauge,
    calls: Gauge,
    seats: Gauge,
    tasks: Gauge,
    process: Process,
}

/// What is not counted as it happens but looked up when somebody asks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Present {
    /// WebSockets that are open.
    pub(crate) sockets: usize,
    /// People with a device that is connected.
    pub(crate) people: usize,
    /// Calls under way.
    pub(crate) calls: usize,
    /// Devices in them.
    pub(crate) seats: usize,
    /// How many times changes were made durable since the start.
    pub(crate) commits: u64,
}

/// What became of a notice that was to be brought to a push service.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Push {
    /// It has it.
    Taken,
    /// It knows the subscription no more.
    Gone,
    /// It will never take it.
    Refused,
    /// It was not reached, or too busy; tried again later.
    Retried,
    /// It was too late to try again, or too many were waiting.
    Lost,
}

/// A label and its value.
type Label = (&'static str, String);

impl Metrics {
    /// Counts into the figures of one shard.
    pub(crate) fn shard(&self, index: usize) -> ShardMetrics {
        self.0.shards.of(index)
    }

    /// Counts a message that was stored.
    pub(crate) fn message(&self) {
        self.0.messages.inc();
    }

    /// Counts a call that was started.
    pub(crate) fn call(&self) {
        self.0.calls_started.inc();
    }

    /// Counts a request of a device by what became of it.
    pub(crate) fn request<T>(&self, outcome: &Result<T, Failure>) {
        let outcome = outcome.as_ref().map_or_else(|failure| name(failure.code), |_| "done".into());
        self.0.requests.get_or_create(&[("outcome", outcome)]).inc();
    }

    /// Counts an answer over HTTP.
    pub(crate) fn response(&self, status: StatusCode) {
        let class = format!("{}xx", status.as_u16() / 100);
        self.0.responses.get_or_create(&[("status", class)]).inc();
    }

    /// Counts a notice.
    pub(crate) fn push(&self, outcome: Push) {
        let outcome = match outcome {
            Push::Taken => "taken",
            Push::Gone => "gone",
            Push::Refused => "refused",
            Push::Retried => "retried",
            Push::Lost => "lost",
        };
        self.0.pushes.get_or_create(&[("outcome", outcome.to_owned())]).inc();
    }

    /// Counts a connection to the web server, as long as what is returned lives.
    pub(crate) fn connection(&self) -> OpenConnection {
        self.0.connections.inc();
        OpenConnection(self.clone())
    }

    /// Everything in the text format of OpenMetrics.
    fn encode(&self, present: Present) -> Result<String, fmt::Error> {
        let Inner { sockets, people, calls, seats, tasks, process, registry, .. } = &*self.0;
        let gauges = [
            (sockets, present.sockets),
            (people, present.people),
            (calls, present.calls),
            (seats, present.seats),
            (tasks, tasks_alive()),
        ];
        for (gauge, value) in gauges {
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        }
        self.0.commits.inc_by(present.commits.saturating_sub(self.0.commits.get()));
        process.refresh();
        let mut text = String::new();
        encode(&mut text, registry)?;
        Ok(text)
    }
}

/// A connection that is counted while this lives.
#[derive(Debug)]
pub(crate) struct OpenConnection(Metrics);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.0.connections.dec();
    }
}

impl Default for Inner {
    fn default() -> Self {
        let mut registry = Registry::default();
        let palabre = registry.sub_registry_with_prefix("palabre");
        let shards = ShardFamilies::register(palabre);
        let mut counter = |name: &str, help: &str| {
            let counter = Counter::<u64, AtomicU64>::default();
            palabre.register(name, help, counter.clone());
            counter
        };
        let messages = counter("messages", "Messages stored");
        let commits = counter("commits", "Commits of the database, each of many changes");
        let calls_started = counter("calls_started", "Calls started");
        let mut family = |name: &str, help: &str| {
            let family = Family::<[Label; 1], Counter>::default();
            palabre.register(name, help, family.clone());
            family
        };
        let requests = family("requests", "Requests of devices, by what became of them");
        let responses = family("http_responses", "Answers over HTTP, by class of status");
        let pushes = family("pushes", "Notices for push services, by what became of them");
        let mut gauge = |name: &str, help: &str| {
            let gauge = Gauge::default();
            palabre.register(name, help, gauge.clone());
            gauge
        };
        let connections = gauge("connections", "TCP connections to the web server");
        let sockets = gauge("sockets", "WebSockets of devices");
        let people = gauge("people", "People with a device that is connected");
        let calls = gauge("calls", "Calls under way");
        let seats = gauge("call_seats", "Devices in calls");
        let tasks = gauge("tasks", "Tasks of the server that have not ended");
        let build = [("version", env!("CARGO_PKG_VERSION"))];
        palabre.register("build", "Version", prometheus_client::metrics::info::Info::new(build));
        let process = Process::register(&mut registry);
        Self {
            registry,
            shards,
            messages,
            commits,
            requests,
            responses,
            pushes,
            calls_started,
            connections,
            sockets,
            people,
            calls,
            seats,
            tasks,
            process,
        }
    }
}

/// How many tasks have not ended; 0 where nothing runs.
fn tasks_alive() -> usize {
    Handle::try_current().map_or(0, |handle| handle.metrics().num_alive_tasks())
}

/// The code as it is written on the wire.
fn name(code: FailureCode) -> String {
    let value = serde_json::to_value(code).ok();
    value.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The unit of everything that takes time.
const SECONDS: Unit = Unit::Seconds;

#[cfg(test)]
mod tests {
    use palabre_media::Counters;
    use palabre_signaling::error::Refusal;

    use super::*;

    #[test]
    fn what_is_counted_is_told_by_its_name() {
        let metrics = Metrics::default();
        let connection = metrics.connection();

        metrics.message();
        metrics.request::<()>(&Ok(()));
        metrics.request::<()>(&Err(Failure::from(&Refusal::NotAMember)));
        metrics.response(StatusCode::NOT_FOUND);
        metrics.push(Push::Lost);
        let text = metrics.encode(Present { sockets: 3, ..Present::default() }).unwrap();

        for line in [
            "palabre_messages_total 1",
            "palabre_requests_total{outcome=\"done\"} 1",
            "palabre_requests_total{outcome=\"not_a_member\"} 1",
            "palabre_http_responses_total{status=\"4xx\"} 1",
            "palabre_pushes_total{outcome=\"lost\"} 1",
            "palabre_connections 1",
            "palabre_sockets 3",
            "# EOF",
        ] {
            assert!(text.lines().any(|it| it == line), "{line} is not in\n{text}");
        }
        drop(connection);
        let text = metrics.encode(Present::default()).unwrap();
        assert!(text.lines().any(|it| it == "palabre_connections 0"));
    }

    #[test]
    fn every_figure_has_its_line_in_the_docs_and_the_docs_have_no_other() {
        let metrics = Metrics::default();
        metrics.request::<()>(&Ok(()));
        metrics.response(StatusCode::OK);
        metrics.push(Push::Taken);
        metrics.shard(0).copy(&Counters { dropped: 1, ..Counters::default() }, 0);
        let text = metrics.encode(Present::default()).unwrap();
        let docs = include_str!("../../docs/metrics.md");

        let mut told: Vec<_> = text.lines().filter_map(|it| it.strip_prefix("# TYPE ")).collect();
        told.sort_unstable();
        let what_there_is = docs.split("\n## ").find(|part| part.starts_with("What there is"));
        let lines = what_there_is.unwrap().lines();
        let rows = lines.filter_map(|line| line.strip_prefix("| `"));
        let mut documented: Vec<_> = rows
            .filter_map(|row| {
                let (name, rest) = row.split_once("` | ")?;
                let kind = rest.split(" | ").next()?;
                let name = if kind == "counter" { name.strip_suffix("_total")? } else { name };
                let name = if kind == "info" { name.strip_suffix("_info")? } else { name };
                Some(format!("{name} {kind}"))
            })
            .collect();
        documented.sort_unstable();

        assert_eq!(told, documented);
    }
}
