/** Says that one's own connection is weak, and in what. */

import { SignalLow } from "lucide-react";
import { useState } from "react";

import type { Catalogue } from "../core/i18n";
import type { Quality } from "../core/protocol";
import { useLocale } from "../ui/locale";
import styles from "./CallView.module.css";
import { ConnectionSheet } from "./ConnectionSheet";

export function WeakConnection({ quality }: { quality: Quality | null }) {
  const { t, language } = useLocale();
  const [open, setOpen] = useState(false);
  if (quality === null || (!quality.weak && !open)) return null;
  return (
    <>
      {quality.weak && (
        <p className={styles.strip}>
          <SignalLow size={17} aria-hidden="true" className={styles.stripIcon} />
          <span>{weakWords(quality, t, language)}</span>
          <button type="button" className={styles.again} onClick={() => setOpen(true)}>
            {t.quality.details}
          </button>
        </p>
      )}
      {open && <ConnectionSheet quality={quality} close={() => setOpen(false)} />}
    </>
  );
}

/** What is worst about it. */
function weakWords(quality: Quality, { quality: words }: Catalogue, language: string): string {
  const lost = Math.max(quality.loss_down_percent, quality.loss_up_percent);
  if (lost >= FELT_LOSS_PERCENT) {
    return words.lossy(new Intl.NumberFormat(language, { style: "percent" }).format(lost / 100));
  }
  if (quality.round_trip_ms < FELT_ROUND_TRIP_MS) return words.narrow;
  const format = { style: "unit", unit: "second", maximumFractionDigits: 1 } as const;
  const seconds = quality.round_trip_ms / 1_000;
  return words.late(new Intl.NumberFormat(language, format).format(seconds));
}

/** From here on people hear it. The server decides what is weak; these only choose the words. */
const FELT_LOSS_PERCENT = 2;
const FELT_ROUND_TRIP_MS = 400;
