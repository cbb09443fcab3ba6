import { open, readFile, statfs, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FileRows, rowPart } from './file-rows';
import { fileProblem } from '../../images/read-file';
import { allocatePixels, RESIDENT_LIMIT_BYTES } from '../load-options';
import type { LoadOptions } from '../load-options';
import type { PictureCache } from '../cache/picture-cache';
import { residentRows } from './image-rows';
import type { ImageRows } from './image-rows';
import { imageSize } from '../../images/image-shape';
import type { ImageShape } from '../../images/image-shape';
import { DataError } from '../../images/data-error';
import { ROWS_NAME, SETTLED_MS } from '../cache/cache-entry';
import type { CacheContent } from '../cache/cache-entry';

/** Approximate number of bytes per write. */
const PIECE_BYTES = 2 ** 20;

/** Opens the rows of a file, in memory up to `residentLimit`. */
export async function rowsOfFile(
  path: string,
  count: number,
  size: number,
  { residentLimit = RESIDENT_LIMIT_BYTES }: LoadOptions,
): Promise<ImageRows> {
  if (count * size > residentLimit) return new FileRows(size, [await rowPart(path, 0, count)]);
  const bytes = await readFile(path);
  return residentRows(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), size);
}

/** Collects image rows in memory or, if they are too large and there is a cache, in a cache file. */
export class RowWriter {
  private length = 0;
  /** Bytes in `pixels` that are not written to the file yet; without a file, all bytes so far. */
  private waiting = 0;

  private constructor(
    private readonly cache: PictureCache | null,
    private readonly size: number,
    /** All rows; with a file, a buffer of rows not yet written. */
    private readonly pixels: Uint8Array,
    private readonly options: LoadOptions,
    private partial: string | null,
    private file: FileHandle | null,
  ) {}

  /** Opens a sink. @param limit maximum number of rows @throws DataError if they fit neither in memory nor on disk */
  static async open(
    cache: PictureCache | null,
    limit: number,
    shape: ImageShape,
    options: LoadOptions,
  ): Promise<RowWriter> {
    const size = imageSize(shape);
    const { residentLimit = RESIDENT_LIMIT_BYTES } = options;
    if (!cache || limit * size <= residentLimit) {
      return new RowWriter(cache, size, allocatePixels(limit, shape), options, null, null);
    }
    const partial = await cache.begin().catch((error: unknown) => {
      throw cannotWrite(cache, limit * size, error);
    });
    await checkRoom(cache, partial, limit * size).catch(async (error: unknown) => {
      await cache.drop(partial);
      throw error;
    });
    const file = await open(join(partial, ROWS_NAME), 'wx');
    const piece = new Uint8Array(Math.max(1, Math.floor(PIECE_BYTES / size)) * size);
    return new RowWriter(cache, size, piece, options, partial, file);
  }

  async append(row: Uint8Array): Promise<void> {
    this.pixels.set(row, this.waiting);
    this.waiting += row.length;
    this.length += row.length;
    if (this.file && this.waiting === this.pixels.length) await this.flush();
  }

  private async flush(): Promise<void> {
    try {
      await this.file?.writeFile(this.pixels.subarray(0, this.waiting));
    } catch (error) {
      throw cannotWrite(this.cache!, this.pixels.length, error);
    }
    this.waiting = 0;
  }

  /** Returns the rows so far, valid while the sink is open. */
  async rows(): Promise<ImageRows> {
    if (!this.file) return residentRows(this.pixels.subarray(0, this.length), this.size);
    await this.flush();
    const path = join(this.partial!, ROWS_NAME);
    return new FileRows(this.size, [await rowPart(path, 0, this.length / this.size)]);
  }

  /**
   * Stores the rows as a cache entry. @returns rows that stay valid after `close`
   * @throws DataError if rows that are not in memory cannot be stored, or their source files changed meanwhile
   */
  async keep(content: CacheContent): Promise<ImageRows> {
    const rows = await this.rows();
    const { cache } = this;
    if (!cache) return rows;
    try {
      this.partial ??= await cache.begin();
      if (rows.resident) await writeFile(join(this.partial, ROWS_NAME), rows.resident);
      await this.file?.close();
      this.file = null;
      let isKept = await cache.keep(this.partial, content);
      // `keep` also refuses if a source file was written just before loading; after a delay that is no obstacle.
      if (!isKept && !rows.resident)
        isKept = await delay(SETTLED_MS).then(() => cache.keep(this.partial!, content));
      if (isKept) this.partial = null;
      else if (!rows.resident) throw new DataError('the images changed while they were read: try again');
    } catch (error) {
      // Resident rows do not need the cache.
      if (rows.resident) return rows;
      throw error instanceof DataError ? error : cannotWrite(cache, this.length, error);
    }
    return rows.resident ? rows : rowsOfFile(cache.rows, rows.count, this.size, this.options);
  }

  /** Closes the file and removes rows that were not kept. */
  async close(): Promise<void> {
    await this.file?.close();
    if (this.partial !== null) await this.cache!.drop(this.partial).catch(() => undefined);
  }
}

/** Checks for free space before filling the disk: a small file may contain any number of images. */
async function checkRoom(cache: PictureCache, folder: string, bytes: number): Promise<void> {
  const { bavail, bsize, blocks } = await statfs(folder);
  // Some file systems do not report free space.
  if (blocks === 0 || bytes <= bavail * bsize) return;
  const room = `there is room for ${Math.floor((bavail * bsize) / 1e6)} MB`;
  throw cannotWrite(cache, bytes, new Error(room));
}

function cannotWrite(cache: PictureCache, bytes: number, error: unknown): DataError {
  const size = `${Math.ceil(bytes / 1e6)} MB`;
  return new DataError(
    `${cache.rows}: cannot keep the decoded images there, ${size}: ${fileProblem(error)}; ` +
      `free some space, or use a smaller width and height or fewer images`,
  );
}
