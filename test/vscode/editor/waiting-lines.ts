import type { Page } from 'playwright-core';

/** A line that said what is waited for. */
export interface WaitingLine {
  readonly text: string;
  /** When it was first seen, in ms since the epoch. */
  readonly at: number;
}

/** Lines of our pages, and the one that VS Code shows in its status bar while a command works. */
const LINES = '.busy, [id="status.progress"]';

/** Notes in each page, as they come, the lines that are in view: one may be gone before a test asks. */
const RECORDER = `
  globalThis.waitingLines = [];
  (() => {
    let shown = new Set();
    const look = () => {
      const now = new Set();
      for (const node of document.querySelectorAll('${LINES}')) {
        const { left, top, width, height } = node.getBoundingClientRect();
        const found = width > 0 && document.elementFromPoint(left + width / 2, top + height / 2);
        const text = node.innerText.trim();
        if (!found || !(node.contains(found) || found.contains(node)) || text === '') continue;
        now.add(text);
        if (!shown.has(text)) globalThis.waitingLines.push({ text, at: Date.now() });
      }
      shown = now;
    };
    new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
  })();
`;

/** Has the window's page, and those of the webviews that come, note their lines. */
export async function noteWaitingLines(page: Page): Promise<void> {
  await page.addInitScript(RECORDER);
  await page.evaluate(RECORDER);
}

/** Lines that were in view, of the pages that are there now. @param since in ms since the epoch */
export async function waitingLines(page: Page, since: number): Promise<WaitingLine[]> {
  const all = await Promise.all(
    page
      .frames()
      .map((frame) => frame.evaluate<WaitingLine[]>('globalThis.waitingLines ?? []').catch(() => [])),
  );
  return all
    .flat()
    .filter(({ at }) => at >= since)
    .sort((a, b) => a.at - b.at);
}
