/**
 * Which person is shown in which receive slot, and what to tell the server about it.
 *
 * Slots are numbered by the pairs of audio and video in the offer; a pair that stays with one
 * person keeps lips and voice in step.
 */

import type { Participant, ParticipantId, Shown, Slot, Want } from "../protocol";

/**
 * A picture that can be drawn: somebody's camera, by the participant alone, or what they share, by
 * [`screenOf`].
 */
export type PictureId = string;

/** The picture of what somebody shares. */
export function screenOf(participant: ParticipantId): PictureId {
  return `${SCREEN}${participant}`;
}

/** The picture that goes with a sound: a voice with a face, the sound of a film with the film. */
export function pictureOf({ participant, source }: Shown): PictureId {
  return source === "screen" || source === "screen_audio" ? screenOf(participant) : participant;
}

function shownOf(picture: PictureId): Shown {
  return picture.startsWith(SCREEN)
    ? { participant: picture.slice(SCREEN.length), source: "screen" }
    : { participant: picture, source: "camera" };
}

const SCREEN = "screen:";

/** A size in device pixels. */
export type Size = { width: number; height: number };

/** How many slots of each kind an offer has. */
export type Capacity = { audio: number; video: number };

/** The `a=mid` of each slot, by pair. */
export type SlotMids = { audio: readonly string[]; video: readonly string[] };

/** How many slots are needed to hear and see so many others; never below what there is. */
export function capacityFor(others: number, present: Capacity = SMALLEST): Capacity {
  if (others <= present.video && Math.min(others, MAX_AUDIO) <= present.audio) return present;
  const step = STEPS.find((size) => others <= size) ?? LARGEST;
  const audio = Math.max(present.audio, Math.min(step, MAX_AUDIO));
  return { audio, video: Math.max(present.video, step) };
}

/**
 * Gives each wanted person a video slot.
 *
 * Who has one keeps it; a newcomer takes the slot of the pair whose audio carries them, else the
 * first free one. Who does not fit is not shown.
 */
export function assign(
  before: ReadonlyMap<string, PictureId>,
  wanted: readonly PictureId[],
  mids: SlotMids,
  slots: readonly Slot[],
): Map<string, PictureId> {
  const assigned = new Map<string, PictureId>();
  const placed = new Set<PictureId>();
  const put = (mid: string | undefined, picture: PictureId): void => {
    if (mid === undefined || assigned.has(mid) || placed.has(picture)) return;
    assigned.set(mid, picture);
    placed.add(picture);
  };
  for (const mid of mids.video) {
    const holder = before.get(mid);
    if (holder !== undefined && wanted.includes(holder)) put(mid, holder);
  }
  for (const picture of wanted) {
    const audio = slots.find(
      ({ mid, shown }) =>
        shown !== null && pictureOf(shown) === picture && mids.audio.includes(mid),
    );
    if (audio !== undefined) put(mids.video[mids.audio.indexOf(audio.mid)], picture);
  }
  for (const picture of wanted) {
    put(
      mids.video.find((mid) => !assigned.has(mid)),
      picture,
    );
  }
  return assigned;
}

/** What to tell the server: every video slot with whom it should show at which size. */
export function wantsOf(
  assigned: ReadonlyMap<string, PictureId>,
  sizes: ReadonlyMap<PictureId, Size | null>,
  mids: SlotMids,
): Want[] {
  return mids.video.map((mid) => {
    const picture = assigned.get(mid);
    if (picture === undefined) return { mid, show: null, width: 1, height: 1 };
    const size = sizes.get(picture) ?? UNTOLD_SIZE;
    return {
      mid,
      show: shownOf(picture),
      width: pixels(size.width),
      height: pixels(size.height),
    };
  });
}

/** The wants that differ from what was told before. */
export function changedWants(told: readonly Want[], wants: readonly Want[]): Want[] {
  const before = new Map(told.map((want) => [want.mid, JSON.stringify(want)]));
  return wants.filter((want) => before.get(want.mid) !== JSON.stringify(want));
}

/**
 * The pictures that are worth a slot: what is on, and drawn (or not told yet). Screens come first:
 * where there are too few slots they are what everybody looks at.
 */
export function visiblePictures(
  others: readonly Participant[],
  sizes: ReadonlyMap<PictureId, Size | null>,
): PictureId[] {
  const screens = others.filter(({ sending }) => sending.screen).map(({ id }) => screenOf(id));
  const cameras = others.filter(({ sending }) => sending.camera).map(({ id }) => id);
  return [...screens, ...cameras].filter((picture) => sizes.get(picture) !== null);
}

/** Sizes are u16 on the wire. */
function pixels(value: number): number {
  return Math.max(1, Math.min(65_535, Math.round(value)));
}

/** What every call begins with (DESIGN § 6). */
export const SMALLEST: Capacity = { audio: 3, video: 4 };

/** Slots grow in steps, so that a filling room costs few offers. */
const STEPS = [8, 16, 24];

/** Of a large room the server sends the five most prominent voices, and the sound of a screen. */
const MAX_AUDIO = 6;

/** 24 video slots and what is sent make an offer of 57 kB in Chromium; a frame may have 64 KiB. */
const LARGEST = 24;

/** A tile whose size was not told yet gets the smallest picture. */
const UNTOLD_SIZE: Size = { width: 320, height: 180 };
