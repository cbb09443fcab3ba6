import { expect, test } from 'vitest';
import { loadDataset } from '../../src/datasets/load';
import { splitDataset } from '../../src/datasets/split';
import type { TrainRequest } from '../../src/runs/config';
import { parseRequest } from '../../src/runs/settings/parse-request';
import { planRun } from '../../src/training/plan';
import { candidatesOf, chooseStepSize, stepSizeNotice } from '../../src/training/step-size-search';
import { cpuEngine } from '../support/engines';

const request = (learningRate: string): TrainRequest => ({
  source: { kind: 'digits', count: 60, seed: 1 },
  preset: 'fast',
  seed: 1,
  set: { hidden: '8', latent: '2', minibatch: '10', samples: '1500', optimizer: 'sgd', learningRate },
});

/** Chooses among the step sizes on small digits. */
async function chosen(learningRates: string) {
  const engine = await cpuEngine();
  const { source } = request('1');
  const dataset = await loadDataset(source, { width: 8, height: 8 });
  const surroundings = { runName: 'r', now: new Date(0), product: '', node: '', platform: '' };
  const configs = candidatesOf(request(learningRates)).map((one) =>
    planRun(parseRequest(one), dataset, engine.description, surroundings),
  );
  const said: string[] = [];
  const config = await chooseStepSize(engine, configs, {
    split: splitDataset(dataset, configs[0]!.data.split),
    resident: dataset.images.resident,
    streamed: null,
    signal: new AbortController().signal,
    onProgress: (message) => {
      said.push(message);
      return Promise.resolve();
    },
  });
  return { config, said };
}

test('one step size: nothing is tried', async () => {
  const { config, said } = await chosen('0.01');
  expect(config.training.stepSizes).toBeUndefined();
  expect([said, stepSizeNotice(config)]).toEqual([[], null]);
});

test('of several, the one with the best training bound; one that diverges is none', async () => {
  const { config, said } = await chosen('0.00001,0.01,1e9');
  const { optimizer, stepSizes } = config.training;
  expect(optimizer.learningRate).toBe(0.01);
  expect(stepSizes!.map(({ learningRate }) => learningRate)).toEqual([1e-5, 0.01, 1e9]);
  const [small, good, large] = stepSizes!.map(({ bound }) => bound);
  expect(good!).toBeGreaterThan(small!);
  expect(large).toBeNull();
  expect(said).toContain('trying step size 0.01: step 150');
  expect(stepSizeNotice(config)).toContain('step size 0.01, by the training bound of the first steps: ');
  expect(stepSizeNotice(config)).toContain('1000000000 (diverged)');
});

test('all diverge: an error that says what to do', async () => {
  await expect(chosen('1e8,1e9')).rejects.toThrow('training diverges with each step size');
});

test('each candidate is checked like any setting', () => {
  expect(candidatesOf(request('0.1'))).toHaveLength(1);
  expect(() => candidatesOf(request('0.1,x')).forEach(parseRequest)).toThrow(
    'training.optimizer.learningRate: got null.',
  );
});
