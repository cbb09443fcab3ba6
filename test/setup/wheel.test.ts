import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fetchWheel } from '../../src/setup/wheel.mjs';
import { lookBeside } from '../../src/setup/upstream.mjs';

let scratch = '';
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'wheel-'));
});
afterEach(() => rm(scratch, { recursive: true }));

// sha256 of the three bytes "abc", from FIPS 180-2, appendix B.1.
const pin = {
  version: '1',
  requirement: 'a==1',
  platform: 'any',
  glibc: '2.0',
  file: 'a-1.whl',
  bytes: 3,
  sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
};

const asker = { report: () => undefined };

test('a wheel with the pinned sha256 is kept', async () => {
  await writeFile(join(scratch, 'copy'), 'abc');
  const downloads = join(scratch, 'downloads');
  const file = await fetchWheel(pin, downloads, join(scratch, 'copy'), asker);
  expect(await readFile(file, 'utf8')).toBe('abc');
  // The second time nothing is fetched: the copy it could come from is gone.
  await rm(join(scratch, 'copy'));
  expect(await fetchWheel(pin, downloads, join(scratch, 'copy'), asker)).toBe(file);
});

test('a wheel with another sha256 is refused and discarded', async () => {
  await writeFile(join(scratch, 'copy'), 'abd');
  const downloads = join(scratch, 'downloads');
  await expect(fetchWheel(pin, downloads, join(scratch, 'copy'), asker)).rejects.toThrow(
    /a-1\.whl is not the file that was expected.*ba7816bf/,
  );
  expect(await readdir(downloads)).toEqual([]);
});

test('a damaged download is not taken for the wheel', async () => {
  await writeFile(join(scratch, 'copy'), 'abc');
  await writeFile(join(scratch, pin.file), 'ab');
  const file = await fetchWheel(pin, scratch, join(scratch, 'copy'), asker);
  expect(await readFile(file, 'utf8')).toBe('abc');
});

test('a ready binding is made to look for its libraries beside it', () => {
  const before = Buffer.from('\0name\0$ORIGIN/../../deps/lib\0next\0');
  const after = lookBeside(before);
  expect(after.length).toBe(before.length);
  expect(after.toString('latin1')).toBe(`\0name\0$ORIGIN${'\0'.repeat(16)}next\0`);
  expect(lookBeside(Buffer.from('nothing')).toString()).toBe('nothing');
});
