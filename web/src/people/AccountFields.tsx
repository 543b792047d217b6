/** What makes an account: the name others see, the name to sign in with, and a password. */

import { useState } from "react";

import type { NewAccountForm, Problem } from "../core/model";
import { usernameFrom } from "../core/usernames";
import { Field } from "../ui/Field";
import { useLocale } from "../ui/locale";
import { PasswordField } from "./PasswordField";

type AccountFieldsProps = {
  form: NewAccountForm;
  setForm: (form: NewAccountForm) => void;
  problem: Problem | null;
  autoFocus?: boolean;
};

export function AccountFields({ form, setForm, problem, autoFocus = false }: AccountFieldsProps) {
  const { t } = useLocale();
  const { fullName, username, password } = form;
  // The one name follows the other until it is changed by hand.
  const [own, setOwn] = useState(username !== "");
  const words = (those: ReadonlySet<Problem>): string | undefined =>
    problem !== null && those.has(problem) ? t.problem[problem] : undefined;
  return (
    <>
      <Field
        label={t.entrance.fullName}
        hint={t.entrance.fullNameHint}
        value={fullName}
        onChange={(next) =>
          setForm({ ...form, fullName: next, username: own ? username : usernameFrom(next) })
        }
        maxLength={MAX_NAME_CHARS}
        autoComplete="name"
        autoFocus={autoFocus}
        required
        problem={words(NAME)}
      />
      <Field
        label={t.entrance.username}
        hint={t.entrance.usernameHint}
        value={username}
        onChange={(next) => {
          setOwn(next !== "");
          setForm({ ...form, username: next });
        }}
        maxLength={MAX_NAME_CHARS}
        autoComplete="username"
        required
        problem={words(USERNAME)}
      />
      <PasswordField
        label={t.entrance.password}
        hint={t.entrance.passwordHint}
        value={password}
        onChange={(next) => setForm({ ...form, password: next })}
        autoComplete="new-password"
        problem={words(PASSWORD)}
      />
    </>
  );
}

/** Nothing was typed yet. */
export const NO_ACCOUNT: NewAccountForm = { fullName: "", username: "", password: "" };

/** Whether there is something to send. */
export function isComplete({ fullName, username, password }: NewAccountForm): boolean {
  return fullName.trim() !== "" && username.trim() !== "" && password !== "";
}

/** Whether a problem is told beside the field it is about. */
export function isOfField(problem: Problem): boolean {
  return NAME.has(problem) || USERNAME.has(problem) || PASSWORD.has(problem);
}

const NAME: ReadonlySet<Problem> = new Set(["bad_name"]);
const USERNAME: ReadonlySet<Problem> = new Set(["bad_username", "username_taken"]);
const PASSWORD: ReadonlySet<Problem> = new Set([
  "short_password",
  "long_password",
  "common_password",
  "password_is_name",
]);

/** As the server has it (`signaling/src/account.rs`). */
export const MAX_NAME_CHARS = 60;
