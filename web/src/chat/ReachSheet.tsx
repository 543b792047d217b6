/** Who has received and who has read one message, and when. */

import { useEffect, useState } from "react";

import type { EntryActions, Reach, ReceiptTimes } from "../core/model";
import type { PersonId } from "../core/protocol";
import { Avatar } from "../ui/Avatar";
import { useNow } from "../ui/clock";
import { dayLabel, timeOfDay } from "../ui/format";
import { useLocale } from "../ui/locale";
import { Sheet } from "../ui/Sheet";
import { useApp } from "../useApp";
import { useStore } from "../useStore";
import styles from "./ReachSheet.module.css";
import { Tick } from "./Tick";

type ReachSheetProps = {
  /** The message's number. */
  number: number;
  /** How many have listened to its voice. */
  listeners?: number;
  reaches: readonly Reach[];
  /** Asks when; undefined while the server cannot be asked. */
  read: EntryActions["receipts"];
  close: () => void;
};

export function ReachSheet({ number, listeners = 0, reaches, read, close }: ReachSheetProps) {
  const { t } = useLocale();
  const { preferences } = useStore(useApp().people);
  const times = useTimes(number, listeners, reaches, read);
  const groups = [
    { tick: "read", title: t.chat.readBy },
    { tick: "delivered", title: t.chat.deliveredTo },
    { tick: "sent", title: t.chat.notYet },
  ] as const;
  return (
    <Sheet title={t.chat.details} closeLabel={t.chat.close} close={close}>
      <div className={styles.groups}>
        {preferences.reads_privately && <p className={styles.note}>{t.chat.youReadPrivately}</p>}
        {groups.map(({ tick, title }) => {
          const members = reaches.filter((reach) => tickOf(reach, number) === tick);
          if (members.length === 0) return null;
          return (
            <section key={tick}>
              <h3 className={styles.title}>
                <Tick tick={tick} /> {title}
              </h3>
              <ul>
                {members.map((reach) => (
                  <Member
                    key={reach.person.id}
                    reach={reach}
                    tick={tick}
                    times={times.get(reach.person.id)}
                    hidden={reach.readHidden && !preferences.reads_privately}
                  />
                ))}
              </ul>
            </section>
          );
        })}
      </div>
    </Sheet>
  );
}

type MemberProps = {
  reach: Reach;
  tick: ReachTick;
  times: ReceiptTimes | undefined;
  /** It is worth saying that one cannot know whether they have read it. */
  hidden: boolean;
};

function Member({ reach: { person }, tick, times, hidden }: MemberProps) {
  const { t, language } = useLocale();
  const now = useNow(null);
  const moment = (then: number) =>
    `${dayLabel(then, now, language, t.chat)}, ${timeOfDay(then, language)}`;
  const listenedAt = times?.listenedAt ?? null;
  const at = tick === "read" ? times?.readAt : tick === "delivered" ? times?.deliveredAt : null;
  return (
    <li className={styles.person}>
      <Avatar person={person} size={36} />
      <span className={styles.name}>
        {person.name}
        {listenedAt !== null && (
          <small className={styles.detail}>{t.chat.listenedAt(moment(listenedAt))}</small>
        )}
        {hidden && <small className={styles.detail}>{t.chat.readsPrivately}</small>}
      </span>
      {at != null && (
        <time className={styles.moment} dateTime={new Date(at).toISOString()}>
          {moment(at)}
        </time>
      )}
    </li>
  );
}

type ReachTick = "read" | "delivered" | "sent";

function tickOf({ readNumber, deliveredNumber }: Reach, number: number): ReachTick {
  if (readNumber >= number) return "read";
  return deliveredNumber >= number ? "delivered" : "sent";
}

/** Reads the times, and again whenever somebody gets to the message while it is looked at. */
function useTimes(
  number: number,
  listeners: number,
  reaches: readonly Reach[],
  read: EntryActions["receipts"],
): ReadonlyMap<PersonId, ReceiptTimes> {
  const [times, setTimes] = useState<ReadonlyMap<PersonId, ReceiptTimes>>(new Map());
  const ticks = reaches.map((reach) => tickOf(reach, number)).join();
  const reached = `${number} ${listeners} ${ticks}`;
  const possible = read !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: reads what `reached` says has changed.
  useEffect(() => {
    let current = true;
    // Without them it still says who: the groups are known by themselves.
    read?.().then(
      (known) => current && setTimes(known),
      () => {},
    );
    return () => {
      current = false;
    };
  }, [reached, possible]);
  return times;
}
