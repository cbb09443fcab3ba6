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

/** Runs in VS Code's outer frame: how far its service worker is. */
const WORKER = `(async () => {
  const { controller } = navigator.serviceWorker;
  const registration = await navigator.serviceWorker.getRegistration();
  const state = registration?.active?.state ?? registration?.waiting?.state ?? registration?.installing?.state;
  return (state ?? 'none') + (controller ? ', in control' : ', not in control');
})()`;

/** A webview that VS Code has not given its page, and how its service worker stands. */
export interface Unloaded {
  /** Of the outer frame; another one after a reload. */
  readonly id: string;
  readonly worker: string;
}

/**
 * The fault of VS Code in a browser by its own sign: it hands pages to webviews by way of a service worker, which at times
 * never comes to control the outer frame; then that stays without even the beginning of a page.
 */
export async function unloaded(page: Page): Promise<Unloaded | null> {
  for (const outer of webviewFrames(page).filter((frame) => frame.url().includes('index.html'))) {
    const inner = await Promise.all(outer.childFrames().map((child) => has(child, '#app')));
    if (inner.includes(true)) continue;
    const worker = await outer.evaluate<string>(WORKER).catch(() => null);
    if (worker === null || worker === 'activated, in control') continue;
    return { id: new URL(outer.url()).searchParams.get('id') ?? outer.url(), worker };
  }
  return null;
}
