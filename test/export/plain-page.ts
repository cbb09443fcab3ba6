import type { Page } from 'playwright-core';
import type { ExportedFile } from '../../src/export/trained-run';
import { useBrowser } from '../panel/browser.mjs';

const ORIGIN = 'https://export.invalid';
const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  json: 'application/json',
  html: 'text/html',
};

/** A page of somebody else's in the tests' browser: what it asks for comes from memory, and everything else is refused. */
export class PlainPage {
  readonly errors: string[] = [];

  private constructor(
    private readonly page: Page,
    private readonly files: Map<string, Uint8Array>,
    private readonly end: () => Promise<void>,
  ) {}

  /** @param files by their paths at its address @param head of its HTML */
  static async open(files: Readonly<Record<string, Uint8Array>>, head: string): Promise<PlainPage> {
    const { browser, end } = await useBrowser();
    const context = await browser.newContext();
    const page = await context.newPage();
    const html = Buffer.from(`<!doctype html><title>A page</title>${head}`);
    const own = new PlainPage(page, new Map([['', html], ...Object.entries(files)]), async () => {
      await context.close();
      await end();
    });
    page.on('pageerror', ({ message }) => own.errors.push(message));
    await context.route('**/*', (route) => {
      const { origin, pathname } = new URL(route.request().url());
      const body = origin === ORIGIN ? own.files.get(pathname.slice(1)) : undefined;
      if (body === undefined) return route.abort();
      const contentType =
        pathname === '/' ? 'text/html' : (TYPES[pathname.split('.').at(-1)!] ?? 'application/octet-stream');
      return route.fulfill({ contentType, body: Buffer.from(body) });
    });
    await page.goto(`${ORIGIN}/`);
    return own;
  }

  /** Puts files of an export at its address, below a folder. */
  async serve(folder: string, files: readonly ExportedFile[]): Promise<void> {
    for (const { name, content } of files) {
      const pieces: Uint8Array[] = [];
      if (typeof content === 'string') pieces.push(Buffer.from(content));
      else for await (const piece of content) pieces.push(piece);
      this.files.set(`${folder}/${name}`, Buffer.concat(pieces));
    }
  }

  evaluate<T>(script: string): Promise<T> {
    return this.page.evaluate<T>(script);
  }

  close(): Promise<void> {
    return this.end();
  }
}
