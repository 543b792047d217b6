/** All emoji, by group and by name in the language of the person; loaded when it is first opened. */

import { EmojiPicker as Picker } from "frimousse";
import type { AriaAttributes } from "react";

import { useLocale } from "../ui/locale";
import styles from "./EmojiPicker.module.css";

type EmojiPickerProps = {
  pick: (emoji: string) => void;
};

export function EmojiPicker({ pick }: EmojiPickerProps) {
  const { t, language } = useLocale();
  return (
    <Picker.Root
      className={styles.picker}
      locale={language}
      columns={COLUMNS}
      emojiVersion={EMOJI_VERSION}
      emojibaseUrl={EMOJI_DATA}
      onEmojiSelect={({ emoji }) => pick(emoji)}
    >
      <div className={styles.head}>
        <Picker.Search
          className={styles.search}
          aria-label={t.composer.emojiSearch}
          placeholder={t.composer.emojiSearch}
          autoFocus
        />
        <Picker.SkinToneSelector className={styles.tone} aria-label={t.composer.skinTone} />
      </div>
      <Picker.Viewport className={styles.viewport}>
        <Picker.Loading className={styles.quiet}>{t.composer.emojiLoading}</Picker.Loading>
        <Picker.Empty className={styles.quiet}>{t.composer.emojiNone}</Picker.Empty>
        <Picker.List
          className={styles.list}
          components={{
            CategoryHeader: ({ category, ...properties }) => (
              <div {...properties} className={styles.group}>
                {category.label}
              </div>
            ),
            Row: ({ children, ...properties }) => (
              <div {...properties} {...rowFromOne(properties)} className={styles.row}>
                {children}
              </div>
            ),
            Emoji: ({ emoji, ...properties }) => (
              <button
                {...properties}
                {...columnFromOne(properties)}
                type="button"
                className={styles.emoji}
                title={emoji.label}
              >
                {emoji.emoji}
              </button>
            ),
          }}
        />
      </Picker.Viewport>
    </Picker.Root>
  );
}

/** The picker counts columns from 0; screen readers do from 1 (WAI-ARIA 1.2 § 6.6). */
function columnFromOne({ "aria-colindex": index }: AriaAttributes): AriaAttributes {
  return index === undefined ? {} : { "aria-colindex": index + 1 };
}

/** It finds rows by their numbers when it scrolls, all but the first, which cannot keep its 0. */
function rowFromOne({ "aria-rowindex": index }: AriaAttributes): AriaAttributes {
  return index === 0 ? { "aria-rowindex": undefined } : {};
}

const COLUMNS = 8;

/** What the fonts of phones and desktops of the last two years have. */
const EMOJI_VERSION = 15.1;

/** Where `vite.config.ts` puts the names of emoji: on this server, under their version. */
const EMOJI_DATA = "/assets/emoji-17.0.0";
