/** About a conversation: who is in it, how one keeps it, what is pinned in it. */

import { Search } from "lucide-react";

import { Beeping } from "../beep/Beeping";
import type { OpenConversation } from "../core/model";
import type { Notify } from "../core/protocol";
import { FilesPanel } from "../files/FilesPanel";
import { presenceLine } from "../people/presence";
import { Avatar, GroupAvatar } from "../ui/Avatar";
import { Button } from "../ui/Button";
import { useNow } from "../ui/clock";
import { EmptyState } from "../ui/EmptyState";
import { timeOfDay } from "../ui/format";
import { useLocale } from "../ui/locale";
import { Select } from "../ui/Select";
import { Sheet } from "../ui/Sheet";
import { Switch } from "../ui/Switch";
import { Tabs } from "../ui/Tabs";
import { FOR_EVER_MS } from "./conversationMenu";
import { FoundList } from "./FoundList";
import { GroupName } from "./GroupName";
import styles from "./InfoSheet.module.css";
import { LifetimeChoice } from "./LifetimeChoice";
import { Members } from "./Members";
import { rowTitle } from "./say";

type InfoSheetProps = {
  open: OpenConversation;
  /** Looks for messages in it. */
  search?: (() => void) | undefined;
  close: () => void;
};

export function InfoSheet({ open, search, close }: InfoSheetProps) {
  const { t } = useLocale();
  return (
    <Sheet title={t.info.title} close={close}>
      <div className={styles.body}>
        <Who open={open} />
        {open.other !== null && open.beeping !== null && (
          <Beeping other={open.other} beeping={open.beeping} />
        )}
        <LifetimeChoice lifetime={open.lifetime} />
        {search && (
          <div className={styles.search}>
            <Button onPress={search}>
              <Search size={18} aria-hidden="true" /> {t.search.here}
            </Button>
          </div>
        )}
        <Tabs
          label={t.info.title}
          tabs={[
            { id: "members", title: t.chat.members, panel: <Members open={open} close={close} /> },
            { id: "files", title: t.files.tab, panel: <FilesPanel open={open} close={close} /> },
            { id: "keep", title: t.info.keep, panel: <Kept open={open} /> },
            {
              id: "pinned",
              title: t.info.pinned,
              panel: (
                <FoundList
                  label={t.info.pinned}
                  of={open.pinned.join(" ")}
                  read={open.pinned.length === 0 ? NOTHING_PINNED : open.readPinned}
                  empty={
                    <EmptyState title={t.info.nothingPinned} text={t.info.nothingPinnedText} />
                  }
                  onJump={close}
                />
              ),
            },
          ]}
        />
      </div>
    </Sheet>
  );
}

function Who({ open }: { open: OpenConversation }) {
  const { t, language } = useLocale();
  const now = useNow(MINUTE_MS);
  const online = open.members.filter(({ availability }) => availability !== "offline").length;
  return (
    <header className={styles.who}>
      {open.other === null ? (
        <GroupAvatar id={open.id} size={72} />
      ) : (
        <Avatar person={open.other} size={72} presence />
      )}
      {open.group === null ? (
        <p className={styles.title}>{rowTitle(open, t)}</p>
      ) : (
        <GroupName title={open.title} rename={open.group.rename} />
      )}
      <p className={styles.detail}>
        {open.kind === "saved"
          ? t.info.saved
          : open.other !== null
            ? `@${open.other.username} · ${presenceLine(open.other, now, t, language)}`
            : `${t.people.members(open.members.length)} · ${t.people.online(online)}`}
      </p>
    </header>
  );
}

/** How one keeps it; the same on all of one's devices. */
function Kept({ open }: { open: OpenConversation }) {
  const { t, language } = useLocale();
  const { keep, mutedUntil } = open;
  const muted =
    mutedUntil === null
      ? undefined
      : mutedUntil >= FOR_EVER_MS
        ? t.info.mutedForEver
        : t.info.mutedUntil(timeOfDay(mutedUntil, language));
  return (
    <div className={styles.kept}>
      <Switch
        label={t.info.pin}
        on={open.pinnedAt !== null}
        onChange={keep && ((on) => keep({ kind: "pin", on }))}
      />
      <Switch
        label={t.info.archive}
        hint={t.info.archiveHint}
        on={open.archived}
        onChange={keep && ((on) => keep({ kind: "archive", on }))}
      />
      <Switch
        label={t.info.mute}
        {...(muted !== undefined && { hint: muted })}
        on={mutedUntil !== null}
        onChange={keep && ((on) => keep({ kind: "mute", until_ms: on ? FOR_EVER_MS : null }))}
      />
      <Select<Notify>
        label={t.info.notify}
        placeholder={t.info.notify}
        options={[
          { value: "all", label: t.info.notifyAll },
          { value: "mentions", label: t.info.notifyMentions },
          { value: "nothing", label: t.info.notifyNothing },
        ]}
        value={open.notify}
        onChange={keep && ((notify) => keep({ kind: "notify", notify }))}
      />
    </div>
  );
}

const MINUTE_MS = 60_000;

const NOTHING_PINNED = () => Promise.resolve({ ok: true, found: [], more: undefined } as const);
