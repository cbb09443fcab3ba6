import { Disk } from './disk';

/** An operation that a simulated process waits for. */
interface Call {
  readonly process: Process;
  readonly name: string;
  readonly effect: () => void;
  /** What a kill during the call leaves of its effect, if not all or nothing. */
  readonly torn: ((random: (below: number) => number) => void) | undefined;
}

interface Timer {
  readonly process: Process;
  readonly at: number;
  readonly due: () => void;
}

export interface Process {
  readonly pid: number;
  readonly name: string;
  isAlive: boolean;
  /** Until then, in ms of the world, the system gives it no processor. */
  stalledUntil: number;
  /** Settled when its program has ended by itself. */
  readonly ended: Promise<void>;
}

/** Longest stall of a process, in ms: below the time after which a lock's heartbeat counts as lost. */
const MAX_STALL_MS = 8000;
/** Calls after which a scenario counts as one that never ends. */
const MAX_CALLS = 200_000;

/**
 * Processes that share a disk and a clock. Whenever all of them wait, one seed chooses whose next operation takes effect, how
 * long it took, and who stalls. The same seed gives the same world.
 */
export class World {
  readonly disk = new Disk();
  /** Milliseconds since the world began. */
  now = 0;
  boot = 1;
  /** What happened, for a failing seed. */
  readonly trace: string[] = [];
  private readonly processes: Process[] = [];
  private waiting: Call[] = [];
  private timers: Timer[] = [];
  private state: number;
  /** Operations that took effect so far. */
  calls = 0;
  /** While it is full, nothing can be written. */
  isFull = false;
  /** Whether its disk knows hard links. */
  hasLinks = true;
  private nextPid = 100;

  constructor(readonly seed: number) {
    this.state = (seed * 2_654_435_761 + 1) >>> 0;
  }

  /** A number from 0 up to, not including, `below` (mulberry32). */
  readonly random = (below: number): number => {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };

  /** Starts a program as a process. */
  start(name: string, program: (process: Process) => Promise<void>): Process {
    let settle: (end: Promise<void>) => void = () => undefined;
    const ended = new Promise<void>((resolve) => (settle = resolve));
    const process: Process = { pid: this.nextPid++, name, isAlive: true, stalledUntil: 0, ended };
    this.processes.push(process);
    settle(
      program(process).finally(() => {
        process.isAlive = false;
      }),
    );
    return process;
  }

  isAlive(pid: number): boolean {
    return this.processes.some((process) => process.pid === pid && process.isAlive);
  }

  /** Waits for an operation to take effect. Never settles for a process that is killed. */
  call<T>(process: Process, name: string, effect: () => T, torn?: Call['torn']): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = (): void => {
        try {
          resolve(effect());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      this.waiting.push({ process, name, effect: run, torn });
    });
  }

  /** Calls `due` after `ms`. @returns what takes it back */
  timer(process: Process, ms: number, due: () => void): () => void {
    const timer = { process, at: this.now + Math.max(ms, 1), due };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  /** SIGKILL: the call under way may be done, not done, or torn. */
  kill(process: Process): void {
    if (!process.isAlive) return;
    process.isAlive = false;
    this.trace.push(`${this.now} kill ${process.name} ${process.pid}`);
    const left = this.waiting.find((call) => call.process === process);
    if (left?.torn && this.random(2) === 0) left.torn(this.random);
    this.waiting = this.waiting.filter((call) => call.process !== process);
    this.timers = this.timers.filter((timer) => timer.process !== process);
  }

  /** All processes end, and what was not flushed may be lost. */
  powerFailure(): void {
    for (const process of this.processes) this.kill(process);
    this.disk.loseUnflushed(this.random);
    this.boot++;
    this.trace.push('power failure');
  }

  /** Goes on until `isDone`, or no process waits for anything. @throws Error if that takes too many calls */
  async run(isDone: () => boolean = () => false): Promise<void> {
    for (;;) {
      // All that the last operation set off has run once a turn of the real event loop is over.
      await new Promise((resolve) => setImmediate(resolve));
      if (isDone() || !this.advance()) return;
      if (++this.calls > MAX_CALLS) throw new Error(`seed ${this.seed}: no end after ${MAX_CALLS} calls`);
    }
  }

  /** Lets one operation or timer happen. @returns false if there is none */
  private advance(): boolean {
    const living = this.processes.filter(({ isAlive }) => isAlive);
    if (living.length > 0 && this.random(200) === 0)
      living[this.random(living.length)]!.stalledUntil = this.now + this.random(MAX_STALL_MS);
    const due = this.timers.filter(({ at, process }) => at <= this.now && process.stalledUntil <= this.now);
    const ready = this.waiting.filter(({ process }) => process.stalledUntil <= this.now);
    const choice = this.random(due.length + ready.length);
    if (choice < due.length) {
      const timer = due[choice]!;
      this.timers = this.timers.filter((other) => other !== timer);
      timer.due();
      return true;
    }
    const call = ready[choice - due.length];
    if (call !== undefined) {
      this.waiting = this.waiting.filter((other) => other !== call);
      this.now += this.random(4);
      this.trace.push(`${this.now} ${call.process.name} ${call.process.pid} ${call.name}`);
      call.effect();
      return true;
    }
    return this.waitForNext();
  }

  /** Nobody can go on now: turns the clock on to the next moment when somebody can. */
  private waitForNext(): boolean {
    const times = [
      ...this.timers.map(({ at, process }) => Math.max(at, process.stalledUntil)),
      ...this.waiting.map(({ process }) => process.stalledUntil),
    ];
    if (times.length === 0) return false;
    this.now = Math.max(this.now, Math.min(...times));
    return true;
  }
}
