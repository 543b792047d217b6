import { expect, test, vi } from "vitest";

import { type ProfileOwner, profileActions } from "./profile";
import type { Request } from "./protocol";

function owner(answer: (path: string, init?: RequestInit) => Response) {
  const asked: Request[] = [];
  const parts: ProfileOwner = {
    fetch: vi.fn(async (path, init) => answer(path, init)),
    clock: { now: () => 0, after: () => () => {} },
    slot: 2,
    picture: () => "before",
    ask: async (request) => {
      asked.push(request);
      return { type: "done" };
    },
  };
  return { asked, parts };
}

test("another name keeps the picture, and no picture takes it away", async () => {
  const { asked, parts } = owner(() => new Response());
  await profileActions(parts).save("Ama", "kept");
  await profileActions(parts).save("Ama", null);
  expect(asked).toEqual([
    { type: "set_profile", full_name: "Ama", picture: "before" },
    { type: "set_profile", full_name: "Ama" },
  ]);
});

test("a picture is uploaded first, and is shown when it is there", async () => {
  const { asked, parts } = owner((_, init) =>
    init?.method === "POST"
      ? new Response(null, { status: 201, headers: { location: "/api/uploads/fresh" } })
      : new Response(null, { status: 204, headers: { "upload-offset": "3" } }),
  );
  expect(await profileActions(parts).save("Ama", new Blob(["abc"]))).toEqual({ ok: true });
  expect(asked).toEqual([{ type: "set_profile", full_name: "Ama", picture: "fresh" }]);
});

test("a wrong password is told by its name, and a network that is away as well", async () => {
  const failure = { code: "wrong_credentials", message: "" };
  const { parts } = owner(() => Response.json(failure, { status: 401 }));
  expect(await profileActions(parts).changePassword("a", "b")).toEqual({
    ok: false,
    problem: "wrong_credentials",
  });
  parts.fetch = () => Promise.reject(new TypeError());
  expect(await profileActions(parts).signIns()).toEqual({ ok: false, problem: "unreachable" });
});
