/** Who is in a conversation, and for groups how members come, go and become admins. */

import {
  Link2,
  LogOut,
  MessageCircle,
  MoreVertical,
  Shield,
  UserMinus,
  UserPlus,
} from "lucide-react";
import { useState } from "react";

import type { GroupActions, OpenConversation, Outcome, PersonView, Problem } from "../core/model";
import { GuestLinksSheet } from "../lazy";
import { presenceLine } from "../people/presence";
import { Button, IconButton } from "../ui/Button";
import { useNow } from "../ui/clock";
import { useLocale } from "../ui/locale";
import { Menu, type MenuEntry } from "../ui/Menu";
import { PersonRow } from "../ui/PersonRow";
import { Confirm } from "../ui/Sheet";
import { useApp } from "../useApp";
import { useStore } from "../useStore";
import { AddMembers } from "./AddMembers";
import styles from "./Members.module.css";

type MembersProps = {
  open: OpenConversation;
  /** Closes the sheet around it. */
  close: () => void;
};

export function Members({ open, close }: MembersProps) {
  const { t } = useLocale();
  const { others } = useStore(useApp().people);
  const [above, setAbove] = useState<Above | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const { hosting, group } = open;
  const dismiss = (): void => setAbove(null);
  const run = async (work: (() => Promise<Outcome>) | undefined): Promise<boolean> => {
    if (work === undefined) return false;
    const outcome = await work();
    setProblem(outcome.ok ? null : outcome.problem);
    return outcome.ok;
  };
  const outside = others.filter(
    ({ id, role }) => role !== "guest" && !open.members.some((member) => member.id === id),
  );

  return (
    <>
      <div className={styles.ways}>
        {group !== null && (
          <Button onPress={group.add && (() => setAbove({ kind: "add" }))}>
            <UserPlus size={18} aria-hidden="true" /> {t.group.add}
          </Button>
        )}
        {hosting !== null && (
          <Button onPress={() => setAbove({ kind: "guests" })}>
            <Link2 size={18} aria-hidden="true" /> {t.guest.links}
          </Button>
        )}
      </div>
      {problem !== null && (
        <p className={styles.problem} role="alert">
          {t.problem[problem]}
        </p>
      )}
      <ul className={styles.members} aria-label={t.chat.members}>
        {open.members.map((person) => (
          <li key={person.id}>
            <Member
              person={person}
              open={open}
              close={close}
              run={(work) => void run(work)}
              remove={() => setAbove({ kind: "remove", person })}
            />
          </li>
        ))}
      </ul>
      {group !== null && (
        <Button look="warn" wide onPress={group.leave && (() => setAbove({ kind: "leave" }))}>
          <LogOut size={18} aria-hidden="true" /> {t.group.leave}
        </Button>
      )}

      {above?.kind === "guests" && hosting !== null && (
        <GuestLinksSheet hosting={hosting} close={dismiss} />
      )}
      {above?.kind === "add" && group !== null && (
        <AddMembers people={outside} add={group.add} close={dismiss} />
      )}
      {above?.kind === "remove" && group !== null && (
        <Confirm
          title={t.group.removeTitle(above.person.name)}
          text={t.group.removeText}
          confirmLabel={t.group.removeConfirm}
          danger
          confirm={() => void run(group.remove(above.person.id))}
          close={dismiss}
        />
      )}
      {above?.kind === "leave" && group !== null && (
        <Confirm
          title={t.group.leaveTitle(open.title)}
          text={
            open.admin && group.admins.size === 1 && open.members.length > 1
              ? t.group.leaveOnlyAdmin
              : t.group.leaveText
          }
          confirmLabel={t.group.leaveConfirm}
          danger
          confirm={() => void run(group.leave).then((left) => left && close())}
          close={dismiss}
        />
      )}
    </>
  );
}

type MemberProps = MembersProps & {
  person: PersonView;
  run: (work: (() => Promise<Outcome>) | undefined) => void;
  remove: () => void;
};

function Member({ person, open, close, run, remove }: MemberProps) {
  const { t, language } = useLocale();
  const now = useNow(MINUTE_MS);
  const { writeTo } = useStore(useApp().people);
  const guest = person.role === "guest";
  const handle = guest ? t.floor.guest : `@${person.username}`;
  const write = (): void => {
    close();
    writeTo?.(person.id);
  };
  const entries = useManaging(person, open.group, run, remove);
  return (
    <PersonRow
      person={person}
      presence
      note={person.self && `(${t.people.you})`}
      detail={person.self ? handle : `${handle} · ${presenceLine(person, now, t, language)}`}
    >
      {open.admins.includes(person.id) && <span className={styles.admin}>{t.info.admin}</span>}
      {!person.self && open.kind === "group" && !guest && (
        <IconButton size="small" label={t.info.write(person.name)} onPress={writeTo && write}>
          <MessageCircle size={18} />
        </IconButton>
      )}
      {entries.length > 0 && (
        <Menu
          entries={entries}
          trigger={
            <IconButton size="small" label={t.group.manage(person.name)} disabled={false}>
              <MoreVertical size={18} />
            </IconButton>
          }
        />
      )}
    </PersonRow>
  );
}

/** What an admin can do about a member; empty for everybody else. */
function useManaging(
  person: PersonView,
  group: GroupActions | null,
  run: MemberProps["run"],
  remove: () => void,
): MenuEntry[] {
  const { t } = useLocale();
  const setAdmin = group?.setAdmin(person.id);
  const admin = group?.admins.has(person.id) ?? false;
  const entries: MenuEntry[] = [];
  // A guest may be gone tomorrow, and knows nobody here.
  if (setAdmin !== undefined && person.role !== "guest") {
    entries.push({
      id: "admin",
      label: admin ? t.group.stopAdmin : t.group.makeAdmin,
      icon: Shield,
      action: () => run(() => setAdmin(!admin)),
    });
  }
  if (!person.self && group?.remove(person.id) !== undefined) {
    entries.push({
      id: "remove",
      label: t.group.remove,
      icon: UserMinus,
      danger: true,
      action: remove,
    });
  }
  return entries;
}

/** What stands above the members: one thing at a time. */
type Above = { kind: "add" | "guests" | "leave" } | { kind: "remove"; person: PersonView };

const MINUTE_MS = 60_000;
