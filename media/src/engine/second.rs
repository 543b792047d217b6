//! A second connection of a participant, and how it becomes the first one.
//!
//! A device that changes its way to the server opens another connection before it gives up the one
//! it has. Until [`Engine::promote`] the second one receives like any other, and nothing of what it
//! sends goes on; then the two change places, and every slot that shows the participant follows at
//! the next keyframe or the next word. Nobody else sees more of it than that.

use std::time::Instant;

use super::{Answer, Engine, Event, OfferRefusal};
use crate::call::{CallId, ParticipantId, Source, SourceSection};
use crate::gate::PeerKey;
use crate::peer::Peer;
use crate::track::TrackKey;

impl Engine {
    /// Takes in a second connection of the participant `first`, under an id of its own.
    ///
    /// # Errors
    /// When the offer cannot be used or there is no room.
    pub fn join_beside(
        &mut self,
        now: Instant,
        call: CallId,
        participant: ParticipantId,
        first: ParticipantId,
        offer: &str,
        sources: &[SourceSection],
    ) -> Result<Answer, OfferRefusal> {
        self.take_in(now, call, participant, Some(first), offer, sources)
    }

    /// Has the second connection `second` change places with the first of its participant, and tells
    /// [`Event::Promoted`]; nothing happens if it is not there any more.
    ///
    /// The earlier connection goes on under the id of the second, until it leaves: what others get
    /// of the participant is taken from it up to where the new one can take over, and a device has
    /// its pictures on it until it has them on the new one.
    pub fn promote(&mut self, now: Instant, second: ParticipantId) {
        let Some(&new) = self.by_participant.get(&second) else { return };
        let Some(peer) = self.peers[new as usize].as_mut() else { return };
        let Some(first) = peer.beside.take() else { return };
        let call = peer.call;
        peer.participant = first;
        self.by_participant.remove(&second);
        let old = self.by_participant.insert(first, new);
        match old {
            Some(old) => self.step_aside(old, new, second),
            None => self.enter_order(new),
        }
        self.events.push_back(Event::Promoted { call, participant: first, second });
        self.resolve_call(now, call);
        self.tick_demand(now);
    }

    /// Makes the earlier connection the one that stands beside.
    fn step_aside(&mut self, old: PeerKey, new: PeerKey, second: ParticipantId) {
        self.by_participant.insert(second, old);
        let Some(old_peer) = self.peers[old as usize].as_mut() else { return };
        old_peer.beside = Some(std::mem::replace(&mut old_peer.participant, second));
        let (permit, revision) = (old_peer.permit, old_peer.permit_revision);
        let Some(new_peer) = self.peers[new as usize].as_mut() else { return };
        // What the owner said last of the participant holds for whatever carries it.
        if new_peer.permit_revision < revision {
            (new_peer.permit, new_peer.permit_revision) = (permit, revision);
        }
        let call = new_peer.call;
        if let Some(room) = self.calls.get_mut(&call) {
            // Everybody keeps the order in which people came.
            let places = [old, new].map(|key| room.members.iter().position(|it| *it == key));
            if let [Some(one), Some(other)] = places {
                room.members.swap(one, other);
            }
        }
        self.hand_over_voice(old, new);
    }

    /// Puts the microphone of one connection in the place of the other's.
    fn hand_over_voice(&mut self, old: PeerKey, new: PeerKey) {
        let [Some(from), Some(to)] = [old, new].map(|key| self.microphone_of(key)) else {
            return self.enter_order(new);
        };
        let heard = self.tracks[from as usize].as_ref().map(|track| track.activity);
        let Some((track, heard)) = self.tracks[to as usize].as_mut().zip(heard) else { return };
        // It speaks as loudly as it did, and what it said so far was heard.
        track.activity = heard.continued();
        track.layers.iter_mut().for_each(|layer| layer.cache = None);
        let call = self.peers[new as usize].as_ref().map(|peer| peer.call);
        if let Some(room) = call.and_then(|call| self.calls.get_mut(&call)) {
            room.voices.replace(from, to);
        }
    }

    fn microphone_of(&self, key: PeerKey) -> Option<TrackKey> {
        let published = &self.peers[key as usize].as_ref()?.published;
        let is_voice = |key: &TrackKey| {
            let track = self.tracks.get(*key as usize).and_then(Option::as_ref);
            track.is_some_and(|track| track.shown.source == Source::Microphone)
        };
        published.iter().map(|published| published.track).find(is_voice)
    }

    /// Takes the microphones of a connection that is the first now into the order of voices.
    fn enter_order(&mut self, key: PeerKey) {
        let published = self.peers[key as usize].as_ref().map(|peer| peer.published.clone());
        self.rank_voices(key, &published.unwrap_or_default());
    }
}

impl Peer {
    /// The participant whose device it is, whichever of its connections.
    pub(crate) fn seat(&self) -> ParticipantId {
        self.beside.unwrap_or(self.participant)
    }

    /// Whether what it sends is for `listener`: not for one's own device, and not while it stands
    /// beside another connection.
    pub(crate) fn is_for(&self, listener: &Self) -> bool {
        self.beside.is_none() && self.participant != listener.seat()
    }
}
