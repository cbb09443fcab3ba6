import { appendFile, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runStamp } from '../../src/runs/run-stamp';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-stamp-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a stamp changes when a file is written, appears or goes; of some files only that they are there counts', async () => {
  const stamp = (): Promise<string> => runStamp(folder, ['config.json', 'about.json'], ['run.lock']);
  const [config, lock] = [join(folder, 'config.json'), join(folder, 'run.lock')];
  const seen = [await stamp()];
  await writeFile(config, '{}');
  seen.push(await stamp());
  await appendFile(config, ' ');
  seen.push(await stamp());
  await utimes(config, 1, 1);
  seen.push(await stamp());
  await writeFile(lock, 'a');
  seen.push(await stamp());
  expect(new Set(seen).size).toBe(5);
  expect(seen[0]).toBe('- - -');
  // A heartbeat.
  await appendFile(lock, 'b');
  expect(await stamp()).toBe(seen[4]);
  expect(seen[4]).toMatch(/ run\.lock$/);
  await rm(lock);
  expect(await stamp()).toBe(seen[3]);
});
