/** Files as views show them, stored or on their way. */

import type { AttachmentView } from "./model";
import type { UnsentFile } from "./outbox-storage";
import type { Attachment, FileId } from "./protocol";

/** Draws the files of a stored message; `slot` is the account that may read them. */
export function storedAttachment(attachment: Attachment, slot: number): AttachmentView {
  const url = fileUrl(attachment.file, slot);
  const own = justSent.get(attachment.file);
  const { name, bytes, media_type: mediaType } = attachment;
  const base = { key: attachment.file, name, bytes, mediaType, url, progress: null };
  switch (attachment.kind) {
    case "image": {
      const { width, height, placeholder, animated = false } = attachment;
      const thumbnail = own ?? thumbnailUrl(attachment.file, slot);
      return { ...base, kind: "image", thumbnail, width, height, placeholder, animated };
    }
    case "voice": {
      const { duration_ms: durationMs, waveform } = attachment;
      return { ...base, kind: "voice", durationMs, waveform };
    }
    default:
      return { ...base, kind: attachment.kind };
  }
}

/** Draws a file on its way; `sent` is how much of it the server has, in bytes. */
export function unsentAttachment(file: UnsentFile, sent: number, index: number): AttachmentView {
  const { name, blob, voice, picture, upload } = file;
  const url = localUrl(blob);
  // What was seen here need not be fetched again when the server has it.
  if (upload !== null && picture !== undefined) rememberSent(upload, url);
  const base = {
    key: `${index}`,
    name,
    bytes: blob.size,
    mediaType: blob.type,
    url,
    progress: blob.size === 0 ? 0 : sent / blob.size,
  };
  if (voice !== undefined) {
    return { ...base, kind: "voice", durationMs: voice.duration_ms, waveform: voice.waveform };
  }
  if (picture !== undefined) {
    return {
      ...base,
      kind: "image",
      thumbnail: url,
      ...picture,
      placeholder: null,
      animated: false,
    };
  }
  const [family] = blob.type.split("/");
  const kind = family === "video" || family === "audio" ? family : "file";
  return { ...base, kind };
}

/** Where the small form of a picture is. */
export function thumbnailUrl(file: FileId, slot: number): string {
  return `/api/files/${file}/thumbnail?slot=${slot}`;
}

/** Where a file is. */
export function fileUrl(file: FileId, slot: number): string {
  return `/api/files/${file}?slot=${slot}`;
}

const localUrls = new WeakMap<Blob, string>();

/** An address for something in this page; lives as long as the page. */
function localUrl(blob: Blob): string {
  const known = localUrls.get(blob);
  if (known !== undefined) return known;
  const url = URL.createObjectURL(blob);
  localUrls.set(blob, url);
  return url;
}

/** Pictures that this page has sent, the latest last. */
const justSent = new Map<FileId, string>();

function rememberSent(file: FileId, url: string): void {
  justSent.set(file, url);
  const [oldest] = justSent.keys();
  if (justSent.size > MAX_REMEMBERED && oldest !== undefined) justSent.delete(oldest);
}

/** Pictures that are not fetched again after they were sent. */
const MAX_REMEMBERED = 50;
