import { fireEvent, render } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";

import type { CurrentCall, DeviceControl } from "../core/model";
import { callOf } from "../fixture/call";
import { PreferencesContext, usePreferences } from "../ui/preferences";
import { useCallKeys } from "./useCallKeys";

const toggle = vi.fn();
beforeEach(() => toggle.mockClear());

function Keys({ call }: { call: CurrentCall }) {
  useCallKeys(call);
  return null;
}

function Page({
  kind,
  singleKeys = true,
}: {
  kind: "on" | "off" | "starting";
  singleKeys?: boolean;
}) {
  const microphone: DeviceControl = {
    ...callOf(2).microphone,
    state: { kind },
    toggle: kind === "starting" ? undefined : toggle,
  };
  return (
    <PreferencesContext value={{ ...usePreferences(), singleKeys }}>
      <Keys call={{ ...callOf(2), microphone }} />
    </PreferencesContext>
  );
}

test("M switches the microphone, unless single keys are switched off", () => {
  const { rerender } = render(<Page kind="on" />);
  fireEvent.keyDown(document.body, { key: "m" });
  expect(toggle).toHaveBeenCalledOnce();

  rerender(<Page kind="on" singleKeys={false} />);
  fireEvent.keyDown(document.body, { key: "m" });
  expect(toggle).toHaveBeenCalledOnce();
});

test("the space bar talks for as long as it is held", () => {
  const { rerender } = render(<Page kind="off" />);
  fireEvent.keyDown(document.body, { key: " " });
  rerender(<Page kind="on" />);
  fireEvent.keyUp(document.body, { key: " " });
  expect(toggle).toHaveBeenCalledTimes(2);
});

test("a microphone that opens after the space bar was let go of is closed again", () => {
  const { rerender } = render(<Page kind="off" />);
  fireEvent.keyDown(document.body, { key: " " });
  rerender(<Page kind="starting" />);
  fireEvent.keyUp(document.body, { key: " " });
  expect(toggle).toHaveBeenCalledOnce();

  rerender(<Page kind="on" />);
  expect(toggle).toHaveBeenCalledTimes(2);
});
