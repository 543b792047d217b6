/** Keeps the address of the page and the open conversation in step, so that "back" goes back. */

import { useCallback, useEffect, useRef } from "react";

import type { ConversationId } from "../core/protocol";

type Route = {
  openId: ConversationId | null;
  /** Whether conversations are known, so that an address can be followed. */
  loaded: boolean;
  isKnown: (conversation: ConversationId) => boolean;
  openConversation: (conversation: ConversationId | null) => void;
};

/** Returns what the "back" arrow does. */
export function useRoute({ openId, loaded, isKnown, openConversation }: Route): () => void {
  const followed = useRef(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the address is followed once, when it can be.
  useEffect(() => {
    if (!loaded || followed.current) return;
    followed.current = true;
    const addressed = addressedConversation();
    if (openId !== null) replace(openId);
    else if (addressed !== null && isKnown(addressed)) openConversation(addressed);
    else replace(null);
  }, [loaded]);

  useEffect(() => {
    const onPopState = (): void => openConversation(addressedConversation());
    window.addEventListener("popstate", onPopState);
    return () => window.removeEventListener("popstate", onPopState);
  }, [openConversation]);

  useEffect(() => {
    if (!followed.current) return;
    const addressed = addressedConversation();
    if (openId === addressed) return;
    if (openId !== null && addressed === null) {
      history.pushState(PUSHED, "", address(openId));
    } else {
      replace(openId);
    }
  }, [openId]);

  return useCallback(() => {
    if (isPushed(history.state)) history.back();
    else openConversation(null);
  }, [openConversation]);
}

function replace(conversation: ConversationId | null): void {
  history.replaceState(history.state, "", address(conversation));
}

function address(conversation: ConversationId | null): string {
  return conversation === null ? "#/" : `${PREFIX}${conversation}`;
}

function addressedConversation(): ConversationId | null {
  const { hash } = window.location;
  return hash.startsWith(PREFIX) ? hash.slice(PREFIX.length) : null;
}

function isPushed(state: unknown): boolean {
  return typeof state === "object" && state !== null && "palabre" in state;
}

const PREFIX = "#/c/";

/** Marks a history entry that has the list behind it. */
const PUSHED = { palabre: "conversation" };
