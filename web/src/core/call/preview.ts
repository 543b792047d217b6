/**
 * Before one joins a call under way: seeing and hearing oneself, choosing devices, and going in with
 * what is on. A refused device keeps nobody out: then one only listens.
 */

import type { Environment } from "../environment";
import type { JoinPreview } from "../model";
import type { Call } from "../protocol";
import { Look } from "./look";

/** What a preview needs of its owner. */
export type PreviewOwner = {
  environment: Environment;
  onChange: () => void;
  /** Goes in with these devices. */
  join: (call: Call, microphone: boolean, camera: boolean) => void;
  cancel: () => void;
};

/** One preview. */
export class Preview {
  readonly #look: Look;

  constructor(
    public call: Call,
    private readonly owner: PreviewOwner,
  ) {
    this.#look = new Look(owner.environment, call.media === "video", owner.onChange);
  }

  /** The call as the server has it now. */
  onCall(call: Call): void {
    if (call.id !== this.call.id) return;
    if (call.state.kind === "ended") this.owner.cancel();
    else this.call = call;
  }

  draw(title: string, people: JoinPreview["people"]): JoinPreview {
    return {
      ...this.#look.draw(),
      title,
      media: this.call.media,
      people,
      join: () => {
        const { microphone, camera } = this.#look.take();
        this.owner.join(this.call, microphone, camera);
      },
      cancel: () => this.owner.cancel(),
    };
  }

  /** Lets go of the devices. */
  close(): void {
    this.#look.close();
  }
}
