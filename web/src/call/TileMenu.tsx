/** The button on somebody in a call that opens what can be done about them. */

import { EllipsisVertical } from "lucide-react";
import { useState } from "react";

import type { CallLayout, Tile } from "../core/model";
import { IconButton } from "../ui/Button";
import { useLocale } from "../ui/locale";
import { Menu } from "../ui/Menu";
import { Confirm } from "../ui/Sheet";
import { tileMenu } from "./tileMenu";

type TileMenuProps = {
  tile: Tile;
  /** Where a picture can be made large. */
  layout?: CallLayout;
  /** On a picture, or in a list. */
  look: "overlay" | "plain";
};

export function TileMenu({ tile, layout, look }: TileMenuProps) {
  const { t } = useLocale();
  const [asking, setAsking] = useState(false);
  const entries = tileMenu(tile, layout, t, () => setAsking(true));
  const { name } = tile.person;
  const { remove } = tile.actions;
  return (
    <>
      {entries.length > 0 && (
        <Menu
          entries={entries}
          trigger={
            <IconButton label={t.floor.more(name)} look={look} size="small" disabled={false}>
              <EllipsisVertical size={18} />
            </IconButton>
          }
        />
      )}
      {asking && remove && (
        <Confirm
          title={t.floor.removeTitle(name)}
          text={t.floor.removeText}
          confirmLabel={t.floor.remove}
          danger
          confirm={remove}
          close={() => setAsking(false)}
        />
      )}
    </>
  );
}
