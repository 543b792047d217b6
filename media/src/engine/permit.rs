//! What a participant may send: the rest is dropped as it comes, and stands in nobody's slot.

use std::time::Instant;

use super::Engine;
use crate::call::{ParticipantId, Permit};
use crate::gate::Rejected;
use crate::peer::Peer;
use crate::track::{LayerRef, Track};

impl Engine {
    /// Says what a participant may send from now on; until then it may send everything.
    ///
    /// A `revision` lower than the last one is out of date and changes nothing, so that the owner
    /// need not keep its commands in order.
    pub fn permit(
        &mut self,
        now: Instant,
        participant: ParticipantId,
        permit: Permit,
        revision: u64,
    ) {
        let Some(&key) = self.by_participant.get(&participant) else { return };
        let Some(peer) = self.peers[key as usize].as_mut() else { return };
        if revision < peer.permit_revision {
            return;
        }
        peer.permit_revision = revision;
        if std::mem::replace(&mut peer.permit, permit) != permit {
            let call = peer.call;
            self.resolve_call(now, call);
        }
    }

    /// Refuses a packet of something that its sender may not send.
    pub(super) fn check_permit(&self, peer: &Peer, at: LayerRef) -> Result<(), Rejected> {
        let track = self.tracks.get(at.track as usize).and_then(Option::as_ref);
        if peer.permit.is_everything() || track.is_none_or(|track| peer.may_send(track)) {
            return Ok(());
        }
        Err(Rejected::NotPermitted)
    }
}

impl Peer {
    /// Whether its packets of this track go on to others.
    pub(crate) fn may_send(&self, track: &Track) -> bool {
        self.permit.allows(track.shown.source)
    }
}
