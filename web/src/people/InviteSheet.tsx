/** Bringing people in: a link to send, the links that are good, and who runs the place. */

import { Check, Copy, Link2, Share2 } from "lucide-react";
import { useEffect, useState } from "react";

import type { InvitationView, LinkMade, People, PersonView, Place, Problem } from "../core/model";
import type { Role } from "../core/protocol";
import { Button } from "../ui/Button";
import { useNow } from "../ui/clock";
import { EmptyState } from "../ui/EmptyState";
import { Field } from "../ui/Field";
import { until } from "../ui/format";
import { useLocale } from "../ui/locale";
import { PersonRow } from "../ui/PersonRow";
import { Select } from "../ui/Select";
import { Sheet } from "../ui/Sheet";
import { Skeleton } from "../ui/Skeleton";
import { Tabs } from "../ui/Tabs";
import styles from "./InviteSheet.module.css";

type InviteSheetProps = {
  place: Place;
  people: People;
  close: () => void;
};

export function InviteSheet({ place, people, close }: InviteSheetProps) {
  const { t } = useLocale();
  return (
    <Sheet title={t.invite.title} close={close}>
      <div className={styles.body}>
        <Tabs
          label={t.invite.title}
          tabs={[
            { id: "invite", title: t.invite.newLink, panel: <NewLink place={place} /> },
            {
              id: "links",
              title: t.invite.links,
              panel: <Links place={place} people={people} />,
            },
            { id: "roles", title: t.invite.roles, panel: <Roles place={place} people={people} /> },
          ]}
        />
      </div>
    </Sheet>
  );
}

function NewLink({ place }: { place: Place }) {
  const { t } = useLocale();
  const { invite, invitableRoles } = place;
  const [role, setRole] = useState<Role>("member");
  const [uses, setUses] = useState<Uses>("10");
  const [days, setDays] = useState<Days>("7");
  const [made, setMade] = useState<LinkMade | null>(null);
  const [busy, setBusy] = useState(false);

  const make = async (): Promise<void> => {
    if (invite === undefined) return;
    setBusy(true);
    setMade(await invite({ role, uses: Number(uses), lifetimeS: Number(days) * DAY_S }));
    setBusy(false);
  };

  if (made?.ok) return <Made link={made.link} again={() => setMade(null)} />;
  return (
    <div className={styles.form}>
      <p className={styles.detail}>{t.invite.hint}</p>
      {invitableRoles.length > 1 && (
        <Select<Role>
          label={t.invite.role}
          placeholder={t.invite.role}
          options={invitableRoles.map((value) => ({
            value,
            label: t.invite.roleNames[value],
            hint: t.invite.roleHints[value],
          }))}
          value={role}
          onChange={setRole}
        />
      )}
      <div className={styles.pair}>
        <Select<Uses>
          label={t.invite.uses}
          placeholder={t.invite.uses}
          options={USES.map((value) => ({ value, label: t.invite.people(Number(value)) }))}
          value={uses}
          onChange={setUses}
        />
        <Select<Days>
          label={t.invite.lifetime}
          placeholder={t.invite.lifetime}
          options={DAYS.map((value) => ({ value, label: t.invite.days(Number(value)) }))}
          value={days}
          onChange={setDays}
        />
      </div>
      {made !== null && <Failed problem={made.problem} />}
      {invite === undefined && <p className={styles.detail}>{t.invite.offline}</p>}
      <Button look="primary" wide busy={busy} onPress={invite && (() => void make())}>
        <Link2 size={18} aria-hidden="true" /> {t.invite.make}
      </Button>
    </div>
  );
}

/** The link is told once: the server keeps no copy that it could show again. */
function Made({ link, again }: { link: string; again: () => void }) {
  const { t } = useLocale();
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    // Where the browser does not let a page write there, the link can still be selected.
    await navigator.clipboard?.writeText(link).then(
      () => setCopied(true),
      () => undefined,
    );
  };
  const share =
    typeof navigator.share === "function"
      ? (): void => void navigator.share({ url: link }).catch(() => undefined)
      : undefined;
  return (
    <div className={styles.form}>
      <Field label={t.invite.link} hint={t.invite.linkHint} value={link} onChange={undefined} />
      <div className={styles.answers}>
        <Button look="primary" onPress={() => void copy()}>
          {copied ? <Check size={18} /> : <Copy size={18} />}
          {copied ? t.invite.copied : t.invite.copy}
        </Button>
        {share && (
          <Button onPress={share}>
            <Share2 size={18} /> {t.invite.share}
          </Button>
        )}
        <Button look="plain" onPress={again}>
          {t.invite.another}
        </Button>
      </div>
      <p className={styles.status} role="status">
        {copied ? t.invite.copiedText : ""}
      </p>
    </div>
  );
}

function Links({ place, people }: { place: Place; people: People }) {
  const { t } = useLocale();
  const { invitations, loadInvitations } = place;
  const [problem, setProblem] = useState<Problem | null>(null);
  // Other admins make links too: it is read whenever it is looked at.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the action is another one at every change of the place.
  useEffect(() => {
    void loadInvitations?.().then((outcome) => setProblem(outcome.ok ? null : outcome.problem));
  }, [loadInvitations === undefined]);
  if (problem !== null) return <Failed problem={problem} />;
  if (invitations === null) {
    return loadInvitations === undefined ? (
      <p className={styles.detail}>{t.invite.offline}</p>
    ) : (
      <Skeleton label={t.invite.loading} />
    );
  }
  if (invitations.length === 0) {
    return <EmptyState small picture="alone" title={t.invite.none} text={t.invite.noneText} />;
  }
  return (
    <ul className={styles.list} aria-label={t.invite.links}>
      {invitations.map((invitation) => (
        <Link key={invitation.id} invitation={invitation} people={people} />
      ))}
    </ul>
  );
}

function Link({ invitation, people }: { invitation: InvitationView; people: People }) {
  const { t, language } = useLocale();
  const { role, madeBy, uses, usesLeft, expiresAt, revoke } = invitation;
  const [problem, setProblem] = useState<Problem | null>(null);
  const now = useNow(MINUTE_MS);
  const by = people.byId.get(madeBy);
  const maker = by === undefined || by.self ? t.people.youCapital : by.name;
  return (
    <li className={styles.row}>
      <span className={styles.words}>
        <span className={styles.name}>
          {t.invite.roleNames[role]} · {t.invite.left(usesLeft, uses)}
        </span>
        <span className={styles.detail}>
          {t.invite.madeBy(maker)} · {t.invite.expires(until(expiresAt, now, language))}
        </span>
        {problem !== null && <Failed problem={problem} />}
      </span>
      <Button
        look="warn"
        size="small"
        label={t.invite.revokeOf(t.invite.roleNames[role], maker)}
        onPress={
          revoke &&
          (() => void revoke().then((outcome) => setProblem(outcome.ok ? null : outcome.problem)))
        }
      >
        {t.invite.revoke}
      </Button>
    </li>
  );
}

/** Who runs the place; only its owner changes that. */
function Roles({ place, people }: { place: Place; people: People }) {
  const { t } = useLocale();
  const [problem, setProblem] = useState<Problem | null>(null);
  const everybody = [...(people.me === null ? [] : [people.me]), ...people.others];
  const { setRole } = place;
  return (
    <>
      {problem !== null && <Failed problem={problem} />}
      <ul className={styles.list} aria-label={t.invite.roles}>
        {everybody
          .filter(({ role }) => role !== "guest")
          .map((person) => (
            <li key={person.id}>
              <PersonRow
                person={person}
                note={person.self && `(${t.people.you})`}
                detail={`@${person.username} · ${t.invite.roleNames[person.role]}`}
              >
                <RoleButton person={person} setRole={setRole} onProblem={setProblem} />
              </PersonRow>
            </li>
          ))}
      </ul>
    </>
  );
}

type RoleButtonProps = {
  person: PersonView;
  setRole: Place["setRole"];
  onProblem: (problem: Problem | null) => void;
};

function RoleButton({ person, setRole, onProblem }: RoleButtonProps) {
  const { t } = useLocale();
  if (setRole === undefined || person.role === "owner") return null;
  const isAdmin = person.role === "admin";
  const change = (): void =>
    void setRole(person.id, isAdmin ? "member" : "admin").then((outcome) =>
      onProblem(outcome.ok ? null : outcome.problem),
    );
  return (
    <Button
      size="small"
      label={isAdmin ? t.invite.demoteOf(person.name) : t.invite.promoteOf(person.name)}
      onPress={change}
    >
      {isAdmin ? t.invite.demote : t.invite.promote}
    </Button>
  );
}

function Failed({ problem }: { problem: Problem }) {
  const { t } = useLocale();
  return (
    <p className={styles.problem} role="alert">
      {t.problem[problem]}
    </p>
  );
}

/** How many may come in by one link; the server allows 100. */
const USES = ["1", "10", "50", "100"] as const;
type Uses = (typeof USES)[number];

/** How many days a link is good; the server allows 30. */
const DAYS = ["1", "7", "30"] as const;
type Days = (typeof DAYS)[number];

const DAY_S = 86_400;
const MINUTE_MS = 60_000;
