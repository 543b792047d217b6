/** The ways in besides signing in: the owner's account on a new server, and an invitation. */

import { type FormEvent, useState } from "react";

import type { Entrance as EntranceState, Problem } from "../core/model";
import { Button } from "../ui/Button";
import { useNow } from "../ui/clock";
import { EmptyState } from "../ui/EmptyState";
import { Field } from "../ui/Field";
import { until } from "../ui/format";
import { useLocale } from "../ui/locale";
import { Mark } from "../ui/Mark";
import { AccountFields, isComplete, isOfField, MAX_NAME_CHARS, NO_ACCOUNT } from "./AccountFields";
import { Doorway } from "./Doorway";
import door from "./Doorway.module.css";
import styles from "./Entrance.module.css";

type EntranceProps = {
  entrance: EntranceState;
};

export function Entrance({ entrance }: EntranceProps) {
  const { t } = useLocale();
  switch (entrance.kind) {
    case "asking":
      return (
        <main className={styles.wait} role="status" aria-label={t.entrance.asking}>
          <Mark size={88} />
        </main>
      );
    case "failed":
      return (
        <main className={styles.wait}>
          <EmptyState
            picture="unreachable"
            title={t.entrance.failedTitle}
            text={t.problem[entrance.problem]}
          >
            <Button look="primary" onPress={entrance.retry}>
              {t.signIn.retry}
            </Button>
            <Button look="plain" onPress={entrance.leave}>
              {t.entrance.toApp}
            </Button>
          </EmptyState>
        </main>
      );
    case "gone":
      return (
        <main className={styles.wait}>
          <EmptyState picture="alone" title={t.entrance.goneTitle} text={t.entrance.goneText}>
            <Button look="primary" onPress={entrance.leave}>
              {t.entrance.toApp}
            </Button>
          </EmptyState>
        </main>
      );
    case "setup":
      return <Setup entrance={entrance} />;
    case "invitation":
      return <Invitation entrance={entrance} />;
  }
}

function Setup({ entrance }: { entrance: Extract<EntranceState, { kind: "setup" }> }) {
  const { t } = useLocale();
  const { problem, submitting, submit } = entrance;
  const [code, setCode] = useState(entrance.code);
  const [place, setPlace] = useState("");
  const [form, setForm] = useState(NO_ACCOUNT);
  // A code from the address needs no look, unless it is the wrong one.
  const isWrong = problem === "wrong_code";
  const asksForCode = entrance.code === "" || isWrong;
  const complete = code.trim() !== "" && place.trim() !== "" && isComplete(form);
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (complete) submit?.({ ...form, code: code.trim(), place: place.trim() });
  };
  return (
    <Doorway title={t.entrance.setupTitle} text={t.entrance.setupText}>
      <form className={door.form} onSubmit={send} aria-label={t.entrance.setupTitle}>
        {asksForCode && (
          <Field
            label={t.entrance.code}
            hint={t.entrance.codeHint}
            value={code}
            onChange={setCode}
            required
            problem={isWrong ? t.problem.wrong_code : undefined}
          />
        )}
        <Field
          label={t.entrance.place}
          hint={t.entrance.placeHint}
          value={place}
          onChange={setPlace}
          maxLength={MAX_NAME_CHARS}
          autoComplete="organization"
          autoFocus={!asksForCode}
          required
        />
        <AccountFields form={form} setForm={setForm} problem={problem} />
        <GeneralProblem problem={problem} />
        <Button type="submit" look="primary" wide disabled={submit === undefined || !complete}>
          {submitting ? t.entrance.submitting : t.entrance.setUp}
        </Button>
      </form>
    </Doorway>
  );
}

function Invitation({ entrance }: { entrance: Extract<EntranceState, { kind: "invitation" }> }) {
  const { t, language } = useLocale();
  const { place, by, role, expiresAt, problem, submitting, accept, signIn } = entrance;
  const [form, setForm] = useState(NO_ACCOUNT);
  const now = useNow(MINUTE_MS);
  const complete = isComplete(form);
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (complete) accept?.(form);
  };
  const as = role === "admin" ? t.entrance.invitedAsAdmin(by) : t.entrance.invitedBy(by);
  return (
    <Doorway
      title={place ?? t.app.name}
      text={`${as} ${t.entrance.goodUntil(until(expiresAt, now, language))}`}
    >
      <form className={door.form} onSubmit={send} aria-label={t.entrance.join}>
        <AccountFields form={form} setForm={setForm} problem={problem} autoFocus />
        <GeneralProblem problem={problem} />
        <Button type="submit" look="primary" wide disabled={accept === undefined || !complete}>
          {submitting ? t.entrance.submitting : t.entrance.join}
        </Button>
        <Button look="plain" wide onPress={signIn}>
          {t.entrance.haveAccount}
        </Button>
      </form>
    </Doorway>
  );
}

/** What is about no field in particular. */
function GeneralProblem({ problem }: { problem: Problem | null }) {
  const { t } = useLocale();
  const general = problem !== null && problem !== "wrong_code" && !isOfField(problem);
  return (
    <p className={door.problem} role="alert">
      {general && t.problem[problem]}
    </p>
  );
}

const MINUTE_MS = 60_000;
