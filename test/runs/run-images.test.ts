import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NO_PART, readRunImages, writeRunImages } from '../../src/runs/run-images';
import type { RunImages } from '../../src/runs/run-images';

let run: string;
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), 'images-'));
});
afterEach(() => rm(run, { recursive: true }));

const listOf = (ids: readonly string[]): RunImages => ({
  ids,
  checksums: Uint32Array.from(ids, (_, i) => 2 ** 32 - 1 - i),
  parts: Uint8Array.from(ids, (_, i) => (i % 4 === 3 ? NO_PART : i % 4)),
  numbers: Uint32Array.from(ids, (_, i) => i),
  leftOut: [],
});

test('a run without a list has none', async () => {
  expect(await readRunImages(run)).toBeNull();
});

test('what is read is what was written, whatever the ids are', async () => {
  const numbered = fc.tuple(fc.constantFrom('a.npy', 'b#1', ''), fc.nat(12)).map(([of, i]) => `${of}#${i}`);
  const odd = fc.constantFrom('a#01', 'a#', '#', 'a\nb#1', 'a#99999999999');
  const ids = fc.array(fc.oneof(numbered, odd, fc.string()), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(ids, fc.boolean(), async (all, isMoved) => {
      const list = listOf(all);
      const images = isMoved ? { ...list, numbers: list.numbers.map((i) => i + 2), leftOut: ['x'] } : list;
      await writeRunImages(run, images);
      expect(await readRunImages(run)).toEqual(images);
    }),
    { numRuns: 100 },
  );
});

test('the images of a container take a few bytes each', async () => {
  const count = 60_000;
  await writeRunImages(run, listOf(Array.from({ length: count }, (_, i) => `train-images-idx3-ubyte#${i}`)));
  expect((await readFile(join(run, 'images.json'))).length).toBeLessThan(7 * count);
});

test.each([
  ['{', /JSON/],
  ['{"format":"latent-explorer/images/2"}', /expected "latent-explorer\/images\/1"/],
  [list({ ids: ['a', 'b'] }), /it has 2 ids and 1 checksums/],
  [list({ ids: [{ of: 'a', first: 0, count: 1e9 }] }), /it has 1000000000 ids and 1 checksums/],
  [list({ ids: [{ of: 'a', first: 0, count: 1e99 }] }), /count/],
  [list({ parts: '' }), /1 ids, 1 checksums, 0 parts and 1 numbers/],
  [list({ checksums: '%' }), /checksums/],
  [list({ other: 1 }), /other/],
])('a damaged list is refused by its path: %s', async (text, message) => {
  await writeFile(join(run, 'images.json'), text);
  await expect(readRunImages(run)).rejects.toThrow(message);
  await expect(readRunImages(run)).rejects.toThrow(
    `${join(run, 'images.json')} is not a list of the run's images`,
  );
});

function list(change: object): string {
  const one = { checksums: 'AAAAAA==', parts: 'AA==', leftOut: [] };
  return JSON.stringify({ format: 'latent-explorer/images/1', ids: ['a'], ...one, ...change });
}
