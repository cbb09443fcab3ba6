import { inRun } from '../runs/guarded-path';
import { readEnd } from '../runs/guarded-files';
import { readConfig } from '../runs/store';
import type { MemoryWatch } from './memory-watch';

/** How a process ended: the exit code, or the signal that ended it. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Words of V8, of the C++ library, of TensorFlow and of ONNX Runtime for an allocation that failed. */
const MEMORY_WORDS =
  /out of memory|bad_?alloc|bad allocation|failed to allocate memory|OOM when allocating|allocation failed/i;
/** Exit codes of Windows: no memory, commit limit. */
const MEMORY_CODES = [0xc0000017, 0xc000012d];

/** Native crashes, by signal and by exit code of Windows. */
const CRASHES: Readonly<Record<string, string>> = {
  SIGILL: 'its library uses an instruction that this processor lacks',
  SIGSEGV: 'its native library crashed',
  SIGBUS: 'its native library crashed, or its disk is full',
  SIGABRT: 'its native library gave up; the end of its log says why',
  SIGFPE: 'its native library crashed',
  SIGTRAP: 'its native library gave up; the end of its log says why',
  [0xc000001d]: 'its library uses an instruction that this processor lacks',
  [0xc0000005]: 'its native library crashed',
  [0xc0000409]: 'its native library gave up; the end of its log says why',
};

/** Returns whether a message says that an allocation failed. */
export const isMemoryMessage = (message: string): boolean => MEMORY_WORDS.test(message);

/** Bytes at the end of a log that may say that the memory was used up. */
const LOG_TAIL_BYTES = 4000;

/**
 * Returns what to do about a process of the run that ended for lack of memory; null if it did not.
 * @param logStart size of log.txt before the process, in bytes; absent if its output went elsewhere
 */
export async function memoryAdvice(
  runFolder: string,
  watch: MemoryWatch,
  end: ProcessEnd | null,
  logStart?: number,
): Promise<string | null> {
  const byCode = end !== null && MEMORY_CODES.includes(end.code ?? 0);
  const bySystem = (end === null || end.signal === 'SIGKILL') && (await watch.hasKilled());
  const said =
    logStart === undefined
      ? ''
      : await readEnd(inRun(runFolder, 'log.txt'), LOG_TAIL_BYTES, logStart).catch(() => '');
  if (!byCode && !bySystem && !isMemoryMessage(said)) return null;
  return advice(runFolder, watch.limit);
}

/** Says what a run needs its memory for, and what to do. @param limit of the process, in bytes */
export async function advice(runFolder: string, limit: number): Promise<string> {
  const megabytes = Math.round(limit / 2 ** 20).toLocaleString('en');
  const config = await readConfig(runFolder).catch(() => null);
  if (config === null) return `the memory of ${megabytes} MB did not suffice; a smaller minibatch needs less`;
  const { minibatch, draws } = config.training;
  const { width, height, channels } = config.data;
  const drawn = draws > 1 ? ` with ${draws} draws each` : '';
  const smaller =
    minibatch > 1
      ? `Train a new run with a smaller minibatch, such as --set minibatch=${Math.max(1, Math.floor(minibatch / 2))}`
      : 'Train a new run with fewer draws, or a smaller model';
  return (
    `the memory of ${megabytes} MB did not suffice for a minibatch of ${minibatch} images of ${width} × ${height} × ${channels}${drawn}. ` +
    `${smaller}, or give it more memory and resume this one`
  );
}

/** Describes the end of an engine process. */
export function endText({ code, signal }: ProcessEnd): string {
  const how = signal === null ? `exit code ${code}` : String(signal);
  const why = CRASHES[signal ?? String(code)];
  return why === undefined ? how : `${how}: ${why}`;
}
