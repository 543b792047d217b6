//! A subscriber's fixed places to receive, and which source each of them carries.

use std::time::Instant;

use crate::call::{PauseReason, Shown, SlotState};
use crate::pacer::Class;
use crate::retransmission::RetransmissionBudget;
use crate::rewrite::Rewriter;
use crate::route::Route;
use crate::track::{LayerRef, TrackKey};

/// One receiving section of a subscriber's offer. Its SSRCs never change; what it carries may
/// change at any time, without negotiation.
pub(crate) struct Slot {
    pub(crate) mid: String,
    pub(crate) is_video: bool,
    pub(crate) ssrc: u32,
    pub(crate) rtx_ssrc: Option<u32>,
    /// Extended sequence number of the latest packet on `rtx_ssrc`.
    pub(crate) rtx_index: u64,
    pub(crate) route: Route,
    pub(crate) rewriter: Rewriter,
    /// How much waits for its turn.
    pub(crate) waiting_bytes: u32,
    pub(crate) budget: RetransmissionBudget,
    pub(crate) choice: Choice,
    /// What the slot stands for now, as its owner is told.
    pub(crate) shown: Option<Shown>,
    /// What is forwarded.
    pub(crate) current: Option<LayerRef>,
    /// What is forwarded from its next keyframe on.
    pub(crate) target: Option<LayerRef>,
    /// Since when it waits for that.
    pub(crate) targeted_at: Option<Instant>,
    /// What would be forwarded if every layer were sent.
    pub(crate) ideal: Option<LayerRef>,
    /// The track of `shown`.
    pub(crate) track: Option<TrackKey>,
    /// What the path to the subscriber leaves for it.
    pub(crate) allotment: Allotment,
    /// Whether it pauses because the core has no time for it.
    pub(crate) is_shed: bool,
    /// Whether nothing of `shown` was allotted yet.
    pub(crate) is_new: bool,
    /// How important its packets are.
    pub(crate) class: Class,
    /// Whether a packet of `shown` has been forwarded.
    pub(crate) live: bool,
    pub(crate) paused: Option<PauseReason>,
    /// The latest report sent on it: the middle of its NTP time, and when.
    pub(crate) reported: Option<(u32, Instant)>,
}

/// What a slot may carry of what it stands for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Allotment {
    /// As much as its tile needs.
    Whatever,
    /// Layers up to this one.
    UpTo(u8),
    /// Nothing.
    Nothing(PauseReason),
}

/// Who decides what a slot carries.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Choice {
    /// The engine: audio always, video until the device says what it wants.
    Auto,
    /// The device.
    Wanted {
        /// Absent leaves the slot empty.
        show: Option<Shown>,
        /// Height of the tile in device pixels.
        height: u16,
    },
}

impl Allotment {
    /// The best layer it allows.
    pub(crate) fn most(self) -> u8 {
        match self {
            Self::Whatever => u8::MAX,
            Self::UpTo(layer) => layer,
            Self::Nothing(_) => 0,
        }
    }

    /// Why it allows none.
    pub(crate) fn reason(self) -> Option<PauseReason> {
        match self {
            Self::Nothing(reason) => Some(reason),
            Self::Whatever | Self::UpTo(_) => None,
        }
    }
}

impl Slot {
    pub(crate) fn state(&self) -> SlotState {
        let Self { shown, live, paused, .. } = *self;
        SlotState { mid: self.mid.clone(), shown, live, paused }
    }

    /// Height in device pixels that layers are chosen for.
    pub(crate) fn tile_height(&self) -> u16 {
        match self.choice {
            Choice::Auto => AUTO_TILE_HEIGHT,
            Choice::Wanted { height, .. } => height,
        }
    }
}

/// Assigns sources to audio slots: `slots[k]` is what slot `k` carries now, `video[k]` who is shown
/// in the video slot of the same pair, `sources` all that could be heard.
///
/// A voice goes beside its picture so that the two play in step; other voices stay where they are;
/// new ones take the first free place. With more voices than slots the latest wait.
pub(crate) fn assign_audio(
    slots: &[Option<Shown>],
    video: &[Option<Shown>],
    sources: &[Shown],
) -> Vec<Option<Shown>> {
    let mut assigned: Vec<Option<Shown>> = vec![None; slots.len()];
    let mut left: Vec<Shown> = sources.to_vec();
    for (slot, shown) in assigned.iter_mut().zip(video) {
        let voice =
            left.iter().position(|voice| Some(voice.participant) == shown.map(|s| s.participant));
        if let Some(at) = voice {
            *slot = Some(left.remove(at));
        }
    }
    for (slot, held) in assigned.iter_mut().zip(slots) {
        let kept = held.and_then(|held| left.iter().position(|voice| *voice == held));
        if let (None, Some(at)) = (&*slot, kept) {
            *slot = Some(left.remove(at));
        }
    }
    fill(&mut assigned, &left);
    assigned
}

/// Assigns cameras to the video slots that are left to the engine: each stays where it is, new ones
/// take the place beside their voice when it is free, else the first free one.
///
/// `slots[k]` is `None` for a slot whose owner has chosen.
pub(crate) fn assign_video(
    slots: &[Option<Option<Shown>>],
    audio: &[Option<Shown>],
    sources: &[Shown],
) -> Vec<Option<Shown>> {
    let mut assigned: Vec<Option<Shown>> = vec![None; slots.len()];
    let mut left: Vec<Shown> = sources.to_vec();
    let free: Vec<usize> = (0..slots.len()).filter(|&at| slots[at].is_some()).collect();
    for &at in &free {
        let kept = slots[at].flatten().and_then(|held| left.iter().position(|s| *s == held));
        if let Some(kept) = kept {
            assigned[at] = Some(left.remove(kept));
        }
    }
    for &at in &free {
        let beside = audio.get(at).copied().flatten();
        let camera = left.iter().position(|s| Some(s.participant) == beside.map(|b| b.participant));
        if let (None, Some(camera)) = (assigned[at], camera) {
            assigned[at] = Some(left.remove(camera));
        }
    }
    let mut left = left.into_iter();
    for &at in &free {
        if assigned[at].is_none() {
            assigned[at] = left.next();
        }
    }
    assigned
}

fn fill(slots: &mut [Option<Shown>], sources: &[Shown]) {
    let free = slots.iter_mut().filter(|slot| slot.is_none());
    for (slot, source) in free.zip(sources) {
        *slot = Some(*source);
    }
}

/// Tile height before the device has said how large its tiles are, in device pixels.
const AUTO_TILE_HEIGHT: u16 = 360;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{ParticipantId, Source};

    fn voice(of: u128) -> Shown {
        Shown { participant: ParticipantId(of), source: Source::Microphone }
    }

    fn camera(of: u128) -> Shown {
        Shown { participant: ParticipantId(of), source: Source::Camera }
    }

    #[test]
    fn voices_fill_free_places_in_order() {
        let assigned = assign_audio(&[None, None, None], &[], &[voice(1), voice(2)]);

        assert_eq!(assigned, [Some(voice(1)), Some(voice(2)), None]);
    }

    #[test]
    fn a_voice_moves_beside_its_picture() {
        let assigned = assign_audio(
            &[Some(voice(1)), Some(voice(2))],
            &[Some(camera(2)), None],
            &[voice(1), voice(2)],
        );

        assert_eq!(assigned, [Some(voice(2)), Some(voice(1))]);
    }

    #[test]
    fn a_voice_stays_when_others_come_and_go() {
        let assigned =
            assign_audio(&[Some(voice(1)), Some(voice(2)), None], &[], &[voice(3), voice(2)]);

        assert_eq!(assigned, [Some(voice(3)), Some(voice(2)), None]);
    }

    #[test]
    fn more_voices_than_places_leave_the_latest_out() {
        let assigned = assign_audio(&[None, None], &[], &[voice(1), voice(2), voice(3)]);

        assert_eq!(assigned, [Some(voice(1)), Some(voice(2))]);
    }

    #[test]
    fn a_slot_that_its_owner_chose_is_left_alone() {
        let assigned = assign_video(&[None, Some(None)], &[], &[camera(1), camera(2)]);

        assert_eq!(assigned, [None, Some(camera(1))]);
    }

    #[test]
    fn a_camera_goes_beside_its_voice() {
        let assigned = assign_video(
            &[Some(None), Some(None)],
            &[Some(voice(2)), Some(voice(1))],
            &[camera(1), camera(2)],
        );

        assert_eq!(assigned, [Some(camera(2)), Some(camera(1))]);
    }
}
