/** Something said once, with at most one thing to do about it. */

import { X } from "lucide-react";
import type { ReactNode } from "react";

import { IconButton } from "./Button";
import styles from "./Toast.module.css";

type ToastProps = {
  children: ReactNode;
  action?: { label: string; onPress: () => void } | undefined;
  dismiss: () => void;
  dismissLabel: string;
};

export function Toast({ children, action, dismiss, dismissLabel }: ToastProps) {
  return (
    <div className={styles.toast}>
      <span className={styles.text}>{children}</span>
      {action && (
        <button type="button" className={styles.action} onClick={action.onPress}>
          {action.label}
        </button>
      )}
      <IconButton label={dismissLabel} size="small" look="overlay" onPress={dismiss}>
        <X size={16} />
      </IconButton>
    </div>
  );
}
