/** Whether the system notifies on this device, and what to do where it cannot. */

import { BellRing } from "lucide-react";
import { useState } from "react";

import type { Outcome, PushView } from "../core/model";
import settings from "../settings/Settings.module.css";
import { Button } from "../ui/Button";
import { useLocale } from "../ui/locale";
import { Switch } from "../ui/Switch";
import styles from "./AlertSettings.module.css";

export function AlertSettings({ push }: { push: PushView }) {
  const { t } = useLocale();
  /** What came of the last press, for as long as things stand as they did. */
  const [said, setSaid] = useState<{ text: string; kind: PushView["kind"] } | null>(null);
  if (push.kind === "none") return null;
  /** Does it, and says how it went, unless the switch says it by itself. */
  const act = (action: (() => Promise<Outcome>) | undefined, done: string | null) =>
    action &&
    (() => {
      setSaid(null);
      void action().then((outcome) => {
        const text = outcome.ok ? done : t.problem[outcome.problem];
        setSaid(text === null ? null : { text, kind: push.kind });
      });
    });
  return (
    <section id="alerts" className={settings.section}>
      <h3 className={settings.heading}>{t.alerts.title}</h3>
      {push.kind === "missing" && <p className={settings.detail}>{t.alerts.missing[push.why]}</p>}
      {push.kind === "blocked" && (
        <div className={styles.blocked}>
          <p>{t.alerts.blocked}</p>
          <p className={settings.detail}>{t.alerts.remedy[push.browser]}</p>
        </div>
      )}
      {push.kind === "off" && (
        <Switch
          label={t.alerts.on}
          hint={t.alerts.onHint}
          on={false}
          onChange={act(push.turnOn, t.alerts.notAllowed)}
        />
      )}
      {push.kind === "on" && (
        <>
          <Switch
            label={t.alerts.on}
            hint={push.pushed ? t.alerts.onHint : t.alerts.onOpenHint}
            on
            onChange={act(push.turnOff, null)}
          />
          <Switch
            label={t.alerts.previews}
            hint={t.alerts.previewsHint}
            on={push.previews}
            onChange={act(push.setPreviews && (() => turn(push)), null)}
          />
          <Button onPress={act(push.test, t.alerts.tested)}>
            <BellRing size={18} /> {t.alerts.test}
          </Button>
        </>
      )}
      {said?.kind === push.kind && (
        <p className={settings.detail} role="status">
          {said.text}
        </p>
      )}
    </section>
  );
}

async function turn(push: Extract<PushView, { kind: "on" }>): Promise<Outcome> {
  return (await push.setPreviews?.(!push.previews)) ?? { ok: true };
}
