/** The call in a window of its own. */

import { Maximize2 } from "lucide-react";
import { useLayoutEffect } from "react";
import { createPortal } from "react-dom";

import type { CurrentCall } from "../core/model";
import { IconButton } from "../ui/Button";
import { useLocale } from "../ui/locale";
import { CallPicture } from "./CallPicture";
import styles from "./CallWindow.module.css";
import { SmallControls } from "./SmallControls";
import { useCallKeys } from "./useCallKeys";

type CallWindowProps = {
  view: Window;
  call: CurrentCall;
  restore: () => void;
};

export function CallWindow({ view, call, restore }: CallWindowProps) {
  const { t } = useLocale();
  useCallKeys(call, view);
  useLayoutEffect(() => dress(view.document), [view]);
  return createPortal(
    <main className={styles.window} aria-label={t.call.label(call.title)}>
      <CallPicture call={call} />
      <div className={styles.controls}>
        <SmallControls call={call} elsewhere />
        <IconButton label={t.call.restore} look="stage" onPress={restore} elsewhere>
          <Maximize2 size={19} />
        </IconButton>
      </div>
    </main>,
    view.document.body,
  );
}

/** The looks of the page, for a window that begins without any. */
function dress(other: Document): void {
  for (const { name, value } of document.documentElement.attributes) {
    other.documentElement.setAttribute(name, value);
  }
  other.title = document.title;
  for (const sheet of document.querySelectorAll("link[rel=stylesheet], style")) {
    other.head.append(sheet.cloneNode(true));
  }
}
