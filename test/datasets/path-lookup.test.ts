import { link } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ignoresCase, PathLookup, plainPath } from '../../src/datasets/path-lookup';
import { temporaryFolder, writeFiles } from './fixtures';

it.each([
  ['a/b.png', 'a/b.png'],
  ['\ufeff  ./a/b.png\t', 'a/b.png'],
  ['././a//b/./c.png', 'a/b/c.png'],
  ['.\\a\\b.png', 'a/b.png'],
  ['/abs/a.png', '/abs/a.png'],
  ['file:///abs/a%20b.png', '/abs/a b.png'],
  ['file://elsewhere/a%20b.png', 'file:/elsewhere/a%20b.png'],
  ['.hidden/.a.png', '.hidden/.a.png'],
  ['a/../b.png', 'a/../b.png'],
])('%j is %s', (text, path) => {
  expect(plainPath(text)).toBe(path);
});

describe('a path is found', () => {
  const NFC = 'caf\u00e9.png';
  const NFD = 'cafe\u0301.png';

  it('as it is before any other form of it', () => {
    const lookup = new PathLookup([NFC, NFD, ' a.png', 'a.png', 'b\\c.png']);
    expect(lookup.find(NFC)).toEqual([NFC]);
    expect(lookup.find(NFD)).toEqual([NFD]);
    expect(lookup.find(' a.png')).toEqual([' a.png']);
    expect(lookup.find('  a.png')).toEqual(['a.png']);
    expect(lookup.find('b\\c.png')).toEqual(['b\\c.png']);
    expect(lookup.find(` ./${NFD}`)).toEqual([NFD]);
    expect(lookup.find('c.png')).toEqual([]);
  });

  it('in the other composition, and below a root', () => {
    const lookup = new PathLookup([`x/${NFD}`], { roots: ['/data/\u00e9', 'C:\\data\\'] });
    for (const text of [`x/${NFC}`, `/data/\u00e9/x/${NFC}`, `/data/e\u0301/x/${NFD}`, `C:\\data\\x\\${NFC}`])
      expect([text, lookup.find(text)]).toEqual([text, [`x/${NFD}`]]);
    expect(lookup.find(`/data/\u00e92/x/${NFC}`)).toEqual([]);
  });

  it('in other capitals only where the file system ignores them', () => {
    expect(new PathLookup(['A/b.PNG']).find('a/B.png')).toEqual([]);
    expect(new PathLookup(['A/b.PNG'], { ignoresCase: true }).find('a/B.png')).toEqual(['A/b.PNG']);
  });
});

it('a file system that has both capitals and small letters ignores neither', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'Aa.png': '' });
  const ignores = await ignoresCase(folder, ['1', 'Aa.png']);
  expect(ignores).toBe(process.platform === 'win32' || process.platform === 'darwin');
  if (ignores) return;
  // As if it did: another name of the same file.
  await link(join(folder, 'Aa.png'), join(folder, 'aa.png'));
  expect(await ignoresCase(folder, ['1', 'Aa.png'])).toBe(true);
  expect(await ignoresCase(folder, ['1'])).toBe(false);
});
