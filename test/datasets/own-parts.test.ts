/** Splits that people made, in datasets of every kind that has files or names. */
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { Dataset, DatasetSource } from '../../src/datasets/dataset';
import { loadDataset, parseSource } from '../../src/datasets/load';
import { splitDataset } from '../../src/datasets/split';
import { npy, ramp } from './array-fixtures';
import { greyPng, temporaryFolder, writeFiles } from './fixtures';

/** Ids of each part. */
function partsOf(dataset: Dataset) {
  const { train, validation, test } = dataset.split!;
  const ids = (rows: Uint32Array) => Array.from(rows, (row) => dataset.id(row));
  return { train: ids(train), validation: ids(validation), test: ids(test) };
}
const labelsOf = ({ labels }: Dataset) =>
  labels && [...labels.values].map((value) => labels.names[value] ?? null);
const notesOn = ({ notes }: Dataset, subject: string) =>
  notes.filter((note) => note.subject === subject).map(({ level, text }) => `${level}: ${text}`);

const PATHS = [
  ...['test/cat/1.png', 'test/dog/2.png'],
  ...Array.from({ length: 6 }, (_, i) => `train/cat/${i}.png`),
  ...Array.from({ length: 6 }, (_, i) => `train/dog/${i}.png`),
];
const files = (paths: readonly string[]) =>
  Object.fromEntries(paths.map((path, i) => [path, greyPng(8, 10 + i)]));

async function folderOf(paths: readonly string[]): Promise<DatasetSource> {
  const folder = await temporaryFolder();
  await writeFiles(folder, files(paths));
  return parseSource(folder, '/');
}
async function zipFile(entries: Record<string, Uint8Array>): Promise<DatasetSource> {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'a.zip': zipSync(entries) });
  return parseSource(join(folder, 'a.zip'), '/');
}

describe.each([
  ['a folder', folderOf, ''],
  ['an archive', (paths: readonly string[]) => zipFile(files(paths)), 'a.zip#'],
] as const)('%s', (_, make, prefix) => {
  it('is split by its folders, and labelled by those below', async () => {
    const dataset = await loadDataset(await make(PATHS));
    const parts = partsOf(dataset);
    expect(parts.test).toEqual(['test/cat/1.png', 'test/dog/2.png'].map((path) => prefix + path));
    // Of both classes.
    expect(parts.validation).toEqual(['train/cat/5.png', 'train/dog/5.png'].map((path) => prefix + path));
    expect(parts.train).toHaveLength(10);
    expect(labelsOf(dataset)).toEqual(PATHS.map((path) => path.split('/')[1]));
    expect(notesOn(dataset, 'split')).toEqual([
      'info: the split is that of the folders test, train: 10 images for training, 2 for validation, 2 for testing; there is no part for validation, so this is every sixth training image',
    ]);
  });

  it('of a run by the rules 1 is split and labelled as it was', async () => {
    const source = { ...(await make(PATHS)), rules: 1 } as DatasetSource;
    const dataset = await loadDataset(source);
    expect(dataset.split).toBeUndefined();
    expect(labelsOf(dataset)).toEqual(PATHS.map((path) => path.split('/')[0]));
    expect(dataset.fingerprint).toBe(
      (await loadDataset({ ...source, rules: 2 } as DatasetSource)).fingerprint,
    );
  });

  it('with only images for training among those chosen is not split, and labelled by the folders below', async () => {
    const source = await make([...PATHS.slice(2, 12), 'val/x.png']);
    const chosen = { ...source, exclude: ['val/**'] } as DatasetSource;
    const dataset = await loadDataset(chosen);
    expect([dataset.split, notesOn(dataset, 'split')]).toEqual([undefined, []]);
    expect(labelsOf(dataset)).toEqual([
      ...new Array<string>(6).fill('cat'),
      ...new Array<string>(4).fill('dog'),
    ]);
  });

  it('takes what is outside of all parts for training, and says so', async () => {
    const dataset = await loadDataset(
      await make(['set/train/a.png', 'set/train/b.png', 'set/val/c.png', 'set/test/d.png', 'set/e.png']),
    );
    const paths = (...names: string[]) => names.map((name) => `${prefix}set/${name}`);
    expect(partsOf(dataset)).toEqual({
      train: paths('e.png', 'train/a.png', 'train/b.png'),
      validation: paths('val/c.png'),
      test: paths('test/d.png'),
    });
    expect(dataset.labels).toBeUndefined();
    expect(notesOn(dataset, 'split')[1]).toBe(
      'warning: 1 image is in none of the folders that make the split, and used for training: set/e.png',
    );
  });

  it('with images and without a class has no label of the folder that all are in', async () => {
    const dataset = await loadDataset(
      await make(['train/images/a.png', 'train/images/b.png', 'valid/images/c.png', 'test/images/d.png']),
    );
    expect(dataset.labels).toBeUndefined();
    expect(splitDataset(dataset, { validation: 0.1, test: 0.1, seed: 0 })).toBe(dataset.split);
  });
});

it('a broken part does not make a split of the images for training', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, { ...files(PATHS.slice(2)), 'test/x.png': '' });
  const dataset = await loadDataset(await parseSource(folder, '/'));
  expect(dataset.split).toBeUndefined();
  expect(notesOn(dataset, 'split')).toEqual([
    'warning: the folders test, train look like a split, but the images in them that can be used are not of two parts: the split is drawn at random',
  ]);
});

describe('an archive of arrays', () => {
  const images = (count: number, from = 1) =>
    npy(new Uint8Array(count * 16).fill(from), { descr: '|u1', shape: [count, 4, 4] });

  it.each([
    [['x_train', 'X_val', 'x_test']],
    [['train_images', 'validation_images', 'test_images']],
    [['XTrain', 'XDev', 'XTest']],
    [['trainX', 'validX', 'testX']],
    [['xtrain', 'xval', 'xtest']],
    [['train/images', 'eval/images', 'dev/images']],
    [['images-training', 'images-testing', 'images-valid']],
    [['train', 'validation', 'test']],
    [['pixel_values_train', 'pixel_values_validation', 'pixel_values_test']],
  ])('is split by the names %j', async (names) => {
    const entries = names.map((name, i) => [`${name}.npy`, images(3 - i, i)] as const);
    const dataset = await loadDataset(await zipFile(Object.fromEntries(entries)));
    expect(dataset.count).toBe(6);
    const { train, validation, test } = partsOf(dataset);
    expect(train).toEqual([0, 1, 2].map((i) => `a.zip#${names[0]}#${i}`));
    expect([...validation, ...test].sort()).toEqual(
      [`a.zip#${names[1]}#0`, `a.zip#${names[1]}#1`, `a.zip#${names[2]}#0`].sort(),
    );
    expect(notesOn(dataset, 'split')[0]).toMatch(
      /^info: the split is that of the arrays .*: 3 images for training/,
    );
  });

  it('with images besides those for testing has these for training; arrays that are not read are named', async () => {
    const dataset = await loadDataset(
      await zipFile({
        'x.npy': images(7),
        'x_test.npy': images(2),
        'masks.npy': images(7),
        'y.npy': ramp(3),
      }),
    );
    expect(partsOf(dataset).test).toEqual(['a.zip#x_test#0', 'a.zip#x_test#1']);
    expect(dataset.count).toBe(9);
    expect(notesOn(dataset, 'content')).toEqual([
      "info: 1 of the archive's arrays not read: masks; the images are those of x, x_test",
    ]);
  });

  it('by the rules 1 is read as it was', async () => {
    const source = await zipFile({ 'x.npy': images(7), 'x_dev.npy': images(2), 'x_test.npy': images(3) });
    const first = await loadDataset({ ...source, rules: 1 } as DatasetSource);
    expect([first.count, first.id(0), first.split]).toEqual([3, 'a.zip#x_test#0', undefined]);
    const val = await zipFile({ 'x_train.npy': images(12), 'x_val.npy': images(2) });
    const parts = async (rules: 1 | 2) => {
      const { split } = await loadDataset({ ...val, rules } as DatasetSource);
      return [...split!.test];
    };
    expect(await parts(1)).toEqual([10, 11]);
    expect(await parts(2)).toEqual([13]);
  });
});

describe('Parquet files', () => {
  const PYARROW = join(__dirname, '../fixtures/parquet/digits.parquet');
  const COUNT = 5;
  async function parquet(...paths: string[]): Promise<DatasetSource> {
    const folder = await temporaryFolder();
    for (const path of paths) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await copyFile(PYARROW, join(folder, path));
    }
    return { kind: 'parquet', uri: pathToFileURL(folder).href };
  }
  const rolesIn = async (...paths: string[]) => {
    const dataset = await loadDataset(await parquet(...paths));
    const parts = dataset.split && partsOf(dataset);
    const filesOf = (ids: readonly string[]) => [...new Set(ids.map((id) => id.split('#')[0]!))];
    return parts && [filesOf(parts.train), filesOf(parts.validation), filesOf(parts.test)];
  };

  it('are split by their names, and by those of their folders', async () => {
    expect(await rolesIn('data/train-0.parquet', 'data/dev-0.parquet', 'data/test-0.parquet')).toEqual([
      ['train-0.parquet'],
      ['dev-0.parquet'],
      ['test-0.parquet'],
    ]);
    expect(
      await rolesIn('mnist/train/0000.parquet', 'mnist/validation/0000.parquet', 'mnist/test/0000.parquet'),
    ).toEqual([['mnist/train/0000.parquet'], ['mnist/validation/0000.parquet'], ['mnist/test/0000.parquet']]);
    expect(await rolesIn('digits_training.parquet', 'digits_eval.parquet')).toEqual([
      ['digits_training.parquet'],
      ['digits_training.parquet'],
      ['digits_eval.parquet'],
    ]);
    expect(await rolesIn('a.parquet', 'test.parquet')).toBeUndefined();
    expect(await rolesIn('latest-train.parquet', 'contest.parquet')).toBeUndefined();
  });

  it('by the rules 1 are those that they were', async () => {
    const source = await parquet('a.parquet', 'data/train-0.parquet', 'b/test/0.parquet', '.cache/c.parquet');
    const ids = async (rules: 1 | 2) => {
      const dataset = await loadDataset({ ...source, rules } as DatasetSource);
      return Array.from({ length: dataset.count / COUNT }, (_, i) => dataset.id(i * COUNT));
    };
    expect(await ids(1)).toEqual(['a.parquet#0']);
    expect(await ids(2)).toEqual(['data/train-0.parquet#0', 'b/test/0.parquet#0', 'a.parquet#0']);
  });

  it('that are missing are counted, and several configurations named', async () => {
    const hash = '-a09b74b3ef9c3b56';
    const dataset = await loadDataset(
      await parquet(
        `small/train-00001-of-00003${hash}.parquet`,
        'small/test-00000-of-00001.parquet',
        'large/train-00000-of-99999.parquet',
      ),
    );
    expect(notesOn(dataset, 'content')).toEqual([
      'warning: 99998 of 99999 Parquet files large/train missing: numbers 00001, 00002, 00003 and 99,995 more; the images are those of the others',
      'warning: 2 of 3 Parquet files small/train missing: numbers 00000, 00002; the images are those of the others',
      'warning: Parquet files of 2 folders are read as one dataset: large, small; if these are variants of the same images, name one of them',
    ]);
    const whole = await loadDataset(
      await parquet('train-00000-of-00002.parquet', 'train-00001-of-00002.parquet'),
    );
    expect(notesOn(whole, 'content')).toEqual([]);
  });
});
