/** Where sound comes out: which of the machine's speakers and headphones plays the others. */

import type { Environment } from "../environment";
import type { SpeakerControl } from "../model";

/** The choice of a speaker, kept in this browser. */
export class SpeakerChoice {
  #choices: SpeakerControl["choices"] = [];

  constructor(
    private readonly environment: Pick<Environment, "devices" | "shared" | "speaker">,
    private readonly onChange: () => void,
  ) {
    const chosen = this.#chosen;
    if (chosen !== null) environment.speaker.route?.(chosen);
  }

  /** Nothing can be chosen where the browser does not let pages do that. */
  get control(): SpeakerControl {
    const { route } = this.environment.speaker;
    return {
      choices: route === undefined ? [] : this.#choices,
      chosen: this.#chosen,
      choose: route && ((id) => this.#choose(id)),
    };
  }

  async refreshChoices(): Promise<void> {
    const found = (await this.environment.devices?.enumerateDevices().catch(() => [])) ?? [];
    this.#choices = found
      .filter(({ kind, deviceId }) => kind === "audiooutput" && deviceId !== "")
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
    this.onChange();
  }

  get #chosen(): string | null {
    return this.environment.shared.getItem(KEY);
  }

  #choose(id: string): void {
    this.environment.shared.setItem(KEY, id);
    this.environment.speaker.route?.(id);
    this.onChange();
  }
}

const KEY = "palabre.speaker";
