import { totalmem } from 'node:os';
import { constrainedMemory } from 'node:process';
import { Worker } from 'node:worker_threads';

/** Watches the calls of a model that others made. */
export interface Watch {
  /** @param file for the message if the call does not end */
  begin(file: WatchedFile): void;
  end(): void;
  dispose(): void;
}

export interface WatchLimits {
  /** Maximum time of a call, in ms. */
  readonly callMs: number;
  /** Maximum memory of this process during a call, in bytes. */
  readonly memory: number;
}

/** A call handles a few images: what takes this long does not end, or is of no use. */
export const CALL_MS = 120_000;

/** Returns the bytes that a call may take: nine tenths of what there is, so that the machine stays usable. */
export function mostMemory(): number {
  // 0 or a huge number if there is no limit.
  const limit = constrainedMemory();
  return 0.9 * (limit > 0 ? Math.min(limit, totalmem()) : totalmem());
}

const CHECK_MS = 200;

/**
 * The watcher's code, as text: it must run although the thread that computes never returns. Only a signal that cannot be handled
 * ends such a process, since handlers run in that thread.
 */
const WATCHER = `
const { workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const { state, names, callMs, memory } = workerData;
let call = 0, since = 0;
setInterval(() => {
  const now = Atomics.load(state, 0);
  if (now !== call) { call = now; since = performance.now(); }
  if (call === 0) return;
  const what = names[Atomics.load(state, 1)];
  const late = performance.now() - since > callMs;
  const large = process.memoryUsage.rss() > memory;
  if (!late && !large) return;
  const why = late ? 'has computed for ' + callMs / 1000 + ' s without an end' : 'takes more than ' + (memory / 1e9).toFixed(1) + ' GB of memory';
  try { writeSync(2, "the " + what + ' ' + why + ', so this process was stopped: its file holds a loop that does not end, or sizes beyond this machine\\n'); } catch {}
  process.kill(process.pid, 'SIGKILL');
}, ${CHECK_MS});
`;

/** What a watched file is, as messages have it. */
const NAMES = {
  encoder: "model's encoder",
  decoder: "model's decoder",
  classifier: 'classifier',
} as const;
export type WatchedFile = keyof typeof NAMES;

/** Kills this process, with a message on standard error, if a call takes too long or too much memory. */
export class Watchdog implements Watch {
  private readonly state = new Int32Array(new SharedArrayBuffer(8));
  private readonly worker: Worker;
  private calls = 0;

  constructor(limits: WatchLimits) {
    this.worker = new Worker(WATCHER, {
      eval: true,
      workerData: { ...limits, state: this.state, names: Object.values(NAMES) },
    });
    this.worker.unref();
  }

  begin(file: WatchedFile): void {
    Atomics.store(this.state, 1, Object.keys(NAMES).indexOf(file));
    Atomics.store(this.state, 0, (this.calls = (this.calls % 1_000_000) + 1));
  }

  end(): void {
    Atomics.store(this.state, 0, 0);
  }

  dispose(): void {
    void this.worker.terminate();
  }
}
