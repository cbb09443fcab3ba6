import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { Window } from '../editor/window';
import { until } from '../waiting/until';

/**
 * Drags a slider to parts of its way, from its middle, and sees another picture at each while the mouse is still down. The slider may
 * be where it was left: each place is to be another than the one before.
 * @param drawn a fingerprint of the picture
 */
export async function dragSlider(
  { page }: Window,
  slider: Locator,
  parts: readonly number[],
  drawn: () => Promise<string>,
): Promise<void> {
  await slider.scrollIntoViewIfNeeded();
  const box = (await slider.boundingBox())!;
  const y = box.y + box.height / 2;
  const seen = new Set<string>();
  await page.mouse.move(box.x + box.width / 2, y);
  await page.mouse.down();
  for (const part of parts) {
    const before = await drawn();
    await page.mouse.move(box.x + box.width * part, y, { steps: 4 });
    await until('another picture', async () => (await drawn()) !== before);
    seen.add(await drawn());
  }
  await page.mouse.up();
  assert.equal(seen.size, parts.length);
}
