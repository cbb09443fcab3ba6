import type { Page } from 'playwright-core';
import type { Witness } from '../waiting/watch';

/** Counts, in each frame of a page, nodes and texts that came, went or changed. */
const OBSERVER = `
  globalThis.moved = 0;
  new MutationObserver((changes) => (globalThis.moved += changes.length)).observe(document, {
    subtree: true, childList: true, characterData: true,
  });
`;

/** What moves in a window: requests, navigations, and what its pages show. Set up before the page is loaded. */
export async function movementIn(page: Page): Promise<Witness[]> {
  let events = 0;
  for (const event of ['request', 'requestfinished', 'framenavigated', 'framedetached', 'console'] as const)
    page.on(event as 'request', () => events++);
  await page.addInitScript(OBSERVER);
  const shown = async (): Promise<number> => {
    const counts = page.frames().map((frame) => frame.evaluate<number>('globalThis.moved').catch(() => 0));
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  };
  return [
    { name: 'requests', least: 1, measure: () => events },
    { name: 'changes of the page', least: 1, measure: shown },
  ];
}
