import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { addWitness } from '../support/progress';
import { openBrowser } from './browser.mjs';
import { WatchedPage } from './evidence';
import { atRest } from './movement.mjs';

/** What is used of a canvas: the driving side is typed without a DOM. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
  };
}

type Browser = Awaited<ReturnType<typeof openBrowser>>;
export type PageOptions = NonNullable<Parameters<Browser['open']>[0]>;

/**
 * Call it inside `describe`: a browser for its tests, which end their pages without a script error and without anything that
 * the policy refused, whatever they did. Of a test that failed a picture of each page is kept in `out/panel`.
 */
export function usePages(): void {
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  afterEach(async ({ task }) => {
    const pages = opened.splice(0);
    try {
      for (const { watched, errors } of pages) {
        if (task.result?.state === 'fail') console.error(await watched.describe());
        if (watched.page.isClosed()) continue;
        expect(errors).toEqual([]);
        expect(await watched.page.evaluate('harness.violations')).toEqual([]);
      }
    } finally {
      for (const { watched, forget } of pages) {
        forget();
        await watched.page.close();
      }
      // One that failed may have left the process of its pages busy.
      if (task.result?.state === 'fail') await browser?.renew();
    }
  });
}

let browser: Browser | undefined;
const opened: { watched: WatchedPage; errors: readonly string[]; forget: () => void }[] = [];

/** Opens a page, which is looked at and closed after the test. Nothing that waits for it has a clock: see progress.ts. */
export async function openPage(options: PageOptions = {}): Promise<Page> {
  const { testPath = '', currentTestName = '' } = expect.getState();
  const attach = async (page: Page): Promise<void> => {
    const watched = WatchedPage.of(page, { file: testPath, name: currentTestName });
    opened.push({ watched, errors: [], forget: addWitness(watched) });
    await options.attach?.(page);
  };
  const { page, errors } = await browser!.open({ ...options, attach });
  opened.find(({ watched }) => watched.page === page)!.errors = errors;
  return page;
}

/** Where it is in the window, once the page is at rest: what the mouse does next should hit it. */
export async function boxOf(part: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  await atRest(part.page());
  return (await part.boundingBox())!;
}

/** Drags the mouse over a part, from place to place, each as shares of its width and height from the top left. */
export async function drag(
  part: Locator,
  ...places: readonly (readonly [x: number, y: number])[]
): Promise<void> {
  const { mouse } = part.page();
  const box = await boxOf(part);
  for (const [i, [x, y]] of places.entries()) {
    await mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: i === 0 ? 1 : 5 });
    if (i === 0) await mouse.down();
  }
  await mouse.up();
}

/** What the panel asked of latent space by this method, in order. */
export const asked = (page: Page, method: string): Promise<Record<string, unknown>[]> =>
  page.evaluate(
    `harness.host.asked.filter(({ method }) => method === '${method}').map(({ params }) => params)`,
  );

/** What is drawn on a canvas, as a picture. */
export const drawing = (canvas: Locator): Promise<string> =>
  canvas.evaluate((node: { toDataURL(): string }) => node.toDataURL());
