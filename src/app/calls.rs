//! Calls, between the conversations that own them and the shards that carry their media.

use palabre_signaling::call::{MediaState, Moderation};
use palabre_signaling::emoji::check_emoji;
use palabre_signaling::error::Refusal;
use palabre_signaling::message::check_page;
use palabre_signaling::wire::{
    Answer, Call, CallId, Event, ParticipantId, Reply, Request, Sending, SourceSection,
};
use tokio::sync::mpsc;

use super::{App, Inner, Link};
use crate::conversations::SeatEntry;
use crate::error::RequestError;
use crate::outbox::Frame;
use crate::shards::{MediaFailure, ShardEvent};
use crate::store::Page;

impl App {
    /// Does what a device asks about a call.
    #[expect(clippy::wildcard_enum_match_arm, reason = "`App::answer` sorts the requests")]
    pub(super) async fn answer_about_call(
        &self,
        link: &Link,
        request: Request,
    ) -> Result<Reply, RequestError> {
        let Inner { conversations, shards, .. } = &*self.0;
        let person = link.key.person;
        match request {
            Request::StartCall { conversation, media } => {
                let call = conversations.start_call(conversation, person, media).await?;
                return Ok(Reply::Call { call });
            }
            Request::JoinCall { call, offer, sources, sending } => {
                return self.join_call(link, call, offer, sources, sending).await;
            }
            Request::MoveSeat { participant, offer, sources } => {
                return self.move_seat(link, participant, offer, sources).await;
            }
            Request::Offer { participant, offer, sources } => {
                return self.offer(link, participant, offer, sources).await;
            }
            Request::Want { participant, wants, data_saver } => {
                let seat = self.own_seat(link, participant)?;
                shards.want(seat.call, participant, wants, data_saver).await?;
            }
            Request::SetSending { participant, sending } => {
                let seat = self.own_seat(link, participant)?;
                conversations.set_sending(seat.conversation, participant, sending).await?;
            }
            Request::DeclineCall { call } => conversations.decline(call, person).await?,
            Request::LeaveCall { participant } => {
                let seat = self.own_seat(link, participant)?;
                conversations.leave(seat.conversation, participant).await?;
            }
            Request::EndCall { call } => conversations.end(call, person).await?,
            Request::RingPeople { call, people } => {
                conversations.ring_people(call, person, people).await?;
            }
            Request::CallHistory { until_ms, missed, limit } => {
                let limit = check_page(limit)?;
                let page = self.0.store.call_history(person, until_ms, missed, limit).await?;
                let Page { messages, more, marks } = page;
                return Ok(Reply::Messages { messages, marks, more });
            }
            Request::SetHand { participant, raised } => {
                self.set_hand(link, participant, raised).await?;
            }
            Request::SetHold { participant, on_hold } => {
                let seat = self.own_seat(link, participant)?;
                conversations.set_hold(seat.conversation, participant, on_hold).await?;
            }
            Request::ReactInCall { participant, emoji } => {
                self.react_in_call(link, participant, &emoji)?;
            }
            Request::StopSending { call, participant, source } => {
                let moderation = Moderation::StopSending(participant, source);
                conversations.moderate(call, person, moderation).await?;
            }
            Request::RemoveFromCall { call, person: whom } => {
                conversations.moderate(call, person, Moderation::Remove(whom)).await?;
            }
            Request::SetCallRules { call, rules } => {
                conversations.moderate(call, person, Moderation::SetRules(rules)).await?;
            }
            _ => return Err(Refusal::Malformed("not about a call").into()),
        }
        Ok(Reply::Done)
    }

    /// Passes on what the shards tell, until they have stopped.
    pub(super) async fn follow_media(self, mut events: mpsc::Receiver<ShardEvent>) {
        while let Some(event) = events.recv().await {
            let (participant, state) = match event {
                ShardEvent::Connected { participant, .. }
                | ShardEvent::Resumed { participant, .. } => (participant, MediaState::Flowing),
                ShardEvent::Silent { participant, .. } => (participant, MediaState::Silent),
                ShardEvent::Gone { participant, .. } => (participant, MediaState::Gone),
                ShardEvent::Promoted { call, participant, second } => {
                    self.on_promoted(call, participant, second).await;
                    continue;
                }
                ShardEvent::Slots { participant, slots, .. } => {
                    if let Some(seat) = self.0.conversations.index().seat(participant) {
                        let frame = Frame::new(Event::SlotsChanged { participant, slots });
                        self.0.people.send_to_device(seat.key, &frame);
                    }
                    continue;
                }
                ShardEvent::Wanted { participant, sources, .. } => {
                    if let Some(seat) = self.0.conversations.index().seat(participant) {
                        let frame = Frame::new(Event::SendingWanted { participant, sources });
                        self.0.people.send_to_device(seat.key, &frame);
                    }
                    continue;
                }
                ShardEvent::Quality { participant, quality, .. } => {
                    if let Some(seat) = self.0.conversations.index().seat(participant) {
                        let frame = Frame::new(Event::QualityChanged { participant, quality });
                        self.0.people.send_to_device(seat.key, &frame);
                    }
                    continue;
                }
                ShardEvent::Speaking { call, speakers } => {
                    self.tell_call(call, Event::SpeakingChanged { call, speakers });
                    continue;
                }
                ShardEvent::Weak { call, participants } => {
                    self.tell_call(call, Event::WeakChanged { call, participants });
                    continue;
                }
            };
            self.0.conversations.on_media(participant, state);
        }
    }

    /// A second connection has taken over. The device is told before it hears more of the media.
    async fn on_promoted(&self, call: CallId, participant: ParticipantId, second: ParticipantId) {
        let Inner { conversations, people, shards, .. } = &*self.0;
        let Some(seat) = conversations.index().seat(participant) else {
            // The device left while the shard was at it: under which of the two ids it was let go
            // of before or after that, nobody knows.
            shards.leave(call, participant).await;
            shards.leave(call, second).await;
            return;
        };
        people.send_to_device(seat.key, &Frame::new(Event::SeatMoved { participant, second }));
        conversations.on_promoted(seat.conversation, participant, second);
    }

    /// Tells every device in a call.
    fn tell_call(&self, call: CallId, event: Event) {
        let frame = Frame::new(event);
        let seats = self.0.conversations.index().devices_in(call);
        seats.into_iter().for_each(|key| self.0.people.send_to_device(key, &frame));
    }

    /// Joins in three steps, so that a conversation never waits for the media threads: a place is
    /// kept, the shard looks at the offer, the place is taken. Should the socket go away in
    /// between, the place is given up by itself.
    async fn join_call(
        &self,
        link: &Link,
        call: CallId,
        offer: String,
        sources: Vec<SourceSection>,
        sending: Sending,
    ) -> Result<Reply, RequestError> {
        let Inner { conversations, shards, .. } = &*self.0;
        let participant = conversations.reserve(call, link.key, link.session).await?;
        // A session that ends has its sockets closed first and its places taken away after that;
        // this one may have been kept in between.
        if let Err(error) = link.check_open() {
            conversations.cancel_reservation(call, participant);
            return Err(error);
        }
        let (sdp, slots) = match shards.join(call, participant, offer, sources).await {
            Ok(answer) => answer,
            Err(failure) => {
                match failure {
                    MediaFailure::BadOffer(_) | MediaFailure::UnknownSection(_) => {
                        conversations.cancel_reservation(call, participant);
                    }
                    MediaFailure::Full | MediaFailure::Unavailable => {
                        conversations.fail_reservation(call, participant);
                    }
                }
                return Err(failure.into());
            }
        };
        match conversations.join(call, participant, sending).await {
            Ok(call) => Ok(Reply::Answer { answer: Answer { participant, sdp }, call, slots }),
            Err(error) => {
                // The call ended while the shard was looking at the offer.
                shards.leave(call, participant).await;
                Err(error)
            }
        }
    }

    /// Opens a second connection for a seat, in the steps of [`join_call`](Self::join_call).
    async fn move_seat(
        &self,
        link: &Link,
        participant: ParticipantId,
        offer: String,
        sources: Vec<SourceSection>,
    ) -> Result<Reply, RequestError> {
        let Inner { conversations, shards, .. } = &*self.0;
        let SeatEntry { conversation, call, .. } = self.own_seat(link, participant)?;
        let second =
            conversations.reserve_second(conversation, participant, link.key, link.session).await?;
        let joined = shards.join_beside(call, second, participant, offer, sources).await;
        let (sdp, slots) = match joined {
            Ok(answer) => answer,
            Err(failure) => {
                // The seat is as it was.
                let _ = conversations.leave(conversation, second).await;
                return Err(failure.into());
            }
        };
        match conversations.on_second(conversation, second).await {
            Ok(call) => {
                Ok(Reply::Answer { answer: Answer { participant: second, sdp }, call, slots })
            }
            Err(error) => {
                // The seat was given up while the shard was looking at the offer.
                shards.leave(call, second).await;
                Err(error)
            }
        }
    }

    async fn offer(
        &self,
        link: &Link,
        participant: ParticipantId,
        offer: String,
        sources: Vec<SourceSection>,
    ) -> Result<Reply, RequestError> {
        let Inner { conversations, shards, .. } = &*self.0;
        let seat = self.own_seat(link, participant)?;
        let (sdp, slots) = shards.offer(seat.call, participant, offer, sources).await?;
        let call: Option<Call> = conversations.snapshot(seat.conversation).await?.call;
        let call = call.filter(|it| it.id == seat.call).ok_or(Refusal::CallOver)?;
        Ok(Reply::Answer { answer: Answer { participant, sdp }, call, slots })
    }

    /// Raises one's own hand or takes it down, or, as a moderator, somebody else's.
    async fn set_hand(
        &self,
        link: &Link,
        participant: ParticipantId,
        raised: bool,
    ) -> Result<(), RequestError> {
        let Inner { conversations, store, .. } = &*self.0;
        let person = link.key.person;
        let seat = conversations.index().seat(participant).ok_or(Refusal::NotInCall)?;
        // Whoever is not in the conversation learns nothing of its calls.
        if seat.key.person != person && !store.is_member(person, seat.conversation).await? {
            return Err(Refusal::NotInCall.into());
        }
        conversations.set_hand(seat.conversation, person, participant, raised).await
    }

    /// Shows an emoji to everybody in the call; it is kept nowhere.
    fn react_in_call(
        &self,
        link: &Link,
        participant: ParticipantId,
        emoji: &str,
    ) -> Result<(), Refusal> {
        let Inner { conversations, people, .. } = &*self.0;
        let SeatEntry { call, .. } = self.own_seat(link, participant)?;
        let emoji = check_emoji(emoji)?;
        let frame = Frame::new(Event::CallReaction { call, participant, emoji });
        let devices = conversations.index().devices_in(call);
        devices.into_iter().for_each(|key| people.send_to_device(key, &frame));
        Ok(())
    }

    fn own_seat(&self, link: &Link, participant: ParticipantId) -> Result<SeatEntry, Refusal> {
        let seat = self.0.conversations.index().seat(participant);
        seat.filter(|seat| seat.key == link.key).ok_or(Refusal::NotInCall)
    }
}
