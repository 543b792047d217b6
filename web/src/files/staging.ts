/** Files that were picked and wait for what is written beside them. */

import { useState } from "react";

import type { OpenConversation, PickedFile } from "../core/model";
import type { ConversationId } from "../core/protocol";
import { fileSize } from "../ui/format";
import { useLocale } from "../ui/locale";

/** A picked file with what shows it. */
export type StagedFile = PickedFile & { key: number; url: string | null };

/** The files that go with the next message. */
export type Staging = {
  files: readonly StagedFile[];
  /** Why some were not taken; empty when all were. */
  problem: string;
  add: (files: Iterable<File>) => void;
  remove: (key: number) => void;
  clear: () => void;
};

/** Keeps what was picked for each conversation as long as the page lives. */
export function useStaging(open: Pick<OpenConversation, "id" | "fileLimits">): Staging {
  const { t, language } = useLocale();
  const [, redraw] = useState(0);
  const [problem, setProblem] = useState<{ of: ConversationId; text: string } | null>(null);
  const { id, fileLimits: limits } = open;
  const files = staged.get(id) ?? [];
  const put = (next: readonly StagedFile[]): void => {
    if (next.length === 0) staged.delete(id);
    else staged.set(id, next);
    redraw((count) => count + 1);
  };

  const refusal = (file: File, count: number): string => {
    if (limits === null) return "";
    if (file.size > limits.maxBytes) {
      return t.files.tooLarge(file.name, fileSize(limits.maxBytes, language));
    }
    if (file.size === 0) return t.files.isEmpty(file.name);
    return count >= limits.maxFiles ? t.files.tooMany(limits.maxFiles) : "";
  };

  const add = async (picked: Iterable<File>): Promise<void> => {
    let text = "";
    for (const file of picked) {
      const refused = refusal(file, (staged.get(id) ?? []).length);
      text ||= refused;
      if (refused === "") put([...(staged.get(id) ?? []), await stage(file)]);
    }
    setProblem(text === "" ? null : { of: id, text });
  };

  return {
    files,
    problem: problem?.of === id ? problem.text : "",
    add: (picked) => void add([...picked]),
    remove: (key) => put(files.filter((file) => file.key !== key)),
    clear: () => {
      setProblem(null);
      put([]);
    },
  };
}

/** What goes into a message. */
export function pickedFile({ key, url, ...file }: StagedFile): PickedFile {
  return file;
}

async function stage(file: File): Promise<StagedFile> {
  lastKey += 1;
  const name = file.name === "" ? file.type.replace("/", ".") : file.name;
  const base = { key: lastKey, name, blob: file };
  if (!PICTURES.has(file.type)) return { ...base, url: null };
  const url = URL.createObjectURL(file);
  const picture = await sizeOf(url);
  // What this browser cannot draw is a file like any other.
  return picture === null ? { ...base, url: null } : { ...base, url, picture };
}

function sizeOf(url: string): Promise<{ width: number; height: number } | null> {
  return new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve({ width: image.naturalWidth, height: image.naturalHeight });
    image.onerror = () => resolve(null);
    image.src = url;
  });
}

const staged = new Map<ConversationId, readonly StagedFile[]>();
let lastKey = 0;

/** What the server makes small forms of. */
const PICTURES = new Set(["image/jpeg", "image/png", "image/gif", "image/webp"]);
