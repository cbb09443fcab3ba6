import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { MetricRow } from '../../src/domain/metrics';
import { cautionsOf, compareRuns, thinnedRows } from '../../src/runs/comparison';
import { settingRows } from '../../src/runs/setting-rows';
import { writeConfig } from '../../src/runs/store';
import { config, useFolder } from '../host/support';

const folder = useFolder();
const base = config();
const other = config({
  name: 'other',
  createdAt: '2026-05-05T00:00:00.000Z',
  model: { ...base.model, latent: 2, encoderHidden: [300, 200] },
  training: { ...base.training, optimizer: { name: 'adagrad', learningRate: 0.02, epsilon: 1e-8 } },
});

describe('settings', () => {
  test('are named as in config.json, with what differs and what only one run has', () => {
    const rows = settingRows([base, other]);
    expect(rows.filter(({ differs }) => differs).map(({ name, values }) => [name, ...values])).toEqual([
      ['model.encoderHidden', '[500]', '[300,200]'],
      ['model.latent', '20', '2'],
      ['training.optimizer.name', 'sgd', 'adagrad'],
      ['training.optimizer.learningRate', '0.1', '0.02'],
      ['training.optimizer.epsilon', null, '1e-8'],
    ]);
    expect(rows.find(({ name }) => name === 'data.fingerprint')!.differs).toBe(false);
    expect(rows.map(({ name }) => name)).not.toContain('name');
    expect(rows.map(({ name }) => name)).not.toContain('createdAt');
    expect(rows.find(({ name }) => name === 'data.name')!.values).toEqual(['digits', 'digits']);
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  });

  test('of a run and itself do not differ', () => {
    expect(settingRows([base, base]).some(({ differs }) => differs)).toBe(false);
  });
});

describe('bounds cannot be compared', () => {
  const data = (change: Partial<typeof base.data>) => config({ data: { ...base.data, ...change } });
  test.each([
    [base, []],
    [other, []],
    [
      config({ model: { ...base.model, likelihood: 'gaussian' } }),
      [/likelihoods differ \(bernoulli, gaussian\)/],
    ],
    [data({ binarisation: 'fixed' }), [/binarisation of the images differs \(none, fixed\)/]],
    [
      data({ fingerprint: '1'.repeat(64), name: 'faces' }),
      [/different images \(digits, 1000.*; faces, 1000/],
    ],
    [data({ split: { ...base.data.split, seed: 9 } }), [/validation images.*split differently/]],
    // Only the training images are fewer.
    [data({ split: { ...base.data.split, trainLimit: 100 } }), []],
    [data({ binarisation: 'fixed', fingerprint: '2'.repeat(64) }), [/binarisation/, /different images\.$/]],
  ])('%#', (second, expected) => {
    const found = cautionsOf([base, second]);
    expect(found).toHaveLength(expected.length);
    found.forEach((caution, i) => expect(caution).toMatch(expected[i]!));
  });
});

test('figures come from the folders: the newest rows, the best validation, the label', async () => {
  const row = (type: 'train' | 'validation', step: number, elbo: number): object => ({
    ...{ type, step, samples: step * 10, seconds: step / 100, elbo, reconstruction: elbo + 20, kl: 20 },
    ...(type === 'validation' ? { epoch: step, klPerDimension: [20] } : {}),
  });
  const lines = [
    row('train', 10, -150),
    row('validation', 10, -140),
    row('train', 20, -130),
    row('validation', 20, -145),
  ];
  const folders = [join(folder.path(), 'a'), join(folder.path(), 'b')];
  for (const each of folders) await mkdir(each);
  await writeConfig(folders[0]!, base);
  await writeConfig(folders[1]!, other);
  await writeFile(
    join(folders[0]!, 'metrics.jsonl'),
    lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  );
  const { runs, cautions, settings } = await compareRuns(folders);
  expect(runs[0]).toEqual({
    ...{
      folder: folders[0],
      name: 'a',
      preset: 'fast',
      dataset: 'digits',
      latent: 20,
      outcome: 'interrupted',
    },
    ...{ step: 20, samples: 200, seconds: 0.2 },
    train: { elbo: -130, reconstruction: -110, kl: 20 },
    validation: { elbo: -145, reconstruction: -125, kl: 20 },
    best: { step: 10, elbo: -140 },
    label: 'grey values under Bernoulli: not a log-likelihood',
  });
  expect(runs[1]).toMatchObject({ name: 'b', latent: 2, step: 0, train: null, validation: null, best: null });
  expect(cautions).toEqual([]);
  expect(settings.filter(({ differs }) => differs)).toHaveLength(5);
  await expect(compareRuns([folder.path()])).rejects.toThrow('is not a run folder');
});

test('thinned rows keep the ends of both curves and evenly few on a logarithmic axis', () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => {
    const step = 10 * (i + 1);
    return { type: i % 50 === 49 ? 'validation' : 'train', step, samples: step * 100 } as MetricRow;
  });
  const thin = thinnedRows(rows);
  expect(thin.length).toBeLessThan(2600);
  expect(thin[0]).toBe(rows[0]);
  expect(thin.findLast(({ type }) => type === 'train')).toBe(rows.findLast(({ type }) => type === 'train'));
  expect(thin.at(-1)).toBe(rows.at(-1));
  const few = rows.slice(0, 30);
  expect(thinnedRows(few)).toEqual(few);
});
