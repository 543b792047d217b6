//! Notices for people who look at no page: which, to whom, and the way there (RFC 8030).
//!
//! What happens in conversations is handed over without waiting. One task decides who is told of
//! what (`notices`); each subscription has a lane of its own (`delivery`), so that a push service
//! that is slow or away holds up nobody else.

mod address;
mod delivery;
mod encrypt;
mod notices;
mod vapid;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use anyhow::Context as _;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use palabre_signaling::error::Refusal;
use palabre_signaling::wire::{
    Call, ConversationId, Message, PersonId, PushNotice, PushSubscription,
};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tracing::warn;

use crate::clock::Clock;
use crate::config::PushConfig;
use crate::error::RequestError;
use crate::metrics::Metrics;
use crate::people::People;
use crate::store::{SessionId, Store, Subscription};

use address::PushServices;
use delivery::{Courier, Parcel};
use vapid::Vapid;

pub(crate) use encrypt::{AuthSecret, PublicKey};

/// Tells people who look at no page; cheap to clone. Does nothing where push is switched off.
#[derive(Clone, Debug, Default)]
pub(crate) struct Push(Option<Arc<Inner>>);

/// Something that happened of which people may have to be told.
#[derive(Debug)]
pub(crate) enum Happened {
    /// A message was stored.
    Posted {
        /// What it says.
        message: Box<Message>,
        /// Who can read it, and how many messages each of them has not read and still can.
        readers: Vec<(PersonId, u64)>,
        /// The title, when it is a group.
        group: Option<String>,
    },
    /// Somebody has read up to a number.
    Read {
        /// Where.
        conversation: ConversationId,
        /// Who.
        person: PersonId,
        /// How far.
        number: u64,
    },
    /// A call started or changed.
    Called {
        /// As it is now.
        call: Box<Call>,
        /// The title, when it is a group.
        group: Option<String>,
    },
}

#[derive(Debug)]
struct Inner {
    store: Store,
    clock: Clock,
    services: PushServices,
    metrics: Metrics,
    vapid: Vapid,
    courier: Courier,
    subscribers: RwLock<HashMap<PersonId, Vec<Subscription>>>,
    happened: mpsc::Sender<Happened>,
    tasks: Mutex<JoinSet<()>>,
}

impl Push {
    /// Starts what sends notices. The key of the server is made when there is none.
    pub(crate) async fn start(
        config: &PushConfig,
        public_url: &str,
        store: Store,
        clock: Clock,
        people: Arc<People>,
        metrics: Metrics,
    ) -> anyhow::Result<Self> {
        if !config.enabled {
            return Ok(Self(None));
        }
        let key = store.secret(KEY_NAME, Vapid::generate()?).await.context("keeping the key")?;
        let vapid = Vapid::open(&key, config.contact(public_url))?;
        let (happened, inbox) = mpsc::channel(MAX_WAITING);
        let mut subscribers: HashMap<PersonId, Vec<Subscription>> = HashMap::new();
        for subscription in store.subscriptions().await? {
            subscribers.entry(subscription.person).or_default().push(subscription);
        }
        let inner = Arc::new(Inner {
            services: PushServices::new(config.services.clone()),
            courier: Courier::new()?,
            subscribers: RwLock::new(subscribers),
            tasks: Mutex::default(),
            store,
            clock,
            metrics,
            vapid,
            happened,
        });
        let push = Self(Some(Arc::clone(&inner)));
        inner.spawn(notices::run(Arc::clone(&inner), people, inbox));
        Ok(push)
    }

    /// The key that browsers want when they subscribe; absent where push is switched off.
    pub(crate) fn public_key(&self) -> Option<String> {
        self.0.as_ref().map(|inner| inner.vapid.public().to_owned())
    }

    /// Hands over what happened; never waits. What comes while too much is waiting is lost, for it
    /// is only a notice: what it tells of is stored.
    pub(crate) fn tell(&self, happened: Happened) {
        let Some(inner) = &self.0 else { return };
        if let Err(error) = inner.happened.try_send(happened) {
            warn!(%error, "a notice is lost");
        }
    }

    /// Whether anybody would hear of what happened, so that it is worth telling.
    pub(crate) fn is_listened_to(&self) -> bool {
        self.0.as_ref().is_some_and(|inner| !inner.read_subscribers().is_empty())
    }

    /// Keeps where a sign-in gets its notices.
    pub(crate) async fn subscribe(
        &self,
        person: PersonId,
        session: SessionId,
        asked: &PushSubscription,
    ) -> Result<(), RequestError> {
        let inner = self.0.as_ref().ok_or(Refusal::PushIsOff)?;
        let subscription = inner.read(person, session, asked)?;
        inner.store.subscribe(subscription.clone(), inner.clock.now_ms()).await??;
        inner.forget(session);
        let mut subscribers = inner.subscribers.write().unwrap_or_else(PoisonError::into_inner);
        subscribers.entry(person).or_default().push(subscription);
        Ok(())
    }

    /// Sends a sign-in no more notices.
    pub(crate) async fn unsubscribe(&self, session: SessionId) -> Result<(), RequestError> {
        let Some(inner) = &self.0 else { return Ok(()) };
        inner.forget(session);
        Ok(inner.store.unsubscribe(session).await?)
    }

    /// Is told that a sign-in is gone, and its subscription with it.
    pub(crate) fn forget(&self, session: SessionId) {
        if let Some(inner) = &self.0 {
            inner.forget(session);
        }
    }

    /// Sends a sign-in a notice that says nothing but that notices arrive.
    pub(crate) fn test(&self, person: PersonId, session: SessionId) -> Result<(), RequestError> {
        let inner = self.0.as_ref().ok_or(Refusal::PushIsOff)?;
        let theirs = inner.subscriptions_of(person);
        let Some(subscription) = theirs.into_iter().find(|it| it.session == session) else {
            return Err(Refusal::NotSubscribed.into());
        };
        inner.send(subscription, &PushNotice::Test, Parcel::test());
        Ok(())
    }

    /// Ends what sends.
    pub(crate) fn stop(&self) {
        if let Some(inner) = &self.0 {
            inner.tasks.lock().unwrap_or_else(PoisonError::into_inner).abort_all();
        }
    }
}

impl Inner {
    /// Reads what a browser says about itself.
    fn read(
        &self,
        person: PersonId,
        session: SessionId,
        asked: &PushSubscription,
    ) -> Result<Subscription, Refusal> {
        self.services.check(&asked.endpoint)?;
        let key = |text: &str| BASE64.decode(text.trim_end_matches('=')).ok();
        let bad = Refusal::BadSubscription("its keys are not those of a browser");
        let public_key: PublicKey =
            key(&asked.p256dh).and_then(|it| it.try_into().ok()).ok_or_else(|| bad.clone())?;
        let auth_secret: AuthSecret =
            key(&asked.auth).and_then(|it| it.try_into().ok()).ok_or_else(|| bad.clone())?;
        // Keys that nothing can be encrypted to would fail with every notice.
        encrypt::encrypt(b"", &public_key, &auth_secret).map_err(|_| bad)?;
        Ok(Subscription {
            session,
            person,
            endpoint: asked.endpoint.clone(),
            public_key,
            auth_secret,
            language: asked.language,
            previews: asked.previews,
        })
    }

    fn read_subscribers(
        &self,
    ) -> std::sync::RwLockReadGuard<'_, HashMap<PersonId, Vec<Subscription>>> {
        // Nothing in here panics half-way through a change.
        self.subscribers.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn subscriptions_of(&self, person: PersonId) -> Vec<Subscription> {
        self.read_subscribers().get(&person).cloned().unwrap_or_default()
    }

    /// Whether a sign-in still gets its notices there.
    fn is_current(&self, subscription: &Subscription) -> bool {
        let subscribers = self.read_subscribers();
        let theirs = subscribers.get(&subscription.person);
        theirs.is_some_and(|theirs| theirs.contains(subscription))
    }

    fn forget(&self, session: SessionId) {
        let mut subscribers = self.subscribers.write().unwrap_or_else(PoisonError::into_inner);
        subscribers.retain(|_, theirs| {
            theirs.retain(|it| it.session != session);
            !theirs.is_empty()
        });
        self.courier.close_lane(session);
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task);
    }
}

/// Under which name the key is kept.
const KEY_NAME: &str = "vapid";

/// Things that happened and wait to be told; what comes then is lost.
const MAX_WAITING: usize = 1_024;
