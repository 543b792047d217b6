/** Where one looks for something: Escape and the cross empty it. */

import { Search, X } from "lucide-react";
import type { Ref } from "react";
import { Button as AriaButton, SearchField as AriaSearchField, Input } from "react-aria-components";

import { useLocale } from "./locale";
import styles from "./SearchField.module.css";
import { Spinner } from "./Spinner";

type SearchFieldProps = {
  /** Names it and stands in it while it is empty. */
  label: string;
  value: string;
  onChange: (value: string) => void;
  onSubmit?: (value: string) => void;
  autoFocus?: boolean;
  /** The input, for who wants to put the cursor into it. */
  field?: Ref<HTMLInputElement>;
  /** Answers are on their way. */
  busy?: boolean;
  disabled?: boolean;
};

export function SearchField({
  label,
  value,
  onChange,
  onSubmit,
  autoFocus = false,
  field,
  busy = false,
  disabled = false,
}: SearchFieldProps) {
  const { t } = useLocale();
  return (
    <AriaSearchField
      className={styles.field ?? ""}
      aria-label={label}
      value={value}
      onChange={onChange}
      isDisabled={disabled}
      // A field asks for it when it is the first thing to do in what just opened.
      autoFocus={autoFocus}
      {...(onSubmit && { onSubmit })}
    >
      <Search size={18} aria-hidden="true" />
      <Input
        ref={field ?? null}
        className={styles.input ?? ""}
        placeholder={label}
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        enterKeyHint="search"
      />
      {busy && <Spinner size={20} />}
      <AriaButton className={styles.clear ?? ""} aria-label={t.ui.clear}>
        <X size={18} />
      </AriaButton>
    </AriaSearchField>
  );
}
