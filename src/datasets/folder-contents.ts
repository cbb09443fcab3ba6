import { realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DatasetNote } from '../domain/dataset-notes';
import { findIdxImages } from './arrays/idx-files';
import { listExamples } from './list-examples';
import { scanImages } from './image-files/scan';
import type { Scan } from './image-files/scan';
import { findParquet } from './parquet/parquet-files';
import { tarFiles } from './tar/tar-files';

/** Kinds of datasets that a folder can be. */
export type FolderKind = 'folder' | 'idx' | 'parquet' | 'tar';

/** Kinds of files with many images, the first ones first. */
const CONTAINERS = ['idx', 'parquet', 'tar'] as const;

/** Returns the files with many images that lie in a folder. */
async function containersIn(
  folder: string,
): Promise<Readonly<Record<(typeof CONTAINERS)[number], readonly string[]>>> {
  const idx = await findIdxImages(folder);
  const parquet = (await findParquet(folder)).map(({ path }) => path);
  const tar = await tarFiles(folder);
  return { idx, parquet, tar };
}

/**
 * Decides which kind of dataset a folder is: MNIST's files, or else Parquet files, or else tape archives, or else images; but
 * images if these have more bytes, and are more than a stray one.
 * @returns the kind, or undefined with a scan that says why there is nothing
 * @throws DataError if the folder cannot be read
 */
export async function kindOfFolder(
  folder: string,
): Promise<{ readonly kind: FolderKind | undefined; readonly scan: Scan }> {
  const containers = await containersIn(folder);
  const container = CONTAINERS.find((kind) => containers[kind].length > 0);
  // All images are found once more when they are loaded: here one is enough, unless they are weighed against a container.
  const scan = await scanImages(await realpath(folder), container === undefined ? { enough: 1 } : {});
  const images = scan.files.length > 0 ? 'folder' : undefined;
  if (container === undefined || images === undefined) return { kind: container ?? images, scan };
  const bytes = await bytesOf(containers[container]);
  const pictures = scan.files.map((path) => join(folder, path));
  const isStray = pictures.length === 1 || (await bytesOf(pictures, bytes)) <= bytes;
  return { kind: isStray ? container : images, scan };
}

/** Returns the total size of files; stops when it exceeds `enough`. Files that are gone count nothing. */
async function bytesOf(paths: readonly string[], enough = Infinity): Promise<number> {
  let bytes = 0;
  for (const path of paths) {
    bytes += (await stat(path).catch(() => null))?.size ?? 0;
    if (bytes > enough) break;
  }
  return bytes;
}

/** Says what lies in a dataset's folder but is of another kind, and so not part of it. */
export async function contentNotes(folder: string, kind: FolderKind): Promise<DatasetNote[]> {
  // Archives may be named by a range of numbers.
  const status = await stat(folder).catch(() => null);
  if (!status?.isDirectory()) return [];
  const { idx, parquet, tar } = await containersIn(folder);
  const notes: DatasetNote[] = [];
  const say = (paths: readonly string[], what: string, advice: string): void => {
    if (paths.length === 0) return;
    const text = `${paths.length} ${what}${paths.length === 1 ? '' : 's'} in the same folder not read: ${listExamples(paths)}; ${advice}`;
    notes.push({ subject: 'content', level: 'warning', text });
  };
  const names = (paths: readonly string[]) => paths.map((path) => basename(path));
  if (kind !== 'folder') {
    const advice = 'if they are the dataset, move them into a folder of their own';
    say((await scanImages(await realpath(folder))).files, 'picture', advice);
  }
  if (kind !== 'parquet') say(names(parquet), 'Parquet file', 'to read these instead, name one of them');
  if (kind !== 'idx') say(names(idx), 'IDX file', 'to read these instead, name one of them');
  if (kind !== 'tar') say(names(tar), 'tape archive', 'to read these instead, name one of them');
  return notes;
}
