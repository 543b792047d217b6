import { beforeEach, expect, test } from "vitest";

import type { PushMessage } from "../core/protocol";
import type { PushDevice } from "../core/push-devices";
import { Board } from "./board";
import { Mail } from "./mail";
import { Pages } from "./pages";
import { Server } from "./server";
import { FakeFetch, FakeSurface } from "./testing";

let surface: FakeSurface;
let server: FakeFetch;
let pages: FakePages;
let devices: PushDevice[];
let subscribedWith: unknown[];
let mail: Mail;

beforeEach(() => {
  surface = new FakeSurface();
  server = new FakeFetch();
  pages = new FakePages();
  devices = [];
  subscribedWith = [];
  mail = new Mail({
    board: new Board(surface, surface),
    pages: new Pages(pages),
    server: new Server(server.fetch),
    devices: { all: async () => devices, put: async () => {}, remove: async () => 0 },
    manager: {
      subscribe: async (options) => {
        subscribedWith.push(options?.applicationServerKey);
        return {
          endpoint: "https://push.example/new",
          getKey: () => new Uint8Array([1, 2]).buffer,
        } as unknown as PushSubscription;
      },
    },
    language: "fr-TG",
  });
});

test("a message that was shown counts as delivered, in the slot of its account", async () => {
  await mail.onPush(MESSAGE);

  expect(surface.titles).toEqual(["Kitchen"]);
  expect(server.asked).toEqual([
    {
      method: "POST",
      path: "/api/conversations/kitchen/marks",
      slot: "2",
      body: { delivered_number: 7, read_number: 0 },
    },
  ]);
});

test("without a network it is shown all the same", async () => {
  server.reachable = false;

  await mail.onPush(MESSAGE);

  expect(surface.titles).toEqual(["Kitchen"]);
});

test("what came for somebody who has signed out is taken away", async () => {
  server.accounts = [];

  await mail.onPush(MESSAGE);

  expect(surface.shown).toEqual([]);
});

test("what cannot be read says that there is something, in the language of the browser", async () => {
  await mail.onPush(null);

  expect(surface.titles).toEqual(["Il y a du nouveau"]);
});

test("marking as read opens no page", async () => {
  await mail.onPush(MESSAGE);
  server.asked.length = 0;

  await mail.onClick({ data: surface.shown[0]?.data }, "read");

  expect(server.asked.map(({ body }) => body)).toEqual([{ delivered_number: 7, read_number: 7 }]);
  expect(pages.opened).toEqual([]);
});

test("a page of the same person comes to the front, and another's does not", async () => {
  pages.add("ben");
  const mine = pages.add("ana");
  await mail.onPush(MESSAGE);

  await mail.onClick({ data: surface.shown[0]?.data }, "");

  expect(pages.opened).toEqual([]);
  expect(pages.focused).toEqual([mine]);
  expect(mine.said.at(-1)).toEqual({ kind: "go", conversation: "kitchen", answer: null });
});

test("without a page one is opened where the notice leads", async () => {
  await mail.onPush(MESSAGE);

  await mail.onClick({ data: surface.shown[0]?.data }, "");

  expect(pages.opened).toEqual(["/?for=ana#/c/kitchen"]);
});

test("a call is declined without a page, and answered in one", async () => {
  await mail.onPush(CALL);
  const { data } = surface.shown[0] ?? {};

  await mail.onClick({ data }, "decline");
  await mail.onClick({ data }, "accept");

  expect(server.asked.map(({ path }) => path)).toEqual(["/api/calls/call/decline"]);
  expect(pages.opened).toEqual(["/?for=ana&answer=call#/c/kitchen"]);
});

test("a call that cannot be declined now is shown in a page", async () => {
  await mail.onPush(CALL);
  server.reachable = false;

  await mail.onClick({ data: surface.shown[0]?.data }, "decline");

  expect(pages.opened).toEqual(["/?for=ana#/c/kitchen"]);
});

test("a browser that moves to another address tells the server for each of its accounts", async () => {
  const device = { person: "ana", language: "fr", previews: false, key: "AQI" } as const;
  devices = [
    { ...device, pushed: true },
    { ...device, person: "ben", pushed: false },
  ];

  await mail.onSubscriptionChange();

  expect(subscribedWith).toEqual([new Uint8Array([1, 2])]);
  expect(server.asked).toEqual([
    {
      method: "PUT",
      path: "/api/push",
      slot: "2",
      body: {
        subscription: {
          endpoint: "https://push.example/new",
          p256dh: "AQI",
          auth: "AQI",
          language: "fr",
          previews: false,
        },
      },
    },
  ]);
});

/** Pages that answer whose they are. */
class FakePages {
  readonly pages: FakePage[] = [];
  readonly opened: string[] = [];
  readonly focused: FakePage[] = [];

  add(person: string): FakePage {
    const page = new FakePage(person, this);
    this.pages.push(page);
    return page;
  }

  matchAll = async () => this.pages as unknown as Client[];

  openWindow = async (url: string) => {
    this.opened.push(url);
    return null;
  };
}

class FakePage {
  focused = false;
  readonly said: unknown[] = [];

  constructor(
    private readonly person: string,
    private readonly all: FakePages,
  ) {}

  postMessage(message: { kind: string }, transfer?: MessagePort[]): void {
    this.said.push(message);
    if (message.kind === "who") transfer?.[0]?.postMessage({ person: this.person });
  }

  async focus(): Promise<this> {
    this.all.focused.push(this);
    return this;
  }
}

const MESSAGE: PushMessage = {
  person: "ana",
  language: "en",
  notice: {
    kind: "message",
    conversation: "kitchen",
    number: 7,
    sender: "Ben",
    group: "Kitchen",
    text: "hello",
    carries: null,
    mentions: false,
    unread: 1,
  },
};

const CALL: PushMessage = {
  person: "ana",
  language: "en",
  notice: {
    kind: "call",
    call: "call",
    conversation: "kitchen",
    sender: "Ben",
    group: null,
    media: "audio",
    until_ms: 46_000,
  },
};
