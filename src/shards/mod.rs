//! The threads that forward media, and the handle by which the rest of the server reaches them.
//!
//! A shard is one thread with one UDP socket, a TCP listener on the same number, and one engine. A call lives on one shard, chosen by
//! its id, so nothing about it is ever shared between threads.

mod addresses;
mod command;
mod events;
#[cfg(test)]
pub(crate) mod fake;
mod pulse;
mod shard;
mod socket;
mod tcp;
mod translate;

use std::sync::Arc;
use std::time::Instant;

use palabre_signaling::call::Permit;
use palabre_signaling::wire::{
    CallId, ParticipantId, Quality, Slot, SourceSection, Want, WantedSource,
};
use tokio::sync::{mpsc, oneshot};

use crate::config::MediaConfig;
use crate::metrics::Metrics;
use command::Command;

/// Reaches the threads that forward media; cheap to clone.
///
/// The threads end when they are told to [`stop`](Self::stop) or the last clone is dropped.
#[derive(Clone, Debug)]
pub struct Shards {
    inboxes: Arc<[mpsc::Sender<Command>]>,
}

/// What a shard tells about a participant.
#[derive(Clone, Debug, PartialEq)]
pub enum ShardEvent {
    /// Media can flow: ICE and DTLS are done.
    Connected {
        /// Where.
        call: CallId,
        /// Who.
        participant: ParticipantId,
    },
    /// Nothing has come from the participant for 3 s.
    Silent {
        /// Where.
        call: CallId,
        /// Who.
        participant: ParticipantId,
    },
    /// Packets come again after a silence.
    Resumed {
        /// Where.
        call: CallId,
        /// Who.
        participant: ParticipantId,
    },
    /// The participant's media is over: it closed, its consent expired or the shard failed.
    Gone {
        /// Where.
        call: CallId,
        /// Who.
        participant: ParticipantId,
    },
    /// A second connection of the participant has taken over, and bears its id.
    Promoted {
        /// Where.
        call: CallId,
        /// Who.
        participant: ParticipantId,
        /// The id that it had before, which the earlier connection has now.
        second: ParticipantId,
    },
    /// What the participant's slots carry changed.
    Slots {
        /// Where.
        call: CallId,
        /// Who.
        participant: ParticipantId,
        /// All of them.
        slots: Vec<Slot>,
    },
    /// What of the participant's pictures somebody looks at changed.
    Wanted {
        /// Where.
        call: CallId,
        /// Who.
        participant: ParticipantId,
        /// All of the pictures.
        sources: Vec<WantedSource>,
    },
    /// Who speaks changed.
    Speaking {
        /// Where.
        call: CallId,
        /// The most prominent first.
        speakers: Vec<ParticipantId>,
    },
    /// How well the participant is connected changed.
    Quality {
        /// Where.
        call: CallId,
        /// Who.
        participant: ParticipantId,
        /// How it is now.
        quality: Quality,
    },
    /// Whose connections are weak changed.
    Weak {
        /// Where.
        call: CallId,
        /// All of them.
        participants: Vec<ParticipantId>,
    },
}

/// Why a shard did not do what it was asked.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum MediaFailure {
    /// The SDP offer cannot be used.
    #[error("the offer cannot be used: {0}")]
    BadOffer(String),
    /// A slot or source was named that the offer does not have.
    #[error("there is no such section: {0}")]
    UnknownSection(String),
    /// No more participants fit.
    #[error("the call is full")]
    Full,
    /// The participant is not in the call, or the shard failed; joining again may help.
    #[error("the call's media is not available")]
    Unavailable,
}

impl Shards {
    /// Opens the sockets and starts the threads; events of all of them come out of the receiver.
    pub fn start(
        config: &MediaConfig,
        metrics: &Metrics,
    ) -> anyhow::Result<(Self, mpsc::Receiver<ShardEvent>)> {
        let (events, receiver) = mpsc::channel(MAX_EVENTS);
        let mut inboxes = Vec::with_capacity(config.shards);
        for index in 0..config.shards {
            let (inbox, commands) = mpsc::channel(MAX_COMMANDS);
            shard::start(config, index, commands, events.clone(), metrics.shard(index))?;
            inboxes.push(inbox);
        }
        Ok((Self { inboxes: inboxes.into() }, receiver))
    }

    /// Takes a participant in by its first offer; returns the answer and what its slots carry.
    pub async fn join(
        &self,
        call: CallId,
        participant: ParticipantId,
        offer: String,
        sources: Vec<SourceSection>,
    ) -> Result<(String, Vec<Slot>), MediaFailure> {
        let asked_at = Instant::now();
        let command =
            |receipt| Command::Join { call, participant, offer, sources, asked_at, receipt };
        self.ask(call, command).await
    }

    /// Takes in a second connection of the participant `first`; nothing of it goes on to others.
    pub async fn join_beside(
        &self,
        call: CallId,
        second: ParticipantId,
        first: ParticipantId,
        offer: String,
        sources: Vec<SourceSection>,
    ) -> Result<(String, Vec<Slot>), MediaFailure> {
        let command =
            |receipt| Command::JoinBeside { call, second, first, offer, sources, receipt };
        self.ask(call, command).await
    }

    /// Has a second connection change places with the first; [`ShardEvent::Promoted`] follows, unless
    /// it is gone.
    pub async fn promote(&self, call: CallId, second: ParticipantId) {
        self.tell(call, Command::Promote { second }).await;
    }

    /// Takes a further offer of a participant: more slots, other sources or restarted ICE.
    pub async fn offer(
        &self,
        call: CallId,
        participant: ParticipantId,
        offer: String,
        sources: Vec<SourceSection>,
    ) -> Result<(String, Vec<Slot>), MediaFailure> {
        self.ask(call, |receipt| Command::Offer { participant, offer, sources, receipt }).await
    }

    /// Says what each video slot of a participant should show.
    pub async fn want(
        &self,
        call: CallId,
        participant: ParticipantId,
        wants: Vec<Want>,
        data_saver: Option<bool>,
    ) -> Result<(), MediaFailure> {
        let command = |receipt| Command::Want { participant, wants, data_saver, receipt };
        self.ask(call, command).await
    }

    /// Says what goes on from a participant to others, and whether anything goes to it; a lower
    /// `revision` than seen is out of date.
    pub async fn permit(
        &self,
        call: CallId,
        participant: ParticipantId,
        permit: Permit,
        revision: u64,
    ) {
        self.tell(call, Command::Permit { participant, permit, revision }).await;
    }

    /// Takes a participant out; no event follows.
    pub async fn leave(&self, call: CallId, participant: ParticipantId) {
        self.tell(call, Command::Leave { participant }).await;
    }

    /// Ends the threads; returns when their sockets are closed.
    pub async fn stop(&self) {
        for inbox in self.inboxes.iter() {
            let _ = inbox.send(Command::Stop).await;
            inbox.closed().await;
        }
    }

    /// Takes everybody in the call out; no event follows.
    pub async fn end(&self, call: CallId) {
        self.tell(call, Command::End { call }).await;
    }

    async fn ask<T>(
        &self,
        call: CallId,
        command: impl FnOnce(oneshot::Sender<Result<T, MediaFailure>>) -> Command,
    ) -> Result<T, MediaFailure> {
        let (receipt, answer) = oneshot::channel();
        self.tell(call, command(receipt)).await;
        // The receipt is dropped unanswered when the shard failed.
        answer.await.unwrap_or(Err(MediaFailure::Unavailable))
    }

    async fn tell(&self, call: CallId, command: Command) {
        // A full inbox makes the asker wait: commands are rare, and a shard that cannot take one is
        // busy with packets, which go first.
        let _ = self.inbox(call).send(command).await;
    }

    fn inbox(&self, call: CallId) -> &mpsc::Sender<Command> {
        let shards = self.inboxes.len() as u128;
        let index = usize::try_from(call.0.as_u128() % shards).expect("below the number of shards");
        &self.inboxes[index]
    }
}

/// Commands that wait for one shard; further askers wait for room.
const MAX_COMMANDS: usize = 256;

/// Events that wait for the application; further ones wait in their shard, the latest of each kind
/// for each participant.
const MAX_EVENTS: usize = 1024;
