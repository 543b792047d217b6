/** A dialog: a card in the middle of a desktop, a sheet from the foot of a phone. */

import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";

import { Button, IconButton } from "./Button";
import { useLocale } from "./locale";
import styles from "./Sheet.module.css";

type SheetProps = {
  title: string;
  /** "Close" when absent. */
  closeLabel?: string;
  close: () => void;
  children: ReactNode;
  size?: "medium" | "large";
};

export function Sheet({ title, closeLabel, close, children, size = "medium" }: SheetProps) {
  const { t } = useLocale();
  return (
    <Frame close={close} size={size}>
      <Dialog className={styles.dialog ?? ""}>
        <header className={styles.head}>
          <Heading slot="title" className={styles.title ?? ""}>
            {title}
          </Heading>
          <IconButton label={closeLabel ?? t.ui.close} onPress={close}>
            <X size={22} />
          </IconButton>
        </header>
        {children}
      </Dialog>
    </Frame>
  );
}

type ConfirmProps = {
  /** The question. */
  title: string;
  /** What will happen. */
  text: string;
  /** The answer that does it. */
  confirmLabel: string;
  /** Whether it cannot be taken back. */
  danger?: boolean;
  confirm: () => void;
  close: () => void;
};

/** Asks before something that matters. */
export function Confirm({
  title,
  text,
  confirmLabel,
  danger = false,
  confirm,
  close,
}: ConfirmProps) {
  const { t } = useLocale();
  return (
    <Frame close={close} size="small">
      <Dialog className={styles.dialog ?? ""} role="alertdialog">
        <div className={styles.question}>
          <Heading slot="title" className={styles.title ?? ""}>
            {title}
          </Heading>
          <p className={styles.text}>{text}</p>
        </div>
        <footer className={styles.answers}>
          <Button look="plain" onPress={close}>
            {t.ui.cancel}
          </Button>
          <Button
            look={danger ? "danger" : "primary"}
            onPress={() => {
              confirm();
              close();
            }}
          >
            {confirmLabel}
          </Button>
        </footer>
      </Dialog>
    </Frame>
  );
}

type FrameProps = {
  close: () => void;
  size: "small" | "medium" | "large";
  children: ReactNode;
};

function Frame({ close, size, children }: FrameProps) {
  return (
    <ModalOverlay
      className={styles.overlay ?? ""}
      isOpen
      isDismissable
      onOpenChange={(open) => {
        if (!open) close();
      }}
    >
      <Modal className={styles.modal ?? ""} data-size={size}>
        {children}
      </Modal>
    </ModalOverlay>
  );
}
