/** What somebody shares, all of it, as large as there is room. */

import { MonitorUp } from "lucide-react";

import type { ScreenTile } from "../core/model";
import { useLocale } from "../ui/locale";
import { Spinner } from "../ui/Spinner";
import styles from "./SharedScreen.module.css";
import { useSizeReport } from "./useSizeReport";
import { VideoPicture } from "./VideoPicture";

type SharedScreenProps = {
  screen: ScreenTile;
  width: number;
  height: number;
};

export function SharedScreen({ screen, width, height }: SharedScreenProps) {
  const { t } = useLocale();
  const { person, stream, paused, setSize } = screen;
  useSizeReport(setSize, width, height);
  const words = t.call.shares(person.name);
  return (
    <figure
      className={styles.screen}
      aria-label={t.call.screenOf(person.name)}
      style={{ inlineSize: width, blockSize: height }}
    >
      {stream !== null ? (
        <VideoPicture stream={stream} whole />
      ) : paused !== null ? (
        <p>{t.call.paused[paused]}</p>
      ) : (
        <Spinner size={32} />
      )}
      <p className={styles.label} aria-hidden="true">
        <MonitorUp size={15} /> <span className={styles.name}>{words}</span>
      </p>
    </figure>
  );
}
