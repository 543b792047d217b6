/** The pictures of a call: everybody alike, or one large and the others beside it. */

import type { CurrentCall, Tile } from "../core/model";
import { useLocale } from "../ui/locale";
import { CallGrid } from "./CallGrid";
import styles from "./CallStage.module.css";
import { CallTile } from "./CallTile";
import { fitStage } from "./grid";
import { SharedScreen } from "./SharedScreen";
import { useBoxSize } from "./useBoxSize";

type CallStageProps = {
  call: CurrentCall;
};

export function CallStage({ call }: CallStageProps) {
  const { tiles, layout } = call;
  if (layout.featured === null) return <CallGrid tiles={tiles} layout={layout} />;
  return <Featured call={call} featured={layout.featured} />;
}

function Featured({ call, featured }: CallStageProps & { featured: string }) {
  const { t } = useLocale();
  const { tiles, screens, layout } = call;
  const { box, width, height } = useBoxSize();
  const screen = screens.find(({ key }) => key === featured);
  const large = tiles.find(({ participant }) => participant === featured);
  const rest = tiles.filter((tile) => tile !== large);
  const stage = fitStage(rest.length, width, height, GAP_PX);
  const hidden = rest.length - stage.shown;
  return (
    <div ref={box} className={styles.stage} data-side={stage.side}>
      {screen && (
        <SharedScreen screen={screen} width={stage.large.width} height={stage.large.height} />
      )}
      {large && <CallTile tile={large} layout={layout} {...stage.large} />}
      {stage.shown > 0 && (
        <div className={styles.strip}>
          {inOrder(rest)
            .slice(0, stage.shown)
            .map((tile) => (
              <CallTile key={tile.participant} tile={tile} layout={layout} {...stage.small} />
            ))}
        </div>
      )}
      {hidden > 0 && <p className={styles.hidden}>{t.call.more(String(hidden))}</p>}
    </div>
  );
}

/** Where not all have room, those who speak have. */
function inOrder(tiles: readonly Tile[]): Tile[] {
  return tiles.toSorted((one, other) => Number(other.speaking) - Number(one.speaking));
}

const GAP_PX = 8;
