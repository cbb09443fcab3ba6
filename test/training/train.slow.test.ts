import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { binarised } from '../../src/datasets/sampling/binarise';
import { FileRows, rowPart } from '../../src/datasets/rows/file-rows';
import { loadDataset } from '../../src/datasets/load';
import type { Dataset } from '../../src/datasets/dataset';
import { splitDataset } from '../../src/datasets/split';
import type { Engine, Session } from '../../src/engine/engine';
import type { TrainRequest } from '../../src/runs/config';
import { parseRequest } from '../../src/runs/settings/parse-request';
import { planRun } from '../../src/training/plan';
import { initialState } from '../../src/model/state';
import { train } from '../../src/training/train';
import type { TrainEvent, TrainingJob } from '../../src/training/train';
import { ChunkSource } from '../../src/training/chunk-source';
import { streamsImages } from '../../src/training/minibatch-images';
import { cpuEngine } from '../support/engines';
import { trainingConfigOf } from '../../src/runs/run-shape';

let dataset: Dataset;
let engine: Engine;
beforeAll(async () => {
  dataset = await loadDataset({ kind: 'digits', count: 100, seed: 5 }, { width: 8, height: 8 });
  engine = await cpuEngine();
});

const surroundings = { runName: 'r', now: new Date(0), product: 'p', node: 'n', platform: 'l' };

async function job(
  set: Record<string, string>,
  change: Partial<TrainingJob> = {},
  images: Dataset = dataset,
): Promise<TrainingJob> {
  const request: TrainRequest = {
    source: dataset.source,
    preset: 'fast',
    seed: 1,
    set: { hidden: '8', latent: '2', minibatch: '10', samples: '1200', patience: '0', ...set },
  };
  const config = planRun(parseRequest(request), dataset, engine.description, surroundings);
  const split = splitDataset(dataset, config.data.split);
  const seen = binarised(images, config.data.binarisation, config.data.split.seed);
  const brings = streamsImages(config, images.images, engine);
  const held = brings ? null : seen.images.resident;
  const session = await engine.open(config.model, trainingConfigOf(config, split), held);
  await session.load(initialState(config));
  const source = new ChunkSource(config, split.train, brings ? images.images : null);
  let clock = 0;
  return {
    config,
    dataset: seen,
    split,
    session,
    drawChunk: (firstStep, steps) => Promise.resolve(source.chunk(firstStep, steps)),
    start: { step: 0, seconds: 0, best: null, row: null },
    checkpointEvery: 40,
    instruction: () => 'run',
    now: () => (clock += 0.013),
    ...change,
  };
}

interface End {
  readonly state: string;
  readonly step: number;
  readonly message?: string;
}

async function collect(of: TrainingJob): Promise<{ events: TrainEvent[]; end: End }> {
  const events: TrainEvent[] = [];
  const run = train(of);
  for (;;) {
    const next = await run.next();
    if (next.done) return { events, end: next.value };
    events.push(next.value);
  }
}

const rowsOf = (events: TrainEvent[]) => events.filter((event) => event.type === 'row').map(({ row }) => row);

test.each([
  ['grey values', {}],
  ['dynamic binarisation', { binarisation: 'dynamic' }],
  ['wake-sleep', { algorithm: 'wake-sleep' }],
  ['augmentation', { shift: '1', flip: 'true' }],
])('%s: nothing that is recorded depends on how long a chunk is', async (_, set: Record<string, string>) => {
  const run = async (secondsPerCall: number) => {
    let clock = 0;
    const { events } = await collect(await job(set, { now: () => (clock += secondsPerCall) }));
    const progress = events.filter((event) => event.type === 'progress').length;
    const rows = rowsOf(events).map((row) => ({ ...row, seconds: 0 }));
    return { progress, rows, last: events.findLast((event) => event.type === 'checkpoint') };
  };
  const [slow, quick] = [await run(10), await run(1e-4)];
  expect(slow.progress).toBeGreaterThan(2 * quick.progress);
  expect(slow.rows).toEqual(quick.rows);
  expect(slow.last).toEqual(quick.last);
});

test('images that lie in a file: every event of training on images in memory, bit for bit', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vae-rows-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'rows');
  await writeFile(path, dataset.images.resident!);
  for (const binarisation of ['none', 'fixed', 'dynamic']) {
    const inMemory = await collect(await job({ binarisation }));
    const rows = new FileRows(dataset.images.size, [await rowPart(path, 0, dataset.count)]);
    const inFile = await collect(await job({ binarisation }, { mostSteps: 4 }, { ...dataset, images: rows }));
    const recorded = ({ events }: typeof inFile) =>
      events
        .filter(({ type }) => type === 'row' || type === 'checkpoint')
        .map((event) => (event.type === 'row' ? { ...event.row, seconds: 0 } : event));
    expect(recorded(inFile)).toEqual(recorded(inMemory));
    expect(inFile.events.length).toBeGreaterThan(recorded(inFile).length + 30);
  }
});

test('augmented training: the validation looks at the images as they are', async () => {
  const augmented = await job({ shift: '2', flip: 'true' });
  const { session, split } = augmented;
  const evaluate = session.evaluate.bind(session);
  const seen: Uint8Array[] = [];
  session.evaluate = (images, ...rest) => {
    seen.push(images);
    return evaluate(images, ...rest);
  };
  const { events } = await collect(augmented);
  expect(seen).toHaveLength(3);
  for (const images of seen) expect(images).toEqual(dataset.images.gather(split.validation));
  const plain = await collect(await job({}));
  expect(rowsOf(events)[0]!.elbo).not.toBe(rowsOf(plain.events)[0]!.elbo);
});

test('images that cannot be read any more end the run, after a checkpoint of what was learnt', async () => {
  const whole = await job({}, { mostSteps: 3 });
  let refused = 0;
  const drawChunk = (firstStep: number, steps: number) => {
    if (firstStep < 25) return whole.drawChunk(firstStep, steps);
    refused = firstStep;
    return Promise.reject(new Error('the file is gone'));
  };
  const events: TrainEvent[] = [];
  const run = train({ ...whole, drawChunk });
  const ended = async () => {
    for (let next = await run.next(); !next.done; next = await run.next()) events.push(next.value);
  };
  await expect(ended()).rejects.toThrow('the file is gone');
  expect(refused % 10).toBeGreaterThan(0);
  expect(events.at(-1)).toMatchObject({
    type: 'checkpoint',
    state: { step: refused },
    memory: { row: { count: refused % 10 } },
  });
});

test('rows, validations and checkpoints fall on their steps', async () => {
  const { events, end } = await collect(await job({}));
  const rows = rowsOf(events);
  expect(rows.filter((row) => row.type === 'validation').map((row) => row.step)).toEqual([50, 100, 120]);
  expect(rows.filter((row) => row.type === 'train')).toHaveLength(12);
  const saved = events.filter((event) => event.type === 'checkpoint').map(({ state }) => state.step);
  expect(saved).toEqual(expect.arrayContaining([40, 80, 120]));
  expect(end).toMatchObject({ state: 'finished', step: 120 });
});

test('the bound rises, and is reconstruction minus KL', async () => {
  const { events } = await collect(await job({ samples: '4000' }));
  const rows = rowsOf(events);
  expect(rows.at(-1)!.elbo).toBeGreaterThan(rows[0]!.elbo + 1);
  for (const row of rows) {
    expect(row.elbo).toBeCloseTo(row.reconstruction - row.kl, 6);
    expect(row.kl).toBeGreaterThanOrEqual(0);
  }
});

test('snapshots: the weights of steps that grow by 10^(1/8), whatever the chunks, and of the last', async () => {
  const run = async (secondsPerCall: number) => {
    let clock = 0;
    const now = () => (clock += secondsPerCall);
    const { events } = await collect(await job({ snapshots: 'true' }, { now }));
    return events.flatMap((event) => (event.type === 'snapshot' ? [event.state] : []));
  };
  const [slow, quick] = [await run(10), await run(1e-4)];
  expect(slow.map(({ step }) => step)).toEqual([
    ...[1, 2, 3, 4, 6, 7, 10, 13, 18, 24, 32, 42, 56, 75, 100, 120],
  ]);
  expect(quick).toEqual(slow);
  const { events } = await collect(await job({}));
  expect(events.some(({ type }) => type === 'snapshot')).toBe(false);
  const [checkpoint] = events
    .flatMap((event) => (event.type === 'checkpoint' ? [event.state] : []))
    .slice(-1);
  expect(slow.at(-1)!.parameters).toEqual(checkpoint!.parameters);
});

test('patience ends a run whose validation bound does not rise', async () => {
  const { end, events } = await collect(await job({ learningRate: '0.3', patience: '2', samples: '50000' }));
  expect(end.state).toBe('finished');
  expect(end.message).toContain('has settled');
  expect(end.step).toBeLessThan(5000);
  expect(events.at(-1)).toMatchObject({ type: 'checkpoint' });
});

test('the last snapshot is of the last step, also where the bound has settled before all samples are done', async () => {
  const { end, events } = await collect(
    await job({ learningRate: '0.3', patience: '2', samples: '50000', snapshots: 'true' }),
  );
  expect(end.message).toContain('has settled');
  const snapshots = events.flatMap((event) => (event.type === 'snapshot' ? event.state.step : []));
  expect(snapshots.at(-1)).toBe(end.step);
  expect(new Set(snapshots).size).toBe(snapshots.length);
});

test('a learning rate that diverges is told by its step, and no bad weights are saved', async () => {
  const { end, events } = await collect(await job({ optimizer: 'sgd', learningRate: '1e9' }));
  expect(end.state).toBe('diverged');
  expect(end.step).toBeLessThan(100);
  for (const event of events) {
    if (event.type !== 'checkpoint') continue;
    for (const values of Object.values(event.state.parameters))
      expect(values.every(Number.isFinite)).toBe(true);
  }
});

/** The session, whose bound is not a number from a step on, or whose weights are not any more. */
function poisoned(session: Session, at: number, what: 'bound' | 'weights'): Session {
  let step = 0;
  const changes: Partial<Session> = {
    async train(...of) {
      const metrics = await session.train(...of);
      const from = step;
      step += metrics.elbo.length;
      if (what === 'weights' || step <= at) return metrics;
      return { ...metrics, elbo: metrics.elbo.map((value, i) => (from + i >= at ? NaN : value)) };
    },
    async read() {
      const state = await session.read();
      const [first] = Object.values(state.parameters);
      if (what === 'weights' && step > at) first![0] = Infinity;
      return state;
    },
  };
  return new Proxy(session, {
    get(target, name) {
      const value: unknown = Reflect.get(changes, name) ?? Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

describe.each([0, 1, 7, 39, 40, 99])('what is not finite after step %i', (at) => {
  test('in the bound is found in its chunk, told by that step, and nothing of it is recorded', async () => {
    const of = await job({});
    const { end, events } = await collect({ ...of, session: poisoned(of.session, at, 'bound') });
    expect(end).toMatchObject({ state: 'diverged', step: at });
    for (const event of events) {
      if (event.type === 'row') expect(event.row.step).toBeLessThanOrEqual(at);
      if (event.type === 'checkpoint') expect(event.state.step).toBeLessThanOrEqual(at);
      if (event.type === 'progress') expect(event.step).toBeLessThanOrEqual(at);
    }
  });

  test('in the weights alone is never saved', async () => {
    const of = await job({});
    const { end, events } = await collect({ ...of, session: poisoned(of.session, at, 'weights') });
    expect(end.state).toBe('diverged');
    expect(end.step).toBeGreaterThanOrEqual(at);
    for (const event of events)
      if (event.type === 'checkpoint' || event.type === 'snapshot')
        for (const values of Object.values(event.state.parameters))
          expect(values.every(Number.isFinite)).toBe(true);
  });
});

describe('instructions are obeyed after a chunk', () => {
  test('stop', async () => {
    const { end, events } = await collect(await job({}, { instruction: () => 'stop' }));
    expect(end).toMatchObject({ state: 'stopped', step: 1 });
    // In the middle of a row: the checkpoint remembers what its steps summed up to.
    expect(events.at(-1)).toMatchObject({
      type: 'checkpoint',
      state: { step: 1 },
      memory: { row: { count: 1 } },
    });
  });

  test('pause, then go on', async () => {
    let instruction: 'run' | 'pause' = 'pause';
    const run = train(await job({}, { instruction: () => instruction }));
    const seen: string[] = [];
    for (let next = await run.next(); !next.done; next = await run.next()) {
      seen.push(next.value.type);
      if (next.value.type === 'paused') instruction = 'run';
    }
    expect(seen.filter((type) => type === 'paused')).toHaveLength(1);
    expect(seen[seen.indexOf('paused') - 1]).toBe('checkpoint');
  });
});

test('memory: the tensor count is flat over 100 epochs', async () => {
  const long = await job({ samples: '8000' });
  const run = train(long);
  const counts: number[] = [];
  for (let next = await run.next(); !next.done; next = await run.next()) {
    if (next.value.type === 'row') counts.push(long.session.tensorCount());
  }
  expect(new Set(counts).size).toBe(1);
});
