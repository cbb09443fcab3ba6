import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { SchemaTree } from 'hyparquet';
import { DataError, type Labels, type SplitName } from './dataset';
import { loadEncoded, type EncodedImage } from './encoded';
import { fileProblem } from './files';
import { labelsByName } from './labels';
import type { LoadedImages, LoadOptions } from './options';
import { ParquetFile, type ParquetValue } from './parquet-file';
import { ownSplit } from './parts';
import { RandomAccessFile } from './random-access';

const LABEL_NAMES = ['label', 'labels', 'fine_label', 'class', 'target', 'category'];
const IMAGE_NAMES = ['image', 'img', 'images', 'picture'];
const ROLE = /^(train|validation|valid|val|test)(?=[-_.])/i;

/** A row's image, with what else the row says. */
export interface ParquetImage extends EncodedImage {
  readonly label: string | undefined;
  readonly role: SplitName | undefined;
}

/** Parquet files of a folder, or of `data` in it, in the order of training, validation, test and the rest; or the file. */
export async function findParquet(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  for (const folder of [path, join(path, 'data')]) {
    const names = (await readdir(folder).catch(() => [])).filter((name) => /\.parquet$/i.test(name));
    const rank = (name: string) => ['train', 'validation', 'test', undefined].indexOf(roleOf(name));
    names.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
    if (names.length > 0) return names.map((name) => join(folder, name));
  }
  return [];
}

function roleOf(name: string): SplitName | undefined {
  const word = ROLE.exec(name)?.[1]?.toLowerCase();
  return word === undefined ? undefined : word === 'train' || word === 'test' ? word : 'validation';
}

/**
 * Loads images from Parquet files as hubs of datasets export them: a column of encoded images (bytes, or a struct with
 * `bytes`), and a column of labels where there is one. Files called `train-...`, `validation-...` and `test-...` are the
 * dataset's split.
 * @throws DataError that names the file
 */
export async function loadParquet(path: string, options: LoadOptions = {}): Promise<LoadedImages> {
  return withParquetImages(path, options.signal, async (images, names) => {
    const { used, ...loaded } = await loadEncoded(basename(path), images, await findParquet(path), options);
    const name = basename(path).replace(/\.parquet$/i, '') || 'images';
    const split = ownSplit(
      name,
      used.map(({ role }) => role),
    );
    return { name, ...loaded, labels: labelsOf(used, names), split };
  });
}

/** The images of all files, which stay open for as long as `use` takes. `names`: of the classes, where a file lists them. */
export async function withParquetImages<T>(
  path: string,
  signal: AbortSignal | undefined,
  use: (images: readonly ParquetImage[], names: readonly string[] | undefined) => Promise<T>,
): Promise<T> {
  const files = await findParquet(path).catch((error: unknown) => {
    throw new DataError(`${path}: ${fileProblem(error)}`);
  });
  const images: ParquetImage[] = [];
  let names: readonly string[] | undefined;
  const next = async (left: readonly string[]): Promise<T> => {
    if (left.length === 0) return use(images, names);
    return RandomAccessFile.use(left[0]!, async (file) => {
      const parquet = await ParquetFile.open(file);
      const columns = columnsOf(parquet);
      names ??= columns.names;
      images.push(...(await imagesOf(parquet, columns, signal)));
      return next(left.slice(1));
    });
  };
  return next(files);
}

interface Columns {
  readonly image: string;
  readonly label: string | undefined;
  /** Names of the classes, where the file lists them. */
  readonly names: readonly string[] | undefined;
}

interface Feature {
  readonly _type?: unknown;
  readonly names?: unknown;
}

function columnsOf({ name, schema, metadata }: ParquetFile): Columns {
  const features = featuresOf(metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value);
  const columns = schema.children.map(({ element }) => element.name);
  const preferred = [
    ...columns.filter((column) => features.get(column)?._type === 'Image'),
    ...IMAGE_NAMES,
    ...columns,
  ];
  const holds = (column: string) =>
    schema.children.some((child) => child.element.name === column && isImages(child));
  const image = preferred.find(holds);
  if (image === undefined) {
    const expected = 'expected one of bytes, or a struct with bytes';
    throw new DataError(`${name}: no column of images: got ${columns.slice(0, 20).join(', ')}; ${expected}`);
  }
  const classes = columns.filter((column) => features.get(column)?._type === 'ClassLabel');
  const label = [...classes, ...LABEL_NAMES].find(
    (column) =>
      column !== image && schema.children.some((child) => child.element.name === column && isLabel(child)),
  );
  const names = label === undefined ? undefined : features.get(label)?.names;
  const areNames = Array.isArray(names) && names.every((entry) => typeof entry === 'string');
  return { image, label, names: areNames ? names : undefined };
}

/** What the exporting library wrote about the columns; nothing where that is not as expected. */
function featuresOf(text: string | undefined): ReadonlyMap<string, Feature> {
  try {
    const { info } = JSON.parse(text ?? '{}') as { info?: { features?: Record<string, Feature | null> } };
    return new Map(
      Object.entries(info?.features ?? {}).flatMap(([key, value]) => (value ? [[key, value]] : [])),
    );
  } catch {
    return new Map();
  }
}

function isImages({ element, children }: SchemaTree): boolean {
  const bytes =
    children.length === 0 ? element : children.find((child) => child.element.name === 'bytes')?.element;
  const isText = bytes?.logical_type?.type === 'STRING' || bytes?.converted_type === 'UTF8';
  return bytes?.type === 'BYTE_ARRAY' && !isText;
}

function isLabel({ element, children }: SchemaTree): boolean {
  return children.length === 0 && ['INT32', 'INT64', 'BYTE_ARRAY'].includes(element.type ?? '');
}

async function imagesOf(
  parquet: ParquetFile,
  columns: Columns,
  signal?: AbortSignal,
): Promise<ParquetImage[]> {
  const images: ParquetImage[] = [];
  // Images are asked for in order: one group of them is kept.
  let recent: { readonly group: number; readonly values: ParquetValue[] } | undefined;
  const bytesAt = async (group: number, row: number): Promise<Uint8Array> => {
    recent = recent?.group === group ? recent : { group, values: await parquet.column(columns.image, group) };
    const value = recent.values[row];
    const bytes =
      value instanceof Uint8Array ? value : (value as { bytes?: unknown } | null | undefined)?.bytes;
    if (bytes instanceof Uint8Array) return bytes;
    throw new DataError('no bytes in this row');
  };
  for (const [group, rows] of parquet.groups.entries()) {
    signal?.throwIfAborted();
    const labels = columns.label === undefined ? [] : await parquet.column(columns.label, group);
    for (let row = 0; row < rows; row++) {
      const id = `${parquet.name}#${images.length}`;
      const read = () => bytesAt(group, row);
      images.push({ id, path: id, read, label: labelText(labels[row]), role: roleOf(parquet.name) });
    }
  }
  return images;
}

function labelText(value: ParquetValue): string | undefined {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined;
}

/** Class numbers are positions in `names` where there are names; without, they are names themselves, in their order. */
function labelsOf(images: readonly ParquetImage[], names: readonly string[] | undefined): Labels | undefined {
  const texts = images.map(({ label }) => (label === undefined || label === '-1' ? undefined : label));
  const areNumbers = texts.every((text) => text === undefined || /^\d{1,6}$/.test(text));
  if (!areNumbers || texts.every((text) => text === undefined)) return labelsByName(texts);
  const values = Int32Array.from(texts, (text) => (text === undefined ? -1 : Number(text)));
  const highest = values.reduce((a, b) => Math.max(a, b), -1);
  const count = Math.max(highest + 1, names?.length ?? 0);
  return { names: Array.from({ length: count }, (_, i) => names?.[i] ?? String(i)), values };
}
