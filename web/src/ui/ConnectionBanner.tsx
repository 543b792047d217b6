/** Says when the app is cut off and what can be done about it. */

import { CloudOff, Sprout, SquareStack } from "lucide-react";
import { useEffect, useState } from "react";

import type { ConnectionState } from "../core/model";
import { Banner } from "./Banner";
import { useLocale } from "./locale";

type ConnectionBannerProps = {
  connection: ConnectionState;
};

export function ConnectionBanner({ connection }: ConnectionBannerProps) {
  const { t } = useLocale();
  const patient = usePatience(connection.kind === "connecting");
  switch (connection.kind) {
    case "idle":
      return null;
    case "connecting":
      return patient ? <Banner look="calm" text={t.connection.connecting} /> : null;
    case "online":
      if (connection.held) return <Banner icon={CloudOff} text={t.connection.held} />;
      if (connection.reload === undefined) return null;
      return (
        <Banner
          look="calm"
          icon={Sprout}
          text={t.connection.upgraded}
          action={{ label: t.connection.reload, onPress: connection.reload }}
        />
      );
    case "reconnecting":
      return <Banner text={t.connection.reconnecting} />;
    case "offline":
      return (
        <Banner
          icon={CloudOff}
          text={t.connection.offline}
          action={{ label: t.connection.retry, onPress: connection.retryNow }}
        />
      );
    case "replaced":
      return (
        <Banner
          icon={SquareStack}
          text={t.connection.replaced}
          action={{ label: t.connection.takeBack, onPress: connection.takeBack }}
        />
      );
    case "outdated":
      return (
        <Banner
          icon={Sprout}
          text={t.connection.outdated}
          action={{ label: t.connection.reload, onPress: connection.reload }}
        />
      );
  }
}

/** Whether `waiting` has lasted long enough to be worth a word: most connections are there at once. */
function usePatience(waiting: boolean): boolean {
  const [spent, setSpent] = useState(false);
  useEffect(() => {
    setSpent(false);
    if (!waiting) return;
    const timer = setTimeout(() => setSpent(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [waiting]);
  return spent;
}

const PATIENCE_MS = 1_500;
