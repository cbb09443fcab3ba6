import { describeShape, npyValues } from './npy';
import type { NpyHeader, TextHeader } from './npy';
import { sortedNames } from '../labels/labels';
import { DataError } from '../../images/data-error';
import type { ReadingRules } from '../../domain/reading';

/** Class of each image, -1 for none; `names` if the classes are not simply numbers from 0. */
export interface ArrayLabels {
  readonly values: Int32Array;
  readonly names?: readonly string[];
}

/** Limit of class labels; larger numbers are probably not classes. */
const MAX_CLASSES = 100_000;
/** Limit of distinct labels that are texts, or numbers that do not count from 0. */
const MAX_DISTINCT = 1000;
/** Limits of an array of labels. */
const MAX_BYTES = 256 * 2 ** 20;
const MAX_TEXT_BYTES = 4000;

/**
 * Checks that an array has one label for each image: [N], [N, 1] or [1, N], or [N, K] numbers, of which one is 1 and the others 0.
 * @throws DataError for any other shape, or too many bytes
 */
export function checkLabelShape(
  file: string,
  { shape, itemSize, kind, length }: NpyHeader | TextHeader,
  count: number,
): void {
  const isColumn = shape.length === 1 || (shape.length === 2 && shape[1] === 1);
  const isOneHot =
    shape.length === 2 && shape[1]! > 1 && shape[1]! <= MAX_CLASSES && kind !== 'U' && kind !== 'S';
  const isRow = shape.length === 2 && shape[0] === 1 && shape[1] === count;
  const isText = kind === 'U' || kind === 'S';
  if (!isRow && !((isColumn || isOneHot) && shape[0] === count)) {
    throw new DataError(`${file}: labels ${describeShape(shape)}, expected one for each of ${count} images`);
  }
  if (length > MAX_BYTES || (isText && itemSize > MAX_TEXT_BYTES)) {
    const got = `labels ${describeShape(shape)} of ${itemSize} bytes each`;
    throw new DataError(
      `${file}: ${got}, expected ${MAX_BYTES} bytes at most, and ${MAX_TEXT_BYTES} for a text`,
    );
  }
}

/**
 * Converts an array of labels to classes: whole numbers, also as floating-point numbers or truth values; texts; or the position of the
 * only 1 in each row. Numbers from 0 are classes; other whole numbers become the classes' names, except that -1 beside
 * numbers from 0 means no label. By the rules 1, only numbers from 0 are read.
 * @throws DataError for any other values
 */
export function labelsOfArray(
  file: string,
  header: NpyHeader | TextHeader,
  bytes: Uint8Array,
  { count, rules }: { readonly count: number; readonly rules: ReadingRules },
): ArrayLabels {
  if (rules === 1) return { values: numbersFrom0(file, header, bytes) };
  if (header.kind === 'U' || header.kind === 'S') return named(file, textsOf(header, bytes));
  const { shape } = header;
  const numbers = Float64Array.from(
    npyValues(header as NpyHeader, bytes) as ArrayLike<number | bigint>,
    Number,
  );
  const isRow = shape[0] === 1 && shape[1] === count;
  if (shape.length === 2 && shape[1]! > 1 && !isRow) return { values: positions(file, header, numbers) };
  const odd = numbers.find((value) => !Number.isSafeInteger(value) && !Number.isNaN(value));
  if (odd !== undefined) throw new DataError(`${file}: label ${odd}, expected whole numbers or texts`);
  const known = numbers.filter((value) => !Number.isNaN(value));
  const countsFrom0 = known.includes(0);
  const isNone = (value: number) => Number.isNaN(value) || (value === -1 && countsFrom0);
  if (known.every((value) => isNone(value) || (value >= 0 && value < MAX_CLASSES))) {
    return { values: Int32Array.from(numbers, (value) => (isNone(value) ? -1 : value)) };
  }
  return named(
    file,
    Array.from(numbers, (value) => (isNone(value) ? '' : String(value))),
  );
}

function numbersFrom0(file: string, header: NpyHeader | TextHeader, bytes: Uint8Array): Int32Array {
  const { kind, shape } = header;
  if (kind === 'U' || kind === 'S' || (shape.length === 2 && shape[1] !== 1)) {
    throw new DataError(
      `${file}: labels ${describeShape(shape)} of the type ${kind}, expected a number for each image`,
    );
  }
  return Int32Array.from(npyValues(header as NpyHeader, bytes) as ArrayLike<number | bigint>, (raw) => {
    const value = Number(raw);
    if (Number.isInteger(value) && value >= 0 && value < MAX_CLASSES) return value;
    throw new DataError(`${file}: label ${value}, expected whole numbers from 0 to ${MAX_CLASSES - 1}`);
  });
}

/** Returns the position of the 1 in each row. @throws DataError unless each row has one 1 and otherwise 0 */
function positions(
  file: string,
  { shape, fortranOrder }: Pick<NpyHeader, 'shape' | 'fortranOrder'>,
  numbers: Float64Array,
): Int32Array {
  const [rows, columns] = shape as [number, number];
  const [alongRow, alongColumn] = fortranOrder ? [1, rows] : [columns, 1];
  return Int32Array.from({ length: rows }, (_, row) => {
    let found = -1;
    for (let column = 0; column < columns; column++) {
      const value = numbers[row * alongRow + column * alongColumn];
      if (value === 0) continue;
      if (value === 1 && found === -1) found = column;
      else {
        const got = value === 1 ? 'several 1' : `${value}`;
        throw new DataError(`${file}: labels ${describeShape(shape)}: row ${row} has ${got}, ${ONE_HOT}`);
      }
    }
    if (found === -1)
      throw new DataError(`${file}: labels ${describeShape(shape)}: row ${row} has no 1, ${ONE_HOT}`);
    return found;
  });
}

const ONE_HOT = 'expected one 1 and otherwise 0 for each image; several labels for an image cannot be used';

/** Decodes texts, which end at their first zero. */
function textsOf({ kind, itemSize, bigEndian, length }: TextHeader, bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = itemSize === 0 ? 0 : length / itemSize;
  return Array.from({ length: count }, (_, i) => {
    const start = i * itemSize;
    if (kind === 'S') {
      const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, itemSize).toString('utf8');
      return text.replace(/\0+$/, '').trim();
    }
    let text = '';
    for (let at = start; at < start + itemSize; at += 4) {
      const code = view.getUint32(at, !bigEndian);
      if (code === 0) break;
      text += code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
    }
    return text.trim();
  });
}

/** Returns labels by their names; an empty one is none. */
function named(file: string, texts: readonly string[]): ArrayLabels {
  const names = sortedNames(texts.filter((text) => text !== ''));
  if (names.length > MAX_DISTINCT) {
    const expected = `expected ${MAX_DISTINCT} at most; more are probably no classes`;
    throw new DataError(`${file}: ${names.length} different labels, such as ${names[0]}, ${expected}`);
  }
  const numbers = new Map(names.map((name, i) => [name, i]));
  return { names, values: Int32Array.from(texts, (text) => numbers.get(text) ?? -1) };
}
