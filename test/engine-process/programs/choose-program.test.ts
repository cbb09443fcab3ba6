/** What trains a run, with measurements that the tests invent. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  engineForNewRun,
  knownFastest,
  engineForResumedRun,
} from '../../../src/engine-process/programs/choose-program';
import type { EngineOptions } from '../../../src/engine-process/programs/engine-options';
import { timesFile } from '../../../src/engine-process/programs/kept-times';
import { coreCount, noBfloat16 } from '../../../src/engine/processor';
import { programText } from '../../../src/engine/program';
import { parseRequest } from '../../../src/runs/settings/parse-request';
import { isNativePresent } from '../../../src/setup/locations.mjs';
import { planRun } from '../../../src/training/plan';

const cores = coreCount();
const ENGINE = { name: 'cpu', build: '', threads: 1, instructionSet: '' } as const;

function planned(set: Readonly<Record<string, string>> = {}) {
  const source = { kind: 'digits', count: 100, seed: 0 } as const;
  const dataset = {
    name: 'd',
    source,
    shape: { width: 28, height: 28, channels: 1 },
    count: 100,
    fingerprint: 'a'.repeat(64),
  } as const;
  const environment = { runName: 'r', now: new Date(0), product: '', node: '', platform: '' };
  // A hundred million images through 784-500-20-500-784.
  const request = { source, preset: 'fast', seed: 0, set: { samples: '1e8', ...set } } as const;
  return planRun(parseRequest(request), dataset, ENGINE, environment);
}

let cache = '';
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'times-'));
  vi.stubEnv('LATENT_EXPLORER_NO_TIMING', '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true });
});

/** Chooses with invented times, in seconds by the text of a program; what is not among them does not train. */
async function choose(
  options: EngineOptions,
  times: Readonly<Record<string, number>>,
  config = planned(),
  others = 0,
) {
  const timed: string[] = [];
  const { engine, reason } = await engineForNewRun(options, config, 100, {
    signal: new AbortController().signal,
    onProgress: () => undefined,
    cache,
    time: ({ program }) => {
      const text = programText(program);
      timed.push(text);
      const secondsPerStep = times[text] ?? null;
      return Promise.resolve({
        program,
        secondsPerStep,
        problem: secondsPerStep === null ? 'no' : '',
        others,
      });
    },
  });
  const { name, threads, executor } = engine.description;
  return { name, threads, executor, reason, timed };
}

const ALL = `onnx, ${cores} threads`;
const onnx = { engine: 'onnx', threads: null } as const;

describe.skipIf(cores < 2)('a new run', () => {
  test('takes the fastest number of threads, and measures once', async () => {
    const times = { [ALL]: 2, [`onnx, ${Math.ceil(cores / 2)} threads`]: 1.5, 'onnx, 1 thread': 1 };
    const first = await choose(onnx, times);
    expect(first).toMatchObject({ name: 'onnx', threads: 1 });
    expect(first.reason).toBe(`the fastest of ${first.timed.length} measured here`);
    expect(first.timed).toContain(ALL);
    expect(await choose(onnx, {})).toEqual({ ...first, timed: [] });
    // Another program is measured anew.
    expect((await choose(onnx, { [ALL]: 1 }, planned({ hidden: '400' }))).timed).not.toEqual([]);
  });

  test('a plan knows what was measured for the same model, and measures nothing itself', async () => {
    expect(await knownFastest(onnx, planned(), cache)).toBeNull();
    const { timed } = await choose(onnx, { [ALL]: 2, 'onnx, 1 thread': 1 });
    expect(await knownFastest(onnx, planned(), cache)).toMatchObject({
      program: { engine: 'onnx', threads: 1 },
      secondsPerStep: 1,
      of: timed.length,
    });
    expect(await knownFastest(onnx, planned({ hidden: '400' }), cache)).toBeNull();
    // So short a run takes the usual engine.
    expect(await knownFastest(onnx, planned({ samples: '1e5' }), cache)).toBeNull();
  });

  test('a damaged file of times is measured again', async () => {
    await choose(onnx, { [ALL]: 2, 'onnx, 1 thread': 1 });
    const [name] = await readdir(join(cache, 'engine-times'));
    for (const text of [
      '',
      '{',
      '[]x',
      '[{"program":{"engine":"onnx","executor":null,"threads":0},"secondsPerStep":1,"problem":"","others":0}]',
    ]) {
      await writeFile(join(cache, 'engine-times', name!), text);
      const { threads, timed } = await choose(onnx, { [ALL]: 1, 'onnx, 1 thread': 2 });
      expect(threads).toBe(cores);
      expect(timed).not.toEqual([]);
    }
  });

  test('nothing is measured where nothing is left open, the run is short, or it is switched off', async () => {
    const one = { 'onnx, 1 thread': 1, [ALL]: 2 };
    expect(await choose({ engine: 'onnx', threads: 2 }, one)).toMatchObject({ threads: 2, timed: [] });
    expect(await choose(onnx, one, planned({ samples: '1e5' }))).toMatchObject({ threads: cores, timed: [] });
    vi.stubEnv('LATENT_EXPLORER_NO_TIMING', '1');
    expect(await choose(onnx, one)).toMatchObject({ threads: cores, timed: [] });
  });

  test('what was measured while others kept the machine busy is neither used nor kept', async () => {
    const times = { [ALL]: 2, 'onnx, 1 thread': 1 };
    expect(await choose(onnx, times, planned(), 0.3)).toMatchObject({
      threads: cores,
      reason: 'as asked for',
    });
    expect(await choose(onnx, times)).toMatchObject({ threads: 1 });
  });

  test('where no measurement succeeds, it takes the usual, and nothing is kept', async () => {
    expect(await choose(onnx, {})).toMatchObject({ name: 'onnx', threads: cores, reason: 'as asked for' });
    expect((await choose(onnx, {})).timed).not.toEqual([]);
  });

  test.skipIf(!isNativePresent())('chooses among the loops of TensorFlow, and ONNX Runtime', async () => {
    const auto = { engine: 'auto', threads: 2 } as const;
    const times = {
      'tensorflow, xla, 2 threads': 2,
      'tensorflow, graph, 2 threads': 1,
      'onnx, 2 threads': 3,
    };
    expect(await choose(auto, times)).toMatchObject({ name: 'tensorflow', executor: 'graph' });
    const config = planned({ hidden: '300' });
    const other = { ...times, 'onnx, 2 threads': 0.5 };
    expect(await choose(auto, other, config)).toMatchObject({
      name: 'onnx',
      threads: 2,
      executor: undefined,
    });
    const tensorflow = { engine: 'tensorflow', threads: 2 } as const;
    expect(await choose(tensorflow, { ...other, 'tensorflow, xla, 2 threads': 0.1 }, config)).toMatchObject({
      executor: 'xla',
      timed: ['tensorflow, xla, 2 threads', 'tensorflow, graph, 2 threads'],
    });
  });
});

describe('a run with products of bfloat16', () => {
  const auto = { engine: 'auto', threads: 2 } as const;
  const [XLA, GRAPH] = ['tensorflow, xla, 2 threads', 'tensorflow, graph, 2 threads'];
  const narrow = planned({ precision: 'bfloat16' });
  const chosen = async (times: Readonly<Record<string, readonly [narrow: number, plain: number]>>) => {
    const timed: string[] = [];
    const { engine, notice } = await engineForNewRun(auto, narrow, 100, {
      signal: new AbortController().signal,
      onProgress: () => undefined,
      cache,
      time: ({ program, config: { training } }) => {
        const text = programText(program);
        timed.push(`${training.precision}: ${text}`);
        const seconds = times[text]?.[training.precision === 'bfloat16' ? 0 : 1];
        const secondsPerStep = seconds ?? null;
        return Promise.resolve({ program, secondsPerStep, problem: '', others: 0 });
      },
    });
    return { executor: engine.description.executor, notice, timed };
  };
  const skips = !isNativePresent() || noBfloat16() !== null;

  test.skipIf(skips)('is told that float32 is faster here, of the programs that have it', async () => {
    const { executor, notice, timed } = await chosen({ [XLA]: [3, 1], [GRAPH]: [2, 1.5] });
    expect(executor).toBe('graph');
    expect(notice).toMatch(/^bfloat16 is slower here: a step takes 2,000 ms/);
    expect(timed.filter((text) => text.includes('onnx'))).toEqual(['float32: onnx, 2 threads']);
  });

  test.skipIf(skips)('is told nothing where it is the faster one', async () => {
    expect((await chosen({ [XLA]: [0.4, 1], [GRAPH]: [2, 1.5] })).notice).toBeUndefined();
  });

  test('is refused on resuming by an engine that has none', async () => {
    const before = { name: 'onnx', build: 'b', threads: 1, instructionSet: 'i' } as const;
    await expect(engineForResumedRun({ engine: 'onnx', threads: 1 }, before, 'bfloat16')).rejects.toThrow(
      'precision: got bfloat16',
    );
  });
});

describe('a resumed run', () => {
  const before = { name: 'onnx', build: 'b', threads: 1, instructionSet: 'i' } as const;
  const resumed = async (options: EngineOptions, with_: Parameters<typeof engineForResumedRun>[1]) => {
    const { engine, reason } = await engineForResumedRun(options, with_, 'float32');
    const { name, threads, executor } = engine.description;
    return { name, threads, executor, reason };
  };

  test('goes on with the engine and the threads that it began with', async () => {
    expect(await resumed({ engine: 'auto', threads: null }, before)).toEqual({
      ...{ name: 'onnx', threads: 1, executor: undefined, reason: 'as when this run began' },
    });
  });

  test('takes what is asked for, and no more threads than there are', async () => {
    expect(await resumed({ engine: 'onnx', threads: 2 }, before)).toMatchObject({
      threads: 2,
      reason: 'as asked for',
    });
    const many = { ...before, threads: 1000 };
    const { threads } = await resumed({ engine: 'auto', threads: null }, many);
    expect(threads).toBeLessThanOrEqual(availableParallelism());
  });

  test.skipIf(!isNativePresent())('keeps the loop of TensorFlow', async () => {
    const graph = { ...before, name: 'tensorflow', executor: 'graph' } as const;
    const xla = { ...graph, executor: 'xla' } as const;
    for (const engine of ['auto', 'tensorflow'] as const)
      for (const described of [graph, xla]) {
        const { name, executor } = described;
        expect(await resumed({ engine, threads: null }, described)).toMatchObject({ name, executor });
      }
    // A run of an earlier version names none: it was the graph executor.
    const early = { ...before, name: 'tensorflow' } as const;
    expect(await resumed({ engine: 'auto', threads: null }, early)).toMatchObject({ executor: 'graph' });
    expect(await resumed({ engine: 'onnx', threads: null }, graph)).toMatchObject({ name: 'onnx' });
  });
});

test('the file of times depends on the model and on how it is trained, not on seed and length', () => {
  const file = (set: Record<string, string>): string => timesFile(planned(set), '', cache);
  expect(file({ samples: '5e8' })).toBe(file({}));
  const others: readonly Record<string, string>[] = [
    { hidden: '400' },
    { minibatch: '50' },
    { optimizer: 'sgd' },
    { binarisation: 'dynamic' },
  ];
  for (const set of others) expect(file(set)).not.toBe(file({}));
});
