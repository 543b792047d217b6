/**
 * Every part and every screen state of the app: can it be used by everybody, does it fit a small
 * phone, does it stand the other way round? Pictures go to `.screenshots/catalogue/`.
 */

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { findings } from "./support/axe.js";
import { launch } from "./support/browser.js";
import { serveCatalogue } from "./support/catalogue.js";

const folder = fileURLToPath(new URL("../../.screenshots/catalogue/", import.meta.url));
const desktop = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };

/** A small phone. */
const smallest = { width: 320, height: 568 };

/** 1280 by 1024 pixels at 400 % (WCAG 1.4.10). */
const zoomed = { width: 320, height: 256 };

/** A hundred pages each in several lights, on a machine that may be busy. */
const patient = { timeout: 600_000 };

/** Pages that are read side by side: while one waits for a frame, another is looked at. */
const BOOKS = 3;

/** The same screen with other words in one place: looked at where words are what is tested. */
const ALIKE = /call-(camera|microphone)-(?!denied)|call-ended-(?!completed)/;

let catalogue;
let browser;
const errors = [];

before(async () => {
  await mkdir(folder, { recursive: true });
  catalogue = await serveCatalogue();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await catalogue?.stop();
});

for (const kind of ["part", "screen"]) {
  test(`in English, every ${kind}: axe finds nothing serious by day and by night, and large text fits`, patient, async () => {
    const found = await everywhere(kind, { viewport: desktop }, async (book, entry) => {
      if (ALIKE.test(entry)) return [];
      await book.show(entry, { theme: "light" });
      await book.shoot(`${entry}-light`);
      const lines = await findings(book.page);
      await book.dress({ theme: "dark" });
      await book.shoot(`${entry}-dark`);
      lines.push(...(await findings(book.page, ["color-contrast"])).map((line) => `by night ${line}`));
      await book.dress({ theme: "light", contrast: "more" });
      await book.shoot(`${entry}-contrast`);
      await book.enlarge();
      lines.push(...(await book.page.evaluate(overflow)).map((line) => `with large text: ${line}`));
      return lines;
    });
    assert.deepEqual(found, []);
  });
}

test("in French on a phone whatever is pressed is large enough, and at 400 % all of it is reached", patient, async () => {
  const found = await everywhere("", { viewport: phone, hasTouch: true, isMobile: true }, async (book, entry) => {
    const lines = [];
    await book.show(entry, { language: "fr" });
    await book.atBoth(phone, zoomed, async (viewport) => {
      if (viewport === phone) {
        await book.shoot(`${entry}-phone`);
        lines.push(...(await book.page.evaluate(smallTargets, LEAST_TARGET_PX)));
      } else {
        lines.push(...(await book.page.evaluate(overflow)));
        lines.push(...(await book.page.evaluate(obscured)).map((line) => `at 400 %: ${line}`));
      }
    });
    return lines;
  });
  assert.deepEqual(found, []);
});

test("in the language that is a third longer and read from the right: it fits, and it is a mirror", patient, async () => {
  const found = await everywhere("", { viewport: desktop }, async (book, entry) => {
    const lines = [];
    await book.show(entry, { language: "pseudo" });
    await book.atBoth(desktop, smallest, async (viewport) => {
      if (viewport === desktop) {
        await book.shoot(`${entry}-pseudo`);
        lines.push(...(await book.page.evaluate(untranslated)));
      } else {
        lines.push(...(await book.page.evaluate(overflow)));
      }
    });
    return lines;
  });
  assert.deepEqual(found, []);

  const book = await Book.open({ viewport: desktop });
  await book.show("screen/chat", { language: "pseudo" });
  const list = await book.page.getByRole("navigation").first().boundingBox();
  assert.ok(list.x > desktop.width / 2, `the list stands at ${list.x}`);
  assert.equal(await book.page.locator("html").getAttribute("dir"), "rtl");
  await book.close();
});

test("where the system paints, what is chosen, pressed or shown is still told apart", patient, async () => {
  let compared = 0;
  const found = await everywhere("", { viewport: desktop, forcedColors: "active" }, async (book, entry) => {
    if (ALIKE.test(entry)) return [];
    await book.show(entry, { language: "en" });
    if (entry.startsWith("screen")) await book.shoot(`${entry}-forced`);
    const { alike, count } = await book.page.evaluate(toldApart);
    compared += count;
    return alike;
  });
  assert.deepEqual(found, []);
  assert.ok(compared > 50, `${compared} were compared`);
});

test("no entry logged an error, and the policy of the server held", () => {
  // One avatar has a picture that is meant not to load.
  assert.deepEqual(errors.filter((error) => !error.includes("404")), []);
});

/** Runs `look` on every entry, or on those of one kind, several at a time, and collects what it finds. */
async function everywhere(kind, options, look) {
  const books = await Promise.all(Array.from({ length: BOOKS }, () => Book.open(options)));
  const entries = books[0].entries.filter((name) => name.startsWith(kind));
  const found = [];
  let next = 0;
  await Promise.all(
    books.map(async (book) => {
      while (next < entries.length) {
        const entry = entries[next++];
        found.push(...(await look(book, entry)).map((line) => `${entry}: ${line}`));
      }
      await book.close();
    }),
  );
  return found.sort();
}

/** A page of the catalogue that goes from entry to entry without being loaded anew. */
class Book {
  static async open(options) {
    const book = new Book();
    book.context = await browser.newContext({ ...options, reducedMotion: "reduce" });
    book.page = await book.context.newPage();
    book.page.on("pageerror", (error) => errors.push(String(error)));
    book.page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    await book.page.addInitScript(() => {
      /** Whether an element is there for ears only, or for nobody. */
      window.isUnseen = (element) => {
        if (element.closest("[aria-hidden=true]")) return true;
        for (let box = element; box && box !== document.body; box = box.parentElement) {
          const style = getComputedStyle(box);
          if (style.clipPath.startsWith("inset(50%") || style.opacity === "0") return true;
        }
        return false;
      };
    });
    await book.page.goto(catalogue.url);
    book.entries = await book.page.evaluate(() => window.catalogue.entries);
    assert.ok(book.entries.length > 80, `${book.entries.length} entries`);
    return book;
  }

  close() {
    return this.context.close();
  }

  /** Opens an entry and waits until it stands as it is meant to. */
  async show(entry, more = {}) {
    await this.page.evaluate((address) => {
      document.adoptedStyleSheets = [];
      window.catalogue.show(address);
    }, String(new URLSearchParams({ entry, ...more })));
    await this.page.locator("html[data-ready], html[data-stuck]").waitFor();
    const missing = await this.page.evaluate(() => document.documentElement.dataset.stuck);
    assert.equal(missing, undefined, `${entry} waits for ${missing}`);
    await this.page.evaluate(() => document.fonts.ready);
    await this.drawn();
  }

  /** Puts another light on what is there. */
  async dress({ theme, contrast }) {
    await this.page.evaluate(
      ({ theme, contrast }) => {
        document.documentElement.dataset.theme = theme;
        if (contrast === undefined) delete document.documentElement.dataset.contrast;
        else document.documentElement.dataset.contrast = contrast;
        // Colours change at once: nobody looks at them half-way.
        for (const change of document.getAnimations()) {
          if (change instanceof CSSTransition) change.finish();
        }
      },
      { theme, contrast },
    );
    await this.drawn();
  }

  /** Text of twice the size with wide spacing (WCAG 1.4.4 and 1.4.12). */
  enlarge() {
    return this.page.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(
        `html { font-size: 200%; }
         * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }`,
      );
      document.adoptedStyleSheets = [sheet];
    });
  }

  /**
   * Looks at what is shown in two windows, the present one first: to come back to it for every
   * entry would be a layout of the whole page for nothing.
   */
  async atBoth(one, other, look) {
    const isOther = this.page.viewportSize().width === other.width;
    const [first, second] = isOther ? [other, one] : [one, other];
    await look(first);
    await this.resize(second);
    await look(second);
  }

  /** Another window, once everything that measures itself has heard of it. */
  async resize(viewport) {
    await this.page.setViewportSize(viewport);
    await this.page.waitForFunction((width) => window.innerWidth === width, viewport.width);
    await this.drawn();
  }

  /** Waits until what was changed is on the screen. */
  drawn() {
    return this.page.evaluate(
      () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(drawn)))),
    );
  }

  /** In JPEG, which costs half of what PNG does. */
  shoot(name) {
    return this.page.screenshot({ path: `${folder}${name.replace("/", "-")}.jpg`, type: "jpeg", quality: 85 });
  }
}

/** WCAG 2.5.8; what is smaller needs room around it, which nothing here relies on. */
const LEAST_TARGET_PX = 24;

/** Runs in the page: what stands out of the window to the side, or of a box that cannot scroll. */
function overflow() {
  const { clientWidth } = document.documentElement;
  const out = [];
  if (document.documentElement.scrollWidth > clientWidth) out.push("the page scrolls sideways");
  for (const element of document.querySelectorAll("button, a, input, textarea, select, h1, h2")) {
    const box = element.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) continue;
    // What scrolls by itself may reach further.
    if (element.closest("[role=tablist]")) continue;
    if (window.isUnseen(element)) continue;
    if (box.left < -1 || box.right > clientWidth + 1) {
      out.push(`${element.tagName} "${(element.ariaLabel ?? element.textContent).slice(0, 40)}" from ${Math.round(box.left)} to ${Math.round(box.right)}`);
    }
  }
  return out;
}

/** Runs in the page: what takes the focus and is then out of the window or behind something (WCAG 2.4.11). */
function obscured() {
  const controls = "a[href], button:enabled, input:enabled, textarea:enabled, [role=menuitem], [role=tab]";
  const out = [];
  for (const element of document.querySelectorAll(controls)) {
    // The words of a choice are seen, where the choice itself is not.
    const seen = element.closest("label") ?? element;
    if (seen.getBoundingClientRect().width === 0 || window.isUnseen(seen)) continue;
    element.focus();
    // What lies behind a sheet does not take it.
    if (document.activeElement !== element) continue;
    seen.scrollIntoView({ block: "nearest", inline: "nearest" });
    const { left, top, width, height } = seen.getBoundingClientRect();
    const points = [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) => [left + x * width, top + y * height]));
    const hit = points.map(([x, y]) => document.elementFromPoint(x, y));
    if (hit.some((one) => one !== null && seen.contains(one))) continue;
    // What stands above everything is answered or closed by a key, and has what it covers come back.
    if (hit.some((one) => one?.closest("[data-react-aria-top-layer]"))) continue;
    // A call made small can be moved (its button or a drag).
    if (hit.some((one) => one?.closest("[data-corner]"))) continue;
    out.push(`${(element.ariaLabel ?? element.textContent).slice(0, 40)} at ${Math.round(left)}, ${Math.round(top)} is not seen`);
  }
  return out;
}

/** Runs in the page: what can be pressed and is smaller than `least` either way. */
function smallTargets(least) {
  return [...document.querySelectorAll("button, a[href], input[type=radio], [role=switch], [role=menuitem]")]
    // The words of a choice are pressed as well as the choice.
    .map((element) => element.closest("label") ?? element)
    .filter((element) => {
      const { width, height } = element.getBoundingClientRect();
      const inline = element.tagName === "A" && getComputedStyle(element).display === "inline";
      return width > 0 && height > 0 && !inline && Math.min(width, height) < least && !window.isUnseen(element);
    })
    .map((element) => {
      const { width, height } = element.getBoundingClientRect();
      return `${(element.ariaLabel ?? element.textContent).slice(0, 40)}: ${Math.round(width)} by ${Math.round(height)}`;
    });
}

/** Runs in the page: words of a screen that did not come through the catalogue of texts. */
function untranslated() {
  if (!location.search.includes("screen")) return [];
  return [...document.querySelectorAll("button, label, h1, h2, [aria-label], [placeholder]")]
    .filter((element) => !window.isUnseen(element))
    .flatMap((element) => [element.getAttribute("aria-label"), element.getAttribute("placeholder")])
    .filter((text) => text !== null && /\p{L}{3}/u.test(text) && !/[⟦]/u.test(text))
    // People and conversations have names of their own.
    .filter((text) => !/Ama|Kofi|Afi|Yao|Mariam|Séna|Équipe|Daily|Invité/.test(text))
    .map((text) => `not from the catalogue: ${text}`);
}

/**
 * Runs in the page: what would look the same if it were not chosen. Grounds and shadows are gone
 * where the system paints; lines, signs and the system's own colours are left.
 */
function toldApart() {
  const KEPT = ["color", "backgroundColor", "borderTopColor", "borderTopWidth", "outlineColor", "outlineStyle", "outlineWidth", "fontWeight", "textDecorationLine", "opacity", "visibility", "display", "transform", "insetInlineStart"];
  const looks = (element) =>
    [element, ...element.querySelectorAll("*")]
      .flatMap((one) => [null, "::before", "::after"].map((part) => getComputedStyle(one, part)))
      .map((style) => KEPT.map((name) => style[name]).join())
      .join("|");
  const alike = [];
  let count = 0;
  for (const [attribute, off] of [["aria-current", null], ["aria-selected", "false"], ["aria-pressed", "false"]]) {
    for (const element of document.querySelectorAll(`[${attribute}]:not([${attribute}=false])`)) {
      if (element.getBoundingClientRect().width === 0 || window.isUnseen(element)) continue;
      count += 1;
      // A tick is there for what is chosen, and else is not.
      if (element.querySelector("[data-on=true] svg") !== null) continue;
      const marked = element.dataset.selected;
      const before = looks(element);
      const value = element.getAttribute(attribute);
      if (off === null) element.removeAttribute(attribute);
      else element.setAttribute(attribute, off);
      delete element.dataset.selected;
      if (looks(element) === before) alike.push(`${(element.ariaLabel ?? element.textContent).slice(0, 40)} with ${attribute}`);
      element.setAttribute(attribute, value);
      if (marked !== undefined) element.dataset.selected = marked;
    }
  }
  return { alike, count };
}
