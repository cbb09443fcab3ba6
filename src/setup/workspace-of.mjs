/** Which folder to open for a run: the workspace that its `.vae` folder lies in, so that the runs tree shows it. */
import { basename, dirname } from 'node:path';

/**
 * @param {string} folder a run folder or any other
 * @returns {string}
 */
export function folderToOpen(folder) {
  const runs = dirname(folder);
  const dotVae = dirname(runs);
  return basename(runs) === 'runs' && basename(dotVae) === '.vae' ? dirname(dotVae) : folder;
}
