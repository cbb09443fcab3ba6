import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readLayout, writeLayout } from '../../src/runs/umap-files';

let run: string;
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), 'layout-'));
});
afterEach(() => rm(run, { recursive: true }));

const layout = (seed: number) => ({
  ...{ step: 60, fingerprint: 'f'.repeat(64), count: 3, fitted: 3, epochs: 500 },
  ...{ neighbours: 2, minDist: 0.1, seed, most: 1000 },
  places: Float32Array.of(1, 2, 3, 4, 5, seed),
});
const file = (name: string): string => join(run, 'umap', name);

test('what is written is read, whatever was there before', async () => {
  expect(await readLayout(run, (message) => expect.unreachable(message))).toBeNull();
  for (const seed of [1, 2]) {
    const written = await writeLayout(run, layout(seed));
    expect(written).toMatchObject(layout(seed));
    expect(await readLayout(run)).toEqual(written);
  }
  expect((await readdir(join(run, 'umap'))).sort()).toEqual(['places.npy', 'umap.json']);
});

test.each([
  ['places of another layout', 'places.npy', /checksum/],
  ['an index of another layout', 'umap.json', /checksum/],
  ['places that are no array', 'places.npy', /another header/, Buffer.from('x')],
  ['an index that is no JSON', 'umap.json', /JSON/, Buffer.from('{')],
  ['an index of nothing', 'umap.json', /expected/, Buffer.from('{}')],
])('%s are passed over and said', async (_what, name, message, bytes?: Buffer) => {
  await writeLayout(run, layout(2));
  const other = bytes ?? (await readFile(file(name)));
  await writeLayout(run, layout(1));
  await writeFile(file(name), other);
  const said: string[] = [];
  expect(await readLayout(run, (text) => said.push(text))).toBeNull();
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(message);
});
