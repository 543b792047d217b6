import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";

import { voice } from "../fixture/files";
import { VoicePlayer } from "./VoicePlayer";

/** Plays nothing; the test says what happens. */
class FakeAudio extends EventTarget {
  static all: FakeAudio[] = [];
  currentTime = 0;
  playbackRate = 1;
  paused = true;

  constructor() {
    super();
    FakeAudio.all.push(this);
  }

  async play(): Promise<void> {
    this.paused = false;
    this.dispatchEvent(new Event("play"));
    this.dispatchEvent(new Event("playing"));
  }

  pause(): void {
    this.paused = true;
    this.dispatchEvent(new Event("pause"));
  }
}

afterEach(() => {
  FakeAudio.all = [];
  vi.unstubAllGlobals();
});

test("two voices are never heard at once", async () => {
  vi.stubGlobal("Audio", FakeAudio);
  render(
    <>
      <VoicePlayer voice={voice()} />
      <VoicePlayer voice={voice()} />
    </>,
  );
  const [first, second] = screen.getAllByRole("button", { name: "Play" });
  await userEvent.click(first as HTMLElement);
  await userEvent.click(second as HTMLElement);

  expect(FakeAudio.all.map(({ paused }) => paused)).toEqual([true, false]);
});

test("the speed goes round, also while it plays", async () => {
  vi.stubGlobal("Audio", FakeAudio);
  render(<VoicePlayer voice={voice()} />);
  await userEvent.click(screen.getByRole("button", { name: "Play" }));

  const rates = [];
  for (const speed of ["1", "1.5", "2"]) {
    await userEvent.click(screen.getByRole("button", { name: `Speed: ${speed}×` }));
    rates.push(FakeAudio.all[0]?.playbackRate);
  }

  expect(rates).toEqual([1.5, 2, 1]);
});

test("pressing in the waveform goes there", () => {
  vi.stubGlobal("Audio", FakeAudio);
  render(<VoicePlayer voice={voice()} />);

  fireEvent.change(screen.getByRole("slider"), { target: { value: "4000" } });

  expect(FakeAudio.all[0]?.currentTime).toBe(4);
  expect(screen.getByRole("slider")).toHaveAttribute("aria-valuetext", "0:04");
});

test("whoever plays somebody else's voice says so, and sees that it was heard", async () => {
  vi.stubGlobal("Audio", FakeAudio);
  const listen = vi.fn();
  const { rerender } = render(
    <VoicePlayer voice={voice()} listening={{ of: "theirs", done: false }} listen={listen} />,
  );
  expect(screen.getByRole("img", { name: "Not listened to yet" })).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Play" }));

  rerender(
    <VoicePlayer voice={voice()} listening={{ of: "theirs", done: true }} listen={listen} />,
  );

  expect(listen).toHaveBeenCalledOnce();
  expect(screen.getByRole("img", { name: "Listened to" })).toBeVisible();
});

test("the sender sees how many have listened, and that all have", () => {
  const drawn = (count: number, all: boolean) => {
    const { unmount } = render(
      <VoicePlayer voice={voice()} listening={{ of: "mine", count, all }} />,
    );
    const label = screen.getByRole("img").getAttribute("aria-label");
    unmount();
    return label;
  };

  expect([drawn(0, false), drawn(2, false), drawn(3, true)]).toEqual([
    "Not listened to yet",
    "Listened to by 2 people",
    "Listened to",
  ]);
});
