/** Installs the npm packages from the lockfile if node_modules does not match it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { npm, npmReasons, say } from './run.mjs';

/**
 * Installs what package-lock.json lists, unless it is already installed.
 * @param {string} root the project's folder
 * @throws {Error} if npm fails, with its output and what to do
 */
export async function ensurePackages(root) {
  if (arePackagesCurrent(root)) return;
  await withLock(join(root, 'out', 'packages.lock'), async () => {
    if (arePackagesCurrent(root)) return;
    say('installing npm packages (npm ci)');
    const result = await npm(['ci', '--prefer-offline'], { cwd: root });
    if (result.code === 0) return;
    throw new Error(
      `npm ci failed with exit code ${result.code}:\n${npmReasons(result.output)}\n` +
        'The npm packages are needed once from the network; check the connection (or npm proxy settings) and run the command again.',
    );
  });
}

/**
 * Returns whether node_modules matches the lockfile. npm writes `node_modules/.package-lock.json` when it completes an
 * installation and removes it when it starts one, so an interrupted installation has none. Packages for other platforms are in
 * the lockfile only.
 * @param {string} root
 */
export function arePackagesCurrent(root) {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (!wanted || !installed) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    return found ? found.version === entry.version : entry.optional === true;
  });
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }> | null}
 */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? null;
  } catch {
    return null;
  }
}
