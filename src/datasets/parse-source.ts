import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { DatasetSource, ImageChoice, LeftOut } from './dataset';
import { DEFAULT_DIGIT_COUNT, DEFAULT_DIGIT_SEED } from './digits/digits';
import { fileProblem, readRegularFile } from '../images/read-file';
import { findIdxImages, findRawIdx } from './arrays/idx-files';
import { NPY_MAGIC } from './arrays/npy';
import { startsLikePacked } from './packed/packed-header';
import { PARQUET_MAGIC } from './parquet/parquet-file';
import { kindOfFolder } from './folder-contents';
import { whyNoImages } from './image-files/no-images';
import { PathPattern } from './image-files/path-patterns';
import { isImageName } from './image-files/image-names';
import { START_BYTES, unreadKind, unreadKindOf } from './image-files/unread-kinds';
import type { UnreadKind } from './image-files/unread-kinds';
import { takesImageChoice } from './image-choice';
import { hasRange, isTarFile, tarFiles } from './tar/tar-files';
import { startsLikeImage } from '../images/codecs/decode';
import { DataError } from '../images/data-error';

const EXPECTED =
  'a folder of images (PNG, JPEG, WebP, GIF, BMP, TIFF, ...), a .zip or .tar of images, a .npy or .npz array, a Parquet or IDX file, ' +
  'a folder with the MNIST files, images that `vae pack` packed, or `digits`';
const MIN_DIGITS = 10;
const MAX_DIGITS = 1_000_000;

/** The user's options for a source. */
export interface SourceOptions extends LeftOut {
  /** `include`, `exclude` and `labels` (path of a CSV file) apply to a folder or an archive of images. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly labels?: string;
  /** As in `ImageChoice`. */
  readonly labelColumn?: string;
}

/**
 * Parses the user's name of a dataset: `digits`, `digits:5000`, or the path (or `file:` URI) of a folder of images, in the
 * MNIST layout or with Parquet files, or of a file, whose type is detected from its content. (A folder called digits is
 * `./digits`.)
 * @param cwd base folder of relative paths
 * @throws DataError if there is no usable dataset, or the options do not apply to it
 */
export async function parseSource(
  text: string,
  cwd: string,
  options: SourceOptions = {},
): Promise<DatasetSource> {
  const source = await findSource(text, cwd);
  const { include = [], exclude = [], leftOut = [], labels, labelColumn } = options;
  const lists = { include, exclude, leftOut };
  const given = Object.entries(lists).filter(([, list]) => list.length > 0);
  const choosesPaths = include.length + exclude.length > 0 || labels !== undefined;
  if (choosesPaths && !takesImageChoice(source)) {
    const expected = 'expected a folder, a .zip or a .tar of images; do without';
    throw new DataError(`${text}: include, exclude or labels were given, ${expected}`);
  }
  if (labelColumn !== undefined && labels === undefined)
    throw new DataError(
      `label column: got '${labelColumn}', expected a table of labels that has it; name one`,
    );
  // Reports invalid patterns now rather than at load time.
  for (const pattern of [...include, ...exclude]) new PathPattern(pattern);
  return {
    ...source,
    ...Object.fromEntries(given),
    ...(labels === undefined ? {} : { labels: await labelsUri(labels, cwd) }),
    ...(labelColumn === undefined ? {} : { labelColumn }),
  };
}

/**
 * Returns a source with the kind that the contents of its folder decide: who made it may have looked at a few names.
 * @throws DataError if its patterns or labels do not apply to that kind
 */
export async function confirmedSource(source: DatasetSource): Promise<DatasetSource> {
  if (source.kind !== 'folder' && source.kind !== 'parquet' && source.kind !== 'idx') return source;
  const path = fileURLToPath(source.uri);
  const status = await stat(path).catch(() => null);
  // What is wrong with the folder, its loader says.
  const found = status?.isDirectory() ? await findSource(path, '/').catch(() => null) : null;
  if (!found || found.kind === source.kind || found.kind === 'digits') return source;
  const { include, exclude, labels, labelColumn, ...rest } = source as ImageChoice & typeof source;
  const isChosen =
    include !== undefined ||
    exclude !== undefined ||
    [labels, labelColumn].some((each) => each !== undefined);
  if (isChosen && !takesImageChoice(found))
    throw new DataError(
      `${path}: include, exclude or labels were given, expected a folder or an archive of images, got the kind '${found.kind}'; do without`,
    );
  return { ...rest, ...found };
}

async function findSource(text: string, cwd: string): Promise<DatasetSource> {
  if (text === '') throw new DataError(`dataset: got nothing, expected ${EXPECTED}`);
  const digits = /^digits(?::(.*))?$/.exec(text);
  if (digits) return { kind: 'digits', count: parseCount(digits[1]), seed: DEFAULT_DIGIT_SEED };
  const path = pathOf(text, cwd);
  const uri = pathToFileURL(path).href;
  try {
    const status = await statOf(path);
    if (status === 'range') return await rangeSource(text, path);
    if (status.isDirectory()) {
      const { kind, scan } = await kindOfFolder(path);
      if (kind !== undefined) return { kind, uri };
      const raw = await findRawIdx(path);
      if (raw !== null) return { kind: 'idx', uri: pathToFileURL(raw).href };
      throw new DataError(
        `${text}: no images found in this folder${whyNoImages(scan)}, expected ${EXPECTED}`,
      );
    }
    if (!status.isFile()) throw new DataError(`${text}: not a regular file, expected ${EXPECTED}`);
    const start = await readRegularFile(path, START_BYTES);
    // By name: a pickle may be a ZIP archive.
    const unread = unreadKind(path);
    if (unread?.isNeverRead) throw refused(text, unread);
    const kind = kindOf(start) ?? ((await isTarFile(path)) ? 'tar' : undefined);
    if (kind) return { kind, uri };
    const other = unread ?? unreadKindOf(start);
    if (other && !other.isReadAlone) throw refused(text, other);
    if (isImageName(path) || startsLikeImage(start))
      throw new DataError(`${text}: a single image, expected ${EXPECTED}; name its folder`);
    if ((await findIdxImages(path)).length > 0) return { kind: 'idx', uri };
    throw new DataError(`${text}: neither a folder nor a file of a known kind, expected ${EXPECTED}`);
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(`${path}: ${fileProblem(error)}; expected ${EXPECTED}`);
  }
}

/** Returns the status of a path, or that it has a range of numbers instead of being a file. */
async function statOf(path: string): Promise<Stats | 'range'> {
  return stat(path).catch((error: unknown) => {
    if (hasRange(path)) return 'range';
    throw error;
  });
}

/** Returns archives named by a range of numbers. @throws DataError if one is missing, or the first is none */
async function rangeSource(text: string, path: string): Promise<DatasetSource> {
  const files = await tarFiles(path);
  for (const file of files) {
    await stat(file).catch((error: unknown) => {
      throw new DataError(`${file}: ${fileProblem(error)}; expected each file of ${text}`);
    });
  }
  if (await isTarFile(files[0]!)) return { kind: 'tar', uri: pathToFileURL(path).href };
  throw new DataError(`${files[0]}: not a tape archive, expected .tar files for a range of numbers`);
}

function refused(text: string, { name, advice }: Pick<UnreadKind, 'name' | 'advice'>): DataError {
  return new DataError(`${text}: one of the ${name}, which are not read; ${advice}`);
}

/** Detects the kind of a file from its start; undefined if unknown. */
function kindOf(start: Uint8Array): 'npy' | 'zip' | 'parquet' | 'idx' | 'packed' | undefined {
  const begins = (magic: Uint8Array) => magic.every((byte, i) => start[i] === byte);
  if (begins(NPY_MAGIC)) return 'npy';
  // An empty archive consists only of its end record.
  if (begins(Buffer.from('PK\x03\x04')) || begins(Buffer.from('PK\x05\x06'))) return 'zip';
  if (begins(PARQUET_MAGIC)) return 'parquet';
  if (startsLikePacked(start)) return 'packed';
  return begins(Buffer.from([0, 0, 8, 3])) ? 'idx' : undefined;
}

async function labelsUri(labels: string, cwd: string): Promise<string> {
  const path = pathOf(labels, cwd);
  const status = await stat(path).catch((error: unknown) => {
    throw new DataError(`${path}: ${fileProblem(error)}; expected a CSV file with the labels`);
  });
  if (!status.isFile())
    throw new DataError(`${labels}: not a regular file, expected a CSV file with the labels`);
  return pathToFileURL(path).href;
}

function pathOf(text: string, cwd: string): string {
  if (!text.startsWith('file:')) return resolve(cwd, text);
  try {
    return fileURLToPath(text);
  } catch (error) {
    throw new DataError(`${text}: ${(error as Error).message}; expected the URI of a file on this machine`);
  }
}

function parseCount(text: string | undefined): number {
  const count = text === undefined ? DEFAULT_DIGIT_COUNT : /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(count >= MIN_DIGITS && count <= MAX_DIGITS)) {
    const expected = `expected ${MIN_DIGITS} to ${MAX_DIGITS} images, such as digits:5000`;
    throw new DataError(`digits: got the count ${text}, ${expected}`);
  }
  return count;
}
