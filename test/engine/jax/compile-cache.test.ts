import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compileCache } from '../../../src/engine/jax/compile-cache';

let home: string;
const root = (): string => join(home, 'cache', 'jax-compiled');
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'jax-cache-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

test('what JAX compiles is kept in a private folder, and what was used longest ago is removed', async () => {
  const folder = (await compileCache(root()))['JAX_COMPILATION_CACHE_DIR']!;
  expect(folder.startsWith(root())).toBe(true);
  if (process.platform !== 'win32') expect((await stat(folder)).mode & 0o777).toBe(0o700);
  for (const [i, name] of ['old', 'new', 'newest'].entries()) {
    await writeFile(join(folder, name), Buffer.alloc(100));
    await utimes(join(folder, name), 1e9 + i, 1e9 + i);
  }
  expect(await compileCache(root(), 250)).toMatchObject({ JAX_COMPILATION_CACHE_DIR: folder });
  expect((await readdir(folder)).sort()).toEqual(['new', 'newest']);
});

test.skipIf(process.platform === 'win32')(
  'nothing is kept where others can write, or where a link leads elsewhere: it would be run',
  async () => {
    await mkdir(join(home, 'cache'), { mode: 0o700 });
    await mkdir(join(home, 'theirs'));
    await symlink(join(home, 'theirs'), root());
    expect(await compileCache(root())).toEqual({});
    await rm(root());
    expect(await compileCache(root())).not.toEqual({});
    await chmod(root(), 0o777);
    expect(await compileCache(root())).toEqual({});
    await writeFile(join(home, 'file'), '');
    expect(await compileCache(join(home, 'file', 'x'))).toEqual({});
  },
);
