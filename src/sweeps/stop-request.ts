import { readText, removeFile, replaceFile } from '../runs/guarded-files';
import { inRun } from '../runs/guarded-path';
import { readHolder } from '../runs/lock';

/** A file by which any process, on any system, asks the process of a sweep to stop: it names that process's lock. */
const STOP_FILE = 'stop.request';
/** Maximum size of the file, in bytes. */
const MAX_BYTES = 1000;

/**
 * Asks the process that carries out a sweep now to stop its trials at checkpoints, and to end. A process that continues the sweep later
 * does not take the request for its own, and has nothing to clear away before it can be asked.
 */
export async function requestStop(folder: string): Promise<void> {
  await replaceFile(inRun(folder, STOP_FILE), (await readHolder(folder))?.nonce ?? '');
}

/** @param nonce of the lock of the process that asks */
export async function isStopRequested(folder: string, nonce: string): Promise<boolean> {
  return (await readText(inRun(folder, STOP_FILE), MAX_BYTES).catch(() => null)) === nonce;
}

export const removeStopRequest = (folder: string): Promise<void> => removeFile(inRun(folder, STOP_FILE));
