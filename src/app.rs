//! The application: what a signed-in device can do, whatever door it comes through.

use std::sync::Arc;

use tokio::sync::mpsc;
use tracing::warn;

use palabre_signaling::error::Refusal;
use palabre_signaling::presence::Attendance;
use palabre_signaling::wire::{
    Availability, DeviceId, Failure, Known, PROTOCOL_VERSION, PersonId, Presence, Reply, Request,
    Status, Welcome,
};

use crate::clock::Clock;
use crate::error::RequestError;
use crate::outbox::{CloseReason, Outbox};
use crate::people::{People, Seat};
use crate::shards::{ShardEvent, Shards};
use crate::store::{SessionId, Store};

/// The application; cheap to clone.
#[derive(Clone, Debug)]
pub struct App(Arc<Inner>);

/// A device that said hello; give it back to [`App::disconnect`] when its socket is gone.
#[derive(Debug)]
pub struct Link {
    seat: Seat,
    serial: u64,
}

#[derive(Debug)]
struct Inner {
    store: Store,
    clock: Clock,
    people: Arc<People>,
}

impl App {
    /// Starts what must run without being asked, such as the timers of calls that rang when the
    /// server stopped.
    ///
    /// `shards` and `events` are the two halves of `Shards::start`.
    pub async fn start(
        store: Store,
        shards: Shards,
        events: mpsc::Receiver<ShardEvent>,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        let _ = (shards, events);
        store.people().await?;
        Ok(Self(Arc::new(Inner { store, clock, people: Arc::default() })))
    }

    /// Takes a device in; a second socket of the same device replaces the first.
    ///
    /// From here on the outbox gets what happens. Send the welcome before anything from the outbox:
    /// it may be newer than the first of those events, never older than what precedes them.
    pub async fn hello(
        &self,
        person: PersonId,
        session: SessionId,
        outbox: Outbox,
        protocol: u32,
        device: DeviceId,
        known: Vec<Known>,
    ) -> Result<(Link, Welcome), Failure> {
        if protocol != PROTOCOL_VERSION {
            return Err(Failure::from(&Refusal::WrongProtocol { spoken: PROTOCOL_VERSION }));
        }
        let seat = Seat { person, device };
        let link = self.arrive(seat, session, outbox).await?;
        match self.welcome(seat, known).await {
            Ok(welcome) => Ok((link, welcome)),
            Err(error) => {
                self.disconnect(link).await;
                Err(error.into())
            }
        }
    }

    /// Does what a device asks; anything but `hello`.
    pub async fn handle(&self, link: &Link, request: Request) -> Result<Reply, Failure> {
        Ok(self.answer(link, request).await?)
    }

    /// Lets a device go whose socket is gone. Its seat in a call is kept for a while.
    pub async fn disconnect(&self, link: Link) {
        let Inner { store, clock, people, .. } = &*self.0;
        let departure = people.depart(link.seat, link.serial, clock.now_ms());
        if let Some(last_seen_ms) = departure.last_seen_ms
            && let Err(error) = store.set_last_seen(link.seat.person, last_seen_ms).await
        {
            warn!(%error, "last seen not kept");
        }
    }

    /// Closes the sockets of a session that was signed out, and takes its devices out of calls.
    pub async fn revoke(&self, session: SessionId) {
        self.0.people.revoke(session);
    }

    /// Closes every socket, because the server stops.
    pub fn stop(&self) {
        self.0.people.close_all(CloseReason::ShuttingDown);
    }

    async fn arrive(
        &self,
        seat: Seat,
        session: SessionId,
        outbox: Outbox,
    ) -> Result<Link, RequestError> {
        let status = self.0.store.status(seat.person).await?.ok_or(Refusal::NotSignedIn)?;
        let serial = self.0.people.arrive(seat, session, outbox, status)?;
        Ok(Link { seat, serial })
    }

    async fn welcome(&self, seat: Seat, known: Vec<Known>) -> Result<Welcome, RequestError> {
        let Inner { store, clock, people, .. } = &*self.0;
        let _ = known;
        let mut acquaintances = store.acquaintances().await?;
        let presences = acquaintances.iter().filter_map(|it| {
            let stored =
                Attendance { status: it.status, online: false, last_seen_ms: it.last_seen_ms };
            let presence = people
                .presence(it.person.id)
                .unwrap_or_else(|| stored.seen_by_others(it.person.id));
            let unknown = Presence {
                person: it.person.id,
                availability: Availability::Offline,
                last_seen_ms: None,
            };
            (presence != unknown).then_some(presence)
        });
        let presences = presences.collect();
        let me = acquaintances
            .iter()
            .find(|it| it.person.id == seat.person)
            .ok_or(Refusal::NotSignedIn)?;
        let (me, stored) = (me.person.clone(), me.status);
        Ok(Welcome {
            me,
            status: people.status(seat.person).unwrap_or(stored),
            people: acquaintances.drain(..).map(|it| it.person).collect(),
            presences,
            conversations: Vec::new(),
            changes: Vec::new(),
            now_ms: clock.now_ms(),
            version: String::from(env!("CARGO_PKG_VERSION")),
        })
    }

    async fn answer(&self, link: &Link, request: Request) -> Result<Reply, RequestError> {
        match request {
            Request::Ping => Ok(Reply::Done),
            Request::SetStatus { status } => self.set_status(link, status).await,
            _ => Err(RequestError::Overloaded),
        }
    }

    async fn set_status(&self, link: &Link, status: Status) -> Result<Reply, RequestError> {
        self.0.store.set_status(link.seat.person, status).await?;
        self.0.people.set_status(link.seat.person, status);
        Ok(Reply::Done)
    }
}
