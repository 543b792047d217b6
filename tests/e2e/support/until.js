/** Waits for what a page can only say after a while. */

/** Long enough for a busy machine with two cores; nothing here sleeps for its own sake. */
export const PATIENCE_MS = 30_000;

/** How often it is asked, in ms. */
const EVERY_MS = 50;

/**
 * Asks the page until `look(argument)` is truthy, and gives what it said. `page.waitForFunction`
 * does not do for this: it takes the promise of an async function for the answer.
 */
export async function until(page, look, argument, patience = PATIENCE_MS) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await page.evaluate(look, argument).catch(whileItLoads);
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`not within ${patience} ms: ${look}`);
    await new Promise((next) => setTimeout(next, EVERY_MS));
  }
}

/** A page that is being loaded anew has nothing to say yet; every other error is one. */
function whileItLoads(error) {
  if (!/context was destroyed|navigat/i.test(error.message)) throw error;
  return null;
}
