/** How long texts stay in a conversation, for everybody in it. */

import { useState } from "react";

import type { Lifetime, Problem } from "../core/model";
import { useLocale } from "../ui/locale";
import { Select } from "../ui/Select";
import { lifetimeWords } from "./say";

type LifetimeChoiceProps = {
  lifetime: Lifetime;
};

export function LifetimeChoice({ lifetime }: LifetimeChoiceProps) {
  const { t, language } = useLocale();
  const [problem, setProblem] = useState<Problem | null>(null);
  const { seconds, set } = lifetime;
  // What another program chose is a choice too.
  const spans = [...new Set([...OFFERED_S, ...(seconds === null ? [] : [seconds])])];
  const choose = async (value: string): Promise<void> => {
    const outcome = await set?.(value === STAYS ? null : Number(value));
    setProblem(outcome === undefined || outcome.ok ? null : outcome.problem);
  };
  return (
    <Select
      label={t.info.lifetime}
      hint={t.info.lifetimeHint}
      placeholder={t.info.lifetime}
      options={[
        { value: STAYS, label: t.info.lifetimeOff },
        ...spans
          .sort((one, other) => one - other)
          .map((span) => ({ value: String(span), label: lifetimeWords(span, language) })),
      ]}
      value={seconds === null ? STAYS : String(seconds)}
      onChange={set && ((value) => void choose(value))}
      problem={problem === null ? undefined : t.problem[problem]}
    />
  );
}

const STAYS = "stays";

/** A day, a week, 30 and 90 days, in seconds. */
const OFFERED_S = [86_400, 7 * 86_400, 30 * 86_400, 90 * 86_400];
