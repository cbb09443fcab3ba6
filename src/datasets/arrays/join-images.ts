import { setImmediate as turn } from 'node:timers/promises';
import type { Dataset } from '../dataset';
import { FileRows } from '../rows/file-rows';
import { fingerprintOf } from '../fingerprint';
import { RESIDENT_LIMIT_BYTES } from '../load-options';
import type { LoadedImages, LoadOptions } from '../load-options';
import { PictureCache } from '../cache/picture-cache';
import { CROP, resample } from '../../images/resize';
import type { Fitting } from '../../images/resize';
import { RowWriter, rowsOfFile } from '../rows/row-writer';
import { imageSize } from '../../images/image-shape';
import type { ValueRange } from '../../images/value-range';
import { findArrayRange } from './array-range';
import type { ImagePart } from './image-part';

/** Images converted per event-loop turn. */
const IMAGES_PER_TURN = 64;

/** Parts with images of one shape, and shape, count and ids of the joined dataset. */
export interface JoinedParts extends Pick<Dataset, 'shape' | 'count' | 'id'> {
  readonly parts: readonly ImagePart[];
  /** Files that contain the parts. */
  readonly files: readonly string[];
}

/**
 * Returns the images of parts as rows, in memory up to `residentLimit`, in the range of `findArrayRange`. Larger datasets
 * stay in their files if these store them unconverted; otherwise they are written to a cache file, which the next load
 * reuses.
 */
export async function joinImages(
  joined: JoinedParts,
  options: LoadOptions,
): Promise<Pick<LoadedImages, 'images' | 'fingerprint' | 'found' | 'notes'>> {
  const { shape, count, parts } = joined;
  const size = imageSize(shape);
  const isLarge = count * size > (options.residentLimit ?? RESIDENT_LIMIT_BYTES);
  const cache = isLarge ? await openCache(joined, options) : null;
  const known = await cache?.read(count);
  if (known && imageSize(known.shape) === size) {
    const { fingerprint, found, notes } = known;
    return { images: await rowsOfFile(cache!.rows, count, size, options), fingerprint, found, notes };
  }
  const { range, found, notes } = await findArrayRange(parts, options.reading ?? {}, options.signal);
  const stored = isLarge && range === null && storedRows(joined);
  if (stored) return { images: stored, found, notes };
  const sink = await RowWriter.open(cache, count, shape, options);
  try {
    await convert(joined, range, sink, options);
    if (!cache) return { images: await sink.rows(), found, notes };
    const rows = await sink.rows();
    const fingerprint = await fingerprintOf({ ...joined, images: rows }, options);
    const content = { shape, count, skipped: [], fingerprint, found, pages: [], notes };
    return { images: await sink.keep(content), fingerprint, found, notes };
  } finally {
    await sink.close();
  }
}

/** Returns the images in their original files; undefined if any must be decoded or converted. */
function storedRows({ parts, shape }: JoinedParts): FileRows | undefined {
  const { width, height, channels } = parts[0]!.own;
  if (width !== shape.width || height !== shape.height || channels !== shape.channels) return undefined;
  const places = parts.flatMap(({ place }) => place ?? []);
  return places.length === parts.length ? new FileRows(imageSize(shape), places) : undefined;
}

function openCache({ parts, files }: JoinedParts, options: LoadOptions): Promise<PictureCache | null> {
  const names = parts.map(({ file, count }) => ({ id: `${file}: ${count}` }));
  return PictureCache.open(names, files, options, 0);
}

async function convert(
  { parts, shape, count }: JoinedParts,
  range: ValueRange | null,
  sink: RowWriter,
  options: LoadOptions,
): Promise<void> {
  const { signal, onProgress, reading = {} } = options;
  // Most arrays of images are masks or spectra, or were drawn on black.
  const fitting: Fitting = {
    ...CROP,
    ...(reading.fit && { fit: reading.fit }),
    ...(reading.background && { background: reading.background }),
  };
  let done = 0;
  for (const part of parts) {
    const size = imageSize(part.own);
    for await (const block of part.blocks(signal, range)) {
      for (let at = 0; at < block.length; at += size) {
        await sink.append(resample(block.subarray(at, at + size), part.own, shape, fitting));
        if (++done % IMAGES_PER_TURN === 0) await turn();
      }
      signal?.throwIfAborted();
      onProgress?.(done, count);
    }
  }
  onProgress?.(count, count);
}
