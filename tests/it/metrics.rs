//! Figures for Prometheus: what they say of a call, and who may ask.

use std::net::SocketAddr;
use std::time::Duration;

use headless::wire::{Media, Source};
use headless::{Colour, Mirror, Publishing, Received, Tone};
use reqwest::{Client, StatusCode};
use tokio::time::{interval, timeout};

use crate::support::{Server, watch};

#[tokio::test]
async fn a_call_and_what_is_said_are_seen_in_the_figures() {
    let mut config = Server::config();
    (config.metrics.enabled, config.metrics.port) = (true, 0);
    let server = Server::start_with(config).await;
    let figures = Figures { address: server.metrics().unwrap() };
    let (kitchen, mut members) = server.join("kitchen", ["admin", "manager"]).await;
    members[0].post(kitchen, "hello").await.unwrap();
    let call = members[0].start_call(kitchen, Media::Video).await.unwrap();

    let mut seats = Vec::new();
    for (index, member) in members.iter_mut().enumerate() {
        let publishing = Publishing::new(Tone::new(index), COLOUR);
        seats.push(member.join_call(call.id, &publishing).await.unwrap());
    }
    watch(&mut members[1], &mut seats[1], kitchen, 1).await;
    let other = seats[0].participant;
    let find = |mirror: &Mirror| seats[1].slot_of(mirror, other, Source::Camera);
    let picture = members[1].wait_until("a slot carries it", find).await.unwrap();
    let seen = |it: &Received| it.frames >= 10;
    seats[1].peer.wait_received(&picture, seen).await.unwrap();

    for (series, least) in [
        ("palabre_messages_total", 1.0),
        ("palabre_calls", 1.0),
        ("palabre_call_seats", 2.0),
        ("palabre_sockets", 2.0),
        ("palabre_people", 2.0),
        ("palabre_connections", 2.0),
        ("palabre_requests_total{outcome=\"done\"}", 3.0),
        ("palabre_http_responses_total{status=\"2xx\"}", 2.0),
        ("palabre_media_participants{shard=\"0\"}", 2.0),
        ("palabre_media_packets_received_total{shard=\"0\"}", 10.0),
        ("palabre_media_packets_forwarded_total{shard=\"0\"}", 10.0),
        ("palabre_media_forwarding_seconds_count{shard=\"0\"}", 1.0),
        ("palabre_call_join_seconds_count{stage=\"answered\"}", 2.0),
        ("palabre_call_join_seconds_count{stage=\"connected\"}", 2.0),
        ("palabre_media_switch_seconds_count", 1.0),
        ("palabre_shard_busy_seconds_total{shard=\"0\"}", 0.000_001),
        ("process_resident_memory_bytes", 1e6),
    ] {
        figures.wait_for(series, least).await;
    }
    members[0].end_call(call.id).await.unwrap();
    figures
        .wait_until("nobody is left", |text| {
            value(text, "palabre_media_participants{shard=\"0\"}") == Some(0.0)
        })
        .await;
}

#[tokio::test]
async fn figures_are_at_their_own_port_for_who_has_the_token() {
    let token = "a token of 24 characters";
    let mut config = Server::config();
    (config.metrics.enabled, config.metrics.port) = (true, 0);
    config.metrics.token = String::from(token);
    let server = Server::start_with(config).await;
    let url = format!("http://{}/metrics", server.metrics().unwrap());
    let ask = async |url: &str, token: Option<&str>| {
        let request = Client::new().get(url);
        let request = token.iter().fold(request, |it, token| it.bearer_auth(token));
        request.send().await.unwrap()
    };

    let stranger = ask(&url, None).await;
    let guesser = ask(&url, Some("a token of 24 character?")).await;
    let prometheus = ask(&url, Some(token)).await;

    assert_eq!(stranger.status(), StatusCode::UNAUTHORIZED);
    assert!(!stranger.text().await.unwrap().contains("palabre_"));
    assert_eq!(guesser.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(prometheus.status(), StatusCode::OK);
    assert!(prometheus.headers()["content-type"].to_str().unwrap().contains("openmetrics"));
    for path in ["/metrics", "/api/metrics"] {
        let people = ask(&format!("{}{path}", server.base()), Some(token)).await;
        assert!(!people.text().await.unwrap().contains("palabre_"), "{path}");
    }
}

#[tokio::test]
async fn there_are_no_figures_unless_the_settings_want_them() {
    let server = Server::start().await;

    assert_eq!(server.metrics(), None);
}

struct Figures {
    address: SocketAddr,
}

impl Figures {
    async fn wait_for(&self, series: &str, least: f64) {
        let there = |text: &str| value(text, series).is_some_and(|value| least <= value);
        self.wait_until(&format!("{series} is at least {least}"), there).await;
    }

    /// Asks again and again, for the figures of the media are renewed once a second.
    async fn wait_until(&self, what: &str, is_so: impl Fn(&str) -> bool) {
        let mut text = String::new();
        let asked = async {
            let mut ticks = interval(Duration::from_millis(50));
            loop {
                ticks.tick().await;
                let answer = reqwest::get(format!("http://{}/metrics", self.address)).await;
                text = answer.unwrap().text().await.unwrap();
                if is_so(&text) {
                    return;
                }
            }
        };
        if timeout(PATIENCE, asked).await.is_err() {
            panic!("{what}: not so in\n{text}");
        }
    }
}

fn value(text: &str, series: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '))?;
    line.parse().ok()
}

/// Nobody looks at it.
const COLOUR: Colour = Colour { red: 30, green: 180, blue: 40 };

const PATIENCE: Duration = Duration::from_secs(20);
