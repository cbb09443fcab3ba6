import type { Dataset, Split } from '../datasets/dataset';
import type { Chunk, Session, TrainingState } from '../engine/engine';
import type { MetricRow, ValidationRow } from '../domain/metrics';
import type { Checkpoint } from '../runs/checkpoint';
import type { RunConfig } from '../runs/config';
import { ChunksAhead } from './chunk-prefetcher';
import type { DrawChunk } from './chunk-prefetcher';
import { ChunkClock } from './chunk-clock';
import { evaluateRows } from '../model/bounds';
import { RowMean } from './metric-accumulator';
import { checkpointSteps, scheduleOf, snapshotSteps } from './schedule';

/** Seconds between checkpoints, about: what a killed run loses at most. */
const CHECKPOINT_SECONDS = 30;

/** What training reports; everything that reaches the run folder is one of these, in this order. */
export type TrainEvent =
  | { readonly type: 'row'; readonly row: MetricRow }
  /** The rate of checkpoints was measured; recorded, so that a resumed run keeps it. */
  | { readonly type: 'checkpointRate'; readonly every: number }
  | { readonly type: 'checkpoint'; readonly state: TrainingState; readonly memory: TrainingMemory }
  /** Weights to keep, of a step that does so. */
  | { readonly type: 'snapshot'; readonly state: TrainingState }
  /** A checkpoint was written because of a pause; training goes on with the next call. */
  | { readonly type: 'paused'; readonly step: number }
  /** Some steps or a part of an evaluation are done: a moment for other work. */
  | { readonly type: 'progress'; readonly step: number };

/** What training remembers beside the weights; part of a checkpoint. */
export type TrainingMemory = Pick<Checkpoint, 'best' | 'row'>;

export interface TrainingEnd {
  readonly state: 'finished' | 'stopped' | 'failed';
  readonly step: number;
  readonly message: string;
}

export interface TrainingJob {
  readonly config: RunConfig;
  /** As the model sees it. */
  readonly dataset: Dataset;
  readonly split: Split;
  /** Opened on the dataset's images, unless chunks bring them; holds the state to start from. */
  readonly session: Session;
  /** Draws what the steps need, as `ChunkSource` does. */
  readonly drawChunk: DrawChunk;
  /** Of a chunk, by what it brings; any number where that is little. */
  readonly mostSteps?: number;
  /** Where the session's state stands. */
  readonly start: { readonly step: number; readonly seconds: number } & TrainingMemory;
  /** Steps between checkpoints; 0: measure. */
  readonly checkpointEvery: number;
  /** What the person wants; looked at between chunks. */
  readonly instruction: () => 'run' | 'pause' | 'stop';
  /** Seconds on a clock that never jumps. */
  readonly now: () => number;
}

/**
 * Algorithm 1 of the paper, in chunks of steps: until the planned number of samples, until the validation bound has not
 * risen for `patience` validations, or until the person stops it. Nothing that it reports depends on how long a chunk is.
 */
export async function* train(job: TrainingJob): AsyncGenerator<TrainEvent, TrainingEnd> {
  const { config, dataset, split, session, mostSteps = Infinity } = job;
  const { minibatch, patience } = config.training;
  const { latent } = config.model;
  const { totalSteps, rowEvery, validationEvery } = scheduleOf(config, split.train.length);
  const snapshots = config.snapshots ? snapshotSteps(totalSteps) : [];
  const source = new ChunksAhead(job.drawChunk);
  const chunks = new ChunkClock(job.now, job.start.seconds);
  const mean = new RowMean(job.start.row);
  let { step, best } = job.start;
  let checkpointEvery = job.checkpointEvery;
  let savedStep = step;

  async function* checkpoint(): AsyncGenerator<TrainEvent> {
    if (savedStep === step) return;
    savedStep = step;
    yield { type: 'checkpoint', state: await session.read(), memory: { best, row: mean.sums } };
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

  /** Records a row, validates where an epoch ends; true once the validation bound has settled. */
  async function* endRow(seconds: number): AsyncGenerator<TrainEvent, boolean> {
    const place = { step, samples: step * minibatch, seconds };
    yield { type: 'row', row: { type: 'train', ...place, ...mean.take() } };
    if (step % validationEvery === 0 || step === totalSteps) {
      const row = yield* validate();
      yield { type: 'row', row };
      const improved = best === null || row.elbo > best.elbo;
      best = improved
        ? { step, elbo: row.elbo, epochsSince: 0 }
        : { ...best!, epochsSince: best!.epochsSince + 1 };
      if (improved) yield* checkpoint();
    }
    if (checkpointEvery === 0 && chunks.isWarm) {
      checkpointEvery = checkpointSteps(chunks.secondsPerStep, CHECKPOINT_SECONDS, rowEvery);
      yield { type: 'checkpointRate', every: checkpointEvery };
    }
    if (checkpointEvery > 0 && step % checkpointEvery === 0) yield* checkpoint();
    return patience > 0 && best !== null && best.epochsSince >= patience;
  }

  /** Steps of the chunk from here. It ends where something else than a row is due: rows are made of what it says of each step. */
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
      // Images that cannot be read any more: what was learnt up to here is not lost with them.
      yield* checkpoint();
      throw error;
    }
    const end = step + chunk.steps;
    if (end < totalSteps) source.announce(end, stepsFrom(end));
    const before = chunks.seconds;
    const metrics = await chunks.time(chunk.steps, () => session.train(chunk));
    const lost = metrics.elbo.findIndex((value) => !Number.isFinite(value));
    if (lost >= 0) return { state: 'failed', step, message: diverged(step + lost, savedStep, config) };
    // Before a checkpoint of the same step: a run that is killed between the two repeats the chunk, and the snapshot.
    if (snapshots.includes(end)) yield { type: 'snapshot', state: await session.read() };
    const perStep = (chunks.seconds - before) / chunk.steps;
    for (let i = 0; i < chunk.steps; i++) {
      mean.add(metrics.elbo[i]!, metrics.reconstruction[i]!);
      step++;
      if (step % rowEvery !== 0 && step !== totalSteps) continue;
      if (yield* endRow(before + perStep * (i + 1))) {
        yield* checkpoint();
        const message = `the validation bound has settled (best at step ${best!.step})`;
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
  return { state: 'finished', step, message: `all ${step * minibatch} samples are done` };
}

function diverged(step: number, savedStep: number, config: RunConfig): string {
  const rate = config.training.optimizer.learningRate;
  return (
    `the bound is no longer a finite number at step ${step}: training has diverged. ` +
    `The checkpoint of step ${savedStep} is intact. Train again with a lower learning rate (now ${rate}), ` +
    `such as learningRate=${rate / 10}.`
  );
}
