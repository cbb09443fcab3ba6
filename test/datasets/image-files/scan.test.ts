import { execFileSync } from 'node:child_process';
import { chmod, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scanImages } from '../../../src/datasets/image-files/scan';
import { temporaryFolder, writeFiles } from '../fixtures';

const windows = process.platform === 'win32';
const root = process.getuid?.() === 0;

describe('scanImages', () => {
  it('finds pictures at every depth in the same order everywhere, and nothing else', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, {
      'b/2.png': '',
      'b/10.JPG': '',
      'a/deep/er/x.jpeg': '',
      'Z.png': '',
      'ä.png': '',
      'notes.txt': '',
      '.hidden.png': '',
      '.cache/y.png': '',
    });
    const { files, skipped } = await scanImages(folder);
    expect(files).toEqual(['Z.png', 'a/deep/er/x.jpeg', 'b/10.JPG', 'b/2.png', 'ä.png']);
    expect(skipped).toEqual([]);
  });

  it.skipIf(windows)('ends on circles of links and counts every file once', async () => {
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

  it.skipIf(windows)('does not follow links out of the folder', async () => {
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

  it.skipIf(windows)('lists what is named like a picture but is no regular file', async () => {
    const folder = await temporaryFolder();
    execFileSync('mkfifo', [join(folder, 'pipe.png'), join(folder, 'pipe')]);
    expect(await scanImages(folder)).toEqual({
      files: [],
      skipped: [{ path: 'pipe.png', reason: 'not a regular file' }],
    });
  });

  it.skipIf(windows || root)('lists a folder that it may not read', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'closed/a.png': '', 'b.png': '' });
    await chmod(join(folder, 'closed'), 0o000);
    try {
      expect(await scanImages(folder)).toEqual({
        files: ['b.png'],
        skipped: [{ path: 'closed', reason: 'no permission to read it' }],
      });
    } finally {
      await chmod(join(folder, 'closed'), 0o700);
    }
  });

  it('stops when it is aborted', async () => {
    const folder = await temporaryFolder();
    await expect(scanImages(folder, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });
});
