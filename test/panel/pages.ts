import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { openBrowser } from './browser.mjs';

type Browser = Awaited<ReturnType<typeof openBrowser>>;
export type PageOptions = NonNullable<Parameters<Browser['open']>[0]>;

/**
 * Call it inside `describe`: a browser for its tests, which end their pages without a script error and without anything that
 * the policy refused, whatever they did.
 */
export function usePages(): void {
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    for (const { page, errors } of opened) {
      expect(errors).toEqual([]);
      expect(await page.evaluate('harness.violations')).toEqual([]);
      await page.close();
    }
    opened = [];
  });
}

let browser: Browser | undefined;
let opened: Awaited<ReturnType<Browser['open']>>[] = [];

/** Opens a page, which is looked at and closed after the test. */
export async function openPage(options: PageOptions = {}): Promise<Page> {
  const one = await browser!.open(options);
  opened.push(one);
  return one.page;
}

/** What the panel asked of latent space by this method, in order. */
export const asked = async (page: Page, method: string): Promise<Record<string, unknown>[]> =>
  (await page.evaluate<{ method: string; params: Record<string, unknown> }[]>('harness.host.asked'))
    .filter((call) => call.method === method)
    .map(({ params }) => params);

/** What is drawn on a canvas, as a picture. */
export const drawing = (canvas: Locator): Promise<string> =>
  canvas.evaluate((node: { toDataURL(): string }) => node.toDataURL());
