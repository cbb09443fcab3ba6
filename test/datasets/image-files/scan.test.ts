import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSource } from '../../../src/datasets/load';
import { scanImages } from '../../../src/datasets/image-files/scan';
import { temporaryFolder, writeFiles } from '../fixtures';

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

  it('looks into no more folders, and reads no file, once it has enough', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'a/1.png': '', 'b/2.png': '', 'c/3.png': '', 'c/no-suffix': 'GIF89a' });
    expect((await scanImages(folder, { enough: 1 })).files).toHaveLength(1);
    expect((await scanImages(folder)).files).toHaveLength(4);
    // The rest is only looked at where there is not enough.
    expect((await scanImages(join(folder, 'c'), { enough: 2 })).files).toEqual(['3.png', 'no-suffix']);
  });

  it('stops when it is aborted', async () => {
    const folder = await temporaryFolder();
    await expect(scanImages(folder, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe.skipIf(process.platform !== 'linux')('names that are not UTF-8', () => {
  const bytes = (text: string) => Buffer.from(text, 'latin1');
  it('are skipped with the reason and a way on, and names that only look like them are used', async () => {
    const folder = await temporaryFolder();
    const at = (name: string) => Buffer.concat([Buffer.from(`${folder}/`), bytes(name)]);
    await writeFiles(folder, { 'ok.png': '', '\ufffd.png': '', 'caf\u00e9.png': '', 'cafe\u0301.png': '' });
    await writeFile(at('caf\xe9.png'), '');
    await writeFile(at('notes\xe9.txt'), '');
    await mkdir(at('f\xfcr'));
    const { files, skipped } = await scanImages(folder);
    expect(files).toEqual(['cafe\u0301.png', 'caf\u00e9.png', 'ok.png', '\ufffd.png']);
    expect(skipped).toEqual([
      {
        path: 'caf\ufffd.png',
        reason: 'its name is not UTF-8 (caf\\xe9.png): rename it, for example with convmv',
      },
      {
        path: 'f\ufffdr',
        reason: 'a folder whose name is not UTF-8 (f\\xfcr): rename it, for example with convmv',
      },
    ]);
  });

  it('are the reason if there is nothing else', async () => {
    const folder = await temporaryFolder();
    for (const name of ['a\xe9.png', 'b\xe9.png'])
      await writeFile(Buffer.concat([Buffer.from(`${folder}/`), bytes(name)]), '');
    await expect(parseSource(folder, '/')).rejects.toThrow(
      /no images found in this folder \(skipped: .\ufffd\.png, its name is not UTF-8 \(.\\xe9\.png\): rename it, for example with convmv, and 1 more\)/,
    );
  });
});

describe.skipIf(process.platform === 'win32')('links', () => {
  it('that are all there is are the reason, each kind of them', async () => {
    const outside = await temporaryFolder();
    await writeFiles(outside, { 'a.png': '', 'b.png': '' });
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'blobs/0123': '', '.annex/1.png': '' });
    await symlink(join(outside, 'a.png'), join(folder, 'a.png'));
    await symlink(join(outside, 'b.png'), join(folder, 'b.png'));
    await symlink('blobs/0123', join(folder, 'c.png'));
    await symlink('.annex/1.png', join(folder, 'd.png'));
    await symlink('gone.png', join(folder, 'e.png'));
    const error = parseSource(folder, '/');
    await expect(error).rejects.toThrow(
      /a\.png, a link to a place outside of the folder: copy the file that it points to, and 1 more; /,
    );
    await expect(error).rejects.toThrow(
      /and 1 other reasons; left out as no data: 1 in hidden files and folders/,
    );
    const { skipped } = await scanImages(folder);
    expect(Object.fromEntries(skipped.map(({ path, reason }) => [path, reason]))).toMatchObject({
      'c.png': 'a link to a file that is not named like a picture: copy the file that it points to',
      'd.png': 'a link to a hidden file, or one that is not data: copy the file that it points to',
      'e.png': 'a broken link: not found: it does not exist, or was removed',
    });
  });
});
