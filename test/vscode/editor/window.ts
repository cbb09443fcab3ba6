import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Frame, Locator, Page } from 'playwright-core';
import { until } from '../wait';
import { unloaded, has, webviewFrames } from './webviews';

/** How long VS Code may take to open a window, in ms. */
const OPENING = 90_000;

/**
 * How long a webview may stay without the page that the extension gave it, in ms. VS Code in a browser hands pages over
 * by way of a service worker, which at times never starts; a person then reloads.
 */
const UNLOADED = 15_000;

/** Errors of every window of this server: an optional native module of its own, and the extension gallery. */
const OF_ITS_OWN = /spdlog|watchdog|[sS]ervice ?[wW]orker|open-vsx|ERR_NAME_NOT_RESOLVED|404/;

const settles = (action: Promise<unknown>): Promise<boolean> =>
  action.then(
    () => true,
    () => false,
  );

/** Whether it shows up soon: a menu that was closed under the mouse never does. */
const appears = (item: Locator): Promise<boolean> =>
  settles(item.waitFor({ state: 'visible', timeout: 3000 }));

/** A window of VS Code, driven by keyboard and mouse as a person would. */
export class Window {
  /** What the page's console said of errors, for a failed test. */
  readonly errors: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly screenshots: string,
  ) {}

  /** @param screenshots the folder for pictures */
  static async open(browser: Browser, screenshots: string, url: string): Promise<Window> {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    page.setDefaultTimeout(40_000);
    const window = new Window(page, screenshots);
    page.on('console', (message) => {
      const text = message.text();
      if (message.type() === 'error' && !OF_ITS_OWN.test(text)) window.errors.push(text);
    });
    await page.exposeFunction('codeAutomationExit', () => undefined);
    await page.exposeFunction('codeAutomationLog', () => undefined);
    await page.goto(url);
    await window.ready();
    return window;
  }

  /** As with `Developer: Reload Window`. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  close(): Promise<void> {
    return this.page.close();
  }

  /** A picture for people to look at, in out/screenshots. */
  async screenshot(name: string): Promise<void> {
    await mkdir(this.screenshots, { recursive: true });
    await this.page.screenshot({ path: join(this.screenshots, `${name}.png`) });
  }

  /** Runs a command from the palette by its title. */
  async command(title: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input.input');
    await until(`the command ${title} in the palette`, async () => {
      // A window that is still being built takes the focus away from the palette again.
      if (!(await input.isVisible())) await this.page.keyboard.press('F1');
      if (!(await appears(input))) return false;
      await input.fill(`>${title}`, { timeout: 2000 });
      if (await settles(this.entries.filter({ hasText: title }).first().click({ timeout: 4000 })))
        return true;
      // What can be run is looked up when the palette opens.
      await this.page.keyboard.press('Escape');
      return false;
    });
  }

  /** Chooses the entry of the open quick pick that begins with `label`. */
  async pick(label: string): Promise<void> {
    await this.entries.filter({ hasText: label }).first().click();
  }

  private get entries(): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row');
  }

  /** Titles in the open quick pick. */
  async pickLabels(): Promise<string[]> {
    const names = this.page.locator('.quick-input-list .monaco-list-row .quick-input-list-rows');
    await names.first().waitFor();
    return names.allInnerTexts();
  }

  /** A file or folder in the file explorer, its parents opened: `pictures/0/0.png`. */
  async file(path: string): Promise<Locator> {
    const explorer = this.page.locator('.explorer-folders-view');
    if (!(await explorer.isVisible())) await this.command('View: Show Explorer');
    const names = path.split('/');
    for (let depth = 1; depth <= names.length; depth++) {
      const name = names[depth - 1]!;
      const row = explorer.locator(`.monaco-list-row[aria-level="${depth}"]`).filter({
        has: this.page.locator(`.label-name >> text="${name}"`),
      });
      await row.first().waitFor();
      if (depth === names.length) return row.first();
      // A tree that is still filling loses a click.
      await until(`${name} to open`, async () => {
        if ((await row.first().getAttribute('aria-expanded')) === 'true') return true;
        await row.first().click();
        return false;
      });
    }
    throw new Error(`no path: '${path}'`);
  }

  /** Chooses an entry of the context menu of what `target` is, by way of its submenus. */
  async contextMenu(target: Locator, ...labels: string[]): Promise<void> {
    const entry = (label: string): Locator =>
      this.page.locator('.monaco-menu .action-item').filter({
        has: this.page.locator(`.action-label[aria-label="${label}"], .action-label >> text="${label}"`),
      });
    await until(`the menu ${labels.join(', ')}`, async () => {
      await target.click({ button: 'right' });
      for (const label of labels.slice(0, -1)) {
        if (!(await appears(entry(label).first()))) break;
        await entry(label).first().hover();
      }
      const last = entry(labels.at(-1)!).last();
      if ((await appears(last)) && (await this.chosen(last))) return true;
      // A tree that is still filling, or a view that takes the focus, closes a menu again.
      for (let depth = 0; depth < labels.length; depth++) await this.page.keyboard.press('Escape');
      return false;
    });
  }

  /** Clicks an entry of a menu. VS Code's menus take no click in their first tenth of a second, and stay open then. */
  private async chosen(entry: Locator): Promise<boolean> {
    for (let attempt = 0; attempt < 3; attempt++) {
      if (!(await settles(entry.click({ timeout: 2000 })))) return false;
      if (await settles(this.page.locator('.monaco-menu').first().waitFor({ state: 'hidden', timeout: 500 })))
        return true;
    }
    return false;
  }

  /** The page of a webview: the frame that holds `selector`. */
  webview(selector: string, seconds = 40): Promise<Frame> {
    const begin = performance.now();
    let reloaded = false;
    return until(
      `a webview with ${selector}`,
      async () => {
        for (const frame of webviewFrames(this.page)) if (await has(frame, selector)) return frame;
        if (!reloaded && performance.now() - begin > UNLOADED) {
          const empty = await unloaded(this.page);
          if (empty === null) return null;
          reloaded = true;
          this.errors.push(`VS Code had loaded ${empty}: webviews reloaded`);
          await this.command('Developer: Reload Webviews');
        }
        return null;
      },
      seconds,
    );
  }

  /** Lines of the runs tree, in the side bar. */
  get runs(): Locator {
    const header = this.page.locator('.pane-header[aria-label^="Runs"]');
    return this.page.locator('.pane', { has: header }).locator('.monaco-list-row');
  }

  /** Opens our view container. */
  async showRuns(): Promise<void> {
    if (await this.page.locator('.pane-header[aria-label^="Runs"]').isVisible()) return;
    await this.page.locator('.activitybar [aria-label="Latent Explorer"]').first().click();
  }

  /** What stands open, in words: tells more of a failed test than its error. */
  async standing(): Promise<string[]> {
    const parts = {
      tabs: '.tab',
      'question or palette': '.quick-input-widget:visible',
      menu: '.monaco-menu',
      dialog: '.monaco-dialog-box',
      selected: '.explorer-folders-view .monaco-list-row[aria-selected="true"]',
    };
    const lines = Object.entries(parts).map(async ([name, selector]) => {
      const texts = await this.page.locator(selector).allInnerTexts();
      return `${name}: ${texts.map((text) => text.replace(/\s+/g, ' ').trim().slice(0, 200)).join(' | ')}`;
    });
    return [...(await Promise.all(lines)), ...this.errors.splice(0).slice(-5)];
  }

  /** Texts of the notifications, shown or only kept. */
  async notifications(): Promise<string[]> {
    const center = this.page.locator('.notifications-center.visible');
    if (!(await center.isVisible())) await this.page.locator('[id="status.notifications"] a').click();
    await center.waitFor();
    const texts = await center.locator('.notification-list-item-message').allInnerTexts();
    await this.page.locator('[id="status.notifications"] a').click();
    return texts;
  }

  private async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor({ timeout: OPENING });
    // Contributions come after the window: without them the palette does not know our commands.
    await this.page
      .locator('.activitybar [aria-label="Latent Explorer"]')
      .first()
      .waitFor({ timeout: OPENING });
  }
}
