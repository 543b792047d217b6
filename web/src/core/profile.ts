/** One's own account: how others see one, the password, and where one is signed in. */

import { problemOf, RequestError } from "./connection";
import type { Environment } from "./environment";
import type { Outcome, ProfileActions, SignInView } from "./model";
import type { DeleteAccount, FileId, NewPassword, Reply, Request, SignIns } from "./protocol";
import { failureOf, slotHeader } from "./session";

/** What it needs of the app. */
export type ProfileOwner = Pick<Environment, "fetch" | "clock"> & {
  /** The browser's account slot. */
  slot: number;
  /** The picture that is shown now. */
  picture: () => FileId | undefined;
  ask: (request: Request, expected: "done") => Promise<Reply>;
};

/** What can be done while one is online. */
export function profileActions(owner: ProfileOwner): ProfileActions {
  const call = async (path: string, init?: RequestInit): Promise<Response | null> => {
    try {
      const headers = { ...slotHeader(owner.slot), ...init?.headers };
      return await owner.fetch(path, { credentials: "same-origin", ...init, headers });
    } catch {
      return null;
    }
  };
  return {
    save: async (name, picture) => {
      try {
        const file = picture === "kept" ? owner.picture() : picture && (await send(owner, picture));
        const request: Request = {
          type: "set_profile",
          full_name: name,
          ...(file != null && { picture: file }),
        };
        await owner.ask(request, "done");
        return { ok: true };
      } catch (error) {
        return { ok: false, problem: problemOf(error) };
      }
    },
    changePassword: async (old, fresh) => {
      const body: NewPassword = { old, new: fresh };
      const headers = { "content-type": "application/json" };
      return outcomeOf(
        await call("/api/password", { method: "PUT", headers, body: JSON.stringify(body) }),
      );
    },
    deleteAccount: async (password) => {
      const body: DeleteAccount = { password };
      const headers = { "content-type": "application/json" };
      const init = { method: "POST", headers, body: JSON.stringify(body) };
      return outcomeOf(await call("/api/account/deletion", init));
    },
    exportUrl: exportUrl(owner.slot),
    signIns: async () => {
      const response = await call("/api/sessions");
      if (response === null) return { ok: false, problem: "unreachable" };
      if (!response.ok) return { ok: false, problem: await failureOf(response) };
      const { sessions } = (await response.json()) as SignIns;
      return { ok: true, signIns: sessions.map(draw) };
    },
    endSignIn: async (id) => outcomeOf(await call(`/api/sessions/${id}`, { method: "DELETE" })),
  };
}

/** Uploads a picture of oneself; it is small, so that nothing tells how far it has come. */
async function send({ fetch, clock, slot }: ProfileOwner, blob: Blob): Promise<FileId> {
  if (blob.size === 0) throw new RequestError("bad_picture");
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const nothing = (): void => {};
  const world = { fetch, clock, slot, signal, onPlace: nothing, onProgress: nothing };
  const { upload } = await import("./upload");
  return upload({ name: "portrait.jpg", blob, upload: null }, world);
}

function draw(session: SignIns["sessions"][number]): SignInView {
  const { id, user_agent, signed_in_at_ms, current, online } = session;
  return { id, agent: user_agent, since: signed_in_at_ms, current, online };
}

async function outcomeOf(response: Response | null): Promise<Outcome> {
  if (response === null) return { ok: false, problem: "unreachable" };
  return response.ok ? { ok: true } : { ok: false, problem: await failureOf(response) };
}

/** How long a picture may take to be sent, in ms. */
const PATIENCE_MS = 60_000;

/** Where everything that is a person's own is read, by the account slot of this browser. */
export function exportUrl(slot: number): string {
  return `/api/export?slot=${slot}`;
}
