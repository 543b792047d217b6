/**
 * Who is signed in in this tab.
 *
 * A browser may hold several accounts at once, each in a numbered slot with its own cookie; the tab
 * remembers which slot is its own.
 */

import type { Environment } from "./environment";
import type { Account, Problem, Session, SignedOut } from "./model";
import type { Accounts, Failure, SignedIn, SignIn } from "./protocol";
import { Store } from "./store";

/** Signs in and out, and keeps the session store. */
export class SessionControl {
  readonly store = new Store<Session>({ kind: "loading" });
  #accounts: Accounts = { accounts: [], demo: [] };

  constructor(private readonly environment: Pick<Environment, "fetch" | "shared" | "tab">) {}

  /** Asks who is signed in and takes this tab's account, or the one used last. */
  async load(): Promise<void> {
    this.store.set({ kind: "loading" });
    if (!(await this.#readAccounts())) {
      this.store.set({ kind: "unreachable", retry: () => void this.load() });
      return;
    }
    const found = this.#account(this.#tabSlot()) ?? this.#account(this.#lastSlot());
    const { accounts } = this.#accounts;
    const chosen = found ?? (accounts.length === 1 ? accounts[0] : undefined);
    if (chosen === undefined) this.#showSignIn(null);
    else this.#use(chosen);
  }

  /** The server no longer knows the session. */
  async lost(): Promise<void> {
    // While somebody signs out the socket closes too; that is no surprise.
    if (this.store.get().kind !== "signed_in") return;
    this.environment.tab.removeItem(SLOT_KEY);
    await this.#readAccounts();
    this.#showSignIn("not_signed_in");
  }

  /** Asks whether the session still holds; a network that is away says nothing about it. */
  async verify(): Promise<void> {
    const session = this.store.get();
    if (session.kind !== "signed_in") return;
    const response = await this.#call("/api/session", { headers: slotHeader(session.slot) });
    if (response?.status === UNAUTHORIZED && this.store.get() === session) await this.lost();
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
    else this.store.set({ kind: "unreachable", retry: () => void this.load() });
  }

  async #readAccounts(): Promise<boolean> {
    const response = await this.#call("/api/accounts");
    if (response === null || !response.ok) return false;
    this.#accounts = (await response.json()) as Accounts;
    return true;
  }

  async #call(path: string, init?: RequestInit): Promise<Response | null> {
    try {
      return await this.environment.fetch(path, { credentials: "same-origin", ...init });
    } catch {
      return null;
    }
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

/** What the server says went wrong. */
export async function failureOf(response: Response): Promise<Problem> {
  try {
    return ((await response.json()) as Failure).code;
  } catch {
    // A proxy in between answers in its own words.
    return "unreachable";
  }
}

function slotHeader(slot: number): Record<string, string> {
  return { "x-palabre-slot": String(slot) };
}

function slotFrom(stored: string | null): number | null {
  return stored === null ? null : Number(stored);
}

/** Where the tab keeps its slot, and all tabs the one used last. */
const SLOT_KEY = "palabre.slot";

const UNAUTHORIZED = 401;
