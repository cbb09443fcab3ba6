import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeSampleImages } from '../../src/datasets/write-sample-images';
import { inspectDataset } from '../../src/endpoint/inspect-dataset';

const REQUEST = {
  ...{ preset: 'fast', set: {}, labels: null, labelColumn: null, leaveOut: null },
  engineFolder: join(process.cwd(), 'dist/engine'),
};
const never = new AbortController().signal;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inspect-'));
  const faces = join(folder, '-faces');
  const paths = await writeSampleImages(faces, { kind: 'digits', count: 20, seed: 1 }, 20);
  const lines = paths.map((path, i) => `${relative(faces, path)},${i % 2 ? 'odd' : 'even'}`);
  await writeFile(join(folder, 'table.csv'), ['path,label', ...lines].join('\n'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('reports from a process of its own, in the shape that a run with these settings would use', async () => {
  const path = join(folder, '-faces');
  const set = { 'data.width': '16', 'data.height': '16' };
  const { lines, examples, plan } = await inspectDataset({ ...REQUEST, path, set }, never);
  expect(plan).toMatchObject({
    likelihood: 'bernoulli',
    latent: 20,
    fit: 'crop',
    samples: 1e6,
    patience: 10,
  });
  expect(examples).toMatchObject({ width: 16, height: 16, channels: 1, count: 3 });
  expect(examples.bytes.length).toBe(3 * 16 * 16);
  expect(Math.max(...examples.bytes)).toBeGreaterThan(100);
  expect(lines).toContainEqual({ title: 'images', text: '20 used, 0 skipped', level: 'info' });
});

it('takes a preset at its word, and a table of labels', async () => {
  const path = join(folder, '-faces');
  const request = { ...REQUEST, path, preset: 'conv', labels: join(folder, 'table.csv') };
  const { lines, examples } = await inspectDataset(request, never);
  expect(examples).toMatchObject({ width: 32, height: 32 });
  expect(lines.find(({ title }) => title === 'labels')?.text).toBe('2 classes (even 10, odd 10)');
});

it('fails with the reason that the command gives', async () => {
  const path = join(folder, 'nothing');
  await expect(inspectDataset({ ...REQUEST, path }, never)).rejects.toThrow(
    /nothing: not found: it does not exist/,
  );
});

it('ends the process when nobody waits for it any more', async () => {
  const stop = new AbortController();
  const asked = inspectDataset({ ...REQUEST, path: join(folder, '-faces') }, stop.signal);
  stop.abort(new Error('closed'));
  await expect(asked).rejects.toThrow();
});
