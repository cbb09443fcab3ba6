import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, open, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stateOfFiles } from './file-stamps';
import type { LoadOptions } from '../load-options';
import { pruneCache, removeEntry } from './picture-cache-prune';
import { imageSize } from '../../images/image-shape';
import type { ImageFile } from '../../images/image-file';
import { INDEX_NAME, ROWS_NAME, SETTLED_MS } from './cache-entry';
import type { CacheContent, CacheIndex } from './cache-entry';

/** To be changed whenever the same pictures would give other bytes than before: what older versions made is then made anew. */
const CACHE_VERSION = 1;

/** Pictures of fewer bytes in all are decoded sooner than anybody notices. */
const MIN_CACHED_BYTES = 4 * 2 ** 20;

/**
 * Decoded pictures in a folder of the user's cache, for the next time that the same files are wanted in the same shape. An
 * entry is written beside and renamed; a damaged one is as good as none. No failure here is an obstacle.
 */
export class PictureCache {
  private constructor(
    private readonly root: string,
    private readonly key: string,
    private readonly files: readonly string[],
    private readonly state: string,
  ) {}

  /**
   * Null where nothing is to be kept: no cache is asked for, or the files have fewer than `fewest` bytes in all.
   * @param containers the files that the pictures are inside of; none where each is a file of its own
   */
  static async open(
    images: readonly Pick<ImageFile, 'id' | 'file'>[],
    containers: readonly string[],
    options: LoadOptions,
    fewest = MIN_CACHED_BYTES,
  ): Promise<PictureCache | null> {
    const { cache, width, height, channels, squares, signal } = options;
    if (cache === undefined) return null;
    const files = containers.length > 0 ? containers : images.map(({ file }) => file!);
    const { bytes, text } = await stateOfFiles(files, signal);
    if (bytes < fewest) return null;
    const wanted = { version: CACHE_VERSION, width, height, channels, squares, state: text };
    const hash = createHash('sha256').update(JSON.stringify(wanted));
    for (const { id } of images) hash.update(`${JSON.stringify(id)}\n`);
    return new PictureCache(join(cache, 'pictures'), hash.digest('hex'), files, text);
  }

  /** Where the rows lie, or will lie. */
  get rows(): string {
    return join(this.folder, ROWS_NAME);
  }

  private get folder(): string {
    return join(this.root, this.key);
  }

  /** What is known of these pictures; null where that is nothing, or makes no sense. @param pictures number of them all */
  async read(pictures: number): Promise<CacheIndex | null> {
    try {
      const index = JSON.parse(await readFile(join(this.folder, INDEX_NAME), 'utf8')) as CacheIndex;
      const { size, mtimeNs } = await stat(this.rows, { bigint: true });
      if (!isWhole(index, pictures, Number(size)) || index.written !== String(mtimeNs)) return null;
      const now = new Date();
      await utimes(join(this.folder, INDEX_NAME), now, now);
      return index;
    } catch {
      return null;
    }
  }

  /** Takes away an entry whose rows are not what its index says. */
  async remove(): Promise<void> {
    await removeEntry(this.folder).catch(() => undefined);
  }

  /** A folder beside the entry to write rows into. @throws where the cache cannot be written to */
  async begin(): Promise<string> {
    await mkdir(this.root, { recursive: true, mode: 0o700 });
    return mkdtemp(`${this.folder}.`);
  }

  /**
   * Makes what `begin` gave, with its rows, the entry. Not if a file changed meanwhile, or so shortly before that it may
   * yet: then the folder is as it was.
   * @returns whether it is the entry now
   */
  async keep(partial: string, content: CacheContent): Promise<boolean> {
    const { text, written } = await stateOfFiles(this.files);
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

  /** Takes away what `begin` gave. */
  async drop(partial: string): Promise<void> {
    await rm(partial, { recursive: true, force: true });
  }
}

function isWhole(index: CacheIndex, pictures: number, bytes: number): boolean {
  const { version, shape, count, fingerprint } = index;
  const skipped: CacheIndex['skipped'] = index.skipped;
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
