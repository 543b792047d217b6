/** The screen and the server of a service worker, in the hands of a test. */

import type { BadgeSurface, NoticeSurface, Shown } from "./board";

/** A notice on the screen. */
export type FakeNotice = Omit<NotificationOptions, "data"> & {
  title: string;
  data: Shown;
  actions?: { action: string; title: string }[];
  close: () => void;
};

/** A screen that shows one notice for each tag. */
export class FakeSurface implements NoticeSurface, BadgeSurface {
  shown: FakeNotice[] = [];
  badge = 0;

  get titles(): string[] {
    return this.shown.map(({ title }) => title);
  }

  showNotification = async (title: string, options?: NotificationOptions): Promise<void> => {
    const notice = { ...options, title } as FakeNotice;
    notice.close = () => {
      this.shown = this.shown.filter((one) => one !== notice);
    };
    this.shown = [...this.shown.filter(({ tag }) => tag !== options?.tag), notice];
  };

  getNotifications = async (filter?: GetNotificationOptions): Promise<Notification[]> => {
    const found = this.shown.filter(({ tag }) => filter?.tag === undefined || tag === filter.tag);
    return found as unknown as Notification[];
  };

  setAppBadge = async (count: number): Promise<void> => {
    this.badge = count;
  };

  clearAppBadge = async (): Promise<void> => {
    this.badge = 0;
  };
}

/** A server that notes what it is asked, and an account in it. */
export class FakeFetch {
  readonly asked: { method: string; path: string; slot: string | null; body: unknown }[] = [];
  accounts = [{ person: { id: "ana" }, slot: 2 }];
  reachable = true;

  readonly fetch = async (path: string, init?: RequestInit): Promise<Response> => {
    if (!this.reachable) throw new TypeError("Failed to fetch");
    if (path === "/api/accounts") return Response.json({ accounts: this.accounts, demo: [] });
    const slot = new Headers(init?.headers).get("x-palabre-slot");
    const body = JSON.parse(String(init?.body));
    this.asked.push({ method: init?.method ?? "GET", path, slot, body });
    return Response.json({ type: "done" });
  };
}
