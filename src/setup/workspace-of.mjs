/** Chooses the folder to open for a run: the workspace that contains its `.vae` folder, so that the runs tree shows it. */
import { basename, dirname } from 'node:path';

/**
 * Returns the workspace of a run folder, or any other folder unchanged.
 * @param {string} folder a run folder or any other
 * @returns {string}
 */
export function folderToOpen(folder) {
  const runs = dirname(folder);
  const dotVae = dirname(runs);
  return basename(runs) === 'runs' && basename(dotVae) === '.vae' ? dirname(dotVae) : folder;
}
