/**
 * A network of its own for a browser, as on a machine somewhere else: a namespace, joined to this one
 * by a pair of interfaces. Needs root.
 */

import { execFile, spawn } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { firefoxProgram } from "./firefox.js";

const run = promisify(execFile);

export class Namespace {
  #name = `palabre-${process.pid}`;
  #link = `pal${process.pid}`.slice(0, 13);
  #folder;
  #children = [];
  #servers = [];
  /** Where the namespace reaches this machine. */
  host = `10.${200 + (process.pid % 50)}.${process.pid % 250}.1`;
  /** Where the browser is. */
  guest = this.host.replace(/1$/, "2");
  /** Starts Chromium inside, with the arguments it is given. */
  chromium;
  /** Starts Firefox inside, in the same way. */
  firefox;

  static async open() {
    const namespace = new Namespace();
    await namespace.#make();
    return namespace;
  }

  async #make() {
    const [name, link] = [this.#name, this.#link];
    this.#folder = await mkdtemp(join(tmpdir(), "palabre-namespace-"));
    await run("ip", ["netns", "add", name]);
    await run("ip", ["link", "add", `${link}h`, "type", "veth", "peer", "name", `${link}g`, "netns", name]);
    // The server hands over runs of packets (UDP_SEGMENT), which a real device parts: lost and delayed
    // is each of them alone.
    await run("ip", ["link", "set", "dev", `${link}h`, "gso_max_segs", "1"]);
    // An address that IPv6 adds by itself a second later is a change of the network, at which browsers
    // of this machine break off what they load.
    await run("ip", ["link", "set", "dev", `${link}h`, "addrgenmode", "none"]);
    await this.inside("ip", "link", "set", "dev", `${link}g`, "addrgenmode", "none");
    await run("ip", ["address", "add", `${this.host}/24`, "dev", `${link}h`]);
    await run("ip", ["link", "set", `${link}h`, "up"]);
    await this.inside("ip", "address", "add", `${this.guest}/24`, "dev", `${link}g`);
    await this.inside("ip", "link", "set", `${link}g`, "up");
    await this.inside("ip", "link", "set", "lo", "up");
    await this.inside("ip", "route", "add", "default", "via", this.host);
    this.chromium = await this.#program("chromium", process.env.CHROMIUM ?? "/usr/bin/chromium");
    this.firefox = await this.#program("firefox", `env BIDI_HOST=${this.guest} ${firefoxProgram}`);
  }

  /** Makes a program that runs `command` inside, with the arguments that it is given. */
  async #program(name, command) {
    const path = join(this.#folder, name);
    await writeFile(path, `#!/bin/sh\nexec ip netns exec ${this.#name} ${command} "$@"\n`);
    await chmod(path, 0o755);
    return path;
  }

  /** Runs a command inside. */
  inside(...command) {
    return run("ip", ["netns", "exec", this.#name, ...command]);
  }

  /** Lets no UDP in or out. */
  async blockUdp() {
    await this.#drop("blocked", "meta l4proto udp");
  }

  /** Lets no more than so much in, with a queue of 300 ms before it; without a rate, everything. */
  async narrow(rate) {
    const device = `${this.#link}h`;
    await run("tc", ["qdisc", "delete", "dev", device, "root"]).catch(() => {});
    if (rate === undefined) return;
    await run("tc", ["qdisc", "add", "dev", device, "root", "tbf", "rate", rate, "burst", "1600", "latency", "300ms"]);
  }

  /** Loses so many of a hundred packets of media in both directions; 100 is an outage. */
  async lose(percent) {
    await this.inside("nft", "delete table netdev loss").catch(() => {});
    if (percent === 0) return;
    await this.#drop("loss", `meta l4proto udp ${percent < 100 ? `numgen random mod 100 < ${percent}` : ""}`);
  }

  /** Loses everything that comes from a port of this machine, or goes there, until `lose(0)`. */
  async cutOff(port) {
    await this.inside("nft", "delete table netdev loss").catch(() => {});
    await this.#drop("loss", `ip saddr ${this.host} th sport ${port}`, `ip daddr ${this.host} th dport ${port}`);
  }

  /**
   * Drops what a rule says, on the wire: a packet that is dropped in the system of who sends it is an
   * error for the program, which then knows at once what no real network says.
   */
  async #drop(table, incoming, outgoing = incoming) {
    await this.inside("nft", `add table netdev ${table}`);
    for (const [hook, rule] of [
      ["ingress", incoming],
      ["egress", outgoing],
    ]) {
      const place = `type filter hook ${hook} device "${this.#link}g" priority 0;`;
      await this.inside("nft", `add chain netdev ${table} ${hook} { ${place} }`);
      await this.inside("nft", `add rule netdev ${table} ${hook} ${rule} drop`);
    }
  }

  /**
   * Makes a web server of this machine's loopback reachable inside under the same address: browsers
   * give devices to pages of `http://127.0.0.1` alone.
   */
  async share(port) {
    const bridge = createServer((incoming) => pipe(incoming, connect(port, "127.0.0.1")));
    await new Promise((resolve) => bridge.listen(0, this.host, resolve));
    this.#servers.push(bridge);
    const program = `
      const net = require("node:net");
      net.createServer((incoming) => {
        const outgoing = net.connect(${bridge.address().port}, "${this.host}");
        for (const [from, to] of [[incoming, outgoing], [outgoing, incoming]]) {
          from.pipe(to);
          from.on("error", () => to.destroy());
        }
      }).listen(${port}, "127.0.0.1", () => console.log("ready"));`;
    const child = spawn("ip", ["netns", "exec", this.#name, process.execPath, "-e", program]);
    this.#children.push(child);
    await new Promise((resolve, reject) => {
      child.stdout.once("data", resolve);
      child.once("exit", () => reject(new Error("the bridge did not start")));
    });
  }

  async close() {
    for (const child of this.#children) child.kill("SIGKILL");
    for (const server of this.#servers) server.close();
    await run("ip", ["netns", "delete", this.#name]).catch(() => {});
    await run("ip", ["link", "delete", `${this.#link}h`]).catch(() => {});
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function pipe(one, other) {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ]) {
    from.pipe(to);
    from.on("error", () => to.destroy());
  }
}
