import type { Frame, Page } from 'playwright-core';

/** Frames that are of webviews: VS Code's own outer one, and in it the one with the extension's page. */
export const webviewFrames = (page: Page): Frame[] =>
  page.frames().filter((frame) => frame.url().includes('webview') || frame.url().includes('fake.html'));

/** Whether the frame holds `selector`; a frame that goes meanwhile does not. */
export const has = async (frame: Frame, selector: string): Promise<boolean> =>
  (await frame
    .locator(selector)
    .count()
    .catch(() => 0)) > 0;

/** What VS Code left undone, in words: a webview without even the beginning of a page of ours, or no webview; else null. */
export async function unloaded(page: Page): Promise<string | null> {
  const outer = webviewFrames(page).filter((frame) => frame.url().includes('index.html'));
  if (outer.length === 0) return 'no webview';
  for (const frame of outer) {
    const inner = await Promise.all(frame.childFrames().map((child) => has(child, '#app')));
    if (!inner.includes(true)) return `nothing into ${frame.url().slice(-80)}`;
  }
  return null;
}
