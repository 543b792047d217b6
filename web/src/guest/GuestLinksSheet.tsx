/** Links for guests: making one, those that are good, and taking one back. */

import { Check, Copy, Link2, Trash2 } from "lucide-react";
import { useEffect, useState } from "react";

import type { GuestLinkView, Hosting, LinkMade } from "../core/model";
import { Button, IconButton } from "../ui/Button";
import { Field } from "../ui/Field";
import { useLocale } from "../ui/locale";
import { Select } from "../ui/Select";
import { Confirm, Sheet } from "../ui/Sheet";
import styles from "./GuestLinksSheet.module.css";

type GuestLinksSheetProps = {
  hosting: Hosting;
  close: () => void;
};

export function GuestLinksSheet({ hosting, close }: GuestLinksSheetProps) {
  const { t } = useLocale();
  const { links, load } = hosting;
  const missing = links === null && load !== undefined;
  useEffect(() => {
    if (missing) void load();
  }, [missing, load]);
  return (
    <Sheet title={t.guest.links} close={close}>
      <div className={styles.body}>
        <p className={styles.hint}>{t.guest.linksHint}</p>
        <NewLink make={hosting.make} />
        <section>
          <h3 className={styles.heading}>{t.guest.good}</h3>
          {links?.length === 0 && <p className={styles.hint}>{t.guest.none}</p>}
          <ul className={styles.links} aria-label={t.guest.good}>
            {links?.map((link) => (
              <GuestLinkLine key={link.id} link={link} />
            ))}
          </ul>
        </section>
      </div>
    </Sheet>
  );
}

function NewLink({ make }: { make: Hosting["make"] }) {
  const { t } = useLocale();
  const [lifetime, setLifetime] = useState<Lifetime>("day");
  const [uses, setUses] = useState<Uses>("5");
  const [made, setMade] = useState<LinkMade | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (): Promise<void> => {
    if (make === undefined) return;
    setBusy(true);
    setMade(await make({ uses: Number(uses), lifetimeS: LIFETIMES_S[lifetime] }));
    setBusy(false);
  };
  if (made?.ok) return <Made link={made.link} again={() => setMade(null)} />;
  return (
    <div className={styles.form}>
      <Select<Lifetime>
        label={t.guest.lifetime}
        placeholder={t.guest.lifetime}
        options={(["hour", "day", "week"] as const).map((value) => ({
          value,
          label: t.guest.lifetimes[value],
        }))}
        value={lifetime}
        onChange={setLifetime}
      />
      <Select<Uses>
        label={t.guest.uses}
        placeholder={t.guest.uses}
        options={USES.map((value) => ({ value, label: value }))}
        value={uses}
        onChange={setUses}
      />
      {made?.ok === false && (
        <p className={styles.problem} role="alert">
          {t.problem[made.problem]}
        </p>
      )}
      <Button look="primary" busy={busy} onPress={make && (() => void send())}>
        <Link2 size={18} /> {t.guest.make}
      </Button>
    </div>
  );
}

function Made({ link, again }: { link: string; again: () => void }) {
  const { t } = useLocale();
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(link);
    setCopied(true);
  };
  return (
    <div className={styles.form} role="status">
      {/* What was pressed is gone, and the keyboard needs a place to be. */}
      <Field label={t.guest.made} value={link} onChange={undefined} autoFocus />
      <div className={styles.answers}>
        <Button look="plain" onPress={again}>
          {t.guest.another}
        </Button>
        <Button look="primary" onPress={() => void copy().catch(() => {})}>
          {copied ? <Check size={18} /> : <Copy size={18} />}
          {copied ? t.guest.copied : t.guest.copy}
        </Button>
      </div>
    </div>
  );
}

function GuestLinkLine({ link }: { link: GuestLinkView }) {
  const { t, language } = useLocale();
  const [asking, setAsking] = useState(false);
  const number = new Intl.NumberFormat(language);
  const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const { madeBy, expiresAt, uses, usesLeft, revoke } = link;
  return (
    <li className={styles.link}>
      <span className={styles.words}>
        <span>{t.guest.left(number.format(usesLeft), number.format(uses))}</span>
        <span className={styles.hint}>
          {madeBy.name} · {t.guest.until(moment.format(expiresAt))}
        </span>
      </span>
      <IconButton label={t.guest.revoke} onPress={revoke && (() => setAsking(true))}>
        <Trash2 size={19} />
      </IconButton>
      {asking && revoke && (
        <Confirm
          title={t.guest.revoke}
          text={t.guest.revokeText}
          confirmLabel={t.guest.revoke}
          danger
          confirm={() => void revoke()}
          close={() => setAsking(false)}
        />
      )}
    </li>
  );
}

type Lifetime = keyof typeof LIFETIMES_S;

const LIFETIMES_S = { hour: 3_600, day: 86_400, week: 604_800 };

type Uses = (typeof USES)[number];

const USES = ["1", "5", "20", "100"] as const;
