import { fileURLToPath } from 'node:url';
import type { DatasetNote } from '../domain/dataset-notes';
import { contentWarnings } from './content-warnings';
import type { Dataset, DatasetSource } from './dataset';
import { contentNotes } from './folder-contents';
import { loadDigits } from './digits/digits';
import { loadFolder } from './image-files/folder';
import { loadIdx } from './arrays/idx-dataset';
import { knownFingerprint } from './cache/fingerprint-cache';
import { leaveOut } from './exclude-images';
import { loadNpy } from './arrays/npy-dataset';
import type { LoadedImages, LoadOptions } from './load-options';
import { loadPacked } from './packed/load-packed';
import { loadParquet } from './parquet/parquet-dataset';
import type { ReadingChoice } from '../domain/reading';
import { loadTar } from './tar/tar-dataset';
import { loadZip } from './zip/zip-dataset';

export { loadImage } from './image-files/load-image-files';
export { parseSource } from './parse-source';
export type { LoadOptions } from './load-options';

/**
 * Loads a dataset. Its images are read into memory, except large datasets that can stay in a file. The same source and
 * options always give the same images in the same order.
 * @throws DataError if it cannot be used; the abort reason if the signal is aborted
 */
export async function loadDataset(source: DatasetSource, options: LoadOptions = {}): Promise<Dataset> {
  const reading = readingOf(source);
  const { found, ...images } = await loadImages(source, { ...options, reading });
  return {
    ...images,
    source: found && Object.keys(found).length > 0 ? { ...source, ...found } : source,
    notes: withoutRepeated([
      ...(images.notes ?? []),
      ...contentWarnings(images),
      ...(await notesOnContents(source)),
    ]),
    fingerprint: images.fingerprint ?? (await knownFingerprint(images, options)),
  };
}

/** Packed images bring the notes of the dataset that was packed. */
const withoutRepeated = (notes: readonly DatasetNote[]): DatasetNote[] =>
  notes.filter(({ text }, i) => notes.findIndex((note) => note.text === text) === i);

async function notesOnContents(source: DatasetSource): Promise<DatasetNote[]> {
  const { kind } = source;
  if (kind !== 'folder' && kind !== 'idx' && kind !== 'parquet' && kind !== 'tar') return [];
  return contentNotes(fileURLToPath(source.uri), kind);
}

/** Returns the choices of how to read a source's images. */
export function readingOf(source: DatasetSource): ReadingChoice {
  if (source.kind === 'digits') return {};
  const { rules, fit, background, pages, range } = source;
  return { rules, fit, background, pages, range };
}

/** Loads images. Exclusions in folders and archives are not read; elsewhere they are removed later, so the cache has all. */
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
    case 'tar':
      return loadTar(fileURLToPath(source.uri), source, options);
    case 'parquet':
      return leaveOut(await loadParquet(fileURLToPath(source.uri), options), leftOut);
    case 'packed':
      return leaveOut(await loadPacked(fileURLToPath(source.uri), options), leftOut);
  }
}
