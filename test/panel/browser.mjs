// Opens the built views in Chromium, in a plain page with VS Code's policy.
import { build } from 'esbuild';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { bundles, copyWebviewAssets } from '../../esbuild.mjs';
import { findChromium } from '../../src/setup/editor.mjs';
import { BUNDLES, sharedBundle } from '../support/shared-bundle.mjs';
import { DELAYS } from './delays.mjs';
import { COUNT_MOVEMENT } from './movement.mjs';
import { PageServer } from './page-server.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const harness = join(root, 'test/webview/harness');
const NONCE = 'bm9uY2U';
const FLAGS = [
  '--no-sandbox',
  '--renderer-process-limit=1',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Makes the page take the processor's WebGL for that of a graphics card. */
const LIKE_A_CARD = `{
  const { getParameter } = WebGL2RenderingContext.prototype;
  WebGL2RenderingContext.prototype.getParameter = function (name) {
    const value = getParameter.call(this, name);
    return typeof value === 'string' && value.includes('SwiftShader') ? 'a graphics card' : value;
  };
}`;

/** The browser to drive, or null where there is none. */
export const chromiumPath = findChromium();

/**
 * @typedef {{ view?: 'explorer' | 'interpolation' | 'compare' | 'dataset' | 'sweep', scenario?: string, theme?: string, width?: number, height?: number,
 *   reducedMotion?: boolean, zoom?: number, webgl?: boolean, texts?: Record<string, string>,
 *   attach?: (page: import('playwright-core').Page) => Promise<void> }} PageOptions
 */

/**
 * In a run of the tests: the browser of this process, which files share, each with contexts of its own; it ends with the process.
 * @type {Promise<import('playwright-core').Browser> | null}
 */
let shared = null;

async function startBrowser() {
  const run = process.env[BUNDLES];
  if (!run) return chromium.launch({ executablePath: chromiumPath ?? undefined, args: FLAGS });
  await mkdir(run, { recursive: true });
  // Its profile stays when the temporary folder of the first file goes.
  const before = process.env.TMPDIR;
  process.env.TMPDIR = run;
  try {
    return await chromium.launch({ executablePath: chromiumPath ?? undefined, args: FLAGS });
  } finally {
    process.env.TMPDIR = before;
  }
}

/**
 * A Chromium: in a run of the tests the one of this process, else one of its own, which `end` ends.
 * @returns {Promise<{ browser: import('playwright-core').Browser, isShared: boolean, end: () => Promise<void> }>}
 */
export async function useBrowser() {
  const isShared = process.env[BUNDLES] !== undefined;
  const browser = await (isShared ? (shared ??= startBrowser()) : startBrowser());
  return { browser, isShared, end: () => (isShared ? Promise.resolve() : browser.close()) };
}

/** Bundles the views and the harness as the product is bundled, and starts Chromium if this process has none. */
export async function openBrowser() {
  const { folder, dispose } = await sharedBundle('webviews', async (outdir) => {
    for (const name of ['explorer', 'webview']) await build({ ...bundles[name], outdir });
    await copyWebviewAssets(outdir);
    await build({ ...bundles.webview, entryPoints: { harness: join(harness, 'harness.ts') }, outdir });
  });
  const { browser, isShared, end } = await useBrowser();
  const server = new PageServer([folder, harness]);
  const origin = await server.listen();
  const empty = origin + server.add('<!doctype html><title>empty</title>');

  /** @type {Map<string, Promise<import('playwright-core').BrowserContext>>} */
  const contexts = new Map();

  /**
   * Pages of the same options share a context, and with it a process, which a page that stays keeps alive: to start one, and to
   * compile the scripts in it, takes longer than most tests. What a view keeps lies in sessionStorage, which is each page's own.
   * @param {PageOptions} options
   */
  function contextFor({ width = 960, height = 800, zoom = 1, reducedMotion = false }) {
    const key = JSON.stringify([width, height, zoom, reducedMotion]);
    const made = contexts.get(key) ?? makeContext();
    contexts.set(key, made);
    return made;

    async function makeContext() {
      const context = await browser.newContext({
        viewport: { width, height },
        deviceScaleFactor: zoom,
        reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
      });
      const stays = await context.newPage();
      await stays.goto(empty);
      return context;
    }
  }

  /** @param {PageOptions} options */
  async function open(options = {}) {
    const { view = 'explorer', scenario = 'training', theme = 'dark' } = options;
    const page = await (await contextFor(options)).newPage();
    /** @type {string[]} */
    const errors = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    if (DELAYS) await page.addInitScript(DELAYS);
    await page.addInitScript(COUNT_MOVEMENT);
    if (options.webgl === true) await page.addInitScript(LIKE_A_CARD);
    await options.attach?.(page);
    const path = server.add(html(view, origin, options.texts));
    await page.goto(`${origin}${path}?view=${view}&scenario=${scenario}&theme=${theme}`);
    return { page, errors };
  }

  /** What is opened next shares nothing with what was opened before. */
  async function renew() {
    const made = [...contexts.values()];
    contexts.clear();
    for (const context of made) await (await context).close();
  }

  async function close() {
    if (isShared) await renew();
    await end();
    server.close();
    await dispose();
  }
  return { open, renew, close };
}

/**
 * The page as the extension host writes it, plus the harness.
 * @param {string} view
 * @param {string} origin
 * @param {Record<string, string>} texts
 */
function html(view, origin, texts = {}) {
  const [wasm, connect, files] =
    view === 'explorer'
      ? [
          " 'wasm-unsafe-eval'",
          `; connect-src ${origin}`,
          ' data-decoder="/decoder.js" data-wasm="/tfjs-backend-wasm-simd.wasm"',
        ]
      : ['', '', ''];
  const policy = `default-src 'none'; script-src 'nonce-${NONCE}'${wasm}; style-src ${origin} 'nonce-${NONCE}'; img-src ${origin} data: blob:; font-src ${origin}${connect}`;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <link rel="stylesheet" href="/themes.css" />
    <link rel="stylesheet" href="/${view}.css" />
    <title>${view}</title>
  </head>
  <body>
    <div id="app" data-texts="${JSON.stringify(texts).replace(/[&"<>]/g, (c) => `&#${c.charCodeAt(0)};`)}"${files}></div>
    <script nonce="${NONCE}" src="/harness.js"></script>
    <script type="module" nonce="${NONCE}" src="/${view}.js"></script>
  </body>
</html>`;
}
