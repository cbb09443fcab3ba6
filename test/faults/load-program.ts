/** A process of its own that loads a dataset as the product does, and says what that took. */
import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { DatasetSource } from '../../src/datasets/dataset';
import { programWithThreads } from '../images/decoding/bundle';
import type { Change } from '../images/decoding/bundle';

export interface Loaded {
  /** Null where the dataset was refused. */
  readonly count: number | null;
  readonly error: string | null;
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  /** Texts of the notes. */
  readonly notes: readonly string[];
  /** Whether the rows are in memory. */
  readonly resident: boolean;
  readonly fingerprint: string | null;
  /** Processor time. */
  readonly ms: number;
  /** The most processor time that the main thread took between two turns of the event loop. */
  readonly gapMs: number;
  /** What the process grew by, at most, in bytes. */
  readonly grown: number;
  /** Threads that are still there. */
  readonly threads: number;
}

const ENTRY = `
import { readFileSync } from 'node:fs';
import { loadDataset } from './src/datasets/load';
import { ownProcessorTime } from './test/support/processor-time';
// On Linux that of getrusage is the parent's, where that one was larger.
function peak() {
  const line = process.platform === 'linux' && /VmHWM:\\s+(\\d+) kB/.exec(readFileSync('/proc/self/status', 'latin1'));
  return 1024 * (line ? Number(line[1]) : process.resourceUsage().maxRSS);
}
async function main() {
  let threads = 0;
  process.on('worker', (worker) => {
    threads++;
    worker.on('exit', () => threads--);
  });
  const [kind, uri, cache, options] = process.argv.slice(2);
  const before = process.memoryUsage.rss();
  // Processor time: other processes make a clock go on, but not these.
  const ofMainThread =
    process.platform === 'linux'
      ? () => Number(readFileSync('/proc/self/task/' + process.pid + '/schedstat', 'latin1').split(' ')[0]) / 1e6
      : () => performance.now();
  const begin = ownProcessorTime();
  let last = ofMainThread();
  let gapMs = 0;
  const look = () => {
    const now = ofMainThread();
    gapMs = Math.max(gapMs, now - last);
    last = now;
  };
  const clock = setInterval(look, 10);
  const result = { count: null, error: null, skipped: [], notes: [], resident: false, fingerprint: null };
  try {
    const { count, skipped, notes, images, fingerprint } = await loadDataset(
      { kind, uri },
      { threads: 2, ...(cache ? { cache } : {}), ...JSON.parse(options) },
    );
    const texts = notes.map(({ text }) => text);
    Object.assign(result, { count, skipped, notes: texts, resident: images.resident !== null, fingerprint });
  } catch (error) {
    if (error.name !== 'DataError') throw error;
    result.error = error.message;
  }
  const ms = ownProcessorTime() - begin;
  look();
  clearInterval(clock);
  const grown = peak() - before;
  setTimeout(() => console.log(JSON.stringify({ ...result, ms, gapMs, grown, threads })), 100);
}
void main();`;

export type Load = (
  kind: Exclude<DatasetSource['kind'], 'digits'>,
  path: string,
  options?: { readonly cache?: string; readonly width?: number; readonly height?: number },
) => Promise<Loaded>;

/** @param name of this program @param changes of the product's sources */
export async function loadProgram(name = 'load', changes: readonly Change[] = []): Promise<Load> {
  const outfile = await programWithThreads(name, ENTRY, changes);
  return async (kind, path, { cache = '', ...options } = {}) => {
    const args = [outfile, kind, pathToFileURL(path).href, cache, JSON.stringify(options)];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 });
    return JSON.parse(stdout) as Loaded;
  };
}
