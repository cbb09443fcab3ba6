import { setImmediate as turn } from 'node:timers/promises';
import { SPLIT_NAMES } from '../../domain/split';
import { DataError } from '../../images/data-error';
import { imageSize } from '../../images/image-shape';
import type { Dataset } from '../dataset';
import { readingOf } from '../load';
import { encodeHeader, MAX_IDS_BYTES, MAX_PARTS } from './packed-header';
import type { PackedAbout } from './packed-about';

/** A part of packed images, to be written to a file of its own. */
export interface PackedPart {
  /** Number from 1, and of how many. */
  readonly part: number;
  readonly parts: number;
  /** Of the file, in bytes. */
  readonly size: number;
  /** Returns the file in pieces, which are the same each time. Throws the abort reason; DataError if an image cannot be read. */
  readonly pieces: (signal?: AbortSignal) => AsyncGenerator<Uint8Array>;
}

const PIECE_BYTES = 4 << 20;

/**
 * Packs the images of a dataset as a run sees them: whoever reads them gets the same dataset, with the same fingerprint.
 * @param dataset as `loadDataset` returns it @param partBytes bytes of images of each file, at most; at least one image is in each
 * @throws DataError if there would be too many files
 */
export function packDataset(dataset: Dataset, partBytes: number): PackedPart[] {
  const { count, shape, fingerprint } = dataset;
  const perPart = Math.min(count, Math.max(1, Math.floor(partBytes / imageSize(shape))));
  const parts = Math.ceil(count / perPart);
  if (parts > MAX_PARTS)
    throw new DataError(
      `${dataset.name}: got ${parts} files of ${partBytes} bytes, expected at most ${MAX_PARTS}; make them larger`,
    );
  const counts = Array.from({ length: parts }, (_, i) => Math.min(perPart, count - i * perPart));
  const about = Buffer.from(JSON.stringify(aboutOf(dataset, counts)));
  const roles = rolesOf(dataset);
  return counts.map((length, i): PackedPart => {
    const first = i * perPart;
    const tail = [
      Buffer.from(Array.from({ length }, (_, k) => `${JSON.stringify(dataset.id(first + k))}\n`).join('')),
      ...(i === 0 ? [about] : []),
      ...(dataset.labels ? [littleEndian(dataset.labels.values.subarray(first, first + length))] : []),
      ...(roles ? [roles.subarray(first, first + length)] : []),
    ];
    const [ids = 0, ...others] = tail.map((each) => each.length);
    if (ids > MAX_IDS_BYTES)
      throw new DataError(
        `${dataset.name}: the ids of ${length} images have ${ids} bytes, expected at most ${MAX_IDS_BYTES} in a file; write several smaller ones`,
      );
    const header = encodeHeader(
      { fingerprint, part: i + 1, parts, count: length, shape },
      {
        ...{ images: length * imageSize(shape), ids },
        ...(i === 0 && { about: others.shift() }),
        ...(dataset.labels && { labels: others.shift() }),
        ...(roles && { roles: others.shift() }),
      },
    );
    const size = [header, ...tail].reduce((sum, each) => sum + each.length, length * imageSize(shape));
    return {
      part: i + 1,
      parts,
      size,
      pieces: (signal) => piecesOf(dataset, first, length, header, tail, signal),
    };
  });
}

async function* piecesOf(
  { images }: Pick<Dataset, 'images'>,
  first: number,
  count: number,
  header: Uint8Array,
  tail: readonly Uint8Array[],
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  yield header;
  const rows = Math.max(1, Math.floor(PIECE_BYTES / images.size));
  for (let done = 0; done < count; done += rows) {
    signal?.throwIfAborted();
    yield images.range(first + done, Math.min(rows, count - done));
    await turn();
  }
  yield* tail;
}

function aboutOf({ name, labels, skipped, notes, source }: Dataset, counts: readonly number[]): PackedAbout {
  const { rules, fit, background, pages, range } = readingOf(source);
  return {
    ...{ name, counts, classes: labels?.names ?? null, skipped, notes },
    reading: {
      ...(rules && { rules }),
      ...(fit && { fit }),
      ...(background !== undefined && { background }),
      ...(pages && { pages }),
      ...(range && { range }),
    },
  };
}

/** Returns the part of the dataset's own split that each image is in; null without one. */
function rolesOf({ split, count }: Dataset): Uint8Array | null {
  if (!split) return null;
  const roles = new Uint8Array(count);
  for (const [role, name] of SPLIT_NAMES.entries()) for (const image of split[name]) roles[image] = role;
  return roles;
}

function littleEndian(values: Int32Array): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeInt32LE(value, 4 * i));
  return bytes;
}
