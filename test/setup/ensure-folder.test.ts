import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureFolder } from '../../src/setup/ensure-folder.mjs';

let root: string;
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), 'vae-folder-'))));
afterEach(() => rm(root, { recursive: true, force: true }));

test('creates a folder and its parents, and does nothing if it is there', async () => {
  const folder = join(root, 'a', 'b', 'c');
  await ensureFolder(folder);
  await ensureFolder(folder);
  expect((await stat(folder)).isDirectory()).toBe(true);
});

test('a hundred callers at once create it together', async () => {
  const folder = join(root, 'a', 'b', 'c', 'd');
  await Promise.all(Array.from({ length: 100 }, () => ensureFolder(folder)));
  expect((await stat(folder)).isDirectory()).toBe(true);
});

test.skipIf(process.platform === 'win32')(
  'gives these rights to what it creates, and to nothing else',
  async () => {
    await mkdir(join(root, 'theirs'), { mode: 0o755 });
    await ensureFolder(join(root, 'theirs', 'a', 'b'), 0o700);
    const mode = async (...names: string[]) => (await stat(join(root, ...names))).mode & 0o777;
    expect([await mode('theirs'), await mode('theirs', 'a'), await mode('theirs', 'a', 'b')]).toEqual([
      0o755, 0o700, 0o700,
    ]);
  },
);

test('says what is in the way', async () => {
  await writeFile(join(root, 'file'), 'x');
  await expect(ensureFolder(join(root, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(ensureFolder(join(root, 'file', 'a'))).rejects.toMatchObject({ code: 'ENOTDIR' });
});

test.skipIf(process.platform === 'win32')(
  'takes a link to a folder for one, but not one to nothing',
  async () => {
    await symlink(tmpdir(), join(root, 'link'));
    await ensureFolder(join(root, 'link'));
    await symlink(join(root, 'nothing'), join(root, 'dangling'));
    await expect(ensureFolder(join(root, 'dangling'))).rejects.toMatchObject({ code: 'EEXIST' });
  },
);

// Node's own `mkdir` with `recursive` never ends here.
test.skipIf(process.platform !== 'linux')('ends where the system creates nothing', async () => {
  await expect(ensureFolder('/proc/a/b')).rejects.toMatchObject({ code: 'ENOENT' });
});
