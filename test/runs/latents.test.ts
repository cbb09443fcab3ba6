import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { npyValues, parseNpyHeader } from '../../src/datasets/arrays/npy';
import { readLatents, writeLatents } from '../../src/runs/latents';
import type { Latents } from '../../src/runs/latents';

let run: string;
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), 'latents-'));
});
afterEach(() => rm(run, { recursive: true }));

const latents = (step: number, change: Partial<Latents> = {}): Latents => ({
  step,
  fingerprint: 'f'.repeat(64),
  dimensions: 2,
  ids: ['a/1.png', 'a/2.png', 'ü "b".png'],
  labels: { names: ['a'], values: Int32Array.from([0, 0, -1]) },
  splits: Uint8Array.from([0, 1, 2]),
  mean: Float32Array.from([1, 2, 3, 4, 5, step]),
  logVariance: Float32Array.from([-1, -2, -3, -4, -5, -6]),
  elbo: Float32Array.from([-100, -101.5, -99]),
  ...change,
});

test('what is written is read, whatever was there before', async () => {
  expect(await readLatents(run, (message) => expect.unreachable(message))).toBeNull();
  for (const one of [latents(10), latents(20, { labels: null })]) {
    await writeLatents(run, one);
    expect(await readLatents(run)).toEqual(one);
  }
  expect(await readdir(run)).toEqual(['latents']);
  expect((await readdir(join(run, 'latents'))).sort()).toEqual([
    ...['elbo.npy', 'ids.json', 'log-variance.npy', 'mean.npy'],
  ]);
});

test('the arrays are NumPy files', async () => {
  await writeLatents(run, latents(7));
  const file = await readFile(join(run, 'latents', 'mean.npy'));
  const header = parseNpyHeader('mean.npy', file);
  expect(header.shape).toEqual([3, 2]);
  expect(npyValues(header, file.subarray(header.start))).toEqual(latents(7).mean);
});

test.each([
  ['an array of another set', 'mean.npy', async () => (await writeElsewhere()).mean, /checksum/],
  ['an array cut short', 'elbo.npy', async () => (await read('elbo.npy')).subarray(0, -4), /got \d+ bytes/],
  ['no array at all', 'log-variance.npy', () => Buffer.from('x'), /another header/],
  ['an index that is no JSON', 'ids.json', () => Buffer.from('{'), /JSON/],
  ['an id too few', 'ids.json', async () => edited((index) => (index['ids'] as string[]).pop()), /as many/],
  ['ids that are no texts', 'ids.json', async () => edited((index) => (index['ids'] = [1, 2, 3])), /string/],
  [
    'a label without a name',
    'ids.json',
    async () => edited((index) => (index['labels'] = [0, 1, 0])),
    /names/,
  ],
  ['a format of later', 'ids.json', async () => edited((index) => (index['format'] = 'x')), /format|latents/],
])('%s is passed over and said', async (_what, name, bytes, message) => {
  await writeLatents(run, latents(1));
  await writeFile(join(run, 'latents', name), await bytes());
  const said: string[] = [];
  expect(await readLatents(run, (text) => said.push(text))).toBeNull();
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(message);
});

test('what an interrupted write left goes with the next, and nothing else', async () => {
  for (const name of ['.latents.123.vae-tmp', '.latents.123.old.vae-tmp', '.latents', 'mine.vae-tmp'])
    await mkdir(join(run, name));
  await writeLatents(run, latents(1));
  expect((await readdir(run)).sort()).toEqual(['.latents', 'latents', 'mine.vae-tmp']);
});

test('a write that fails leaves what was there', async () => {
  await writeLatents(run, latents(1));
  await expect(writeLatents(run, latents(2, { elbo: new Float32Array(1) }))).rejects.toThrow('got 1 values');
  expect(await readLatents(run)).toEqual(latents(1));
  expect(await readdir(run)).toEqual(['latents']);
});

const read = (name: string): Promise<Buffer> => readFile(join(run, 'latents', name));

async function edited(change: (index: Record<string, unknown>) => unknown): Promise<Buffer> {
  const index = JSON.parse((await read('ids.json')).toString()) as Record<string, unknown>;
  change(index);
  return Buffer.from(JSON.stringify(index));
}

async function writeElsewhere(): Promise<{ mean: Buffer }> {
  const other = join(run, 'other');
  await mkdir(other);
  await writeLatents(other, latents(2));
  return { mean: await readFile(join(other, 'latents', 'mean.npy')) };
}
