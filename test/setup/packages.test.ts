import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { arePackagesCurrent } from '../../src/setup/packages.mjs';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'packages-'));
  await mkdir(join(root, 'node_modules'));
});
afterEach(() => rm(root, { recursive: true }));

const lock = (file: string, packages: object) => writeFile(join(root, file), JSON.stringify({ packages }));
const wanted = {
  '': { version: '0.1.0' },
  'node_modules/a': { version: '1.0.0' },
  'node_modules/b-for-another-platform': { version: '2.0.0', optional: true },
};

test('an installation that agrees with the lockfile is current', async () => {
  await lock('package-lock.json', wanted);
  await lock('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.0.0' } });
  expect(arePackagesCurrent(root)).toBe(true);
});

test('an interrupted, an older and a missing installation are not', async () => {
  await lock('package-lock.json', wanted);
  expect(arePackagesCurrent(root)).toBe(false);
  await lock('node_modules/.package-lock.json', { 'node_modules/a': { version: '0.9.0' } });
  expect(arePackagesCurrent(root)).toBe(false);
  await lock('node_modules/.package-lock.json', {});
  expect(arePackagesCurrent(root)).toBe(false);
});
