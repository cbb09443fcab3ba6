// Pictures of every state of both views, to look at: `node test/panel/screenshots.mjs FOLDER [name ...]`.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openBrowser } from './browser.mjs';

/** @type {Record<string, import('./browser.mjs').PageOptions & { click?: string[], section?: string, point?: boolean, surface?: boolean }>} */
const shots = {
  dark: {},
  light: { theme: 'light', click: ['Reconstruction', 'KL'] },
  'high-contrast': { theme: 'high-contrast', click: ['Reconstruction', 'KL'] },
  paper: { scenario: 'paper', click: ['Paper'] },
  'paper-start': { scenario: 'paper-start', theme: 'light', click: ['Paper'] },
  'paper-high-contrast': {
    scenario: 'paper',
    theme: 'high-contrast',
    click: ['Paper', 'Reconstruction', 'KL'],
  },
  'paper-narrow': { scenario: 'paper', width: 300, height: 1000, theme: 'light', click: ['Paper'] },
  'paper-full-linear': { scenario: 'paper', click: ['Paper', 'Log axis', 'Full range'] },
  narrow: { width: 300, height: 1000, scenario: 'cards' },
  'zoom-200': { width: 480, height: 400, zoom: 2 },
  empty: { scenario: 'empty' },
  preparing: { scenario: 'preparing' },
  failed: { scenario: 'failed' },
  interrupted: { scenario: 'interrupted', theme: 'light' },
  gone: { scenario: 'gone' },
  finished: { scenario: 'finished' },
  fresh: { scenario: 'fresh' },
  long: { scenario: 'long', theme: 'light' },
  'long-full-linear': { scenario: 'long', click: ['Log axis', 'Full range'] },
  cards: { scenario: 'cards' },
  'cards-light': { scenario: 'cards', theme: 'light', click: ['Sort by KL'] },
  'cards-high-contrast': { scenario: 'cards', theme: 'high-contrast' },
  wide: { scenario: 'wide' },
  map: { scenario: 'map', height: 1000, section: 'map' },
  'map-light': { scenario: 'map', theme: 'light', section: 'map', point: true },
  'map-high-contrast': { scenario: 'map', theme: 'high-contrast', section: 'map', point: true },
  'map-narrow': { scenario: 'map', width: 300, height: 1000, section: 'map', point: true },
  'map-zoom-200': { scenario: 'map', width: 480, height: 400, zoom: 2, section: 'map' },
  'map-classes': { scenario: 'map-classes', section: 'map' },
  'map-plane': { scenario: 'map-plane', section: 'map', point: true },
  'map-unmade': { scenario: 'training', section: 'map' },
  latent: { scenario: 'cards', theme: 'light', surface: true },
  'latent-narrow': { scenario: 'cards', width: 300, surface: true },
  'latent-high-contrast': { scenario: 'cards', theme: 'high-contrast', surface: true },
  collapsed: { scenario: 'collapsed' },
  'collapsed-narrow': { scenario: 'collapsed', width: 300, theme: 'light' },
  interpolation: { view: 'interpolation', width: 320 },
  'interpolation-light': { view: 'interpolation', width: 250, theme: 'light' },
  'interpolation-high-contrast': { view: 'interpolation', width: 400, theme: 'high-contrast' },
  'interpolation-empty': { view: 'interpolation', width: 300, scenario: 'empty' },
};

/** Sections that are decoded only in sight, one of them with another choice. @param {import('playwright-core').Page} page */
async function choosePlane(page) {
  await page.locator('.samples').scrollIntoViewIfNeeded();
  await page.locator('vscode-radio', { hasText: 'Plane' }).click();
  await page.locator('.samples canvas').first().waitFor();
  await page.locator('.manifold .mosaic-board').click({ position: { x: 60, y: 80 } });
}

const [folder = 'out/screenshots', ...names] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const browser = await openBrowser();
for (const [name, options] of Object.entries(shots)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const { page, errors } = await browser.open(options);
  for (const label of options.click ?? [])
    await page.locator('vscode-checkbox').filter({ hasText: label }).first().locator('.control').click();
  if (options.surface) await choosePlane(page);
  await page.waitForTimeout(400);
  if (options.point) {
    const stage = page.locator('.map-stage');
    await stage.focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowUp', 'Enter']) await stage.press(key);
    await page.locator('.map-card .card').waitFor();
  }
  const violations = await page.evaluate('harness.violations');
  const part = options.section === undefined ? page : page.locator(`section.${options.section}`);
  await part.screenshot({ path: join(folder, `${name}.png`), ...(part === page ? { fullPage: true } : {}) });
  console.log(name, errors, violations);
  await page.close();
}
await browser.close();
