import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseSource } from '../../../src/datasets/parse-source';
import { datasetName, datasetSource } from '../../../src/host/training/dataset-source';
import { imageFolders } from '../../../src/host/training/image-folders';
import {
  choicesSchema,
  dataChoices,
  DIGITS,
  labelChoices,
  latentChoices,
  presetChoices,
  sizeChoices,
  summary,
  trainArgumentsSchema,
  trainRequest,
} from '../../../src/host/training/train-choices';
import type { TrainChoices } from '../../../src/host/training/train-choices';
import { PRESET_NAMES } from '../../../src/runs/config';
import type { PresetName } from '../../../src/runs/config';
import { t, useFolder } from '../support';

const folder = useFolder();
const last = { data: '/w/photos', preset: 'fast', latent: 10, size: 32, labels: null } as const;

describe('choices', () => {
  it('offers the last choices first, then the digits, folders and browsing', () => {
    const folders = [{ path: '/w/photos', shown: 'photos', images: 3, more: false }];
    const choices = dataChoices(last, folders, t);
    expect(choices.map((choice) => choice.value.kind)).toEqual([
      'again',
      'data',
      'data',
      'browse-folder',
      'browse-file',
    ]);
    expect(choices[0]!.description).toBe('photos · fast · 10 latent dimensions · 32 × 32');
    expect(choices[2]).toMatchObject({ label: 'photos', description: '3 images' });
    expect(dataChoices(null, [], t)[0]!.value).toEqual({ kind: 'data', data: 'digits' });
  });

  it('says what would be trained', () => {
    expect(summary({ data: 'digits', preset: 'aevb', latent: null, size: null, labels: null }, t)).toBe(
      'sample digits · aevb',
    );
    expect(summary({ ...last, labels: '/w/tables/$(x).csv' }, t)).toBe(
      'photos · $ (x).csv · fast · 10 latent dimensions · 32 × 32',
    );
  });

  it('refuses what an older version or another extension left in the state', () => {
    expect(choicesSchema.safeParse(last).success).toBe(true);
    // Of before there were tables to choose.
    const { labels, ...older } = last;
    expect(choicesSchema.parse(older).labels).toBe(labels);
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
    const tables = [
      { path: '/w/photos/a.csv', inside: true },
      { path: '/w/b.csv', inside: false },
    ];
    const offered = (before: typeof last | null | TrainChoices, data = '/w/photos') =>
      labelChoices(tables, before, data, t).map(({ label }) => label);
    expect(offered(null)).toEqual(['a.csv', 'b.csv', 'No Table']);
    expect(offered(last)).toEqual(['No Table', 'a.csv', 'b.csv']);
    expect(offered({ ...last, labels: '/w/b.csv' })).toEqual(['b.csv', 'a.csv', 'No Table']);
    expect(offered(last, '/w/others')).toEqual(['a.csv', 'b.csv', 'No Table']);
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
  it('are all offered, the quick one first', () => {
    const offered = presetChoices(t).map(({ value }) => value);
    expect(offered[0]).toBe('fast');
    expect([...offered].sort()).toEqual([...PRESET_NAMES].sort());
  });

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

  it('is empty for a folder that cannot be read', async () => {
    expect(await imageFolders(join(folder.path(), 'none'))).toEqual([]);
  });
});
