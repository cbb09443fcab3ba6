// What moves in a page: noted by a script that is in it before its own, and asked from outside.

/**
 * Notes changes of the document and what the page asked to be called back for: timers and frames. Canvases are drawn in frames.
 * A timer of more than a second is no movement that is under way.
 */
export const COUNT_MOVEMENT = `{
  let changes = 0;
  const waiting = new Set();
  const later = (ask, cancel) => {
    const [asked, cancelled] = [window[ask].bind(window), window[cancel].bind(window)];
    window[ask] = (run, ...rest) => {
      const id = asked((...values) => {
        waiting.delete(key);
        changes++;
        run(...values);
      }, ...rest);
      const key = ask + id;
      if (ask !== 'setTimeout' || !(rest[0] > 1000)) waiting.add(key);
      return id;
    };
    window[cancel] = (id) => {
      waiting.delete(ask + id);
      cancelled(id);
    };
    return asked;
  };
  const frame = later('requestAnimationFrame', 'cancelAnimationFrame');
  later('setTimeout', 'clearTimeout');
  new MutationObserver(() => changes++).observe(document, {
    ...{ attributes: true, characterData: true, childList: true, subtree: true },
  });
  window.movement = {
    /** A number for what the page looks like: a page that only asks its host again and again comes back to the same. */
    look() {
      let hash = 0;
      for (const character of document.documentElement.outerHTML)
        hash = (Math.imul(hash, 31) + character.codePointAt(0)) | 0;
      return hash;
    },
    async rest() {
      for (let before = -1, still = 0; still < 4; before = changes) {
        await new Promise((drawn) => frame(() => frame(drawn)));
        still = waiting.size === 0 && changes === before ? still + 1 : 0;
      }
    },
  };
}`;

/**
 * Resolves when the page is at rest: it waits for no timer and no frame, and frame after frame nothing in it changes.
 * @param {import('playwright-core').Page} page
 */
export async function atRest(page) {
  await page.evaluate('movement.rest()');
}
