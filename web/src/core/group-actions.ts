/** What can be done about who is in a conversation: asks the server, and says what came of it. */

import type { Chat, Thread } from "./chat";
import { type Ask, problemOf } from "./connection";
import type { GroupActions, Outcome } from "./model";
import type { Request } from "./protocol";

/** What the actions need of the app. */
export type GroupActionsOwner = {
  chat: Chat;
  online: () => boolean;
  ask: Ask;
};

/** What one can do about the members of a group now; null for other conversations. */
export function groupActions(owner: GroupActionsOwner, thread: Thread): GroupActions | null {
  const { id, kind, admins = [], members } = thread.conversation;
  if (kind !== "group") return null;
  const me = owner.chat.me.id;
  const online = owner.online();
  const admin = admins.includes(me);
  const change = async (request: Request): Promise<Outcome> => {
    try {
      const { conversation } = await owner.ask(request, "conversation");
      owner.chat.onConversation(conversation);
      return { ok: true };
    } catch (error) {
      return { ok: false, problem: problemOf(error) };
    }
  };
  const remove = async (person: string): Promise<Outcome> => {
    try {
      await owner.ask({ type: "remove_member", conversation: id, person }, "done");
      return { ok: true };
    } catch (error) {
      return { ok: false, problem: problemOf(error) };
    }
  };
  return {
    admins: new Set(admins),
    add: online
      ? (people) => change({ type: "add_members", conversation: id, people: [...people] })
      : undefined,
    rename: online
      ? (title) => change({ type: "rename_conversation", conversation: id, title })
      : undefined,
    leave: online ? () => remove(me) : undefined,
    remove: (person) =>
      online && admin && person !== me && members.includes(person)
        ? () => remove(person)
        : undefined,
    setAdmin: (person) => {
      const last = admins.length === 1 && admins.includes(person);
      return online && admin && !last && members.includes(person)
        ? (on) => change({ type: "set_admin", conversation: id, person, admin: on })
        : undefined;
    },
  };
}
