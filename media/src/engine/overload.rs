//! Pauses pictures when more are wanted than the core can forward, the least important first.

use std::cmp::Reverse;
use std::time::{Duration, Instant};

use super::Engine;
use crate::call::PauseReason;
use crate::gate::PeerKey;
use crate::overload::Verdict;
use crate::slots::{Allotment, Slot};

impl Engine {
    /// Is told that there was nothing to do for so long, since the last time it was told.
    pub fn rested(&mut self, idle: Duration) {
        self.overload.rested(idle);
    }

    /// How many pictures pause because more are wanted than the core can forward.
    pub fn busy_pauses(&self) -> usize {
        let slots = self.peers.iter().flatten().flat_map(|peer| &peer.slots);
        slots.filter(|slot| slot.allotment == BUSY).count()
    }

    /// Looks whether the core can do what is wanted of it, if it is time to.
    pub(super) fn tick_overload(&mut self, now: Instant) {
        if !self.overload.is_due(now) {
            return;
        }
        let pictures = self.peers.iter().flatten().flat_map(|peer| &peer.slots);
        let (mut forwarded, mut wanted) = (0, 0);
        for slot in pictures.filter(|slot| slot.is_wanted()) {
            wanted += 1;
            forwarded += usize::from(slot.paused.is_none());
        }
        match self.overload.look(now, forwarded, wanted) {
            Verdict::Same => return,
            Verdict::Begins => {
                let may = self.overload.most();
                tracing::warn!(wanted, may, "more is wanted than this core can do: pictures pause");
            }
            Verdict::Ends => tracing::info!(wanted, "this core can do what is wanted again"),
            Verdict::Ranks => {}
        }
        self.rank_pictures(now, wanted);
    }

    /// Lets the most important pictures of everybody on, as many as the core can do.
    fn rank_pictures(&mut self, now: Instant, wanted: usize) {
        let most = self.overload.most().unwrap_or(wanted);
        for slot in self.peers.iter_mut().flatten().flat_map(|peer| &mut peer.slots) {
            slot.is_shed &= slot.is_wanted();
        }
        let mut ranked: Vec<_> = (0_u32..)
            .zip(&self.peers)
            .filter_map(|(key, peer)| Some((key, peer.as_ref()?)))
            .flat_map(|(key, peer)| {
                (0_u8..).zip(&peer.slots).map(move |(at, slot)| (key, at, slot))
            })
            .filter(|(_, _, slot)| slot.is_wanted())
            // Everybody's first picture goes before anybody's second.
            .map(|(key, at, slot)| (slot.class, Reverse(slot.tile_height()), at, key))
            .collect();
        ranked.sort_unstable();
        let mut moved: Vec<PeerKey> = Vec::new();
        for (rank, (_, _, at, key)) in ranked.into_iter().enumerate() {
            let Some(peer) = self.peers[key as usize].as_mut() else { continue };
            let slot = &mut peer.slots[usize::from(at)];
            let is_shed = most <= rank;
            if std::mem::replace(&mut slot.is_shed, is_shed) != is_shed && !moved.contains(&key) {
                moved.push(key);
            }
        }
        for key in moved {
            self.allocate(now, key);
        }
    }
}

impl Slot {
    /// Whether it would carry a picture if the core were idle.
    fn is_wanted(&self) -> bool {
        let is_paused = matches!(self.paused, Some(reason) if reason != PauseReason::Busy);
        self.is_video && self.track.is_some() && !is_paused
    }
}

/// What a picture may carry for which the core has no time.
pub(super) const BUSY: Allotment = Allotment::Nothing(PauseReason::Busy);
