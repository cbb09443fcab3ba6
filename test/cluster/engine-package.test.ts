/** The engine is packed once: what its package is called is known by its files. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { enginePackage } from '../../src/cluster/engine-package';
import { packageName } from '../../src/cluster/ray/jobs';
import { zipOf } from '../../src/cluster/zip';
import { useFolder } from '../host/support';

vi.mock('../../src/cluster/zip', async (original) => {
  const zip = await original<{ zipOf: typeof zipOf }>();
  return { zipOf: vi.fn(zip.zipOf) };
});
const folder = useFolder();
const engine = (): string => join(folder.path(), 'engine');
const cache = (): string => join(folder.path(), 'cache');
beforeEach(async () => {
  vi.mocked(zipOf).mockClear();
  await mkdir(join(engine(), 'tensorflow-binding'), { recursive: true });
  for (const name of ['vae.cjs', 'page.html', 'tensorflow-binding/x.cc'])
    await writeFile(join(engine(), name), name);
});

test('it is packed for its name once, and again only to be sent, with the same bytes', async () => {
  const first = await enginePackage(engine(), cache());
  const second = await enginePackage(engine(), cache());
  expect(zipOf).toHaveBeenCalledTimes(1);
  expect([second.name, second.bytes]).toEqual([first.name, first.bytes]);
  expect(packageName(await second.read())).toBe(first.name);
  expect(zipOf).toHaveBeenCalledTimes(2);
  // Without a cache, and with one that cannot be written, it is packed each time.
  await writeFile(join(folder.path(), 'file'), '');
  expect((await enginePackage(engine(), null)).name).toBe(first.name);
  expect((await enginePackage(engine(), join(folder.path(), 'file'))).name).toBe(first.name);
  expect(zipOf).toHaveBeenCalledTimes(4);
});

test('an engine whose files have changed is another one, and a record that is wrong sends nothing wrong', async () => {
  const first = await enginePackage(engine(), cache());
  await writeFile(join(engine(), 'vae.cjs'), 'VAE.CJS');
  const changed = await enginePackage(engine(), cache());
  expect(changed.name).not.toBe(first.name);
  const records = join(cache(), 'engine-packages');
  for (const name of await readdir(records))
    await writeFile(join(records, name), `_ray_pkg_${'0'.repeat(32)}.zip 7\n`);
  await expect((await enginePackage(engine(), cache())).read()).rejects.toThrow(
    /changed while they were sent/,
  );
  for (const name of await readdir(records)) await writeFile(join(records, name), '../evil 7\n');
  expect((await enginePackage(engine(), cache())).name).toBe(changed.name);
});
