/** Calls from a network that lets less through than this machine's own. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch } from "./support/browser.js";
import { Namespace } from "./support/namespace.js";
import { Person } from "./support/person.js";
import { Server } from "./support/server.js";

let namespace;
let server;
let browsers = [];
let admin;
let sena;

before(async () => {
  namespace = await Namespace.open();
  server = await Server.start({ PALABRE_MEDIA__BIND: namespace.host });
  await namespace.share(server.port);
  browsers = [await launch(), await launch(namespace.chromium)];
  const [here, there] = await Promise.all(browsers.map((browser) => browser.newContext()));
  admin = await Person.signIn(here, server.url, "admin");
  sena = await Person.signIn(there, server.url, "sena");
  await admin.makeGroup("Far away", ["sena", "yao"]);
  await sena.open("Far away");
});

after(async () => {
  for (const browser of browsers) await browser.close();
  await server?.stop();
  await namespace?.close();
});

test("where no UDP gets through, one is in the call over TCP within five seconds", async (t) => {
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
