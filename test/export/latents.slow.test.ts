import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunConfig } from '../../src/runs/config';
import { writeLatents } from '../../src/runs/latents';
import { addTag } from '../../src/runs/tags';
import { writeLayout } from '../../src/runs/umap-files';
import { Cli, objects, writeImages } from '../cli/support';
import { once } from '../support/once';
import { hasPackages, runPython } from '../support/python';
import { csvOf, npzOf } from './tables';

let cli: Cli;
const COUNT = 40;
const LATENT = 3;
const id = (i: number): string => (i % 2 === 0 ? `even/${i}.png` : `odd/${i}.png`);

beforeAll(async () => {
  cli = await Cli.build();
  const files = await writeImages(cli.path('flat'), COUNT);
  for (const folder of ['even', 'odd']) await mkdir(cli.path('images', folder), { recursive: true });
  for (const [i, file] of files.entries()) await writeFile(cli.path('images', id(i)), await readFile(file));
  const lines = Array.from(
    { length: COUNT },
    (_, i) => `${id(i)},${i % 2 ? 'odd' : 'even'},${i / 4},k${i % 3},${i}`,
  );
  await writeFile(cli.path('images', 'labels.csv'), `path,label,weight,kind,elbo\n${lines.join('\n')}\n`);
  const data = ['--data', 'images', '--labels', 'images/labels.csv', '--preset', 'fast', '--engine', 'onnx'];
  const sizes = ['--set', 'hidden=8', '--set', `latent=${LATENT}`, '--samples', '300', '--run', 'run'];
  const { stderr, code } = await cli.run(['train', ...data, ...sizes]);
  expect(`${code} ${stderr}`).toBe('0 ');
  await addTag(cli.path('run'), 'odd, one', [id(1), id(3)]);
  await addTag(cli.path('run'), 'first', [id(1), 'gone.png']);
});
afterAll(() => cli.dispose());

/** Exports a run, and returns the objects that the command printed. */
const exportedFrom = async (
  run: string,
  out: string,
  ...args: string[]
): Promise<Record<string, unknown>[]> => {
  const all = ['export', run, '--format', 'latents', '--engine', 'onnx', '--out', out, '--json', ...args];
  const { code, stdout, stderr } = await cli.run(all);
  expect(`${code} ${stderr}`).toBe('0 ');
  return objects(stdout);
};
interface Row {
  readonly id: string;
  readonly split: string;
  readonly tags: string[];
  readonly elbo: number;
  readonly pca_x: number;
  readonly pca_y: number;
  readonly weight: number;
  readonly mean: number[];
  readonly logvariance: number[];
}
const rowsIn = async (out: string): Promise<Row[]> => {
  const bytes = new Uint8Array(await readFile(cli.path(out, 'latents.parquet')));
  return (await parquetReadObjects({ file: bytes.buffer })) as unknown as Row[];
};

/** The tables of the run, which has no map, in all kinds. */
const tables = once(async () => {
  const before = await readdir(cli.path('run'), { recursive: true });
  const lines = await exportedFrom('run', 'new');
  for (const table of ['csv', 'npz']) await exportedFrom('run', 'new', '--table', table);
  expect(await readdir(cli.path('run'), { recursive: true })).toEqual(before);
  return { lines, rows: await rowsIn('new') };
});

test('a run without a map is encoded, with progress', async () => {
  const { lines, rows } = await tables();
  expect(lines.slice(0, -1).length).toBeGreaterThan(0);
  for (const line of lines.slice(0, -1)) expect(line).toMatchObject({ type: 'progress' });
  const { files, notes } = lines.at(-1)! as { files: string[]; notes: string[] };
  expect(files).toEqual([cli.path('new', 'latents.parquet')]);
  expect(notes).toEqual([expect.stringMatching(/^There are no places by UMAP: the map has none yet\./)]);
  expect(rows).toHaveLength(COUNT);
  const byId = new Map(rows.map((row) => [row.id, row]));
  expect(byId.get(id(3))).toMatchObject({
    ...{ path: cli.path('images', id(3)), label: 'odd', tags: ['odd, one'], weight: 0.75, kind: 'k0' },
    ...{ column_elbo: 3 },
  });
  expect(byId.get(id(1))).toMatchObject({ tags: ['first', 'odd, one'] });
  expect(byId.get(id(2))).toMatchObject({ label: 'even', tags: [] });
  const splits = rows.map(({ split }) => split);
  expect(new Set(splits)).toEqual(new Set(['train', 'validation', 'test']));
  expect(splits.filter((split) => split === 'train').length).toBeGreaterThan(COUNT / 2);
  // The same numbers as those of `vae encode`, but for the draws of the bound.
  const { stdout } = await cli.run([
    'encode',
    'run',
    cli.path('images', id(5)),
    '--engine',
    'onnx',
    '--json',
  ]);
  const [alone] = objects(stdout) as { mean: number[]; logVariance: number[]; elbo: number }[];
  const row = byId.get(id(5))!;
  row.mean.forEach((value, i) => expect(value).toBeCloseTo(alone!.mean[i]!, 5));
  row.logvariance.forEach((value, i) => expect(value).toBeCloseTo(alone!.logVariance[i]!, 5));
  expect(Math.abs(row.elbo - alone!.elbo)).toBeLessThan(3);
});

test('places on principal components are centred and uncorrelated, the first with the larger variance', async () => {
  const { rows } = await tables();
  const product = (a: number[], b: number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const [x, y] = [rows.map((row) => row.pca_x), rows.map((row) => row.pca_y)];
  expect(x.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 3);
  expect(product(x, x)).toBeGreaterThanOrEqual(product(y, y));
  expect(Math.abs(product(x, y))).toBeLessThan(1e-3 * product(x, x));
});

test('the encodings and the places of its map are taken where they are of the same weights', async () => {
  const { rows, lines } = await tables();
  const { step } = lines.at(-1) as { step: number };
  await cp(cli.path('run'), cli.path('with-map'), { recursive: true });
  const latents = {
    ...{ step, fingerprint: 'f', dimensions: LATENT, labels: null, ids: rows.map((row) => row.id) },
    splits: new Uint8Array(COUNT),
    mean: Float32Array.from({ length: COUNT * LATENT }, (_, i) => i),
    logVariance: Float32Array.from({ length: COUNT * LATENT }, (_, i) => -i),
    elbo: Float32Array.from({ length: COUNT }, (_, i) => -2 * i),
  };
  await writeLatents(cli.path('with-map'), latents);
  const layout = { neighbours: 5, minDist: 0.1, seed: 0, most: 100, fitted: COUNT, epochs: 1 };
  const places = Float32Array.from({ length: 2 * COUNT }, (_, i) => i / 2);
  await writeLayout(cli.path('with-map'), { step, fingerprint: 'f', count: COUNT, ...layout, places });
  const { notes } = (await exportedFrom('with-map', 'mapped')).at(-1)! as { notes: string[] };
  expect(notes).toEqual([]);
  const mapped = await rowsIn('mapped');
  expect(mapped[7]).toMatchObject({
    ...{ elbo: -14, umap_x: 7, umap_y: 7.5, mean: [21, 22, 23], logvariance: [-21, -22, -23] },
  });
  expect(mapped[7]).not.toHaveProperty('label');
  // Of other weights than those that are exported: computed anew, and the map's places are of others.
  await writeLatents(cli.path('with-map'), { ...latents, step: step - 1 });
  const { notes: others } = (await exportedFrom('with-map', 'other')).at(-1)! as { notes: string[] };
  expect(others).toEqual([expect.stringContaining('those of the map are of other encodings')]);
  expect((await rowsIn('other'))[7]!.mean).toEqual(rows[7]!.mean);
});

test('all three kinds of table hold the same', async () => {
  const { rows } = await tables();
  const [header, ...lines] = csvOf(await readFile(cli.path('new', 'latents.csv'), 'utf8'));
  const npz = npzOf(await readFile(cli.path('new', 'latents.npz')));
  expect(lines).toHaveLength(COUNT);
  for (const [i, row] of rows.entries()) {
    const cell = (name: string): string => lines[i]![header!.indexOf(name)]!;
    expect(cell('id')).toBe(row.id);
    expect(JSON.parse(cell('tags'))).toEqual(row.tags);
    expect(Math.fround(Number(cell('elbo')))).toBe(row.elbo);
    expect(Math.fround(Number(cell('logvariance_2')))).toBe(row.logvariance[2]);
    expect(npz['id']!.values[i]).toBe(row.id);
    expect(npz['mean']!.values.slice(i * LATENT, (i + 1) * LATENT)).toEqual(row.mean);
    expect(npz['weight']!.values[i]).toBe(row.weight);
  }
});

test('images that are gone are missed, unless the map has their encodings', async () => {
  await cp(cli.path('run'), cli.path('moved'), { recursive: true });
  const config = JSON.parse(await readFile(cli.path('moved', 'config.json'), 'utf8')) as RunConfig;
  const source = { ...config.data.source, uri: 'file:///gone' };
  await writeFile(
    cli.path('moved', 'config.json'),
    JSON.stringify({ ...config, data: { ...config.data, source } }),
  );
  const { code, stderr } = await cli.run(['export', 'moved', '--format', 'latents', '--out', 'none']);
  expect(`${code} ${stderr}`).toMatch(/^2 vae: .*gone/);
  expect(await readdir(cli.cwd)).not.toContain('none');
});

test('what cannot be is refused, and what is missing is said', async () => {
  const refused = async (...args: string[]): Promise<string> => {
    const { code, stderr } = await cli.run(['export', 'run', ...args]);
    expect(code).toBe(2);
    return stderr;
  };
  expect(await refused('--format', 'onnx', '--table', 'csv')).toContain('only --format latents is a table');
  expect(await refused('--format', 'latents', '--opset', '18')).toContain('only --format onnx');
  expect(await refused('--format', 'latents', '--table', 'xlsx')).toContain('parquet');
});

test.skipIf(!hasPackages('pandas', 'pyarrow', 'numpy'))('pandas, pyarrow and NumPy open it', async () => {
  const { rows } = await tables();
  await writeFile(cli.path('new', 'rows.json'), JSON.stringify(rows));
  const script = `
import json
import numpy as np, pandas as pd, pyarrow.parquet as pq
rows = json.load(open('rows.json', encoding='utf8'))
table = pd.read_parquet('latents.parquet')
assert list(table.columns) == list(rows[0]), list(table.columns)
assert table.dtypes['elbo'] == 'float32' and table.dtypes['weight'] == 'float64'
mean = np.stack(table['mean'])
assert mean.shape == (len(rows), ${LATENT}) and mean.dtype == np.float32
assert np.array_equal(mean, np.array([row['mean'] for row in rows], np.float32))
assert [list(tags) for tags in table['tags']] == [row['tags'] for row in rows]
assert list(table['id']) == [row['id'] for row in rows]
schema = pq.read_schema('latents.parquet')
assert schema.metadata[b'likelihood'] == b'bernoulli' and b'step' in schema.metadata, schema.metadata
csv = pd.read_csv('latents.csv')
assert np.array_equal(csv[[f'mean_{i}' for i in range(${LATENT})]].to_numpy(np.float32), mean)
assert [json.loads(tags) for tags in csv['tags']] == [row['tags'] for row in rows]
npz = np.load('latents.npz')
assert np.array_equal(npz['mean'], mean) and list(npz['id']) == list(table['id'])
assert npz['tags'].dtype == bool and list(npz['tag_names']) == ['first', 'odd, one']
assert npz['tags'].sum(0).tolist() == [1, 2]
assert json.loads(str(npz['metadata']))['latent'] == '${LATENT}'
print('read')
`;
  expect(runPython(cli.path('new'), script).trim()).toBe('read');
});

test.skipIf(!hasPackages('duckdb'))('DuckDB queries it', async () => {
  await tables();
  const script = `
import duckdb
print(duckdb.sql("select label, count(*), max(len(mean)) from 'latents.parquet' group by label order by label").fetchall())
`;
  const half = COUNT / 2;
  expect(runPython(cli.path('new'), script).trim()).toBe(
    `[('even', ${half}, ${LATENT}), ('odd', ${half}, ${LATENT})]`,
  );
});

test.skipIf(!hasPackages('embedding_atlas'))('Embedding Atlas makes its page of it', async () => {
  const { rows } = await tables();
  await writeFile(cli.path('new', 'rows.json'), JSON.stringify(rows));
  // The command of docs/exports.md, which writes what it would serve; it exits when it is done.
  const script = `
import json
import numpy as np, pandas as pd
from embedding_atlas.cli import main
main(['latents.parquet', '--x', 'pca_x', '--y', 'pca_y', '--text', 'label', '--export-application', 'atlas'], standalone_mode=False)
rows = json.load(open('rows.json', encoding='utf8'))
data = json.load(open('atlas/data/metadata.json', encoding='utf8'))['props']['data']
assert data['projection'] == {'x': 'pca_x', 'y': 'pca_y'} and data['text'] == 'label', data
table = pd.read_parquet('atlas/data/dataset.parquet')
assert list(table['id']) == [row['id'] for row in rows]
assert [list(tags) for tags in table['tags']] == [row['tags'] for row in rows]
assert table['pca_x'].dtype == 'float32' and table['weight'].dtype == 'float64', table.dtypes
for name in ['pca_x', 'pca_y', 'elbo', 'mean']:
    assert np.array_equal(np.stack(table[name]), np.array([row[name] for row in rows], np.float32)), name
print('shown')
`;
  expect(runPython(cli.path('new'), script).trim().split('\n').at(-1)).toBe('shown');
});
