import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseSource } from '../../../src/datasets/parse-source';
import { datasetName, datasetSource } from '../../../src/host/training/dataset-source';
import { imageFolders } from '../../../src/tools/datasets/image-folders';
import {
  asksForColumn,
  choicesSchema,
  columnChoices,
  dataChoices,
  DIGITS,
  labelChoices,
  latentChoices,
  sizeChoices,
  summary,
  trainArgumentsSchema,
  trainRequest,
} from '../../../src/host/training/train-choices';
import type { TrainChoices } from '../../../src/host/training/train-choices';
import type { PresetName } from '../../../src/runs/config';
import { t, useFolder } from '../support';

const folder = useFolder();
const OWN = { labelColumn: null, set: {}, seed: 0, engine: null, threads: null } as const;
const last = { data: '/w/photos', preset: 'fast', latent: 10, size: 32, labels: null, ...OWN } as const;

describe('choices', () => {
  it('offers the last choices first, then the digits, folders and browsing', () => {
    const folders = [
      { path: '/w/photos', shown: 'photos', images: 1234, more: false, kind: 'images', root: null },
    ] as const;
    const choices = dataChoices(last, folders, t);
    expect(choices.map((choice) => choice.value.kind)).toEqual([
      'again',
      'data',
      'data',
      'browse-folder',
      'browse-file',
    ]);
    expect(choices[0]!.description).toBe('photos · fast · 10 latent dimensions · 32 × 32');
    expect(choices[2]).toMatchObject({ label: 'photos', description: '1,234 images' });
    expect(dataChoices(null, [], t)[0]!.value).toEqual({ kind: 'data', data: 'digits' });
  });

  it('says of each folder what it holds, where, and whether that is too little', () => {
    const folder = { path: '/w/x', shown: 'x', images: 12, more: false, kind: 'images', root: null } as const;
    const said = (change: object) => dataChoices(null, [{ ...folder, ...change }], t)[1]!.description;
    expect(said({})).toBe('12 images');
    expect(said({ images: 70_000, kind: 'idx', root: 'data' })).toBe('70,000 images · IDX · in data');
    expect(said({ images: 1 })).toBe('1 image · too few: at least 10 are needed');
    // The pages of a stack are images.
    expect(said({ images: 1, more: true })).toBe('more than 1 images');
  });

  it('says what would be trained', () => {
    const digits = { data: 'digits', preset: 'aevb', latent: null, size: null, labels: null } as const;
    expect(summary({ ...digits, ...OWN }, t)).toBe('sample digits · aevb');
    expect(summary({ ...digits, ...OWN, set: { hidden: '64' }, seed: 3 }, t)).toBe(
      'sample digits · aevb · hidden=64 · seed 3',
    );
    expect(summary({ ...last, labels: '/w/tables/$(x).csv' }, t)).toBe(
      'photos · $ (x).csv · fast · 10 latent dimensions · 32 × 32',
    );
  });

  it('refuses what an older version or another extension left in the state', () => {
    expect(choicesSchema.safeParse(last).success).toBe(true);
    // Of before there were tables to choose.
    const { data, preset, latent, size } = last;
    const older = { data, preset, latent, size };
    expect(choicesSchema.parse(older)).toEqual(last);
    for (const bad of [
      undefined,
      {},
      { ...last, preset: 'x' },
      { ...last, latent: -1 },
      { ...last, extra: 1 },
    ])
      expect(choicesSchema.safeParse(bad).success).toBe(false);
  });

  it('offers tables with labels and none, those of these images as they were chosen before', () => {
    const found = { images: 1200, labels: [{ name: 'mood', classes: 3 }], isNamed: false };
    const tables = [
      { path: '/w/photos/a.csv', inside: true, ...found },
      { path: '/w/b.csv', inside: false, ...found, labels: [] },
    ];
    expect(labelChoices(tables, null, '/w/photos', t).slice(0, 2)).toMatchObject([
      { description: 'in the folder of the images · lines for 1,200 images', detail: 'columns: mood' },
      { description: 'beside the images · lines for 1,200 images', detail: 'no column that could be labels' },
    ]);
    const offered = (before: typeof last | null | TrainChoices, data = '/w/photos') =>
      labelChoices(tables, before, data, t).map(({ label }) => label);
    expect(offered(null)).toEqual(['a.csv', 'b.csv', 'No Table']);
    expect(offered(last)).toEqual(['No Table', 'a.csv', 'b.csv']);
    expect(offered({ ...last, labels: '/w/b.csv' })).toEqual(['b.csv', 'a.csv', 'No Table']);
    expect(offered(last, '/w/others')).toEqual(['a.csv', 'b.csv', 'No Table']);
  });

  it('asks for the column of the labels where it is open', () => {
    const columns = [
      { name: 'label', classes: 10 },
      { name: 'mood', classes: 3 },
    ];
    const table = { path: '/w/a.csv', inside: true, images: 9, labels: columns, isNamed: true };
    expect(
      columnChoices(table, t).map(({ label, description, value }) => [label, description, value]),
    ).toEqual([
      ['label', '10 classes', null],
      ['mood', '3 classes', 'mood'],
      ['Folder Names', 'the map has the columns of the table', ''],
    ]);
    expect(columnChoices({ ...table, isNamed: false }, t)[0]!.value).toBe('label');
    const asked = (labels: typeof columns, isNamed: boolean) => asksForColumn({ ...table, labels, isNamed });
    expect([asked(columns, true), asked(columns.slice(0, 1), true), asked(columns.slice(1), false)]).toEqual([
      true,
      false,
      true,
    ]);
    expect(asked([], false)).toBe(false);
  });

  it('offers 2 to 50 latent dimensions', () => {
    expect(
      latentChoices(t)
        .map(({ value }) => value)
        .sort((a, b) => a - b),
    ).toEqual([2, 10, 20, 50]);
  });
});

describe('presets', () => {
  it('are offered with the image sizes that they take', () => {
    const sides = (preset: PresetName) => sizeChoices(preset, t).map(({ value }) => value);
    expect(sides('fast')).toEqual([null, 28, 32, 64]);
    expect(sides('conv')).toEqual([null, 32, 64, 128]);
  });
});

describe('DIGITS', () => {
  it('is what the command line takes', async () => {
    expect(DIGITS).toEqual(await parseSource('digits', folder.path()));
  });
});

describe('trainRequest', () => {
  it('turns choices into settings; settings named outright win', () => {
    const given = { data: 'digits', latent: 3, size: 32, samples: 1000, set: { 'model.latent': '4' } };
    expect(trainRequest(DIGITS, trainArgumentsSchema.parse(given), 'never')).toEqual({
      source: DIGITS,
      preset: 'fast',
      seed: 0,
      set: { 'model.latent': '4', 'data.width': '32', 'data.height': '32', 'training.samples': '1000' },
    });
  });

  it('leaves open what was not chosen', () => {
    expect(trainRequest(DIGITS, { data: 'digits', preset: 'aevb', size: null }, 'never').set).toEqual({});
  });

  it('keeps small snapshots, or all, where that is wanted and not said otherwise', () => {
    expect(trainRequest(DIGITS, { data: 'digits' }, 'small').set).toEqual({ snapshots: 'auto' });
    expect(trainRequest(DIGITS, { data: 'digits' }, 'always').set).toEqual({ snapshots: 'true' });
    const given = { data: 'digits', set: { snapshots: 'false' } };
    expect(trainRequest(DIGITS, given, 'always').set).toEqual({ snapshots: 'false' });
  });
});

describe('datasetSource', () => {
  it('tells digits, image folders, IDX files and IDX folders apart', async () => {
    const root = folder.path();
    await mkdir(join(root, 'photos'));
    await mkdir(join(root, 'mnist'));
    const idx = join(root, 'mnist', 'train-images-idx3-ubyte.gz');
    await writeFile(idx, '');
    expect(await datasetSource('digits', root)).toEqual(DIGITS);
    expect(await datasetSource('digits:50', root)).toEqual({ ...DIGITS, count: 50 });
    const photos = { kind: 'folder', uri: pathToFileURL(join(root, 'photos')).href };
    expect(await datasetSource('photos', root)).toEqual(photos);
    expect(await datasetSource(photos.uri, undefined)).toEqual(photos);
    expect(await datasetSource(join(root, 'mnist'), undefined)).toMatchObject({ kind: 'idx' });
    const source = await datasetSource(idx, undefined);
    expect(source).toEqual({ kind: 'idx', uri: pathToFileURL(idx).href });
    expect(datasetName(source)).toBe('train-images');
    expect(datasetName(DIGITS)).toBe('digits');
  });

  it('says what is wrong with what is no dataset', async () => {
    await writeFile(join(folder.path(), 'a.png'), '');
    await expect(datasetSource('a.png', folder.path())).rejects.toThrow(
      /expected a folder of images or an IDX file/,
    );
    await expect(datasetSource('nowhere', folder.path())).rejects.toThrow(/there is no such folder or file/);
  });
});

describe('imageFolders', () => {
  it('counts images below, names each folder that is a choice, and ignores the rest', async () => {
    const root = folder.path();
    for (const path of ['set/cat', 'set/dog', 'only/deep', 'node_modules/x', '.vae/runs', 'empty'])
      await mkdir(join(root, path), { recursive: true });
    for (const path of [
      'set/cat/1.png',
      'set/cat/2.JPG',
      'set/dog/1.jpeg',
      'only/deep/1.png',
      'set/notes.txt',
    ])
      await writeFile(join(root, path), '');
    await writeFile(join(root, 'node_modules/x/1.png'), '');
    await writeFile(join(root, '.vae/runs/1.png'), '');
    await symlink(root, join(root, 'set/loop'));
    const found = await imageFolders(root);
    expect(found.map(({ shown, images }) => [shown, images])).toEqual([
      [root.split('/').pop(), 4],
      ['set', 3],
      ['set/cat', 2],
      ['only/deep', 1],
      ['set/dog', 1],
    ]);
  });

  it('knows folders of IDX files by the counts in their headers, compressed or not', async () => {
    const root = folder.path();
    const header = (count: number): Buffer => {
      const bytes = Buffer.alloc(16 + 100);
      [0x0803, count, 28, 28].forEach((value, i) => bytes.writeUInt32BE(value, 4 * i));
      return bytes;
    };
    await mkdir(join(root, 'sets/mnist/raw'), { recursive: true });
    const raw = join(root, 'sets/mnist/raw');
    await writeFile(join(raw, 'train-images-idx3-ubyte'), header(60_000));
    await writeFile(join(raw, 'train-images-idx3-ubyte.gz'), gzipSync(header(60_000)));
    await writeFile(join(raw, 't10k-images-idx3-ubyte.gz'), gzipSync(header(10_000)));
    await writeFile(join(raw, 'train-labels-idx1-ubyte'), '');
    for (const name of ['damaged', 'empty']) await mkdir(join(root, name));
    await writeFile(join(root, 'damaged/images-idx3-ubyte.gz'), 'no gzip');
    await writeFile(join(root, 'empty/images-idx3-ubyte'), '');
    expect(await imageFolders(root)).toEqual([
      { path: raw, shown: 'sets/mnist/raw', kind: 'idx', images: 70_000, more: false },
    ]);
  });

  it('is empty for a folder that cannot be read', async () => {
    expect(await imageFolders(join(folder.path(), 'none'))).toEqual([]);
  });
});
