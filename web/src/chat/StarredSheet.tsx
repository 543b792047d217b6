/** One's starred messages from all conversations, the one starred last first. */

import type { ConversationList } from "../core/model";
import { EmptyState } from "../ui/EmptyState";
import { useLocale } from "../ui/locale";
import { Sheet } from "../ui/Sheet";
import { FoundList } from "./FoundList";
import styles from "./StarredSheet.module.css";

type StarredSheetProps = {
  read: ConversationList["readStarred"];
  close: () => void;
};

export function StarredSheet({ read, close }: StarredSheetProps) {
  const { t } = useLocale();
  return (
    <Sheet title={t.info.starred} close={close}>
      <div className={styles.body}>
        <FoundList
          label={t.info.starred}
          of="starred"
          read={read}
          empty={<EmptyState title={t.info.nothingStarred} text={t.info.nothingStarredText} />}
          titled
          onJump={close}
        />
      </div>
    </Sheet>
  );
}
