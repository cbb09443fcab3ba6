import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Creates a folder and its missing parents, and does nothing if it is there. Node's own `mkdir` with `recursive` never ends where the
 * system says that the parent is missing although it is not, as in /proc.
 * @param {string} folder
 * @param {number} [mode] rights of the folders that are created
 * @returns {Promise<void>}
 */
export async function ensureFolder(folder, mode = 0o777) {
  try {
    return await mkdir(folder, { mode });
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(folder) === folder) return acceptFolder(folder, error);
  }
  await ensureFolder(dirname(folder), mode);
  // Others may have created it meanwhile.
  await mkdir(folder, { mode }).catch((/** @type {unknown} */ error) => acceptFolder(folder, error));
}

/**
 * Returns if the folder is there, whatever `mkdir` said: on a read-only disk, for example, it need not say that it exists.
 * @param {string} folder
 * @param {unknown} error
 */
async function acceptFolder(folder, error) {
  const stats = await stat(folder).catch(() => null);
  if (!stats?.isDirectory()) throw error;
}

/** @param {unknown} error */
function codeOf(error) {
  return /** @type {NodeJS.ErrnoException} */ (error).code;
}
