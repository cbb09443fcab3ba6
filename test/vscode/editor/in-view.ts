import type { Frame, Page } from 'playwright-core';

/** How far inside an element's corners it is looked at, in CSS pixels: corners may be round. */
const INSET = 4;

/** In the page, of a place in its pixels. */
type Place = readonly [x: number, y: number];

/**
 * Says why a person does not see all of an element of a webview: it is not there, scrolled away, outside the window, or
 * something lies on it.
 * @returns null if it is seen: its four corners and its middle
 */
export async function unseen(frame: Frame, selector: string): Promise<string | null> {
  const element = frame.locator(selector).first();
  if ((await element.count()) === 0) return `${selector} is not there`;
  const box = await element.boundingBox();
  if (box === null || box.width === 0 || box.height === 0) return `${selector} has no size`;
  const covered = await element.evaluate(coveredInFrame, INSET);
  if (covered !== '') return `${selector} is hidden in its page: ${covered}`;
  const page = frame.page();
  const { width, height } = page.viewportSize()!;
  const [right, bottom] = [box.x + box.width, box.y + box.height];
  if (box.x < 0 || box.y < 0 || right > width || bottom > height)
    return `${selector} is outside the window: ${[box.x, box.y, right, bottom].map(Math.round).join(', ')}`;
  const places: Place[] = [
    [box.x + INSET, box.y + INSET],
    [right - INSET, box.y + INSET],
    [box.x + INSET, bottom - INSET],
    [right - INSET, bottom - INSET],
    [box.x + box.width / 2, box.y + box.height / 2],
  ];
  const above = await coveredInWindow(page, frame, places);
  return above === '' ? null : `${selector} is covered in the window by ${above}`;
}

interface Node {
  readonly tagName: string;
  readonly className: unknown;
  readonly ownerDocument: { elementFromPoint(x: number, y: number): Node | null };
  contains(other: Node): boolean;
  getBoundingClientRect(): {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  };
}

/** Runs in the page. Outside the visible part of a page there is no element at a point. */
function coveredInFrame(element: Node, inset: number): string {
  const { left, top, right, bottom } = element.getBoundingClientRect();
  const places: Place[] = [
    [left + inset, top + inset],
    [right - inset, top + inset],
    [left + inset, bottom - inset],
    [right - inset, bottom - inset],
    [(left + right) / 2, (top + bottom) / 2],
  ];
  for (const [x, y] of places) {
    const found = element.ownerDocument.elementFromPoint(x, y);
    if (found === null) return `nothing is shown at ${Math.round(x)}, ${Math.round(y)}`;
    if (!element.contains(found))
      return `at ${Math.round(x)}, ${Math.round(y)} there is ${found.tagName}.${String(found.className)}`;
  }
  return '';
}

/** What lies on the webview at one of the places; empty for nothing. */
async function coveredInWindow(page: Page, frame: Frame, places: readonly Place[]): Promise<string> {
  let outer = frame;
  for (
    let parent = outer.parentFrame();
    parent !== null && parent !== page.mainFrame();
    parent = outer.parentFrame()
  )
    outer = parent;
  const holder = await outer.frameElement();
  try {
    return await holder.evaluate((node, all) => {
      const own = node as unknown as Node;
      for (const [x, y] of all) {
        const found = own.ownerDocument.elementFromPoint(x, y);
        if (found !== own) return found === null ? 'the edge' : `${found.tagName}.${String(found.className)}`;
      }
      return '';
    }, places);
  } finally {
    await holder.dispose();
  }
}
