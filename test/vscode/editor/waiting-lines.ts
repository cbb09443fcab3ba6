import type { Page } from 'playwright-core';

/** A line that said what is waited for. */
export interface WaitingLine {
  readonly text: string;
  /** When it was first seen, in ms since the epoch. */
  readonly at: number;
  /** When it was gone; null while it is there. */
  readonly end: number | null;
}

/** Lines of our pages, and the one that VS Code shows in its status bar while a command works. */
const LINES = '.busy, [id="status.progress"]';

/** Notes in each page, as they come, the lines that are in view: one may be gone before a test asks. */
const RECORDER = `
  globalThis.waitingLines = [];
  (() => {
    const shown = new Map();
    const look = () => {
      const now = new Set();
      for (const node of document.querySelectorAll('${LINES}')) {
        const { left, top, width, height } = node.getBoundingClientRect();
        const found = width > 0 && document.elementFromPoint(left + width / 2, top + height / 2);
        const text = node.innerText.trim();
        if (!found || !(node.contains(found) || found.contains(node)) || text === '') continue;
        now.add(text);
        if (shown.has(text)) continue;
        const line = { text, at: Date.now(), end: null };
        shown.set(text, line);
        globalThis.waitingLines.push(line);
      }
      for (const [text, line] of shown) {
        if (now.has(text)) continue;
        line.end = Date.now();
        shown.delete(text);
      }
    };
    // VS Code writes the page of a webview anew into its document, which loses observers.
    setInterval(look, 50);
  })();
`;

/** Has the window's page, and those of the webviews that come, note their lines. */
export async function noteWaitingLines(page: Page): Promise<void> {
  await page.addInitScript(RECORDER);
  await page.evaluate(RECORDER);
}

/** Lines that were in view at some time since then, of the pages that are there now. @param since in ms since the epoch */
export async function waitingLines(page: Page, since: number): Promise<WaitingLine[]> {
  const all = await Promise.all(
    page
      .frames()
      .map((frame) => frame.evaluate<WaitingLine[]>('globalThis.waitingLines ?? []').catch(() => [])),
  );
  return all
    .flat()
    .filter(({ end }) => end === null || end >= since)
    .sort((a, b) => a.at - b.at);
}
