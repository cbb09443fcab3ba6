import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { createGunzip } from 'node:zlib';
import { fileProblem, readRegularFile } from '../../images/read-file';
import { DataError } from '../../images/data-error';
import { openRegularFile } from '../../setup/open-regular-file.mjs';

/** An IDX file. It has as many values as the product of `dimensions`; the last dimension varies fastest. */
export interface IdxFile {
  readonly dimensions: readonly number[];
  /** Bytes per value, the highest first. */
  readonly itemSize: number;
  /** Yields the values, decompressed on demand and no further than the header declares. @throws DataError as `openIdx` */
  readonly values: (signal?: AbortSignal) => AsyncIterable<Uint8Array>;
}

/** What a file must hold: its data type, and the names of its dimensions. */
export interface IdxLayout {
  readonly type: keyof typeof ITEM_SIZES;
  readonly fields: readonly string[];
}

/** Bytes of a value by data type: unsigned and signed bytes, and signed whole numbers. */
const ITEM_SIZES = { 0x08: 1, 0x09: 1, 0x0b: 2, 0x0c: 4 } as const;

/** Maximum expansion of deflate. */
const MAX_GZIP_RATIO = 1032;
/** Limit of values in a gzipped file. */
const MAX_ARRAY_BYTES = 4 * 2 ** 30;
/** Bytes decompressed at a time. */
const PIECE_BYTES = 256 * 1024;

/**
 * Opens an IDX file, gzipped or not.
 * @param layouts that are expected, like unsigned bytes of `number of images`, `rows`, `columns`; each size must be at least 1
 * @throws DataError that names the file, and the field or byte count found and expected
 */
export async function openIdx(path: string, layouts: readonly IdxLayout[]): Promise<IdxFile> {
  const name = basename(path);
  try {
    const { most, gzipped } = await inspect(path);
    const longest = Math.max(...layouts.map(({ fields }) => headerLength(fields)));
    const pieces: Uint8Array[] = [];
    let got = 0;
    for await (const chunk of contents(path, gzipped)) {
      pieces.push(chunk);
      got += chunk.length;
      if (got >= longest) break;
    }
    const start = Buffer.concat(pieces);
    const layout =
      layouts.find(({ type, fields }) => start[2] === type && start[3] === fields.length) ?? layouts[0]!;
    if (got < headerLength(layout.fields)) throw headerMissing(name, got, layout.fields);
    const declared = parseHeader(name, start, layout, { most, limit: MAX_ARRAY_BYTES });
    const values = (signal?: AbortSignal) =>
      valuesOf(path, gzipped, { fields: layout.fields, declared, signal });
    return { dimensions: declared.dimensions, itemSize: ITEM_SIZES[layout.type], values };
  } catch (error) {
    throw explained(name, error);
  }
}

async function* valuesOf(
  path: string,
  gzipped: boolean,
  of: { readonly fields: readonly string[]; readonly declared: Declared; readonly signal?: AbortSignal },
): AsyncGenerator<Uint8Array> {
  const name = basename(path);
  const { fields, declared } = of;
  let got = 0;
  try {
    for await (const chunk of contents(path, gzipped, of.signal)) {
      const before = Math.max(0, headerLength(fields) - got);
      got += chunk.length;
      if (got > declared.length) throw hasMore(name, fields, declared);
      if (chunk.length > before) yield chunk.subarray(before);
    }
  } catch (error) {
    throw explained(name, error);
  }
  if (got < declared.length) {
    throw new DataError(`${declaration(name, fields, declared)}, but the file has ${got}: it is truncated`);
  }
}

/**
 * Returns the byte offset of an IDX file's values, for reading on demand; null if the file is gzipped.
 * @throws DataError as `openIdx`
 */
export async function locateIdx(
  path: string,
  layout: IdxLayout,
): Promise<{ readonly dimensions: readonly number[]; readonly offset: number } | null> {
  const name = basename(path);
  const { fields } = layout;
  try {
    const { most: size, gzipped } = await inspect(path);
    if (gzipped) return null;
    const offset = headerLength(fields);
    const bytes = Buffer.from(await readRegularFile(path, offset));
    if (bytes.length < offset) throw headerMissing(name, bytes.length, fields);
    const declared = parseHeader(name, bytes, layout, { most: size, limit: Infinity });
    if (size > declared.length) throw hasMore(name, fields, declared);
    return { dimensions: declared.dimensions, offset };
  } catch (error) {
    throw explained(name, error);
  }
}

const headerLength = (fields: readonly string[]): number => 4 + 4 * fields.length;

function headerMissing(name: string, got: number, fields: readonly string[]): DataError {
  const expected = `the header alone has ${headerLength(fields)}`;
  return new DataError(`${name}: truncated: got ${got} bytes, ${expected}`);
}

function hasMore(name: string, fields: readonly string[], declared: Declared): DataError {
  return new DataError(`${declaration(name, fields, declared)}, but the file has more`);
}

/** Yields the file's bytes, decompressed on demand; closes both streams when the consumer stops. */
async function* contents(path: string, gzipped: boolean, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const opened = await openRegularFile(path);
  const file = createReadStream(path, { fd: opened, signal });
  const gunzip = gzipped ? createGunzip({ chunkSize: PIECE_BYTES }) : undefined;
  if (gunzip) file.on('error', (error) => gunzip.destroy(error)).pipe(gunzip);
  try {
    for await (const chunk of gunzip ?? file) yield chunk as Buffer;
  } finally {
    file.destroy();
    gunzip?.destroy();
    await opened.close();
  }
}

/** Returns whether the file is gzipped, and the maximum number of bytes that it can contain. */
async function inspect(path: string): Promise<{ most: number; gzipped: boolean }> {
  const file = await openRegularFile(path);
  try {
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    const gzipped = buffer[0] === 0x1f && buffer[1] === 0x8b;
    return { most: gzipped ? size * MAX_GZIP_RATIO : size, gzipped };
  } finally {
    await file.close();
  }
}

/** Contents of a header: the dimensions, and the length in bytes of the whole uncompressed file. */
interface Declared {
  readonly dimensions: readonly number[];
  readonly length: number;
}

/** Parses and checks a header. @param most bytes that the file can contain @param limit bytes that may be read */
function parseHeader(
  name: string,
  bytes: Buffer,
  { type, fields }: IdxLayout,
  { most, limit }: { readonly most: number; readonly limit: number },
): Declared {
  if (bytes[0] !== 0 || bytes[1] !== 0) {
    const got = bytes.subarray(0, 4).toString('hex');
    throw new DataError(`${name}: not an IDX file: it begins with ${got}, expected 000008`);
  }
  if (bytes[2] !== type) {
    throw new DataError(`${name}: data type 0x${bytes[2]!.toString(16)}, expected 0x8 (unsigned bytes)`);
  }
  if (bytes[3] !== fields.length) {
    const expected = `expected ${fields.length} (${fields.join(', ')})`;
    throw new DataError(`${name}: number of dimensions ${bytes[3]}, ${expected}`);
  }
  const dimensions = fields.map((_, i) => bytes.readUInt32BE(4 + 4 * i));
  dimensions.forEach((dimension, i) => {
    if (dimension === 0) throw new DataError(`${name}: ${fields[i]} is 0, expected at least 1`);
  });
  const length = headerLength(fields) + ITEM_SIZES[type] * dimensions.reduce((a, b) => a * b);
  const declared = { dimensions, length };
  if (length > limit) {
    throw new DataError(`${declaration(name, fields, declared)}, limit ${limit}`);
  }
  if (length > most) {
    throw new DataError(
      `${declaration(name, fields, declared)}, but the file can hold ${most} at most: it is truncated`,
    );
  }
  return declared;
}

function declaration(name: string, fields: readonly string[], { dimensions, length }: Declared): string {
  return `${name}: ${fields.map((field, i) => `${field} ${dimensions[i]}`).join(', ')}: expected ${length} bytes`;
}

function explained(name: string, error: unknown): unknown {
  if (error instanceof DataError || (error as Error).name === 'AbortError') return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'Z_BUF_ERROR') return new DataError(`${name}: truncated: the gzip data ends early`);
  if (code?.startsWith('Z_')) return new DataError(`${name}: broken gzip data: ${(error as Error).message}`);
  return new DataError(`${name}: ${fileProblem(error)}`);
}
