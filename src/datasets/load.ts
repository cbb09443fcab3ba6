import { fileURLToPath } from 'node:url';
import type { Dataset, DatasetSource } from './dataset';
import { loadDigits } from './digits/digits';
import { loadFolder } from './image-files/folder';
import { loadIdx } from './arrays/idx-dataset';
import { knownFingerprint } from './cache/fingerprint-cache';
import { leaveOut } from './exclude-images';
import { loadNpy } from './arrays/npy-dataset';
import type { LoadedImages, LoadOptions } from './load-options';
import { loadParquet } from './parquet/parquet-dataset';
import { loadZip } from './zip/zip-dataset';

export { loadImage } from './image-files/load-image-files';
export { parseSource } from './parse-source';
export type { LoadOptions } from './load-options';

/**
 * Reads a dataset; its images come into memory unless they lie in a large file as they are needed. The same source and options always give the same images in the same order.
 * @throws DataError if it cannot be used; the signal's reason if it was aborted
 */
export async function loadDataset(source: DatasetSource, options: LoadOptions = {}): Promise<Dataset> {
  const images = await loadImages(source, options);
  return { ...images, source, fingerprint: images.fingerprint ?? (await knownFingerprint(images, options)) };
}

/** Of a folder or a .zip what is left out is not even read; elsewhere it is taken from what was read, so that the cache has all. */
async function loadImages(source: DatasetSource, options: LoadOptions): Promise<LoadedImages> {
  const { leftOut } = source;
  switch (source.kind) {
    case 'digits':
      return leaveOut(await loadDigits(source.count, source.seed, options), leftOut);
    case 'folder':
      return loadFolder(fileURLToPath(source.uri), source, options);
    case 'idx':
      return leaveOut(await loadIdx(fileURLToPath(source.uri), options), leftOut);
    case 'npy':
      return leaveOut(await loadNpy(fileURLToPath(source.uri), options), leftOut);
    case 'zip':
      return loadZip(fileURLToPath(source.uri), source, options);
    case 'parquet':
      return leaveOut(await loadParquet(fileURLToPath(source.uri), options), leftOut);
  }
}
