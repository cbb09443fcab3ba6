import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { bundles } from '../../esbuild.mjs';
import { COUNT_MOVEMENT } from '../panel/movement.mjs';
import { chromiumPath } from '../panel/browser.mjs';
import { sharedBundle } from '../support/shared-bundle.mjs';

/** The page without data, as it is shipped. */
export async function pageTemplate(): Promise<string> {
  const { folder } = await sharedBundle('web-page', async (outdir) => {
    await build({ ...bundles.page, outdir });
  });
  return readFile(join(folder, 'page.html'), 'utf8');
}

/** Notes what the policy refuses; in the page before its own script. */
const WATCH = `globalThis.violations = [];
document.addEventListener('securitypolicyviolation', ({ violatedDirective, sample }) =>
  globalThis.violations.push(violatedDirective + ' ' + sample));`;

export interface OpenedPage {
  readonly page: Page;
  /** What the page asked of any network or disk, besides itself. */
  readonly requests: readonly string[];
  readonly errors: readonly string[];
}

/** A browser without a network, which opens pages from files. */
export class PageBrowser {
  private constructor(private readonly browser: Browser) {}

  static async launch(): Promise<PageBrowser> {
    const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
    return new PageBrowser(await chromium.launch({ executablePath: chromiumPath ?? undefined, args }));
  }

  /** @param script runs before the page's own */
  async open(
    folder: string,
    html: string,
    options: BrowserContextOptions = {},
    script = '',
  ): Promise<OpenedPage> {
    const file = join(folder, 'explorer.html');
    await writeFile(file, html);
    const context = await this.browser.newContext({
      ...{ viewport: { width: 1400, height: 900 }, offline: true },
      ...options,
    });
    const page = await context.newPage();
    const requests: string[] = [];
    const errors: string[] = [];
    const own = pathToFileURL(file).href;
    page.on('request', (request) => {
      if (request.url() !== own) requests.push(request.url());
    });
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.addInitScript(WATCH);
    await page.addInitScript(COUNT_MOVEMENT);
    if (script !== '') await page.addInitScript(script);
    await page.goto(own);
    return { page, requests, errors };
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}
