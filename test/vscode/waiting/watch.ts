import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** A figure that grows while something goes on: rows written, requests answered, processor time used. */
export interface Witness {
  readonly name: string;
  /** By how much it grows at least before that counts: a program that idles uses some processor time, too. */
  readonly least: number;
  measure(): Promise<number> | number;
}

/** For so long nothing may move while a test waits, in seconds. */
export const STILL = 60;
/** How often the witnesses are asked, in ms. */
export const LOOK = 2000;

/** How long a test that was given up may take to say what it was doing, in ms. */
const LAST_WORD = 5000;

/** Nothing has moved for a minute, or the test has moved for far too long. */
export class StillError extends Error {
  override readonly name = 'StillError';
}

/**
 * Watches one test. No wait has a clock of its own: a test fails when nothing of what it works with moved for a minute, and
 * the error says what was waited for, and what was seen last.
 */
export class Watch {
  private readonly witnesses: Witness[] = [];
  private readonly moved = new Map<string, { value: number; at: number }>();
  private readonly ended = new AbortController();
  private running: Promise<unknown> = Promise.resolve();
  private waiting = 'nothing yet';
  private seen = '';

  /**
   * @param still seconds without any movement that fail the test
   * @param limit seconds that fail a test that moves for ever: what trains is always moving
   */
  constructor(
    private readonly still = STILL,
    private readonly look = LOOK,
    private readonly limit = Infinity,
  ) {}

  /** Aborted when the test is over, or was given up. */
  get signal(): AbortSignal {
    return this.ended.signal;
  }

  add(...witnesses: readonly Witness[]): void {
    this.witnesses.push(...witnesses);
  }

  /** What the test waits for now, and what it has seen of it so far. */
  waits(what: string, seen: string): void {
    this.waiting = what;
    this.seen = seen;
  }

  /** Runs the test under this watch. @throws StillError, and whatever the test throws */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const running = current.run(this, work);
    this.running = running.catch((error: unknown) => error);
    const watching = this.untilStill();
    watching.catch(() => undefined);
    try {
      return await Promise.race([running, watching]);
    } finally {
      this.ended.abort(new StillError('the test is over'));
    }
  }

  /** What the test was in the middle of, once its window is closed; empty where it does not say in time. */
  async lastWord(): Promise<string> {
    const last = await Promise.race([this.running, sleep(LAST_WORD, undefined, { ref: false })]);
    return last instanceof Error && last !== this.signal.reason ? (last.stack ?? last.message) : '';
  }

  private async untilStill(): Promise<never> {
    const begun = performance.now();
    let last = begun;
    for (;;) {
      await sleep(this.look, undefined, { signal: this.signal, ref: false });
      for (const witness of this.witnesses) if (await this.hasMoved(witness)) last = performance.now();
      const now = performance.now();
      if (now - last > this.still * 1000)
        throw new StillError(this.said(`nothing moved for ${this.still} s`));
      if (now - begun > this.limit * 1000) throw new StillError(this.said(`not done after ${this.limit} s`));
    }
  }

  private async hasMoved(witness: Witness): Promise<boolean> {
    const { name, least } = witness;
    // A page that hangs does not answer.
    const value = await Promise.race([witness.measure(), sleep(this.look, null, { ref: false })]);
    if (value === null) return false;
    const before = this.moved.get(name);
    const now = performance.now();
    const moved = before === undefined || Math.abs(value - before.value) >= least;
    // Slow growth is no movement: what idles is measured anew from time to time.
    if (moved || now - before.at > this.still * 1000) this.moved.set(name, { value, at: now });
    return moved;
  }

  private said(what: string): string {
    const figures = [...this.moved].map(([name, { value }]) => `${name} ${Math.round(value * 10) / 10}`);
    const seen = this.seen === '' ? '' : `; seen last: ${this.seen}`;
    return `${what} while waiting for ${this.waiting}${seen} (${figures.join(', ')})`;
  }
}

const current = new AsyncLocalStorage<Watch>();

/** Of the test that this code belongs to. */
export const currentWatch = (): Watch | undefined => current.getStore();
