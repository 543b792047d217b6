/** What others see of oneself, and when one is not to be disturbed. */

import { useState } from "react";

import type { Outcome, People, Problem } from "../core/model";
import type { QuietHours } from "../core/protocol";
import { presenceLine } from "../people/presence";
import { useNow } from "../ui/clock";
import { Field } from "../ui/Field";
import { useLocale } from "../ui/locale";
import { PersonRow } from "../ui/PersonRow";
import { Switch } from "../ui/Switch";
import { minuteOf, timeOf } from "./minutes";
import styles from "./Settings.module.css";

export function Privacy({ people }: { people: People }) {
  const { t } = useLocale();
  const { preferences, setPreferences } = people;
  const [problem, setProblem] = useState<Problem | null>(null);
  const change =
    setPreferences &&
    ((part: Partial<People["preferences"]>) => {
      void setPreferences({ ...preferences, ...part }).then((outcome: Outcome) =>
        setProblem(outcome.ok ? null : outcome.problem),
      );
    });
  return (
    <section className={styles.section}>
      <h3 className={styles.heading}>{t.settings.privacy}</h3>
      <Preview people={people} />
      <div className={styles.wide}>
        <Switch
          label={t.settings.hideLastSeen}
          hint={t.settings.hideLastSeenHint}
          on={preferences.hides_last_seen}
          onChange={change && ((on) => change({ hides_last_seen: on }))}
        />
        <Switch
          label={t.settings.readPrivately}
          hint={t.settings.readPrivatelyHint}
          on={preferences.reads_privately}
          onChange={change && ((on) => change({ reads_privately: on }))}
        />
        <Switch
          label={t.settings.quiet}
          hint={t.settings.quietHint}
          on={preferences.quiet_hours !== null}
          onChange={change && ((on) => change({ quiet_hours: on ? usualNight() : null }))}
        />
      </div>
      {preferences.quiet_hours !== null && (
        <Quiet
          key={JSON.stringify(preferences.quiet_hours)}
          quiet={preferences.quiet_hours}
          change={change && ((quiet_hours) => change({ quiet_hours }))}
        />
      )}
      {problem !== null && (
        <p className={styles.problem} role="alert">
          {t.problem[problem]}
        </p>
      )}
    </section>
  );
}

/** Oneself, as the server tells others. */
function Preview({ people: { me, status } }: { people: People }) {
  const { t, language } = useLocale();
  const now = useNow(MINUTE_MS);
  if (me === null) return null;
  const hidden = status.status === "invisible";
  const seen = hidden ? { ...me, statusText: null } : me;
  return (
    <div className={styles.preview}>
      <p className={styles.detail}>{t.settings.seenByOthers}</p>
      <PersonRow person={seen} presence detail={presenceLine(seen, now, t, language)} />
    </div>
  );
}

type QuietProps = {
  quiet: QuietHours;
  change: ((quiet: QuietHours) => void) | undefined;
};

function Quiet({ quiet, change }: QuietProps) {
  const { t } = useLocale();
  const [from, setFrom] = useState(timeOf(quiet.from_minute));
  const [to, setTo] = useState(timeOf(quiet.to_minute));
  /** Told once one goes on from the field: half a time is none. */
  const leave = (): void => {
    const [from_minute, to_minute] = [minuteOf(from), minuteOf(to)];
    if (from_minute === null || to_minute === null || from_minute === to_minute) return;
    if (from_minute === quiet.from_minute && to_minute === quiet.to_minute) return;
    change?.({ ...quiet, ...here(), from_minute, to_minute });
  };
  return (
    <div className={styles.quiet}>
      <div className={styles.times}>
        <Field
          type="time"
          label={t.settings.quietFrom}
          value={from}
          onChange={change && setFrom}
          onLeave={leave}
        />
        <Field
          type="time"
          label={t.settings.quietTo}
          value={to}
          onChange={change && setTo}
          onLeave={leave}
        />
      </div>
      <p className={styles.detail}>{t.settings.quietZone(quiet.time_zone.replaceAll("_", " "))}</p>
      <Switch
        label={t.settings.quietCalls}
        hint={t.settings.quietCallsHint}
        on={quiet.calls_ring}
        onChange={change && ((calls_ring) => change({ ...quiet, calls_ring }))}
      />
    </div>
  );
}

/** From ten in the evening to seven in the morning, where this device is. */
function usualNight(): QuietHours {
  return { from_minute: 22 * 60, to_minute: 7 * 60, ...here(), calls_ring: true };
}

function here(): { time_zone: string } {
  return { time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC" };
}

const MINUTE_MS = 60_000;
