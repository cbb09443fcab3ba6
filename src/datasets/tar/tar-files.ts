import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { constants, createGunzip } from 'node:zlib';
import { DataError } from '../../images/data-error';
import { readRegularFile } from '../../images/read-file';
import { BLOCK_BYTES, isTarHeader } from './tar-header';

const TAR_NAME = /\.(tar|tar\.gz|tgz)$/i;
/** A range of numbers in a path, as shells and WebDataset write it. */
const RANGE = /\{(\d{1,9})\.\.(\d{1,9})\}/;
const MAX_FILES = 100_000;
/** Compressed bytes that hold at least the first block. */
const GZIP_START = 65_536;

export function isGzip(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

/** Whether a file is a tape archive, gzipped or not, by its content. @throws DataError with a short reason if it cannot be read */
export async function isTarFile(path: string): Promise<boolean> {
  const start = await readRegularFile(path, GZIP_START);
  if (!isGzip(start)) return isTarHeader(start.subarray(0, BLOCK_BYTES));
  return isTarHeader((await inflatedStart(start)).subarray(0, BLOCK_BYTES));
}

/** Decompresses the first block; what is there of it if the data is broken. */
async function inflatedStart(bytes: Uint8Array): Promise<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: 4096, finishFlush: constants.Z_SYNC_FLUSH });
  gunzip.end(bytes);
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of gunzip) {
      pieces.push(piece as Uint8Array);
      length += (piece as Uint8Array).length;
      if (length >= BLOCK_BYTES) break;
    }
  } catch {
    return new Uint8Array();
  } finally {
    gunzip.destroy();
  }
  return Buffer.concat(pieces);
}

/** Whether a path has a range of numbers, like `shard-{000..009}.tar`. */
export function hasRange(path: string): boolean {
  return RANGE.test(path);
}

/**
 * Returns the archives that a path names: itself, those in a folder by name, or those of a range of numbers in it.
 * @throws DataError for a range that is empty or too long
 */
export async function tarFiles(path: string): Promise<string[]> {
  if (RANGE.test(path) && !(await stat(path).catch(() => null))) return expanded(path);
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries.filter(
    (entry) => entry.isFile() && TAR_NAME.test(entry.name) && !entry.name.startsWith('.'),
  );
  return names.map(({ name }) => join(path, name)).sort();
}

function expanded(path: string): string[] {
  const [range, from, to] = RANGE.exec(path)!;
  const [first, last] = [Number(from), Number(to)];
  if (!(first <= last && last - first < MAX_FILES)) {
    throw new DataError(
      `${basename(path)}: got the range ${range}, expected one of up to ${MAX_FILES} numbers`,
    );
  }
  return Array.from({ length: last - first + 1 }, (_, i) =>
    path.replace(range, String(first + i).padStart(from!.length, '0')),
  );
}
