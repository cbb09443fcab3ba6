import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeDimensions, interpolateImages, mainDimensions } from '../../src/cli/latent';
import type { Model } from '../../src/model/model';
import { useFolder } from '../host/support';

const folder = useFolder();

/** A model whose latent dimensions are its pixels, so that what it does can be told by hand. */
function identity(latent: number): { readonly model: Model; readonly encoded: (readonly number[])[] } {
  const encoded: (readonly number[])[] = [];
  const session = {
    encode: (images: Uint8Array, count: number) => {
      encoded.push([...images, count]);
      return Promise.resolve({ mean: Float32Array.from(images, (value) => value / 255) });
    },
    decode: (z: Float32Array) => Promise.resolve(z.slice()),
  };
  const config = { model: { latent, inputSize: latent } };
  const shape = { width: latent, height: 1, channels: 1 };
  return { model: { config, shape, session, step: 1 } as unknown as Model, encoded };
}

async function writeRows(...rows: object[]): Promise<void> {
  await writeFile(
    join(folder.path(), 'metrics.jsonl'),
    rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  );
}
const bound = { elbo: -3, reconstruction: -2, kl: 1 };
const validation = (step: number, klPerDimension: readonly number[]): object => ({
  ...{ type: 'validation', step, samples: step * 10, seconds: 1, epoch: 1, ...bound },
  klPerDimension,
});
const train = (step: number): object => ({ type: 'train', step, samples: step * 10, seconds: 1, ...bound });

test('images are encoded one by one, and both paths go through their means', async () => {
  const { model, encoded } = identity(2);
  const images = [Uint8Array.of(0, 255), Uint8Array.of(255, 0)];
  const { linear, spherical, points } = await interpolateImages(model, images, 3);
  expect(encoded).toEqual([
    [0, 255, 1],
    [255, 0, 1],
  ]);
  // Half way: 0.5 of 255, and the square root of a half on the circle.
  expect([...linear.bytes]).toEqual([0, 255, 128, 128, 255, 0]);
  expect([...spherical.bytes]).toEqual([0, 255, 180, 180, 255, 0]);
  expect([...points.at]).toEqual([0, 2]);
  expect(linear).toMatchObject({ width: 2, height: 1, channels: 1, count: 3 });
});

test('a path has each of its images, in their order', async () => {
  const { model } = identity(2);
  const images = [Uint8Array.of(10, 20), Uint8Array.of(200, 100), Uint8Array.of(30, 0)];
  const { linear, points } = await interpolateImages(model, images, 5);
  expect([...points.at]).toEqual([0, 2, 4]);
  for (const [i, frame] of points.at.entries())
    expect([...linear.bytes.subarray(2 * frame, 2 * frame + 2)]).toEqual([...images[i]!]);
});

describe('the main dimensions', () => {
  test('are all of one or two, without a look at the run', async () => {
    expect(await mainDimensions(identity(1).model, '/no/such/run')).toEqual([0, 0]);
    expect(await mainDimensions(identity(2).model, '/no/such/run')).toEqual([0, 1]);
  });

  test('have the largest KL of the newest validation, in ascending order', async () => {
    await writeRows(validation(1, [9, 8, 0, 0]), validation(2, [0.1, 2, 0.3, 7]), train(3));
    expect(await mainDimensions(identity(4).model, folder.path())).toEqual([1, 3]);
    await writeRows(validation(1, [5, 0, 9, 0]));
    expect(await mainDimensions(identity(4).model, folder.path())).toEqual([0, 2]);
  });

  test('are the first ones before a validation, and where several have the same KL', async () => {
    await writeRows(train(1));
    expect(await mainDimensions(identity(4).model, folder.path())).toEqual([0, 1]);
    await writeRows(validation(1, [1, 3, 1, 1]));
    expect(await mainDimensions(identity(4).model, folder.path())).toEqual([0, 1]);
  });
});

test('a manifold says which dimensions it shows', () => {
  expect(describeDimensions([0, 0], 1)).toBe('manifold of the only latent dimension');
  expect(describeDimensions([0, 1], 2)).toBe('manifold of both latent dimensions');
  expect(describeDimensions([3, 17], 20)).toBe(
    'manifold of latent dimensions 3 (across) and 17 (up), the two with the largest KL of 20; the others are 0',
  );
});
