import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * Opens a regular file for reading, following links; the caller closes it. Whatever has taken the file's place since somebody
 * looked at it, this does not wait: a FIFO would, until somebody writes to it.
 * @param {string} path
 * @returns {Promise<import('node:fs/promises').FileHandle>}
 * @throws a system error; of ENXIO, as for a socket, if it is not a regular file
 */
export async function openRegularFile(path) {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!(await file.stat()).isFile())
      throw Object.assign(new Error(`${path}: not a regular file`), { code: 'ENXIO', path });
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}
