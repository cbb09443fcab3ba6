/** The panel's own decoder and the engines decode the same points to the same pictures, in Node and in a browser. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Pictures } from '../../src/domain/pictures';
import type { DecoderWeights } from '../../src/protocol/engine';
import type { Session } from '../../src/engine/engine';
import { decodePictures } from '../../src/model/decode';
import type { Model } from '../../src/model/model';
import { engines, enginesButWebgpu } from '../support/engines';
import { eventually } from '../support/eventually';
import { DECODERS, decoderWeightsOf, exampleParameters } from '../webview/harness/decoders';
import { wobble } from '../webview/harness/shapes';
import { chromiumPath } from './browser.mjs';
import { nodeDecoder } from './node-decoder';
import { asked, openPage, usePages } from './pages';

const STEP = 24_000;
const LATENT = 20;
const names = Object.keys(DECODERS);

async function sessionOf(name: string, open: (typeof engines)[number]['open']): Promise<Session> {
  const session = await (await open()).open(DECODERS[name]!.model, null, null);
  await session.load({ step: STEP, parameters: exampleParameters(DECODERS[name]!, STEP), slots: {} });
  return session;
}

/** The engine's pictures, in the way that the engine process makes them. */
async function engineDecodes(name: string, session: Session, z: Float32Array): Promise<Pictures> {
  const { model, width, height, channels } = DECODERS[name]!;
  const shape = { width, height, channels };
  const opened = { session, shape, step: STEP, config: { model } } as unknown as Model;
  return decodePictures(opened, z, z.length / LATENT);
}

/** The greatest difference between two pictures. */
const worst = (got: ArrayLike<number>, expected: Uint8Array): number =>
  got.length === expected.length
    ? expected.reduce((most, value, i) => Math.max(most, Math.abs(value - got[i]!)), 0)
    : Infinity;

/** A mean that lies between two bytes may be rounded to either; few do. */
function expectSame(got: ArrayLike<number>, expected: Uint8Array): void {
  expect(worst(got, expected)).toBeLessThanOrEqual(1);
  const rounded = expected.filter((value, i) => value !== got[i]).length;
  expect(rounded).toBeLessThanOrEqual(Math.ceil(expected.length / 1000));
  expect(new Set(expected).size).toBeGreaterThan(20);
}

describe.each(enginesButWebgpu)('in Node, against $name', ({ present, open }) => {
  describe.skipIf(!present)('', () => {
    test.each(names)('%s', async (name) => {
      const session = await sessionOf(name, open);
      const own = (await nodeDecoder()).open(decoderWeightsOf(name, 'file:///run', STEP) as DecoderWeights);
      const z = Float32Array.from({ length: 3 * LATENT }, (_, i) => 1.5 * wobble(i));
      const expected = await engineDecodes(name, session, z);
      const got = own.decode(z, 3);
      expect({ ...got, bytes: null }).toEqual({ ...expected, bytes: null });
      expectSame(got.bytes, expected.bytes);
      // One by one, as in a drag.
      const last = own.decode(z.slice(2 * LATENT), 1);
      expectSame(last.bytes, expected.bytes.slice((2 * expected.bytes.length) / 3));
      own.dispose();
      session.dispose();
    });
  });
});

/** What the browser has on the canvas, in the picture's channels. */
const drawn = (page: Page, channels: number): Promise<number[]> =>
  page.evaluate(`(() => {
    const canvas = document.querySelector('.stage-box .big');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return Array.from(data).filter((_, i) => i % 4 < ${channels});
  })()`);

/** Where the slider of dimension 1 is moved to. */
const POINT = Float32Array.from({ length: LATENT }, (_, d) => (d === 1 ? 1.5 : 0));

/** Moves it there as a drag does, without letting go, and waits until two frames are over. */
const MOVE = `(async () => {
  const slider = document.querySelector('input[type=range][aria-label="Dimension 1, z"]');
  slider.value = 1.5;
  slider.dispatchEvent(new Event('input', { bubbles: true }));
  for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
})()`;

describe.skipIf(chromiumPath === null)('in Chromium', () => {
  usePages();
  let open: (typeof engines)[number]['open'];
  beforeAll(() => {
    open = engines.find(({ name }) => name === 'cpu')!.open;
  });

  test.each(names)('%s', async (name) => {
    const page = await openPage({ scenario: name });
    await page.locator('#tab-dimensions').click();
    await page.locator('.traversal').nth(1).waitFor();
    const session = await sessionOf(name, open);
    const { bytes } = await engineDecodes(name, session, POINT);
    session.dispose();
    const { channels } = DECODERS[name]!;
    // The engine of these scenarios draws other pictures, for as long as the weights are on their way.
    await eventually(async () => {
      await page.evaluate(MOVE);
      return worst(await drawn(page, channels), bytes);
    }).toBeLessThanOrEqual(1);
    const got = await drawn(page, channels);
    expectSame(got, bytes);
    await eventually(() => asked(page, 'decoderWeights')).toHaveLength(1);
  });
});
