/** A line across the top: something about the whole app, and what can be done about it. */

import type { LucideIcon } from "lucide-react";

import styles from "./Banner.module.css";
import { Spinner } from "./Spinner";

type BannerProps = {
  text: string;
  /** `calm` is news, `warn` is in the way of something, `danger` loses something. */
  look?: "calm" | "warn" | "danger";
  /** Absent while something is under way: the fruits take its place. */
  icon?: LucideIcon;
  action?: { label: string; onPress: () => void };
};

export function Banner({ text, look = "warn", icon: Icon, action }: BannerProps) {
  return (
    <div className={styles.banner} role="status" data-look={look}>
      {Icon === undefined ? <Spinner size={22} /> : <Icon size={18} aria-hidden="true" />}
      <span className={styles.text}>{text}</span>
      {action && (
        <button type="button" className={styles.action} onClick={action.onPress}>
          {action.label}
        </button>
      )}
    </div>
  );
}
