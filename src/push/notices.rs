//! Decides who is told of what happened, and takes back what is old.

use std::collections::HashMap;
use std::sync::Arc;

use palabre_signaling::notice::{self, Concern};
use palabre_signaling::wire::{
    Call, CallId, CallState, Content, ConversationId, EndReason, Keep, Message, PersonId,
    PushNotice, Ring, RingState,
};
use tokio::sync::mpsc;
use tracing::warn;

use super::delivery::Parcel;
use super::{Happened, Inner};
use crate::people::People;
use crate::quiet::is_quiet;
use crate::store::{StoreError, Subscription};

/// What people were told and have not looked at yet.
struct Notices {
    inner: Arc<Inner>,
    people: Arc<People>,
    /// The highest number that each person was told of in each conversation.
    told: HashMap<(PersonId, ConversationId), u64>,
    /// At whom each call rings by a notice.
    rings: HashMap<CallId, Vec<PersonId>>,
}

/// Serves what happens, one after the other, so that what is taken back was told before.
pub(super) async fn run(
    inner: Arc<Inner>,
    people: Arc<People>,
    mut inbox: mpsc::Receiver<Happened>,
) {
    let mut notices = Notices { inner, people, told: HashMap::new(), rings: HashMap::new() };
    while let Some(happened) = inbox.recv().await {
        let outcome = match happened {
            Happened::Posted { message, readers, group } => {
                notices.on_message(&message, &readers, group).await
            }
            Happened::Read { conversation, person, number } => {
                notices.on_read(conversation, person, number);
                Ok(())
            }
            Happened::Called { call, group } => notices.on_call(&call, group).await,
        };
        if let Err(error) = outcome {
            warn!(%error, "nobody was told of what happened");
        }
    }
}

impl Notices {
    async fn on_message(
        &mut self,
        message: &Message,
        readers: &[(PersonId, u64)],
        group: Option<String>,
    ) -> Result<(), StoreError> {
        // Whoever writes has read what was above.
        self.on_read(message.conversation, message.sender, message.number);
        let away: Vec<(PersonId, u64, Vec<Subscription>)> = readers
            .iter()
            .filter(|(person, _)| *person != message.sender && !self.people.is_looking(*person))
            .map(|(person, unread)| (*person, *unread, self.inner.subscriptions_of(*person)))
            .filter(|(.., subscriptions)| !subscriptions.is_empty())
            .collect();
        if away.is_empty()
            || !matches!(message.content, Content::Text { .. } | Content::Beep { .. })
        {
            return Ok(());
        }
        let store = &self.inner.store;
        let keeps = store.keeps(message.conversation).await?;
        let answered = match message.details.quote {
            Some(quote) => store.sender_of(quote.message).await?,
            None => None,
        };
        let sender = self.name_of(message.sender).await?;
        let now_ms = self.inner.clock.now_ms();
        for (person, unread, subscriptions) in away {
            let mentions = notice::names(&message.content, person) || answered == Some(person);
            let quiet = is_quiet(&self.people.preferences(person), now_ms);
            let as_it_is = Keep::default();
            let keep = keeps.get(&person).unwrap_or(&as_it_is);
            if !notice::is_told(&message.content, keep, Concern { mentions, quiet }, now_ms) {
                continue;
            }
            let (notice, parcel) = about_message(message, &sender, group.clone(), mentions, unread);
            self.note(person, message);
            for subscription in subscriptions {
                self.inner.send(subscription, &notice, parcel.clone());
            }
        }
        Ok(())
    }

    /// Remembers what a person was told, so that it can be taken back.
    fn note(&mut self, person: PersonId, message: &Message) {
        if MAX_TOLD <= self.told.len() {
            // Old notices stay until somebody puts them away.
            self.told.clear();
        }
        self.told.insert((person, message.conversation), message.number);
    }

    fn on_read(&mut self, conversation: ConversationId, person: PersonId, number: u64) {
        let told = self.told.get(&(person, conversation));
        if told.is_none_or(|told| number < *told) {
            return;
        }
        self.told.remove(&(person, conversation));
        let notice = PushNotice::Read { conversation, up_to_number: number };
        self.take_back(person, &notice, &Parcel::after(conversation.0));
    }

    async fn on_call(&mut self, call: &Call, group: Option<String>) -> Result<(), StoreError> {
        let rung = self.rings.remove(&call.id).unwrap_or_default();
        let ended = matches!(call.state, CallState::Ended { .. });
        let rings = |ring: &&Ring| !ended && ring.state == RingState::Ringing && !ring.busy;
        let now_ms = self.inner.clock.now_ms();
        let sender = self.name_of(call.started_by).await?;
        let mut still = Vec::new();
        for ring in call.rings.iter().filter(rings) {
            if rung.contains(&ring.person) {
                still.push(ring.person);
                continue;
            }
            if self.ring(call, ring, &sender, group.clone(), now_ms) {
                still.push(ring.person);
            }
        }
        for person in rung.into_iter().filter(|person| !still.contains(person)) {
            if is_missed(call, person) {
                let notice = PushNotice::Missed {
                    call: call.id,
                    conversation: call.conversation,
                    sender: sender.clone(),
                    group: group.clone(),
                    media: call.media,
                };
                for subscription in self.inner.subscriptions_of(person) {
                    self.inner.send(subscription, &notice, Parcel::after(call.id.0));
                }
            } else {
                let notice = PushNotice::CallOver { call: call.id };
                self.take_back(person, &notice, &Parcel::after(call.id.0));
            }
        }
        if !still.is_empty() {
            self.rings.insert(call.id, still);
        }
        Ok(())
    }

    /// Rings at the devices of a person that show no page; false when there is none, or it is a
    /// time at which calls do not ring.
    fn ring(
        &self,
        call: &Call,
        ring: &Ring,
        sender: &str,
        group: Option<String>,
        now_ms: i64,
    ) -> bool {
        let preferences = self.people.preferences(ring.person);
        let calls_ring = preferences.quiet_hours.as_ref().is_none_or(|quiet| quiet.calls_ring);
        if !calls_ring && is_quiet(&preferences, now_ms) {
            return false;
        }
        let mut subscriptions = self.inner.subscriptions_of(ring.person);
        // The page that is looked at rings by itself.
        subscriptions.retain(|it| !self.people.is_looked_at(ring.person, it.session));
        let notice = PushNotice::Call {
            call: call.id,
            conversation: call.conversation,
            sender: sender.to_owned(),
            group,
            media: call.media,
            until_ms: ring.until_ms,
        };
        let is_any = !subscriptions.is_empty();
        for subscription in subscriptions {
            let parcel = Parcel::call(call.id.0, ring.until_ms - now_ms);
            self.inner.send(subscription, &notice, parcel);
        }
        is_any
    }

    /// Sends what takes notices back, where that is not itself held against the app: Safari takes
    /// the leave away of one that is told of something and shows nothing.
    fn take_back(&self, person: PersonId, notice: &PushNotice, parcel: &Parcel) {
        let subscriptions = self.inner.subscriptions_of(person).into_iter();
        for subscription in subscriptions.filter(|it| !it.endpoint.contains(SHOWS_EVERYTHING)) {
            self.inner.send(subscription, notice, parcel.clone());
        }
    }

    async fn name_of(&self, person: PersonId) -> Result<String, StoreError> {
        let person = self.inner.store.person(person).await?;
        Ok(person.map(|person| person.full_name).unwrap_or_default())
    }
}

fn about_message(
    message: &Message,
    sender: &str,
    group: Option<String>,
    mentions: bool,
    unread: u64,
) -> (PushNotice, Parcel) {
    let (conversation, number, sender) = (message.conversation, message.number, sender.to_owned());
    if let Content::Beep { why } = &message.content {
        let notice = PushNotice::Beep { conversation, number, sender, why: why.clone() };
        return (notice, Parcel::beep());
    }
    let text = if let Content::Text { text, .. } = &message.content { text.as_str() } else { "" };
    let text = Some(notice::excerpt(text)).filter(|text| !text.is_empty());
    let carries = notice::carried(message.content.attachments());
    let parcel = Parcel::message(conversation.0, group.is_none() || mentions);
    let notice = PushNotice::Message {
        conversation,
        number,
        sender,
        group,
        text,
        carries,
        mentions,
        unread,
    };
    (notice, parcel)
}

/// Whether somebody at whom a call rang has missed it.
fn is_missed(call: &Call, person: PersonId) -> bool {
    let ring = call.rings.iter().find(|ring| ring.person == person);
    match ring.map(|ring| ring.state) {
        Some(RingState::Missed) => true,
        Some(RingState::Ringing) => matches!(
            call.state,
            CallState::Ended {
                reason: EndReason::Missed | EndReason::Cancelled | EndReason::Failed
            }
        ),
        Some(RingState::Accepted | RingState::Declined | RingState::Removed) | None => false,
    }
}

/// Notices that are remembered to be taken back.
const MAX_TOLD: usize = 100_000;

/// Part of the addresses of the push service that wants to see something for each push message.
const SHOWS_EVERYTHING: &str = "push.apple.com";
