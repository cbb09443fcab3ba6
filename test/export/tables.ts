import { unzipSync } from 'fflate';
import type { LatentsTable } from '../../src/export/latents/table';

/** A table with every kind of column, and texts that formats must quote, escape or pad. */
export const TABLE: LatentsTable = {
  count: 5,
  columns: [
    { kind: 'text', name: 'id', values: ['a.png', 'b "b",\n.png', '=1+1.png', 'é🙂/c.png', ''] },
    { kind: 'text', name: 'label', values: ['cat', null, 'dog', 'cat', null] },
    { kind: 'texts', name: 'tags', values: [[], ['x', 'y,"z"'], [], ['x'], []] },
    { kind: 'number', name: 'elbo', values: Float32Array.of(-1.5, -0.1, -1e-20, NaN, -1e30) },
    {
      kind: 'vector',
      name: 'mean',
      width: 2,
      values: Float32Array.of(0.1, -0.2, 3, 4, 5, 1 / 3, 7, 8, 9, -1e-7),
    },
    { kind: 'number', name: 'a/"size"', values: Float64Array.of(0.1, 2, NaN, 1e300, -3) },
  ],
  facts: { run: 'a "run"\n', step: '7' },
};

/** Reads a file that comes in pieces. */
export const joined = (pieces: Iterable<Uint8Array>): Buffer => Buffer.concat([...pieces]);

/** An array of an .npz, read by the format's description: header of Python literals, then elements in C order. */
export function npyOf(bytes: Uint8Array): {
  readonly type: string;
  readonly shape: number[];
  readonly values: (number | string | boolean)[];
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (Buffer.from(bytes.subarray(1, 6)).toString() !== 'NUMPY') throw new Error('no magic');
  const start = 10 + view.getUint16(8, true);
  if (start % 64 !== 0) throw new Error(`elements start at ${start}`);
  const header = Buffer.from(bytes.subarray(10, start)).toString();
  const type = /'descr': '([^']+)'/.exec(header)![1]!;
  const shape = /'shape': \(([^)]*)\)/
    .exec(header)![1]!
    .split(',')
    .filter((side) => side.trim() !== '')
    .map(Number);
  const count = shape.reduce((a, b) => a * b, 1);
  const size = Number(/\d+$/.exec(type)![0]) * (type.includes('U') ? 4 : 1);
  if (bytes.length !== start + count * size)
    throw new Error(`${bytes.length} bytes, ${start} + ${count} x ${size}`);
  const element = (at: number): number | string | boolean => {
    if (type === '<f4') return view.getFloat32(at, true);
    if (type === '<f8') return view.getFloat64(at, true);
    if (type === '|b1') return view.getUint8(at) === 1;
    const points = Array.from({ length: size / 4 }, (_, i) => view.getUint32(at + 4 * i, true));
    return String.fromCodePoint(...points.filter((point) => point !== 0));
  };
  return { type, shape, values: Array.from({ length: count }, (_, i) => element(start + i * size)) };
}

export const npzOf = (bytes: Uint8Array): Record<string, ReturnType<typeof npyOf>> =>
  Object.fromEntries(
    Object.entries(unzipSync(bytes)).map(([name, array]) => [name.replace(/\.npy$/, ''), npyOf(array)]),
  );

/** Reads CSV by RFC 4180. */
export function csvOf(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/g)) {
    rows.at(-1)!.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
    if (end === '\n') rows.push([]);
  }
  return rows.slice(0, -1);
}
