import { expect, test } from "vitest";

import type { RequestError } from "./connection";
import { FakeClock } from "./testing/clock";
import { type UploadWorld, upload } from "./upload";

/** A server of uploads whose network is in the test's hands. */
class Uploads {
  readonly requests: string[] = [];
  data = "";
  length = 0;
  /** Cuts the connection after so many bytes of the next piece. */
  cutAfter: number | null = null;
  refusal: { status: number; code: string } | null = null;
  place: string | null = null;
  readonly progress: number[] = [];

  readonly world: UploadWorld = {
    fetch: (path, init) => this.#answer(path, init),
    clock: new FakeClock(),
    slot: 2,
    signal: new AbortController().signal,
    onPlace: (file) => {
      this.place = file;
    },
    onProgress: (bytes) => this.progress.push(bytes),
  };

  async #answer(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    this.requests.push(`${init.method} ${path}`);
    expect(headers.get("tus-resumable")).toBe("1.0.0");
    expect(headers.get("x-palabre-slot")).toBe("2");
    if (this.refusal !== null) {
      const { status, code } = this.refusal;
      return new Response(JSON.stringify({ code, message: "" }), { status });
    }
    if (init.method === "POST") {
      this.length = Number(headers.get("upload-length"));
      this.data = "";
      return new Response(null, { status: 201, headers: { location: "/api/uploads/f1" } });
    }
    if (init.method === "HEAD") {
      if (this.length === 0) return new Response(null, { status: 404 });
      return this.#offset(200);
    }
    if (Number(headers.get("upload-offset")) !== this.data.length) return this.#offset(409);
    const piece = await (init.body as Blob).text();
    if (this.cutAfter !== null) {
      this.data += piece.slice(0, this.cutAfter);
      this.cutAfter = null;
      throw new TypeError("network");
    }
    this.data += piece;
    return this.#offset(204);
  }

  #offset(status: number): Response {
    return new Response(null, { status, headers: { "upload-offset": String(this.data.length) } });
  }
}

const text = "0123456789".repeat(40_000);
const file = (place: string | null) => ({ name: "été.txt", blob: new Blob([text]), upload: place });

test("a file goes up in pieces that grow while the network is quick", async () => {
  const uploads = new Uploads();

  expect(await upload(file(null), uploads.world)).toBe("f1");

  expect(uploads.data).toBe(text);
  expect(uploads.place).toBe("f1");
  // 128 KiB, then twice as much.
  expect(uploads.progress).toEqual([0, 131_072, 393_216, 400_000]);
});

test("after a cut it goes on where the server has come to", async () => {
  const uploads = new Uploads();
  uploads.cutAfter = 100;
  await expect(upload(file(null), uploads.world)).rejects.toMatchObject({
    problem: "unreachable",
  } satisfies Partial<RequestError>);

  await upload(file(uploads.place), uploads.world);

  expect(uploads.data).toBe(text);
  expect(uploads.requests.slice(2, 4)).toEqual(["HEAD /api/uploads/f1", "PATCH /api/uploads/f1"]);
});

test("an upload that the server has forgotten begins again", async () => {
  const uploads = new Uploads();

  await upload(file("forgotten"), uploads.world);

  expect(uploads.data).toBe(text);
  expect(uploads.place).toBe("f1");
});

test("what the server refuses is said, and too many at once is waited for", async () => {
  const uploads = new Uploads();
  uploads.refusal = { status: 413, code: "file_too_large" };
  await expect(upload(file(null), uploads.world)).rejects.toMatchObject({
    problem: "file_too_large",
  });
  uploads.refusal = { status: 409, code: "too_many" };
  await expect(upload(file(null), uploads.world)).rejects.toMatchObject({ problem: "unavailable" });
});
