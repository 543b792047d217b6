/** Things said once, at the foot of the screen. */

import { X } from "lucide-react";

import type { Catalogue } from "../core/i18n";
import type { Notice } from "../core/model";
import type { ConversationId } from "../core/protocol";
import { IconButton } from "./Button";
import { useLocale } from "./locale";
import styles from "./Notices.module.css";

type NoticesProps = {
  notices: readonly Notice[];
  open: (conversation: ConversationId) => void;
};

export function Notices({ notices, open }: NoticesProps) {
  const { t } = useLocale();
  return (
    <section className={styles.stack} aria-label={t.notice.region} aria-live="polite">
      {notices.map(({ key, kind, dismiss }) => (
        <div key={key} className={styles.notice}>
          <span className={styles.text}>{words(kind, t)}</span>
          {kind.kind === "missed_call" && (
            <button
              type="button"
              className={styles.action}
              onClick={() => {
                open(kind.conversation);
                dismiss();
              }}
            >
              {t.notice.open}
            </button>
          )}
          <IconButton label={t.notice.dismiss} size="small" look="dark" onPress={dismiss}>
            <X size={16} />
          </IconButton>
        </div>
      ))}
    </section>
  );
}

function words(kind: Notice["kind"], t: Catalogue): string {
  switch (kind.kind) {
    case "problem":
      return t.problem[kind.problem];
    case "microphone_lost":
    case "camera_lost":
      return t.notice[kind.kind];
    default:
      return t.notice[kind.kind](kind.title);
  }
}
