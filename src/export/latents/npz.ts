import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { npyHeader } from '../../runs/npy';
import { RunError } from '../../runs/run-error';
import type { LatentsTable, TableColumn } from './table';

/** Sizes in a ZIP archive without its extension for large files have 32 bits; names and headers need little. */
const MAX_BYTES = 2 ** 32 - 2 ** 24;
/** Elements per piece. */
const PIECE = 100_000;
/** Earliest time of a ZIP archive, in local time, which it has: equal tables give equal files. */
const NO_TIME = new Date(1980, 0, 1);

/** An array of an archive, its elements in pieces of little-endian bytes. */
interface NpyArray {
  readonly name: string;
  readonly shape: readonly number[];
  /** Element type of NumPy. */
  readonly type: string;
  readonly bytes: number;
  readonly pieces: Iterable<Uint8Array>;
}

/**
 * Encodes the table as a NumPy archive, piece by piece: an array for each column with the images along the first axis, texts as fixed-width
 * unicode ('' if missing), tags as booleans [images, tags] beside `tag_names`, and the facts as a JSON text in `metadata`.
 * @throws RunError if the archive would have 4 GiB or more
 */
export function* toNpz(table: LatentsTable): Generator<Uint8Array> {
  const arrays = [
    ...table.columns.flatMap((column) => arraysOf(column, table.count)),
    textArray('metadata', [], [JSON.stringify(table.facts)]),
  ];
  const size = arrays.reduce((sum, { bytes }) => sum + bytes, 0);
  if (size > MAX_BYTES)
    throw new RunError(
      `the arrays have ${size.toLocaleString('en')} bytes, expected at most ${MAX_BYTES.toLocaleString('en')} in one .npz. Export a .parquet.`,
    );
  const made: Uint8Array[] = [];
  const zip = new Zip((error, piece) => {
    if (error) throw error;
    made.push(piece);
  });
  for (const { name, shape, type, pieces } of arrays) {
    // Texts of fixed width are mostly zeros.
    const file = new (type.includes('U') ? ZipDeflate : ZipPassThrough)(`${name}.npy`);
    file.mtime = NO_TIME;
    zip.add(file);
    file.push(npyHeader(shape, type));
    for (const piece of pieces) {
      file.push(piece);
      yield* made.splice(0);
    }
    file.push(new Uint8Array(0), true);
  }
  zip.end();
  yield* made.splice(0);
}

/** A name of a column as that of a file: it could lead elsewhere when the archive is unpacked. */
const fileName = (name: string): string => name.replace(/[/\\:\0]/g, '_');

function arraysOf(column: TableColumn, count: number): NpyArray[] {
  const name = fileName(column.name);
  switch (column.kind) {
    case 'text':
      return [textArray(name, [count], column.values)];
    case 'number':
      return [numberArray(name, [count], column.values)];
    case 'vector':
      return [numberArray(name, [count, column.width], column.values)];
    case 'texts': {
      const names = [...new Set(column.values.flat())].sort();
      const values = Uint8Array.from({ length: count * names.length }, (_, i) =>
        Number(column.values[Math.floor(i / names.length)]!.includes(names[i % names.length]!)),
      );
      const shape = [count, names.length];
      return [
        { name, shape, type: '|b1', bytes: values.length, pieces: [values] },
        textArray('tag_names', [names.length], names),
      ];
    }
    default:
      return column satisfies never;
  }
}

function numberArray(name: string, shape: readonly number[], values: Float32Array | Float64Array): NpyArray {
  const size = values.BYTES_PER_ELEMENT;
  // All machines that Node supports are little-endian, as the format's `<`.
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  function* pieces(): Generator<Uint8Array> {
    for (let start = 0; start < bytes.length; start += PIECE * size)
      yield bytes.slice(start, start + PIECE * size);
  }
  return { name, shape, type: `<f${size}`, bytes: bytes.length, pieces: pieces() };
}

/** @param values as many as the shape has elements */
function textArray(name: string, shape: readonly number[], values: readonly (string | null)[]): NpyArray {
  const pointsOf = (text: string | null): number[] =>
    Array.from(text ?? '', (character) => {
      const point = character.codePointAt(0)!;
      // Half of a pair, which is no character.
      return point >= 0xd800 && point < 0xe000 ? 0xfffd : point;
    });
  // NumPy has no type of no characters.
  const width = values.reduce((most, text) => Math.max(most, pointsOf(text).length), 1);
  const rows = Math.max(1, Math.floor(PIECE / width));
  function* pieces(): Generator<Uint8Array> {
    for (let first = 0; first < values.length; first += rows) {
      const some = values.slice(first, first + rows);
      const points = new Uint32Array(some.length * width);
      some.forEach((text, i) => points.set(pointsOf(text), i * width));
      yield new Uint8Array(points.buffer);
    }
  }
  return { name, shape, type: `<U${width}`, bytes: 4 * width * values.length, pieces: pieces() };
}
