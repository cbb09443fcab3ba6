/** One of our engines as a contender: `node engine.cjs NAME THREADS`. */
import { residentRows } from '../../src/datasets/rows/image-rows';
import { shareRows } from '../../src/datasets/rows/shared-rows';
import { chooseEngine, EngineError } from '../../src/engine/choose';
import type { Engine } from '../../src/engine/engine';
import { ChunkClock } from '../../src/training/chunk-clock';
import { ChunkPrefetcher } from '../../src/training/chunk-prefetcher';
import { maxSteps, streamsImages } from '../../src/training/minibatch-images';
import { importanceRows } from '../../src/model/importance';
import { initialState } from '../../src/model/state';
import type { Precision, VaeConfig } from '../../src/vae/config';
import { startMinibatchWorker } from '../../src/engine-process/jobs/minibatch-worker-client';
import { ENGINES } from '../compare/engines';
import type { Workload } from '../compare/workloads';
import { jaxPython } from '../../src/setup/locations.mjs';
import { configOf, modelOf } from './model-of';
import { NO_TENSORFLOW, nativeTensorflow } from './native';
import { inputsOf, randomImages, randomPoints } from './inputs';
import { serve } from './serve';
import type { Contender, Runner } from './serve';

const now = (): number => performance.now() / 1000;

/** Trains as `train()` does: in chunks that the clock proposes, minibatches and noise drawn for each. */
async function trainer(
  engine: Engine,
  model: VaeConfig,
  workload: Workload,
  precision: Precision,
): Promise<Runner> {
  const { images } = workload.training;
  const config = configOf(model, workload, precision);
  const rows = residentRows(randomImages(workload, images), inputsOf(workload));
  const streams = streamsImages(config, rows, engine);
  const session = await engine.open(
    model,
    { ...config.training, datapoints: images },
    streams ? null : rows.resident,
  );
  await session.load(initialState(config));
  const { draw } = startMinibatchWorker(
    config,
    Uint32Array.from({ length: images }, (_, i) => i),
    streams ? shareRows(rows) : null,
  );
  const limit = streams ? maxSteps(config) : Infinity;
  const source = new ChunkPrefetcher(draw);
  const clock = new ChunkClock(now, 0);
  let step = 0;
  return async (amount) => {
    let bound = Number.NaN;
    for (const end = step + amount; step < end;) {
      const chunk = await source.take(step, clock.next(Math.min(limit, end - step)));
      const after = step + chunk.steps;
      if (after < end) source.announce(after, clock.next(Math.min(limit, end - after)));
      const { elbo } = await clock.time(chunk.steps, () => session.train(chunk));
      bound = elbo.at(-1)!;
      step = after;
    }
    return { bound };
  };
}

/** A session that only encodes and decodes, with start values: its time does not depend on them. */
async function server(engine: Engine, model: VaeConfig, workload: Workload): Promise<Runner> {
  const session = await engine.open(model, null, new Uint8Array(0));
  const { parameters } = initialState(configOf(model, workload, 'float32'));
  await session.load({ step: 0, parameters, slots: {} });
  const { batch, amount } = workload;
  if (workload.task === 'encode') {
    const size = inputsOf(workload);
    const images = randomImages(workload, amount);
    const mean = new Float32Array(amount * model.latent);
    const logVariance = new Float32Array(amount * model.latent);
    return async (amount) => {
      for (let first = 0; first < amount; first += batch) {
        const posteriors = await session.encode(images.subarray(first * size, (first + batch) * size), batch);
        mean.set(posteriors.mean, first * model.latent);
        logVariance.set(posteriors.logVariance, first * model.latent);
      }
      return {};
    };
  }
  const points = randomPoints(workload, amount);
  return async (amount) => {
    for (let first = 0; first < amount; first += batch)
      await session.decode(points.subarray(first * model.latent, (first + batch) * model.latent), batch);
    return {};
  };
}

/** Evaluates as `vae evaluate --importance` does, with start values. */
async function estimator(engine: Engine, model: VaeConfig, workload: Workload): Promise<Runner> {
  const session = await engine.open(model, null, new Uint8Array(0));
  const { parameters } = initialState(configOf(model, workload, 'float32'));
  await session.load({ step: 0, parameters, slots: {} });
  const images = residentRows(randomImages(workload, workload.amount), inputsOf(workload));
  return async (amount) => {
    const rows = Uint32Array.from({ length: amount }, (_, i) => i);
    const estimate = importanceRows(session, model, { images }, rows, { seed: 0, k: workload.draws! });
    while (!(await estimate.next()).done);
    return {};
  };
}

const RUNNERS = { train: trainer, encode: server, decode: server, importance: estimator } as const;

/** @returns what `work` gives, or why an engine refuses it */
async function unlessRefused<T, R>(work: () => Promise<T>, refusal: (reason: string) => R): Promise<T | R> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EngineError) return refusal(error.message);
    throw error;
  }
}

/** @throws EngineError where it cannot run here */
async function load(
  name: string,
  threads: number,
): Promise<{ engine: Engine; build: string; precision: Precision }> {
  const wanted = ENGINES[name];
  if (!wanted) throw new Error(`engine '${name}': expected one of ${Object.keys(ENGINES).join(', ')}`);
  const native = nativeTensorflow();
  if (wanted.choice !== 'eager') {
    const request = {
      ...{ engine: wanted.choice, threads },
      nativeFolder: native?.folder ?? null,
      jaxPython: jaxPython(),
    };
    const { executor = null, precision = 'float32' } = wanted;
    const { engine } = await chooseEngine({ ...request, executor, precision });
    return { engine, build: engine.description.build, precision };
  }
  if (!native) throw new EngineError(NO_TENSORFLOW);
  const { eagerTensorflowEngine } = await import('../../src/engine/tensorflow/eager');
  const engine = await eagerTensorflowEngine(native.folder, threads);
  const build = `${engine.description.build}, TensorFlow ${native.version}`;
  return { engine, build, precision: 'float32' };
}

function open(name: string, threads: number): Promise<Contender | { readonly missing: string }> {
  const contender = async (): Promise<Contender> => {
    const { engine, build, precision } = await load(name, threads);
    return {
      build,
      prepare(workload) {
        return unlessRefused(
          () => RUNNERS[workload.task](engine, modelOf(workload), workload, precision),
          (skipped) => ({ skipped }),
        );
      },
    };
  };
  return unlessRefused(contender, (missing) => ({ missing }));
}

void serve(() => open(process.argv[2]!, Number(process.argv[3])));
