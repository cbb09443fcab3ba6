/** Row 13: a scan ends on circles of links, counts each real file once, follows nothing out of the folder, and opens no pipe or device. */
import { execFileSync } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/datasets/load';
import { scanImages } from '../../src/datasets/image-files/scan';
import { greyPng, temporaryFolder, writeFiles } from '../datasets/fixtures';

const windows = process.platform === 'win32';

describe.skipIf(windows)('a folder', () => {
  it('ends on circles of links and counts every file once', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'real/a.png': '', 'z.png': '' });
    await symlink(folder, join(folder, 'real/up'));
    await symlink('..', join(folder, 'real/parent'));
    await symlink('circle.png', join(folder, 'circle.png'));
    await symlink(join(folder, 'real'), join(folder, 'again'));
    await symlink(join(folder, 'z.png'), join(folder, 'also-z.png'));
    const { files, skipped } = await scanImages(folder);
    expect(files).toEqual(['real/a.png', 'z.png']);
    expect(skipped).toEqual([
      { path: 'circle.png', reason: 'a broken link: symbolic links that form a loop' },
    ]);
  });

  it('does not follow links out of the folder', async () => {
    const outside = await temporaryFolder();
    await writeFiles(outside, { 'secret.png': '', 'notes.txt': '' });
    const folder = await temporaryFolder();
    await symlink(outside, join(folder, 'elsewhere'));
    await symlink(join(outside, 'secret.png'), join(folder, 'stolen.png'));
    await symlink(join(outside, 'notes.txt'), join(folder, 'notes.txt'));
    // A sibling whose name begins like the folder's is outside too.
    await writeFiles(`${folder}-other`, { 'x.png': '' });
    await symlink(`${folder}-other/x.png`, join(folder, 'sibling.png'));
    const { files, skipped } = await scanImages(folder);
    const reason = 'a link to a place outside of the folder: copy the file that it points to';
    expect(files).toEqual([]);
    expect(skipped).toEqual(['elsewhere', 'sibling.png', 'stolen.png'].map((path) => ({ path, reason })));
    execFileSync('rm', ['-r', `${folder}-other`]);
  });

  it('lists what is named like a picture but is no regular file', async () => {
    const folder = await temporaryFolder();
    execFileSync('mkfifo', [join(folder, 'pipe.png'), join(folder, 'pipe')]);
    expect(await scanImages(folder)).toMatchObject({
      files: [],
      skipped: [{ path: 'pipe.png', reason: 'not a regular file' }],
    });
  });

  it('with links to devices is read without them', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'a.png': greyPng(8, 1), 'b.png': greyPng(8, 2) });
    for (const device of ['zero', 'random', 'tty'])
      await symlink(`/dev/${device}`, join(folder, `${device}.png`));
    const { count, skipped } = await loadDataset({ kind: 'folder', uri: pathToFileURL(folder).href });
    expect(count).toBe(2);
    expect(skipped.map(({ path }) => path)).toEqual(['random.png', 'tty.png', 'zero.png']);
  });

  it('whose files become pipes and devices after the scan is read without them, and does not hang', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'a.png': greyPng(8, 1), 'b.png': greyPng(8, 2), 'c.png': '', 'd.png': '' });
    let isChanged = false;
    const onProgress = () => {
      if (isChanged) return;
      isChanged = true;
      execFileSync('rm', [join(folder, 'c.png'), join(folder, 'd.png')]);
      execFileSync('mkfifo', [join(folder, 'c.png')]);
      execFileSync('ln', ['-s', '/dev/zero', join(folder, 'd.png')]);
    };
    const source = { kind: 'folder', uri: pathToFileURL(folder).href } as const;
    const { count, skipped } = await loadDataset(source, { width: 8, channels: 1, onProgress });
    expect(isChanged).toBe(true);
    expect(count).toBe(2);
    expect(skipped).toEqual(['c.png', 'd.png'].map((path) => ({ path, reason: 'not a regular file' })));
  });
});
