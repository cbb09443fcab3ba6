import { setImmediate as turn } from 'node:timers/promises';
import type { RandomAccessFile } from './random-access';
import { DataError } from '../../images/data-error';

/** A file in an archive. */
export interface ZipEntry {
  /** Path in the archive, with '/'; never absolute, and without '..'. */
  readonly path: string;
  readonly method: 'stored' | 'deflated';
  readonly compressedSize: number;
  /** Uncompressed size in bytes. */
  readonly size: number;
  readonly crc32: number;
  /** Byte offset of the entry's local header in the archive. */
  readonly headerStart: number;
  /** The reason, if the entry cannot be read. */
  readonly problem?: string;
}

const END = 0x06054b50;
const END_64_LOCATOR = 0x07064b50;
const END_64 = 0x06064b50;
const ENTRY = 0x02014b50;
const END_LENGTH = 22;
const LOCATOR_LENGTH = 20;
const END_64_LENGTH = 56;
const ENTRY_LENGTH = 46;
const MAX_COMMENT_BYTES = 65_535;

const MAX_DIRECTORY_BYTES = 256 * 2 ** 20;
const MAX_ENTRIES = 2_000_000;
const MAX_ENTRY_BYTES = 2 * 2 ** 30;
/** Images hardly compress, but masks can exceed this. Reading in pieces makes even a bomb of `HARMLESS_BYTES` harmless. */
const MAX_COMPRESSION_RATIO = 200;
const HARMLESS_BYTES = 2 * 2 ** 30;
/** Maximum expansion of deflate. */
const MAX_DEFLATE_RATIO = 1032;
const MAX_TOTAL_BYTES = 64 * 2 ** 30;

/** Entries parsed per event-loop turn. */
const ENTRIES_PER_TURN = 10_000;

const SYMBOLIC_LINK = 0o120000;
const FILE_TYPE = 0o170000;

/**
 * Reads the files of an archive from its central directory, in that order, without folders. Checks declared sizes, their
 * sum and its ratio to the archive size, and that entries do not overlap.
 * @throws DataError that names the archive and the entry: broken, too large, or a path outside the archive
 */
export async function readZipDirectory(file: RandomAccessFile, signal?: AbortSignal): Promise<ZipEntry[]> {
  const { start, length, count } = await findDirectory(file);
  if (length > MAX_DIRECTORY_BYTES || count > MAX_ENTRIES) {
    const limit = `limit ${MAX_DIRECTORY_BYTES} and ${MAX_ENTRIES}`;
    throw new DataError(
      `${file.name}: a table of contents of ${length} bytes and ${count} entries, ${limit}`,
    );
  }
  const table = await file.read(start, length, signal);
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + ENTRY_LENGTH > length || table.readUInt32LE(at) !== ENTRY) {
      throw new DataError(`${file.name}: broken table of contents: entry ${i + 1} of ${count} is not there`);
    }
    const variable = [28, 30, 32].map((field) => table.readUInt16LE(at + field));
    const end = at + ENTRY_LENGTH + variable.reduce((a, b) => a + b);
    if (end > length) throw new DataError(`${file.name}: broken table of contents: entry ${i + 1} is cut`);
    const entry = parseEntry(file, table.subarray(at, end), variable as [number, number, number]);
    if (entry) entries.push(entry);
    at = end;
    if (i % ENTRIES_PER_TURN === 0) await turn();
  }
  checkSizes(file, entries);
  return entries;
}

async function findDirectory(file: RandomAccessFile) {
  const tailLength = Math.min(file.size, END_LENGTH + MAX_COMMENT_BYTES);
  const tail = await file.read(file.size - tailLength, tailLength);
  let at = tailLength - END_LENGTH;
  // The end record precedes a comment of variable length, so it must be searched for.
  while (
    at >= 0 &&
    !(tail.readUInt32LE(at) === END && at + END_LENGTH + tail.readUInt16LE(at + 20) <= tailLength)
  )
    at--;
  if (at < 0)
    throw new DataError(`${file.name}: no table of contents: not a ZIP archive, or a truncated one`);
  const count = tail.readUInt16LE(at + 10);
  const length = tail.readUInt32LE(at + 12);
  const start = tail.readUInt32LE(at + 16);
  const endStart = file.size - tailLength + at;
  if (count === 0xffff || length === 0xffffffff || start === 0xffffffff) {
    const large = await findLargeDirectory(file, endStart);
    if (large) return large;
  }
  return { start, length, count };
}

/** Locates the central directory of a ZIP64 archive (over 4 GiB or 65,535 entries); undefined if it is not one. */
async function findLargeDirectory(file: RandomAccessFile, endStart: number) {
  if (endStart < LOCATOR_LENGTH) return undefined;
  const locator = await file.read(endStart - LOCATOR_LENGTH, LOCATOR_LENGTH);
  if (locator.readUInt32LE(0) !== END_64_LOCATOR) return undefined;
  const end = await file.read(Number(locator.readBigUInt64LE(8)), END_64_LENGTH);
  if (end.readUInt32LE(0) !== END_64) throw new DataError(`${file.name}: broken end of the archive`);
  const [count, length, start] = [32, 40, 48].map((field) => Number(end.readBigUInt64LE(field)));
  return { start: start!, length: length!, count: count! };
}

/** Parses a central directory entry, given the lengths of name, extra fields and comment; undefined for a folder. */
function parseEntry(
  file: RandomAccessFile,
  bytes: Buffer,
  [nameLength, extraLength]: readonly [number, number, number],
): ZipEntry | undefined {
  const flags = bytes.readUInt16LE(8);
  const nameBytes = bytes.subarray(ENTRY_LENGTH, ENTRY_LENGTH + nameLength);
  // Old archives use other encodings; Latin-1 gives at least a stable name.
  const path = nameBytes
    .toString(flags & 0x800 ? 'utf8' : isUtf8(nameBytes) ? 'utf8' : 'latin1')
    .replaceAll('\\', '/');
  if (/^(\/|[a-z]:)|(^|\/)\.\.(\/|$)|\0/i.test(path)) {
    const expected = "expected a path inside the archive, without '..'";
    throw new DataError(`${file.name}: the entry ${JSON.stringify(path.slice(0, 200))}, ${expected}`);
  }
  if (path.endsWith('/') || path === '') return undefined;
  const extra = bytes.subarray(ENTRY_LENGTH + nameLength, ENTRY_LENGTH + nameLength + extraLength);
  const [size, compressedSize, headerStart] = largeFields(extra, [
    bytes.readUInt32LE(24),
    bytes.readUInt32LE(20),
    bytes.readUInt32LE(42),
  ]);
  const method = bytes.readUInt16LE(10);
  const madeOnUnix = bytes[5] === 3;
  const isLink = madeOnUnix && ((bytes.readUInt32LE(38) >>> 16) & FILE_TYPE) === SYMBOLIC_LINK;
  const problem = isLink
    ? 'a symbolic link'
    : flags & 1
      ? 'encrypted'
      : method !== 0 && method !== 8
        ? `compressed by method ${method}, expected 0 or 8 (deflate)`
        : method === 0 && size !== compressedSize
          ? 'broken: two sizes for one content'
          : size! > MAX_DEFLATE_RATIO * compressedSize! + 1000
            ? `broken: ${size} bytes from ${compressedSize}, more than deflate can give`
            : undefined;
  return {
    ...{ path, size: size!, compressedSize: compressedSize!, headerStart: headerStart!, problem },
    method: method === 0 ? 'stored' : 'deflated',
    crc32: bytes.readUInt32LE(16),
  };
}

/** Resolves fields that do not fit into 32 bits, which are stored in order in an extra field of type 1. */
function largeFields(extra: Buffer, fields: readonly number[]): number[] {
  let large: Buffer = Buffer.alloc(0);
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === 1) large = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
  }
  let used = 0;
  return fields.map((field) => {
    if (field !== 0xffffffff || used + 8 > large.length) return field;
    used += 8;
    return Number(large.readBigUInt64LE(used - 8));
  });
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function checkSizes(file: RandomAccessFile, entries: readonly ZipEntry[]): void {
  let total = 0;
  for (const { path, size } of entries) {
    total += size;
    if (size > MAX_ENTRY_BYTES) {
      throw new DataError(`${file.name}: ${path} declares ${size} bytes, limit ${MAX_ENTRY_BYTES}`);
    }
  }
  if (total > MAX_TOTAL_BYTES || (total > HARMLESS_BYTES && total > MAX_COMPRESSION_RATIO * file.size)) {
    const limit = `limit ${MAX_TOTAL_BYTES} and ${MAX_COMPRESSION_RATIO} times its size`;
    throw new DataError(`${file.name}: ${file.size} bytes declare ${total} bytes of files, ${limit}`);
  }
  // Entries are nearly always in order, and sorting millions would block the event loop.
  const isSorted = entries.every((entry, i) => i === 0 || entries[i - 1]!.headerStart <= entry.headerStart);
  const inOrder = isSorted ? entries : [...entries].sort((a, b) => a.headerStart - b.headerStart);
  inOrder.forEach(({ path, headerStart, compressedSize }, i) => {
    const next = inOrder[i + 1]?.headerStart ?? file.size;
    if (headerStart + compressedSize <= next) return;
    throw new DataError(`${file.name}: ${path} reaches into the next entry, expected entries side by side`);
  });
}
