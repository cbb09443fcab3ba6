import { imageChecksums } from '../datasets/image-checksums';
import type { Dataset } from '../datasets/dataset';
import { closestPairs } from '../latent/closest-pairs';
import { wassersteinPoints } from '../latent/gaussian';
import { decodePictures } from './decode';
import { encodeDataset } from './encode-dataset';
import type { Model } from './model';

/** What is wrong with an image, or may be. Images are indices in the dataset; errors are root mean squares of differences, 1 from black to white. */
export type ImageFinding =
  | { readonly kind: 'duplicate'; readonly image: number; readonly of: number }
  | {
      readonly kind: 'near-duplicate';
      readonly image: number;
      readonly of: number;
      readonly difference: number;
    }
  | {
      readonly kind: 'worst-reconstructed';
      readonly image: number;
      /** Of the reconstruction from the posterior mean. */
      readonly error: number;
      /** Standard deviations above the mean error of all images. */
      readonly deviations: number;
    };

export interface CheckLimits {
  /** The largest difference of two images that count as nearly the same. */
  readonly difference: number;
  /** Standard deviations above the mean error from which on an image counts as badly reconstructed. */
  readonly deviations: number;
}

export interface CheckProgress {
  readonly part: 'encoding' | 'duplicates' | 'reconstructions';
  /** From 0 to 1. */
  readonly done: number;
}

export interface CheckResult {
  readonly findings: readonly ImageFinding[];
  /** Mean error of the reconstructions. */
  readonly meanError: number;
}

/** Pairs of images that the model places closest, whose pixels are compared: per image, and in all. */
const PAIRS_PER_IMAGE = 5;
const MAX_PAIRS = 20_000;
/** Maximum pixel values decoded per engine call. */
const MAX_CALL_VALUES = 800_000;

/**
 * Looks for images that are the same or nearly so, and for those that the model reconstructs worst. Near-duplicates are sought among the
 * pairs whose posteriors are closest, and their pixels decide. Yields after each engine call.
 * @param dataset in the model's shape, before it is binarised @param seen as the model sees it
 */
export async function* checkImages(
  model: Model,
  dataset: Dataset,
  seen: Dataset,
  limits: CheckLimits,
  signal: AbortSignal,
): AsyncGenerator<CheckProgress, CheckResult> {
  const encoding = encodeDataset(model, seen);
  let step = await encoding.next();
  for (; !step.done; step = await encoding.next())
    yield { part: 'encoding', done: step.value.done / dataset.count };
  const { mean, logVariance, dimensions } = step.value;
  const { duplicates, different } = sameImages(dataset, await imageChecksums(dataset, signal));
  const findings: ImageFinding[] = [...duplicates];
  const points = wassersteinPoints(
    rowsAt(mean, dimensions, different),
    rowsAt(logVariance, dimensions, different),
    dimensions,
  );
  const most = Math.min(MAX_PAIRS, PAIRS_PER_IMAGE * different.length);
  const search = closestPairs(points, 2 * dimensions, most);
  let next = search.next();
  for (; !next.done; next = search.next()) yield { part: 'duplicates', done: next.value };
  for (const pair of next.value) {
    const [of, image] = [different[pair.first]!, different[pair.second]!];
    const [a, b] = [dataset.images.range(of, 1), dataset.images.range(image, 1)];
    const difference = rootMeanSquare(a, b);
    if (difference <= limits.difference) findings.push({ kind: 'near-duplicate', image, of, difference });
  }
  const errors = new Float64Array(dataset.count);
  const { size } = seen.images;
  const batch = Math.max(1, Math.min(250, Math.floor(MAX_CALL_VALUES / size)));
  for (let first = 0; first < dataset.count; first += batch) {
    const count = Math.min(batch, dataset.count - first);
    const z = mean.subarray(first * dimensions, (first + count) * dimensions);
    const { bytes } = await decodePictures(model, z, count);
    const originals = seen.images.range(first, count);
    for (let i = 0; i < count; i++) {
      const own = (of: Uint8Array): Uint8Array => of.subarray(i * size, (i + 1) * size);
      errors[first + i] = rootMeanSquare(own(originals), own(bytes));
    }
    yield { part: 'reconstructions', done: (first + count) / dataset.count };
  }
  const { worst, meanError } = worstOf(errors, limits.deviations);
  return { findings: [...findings, ...worst], meanError };
}

/** Tells images that repeat an earlier one from those that do not. */
function sameImages(
  { images, count }: Dataset,
  checksums: Uint32Array,
): { readonly duplicates: readonly ImageFinding[]; readonly different: readonly number[] } {
  const byChecksum = new Map<number, number[]>();
  const duplicates: ImageFinding[] = [];
  const different: number[] = [];
  for (let image = 0; image < count; image++) {
    const others = byChecksum.get(checksums[image]!) ?? [];
    const bytes = others.length > 0 ? images.gather([image]) : null;
    // Different images may have the same checksum.
    const of = bytes && others.find((other) => equal(bytes, images.range(other, 1)));
    if (of != null) {
      duplicates.push({ kind: 'duplicate', image, of });
      continue;
    }
    different.push(image);
    byChecksum.set(checksums[image]!, [...others, image]);
  }
  return { duplicates, different };
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => a.every((value, i) => value === b[i]);

function rowsAt(values: Float32Array, columns: number, rows: readonly number[]): Float32Array {
  const result = new Float32Array(rows.length * columns);
  rows.forEach((row, i) => result.set(values.subarray(row * columns, (row + 1) * columns), i * columns));
  return result;
}

/** Returns the root of the mean squared difference of two images, 1 from black to white. */
export function rootMeanSquare(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum / a.length) / 255;
}

/** Returns the images whose error is at least so many standard deviations (n - 1) above the mean, worst first. */
export function worstOf(
  errors: Float64Array,
  deviations: number,
): { readonly worst: readonly ImageFinding[]; readonly meanError: number } {
  const count = errors.length;
  const meanError = errors.reduce((sum, error) => sum + error, 0) / count;
  const squares = errors.reduce((sum, error) => sum + (error - meanError) ** 2, 0);
  const deviation = Math.sqrt(squares / Math.max(1, count - 1));
  const worst = Array.from(errors, (error, image) => ({
    ...{ kind: 'worst-reconstructed' as const, image, error },
    deviations: deviation > 0 ? (error - meanError) / deviation : 0,
  }));
  return {
    worst: worst
      .filter((each) => deviation > 0 && each.deviations >= deviations)
      .sort((a, b) => b.error - a.error || a.image - b.image),
    meanError,
  };
}
