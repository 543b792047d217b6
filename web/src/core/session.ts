/**
 * Who is signed in in this tab.
 *
 * A browser may hold several accounts at once, each in a numbered slot with its own cookie; the tab
 * remembers which slot is its own.
 */

import type { Cancel, Environment, KeyValue } from "./environment";
import type { Account, Problem, Session, SignedOut } from "./model";
import type { Accounts, Failure, PersonId, SignedIn, SignIn } from "./protocol";
import { Store } from "./store";

/** Signs in and out, and keeps the session store. */
export class SessionControl {
  readonly store = new Store<Session>({ kind: "loading" });
  #accounts: Accounts = { accounts: [], demo: [] };
  #attempts = 0;
  #cancelRetry: Cancel = () => {};

  /** `onEnded` is told, after the store is, when somebody's session is over. */
  constructor(
    private readonly environment: Pick<Environment, "clock" | "fetch" | "shared" | "tab">,
    private readonly onEnded: (person: PersonId) => void,
    /** Who the page is to be of, when it was opened for somebody. */
    private readonly arrivedFor: PersonId | null = null,
  ) {}

  /** Takes this tab's account, or the one used last; asks who is signed in if this browser forgot. */
  async load(): Promise<void> {
    this.#accounts = { accounts: readAccounts(this.environment.shared), demo: [] };
    const remembered =
      this.#wanted() ?? this.#account(this.#tabSlot()) ?? this.#account(this.#lastSlot());
    if (remembered === undefined) return this.#ask();
    // Whether that still holds is asked while the first screen is there already.
    this.#use(remembered);
    await this.#confirm(remembered);
  }

  async #confirm(remembered: SignedIn): Promise<void> {
    if (!(await this.#readAccounts())) return;
    const session = this.store.get();
    const isCurrent = session.kind === "signed_in" && session.slot === remembered.slot;
    if (!isCurrent || session.me.id !== remembered.person.id) return;
    const found = this.#account(remembered.slot);
    if (found?.person.id === remembered.person.id) this.#use(found);
    else this.#end(session.me.id);
  }

  /** Asks at once, instead of waiting for the next attempt, when the server could not be reached. */
  wake(): void {
    if (this.store.get().kind === "unreachable") void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#cancelRetry();
    if (!(await this.#readAccounts())) {
      this.#unreachable();
      return;
    }
    this.#attempts = 0;
    const found =
      this.#wanted() ?? this.#account(this.#tabSlot()) ?? this.#account(this.#lastSlot());
    const { accounts } = this.#accounts;
    const chosen = found ?? (accounts.length === 1 ? accounts[0] : undefined);
    if (chosen === undefined) this.#showSignIn(null);
    else this.#use(chosen);
  }

  /** Says that there is no server, and asks again by itself, later each time. */
  #unreachable(): void {
    const wait = Math.min(MAX_BACKOFF_MS, MIN_BACKOFF_MS * 2 ** this.#attempts);
    this.#attempts += 1;
    this.#cancelRetry = this.environment.clock.after(wait, () => void this.#ask());
    const retry = (): void => {
      this.store.set({ kind: "loading" });
      void this.#ask();
    };
    this.store.set({ kind: "unreachable", retry });
  }

  /** The server no longer knows the session. */
  async lost(): Promise<void> {
    // While somebody signs out the socket closes too; that is no surprise.
    const session = this.store.get();
    if (session.kind !== "signed_in") return;
    await this.#readAccounts();
    if (this.store.get() === session) this.#end(session.me.id);
  }

  #end(person: PersonId): void {
    this.environment.tab.removeItem(SLOT_KEY);
    this.#showSignIn("not_signed_in");
    this.onEnded(person);
  }

  /** Asks whether the session still holds; a network that is away says nothing about it. */
  async verify(): Promise<void> {
    const session = this.store.get();
    if (session.kind !== "signed_in") return;
    const response = await this.#call("/api/session", { headers: slotHeader(session.slot) });
    if (this.store.get() !== session) return;
    if (response?.status === UNAUTHORIZED) await this.lost();
    else if (response?.ok === true) {
      // Somebody else may have signed in where this person was.
      const { person } = (await response.json()) as SignedIn;
      if (person.id !== session.me.id) await this.lost();
    }
  }

  /** Takes an account that was just made; its cookie is there already. */
  async enter(account: SignedIn): Promise<void> {
    await this.#readAccounts();
    this.#use(account);
  }

  #use(account: SignedIn): void {
    this.environment.tab.setItem(SLOT_KEY, String(account.slot));
    this.environment.shared.setItem(SLOT_KEY, String(account.slot));
    this.store.set({
      kind: "signed_in",
      me: account.person,
      slot: account.slot,
      others: this.#accountViews(account.slot),
      addAccount: () => this.#showSignIn(null, account),
      signOut: () => void this.#signOut(account),
    });
  }

  #showSignIn(problem: Problem | null, before?: SignedIn): void {
    const idle = (problem: Problem | null): SignedOut => ({
      kind: "signed_out",
      accounts: this.#accountViews(before?.slot),
      demo: this.#accounts.demo,
      problem,
      submitting: false,
      signIn: submit,
      signInDemo: (username) => submit(username, username),
      cancel: before && (() => this.#use(before)),
    });
    const submit = (username: string, password: string): void => {
      const submitting: SignedOut = {
        ...idle(null),
        submitting: true,
        signIn: undefined,
        signInDemo: undefined,
        cancel: undefined,
      };
      this.store.set(submitting);
      void this.#signIn({ username, password, token: false }).then((failed) => {
        if (failed !== null) this.store.set(idle(failed));
      });
    };
    this.store.set(idle(problem));
  }

  async #signIn(body: SignIn): Promise<Problem | null> {
    const response = await this.#call("/api/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (response === null) return "unreachable";
    if (!response.ok) return failureOf(response);
    await this.enter((await response.json()) as SignedIn);
    return null;
  }

  async #signOut(account: SignedIn): Promise<void> {
    this.store.set({ kind: "loading" });
    await this.#call("/api/session", { method: "DELETE", headers: slotHeader(account.slot) });
    this.environment.tab.removeItem(SLOT_KEY);
    this.environment.shared.removeItem(SLOT_KEY);
    if (await this.#readAccounts()) this.#showSignIn(null);
    else this.#unreachable();
    this.onEnded(account.person.id);
  }

  async #readAccounts(): Promise<boolean> {
    const response = await this.#call("/api/accounts");
    if (response === null || !response.ok) return false;
    this.#accounts = (await response.json()) as Accounts;
    writeAccounts(this.environment.shared, this.#accounts.accounts);
    return true;
  }

  async #call(path: string, init?: RequestInit): Promise<Response | null> {
    try {
      return await this.environment.fetch(path, { credentials: "same-origin", ...init });
    } catch {
      return null;
    }
  }

  #wanted(): SignedIn | undefined {
    return this.#accounts.accounts.find(({ person }) => person.id === this.arrivedFor);
  }

  #account(slot: number | null): SignedIn | undefined {
    return this.#accounts.accounts.find((account) => account.slot === slot);
  }

  #accountViews(except?: number): Account[] {
    return this.#accounts.accounts
      .filter(({ slot }) => slot !== except)
      .map((account) => ({
        person: account.person,
        slot: account.slot,
        use: () => this.#use(account),
      }));
  }

  #tabSlot(): number | null {
    return slotFrom(this.environment.tab.getItem(SLOT_KEY));
  }

  #lastSlot(): number | null {
    return slotFrom(this.environment.shared.getItem(SLOT_KEY));
  }
}

/** First wait before asking again for a server that is away, in ms; doubles up to the longest. */
const MIN_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 8_000;

/** What the server says went wrong. */
export async function failureOf(response: Response): Promise<Problem> {
  try {
    return ((await response.json()) as Failure).code;
  } catch {
    // A proxy in between answers in its own words.
    return "unreachable";
  }
}

/** Names the account slot that a request is for. */
export function slotHeader(slot: number): Record<string, string> {
  return { "x-palabre-slot": String(slot) };
}

function slotFrom(stored: string | null): number | null {
  return stored === null ? null : Number(stored);
}

/** Who was signed in in this browser when that was last asked. */
function readAccounts(shared: KeyValue): SignedIn[] {
  try {
    return JSON.parse(shared.getItem(ACCOUNTS_KEY) ?? "[]") as SignedIn[];
  } catch {
    return [];
  }
}

function writeAccounts(shared: KeyValue, accounts: readonly SignedIn[]): void {
  try {
    shared.setItem(ACCOUNTS_KEY, JSON.stringify(accounts));
  } catch {
    // The browser's storage is full: the next page asks before it shows anything.
  }
}

/** Where the accounts of this browser are remembered. */
const ACCOUNTS_KEY = "palabre.accounts";

/** Where the tab keeps its slot, and all tabs the one used last. */
const SLOT_KEY = "palabre.slot";

const UNAUTHORIZED = 401;
