/**
 * When a wait has failed: not after a time that some machine would need longer than, but when nothing moved any more.
 * One watch stands over each test and each hook (runner.ts); what a test waits for tells it what moves.
 */
import { setMaxListeners } from 'node:events';
import { childProcessorTimes } from './processor-time';

/** Milliseconds in which nothing moved, after which a test has failed. */
export const STILL = 60_000;

/** Of the time that it may be still, the part that has to be processor time to count as a movement: who waits uses less. */
const WORK = 1 / 20;

/** Something that a test waits for and that can tell whether it moves: a page in a browser. */
export interface Witness {
  /** A number that is another one when something moved; null where it does not answer now, as one that is busy. */
  moved(): Promise<number | null>;
  /** What is seen, in a line, with the files that were kept of it. */
  describe(): Promise<string>;
  /** Ends what waits for it, which then says what it waited for. */
  release(): Promise<void>;
}

/** How long it has been still around a test, and what moved last. */
export class Watch {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private readonly seen = new Map<Witness, number>();
  private last = 'it began';
  private since = performance.now();
  private own = process.cpuUsage();
  private children = childProcessorTimes(process.pid);
  private looking = false;
  private looked = performance.now();
  private readonly every: number;

  /** @param still see `STILL` */
  constructor(private readonly still = STILL) {
    // Waits side by side each listen to it.
    setMaxListeners(0, this.signal);
    this.every = Math.min(2000, still / 10);
    this.timer = setInterval(() => void this.look(), this.every);
    this.timer.unref();
  }

  /** Fires when nothing moved; the reason is the error. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Says what moved. */
  moved(what: string): void {
    this.last = what;
    this.restart();
  }

  /** To look is no movement, however long it takes: on a machine of many processes to read their times is work, too. */
  private notCounted<T>(look: () => T): T {
    const before = process.cpuUsage();
    try {
      return look();
    } finally {
      const { user, system } = process.cpuUsage(before);
      this.own = { user: this.own.user + user, system: this.own.system + system };
    }
  }

  private restart(): void {
    this.since = performance.now();
    this.own = process.cpuUsage();
    this.children = null;
  }

  end(): void {
    clearInterval(this.timer);
  }

  /** Leaves out the time in which a busy machine did not run this process: what it waits for may have been there all along. */
  private leaveOutStarvation(): void {
    const now = performance.now();
    const late = now - this.looked - this.every;
    if (late > this.every) this.since += late;
    this.looked = now;
  }

  private async look(): Promise<void> {
    this.leaveOutStarvation();
    if (this.looking || this.signal.aborted) return;
    this.looking = true;
    try {
      const { user, system } = process.cpuUsage(this.own);
      if ((user + system) / 1000 > WORK * this.still) this.restart();
      if (!(await this.witnessesAreStill())) this.lookAtChildren();
      if (performance.now() - this.since > this.still) await this.fail();
    } finally {
      this.looking = false;
    }
  }

  /** False where there is none, or one does not answer: then what its process does has to tell. */
  private async witnessesAreStill(): Promise<boolean> {
    const now = await Promise.all([...shared.witnesses].map((one) => this.ask(one)));
    return now.length > 0 && now.every((answered) => answered);
  }

  private async ask(witness: Witness): Promise<boolean> {
    const number = await within(
      this.notCounted(() => witness.moved()),
      1000,
    );
    if (number === null) return false;
    if (number !== this.seen.get(witness)) this.moved('the page changed');
    this.seen.set(witness, number);
    return true;
  }

  private lookAtChildren(): void {
    const now = this.notCounted(() => childProcessorTimes(process.pid));
    // Where the system does not say, nobody can tell one that computes from one that stands still.
    if (now === null) return this.restart();
    const before = this.children;
    if (before === null) {
      this.children = now;
      return;
    }
    const changed = now.size !== before.size || [...now.keys()].some((id) => !before.has(id));
    const used = [...now].reduce((sum, [id, time]) => sum + time - (before.get(id) ?? time), 0);
    if (!changed && used <= WORK * this.still) return;
    this.restart();
    this.children = now;
  }

  private async fail(): Promise<void> {
    const seen = await Promise.all([...shared.witnesses].map((one) => within(one.describe(), 10_000)));
    const lines = [`nothing moved for ${this.still / 1000} s; before that: ${this.last}`, ...seen];
    this.controller.abort(new Error(lines.map((line) => line ?? 'a page that does not answer').join('\n')));
    await Promise.all([...shared.witnesses].map((one) => within(one.release(), 10_000)));
  }
}

/** Of this process, not of this module: vitest loads its runner, and with it this file, apart from the tests. */
const shared = ((globalThis as { watchedTests?: Shared }).watchedTests ??= {
  witnesses: new Set<Witness>(),
  current: null,
});

interface Shared {
  /** What the running test waits for. */
  readonly witnesses: Set<Witness>;
  current: Watch | null;
}

/** @returns what takes it away again */
export function addWitness(witness: Witness): () => void {
  shared.witnesses.add(witness);
  return () => void shared.witnesses.delete(witness);
}

/** The watch over the test that runs. */
export function watch(): Watch {
  if (!shared.current) throw new Error('no test runs');
  return shared.current;
}

/** Runs a test or a hook under a watch: fails when nothing moves, and says then what it waited for where it knows. */
export async function underWatch<T>(run: () => T | PromiseLike<T>, still?: number): Promise<T> {
  const own = new Watch(still);
  const outer = shared.current;
  shared.current = own;
  const running = Promise.resolve().then(run);
  const stalled = new Promise<never>((_, reject) => {
    own.signal.addEventListener('abort', () => reject(own.signal.reason as Error), { once: true });
  });
  try {
    return await Promise.race([running, stalled]);
  } catch (error) {
    if (!own.signal.aborted) throw error;
    const why = await within(
      running.then(
        () => null,
        (reason: unknown) => reason,
      ),
      Math.min(5_000, still ?? STILL),
    );
    const reason = own.signal.reason as Error;
    if (why instanceof Error && why !== reason)
      throw Object.assign(why, { message: `${reason.message}\n${why.message}` });
    throw reason;
  } finally {
    own.end();
    shared.current = outer;
  }
}

/** The answer, or null where it does not come in so many ms, or is an error. */
function within<T>(promise: Promise<T>, milliseconds: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(resolve, milliseconds, null)));
  return Promise.race([promise.catch(() => null), late]).finally(() => clearTimeout(timer));
}
