import { beforeAll, expect, test } from 'vitest';
import type { Dataset } from '../../../src/datasets/dataset';
import { decoderWeights } from '../../../src/engine-process/services/decoder-weights';
import { decodePictures } from '../../../src/model/decode';
import { MAX_DECODER_BYTES } from '../../../src/model/decoder-weights';
import type { Model } from '../../../src/model/model';
import type { DecoderWeights } from '../../../src/protocol/engine';
import { TensorDecoder } from '../../../webview/decoder/tensor-decoder';
import { contextOf, tinyModel } from '../support';

let model: Model;
let dataset: Dataset;
beforeAll(async () => {
  ({ model, dataset } = await tinyModel(3));
});
const handedOut = (of: Model | null) => decoderWeights(contextOf(() => of, dataset));

test('it is handed out with its run, its step and all that decodes: on one backend the bytes are the same', async () => {
  const weights = (await handedOut(model)) as DecoderWeights;
  expect(weights).toMatchObject({ runUri: 'file:///run', step: 12, width: 8, height: 8, channels: 1 });
  expect(Object.keys(weights.parameters).filter((name) => !name.startsWith('decoder.'))).toEqual([]);
  const z = Float32Array.of(0.5, -1, 2, 0, 0, 0);
  const decoder = new TensorDecoder(weights);
  expect(decoder.decode(z, 2)).toEqual(await decodePictures(model, z, 2));
  decoder.dispose();
});

test('weights that do not fit the model are refused', async () => {
  const weights = (await handedOut(model)) as DecoderWeights;
  const parameters = { ...weights.parameters, 'decoder.output.bias': new Float32Array(63) };
  expect(() => new TensorDecoder({ ...weights, parameters })).toThrow(
    'decoder.output.bias: got 63 numbers, expected 64',
  );
});

test('one that is too large is kept, with its size; without a model there is none yet', async () => {
  const { config } = model;
  // 3 -> 5000 -> 1700 -> 64, over 32 MiB.
  const large = { ...config, model: { ...config.model, decoderHidden: [5000, 1700] } };
  const read = (): never => {
    throw new Error('not to be read');
  };
  const session = { ...model.session, read };
  const numbers = 3 * 5000 + 5000 + (5000 * 1700 + 1700) + (1700 * 64 + 64) + (5000 + 1700 + 64);
  expect(await handedOut({ ...model, config: large, session })).toEqual({
    bytes: 4 * numbers,
    limit: MAX_DECODER_BYTES,
  });
  expect(4 * numbers).toBeGreaterThan(MAX_DECODER_BYTES);
  await expect(handedOut(null)).rejects.toMatchObject({ code: 'not-ready' });
});
