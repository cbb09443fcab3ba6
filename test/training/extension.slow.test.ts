/** A run that goes on to more samples, compared with one that had them from the start. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runJob } from '../../src/engine-process/jobs/train-job';
import type { JobResult } from '../../src/engine-process/jobs/train-job';
import type { TrainRequest } from '../../src/runs/config';
import { readMetrics } from '../../src/runs/metrics';
import type { ResumeChanges } from '../../src/runs/resume-changes';
import { readConfig, readRun } from '../../src/runs/store';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vae-extension-'));
  process.env['XDG_STATE_HOME'] = join(root, 'state');
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Minibatches of 20; a row each 10 steps and a validation each 50. */
const SET = {
  ...{ width: '8', height: '8', hidden: '16', latent: '3', minibatch: '20', patience: '0' },
  ...{ checkpointEvery: '50', snapshots: 'true' },
};
const request = (set: Readonly<Record<string, string>>): TrainRequest => ({
  source: { kind: 'digits', count: 300, seed: 2 },
  preset: 'fast',
  seed: 11,
  set: { ...SET, ...set },
});

const newFolder = (): Promise<string> => mkdtemp(join(root, 'run-'));

/** @param stopAt the step after which it is stopped */
async function train(
  runFolder: string,
  of: { readonly request: TrainRequest } | ResumeChanges,
  stopAt = Infinity,
): Promise<JobResult> {
  const stop = new AbortController();
  const observer = {
    onRow: ({ step }: { readonly step: number }) => void (step >= stopAt && stop.abort()),
    onStatus: () => undefined,
  };
  const job = { runFolder, request: null, engine: 'onnx', threads: 1, ...of } as const;
  return runJob(job, observer, stop.signal);
}

async function trained(set: Readonly<Record<string, string>>, ...totals: number[]): Promise<string> {
  const folder = await newFolder();
  const [first, ...later] = totals;
  await train(folder, { request: request({ ...set, samples: String(first) }) });
  for (const samples of later) await train(folder, { samples });
  return folder;
}

const digest = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

/** What the files of a folder in a run are, by name. */
async function filesOf(
  runFolder: string,
  name: 'checkpoints' | 'snapshots',
): Promise<Record<string, string>> {
  const names = await readdir(join(runFolder, name));
  const entries = names.map(async (file) => [file, await digest(join(runFolder, name, file))] as const);
  return Object.fromEntries(await Promise.all(entries));
}

const rowsOf = async (runFolder: string): Promise<object[]> =>
  (await readMetrics(runFolder)).map((row) => ({ ...row, seconds: 0 }));

describe('with a constant step size, at a step at which a validation was due anyway', () => {
  test('it equals the run that had all samples from the start: weights, slots, curve, snapshots', async () => {
    const whole = await trained({}, 8000);
    const longer = await trained({}, 4000, 8000);
    expect(await filesOf(longer, 'checkpoints')).toEqual(await filesOf(whole, 'checkpoints'));
    expect(await rowsOf(longer)).toEqual(await rowsOf(whole));
    const snapshots = await filesOf(longer, 'snapshots');
    // The end of the shorter run has one, too.
    expect(snapshots).toHaveProperty('200.safetensors');
    delete snapshots['200.safetensors'];
    expect(snapshots).toEqual(await filesOf(whole, 'snapshots'));
    const [one, other] = [await readConfig(longer), await readConfig(whole)];
    const { extensions, ...training } = one.training;
    expect(extensions).toEqual([{ step: 200, samples: 4000 }]);
    expect({ ...one, training, name: '', createdAt: '' }).toEqual({ ...other, name: '', createdAt: '' });
    expect(await readRun(longer)).toMatchObject({
      outcome: 'finished',
      message: 'all 8,000 samples are done',
    });
  });

  test('stopped and resumed on the way, it ends with the same bytes; a resume needs no number', async () => {
    const longer = await trained({}, 4000, 8000);
    const stopped = await trained({}, 4000);
    expect(await train(stopped, { samples: 8000 }, 260)).toMatchObject({ state: 'stopped' });
    expect(await train(stopped, {})).toMatchObject({ state: 'finished', step: 400 });
    expect(await rowsOf(stopped)).toEqual(await rowsOf(longer));
    const last = '400.safetensors';
    const [a, b] = [await filesOf(stopped, 'checkpoints'), await filesOf(longer, 'checkpoints')];
    expect(a[last]).toBe(b[last]);
  });
});

test('in the middle of a row, the curve has a row and a validation more; the weights are the same', async () => {
  const whole = await trained({}, 8000);
  const longer = await trained({}, 4060, 8000);
  const [a, b] = [await filesOf(longer, 'snapshots'), await filesOf(whole, 'snapshots')];
  expect(a['400.safetensors']).toBe(b['400.safetensors']);
  const steps = async (folder: string) =>
    (await readMetrics(folder)).map(({ type, step }) => `${type} ${step}`);
  expect(await steps(longer)).toEqual(
    (await steps(whole)).flatMap((row) =>
      row === 'train 210' ? ['train 203', 'validation 203', row] : [row],
    ),
  );
});

test('a step size that spans the samples follows the new number, and a repeat gives the same bytes', async () => {
  const cosine = { schedule: 'cosine' };
  const [longer, again, whole] = [
    await trained(cosine, 4000, 8000),
    await trained(cosine, 4000, 8000),
    await trained(cosine, 8000),
  ];
  expect(await filesOf(longer, 'checkpoints')).toEqual(await filesOf(again, 'checkpoints'));
  expect((await filesOf(longer, 'snapshots'))['400.safetensors']).not.toBe(
    (await filesOf(whole, 'snapshots'))['400.safetensors'],
  );
  // At the end of the shorter run the step size was nearly 0.
  const bounds = (await readMetrics(longer)).filter(({ type }) => type === 'validation');
  const at = (step: number): number => bounds.find((row) => row.step === step)!.elbo;
  expect(at(400) - at(200)).toBeGreaterThan(1);
});

test('a bound that has settled is given its patience again', async () => {
  // Weights that do not move: the first validation is the best one.
  const settled = { patience: '2', optimizer: 'sgd', learningRate: '1e-12' };
  const folder = await newFolder();
  const end = await train(folder, { request: request({ ...settled, samples: '20000' }) });
  expect(end).toMatchObject({ state: 'finished', step: 150 });
  expect(await train(folder, { samples: 20_000 })).toMatchObject({ state: 'finished', step: 250 });
  expect((await readConfig(folder)).training.extensions).toEqual([{ step: 150, samples: 20_000 }]);
});

test('fewer samples than were done are refused, and the run stays as it was', async () => {
  const folder = await trained({}, 4000);
  const files = ['config.json', 'metrics.jsonl'].map((name) => join(folder, name));
  const before = await Promise.all(files.map(digest));
  await expect(train(folder, { samples: 4000 })).rejects.toThrow(
    'samples: got 4000, expected a whole number above the 4000 that the run has done',
  );
  expect(await Promise.all(files.map(digest))).toEqual(before);
  expect(await readRun(folder)).toMatchObject({ outcome: 'finished' });
});
