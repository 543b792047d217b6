/** One's calls, the latest first, and the way to call back. */

import { Phone, PhoneIncoming, PhoneMissed, PhoneOutgoing, Video } from "lucide-react";
import { useEffect, useState } from "react";

import { callWords } from "../chat/say";
import type { ConversationList, FoundMessage, FoundPage } from "../core/model";
import { Button, IconButton } from "../ui/Button";
import { useNow } from "../ui/clock";
import { EmptyState } from "../ui/EmptyState";
import { shortMoment } from "../ui/format";
import { useLocale } from "../ui/locale";
import { Sheet } from "../ui/Sheet";
import { Skeleton } from "../ui/Skeleton";
import { Tabs } from "../ui/Tabs";
import styles from "./CallsSheet.module.css";

type CallsSheetProps = {
  list: ConversationList;
  close: () => void;
};

export function CallsSheet({ list, close }: CallsSheetProps) {
  const { t } = useLocale();
  return (
    <Sheet title={t.calls.title} close={close}>
      <div className={styles.body}>
        <Tabs
          label={t.calls.title}
          tabs={[
            {
              id: "all",
              title: t.calls.all,
              panel: <CallList list={list} missed={false} close={close} />,
            },
            {
              id: "missed",
              title: t.calls.missed,
              panel: <CallList list={list} missed close={close} />,
            },
          ]}
        />
      </div>
    </Sheet>
  );
}

function CallList({ list, missed, close }: CallsSheetProps & { missed: boolean }) {
  const { t } = useLocale();
  const { readCalls } = list;
  const [calls, setCalls] = useState<readonly FoundMessage[]>([]);
  const [page, setPage] = useState<FoundPage | null>(null);
  const possible = readCalls !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: read once, and again when that is possible again.
  useEffect(() => {
    let current = true;
    void readCalls?.(missed).then((first) => {
      if (!current) return;
      setCalls(first.ok ? first.found : []);
      setPage(first);
    });
    return () => {
      current = false;
    };
  }, [possible, missed]);
  const more = page?.ok ? page.more : undefined;
  const readMore = async (): Promise<void> => {
    const next = await more?.();
    if (next === undefined) return;
    if (next.ok) setCalls([...calls, ...next.found]);
    setPage(next);
  };
  return (
    <div className={styles.list}>
      {page === null && possible && <Skeleton label={t.message.loading} />}
      {!possible && <p className={styles.problem}>{t.problem.unreachable}</p>}
      {page?.ok === false && (
        <p className={styles.problem} role="alert">
          {t.problem[page.problem]}
        </p>
      )}
      {page?.ok && calls.length === 0 && (
        <EmptyState
          title={missed ? t.calls.noneMissed : t.calls.none}
          text={missed ? t.calls.noneMissedText : t.calls.noneText}
        />
      )}
      <ul aria-label={missed ? t.calls.missed : t.calls.all}>
        {calls.map((call) => (
          <CallLine key={call.entry.key} call={call} list={list} close={close} />
        ))}
      </ul>
      {more && (
        <div className={styles.more}>
          <Button onPress={() => void readMore()}>{t.chat.loadOlder}</Button>
        </div>
      )}
    </div>
  );
}

function CallLine({ call, list, close }: CallsSheetProps & { call: FoundMessage }) {
  const { t, language } = useLocale();
  const now = useNow(MINUTE_MS);
  const { content, sender, at } = call.entry;
  if (content.kind !== "call") return null;
  const { title, detail, missed } = callWords(content, sender.self, t, language);
  const Icon = missed ? PhoneMissed : sender.self ? PhoneOutgoing : PhoneIncoming;
  const start = list.caller(call.conversation);
  const back =
    start &&
    (() => {
      close();
      start(content.media);
    });
  return (
    <li className={styles.call}>
      <Icon size={20} className={styles.icon} data-missed={missed} aria-hidden="true" />
      <span className={styles.words}>
        <span className={styles.name}>{call.title}</span>
        <span className={styles.detail} data-missed={missed}>
          {title} · {detail} · {shortMoment(at, now, language, t.chat)}
        </span>
      </span>
      <IconButton label={t.calls.callBack(call.title)} onPress={back}>
        {content.media === "video" ? <Video size={20} /> : <Phone size={20} />}
      </IconButton>
    </li>
  );
}

const MINUTE_MS = 60_000;
