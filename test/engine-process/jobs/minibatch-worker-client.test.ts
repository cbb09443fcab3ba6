/** The thread that draws chunks, bundled as the product is. */
import { rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { bundles } from '../../../esbuild.mjs';
import { openRows, shareRows } from '../../../src/datasets/rows/shared-rows';
import type { SharedRows } from '../../../src/datasets/rows/shared-rows';
import { rowPart } from '../../../src/datasets/rows/file-rows';
import { residentRows } from '../../../src/datasets/rows/image-rows';
import type { RunConfig } from '../../../src/runs/config';
import { ChunkSource } from '../../../src/training/chunk-source';
import type * as Module from '../../../src/engine-process/jobs/minibatch-worker-client';
import { temporaryFolder } from '../../datasets/fixtures';

const SIDE = 4;
const SIZE = SIDE * SIDE;
const COUNT = 20;
const M = 3;
const images = Uint32Array.from({ length: COUNT / 2 }, (_, i) => 2 * i + 1);
const bytes = Uint8Array.from({ length: COUNT * SIZE }, (_, i) => (i * 2_654_435_761) >>> 24);
const config = {
  seed: 4,
  data: {
    ...{ width: SIDE, height: SIDE, channels: 1, binarisation: 'dynamic' },
    augmentation: { shift: 1, flip: true },
    split: { validation: 0.1, test: 0.1, seed: 9 },
  },
  model: { latent: 2, inputSize: SIZE },
  training: { minibatch: M, draws: 1 },
} as Partial<RunConfig> as RunConfig;

let outdir: string;
let startMinibatchWorker: typeof Module.startMinibatchWorker;
beforeAll(async () => {
  outdir = resolve(`node_modules/.cache/startMinibatchWorker-${process.pid}`);
  await build({
    ...bundles['engine'],
    entryPoints: {
      drawing: resolve('src/engine-process/jobs/minibatch-worker-client.ts'),
      chunks: resolve('src/engine-process/jobs/minibatch-worker.ts'),
    },
    outdir,
  });
  const load = createRequire(import.meta.url);
  ({ startMinibatchWorker } = load(join(outdir, 'drawing.cjs')) as typeof Module);
});
afterAll(() => rm(outdir, { recursive: true, force: true }));

function drawing(rows: SharedRows | null) {
  const thread = startMinibatchWorker(config, images, rows);
  onTestFinished(() => thread.close());
  return thread.draw;
}

async function inFile(): Promise<{ path: string; rows: SharedRows }> {
  const path = join(await temporaryFolder(), 'rows');
  await writeFile(path, bytes);
  await utimes(path, 1e9, 1e9);
  return { path, rows: { size: SIZE, parts: [await rowPart(path, 0, COUNT)], kept: null } };
}

test.each([
  ['held by the engine', () => Promise.resolve(null)],
  ['in memory', () => Promise.resolve(shareRows(residentRows(bytes, SIZE)))],
  ['in a file', async () => (await inFile()).rows],
])('images %s: the chunks that are drawn without a thread', async (_, where) => {
  const rows = await where();
  const draw = drawing(rows);
  const source = new ChunkSource(config, images, rows && openRows(rows));
  const chunks = await Promise.all([draw(0, 5), draw(5, 2)]);
  expect(chunks).toEqual([source.chunk(0, 5), source.chunk(5, 2)]);
  expect(chunks[0].images !== undefined).toBe(rows !== null);
});

test('memory is shared, not copied for the thread', async () => {
  const rows = shareRows(residentRows(bytes, SIZE));
  const draw = drawing(rows);
  const before = await draw(0, 1);
  if ('bytes' in rows) rows.bytes.fill(255);
  expect(before.images).toContain(0);
  expect((await draw(0, 1)).images).toEqual(new Uint8Array(M * SIZE).fill(255));
});

test('a file that became shorter fails the chunk with the reason, and no other', async () => {
  const { path, rows } = await inFile();
  const draw = drawing(rows);
  await truncate(path, 2);
  await expect(draw(0, 4)).rejects.toMatchObject({
    name: 'DataError',
    message: expect.stringContaining('rows: the file became shorter') as string,
  });
  await writeFile(path, bytes);
  await utimes(path, 1e9, 1e9);
  expect(await draw(0, 4)).toEqual(new ChunkSource(config, images, openRows(rows)).chunk(0, 4));
});
