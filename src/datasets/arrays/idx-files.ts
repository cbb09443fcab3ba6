import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DataError } from '../../images/data-error';

const IMAGES_NAME = /images.*idx3.*ubyte(\.gz)?$/i;
/** A training or test file of MNIST or a relative, like `emnist-letters-train-images-idx3-ubyte.gz`. */
const SET_NAME = /^(.*?)[-_.]?(train|t10k|test)[-_.]images[-_.]idx3[-_.]ubyte(\.gz)?$/i;

/**
 * Returns the image files of an IDX dataset, empty if `path` is not one. For a folder: the training and test files of the
 * MNIST layout (`train-images...`, `t10k-images...`), or of the only set in it, or its only images file.
 * @throws DataError if the folder has several sets
 */
export async function findIdxImages(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) {
    const gzipped = path.toLowerCase().endsWith('.gz');
    return gzipped || IMAGES_NAME.test(path) || /[.-]idx\d?[^/\\]*$/i.test(path) ? [path] : [];
  }
  const names = (await readdir(path)).filter((name) => IMAGES_NAME.test(name)).sort();
  // Uncompressed files sort before their `.gz` version, and are faster to read.
  const train = names.find((name) => name.startsWith('train-images'));
  const test = names.find((name) => /^(t10k|test)-images/.test(name));
  if (train && test) return [join(path, train), join(path, test)];
  const single = names.filter((name) => !names.includes(name.replace(/\.gz$/, '')) || !name.endsWith('.gz'));
  if (single.length === 1) return [join(path, single[0]!)];
  const sets = setsOf(single);
  const [only] = sets;
  if (only && sets.length === 1)
    return [only.train, only.test].flatMap((name) => (name ? join(path, name) : []));
  if (sets.length === 0) return [];
  const got = sets.map(({ name }) => name || 'MNIST').join(', ');
  const example = join(path, (sets[0]!.train ?? sets[0]!.test)!);
  throw new DataError(
    `${path}: ${sets.length} datasets in one folder: ${got}; name one by its file, such as ${example}`,
  );
}

/**
 * Returns the folder with the IDX files of a dataset as torchvision keeps it: `path/raw`, or `path/NAME/raw`; null if there is none.
 * @throws DataError if there are several
 */
export async function findRawIdx(path: string): Promise<string | null> {
  const folders = await readdir(path, { withFileTypes: true });
  const inside = folders
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name);
  const places = inside.map((name) => join(path, name === 'raw' ? 'raw' : join(name, 'raw'))).sort();
  const found: string[] = [];
  for (const place of places) {
    const names = await readdir(place).catch(() => []);
    if (names.some((name) => IMAGES_NAME.test(name))) found.push(place);
  }
  if (found.length < 2) return found[0] ?? null;
  const got = found.map((place) => basename(dirname(place))).join(', ');
  throw new DataError(
    `${path}: ${found.length} datasets in one folder: ${got}; name one, such as ${found[0]}`,
  );
}

interface IdxSet {
  readonly name: string;
  readonly train: string | undefined;
  readonly test: string | undefined;
}

/** Groups training and test files by the name of their set. @param names sorted, without `.gz` versions of other files */
function setsOf(names: readonly string[]): IdxSet[] {
  const sets = new Map<string, { train?: string; test?: string }>();
  for (const file of names) {
    const [, name, part] = SET_NAME.exec(file) ?? [];
    if (name === undefined) continue;
    const role = part!.toLowerCase() === 'train' ? 'train' : 'test';
    sets.set(name, { [role]: file, ...sets.get(name) });
  }
  return [...sets].map(([name, { train, test }]) => ({ name, train, test }));
}

/**
 * Returns the test file of the set whose training file is given, which other sets lie beside; null if there is none. Of MNIST's own
 * names, the folder names the set.
 */
export async function partnerOf(path: string): Promise<string | null> {
  const [, name, part] = SET_NAME.exec(basename(path)) ?? [];
  if (!name || part!.toLowerCase() !== 'train') return null;
  const names = (await readdir(dirname(path))).filter((one) => IMAGES_NAME.test(one)).sort();
  const test = setsOf(names).find((set) => set.name === name)?.test;
  return test === undefined ? null : join(dirname(path), test);
}

/** Finds the labels of an images file: `...labels-idx1-ubyte` or `...labels-idx2-int` beside it, each with or without `.gz`. */
export async function labelsFileOf(path: string): Promise<string | null> {
  const images = basename(path).replace(/\.gz$/, '');
  if (!images.includes('images')) return null;
  const bytes = images.replace('images', 'labels').replace('idx3', 'idx1');
  const numbers = images.replace('images', 'labels').replace(/idx3(.*)ubyte/, 'idx2$1int');
  const names = await readdir(dirname(path));
  const found = [bytes, `${bytes}.gz`, numbers, `${numbers}.gz`].find((name) => names.includes(name));
  return found === undefined ? null : join(dirname(path), found);
}

/** Returns the name of a dataset: of the file or folder, or of the folder that has it as `raw`. */
export function setName(path: string): string {
  const own = basename(path) === 'raw' ? basename(dirname(path)) : basename(path);
  return own.replace(/[-.](idx\d?.*|gz)$/i, '') || 'images';
}
