import { setImmediate as turn } from 'node:timers/promises';
import type { Dataset } from '../datasets/dataset';
import { binarised } from '../datasets/sampling/binarise';
import { encodeDataset } from '../model/encode-dataset';
import { requireMemory } from '../model/memory-need';
import { readStoredModel } from '../model/model';
import type { Model } from '../model/model';
import { loadRunDataset } from '../model/run-dataset';
import { readLatents } from '../runs/latents';
import type { Latents } from '../runs/latents';
import { shapeOf } from '../runs/run-shape';
import type { TrainedRun } from './trained-run';
import type { ExportWork } from './work';

/**
 * Returns the encodings of all images of a run by the weights that are exported: those of its map if they are by these weights, else they
 * are computed. The run folder stays as it is.
 * @throws DataError if the images must be encoded and cannot be read; the abort reason
 */
export async function encodedImages(run: TrainedRun, work: ExportWork): Promise<Latents> {
  const saved = await readLatents(run.folder, (damaged) => work.note(sentence(damaged)));
  if (saved?.step === run.step && saved.dimensions === run.config.model.latent) return saved;
  const { binarisation, split } = run.config.data;
  const dataset = binarised(await imagesOf(run, work), binarisation, split.seed);
  return withModel(run, work, (model) =>
    driven(encodeDataset(model, dataset), work, ({ done }) =>
      work.onProgress('encoding images', done, dataset.count),
    ),
  );
}

/** Calls `use` with the run's model, and frees it afterwards. */
export async function withModel<T>(
  { folder, config, step, parameters }: TrainedRun,
  work: ExportWork,
  use: (model: Model) => Promise<T>,
): Promise<T> {
  const engine = await work.engine(config);
  const isOpened = config.opened !== undefined;
  if (!isOpened) requireMemory(config, false);
  const session = isOpened
    ? await (await readStoredModel(folder)).open(engine)
    : await engine.open(config.model, null, null);
  try {
    if (!isOpened) await session.load({ step, parameters, slots: {} });
    return await use({ config, session, step, shape: shapeOf(config) });
  } finally {
    session.dispose();
  }
}

/** Runs a computation to its end, step by step. @throws the abort reason between two steps */
export async function driven<S, R>(
  steps: AsyncGenerator<S, R>,
  { signal }: ExportWork,
  onStep: (step: S) => void,
): Promise<R> {
  for (;;) {
    const next = await steps.next();
    if (next.done) return next.value;
    onStep(next.value);
    // Signals of the system are delivered between the turns of the event loop.
    await turn();
    signal.throwIfAborted();
  }
}

/** Loads the images of a run in its model's shape, before they are binarised. @throws DataError; the abort reason */
export async function imagesOf({ folder, config }: TrainedRun, work: ExportWork): Promise<Dataset> {
  const options = {
    ...{ ...work.load, signal: work.signal },
    onProgress: (done: number, total: number) => work.onProgress('reading images', done, total),
  };
  const dataset = await loadRunDataset(folder, config, options, (changed) => work.note(sentence(changed)));
  work.signal.throwIfAborted();
  return dataset;
}

/** Returns a message as a sentence. */
export const sentence = (message: string): string =>
  `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`;
