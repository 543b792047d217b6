/**
 * Uploads one file by tus 1.0 (tus.io/protocols/resumable-upload), in pieces whose size follows the
 * network: small enough that a cut costs little and that progress is seen.
 */

import { RequestError } from "./connection";
import type { Environment } from "./environment";
import type { FileId } from "./protocol";

/** What is uploaded. */
export type UploadedFile = { name: string; blob: Blob; upload: FileId | null };

/** What an upload works with, and whom it tells. */
export type UploadWorld = Pick<Environment, "fetch" | "clock"> & {
  /** The browser's account slot. */
  slot: number;
  /** Ends it: the person gave it up. */
  signal: AbortSignal;
  /** The server has a place for it: after a cut or a reload it goes on there. */
  onPlace: (file: FileId) => void;
  /** How much the server has, in bytes. */
  onProgress: (bytes: number) => void;
};

/** Uploads what the server does not have yet of a file; rejects with a `RequestError`. */
export async function upload(file: UploadedFile, world: UploadWorld): Promise<FileId> {
  let offset = file.upload === null ? null : await offsetOf(file.upload, world);
  let id = file.upload;
  if (id === null || offset === null) {
    id = await create(file, world);
    offset = 0;
    world.onPlace(id);
  }
  let size = FIRST_PIECE_BYTES;
  do {
    world.onProgress(offset);
    const began = world.clock.now();
    const piece = file.blob.slice(offset, offset + size);
    const answer = await call(world, `${UPLOADS}/${id}`, {
      method: "PATCH",
      headers: { "upload-offset": String(offset), "content-type": PIECE },
      body: piece,
    });
    // It has come further than this device heard, or less far: the server knows.
    const told = answer.status === 409 ? await offsetOf(id, world) : offsetIn(answer);
    if (told === null) throw new RequestError("no_such_file");
    offset = told;
    size = nextSize(size, world.clock.now() - began);
  } while (offset < file.blob.size);
  world.onProgress(offset);
  return id;
}

/** Gives an upload up on the server as well; it would be forgotten there after a day. */
export async function discardUpload(
  id: FileId,
  world: Pick<UploadWorld, "fetch" | "slot">,
): Promise<void> {
  const headers = { ...VERSION, "x-palabre-slot": String(world.slot) };
  await world.fetch(`${UPLOADS}/${id}`, { method: "DELETE", headers }).catch(() => {});
}

/** How far an upload has come; null when the server has forgotten it. */
async function offsetOf(id: FileId, world: UploadWorld): Promise<number | null> {
  const answer = await call(world, `${UPLOADS}/${id}`, { method: "HEAD" });
  return answer.status === 404 ? null : offsetIn(answer);
}

async function create({ name, blob }: UploadedFile, world: UploadWorld): Promise<FileId> {
  const bytes = new TextEncoder().encode(name);
  const named = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  const answer = await call(world, UPLOADS, {
    method: "POST",
    headers: { "upload-length": String(blob.size), "upload-metadata": `filename ${named}` },
  });
  const id = answer.headers.get("location")?.split("/").at(-1);
  if (id === undefined) throw new RequestError("internal");
  return id;
}

/** Asks, and turns every refusal but those of an upload's own state into a problem. */
async function call(world: UploadWorld, path: string, init: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await world.fetch(path, {
      ...init,
      headers: { ...VERSION, "x-palabre-slot": String(world.slot), ...init.headers },
      credentials: "same-origin",
      signal: AbortSignal.any([world.signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
  } catch {
    throw new RequestError("unreachable");
  }
  const isOwnState = answer.status === 409 && init.method === "PATCH";
  const isForgotten = answer.status === 404 && init.method === "HEAD";
  if (answer.ok || isOwnState || isForgotten) return answer;
  // What a proxy in front says is not ours to read.
  const failure: unknown = await answer.json().catch(() => null);
  const code = (failure as { code?: string } | null)?.code;
  if (code === undefined) throw new RequestError("unavailable");
  // Others of one's own are on their way; there is room when they have come.
  throw new RequestError(code === "too_many" ? "unavailable" : (code as "internal"));
}

function offsetIn(answer: Response): number {
  const offset = Number(answer.headers.get("upload-offset") ?? Number.NaN);
  if (!Number.isSafeInteger(offset)) throw new RequestError("unavailable");
  return offset;
}

function nextSize(size: number, tookMs: number): number {
  if (tookMs < QUICK_MS) return Math.min(size * 2, MAX_PIECE_BYTES);
  return tookMs > SLOW_MS ? Math.max(size / 2, MIN_PIECE_BYTES) : size;
}

const UPLOADS = "/api/uploads";
const VERSION = { "tus-resumable": "1.0.0" };
const PIECE = "application/offset+octet-stream";

/** Sizes of a piece, in bytes. The least takes 4 s on 64 kbit/s. */
const FIRST_PIECE_BYTES = 128 * 1024;
const MIN_PIECE_BYTES = 32 * 1024;
const MAX_PIECE_BYTES = 4 * 1024 * 1024;

/** A piece that takes less is made larger, one that takes more smaller, in ms. */
const QUICK_MS = 800;
const SLOW_MS = 4_000;

/** How long one piece may take; a picture is looked at within its last, in ms. */
const PATIENCE_MS = 90_000;
