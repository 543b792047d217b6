/** What can be done about somebody in a call, as a menu: on the tile and in the list. */

import { Hand, MicOff, Pin, PinOff, ScreenShareOff, UserMinus, VideoOff } from "lucide-react";

import type { Catalogue } from "../core/i18n";
import type { CallLayout, Tile } from "../core/model";
import type { MenuEntry } from "../ui/Menu";

/** The entries that are possible now; none when one can do nothing. `remove` asks first. */
export function tileMenu(
  { participant, actions }: Tile,
  layout: CallLayout | undefined,
  t: Catalogue,
  remove: () => void,
): MenuEntry[] {
  const pinned = layout?.pinned === participant;
  const entries: MenuEntry[] = [
    {
      id: "pin",
      label: pinned ? t.call.unpin : t.call.pin,
      icon: pinned ? PinOff : Pin,
      action: layout && (() => layout.pin(pinned ? null : participant)),
    },
    {
      id: "mute",
      label: t.floor.mute,
      hint: t.floor.muteHint,
      icon: MicOff,
      action: actions.mute,
    },
    { id: "camera", label: t.floor.stopCamera, icon: VideoOff, action: actions.stopCamera },
    { id: "screen", label: t.floor.stopScreen, icon: ScreenShareOff, action: actions.stopScreen },
    { id: "hand", label: t.floor.lowerTheirHand, icon: Hand, action: actions.lowerHand },
    {
      id: "remove",
      label: t.floor.remove,
      icon: UserMinus,
      danger: true,
      action: actions.remove && remove,
    },
  ];
  return entries.filter((entry) => entry === "line" || entry.action !== undefined);
}
