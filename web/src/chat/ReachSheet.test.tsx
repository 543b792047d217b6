import { render, screen, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";

import { en } from "../core/i18n/en";
import type { ReceiptTimes } from "../core/model";
import type { PersonId } from "../core/protocol";
import { fakeApp } from "../fixture/app";
import { afi, kofi, NOW } from "../fixture/people";
import { ClockContext } from "../ui/clock";
import { AppContext } from "../useApp";
import { ReachSheet } from "./ReachSheet";

const reached = { deliveredNumber: 7, readNumber: 7, readHidden: false };

const locale = { language: "en", direction: "ltr", t: en, setLanguage: vi.fn() } as const;

function draw(times: ReadonlyMap<PersonId, ReceiptTimes>) {
  const reaches = [
    { ...reached, person: kofi },
    { ...reached, person: afi, readNumber: 0, readHidden: true },
  ];
  render(
    <ClockContext value={() => NOW}>
      <AppContext value={fakeApp({}, locale)}>
        <ReachSheet number={7} reaches={reaches} read={async () => times} close={vi.fn()} />
      </AppContext>
    </ClockContext>,
  );
}

test("it says who has read a message and when, and who does not tell", async () => {
  draw(
    new Map([
      [kofi.id, { deliveredAt: NOW - 120_000, readAt: NOW - 60_000, listenedAt: NOW - 30_000 }],
    ]),
  );

  const [reader, receiver] = screen.getAllByRole("listitem");
  if (reader === undefined || receiver === undefined) throw new Error("two people are listed");
  expect(await within(reader).findByText(/listened .*\d:\d\d/)).toBeVisible();
  expect(within(reader).getByText(/^[^l]*\d:\d\d/)).toHaveAttribute(
    "datetime",
    new Date(NOW - 60_000).toISOString(),
  );
  expect(receiver).toHaveTextContent("reads privately");
});
