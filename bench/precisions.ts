/**
 * Compares training steps with products of bfloat16 and of float32 on one engine and loop: `npm run bench -- precisions ENGINE LOOP [THREADS]
 * [ROUNDS]`. Both take turns in one process, and besides the time, the processor's time is measured, which depends little on what else
 * the machine does. ENGINE is tensorflow or jax, LOOP graph or xla.
 */
import { chooseEngine } from '../src/engine/choose';
import type { EngineChoice } from '../src/engine/choose';
import type { Engine } from '../src/engine/engine';
import type { Executor } from '../src/engine/tensorflow/executor';
import { initialState } from '../src/model/state';
import { RandomStream } from '../src/random/stream';
import { jaxPython } from '../src/setup/locations.mjs';
import type { Precision } from '../src/vae/config';
import { WORKLOADS } from './compare/workloads';
import type { Workload } from './compare/workloads';
import { randomImages } from './contenders/inputs';
import { configOf, modelOf } from './contenders/model-of';
import { nativeTensorflow } from './contenders/native';
import { processorMs } from './contenders/processor-time';

const PRECISIONS = ['float32', 'bfloat16'] as const satisfies Precision[];
const IMAGES = 1000;
/** A function that runs some steps with products of this precision. */
async function trainer(
  engine: Engine,
  workload: Workload,
  precision: Precision,
  steps: number,
): Promise<() => Promise<unknown>> {
  const model = modelOf(workload);
  const config = configOf(model, workload, precision);
  const { minibatch } = workload.training;
  const images = randomImages(workload, IMAGES);
  const session = await engine.open(model, { ...config.training, datapoints: IMAGES }, images);
  await session.load(initialState(config));
  const rows = Uint32Array.from({ length: steps * minibatch }, (_, i) => i % IMAGES);
  const noise = new RandomStream(0, 'noise').normals(0, steps * minibatch * model.latent);
  let firstStep = 0;
  return () => {
    firstStep += steps;
    return session.train({ steps, firstStep: firstStep - steps, rows, noise });
  };
}

const least = (values: readonly number[]): string => Math.min(...values).toFixed(2);
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

async function compare(engine: Engine, workload: Workload, rounds: number): Promise<string> {
  const steps = workload.model.kind === 'perceptron' ? 40 : 3;
  const runs = await Promise.all(PRECISIONS.map((precision) => trainer(engine, workload, precision, steps)));
  const times = PRECISIONS.map(() => ({ wall: [] as number[], processor: [] as number[] }));
  // The first round compiles and allocates.
  for (let round = 0; round <= rounds; round++) {
    for (const [i, run] of runs.entries()) {
      const [start, used] = [performance.now(), processorMs()];
      await run();
      const [wall, processor] = [performance.now() - start, processorMs() - used];
      if (round === 0) continue;
      times[i]!.wall.push(wall / steps);
      times[i]!.processor.push(processor / steps);
    }
  }
  const [plain, narrow] = times as [(typeof times)[0], (typeof times)[0]];
  const ratio = (of: 'wall' | 'processor'): string =>
    median(narrow[of].map((value, i) => value / plain[of][i]!)).toFixed(2);
  return (
    `${workload.name}: float32 ${least(plain.wall)} ms, bfloat16 ${least(narrow.wall)} ms (least of ${rounds}), ` +
    `median ratio ${ratio('wall')}; processor time ${least(plain.processor)} and ${least(narrow.processor)} ms, ratio ${ratio('processor')}`
  );
}

async function main(): Promise<void> {
  const [name = 'tensorflow', loop = 'xla', threads = '1', rounds = '24'] = process.argv.slice(2);
  const { engine } = await chooseEngine({
    ...{ engine: name as EngineChoice, executor: loop as Executor, threads: Number(threads) },
    ...{ precision: 'bfloat16', nativeFolder: nativeTensorflow()?.folder ?? null, jaxPython: jaxPython() },
  });
  process.stdout.write(`${engine.description.build}, ${loop}, ${threads} threads\n`);
  for (const workload of WORKLOADS.filter(({ task }) => task === 'train'))
    process.stdout.write(`${await compare(engine, workload, Number(rounds))}\n`);
  process.exit(0);
}

main().catch((error: unknown) => {
  process.stderr.write(`precisions: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
