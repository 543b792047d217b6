/** What one wants now and then in a call: another layout, the full screen, the end for everybody. */

import { Ellipsis, LayoutGrid, Maximize, Minimize, PhoneOff, UserRound } from "lucide-react";
import { useState, useSyncExternalStore } from "react";

import type { CurrentCall } from "../core/model";
import { IconButton } from "../ui/Button";
import { useLocale } from "../ui/locale";
import { Menu, type MenuEntry } from "../ui/Menu";
import { Confirm } from "../ui/Sheet";

type MoreButtonProps = {
  call: CurrentCall;
};

export function MoreButton({ call }: MoreButtonProps) {
  const { t } = useLocale();
  const [ending, setEnding] = useState(false);
  const full = useFullScreen();
  const { layout, endForAll } = call;
  const { mode, setMode } = layout;
  const entries: MenuEntry[] = [
    {
      id: "grid",
      label: t.call.grid,
      icon: LayoutGrid,
      chosen: mode === "grid",
      action: () => setMode("grid"),
    },
    {
      id: "speaker",
      label: t.call.speaker,
      icon: UserRound,
      chosen: mode === "speaker",
      action: () => setMode("speaker"),
    },
  ];
  if (document.fullscreenEnabled) {
    entries.push("line", {
      id: "full",
      label: full ? t.call.leaveFullScreen : t.call.fullScreen,
      icon: full ? Minimize : Maximize,
      action: toggleFullScreen,
    });
  }
  if (endForAll !== undefined) {
    entries.push("line", {
      id: "end",
      label: t.call.endForAll,
      icon: PhoneOff,
      danger: true,
      action: () => setEnding(true),
    });
  }
  return (
    <>
      <Menu
        placement="top end"
        entries={entries}
        trigger={
          <IconButton label={t.call.options} size="large" look="stage" disabled={false}>
            <Ellipsis size={23} />
          </IconButton>
        }
      />
      {ending && endForAll && (
        <Confirm
          title={t.call.endTitle}
          text={t.call.endText}
          confirmLabel={t.call.endForAll}
          danger
          confirm={endForAll}
          close={() => setEnding(false)}
        />
      )}
    </>
  );
}

function useFullScreen(): boolean {
  return useSyncExternalStore(followFullScreen, () => document.fullscreenElement !== null);
}

function followFullScreen(changed: () => void): () => void {
  document.addEventListener("fullscreenchange", changed);
  return () => document.removeEventListener("fullscreenchange", changed);
}

/** The whole page, so that menus and dialogs stay in it. A browser may say no; then nothing happens. */
function toggleFullScreen(): void {
  const done =
    document.fullscreenElement === null
      ? document.documentElement.requestFullscreen()
      : document.exitFullscreen();
  done.catch(() => undefined);
}
