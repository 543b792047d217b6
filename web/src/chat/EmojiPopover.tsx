/** The emoji beside a control, and the few that are reacted with most. */

import { Plus } from "lucide-react";
import { type RefObject, useState } from "react";
import { Dialog } from "react-aria-components";

import { EmojiPicker } from "../lazy";
import { useLocale } from "../ui/locale";
import { PopoverSurface } from "../ui/Popover";
import styles from "./EmojiPopover.module.css";

type EmojiPopoverProps = {
  beside: RefObject<HTMLElement | null>;
  pick: (emoji: string) => void;
  close: () => void;
  /** Begins with the few of a reaction; the emoji that is one's own is marked. */
  quick?: { own: string | null };
};

export function EmojiPopover({ beside, pick, close, quick }: EmojiPopoverProps) {
  const { t } = useLocale();
  const [all, setAll] = useState(quick === undefined);
  const choose = (emoji: string): void => {
    pick(emoji);
    close();
  };
  return (
    <PopoverSurface
      triggerRef={beside}
      isOpen
      onOpenChange={(open) => {
        if (!open) close();
      }}
      placement="top"
    >
      <Dialog
        className={styles.dialog ?? ""}
        aria-label={quick === undefined ? t.composer.emoji : t.message.react}
      >
        {all ? (
          <div className={styles.all}>
            <EmojiPicker pick={choose} />
          </div>
        ) : (
          <QuickReactions own={quick?.own ?? null} pick={choose} more={() => setAll(true)} />
        )}
      </Dialog>
    </PopoverSurface>
  );
}

type QuickReactionsProps = {
  own: string | null;
  pick: (emoji: string) => void;
  more: () => void;
};

/** One press each; the last of them opens all. */
export function QuickReactions({ own, pick, more }: QuickReactionsProps) {
  const { t } = useLocale();
  return (
    <div className={styles.quick} role="toolbar" aria-label={t.message.react}>
      {QUICK.map((emoji) => (
        <button
          key={emoji}
          type="button"
          className={styles.emoji}
          aria-pressed={emoji === own}
          aria-label={emoji === own ? t.message.takeBack(emoji) : t.message.reactWith(emoji)}
          onClick={() => pick(emoji)}
        >
          {emoji}
        </button>
      ))}
      <button
        type="button"
        className={styles.emoji}
        aria-label={t.message.otherReaction}
        title={t.message.otherReaction}
        onClick={more}
      >
        <Plus size={20} />
      </button>
    </div>
  );
}

const QUICK = ["👍", "❤️", "😂", "😮", "😢", "🙏"];
