import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseTarget } from '../../src/cluster/target';
import type { Target } from '../../src/cluster/target';
import { TargetFile } from '../../src/cluster/target-file';

const isWindows = process.platform === 'win32';
let folder: string;
let file: TargetFile;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'vae-target-')), 'latent-explorer');
  file = new TargetFile(folder);
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

const LAB: Target = {
  ...{ name: 'lab', kind: 'ray', address: 'http://127.0.0.1:8265', cpus: 4, gpus: 0, pip: [] },
  storage: null,
};

describe('addresses', () => {
  test.each([
    ...['https://ray.example.org', 'https://ray.example.org:8443/cluster', 'http://localhost:8265'],
    ...['http://127.0.0.2:8265', 'http://[::1]:8265'],
  ])('%s may be used', (address) => {
    expect(parseTarget({ ...LAB, address }).address).toBe(address);
    expect(parseTarget({ ...LAB, address: `${address}/` }).address).toBe(address);
  });

  test.each([
    ['http://ray.example.org:8265', /sent in the clear.*ssh -L/],
    ['http://127.0.0.1.example.org', /sent in the clear/],
    ['http://10.0.0.1:8265', /sent in the clear/],
    ['ftp://127.0.0.1', /expected the address of a Ray dashboard/],
    ['ray://127.0.0.1:10001', /expected the address of a Ray dashboard/],
    ['https://ada:hunter2@ray.example.org', /without user, password/],
    ['https://ray.example.org/?token=hunter2', /without user, password/],
    ['8265', /expected the address/],
  ])('%s is refused, without a password in the message', (address, message) => {
    expect(() => parseTarget({ ...LAB, address })).toThrow(message);
    expect(() => parseTarget({ ...LAB, address })).not.toThrow(/hunter2/);
  });
});

test.each<[string, Partial<Target>]>([
  ['an option of pip', { pip: ['--index-url=http://x'] }],
  ['two lines in one requirement', { pip: ['jax\n--index-url=x'] }],
  ['a relative storage', { storage: 'runs' }],
  ['a name that is a path', { name: '../lab' }],
  ['no CPU', { cpus: 0 }],
])('%s is refused', (_, change) => {
  expect(() => parseTarget({ ...LAB, ...change })).toThrow(/cannot be used/);
});

test('clusters are kept in a private file, one of a name', async () => {
  expect(await file.read()).toEqual([]);
  expect(await file.put(LAB)).toBe(true);
  expect(await file.put({ ...LAB, name: 'a' })).toBe(true);
  expect(await file.put({ ...LAB, cpus: 8 })).toBe(false);
  expect(await file.read()).toEqual([
    { ...LAB, name: 'a' },
    { ...LAB, cpus: 8 },
  ]);
  if (!isWindows) expect((await stat(file.path)).mode & 0o777).toBe(0o600);
  await expect(file.find('b')).rejects.toThrow('b: there is no such cluster; expected one of a, lab');
  await file.remove('a');
  await expect(file.remove('a')).rejects.toThrow(/no such cluster/);
  expect((await file.read()).map(({ name }) => name)).toEqual(['lab']);
});

test('changes at the same time are all kept', async () => {
  const names = Array.from({ length: 8 }, (_, i) => `lab${i}`);
  await Promise.all(names.map((name) => new TargetFile(folder).put({ ...LAB, name })));
  expect((await file.read()).map(({ name }) => name)).toEqual(names);
});

test('a damaged file is refused and stays as it is', async () => {
  await file.put(LAB);
  for (const text of [
    '{',
    '{"format":"x"}',
    (await readFile(file.path, 'utf8')).replace('http:', 'gopher:'),
  ]) {
    await writeFile(file.path, text);
    await expect(file.read()).rejects.toThrow(/is not a list of clusters/);
    await expect(file.put(LAB)).rejects.toThrow(/is not a list of clusters/);
    expect(await readFile(file.path, 'utf8')).toBe(text);
  }
});

test.skipIf(isWindows)('a file or folder that others can change is refused', async () => {
  await file.put(LAB);
  await chmod(file.path, 0o666);
  await expect(file.read()).rejects.toThrow(/others can write to it/);
  await chmod(file.path, 0o600);
  await chmod(folder, 0o777);
  await expect(file.read()).rejects.toThrow(/others can write to it/);
});
