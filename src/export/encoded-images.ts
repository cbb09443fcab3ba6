import { setImmediate as turn } from 'node:timers/promises';
import type { Dataset } from '../datasets/dataset';
import { binarised } from '../datasets/sampling/binarise';
import { encodeDataset } from '../model/encode-dataset';
import { requireMemory } from '../model/memory-need';
import { loadRunDataset } from '../model/run-dataset';
import { readLatents } from '../runs/latents';
import type { Latents } from '../runs/latents';
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
  const { config, step, parameters } = run;
  requireMemory(config, false);
  const { binarisation, split } = config.data;
  const dataset = binarised(await imagesOf(run, work), binarisation, split.seed);
  const session = await (await work.engine()).open(config.model, null, null);
  try {
    await session.load({ step, parameters, slots: {} });
    const encoding = encodeDataset({ config, session, step }, dataset);
    for (;;) {
      const next = await encoding.next();
      if (next.done) return next.value;
      work.onProgress('encoding images', next.value.done, dataset.count);
      // Signals of the system are delivered between the turns of the event loop.
      await turn();
      work.signal.throwIfAborted();
    }
  } finally {
    session.dispose();
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
