import type { Engine } from '../engine/engine';
import { initialState } from '../model/state';
import type { RunConfig } from '../runs/config';
import { trainingConfigOf } from '../runs/run-shape';
import { ChunkClock } from './chunk-clock';
import { ChunkPrefetcher } from './chunk-prefetcher';
import type { DrawChunk } from './chunk-prefetcher';
import { maxSteps } from './minibatch-images';

/** Calls before the measurement: the first ones compile the graph and start threads. */
const WARM_CALLS = 3;

interface TimedTraining {
  readonly config: RunConfig;
  /** Draws chunks like `ChunkSource`. */
  readonly drawChunk: DrawChunk;
  /** Images that are resident in the session, rows of bytes; null if chunks stream them. */
  readonly resident: Uint8Array | null;
  /** Row numbers of the training images. */
  readonly train: Uint32Array;
  /** How long to measure, in seconds. */
  readonly seconds: number;
  /** Returns seconds on a monotonic clock. */
  readonly now: () => number;
}

/**
 * Measures real training steps of a run: minibatch, noise, gradient and update, in chunks as in `train`, without validations and
 * checkpoints. @returns seconds per step
 */
export async function timeTraining(
  engine: Engine,
  { config, drawChunk, resident, train, seconds, now }: TimedTraining,
): Promise<number> {
  const none = new Uint32Array();
  const training = trainingConfigOf(config, { train, validation: none, test: none });
  const session = await engine.open(config.model, training, resident);
  try {
    await session.load(initialState(config));
    const source = new ChunkPrefetcher(drawChunk);
    const clock = new ChunkClock(now, 0);
    const limit = resident ? Infinity : maxSteps(config);
    let [calls, step, counted, begin] = [0, 0, 0, 0];
    for (;;) {
      if (calls === WARM_CALLS) begin = now();
      const chunk = await source.take(step, clock.next(limit));
      step += chunk.steps;
      source.announce(step, clock.next(limit));
      await clock.time(chunk.steps, () => session.train(chunk));
      calls++;
      if (calls <= WARM_CALLS) continue;
      counted += chunk.steps;
      const elapsed = now() - begin;
      if (elapsed >= seconds) return elapsed / counted;
    }
  } finally {
    session.dispose();
  }
}
