/** What a message answers: whose words, the beginning of them, and the way there. */

import type { QuoteView } from "../core/model";
import { useLocale } from "../ui/locale";
import { hue } from "../ui/names";
import styles from "./QuoteBlock.module.css";
import { contentLine } from "./say";

type QuoteBlockProps = {
  said: QuoteView["quoted"];
  /** Goes to it; absent where it only shows what one answers. */
  jump?: (() => void) | undefined;
};

export function QuoteBlock({ said, jump }: QuoteBlockProps) {
  const { t, language } = useLocale();
  const words = (
    <>
      {said !== null && (
        <span className={styles.name}>
          {said.sender.self ? t.people.youCapital : said.sender.name}
        </span>
      )}
      <span className={styles.text}>
        {said === null
          ? t.message.notHere
          : contentLine(said.content, said.sender, t, language).slice(0, MOST_LETTERS)}
      </span>
    </>
  );
  const properties = {
    className: styles.quote,
    style: { color: said === null ? undefined : `var(--name-${hue(said.sender.id)})` },
  };
  if (jump === undefined) return <span {...properties}>{words}</span>;
  return (
    <button
      type="button"
      {...properties}
      title={said === null ? t.message.goToMessage : t.message.goToQuote(said.sender.name)}
      onClick={jump}
    >
      {words}
    </button>
  );
}

/** Two lines of a wide bubble. */
const MOST_LETTERS = 240;
