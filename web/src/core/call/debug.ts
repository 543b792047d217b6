/**
 * What browser tests read, as `window.palabre`; always there, since it shows a page nothing that the
 * page does not know.
 *
 * `await palabre.call()` is null outside of a call. `offers` counts the SDP offers of this page for
 * this call, rejoins included. `video` has one entry for each video slot that carries somebody,
 * with the frames decoded since the slot exists; `audio` likewise with the energy (W3C
 * webrtc-stats `totalAudioEnergy`), which rises while something is heard.
 */

import type { CallId, ParticipantId, PersonId } from "../protocol";

/** Figures of the call of this tab. */
export type CallStats = {
  call: CallId | null;
  participant: ParticipantId | null;
  /** `connecting`, `connected`, `interrupted`, `failed`; null without a seat. */
  media: string | null;
  offers: number;
  video: {
    mid: string;
    participant: ParticipantId;
    person: PersonId | null;
    live: boolean;
    framesDecoded: number;
    width: number;
    height: number;
  }[];
  audio: {
    mid: string;
    participant: ParticipantId;
    person: PersonId | null;
    energy: number;
  }[];
};

/** The handle; `move` opens a second connection, as when the first one stalls. */
export type DebugHandle = {
  readonly call: () => Promise<CallStats | null>;
  readonly move: () => void;
};
