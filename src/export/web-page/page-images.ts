import { setImmediate as turn } from 'node:timers/promises';
import { binarised } from '../../datasets/sampling/binarise';
import { representativeRows } from '../../datasets/sampling/representative-rows';
import type { PageImages } from '../../domain/export-formats';
import { DataError } from '../../images/data-error';
import { klToPrior } from '../../latent/gaussian';
import { rowsOf } from '../../latent/rows';
import { formatCount } from '../../text/format-count';
import type { PageMap } from '../../protocol/web-page';
import type { Latents } from '../../runs/latents';
import { readTags } from '../../runs/tags';
import { readLayout } from '../../runs/umap-files';
import { encodedImages, imagesOf, sentence } from '../encoded-images';
import type { TrainedRun } from '../trained-run';
import type { ExportWork } from '../work';
import type { PageArrays } from './page-bytes';

/** Images on the page's map at most, and bytes of their posterior means: a page that is sent to somebody should be small. */
const MAX_IMAGES = 10_000;
const MAX_MEAN_BYTES = 1_000_000;
/** Pictures of a sample, and bytes of all pictures before they are compressed, at most. */
const MAX_SAMPLE = 500;
const MAX_PICTURE_BYTES = 64 * 2 ** 20;
/** Images between two looks at signals. */
const BLOCK_IMAGES = 200;

/** What a page holds of images. */
export interface PageImageData {
  readonly map: PageMap;
  readonly arrays: PageArrays;
  /** Number of images whose pictures are in the page. */
  readonly pictured: number;
}

/**
 * Collects the images of a page: places, bounds, labels and, as chosen, pictures and names. Of a large dataset images are taken that are spread
 * evenly over it. Null, with a note, if they can neither be read nor have been encoded.
 * @throws RunError; the abort reason
 */
export async function pageImages(
  run: TrainedRun,
  choice: { readonly images: PageImages; readonly fileNames: boolean },
  work: ExportWork,
): Promise<PageImageData | null> {
  const latents = await unlessUnreadable(
    () => encodedImages(run, work),
    (why) => work.note(`The page has no map. ${why}`),
  );
  if (latents === null) return null;
  const { dimensions, ids, splits, elbo, mean, logVariance, labels } = latents;
  const rows = spread(ids.length, Math.min(MAX_IMAGES, Math.floor(MAX_MEAN_BYTES / (4 * dimensions))));
  if (rows.length < ids.length)
    work.note(
      `The map has ${formatCount(rows.length)} of ${formatCount(ids.length)} images, spread evenly over the dataset.`,
    );
  const own = { mean: rowsOf(mean, dimensions, rows), logVariance: rowsOf(logVariance, dimensions, rows) };
  const layout = await layoutOf(run, latents, work);
  const pictures =
    choice.images === 'none' ? null : await picturesOf(run, latents, rows, choice.images, work);
  const shown = choice.fileNames
    ? Array.from(rows, (row) => ids[row]!)
    : Array.from(rows, (row) => `image ${formatCount(row + 1)}`);
  return {
    map: {
      count: rows.length,
      total: ids.length,
      ids: shown,
      labelNames: labels?.names ?? null,
      layout: layout?.description ?? null,
      tags: await tagsOf(run, latents, rows, shown),
    },
    arrays: {
      mean: own.mean,
      meanVariances: meanVariances(own.logVariance, dimensions),
      elbo: Float32Array.from(rows, (row) => elbo[row]!),
      kl: klToPrior(own.mean, own.logVariance, dimensions),
      splits: Uint8Array.from(rows, (row) => splits[row]!),
      ...(labels && { labels: Int32Array.from(rows, (row) => labels.values[row]!) }),
      ...(layout && { places: rowsOf(layout.places, 2, rows) }),
      ...pictures,
    },
    pictured: pictures?.pictured.length ?? 0,
  };
}

/** Returns up to `most` of `count` rows, spread evenly. */
const spread = (count: number, most: number): Uint32Array => {
  const length = Math.min(count, most);
  return Uint32Array.from({ length }, (_, i) => Math.floor((i * count) / length));
};

/** Runs what needs the dataset. @returns null if it cannot be read, after `tell` has been told why */
async function unlessUnreadable<T>(read: () => Promise<T>, tell: (why: string) => void): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof DataError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    tell(sentence((error as Error).message));
    return null;
  }
}

function meanVariances(logVariance: Float32Array, dimensions: number): Float32Array {
  const count = logVariance.length / dimensions;
  const sums = new Float64Array(dimensions);
  for (let i = 0; i < logVariance.length; i++) sums[i % dimensions]! += Math.exp(logVariance[i]!) / count;
  return Float32Array.from(sums);
}

async function layoutOf(run: TrainedRun, { step, fingerprint, ids }: Latents, work: ExportWork) {
  const saved = await readLayout(run.folder, (damaged) => work.note(sentence(damaged)));
  if (saved?.step !== step || saved.fingerprint !== fingerprint || saved.count !== ids.length) return null;
  const { sha256, fitted, epochs, neighbours, minDist, seed, most, places } = saved;
  const description = { id: sha256.slice(0, 16), step, fitted, epochs, neighbours, minDist, seed, most };
  return { description, places };
}

async function tagsOf(
  run: TrainedRun,
  { ids }: Latents,
  rows: Uint32Array,
  shown: readonly string[],
): Promise<PageMap['tags']> {
  const names = new Map(Array.from(rows, (row, i) => [ids[row]!, shown[i]!]));
  const tags = await readTags(run.folder);
  return tags
    .map((tag) => ({ name: tag.name, ids: tag.ids.flatMap((id) => names.get(id) ?? []) }))
    .filter((tag) => tag.ids.length > 0);
}

/** Gathers the pictures of images on the page, as the model sees them; null, with a note, if the dataset cannot be read. */
async function picturesOf(
  run: TrainedRun,
  { ids, labels }: Latents,
  rows: Uint32Array,
  images: 'sample' | 'all',
  work: ExportWork,
): Promise<{ readonly pictured: Int32Array; readonly pictures: Uint8Array } | null> {
  const { binarisation, split } = run.config.data;
  const read = await unlessUnreadable(
    () => imagesOf(run, work),
    (why) => work.note(`The page has no pictures of images. ${why}`),
  );
  if (read === null) return null;
  const dataset = binarised(read, binarisation, split.seed);
  const { width, height, channels } = dataset.shape;
  const size = width * height * channels;
  const most = Math.min(images === 'sample' ? MAX_SAMPLE : MAX_IMAGES, Math.floor(MAX_PICTURE_BYTES / size));
  const known = new Map(Array.from({ length: dataset.count }, (_, row) => [dataset.id(row), row]));
  const readable = rows.filter((row) => known.has(ids[row]!));
  const chosen = new Set(
    readable.length <= most
      ? readable
      : representativeRows(labels ? { labels } : {}, readable, most, split.seed),
  );
  if (images === 'all' && chosen.size < readable.length)
    work.note(
      `Of these, ${formatCount(chosen.size)} have pictures: all would take more than ${formatCount(MAX_PICTURE_BYTES)} bytes.`,
    );
  const pictured = Int32Array.from([...rows.keys()].filter((i) => chosen.has(rows[i]!)));
  const pictures = new Uint8Array(pictured.length * size);
  for (let start = 0; start < pictured.length; start += BLOCK_IMAGES) {
    const block = Array.from(pictured.subarray(start, start + BLOCK_IMAGES), (i) =>
      known.get(ids[rows[i]!]!)!,
    );
    pictures.set(dataset.images.gather(block), start * size);
    work.onProgress('pictures', start + block.length, pictured.length);
    await turn();
    work.signal.throwIfAborted();
  }
  return { pictured, pictures };
}
