import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";

import type { AttachmentView } from "../core/model";
import { document, picture, voice } from "../fixture/files";
import { Attachments } from "./Attachments";

function draw(attachments: AttachmentView[], cancel?: () => void) {
  const show = vi.fn();
  render(<Attachments attachments={attachments} show={show} cancel={cancel} />);
  return show;
}

test("a picture has its place before it is there and opens when it is pressed", async () => {
  const show = draw([picture("a.jpg", { width: 1600, height: 1200 })]);
  const tile = screen.getByRole("button", { name: "Show a.jpg" });

  expect(tile).toHaveStyle({ inlineSize: "320px", aspectRatio: "320 / 240" });
  await userEvent.click(tile);
  expect(show).toHaveBeenCalledExactlyOnceWith("a.jpg");
});

test("of many pictures four are shown, and the last says how many more there are", () => {
  draw(["1", "2", "3", "4", "5", "6"].map((name) => picture(name)));

  expect(screen.getAllByRole("button")).toHaveLength(4);
  expect(screen.getByRole("button", { name: "Show 4, +2" })).toBeInTheDocument();
});

test("a document is saved under its name", () => {
  draw([document("menu.pdf")]);

  const link = screen.getByRole("link", { name: /^menu\.pdf/ });
  expect(link).toHaveAttribute("download", "menu.pdf");
  expect(link).toHaveTextContent("240 kB");
});

test("what is on its way says how far it is and can be given up", async () => {
  const cancel = vi.fn();
  draw([document("menu.pdf", { progress: 0.4 })], cancel);

  expect(screen.queryByRole("link")).toBeNull();
  const progress = screen.getByRole("progressbar", { name: "Sending menu.pdf" });
  expect(progress).toHaveAttribute("aria-valuenow", "40");
  await userEvent.click(screen.getByRole("button", { name: "Do not send" }));
  expect(cancel).toHaveBeenCalledOnce();
});

test("a voice message has a player of its own", () => {
  draw([voice()]);

  expect(screen.getByRole("button", { name: "Play" })).toBeInTheDocument();
});
