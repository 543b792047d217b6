/** Goes to a message from anywhere: opens its conversation, and has the timeline show it. */

import { createContext, useContext, useEffect, useState } from "react";

import type { OpenConversation } from "../core/model";
import type { ConversationId } from "../core/protocol";
import { Store } from "../core/store";
import { useApp } from "../useApp";
import { useStore } from "../useStore";

/** A message to be shown; a new object for each wish. */
export type Jump = { conversation: ConversationId; number: number };

/** Where somebody wants to go, until they are there. */
const JumpContext = createContext(new Store<Jump | null>(null));

/** Returns what goes to a message. */
export function useJump(): (conversation: ConversationId, number: number) => void {
  const wanted = useContext(JumpContext);
  const { openConversation } = useApp();
  return (conversation, number) => {
    openConversation(conversation);
    wanted.set({ conversation, number });
  };
}

/** Where the timeline of the open conversation is to go; what is not there yet is read first. */
export function useJumpTarget(open: OpenConversation): Jump | null {
  const store = useContext(JumpContext);
  const wanted = useStore(store);
  const [target, setTarget] = useState<Jump | null>(null);
  const { id, goTo } = open;
  const here = wanted?.conversation === id ? wanted : null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: goes once for each wish.
  useEffect(() => {
    if (here === null) return;
    store.set(null);
    void goTo(here.number).then((there) => {
      if (there) setTarget(here);
    });
  }, [here]);
  return target?.conversation === id ? target : null;
}
