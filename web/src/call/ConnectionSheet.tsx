/** How well one is connected to the call, in numbers. */

import type { Quality } from "../core/protocol";
import { useLocale } from "../ui/locale";
import { Sheet } from "../ui/Sheet";
import styles from "./ConnectionSheet.module.css";

type ConnectionSheetProps = {
  quality: Quality;
  close: () => void;
};

export function ConnectionSheet({ quality, close }: ConnectionSheetProps) {
  const { t, language } = useLocale();
  const words = t.quality;
  const percent = new Intl.NumberFormat(language, { style: "percent" });
  const time = new Intl.NumberFormat(language, { style: "unit", unit: "millisecond" });
  const kilobits = new Intl.NumberFormat(language, {
    style: "unit",
    unit: "kilobit-per-second",
    maximumFractionDigits: 0,
  });
  const rate = (kbps: number) => (kbps === 0 ? words.unknown : kilobits.format(kbps));
  const figures = [
    [words.lossDown, percent.format(quality.loss_down_percent / 100)],
    [words.lossUp, percent.format(quality.loss_up_percent / 100)],
    [words.roundTrip, time.format(quality.round_trip_ms)],
    [words.path, rate(quality.path_kbps)],
    [words.wanted, rate(quality.wanted_kbps)],
    [words.given, rate(quality.given_kbps)],
  ] as const;
  return (
    <Sheet title={words.title} close={close}>
      <div className={styles.body}>
        <p className={styles.verdict}>{quality.weak ? words.isWeak : words.isGood}</p>
        <dl className={styles.figures}>
          {figures.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
    </Sheet>
  );
}
