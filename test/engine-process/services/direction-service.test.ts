import { beforeAll, describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/datasets/dataset';
import type { Latents } from '../../../src/runs/latents';
import { decodePictures } from '../../../src/model/decode';
import { encodeDataset } from '../../../src/model/encode-dataset';
import type { Model } from '../../../src/model/model';
import { directionService } from '../../../src/engine-process/services/direction-service';
import { EncodedDataset } from '../../../src/engine-process/map/encoded-dataset';
import { contextOf, tinyModel } from '../support';
import type { DirectionRequest } from '../../../src/domain/direction';

const LATENT = 3;
const never = new AbortController().signal;
let model: Model;
let dataset: Dataset;
let latents: Latents;
let set: EncodedDataset;
beforeAll(async () => {
  ({ dataset, model } = await tinyModel(LATENT));
  const encoding = encodeDataset(model, dataset);
  for (;;) {
    const next = await encoding.next();
    if (!next.done) continue;
    latents = next.value;
    break;
  }
  set = await EncodedDataset.of(latents);
});

const service = () => {
  const context = contextOf(() => model, dataset);
  context.latents.encoded = () => Promise.resolve(set);
  return directionService(context);
};
const make = (request: DirectionRequest, signal = never) =>
  Promise.resolve(service().makeDirection(request, signal));

/** Mean of the posterior means of some images, the slow way. */
function meanWhere(wanted: (row: number) => boolean): number[] {
  const rows = latents.ids.map((_, row) => row).filter(wanted);
  return Array.from({ length: LATENT }, (_, d) => {
    return rows.reduce((sum, row) => sum + latents.mean[row * LATENT + d]!, 0) / rows.length;
  });
}
const hasLabel =
  (name: string) =>
  (row: number): boolean =>
    latents.labels!.values[row] === latents.labels!.names.indexOf(name);
const near = (values: Float32Array, expected: readonly number[]): void =>
  expected.forEach((value, d) => expect(values[d]).toBeCloseTo(value, 5));

test('between two labels: the difference of their means, scored', async () => {
  const direction = await make({ a: { label: '3' }, b: { label: '8' }, seed: 1 });
  const [a, b] = [meanWhere(hasLabel('3')), meanWhere(hasLabel('8'))];
  near(direction.start, a);
  near(
    direction.vector,
    b.map((value, d) => value - a[d]!),
  );
  const count = (name: string): number => latents.ids.filter((_, row) => hasLabel(name)(row)).length;
  expect(direction).toMatchObject({ counts: [count('3'), count('8')], inBoth: 0, step: 12 });
  expect(direction.fingerprint).toBe(dataset.fingerprint);
  expect(direction.score).toMatchObject({ rounds: 200, seed: 1 });
  expect(await make({ a: { label: '3' }, b: { label: '8' }, seed: 1 })).toEqual(direction);
  const other = await make({ a: { label: '3' }, b: { label: '8' }, seed: 2 });
  expect(other.vector).toEqual(direction.vector);
  expect(other.score).not.toEqual(direction.score);
});

test('images named outright against all others; those in both sets are left out', async () => {
  const ids = latents.ids.slice(10, 13);
  const rest = await make({ a: { ids }, b: { rest: true }, seed: 0 });
  expect(rest.counts).toEqual([3, 197]);
  expect(rest.score).toBeNull();
  near(
    rest.start,
    meanWhere((row) => row >= 10 && row < 13),
  );
  const overlapping = await make({
    a: { ids: latents.ids.slice(0, 30) },
    b: { ids: [...latents.ids.slice(20, 40), 'of another dataset.png'] },
    seed: 0,
  });
  expect(overlapping).toMatchObject({ counts: [20, 10], inBoth: 10 });
});

test('a principal component runs from one deviation below the mean of all to one above', async () => {
  const { start, vector, counts, score } = await make({ component: 0 });
  const mean = meanWhere(() => true);
  near(
    start.map((value, d) => value + vector[d]! / 2),
    mean,
  );
  const along = latents.ids.map((_, row) =>
    Array.from(vector).reduce(
      (sum, value, d) => sum + (value * (latents.mean[row * LATENT + d]! - mean[d]!)) / Math.hypot(...vector),
      0,
    ),
  );
  const deviation = Math.sqrt(along.reduce((sum, value) => sum + value ** 2, 0) / along.length);
  expect(Math.hypot(...vector)).toBeCloseTo(2 * deviation, 4);
  expect({ counts, score }).toEqual({ counts: [200, 0], score: null });
});

test('a point moved along it, decoded', async () => {
  const { start, vector } = await make({ a: { label: '3' }, b: { label: '8' }, seed: 1 });
  const request = { around: { z: start }, start, vector, places: Float32Array.of(-1, 0, 1) };
  const moved = await service().along(request, never);
  expect(moved.place).toBeCloseTo(0, 6);
  near(moved.z.slice(LATENT, 2 * LATENT), [...start]);
  near(
    moved.z.slice(2 * LATENT),
    Array.from(start, (value, d) => value + vector[d]!),
  );
  expect(moved.pictures).toEqual(await decodePictures(model, moved.z, 3));
  const origin = await service().along({ ...request, around: null }, never);
  expect(origin.origin).toEqual(new Float32Array(LATENT));
});

test('an analogy, with its four pictures', async () => {
  const [a, b, c] = [
    { z: Float32Array.of(0, 0, 0) },
    { z: Float32Array.of(1, 0, 2) },
    { z: Float32Array.of(0, 3, 0) },
  ];
  const { z, pictures, step } = await service().analogy({ a, b, c }, never);
  expect([...z.slice(3 * LATENT)]).toEqual([1, 3, 2]);
  expect(pictures).toEqual(await decodePictures(model, z, 4));
  expect(step).toBe(12);
});

describe('refused with what was got and what was expected', () => {
  test.each([
    [{ a: { label: 'x' }, b: { label: '1' }, seed: 0 }, /label: got 'x', expected one of 0, 1/],
    [{ a: { ids: ['none'] }, b: { rest: true }, seed: 0 }, /set A is empty: no image of the map/],
    [{ a: { label: '1' }, b: { label: '1' }, seed: 0 }, /set A is empty: all its images are in the other/],
    [{ a: { rest: true }, b: { rest: true }, seed: 0 }, /for one at most/],
    [{ a: { label: '1' }, b: { label: '2' }, seed: -1 }, /seed: got -1/],
    [{ component: 3 }, /dimension: got 3, expected a whole number from 0 to 2/],
  ] as [DirectionRequest, RegExp][])('%j', async (request, message) => {
    await expect(make(request)).rejects.toThrow(message);
  });

  test('a direction of other dimensions', async () => {
    const [start, vector, places] = [new Float32Array(5), new Float32Array(5).fill(1), Float32Array.of(0)];
    await expect(service().along({ around: null, start, vector, places }, never)).rejects.toThrow(
      /the direction has 5 latent dimensions, this model 3/,
    );
  });

  test('one that was given up', async () => {
    const request = { a: { label: '1' }, b: { label: '2' }, seed: 0 };
    await expect(make(request, AbortSignal.abort(new Error('given up')))).rejects.toThrow('given up');
  });
});
