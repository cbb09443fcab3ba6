import { mkdir, mkdtemp, readFile, readdir, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installRuntime } from '../../src/endpoint/runtime';

let root: string;
let engine: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vae-runtime-'));
  process.env['XDG_CACHE_HOME'] = join(root, 'cache');
  engine = join(root, 'extension');
  await mkdir(engine);
  await writeFile(join(engine, 'worker.cjs'), 'first');
  await writeFile(join(engine, 'x.wasm'), 'bytes');
  await mkdir(join(engine, 'onnxruntime/linux-x64'), { recursive: true });
  await writeFile(join(engine, 'onnxruntime/linux-x64/library.so.1'), 'native');
  await mkdir(join(engine, 'python/package'), { recursive: true });
  await writeFile(join(engine, 'python/package/main.py'), 'a program');
});
afterEach(() => rm(root, { recursive: true, force: true }));

test.skipIf(process.platform !== 'linux')('a copy outlives the extension’s folder', async () => {
  const copy = await installRuntime(engine);
  await rm(engine, { recursive: true });
  expect(copy.startsWith(join(root, 'cache'))).toBe(true);
  expect(await readFile(join(copy, 'worker.cjs'), 'utf8')).toBe('first');
  expect((await readdir(copy)).sort()).toEqual(['onnxruntime', 'python', 'worker.cjs', 'x.wasm']);
  expect(await readFile(join(copy, 'python/package/main.py'), 'utf8')).toBe('a program');
  expect(await readFile(join(copy, 'onnxruntime/linux-x64/library.so.1'), 'utf8')).toBe('native');
});

test.skipIf(process.platform !== 'linux')('one copy per build; only long unused ones go', async () => {
  const first = await installRuntime(engine);
  expect(await installRuntime(engine)).toBe(first);
  await writeFile(join(engine, 'worker.cjs'), 'second');
  const second = await installRuntime(engine);
  expect(second).not.toBe(first);
  expect(await readFile(join(first, 'worker.cjs'), 'utf8')).toBe('first');
  const old = new Date('2020-01-01');
  await utimes(first, old, old);
  await installRuntime(engine);
  await expect(readdir(first)).rejects.toThrow('ENOENT');
  expect(await readdir(second)).toHaveLength(4);
});

test.skipIf(process.platform !== 'linux')('builds share a native library, until it is another', async () => {
  const library = (copy: string) => realpath(join(copy, 'onnxruntime/linux-x64/library.so.1'));
  const first = await installRuntime(engine);
  await writeFile(join(engine, 'worker.cjs'), 'second');
  const second = await installRuntime(engine);
  expect(await library(second)).toBe(await library(first));
  await writeFile(join(engine, 'onnxruntime/linux-x64/library.so.1'), 'newer!');
  const third = await installRuntime(engine);
  expect(await readFile(await library(third), 'utf8')).toBe('newer!');
  expect(await readFile(await library(first), 'utf8')).toBe('native');
  const old = new Date('2020-01-01');
  for (const name of await readdir(dirname(third))) await utimes(join(dirname(third), name), old, old);
  await installRuntime(engine);
  expect(await readFile(await library(third), 'utf8')).toBe('newer!');
  expect(await readdir(dirname(third))).toHaveLength(2);
});

test.skipIf(process.platform !== 'linux')(
  'a platform without a native library has a copy as well',
  async () => {
    await rm(join(engine, 'onnxruntime'), { recursive: true });
    expect(await readFile(join(await installRuntime(engine), 'worker.cjs'), 'utf8')).toBe('first');
  },
);

test.skipIf(process.platform !== 'linux')('several at the same moment get the same whole copy', async () => {
  for (let i = 0; i < 40; i++) await writeFile(join(engine, `${i}.wasm`), 'x'.repeat(20_000));
  const copies = await Promise.all(Array.from({ length: 6 }, () => installRuntime(engine)));
  expect(new Set(copies).size).toBe(1);
  expect(await readdir(copies[0]!)).toHaveLength(44);
  expect(await readdir(dirname(copies[0]!))).toHaveLength(2);
});
