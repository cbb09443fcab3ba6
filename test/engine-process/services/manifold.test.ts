import { beforeAll, describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/datasets/dataset';
import { splitDataset } from '../../../src/datasets/split';
import { planeGrid, planeThrough } from '../../../src/latent/plane';
import { RandomStream } from '../../../src/random/stream';
import { decodePictures } from '../../../src/model/decode';
import { manifold as manifoldOf, samplePrior } from '../../../src/model/manifold';
import type { Model } from '../../../src/model/model';
import { AggregateCache } from '../../../src/engine-process/services/aggregate-cache';
import { manifold } from '../../../src/engine-process/services/manifold';
import { sample } from '../../../src/engine-process/services/sample';
import { contextOf, tinyModel } from '../support';

const LATENT = 3;
const never = new AbortController().signal;
let dataset: Dataset;
let model: Model;
beforeAll(async () => {
  ({ dataset, model } = await tinyModel(LATENT));
});
const context = () => contextOf(() => model, dataset);
const ask = (request: Parameters<typeof manifold>[1]) => manifold(context(), request, never);
const draw = (request: Parameters<typeof sample>[2]) => {
  const own = context();
  return sample(own, new AggregateCache(own), request, never);
};

test('two dimensions: what `vae manifold` decodes, with its points', async () => {
  const { z, pictures, marks, step } = await ask({ surface: { dimensions: [2, 0] }, side: 7 });
  expect(pictures).toEqual(await manifoldOf(model, 7, [2, 0]));
  expect(pictures).toEqual(await decodePictures(model, z, 49));
  expect(marks).toHaveLength(0);
  expect(step).toBe(12);
});

test('the plane through three points', async () => {
  const corners = [Float32Array.of(0, 0, 1), Float32Array.of(2, 0, 1), Float32Array.of(0, 1, 0)] as const;
  const [a, b, c] = corners.map((z) => ({ z }));
  const { z, marks, pictures } = await ask({ surface: { through: [a!, b!, c!] }, side: 4 });
  const plane = planeThrough(corners);
  expect(z).toEqual(planeGrid(plane, 4));
  expect(marks).toEqual(plane.marks);
  expect(pictures).toEqual(await decodePictures(model, z, 16));
});

test('samples of the prior: those of the same seed elsewhere', async () => {
  const { z, pictures, fittedOn } = await draw({ from: 'prior', count: 30, seed: 4 });
  expect(fittedOn).toBeNull();
  expect(z).toEqual(new RandomStream(4, 'sample').normals(0, 30 * LATENT));
  expect(pictures).toEqual(await samplePrior(model, 30, 4));
});

test('samples of the aggregate posterior have its mean and variances', async () => {
  const count = 9000;
  const { z, fittedOn } = await draw({ from: 'aggregate', count, seed: 4 });
  const rows = splitDataset(dataset, model.config.data.split).train;
  expect(fittedOn).toBe(rows.length);
  const { mean, logVariance } = await model.session.encode(dataset.images.gather(rows), rows.length);
  const column = (values: Float32Array, d: number): number[] =>
    Array.from(values.filter((_, i) => i % LATENT === d));
  const average = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = (values: number[]): number => average(values.map((v) => (v - average(values)) ** 2));
  for (let d = 0; d < LATENT; d++) {
    const expected = variance(column(mean, d)) + average(column(logVariance, d).map(Math.exp));
    // Standard errors: 0.01 of a mean of unit variance, 0.015 of the variance.
    expect(Math.abs(average(column(z, d)) - average(column(mean, d)))).toBeLessThan(
      0.05 * Math.sqrt(expected),
    );
    expect(Math.abs(variance(column(z, d)) / expected - 1)).toBeLessThan(0.08);
  }
});

test('the aggregate is fitted once for the weights of a step', async () => {
  let asked = 0;
  const own = { ...context(), dataset: () => (asked++, Promise.resolve(dataset)) };
  const aggregates = new AggregateCache(own);
  const first = await aggregates.of(model, never);
  expect(await aggregates.of(model, never)).toBe(first);
  expect(asked).toBe(1);
  expect(await aggregates.of({ ...model, step: 13 }, never)).not.toBe(first);
});

describe('refused with what was got and what was expected', () => {
  const z = (...values: number[]) => ({ z: Float32Array.from(values) });
  test.each([
    [{ surface: { dimensions: [0, 3] }, side: 5 }, /dimension: got 3, expected a whole number from 0 to 2/],
    [{ surface: { through: [z(0, 0, 0), z(1, 1, 1), z(2, 2, 2)] }, side: 5 }, /on one line/],
    [{ surface: { through: [z(0, 0), z(1, 1), z(2, 1)] }, side: 5 }, /got 2 coordinates, expected 3/],
  ] as [Parameters<typeof ask>[0], RegExp][])('%j', async (request, message) => {
    await expect(ask(request)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(message) as string,
    });
  });
});
