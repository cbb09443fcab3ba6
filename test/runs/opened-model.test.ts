import { mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ModelUse } from '../../src/engine/onnx/opened/use';
import { compareRuns } from '../../src/runs/comparison';
import { openedConfigSchema, runConfigSchema } from '../../src/runs/config';
import { readOpenedModel, removeUnopenedRun, writeOpenedModel } from '../../src/runs/opened-model';
import { readConfig, readRun, writeConfig } from '../../src/runs/store';
import { useFolder } from '../host/support';
import { EARLY_CONFIG } from '../support/run-config';

const folder = useFolder();

const USE: ModelUse = {
  ...{ width: 8, height: 8, channels: 1 },
  encoder: {
    ...{
      input: 'x',
      element: 'float32',
      layout: 'nchw',
      scale: 'unit',
      batch: null,
      mean: 'mean',
      spread: null,
    },
  },
  decoder: { input: 'z', point: [2, 2, 2], output: 'y', layout: 'nchw', scale: 'unit', batch: null },
};
const FILES = { encoder: Uint8Array.of(1, 2, 3), decoder: Uint8Array.of(4), use: USE };

function config() {
  const { version, name, createdAt, data, engine, versions } = runConfigSchema.parse(EARLY_CONFIG);
  return openedConfigSchema.parse({
    ...{ version, name, createdAt, engine, versions, opened: { latent: 8 } },
    data: { ...data, width: 8, height: 8, channels: 1 },
  });
}

describe('the folder of a model that was trained elsewhere', () => {
  test('is read as a run that is finished, and its config.json has nothing of a training', async () => {
    await writeConfig(folder.path(), config());
    const stored = JSON.parse(await readFile(join(folder.path(), 'config.json'), 'utf8')) as object;
    expect(Object.keys(stored)).toEqual([
      'version',
      'name',
      'createdAt',
      'data',
      'opened',
      'engine',
      'versions',
    ]);
    expect(await readConfig(folder.path())).toEqual(config());
    expect(await readRun(folder.path())).toMatchObject({
      outcome: 'finished',
      checkpoints: [0],
      message: '',
    });
    const { settings, runs } = await compareRuns([folder.path()]);
    expect(settings.map(({ name }) => name)).not.toContain('training.samples');
    expect(runs[0]!.label).toContain('no bound');
  });

  test('gives back the files that were written', async () => {
    await writeOpenedModel(folder.path(), FILES, { encoder: 'a.onnx', decoder: 'b.onnx' });
    const read = await readOpenedModel(folder.path());
    expect(read.use).toMatchObject(USE);
    expect([...read.encoder]).toEqual([1, 2, 3]);
    await writeFile(join(folder.path(), 'decoder.onnx'), 'x');
    await expect(readOpenedModel(folder.path())).rejects.toThrow('is not the file that was opened');
  });

  test.skipIf(process.platform === 'win32')('is not read through links', async () => {
    await writeOpenedModel(folder.path(), FILES, { encoder: 'a.onnx', decoder: 'b.onnx' });
    await mkdir(join(folder.path(), 'other'));
    for (const name of ['model.json', 'decoder.onnx'])
      await symlink(join(folder.path(), name), join(folder.path(), 'other', name));
    await expect(readOpenedModel(join(folder.path(), 'other'))).rejects.toThrow('is a link');
  });

  test.each([
    ['sizes beyond all latent spaces', { decoder: { ...USE.decoder, point: [4096, 4096] } }, 'at most 4096'],
    ['a scale that there is not', { decoder: { ...USE.decoder, scale: 'x' } }, 'scale'],
    ['more than there is', { code: 'process.exit()' }, 'code'],
  ])('with %s in model.json is refused', async (_, change, why) => {
    await writeOpenedModel(
      folder.path(),
      { ...FILES, use: { ...USE, ...change } as ModelUse },
      { encoder: '', decoder: '' },
    );
    const path = join(folder.path(), 'model.json');
    const value = JSON.parse(await readFile(path, 'utf8')) as object;
    await writeFile(path, JSON.stringify({ ...value, ...('code' in change ? change : {}) }));
    await expect(readOpenedModel(folder.path())).rejects.toThrow(why);
  });

  test('keeps how one output holds the mean and the spread', async () => {
    const spread = { output: 'mean', kind: 'log-variance', block: 8 } as const;
    const use = { ...USE, encoder: { ...USE.encoder, spread } };
    await writeOpenedModel(folder.path(), { ...FILES, use }, { encoder: 'a.onnx', decoder: 'b.onnx' });
    expect((await readOpenedModel(folder.path())).use).toMatchObject(use);
    for (const wrong of [{ block: 3 }, { output: 'other' }]) {
      const other = { ...use, encoder: { ...use.encoder, spread: { ...spread, ...wrong } } };
      await writeOpenedModel(folder.path(), { ...FILES, use: other }, { encoder: 'a', decoder: 'b' });
      await expect(readOpenedModel(folder.path())).rejects.toThrow('Expected blocks that make up a point');
    }
  });

  test('is removed when it was not finished, unless something else is in it', async () => {
    const inner = join(folder.path(), 'inner');
    await mkdir(inner);
    await writeOpenedModel(inner, FILES, { encoder: '', decoder: '' });
    await writeFile(join(inner, 'mine.txt'), '');
    await removeUnopenedRun(inner);
    expect((await readOpenedModel(inner)).use.width).toBe(8);
    await rm(join(inner, 'mine.txt'));
    await removeUnopenedRun(inner);
    expect(await readdir(folder.path())).not.toContain('inner');
  });
});
