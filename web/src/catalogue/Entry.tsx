/** One entry: a part in all its states, or a screen. */

import { type ReactNode, useEffect, useState } from "react";
import { I18nProvider } from "react-aria-components";

import { App } from "../App";
import type { Locale } from "../core/model";
import { fakeApp } from "../fixture/app";
import { CROWDED } from "../fixture/crowded";
import { NOW } from "../fixture/people";
import { SCENES } from "../fixture/scenes";
import { STEPS, type Step } from "../fixture/steps";
import { ClockContext } from "../ui/clock";
import { LocaleContext } from "../ui/locale";
import { PARTS } from "./parts";

type EntryProps = {
  /** `part/…` or `screen/…`. */
  name: string;
  locale: Locale;
};

export function Entry({ name, locale }: EntryProps) {
  const [kind, id = ""] = name.split("/");
  return (
    <>
      {kind === "screen" ? (
        <Screen id={id} locale={locale} />
      ) : (
        <Part id={id} locale={locale} draw={PARTS[id]} />
      )}
      <Ready steps={STEPS[id] ?? []} />
    </>
  );
}

function Screen({ id, locale }: { id: string; locale: Locale }) {
  const [app] = useState(() => fakeApp(SCENES[id] ?? CROWDED[id]?.() ?? {}, locale));
  return <App app={app} />;
}

type PartProps = { id: string; locale: Locale; draw: (() => ReactNode) | undefined };

function Part({ id, locale, draw: Draw }: PartProps) {
  return (
    <LocaleContext value={locale}>
      <I18nProvider locale={locale.direction === "rtl" ? "ar" : locale.language}>
        <ClockContext value={() => NOW}>
          <main className="catalogue-page">
            <h1>{id}</h1>
            {Draw !== undefined && <Draw />}
          </main>
        </ClockContext>
      </I18nProvider>
    </LocaleContext>
  );
}

/** Does what leads to the state, then says that the picture may be taken. */
function Ready({ steps }: { steps: readonly Step[] }) {
  useEffect(() => {
    let stopped = false;
    void (async () => {
      for (const step of steps) {
        if ("key" in step) {
          // Whatever listens is loaded when something stands that can be pressed.
          await appeared("main footer button");
          document.body.dispatchEvent(new KeyboardEvent("keydown", { ...step, bubbles: true }));
          continue;
        }
        const wanted = target(step);
        const element = await appeared(wanted);
        if (stopped) return;
        if (element === null) {
          document.documentElement.dataset.stuck = wanted;
          return;
        }
        if ("press" in step) element.click();
        else if ("scrollTo" in step) element.scrollIntoView({ block: "center" });
        else if ("into" in step) type(element, step.type);
      }
      while (!stopped && document.querySelector('[data-lazy="loading"]') !== null) await frame();
      // A frame for React and one for what measures itself.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          if (!stopped) document.documentElement.dataset.ready = "true";
        }),
      );
    })();
    return () => {
      stopped = true;
    };
  }, [steps]);
  return null;
}

/** The element, as soon as it is there; null after `FRAMES`. */
async function appeared(selector: string): Promise<HTMLElement | null> {
  for (let waited = 0; waited < FRAMES; waited += 1) {
    const element = document.querySelector<HTMLElement>(selector);
    if (element !== null) return element;
    await frame();
  }
  return null;
}

function frame(): Promise<unknown> {
  return new Promise((drawn) => requestAnimationFrame(drawn));
}

/** As typing does: React hears of a value only when it was not set by itself. */
function type(element: HTMLElement, text: string): void {
  const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value") ?? {};
  set?.call(element, text);
  element.dispatchEvent(new Event("input", { bubbles: true }));
}

const FRAMES = 120;

function target(step: Exclude<Step, { key: string }>): string {
  if ("press" in step) return step.press;
  if ("into" in step) return step.into;
  return "scrollTo" in step ? step.scrollTo : step.see;
}
