import { readdir, stat } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { DatasetSource } from '../../datasets/dataset';
import { downloadedFolder } from '../../download/named';
import { cacheRoot } from '../../setup/locations.mjs';
import { openRegularFile } from '../../setup/open-regular-file.mjs';
import { PACKED_BEGINNING } from '../../domain/packed-format';
import { IMAGE_PATTERN } from '../../domain/image-pattern';
import { IDX_IN_FOLDER } from '../../tools/datasets/idx-count';
import { DIGITS } from './train-choices';

const IDX_NAME = /(images.*idx3.*ubyte(\.gz)?|[.-]idx\d?[^/\\]*|\.gz)$/i;
const TAR_NAME = /\.(tar|tar\.gz|tgz)$/i;

/**
 * Parses a dataset named by a user or a program: `digits`, `digits:5000`, the downloaded `mnist`, a path (relative to `base`)
 * or a `file:` URI. Only determines the kind; the engine checks the content.
 * @throws if the file is missing or not recognised
 */
export async function datasetSource(data: string, base: string | undefined): Promise<DatasetSource> {
  const digits = /^digits(?::(\d+))?$/.exec(data);
  if (digits) return digits[1] === undefined ? DIGITS : { ...DIGITS, count: Number(digits[1]) };
  const named = await downloadedFolder(data, base ?? process.cwd(), cacheRoot());
  const path = pathOf(named, base);
  const stats = await stat(path).catch(() => null);
  const uri = pathToFileURL(path).href;
  if (!stats)
    throw new Error(
      `${path}: there is no such folder or file. Expected 'digits', a folder of images, or a .zip, .npy, .npz, Parquet or IDX file.`,
    );
  if (stats.isFile()) {
    const kind = await kindOf(path);
    if (kind) return { kind, uri };
    if (TAR_NAME.test(basename(path))) return { kind: 'tar', uri };
    if (IDX_NAME.test(basename(path))) return { kind: 'idx', uri };
    throw new Error(
      `${path}: expected a folder of images or an IDX file such as train-images-idx3-ubyte.gz, a .zip of images, a .npy or .npz array or a Parquet file; for an image, choose its folder.`,
    );
  }
  const names = await readdir(path);
  if (names.some((name) => IDX_IN_FOLDER.test(name))) return { kind: 'idx', uri };
  const isParquet =
    names.some((name) => /\.parquet$/i.test(name)) && !names.some((name) => IMAGE_PATTERN.test(name));
  return { kind: isParquet ? 'parquet' : 'folder', uri };
}

/**
 * Adds the labels of a CSV file to a source; the engine checks the file's content.
 * @param labels a path (relative to `base`) or a `file:` URI @param labelColumn as in `ImageChoice`
 */
export async function withLabels(
  source: DatasetSource,
  labels: string,
  base: string | undefined,
  labelColumn?: string,
): Promise<DatasetSource> {
  if (source.kind !== 'folder' && source.kind !== 'zip' && source.kind !== 'tar')
    throw new Error(
      `labels: got ${labels}, but only a folder, a .zip or a .tar of images takes a CSV file with labels. Omit it for this dataset.`,
    );
  const path = pathOf(labels, base);
  const stats = await stat(path).catch(() => null);
  if (!stats?.isFile())
    throw new Error(
      `${path}: there is no such file. Expected a table (CSV, TSV) with a column that names the images.`,
    );
  const uri = pathToFileURL(path).href;
  return { ...source, labels: uri, ...(labelColumn === undefined ? {} : { labelColumn }) };
}

function pathOf(text: string, base: string | undefined): string {
  const path = text.startsWith('file:') ? fileURLToPath(text) : text;
  return isAbsolute(path) ? path : join(base ?? process.cwd(), path);
}

const START_BYTES = 128;
/** First bytes of each kind of file. */
const BEGINNINGS = [
  ['npy', '\x93NUMPY'],
  ['zip', 'PK\x03\x04'],
  ['zip', 'PK\x05\x06'],
  ['parquet', 'PAR1'],
  ['idx', '\0\0\x08\x03'],
] as const;

async function kindOf(path: string): Promise<(typeof BEGINNINGS)[number][0] | 'packed' | undefined> {
  const file = await openRegularFile(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(START_BYTES), 0, START_BYTES, 0);
    const start = buffer.subarray(0, bytesRead).toString('latin1');
    if (start.startsWith(PACKED_BEGINNING, 8)) return 'packed';
    return BEGINNINGS.find(([, beginning]) => start.startsWith(beginning))?.[0];
  } finally {
    await file.close();
  }
}

/** Returns a short name of a dataset for its run folder. */
export function datasetName(source: DatasetSource): string {
  return source.kind === 'digits'
    ? 'digits'
    : basename(fileURLToPath(source.uri)).replace(
        /[-.](idx\d?.*|tar|tgz|tar\.gz|gz|npy|npz|zip|parquet|safetensors)$/i,
        '',
      );
}
