/** One of two to four short words, side by side. */

import type { ReactNode } from "react";
import { Radio, RadioGroup } from "react-aria-components";

import styles from "./Segmented.module.css";

type Segment<Value extends string> = {
  value: Value;
  label: string;
  icon?: ReactNode;
  /** The language of the label, where it is not the page's. */
  lang?: string;
};

type SegmentedProps<Value extends string> = {
  /** Read aloud. */
  label: string;
  segments: readonly Segment<Value>[];
  value: Value;
  /** Undefined disables it. */
  onChange: ((value: Value) => void) | undefined;
};

export function Segmented<Value extends string>({
  label,
  segments,
  value,
  onChange,
}: SegmentedProps<Value>) {
  return (
    <RadioGroup
      className={styles.group ?? ""}
      orientation="horizontal"
      aria-label={label}
      value={value}
      isDisabled={onChange === undefined}
      onChange={(next) => {
        const chosen = segments.find((segment) => segment.value === next);
        if (chosen !== undefined) onChange?.(chosen.value);
      }}
    >
      {segments.map((segment) => (
        <Radio
          key={segment.value}
          value={segment.value}
          className={styles.segment ?? ""}
          {...(segment.lang !== undefined && { lang: segment.lang })}
        >
          {segment.icon}
          <span className={styles.text}>{segment.label}</span>
        </Radio>
      ))}
    </RadioGroup>
  );
}
