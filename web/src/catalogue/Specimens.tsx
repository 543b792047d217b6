/** How a part is shown: each state under its name. */

import { type ReactNode, useLayoutEffect, useRef } from "react";

/** A state that only a pointer or a key brings about; here it is put on from outside. */
export type Forced = "hovered" | "focus-visible" | "pressed";

type SpecimenProps = {
  /** The state. */
  name: string;
  force?: Forced;
  /** On the night of a call. */
  stage?: boolean;
  /** Takes the whole width. */
  wide?: boolean;
  children: ReactNode;
};

export function Specimen({ name, force, stage = false, wide = false, children }: SpecimenProps) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (force === undefined) return;
    const control = box.current?.querySelector<HTMLElement>(CONTROLS);
    control?.setAttribute(`data-${force}`, "true");
    // React Aria's own attributes say it; a plain element is focused for real.
    if (force === "focus-visible") control?.setAttribute("data-forced-focus", "true");
  }, [force]);
  return (
    <section className="catalogue-specimen" data-stage={stage} data-wide={wide} aria-label={name}>
      <h2>{name}</h2>
      <div ref={box}>{children}</div>
    </section>
  );
}

export function Specimens({ children }: { children: ReactNode }) {
  return <div className="catalogue-specimens">{children}</div>;
}

export const nothing = (): void => undefined;

/** As long as nobody's text should be, to see where it goes. */
export const LONG =
  "Anticonstitutionnellement long: a text that goes on and on, for languages need room and people have much to say";

/** What React Aria puts its state on. */
const CONTROLS = "button, label[data-rac], [role=group][data-rac], [data-rac]";
