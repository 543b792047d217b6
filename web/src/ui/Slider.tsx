/** A value between two ends. */

import {
  Slider as AriaSlider,
  Label,
  SliderOutput,
  SliderThumb,
  SliderTrack,
} from "react-aria-components";

import styles from "./Slider.module.css";

type SliderProps = {
  label: string;
  value: number;
  /** Undefined disables it. */
  onChange: ((value: number) => void) | undefined;
  min?: number;
  max?: number;
  step?: number;
  /** How the value reads; a share of one as percent when absent. */
  format?: Intl.NumberFormatOptions;
};

export function Slider({
  label,
  value,
  onChange,
  min = 0,
  max = 1,
  step = 0.01,
  format = { style: "percent" },
}: SliderProps) {
  return (
    <AriaSlider
      className={styles.slider ?? ""}
      value={value}
      minValue={min}
      maxValue={max}
      step={step}
      formatOptions={format}
      isDisabled={onChange === undefined}
      onChange={(next) => onChange?.(Number(next))}
    >
      <Label className={styles.label ?? ""}>{label}</Label>
      <SliderOutput className={styles.output ?? ""} />
      <SliderTrack className={styles.track ?? ""}>
        {({ state }) => (
          <>
            <span className={styles.rail}>
              <span
                className={styles.fill}
                style={{ inlineSize: `${state.getThumbPercent(0) * 100}%` }}
              />
            </span>
            <SliderThumb className={styles.thumb ?? ""} />
          </>
        )}
      </SliderTrack>
    </AriaSlider>
  );
}
