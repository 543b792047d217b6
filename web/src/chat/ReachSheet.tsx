/** Who has received and who has read one message. */

import type { Reach } from "../core/model";
import { Avatar } from "../ui/Avatar";
import { useLocale } from "../ui/locale";
import { Sheet } from "../ui/Sheet";
import styles from "./ReachSheet.module.css";
import { Tick } from "./Tick";

type ReachSheetProps = {
  /** The message's number. */
  number: number;
  reaches: readonly Reach[];
  close: () => void;
};

export function ReachSheet({ number, reaches, close }: ReachSheetProps) {
  const { t } = useLocale();
  const read = reaches.filter((reach) => reach.readNumber >= number);
  const delivered = reaches.filter(
    (reach) => reach.readNumber < number && reach.deliveredNumber >= number,
  );
  const waiting = reaches.filter((reach) => reach.deliveredNumber < number);
  const groups = [
    { tick: "read", title: t.chat.readBy, members: read },
    { tick: "delivered", title: t.chat.deliveredTo, members: delivered },
    { tick: "sent", title: t.chat.notYet, members: waiting },
  ] as const;
  return (
    <Sheet title={t.chat.details} closeLabel={t.chat.close} close={close}>
      <div className={styles.groups}>
        {groups
          .filter((group) => group.members.length > 0)
          .map((group) => (
            <section key={group.tick}>
              <h3 className={styles.title}>
                <Tick tick={group.tick} /> {group.title}
              </h3>
              <ul>
                {group.members.map(({ person }) => (
                  <li key={person.id} className={styles.person}>
                    <Avatar person={person} size={36} /> {person.name}
                  </li>
                ))}
              </ul>
            </section>
          ))}
      </div>
    </Sheet>
  );
}
