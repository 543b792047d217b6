//! Tells participants how well they are connected, and everybody whose connection is weak.

use std::time::Instant;

use super::{Engine, Event};
use crate::call::ParticipantId;
use crate::gate::PeerKey;
use crate::measure::Measure;
use crate::peer::Peer;
use crate::quality::{Arrived, LOOK_INTERVAL, Quality};
use crate::track::Track;

impl Engine {
    /// Looks at everybody's connection, if it is time to.
    pub(super) fn tick_quality(&mut self, now: Instant) {
        if self.quality_at.is_some_and(|at| now < at + LOOK_INTERVAL) {
            return;
        }
        self.quality_at = Some(now);
        let Self { peers, tracks, events, measures, .. } = self;
        for peer in peers.iter_mut().flatten().filter(|peer| peer.transport.is_connected()) {
            let arrived = arrived(peer, tracks);
            let seen = seen(peer);
            if peer.downlink.is_informed() {
                measures.push(Measure::Estimated { bps: peer.downlink.report().estimate_bps });
            }
            if let Some(quality) = peer.quality.look(arrived, seen) {
                let Peer { call, participant, .. } = *peer;
                events.push_back(Event::Quality { call, participant, quality });
            }
        }
        self.tell_weak();
    }

    /// Tells each call whose connections are weak, when that or who has to know it changed.
    fn tell_weak(&mut self) {
        let Self { calls, peers, events, .. } = self;
        for (&call, room) in calls {
            let weak = weak_of(&room.members, peers);
            let members = room.members.iter();
            let mut newcomer = false;
            for &key in members {
                let Some(peer) = peers[key as usize].as_mut() else { continue };
                newcomer |= !std::mem::replace(&mut peer.quality.knows_weak, true);
            }
            if weak != room.weak || (newcomer && !weak.is_empty()) {
                room.weak.clone_from(&weak);
                events.push_back(Event::Weak { call, participants: weak });
            }
        }
    }
}

fn weak_of(members: &[PeerKey], peers: &[Option<Peer>]) -> Vec<ParticipantId> {
    let peers = members.iter().filter_map(|&key| peers[key as usize].as_ref());
    let first = peers.filter(|peer| peer.beside.is_none());
    first.filter(|peer| peer.quality.is_weak()).map(|peer| peer.participant).collect()
}

/// What came of all that a participant sends.
fn arrived(peer: &Peer, tracks: &[Option<Track>]) -> Arrived {
    let tracks = peer.published.iter().filter_map(|one| tracks.get(one.track as usize)?.as_ref());
    tracks.flat_map(|track| &track.layers).fold(Arrived::default(), |sum, layer| {
        let (expected, received) = layer.reception.totals();
        Arrived { expected: sum.expected + expected, received: sum.received + received }
    })
}

fn seen(peer: &Peer) -> Quality {
    let path = peer.downlink.report();
    let kbps = |bps: f64| (bps / 1_000.0) as u32;
    Quality {
        loss_down: (path.loss * 100.0).round() as u8,
        round_trip: peer.round_trip,
        path_kbps: if peer.downlink.is_informed() { kbps(path.estimate_bps) } else { 0 },
        wanted_kbps: kbps(path.wanted_bps),
        given_kbps: kbps(path.sent_bps),
        ..Quality::default()
    }
}
