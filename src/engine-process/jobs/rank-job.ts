import { loadDataset } from '../../datasets/load';
import { shareRows } from '../../datasets/rows/shared-rows';
import { splitDataset } from '../../datasets/split';
import { EngineError } from '../../engine/choose';
import type { Chunk, EngineRanks } from '../../engine/engine';
import { DataError } from '../../images/data-error';
import { shapeOf, trainingConfigOf } from '../../runs/run-shape';
import type { TrainingConfig, VaeConfig } from '../../vae/config';
import { engineFor } from '../programs/engine-options';
import type { EngineOptions } from '../programs/engine-options';
import { loadOptions } from './load-options';
import { startMinibatchWorker } from './minibatch-worker-client';
import type { MinibatchWorkerClient } from './minibatch-worker-client';
import { parseRankTask } from './rank-task';

/** What a rank has of a run: how its own parts of the minibatches are drawn. */
interface RankImages {
  readonly model: VaeConfig;
  readonly training: TrainingConfig;
  readonly drawing: MinibatchWorkerClient;
}

/**
 * Trains a run together with other ranks, as one that is not the first: reads its own rows of every minibatch, draws its own part of
 * the noise, and computes what all compute together. Returns when the first one has ended; it alone has the run's folder.
 * @throws EngineError, DataError; JaxProcessError if another rank is lost
 */
export async function followFirstRank(
  options: Pick<EngineOptions, 'threads'>,
  signal: AbortSignal,
  onProgress: (message: string) => void,
): Promise<void> {
  const { engine } = await engineFor({ ...options, engine: 'jax' });
  const { ranks } = engine;
  if (ranks === undefined || ranks.index === 0)
    throw new EngineError(
      'this process is not one of several ranks, or it is the first of them, which trains',
    );
  let images: RankImages | null = null;
  let ahead: { readonly firstStep: number; readonly chunk: Promise<Chunk>; readonly steps: number } | null =
    null;
  try {
    for (;;) {
      const order = await ranks.next();
      signal.throwIfAborted();
      if (order.next === 'end') return;
      if (order.next === 'config') {
        images?.drawing.close();
        ahead = null;
        images = await imagesFor(order.config, ranks, signal, onProgress);
        continue;
      }
      if (images === null) throw new Error('the first rank trains, and has not said on what');
      const { model, training, drawing } = images;
      const { firstStep, steps, nextSteps } = order;
      const isAhead = ahead?.firstStep === firstStep && ahead.steps === steps;
      const chunk = await (isAhead ? ahead!.chunk : drawing.draw(firstStep, steps));
      ahead = nextSteps === 0 ? null : drawnAhead(drawing, firstStep + steps, nextSteps);
      await ranks.bring(order, chunk, model, training);
    }
  } finally {
    images?.drawing.close();
  }
}

function drawnAhead({ draw }: MinibatchWorkerClient, firstStep: number, steps: number) {
  const chunk = draw(firstStep, steps);
  // Reported if it is asked for; training may end before.
  chunk.catch(() => undefined);
  return { firstStep, steps, chunk };
}

/** Reads the images that the first rank names. They stay in their files where they can: most rows are those of others. */
async function imagesFor(
  text: string,
  ranks: EngineRanks,
  signal: AbortSignal,
  onProgress: (message: string) => void,
): Promise<RankImages> {
  const { config, positions } = await parseRankTask(text);
  onProgress('reading images');
  const options = { ...shapeOf(config), ...loadOptions(), residentLimit: 0, signal };
  const dataset = await loadDataset(config.data.source, options);
  if (dataset.fingerprint !== config.data.fingerprint)
    throw new DataError(
      `${dataset.name}: rank ${ranks.index} finds other images than rank 0 (${dataset.count} of fingerprint ${dataset.fingerprint.slice(0, 12)}, expected ${config.data.fingerprint.slice(0, 12)}); all ranks have to see the same files`,
    );
  const split = splitDataset(dataset, config.data.split);
  const drawing = startMinibatchWorker(config, split.train, shareRows(dataset.images), positions, ranks);
  return { model: config.model, training: trainingConfigOf(config, split), drawing };
}
