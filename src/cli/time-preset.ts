import { residentRows } from '../datasets/rows/image-rows';
import { shareRows } from '../datasets/rows/shared-rows';
import type { Engine } from '../engine/engine';
import { startMinibatchWorker } from '../engine-process/jobs/minibatch-worker-client';
import type { RunConfig } from '../runs/config';
import { streamsImages } from '../training/minibatch-images';
import { timeTraining } from '../training/time-training';

/** How long is measured, in seconds. */
const SECONDS = 1;
/** Images that are trained on: enough that minibatches differ, few enough to need no memory. */
const MAX_IMAGES = 512;

/**
 * Measures about a second of a run's training on this machine, on images of chance: how long a step takes does not depend on what is in
 * them. @param count of images in the dataset @returns seconds per step
 */
export async function secondsPerStep(engine: Engine, config: RunConfig, count: number): Promise<number> {
  const images = Math.min(MAX_IMAGES, Math.max(1, count));
  const { inputSize } = config.model;
  const bytes = Uint8Array.from({ length: images * inputSize }, (_, i) => (i * 2_654_435_761) >>> 24);
  const rows = residentRows(bytes, inputSize);
  const train = Uint32Array.from({ length: images }, (_, i) => i);
  const streamed = streamsImages(config, rows, engine) ? shareRows(rows) : null;
  const drawing = startMinibatchWorker(config, train, streamed);
  try {
    return await timeTraining(engine, {
      ...{ config, drawChunk: drawing.draw, train, seconds: SECONDS },
      resident: streamed ? null : bytes,
      now: () => performance.now() / 1000,
    });
  } finally {
    drawing.close();
  }
}
