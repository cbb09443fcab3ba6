// Pictures of every state of both views, to look at: `node test/panel/screenshots.mjs FOLDER [name ...]`.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openBrowser } from './browser.mjs';
import { atRest } from './movement.mjs';

/** @type {Record<string, import('./browser.mjs').PageOptions & { click?: string[], section?: string, point?: boolean, surface?: boolean, lasso?: boolean, look?: boolean, axes?: [string, string], near?: boolean }>} */
const shots = {
  dark: {},
  light: { theme: 'light', click: ['Reconstruction', 'KL'] },
  'high-contrast': { theme: 'high-contrast', click: ['Reconstruction', 'KL'] },
  'high-contrast-light': { theme: 'high-contrast-light', click: ['Reconstruction', 'KL'] },
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
  'map-high-contrast-light': { scenario: 'map', theme: 'high-contrast-light', section: 'map', point: true },
  'map-narrow': { scenario: 'map', width: 300, height: 1000, section: 'map', point: true },
  'map-zoom-200': { scenario: 'map', width: 480, height: 400, zoom: 2, section: 'map' },
  'map-classes': { scenario: 'map-classes', section: 'map' },
  'map-plane': { scenario: 'map-plane', section: 'map', point: true },
  'map-selection': { scenario: 'map', section: 'map', height: 1000, lasso: true },
  'map-selection-light': { scenario: 'map', section: 'map', height: 1000, lasso: true, theme: 'light' },
  'map-probe': { scenario: 'map', section: 'map', height: 1000, look: true },
  'map-probe-light': { scenario: 'map', section: 'map', theme: 'light', height: 1000, look: true },
  'map-probe-narrow': { scenario: 'map', section: 'map', width: 300, height: 1000, look: true },
  'map-axes': { scenario: 'map', section: 'map', height: 1000, axes: ['field:age', 'elbo'], point: true },
  'map-axes-light': { scenario: 'map', section: 'map', theme: 'light', axes: ['field:slant', 'field:age'] },
  'map-axes-narrow': {
    scenario: 'map',
    section: 'map',
    width: 300,
    height: 1000,
    axes: ['pc:0', 'field:age'],
  },
  'map-70000': { scenario: 'map-70000', section: 'map' },
  'map-unmade': { scenario: 'training', section: 'map' },
  'manifold-near': { scenario: 'map', section: 'manifold', near: true },
  'manifold-near-light': { scenario: 'map', section: 'manifold', theme: 'light', near: true },
  'manifold-near-narrow': { scenario: 'map', section: 'manifold', width: 300, near: true },
  latent: { scenario: 'cards', theme: 'light', surface: true },
  'latent-narrow': { scenario: 'cards', width: 300, surface: true },
  'latent-high-contrast': { scenario: 'cards', theme: 'high-contrast', surface: true },
  'latent-high-contrast-light': { scenario: 'cards', theme: 'high-contrast-light', surface: true },
  collapsed: { scenario: 'collapsed' },
  'collapsed-narrow': { scenario: 'collapsed', width: 300, theme: 'light' },
  interpolation: { view: 'interpolation', width: 320 },
  'interpolation-many': { view: 'interpolation', width: 320, scenario: 'many' },
  'interpolation-many-light': { view: 'interpolation', width: 300, scenario: 'many', theme: 'light' },
  'interpolation-grid': { view: 'interpolation', width: 320, scenario: 'many', click: ['Grid'] },
  'interpolation-light': { view: 'interpolation', width: 250, theme: 'light' },
  'interpolation-high-contrast': { view: 'interpolation', width: 400, theme: 'high-contrast' },
  'interpolation-empty': { view: 'interpolation', width: 300, scenario: 'empty' },
};

/** Sections that are decoded only in sight, one of them with another choice. @param {import('playwright-core').Page} page */
async function choosePlane(page) {
  await page.locator('.samples').scrollIntoViewIfNeeded();
  await page.locator('.radio', { hasText: 'Plane' }).click();
  await page.locator('.samples canvas').first().waitFor();
  await page.locator('.manifold .mosaic-frame').click({ position: { x: 60, y: 80 } });
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
  await atRest(page);
  for (const [i, axis] of (options.axes ?? []).entries())
    await page.getByLabel('xy'[i] ?? '', { exact: true }).selectOption(axis);
  if (options.point) {
    const stage = page.locator('.map-stage');
    await stage.focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowUp', 'Enter']) await stage.press(key);
    await page.locator('.map-card .card').waitFor();
  }
  if (options.lasso) {
    await page.locator('.map-mode', { hasText: 'Lasso' }).click();
    await page.locator('.map-stage').scrollIntoViewIfNeeded();
    const box = await page.locator('.map-stage').boundingBox();
    const at = (/** @type {number} */ angle) =>
      /** @type {const} */ ([
        (box?.x ?? 0) + (box?.width ?? 0) * (0.7 + 0.15 * Math.cos(angle)),
        (box?.y ?? 0) + (box?.height ?? 0) * (0.5 + 0.2 * Math.sin(angle)),
      ]);
    await page.mouse.move(...at(0));
    await page.mouse.down();
    for (let angle = 0; angle < 6; angle += 0.3) await page.mouse.move(...at(angle));
    await page.mouse.up();
    await page.locator('.map-lists summary').click();
    await page.locator('vscode-button', { hasText: 'Near-Duplicates' }).click();
    await page.locator('.map-find-image').first().waitFor();
  }
  if (options.look) {
    await page.locator('.map-stage').click({ position: { x: 130, y: 210 } });
    await atRest(page);
    await page.locator('.map-stage').hover({ position: { x: 131, y: 150 } });
    await atRest(page);
  }
  if (options.near) {
    await page.locator('.manifold').scrollIntoViewIfNeeded();
    await page.locator('.manifold .mosaic-frame').click({ position: { x: 60, y: 80 } });
    await page.locator('.cell-probe .near-image').first().waitFor();
  }
  const violations = await page.evaluate('harness.violations');
  const part = options.section === undefined ? page : page.locator(`section.${options.section}`);
  await part.screenshot({ path: join(folder, `${name}.png`), ...(part === page ? { fullPage: true } : {}) });
  console.log(name, errors, violations);
  await page.close();
}
await browser.close();
