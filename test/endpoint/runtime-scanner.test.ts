/** A virus scanner that holds new files, as on Windows: a rename of a folder with them is refused meanwhile. */
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import type * as FileSystem from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { installRuntime } from '../../src/endpoint/runtime';

const scanner = vi.hoisted(() => ({ refusals: 0 }));

vi.mock('node:fs/promises', async (importOriginal) => {
  const actual = await importOriginal<typeof FileSystem>();
  return {
    ...actual,
    rename: (from: string, to: string) => {
      if (scanner.refusals-- <= 0) return actual.rename(from, to);
      return Promise.reject(Object.assign(new Error(`EPERM: rename '${to}'`), { code: 'EPERM' }));
    },
  };
});

let root: string;
let engine: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'scanner-'));
  vi.stubEnv('XDG_CACHE_HOME', join(root, 'cache'));
  engine = join(root, 'extension');
  await mkdir(engine);
  await writeFile(join(engine, 'worker.cjs'), 'code');
});
afterEach(async () => {
  scanner.refusals = 0;
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

test('for a moment: the copy is made', async () => {
  scanner.refusals = 2;
  expect(await readFile(join(await installRuntime(engine), 'worker.cjs'), 'utf8')).toBe('code');
});

test('for good: the refusal is the error, nothing half-made stays, and the next start tries again', async () => {
  scanner.refusals = 1_000_000;
  await expect(installRuntime(engine)).rejects.toThrow(/EPERM: rename/);
  const cache = join(root, 'cache', 'latent-explorer', 'engine');
  expect(await readdir(cache)).toEqual([]);
  scanner.refusals = 0;
  expect(await readFile(join(await installRuntime(engine), 'worker.cjs'), 'utf8')).toBe('code');
});
