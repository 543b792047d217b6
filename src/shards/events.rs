//! What a shard has to tell, kept until the application takes it.

use std::collections::VecDeque;
use std::mem::discriminant;

use palabre_signaling::wire::{CallId, ParticipantId};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use super::ShardEvent;

/// Hands events to the application without ever waiting for it.
///
/// While the application is behind, only the latest state of each participant's media and slots
/// is kept, so what waits is bounded by the participants.
#[derive(Debug)]
pub(super) struct Announcer {
    events: mpsc::Sender<ShardEvent>,
    waiting: VecDeque<ShardEvent>,
}

impl Announcer {
    /// Hands events to `events`.
    pub(super) fn new(events: mpsc::Sender<ShardEvent>) -> Self {
        Self { events, waiting: VecDeque::new() }
    }

    /// Tells `event` now, or as soon as there is room.
    pub(super) fn tell(&mut self, event: ShardEvent) {
        self.waiting.retain(|earlier| !event.outdates(earlier));
        self.waiting.push_back(event);
        self.flush();
    }

    /// Waits until something that waits can be told; for ever when nothing does.
    pub(super) async fn room(&self) {
        if self.waiting.is_empty() {
            std::future::pending::<()>().await;
        }
        // Without an application there is nobody to tell; `flush` finds that out.
        let _ = self.events.reserve().await;
    }

    /// Tells what waits, as far as there is room.
    pub(super) fn flush(&mut self) {
        while let Some(event) = self.waiting.pop_front() {
            match self.events.try_send(event) {
                Ok(()) => {}
                Err(TrySendError::Full(event)) => return self.waiting.push_front(event),
                Err(TrySendError::Closed(_)) => return self.waiting.clear(),
            }
        }
    }
}

impl ShardEvent {
    /// Whom or what it is about.
    fn subject(&self) -> Subject {
        match self {
            Self::Connected { participant, .. }
            | Self::Silent { participant, .. }
            | Self::Resumed { participant, .. }
            | Self::Gone { participant, .. }
            | Self::Promoted { participant, .. }
            | Self::Slots { participant, .. }
            | Self::Wanted { participant, .. }
            | Self::Quality { participant, .. } => Subject::Participant(*participant),
            Self::Speaking { call, .. } | Self::Weak { call, .. } => Subject::Call(*call),
        }
    }

    /// Whether whoever has heard this needs not hear `earlier` any more.
    fn outdates(&self, earlier: &Self) -> bool {
        if self.subject() != earlier.subject() {
            return false;
        }
        let is_slots = |event: &Self| matches!(event, Self::Slots { .. });
        match self {
            Self::Gone { .. } => true,
            Self::Silent { .. } | Self::Resumed { .. } => {
                // That it once connected is news of its own.
                matches!(earlier, Self::Silent { .. } | Self::Resumed { .. })
            }
            Self::Slots { .. } => is_slots(earlier),
            Self::Connected { .. }
            | Self::Promoted { .. }
            | Self::Wanted { .. }
            | Self::Quality { .. }
            | Self::Speaking { .. }
            | Self::Weak { .. } => discriminant(self) == discriminant(earlier),
        }
    }
}

#[derive(PartialEq)]
enum Subject {
    Participant(ParticipantId),
    Call(CallId),
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn events_are_told_in_their_order() {
        let (mut announcer, mut events) = announcer(8);

        announcer.tell(connected(1));
        announcer.tell(connected(2));

        assert_eq!(events.try_recv().unwrap(), connected(1));
        assert_eq!(events.try_recv().unwrap(), connected(2));
    }

    #[tokio::test]
    async fn application_that_is_behind_hears_the_latest_state_of_each_participant() {
        let (mut announcer, mut events) = announcer(1);
        announcer.tell(connected(1));

        for _ in 0..100 {
            announcer.tell(silent(1));
            announcer.tell(resumed(1));
            announcer.tell(silent(2));
        }
        assert_eq!(events.recv().await, Some(connected(1)));
        announcer.room().await;
        announcer.flush();

        assert_eq!(events.recv().await, Some(resumed(1)));
        announcer.flush();
        assert_eq!(events.recv().await, Some(silent(2)));
        announcer.flush();
        assert!(events.try_recv().is_err());
    }

    #[tokio::test]
    async fn who_speaks_is_told_once_as_it_is_now() {
        let (mut announcer, mut events) = announcer(1);
        announcer.tell(connected(1));

        announcer.tell(ShardEvent::Speaking { call: call(), speakers: vec![id(1)] });
        announcer.tell(ShardEvent::Speaking { call: call(), speakers: Vec::new() });
        events.recv().await;
        announcer.flush();

        let now = ShardEvent::Speaking { call: call(), speakers: Vec::new() };
        assert_eq!(events.recv().await, Some(now));
        announcer.flush();
        assert!(events.try_recv().is_err());
    }

    #[test]
    fn shard_goes_on_without_an_application() {
        let (mut announcer, events) = announcer(1);
        drop(events);

        announcer.tell(connected(1));
        announcer.tell(connected(2));

        assert!(announcer.waiting.is_empty());
    }

    fn announcer(room: usize) -> (Announcer, mpsc::Receiver<ShardEvent>) {
        let (events, receiver) = mpsc::channel(room);
        (Announcer::new(events), receiver)
    }

    fn connected(participant: u128) -> ShardEvent {
        ShardEvent::Connected { call: call(), participant: id(participant) }
    }

    fn silent(participant: u128) -> ShardEvent {
        ShardEvent::Silent { call: call(), participant: id(participant) }
    }

    fn resumed(participant: u128) -> ShardEvent {
        ShardEvent::Resumed { call: call(), participant: id(participant) }
    }

    fn call() -> CallId {
        CallId(Uuid::from_u128(9))
    }

    fn id(participant: u128) -> ParticipantId {
        ParticipantId(Uuid::from_u128(participant))
    }
}
