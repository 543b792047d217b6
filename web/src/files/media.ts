/** Pictures and videos of a conversation, in the order in which they are looked through. */

import type { AttachmentView, Entry } from "../core/model";

/** One of them, with whose it is. */
export type Medium = { attachment: AttachmentView; sender: string; at: number };

export function mediaOf(entries: readonly Entry[]): Medium[] {
  return entries.flatMap(({ content, sender, at }) => {
    const attachments = content.kind === "text" ? (content.attachments ?? []) : [];
    return attachments
      .filter(isMedium)
      .map((attachment) => ({ attachment, sender: sender.name, at }));
  });
}

/** Whether it is looked at rather than opened. */
export function isMedium({ kind }: AttachmentView): boolean {
  return kind === "image" || kind === "video";
}

/** The size at which a picture is drawn in a bubble, in CSS pixels: within bounds, its shape kept. */
export function shownSize({ width, height }: { width: number; height: number }) {
  const scale = Math.min(1, MAX_WIDTH / width, MAX_HEIGHT / height);
  return {
    width: Math.max(MIN_SIDE, Math.round(width * scale)),
    height: Math.max(MIN_SIDE, Math.round(height * scale)),
  };
}

/** The largest picture in a bubble, in CSS pixels, and the least side that is pressed with ease. */
const MAX_WIDTH = 320;
const MAX_HEIGHT = 340;
const MIN_SIDE = 96;
