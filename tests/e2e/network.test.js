/** Calls from a network that lets less through than this machine's own. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { check } from "./support/axe.js";
import { launch } from "./support/browser.js";
import { Namespace } from "./support/namespace.js";
import { Person } from "./support/person.js";
import { Server } from "./support/server.js";
import { until } from "./support/until.js";

let namespace;
let server;
let browsers = [];
let near = [];
let sena;

before(async () => {
  namespace = await Namespace.open();
  server = await Server.start({ PALABRE_MEDIA__BIND: namespace.host });
  await namespace.share(server.port);
  browsers = [await launch(), await launch(namespace.chromium)];
  const contexts = await Promise.all([0, 0, 0, 1].map((at) => browsers[at].newContext()));
  const busy = { busy: true };
  near = await Promise.all(
    ["admin", "manager", "yao"].map((name, at) => Person.signIn(contexts[at], server.url, name, busy)),
  );
  sena = await Person.signIn(contexts[3], server.url, "sena");
  const [admin, manager, yao] = near;
  await admin.makeGroup("Far away", ["manager", "yao", "sena"]);
  await sena.open("Far away");
  await namespace.narrow("500kbit");
  await admin.startVideoCall();
  await manager.answer();
  await yao.answer();
});

after(async () => {
  for (const browser of browsers) await browser.close();
  await server?.stop();
  await namespace?.close();
});

test("at 500 kbit/s everybody is heard, who speaks is seen, and the other tiles say why not", async (t) => {
  await sena.answer();
  await sena.connects();
  await sena.seesPaused();
  await check(sena.page, "tiles that say why they stand still");

  const settled = await sena.measures(5_000);
  const seen = await sena.measures(10_000);

  t.diagnostic(`${JSON.stringify(settled)} then ${JSON.stringify(seen)}`);
  assert.equal(seen.voices.length, 3);
  assert.ok(seen.voices.every((made_up) => made_up <= 0.01), "voices come whole");
  assert.ok(Math.min(...seen.gaps) <= 1_000, "a picture flows without a second's pause");
});

test("a text that is shared there is as sharp as elsewhere, and goes on", async (t) => {
  const [admin] = near;
  await admin.page.getByRole("button", { name: "Share the screen" }).click();
  await admin.page.getByRole("menuitem", { name: "Text" }).click();
  const began = Date.now();
  await sena.seesScreenOf("admin");
  const seen = Date.now() - began;
  const screen = async () => (await sena.stats()).video.find(({ height }) => height >= 720);

  const before = await screen();
  const { voices } = await sena.measures(5_000);
  await until(
    sena.page,
    async ({ mid, framesDecoded }) => {
      const now = (await window.palabre.call()).video.find((slot) => slot.mid === mid);
      return now.height >= 720 && now.framesDecoded >= framesDecoded + 5;
    },
    before,
  );

  t.diagnostic(`seen after ${seen} ms, five more pictures ${Date.now() - began - seen} ms later, ${JSON.stringify(voices)} made up`);
  assert.ok(voices.every((made_up) => made_up <= 0.02), "voices come whole");
  await admin.page.getByRole("button", { name: "Stop sharing" }).first().click();
  await sena.page.getByRole("figure", { name: "Screen of" }).waitFor({ state: "detached" });
});

test("when there is room again everybody is seen", async (t) => {
  const began = Date.now();
  await namespace.narrow();

  await sena.sees(["admin", "manager", "yao"]);

  t.diagnostic(`seen after ${Date.now() - began} ms`);
});

test("where 10 % gets lost voices come whole and pictures go on", async (t) => {
  await namespace.lose(10);

  const seen = await sena.measures(8_000);

  t.diagnostic(JSON.stringify(seen));
  assert.ok(seen.voices.every((made_up) => made_up <= 0.03), "voices come nearly whole");
  assert.ok(Math.min(...seen.gaps) <= 1_000, "a picture flows");
});

test("where 30 % gets lost voices can be understood", async (t) => {
  await namespace.lose(30);

  const seen = await sena.measures(6_000);

  t.diagnostic(JSON.stringify(seen));
  assert.ok(seen.voices.every((made_up) => made_up <= 0.25), "most of each voice comes");
});

test("after 8 s of nothing media are back within two seconds, on the same seat", async (t) => {
  await namespace.lose(0);
  await sena.sees(["admin", "manager", "yao"]);
  const before = await sena.stats();

  await namespace.lose(100);
  await sena.measures(8_000);
  await namespace.lose(0);
  const began = Date.now();
  await sena.hears(3);
  const heard = Date.now() - began;
  await sena.sees(["admin"]);
  const seen = Date.now() - began;

  t.diagnostic(`heard after ${heard} ms, seen after ${seen} ms`);
  const now = await sena.stats();
  assert.equal(now.participant, before.participant);
  assert.ok(seen <= 2_500, `${seen} ms`);
});

test("where no UDP gets through, one is in the call over TCP within five seconds", async (t) => {
  const [admin] = near;
  for (const person of [...near, sena]) await person.leaves();
  await namespace.blockUdp();
  await admin.startVideoCall();

  const began = Date.now();
  await sena.answer();
  await sena.connects();
  const took = Date.now() - began;

  t.diagnostic(`in the call over TCP after ${took} ms`);
  assert.ok(took <= 5_000, `${took} ms`);
  assert.equal(await sena.protocol(), "tcp");
  assert.equal(await admin.protocol(), "udp");
  await sena.sees(["admin"]);
  await admin.sees(["sena"]);
  await sena.hears(1);
  await admin.hears(1);
});
