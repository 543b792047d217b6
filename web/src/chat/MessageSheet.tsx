/** What opens over the conversation about one of its messages. */

import { useEffect, useState } from "react";

import type { Entry, OpenConversation, VersionView } from "../core/model";
import { Avatar } from "../ui/Avatar";
import { useNow } from "../ui/clock";
import { dayLabel, timeOfDay } from "../ui/format";
import { useLocale } from "../ui/locale";
import { Sheet as Card, Confirm } from "../ui/Sheet";
import { ForwardSheet } from "./ForwardSheet";
import styles from "./MessageSheet.module.css";
import { ReachSheet } from "./ReachSheet";
import { RichText } from "./RichText";

/** Which of them, about which message. */
export type Sheet = {
  kind: "reach" | "reactions" | "versions" | "forward" | "delete";
  entry: Entry;
};

type MessageSheetProps = {
  open: OpenConversation;
  sheet: Sheet;
  close: () => void;
};

export function MessageSheet({ open, sheet, close }: MessageSheetProps) {
  const { t } = useLocale();
  // What is shown follows the message while the sheet is open.
  const entry = open.entries.find(({ key }) => key === sheet.entry.key) ?? sheet.entry;
  const actions = open.actions(entry);
  switch (sheet.kind) {
    case "reach":
      return (
        <ReachSheet
          number={entry.number ?? 0}
          listeners={entry.listening?.of === "mine" ? entry.listening.count : 0}
          reaches={open.reaches}
          read={actions.receipts}
          close={close}
        />
      );
    case "reactions":
      return <ReactionsSheet entry={entry} close={close} />;
    case "versions":
      return <VersionsSheet entry={entry} read={actions.versions} close={close} />;
    case "forward":
      return <ForwardSheet entry={entry} forward={actions.forward} close={close} />;
    case "delete":
      return (
        <Confirm
          title={t.message.deleteTitle}
          text={t.message.deleteText}
          confirmLabel={t.message.delete}
          danger
          confirm={() => actions.deleteForAll?.()}
          close={close}
        />
      );
  }
}

function ReactionsSheet({ entry, close }: { entry: Entry; close: () => void }) {
  const { t } = useLocale();
  return (
    <Card title={t.message.whoReacted} close={close}>
      <ul className={styles.people}>
        {entry.reactions.flatMap(({ emoji, people }) =>
          people.map((person) => (
            <li key={person.id} className={styles.person}>
              <Avatar person={person} size={40} />
              <span className={styles.name}>{person.self ? t.people.youCapital : person.name}</span>
              <span className={styles.emoji}>{emoji}</span>
            </li>
          )),
        )}
      </ul>
    </Card>
  );
}

type VersionsSheetProps = {
  entry: Entry;
  read: (() => Promise<readonly VersionView[]>) | undefined;
  close: () => void;
};

function VersionsSheet({ entry, read, close }: VersionsSheetProps) {
  const { t } = useLocale();
  const [versions, setVersions] = useState<readonly VersionView[] | "loading" | "failed">(
    "loading",
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: read again when it was edited again.
  useEffect(() => {
    let current = true;
    if (read === undefined) {
      setVersions("failed");
      return;
    }
    read().then(
      (earlier) => current && setVersions(earlier),
      () => current && setVersions("failed"),
    );
    return () => {
      current = false;
    };
  }, [entry.editedAt]);
  return (
    <Card title={t.message.versionsTitle} close={close}>
      <div className={styles.versions}>
        {versions === "loading" && <p role="status">{t.message.loading}</p>}
        {versions === "failed" && <p role="alert">{t.message.versionsFailed}</p>}
        {Array.isArray(versions) &&
          versions.map((version) => <Version key={version.at} version={version} />)}
        <Version version={{ content: entry.content, at: entry.editedAt ?? entry.at }} now />
      </div>
    </Card>
  );
}

function Version({ version, now = false }: { version: VersionView; now?: boolean }) {
  const { t, language } = useLocale();
  const moment = useNow(null);
  const { content, at } = version;
  return (
    <section className={styles.version} data-now={now}>
      <h3 className={styles.moment}>
        {now ? t.message.versionsNow : dayLabel(at, moment, language, t.chat)},{" "}
        {timeOfDay(at, language)}
      </h3>
      {content.kind === "text" && <RichText text={content.text} entities={content.entities} />}
    </section>
  );
}
