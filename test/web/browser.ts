import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import { bundles, copyWebAssets } from '../../esbuild.mjs';
import { chromiumPath } from '../panel/browser.mjs';
import { sharedBundle } from '../support/shared-bundle.mjs';

/** A secure context, as the extension host of VS Code in a browser is one. */
const ORIGIN = 'https://vscode.invalid';
const TYPES: Readonly<Record<string, string>> = { wasm: 'application/wasm', js: 'text/javascript' };

/** Opens a page with the bundled engine, and with what stands for the extension host. */
export async function openWebPage(): Promise<{
  readonly page: Page;
  /** Errors of its scripts, and of its console. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}> {
  const { folder, dispose } = await sharedBundle('web', async (outdir) => {
    await build({ ...bundles['webEngine'], outdir });
    await build({
      ...bundles['webExtension'],
      ...{ entryPoints: { harness: 'test/web/harness.ts' }, format: 'iife', external: [], outdir },
    });
    await copyWebAssets(outdir);
  });
  const browser = await chromium.launch({
    executablePath: chromiumPath ?? undefined,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  });
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.route(`${ORIGIN}/**`, (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (name === '')
      return route.fulfill({ contentType: 'text/html', body: '<script src="harness.js"></script>' });
    const contentType = TYPES[name.split('.').pop() ?? ''] ?? 'application/octet-stream';
    return route.fulfill({ contentType, path: join(folder, name) });
  });
  await page.goto(ORIGIN);
  return {
    ...{ page, errors },
    async close() {
      await browser.close();
      await dispose();
    },
  };
}
