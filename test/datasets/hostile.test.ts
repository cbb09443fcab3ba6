/** Whatever bytes a dataset's file has: it is read, or refused by a DataError, and soon. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { csvLabels } from '../../src/datasets/labels/csv-labels';
import { loadDataset, parseSource } from '../../src/datasets/load';
import { readRuns } from '../../src/datasets/parquet/parquet-runs';
import { bytesOf, npy, ramp } from './array-fixtures';
import { greyPng, temporaryFolder } from './fixtures';
import { DataError } from '../../src/images/data-error';
import { ownProcessorTime } from '../support/processor-time';

const LONGEST = 2000;
const RUNS = { numRuns: 150, seed: 7, endOnFailure: true };

const good = {
  npy: npy(bytesOf(Float32Array.from({ length: 64 }, (_, i) => i / 64)), { descr: '<f4', shape: [4, 4, 4] }),
  zip: zipSync({ 'cats/a.png': greyPng(8, 10), 'dogs/b.png': greyPng(8, 20) }),
  npz: zipSync({
    'x.npy': npy(ramp(64), { descr: '|u1', shape: [4, 4, 4] }),
    'y.npy': npy(ramp(4), { descr: '|u1', shape: [4] }),
  }),
  parquet: readFileSync(join(__dirname, '../fixtures/parquet/digits.parquet')),
};
const KINDS = { npy: 'npy', zip: 'zip', npz: 'zip', parquet: 'parquet' } as const;

/** Some bytes of a file changed, and perhaps its end cut off. */
const changes = fc.record({
  bytes: fc.array(fc.tuple(fc.nat(1e6), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
  cut: fc.option(fc.nat(1e6), { freq: 4, nil: undefined }),
});

async function isReadOrRefused(read: () => Promise<unknown>): Promise<void> {
  const begin = ownProcessorTime();
  try {
    await read();
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
  }
  expect(ownProcessorTime() - begin).toBeLessThan(LONGEST);
}

describe.each(Object.keys(KINDS) as (keyof typeof KINDS)[])('a file of the kind %s', (name) => {
  it('with some bytes changed is read or refused', async () => {
    const path = join(await temporaryFolder(), `a.${name}`);
    const source = { kind: KINDS[name], uri: pathToFileURL(path).href };
    const whole = good[name];
    await writeFile(path, whole);
    expect((await loadDataset(source)).count).toBeGreaterThan(1);
    await fc.assert(
      fc.asyncProperty(changes, async ({ bytes, cut }) => {
        const changed = Uint8Array.from(whole);
        for (const [at, value] of bytes) changed[at % whole.length] = value;
        await writeFile(path, cut === undefined ? changed : changed.subarray(0, cut % whole.length));
        await isReadOrRefused(() => loadDataset(source));
      }),
      RUNS,
    );
  });

  it('of any bytes is read or refused', async () => {
    const path = join(await temporaryFolder(), `a.${name}`);
    const source = { kind: KINDS[name], uri: pathToFileURL(path).href };
    const beginning = good[name].subarray(0, 12);
    const ending = good[name].subarray(-12);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (bytes, framed) => {
        await writeFile(path, framed ? Buffer.concat([beginning, bytes, ending]) : bytes);
        await isReadOrRefused(() => loadDataset(source));
        await isReadOrRefused(() => parseSource(path, '/'));
      }),
      RUNS,
    );
  });
});

it('a table of labels of any text is read or refused', async () => {
  const path = join(await temporaryFolder(), 'a.csv');
  const text = fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a', ';', '\t', 'é'), maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(text, async (rows) => {
      await writeFile(path, `path,label\n${rows}`);
      await isReadOrRefused(() => csvLabels(path, ['a', 'b']));
    }),
    RUNS,
  );
});

it('a run in a Parquet page that is longer than the page is refused before it is written out', () => {
  // A run of 2^29 values takes gigabytes.
  const bytes = Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x04, 1);
  const runs =
    (count: number, end = bytes.length) =>
    () =>
      readRuns(bytes, { start: 0, end }, 1, count);
  expect(runs(3)).toThrow('broken: a run of 536870912, expected up to 3');
  expect(runs(3, 0)).toThrow('broken: 0 levels or indices, expected 3');
  expect(() => readRuns(Uint8Array.of(3, 0xff), { start: 0, end: 1 }, 8, 8)).toThrow(
    'its page does not hold',
  );
});

it('runs and groups of a Parquet page are what was written', () => {
  // Three times 5, then eight values of three bits, of which the last two are filled up.
  const bytes = Uint8Array.of(3 << 1, 5, 3, 0x88, 0xc6, 0x3a);
  const values = readRuns(bytes, { start: 0, end: bytes.length }, 3, 9);
  expect([...values]).toEqual([5, 5, 5, 0, 1, 2, 3, 4, 5]);
});
