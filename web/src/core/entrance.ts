/**
 * The ways in besides signing in: making the owner's account on a new server, and making an account
 * by invitation. What is behind the page's address goes first; a browser without any account also
 * asks whether the server waits for its owner.
 */

import { Look, type LookEnvironment } from "./call/look";
import type { Environment } from "./environment";
import { rememberWish } from "./guest";
import type { Door } from "./links";
import type { Entrance, GuestEntrance, NewAccountForm, Problem } from "./model";
import type { GuestDoor, Invited, NewAccount, NewGuest, SetUp, Setup, SignedIn } from "./protocol";
import { failureOf, type SessionControl, slotHeader } from "./session";
import { Store } from "./store";

/** What the ways in need of the page. */
export type EntranceEnvironment = Pick<Environment, "fetch" | "page" | "tab"> & LookEnvironment;

/** Finds the way in and keeps the entrance store. */
export class Entrances {
  readonly store = new Store<Entrance | null>(null);
  readonly guests = new Store<GuestEntrance | null>(null);
  readonly #environment: EntranceEnvironment;
  /** Of a guest, before they ask to be let in. */
  #look: Look | null = null;

  constructor(
    environment: EntranceEnvironment,
    private readonly session: SessionControl,
  ) {
    this.#environment = environment;
  }

  /** Looks at the address of the page. */
  async open(): Promise<void> {
    const door = this.#environment.page.door();
    if (door?.kind === "invitation") await this.#openInvitation(door.code);
    else if (door?.kind === "guest") await this.#openGuests(door.code);
    else if (door?.kind === "setup") await this.#openSetup(door);
  }

  /** Nobody is signed in in this browser: perhaps nobody can be yet. */
  async onSignedOut(): Promise<void> {
    if (this.store.get() !== null || this.guests.get() !== null) return;
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
        const guest = this.#guestSlot();
        const body = { ...accountOf(form), ...(guest !== null && { keep_guest: true }) };
        void this.#enter(path, body, guest).then((problem) => {
          if (problem === "link_gone") this.#drawProblem(problem, () => void this.open());
          else if (problem !== null) this.store.set(idle(problem));
        });
      },
    });
    this.store.set(idle(null));
  }

  async #openGuests(code: string): Promise<void> {
    this.store.set({ kind: "asking" });
    const path = `/api/guests/${encodeURIComponent(code)}`;
    const door = await this.#read<GuestDoor>(path);
    if (!door.ok) {
      this.#drawNoGuest(door.problem);
      return;
    }
    this.store.set(null);
    const { place, title, by, expires_at_ms: expiresAt } = door.answer;
    const shown = { kind: "guest", place, title, by, expiresAt } as const;
    const idle = (problem: Problem | null): GuestEntrance => ({
      ...shown,
      problem,
      submitting: false,
      look: this.#look?.draw() ?? null,
      signIn: () => this.#leave(),
      enter: (name) => {
        const waiting = { signIn: undefined, enter: undefined, look: null };
        if (this.#look !== null) rememberWish(this.#environment.tab, this.#look.take());
        this.#closeLook();
        this.guests.set({ ...shown, ...waiting, problem: null, submitting: true });
        void this.#enter(path, { name, token: false }).then((problem) => {
          if (problem !== null && GONE.has(problem)) this.#drawNoGuest(problem);
          else if (problem !== null) knock(problem);
        });
      },
    });
    const knock = (problem: Problem | null): void => {
      this.#look = new Look(this.#environment, false, () => {
        if (this.#look !== null) this.guests.set(idle(problem));
      });
      this.guests.set(idle(problem));
    };
    knock(null);
  }

  #closeLook(): void {
    this.#look?.close();
    this.#look = null;
  }

  #drawNoGuest(problem: Problem): void {
    const leave = () => this.#leave();
    if (GONE.has(problem)) {
      this.store.set(null);
      this.guests.set({ kind: "guest_gone", problem, leave });
    } else this.store.set({ kind: "failed", problem, retry: () => void this.open(), leave });
  }

  #drawProblem(problem: Problem, retry: () => void): void {
    const leave = () => this.#leave();
    if (problem === "link_gone") this.store.set({ kind: "gone", leave });
    else this.store.set({ kind: "failed", problem, retry, leave });
  }

  /** The account slot of whoever is here as a guest: an account that they make keeps what they have. */
  #guestSlot(): number | null {
    const session = this.session.store.get();
    return session.kind === "signed_in" && session.me.role === "guest" ? session.slot : null;
  }

  async #enter(
    path: string,
    body: SetUp | NewAccount | NewGuest,
    slot: number | null = null,
  ): Promise<Problem | null> {
    const entered = await this.#read<SignedIn>(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...(slot !== null && slotHeader(slot)) },
      body: JSON.stringify(body),
    });
    if (!entered.ok) return entered.problem;
    await this.session.enter(entered.answer);
    this.#leave();
    return null;
  }

  /** The app itself; the code leaves the address, so that nobody reads it over a shoulder. */
  #leave(): void {
    this.#closeLook();
    this.#environment.page.closeDoor();
    this.store.set(null);
    this.guests.set(null);
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

/** Why a link for guests leads nowhere, and no other try helps. */
const GONE: ReadonlySet<Problem> = new Set([
  "link_gone",
  "link_expired",
  "link_used_up",
  "link_revoked",
]);

function accountOf({ username, fullName, password }: NewAccountForm): NewAccount {
  return { username, full_name: fullName, password };
}
