import { readEnd } from '../runs/guarded-files';
import { inRun } from '../runs/guarded-path';

export const LOG_FILE = 'log.txt';
/** Bytes at the end of the log that are searched for the reason of a failure, and characters quoted if there is none. */
const LOG_TAIL_BYTES = 4000;
const MAX_QUOTE_LENGTH = 600;

/** Reads what an engine logged since `start` (in bytes): the reason of a failure, or empty, and the end of the log. */
export async function readLog(
  runFolder: string,
  start: number,
): Promise<{ readonly failure: string; readonly end: string }> {
  const text = await readEnd(inRun(runFolder, LOG_FILE), LOG_TAIL_BYTES, start);
  const failures = [...text.matchAll(/^\S+Z failed: (.+)$/gm)];
  return { failure: failures.at(-1)?.[1] ?? '', end: text.trim().slice(-MAX_QUOTE_LENGTH) };
}
