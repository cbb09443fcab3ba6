/** Stands in for `src/endpoint/record.ts`: engines are known to the window that has started them, so nothing about them is written. */
import type { wasEndedByUser as original } from '../../endpoint/record';

const ended = new Set<string>();

/** Notes that the user has ended the engine of a run. */
export const noteEnded = (runFolder: string): void => void ended.add(runFolder);

/** Notes that a new engine of the run has been started. */
export const forgetEnd = (runFolder: string): void => void ended.delete(runFolder);

export const wasEndedByUser: typeof original = (runFolder) => Promise.resolve(ended.has(runFolder));
