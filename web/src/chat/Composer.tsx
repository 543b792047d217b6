/** Where one writes: grows with the text, Enter sends, Shift+Enter makes a new line. */

import { SendHorizontal } from "lucide-react";
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";

import { MAX_TEXT_BYTES } from "../core/model";
import { IconButton } from "../ui/Button";
import { useLocale } from "../ui/locale";
import styles from "./Composer.module.css";

type ComposerProps = {
  /** Names the field: to whom one writes. */
  title: string;
  /** What was being written when the conversation was left. */
  draft: string;
  setDraft: (text: string) => void;
  send: (text: string) => void;
  /** Puts the cursor into the field when it appears; not on phones, where a keyboard would come up. */
  focus: boolean;
};

export function Composer({ title, draft, setDraft, send, focus }: ComposerProps) {
  const { t } = useLocale();
  const [text, setText] = useState(draft);
  const field = useRef<HTMLTextAreaElement>(null);
  const tooLong = new TextEncoder().encode(text.trim()).length > MAX_TEXT_BYTES;
  const empty = text.trim() === "";

  useEffect(() => {
    if (focus) field.current?.focus();
  }, [focus]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text.
  useLayoutEffect(() => {
    const area = field.current;
    if (area === null) return;
    area.style.blockSize = "auto";
    area.style.blockSize = `${Math.min(area.scrollHeight, MAX_HEIGHT)}px`;
  }, [text]);

  const write = (next: string): void => {
    setText(next);
    setDraft(next);
  };

  const submit = (): void => {
    if (empty || tooLong) return;
    send(text);
    setText("");
    field.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    // While an input method composes, Enter chooses a candidate.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };

  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {tooLong && (
        <p className={styles.problem} role="alert">
          {t.chat.tooLong}
        </p>
      )}
      <div className={styles.row}>
        <textarea
          ref={field}
          className={styles.field}
          rows={1}
          dir="auto"
          aria-label={t.chat.composer(title)}
          placeholder={t.chat.placeholder}
          value={text}
          enterKeyHint="send"
          onChange={(event) => write(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <IconButton type="submit" look="primary" label={t.chat.send} disabled={empty || tooLong}>
          <SendHorizontal size={20} />
        </IconButton>
      </div>
    </form>
  );
}

/** Seven lines; a longer text scrolls in the field. */
const MAX_HEIGHT = 176;
