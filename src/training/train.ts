import type { Dataset, Split } from '../datasets/dataset';
import type { Chunk, Session, TrainingState } from '../engine/engine';
import type { MetricRow, ValidationRow } from '../domain/metrics';
import type { Checkpoint } from '../runs/checkpoint';
import type { RunConfig } from '../runs/config';
import { ChunkPrefetcher } from './chunk-prefetcher';
import type { DrawChunk } from './chunk-prefetcher';
import { ChunkClock } from './chunk-clock';
import { evaluateRows } from '../model/bounds';
import { formatCount } from '../text/format-count';
import { MetricAccumulator } from './metric-accumulator';
import { checkpointSteps, scheduleOf, snapshotSteps } from './schedule';

/** Approximate seconds between checkpoints: a killed run loses at most this much. */
const CHECKPOINT_SECONDS = 30;

/** An event of training. Everything written to the run folder is one of these, in this order. */
export type TrainEvent =
  | { readonly type: 'row'; readonly row: MetricRow }
  /** The measured steps between checkpoints, recorded so that a resumed run keeps them. */
  | { readonly type: 'checkpointRate'; readonly every: number }
  | { readonly type: 'checkpoint'; readonly state: TrainingState; readonly memory: TrainingMemory }
  /** The weights of a step at which a snapshot is due. */
  | { readonly type: 'snapshot'; readonly state: TrainingState }
  /** Training paused after a checkpoint; the next call resumes it. */
  | { readonly type: 'paused'; readonly step: number }
  /** Some steps or part of a validation are done; other work can run now. */
  | { readonly type: 'progress'; readonly step: number };

/** Training state other than the weights; part of a checkpoint. */
export type TrainingMemory = Pick<Checkpoint, 'best' | 'row'>;

export interface TrainingEnd {
  readonly state: 'finished' | 'stopped' | 'failed';
  readonly step: number;
  readonly message: string;
  /** Of a training that diverged: a learning rate with which it may go on. */
  readonly lowerLearningRate?: number;
}

/** The bound was not finite after `step`. The session's weights are of no use. */
export interface Divergence {
  readonly state: 'diverged';
  readonly step: number;
}

export interface TrainingJob {
  readonly config: RunConfig;
  /** The dataset in the model's shape, binarised as configured. */
  readonly dataset: Dataset;
  readonly split: Split;
  /** Loaded with the initial state, and opened on the dataset's images unless chunks stream them. */
  readonly session: Session;
  /** Draws chunks like `ChunkSource`. */
  readonly drawChunk: DrawChunk;
  /** Maximum steps per chunk if chunks stream images; unlimited by default. */
  readonly mostSteps?: number;
  /** Step, training time and memory that belong to the session's state. */
  readonly start: { readonly step: number; readonly seconds: number } & TrainingMemory;
  /** Steps between checkpoints; 0 to measure them. */
  readonly checkpointEvery: number;
  /** Returns the user's instruction; read between chunks. */
  readonly instruction: () => 'run' | 'pause' | 'stop';
  /** Returns seconds on a monotonic clock. */
  readonly now: () => number;
  /** Whether the engine answers requests, so that chunks should be short; by default it does not. */
  readonly isInUse?: () => boolean;
}

/**
 * Runs Algorithm 1 of the paper in chunks of steps until the planned number of samples, until the validation bound has not
 * improved for `patience` validations, until the user stops it, or until the bound is not finite. Chunk sizes do not affect what it reports.
 */
export async function* train(job: TrainingJob): AsyncGenerator<TrainEvent, TrainingEnd | Divergence> {
  try {
    return yield* trainUntilEnd(job);
  } catch (error) {
    if (error instanceof DivergedError) return { state: 'diverged', step: error.step };
    throw error;
  }
}

/** Carries a divergence out of nested generators. */
class DivergedError extends Error {
  constructor(readonly step: number) {
    super(`not finite after step ${step}`);
  }
}

/** @throws DivergedError */
async function* trainUntilEnd(job: TrainingJob): AsyncGenerator<TrainEvent, TrainingEnd> {
  const { config, dataset, split, session, mostSteps = Infinity } = job;
  const { minibatch, patience } = config.training;
  const { latent } = config.model;
  const { totalSteps, rowEvery, validationEvery } = scheduleOf(config, split.train.length);
  const snapshots = config.snapshots ? snapshotSteps(totalSteps) : [];
  const source = new ChunkPrefetcher(job.drawChunk);
  const chunks = new ChunkClock(job.now, job.start.seconds, job.isInUse);
  const mean = new MetricAccumulator(job.start.row);
  let { step, best } = job.start;
  let checkpointEvery = job.checkpointEvery;
  let savedStep = step;

  async function* checkpoint(): AsyncGenerator<TrainEvent> {
    if (savedStep === step) return;
    savedStep = step;
    yield { type: 'checkpoint', state: await weights(), memory: { best, row: mean.sums } };
  }

  /** Returns finite weights, the only ones that are saved. @throws DivergedError */
  async function weights(): Promise<TrainingState> {
    const state = await session.read();
    const arrays = [...Object.values(state.parameters), ...Object.values(state.slots)];
    if (!arrays.every((values) => values.every(Number.isFinite))) throw new DivergedError(step);
    return state;
  }

  async function* validate(): AsyncGenerator<TrainEvent, ValidationRow> {
    const evaluation = evaluateRows(session, latent, dataset, split.validation, {
      seed: config.seed,
      draws: 1,
    });
    for (;;) {
      const next = await evaluation.next();
      if (next.done) {
        const { elbo, reconstruction, kl, klPerDimension } = next.value;
        const samples = step * minibatch;
        const epoch = samples / split.train.length;
        const bound = { elbo, reconstruction, kl, klPerDimension: Array.from(klPerDimension) };
        return { type: 'validation', step, samples, seconds: chunks.seconds, epoch, ...bound };
      }
      yield { type: 'progress', step };
    }
  }

  /** Records a row and validates at the end of an epoch. Returns true once the validation bound has settled. */
  async function* endRow(seconds: number): AsyncGenerator<TrainEvent, boolean> {
    const place = { step, samples: step * minibatch, seconds };
    yield { type: 'row', row: { type: 'train', ...place, ...mean.take() } };
    if (step % validationEvery === 0 || step === totalSteps) {
      const row = yield* validate();
      // A single image may have an infinite bound under good weights; other weights are no result.
      if (!Number.isFinite(row.elbo)) await weights();
      yield { type: 'row', row };
      const improved = Number.isFinite(row.elbo) && (best === null || row.elbo > best.elbo);
      best = improved
        ? { step, elbo: row.elbo, epochsSince: 0 }
        : best && { ...best, epochsSince: best.epochsSince + 1 };
      if (improved) yield* checkpoint();
    }
    if (checkpointEvery === 0 && chunks.isWarm) {
      checkpointEvery = checkpointSteps(chunks.secondsPerStep, CHECKPOINT_SECONDS, rowEvery);
      yield { type: 'checkpointRate', every: checkpointEvery };
    }
    if (checkpointEvery > 0 && step % checkpointEvery === 0) yield* checkpoint();
    return patience > 0 && best !== null && best.epochsSince >= patience;
  }

  /** A chunk ends at the next validation, checkpoint or snapshot. Rows don't end it: they use its per-step bounds. */
  function stepsFrom(from: number): number {
    const next = (every: number): number => (Math.floor(from / every) + 1) * every;
    const snapshot = snapshots.find((at) => at > from) ?? totalSteps;
    const boundary = Math.min(totalSteps, snapshot, next(validationEvery), next(checkpointEvery || rowEvery));
    return chunks.next(Math.min(mostSteps, boundary - from));
  }

  while (step < totalSteps) {
    let chunk: Chunk;
    try {
      chunk = await source.take(step, stepsFrom(step));
    } catch (error) {
      // Reading images failed: save the progress first.
      yield* checkpoint();
      throw error;
    }
    const end = step + chunk.steps;
    const next = end < totalSteps ? stepsFrom(end) : 0;
    if (next > 0) source.announce(end, next);
    const before = chunks.seconds;
    const metrics = await chunks.time(chunk.steps, () => session.train(chunk, next));
    const lost = metrics.elbo.findIndex((value) => !Number.isFinite(value));
    if (lost >= 0) throw new DivergedError(step + lost);
    // The snapshot precedes a checkpoint of the same step: a run killed between the two repeats the chunk and the snapshot.
    if (snapshots.includes(end)) yield { type: 'snapshot', state: await weights() };
    const perStep = (chunks.seconds - before) / chunk.steps;
    for (let i = 0; i < chunk.steps; i++) {
      mean.add(metrics.elbo[i]!, metrics.reconstruction[i]!);
      step++;
      if (step % rowEvery !== 0 && step !== totalSteps) continue;
      if (yield* endRow(before + perStep * (i + 1))) {
        if (config.snapshots && !snapshots.includes(step)) yield { type: 'snapshot', state: await weights() };
        yield* checkpoint();
        const message = `the validation bound has settled (best at step ${formatCount(best!.step)})`;
        return { state: 'finished', step, message };
      }
    }
    yield { type: 'progress', step };
    const instruction = step < totalSteps ? job.instruction() : 'run';
    if (instruction !== 'run') yield* checkpoint();
    if (instruction === 'stop') return { state: 'stopped', step, message: 'stopped at a checkpoint' };
    if (instruction === 'pause') yield { type: 'paused', step };
  }
  yield* checkpoint();
  return { state: 'finished', step, message: `all ${formatCount(step * minibatch)} samples are done` };
}
