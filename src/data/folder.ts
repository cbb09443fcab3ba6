import { realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { decodeImage } from './codecs/decode';
import { DataError, imageSize, type ImageShape, type Labels, type SkippedFile } from './dataset';
import { fileProblem, readRegularFile } from './files';
import { suggestShape } from './folder-shape';
import { allocatePixels, requestedShape, type LoadedImages, type LoadOptions } from './options';
import { flatten, resample } from './resize';
import { residentRows } from './rows';
import { scanImages } from './scan';

/** Above this share of unusable files the folder is probably not what was meant. */
const LARGEST_SKIPPED_SHARE = 0.5;

/**
 * Loads a folder of PNG and JPEG files with all sub-folders, sorted by relative path. The names of the first level of
 * sub-folders are the labels. Files that cannot be used are skipped and listed; the result equals that of a folder
 * without them. The shape is that of `suggestShape` unless the options say otherwise.
 * @throws DataError if there are no pictures, or more than half of them cannot be used
 */
export async function loadFolder(folder: string, options: LoadOptions = {}): Promise<LoadedImages> {
  const root = await realpath(folder).catch((error: unknown) => {
    throw new DataError(`${folder}: ${fileProblem(error)}`);
  });
  const scan = await scanImages(root, options.signal);
  const { accept = () => true } = options;
  const files = scan.files.filter(accept);
  const unread = scan.skipped.filter(({ path }) => accept(path));
  if (scan.files.length > 0 && files.length === 0) {
    const expected = `expected patterns of paths such as '${scan.files[0]}'`;
    throw new DataError(
      `${folder}: include and exclude leave none of ${scan.files.length} images, ${expected}`,
    );
  }
  if (files.length === 0) throw new DataError(noImages(folder, unread));
  const shape = requestedShape(await suggestShape(root, files, options), options);
  const pixels = allocatePixels(files.length, shape);
  const ids: string[] = [];
  const unusable: SkippedFile[] = [];
  for (const [i, file] of files.entries()) {
    // Reading a file waits for the file system, and so gives the event loop its turn.
    options.signal?.throwIfAborted();
    try {
      pixels.set(await loadImage(join(root, file), shape), ids.length * imageSize(shape));
      ids.push(file);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      unusable.push({ path: file, reason: error.message });
    }
    options.onProgress?.(i + 1, files.length);
  }
  if (ids.length === 0 || unusable.length > LARGEST_SKIPPED_SHARE * files.length) {
    const examples = unusable.slice(0, 3).map(({ path, reason }) => `${path} (${reason})`);
    const advice = 'check that this is the right folder, or remove these files from it';
    throw new DataError(
      `${folder}: ${unusable.length} of ${files.length} pictures cannot be used, expected at most half: ` +
        `${examples.join(', ')}${unusable.length > 3 ? ', ...' : ''}; ${advice}`,
    );
  }
  const name = basename(root) || 'images';
  return {
    name,
    shape,
    count: ids.length,
    images: residentRows(pixels.subarray(0, ids.length * imageSize(shape)), imageSize(shape)),
    id: (index) => idAt(ids, index),
    labels: folderLabels(ids),
    skipped: [...unread, ...unusable],
  };
}

/**
 * One image file in a run's shape, exactly as `loadFolder` would give it.
 * @returns height * width * channels bytes
 * @throws DataError with the reason, without the path
 */
export async function loadImage(path: string, shape: ImageShape): Promise<Uint8Array> {
  const image = await decodeImage(await readRegularFile(path));
  const { width, height } = image;
  return resample(flatten(image, shape.channels), { width, height, channels: shape.channels }, shape);
}

function idAt(ids: readonly string[], index: number): string {
  const id = ids[index];
  if (id === undefined) throw new RangeError(`image ${index}: expected 0 to ${ids.length - 1}`);
  return id;
}

function folderLabels(ids: readonly string[]): Labels | undefined {
  const folders = ids.map((id) => (id.includes('/') ? id.slice(0, id.indexOf('/')) : undefined));
  const names = [...new Set(folders.filter((name) => name !== undefined))].sort();
  if (names.length === 0) return undefined;
  const numbers = new Map(names.map((name, i) => [name, i]));
  return {
    names,
    values: Int32Array.from(folders, (name) => (name === undefined ? -1 : numbers.get(name)!)),
  };
}

function noImages(folder: string, unread: readonly SkippedFile[]): string {
  const hint = unread[0] ? ` (skipped: ${unread[0].path}, ${unread[0].reason})` : '';
  return `${folder}: no images found${hint}; expected a folder with PNG or JPEG files, or MNIST's IDX files`;
}
