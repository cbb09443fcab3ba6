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
import type { Found } from '../../../src/engine-process/devices/find-adapter';
import { onnxRuntimeFolder } from '../../../src/engine/onnx/native-runtime';
import { softwareVulkan, useSoftwareVulkan } from '../../support/software-vulkan';
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

describe('a graphics card', () => {
  const CARD = { name: 'SwiftShader', isSoftware: false };
  const search = (found: Found, isThere = true) => {
    const asked = { times: 0 };
    const find = () => {
      asked.times++;
      return Promise.resolve(found);
    };
    return { asked, mayHaveCard: () => isThere, find };
  };
  const chosen = async (
    options: EngineOptions,
    cards: ReturnType<typeof search>,
    times: Readonly<Record<string, number>> = {},
    config = planned(),
  ) => {
    const timed: string[] = [];
    const { engine, reason, notice } = await engineForNewRun(options, config, 100, {
      ...{ signal: new AbortController().signal, onProgress: () => undefined, cache, cards },
      time: ({ program }) => {
        timed.push(programText(program));
        const secondsPerStep = times[programText(program)] ?? 1;
        return Promise.resolve({ program, secondsPerStep, problem: '', others: 0 });
      },
    });
    return { device: engine.description.device, reason, notice, timed };
  };
  const open = { engine: 'onnx', threads: 1 } as const;
  const WEBGPU = 'onnx, SwiftShader, 1 thread';
  const skips = softwareVulkan === null || onnxRuntimeFolder() === null;
  beforeEach(() => {
    if (!skips) useSoftwareVulkan();
  });

  test.skipIf(skips)('is taken where it is measured to be faster, and not where it is slower', async () => {
    const cards = search({ adapter: CARD });
    expect(await chosen(open, cards, { [WEBGPU]: 0.5 })).toEqual({
      device: 'SwiftShader',
      reason: 'the fastest of 2 measured here',
      notice: undefined,
      timed: ['onnx, 1 thread', WEBGPU],
    });
    const other = planned({ hidden: '300' });
    expect(await chosen(open, cards, { [WEBGPU]: 2 }, other)).toMatchObject({ device: undefined });
    // As it was measured before, without a process for it.
    expect(await chosen(open, cards, { [WEBGPU]: 2 })).toMatchObject({ device: 'SwiftShader', timed: [] });
  });

  test('that is software, missing, or not asked for is not measured', async () => {
    const software = search({ adapter: { ...CARD, isSoftware: true } });
    expect(await chosen(open, software, { [WEBGPU]: 0.1 })).toMatchObject({ device: undefined, timed: [] });
    expect(software.asked.times).toBeGreaterThan(0);
    const broken = search({ problem: 'its driver crashed' });
    expect(await chosen(open, broken)).toMatchObject({ device: undefined, timed: [] });
    for (const [options, cards, config] of [
      [{ ...open, device: 'cpu' }, search({ adapter: CARD }), planned()],
      [open, search({ adapter: CARD }, false), planned()],
      // Too short a run for a measurement to pay.
      [open, search({ adapter: CARD }), planned({ samples: '1e5' })],
    ] as const) {
      expect(await chosen(options, cards, {}, config)).toMatchObject({ device: undefined, timed: [] });
      expect(cards.asked.times).toBe(0);
    }
  });

  test.skipIf(skips)('that is insisted on trains every run, and software is said to be some', async () => {
    const cards = search({ adapter: { ...CARD, isSoftware: true } });
    const short = planned({ samples: '1e3' });
    const { device, notice, timed } = await chosen(
      { ...open, engine: 'auto', device: 'gpu' },
      cards,
      {},
      short,
    );
    expect({ device, timed }).toEqual({ device: 'SwiftShader', timed: [] });
    expect(notice).toContain('SwiftShader is not a graphics card');
  });

  test('that is insisted on and not there is an error with what to do', async () => {
    const broken = search({ problem: 'its driver crashed' });
    await expect(chosen({ ...open, device: 'gpu' }, broken)).rejects.toThrow(
      /^no graphics card can be used by ONNX Runtime here: its driver crashed\. .*The devices 'auto' and 'cpu' need none\.$/,
    );
    await expect(chosen({ engine: 'tensorflow', threads: 1, device: 'gpu' }, broken)).rejects.toThrow(
      /^no graphics card can be used by TensorFlow here: .*set up/,
    );
  });

  test.skipIf(skips)('goes on with its run; without it, the processor does, and why is said', async () => {
    const before = {
      name: 'onnx',
      build: 'b',
      threads: 1,
      instructionSet: 'i',
      device: 'SwiftShader',
    } as const;
    const resumed = async (options: EngineOptions, cards: ReturnType<typeof search>) => {
      const { engine, reason, notice } = await engineForResumedRun(options, before, 'float32', cards);
      return { device: engine.description.device, reason, notice };
    };
    expect(await resumed({ engine: 'auto', threads: null }, search({ adapter: CARD }))).toEqual({
      ...{ device: 'SwiftShader', reason: 'as when this run began', notice: undefined },
    });
    const gone = search({ problem: 'no supported adapters' });
    const now = await resumed({ engine: 'onnx', threads: null }, gone);
    expect(now.device).toBeUndefined();
    expect(now.notice).toMatch(
      /^this run began on SwiftShader, which cannot be used now: .*no supported adapters/,
    );
    const processor = await resumed(
      { engine: 'auto', threads: null, device: 'cpu' },
      search({ adapter: CARD }),
    );
    expect(processor.device).toBeUndefined();
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
