import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { guarded } from '../../src/runs/guarded-path';
import type { GuardedPath } from '../../src/runs/guarded-path';
import {
  deleteDirection,
  directionsFolder,
  listDirections,
  readDirection,
  saveDirection,
} from '../../src/runs/directions';

let parent: string;
let folder: GuardedPath;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'directions-'));
  folder = guarded(parent, 'directions');
});
afterEach(() => rm(parent, { recursive: true, force: true }));

const measured = (value: number | null) => ({ value, chanceMean: 0.01, chance95: 0.2 });
const direction = (name: string) => ({
  ...{ name, from: 'label 3', to: 'label 8', run: '20260101-000000-digits', step: 500 },
  ...{ fingerprint: 'ab'.repeat(32), counts: [120, 130] as const, inBoth: 2 },
  score: { agreement: measured(0.9), effect: measured(null), rounds: 200, seed: 0 },
  start: Float32Array.of(0.1, -2, 1e-7),
  vector: Float32Array.of(1, 0.25, 3.3),
});

test('beside the folder of the runs', () => {
  expect(directionsFolder(join('/w', '.vae', 'runs', 'a')).path).toBe(join('/w', '.vae', 'directions'));
});

test('what is saved is read again to the last bit, by name and by file', async () => {
  const smile = await saveDirection(folder, direction('Smile!'));
  const other = await saveDirection(folder, direction('a/../b'));
  const again = await saveDirection(folder, direction('SMILE'));
  expect([smile.file, other.file, again.file]).toEqual(['smile.json', 'a-b.json', 'smile-2.json']);
  expect(await readDirection(folder, 'smile.json')).toEqual({ ...direction('Smile!'), file: 'smile.json' });
  const { directions, damaged } = await listDirections(folder);
  expect(directions.map(({ name }) => name)).toEqual(['SMILE', 'Smile!', 'a/../b']);
  expect(damaged).toEqual([]);
  expect((await readFile(join(folder.path, 'smile.json'), 'utf8')).length).toBeLessThan(2000);
});

test('a name that is taken is refused, and the file stays as it is', async () => {
  await saveDirection(folder, direction('one'));
  const before = await readFile(join(folder.path, 'one.json'), 'utf8');
  await expect(saveDirection(folder, { ...direction('one'), step: 9 })).rejects.toThrow(
    /a direction 'one' already: choose another name/,
  );
  expect(await readFile(join(folder.path, 'one.json'), 'utf8')).toBe(before);
});

test('a deleted one is gone; outside of the folder nothing is read or deleted', async () => {
  await saveDirection(folder, direction('one'));
  await deleteDirection(folder, 'one.json');
  expect((await listDirections(folder)).directions).toEqual([]);
  await writeFile(join(folder.path, '..', 'outside.json'), '{}');
  for (const file of ['../outside.json', '..', '.hidden.json', 'one.txt', 'a/b.json']) {
    await expect(deleteDirection(folder, file), file).rejects.toThrow(/expected the name of a direction/);
    await expect(readDirection(folder, file), file).rejects.toThrow(/expected the name of a direction/);
  }
  expect(await readFile(join(folder.path, '..', 'outside.json'), 'utf8')).toBe('{}');
});

test('files that are no direction are named with what is wrong; the others are there', async () => {
  await mkdir(folder.path);
  await saveDirection(folder, direction('good'));
  const text = await readFile(join(folder.path, 'good.json'), 'utf8');
  const value = JSON.parse(text) as Record<string, unknown>;
  const files = {
    'cut.json': text.slice(0, 100),
    'short.json': JSON.stringify({ ...value, vector: [1] }),
    'strange.json': JSON.stringify({ ...value, more: 1 }),
    'words.json': JSON.stringify({ ...value, vector: ['1', '2', '3'] }),
    'huge.json': ' '.repeat(2_000_001),
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder.path, name), content);
  const { directions, damaged } = await listDirections(folder);
  expect(directions.map(({ name }) => name)).toEqual(['good']);
  const expected = [/cut\.json/, /2000001 bytes/, /got 1 numbers, expected 3/, /more/, /vector/];
  expect(damaged).toHaveLength(5);
  for (const pattern of expected) expect(damaged.join('\n')).toMatch(pattern);
});
