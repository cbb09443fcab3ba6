import { isKnownTag } from './tiff-directory';
import { isSideways } from './orientation';
import { DataError } from '../data-error';

/** Reads part of a file; fewer bytes if it ends before. */
export type ReadAt = (offset: number, length: number) => Uint8Array;
export type ReadAtLater = (offset: number, length: number) => Promise<Uint8Array>;

/** A page of a TIFF: one of its main directories that is neither a smaller copy of another nor a mask. */
interface TiffPage {
  /** Byte offset of its directory. */
  readonly offset: number;
  /** As a viewer shows it. */
  readonly width: number;
  readonly height: number;
}

export interface TiffPages {
  readonly pages: readonly TiffPage[];
  /** Whether the first directory is read as it stands, because the file is a TIFF and this is its first page. */
  readonly isPlain: boolean;
  /** Whether a directory lies outside of the file, or is one that was there before. */
  readonly isCut: boolean;
}

const TAG = {
  newSubfileType: 254,
  subfileType: 255,
  width: 256,
  height: 257,
  stripOffsets: 273,
  orientation: 274,
  stripByteCounts: 279,
  tileOffsets: 324,
  tileByteCounts: 325,
} as const;

/** Bytes per value of each type. */
const SIZES: Readonly<Record<number, number>> = Object.fromEntries(
  [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8].map((size, type) => [type, size]),
);
const LONG = 4;
const LONG8 = 16;

/** Bytes read at a time to find directories: more than most have. */
const READ_BYTES = 1024;
const MAX_PAGES = 1_000_000;
const MAX_VALUES = 1_000_000;
/** Limit of the bytes of a page, as stored. */
const MAX_PAGE_BYTES = 256 * 2 ** 20;
const HARMLESS_BYTES = 16 * 2 ** 20;

/** What differs between a TIFF and a BigTIFF, and the byte order. */
interface Kind {
  readonly little: boolean;
  readonly big: boolean;
}

/** Whether a file begins like a TIFF or BigTIFF. */
export const isTiff = (bytes: Uint8Array): boolean =>
  /^(II[*+]\0|MM\0[*+])/.test(String.fromCharCode(...bytes.subarray(0, 4)));

/**
 * Finds the pages of a TIFF or BigTIFF, without its pixels. Follows each directory once.
 * @param size of the file in bytes
 * @throws DataError if it has too many
 */
export async function findTiffPages(read: ReadAtLater, size: number): Promise<TiffPages> {
  const start = await read(0, 16);
  const kind = kindOf(start);
  const seen = new Set<number>();
  const pages: TiffPage[] = [];
  /** Directories that overlap could make a small file endless to read. */
  let directoryBytes = 0;
  let offset = firstOffset(start, kind);
  const first = offset;
  const isPlain = () => !kind.big && pages[0]?.offset === first;
  while (offset !== 0) {
    const directory = seen.has(offset) ? null : await readDirectory(read, kind, offset);
    directoryBytes += directory?.length ?? 0;
    if (!directory || directoryBytes > size) return { pages, isPlain: isPlain(), isCut: true };
    if (seen.size >= MAX_PAGES) {
      throw new DataError(`TIFF of over ${MAX_PAGES} pages, expected that many at most; split it`);
    }
    seen.add(offset);
    const page = pageOf(directory, kind, offset);
    if (page) pages.push(page);
    offset = directory.next;
  }
  return { pages, isPlain: isPlain(), isCut: false };
}

interface Directory {
  readonly entries: DataView;
  readonly next: number;
  /** In bytes. */
  readonly length: number;
}

/** Reads a directory; null if it does not lie in the file. */
async function readDirectory(read: ReadAtLater, kind: Kind, offset: number): Promise<Directory | null> {
  const start = await read(offset, READ_BYTES);
  const length = directoryLength(start, kind);
  if (length === null) return null;
  const bytes = length <= start.length ? start.subarray(0, length) : await read(offset, length);
  return bytes.length < length ? null : directoryOf(bytes, kind);
}

const countBytes = ({ big }: Kind): number => (big ? 8 : 2);
const entryBytes = ({ big }: Kind): number => (big ? 20 : 12);
const wordBytes = ({ big }: Kind): number => (big ? 8 : 4);

function directoryLength(start: Uint8Array, kind: Kind): number | null {
  if (start.length < countBytes(kind)) return null;
  const view = viewOf(start);
  const count = kind.big ? word(view, 0, kind) : view.getUint16(0, kind.little);
  return count > 0xffff ? null : countBytes(kind) + count * entryBytes(kind) + wordBytes(kind);
}

function directoryOf(bytes: Uint8Array, kind: Kind): Directory {
  const end = bytes.length - wordBytes(kind);
  const entries = viewOf(bytes.subarray(countBytes(kind), end));
  return { entries, next: word(viewOf(bytes), end, kind), length: bytes.length };
}

/** Returns the page of a directory; null if it is a smaller copy, or a mask. */
function pageOf({ entries }: Directory, kind: Kind, offset: number): TiffPage | null {
  const found = new Map<number, number>();
  for (let at = 0; at < entries.byteLength; at += entryBytes(kind)) {
    const tag = entries.getUint16(at, kind.little);
    const type = entries.getUint16(at + 2, kind.little);
    if (!found.has(tag) && (SIZES[type] ?? 0) > 0) found.set(tag, inlineValue(entries, at, type, kind));
  }
  const isLesser = ((found.get(TAG.newSubfileType) ?? 0) & 5) !== 0 || found.get(TAG.subfileType) === 2;
  if (isLesser) return null;
  const [width, height] = [found.get(TAG.width) ?? 0, found.get(TAG.height) ?? 0];
  return isSideways(found.get(TAG.orientation) ?? 1)
    ? { offset, width: height, height: width }
    : { offset, width, height };
}

function inlineValue(entries: DataView, entry: number, type: number, kind: Kind): number {
  return valueAt(entries, entry + 4 + wordBytes(kind), type, kind);
}

function valueAt(view: DataView, at: number, type: number, { little }: Kind): number {
  const size = SIZES[type];
  if (size === 1) return view.getUint8(at);
  if (size === 2) return view.getUint16(at, little);
  if (size === 4) return view.getUint32(at, little);
  return at + 8 <= view.byteLength ? Number(view.getBigUint64(at, little)) : 0;
}

/**
 * Returns a page of a TIFF or BigTIFF as a TIFF of its own: the tags that are known, and the bytes of its strips or tiles.
 * @param size of the file in bytes
 * @param offset of the page's directory, from `findTiffPages`
 * @throws DataError if it is truncated or too large
 */
export function extractTiffPage(read: ReadAt, size: number, offset: number): Uint8Array {
  const kind = kindOf(read(0, 16));
  const tags = readTags(read, kind, offset);
  const [offsetsTag, countsTag] = tags.has(TAG.tileOffsets)
    ? [TAG.tileOffsets, TAG.tileByteCounts]
    : [TAG.stripOffsets, TAG.stripByteCounts];
  const counts = valuesOf(tags.get(countsTag), kind);
  const offsets = valuesOf(tags.get(offsetsTag), kind).slice(0, counts.length);
  const contentBytes = counts.slice(0, offsets.length).reduce((sum, count) => sum + count, 0);
  // Parts may share their bytes, as those without content do, but not so that a small file grows large.
  const limit = Math.min(MAX_PAGE_BYTES, Math.max(HARMLESS_BYTES, size));
  if (contentBytes > limit) {
    throw new DataError(`a TIFF page of ${contentBytes} bytes, expected ${limit} at most`);
  }
  const places = Buffer.alloc(4 * offsets.length);
  if (tags.has(offsetsTag)) tags.set(offsetsTag, { type: LONG, count: offsets.length, bytes: places });
  const valueBytes = [...tags.values()].map(({ bytes }) => (bytes.length > 4 ? padded(bytes.length) : 0));
  const contentStart = 8 + 2 + 12 * tags.size + 4 + valueBytes.reduce((sum, bytes) => sum + bytes, 0);
  const result = new Uint8Array(contentStart + contentBytes);
  copySegments(read, offsets, counts, result.subarray(contentStart));
  let at = contentStart;
  offsets.forEach((_, i) => {
    viewOf(places).setUint32(4 * i, at, kind.little);
    at += counts[i]!;
  });
  writeDirectory(result, kind, tags);
  return result;
}

interface Tag {
  readonly type: number;
  readonly count: number;
  /** The values, in the byte order of the file. */
  readonly bytes: Uint8Array;
}

const padded = (bytes: number): number => bytes + (bytes % 2);

function valuesOf(tag: Tag | undefined, kind: Kind): number[] {
  if (!tag) return [];
  const view = viewOf(tag.bytes);
  return Array.from({ length: tag.count }, (_, i) => valueAt(view, i * SIZES[tag.type]!, tag.type, kind));
}

function readTags(read: ReadAt, kind: Kind, offset: number): Map<number, Tag> {
  const length = directoryLength(read(offset, countBytes(kind)), kind);
  const bytes = read(offset, length ?? 0);
  if (length === null || bytes.length < length) throw new DataError('truncated TIFF: it ends within a page');
  const { entries } = directoryOf(bytes, kind);
  const tags = new Map<number, Tag>();
  for (let at = 0; at < entries.byteLength; at += entryBytes(kind)) {
    const tag = entries.getUint16(at, kind.little);
    if (isKnownTag(tag) && !tags.has(tag)) tags.set(tag, readTag(read, kind, entries, at));
  }
  return tags;
}

function readTag(read: ReadAt, kind: Kind, entries: DataView, at: number): Tag {
  const tag = entries.getUint16(at, kind.little);
  const type = entries.getUint16(at + 2, kind.little);
  const size = SIZES[type] ?? 0;
  if (size === 0) throw new DataError(`broken TIFF: tag ${tag} of type ${type}`);
  const count = word(entries, at + 4, kind);
  if (count > MAX_VALUES) {
    throw new DataError(`TIFF with ${count} values of the tag ${tag}, limit ${MAX_VALUES}; save it as PNG`);
  }
  const field = at + 4 + wordBytes(kind);
  const bytes =
    size * count <= wordBytes(kind)
      ? new Uint8Array(entries.buffer, entries.byteOffset + field, size * count)
      : read(word(entries, field, kind), size * count);
  if (bytes.length < size * count) throw new DataError('truncated TIFF: it ends within the values of a page');
  if (type !== LONG8) return { type, count, bytes };
  const shorter = Buffer.alloc(4 * count);
  valuesOf({ type, count, bytes }, kind).forEach((value, i) =>
    viewOf(shorter).setUint32(4 * i, value, kind.little),
  );
  // Offsets beyond 4 GiB are needed only here; the extracted page has others.
  const isPlace = tag === TAG.stripOffsets || tag === TAG.tileOffsets;
  return isPlace ? { type, count, bytes } : { type: LONG, count, bytes: shorter };
}

/** Copies strips or tiles, those that follow each other in one piece. */
function copySegments(
  read: ReadAt,
  offsets: readonly number[],
  counts: readonly number[],
  target: Uint8Array,
): void {
  let at = 0;
  for (let i = 0; i < offsets.length;) {
    const first = offsets[i]!;
    let length = counts[i]!;
    for (i++; i < offsets.length && offsets[i] === first + length; i++) length += counts[i]!;
    const bytes = read(first, length);
    if (bytes.length < length) {
      throw new DataError(`truncated TIFF: a page ends at byte ${first + length}, the file before`);
    }
    target.set(bytes, at);
    at += length;
  }
}

/** Writes header and directory, in the byte order of the original. */
function writeDirectory(result: Uint8Array, { little }: Kind, tags: ReadonlyMap<number, Tag>): void {
  const view = viewOf(result);
  result.set(Buffer.from(little ? 'II*\0' : 'MM\0*', 'latin1'));
  view.setUint32(4, 8, little);
  view.setUint16(8, tags.size, little);
  let entry = 10;
  let outside = 10 + 12 * tags.size + 4;
  for (const [tag, { type, count, bytes }] of tags) {
    view.setUint16(entry, tag, little);
    view.setUint16(entry + 2, type, little);
    view.setUint32(entry + 4, count, little);
    if (bytes.length > 4) {
      view.setUint32(entry + 8, outside, little);
      result.set(bytes, outside);
      outside += padded(bytes.length);
    } else result.set(bytes, entry + 8);
    entry += 12;
  }
}

function kindOf(start: Uint8Array): Kind {
  if (start.length < 16) throw new DataError(`truncated TIFF: the file ends after ${start.length} bytes`);
  const little = start[0] === 0x49;
  return { little, big: viewOf(start).getUint16(2, little) === 43 };
}

const firstOffset = (start: Uint8Array, kind: Kind): number => word(viewOf(start), kind.big ? 8 : 4, kind);

/** Reads an offset or a count. */
const word = (view: DataView, at: number, { little, big }: Kind): number =>
  big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little);

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
