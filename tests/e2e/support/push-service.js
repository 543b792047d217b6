/**
 * A push service of the tests' own (RFC 8030): takes what the server sends, insists that it is what a
 * push service and a browser would take (RFC 8292, RFC 8291), and hands on what is in it.
 */

import assert from "node:assert/strict";
import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  hkdfSync,
  randomBytes,
  verify,
} from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

import { PATIENCE_MS } from "./until.js";

/** Listens on a port of its own, for as many browsers as there are. */
export class PushService {
  #server;
  #browsers = new Map();

  static async start() {
    const service = new PushService();
    service.#server = createServer((request, response) => void service.#take(request, response));
    service.#server.listen(0, "127.0.0.1");
    await once(service.#server, "listening");
    return service;
  }

  get origin() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** A browser that this service can reach. */
  browser(name) {
    const browser = new PushBrowser(`${this.origin}/${name}`);
    this.#browsers.set(`/${name}`, browser);
    return browser;
  }

  async stop() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #take(request, response) {
    const body = Buffer.concat(await request.toArray());
    const browser = this.#browsers.get(request.url);
    if (request.method !== "POST" || browser === undefined) {
      response.writeHead(404).end();
      return;
    }
    try {
      browser.take(request.headers, body, this.origin);
      response.writeHead(201).end();
    } catch (error) {
      browser.fail(error);
      response.writeHead(400).end();
    }
  }
}

/** One browser's subscription, with the keys that only the browser has. */
class PushBrowser {
  #keys = createECDH("prime256v1");
  #auth = randomBytes(AUTH_BYTES);
  #arrived = [];
  #waiting = [];
  #problem = null;

  constructor(endpoint) {
    this.endpoint = endpoint;
    this.#keys.generateKeys();
  }

  /** What the browser tells its page, for `subscribeAs`. */
  get subscription() {
    return {
      endpoint: this.endpoint,
      p256dh: this.#keys.getPublicKey("base64url"),
      auth: this.#auth.toString("base64url"),
    };
  }

  /** The next message of that kind, as `{ headers, message }`; what it says is as the protocol has it. */
  async next(kind) {
    const late = new Error(`no push of a ${kind} has come`);
    for (;;) {
      const next = this.#arrived.shift() ?? (await this.#arrival(late));
      if (next.message.notice.kind === kind) return next;
    }
  }

  /** Takes what came in the name of the server that the browser has subscribed to. */
  take(headers, body, origin) {
    const key = checkVapid(headers.authorization, origin);
    assert.equal(headers["content-encoding"], "aes128gcm");
    assert.match(headers.ttl, /^\d+$/);
    const message = JSON.parse(this.#decrypt(body));
    const arrived = { headers, message, key };
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#arrived.push(arrived);
    else waiting.resolve(arrived);
  }

  /** What came is not what a push service would take; the test hears of it. */
  fail(error) {
    this.#problem = error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  #arrival(late) {
    if (this.#problem !== null) throw this.#problem;
    return new Promise((resolve, reject) => {
      const patience = setTimeout(() => reject(late), PATIENCE_MS);
      const settle = (act) => (value) => {
        clearTimeout(patience);
        act(value);
      };
      this.#waiting.push({ resolve: settle(resolve), reject: settle(reject) });
    });
  }

  /** RFC 8188 with the keys of RFC 8291 §3.4; a push is one record (§4). */
  #decrypt(body) {
    const salt = body.subarray(0, SALT_BYTES);
    const recordSize = body.readUInt32BE(SALT_BYTES);
    const keyBytes = body.readUInt8(SALT_BYTES + 4);
    const sender = body.subarray(SALT_BYTES + 5, SALT_BYTES + 5 + keyBytes);
    const record = body.subarray(SALT_BYTES + 5 + keyBytes);
    assert.ok(record.length <= recordSize, "a push is one record");
    assert.ok(body.length <= MAX_BODY_BYTES, "push services take no more");

    const secret = this.#keys.computeSecret(sender);
    const info = Buffer.concat([text("WebPush: info\0"), this.#keys.getPublicKey(), sender]);
    const keying = hkdfSync("sha256", secret, this.#auth, info, 32);
    const derive = (label, bytes) =>
      Buffer.from(hkdfSync("sha256", keying, salt, text(`Content-Encoding: ${label}\0`), bytes));
    const cipher = createDecipheriv("aes-128-gcm", derive("aes128gcm", 16), derive("nonce", 12));
    cipher.setAuthTag(record.subarray(-TAG_BYTES));
    const padded = Buffer.concat([cipher.update(record.subarray(0, -TAG_BYTES)), cipher.final()]);
    const end = padded.findLastIndex((byte) => byte !== 0);
    assert.equal(padded[end], LAST_RECORD, "the last record ends with a 2 (RFC 8188 §2)");
    return padded.subarray(0, end).toString();
  }
}

/** Checks who sends (RFC 8292 §2 and §3), and gives their key. */
function checkVapid(authorization, origin) {
  const parts = /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), ?k=([\w-]+)$/.exec(authorization ?? "");
  assert.ok(parts, `who sends is not said: ${authorization}`);
  const [, header, claims, signature, key] = parts;
  const point = Buffer.from(key, "base64url");
  const jwk = {
    kty: "EC",
    crv: "P-256",
    x: point.subarray(1, 33).toString("base64url"),
    y: point.subarray(33).toString("base64url"),
  };
  const publicKey = createPublicKey({ key: jwk, format: "jwk" });
  const signed = verify(
    "sha256",
    text(`${header}.${claims}`),
    { key: publicKey, dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  assert.ok(signed, "the token is signed by its key");
  const { aud, exp, sub } = JSON.parse(Buffer.from(claims, "base64url").toString());
  assert.equal(aud, origin);
  const hours = (exp - Date.now() / 1000) / 3600;
  assert.ok(hours > 0 && hours <= 24, `the token holds for ${hours} hours`);
  assert.match(sub, /^(mailto:|https:)/);
  return key;
}

/**
 * Lets pages of this context subscribe as `browser`, and lets them show notices. No browser
 * subscribes without its maker's push service, and that one cannot be had without a network.
 */
export async function subscribeAs(context, browser) {
  await context.grantPermissions(["notifications"]);
  await context.addInitScript(stubPushManager, browser.subscription);
}

/** Runs in the page. */
function stubPushManager({ endpoint, p256dh, auth }) {
  const KEPT = "test.subscribed";
  const bytes = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const keys = { p256dh, auth };
  const made = () => {
    const key = localStorage.getItem(KEPT);
    if (key === null) return null;
    return {
      endpoint,
      options: { userVisibleOnly: true, applicationServerKey: new Uint8Array(JSON.parse(key)).buffer },
      getKey: (name) => bytes(keys[name]).buffer,
      toJSON: () => ({ endpoint, keys }),
      unsubscribe: async () => {
        localStorage.removeItem(KEPT);
        return true;
      },
    };
  };
  PushManager.prototype.getSubscription = async () => made();
  PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
    if (!userVisibleOnly || applicationServerKey.length !== 65) throw new TypeError("bad options");
    localStorage.setItem(KEPT, JSON.stringify([...applicationServerKey]));
    return made();
  };
}

function text(words) {
  return Buffer.from(words, "latin1");
}

/** Lengths of RFC 8188 §2.1, RFC 8291 §3.2 and AES-GCM, in bytes. */
const SALT_BYTES = 16;
const AUTH_BYTES = 16;
const TAG_BYTES = 16;

/** Delimiter of the last record (RFC 8188 §2). */
const LAST_RECORD = 2;

/** What push services have to take (RFC 8030 §7.2). */
const MAX_BODY_BYTES = 4096;
