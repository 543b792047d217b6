/**
 * Keeps the page and its parts, so that it starts without a network and at once with one.
 *
 * Each build has a cache of its own, filled as a whole or not at all. Parts have their content's
 * hash in their names, so a part from any cache is the right one: a tab that still runs an older
 * build finds its parts as long as that build's cache is there.
 */

import type { ShellFile } from "./shell-list";

/** The kept files of one build. */
export class Shell {
  readonly #cache: string;

  constructor(
    private readonly files: readonly ShellFile[],
    version: string,
    private readonly caches: CacheStorage,
  ) {
    this.#cache = `${CACHE_PREFIX}${version}`;
  }

  /** Fetches every file; rejects, and so leaves the former build in place, when one is missing. */
  async install(): Promise<void> {
    const cache = await this.caches.open(this.#cache);
    // Browsers keep hashed files by themselves; the others must not come from their cache.
    const requests = this.files.map(
      ({ url }) => new Request(url, { cache: isHashed(url) ? "default" : "reload" }),
    );
    await cache.addAll(requests);
  }

  /** Forgets what no page can ask for any more; `alone` says that no page of another build is open. */
  async forgetOthers(alone: boolean): Promise<void> {
    const others = (await this.caches.keys()).filter(
      (name) => name.startsWith(CACHE_PREFIX) && name !== this.#cache,
    );
    // The last one made is the build that open pages came from.
    const gone = alone ? others : others.slice(0, -1);
    await Promise.all(gone.map((name) => this.caches.delete(name)));
  }

  /** Answers a request from what is kept; undefined leaves it to the network. */
  answer(request: Request, url: URL): Promise<Response> | undefined {
    if (request.method !== "GET" || url.pathname.startsWith("/api/")) return undefined;
    if (request.mode === "navigate") return isRoute(url) ? this.#page(request) : undefined;
    if (isHashed(url.pathname)) return this.#part(request);
    const kept = this.files.some((file) => file.url === url.pathname);
    return kept ? this.#own(url.pathname, request) : undefined;
  }

  /** Every route of the app is the same page. */
  async #page(request: Request): Promise<Response> {
    return this.#own(PAGE, request);
  }

  async #own(path: string, request: Request): Promise<Response> {
    const cache = await this.caches.open(this.#cache);
    return (await cache.match(path)) ?? fetch(request);
  }

  async #part(request: Request): Promise<Response> {
    const kept = await this.caches.match(request.url, { ignoreVary: true });
    if (kept !== undefined) return kept;
    const response = await fetch(request);
    // Parts too large for the list are kept from their first use on.
    if (response.ok && response.status !== PARTIAL) {
      const cache = await this.caches.open(this.#cache);
      // A full disk must not keep anybody from the part itself.
      await cache.put(request.url, response.clone()).catch(() => {});
    }
    return response;
  }
}

/** The bundler puts a hash into the name of whatever it writes there. */
function isHashed(path: string): boolean {
  return path.startsWith("/assets/");
}

/** Routes have no dot; files that are not kept have. */
function isRoute(url: URL): boolean {
  return url.pathname === PAGE || !url.pathname.split("/").at(-1)?.includes(".");
}

const PAGE = "/index.html";

const CACHE_PREFIX = "palabre-shell-";

/** Status of a part of a file (RFC 9110 §15.3.7), which no cache takes. */
const PARTIAL = 206;
