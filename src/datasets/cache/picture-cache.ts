import { createHash } from 'node:crypto';
import { mkdtemp, open, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stampFiles } from './file-stamps';
import type { LoadOptions } from '../load-options';
import { pruneCache, removeEntry } from './picture-cache-prune';
import { imageSize } from '../../images/image-shape';
import type { ImageFile } from '../../images/image-file';
import { INDEX_NAME, ROWS_NAME, SETTLED_MS } from './cache-entry';
import type { CacheContent, CacheIndex } from './cache-entry';
import { ensureFolder } from '../../setup/ensure-folder.mjs';

/** Cache format version. Increase it when the same images would decode to other bytes; older entries are then ignored. */
const CACHE_VERSION = 2;

/** Minimum total size of image files to cache; smaller datasets decode fast enough. */
const MIN_CACHED_BYTES = 4 * 2 ** 20;

/**
 * A cache of decoded images in the user's cache folder, reused when the same files are loaded in the same shape. Entries
 * are written to a temporary folder and renamed into place. Damaged entries count as missing.
 */
export class PictureCache {
  private constructor(
    private readonly root: string,
    private readonly key: string,
    private readonly files: readonly string[],
    private readonly state: string,
  ) {}

  /**
   * Opens the cache entry for some images; null if the options name no cache, or the files have fewer than `fewest` bytes.
   * @param containers files that contain the images; empty if each image is a separate file
   */
  static async open(
    images: readonly Pick<ImageFile, 'id' | 'file'>[],
    containers: readonly string[],
    options: LoadOptions,
    fewest = MIN_CACHED_BYTES,
  ): Promise<PictureCache | null> {
    const { cache, width, height, channels, squares, signal, reading } = options;
    if (cache === undefined) return null;
    const files = containers.length > 0 ? containers : images.map(({ file }) => file!);
    const { bytes, text } = await stampFiles(files, signal);
    if (bytes < fewest) return null;
    const wanted = { version: CACHE_VERSION, width, height, channels, squares, reading, state: text };
    const hash = createHash('sha256').update(JSON.stringify(wanted));
    for (const { id } of images) hash.update(`${JSON.stringify(id)}\n`);
    return new PictureCache(join(cache, 'pictures'), hash.digest('hex'), files, text);
  }

  /** Path of the rows file, which may not exist yet. */
  get rows(): string {
    return join(this.folder, ROWS_NAME);
  }

  private get folder(): string {
    return join(this.root, this.key);
  }

  /** Reads the entry's index and marks it as used; null if it is missing or invalid. @param files number of image files */
  async read(files: number): Promise<CacheIndex | null> {
    try {
      const index = JSON.parse(await readFile(join(this.folder, INDEX_NAME), 'utf8')) as CacheIndex;
      const { size, mtimeNs } = await stat(this.rows, { bigint: true });
      if (!isWhole(index, files, Number(size)) || index.written !== String(mtimeNs)) return null;
      const now = new Date();
      await utimes(join(this.folder, INDEX_NAME), now, now);
      return index;
    } catch {
      return null;
    }
  }

  /** Removes an entry whose rows do not match its index. Errors are ignored. */
  async remove(): Promise<void> {
    await removeEntry(this.folder).catch(() => undefined);
  }

  /** Creates a temporary folder next to the entry to write rows into. @throws Error if the cache cannot be written */
  async begin(): Promise<string> {
    await ensureFolder(this.root, 0o700);
    return mkdtemp(`${this.folder}.`);
  }

  /**
   * Publishes the folder from `begin`, with its rows, as the entry. If a source file changed meanwhile, or was written so
   * recently that it may change undetected, leaves the folder untouched instead.
   * @returns whether the entry was published
   */
  async keep(partial: string, content: CacheContent): Promise<boolean> {
    const { text, written } = await stampFiles(this.files);
    if (text !== this.state || Date.now() - written < SETTLED_MS) return false;
    const { mtimeNs } = await stat(join(partial, ROWS_NAME), { bigint: true });
    const index: CacheIndex = { version: CACHE_VERSION, ...content, written: String(mtimeNs) };
    await writeFile(join(partial, INDEX_NAME), JSON.stringify(index));
    for (const name of [ROWS_NAME, INDEX_NAME]) {
      const file = await open(join(partial, name), 'r+');
      await file.sync().finally(() => file.close());
    }
    await removeEntry(this.folder);
    await rename(partial, this.folder);
    await pruneCache(this.root, this.key).catch(() => undefined);
    return true;
  }

  /** Removes the folder from `begin`. */
  async drop(partial: string): Promise<void> {
    await rm(partial, { recursive: true, force: true });
  }
}

function isWhole(index: CacheIndex, files: number, bytes: number): boolean {
  const { version, shape, count, fingerprint, pages } = index;
  const pictures = pages.reduce((sum, [, of]) => sum + of - 1, files);
  const skipped: CacheIndex['skipped'] = index.skipped;
  if (typeof index.found !== 'object' || !Array.isArray(index.notes)) return false;
  if (version !== CACHE_VERSION || count !== pictures - skipped.length) return false;
  const areSkipped = skipped.every(
    ([picture, reason], i) =>
      Number.isInteger(picture) &&
      picture >= 0 &&
      picture < pictures &&
      (i === 0 || picture > skipped[i - 1]![0]) &&
      typeof reason === 'string',
  );
  return areSkipped && bytes === count * imageSize(shape) && /^[0-9a-f]{64}$/.test(fingerprint);
}
