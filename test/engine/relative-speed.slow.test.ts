/**
 * Compiled engines are not slower than at the last release, by the processor time that they take compared with the same functions kernel by
 * kernel, in one process and with one thread each. No time is compared with one of another day or machine. `bench/ratios.json` holds the
 * ratios, by instruction set, as products are a smaller part of a step on a processor with wider vectors. Whoever makes a release writes there
 * what this test says; on a processor without a record, it says what to write and counts as skipped.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Engine, Session } from '../../src/engine/engine';
import { onnxEngine } from '../../src/engine/onnx/engine';
import { onnxRuntimeFolder } from '../../src/engine/onnx/native-runtime';
import { eagerTensorflowEngine } from '../../src/engine/tensorflow/eager';
import { tensorflowEngine } from '../../src/engine/tensorflow/engine';
import { instructionSet } from '../../src/engine/processor';
import { initialState } from '../../src/model/state';
import { RandomStream } from '../../src/random/stream';
import { isNativePresent, nativeFolder } from '../../src/setup/locations.mjs';
import { WORKLOADS } from '../../bench/compare/workloads';
import { randomImages } from '../../bench/contenders/inputs';
import { configOf, modelOf } from '../../bench/contenders/model-of';
import { once } from '../support/once';
import { relativeTimes, slower } from '../support/relative-time';

const LIMIT = 1.3;
const STEPS = 8;
/** One call takes a tenth of a millisecond. */
const CALLS = 100;
const IMAGES = 1000;

const workload = WORKLOADS.find(({ name }) => name === 'mlp-step')!;
const model = modelOf(workload);
const config = configOf(model, workload, 'float32');
const { minibatch, draws } = config.training;
const pixels = randomImages(workload, IMAGES);
const rows = Uint32Array.from({ length: STEPS * minibatch }, (_, i) => (7 * i) % IMAGES);
const noise = new RandomStream(0, 'noise').normals(0, STEPS * draws * minibatch * model.latent);

async function sessionOf(engine: Engine): Promise<Session> {
  const session = await engine.open(model, { ...config.training, datapoints: IMAGES }, pixels);
  await session.load(initialState(config));
  return session;
}

const sessions = once(async () => ({
  eager: await sessionOf(await eagerTensorflowEngine(nativeFolder()!, 1)),
  graph: await sessionOf(await tensorflowEngine(nativeFolder()!, 1, 'graph')),
  onnx: await sessionOf(await onnxEngine(1)),
}));

const train = (session: Session) => () => session.train({ steps: STEPS, firstStep: 0, rows, noise });
const decode = (session: Session) => async (): Promise<void> => {
  for (let i = 0; i < CALLS; i++) await session.decode(noise.subarray(0, model.latent), 1);
};
const encode = (session: Session) => async (): Promise<void> => {
  for (let i = 0; i < CALLS; i++) await session.encode(pixels.subarray(0, model.inputSize), 1);
};

/** Ratios by work and engine; undefined where there are none for this processor. */
const recorded = (
  JSON.parse(readFileSync(join(__dirname, '../../bench/ratios.json'), 'utf8')) as Readonly<
    Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>
  >
)[instructionSet()];

// Without TensorFlow there is no second engine whose speed is independent of ours.
describe.skipIf(!isNativePresent() || onnxRuntimeFolder() === null)('compared with each other', () => {
  test.for([
    ['a training step', train, 11],
    ['decoding a point', decode, 31],
    ['encoding an image', encode, 31],
  ] as const)('%s', async ([name, work, rounds], { skip }) => {
    const { eager, graph, onnx } = await sessions();
    const yardstick = work(eager);
    // A call of TensorFlow wakes another thread, which takes as much processor time as the call where all cores are busy.
    const others: Readonly<Record<string, Session>> = work === train ? { graph, onnx } : { onnx };
    const compiled = Object.fromEntries(
      Object.entries(others).map(([engine, session]) => [engine, work(session)]),
    );
    const measured = await relativeTimes({ yardstick, ...compiled }, rounds);
    const text = `${name}, ${instructionSet()}: ${JSON.stringify(measured)}`;
    if (!recorded) return skip(`no ratios are recorded for this processor; ${text}`);
    expect(slower(measured, recorded[name] ?? {}, LIMIT), text).toEqual([]);
  });
});
