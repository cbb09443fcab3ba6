import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Frame, Locator, Page } from 'playwright-core';
import { patience, until } from '../waiting/until';
import type { Watch } from '../waiting/watch';
import { keptBy } from './kept';
import { movementIn } from './movement';
import { has, unloaded, webviewFrames } from './webviews';
import type { Unloaded } from './webviews';

/** How long the sign of VS Code's fault must stand unchanged, in ms. */
const FAULT_STANDS = 20_000;

const settles = (action: Promise<unknown>): Promise<boolean> =>
  action.then(
    () => true,
    () => false,
  );

/** Whether it shows up: a menu that was closed under the mouse never does. */
const appears = (item: Locator, attempt: number): Promise<boolean> =>
  settles(item.waitFor({ state: 'visible', timeout: patience(attempt, 3000) }));

export interface WindowOptions {
  /** For pictures. */
  readonly folder: string;
  readonly url: string;
  readonly watch: Watch;
  /** VS Code's own fault was recovered from. */
  readonly restarted: (why: string) => void;
}

/** A window of VS Code, driven by keyboard and mouse as a person would. */
export class Window {
  /** What the console of the page and of its frames said, for a failed test. */
  readonly console: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly options: WindowOptions,
  ) {}

  static async open(browser: Browser, options: WindowOptions): Promise<Window> {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    // No action has a clock of its own: the watch sees when nothing moves any more.
    page.setDefaultTimeout(0);
    page.setDefaultNavigationTimeout(0);
    options.watch.add(...(await movementIn(page)));
    const window = new Window(page, options);
    await window.hoversGiveWay();
    page.on('console', (message) => window.console.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => window.console.push(`uncaught: ${error.stack ?? error.message}`));
    await page.exposeFunction('codeAutomationExit', () => undefined);
    await page.exposeFunction('codeAutomationLog', () => undefined);
    await page.goto(options.url);
    await window.ready();
    return window;
  }

  /**
   * The text that pops up at a line covers the lines below it for as long as the mouse rests. Who wants to click one of them
   * takes the mouse away first.
   */
  private hoversGiveWay(): Promise<void> {
    const hover = this.page.locator('.workbench-hover:visible').first();
    return this.page.addLocatorHandler(hover, () => this.page.mouse.move(0, 0), { noWaitAfter: true });
  }

  /**
   * As with `Developer: Reload Window`, once VS Code has written down what is to be there again.
   * @param keeping parts of what it writes: names of open editors, and of what their pages remember
   */
  async reload(...keeping: readonly string[]): Promise<void> {
    for (const part of keeping)
      await until(`VS Code to keep '${part}'`, async () => (await keptBy(this.page)).includes(part));
    await this.page.reload();
    await this.ready();
  }

  close(): Promise<void> {
    return this.page.close();
  }

  /** A picture for people to look at, in the folder of the test. */
  async screenshot(name: string): Promise<void> {
    await mkdir(this.options.folder, { recursive: true });
    await this.page.screenshot({ path: join(this.options.folder, `${name}.png`) });
  }

  /** Runs a command from the palette by its title. */
  async command(title: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input.input');
    await until(`the command ${title} in the palette`, async (attempt) => {
      // A window that is still being built takes the focus away from the palette again.
      if (!(await input.isVisible())) await this.page.keyboard.press('F1');
      if (!(await appears(input, attempt))) return false;
      const timeout = patience(attempt);
      await input.fill(`>${title}`, { timeout });
      const found = this.entries.filter({ hasText: title });
      await appears(found.first(), attempt);
      // One whose title only begins like this may come first. An ellipsis says that a question follows.
      const whole = new RegExp(`^\\s*${title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}…?\\s*$`);
      const exact = found.filter({ has: this.page.locator('.label-name', { hasText: whole }) });
      const entry = (await exact.count()) > 0 ? exact : found;
      if (await settles(entry.first().click({ timeout: 2 * timeout }))) return true;
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
      const open = explorer.locator(`.monaco-list-row[aria-level="${depth}"][aria-expanded=true]`).filter({
        has: this.page.locator(`.label-name >> text="${name}"`),
      });
      await until(`${name} to open`, async (attempt) => {
        if (await open.first().isVisible()) return true;
        await row.first().click();
        return appears(open.first(), attempt);
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
    await until(`the menu ${labels.join(', ')}`, async (attempt) => {
      await target.click({ button: 'right', timeout: patience(attempt) });
      for (const label of labels.slice(0, -1)) {
        if (!(await appears(entry(label).first(), attempt))) break;
        if (
          !(await settles(
            entry(label)
              .first()
              .hover({ timeout: patience(attempt) }),
          ))
        )
          break;
      }
      const last = entry(labels.at(-1)!).last();
      if ((await appears(last, attempt)) && (await this.chosen(last, attempt))) return true;
      // A tree that is still filling, or a view that takes the focus, closes a menu again.
      for (let depth = 0; depth < labels.length; depth++) await this.page.keyboard.press('Escape');
      return false;
    });
  }

  /** Clicks an entry of a menu. VS Code's menus take no click in their first tenth of a second, and stay open then. */
  private async chosen(entry: Locator, attempt: number): Promise<boolean> {
    for (let click = 0; click < 3; click++) {
      if (!(await settles(entry.click({ timeout: patience(attempt) })))) return false;
      const gone = { state: 'hidden', timeout: patience(attempt, 500) } as const;
      if (await settles(this.page.locator('.monaco-menu').first().waitFor(gone))) return true;
    }
    return false;
  }

  /** The page of a webview: the frame that holds `selector`. */
  webview(selector: string): Promise<Frame> {
    let fault: (Unloaded & { readonly since: number }) | null = null;
    let faults = 0;
    return until(`a webview with ${selector}`, async () => {
      for (const frame of webviewFrames(this.page)) if (await has(frame, selector)) return frame;
      const sign = await unloaded(this.page);
      if (sign === null || sign.id !== fault?.id || sign.worker !== fault.worker)
        fault = sign && { ...sign, since: performance.now() };
      else if (performance.now() - fault.since > FAULT_STANDS) {
        fault = null;
        this.options.restarted(`the service worker of a webview never started (${sign.worker})`);
        // Where that does not help, the whole window is loaded again, with a worker of its own.
        if (++faults % 3 === 0) await this.reload();
        else await this.command('Developer: Reload Webviews');
      }
      return null;
    });
  }

  /** Lines of the runs tree, in the side bar. */
  get runs(): Locator {
    const header = this.page.locator('.pane-header[aria-label^="Runs"]');
    return this.page.locator('.pane', { has: header }).locator('.monaco-list-row');
  }

  /** Opens our view container. */
  async showRuns(): Promise<void> {
    const pane = this.page.locator('.pane-header[aria-label^="Runs"]');
    const item = this.page.locator('.activitybar .action-item', {
      has: this.page.locator('[aria-label="Latent Explorer"]'),
    });
    await until('the tree of runs', async () => {
      if (await pane.isVisible()) return true;
      // A click on the item of a container that is open closes it: after a reload, one may open just then.
      const classes = await item.first().getAttribute('class');
      if (classes?.includes('checked') !== true) await item.first().click();
      return pane.isVisible();
    });
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
    return Promise.all(lines);
  }

  /** Texts of the notifications, shown or only kept. */
  async notifications(): Promise<string[]> {
    const center = await this.notificationCenter('visible');
    const texts = await center.locator('.notification-list-item-message').allInnerTexts();
    await this.notificationCenter('hidden');
    return texts;
  }

  /** Opens or closes the list of notifications: its button does the other of both where it has not yet done the one. */
  private async notificationCenter(state: 'visible' | 'hidden'): Promise<Locator> {
    const center = this.page.locator('.notifications-center.visible');
    await until(`the notifications to be ${state}`, async (attempt) => {
      if ((await center.isVisible()) === (state === 'visible')) return true;
      await this.page.locator('[id="status.notifications"] a').click();
      await center.waitFor({ state, timeout: patience(attempt) });
      return true;
    });
    return center;
  }

  private async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor();
    // Contributions come after the window: without them the palette does not know our commands.
    await this.page.locator('.activitybar [aria-label="Latent Explorer"]').first().waitFor();
  }
}
