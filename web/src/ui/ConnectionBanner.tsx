/** Says when the app is cut off and what can be done about it. */

import { CloudOff, RefreshCw } from "lucide-react";

import type { ConnectionState } from "../core/model";
import styles from "./ConnectionBanner.module.css";
import { useLocale } from "./locale";

type ConnectionBannerProps = {
  connection: ConnectionState;
};

export function ConnectionBanner({ connection }: ConnectionBannerProps) {
  const { t } = useLocale();
  switch (connection.kind) {
    case "idle":
    case "connecting":
      return null;
    case "online":
      if (connection.reload === undefined) return null;
      return (
        <Band calm text={t.connection.outdated} action={[t.connection.reload, connection.reload]} />
      );
    case "reconnecting":
      return <Band text={t.connection.reconnecting} turning />;
    case "offline":
      return (
        <Band text={t.connection.offline} action={[t.connection.retry, connection.retryNow]} />
      );
    case "replaced":
      return (
        <Band text={t.connection.replaced} action={[t.connection.takeBack, connection.takeBack]} />
      );
    case "outdated":
      return (
        <Band text={t.connection.outdated} action={[t.connection.reload, connection.reload]} />
      );
  }
}

type BandProps = {
  text: string;
  action?: readonly [string, () => void];
  calm?: boolean;
  turning?: boolean;
};

function Band({ text, action, calm = false, turning = false }: BandProps) {
  return (
    <div className={styles.band} role="status" data-calm={calm}>
      {turning ? (
        <RefreshCw className={styles.turning} size={16} aria-hidden="true" />
      ) : (
        <CloudOff size={16} aria-hidden="true" />
      )}
      <span>{text}</span>
      {action && (
        <button type="button" className={styles.action} onClick={action[1]}>
          {action[0]}
        </button>
      )}
    </div>
  );
}
