/** The name and the picture that others see. */

import { type ChangeEvent, type FormEvent, useEffect, useRef, useState } from "react";

import type { PersonView, Problem, ProfileActions } from "../core/model";
import { MAX_NAME_CHARS } from "../people/AccountFields";
import { Avatar } from "../ui/Avatar";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { useLocale } from "../ui/locale";
import styles from "./ProfileSheet.module.css";
import { squareOf } from "./square";

type ProfileFormProps = {
  me: PersonView;
  /** Undefined while offline. */
  save: ProfileActions["save"] | undefined;
};

type Picture = Parameters<ProfileActions["save"]>[1];

export function ProfileForm({ me, save }: ProfileFormProps) {
  const { t } = useLocale();
  const [name, setName] = useState(me.name);
  const [picture, setPicture] = useState<Picture>("kept");
  const [state, setState] = useState<"idle" | "busy" | "saved">("idle");
  const [problem, setProblem] = useState<Problem | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const preview = usePreview(picture, me.picture);
  const badName = problem === "bad_name";
  const isNew = name.trim() !== me.name || picture !== "kept";

  const change = (next: Picture): void => {
    setPicture(next);
    setState("idle");
    setProblem(null);
  };
  const pick = ({ target }: ChangeEvent<HTMLInputElement>): void => {
    const file = target.files?.[0];
    // The same one may be picked again.
    target.value = "";
    if (file !== undefined) squareOf(file).then(change, () => setProblem("bad_picture"));
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (save === undefined) return;
    setState("busy");
    const outcome = await save(name.trim(), picture);
    setProblem(outcome.ok ? null : outcome.problem);
    setState(outcome.ok ? "saved" : "idle");
    if (outcome.ok) setPicture("kept");
  };
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      <div className={styles.picture}>
        <Avatar person={me} size={88} picture={preview} />
        <div className={styles.choices}>
          <input ref={input} type="file" accept="image/*" hidden onChange={pick} />
          <Button onPress={save && (() => input.current?.click())}>{t.profile.choose}</Button>
          {preview !== null && (
            <Button look="plain" onPress={save && (() => change(null))}>
              {t.profile.removePicture}
            </Button>
          )}
        </div>
      </div>
      <Field
        label={t.entrance.fullName}
        value={name}
        onChange={
          save &&
          ((next) => {
            setName(next);
            setState("idle");
          })
        }
        maxLength={MAX_NAME_CHARS}
        autoComplete="name"
        problem={badName ? t.problem.bad_name : undefined}
      />
      {problem !== null && !badName && (
        <p className={styles.problem} role="alert">
          {t.problem[problem]}
        </p>
      )}
      <Button
        type="submit"
        look="primary"
        busy={state === "busy"}
        disabled={save === undefined || !isNew || name.trim() === ""}
      >
        {t.profile.save}
      </Button>
      <p className={styles.done} role="status">
        {state === "saved" ? t.profile.saved : ""}
      </p>
    </form>
  );
}

/** The address of what is to be shown; null for the initials. */
function usePreview(picture: Picture, now: string | null): string | null {
  const [local, setLocal] = useState<string | null>(null);
  useEffect(() => {
    if (!(picture instanceof Blob)) {
      setLocal(null);
      return;
    }
    const address = URL.createObjectURL(picture);
    setLocal(address);
    return () => URL.revokeObjectURL(address);
  }, [picture]);
  return picture === "kept" ? now : picture === null ? null : local;
}
