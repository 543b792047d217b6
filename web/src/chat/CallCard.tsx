/** A call as an entry of the timeline, with what can be done about it. */

import { Phone, PhoneMissed, Video } from "lucide-react";

import type { ContentView } from "../core/model";
import type { Media } from "../core/protocol";
import { Button } from "../ui/Button";
import { useLocale } from "../ui/locale";
import styles from "./CallCard.module.css";
import { callWords } from "./say";

type CallCardProps = {
  content: Extract<ContentView, { kind: "call" }>;
  own: boolean;
  /** Joins the call under way or calls back. */
  startCall: ((media: Media) => void) | undefined;
};

export function CallCard({ content, own, startCall }: CallCardProps) {
  const { t, language } = useLocale();
  const { title, detail, missed } = callWords(content, own, t, language);
  const Icon = missed ? PhoneMissed : content.media === "video" ? Video : Phone;
  const action = content.ended === null ? t.callEntry.join : missed ? t.callEntry.callBack : null;
  return (
    <span className={styles.call}>
      <span className={styles.icon} data-missed={missed} data-live={content.ended === null}>
        <Icon size={20} aria-hidden="true" />
      </span>
      <span className={styles.words}>
        <span className={styles.title}>{title}</span>
        <span className={styles.detail} data-missed={missed}>
          {detail}
        </span>
      </span>
      {action !== null && startCall !== undefined && (
        <Button look="primary" onPress={() => startCall(content.media)}>
          {action}
        </Button>
      )}
    </span>
  );
}
