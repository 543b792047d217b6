/** What one wants now and then in a call, and what a short row of controls has no room for. */

import {
  Ellipsis,
  FileText,
  Film,
  Hand,
  LayoutGrid,
  Maximize,
  Minimize,
  MonitorOff,
  PhoneOff,
  PictureInPicture2,
  Settings2,
  SignalHigh,
  UserRound,
  Users,
} from "lucide-react";
import { useState, useSyncExternalStore } from "react";

import type { Catalogue } from "../core/i18n";
import type { CurrentCall } from "../core/model";
import { IconButton } from "../ui/Button";
import { useLocale } from "../ui/locale";
import { Menu, type MenuEntry } from "../ui/Menu";
import { Confirm } from "../ui/Sheet";
import { ConnectionSheet } from "./ConnectionSheet";
import { DevicesSheet } from "./DevicesSheet";
import { HandsBeside, peopleIn } from "./FloorControls";

type MoreButtonProps = {
  call: CurrentCall;
  /** What has no room in the row is in the menu. */
  compact: boolean;
  showPeople: () => void;
  /** Shows the call in a window of its own; undefined where there are none. */
  popOut: (() => void) | undefined;
};

export function MoreButton({ call, compact, showPeople, popOut }: MoreButtonProps) {
  const { t, language } = useLocale();
  const [asked, setAsked] = useState<"nothing" | "end" | "devices" | "connection">("nothing");
  const full = useFullScreen();
  const { endForAll } = call;
  const forget = (): void => setAsked("nothing");
  const entries: MenuEntry[] = [];
  if (compact) {
    const count = new Intl.NumberFormat(language).format(peopleIn(call));
    entries.push(
      ...rowEntries(call, t),
      { id: "people", label: t.floor.people(count), icon: Users, action: showPeople },
      {
        id: "devices",
        label: t.call.devices,
        icon: Settings2,
        action: () => setAsked("devices"),
      },
      "line",
    );
  }
  entries.push(...layoutEntries(call, t));
  if (call.quality !== null) {
    entries.push("line", {
      id: "connection",
      label: t.quality.title,
      icon: SignalHigh,
      action: () => setAsked("connection"),
    });
  }
  if (document.fullscreenEnabled || popOut) entries.push("line");
  if (popOut) {
    entries.push({
      id: "window",
      label: t.call.ownWindow,
      icon: PictureInPicture2,
      action: popOut,
    });
  }
  if (document.fullscreenEnabled) {
    entries.push({
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
      action: () => setAsked("end"),
    });
  }
  const trigger = (
    <IconButton label={t.call.options} size="large" look="stage" disabled={false}>
      <Ellipsis size={23} />
    </IconButton>
  );
  const menu = <Menu placement="top end" entries={entries} trigger={trigger} />;
  return (
    <>
      <HandsBeside call={compact ? call : null}>{menu}</HandsBeside>
      {asked === "devices" && <DevicesSheet call={call} close={forget} />}
      {asked === "connection" && call.quality && (
        <ConnectionSheet quality={call.quality} close={forget} />
      )}
      {asked === "end" && endForAll && (
        <Confirm
          title={t.call.endTitle}
          text={t.call.endText}
          confirmLabel={t.call.endForAll}
          danger
          confirm={endForAll}
          close={forget}
        />
      )}
    </>
  );
}

/** What a long row has buttons for. */
function rowEntries({ screen, floor }: CurrentCall, t: Catalogue): MenuEntry[] {
  const { raised, toggle } = floor.hand;
  const { possible, start, stop } = screen;
  const entries: MenuEntry[] = [
    {
      id: "hand",
      label: raised ? t.floor.lowerHand : t.floor.raiseHand,
      icon: Hand,
      action: toggle,
    },
  ];
  if (stop !== undefined) {
    entries.push({ id: "stop", label: t.call.stopSharing, icon: MonitorOff, action: stop });
  } else if (possible) {
    entries.push(
      {
        id: "text",
        label: t.call.share,
        hint: t.call.shareTextHint,
        icon: FileText,
        action: start && (() => start("text")),
      },
      {
        id: "motion",
        label: t.call.share,
        hint: t.call.shareMotionHint,
        icon: Film,
        action: start && (() => start("motion")),
      },
    );
  }
  return entries;
}

function layoutEntries({ layout: { mode, setMode } }: CurrentCall, t: Catalogue): MenuEntry[] {
  return [
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
