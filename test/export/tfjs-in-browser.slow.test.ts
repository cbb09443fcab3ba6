/** Files of `--format tfjs` in Chromium, opened by TensorFlow.js as a page loads it. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../src/engine/engine';
import { onnxEngine } from '../../src/engine/onnx/engine';
import { onnxRuntimeFolder } from '../../src/engine/onnx/native-runtime';
import { wasmEngine } from '../../src/engine/onnx/wasm-engine';
import { tfjsFiles } from '../../src/export/tfjs';
import { chromiumPath } from '../panel/browser.mjs';
import { PlainPage } from './plain-page';
import { MODELS, parametersOf, trainedRun, wave } from './support';

/** The package's script for pages. */
const TFJS = join(__dirname, '../../node_modules/@tensorflow/tfjs/dist/tf.min.js');
const COUNT = 3;

/** What a page does with an export: two lines for each model, of which docs/exports.md has the decoder's. */
const COMPUTE = `async ({ x, z, folder }) => {
  const encoder = await tf.loadGraphModel(folder + '/tfjs/encoder/model.json');
  const [mean, logVariance] = encoder.execute(tf.tensor(x), ['mean', 'logVariance']);
  const decoder = await tf.loadGraphModel(folder + '/tfjs/decoder/model.json');
  const image = decoder.execute(tf.tensor(z), 'mean');
  return Promise.all([mean, logVariance, image].map(async (each) => Array.from(await each.data())));
}`;

describe.skipIf(chromiumPath === null || !existsSync(TFJS))('tf.loadGraphModel, in Chromium', () => {
  let engine: Engine;
  let page: PlainPage;
  beforeAll(async () => {
    engine = await (onnxRuntimeFolder() === null ? wasmEngine(1) : onnxEngine(1));
    page = await PlainPage.open({ 'tf.js': await readFile(TFJS) }, '<script src="/tf.js"></script>');
    await page.evaluate('tf.setBackend("cpu")');
  });
  afterAll(() => page?.close());

  test('opens the files of every model from an address, and computes what the product does', async () => {
    for (const [i, [name, model]] of MODELS.entries()) {
      const run = trainedRun(model);
      await page.serve(`model-${i}`, tfjsFiles(run));
      const images = Uint8Array.from({ length: COUNT * model.inputSize }, (_, at) => (37 * at) % 256);
      const z = wave(COUNT * model.latent, 9).map((value) => 4 * value);
      const session = await engine.open(model, null, null);
      await session.load({ step: 0, parameters: parametersOf(model), slots: {} });
      const { mean, logVariance } = await session.encode(images, COUNT);
      const image = await session.decode(z, COUNT);
      session.dispose();
      const rows = (values: ArrayLike<number>): number[][] =>
        Array.from({ length: COUNT }, (_, row) =>
          Array.from(values).slice((row * values.length) / COUNT, ((row + 1) * values.length) / COUNT),
        );
      const given = { x: rows(Array.from(images, (byte) => byte / 255)), z: rows(z), folder: `/model-${i}` };
      const got = await page.evaluate<number[][]>(`(${COMPUTE})(${JSON.stringify(given)})`);
      [mean, logVariance, image].forEach((expected, part) => {
        expect(got[part], name).toHaveLength(expected.length);
        const worst = Math.max(...Array.from(expected, (value, at) => Math.abs(got[part]![at]! - value)));
        // Single precision, sums of some hundred terms of order 1.
        expect(worst, name).toBeLessThan(1e-5);
      });
    }
    expect(page.errors).toEqual([]);
  });
});
