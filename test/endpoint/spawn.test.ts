import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { spawnEngine } from '../../src/endpoint/spawn';

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'vae-spawn-')));
  for (const name of ['engine', 'run']) await mkdir(join(root, name));
  await writeFile(join(root, 'engine', 'worker.cjs'), 'console.log(process.cwd(), process.argv[2]);');
  // On Windows the cache lies elsewhere.
  for (const name of ['XDG_CACHE_HOME', 'LOCALAPPDATA']) vi.stubEnv(name, join(root, 'cache'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

// Windows deletes no folder that a process works in.
test('an engine works in the folder of its own copy, not in the run folder, and logs into that', async () => {
  const runFolder = join(root, 'run');
  const { exited } = await spawnEngine({ runFolder, mode: 'serve', engineFolder: join(root, 'engine') });
  expect(await exited).toEqual({ code: 0, signal: null });
  const said = await readFile(join(runFolder, 'log.txt'), 'utf8');
  expect(said.startsWith(join(root, 'cache'))).toBe(true);
  expect(said).toContain('"mode":"serve"');
});
