import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodePng } from '../../../src/images/codecs/png-encode';
import type { Dataset } from '../../../src/datasets/dataset';
import { splitDataset } from '../../../src/datasets/split';
import { normalQuantiles } from '../../../src/latent/normal';
import { decodePictures } from '../../../src/model/decode';
import type { Model } from '../../../src/model/model';
import { AggregateCache } from '../../../src/engine-process/services/aggregate-cache';
import type { EngineContext } from '../../../src/engine-process/context';
import { traverse } from '../../../src/engine-process/services/traverse';
import { contextOf, tinyModel } from '../support';

const LATENT = 3;
const never = new AbortController().signal;
let dataset: Dataset;
let model: Model;
let folder: string;
let uri: string;
beforeAll(async () => {
  ({ dataset, model } = await tinyModel(LATENT));
  folder = await mkdtemp(join(tmpdir(), 'traverse-'));
  const path = join(folder, 'digit.png');
  await writeFile(path, encodePng({ ...model.shape, bytes: dataset.images.gather([0]) }));
  uri = pathToFileURL(path).href;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Request = Parameters<typeof traverse>[2];
const PLAIN: Request = { around: null, edits: [], dimensions: [0], frames: 5, quantilesOf: 'prior' };
const on = (context: EngineContext, request: Partial<Request>, signal = never) =>
  traverse(context, new AggregateCache(context), { ...PLAIN, ...request }, signal);
const ask = (request: Partial<Request>) =>
  on(
    contextOf(() => model, dataset),
    request,
  );

test('around the origin: each dimension takes the quantiles of the prior, the others are 0', async () => {
  const frames = 30;
  const { origin, centre, values, pictures, step } = await ask({ dimensions: [2, 0], frames });
  expect(Array.from(origin)).toEqual([0, 0, 0]);
  expect(centre).toEqual(origin);
  const quantiles = normalQuantiles(frames);
  expect(values).toEqual(Float32Array.from([...quantiles, ...quantiles]));
  const z = new Float32Array(2 * frames * LATENT);
  quantiles.forEach((value, i) => {
    z[i * LATENT + 2] = value;
    z[(frames + i) * LATENT] = value;
  });
  expect(pictures).toEqual(await decodePictures(model, z, 2 * frames));
  expect(step).toBe(12);
});

test("around an image: its posterior mean, with edits, and the point's own picture", async () => {
  const edits = [{ dimension: 1, value: 2 }];
  const { origin, centre, picture } = await ask({ around: { uri }, edits });
  const { mean } = await model.session.encode(dataset.images.gather([0]), 1);
  expect(origin).toEqual(mean);
  expect(Array.from(centre)).toEqual([mean[0], 2, mean[2]]);
  expect(picture).toEqual(await decodePictures(model, centre, 1));
});

test('quantiles of the aggregate posterior: its mean and standard deviation in each dimension', async () => {
  const { values } = await ask({ dimensions: [2, 1], frames: 3, quantilesOf: 'aggregate' });
  const rows = splitDataset(dataset, model.config.data.split).train;
  const { mean, logVariance } = await model.session.encode(dataset.images.gather(rows), rows.length);
  [2, 1].forEach((d, i) => {
    const own = Array.from(rows, (_, row) => mean[row * LATENT + d]!);
    const average = own.reduce((sum, value) => sum + value, 0) / own.length;
    const squares = own.map(
      (value, row) => (value - average) ** 2 + Math.exp(logVariance[row * LATENT + d]!),
    );
    const deviation = Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / own.length);
    normalQuantiles(3).forEach((q, frame) =>
      expect(values[i * 3 + frame]).toBeCloseTo(average + deviation * q, 4),
    );
  });
});

test('around a point that is given', async () => {
  const z = Float32Array.of(0.5, -1, 2);
  expect((await ask({ around: { z } })).origin).toEqual(z);
});

test('a cancelled one ends after the call that runs', async () => {
  const controller = new AbortController();
  const context = contextOf(() => model, dataset);
  const running = on(context, { dimensions: [0, 1, 2], frames: 101 }, controller.signal);
  const refused = expect(running).rejects.toThrow('no longer wanted');
  await context.scheduler.turn('interactive', () => controller.abort(new Error('no longer wanted')));
  await refused;
});

describe('refused with what was got and what was expected', () => {
  test.each([
    [{ dimensions: [3] }, /dimension: got 3, expected a whole number from 0 to 2/],
    [{ around: { z: new Float32Array(2) } }, /got 2 coordinates, expected 3/],
    [{ dimensions: new Array<number>(10_000).fill(0), frames: 101 }, /got 1010000 points to decode/],
  ])('%j', async (request, message) => {
    await expect(ask(request)).rejects.toThrow(message);
  });

  test('a run that has no model yet', async () => {
    const context = contextOf(() => null, dataset);
    await expect(on(context, {})).rejects.toMatchObject({ code: 'not-ready' });
  });
});
