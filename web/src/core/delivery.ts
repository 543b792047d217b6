/** Takes what waits to be sent to the server: files first, then the message that carries them. */

import { type Ask, RequestError } from "./connection";
import type { Environment } from "./environment";
import type { OutboxOwner } from "./outbox";
import type { Unsent, UnsentFile } from "./outbox-storage";
import type { Message, Request, SentFile } from "./protocol";

/** What it needs of the app. */
export type DeliveryOwner = {
  environment: Pick<Environment, "clock" | "fetch">;
  /** The account slot of this tab. */
  slot: number;
  ask: Ask;
  /** The server has it. */
  onDelivered: (message: Message) => Promise<void>;
};

/** The ways of the outbox. */
export function delivery(
  owner: DeliveryOwner,
): Pick<OutboxOwner, "deliver" | "upload" | "discardUpload"> {
  const { slot, ask, onDelivered } = owner;
  const { clock, fetch } = owner.environment;
  return {
    deliver: async (unsent) => {
      const { message } = await ask(requestFor(unsent), "message");
      await onDelivered(message);
    },
    upload: async (file, report) => {
      // Loaded by whoever sends files.
      const { upload } = await loadUploads();
      return upload(file, { fetch, clock, slot, ...report });
    },
    discardUpload: (file) => {
      void loadUploads()
        .then(({ discardUpload }) => discardUpload(file, { fetch, slot }))
        .catch(() => {});
    },
  };
}

function requestFor({ conversation, clientId, text, entities, quote, files }: Unsent): Request {
  return {
    type: "send_message",
    conversation,
    client_id: clientId,
    text,
    ...(entities !== undefined && { entities: [...entities] }),
    ...(quote !== undefined && { quote: quote.message }),
    ...(files !== undefined && { files: files.flatMap(sentFile) }),
  };
}

/** How a message names a file that the server has. */
function sentFile({ upload, voice }: UnsentFile): SentFile[] {
  if (upload === null) return [];
  return [voice === undefined ? { file: upload } : { file: upload, voice }];
}

/** The way to upload files; a failure to load it is a network that is away. */
function loadUploads(): Promise<typeof import("./upload")> {
  return import("./upload").catch(() => {
    throw new RequestError("unreachable");
  });
}
