import * as z from 'zod';
import { MAX_LATENT_DIMENSIONS, MAX_SAMPLES } from '../../domain/limits';
import { seed } from '../../protocol/schemas/values';
import { PRESET_NAMES } from '../../runs/config';
import { readRun } from '../../runs/store';
import { formatCount } from '../../text/format-count';
import { confinedPath } from '../confined-path';
import { datasetPath } from '../datasets/dataset-path';
import { data, labelColumn, labels, settings } from '../fields';
import { shownPath } from '../run-of';
import { defineTool } from '../tool';

export const TRAIN_TOOL = 'vae_train_model';

export const trainInput = z.strictObject({
  data,
  preset: z
    .enum(PRESET_NAMES)
    .default('fast')
    .describe(
      "Model and training: 'fast' for small grey images, 'conv' for colour or larger images, the others as in the papers that name them.",
    ),
  samples: z
    .int()
    .min(1)
    .max(MAX_SAMPLES)
    .optional()
    .describe('Training datapoints after which training ends, counting repeats.'),
  latent: z.int().min(1).max(MAX_LATENT_DIMENSIONS).optional().describe('Latent dimensions.'),
  seed: seed
    .default(0)
    .describe('Seed of start values, minibatches and noise: the same seed gives the same model.'),
  set: settings.default({}),
  labels: labels.optional(),
  labelColumn: labelColumn.optional(),
});

/** Starts a training, which goes on by itself. */
export const trainModel = defineTool({
  name: TRAIN_TOOL,
  title: 'Train Model',
  description:
    'Starts training a variational autoencoder on a dataset, in a new run folder and in the background, and returns once training runs; the training takes minutes to hours. Follow it by vae_show_run, end it early by vae_stop_run. The images are only read.',
  access: 'change',
  input: trainInput,
  async run({ latent, set, labels: table, ...given }, { host, signal, progress }) {
    progress('reading the images');
    const folder = await host.train(
      {
        ...given,
        data: await datasetPath(host, given.data),
        set: latent === undefined ? set : { ...set, latent: String(latent) },
        ...(table === undefined ? {} : { labels: await confinedPath(host, table, 'read') }),
      },
      signal,
    );
    const run = await readRun(folder);
    const { training, data: images } = run.config;
    return {
      text: `training ${run.name}: ${formatCount(training.samples)} training datapoints from ${formatCount(images.count)} images of ${images.width} × ${images.height}; vae_show_run tells how it goes`,
      data: {
        run: run.name,
        folder: shownPath(host, folder),
        state: run.outcome,
        totalSamples: training.samples,
        images: images.count,
      },
    };
  },
});
