import { residentRows } from '../../datasets/rows/image-rows';
import { shareRows } from '../../datasets/rows/shared-rows';
import type { Engine } from '../../engine/engine';
import { startMinibatchWorker } from '../jobs/minibatch-worker-client';
import type { RunConfig } from '../../runs/config';
import { streamsImages } from '../../training/minibatch-images';
import { timeTraining } from '../../training/time-training';

/** Images that are trained on: enough that minibatches differ, few enough to need no memory. */
const MAX_IMAGES = 512;

/**
 * Measures a moment of a run's training on this machine, on images of chance: how long a step takes does not depend on what is in
 * them. @param count of images in the dataset @param seconds how long is measured @returns seconds per step
 */
export async function secondsPerStep(
  engine: Engine,
  config: RunConfig,
  count: number,
  seconds: number,
): Promise<number> {
  const images = Math.min(MAX_IMAGES, Math.max(1, count));
  const { inputSize } = config.model;
  const bytes = Uint8Array.from({ length: images * inputSize }, (_, i) => (i * 2_654_435_761) >>> 24);
  const rows = residentRows(bytes, inputSize);
  const train = Uint32Array.from({ length: images }, (_, i) => i);
  const streamed = streamsImages(config, rows, engine) ? shareRows(rows) : null;
  const drawing = startMinibatchWorker(config, train, streamed);
  try {
    return await timeTraining(engine, {
      ...{ config, drawChunk: drawing.draw, train, seconds },
      resident: streamed ? null : bytes,
      now: () => performance.now() / 1000,
    });
  } finally {
    drawing.close();
  }
}
