import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Binarisation } from '../../src/datasets/sampling/binarise';
import { encodePng } from '../../src/images/codecs/png-encode';
import type { Dataset } from '../../src/datasets/dataset';
import type { ImageCard } from '../../src/domain/pictures';
import type { Model } from '../../src/model/model';
import { engineService } from '../../src/engine-process/services/engine-service';
import { contextOf, tinyModel } from '../engine-process/support';

let folder: string;
let model: Model;
let dataset: Dataset;
const uri = (name: string): string => pathToFileURL(join(folder, name)).href;
/** Grey from black to white. */
const ramp = Uint8Array.from({ length: 64 }, (_, i) => i * 4);

beforeAll(async () => {
  ({ model, dataset } = await tinyModel());
  folder = await mkdtemp(join(tmpdir(), 'image-file-'));
  const png = (bytes: Uint8Array) => encodePng({ width: 8, height: 8, channels: 1, bytes });
  await writeFile(join(folder, 'ramp.png'), png(ramp));
  await writeFile(join(folder, 'other.png'), png(ramp.toReversed()));
  await cp(join(folder, 'ramp.png'), join(folder, 'copy.png'));
});

afterAll(() => rm(folder, { recursive: true }));

/** What the engine of a model that learnt from images binarised so says of files. */
function service(binarisation: Binarisation, seed = 0) {
  const data = { ...model.config.data, binarisation, split: { ...model.config.data.split, seed } };
  const own = { ...model, config: { ...model.config, data } };
  return engineService(contextOf(() => own, dataset));
}

async function cards(binarisation: Binarisation, names: readonly string[], seed?: number) {
  const { signal } = new AbortController();
  const found = await service(binarisation, seed).encode({ uris: names.map(uri) }, signal);
  return found as ImageCard[];
}

const pixelsOf = (card: ImageCard | undefined): number[] => Array.from(card!.original.bytes);

test('a file is encoded as it is where the model learnt from grey values', async () => {
  const [card] = await cards('none', ['ramp.png']);
  expect(pixelsOf(card)).toEqual(Array.from(ramp));
});

test('a file is encoded in black and white where the model learnt from such: white from one half on', async () => {
  const [card] = await cards('threshold', ['ramp.png']);
  expect(pixelsOf(card)).toEqual(Array.from(ramp, (byte) => (byte >= 128 ? 255 : 0)));
});

test.each(['fixed', 'dynamic'] as const)('%s: drawn by its pixels, wherever it lies', async (how) => {
  const [card, copy, other] = await cards(how, ['ramp.png', 'copy.png', 'other.png']);
  expect(new Set(pixelsOf(card))).toEqual(new Set([0, 255]));
  expect(pixelsOf(copy)).toEqual(pixelsOf(card));
  // The brighter half is white more often, and it is not the threshold.
  const white = (from: number) =>
    pixelsOf(card)
      .slice(from, from + 32)
      .filter((byte) => byte > 0).length;
  expect(white(32)).toBeGreaterThan(white(0));
  expect(pixelsOf(card)).not.toEqual(Array.from(ramp, (byte) => (byte >= 128 ? 255 : 0)));
  expect(pixelsOf(other)).not.toEqual(pixelsOf(card).toReversed());
  const [again] = await cards(how, ['ramp.png'], 1);
  expect(pixelsOf(again)).not.toEqual(pixelsOf(card));
});

test('a path through a file begins where its card says that it lies', async () => {
  const [card] = await cards('fixed', ['ramp.png']);
  const to = { z: new Float32Array(2) };
  const { waypoints } = await service('fixed').path(
    { waypoints: [{ uri: uri('ramp.png') }, to], frames: 3 },
    new AbortController().signal,
  );
  expect(waypoints.slice(0, 2)).toEqual(card!.mean);
});
