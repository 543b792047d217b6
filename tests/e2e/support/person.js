/** What people do in the app, by the names that they see. */

import assert from "node:assert/strict";

import { looks, openPage } from "./browser.js";
import { PATIENCE_MS, until } from "./until.js";

export const names = {
  admin: "Ama Lawson",
  manager: "Kofi Mensah",
  sena: "Sena Adjovi",
  yao: "Yao Koffi",
};


/** How often something is measured until it is as it should be. */
const MAX_SPANS = 5;

export class Person {
  constructor(page, username) {
    this.page = page;
    this.username = username;
    this.name = names[username];
    page.setDefaultTimeout(PATIENCE_MS);
  }

  /** Opens a page in a browser where nobody is signed in, and signs in. */
  static async signIn(context, url, username, more = {}) {
    const page = await openPage(context, url, { ...looks[username], ...more });
    const person = new Person(page, username);
    await person.page.getByRole("button", { name: person.name }).click();
    await person.#atHome();
    return person;
  }

  /** Opens another tab of a browser where somebody is signed in, and signs in as another person. */
  static async addAccount(context, url, username) {
    const person = new Person(await openPage(context, url, looks[username]), username);
    await person.#atHome();
    await person.page.getByRole("button", { name: "Settings" }).click();
    await person.page.getByRole("button", { name: "Add an account" }).click();
    await person.page.getByRole("button", { name: person.name }).click();
    await person.#atHome();
    return person;
  }

  async #atHome() {
    await this.page.getByRole("navigation", { name: "Conversations" }).waitFor();
    await this.page.getByRole("button", { name: "New conversation" }).first().waitFor();
  }

  async makeGroup(title, others) {
    // A tab behind another one draws once a second, and clicks wait for it to hold still.
    await this.page.bringToFront();
    await this.page.getByRole("button", { name: "New conversation" }).first().click();
    const dialog = this.page.getByRole("dialog");
    for (const other of others) {
      await dialog.getByRole("button", { name: names[other] }).click();
    }
    await dialog.getByLabel("Name of the group").fill(title);
    await dialog.getByRole("button", { name: "Create group" }).click();
    await this.page.getByRole("region", { name: title }).waitFor();
  }

  /** Begins a conversation with one other, or opens the one there is. */
  async writeTo(other) {
    await this.page.bringToFront();
    await this.page.getByRole("button", { name: "New conversation" }).first().click();
    const dialog = this.page.getByRole("dialog");
    await dialog.getByRole("button", { name: names[other] }).click();
    await dialog.getByRole("button", { name: "Write" }).click();
    await this.page.getByRole("region", { name: names[other] }).waitFor();
  }

  async open(title) {
    await this.page
      .getByRole("navigation", { name: "Conversations" })
      .getByRole("button", { name: title })
      .click();
    await this.page.getByRole("region", { name: title }).waitFor();
  }

  async write(text) {
    const field = this.page.getByPlaceholder("Write a message");
    await field.fill(text);
    await field.press("Enter");
  }

  /** Waits until the conversation that is open says exactly these texts, in this order. */
  async reads(...texts) {
    await this.page.waitForFunction(
      (wanted) => {
        const log = document.querySelector('[role="log"]');
        const said = [...(log?.querySelectorAll('span[dir="auto"]') ?? [])].map((e) => e.textContent);
        return JSON.stringify(said) === JSON.stringify(wanted);
      },
      texts,
    ).catch(async (error) => {
      const said = await this.page.getByRole("log").innerText().catch(() => "no timeline");
      throw new Error(`${this.name} does not read ${texts.join(" | ")} but: ${said}`, { cause: error });
    });
  }

  async startVideoCall() {
    await this.page.getByRole("button", { name: "Start a video call" }).click();
    await this.inCall();
  }

  async answer() {
    await this.page.getByRole("button", { name: "Answer with camera" }).click();
    await this.inCall();
  }

  async inCall() {
    await this.page.getByRole("button", { name: "Leave the call" }).waitFor();
  }

  /** Leaves the call, and reads on. */
  async leaves() {
    await this.page.getByRole("button", { name: "Leave the call" }).click();
    await this.page.getByRole("button", { name: "Leave the call" }).waitFor({ state: "detached" });
  }

  /** Waits until some tile says that its picture is paused since the connection is slow. */
  async seesPaused() {
    await this.page.getByText("Paused: the connection is too slow").first().waitFor();
  }

  /**
   * For so long: which share of each voice had to be made up, and the longest pause between two
   * pictures of each other's video, in ms.
   */
  measures(duration) {
    return this.page.evaluate(async (duration) => {
      const began = performance.now();
      // What one's own camera shows has not travelled.
      const gaps = [...document.querySelectorAll('figure:not([aria-label^="You"]) video')].map((video) => {
        const gap = { last: began, longest: 0 };
        const note = (now) => {
          gap.longest = Math.max(gap.longest, now - gap.last);
          gap.last = now;
          video.requestVideoFrameCallback(note);
        };
        video.requestVideoFrameCallback(note);
        return gap;
      });
      const voices = async () => {
        const stats = [...(await window.keptPeerConnections.at(-1).getStats()).values()];
        const heard = stats.filter((one) => one.type === "inbound-rtp" && one.kind === "audio");
        return new Map(heard.filter((one) => one.packetsReceived > 0).map((one) => [one.mid, one]));
      };
      const before = await voices();
      await new Promise((resolve) => setTimeout(resolve, duration));
      const made = (one) => one.concealedSamples - one.silentConcealedSamples;
      const share = (one) => {
        const earlier = before.get(one.mid);
        if (earlier === undefined) return made(one) / one.totalSamplesReceived;
        return (made(one) - made(earlier)) / (one.totalSamplesReceived - earlier.totalSamplesReceived);
      };
      const now = performance.now();
      return {
        voices: [...(await voices()).values()].map((one) => Number(share(one).toFixed(4))),
        gaps: gaps.map(({ last, longest }) => Math.round(Math.max(longest, now - last))),
      };
    }, duration);
  }

  /**
   * Measures again until a span is as `isGood` wants it, and gives all of them. A machine that was busy
   * with something else for a moment fails no test; what stays does.
   */
  async settles(duration, isGood) {
    const spans = [];
    while (spans.length < MAX_SPANS) {
      spans.push(await this.measures(duration));
      if (isGood(spans.at(-1))) return spans;
    }
    throw new Error(`${this.name} never had it as good as that: ${JSON.stringify(spans)}`);
  }

  /** Waits until the media of the call are connected. */
  async connects() {
    await until(this.page, async () => (await window.palabre.call())?.media === "connected");
  }

  /** Waits until they are in the call by another connection than that of `earlier`, what `stats` said before. */
  rejoins(earlier) {
    return until(
      this.page,
      async (participant) => {
        const now = (await window.palabre?.call()) ?? null;
        return now !== null && now.participant !== participant && now.media === "connected";
      },
      earlier.participant,
    );
  }

  /** Over what the media travel: `udp` or `tcp`. */
  protocol() {
    return until(this.page, async () => {
      const stats = await window.keptPeerConnections.at(-1).getStats();
      const transport = [...stats.values()].find(({ type }) => type === "transport");
      // Statistics name the pair a moment after the connection says that it stands.
      const pair = stats.get(transport?.selectedCandidatePairId);
      return stats.get(pair?.remoteCandidateId)?.protocol;
    });
  }

  /** Waits until the tiles of all these people say that they speak. */
  async seesSpeaking(others) {
    for (const other of others) {
      await this.page.locator(`figure[data-speaking="true"][aria-label^="${names[other]}"]`).waitFor();
    }
  }

  /** In which format the picture is sent. */
  sendsPictureAs() {
    return this.page.evaluate(async () => {
      const stats = await window.keptPeerConnections.at(-1).getStats();
      const sent = [...stats.values()].find((one) => one.type === "outbound-rtp" && one.kind === "video");
      return stats.get(sent.codecId).mimeType;
    });
  }

  /**
   * How much sound a packet carries, in frames of 20 ms. Chromium names the codec inside RED
   * (RFC 2198), never RED itself, so its size has to tell: two frames where each one is repeated.
   */
  framesInAPacket() {
    return this.page.evaluate(async () => {
      const stats = await window.keptPeerConnections.at(-1).getStats();
      const sent = [...stats.values()].find((one) => one.type === "outbound-rtp" && one.kind === "audio");
      return sent.bytesSent / sent.packetsSent / ((sent.targetBitrate / 8) * 0.02);
    });
  }

  /** Waits until the camera is sent in exactly these layers. */
  async sendsOnly(rids) {
    await this.page
      .waitForFunction(
        (rids) => {
          const senders = window.keptPeerConnections.at(-1).getSenders();
          const camera = senders.find((sender) => sender.getParameters().encodings.length > 1);
          const active = camera.getParameters().encodings.filter((encoding) => encoding.active);
          return active.map((encoding) => encoding.rid).join() === rids.join();
        },
        rids,
        { polling: 50 },
      )
      .catch((error) => {
        throw new Error(`${this.name} does not send just ${rids.join(" and ")}`, { cause: error });
      });
  }

  /** Waits until somebody's picture comes at least this high. */
  async seesHeight(other, height) {
    await this.page.waitForFunction(
      ({ name, height }) => {
        const tile = [...document.querySelectorAll("figure")].find((figure) =>
          figure.getAttribute("aria-label")?.startsWith(name),
        );
        return (tile?.querySelector("video")?.videoHeight ?? 0) >= height;
      },
      { name: names[other], height },
      { polling: 50 },
    );
  }

  /** Waits until what somebody shares is decoded, and moves. */
  async seesScreenOf(other) {
    await this.page.waitForFunction(
      ({ label, colour }) => {
        const video = document.querySelector(`figure[aria-label="${label}"] video`);
        if (!video || video.videoWidth < 960) return false;
        const context = new OffscreenCanvas(1, 1).getContext("2d");
        const [x, y] = [video.videoWidth / 2, video.videoHeight / 2];
        context.drawImage(video, x, y, 1, 1, 0, 0, 1, 1);
        const pixel = context.getImageData(0, 0, 1, 1).data;
        return colour.every((value, at) => Math.abs(value - pixel[at]) < 40);
      },
      { label: `Screen of ${names[other]}`, colour: [30, 190, 190] },
      // A page of text over half a megabit takes seconds, and its encoder as long on a busy machine.
      { polling: 100, timeout: 2 * PATIENCE_MS },
    );
  }

  stats() {
    return this.page.evaluate(() => window.palabre.call());
  }

  /** Waits until the pictures of all these people are decoded, each in its own colour, and move. */
  async sees(others) {
    for (const other of others) {
      const look = { name: names[other], colour: looks[other].colour };
      await until(this.page, showsColour, look).catch((error) => this.#blame(`does not see ${look.name}`, error));
    }
    const moving = (stats) => stats.video.map(({ mid, framesDecoded }) => [mid, framesDecoded]);
    await this.#grows(moving, 5, others.length).catch((error) =>
      this.#blame(`has pictures that stand, of ${others}`, error),
    );
  }

  /** Waits until sound comes from that many people. */
  async hears(count) {
    const sounding = (stats) => stats.audio.map(({ mid, energy }) => [mid, energy]);
    await this.#grows(sounding, 0.001, count).catch((error) => this.#blame(`does not hear ${count}`, error));
  }

  /** Waits until that many of the slots that `read` finds in the statistics have grown by more than `least`. */
  async #grows(read, least, count) {
    const bases = new Map();
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const stats = await until(this.page, () => window.palabre?.call());
      let grown = 0;
      for (const [mid, value] of read(stats)) {
        // Another connection counts from nothing.
        if (!(bases.get(mid) <= value)) bases.set(mid, value);
        if (value > bases.get(mid) + least) grown += 1;
      }
      if (grown >= count) return;
      if (Date.now() > end) throw new Error(`not within ${PATIENCE_MS} ms`);
      await new Promise((next) => setTimeout(next, 50));
    }
  }

  async #blame(what, cause) {
    throw new Error(`${this.name} ${what}: ${JSON.stringify(await this.stats())}`, { cause });
  }

  /** Fails when the page logged an error that no test caused. */
  isCalm(allowed = /^$/) {
    assert.deepEqual(this.page.errors.filter((error) => !allowed.test(error)), []);
  }
}

/** Runs in the page: whether the tile of somebody shows their colour. */
function showsColour({ name, colour }) {
  const tiles = [...document.querySelectorAll("figure")];
  const tile = tiles.find((figure) => figure.getAttribute("aria-label")?.startsWith(name));
  const video = tile?.querySelector("video");
  if (!video || video.videoWidth === 0) return false;
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  context.drawImage(video, video.videoWidth / 2, video.videoHeight / 2, 1, 1, 0, 0, 1, 1);
  const pixel = context.getImageData(0, 0, 1, 1).data;
  return colour.every((value, at) => Math.abs(value - pixel[at]) < 60);
}
