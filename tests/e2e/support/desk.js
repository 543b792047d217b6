/** People who have turned notices on and closed the page: only the service worker is left of it. */

import { looks, openPage } from "./browser.js";
import { Person } from "./person.js";
import { subscribeAs } from "./push-service.js";
import { PATIENCE_MS, until } from "./until.js";

/** The screen of such a person. */
export class Desk {
  #context;
  #browser;
  #server;
  #username;
  #devtools;
  #registration;

  /** Signs in, turns notices on, does what `before` says, and closes the page. */
  static async leave(browser, server, service, username, before = async () => {}) {
    const desk = new Desk();
    desk.#server = server;
    desk.#username = username;
    desk.#context = await browser.newContext();
    desk.#browser = service.browser(`${username}-${Math.random().toString(36).slice(2)}`);
    await subscribeAs(desk.#context, desk.#browser);
    const person = await Person.signIn(desk.#context, server.url, username);
    // Only the worker that is in charge of the page is told what is pushed.
    await until(person.page, () => navigator.serviceWorker.controller?.state === "activated");
    await person.page.getByRole("button", { name: "Turn on" }).click();
    await person.page.getByRole("button", { name: "Turn on" }).waitFor({ state: "detached" });
    await before(person);
    const empty = await desk.#context.newPage();
    await desk.#inspect(empty);
    await person.page.close();
    return desk;
  }

  /** Waits for a push of that kind, and hands it to the worker as the browser does. */
  async receives(kind) {
    const arrived = await this.#browser.next(kind);
    // DevTools wake no worker: what they deliver to one that rests is lost.
    await this.#worker.evaluate(() => self.registration.active?.state);
    await this.#devtools.send("ServiceWorker.deliverPushMessage", {
      origin: this.#server.url,
      registrationId: this.#registration,
      data: JSON.stringify(arrived.message),
    });
    return arrived;
  }

  /** Waits until these are on the screen and no others, each told by its title and text. */
  async shows(...wanted) {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const shown = await this.#notices();
      const fit = shown.every(({ title, body }, at) => wanted[at]?.test(`${title}: ${body}`));
      if (shown.length === wanted.length && fit) return shown;
      if (Date.now() > end) throw new Error(`shown is ${JSON.stringify(shown)}, not ${wanted}`);
      await new Promise((next) => setTimeout(next, EVERY_MS));
    }
  }

  #notices() {
    return this.#worker.evaluate(async () => {
      const shown = await self.registration.getNotifications();
      return shown.map(({ tag, title, body, actions }) => ({
        tag,
        title,
        body,
        actions: actions.map((action) => action.title),
      }));
    });
  }

  /**
   * Presses a notice, or one of its buttons. No test can press what the system shows, and a press that
   * is made up opens no window: where it would lead is kept for `opensWindow`.
   */
  presses({ tag }, action) {
    return this.#worker.evaluate(
      async ({ tag, action }) => {
        const [notification] = await self.registration.getNotifications({ tag });
        const press = new NotificationEvent("notificationclick", { notification, action });
        const work = [];
        Object.defineProperty(press, "waitUntil", { value: (promise) => work.push(promise) });
        Object.defineProperty(self.clients, "openWindow", {
          configurable: true,
          value: async (address) => {
            self.opened = address;
            return null;
          },
        });
        self.dispatchEvent(press);
        await Promise.all(work);
      },
      { tag, action },
    );
  }

  /** Opens the page that the last press led to. */
  async opensWindow() {
    return this.#open(await this.#worker.evaluate(() => self.opened));
  }

  /** Opens the app by themselves. */
  async comesBack() {
    const person = await this.#open("/");
    await person.page.getByRole("navigation", { name: "Conversations" }).waitFor();
    return person;
  }

  close() {
    return this.#context.close();
  }

  async #open(address) {
    const url = new URL(address, this.#server.url).href;
    return new Person(await openPage(this.#context, url, looks[this.#username]), this.#username);
  }

  get #worker() {
    return this.#context.serviceWorkers().at(-1);
  }

  /** Finds the registration of the app; any page of the browser can tell of it. */
  async #inspect(page) {
    this.#devtools = await this.#context.newCDPSession(page);
    const found = new Promise((resolve, reject) => {
      const patience = setTimeout(() => reject(new Error("no service worker")), PATIENCE_MS);
      this.#devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
        const own = registrations.find(({ scopeURL }) => scopeURL.startsWith(this.#server.url));
        if (own === undefined) return;
        clearTimeout(patience);
        resolve(own.registrationId);
      });
    });
    await this.#devtools.send("ServiceWorker.enable");
    this.#registration = await found;
  }
}

/** How often it is looked whether something is shown, in ms. */
const EVERY_MS = 50;
