/** The call made small: its picture lies above the page while one reads and writes elsewhere. */

import { Move, PictureInPicture2 } from "lucide-react";
import { useRef } from "react";

import type { CurrentCall } from "../core/model";
import { IconButton } from "../ui/Button";
import { useLocale } from "../ui/locale";
import { CallAnnouncer } from "./CallAnnouncer";
import styles from "./CallFloat.module.css";
import { CallPicture, shownIn } from "./CallPicture";
import { SmallControls } from "./SmallControls";
import { useCallKeys } from "./useCallKeys";
import { useCorner } from "./useCorner";

type CallFloatProps = {
  call: CurrentCall;
  restore: () => void;
  /** Shows the call in a window of its own; undefined where there are none. */
  popOut: (() => void) | undefined;
};

export function CallFloat({ call, restore, popOut }: CallFloatProps) {
  const { t, direction } = useLocale();
  useCallKeys(call);
  const box = useRef<HTMLElement>(null);
  const { corner, offset, next, drag } = useCorner(box, direction, restore);
  const moves = shownIn(call).stream !== null;
  const pop = popOut ?? (moves && document.pictureInPictureEnabled ? popVideo : undefined);

  /** Browsers without windows for pages may have them for videos. A refusal changes nothing. */
  function popVideo(): void {
    box.current
      ?.querySelector("video")
      ?.requestPictureInPicture()
      .catch(() => undefined);
  }

  return (
    <section
      ref={box}
      className={styles.float}
      aria-label={t.call.label(call.title)}
      data-corner={corner}
      data-moving={offset !== null}
      style={offset === null ? undefined : { translate: `${offset.x}px ${offset.y}px` }}
    >
      <CallPicture call={call}>
        <button
          type="button"
          className={styles.cover}
          aria-label={`${t.call.restore}: ${call.title}`}
          {...drag}
        />
      </CallPicture>
      <div className={styles.controls}>
        <SmallControls call={call} />
        {pop && (
          <IconButton label={t.call.ownWindow} look="stage" onPress={pop}>
            <PictureInPicture2 size={19} />
          </IconButton>
        )}
        <IconButton label={t.call.moveFloat} look="stage" onPress={next}>
          <Move size={19} />
        </IconButton>
      </div>
      <CallAnnouncer call={call} />
    </section>
  );
}
