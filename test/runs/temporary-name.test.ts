/** What is removed as a leftover of ours is decided by its name alone, so that no other name may pass for one. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import {
  isAbandonedName,
  isTemporaryName,
  temporaryName,
  temporaryStem,
} from '../../src/runs/temporary-name';

const isConfig = (name: string): boolean => name === 'config.json';
const DEAD = spawnSync(process.execPath, ['-e', '']).pid;

test('a temporary name is hidden, another one each time, and known by the name that it stands for', () => {
  const names = Array.from({ length: 100 }, () => temporaryName('config.json'));
  expect(new Set(names).size).toBe(100);
  for (const name of names) {
    expect(name).toMatch(new RegExp(`^\\.config\\.json\\.${process.pid}\\.[0-9a-f]{16}\\.vae-tmp$`));
    expect(isTemporaryName(name, isConfig)).toBe(true);
    expect(isTemporaryName(name, (of) => of === 'other.json')).toBe(false);
  }
  // As earlier versions wrote them.
  for (const name of ['.config.json.7.vae-tmp', '.config.json.7.old.vae-tmp'])
    expect(isTemporaryName(name, isConfig), name).toBe(true);
});

test.each([
  'config.json',
  'config.json.7.vae-tmp',
  'my.config.json.7.vae-tmp',
  '.config.json.vae-tmp',
  '.config.json.x.vae-tmp',
  '.config.json.12345678901.vae-tmp',
  '.config.json.7.0123.vae-tmp',
  '.config.json.7.vae-tmp.png',
  '.config.json.7.vae-tmp2',
  '.config.json.7.old',
])('%s is no temporary name, and never abandoned', (name) => {
  expect(isTemporaryName(name, isConfig)).toBe(false);
  expect(isAbandonedName(name, isConfig)).toBe(false);
});

test('it is abandoned once its process has ended, and only if it stands for a file of ours', () => {
  const name = `.config.json.${DEAD}.0123456789abcdef.vae-tmp`;
  expect(isAbandonedName(name, isConfig)).toBe(true);
  expect(isAbandonedName(name, () => false)).toBe(false);
  expect(isAbandonedName(temporaryName('config.json'), isConfig)).toBe(false);
});

test('of a name that is too long a hash stands for it, so that the whole fits into 255 bytes', () => {
  const fits = 'é'.repeat(100);
  expect(temporaryStem(fits)).toBe(fits);
  const long = `${fits}a`;
  expect(temporaryStem(long)).toMatch(/^[0-9a-f]{64}$/);
  expect(temporaryStem(long)).not.toBe(temporaryStem(`${fits}b`));
  for (const name of [fits, long]) {
    expect(Buffer.byteLength(temporaryName(name))).toBeLessThanOrEqual(255);
    expect(isTemporaryName(temporaryName(name), (of) => of === temporaryStem(name))).toBe(true);
  }
});
