import { removeFile, replaceFile } from '../runs/guarded-files';
import { inRun, statPath } from '../runs/guarded-path';

/** A file by which any process, on any system, asks the process of a sweep to stop. */
const STOP_FILE = 'stop.request';

/** Asks the process that carries out a sweep to stop its trials at checkpoints, and to end. */
export const requestStop = (folder: string): Promise<void> => replaceFile(inRun(folder, STOP_FILE), '');

export const isStopRequested = async (folder: string): Promise<boolean> =>
  (await statPath(inRun(folder, STOP_FILE)).catch(() => null)) !== null;

export const removeStopRequest = (folder: string): Promise<void> => removeFile(inRun(folder, STOP_FILE));
