import { DataError } from '../../images/data-error';
import { halfFloats } from '../../images/half-precision';

/** NumPy kinds of values: booleans, signed and unsigned integers, floating point. */
type NpyKind = 'b' | 'i' | 'u' | 'f';

/** The header of an array file. */
export interface NpyHeader {
  readonly kind: NpyKind;
  /** Bytes per value: 1, 2, 4 or 8. */
  readonly itemSize: number;
  readonly bigEndian: boolean;
  /** Whether the first dimension varies fastest, instead of the last. */
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Byte offset of the data. */
  readonly start: number;
  /** Length of the data in bytes. */
  readonly length: number;
}

/** The header of an array of texts of one length: UTF-32 characters (`U`) or bytes (`S`). */
export type TextHeader = Omit<NpyHeader, 'kind'> & { readonly kind: 'U' | 'S' };

export type NpyValues =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigUint64Array
  | BigInt64Array;

export const NPY_MAGIC = Buffer.from('\x93NUMPY', 'latin1');
/** Number of bytes at the start of a file that contain any supported header. */
export const NPY_START = 65_536;
const MAX_HEADER_BYTES = NPY_START - 12;
/** Limit for an array that is read as a whole. */
const MAX_ARRAY_BYTES = 2 * 2 ** 30;
const MAX_DIMENSIONS = 32;

const SIZES: Readonly<Record<NpyKind, readonly number[]>> = {
  b: [1],
  i: [1, 2, 4, 8],
  u: [1, 2, 4, 8],
  f: [2, 4, 8],
};

/**
 * Parses the header of an array file (`.npy`, format versions 1 to 3).
 * @param bytes the file's first `NPY_START` bytes, or all of it
 * @throws DataError that names the file, and what was found and expected; also for object arrays, which can contain code
 */
export function parseNpyHeader(name: string, bytes: Uint8Array): NpyHeader {
  return parseHeader(name, bytes, parseType);
}

/** Parses the header of an array file of numbers or texts. @throws as `parseNpyHeader` */
export function parseLabelHeader(name: string, bytes: Uint8Array): NpyHeader | TextHeader {
  return parseHeader(name, bytes, (file, descr) => textType(descr) ?? parseType(file, descr));
}

type TypeOf<T> = (name: string, descr: string) => T;
type ItemType = Pick<NpyHeader, 'itemSize' | 'bigEndian'>;

function parseHeader<T extends ItemType>(
  name: string,
  bytes: Uint8Array,
  typeOf: TypeOf<T>,
): T & Omit<NpyHeader, 'kind'> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!buffer.subarray(0, 6).equals(NPY_MAGIC)) {
    const got = buffer.subarray(0, 6).toString('hex') || 'nothing';
    throw new DataError(
      `${name}: not a NumPy array: it begins with ${got}, expected ${NPY_MAGIC.toString('hex')}`,
    );
  }
  const version = buffer[6];
  if (version !== 1 && version !== 2 && version !== 3) {
    throw new DataError(`${name}: format version ${version ?? 'missing'}, expected 1, 2 or 3`);
  }
  const before = version === 1 ? 10 : 12;
  if (buffer.length < before) throw new DataError(`${name}: truncated in its header`);
  const length = version === 1 ? buffer.readUInt16LE(8) : buffer.readUInt32LE(8);
  if (length > MAX_HEADER_BYTES) {
    throw new DataError(`${name}: a header of ${length} bytes, expected ${MAX_HEADER_BYTES} at most`);
  }
  if (buffer.length < before + length) throw new DataError(`${name}: truncated in its header`);
  const text = buffer.subarray(before, before + length).toString(version === 3 ? 'utf8' : 'latin1');
  return { ...parseDictionary(name, text, typeOf), start: before + length };
}

const DICTIONARY =
  /^ ?\{(?: ?'(?:descr|fortran_order|shape)' ?: ?(?:'[^']*'|True|False|\([\d, ]*\)) ?,?){3} ?\} ?$/;

/** Parses the header's Python dictionary; accepts only the three entries that NumPy writes. */
function parseDictionary<T extends ItemType>(
  name: string,
  raw: string,
  typeOf: TypeOf<T>,
): T & Omit<NpyHeader, 'kind' | 'start'> {
  const text = raw.replace(/\s+/g, ' ');
  const shown = text.trim().slice(0, 120);
  if (/'descr' ?: ?\[/.test(text)) {
    throw new DataError(
      `${name}: a structured array (${shown}), expected plain numbers; save one field of it`,
    );
  }
  const descr = /'descr' ?: ?'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order' ?: ?(True|False)/.exec(text)?.[1];
  const sizes = /'shape' ?: ?\(([\d, ]*)\)/.exec(text)?.[1];
  if (!DICTIONARY.test(text) || descr === undefined || order === undefined || sizes === undefined) {
    throw new DataError(`${name}: header ${shown}, expected a dictionary of descr, fortran_order and shape`);
  }
  const type = typeOf(name, descr);
  const { itemSize } = type;
  const shape = sizes.split(',').map((size) => size.trim());
  if (shape.at(-1) === '') shape.pop();
  if (shape.length > MAX_DIMENSIONS || !shape.every((size) => /^\d{1,15}$/.test(size))) {
    throw new DataError(
      `${name}: shape (${sizes.slice(0, 120)}), expected up to ${MAX_DIMENSIONS} whole numbers`,
    );
  }
  const dimensions = shape.map(Number);
  const length = dimensions.reduce((product, size) => product * size, itemSize);
  if (!Number.isSafeInteger(length)) throw tooLarge(name, { shape: dimensions, itemSize, length });
  return { ...type, fortranOrder: order === 'True', shape: dimensions, length };
}

/** Checks the size of an array that must be read as a whole. @throws DataError if it is too large */
export function checkReadable(name: string, header: NpyHeader): void {
  if (header.length > MAX_ARRAY_BYTES) throw tooLarge(name, header);
}

function tooLarge(
  name: string,
  { shape, itemSize, length }: Pick<NpyHeader, 'shape' | 'itemSize' | 'length'>,
): DataError {
  const got = `shape ${describeShape(shape)} of ${itemSize} bytes a value takes ${length} bytes`;
  const advice = 'save it in the order of C (`numpy.ascontiguousarray`), or in several files';
  return new DataError(`${name}: ${got}, limit ${MAX_ARRAY_BYTES}; ${advice}`);
}

/** Characters of `U` have four bytes, those of `S` one. */
function textType(descr: string): Pick<TextHeader, 'kind' | 'itemSize' | 'bigEndian'> | null {
  const [, endian, kind, length] = /^([<>|=]?)([US])(\d{1,6})$/.exec(descr) ?? [];
  if (kind === undefined) return null;
  return {
    kind: kind as 'U' | 'S',
    itemSize: Number(length) * (kind === 'U' ? 4 : 1),
    bigEndian: endian === '>',
  };
}

function parseType(name: string, descr: string): Pick<NpyHeader, 'kind' | 'itemSize' | 'bigEndian'> {
  const [, endian, kind, size] = /^([<>|=]?)([biuf])(\d)$/.exec(descr) ?? [];
  if (kind === undefined || !SIZES[kind as NpyKind].includes(Number(size))) {
    const why = /^[<>|=]?O/.test(descr) ? ' (objects, which can hold code and are never loaded)' : '';
    const expected = 'expected bool, uint8 to uint64, int8 to int64, float16, float32 or float64';
    throw new DataError(
      `${name}: values of type '${descr.slice(0, 40)}'${why}, ${expected}; save it as uint8`,
    );
  }
  return { kind: kind as NpyKind, itemSize: Number(size), bigEndian: endian === '>' };
}

/** Formats a shape like `60000 × 28 × 28`. */
export function describeShape(shape: readonly number[]): string {
  return shape.length === 0 ? 'of a single value' : shape.join(' × ');
}

/**
 * Returns the values of an array's data, in file order.
 * @param bytes `header.length` bytes; big-endian values may be swapped in place
 */
export function npyValues(header: NpyHeader, bytes: Uint8Array): NpyValues {
  const { kind, itemSize, bigEndian } = header;
  // Copied if values are not aligned to their size.
  const data = Buffer.from(bytes.byteOffset % itemSize === 0 ? bytes.buffer : bytes.slice().buffer);
  const start = bytes.byteOffset % itemSize === 0 ? bytes.byteOffset : 0;
  const own = data.subarray(start, start + bytes.length);
  if (bigEndian && itemSize === 2) own.swap16();
  if (bigEndian && itemSize === 4) own.swap32();
  if (bigEndian && itemSize === 8) own.swap64();
  if (kind === 'f' && itemSize === 2)
    return halfFloats(new Uint16Array(own.buffer as ArrayBuffer, own.byteOffset, bytes.length / 2));
  const Values = TYPES[kind][itemSize]!;
  return new Values(own.buffer as ArrayBuffer, own.byteOffset, bytes.length / itemSize);
}

type ValuesConstructor = new (buffer: ArrayBuffer, offset: number, length: number) => NpyValues;

const TYPES: Readonly<Record<NpyKind, Readonly<Record<number, ValuesConstructor>>>> = {
  b: { 1: Uint8Array },
  u: { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array },
  i: { 1: Int8Array, 2: Int16Array, 4: Int32Array, 8: BigInt64Array },
  f: { 4: Float32Array, 8: Float64Array },
};
