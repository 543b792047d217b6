//! Brings notices to push services: one lane for each subscription, tried again while it makes
//! sense (RFC 8030 §5).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use palabre_signaling::notice::without_preview;
use palabre_signaling::wire::{PushMessage, PushNotice};
use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use tokio::sync::{Semaphore, mpsc};
use tracing::{debug, info, warn};
use uuid::Uuid;

use super::Inner;
use super::address::PublicResolver;
use super::encrypt::{MAX_PLAINTEXT_BYTES, encrypt};
use crate::metrics::Push as Counted;
use crate::store::{SessionId, Subscription};

/// How a notice is to be carried.
#[derive(Clone, Debug)]
pub(super) struct Parcel {
    /// How long the push service keeps it for a device that is off, in seconds.
    ttl_s: u32,
    /// What a device that saves its battery makes of it.
    urgency: Urgency,
    /// A later one with the same topic takes its place while it waits.
    topic: Option<String>,
}

/// The urgencies of RFC 8030 §5.3 that are used here.
#[derive(Clone, Copy, Debug)]
enum Urgency {
    Normal,
    High,
}

impl Parcel {
    /// For a message; `personal` wakes a device that saves its battery.
    pub(super) fn message(conversation: Uuid, personal: bool) -> Self {
        let urgency = if personal { Urgency::High } else { Urgency::Normal };
        Self { ttl_s: MESSAGE_TTL_S, urgency, topic: Some(topic(conversation)) }
    }

    /// For a beep: worth nothing when it comes late.
    pub(super) fn beep() -> Self {
        Self { ttl_s: BEEP_TTL_S, urgency: Urgency::High, topic: None }
    }

    /// For a call that rings for so long, in ms.
    pub(super) fn call(call: Uuid, rings_ms: i64) -> Self {
        let ttl_s = u32::try_from(rings_ms / 1_000).unwrap_or(0);
        Self { ttl_s, urgency: Urgency::High, topic: Some(topic(call)) }
    }

    /// For what became of a call, or of messages.
    pub(super) fn after(subject: Uuid) -> Self {
        Self { ttl_s: MESSAGE_TTL_S, urgency: Urgency::Normal, topic: Some(topic(subject)) }
    }

    /// For a notice that says nothing.
    pub(super) fn test() -> Self {
        Self { ttl_s: TEST_TTL_S, urgency: Urgency::High, topic: None }
    }
}

/// At most 32 letters of Base64 (RFC 8030 §5.4).
fn topic(subject: Uuid) -> String {
    BASE64.encode(subject.as_bytes())
}

/// Has a lane for each subscription that was sent to.
#[derive(Debug)]
pub(super) struct Courier {
    client: Client,
    /// For push services that the admin has named, wherever they are.
    inner_client: Client,
    lanes: Mutex<HashMap<SessionId, mpsc::Sender<Job>>>,
    requests: Semaphore,
}

/// A notice on its way.
#[derive(Debug)]
struct Job {
    subscription: Subscription,
    plaintext: Vec<u8>,
    parcel: Parcel,
    /// Nobody wants it any more after that, in ms since 1970.
    until_ms: i64,
}

/// What a push service made of a notice.
enum Outcome {
    Taken,
    /// There is no such subscription any more.
    Gone,
    /// It will never be taken.
    Refused(StatusCode),
    /// Perhaps later; how much later the service says in seconds.
    Later(Option<u64>),
}

impl Courier {
    pub(super) fn new() -> anyhow::Result<Self> {
        let builder = || {
            Client::builder()
                .timeout(REQUEST_TIMEOUT)
                .redirect(Policy::none())
                .no_proxy()
                .user_agent(concat!("palabre/", env!("CARGO_PKG_VERSION")))
        };
        let client = builder().dns_resolver(Arc::new(PublicResolver)).https_only(true).build();
        Ok(Self {
            client: client.context("preparing to reach push services")?,
            inner_client: builder().build().context("preparing to reach push services")?,
            lanes: Mutex::default(),
            requests: Semaphore::new(MAX_REQUESTS),
        })
    }

    /// Lets a lane end with what is in it.
    pub(super) fn close_lane(&self, session: SessionId) {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner).remove(&session);
    }
}

impl Inner {
    /// Puts a notice on its way; never waits.
    pub(super) fn send(
        self: &Arc<Self>,
        subscription: Subscription,
        notice: &PushNotice,
        parcel: Parcel,
    ) {
        let notice = match subscription.previews {
            true => notice.clone(),
            false => without_preview(notice),
        };
        let Subscription { session, person, language, .. } = subscription;
        let message = PushMessage { person, language, notice };
        let plaintext = match serde_json::to_vec(&message) {
            Ok(plaintext) if plaintext.len() <= MAX_PLAINTEXT_BYTES => plaintext,
            _ => {
                warn!(%session, "a notice is too long to be sent");
                return;
            }
        };
        // A service that drops what it cannot deliver at once still gets its second try.
        let lasting_ms = i64::from(parcel.ttl_s.max(MIN_TRY_S)) * 1_000;
        let until_ms = self.clock.now_ms() + lasting_ms;
        let job = Job { subscription, plaintext, parcel, until_ms };
        let mut lanes = self.courier.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let lane = lanes.entry(session).or_insert_with(|| {
            let (lane, jobs) = mpsc::channel(MAX_LANE);
            self.spawn(Arc::clone(self).serve(jobs));
            lane
        });
        if lane.try_send(job).is_err() {
            self.metrics.push(Counted::Lost);
            debug!(%session, "too many notices wait for a push service: one is lost");
        }
    }

    /// Serves one lane until its subscription is gone.
    async fn serve(self: Arc<Self>, mut jobs: mpsc::Receiver<Job>) {
        while let Some(job) = jobs.recv().await {
            self.deliver(job).await;
        }
    }

    async fn deliver(&self, job: Job) {
        let session = job.subscription.session;
        let mut pause_s = FIRST_PAUSE_S;
        // A sign-in that has ended meanwhile is told nothing more.
        while self.is_current(&job.subscription) {
            let outcome = self.post(&job).await;
            let now_ms = self.clock.now_ms();
            match outcome {
                Outcome::Taken => return self.metrics.push(Counted::Taken),
                Outcome::Gone => {
                    self.metrics.push(Counted::Gone);
                    info!(%session, "push subscription is gone");
                    self.forget(session);
                    if let Err(error) = self.store.unsubscribe(session).await {
                        warn!(%error, "push subscription not forgotten");
                    }
                    return;
                }
                Outcome::Refused(status) => {
                    self.metrics.push(Counted::Refused);
                    warn!(%session, %status, "push service refuses a notice");
                    return;
                }
                Outcome::Later(asked_s) => {
                    let wait_s = asked_s.unwrap_or(pause_s).clamp(pause_s, MAX_PAUSE_S);
                    let again_ms = now_ms + i64::try_from(wait_s).unwrap_or(i64::MAX) * 1_000;
                    if job.until_ms <= again_ms {
                        self.metrics.push(Counted::Lost);
                        debug!(%session, "push service was away for too long: a notice is lost");
                        return;
                    }
                    self.metrics.push(Counted::Retried);
                    self.clock.sleep_until(again_ms).await;
                    pause_s = (pause_s * 2).min(MAX_PAUSE_S);
                }
            }
        }
    }

    async fn post(&self, job: &Job) -> Outcome {
        let Subscription { endpoint, public_key, auth_secret, session, .. } = &job.subscription;
        let Ok(url) = self.services.check(endpoint) else {
            // The admin has taken a service out of the settings.
            return Outcome::Gone;
        };
        let Ok(body) = encrypt(&job.plaintext, public_key, auth_secret) else {
            return Outcome::Gone;
        };
        let origin = url.origin().ascii_serialization();
        let authorization = match self.vapid.authorization(&origin, self.clock.now_ms()) {
            Ok(authorization) => authorization,
            Err(error) => {
                warn!(%error, "notice not signed");
                return Outcome::Later(None);
            }
        };
        let Courier { client, inner_client, requests, .. } = &self.courier;
        let client = if self.services.is_allowed(&url) { inner_client } else { client };
        let mut request = client
            .post(url)
            .header(AUTHORIZATION, authorization)
            .header(CONTENT_ENCODING, "aes128gcm")
            .header(CONTENT_TYPE, "application/octet-stream")
            .header("ttl", job.parcel.ttl_s)
            .header("urgency", job.parcel.urgency.name())
            .body(body);
        if let Some(topic) = &job.parcel.topic {
            request = request.header("topic", topic);
        }
        // Never closed, so a permit is had.
        let _permit = requests.acquire().await;
        match request.send().await {
            Ok(response) => outcome_of(&response),
            Err(error) => {
                debug!(%session, error = %error.without_url(), "push service not reached");
                Outcome::Later(None)
            }
        }
    }
}

impl Urgency {
    fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::High => "high",
        }
    }
}

fn outcome_of(response: &Response) -> Outcome {
    let status = response.status();
    if status.is_success() {
        return Outcome::Taken;
    }
    if matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE) {
        return Outcome::Gone;
    }
    if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
        let asked = response.headers().get(RETRY_AFTER);
        return Outcome::Later(asked.and_then(|it| it.to_str().ok()?.parse().ok()));
    }
    Outcome::Refused(status)
}

/// How long a push service may take to answer.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// Requests to push services at the same time.
const MAX_REQUESTS: usize = 64;

/// Notices that wait for one subscription; further ones are lost.
const MAX_LANE: usize = 32;

/// Before the second try, in seconds; twice as long before each further one.
const FIRST_PAUSE_S: u64 = 2;

/// The longest pause, in seconds, whatever a push service asks for.
const MAX_PAUSE_S: u64 = 600;

/// A notice is tried for so long at least, in seconds.
const MIN_TRY_S: u32 = 10;

/// How long a message is worth a notice, in seconds: three days.
const MESSAGE_TTL_S: u32 = 3 * 24 * 60 * 60;

/// How long a beep is worth one, in seconds.
const BEEP_TTL_S: u32 = 60;

/// How long a test is worth one, in seconds.
const TEST_TTL_S: u32 = 60;
