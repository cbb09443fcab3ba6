/** Where the peers' Python lies: in the user's cache, keyed by what is asked of it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheRoot } from '../../src/setup/locations.mjs';

/** @param {string} requirementsFile */
export function peersEnvironment(requirementsFile) {
  const key = createHash('sha256').update(readFileSync(requirementsFile)).digest('hex').slice(0, 12);
  const folder = join(cacheRoot(), 'bench', `python-${key}`);
  const windows = process.platform === 'win32';
  return {
    folder,
    python: windows ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python'),
    /** Written last, with the lines that could not be installed. */
    manifest: join(folder, 'installed.json'),
  };
}

/**
 * The packages of a requirements file, a line each.
 * @param {string} text
 */
export function requirementLines(text) {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
