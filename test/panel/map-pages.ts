import type { Locator, Page } from 'playwright-core';
import { openPage } from './pages';
import type { PageOptions } from './pages';

/** Opens the explorer with the map in front. */
export async function openMap(options: PageOptions = {}): Promise<Page> {
  const page = await openPage({ width: 1400, height: 900, scenario: 'map', ...options });
  await toMap(page);
  return page;
}

/** Brings the map to the front, in a narrow view from the list of tabs. */
export async function toMap(page: Page): Promise<void> {
  const [tab, list] = [page.locator('#tab-map'), page.getByLabel('View', { exact: true })];
  await tab.or(list).first().waitFor();
  if ((await list.count()) > 0) await list.selectOption('map');
  else await tab.click();
}

export const mapStage = async (page: Page): Promise<Locator> => {
  const stage = page.locator('section.map .map-stage');
  await page.locator('section.map .map-legend').waitFor();
  return stage;
};

export const showPane = (page: Page, name: 'Image' | 'Selection' | 'Here'): Promise<void> =>
  page.locator('.pane', { hasText: name }).click();

/** Switches something of the map's menu on or off. */
export async function switchInMenu(page: Page, label: string): Promise<void> {
  await page.locator('.map-menu .popover-button').click();
  await page.locator('.map-menu vscode-checkbox', { hasText: label }).locator('.control').click();
  await page.keyboard.press('Escape');
}

/** What was asked of the host by this method, in order. */
export const calls = (page: Page, method: string): Promise<unknown[]> =>
  page.evaluate(
    `harness.host.calls.filter(({ method }) => method === '${method}').map(({ params }) => params)`,
  );

export const selectedTitle = (page: Page): Locator => page.locator('.map-selection > h3');
