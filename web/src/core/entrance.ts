/**
 * The ways in besides signing in: making the owner's account on a new server, and making an account
 * by invitation. What is behind the page's address goes first; a browser without any account also
 * asks whether the server waits for its owner.
 */

import type { Environment } from "./environment";
import type { Door } from "./links";
import type { Entrance, NewAccountForm, Problem } from "./model";
import type { Invited, NewAccount, SetUp, Setup, SignedIn } from "./protocol";
import { failureOf, type SessionControl } from "./session";
import { Store } from "./store";

/** Finds the way in and keeps the entrance store. */
export class Entrances {
  readonly store = new Store<Entrance | null>(null);
  readonly #environment: Pick<Environment, "fetch" | "page">;

  constructor(
    environment: Pick<Environment, "fetch" | "page">,
    private readonly session: SessionControl,
  ) {
    this.#environment = environment;
  }

  /** Looks at the address of the page. */
  async open(): Promise<void> {
    const door = this.#environment.page.door();
    if (door?.kind === "invitation") await this.#openInvitation(door.code);
    else if (door?.kind === "setup") await this.#openSetup(door);
  }

  /** Nobody is signed in in this browser: perhaps nobody can be yet. */
  async onSignedOut(): Promise<void> {
    if (this.store.get() !== null) return;
    const setup = await this.#read<Setup>("/api/setup");
    if (setup.ok && setup.answer.needed && this.store.get() === null) this.#drawSetup("");
  }

  async #openSetup({ code }: Door): Promise<void> {
    this.store.set({ kind: "asking" });
    const setup = await this.#read<Setup>("/api/setup");
    if (!setup.ok) this.#drawProblem(setup.problem, () => void this.open());
    // The address stays in histories and bookmarks, long after the place has its owner.
    else if (!setup.answer.needed) this.#leave();
    else this.#drawSetup(code);
  }

  #drawSetup(code: string): void {
    const idle = (problem: Problem | null): Entrance => ({
      kind: "setup",
      code,
      problem,
      submitting: false,
      submit: ({ code, place, ...form }) => {
        this.store.set({ kind: "setup", code, problem: null, submitting: true, submit: undefined });
        const body: SetUp = { code, place, account: accountOf(form) };
        void this.#enter("/api/setup", body).then((problem) => {
          if (problem === "already_set_up") this.#leave();
          else if (problem !== null) this.store.set(idle(problem));
        });
      },
    });
    this.store.set(idle(null));
  }

  async #openInvitation(code: string): Promise<void> {
    this.store.set({ kind: "asking" });
    const path = `/api/invites/${encodeURIComponent(code)}`;
    const invited = await this.#read<Invited>(path);
    if (!invited.ok) {
      this.#drawProblem(invited.problem, () => void this.open());
      return;
    }
    const { place, by, role, expires_at_ms: expiresAt } = invited.answer;
    const shown = { kind: "invitation", place, by, role, expiresAt } as const;
    const idle = (problem: Problem | null): Entrance => ({
      ...shown,
      problem,
      submitting: false,
      signIn: () => this.#leave(),
      accept: (form) => {
        const waiting = { signIn: undefined, accept: undefined };
        this.store.set({ ...shown, ...waiting, problem: null, submitting: true });
        void this.#enter(path, accountOf(form)).then((problem) => {
          if (problem === "link_gone") this.#drawProblem(problem, () => void this.open());
          else if (problem !== null) this.store.set(idle(problem));
        });
      },
    });
    this.store.set(idle(null));
  }

  #drawProblem(problem: Problem, retry: () => void): void {
    const leave = () => this.#leave();
    if (problem === "link_gone") this.store.set({ kind: "gone", leave });
    else this.store.set({ kind: "failed", problem, retry, leave });
  }

  async #enter(path: string, body: SetUp | NewAccount): Promise<Problem | null> {
    const entered = await this.#read<SignedIn>(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!entered.ok) return entered.problem;
    await this.session.enter(entered.answer);
    this.#leave();
    return null;
  }

  /** The app itself; the code leaves the address, so that nobody reads it over a shoulder. */
  #leave(): void {
    this.#environment.page.closeDoor();
    this.store.set(null);
  }

  async #read<Answer>(path: string, init?: RequestInit): Promise<Read<Answer>> {
    try {
      const options = { credentials: "same-origin", ...init } as const;
      const response = await this.#environment.fetch(path, options);
      if (!response.ok) return { ok: false, problem: await failureOf(response) };
      return { ok: true, answer: (await response.json()) as Answer };
    } catch {
      return { ok: false, problem: "unreachable" };
    }
  }
}

type Read<Answer> = { ok: true; answer: Answer } | { ok: false; problem: Problem };

function accountOf({ username, fullName, password }: NewAccountForm): NewAccount {
  return { username, full_name: fullName, password };
}
