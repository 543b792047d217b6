import { expect, test } from "vitest";

import { settled } from "./testing/clock";
import { ACTIVATE, followUpdates, type WorkerContainer } from "./update";

/** A service worker as far as a page sees it. */
class FakeWorker extends EventTarget {
  readonly said: unknown[] = [];

  constructor(public state: ServiceWorkerState) {
    super();
  }

  postMessage(message: unknown): void {
    this.said.push(message);
  }

  become(state: ServiceWorkerState): void {
    this.state = state;
    this.dispatchEvent(new Event("statechange"));
  }
}

/** The browser's side: one registration. */
class FakeContainer extends EventTarget {
  controller: FakeWorker | null = null;
  readonly registration = Object.assign(new EventTarget(), {
    active: null as FakeWorker | null,
    waiting: null as FakeWorker | null,
    installing: null as FakeWorker | null,
    update: async (): Promise<void> => {},
  });

  async register() {
    return this.registration;
  }

  async getRegistration() {
    return this.registration;
  }

  /** A worker has been fetched and waits. */
  fetched(): FakeWorker {
    const worker = new FakeWorker("installing");
    this.registration.installing = worker;
    this.registration.dispatchEvent(new Event("updatefound"));
    this.registration.installing = null;
    this.registration.waiting = worker;
    worker.become("installed");
    return worker;
  }

  takenOver(worker: FakeWorker): void {
    this.registration.waiting = null;
    this.registration.active = worker;
    this.controller = worker;
    this.dispatchEvent(new Event("controllerchange"));
  }
}

function open(container: FakeContainer) {
  const page = { ready: 0, reloads: 0 };
  const updates = followUpdates(container as unknown as WorkerContainer, "/sw.js", () => {
    page.reloads += 1;
  });
  updates.onReady(() => {
    page.ready += 1;
  });
  return { page, updates };
}

test("the first worker of a browser is no newer version", async () => {
  const container = new FakeContainer();
  const { page } = open(container);
  await settled();

  container.takenOver(container.fetched());

  expect(page.ready).toBe(0);
});

test("a newer version is told and waits until it is taken", async () => {
  const container = new FakeContainer();
  container.takenOver(new FakeWorker("activated"));
  const { page, updates } = open(container);
  await settled();

  const newer = container.fetched();
  const before = { ...page };
  const taking = updates.take();
  await settled();
  container.takenOver(newer);
  await taking;

  expect(before).toEqual({ ready: 1, reloads: 0 });
  expect(newer.said).toEqual([ACTIVATE]);
  expect(page.reloads).toBe(1);
});

test("a version that another tab has taken is offered and not forced", async () => {
  const container = new FakeContainer();
  container.takenOver(new FakeWorker("activated"));
  const { page } = open(container);
  await settled();

  container.takenOver(new FakeWorker("activated"));

  expect(page).toEqual({ ready: 1, reloads: 0 });
});

test("taking loads the page again when there is nothing newer", async () => {
  const container = new FakeContainer();
  container.takenOver(new FakeWorker("activated"));
  const { page, updates } = open(container);

  await updates.take();

  expect(page.reloads).toBe(1);
});
