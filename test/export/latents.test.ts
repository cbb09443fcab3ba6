import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { toCsv } from '../../src/export/latents/csv';
import { toNpz } from '../../src/export/latents/npz';
import { toParquet } from '../../src/export/latents/parquet';
import type { LatentsTable } from '../../src/export/latents/table';
import { TABLE, csvOf, joined, npzOf } from './tables';

const parquet = (table: LatentsTable): ArrayBuffer => new Uint8Array(joined(toParquet(table))).buffer;
const f = Math.fround;

test('Parquet holds texts, lists and numbers of the right width, and what they are of', async () => {
  const file = parquet(TABLE);
  const rows = await parquetReadObjects({ file });
  expect(rows).toEqual([
    { id: 'a.png', label: 'cat', tags: [], elbo: -1.5, mean: [f(0.1), f(-0.2)], 'a/"size"': 0.1 },
    { id: 'b "b",\n.png', label: null, tags: ['x', 'y,"z"'], elbo: f(-0.1), mean: [3, 4], 'a/"size"': 2 },
    { id: '=1+1.png', label: 'dog', tags: [], elbo: f(-1e-20), mean: [5, f(1 / 3)], 'a/"size"': null },
    { id: 'é🙂/c.png', label: 'cat', tags: ['x'], elbo: null, mean: [7, 8], 'a/"size"': 1e300 },
    { id: '', label: null, tags: [], elbo: f(-1e30), mean: [9, f(-1e-7)], 'a/"size"': -3 },
  ]);
  const { schema, key_value_metadata: facts } = parquetMetadata(file);
  const types = schema.filter(({ type }) => type).map(({ name, type }) => `${name} ${type}`);
  expect(types).toEqual([
    ...['id BYTE_ARRAY', 'label BYTE_ARRAY', 'element BYTE_ARRAY', 'elbo FLOAT', 'element FLOAT'],
    'a/"size" DOUBLE',
  ]);
  expect(facts).toEqual([
    { key: 'run', value: 'a "run"\n' },
    { key: 'step', value: '7' },
  ]);
});

test('a table of many groups of rows is made group by group, and read whole', async () => {
  const count = 2500;
  const width = 1000;
  const values = Float32Array.from({ length: count * width }, (_, i) => i % 1009);
  const table: LatentsTable = {
    count,
    columns: [
      { kind: 'number', name: 'row', values: Float32Array.from({ length: count }, (_, i) => i) },
      { kind: 'vector', name: 'mean', width, values },
    ],
    facts: {},
  };
  expect([...toParquet(table)].length).toBeGreaterThan(3);
  const rows = (await parquetReadObjects({ file: parquet(table) })) as { row: number; mean: number[] }[];
  expect(rows.map(({ row }) => row)).toEqual(Array.from({ length: count }, (_, i) => i));
  for (const { row, mean } of [rows[0]!, rows[999]!, rows[1000]!, rows.at(-1)!])
    expect(mean).toEqual([...values.subarray(row * width, (row + 1) * width)]);
});

test('CSV has a column for each number, quotes what must be, and keeps formulas texts', () => {
  const [header, ...rows] = csvOf(joined(toCsv(TABLE)).toString('utf8'));
  expect(header).toEqual(['id', 'label', 'tags', 'elbo', 'mean_0', 'mean_1', 'a/"size"']);
  expect(rows).toEqual(
    [
      ['a.png', 'cat', '[]', '-1.5', '0.1', '-0.2', '0.1'],
      ['b "b",\n.png', '', '["x","y,\\"z\\""]', '-0.1', '3', '4', '2'],
      ["'=1+1.png", 'dog', '[]', '-1e-20', '5', '0.333333', ''],
      ['é🙂/c.png', 'cat', '["x"]', '', '7', '8', '1e+300'],
      ['', '', '[]', '-1e+30', '9', '-1e-7', '-3'],
    ].map((row) =>
      row.map((cell) => (cell === '0.333333' ? (expect.stringMatching(/^0\.3333333/) as string) : cell)),
    ),
  );
});

test('a NumPy archive has an array for each column', () => {
  const {
    id,
    label,
    tags,
    tag_names: names,
    elbo,
    mean,
    'a_"size"': size,
    metadata,
  } = npzOf(joined(toNpz(TABLE)));
  expect(id).toEqual({ type: '<U11', shape: [5], values: TABLE.columns[0]!.values });
  expect(label).toEqual({ type: '<U3', shape: [5], values: ['cat', '', 'dog', 'cat', ''] });
  expect(names).toEqual({ type: '<U5', shape: [2], values: ['x', 'y,"z"'] });
  expect(tags!.shape).toEqual([5, 2]);
  expect(tags!.values.map(Number).join('')).toBe('0011001000');
  expect(elbo).toEqual({ type: '<f4', shape: [5], values: [-1.5, f(-0.1), f(-1e-20), NaN, f(-1e30)] });
  expect(mean).toMatchObject({ type: '<f4', shape: [5, 2] });
  expect(mean!.values.slice(0, 2)).toEqual([f(0.1), f(-0.2)]);
  expect(size).toEqual({ type: '<f8', shape: [5], values: [0.1, 2, NaN, 1e300, -3] });
  expect(metadata!.shape).toEqual([]);
  expect(JSON.parse(metadata!.values[0] as string)).toEqual(TABLE.facts);
});

test('a NumPy archive without tags has an empty array of them, and equal tables give equal bytes', () => {
  const table: LatentsTable = {
    count: 2,
    columns: [{ kind: 'texts', name: 'tags', values: [[], []] }],
    facts: {},
  };
  const { tags, tag_names: names } = npzOf(joined(toNpz(table)));
  expect([tags!.shape, names!.shape]).toEqual([[2, 0], [0]]);
  expect(joined(toNpz(TABLE)).equals(joined(toNpz(TABLE)))).toBe(true);
});

test('arrays of more than a ZIP archive can hold are refused', () => {
  const long = 'x'.repeat(1_000_000);
  const values = Array.from({ length: 1100 }, (_, i) => (i === 0 ? long : ''));
  const table: LatentsTable = { count: 1100, columns: [{ kind: 'text', name: 'id', values }], facts: {} };
  expect(() => [...toNpz(table)]).toThrow(/4,400,000,008 bytes, expected at most .* Export a \.parquet/);
});
