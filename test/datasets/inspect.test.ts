import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { formatReport } from '../../src/cli/report';
import { inspectDataset } from '../../src/datasets/inspect';
import { loadDataset, parseSource } from '../../src/datasets/load';
import { npy, ramp } from './array-fixtures';
import { greyPng, picture, temporaryFolder, writeFiles } from './fixtures';

const inspect = async (path: string, cwd: string) => inspectDataset(await parseSource(path, cwd));

it('tells what is in a folder of images, and of them what a run uses', async () => {
  const folder = await temporaryFolder();
  const greys = Array.from({ length: 10 }, (_, i) => [`cats/${i}.png`, greyPng(40, i)] as const);
  await writeFiles(folder, {
    ...Object.fromEntries(greys),
    'dogs/a.png': picture({ width: 80, height: 20, channels: 3 }, (_x, _y, channel) => 90 * channel),
    'dogs/broken\u202e.png': '',
    'b.png': greyPng(40, 99),
  });
  const inspection = await inspect('.', folder);
  const dataset = await loadDataset(inspection.source);
  expect(inspection).toMatchObject({
    count: 12,
    shape: { width: 40, height: 40, channels: 3 },
    originals: {
      sizes: [
        { width: 40, height: 40, count: 11 },
        { width: 80, height: 20, count: 1 },
      ],
      looked: 12,
      coloured: 1,
    },
    labels: [
      { name: 'cats', count: 10 },
      { name: 'dogs', count: 1 },
    ],
    unlabelled: 1,
    split: { train: 10, validation: 1, test: 1, own: false },
    skipped: [{ path: 'dogs/broken\u202e.png', reason: 'empty file: 0 bytes' }],
    fingerprint: dataset.fingerprint,
  });
  const text = formatReport(inspection.lines).join('\n');
  expect(text).toContain('images       12 used, 1 skipped');
  expect(text).toContain(
    'widths 40 to 80, heights 20 to 40, most often 40 × 40 (11); 1 of 12 inspected have colour',
  );
  expect(text).toContain('in a run     40 × 40, colour');
  expect(text).toContain('10 training, 1 validation, 1 test (drawn at random)');
  expect(text).toContain('labels       2 classes (cats 10, dogs 1); 1 image without one');
  expect(text).toContain('skipped      1: empty file: 0 bytes (dogs/broken\\u{202e}.png)');
});

it('tells the kinds of files apart by their content, whatever their names', async () => {
  const folder = await temporaryFolder();
  const array = npy(ramp(12 * 16), { descr: '|u1', shape: [12, 4, 4] });
  await writeFiles(folder, {
    a: array,
    b: zipSync({ 'x_train.npy': array, 'x_test.npy': array }),
    'c.gz': zipSync({ 'a.png': greyPng(8, 1), 'b.png': greyPng(8, 2), 'c.txt': strToU8('c') }),
    'd.zip': 'no archive',
  });
  const four = { sizes: [{ width: 4, height: 4, count: 12 }], looked: 12, coloured: 0 };
  expect(await inspect('a', folder)).toMatchObject({ source: { kind: 'npy' }, count: 12, originals: four });
  const parts = await inspect('b', folder);
  expect(parts).toMatchObject({
    source: { kind: 'zip' },
    split: { train: 10, validation: 2, test: 12, own: true },
  });
  const few = await inspect(join(folder, 'c.gz'), '/');
  expect(few).toMatchObject({ source: { kind: 'zip' }, count: 2, labels: null, unlabelled: 2 });
  expect(few.split).toMatch(/got 2 images, expected at least 10 to train on/);
  expect(formatReport(few.lines).join('\n')).toContain('split        none: c.gz: got 2 images');
  await expect(inspect('d.zip', folder)).rejects.toThrow(
    /d.zip: neither a folder nor a file of a known kind/,
  );
});

it('tells a built-in dataset, too', async () => {
  const inspection = await inspect('digits:20', '/');
  expect(inspection.originals.sizes).toEqual([{ width: 28, height: 28, count: 20 }]);
  expect(inspection.labels!.reduce((sum, { count }) => sum + count, 0)).toBe(20);
});
