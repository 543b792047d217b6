/** Sharing the screen: what matters in it is asked before, and can be changed while it is shared. */

import { FileText, Film, MonitorOff, MonitorUp } from "lucide-react";

import type { ScreenControl, ScreenMode } from "../core/model";
import { letterOf } from "../core/shortcuts";
import { Button, IconButton } from "../ui/Button";
import { useLocale } from "../ui/locale";
import { Menu } from "../ui/Menu";
import { Segmented } from "../ui/Segmented";
import styles from "./ScreenButton.module.css";

type ScreenButtonProps = {
  screen: ScreenControl;
};

export function ScreenButton({ screen }: ScreenButtonProps) {
  const { t } = useLocale();
  const { possible, start, stop } = screen;
  if (!possible) return null;
  if (stop !== undefined) {
    return (
      <IconButton
        label={t.call.stopSharing}
        size="large"
        look="lit"
        onPress={stop}
        shortcut={letterOf("screen")}
      >
        <MonitorOff size={23} />
      </IconButton>
    );
  }
  const entry = (mode: ScreenMode) => ({
    id: mode,
    label: mode === "text" ? t.call.shareText : t.call.shareMotion,
    hint: mode === "text" ? t.call.shareTextHint : t.call.shareMotionHint,
    icon: mode === "text" ? FileText : Film,
    action: start && (() => start(mode)),
  });
  return (
    <Menu
      placement="top"
      entries={[entry("text"), entry("motion")]}
      trigger={
        <IconButton
          label={t.call.share}
          size="large"
          look="stage"
          disabled={start === undefined}
          shortcut={letterOf("screen")}
        >
          <MonitorUp size={23} />
        </IconButton>
      }
    />
  );
}

/** What a presenter sees all the time. */
export function PresenterBar({ screen }: ScreenButtonProps) {
  const { t } = useLocale();
  const { state, mode, setMode, stop } = screen;
  if (state.kind !== "on") return null;
  return (
    <section className={styles.bar} aria-label={t.call.screen}>
      <span className={styles.words}>
        <MonitorUp size={18} aria-hidden="true" />
        {state.sound ? t.call.sharingSound : t.call.sharing}
      </span>
      <Segmented
        label={t.call.shareMode}
        value={mode}
        onChange={(next) => setMode?.(next)}
        segments={[
          { value: "text", label: t.call.shareText },
          { value: "motion", label: t.call.shareMotion },
        ]}
      />
      <Button look="danger" size="small" onPress={stop}>
        {t.call.stopSharing}
      </Button>
    </section>
  );
}
