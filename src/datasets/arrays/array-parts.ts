import { setImmediate as turn } from 'node:timers/promises';
import type { SplitName } from '../../domain/split';
import type { Labels } from '../dataset';
import { FileRows } from '../rows/file-rows';
import type { RowPart } from '../rows/file-rows';
import { ownSplit } from '../own-split';
import { READ_BYTES } from './whole-images';
import { bytePart } from './byte-part';
import { joinImages } from './join-images';
import { cropNotes } from '../image-files/size-notes';
import { croppedShare } from '../../images/resize';
import { sortedNames } from '../labels/labels';
import { requestedShape } from '../load-options';
import type { LoadedImages, LoadOptions } from '../load-options';
import { imageSize } from '../../images/image-shape';
import type { ImageShape } from '../../images/image-shape';
import { DataError } from '../../images/data-error';
import type { ImagePart } from './image-part';

/** Limits of pixels per image and of images, above anything a model is trained on. */
const MAX_PIXELS = 4096 * 4096;
const MAX_IMAGES = 20_000_000;

/** Returns a part whose images are stored unconverted in a file. */
export function partInPlace(file: string, own: ImageShape, place: RowPart): ImagePart {
  const rows = new FileRows(imageSize(own), [place]);
  const length = Math.max(1, Math.floor(READ_BYTES / rows.size));
  async function* blocks(signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    for (let first = 0; first < rows.count; first += length) {
      signal?.throwIfAborted();
      yield rows.range(first, Math.min(length, rows.count - first));
      await turn();
    }
  }
  return { ...bytePart({ file, count: place.count, own, blocks }), place };
}

/**
 * Concatenates parts into one dataset.
 * @param files that contain the parts
 * @throws DataError if image shapes differ, or there are too many or too large images
 */
export async function joinParts(
  name: string,
  parts: readonly ImagePart[],
  files: readonly string[],
  options: LoadOptions,
): Promise<LoadedImages> {
  const { own, file: first } = parts[0]!;
  for (const { own: other, file } of parts) {
    if (other.width === own.width && other.height === own.height && other.channels === own.channels) continue;
    const describe = (of: ImageShape) => `rows ${of.height} and columns ${of.width}`;
    const channels =
      other.channels === own.channels ? '' : ` (${other.channels} channels, not ${own.channels})`;
    const expected = `expected those of ${first}, ${own.height} and ${own.width}`;
    throw new DataError(`${file}: ${describe(other)}, ${expected}${channels}`);
  }
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  if (own.width * own.height > MAX_PIXELS || count > MAX_IMAGES) {
    const got = `${count} images of ${own.width} × ${own.height} pixels`;
    const expected = `expected up to ${MAX_IMAGES} images of ${MAX_PIXELS} pixels each`;
    throw new DataError(`${first}: ${got}, ${expected}; save them smaller, or split them`);
  }
  const shape = requestedShape(own, options);
  const id = (index: number) => idOf(parts, index);
  const joined = await joinImages({ parts, files, shape, count, id }, options);
  const parted = splitOfParts(name, parts, id, options);
  const share = croppedShare(own, shape);
  const loss = { mean: share, greatest: share, example: id(0) };
  return {
    ...{ name, shape, count, id },
    ...joined,
    labels: joinLabels(parts),
    split: parted.split,
    skipped: [],
    notes: [
      ...parted.notes,
      ...(joined.notes ?? []),
      ...parts.flatMap(({ notes = [] }) => notes),
      ...cropNotes(loss, shape, options.reading?.fit),
    ],
  };
}

function splitOfParts(
  name: string,
  parts: readonly ImagePart[],
  pathOf: (index: number) => string,
  { reading }: LoadOptions,
): ReturnType<typeof ownSplit> {
  const roles = parts.flatMap(({ role, count }) => new Array<SplitName | undefined>(count).fill(role));
  const names = parts.filter(({ role }) => role !== undefined).map(({ file }) => file);
  return ownSplit(name, roles, { rules: reading?.rules, what: 'arrays', names, pathOf });
}

function idOf(parts: readonly ImagePart[], index: number): string {
  let first = 0;
  for (const { count, file } of parts) {
    if (index >= first && index < first + count) return `${file}#${index - first}`;
    first += count;
  }
  throw new RangeError(`image ${index}: expected 0 to ${first - 1}`);
}

/**
 * Concatenates labels, with class numbers as names where a part has no others, and -1 for parts without labels; undefined if no part
 * has labels.
 */
function joinLabels(parts: readonly ImagePart[]): Labels | undefined {
  if (parts.every(({ labels }) => !labels)) return undefined;
  const values = new Int32Array(parts.reduce((sum, { count }) => sum + count, 0)).fill(-1);
  const areNumbers = parts.every(({ labelNames }) => !labelNames);
  const names = areNumbers ? [] : sortedNames(parts.flatMap(usedNames));
  const numbers = new Map(names.map((name, i) => [name, i]));
  let first = 0;
  for (const { labels, labelNames, count } of parts) {
    if (labels && areNumbers) values.set(labels, first);
    else if (labels) {
      const name = (value: number) => labelNames?.[value] ?? String(value);
      values.set(
        Int32Array.from(labels, (value) => (value < 0 ? -1 : numbers.get(name(value))!)),
        first,
      );
    }
    first += count;
  }
  if (!areNumbers) return { names, values };
  const highest = values.reduce((a, b) => Math.max(a, b), -1);
  return { names: Array.from({ length: highest + 1 }, (_, i) => String(i)), values };
}

/** Returns the names of the classes that a part has, their numbers where there are no names. */
function usedNames({ labels, labelNames }: ImagePart): readonly string[] {
  const used = [...new Set(Array.from(labels ?? []))].filter((value) => value >= 0);
  return used.map((value) => labelNames?.[value] ?? String(value));
}
