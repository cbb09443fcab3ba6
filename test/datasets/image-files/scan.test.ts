import { describe, expect, it } from 'vitest';
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

  it('stops when it is aborted', async () => {
    const folder = await temporaryFolder();
    await expect(scanImages(folder, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
