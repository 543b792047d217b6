/** Things said once, at the foot of the screen. */

import type { Catalogue } from "../core/i18n";
import type { Notice } from "../core/model";
import type { ConversationId } from "../core/protocol";
import { useLocale } from "./locale";
import styles from "./Notices.module.css";
import { Toast } from "./Toast";

type NoticesProps = {
  notices: readonly Notice[];
  open: (conversation: ConversationId) => void;
};

export function Notices({ notices, open }: NoticesProps) {
  const { t } = useLocale();
  return (
    <section
      className={styles.stack}
      aria-label={t.notice.region}
      aria-live="polite"
      // Reached while a sheet is open, too.
      data-react-aria-top-layer="true"
    >
      {notices.map(({ key, kind, dismiss }) => (
        <Toast
          key={key}
          dismiss={dismiss}
          dismissLabel={t.notice.dismiss}
          action={
            kind.kind === "missed_call"
              ? {
                  label: t.notice.open,
                  onPress: () => {
                    open(kind.conversation);
                    dismiss();
                  },
                }
              : undefined
          }
        >
          {words(kind, t)}
        </Toast>
      ))}
    </section>
  );
}

function words(kind: Notice["kind"], t: Catalogue): string {
  switch (kind.kind) {
    case "problem":
      return t.problem[kind.problem];
    case "stopped":
      return t.notice.stopped[kind.source](kind.by);
    case "microphone_lost":
    case "camera_lost":
    case "blur_lost":
    case "storage_full":
      return t.notice[kind.kind];
    default:
      return t.notice[kind.kind](kind.title);
  }
}
