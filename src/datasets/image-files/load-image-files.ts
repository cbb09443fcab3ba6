import { listExamples } from '../list-examples';
import { FORMAT_NAMES } from '../../images/codecs/decode';
import type { Dataset, SkippedFile } from '../dataset';
import type { DatasetNote } from '../../domain/dataset-notes';
import { imageOfPage } from '../../domain/page-id';
import { decodeOne, withDecoder } from '../../images/decoding/decoder';
import { decodeInOrder } from '../../images/decoding/decode-in-order';
import { cropLoss, cropNotes, oddSizeNotes } from './size-notes';
import { commonSize, largestCommonSide, suggestShape } from './suggest-shape';
import type { CommonSize } from './suggest-shape';
import { pictureOf, splitFiles, surveyFiles } from './survey';
import type { ImageSizes } from './survey';
import { stampFiles } from '../cache/file-stamps';
import { readRegularFile } from '../../images/read-file';
import { fingerprintOf } from '../fingerprint';
import { requestedShape } from '../load-options';
import type { LoadedImages, LoadOptions } from '../load-options';
import { DatasetFindings } from './dataset-findings';
import { decodeFindings } from '../../images/image-findings';
import { PictureCache } from '../cache/picture-cache';
import { RowWriter, rowsOfFile } from '../rows/row-writer';
import type { ImageRows } from '../rows/image-rows';
import { TimeBudget } from '../../images/decoding/time-budget';
import { imageSize } from '../../images/image-shape';
import type { ImageShape } from '../../images/image-shape';
import { DataError } from '../../images/data-error';
import type { ImageFile } from '../../images/image-file';
import { imageReading } from '../../domain/reading';
import type { ReadingChoice } from '../../domain/reading';
import type { Decoder } from '../../images/decoding/decoder-types';

/** Result of loading encoded images. */
export interface LoadedPictures<T> extends Pick<Dataset, 'shape' | 'count' | 'images' | 'id' | 'skipped'> {
  /** As in `Dataset`. */
  readonly fingerprint?: string;
  /** As in `LoadedImages`. */
  readonly found?: LoadedImages['found'];
  /** The images that could be decoded, in order. */
  readonly used: readonly T[];
  readonly notes: readonly DatasetNote[];
}

/** Decoding time of all threads together. The slowest real images, large and nearly empty, take several seconds per megabyte. */
export const DECODING_BUDGET = { baseMs: 120_000, msAMegabyte: 20_000 };

/** Above this share of unusable images, the folder or file is probably the wrong one. */
const MAX_SKIPPED_SHARE = 0.5;

/**
 * Loads the images of encoded files, in order: of a file with several pictures those that `surveyFiles` chooses. Images that
 * cannot be used are skipped and listed, and do not affect the result otherwise. The shape is that of `suggestShape`, unless the
 * options specify one. Range and background are those of `DatasetFindings`, unless they are chosen. All three are decided by the
 * usable images alone: if it turns out that they decide otherwise than assumed, the images are decoded again. A cache avoids
 * repeated decoding; rows larger than `residentLimit` in total stay in its file.
 * @param place the folder or file with the images, for error messages
 * @param files the images of the files, if each has one
 * @param containers files that contain the images; empty if each image is a separate file
 * @throws DataError if there are no images, or more than half of them cannot be used
 */
export async function loadImageFiles<T extends ImageFile>(
  place: string,
  files: readonly T[],
  containers: readonly string[],
  options: LoadOptions,
): Promise<LoadedPictures<T>> {
  if (files.length === 0) {
    throw new DataError(`${place}: no images found; expected ${FORMAT_NAMES} images in it`);
  }
  const cache = await PictureCache.open(files, containers, options);
  const known = cache && (await fromCache(cache, files, options));
  if (known) return known;
  const survey = await surveyFiles(files, options.reading, options.signal);
  const { images, sizes, pages } = survey;
  const time = new TimeBudget({ place, work: 'decoding its images', ...DECODING_BUDGET });
  // Container files count by their own size: one may contain the same image a thousand times.
  const { bytes } = await stampFiles(containers);
  return withDecoder(options.threads ?? 1, time, async (decoder) => {
    const problems: Problems = new Map();
    const chosen = options.reading ?? {};
    let reading = chosen;
    for (;;) {
      const how = { ...options, reading };
      time.allow(bytes);
      const { shape, common } = await shapeOfUsable({ images, sizes, problems }, how, decoder);
      const sink = await RowWriter.open(cache, images.length, shape, options);
      try {
        const known = problems.size;
        const findings = chosen.rules === 1 ? null : new DatasetFindings();
        await decodeInto(sink, { images, shape, problems, findings }, how, decoder);
        checkShare(place, images, problems);
        const found = findings?.found(chosen) ?? {};
        if (findings?.changesPixels(reading, { ...chosen, ...found })) {
          reading = { ...chosen, ...found };
          continue;
        }
        // A file that cannot be used may have a header, or colour, that decided the shape.
        const again = () => shapeOfUsable({ images, sizes, problems }, how, decoder);
        if (problems.size > known && !isSame(shape, (await again()).shape)) continue;
        const loss = cropLoss(images, sizes, (i) => !problems.has(i), shape);
        const notes = [
          ...survey.notes,
          ...(common ? oddSizeNotes(images, sizes, common) : []),
          ...cropNotes(loss, shape, chosen.fit),
          ...(findings?.notes(chosen, found) ?? []),
        ];
        const loaded = { ...loadedPictures(images, problems, shape, await sink.rows()), found, notes };
        const fingerprint = await fingerprintOf(loaded, options);
        const skipped = [...problems].sort(([a], [b]) => a - b);
        const { count } = loaded;
        const content = { shape, count, skipped, fingerprint, found, pages, notes };
        return { ...loaded, fingerprint, images: await sink.keep(content) };
      } finally {
        await sink.close();
      }
    }
  });
}

interface Usable {
  readonly images: readonly ImageFile[];
  readonly sizes: ImageSizes;
  readonly problems: Problems;
}

/** Returns the shape that the images suggest, without those that are known to be unusable; with their common size, if it decided. */
async function shapeOfUsable(
  { images, sizes, problems }: Usable,
  options: LoadOptions,
  decoder: Decoder,
): Promise<{ readonly shape: ImageShape; readonly common: CommonSize | undefined }> {
  const isKnown = options.width !== undefined || options.height !== undefined;
  const isUsable = (i: number): boolean => !problems.has(i);
  const common = isKnown ? undefined : commonSize(sizes, isUsable, largestCommonSide(options));
  const usable = problems.size === 0 ? images : images.filter((_, i) => isUsable(i));
  const shape = requestedShape(await suggestShape(usable, common, options, decoder), options);
  return { shape, common };
}

const isSame = (a: ImageShape, b: ImageShape): boolean =>
  a.width === b.width && a.height === b.height && a.channels === b.channels;

/** Reasons by index of images that cannot be used. */
type Problems = Map<number, string>;

interface Decoding {
  readonly images: readonly ImageFile[];
  readonly shape: ImageShape;
  readonly problems: Problems;
  /** Collects what the usable images tell; null if nothing depends on it. */
  readonly findings: DatasetFindings | null;
}

/** Decodes the images that are not known to be unusable, and adds those that turn out to be. */
async function decodeInto(
  sink: RowWriter,
  { images, shape, problems, findings }: Decoding,
  { signal, onProgress, reading = {} }: LoadOptions,
  decoder: Decoder,
): Promise<void> {
  const numbers = images.flatMap((_, i) => (problems.has(i) ? [] : i));
  const usable = numbers.map((number) => images[number]!);
  const size = imageSize(shape);
  let done = 0;
  for await (const outcome of decodeInOrder(
    decoder,
    usable,
    { shape, reading: imageReading(reading), findings: findings !== null },
    signal,
  )) {
    if ('problem' in outcome) problems.set(numbers[done]!, outcome.problem);
    else {
      await sink.append(outcome.bytes.subarray(0, size));
      findings?.add(decodeFindings(outcome.bytes.subarray(size)));
    }
    done++;
    onProgress?.(done, usable.length);
  }
}

async function fromCache<T extends ImageFile>(
  cache: PictureCache,
  files: readonly T[],
  options: LoadOptions,
): Promise<LoadedPictures<T> | null> {
  const index = await cache.read(files.length);
  if (!index) return null;
  const { shape, count, fingerprint, found, notes } = index;
  const images = splitFiles(files, index.pages);
  const rows = await rowsOfFile(cache.rows, count, imageSize(shape), options).catch(() => null);
  const loaded = rows && loadedPictures(images, new Map(index.skipped), shape, rows);
  // Resident rows are verified by fingerprint; for rows in a file that would take too long.
  if (loaded && (!rows.resident || (await fingerprintOf(loaded, options)) === fingerprint)) {
    options.onProgress?.(images.length, images.length);
    return { ...loaded, fingerprint, found, notes };
  }
  await cache.remove();
  return null;
}

function loadedPictures<T extends ImageFile>(
  images: readonly T[],
  problems: ReadonlyMap<number, string>,
  shape: ImageShape,
  rows: ImageRows,
): Omit<LoadedPictures<T>, 'notes'> {
  const used = images.filter((_, i) => !problems.has(i));
  return {
    shape,
    count: used.length,
    images: rows,
    id: (index) => idAt(used, index),
    skipped: skippedFiles(images, problems),
    used,
  };
}

function checkShare(place: string, images: readonly ImageFile[], problems: Problems): void {
  if (problems.size < images.length && problems.size <= MAX_SKIPPED_SHARE * images.length) return;
  const skipped = skippedFiles(images, problems);
  const examples = listExamples(skipped.map(({ path, reason }) => `${path} (${reason})`));
  const share = `${skipped.length} of ${images.length} pictures cannot be used, expected at most half`;
  const advice = 'check that this is what was meant, or take these out of it';
  throw new DataError(`${place}: ${share}: ${examples}; ${advice}`);
}

function skippedFiles(images: readonly ImageFile[], problems: ReadonlyMap<number, string>): SkippedFile[] {
  return [...problems]
    .sort(([a], [b]) => a - b)
    .map(([i, reason]) => {
      const { id, path, page } = images[i]!;
      const isSplit = page !== undefined && id.endsWith(imageOfPage('', page.number));
      return { path: isSplit ? imageOfPage(path, page.number) : path, reason };
    });
}

/**
 * Loads one image file in a run's shape, exactly as in a dataset that contains it; of a file with several pictures the first.
 * @param reading of the run's source, see `readingOf`
 * @param page of a file with several pictures, from 0
 * @returns height * width * channels bytes
 * @throws DataError with the reason, without the path
 */
export async function loadImage(
  path: string,
  shape: ImageShape,
  reading: ReadingChoice = {},
  page?: number,
): Promise<Uint8Array> {
  const file = { id: path, path, file: path, read: (limit?: number) => readRegularFile(path, limit) };
  const completed = imageReading(reading);
  return decodeOne(await pictureOf(file, completed.rules, page), { shape, reading: completed });
}

function idAt(images: readonly ImageFile[], index: number): string {
  const image = images[index];
  if (!image) throw new RangeError(`image ${index}: expected 0 to ${images.length - 1}`);
  return image.id;
}
