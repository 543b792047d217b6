/** Runs the real server on free ports with a folder of its own. */

import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
const binary = process.env.SERVER_BINARY ?? join(target, "debug", "palabre");

/** A test that dies must not leave a server behind. */
const running = new Set();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** What the server prints for its owner. */
const SETUP_LINK = /\/setup#(\S+)/;

export class Server {
  #data;
  #port = 0;
  #mediaPort = 0;
  #process;
  #settings = {};
  #command = "demo";
  #log = [];
  #lines = new EventEmitter();

  /** Starts the demo, with these settings in its environment, and waits until it listens. */
  static start(settings = {}) {
    return Server.#startAs("demo", settings);
  }

  /** Starts a server on which nobody has an account yet, and waits until it has printed for whom it waits. */
  static async startEmpty() {
    const server = await Server.#startAs("serve", {});
    // It listens a moment before it prints the link.
    await server.#says(SETUP_LINK);
    return server;
  }

  static async #startAs(command, settings) {
    const server = new Server();
    server.#command = command;
    server.#settings = settings;
    server.#data = await mkdtemp(join(tmpdir(), "palabre-e2e-"));
    await server.#spawn();
    return server;
  }

  get url() {
    return `http://127.0.0.1:${this.#port}`;
  }

  get port() {
    return this.#port;
  }

  /** Where it takes media, once it has said so. */
  get mediaPort() {
    return Number(/shard started .*address=\S+:(\d+)/.exec(this.log)[1]);
  }

  /** Where the owner's account is made, as the server prints it. */
  get setupLink() {
    const code = SETUP_LINK.exec(this.log)[1];
    return `${this.url}/setup#${code}`;
  }

  /** What the server has logged, for a test that failed. */
  get log() {
    return this.#log.join("\n");
  }

  /** Ends it as `kill` does, or as a power cut does, and starts it again on the same port and data. */
  async restart(signal = "SIGTERM") {
    await this.#end(signal);
    await this.#spawn();
  }

  /** Ends it as a power cut does; its port and data stay for `revive`. */
  async kill() {
    await this.#end("SIGKILL");
  }

  /** Starts it again where `kill` left it. */
  async revive() {
    await this.#spawn();
  }

  /** Ends it and forgets its data. */
  async stop() {
    await this.#end("SIGKILL");
    await rm(this.#data, { recursive: true, force: true });
  }

  /** Waits until the log has it. */
  async #says(wanted) {
    while (!wanted.test(this.log)) await once(this.#lines, "line");
  }

  async #spawn() {
    const child = spawn(binary, [this.#command], {
      cwd: root,
      env: {
        ...process.env,
        PORT: String(this.#port),
        PALABRE_DATA__DIRECTORY: this.#data,
        PALABRE_MEDIA__PORT: String(this.#mediaPort),
        ...this.#settings,
        PALABRE_LOG__FILTER: process.env.PALABRE_LOG__FILTER ?? "info,rtc_dtls=error",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process = child;
    running.add(child);
    child.once("exit", () => running.delete(child));
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on("line", (line) => {
        this.#log.push(line);
        this.#lines.emit("line");
      });
    }
    this.#port = await new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        const address = /listening on http:\/\/[^:]+:(\d+)/.exec(line);
        if (address) resolve(Number(address[1]));
      });
      child.once("exit", () => reject(new Error(`the server did not start:\n${this.log}`)));
    });
  }

  async #end(signal) {
    const child = this.#process;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }
}
