import { beforeAll, expect, test } from 'vitest';
import { loadDataset } from '../../src/datasets/load';
import type { Dataset } from '../../src/datasets/dataset';
import type { Session } from '../../src/engine/engine';
import { evaluateRows, finish } from '../../src/model/bounds';
import { initialiseParameters } from '../../src/vae/parameters';
import { RandomStream } from '../../src/random/stream';
import { cpuEngine } from '../support/engines';

const latent = 2;
const model = {
  inputSize: 64,
  convolution: null,
  encoderHidden: [6],
  decoderHidden: [6],
  latent,
  activation: 'tanh',
  likelihood: 'bernoulli',
} as const;
let session: Session;
let dataset: Dataset;

beforeAll(async () => {
  dataset = await loadDataset({ kind: 'digits', count: 300, seed: 5 }, { width: 8, height: 8 });
  session = await (await cpuEngine()).open(model, null, dataset.images.resident);
  const stream = new RandomStream(4, 'initialise');
  const parameters = initialiseParameters(model, { kind: 'normal', standardDeviation: 0.5 }, (block, count) =>
    stream.normals(block, count),
  );
  await session.load({ step: 0, parameters, slots: {} });
});

const all = Uint32Array.from({ length: 300 }, (_, i) => i);

test('the summary is the mean over images of what the engine says of each, with its standard error', async () => {
  const summary = await finish(evaluateRows(session, latent, dataset, all, { seed: 9, draws: 2 }));
  // Once more, one batch of 250 and one of 50 by hand.
  const stream = new RandomStream(9, 'evaluate');
  const elbos: number[] = [];
  for (const [batch, first, count] of [
    [0, 0, 250],
    [1, 250, 50],
  ] as const) {
    const bytes = dataset.images.resident!.subarray(first * 64, (first + count) * 64);
    const terms = await session.evaluate(bytes, count, stream.normals(batch, 2 * count * latent), 2);
    for (let i = 0; i < count; i++) {
      elbos.push(terms.reconstruction[i]! - terms.klPerDimension[2 * i]! - terms.klPerDimension[2 * i + 1]!);
    }
  }
  const mean = elbos.reduce((sum, value) => sum + value, 0) / 300;
  const variance = elbos.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 299;
  expect(summary.count).toBe(300);
  expect(summary.elbo).toBeCloseTo(mean, 9);
  expect(summary.standardError).toBeCloseTo(Math.sqrt(variance / 300), 9);
  expect(summary.elbo).toBeCloseTo(summary.reconstruction - summary.kl, 9);
  expect(summary.klPerDimension.reduce((sum, value) => sum + value, 0)).toBeCloseTo(summary.kl, 4);
});

test('more draws estimate the same bound with less noise', async () => {
  const bound = async (draws: number, seed: number): Promise<number> =>
    (await finish(evaluateRows(session, latent, dataset, all, { seed, draws }))).elbo;
  const spread = async (draws: number): Promise<number> => {
    const values = await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => bound(draws, seed)));
    return Math.max(...values) - Math.min(...values);
  };
  expect(await spread(32)).toBeLessThan(await spread(1));
});

test('the same seed gives the same number', async () => {
  const once = await finish(evaluateRows(session, latent, dataset, all, { seed: 1, draws: 1 }));
  expect(await finish(evaluateRows(session, latent, dataset, all, { seed: 1, draws: 1 }))).toEqual(once);
});
