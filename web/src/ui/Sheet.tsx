/** A dialog: a card in the middle of a desktop, a sheet from the foot of a phone. */

import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";

import { IconButton } from "./Button";
import styles from "./Sheet.module.css";

type SheetProps = {
  title: string;
  closeLabel: string;
  close: () => void;
  children: ReactNode;
};

export function Sheet({ title, closeLabel, close, children }: SheetProps) {
  return (
    <ModalOverlay
      className={styles.overlay ?? ""}
      isOpen
      isDismissable
      onOpenChange={(open) => {
        if (!open) close();
      }}
    >
      <Modal className={styles.modal ?? ""}>
        <Dialog className={styles.dialog ?? ""}>
          <header className={styles.head}>
            <Heading slot="title" className={styles.title ?? ""}>
              {title}
            </Heading>
            <IconButton label={closeLabel} onPress={close}>
              <X size={22} />
            </IconButton>
          </header>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
