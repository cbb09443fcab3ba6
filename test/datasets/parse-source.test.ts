import { execFileSync } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseSource } from '../../src/datasets/load';
import { greyPng, idx, temporaryFolder, writeFiles } from './fixtures';

const windows = process.platform === 'win32';
const root = process.getuid?.() === 0;

describe('parseSource', () => {
  it('knows the built-in digits', async () => {
    expect(await parseSource('digits', '/')).toEqual({ kind: 'digits', count: 8_000, seed: 0 });
    expect(await parseSource('digits:500', '/')).toEqual({ kind: 'digits', count: 500, seed: 0 });
    for (const wrong of ['digits:', 'digits:9', 'digits:1e9', 'digits:2.5', 'digits:-20']) {
      await expect(parseSource(wrong, '/')).rejects.toThrow(
        /digits: got the count .*, expected 10 to 1000000/,
      );
    }
  });

  it('tells folders of images and IDX files apart, relative to the working folder', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, {
      'pictures/deep/a.png': greyPng(8, 1),
      'digits/a.png': greyPng(8, 1),
      'mnist/train-images-idx3-ubyte.gz': '',
      'mnist/t10k-images-idx3-ubyte.gz': '',
      'one/my-images-idx3-ubyte': idx([1, 4, 4], new Uint8Array(16)),
    });
    const uri = (path: string) => pathToFileURL(join(folder, path)).href;
    const cases = [
      ['pictures', { kind: 'folder', uri: uri('pictures') }],
      ['./digits', { kind: 'folder', uri: uri('digits') }],
      [uri('pictures'), { kind: 'folder', uri: uri('pictures') }],
      [join(folder, 'mnist'), { kind: 'idx', uri: uri('mnist') }],
      ['one', { kind: 'idx', uri: uri('one') }],
      ['one/my-images-idx3-ubyte', { kind: 'idx', uri: uri('one/my-images-idx3-ubyte') }],
    ] as const;
    for (const [text, expected] of cases) expect(await parseSource(text, folder)).toEqual(expected);
  });

  it('says what it got and what it wants instead', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'empty/notes.txt': '', 'a.png': greyPng(8, 1), 'table.csv': 'a,b' });
    const cases = [
      ['', /got nothing, expected a folder/],
      ['missing', /missing: not found: it does not exist.*expected a folder/],
      ['empty', /empty: no images found in this folder/],
      ['a.png', /a.png: a single image, expected .*; name its folder/],
      ['file:///%00', /expected the URI of a file on this machine|not found|cannot be read/],
      [
        'table.csv',
        /table.csv: neither a folder nor a file of a known kind, expected .*\.npz array, a Parquet or IDX file/,
      ],
    ] as const;
    for (const [text, message] of cases) {
      await expect(parseSource(text, folder)).rejects.toThrow(message);
      await expect(parseSource(text, folder)).rejects.toMatchObject({ name: 'DataError' });
    }
  });

  it.skipIf(windows)('refuses a FIFO without waiting for it', async () => {
    const folder = await temporaryFolder();
    execFileSync('mkfifo', [join(folder, 'pipe.png')]);
    await expect(parseSource('pipe.png', folder)).rejects.toThrow(/pipe.png: not a regular file/);
  });

  it.skipIf(windows || root)('names the folder that it may not read', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'closed/a.png': '' });
    await chmod(join(folder, 'closed'), 0o000);
    try {
      await expect(parseSource('closed', folder)).rejects.toThrow(/closed: no permission to read it/);
    } finally {
      await chmod(join(folder, 'closed'), 0o700);
    }
  });
});
