import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { downloadedFolder } from '../../src/download/named';
import { datasetOf, noise } from './mirror';

let cwd = '';
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'named-'));
});
afterEach(() => rm(cwd, { recursive: true }));

const resolved = (text: string): Promise<string> => downloadedFolder(text, cwd, join(cwd, 'cache'));

test('other words are left alone', async () => {
  for (const text of ['digits', 'photos', './mnist', 'MNIST', '', '/mnist'])
    expect(await resolved(text)).toBe(text);
});

test('a folder of that name goes first', async () => {
  await mkdir(join(cwd, 'mnist'));
  expect(await resolved('mnist')).toBe('mnist');
});

test('what is not downloaded, or not whole, is refused with the command that does it', async () => {
  const refused = /MNIST is not downloaded; `vae download mnist` does that \(11\.6 MB\)/;
  await expect(resolved('mnist')).rejects.toThrow(refused);
  await mkdir(join(cwd, 'cache', 'datasets', 'mnist'), { recursive: true });
  // Of the published size, but empty.
  const labels = join(cwd, 'cache', 'datasets', 'mnist', 't10k-labels-idx1-ubyte.gz');
  await writeFile(labels, Buffer.alloc(4_542));
  await expect(resolved('mnist')).rejects.toThrow(refused);
});

test('what is downloaded is its folder in the cache', async () => {
  const bytes = noise(100, 3);
  const dataset = datasetOf(new Map([['a.gz', bytes]]), []);
  const folder = join(cwd, 'datasets', 'invented');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'a.gz'), bytes);
  expect(await downloadedFolder('invented', cwd, cwd, dataset)).toBe(folder);
});
