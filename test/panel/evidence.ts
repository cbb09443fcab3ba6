import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import type { Witness } from '../support/progress';

const FOLDER = resolve('out/panel');
/** Events that are kept of a page. */
const KEPT = 200;

/** A page as a test's watch sees it, and what is kept of it when the test fails. */
export class WatchedPage implements Witness {
  private readonly events: string[] = [];
  private heard = 0;
  private readonly looks = new Set<unknown>();
  private kept: Promise<string> | null = null;

  /** @param test the path of its file, and its name */
  private constructor(
    readonly page: Page,
    private readonly test: { readonly file: string; readonly name: string },
  ) {}

  /** To be called before the page goes anywhere. */
  static of(page: Page, test: { file: string; name: string }): WatchedPage {
    const watched = new WatchedPage(page, test);
    page.setDefaultTimeout(0);
    page.setDefaultNavigationTimeout(0);
    page.on('request', (request) => watched.hear(`request ${request.url()}`));
    page.on('requestfinished', (request) => watched.hear(`answer to ${request.url()}`));
    page.on('console', (message) => watched.hear(`console ${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => watched.hear(`error ${error.stack ?? error.message}`));
    return watched;
  }

  /** Something outside the page that it waits for. */
  hear(event: string): void {
    this.heard++;
    this.events.push(`${new Date().toISOString()} ${event}`);
    if (this.events.length > KEPT) this.events.shift();
  }

  async moved(): Promise<number | null> {
    this.looks.add(await this.page.evaluate('window.movement?.look() ?? 0'));
    return this.looks.size + this.heard;
  }

  /** Keeps a picture of the page, its text and what was heard of it; names the files. */
  describe(): Promise<string> {
    this.kept ??= this.keep();
    return this.kept;
  }

  async release(): Promise<void> {
    await this.page.close();
  }

  private async keep(): Promise<string> {
    await mkdir(FOLDER, { recursive: true });
    const name = `${basename(this.test.file).split('.')[0]} ${this.test.name}`;
    const base = join(FOLDER, name.replace(/[^\w-]+/g, '-').slice(0, 120) + `-${numberOf(name)}`);
    const text: unknown = await this.page
      .evaluate('document.body.innerText')
      .catch((error: unknown) => `no text: ${String(error)}`);
    await writeFile(`${base}.txt`, [this.page.url(), ...this.events, '', String(text)].join('\n'));
    await this.page.screenshot({ path: `${base}.png`, timeout: 10_000 }).catch(() => undefined);
    return `what was seen: ${relative(process.cwd(), base)}.png and .txt`;
  }
}

/** A test may have several pages. */
function numberOf(name: string): number {
  const number = (numbers.get(name) ?? 0) + 1;
  numbers.set(name, number);
  return number;
}
const numbers = new Map<string, number>();
