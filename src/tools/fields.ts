/** Fields that several tools take. What languages models read is in `describe`. */
import * as z from 'zod';
import { MAX_LATENT_DIMENSIONS } from '../domain/limits';
import { imageId } from '../protocol/schemas/values';

const MAX_PATH_CHARACTERS = 8192;

export const path = z.string().min(1).max(MAX_PATH_CHARACTERS);

export const run = path.describe(
  "Name of a run as vae_list_runs gives it, a run folder's path, or 'latest' for the newest run.",
);

export const point = z
  .array(z.number())
  .min(1)
  .max(MAX_LATENT_DIMENSIONS)
  .describe('A point of latent space: one number for each latent dimension of the run.');

const file = z.strictObject({ path: path.describe('Path of an image file in the workspace.') });
const datasetImage = z.strictObject({
  id: imageId.describe("Id of an image of the run's own dataset, as other tools return it."),
});

/** An image. */
export const image = z.union(
  [file, datasetImage],
  'expected { path } of a file, or { id } of an image of the dataset',
);
export type ImageReference = z.output<typeof image>;

/** An image or a latent point. */
export const place = z.union(
  [file, datasetImage, z.strictObject({ point })],
  'expected { path } of a file, { id } of an image of the dataset, or { point } with its numbers',
);
export type ImageOrPoint = z.output<typeof place>;

export const settings = z
  .record(z.string().min(1).max(100), z.string().max(1000))
  .describe(
    "Settings that replace those of the preset, as text, such as {'latent': '3', 'training.minibatch': '64'}.",
  );

export const labels = path.describe(
  'Path of a table (CSV, TSV) with a column that names the images, to read labels from.',
);
export const labelColumn = z.string().max(1000).describe("The table's column with the labels.");

/** A dataset, as for `vae train`. */
export const data = path.describe(
  "Path of a folder of images, a .zip or .tar of images, or a .npy, .npz, Parquet or IDX file; or 'digits', which is built in.",
);
